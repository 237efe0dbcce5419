import { describe, expect, it } from 'vitest';
import type { Vector } from '../../../src/core/kernels/kernels';
import { EACH, TOLERANCE, differences, filled, identical, kernelsOf, randomNumbers, sums } from './fixtures';

/** Sizes around the blocks, panels and slabs that products with many zeros are made in: rows, columns, length of the sums. */
const SIZES = [[8, 96, 5], [9, 103, 40], [131, 96, 64], [40, 130, 300], [100, 128, 257], [260, 100, 33], [1100, 112, 20], [1056, 112, 20], [96, 1100, 20], [104, 97, 270]];

describe.each(EACH)('Products with many zeros of %s in %s', (set, precision) => {
  const tolerance = TOLERANCE[precision];

  it.each(SIZES)('%i × %i × %i: what all the products sum to, and the bits of a product that leaves none out', (m, n, k) => {
    const kernels = kernelsOf(set, precision);
    const random = randomNumbers(m * 31 + n * 7 + k);
    /** Every other number a zero, some of them negative zeros. */
    const scarce = (length: number, share: number): Vector => filled(kernels, length, (i) => (Math.abs(random()) < share ? random() : i % 3 === 0 ? -0 : 0));
    const before = filled(kernels, m * n, random);
    const around = filled(kernels, m * n + 16, () => 7);
    const c = around.subarray(8, 8 + m * n);
    // The left matrix has the zeros, the right one, both, or hardly one of them.
    for (const [left, right] of [[0.3, 1], [1, 0.4], [0.5, 0.2], [0.05, 0.05], [0, 1]] as const) {
      const a = scarce(m * k, left);
      const b = scarce(k * n, right);
      for (const transA of [false, true]) for (const transB of [false, true]) for (const accumulate of [false, true]) {
        const what = `${left} ${right} ${transA} ${transB} ${accumulate}`;
        const aAt = (i: number, p: number): number => (transA ? p * m + i : i * k + p);
        const bAt = (p: number, j: number): number => (transB ? j * k + p : p * n + j);
        c.set(before);
        kernels.gemm(transA, transB, m, n, k, a, b, c, accumulate);
        // Some of the sums by their definition; all of them against a product that may leave nothing out.
        const places = Array.from({ length: 300 }, (_, q) => (q * 7919) % (m * n));
        const expected = sums(places.length);
        places.forEach((place, q) => {
          const i = Math.floor(place / n), j = place % n;
          if (accumulate) expected[q].add(before[place]);
          for (let p = 0; p < k; p++) expected[q].add(a[aAt(i, p)] * b[bAt(p, j)]);
        });
        expect(differences(places.map((place) => c[place]), expected, tolerance), what).toEqual([]);
        const sparing = c.slice();
        const [lastA, lastB] = [a[aAt(m - 1, 0)], b[bAt(0, n - 1)]];
        a[aAt(m - 1, 0)] = NaN;
        b[bAt(0, n - 1)] = NaN;
        c.set(before);
        kernels.gemm(transA, transB, m, n, k, a, b, c, accumulate);
        for (let i = 0; i < m; i++) expect(c[i * n + n - 1], what).toBeNaN();
        for (let j = 0; j < n; j++) expect(c[(m - 1) * n + j], what).toBeNaN();
        for (const whole of [c, sparing]) {
          whole.fill(0, (m - 1) * n);
          for (let i = 0; i < m; i++) whole[i * n + n - 1] = 0;
        }
        expect(identical(c, sparing), what).toBe(true);
        a[aAt(m - 1, 0)] = lastA;
        b[bAt(0, n - 1)] = lastB;
      }
    }
    expect([...around.subarray(0, 8), ...around.subarray(8 + m * n)]).toEqual(new Array(16).fill(7));
  });

  it('lets what is not finite reach what it touches through a zero, and nothing else', () => {
    const kernels = kernelsOf(set, precision);
    const [m, n, k] = [40, 130, 300];
    for (const transA of [false, true]) for (const transB of [false, true]) for (const [odd, side] of [[Infinity, 'a'], [NaN, 'a'], [-Infinity, 'b'], [NaN, 'b']] as const) {
      const a = filled(kernels, m * k, (i) => (i % 5 === 0 ? 1 : 0));
      const b = filled(kernels, k * n, (i) => (i % 4 === 0 ? 1 : 0));
      // In the second of the slabs that a sum is taken in.
      const [i0, j0, p0] = [17, 23, 280];
      if (side === 'a') a[transA ? p0 * m + i0 : i0 * k + p0] = odd;
      else b[transB ? j0 * k + p0 : p0 * n + j0] = odd;
      const c = kernels.alloc(m * n);
      kernels.gemm(transA, transB, m, n, k, a, b, c, false);
      const expected = sums(m * n);
      for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) for (let p = 0; p < k; p++) expected[i * n + j].add(a[transA ? p * m + i : i * k + p] * b[transB ? j * k + p : p * n + j]);
      expect(differences(c, expected, tolerance), `${transA} ${transB} ${odd} ${side}`).toEqual([]);
    }
  });
});
