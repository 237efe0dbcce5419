import type { RandomStream } from '../training/random';

/** A whole number of 0 … below−1, uniform. */
export function below(random: RandomStream, limit: number): number {
  return Math.floor(random.uniform() * limit);
}

/**
 * Puts the entries into a random order, all orders equally likely (Fisher and Yates). In parts: from the whole length down, `from` being
 * where the part before has ended.
 */
export function shuffle(entries: Int32Array, random: RandomStream, from = entries.length, to = 0): Int32Array {
  for (let i = from - 1; i >= Math.max(1, to); i--) {
    const j = below(random, i + 1);
    const kept = entries[i];
    entries[i] = entries[j];
    entries[j] = kept;
  }
  return entries;
}

export function identity(length: number): Int32Array {
  const order = new Int32Array(length);
  for (let i = 0; i < length; i++) order[i] = i;
  return order;
}
