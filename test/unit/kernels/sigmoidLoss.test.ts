import { describe, expect, it } from 'vitest';
import { EACH, differences, filled, identical, kernelsOf, randomNumbers, sums } from './fixtures';

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
/** −t·ln σ(z) − (1 − t)·ln(1 − σ(z)), each logarithm by itself. */
const crossentropy = (z: number, t: number): number => t * Math.log1p(Math.exp(-z)) + (1 - t) * Math.log1p(Math.exp(z));

describe.each(EACH)('The binary cross-entropy of %s in %s', (set, precision) => {
  const relative = precision === 'float32' ? 2e-6 : 1e-13;

  it.each([1, 2, 3, 4, 5, 7, 8, 9, 31, 64, 1001])('of %i logits, with its derivative where it is asked for', (count) => {
    const kernels = kernelsOf(set, precision);
    const random = randomNumbers(count);
    const z = filled(kernels, count + 1, () => 12 * random());
    // Certain ones, and targets as label smoothing leaves them.
    const t = filled(kernels, count + 1, (i) => (i % 3 === 0 ? 0 : i % 3 === 1 ? 1 : 0.5 + 0.5 * random()));
    const y = filled(kernels, count + 1, (i) => sigmoid(z[i]));
    const dz = filled(kernels, count + 1, random);
    const before = dz.slice();
    let expected = 0;
    const slopes = sums(count);
    for (let i = 0; i < count; i++) {
      expected += crossentropy(z[i], t[i]);
      slopes[i].add(0.3 * y[i]);
      slopes[i].add(-0.3 * t[i]);
    }
    const loss = kernels.sigmoidCrossentropy(count, z, y, t, null, 0.3);
    expect(Math.abs(loss - expected)).toBeLessThan(relative * expected);
    expect(identical(dz, before)).toBe(true);
    expect(kernels.sigmoidCrossentropy(count, z, y, t, dz, 0.3)).toBe(loss);
    expect(differences(dz.subarray(0, count), slopes, precision === 'float32' ? 1e-6 : 1e-15)).toEqual([]);
    expect(dz[count]).toBe(before[count]);
    kernels.sigmoidCrossentropy(count, z, y, t, y, 0.3);
    expect(identical(y.subarray(0, count), dz.subarray(0, count)), 'in place').toBe(true);
  });

  it('keeps what is left of the loss where the logit is right and large, and grows with it where it is wrong', () => {
    const kernels = kernelsOf(set, precision);
    for (const size of [1, 5, 20, 50, 80]) for (const [sign, target] of [[1, 1], [-1, 0], [1, 0], [-1, 1]]) {
      const [z, y, t] = [filled(kernels, 3, () => sign * size), filled(kernels, 3, () => sigmoid(sign * size)), filled(kernels, 3, () => target)];
      const expected = 3 * crossentropy(z[0], target);
      expect(Math.abs(kernels.sigmoidCrossentropy(3, z, y, t, null, 1) - expected)).toBeLessThan(20 * relative * expected);
    }
  });

  it('tells a logit that is no number', () => {
    const kernels = kernelsOf(set, precision);
    for (const count of [1, 5, 8]) {
      const [z, y, t] = [filled(kernels, count, (i) => (i === count - 1 ? NaN : 1)), filled(kernels, count, () => 0.5), filled(kernels, count, () => 1)];
      expect(kernels.sigmoidCrossentropy(count, z, y, t, null, 1)).toBeNaN();
    }
  });
});
