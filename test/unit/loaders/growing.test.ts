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

  it.each([
    ['as many as come', 200_000, true], ['a few more', 210_000, true], ['far more', 900_000, false], ['fewer', 120_000, false], ['fewer than there are', 50, false], ['more than there is memory', 2 ** 50, false],
  ])('may be told to expect %s', (_name, expected, once) => {
    const rooms: number[] = [];
    const list = new Growing((length, shared = false) => {
      rooms.push(length);
      return new Int32Array(shared ? new SharedArrayBuffer(4 * length) : new ArrayBuffer(4 * length)) as Int32Array;
    });
    for (let i = 0; i < 100_000; i++) list.push(i);
    list.expect(expected, true);
    expect(list.length).toBe(100_000);
    for (let i = 100_000; i < 200_000; i++) list.push(i);
    const before = rooms.length;
    const all = list.take(true);
    expect(all.length).toBe(200_000);
    expect(all.every((value, i) => value === i)).toBe(true);
    expect(all.buffer).toBeInstanceOf(SharedArrayBuffer);
    // Where the guess was good nothing is copied at the end: only the empty block after it is made.
    expect(rooms.slice(before)).toEqual(once ? [0] : [200_000, 0]);
  });
});
