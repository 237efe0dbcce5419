import { Real } from './real';
import { squaredError } from './rows';
import { LANES, SIZE, bytes, loadPart, madd, splat, storePart, total } from './vector';

// Products of a matrix with one column, and least squares, which need both of them.

/** y ← shift + the sum of each of four vectors, or with y before it. */
// @ts-ignore: decorator
@inline function putFour(y: usize, s0: v128, s1: v128, s2: v128, s3: v128, shift: v128, accumulate: bool): void {
  if (sizeof<Real>() == 8) {
    put(y, v128.add<Real>(shift, v128.add<Real>(v128.shuffle<f64>(s0, s1, 0, 2), v128.shuffle<f64>(s0, s1, 1, 3))), accumulate);
    put(y + 16, v128.add<Real>(shift, v128.add<Real>(v128.shuffle<f64>(s2, s3, 0, 2), v128.shuffle<f64>(s2, s3, 1, 3))), accumulate);
  } else {
    const low = v128.add<Real>(v128.shuffle<f32>(s0, s1, 0, 2, 4, 6), v128.shuffle<f32>(s0, s1, 1, 3, 5, 7));
    const high = v128.add<Real>(v128.shuffle<f32>(s2, s3, 0, 2, 4, 6), v128.shuffle<f32>(s2, s3, 1, 3, 5, 7));
    put(y, v128.add<Real>(shift, v128.add<Real>(v128.shuffle<f32>(low, high, 0, 2, 4, 6), v128.shuffle<f32>(low, high, 1, 3, 5, 7))), accumulate);
  }
}

// @ts-ignore: decorator
@inline function put(at: usize, x: v128, accumulate: bool): void {
  v128.store(at, accumulate ? v128.add<Real>(v128.load(at), x) : x);
}

/** y (rows) ← X·w + shift, or y + X·w + shift, for lines of k numbers, eight at a time so that w is read once for them. */
export function lines(rows: i32, k: i32, x: usize, w: usize, shift: Real, y: usize, accumulate: bool): void {
  const line = bytes(k);
  const live = k & (LANES - 1);
  const whole = line - bytes(live);
  const zero = splat(0), constant = v128.splat<Real>(shift);
  for (; rows >= 8; rows -= 8, x += 8 * line, y += 8 * SIZE) {
    let s0 = zero, s1 = zero, s2 = zero, s3 = zero, s4 = zero, s5 = zero, s6 = zero, s7 = zero;
    const x4 = x + 4 * line;
    let at: usize = 0;
    for (; at < whole; at += 16) {
      const factor = v128.load(w + at);
      const near = x + at, far = x4 + at;
      s0 = madd(v128.load(near), factor, s0); s1 = madd(v128.load(near + line), factor, s1);
      s2 = madd(v128.load(near + 2 * line), factor, s2); s3 = madd(v128.load(near + 3 * line), factor, s3);
      s4 = madd(v128.load(far), factor, s4); s5 = madd(v128.load(far + line), factor, s5);
      s6 = madd(v128.load(far + 2 * line), factor, s6); s7 = madd(v128.load(far + 3 * line), factor, s7);
    }
    if (live > 0) {
      const factor = loadPart(w + at, live);
      const near = x + at, far = x4 + at;
      s0 = madd(loadPart(near, live), factor, s0); s1 = madd(loadPart(near + line, live), factor, s1);
      s2 = madd(loadPart(near + 2 * line, live), factor, s2); s3 = madd(loadPart(near + 3 * line, live), factor, s3);
      s4 = madd(loadPart(far, live), factor, s4); s5 = madd(loadPart(far + line, live), factor, s5);
      s6 = madd(loadPart(far + 2 * line, live), factor, s6); s7 = madd(loadPart(far + 3 * line, live), factor, s7);
    }
    putFour(y, s0, s1, s2, s3, constant, accumulate);
    putFour(y + 4 * SIZE, s4, s5, s6, s7, constant, accumulate);
  }
  for (; rows > 0; rows--, x += line, y += SIZE) {
    let sum = zero;
    let at: usize = 0;
    for (; at < whole; at += 16) sum = madd(v128.load(x + at), v128.load(w + at), sum);
    if (live > 0) sum = madd(loadPart(x + at, live), loadPart(w + at, live), sum);
    const value = <Real>total(sum) + shift;
    store<Real>(y, accumulate ? load<Real>(y) + value : value);
  }
}

