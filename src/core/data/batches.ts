import { randomStream } from '../training/random';
import { shuffle } from './permutation';

/** Which rows stand in which batch. The order of an epoch depends on the seed and the epoch alone: every optimizer sees the same batches. */
export class Batches {
  /** Batches in an epoch; the last one may be smaller. */
  readonly count: number;
  /** The rows of this epoch in their order. */
  readonly order: Int32Array;
  private readonly size: number;
  private readonly current = { from: 0, count: 0 };

  constructor(private readonly rows: Int32Array, batchSize: number | 'full', private readonly shuffled: boolean, private readonly seed: number) {
    this.size = batchSize === 'full' ? rows.length : Math.min(batchSize, rows.length);
    this.count = Math.ceil(rows.length / this.size);
    this.order = rows.slice();
  }

  startEpoch(epoch: number): void {
    // Of one batch the order says nothing.
    if (!this.shuffled || this.count === 1) return;
    this.order.set(this.rows);
    shuffle(this.order, randomStream(this.seed, 'shuffle', String(epoch)));
  }

  /** Where batch i stands in `order`. The object is the same each time. */
  batch(i: number): { readonly from: number; readonly count: number } {
    this.current.from = i * this.size;
    this.current.count = Math.min(this.size, this.order.length - this.current.from);
    return this.current;
  }
}
