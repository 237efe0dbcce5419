import { describe, expect, it } from 'vitest';
import { randomStream } from '../../../src/core/training/random';

const draw = (seed: number, purpose: string, name?: string) => { const stream = randomStream(seed, purpose, name); return Array.from({ length: 8 }, () => stream.bits()); };

describe('random streams', () => {
  it('are equal for equal keys and differ for any other', () => {
    expect(draw(1, 'a')).toEqual(draw(1, 'a'));
    const all = [draw(1, 'a'), draw(2, 'a'), draw(1, 'b'), draw(1, 'a', 'x'), draw(11, '', 'a'), draw(1, '1', 'a')].map(String);
    expect(new Set(all).size).toBe(all.length);
  });

  it('uniform: in [0, 1), mean ½ and variance 1/12', () => {
    const stream = randomStream(0, 'test');
    const n = 100_000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const u = stream.uniform();
      if (!(u >= 0 && u < 1)) throw new Error(String(u));
      sum += u;
      squares += (u - 0.5) ** 2;
    }
    expect(Math.abs(sum / n - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(squares / n - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / n));
  });

  it('normal: the first four moments, and neighbours uncorrelated', () => {
    const stream = randomStream(0, 'test');
    const n = 100_000;
    const z = Float64Array.from({ length: n }, () => stream.normal());
    const moment = (p: number) => z.reduce((sum, value) => sum + value ** p, 0) / n;
    expect(Math.abs(moment(1))).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / n));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
    let product = 0;
    for (let i = 1; i < n; i++) product += z[i] * z[i - 1];
    expect(Math.abs(product / n)).toBeLessThan(4 / Math.sqrt(n));
  });
});

describe('fillBits', () => {
  it('gives what as many calls of bits would, and goes on where they would', () => {
    const [one, many] = [randomStream(3, 'test'), randomStream(3, 'test')];
    const filled = new Uint32Array(5);
    many.fillBits(filled);
    expect([...filled]).toEqual(Array.from({ length: 5 }, () => one.bits()));
    expect(many.bits()).toBe(one.bits());
  });
});
