import { Real } from './real';
import { LANES, SIZE, bytes, madd } from './vector';

/** A tile's sums to C, or added to it. */
// @ts-ignore: decorator
@inline function store4x2(c00: v128, c01: v128, c10: v128, c11: v128, c20: v128, c21: v128, c30: v128, c31: v128, c: usize, cStep: usize, accumulate: bool): void {
  if (accumulate) {
    c00 = v128.add<Real>(c00, v128.load(c)); c01 = v128.add<Real>(c01, v128.load(c, 16));
    const d1 = c + cStep, d2 = d1 + cStep, d3 = d2 + cStep;
    c10 = v128.add<Real>(c10, v128.load(d1)); c11 = v128.add<Real>(c11, v128.load(d1, 16));
    c20 = v128.add<Real>(c20, v128.load(d2)); c21 = v128.add<Real>(c21, v128.load(d2, 16));
    c30 = v128.add<Real>(c30, v128.load(d3)); c31 = v128.add<Real>(c31, v128.load(d3, 16));
  }
  v128.store(c, c00); v128.store(c, c01, 16); c += cStep;
  v128.store(c, c10); v128.store(c, c11, 16); c += cStep;
  v128.store(c, c20); v128.store(c, c21, 16); c += cStep;
  v128.store(c, c30); v128.store(c, c31, 16);
}

/**
 * Four rows of a product, two vectors wide: C (4 × 2·LANES) ← A·B or C + A·B. A row of A is any place in memory; its numbers are `step`
 * bytes apart in `segments` stretches of `run`, each `jump` bytes after the one before (a convolution's window: its lines). B has a row
 * for each, `bStep` bytes apart.
 */
