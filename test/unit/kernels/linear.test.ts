import { describe, expect, it } from 'vitest';
import { EACH, Sum, TOLERANCE, differences, filled, identical, kernelsOf, randomNumbers, sums } from './fixtures';

/** Rows around a group of eight and around blocks, inputs of no, some and many whole vectors with every rest. */
const SIZES: readonly (readonly [number, number])[] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 16, 23, 24, 31, 32, 33, 50].map((inputs) => [17, inputs] as const),
  [1, 1], [1, 10], [3, 5], [8, 10], [127, 10], [128, 10], [129, 10], [1000, 1], [1000, 10], [300, 2], [257, 3], [70, 784], [9, 3001],
];

describe.each(EACH)('Least squares of %s in %s', (set, precision) => {
  const tolerance = TOLERANCE[precision];

  it.each(SIZES)('%i rows of %i inputs: outputs, loss and both gradients by definition', (rows, inputs) => {
    for (const biased of [true, false]) {
      const kernels = kernelsOf(set, precision);
      const random = randomNumbers(rows + 31 * inputs);
      const x = filled(kernels, rows * inputs, random);
      const t = filled(kernels, rows, random);
      // Views at odd places of a longer array, as parameters of layers are; the neighbours must stay.
      const parameters = filled(kernels, inputs + 3, random);
      const gradient = filled(kernels, inputs + 3, random);
      const neighbours = [gradient[0], gradient[inputs + 2]];
      const w = parameters.subarray(1, inputs + 1);
      const bias = biased ? parameters.subarray(inputs + 1, inputs + 2) : null;
      const dw = gradient.subarray(1, inputs + 1);
      const db = biased ? gradient.subarray(inputs + 1, inputs + 2) : null;
      const y = filled(kernels, rows + 1, random);
      const dy = filled(kernels, rows + 1, random);
      const after = [y[rows], dy[rows]];
      const factor = 2 / rows;

      const outputs = sums(rows);
      for (let i = 0; i < rows; i++) {
        if (bias) outputs[i].add(bias[0]);
        for (let j = 0; j < inputs; j++) outputs[i].add(x[i * inputs + j] * w[j]);
      }
      const loss = kernels.linearSquaredError(rows, inputs, x, w, bias, t, y, dy, dw, db, factor);
      expect(differences(y.subarray(0, rows), outputs, tolerance)).toEqual([]);
      // From the outputs as they were rounded: an error of y is no error of what follows from it.
      const squares = new Sum();
      const slopes = sums(rows);
      const toW = sums(inputs);
      const toBias = new Sum();
      for (let i = 0; i < rows; i++) {
        squares.add((y[i] - t[i]) ** 2);
        slopes[i].add(factor * y[i]);
        slopes[i].add(-factor * t[i]);
        toBias.add(dy[i]);
        for (let j = 0; j < inputs; j++) toW[j].add(x[i * inputs + j] * dy[i]);
      }
      expect(differences([loss], [squares], 1e-13)).toEqual([]);
      expect(differences(dy.subarray(0, rows), slopes, tolerance)).toEqual([]);
      expect(differences(dw, toW, tolerance)).toEqual([]);
      if (db) expect(differences(db, [toBias], tolerance)).toEqual([]);
      else expect(gradient[inputs + 1]).not.toBe(0);
      expect([gradient[0], gradient[inputs + 2]]).toEqual(neighbours);
      expect([y[rows], dy[rows]]).toEqual(after);

      const kept = [y, dy, gradient].map((array) => array.slice());
      expect(kernels.linearSquaredError(rows, inputs, x, w, bias, t, y, null, null, null, factor), 'without derivatives').toBe(loss);
      expect(identical(y, kept[0]) && identical(dy, kept[1]) && identical(gradient, kept[2])).toBe(true);
      expect(kernels.linearSquaredError(rows, inputs, x, w, bias, t, y, dy, dw, db, factor), 'again').toBe(loss);
      expect(identical(dy, kept[1]) && identical(gradient, kept[2])).toBe(true);
    }
  });

  it('is the same as the single steps of it', () => {
    const kernels = kernelsOf(set, precision);
    const random = randomNumbers(7);
    const [rows, inputs] = [301, 11];
    const x = filled(kernels, rows * inputs, random);
    const [w, bias, t] = [inputs, 1, rows].map((length) => filled(kernels, length, random));
    const [y, dy, dw, db] = [rows, rows, inputs, 1].map((length) => kernels.alloc(length));
    const [y2, dy2, dw2, db2] = [rows, rows, inputs, 1].map((length) => kernels.alloc(length));
    const loss = kernels.linearSquaredError(rows, inputs, x, w, bias, t, y, dy, dw, db, 0.01);
    kernels.gemm(false, false, rows, 1, inputs, x, w, y2, false);
    kernels.biasActivate('linear', rows, 1, y2, bias, y2);
    const loss2 = kernels.squaredError(rows, y2, t, dy2, 0.01);
    kernels.gemm(true, false, inputs, 1, rows, x, dy2, dw2, false);
    kernels.sumRows(rows, 1, dy2, db2, false);
    const close = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a, (value, i) => Math.abs(value - b[i])).every((gap) => gap <= 50 * tolerance);
    expect([close([loss], [loss2]), close(y, y2), close(dy, dy2), close(dw, dw2), close(db, db2)]).toEqual([true, true, true, true, true]);
  });

  it('tells a number that is none', () => {
    const kernels = kernelsOf(set, precision);
    const [x, w, t] = [filled(kernels, 40, () => 1), filled(kernels, 2, () => 1), filled(kernels, 20, () => 0)];
    const [y, dy, dw] = [kernels.alloc(20), kernels.alloc(20), kernels.alloc(2)];
    x[7] = NaN;
    expect(kernels.linearSquaredError(20, 2, x, w, null, t, y, dy, dw, null, 1)).toBeNaN();
    expect([y[3], dw[1]]).toEqual([NaN, NaN]);
    expect([y[2], y[4]]).toEqual([2, 2]);
  });
});
