/** A stretch of `count` rows, summed up. */
export interface Stretch {
  readonly firstStep: number;
  readonly firstLoss: number;
  count: number;
  lossSum: number;
  /** Rows whose gradient points back against the one before (turn below the threshold). */
  back: number;
}

const MOST_STRETCHES = 128;

/**
 * What the verdict needs of a whole run, in bounded memory: sums over equal stretches of rows. When there are too many, neighbours
 * are joined, so counts and means stay exact whatever the length of the run. The run loop sums in its own variables and hands over
 * a stretch when `end` is reached.
 */
export class Trace {
  readonly stretches: Stretch[] = [];
  private width = 1;
  /** The step that begins the next stretch. */
  end = 1;

  /** Adds the rows since the last call, up to step `end` − 1, or the last of the run. */
  add(firstStep: number, firstLoss: number, count: number, lossSum: number, back: number): void {
    if (count === 0) return;
    this.stretches.push({ firstStep, firstLoss, count, lossSum, back });
    if (this.stretches.length === MOST_STRETCHES) this.join();
    this.end = firstStep + count + this.width;
  }

  private join(): void {
    const { stretches } = this;
    for (let i = 0; 2 * i < stretches.length; i++) {
      const a = stretches[2 * i];
      const b = stretches[2 * i + 1];
      a.count += b.count;
      a.lossSum += b.lossSum;
      a.back += b.back;
      stretches[i] = a;
    }
    stretches.length = MOST_STRETCHES / 2;
    this.width *= 2;
  }

  /** The stretches that begin at or after a step. */
  from(step: number): readonly Stretch[] {
    return this.stretches.filter((stretch) => stretch.firstStep >= step);
  }

  /** The loss at the start of the stretch that a step lies in. */
  lossAt(step: number): number {
    let loss = NaN;
    for (const stretch of this.stretches) {
      if (stretch.firstStep > step) break;
      loss = stretch.firstLoss;
    }
    return loss;
  }
}