export function tile4x2(
  a0: usize, a1: usize, a2: usize, a3: usize, run: i32, step: usize, segments: i32, jump: usize,
  b: usize, bStep: usize, c: usize, cStep: usize, accumulate: bool,
): void {
  let c00 = v128.splat<Real>(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  const back = jump - <usize>run * step;
  for (; segments > 0; segments--) {
    for (let p = run; p > 0; p--) {
      const b0 = v128.load(b), b1 = v128.load(b, 16);
      let a = v128.load_splat<Real>(a0);
      c00 = madd(a, b0, c00); c01 = madd(a, b1, c01);
      a = v128.load_splat<Real>(a1);
      c10 = madd(a, b0, c10); c11 = madd(a, b1, c11);
      a = v128.load_splat<Real>(a2);
      c20 = madd(a, b0, c20); c21 = madd(a, b1, c21);
      a = v128.load_splat<Real>(a3);
      c30 = madd(a, b0, c30); c31 = madd(a, b1, c31);
      a0 += step; a1 += step; a2 += step; a3 += step;
      b += bStep;
    }
    a0 += back; a1 += back; a2 += back; a3 += back;
  }
  store4x2(c00, c01, c10, c11, c20, c21, c30, c31, c, cStep, accumulate);
}

/** The same over `groups` of such stretches, each `leap` bytes after the one before (a batch's pictures), while B's rows go on. */
export function walk4x2(
  a0: usize, a1: usize, a2: usize, a3: usize, run: i32, step: usize, segments: i32, jump: usize, groups: i32, leap: usize,
  b: usize, bStep: usize, c: usize, cStep: usize, accumulate: bool,
): void {
  let c00 = v128.splat<Real>(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  const back = jump - <usize>run * step, far = leap - <usize>segments * jump;
  for (; groups > 0; groups--) {
    for (let s = segments; s > 0; s--) {
      for (let p = run; p > 0; p--) {
        const b0 = v128.load(b), b1 = v128.load(b, 16);
        let a = v128.load_splat<Real>(a0);
        c00 = madd(a, b0, c00); c01 = madd(a, b1, c01);
        a = v128.load_splat<Real>(a1);
        c10 = madd(a, b0, c10); c11 = madd(a, b1, c11);
        a = v128.load_splat<Real>(a2);
        c20 = madd(a, b0, c20); c21 = madd(a, b1, c21);
        a = v128.load_splat<Real>(a3);
        c30 = madd(a, b0, c30); c31 = madd(a, b1, c31);
        a0 += step; a1 += step; a2 += step; a3 += step;
        b += bStep;
      }
      a0 += back; a1 += back; a2 += back; a3 += back;
    }
    a0 += far; a1 += far; a2 += far; a3 += far;
  }
  store4x2(c00, c01, c10, c11, c20, c21, c30, c31, c, cStep, accumulate);
}

/** The same of one row, to a tile that lies aside. */
export function walk1x2(a: usize, run: i32, step: usize, segments: i32, jump: usize, groups: i32, leap: usize, b: usize, bStep: usize, c: usize): void {
  let c0 = v128.splat<Real>(0), c1 = c0;
  const back = jump - <usize>run * step, far = leap - <usize>segments * jump;
  for (; groups > 0; groups--) {
    for (let s = segments; s > 0; s--) {
      for (let p = run; p > 0; p--) {
        const x = v128.load_splat<Real>(a);
        c0 = madd(x, v128.load(b), c0);
        c1 = madd(x, v128.load(b, 16), c1);
        a += step;
        b += bStep;
      }
      a += back;
    }
    a += far;
  }
  v128.store(c, c0); v128.store(c, c1, 16);
}

/** The same, one vector wide. */
export function tile4x1(
  a0: usize, a1: usize, a2: usize, a3: usize, run: i32, step: usize, segments: i32, jump: usize,
  b: usize, bStep: usize, c: usize, cStep: usize, accumulate: bool,
): void {
  let c0 = v128.splat<Real>(0), c1 = c0, c2 = c0, c3 = c0;
  const back = jump - <usize>run * step;
  for (; segments > 0; segments--) {
    for (let p = run; p > 0; p--) {
      const b0 = v128.load(b);
      c0 = madd(v128.load_splat<Real>(a0), b0, c0);
      c1 = madd(v128.load_splat<Real>(a1), b0, c1);
      c2 = madd(v128.load_splat<Real>(a2), b0, c2);
      c3 = madd(v128.load_splat<Real>(a3), b0, c3);
      a0 += step; a1 += step; a2 += step; a3 += step;
      b += bStep;
    }
    a0 += back; a1 += back; a2 += back; a3 += back;
  }
  if (accumulate) {
    c0 = v128.add<Real>(c0, v128.load(c));
    c1 = v128.add<Real>(c1, v128.load(c + cStep));
    c2 = v128.add<Real>(c2, v128.load(c + 2 * cStep));
    c3 = v128.add<Real>(c3, v128.load(c + 3 * cStep));
  }
  v128.store(c, c0); v128.store(c + cStep, c1); v128.store(c + 2 * cStep, c2); v128.store(c + 3 * cStep, c3);
}

/** One row, two vectors wide. */
export function tile1x2(a: usize, run: i32, step: usize, segments: i32, jump: usize, b: usize, bStep: usize, c: usize, accumulate: bool): void {
  let c0 = v128.splat<Real>(0), c1 = c0;
  const back = jump - <usize>run * step;
  for (; segments > 0; segments--) {
    for (let p = run; p > 0; p--) {
      const x = v128.load_splat<Real>(a);
      c0 = madd(x, v128.load(b), c0);
      c1 = madd(x, v128.load(b, 16), c1);
      a += step;
      b += bStep;
    }
    a += back;
  }
  if (accumulate) {
    c0 = v128.add<Real>(c0, v128.load(c));
    c1 = v128.add<Real>(c1, v128.load(c, 16));
  }
  v128.store(c, c0); v128.store(c, c1, 16);
}

/** A tile that lies aside, rows of 2·LANES numbers, brought to where its live part belongs. */
export function settle(spare: usize, rows: i32, columns: i32, c: usize, cStep: usize, accumulate: bool): void {
  for (let i = 0; i < rows; i++) {
    for (let j: usize = 0, end = bytes(columns); j < end; j += SIZE) {
      const value = load<Real>(spare + j);
      store<Real>(c + j, accumulate ? load<Real>(c + j) + value : value);
    }
    spare += bytes(2 * LANES);
    c += cStep;
  }
}
