import { Real } from './real';
import { SIZE, madd } from './vector';

/**
 * C (4 × 2·LANES) ← A·B for four rows of A whose k numbers stand side by side, `row` bytes from one to the next, and a packed panel of B,
 * k rows of 2·LANES numbers. Rows of C are `cStep` bytes apart.
 */
export function rowsBlock(k: i32, a: usize, row: usize, b: usize, c: usize, cStep: usize): void {
  let c00 = v128.splat<Real>(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  let a1 = a + row, a2 = a1 + row, a3 = a2 + row;
  for (; k > 0; k--) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load_splat<Real>(a);
    c00 = madd(x, b0, c00); c01 = madd(x, b1, c01);
    x = v128.load_splat<Real>(a1);
    c10 = madd(x, b0, c10); c11 = madd(x, b1, c11);
    x = v128.load_splat<Real>(a2);
    c20 = madd(x, b0, c20); c21 = madd(x, b1, c21);
    x = v128.load_splat<Real>(a3);
    c30 = madd(x, b0, c30); c31 = madd(x, b1, c31);
    a += SIZE; a1 += SIZE; a2 += SIZE; a3 += SIZE;
    b += 32;
  }
  v128.store(c, c00); v128.store(c, c01, 16); c += cStep;
  v128.store(c, c10); v128.store(c, c11, 16); c += cStep;
  v128.store(c, c20); v128.store(c, c21, 16); c += cStep;
  v128.store(c, c30); v128.store(c, c31, 16);
}

/**
 * C (4 × 2·LANES, rows side by side) ← C + AᵀB for four columns of A that stand side by side and a panel of B; their k rows are `row` and
 * `bStep` bytes apart.
 */
export function columnsBlock(k: i32, a: usize, row: usize, b: usize, bStep: usize, c: usize): void {
  let c00 = v128.load(c), c01 = v128.load(c, 16), c10 = v128.load(c, 32), c11 = v128.load(c, 48);
  let c20 = v128.load(c, 64), c21 = v128.load(c, 80), c30 = v128.load(c, 96), c31 = v128.load(c, 112);
  for (; k > 0; k--) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load_splat<Real>(a);
    c00 = madd(x, b0, c00); c01 = madd(x, b1, c01);
    x = v128.load_splat<Real>(a, sizeof<Real>());
    c10 = madd(x, b0, c10); c11 = madd(x, b1, c11);
    x = v128.load_splat<Real>(a, 2 * sizeof<Real>());
    c20 = madd(x, b0, c20); c21 = madd(x, b1, c21);
    x = v128.load_splat<Real>(a, 3 * sizeof<Real>());
    c30 = madd(x, b0, c30); c31 = madd(x, b1, c31);
    a += row;
    b += bStep;
  }
  v128.store(c, c00); v128.store(c, c01, 16); v128.store(c, c10, 32); v128.store(c, c11, 48);
  v128.store(c, c20, 64); v128.store(c, c21, 80); v128.store(c, c30, 96); v128.store(c, c31, 112);
}
