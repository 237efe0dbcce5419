import { describe, expect, it } from 'vitest';
import { EACH, Sum, TOLERANCE, differences, filled, identical, kernelsOf, randomNumbers, sums } from './fixtures';

const SIZES = [[1, 1, 1], [1, 1, 17], [1, 9, 5], [7, 1, 3], [3, 5, 7], [4, 8, 1], [4, 8, 16], [5, 9, 33], [8, 16, 2], [13, 46, 64], [32, 16, 16], [32, 1, 16], [16, 2, 32], [10, 1, 1000], [21, 1, 131], [61, 23, 19], [33, 70, 300], [130, 40, 513], [6, 1030, 4]];

describe.each(EACH)('Matrices of %s in %s', (set, precision) => {
  const tolerance = TOLERANCE[precision];

  it.each(SIZES)('%i × %i × %i: product, transposed either way, added or not', (m, n, k) => {
    const kernels = kernelsOf(set, precision);
    const random = randomNumbers(m * 31 + n * 7 + k);
    const a = filled(kernels, m * k, random);
    const b = filled(kernels, k * n, random);
    const before = filled(kernels, m * n, random);
    // The neighbours of C must be left alone.
    const around = filled(kernels, m * n + 16, () => 7);
    const c = around.subarray(8, 8 + m * n);
    for (const transA of [false, true]) for (const transB of [false, true]) for (const accumulate of [false, true]) {
      c.set(before);
      kernels.gemm(transA, transB, m, n, k, a, b, c, accumulate);
      const expected = sums(m * n);
      for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) {
        const sum = expected[i * n + j];
        if (accumulate) sum.add(before[i * n + j]);
        for (let p = 0; p < k; p++) sum.add(a[transA ? p * m + i : i * k + p] * b[transB ? j * k + p : p * n + j]);
      }
      expect(differences(c, expected, tolerance), `${transA} ${transB} ${accumulate}`).toEqual([]);
      const first = c.slice();
      c.set(before);
      kernels.gemm(transA, transB, m, n, k, a, b, c, accumulate);
      expect(identical(c, first)).toBe(true);
    }
    expect([...around.subarray(0, 8), ...around.subarray(8 + m * n)]).toEqual(new Array(16).fill(7));
  });

  it('makes zeros of an empty sum, or leaves C', () => {
    const kernels = kernelsOf(set, precision);
    const c = filled(kernels, 6, (i) => i);
    kernels.gemm(false, false, 2, 3, 0, kernels.alloc(0), kernels.alloc(0), c, true);
    expect([...c]).toEqual([0, 1, 2, 3, 4, 5]);
    kernels.gemm(false, false, 2, 3, 0, kernels.alloc(0), kernels.alloc(0), c, false);
    expect([...c]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it.each([[3, 5, 7], [32, 46, 64], [70, 90, 80]])('lets NaN and infinities of a %i × %i × %i product reach what they touch and nothing else', (m, n, k) => {
    const kernels = kernelsOf(set, precision);
    const a = filled(kernels, m * k, () => 1);
    const b = filled(kernels, k * n, () => 1);
    const c = kernels.alloc(m * n);
    a[k] = NaN;
    b[(k - 1) * n + 2] = Infinity;
    kernels.gemm(false, false, m, n, k, a, b, c, false);
    expect([...c]).toEqual(Array.from({ length: m * n }, (_, at) => (Math.floor(at / n) === 1 ? NaN : at % n === 2 ? Infinity : k)));
  });

  it.each([[1, 1, 1], [5, 3, 9], [7, 64, 40], [4, 13, 30], [33, 46, 12]])('multiplies %i sparse rows by n = %i of %i columns, forward and backward', (rows, n, columns) => {
    const kernels = kernelsOf(set, precision);
    const random = randomNumbers(rows + n);
    const entries: { row: number; column: number; value: number }[] = [];
    for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) if (row !== 3 && random() > 0.4) entries.push({ row, column, value: random() });
    const offsets = kernels.allocInts(rows + 1);
    for (const { row } of entries) for (let after = row + 1; after <= rows; after++) offsets[after]++;
    const at = kernels.allocInts(entries.length);
    entries.forEach(({ column }, i) => { at[i] = column; });
    const x = { offsets, columns: at, values: filled(kernels, entries.length, (i) => entries[i].value) };
    const w = filled(kernels, columns * n, random);
    for (const accumulate of [false, true]) {
      const y = filled(kernels, rows * n, random);
      const expected = sums(rows * n);
      for (let i = 0; i < rows * n; i++) expected[i].add(accumulate ? y[i] : 0);
      entries.forEach(({ row, column }, entry) => { for (let j = 0; j < n; j++) expected[row * n + j].add(x.values[entry] * w[column * n + j]); });
      kernels.sparseForward(rows, n, x, w, y, accumulate);
      expect(differences(y, expected, tolerance)).toEqual([]);
    }
    const dy = filled(kernels, rows * n, random);
    const dw = filled(kernels, columns * n, random);
    const expected = sums(columns * n);
    for (let i = 0; i < columns * n; i++) expected[i].add(dw[i]);
    entries.forEach(({ row, column }, entry) => { for (let j = 0; j < n; j++) expected[column * n + j].add(x.values[entry] * dy[row * n + j]); });
    kernels.sparseBackwardWeights(rows, n, x, dy, dw);
    expect(differences(dw, expected, tolerance)).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5, 15, 16, 17, 63, 1000])('squares the errors of %i numbers, with their derivative where it is asked for', (count) => {
    const kernels = kernelsOf(set, precision);
    const random = randomNumbers(count);
    const y = filled(kernels, count, random);
    const t = filled(kernels, count, random);
    const dy = filled(kernels, count + 1, random);
    const after = dy[count];
    const whole = new Sum();
    const slopes = sums(count);
    for (let i = 0; i < count; i++) {
      whole.add((y[i] - t[i]) ** 2);
      slopes[i].add(0.3 * y[i]);
      slopes[i].add(-0.3 * t[i]);
    }
    expect(differences([kernels.squaredError(count, y, t, null, 0.3)], [whole], 1e-14)).toEqual([]);
    expect(dy[count]).toBe(after);
    expect(differences([kernels.squaredError(count, y, t, dy, 0.3)], [whole], 1e-14)).toEqual([]);
    expect(differences(dy.subarray(0, count), slopes, tolerance)).toEqual([]);
    expect(dy[count]).toBe(after);
  });

  it.each([1, 2, 3, 4, 5, 15, 16, 17, 63, 1000])('sums, adds and scales %i numbers', (count) => {
    const kernels = kernelsOf(set, precision);
    const random = randomNumbers(count);
    const x = filled(kernels, count, random);
    const y = filled(kernels, count + 1, random);
    const inner = new Sum();
    for (let i = 0; i < count; i++) inner.add(x[i] * y[i]);
    // Products of two float32 are exact in float64: the sum is as good as a float64 one.
    expect(differences([kernels.dot(count, x, y)], [inner], 1e-14)).toEqual([]);
    expect(kernels.dot(count, x, y)).toBe(kernels.dot(count, x, y));
    const last = y[count];
    const axpy = sums(count);
    for (let i = 0; i < count; i++) {
      axpy[i].add(y[i]);
      axpy[i].add(-0.7 * x[i]);
    }
    kernels.axpy(count, -0.7, x, y);
    expect(differences(y, axpy, tolerance)).toEqual([]);
    const scaled = sums(count);
    for (let i = 0; i < count; i++) scaled[i].add(0.3 * y[i]);
    kernels.scale(count, 0.3, y);
    expect(differences(y, scaled, tolerance)).toEqual([]);
    expect(y[count]).toBe(last);
  });

  it.each([[1, 1], [1, 5], [9, 1], [13, 7], [64, 16], [100, 33], [1000, 1], [131, 1]])('sums %i rows of %i', (rows, columns) => {
    const kernels = kernelsOf(set, precision);
    const random = randomNumbers(rows + columns);
    const x = filled(kernels, rows * columns, random);
    for (const accumulate of [false, true]) {
      const out = filled(kernels, columns, random);
      const expected = sums(columns);
      for (let j = 0; j < columns; j++) {
        if (accumulate) expected[j].add(out[j]);
        for (let i = 0; i < rows; i++) expected[j].add(x[i * columns + j]);
      }
      kernels.sumRows(rows, columns, x, out, accumulate);
      expect(differences(out, expected, tolerance)).toEqual([]);
    }
  });
});
