/** One update of the run, kept whole: where it started, what it did and how the optimizer stood then. Vectors have shape P. */
export interface Mark {
  readonly step: number;
  /** The objective's own value there. */
  readonly loss: number;
  readonly learningRate: number;
  readonly point: Float64Array;
  /** The objective's own gradient, without noise. */
  readonly gradient: Float64Array;
  readonly update: Float64Array;
  /** The optimizer's diagonal preconditioner after this update, null where it has none. */
  readonly scale: Float64Array | null;
  /** Largest stable λ_max of the (preconditioned) Hessian at this rate, null where no limit is known. */
  readonly sharpnessLimit: number | null;
}

const MOST_MARKS = 32;
const MEMORY = 16 * 2 ** 20;
/** step, loss, rate, limit (NaN: none), whether there is a scale; then point, gradient, update and scale. */
const HEAD = 5;

/**
 * Updates spread evenly over a run whose length is not known in advance: every 2^k-th, k rising as the run grows. All lie in one
 * array, so that marking costs the run next to nothing. Large dimensions keep fewer.
 */
export class Marks {
  private readonly most: number;
  private readonly size: number;
  private readonly values: Float64Array;
  private count = 0;
  private stride = 1;
  /** The next update to keep. */
  next = 0;

  constructor(private readonly dimension: number) {
    this.size = HEAD + 4 * dimension;
    this.most = Math.max(4, Math.min(MOST_MARKS, Math.floor(MEMORY / (8 * this.size))));
    this.values = new Float64Array(this.most * this.size);
  }

  add(step: number, loss: number, learningRate: number, limit: number | null, point: Float64Array, gradient: Float64Array, update: Float64Array, scale: Float64Array | null): void {
    const { values, size, dimension } = this;
    const at = this.count * size;
    values[at] = step;
    values[at + 1] = loss;
    values[at + 2] = learningRate;
    values[at + 3] = limit ?? NaN;
    values[at + 4] = scale ? 1 : 0;
    for (let i = 0, v = at + HEAD; i < dimension; i++, v++) {
      values[v] = point[i];
      values[v + dimension] = gradient[i];
      values[v + 2 * dimension] = update[i];
      if (scale) values[v + 3 * dimension] = scale[i];
    }
    this.count++;
    if (this.count === this.most) this.thin();
    this.next = (Math.floor(step / this.stride) + 1) * this.stride;
  }

  private thin(): void {
    const { values, size } = this;
    this.stride *= 2;
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      if (values[i * size] % this.stride !== 0) continue;
      values.copyWithin(kept * size, i * size, (i + 1) * size);
      kept++;
    }
    this.count = kept;
  }

  /** The marks, in order: views that stay valid while none is added, their vectors made when they are asked for. */
  list(): readonly Mark[] {
    return Array.from({ length: this.count }, (_, i) => new MarkView(this.values, i * this.size, this.dimension));
  }
}

class MarkView implements Mark {
  constructor(private readonly values: Float64Array, private readonly at: number, private readonly dimension: number) {}

  get step(): number {
    return this.values[this.at];
  }

  get loss(): number {
    return this.values[this.at + 1];
  }

  get learningRate(): number {
    return this.values[this.at + 2];
  }

  get sharpnessLimit(): number | null {
    const limit = this.values[this.at + 3];
    return Number.isNaN(limit) ? null : limit;
  }

  get point(): Float64Array {
    return this.vector(0);
  }

  get gradient(): Float64Array {
    return this.vector(1);
  }

  get update(): Float64Array {
    return this.vector(2);
  }

  get scale(): Float64Array | null {
    return this.values[this.at + 4] === 1 ? this.vector(3) : null;
  }

  private vector(k: number): Float64Array {
    const from = this.at + HEAD + k * this.dimension;
    return this.values.subarray(from, from + this.dimension);
  }
}