/** c ← c + Xᵀ·d in `count` (1 to 6) vectors of columns, for lines that are `line` bytes apart. */
// @ts-ignore: decorator
@inline function columns(count: i32, rows: i32, x: usize, line: usize, d: usize, c: usize): void {
  const zero = splat(0);
  let s0 = zero, s1 = zero, s2 = zero, s3 = zero, s4 = zero, s5 = zero;
  for (const end = d + bytes(rows); d < end; d += SIZE, x += line) {
    const factor = v128.load_splat<Real>(d);
    s0 = madd(factor, v128.load(x), s0);
    if (count > 1) s1 = madd(factor, v128.load(x, 16), s1);
    if (count > 2) s2 = madd(factor, v128.load(x, 32), s2);
    if (count > 3) s3 = madd(factor, v128.load(x, 48), s3);
    if (count > 4) s4 = madd(factor, v128.load(x, 64), s4);
    if (count > 5) s5 = madd(factor, v128.load(x, 80), s5);
  }
  v128.store(c, v128.add<Real>(v128.load(c), s0));
  if (count > 1) v128.store(c, v128.add<Real>(v128.load(c, 16), s1), 16);
  if (count > 2) v128.store(c, v128.add<Real>(v128.load(c, 32), s2), 32);
  if (count > 3) v128.store(c, v128.add<Real>(v128.load(c, 48), s3), 48);
  if (count > 4) v128.store(c, v128.add<Real>(v128.load(c, 64), s4), 64);
  if (count > 5) v128.store(c, v128.add<Real>(v128.load(c, 80), s5), 80);
}

/** c (k) ← c + Xᵀ·d for lines of k numbers, few enough to stay in the first cache. */
function transposedBlock(rows: i32, k: i32, x: usize, d: usize, c: usize): void {
  const line = bytes(k);
  const live = k & (LANES - 1);
  let left = k / LANES;
  for (; left >= 8 || left == 6; left -= 6, x += 96, c += 96) columns(6, rows, x, line, d, c);
  if (left == 7) {
    columns(4, rows, x, line, d, c);
    columns(3, rows, x + 64, line, d, c + 64);
  } else if (left == 5) columns(5, rows, x, line, d, c);
  else if (left == 4) columns(4, rows, x, line, d, c);
  else if (left == 3) columns(3, rows, x, line, d, c);
  else if (left == 2) columns(2, rows, x, line, d, c);
  else if (left == 1) columns(1, rows, x, line, d, c);
  if (live == 0) return;
  x += <usize>left << 4;
  c += <usize>left << 4;
  let s0 = splat(0), s1 = s0;
  for (; rows >= 2; rows -= 2, x += 2 * line, d += 2 * SIZE) {
    s0 = madd(v128.load_splat<Real>(d), loadPart(x, live), s0);
    s1 = madd(v128.load_splat<Real>(d, SIZE), loadPart(x + line, live), s1);
  }
  if (rows > 0) s0 = madd(v128.load_splat<Real>(d), loadPart(x, live), s0);
  storePart(c, v128.add<Real>(loadPart(c, live), v128.add<Real>(s0, s1)), live);
}

/** Bytes of a block of rows, which stays in the first cache while it is read more than once … */
// @ts-ignore: decorator
@inline const BLOCK: usize = 16384;
/** … and no more rows than this: a sum of sums loses less to rounding than one long sum. */
// @ts-ignore: decorator
@inline const MOST_ROWS: i32 = 128;

// @ts-ignore: decorator
@inline function blockRows(line: usize): i32 {
  return max(8, min(MOST_ROWS, <i32>(BLOCK / line) & ~7));
}

/** c (k) ← Xᵀ·d, or c + Xᵀ·d, for lines of k numbers. */
export function transposed(rows: i32, k: i32, x: usize, d: usize, c: usize, accumulate: bool): void {
  const line = bytes(k);
  const block = blockRows(line);
  if (!accumulate) memory.fill(c, 0, line);
  for (; rows > 0; rows -= block, x += <usize>block * line, d += bytes(block)) transposedBlock(min(rows, block), k, x, d, c);
}

/**
 * Least squares of one output in one pass over the rows: y ← X·w + b, dy ← factor·(y − t), dw ← Xᵀ·dy, db ← Σ dy. bias and db are 0 where
 * there is no bias; dy, dw and db where no derivative is wanted. @returns Σ (y − t)², in float64
 */
export function linearSquaredError(rows: i32, inputs: i32, x: usize, w: usize, bias: usize, t: usize, y: usize, dy: usize, dw: usize, db: usize, factor: f64): f64 {
  const line = bytes(inputs);
  const block = blockRows(line);
  const shift = bias == 0 ? <Real>0 : load<Real>(bias);
  let loss = 0.0;
  let slope = 0.0;
  if (dw != 0) memory.fill(dw, 0, line);
  for (; rows > 0; rows -= block, x += <usize>block * line) {
    const count = min(rows, block);
    lines(count, inputs, x, w, shift, y, false);
    loss += squaredError(count, y, t, dy, factor);
    y += bytes(block);
    t += bytes(block);
    if (dw == 0) continue;
    transposedBlock(count, inputs, x, dy, dw);
    if (db != 0) slope += sum(count, dy);
    dy += bytes(block);
  }
  if (db != 0) store<Real>(db, <Real>slope);
  return loss;
}

/** Σ of numbers side by side, in float64. */
function sum(count: i32, x: usize): f64 {
  const whole = bytes(count & ~(2 * LANES - 1));
  let s0 = splat(0), s1 = s0;
  for (const end = x + whole; x < end; x += 32) {
    s0 = v128.add<Real>(s0, v128.load(x));
    s1 = v128.add<Real>(s1, v128.load(x, 16));
  }
  let all = total(v128.add<Real>(s0, s1));
  for (const end = x + bytes(count) - whole; x < end; x += SIZE) all += <f64>load<Real>(x);
  return all;
}
