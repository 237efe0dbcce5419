import { describe, expect, it } from 'vitest';
import { drawWeights, fans } from '../../../src/core/nn/initializers';
import type { Initializer } from '../../../src/core/nn/spec';
import { randomStream } from '../../../src/core/training/random';

const SHAPE = [3, 3, 40, 100];
const COUNT = 36000;

function draw(initializer: Initializer): { weight: Float64Array; bias: Float64Array; mean: number; variance: number; largest: number } {
  const weight = new Float64Array(COUNT);
  const bias = new Float64Array(100).fill(7);
  drawWeights(initializer, SHAPE, weight, bias, randomStream(3, 'init', 'layer'));
  const mean = weight.reduce((sum, w) => sum + w, 0) / COUNT;
  const variance = weight.reduce((sum, w) => sum + (w - mean) ** 2, 0) / COUNT;
  return { weight, bias, mean, variance, largest: weight.reduce((most, w) => Math.max(most, Math.abs(w)), 0) };
}

const FAN_IN = 360;
const FAN_OUT = 900;

describe('Initializers', () => {
  it('count the taps of a kernel on both sides', () => {
    expect(fans([40, 100])).toEqual({ fanIn: 40, fanOut: 100 });
    expect(fans(SHAPE)).toEqual({ fanIn: FAN_IN, fanOut: FAN_OUT });
    expect(fans([5, 2, 3])).toEqual({ fanIn: 10, fanOut: 15 });
  });

  it.each([
    [{ kind: 'torch' }, 1 / FAN_IN],
    [{ kind: 'glorotUniform' }, 6 / (FAN_IN + FAN_OUT)],
    [{ kind: 'heUniform' }, 6 / FAN_IN],
    [{ kind: 'uniform', value: 0.25 }, 0.0625],
  ] as [Initializer, number][])('%j is uniform on its bounds', (initializer, square) => {
    const { mean, variance, largest, weight } = draw(initializer);
    const bound = Math.sqrt(square);
    expect(largest).toBeLessThanOrEqual(bound);
    expect(largest).toBeGreaterThan(0.999 * bound);
    // Five standard errors: of the mean bound/√(3n), of the variance (bound²/3)·√(0.8/n).
    expect(Math.abs(mean)).toBeLessThan((5 * bound) / Math.sqrt(3 * COUNT));
    expect(Math.abs(variance / (square / 3) - 1)).toBeLessThan(5 * Math.sqrt(0.8 / COUNT));
    expect(weight.filter((w) => Math.abs(w) < bound / 2).length / COUNT).toBeCloseTo(0.5, 1);
  });

  it.each([
    [{ kind: 'glorotNormal' }, 2 / (FAN_IN + FAN_OUT)],
    [{ kind: 'heNormal' }, 2 / FAN_IN],
    [{ kind: 'lecunNormal' }, 1 / FAN_IN],
    [{ kind: 'normal', value: 0.25 }, 0.0625],
  ] as [Initializer, number][])('%j is normal with its variance', (initializer, expected) => {
    const { mean, variance, weight } = draw(initializer);
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(expected / COUNT));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(5 * Math.sqrt(2 / COUNT));
    const share = weight.filter((w) => Math.abs(w) < Math.sqrt(expected)).length / COUNT;
    expect(Math.abs(share - 0.6827)).toBeLessThan(5 * Math.sqrt((0.6827 * 0.3173) / COUNT));
  });

  it('leave the bias at zero, but for "torch", which draws it as the weights', () => {
    expect(new Set(draw({ kind: 'glorotUniform' }).bias)).toEqual(new Set([0]));
    expect(new Set(draw({ kind: 'constant', value: 2 }).bias)).toEqual(new Set([0]));
    const { bias } = draw({ kind: 'torch' });
    expect(new Set(bias).size).toBe(100);
    expect(bias.every((b) => Math.abs(b) <= 1 / Math.sqrt(FAN_IN))).toBe(true);
  });

  it('set constants', () => {
    expect(new Set(draw({ kind: 'zeros' }).weight)).toEqual(new Set([0]));
    expect(new Set(draw({ kind: 'constant', value: 1.5 }).weight)).toEqual(new Set([1.5]));
  });
});
