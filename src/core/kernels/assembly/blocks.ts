import { Real } from './real';
import { FUSED, LANES, SIZE, madd } from './vector';

/**
 * The blocks that large matrix products are made of: ROWS × 2·LANES numbers of C stand in registers. With a fused product and sum six rows
 * fit beside what they are multiplied by; a sum of its own takes a register more, so five. Unrolled, or with sums after the loop on a way that
 * does not add, V8 moves them to memory.
 */
// @ts-ignore: decorator
@inline export const ROWS: i32 = FUSED ? 6 : 5;

/** C ← A·B or C + A·B for ROWS rows of A, `aRow` bytes apart, whose k numbers are `aColumn` bytes apart; B has k rows, `bStep` bytes apart. */
export function rowsBlock(k: i32, a: usize, aRow: usize, aColumn: usize, b: usize, bStep: usize, c: usize, cStep: usize, accumulate: bool): void {
  let c00 = v128.splat<Real>(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
  let a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow, a4 = a3 + aRow, a5 = ROWS > 5 ? a4 + aRow : 0;
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
    x = v128.load_splat<Real>(a4);
    c40 = madd(x, b0, c40); c41 = madd(x, b1, c41);
    if (ROWS > 5) {
      x = v128.load_splat<Real>(a5);
      c50 = madd(x, b0, c50); c51 = madd(x, b1, c51);
    }
    a += aColumn; a1 += aColumn; a2 += aColumn; a3 += aColumn; a4 += aColumn;
    if (ROWS > 5) a5 += aColumn;
    b += bStep;
  }
  if (accumulate) {
    v128.store(c, v128.add<Real>(c00, v128.load(c))); v128.store(c, v128.add<Real>(c01, v128.load(c, 16)), 16); c += cStep;
    v128.store(c, v128.add<Real>(c10, v128.load(c))); v128.store(c, v128.add<Real>(c11, v128.load(c, 16)), 16); c += cStep;
    v128.store(c, v128.add<Real>(c20, v128.load(c))); v128.store(c, v128.add<Real>(c21, v128.load(c, 16)), 16); c += cStep;
    v128.store(c, v128.add<Real>(c30, v128.load(c))); v128.store(c, v128.add<Real>(c31, v128.load(c, 16)), 16); c += cStep;
    v128.store(c, v128.add<Real>(c40, v128.load(c))); v128.store(c, v128.add<Real>(c41, v128.load(c, 16)), 16);
    if (ROWS > 5) {
      v128.store(c + cStep, v128.add<Real>(c50, v128.load(c + cStep))); v128.store(c + cStep, v128.add<Real>(c51, v128.load(c + cStep, 16)), 16);
    }
  } else {
    v128.store(c, c00); v128.store(c, c01, 16); c += cStep;
    v128.store(c, c10); v128.store(c, c11, 16); c += cStep;
    v128.store(c, c20); v128.store(c, c21, 16); c += cStep;
    v128.store(c, c30); v128.store(c, c31, 16); c += cStep;
    v128.store(c, c40); v128.store(c, c41, 16);
    if (ROWS > 5) {
      v128.store(c + cStep, c50); v128.store(c + cStep, c51, 16);
    }
  }
}

/** The same where the rows' numbers stand side by side, `aStep` bytes from one column of A to the next. */
export function columnsBlock(k: i32, a: usize, aStep: usize, b: usize, bStep: usize, c: usize, cStep: usize, accumulate: bool): void {
  let c00 = v128.splat<Real>(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
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
    x = v128.load_splat<Real>(a, 4 * sizeof<Real>());
    c40 = madd(x, b0, c40); c41 = madd(x, b1, c41);
    if (ROWS > 5) {
      x = v128.load_splat<Real>(a, 5 * sizeof<Real>());
      c50 = madd(x, b0, c50); c51 = madd(x, b1, c51);
    }
    a += aStep;
    b += bStep;
  }
  if (accumulate) {
    v128.store(c, v128.add<Real>(c00, v128.load(c))); v128.store(c, v128.add<Real>(c01, v128.load(c, 16)), 16); c += cStep;
    v128.store(c, v128.add<Real>(c10, v128.load(c))); v128.store(c, v128.add<Real>(c11, v128.load(c, 16)), 16); c += cStep;
    v128.store(c, v128.add<Real>(c20, v128.load(c))); v128.store(c, v128.add<Real>(c21, v128.load(c, 16)), 16); c += cStep;
    v128.store(c, v128.add<Real>(c30, v128.load(c))); v128.store(c, v128.add<Real>(c31, v128.load(c, 16)), 16); c += cStep;
    v128.store(c, v128.add<Real>(c40, v128.load(c))); v128.store(c, v128.add<Real>(c41, v128.load(c, 16)), 16);
    if (ROWS > 5) {
      v128.store(c + cStep, v128.add<Real>(c50, v128.load(c + cStep))); v128.store(c + cStep, v128.add<Real>(c51, v128.load(c + cStep, 16)), 16);
    }
  } else {
    v128.store(c, c00); v128.store(c, c01, 16); c += cStep;
    v128.store(c, c10); v128.store(c, c11, 16); c += cStep;
    v128.store(c, c20); v128.store(c, c21, 16); c += cStep;
    v128.store(c, c30); v128.store(c, c31, 16); c += cStep;
    v128.store(c, c40); v128.store(c, c41, 16);
    if (ROWS > 5) {
      v128.store(c + cStep, c50); v128.store(c + cStep, c51, 16);
    }
  }
}

/** How many blocks of ROWS rows `m` rows begin with, so that blocks of four leave few single rows. */
export function blocksOf(m: i32): i32 {
  const most = m / ROWS;
  let best = most;
  for (let n = most, least = ROWS; n >= 0 && n > most - 4; n--) {
    const single = (m - n * ROWS) & 3;
    if (single < least) {
      least = single;
      best = n;
    }
  }
  return best;
}

/** ROWS numbers from one place to another. */
// @ts-ignore: decorator
@inline function copyRows(from: usize, to: usize): void {
  v128.store(to, v128.load(from));
  if (sizeof<Real>() == 8) v128.store(to, v128.load(from, 16), 16);
  const rest = <usize>(ROWS - (ROWS & ~(LANES - 1))) * SIZE, at = ROWS * SIZE - rest;
  if (rest == 8) store<u64>(to + at, load<u64>(from + at));
  else store<u32>(to + at, load<u32>(from + at));
}

/**
 * Blocks of ROWS rows, whose numbers stand side by side in `count` columns, `column` bytes apart: each block's columns are brought together.
 * A column is read along, since places that are a power of two apart would meet in one set of the cache.
 */
export function packColumns(blocks: i32, count: i32, a: usize, column: usize, to: usize): void {
  const far = <usize>(ROWS * count) * SIZE;
  for (; count > 0; count--, a += column, to += ROWS * SIZE) {
    for (let block = blocks, from = a, into = to; block > 0; block--, from += ROWS * SIZE, into += far) copyRows(from, into);
  }
}
