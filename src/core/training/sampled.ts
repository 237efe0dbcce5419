/**
 * Values of a series of any length in bounded memory: all of them at first; each time the cap is met every other one goes, and from then on
 * only so many are taken. Always the last one besides.
 */
export class Sampled<T> {
  private values: T[] = [];
  private stride = 1;
  private seen = 0;
  private last: T | undefined;

  /** @param most kept at once, at least 2. */
  constructor(private readonly most: number) {}

  push(value: T): void {
    this.last = value;
    if (this.seen++ % this.stride !== 0) return;
    this.values.push(value);
    if (this.values.length <= this.most) return;
    this.values = this.values.filter((_, i) => i % 2 === 0);
    this.stride *= 2;
  }

  /** In order. */
  list(): readonly T[] {
    return (this.seen - 1) % this.stride === 0 || this.seen === 0 ? this.values : [...this.values, this.last as T];
  }
}
