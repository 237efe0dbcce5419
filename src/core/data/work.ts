/**
 * Work on data that can be laid down in between: each slice of it yields how many numbers were handled since the last, and whoever
 * drives it lets messages in meanwhile.
 */
export type Work<T> = Generator<number, T, undefined>;

/** Numbers of a slice: a millisecond or so. */
const SLICE = 65_536;

/** Handles `count` things a slice at a time, each of `weight` numbers. */
export function* slices(count: number, weight: number, handle: (from: number, to: number) => void): Work<void> {
  const step = Math.max(1, Math.floor(SLICE / Math.max(1, weight)));
  for (let from = 0; from < count; from += step) {
    const to = Math.min(count, from + step);
    handle(from, to);
    yield (to - from) * weight;
  }
}
