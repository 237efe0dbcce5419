import { describe, expect, it } from 'vitest';
import { Growing } from '../../../src/loaders/growing';

describe('A growing list of numbers', () => {
  it.each([0, 1, 256, 257, 100_000, 1_000_000])('keeps all of %i, and takes little more room than they need', (count) => {
    let room = 0;
    const list = new Growing((length) => {
      room += length;
      return new Float64Array(length);
    });
    for (let i = 0; i < count; i++) list.push(i);
    expect(list.length).toBe(count);
    // One block too many at most; blocks double up to 65 536.
    expect(room).toBeLessThanOrEqual(Math.max(256, Math.min(2 * count + 256, count + 65_536)));
    const all = list.take();
    expect(all.length).toBe(count);
    expect(all.every((value, i) => value === i)).toBe(true);
    expect(list.length).toBe(0);
  });
});
