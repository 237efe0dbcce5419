/** A stretch of `count` rows, summed up. */
export interface Stretch {
  readonly firstStep: number;
  readonly firstLoss: number;
  readonly count: number;
  readonly lossSum: number;
  /** Rows whose gradient points back against the one before (turn below the threshold). */
  readonly back: number;
}

const MOST_STRETCHES = 128;
/** firstStep, firstLoss, count, lossSum, back. */
const SIZE = 5;

/**
 * What the verdict needs of a whole run, in bounded memory: sums over equal stretches of rows. When there are too many, neighbours
 * are joined, so counts and means stay exact whatever the length of the run. The run loop sums in its own variables and hands over
 * a stretch when `end` is reached. All lie in one array: hundreds of them come and go in a run of a quarter of a millisecond.
 */
export class Trace {
  private readonly values = new Float64Array(MOST_STRETCHES * SIZE);
  private count = 0;
  private width = 1;
  /** The step that begins the next stretch. */
  end = 1;

  /** Adds the rows since the last call, up to step `end` − 1, or the last of the run. */
  add(firstStep: number, firstLoss: number, count: number, lossSum: number, back: number): void {
    if (count === 0) return;
    const { values } = this;
    const at = this.count * SIZE;
    values[at] = firstStep;
    values[at + 1] = firstLoss;
    values[at + 2] = count;
    values[at + 3] = lossSum;
    values[at + 4] = back;
    this.count++;
    if (this.count === MOST_STRETCHES) this.join();
    this.end = firstStep + count + this.width;
  }

  private join(): void {
    const { values } = this;
    for (let from = 0, to = 0; from < MOST_STRETCHES * SIZE; from += 2 * SIZE, to += SIZE) {
      values[to] = values[from];
      values[to + 1] = values[from + 1];
      for (let k = 2; k < SIZE; k++) values[to + k] = values[from + k] + values[from + SIZE + k];
    }
    this.count = MOST_STRETCHES / 2;
    this.width *= 2;
  }

  get stretches(): readonly Stretch[] {
    const { values } = this;
    return Array.from({ length: this.count }, (_, i) => {
      const at = i * SIZE;
      return { firstStep: values[at], firstLoss: values[at + 1], count: values[at + 2], lossSum: values[at + 3], back: values[at + 4] };
    });
  }

  /** The stretches that begin at or after a step. */
  from(step: number): readonly Stretch[] {
    return this.stretches.filter((stretch) => stretch.firstStep >= step);
  }

  /** The loss at the start of the stretch that a step lies in. */
  lossAt(step: number): number {
    const { values } = this;
    let loss = NaN;
    for (let at = 0; at < this.count * SIZE && values[at] <= step; at += SIZE) loss = values[at + 1];
    return loss;
  }
}
