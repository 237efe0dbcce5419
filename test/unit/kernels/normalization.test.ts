import { describe, expect, it } from 'vitest';
import { EACH, TOLERANCE, apart, differences, filled, identical, kernelsOf, randomNumbers, sums, type Sum } from './fixtures';

/** Rows and columns: of no vector, of whole ones, of whole ones and a part, and more rows than are summed at once. */
const SIZES: readonly (readonly [number, number])[] = [[1, 1], [2, 3], [7, 4], [64, 16], [65, 17], [129, 33], [300, 5], [3, 70], [200, 64]];
const EPSILON = 1e-3;

/** Of each column, or of each row: the places of its numbers. */
const columnsOf = (rows: number, columns: number) => Array.from({ length: columns }, (_, j) => Array.from({ length: rows }, (__, i) => i * columns + j));
const rowsOf = (rows: number, columns: number) => Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (__, j) => i * columns + j));
const total = (places: readonly number[], of: (place: number) => number) => places.reduce((sum, place) => sum + of(place), 0);
const sumOf = (places: readonly number[], of: (place: number) => number): Sum => {
  const [sum] = sums(1);
  for (const place of places) sum.add(of(place));
  return sum;
};

describe.each(EACH)('Normalization of %s in %s', (set, precision) => {
  const tolerance = TOLERANCE[precision];
  const near = (actual: ArrayLike<number>, expected: ArrayLike<number>) => apart(actual, expected, tolerance, tolerance);

  /** Arrays of a size: x around 3, dy, what columns and rows have of their own, and as many numbers after each result as must stay. */
  function arrays(rows: number, columns: number) {
    const kernels = kernelsOf(set, precision);
    const random = randomNumbers(rows * 100 + columns);
    const take = (length: number, value = random) => filled(kernels, length, value);
    const count = rows * columns;
    return { kernels, x: take(count, () => 3 + random()), dy: take(count), gamma: take(columns), beta: take(columns), out: take(count + 9, () => 7), column: take(columns + 9, () => 7), other: take(columns + 9, () => 7), take };
  }

  it.each(SIZES)('measures %i × %i by columns, and brings it to a slope and a level', (rows, columns) => {
    const { kernels, x, gamma, beta, out, column: mean, other: squares, take } = arrays(rows, columns);
    kernels.columnMoments(rows, columns, x, mean, squares);
    const places = columnsOf(rows, columns);
    const means = places.map((column) => total(column, (at) => x[at]) / rows);
    expect(near(mean, means)).toEqual([]);
    expect(differences(squares, places.map((column, j) => sumOf(column, (at) => (x[at] - means[j]) ** 2)), 10 * tolerance, tolerance)).toEqual([]);
    expect([...mean.subarray(columns), ...squares.subarray(columns)]).toEqual(new Array(18).fill(7));
    kernels.normalizeColumns(rows, columns, x, mean, gamma, beta, out);
    expect(near(out, Array.from(x, (value, at) => (value - mean[at % columns]) * gamma[at % columns] + beta[at % columns]))).toEqual([]);
    expect([...out.subarray(rows * columns)]).toEqual(new Array(9).fill(7));
    const inPlace = take(rows * columns, () => 0);
    inPlace.set(x);
    kernels.normalizeColumns(rows, columns, inPlace, mean, gamma, beta, inPlace);
    expect(identical(inPlace, out.subarray(0, rows * columns))).toBe(true);
  });

  it.each(SIZES)('sums gradients of %i × %i by columns, and takes them back', (rows, columns) => {
    const { kernels, x, dy, gamma, beta, out, column: sum, other: product, take } = arrays(rows, columns);
    const mean = take(columns, () => 3);
    const bend = take(columns);
    kernels.columnProducts(rows, columns, x, mean, dy, sum, product);
    const places = columnsOf(rows, columns);
    expect(differences(sum, places.map((column) => sumOf(column, (at) => dy[at])), tolerance)).toEqual([]);
    expect(differences(product, places.map((column, j) => sumOf(column, (at) => dy[at] * (x[at] - mean[j]))), tolerance)).toEqual([]);
    expect([...sum.subarray(columns), ...product.subarray(columns)]).toEqual(new Array(18).fill(7));
    kernels.normalizeColumnsBackward(rows, columns, x, mean, dy, gamma, bend, beta, out);
    expect(near(out, Array.from(x, (value, at) => gamma[at % columns] * dy[at] + bend[at % columns] * (value - mean[at % columns]) + beta[at % columns]))).toEqual([]);
    expect([...out.subarray(rows * columns)]).toEqual(new Array(9).fill(7));
    kernels.normalizeColumnsBackward(rows, columns, x, mean, dy, gamma, bend, beta, dy);
    expect(identical(dy, out.subarray(0, rows * columns))).toBe(true);
  });

  it.each(SIZES)('normalizes %i × %i by rows, and back', (rows, columns) => {
    const { kernels, x, dy, gamma, beta, out, column: dGamma, other: dBeta, take } = arrays(rows, columns);
    const mean = take(rows + 1, () => 7);
    const inverse = take(rows + 1, () => 7);
    kernels.normalizeRows(rows, columns, x, gamma, beta, EPSILON, out, mean, inverse);
    const places = rowsOf(rows, columns);
    const means = places.map((row) => total(row, (at) => x[at]) / columns);
    const inverses = places.map((row, i) => 1 / Math.sqrt(total(row, (at) => (x[at] - means[i]) ** 2) / columns + EPSILON));
    expect(near(mean, [...means, 7])).toEqual([]);
    expect(apart(inverse, [...inverses, 7], 20 * tolerance, 0)).toEqual([]);
    const unit = Array.from(x, (value, at) => (value - mean[Math.floor(at / columns)]) * inverse[Math.floor(at / columns)]);
    expect(near(out, unit.map((value, at) => gamma[at % columns] * value + beta[at % columns]))).toEqual([]);
    expect([...out.subarray(rows * columns)]).toEqual(new Array(9).fill(7));

    kernels.rowGradients(rows, columns, x, mean, inverse, dy, dGamma, dBeta);
    expect(differences(dGamma, columnsOf(rows, columns).map((column) => sumOf(column, (at) => dy[at] * unit[at])), tolerance, tolerance)).toEqual([]);
    expect(differences(dBeta, columnsOf(rows, columns).map((column) => sumOf(column, (at) => dy[at])), tolerance)).toEqual([]);
    expect([...dGamma.subarray(columns), ...dBeta.subarray(columns)]).toEqual(new Array(18).fill(7));

    kernels.normalizeRowsBackward(rows, columns, x, mean, inverse, gamma, dy, out);
    const inner = Array.from(dy, (value, at) => value * gamma[at % columns]);
    const expected = places.flatMap((row, i) => {
      const sum = total(row, (at) => inner[at]) / columns;
      const product = total(row, (at) => inner[at] * unit[at]) / columns;
      return row.map((at) => inverse[i] * (inner[at] - sum - unit[at] * product));
    });
    const largest = Math.max(...inverses) * 2;
    expect(apart(out, expected, tolerance, tolerance * largest)).toEqual([]);
    expect([...out.subarray(rows * columns)]).toEqual(new Array(9).fill(7));
    kernels.normalizeRowsBackward(rows, columns, x, mean, inverse, gamma, dy, dy);
    expect(identical(dy, out.subarray(0, rows * columns))).toBe(true);
  });

  it('keeps what is small beside a large mean, and lets a NaN reach its own column and row alone', () => {
    const kernels = kernelsOf(set, precision);
    const [rows, columns] = [1000, 6];
    const x = filled(kernels, rows * columns, (at) => 1000 + ((Math.floor(at / columns) % 2) - 0.5) / 4);
    const [mean, squares] = [kernels.alloc(columns), kernels.alloc(columns)];
    kernels.columnMoments(rows, columns, x, mean, squares);
    expect(near(mean, new Array<number>(columns).fill(1000))).toEqual([]);
    expect(apart(squares, new Array<number>(columns).fill(rows / 64), 1e-4, 0)).toEqual([]);
    x[columns * 500 + 2] = NaN;
    kernels.columnMoments(rows, columns, x, mean, squares);
    expect([...squares].map(Number.isNaN)).toEqual([false, false, true, false, false, false]);
    const [rowMean, inverse] = [kernels.alloc(rows), kernels.alloc(rows)];
    kernels.normalizeRows(rows, columns, x, squares, squares, EPSILON, kernels.alloc(rows * columns), rowMean, inverse);
    expect([...rowMean].flatMap((value, i) => (Number.isNaN(value) ? [i] : []))).toEqual([500]);
  });

  it('works through more columns than its sums have room for', () => {
    const columns = 70_001;
    const kernels = kernelsOf(set, precision);
    const random = randomNumbers(4);
    const [x, dy, mean, sum, product] = [filled(kernels, 3 * columns, random), filled(kernels, 3 * columns, random), ...[0, 1, 2].map(() => kernels.alloc(columns))];
    kernels.columnMoments(3, columns, x, mean, sum);
    expect(near(mean, Array.from(mean, (_, j) => (x[j] + x[columns + j] + x[2 * columns + j]) / 3))).toEqual([]);
    kernels.columnProducts(3, columns, x, mean, dy, sum, product);
    expect(near(product, Array.from(mean, (centre, j) => [0, 1, 2].reduce((all, i) => all + dy[i * columns + j] * (x[i * columns + j] - centre), 0)))).toEqual([]);
    const inverse = filled(kernels, 3, () => 2);
    kernels.rowGradients(3, columns, x, filled(kernels, 3, () => 0), inverse, dy, product, sum);
    expect(near(product, Array.from(mean, (_, j) => [0, 1, 2].reduce((all, i) => all + dy[i * columns + j] * x[i * columns + j] * 2, 0)))).toEqual([]);
  });

  it.each([0, 1, 3, 4, 5, 64, 127])('multiplies %i numbers', (count) => {
    const kernels = kernelsOf(set, precision);
    const random = randomNumbers(count);
    const [a, b] = [filled(kernels, count, random), filled(kernels, count, random)];
    const out = filled(kernels, count + 5, () => 7);
    kernels.multiply(count, a, b, out);
    expect(near(out, [...Array.from(a, (value, i) => value * b[i]), 7, 7, 7, 7, 7])).toEqual([]);
  });

  it.each([[1, 1, 1], [3, 2, 5], [2, 4, 4], [3, 8, 12], [2, 9, 7], [4, 25, 64], [2, 5, 4]])('turns %i matrices of %i × %i', (rows, m, n) => {
    const kernels = kernelsOf(set, precision);
    const x = filled(kernels, rows * m * n, (i) => i + 1);
    const y = filled(kernels, rows * m * n + 5, () => -7);
    kernels.transpose(rows, m, n, x, y);
    const expected: number[] = [];
    for (let row = 0; row < rows; row++) for (let j = 0; j < n; j++) for (let i = 0; i < m; i++) expected.push(row * m * n + i * n + j + 1);
    expect([...y]).toEqual([...expected, -7, -7, -7, -7, -7]);
  });
});
