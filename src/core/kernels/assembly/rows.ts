import { Real } from './real';
import { LANES, SIZE, bytes, loadPart, madd, splat, storePart, total } from './vector';

// Rows of sparse matrices, sums of rows, and what is done with two vectors. Sparse rows: see SparseRows in kernels.ts.

// @ts-ignore: decorator
@inline const BLOCK: usize = 128;

export function sparseForward(rows: i32, n: i32, offsets: usize, columns: usize, values: usize, w: usize, y: usize, accumulate: bool): void {
  const line = bytes(n);
  const zero = splat(0);
  for (; rows > 0; rows--, offsets += 4, y += line) {
    const first = load<i32>(offsets), last = load<i32>(offsets, 4);
    let at: usize = 0;
    for (; at + BLOCK <= line; at += BLOCK) {
      const out = y + at;
      let y0 = zero, y1 = zero, y2 = zero, y3 = zero, y4 = zero, y5 = zero, y6 = zero, y7 = zero;
      if (accumulate) {
        y0 = v128.load(out); y1 = v128.load(out, 16); y2 = v128.load(out, 32); y3 = v128.load(out, 48);
        y4 = v128.load(out, 64); y5 = v128.load(out, 80); y6 = v128.load(out, 96); y7 = v128.load(out, 112);
      }
      for (let entry = first; entry < last; entry++) {
        const from = w + <usize>load<i32>(columns + (<usize>entry << 2)) * line + at;
        const x = v128.load_splat<Real>(values + bytes(entry));
        y0 = madd(x, v128.load(from), y0); y1 = madd(x, v128.load(from, 16), y1); y2 = madd(x, v128.load(from, 32), y2); y3 = madd(x, v128.load(from, 48), y3);
        y4 = madd(x, v128.load(from, 64), y4); y5 = madd(x, v128.load(from, 80), y5); y6 = madd(x, v128.load(from, 96), y6); y7 = madd(x, v128.load(from, 112), y7);
      }
      v128.store(out, y0); v128.store(out, y1, 16); v128.store(out, y2, 32); v128.store(out, y3, 48);
      v128.store(out, y4, 64); v128.store(out, y5, 80); v128.store(out, y6, 96); v128.store(out, y7, 112);
    }
    for (; at + 16 <= line; at += 16) {
      let sum = accumulate ? v128.load(y + at) : zero;
      for (let entry = first; entry < last; entry++) {
        sum = madd(v128.load_splat<Real>(values + bytes(entry)), v128.load(w + <usize>load<i32>(columns + (<usize>entry << 2)) * line + at), sum);
      }
      v128.store(y + at, sum);
    }
    for (; at < line; at += SIZE) {
      let sum = accumulate ? load<Real>(y + at) : <Real>0;
      for (let entry = first; entry < last; entry++) sum += load<Real>(values + bytes(entry)) * load<Real>(w + <usize>load<i32>(columns + (<usize>entry << 2)) * line + at);
      store<Real>(y + at, sum);
    }
  }
}

export function sparseBackwardWeights(rows: i32, n: i32, offsets: usize, columns: usize, values: usize, dy: usize, dw: usize): void {
  const line = bytes(n);
  for (; rows > 0; rows--, offsets += 4, dy += line) {
    const last = load<i32>(offsets, 4);
    for (let entry = load<i32>(offsets); entry < last; entry++) {
      const to = dw + <usize>load<i32>(columns + (<usize>entry << 2)) * line;
      const x = v128.load_splat<Real>(values + bytes(entry));
      let at: usize = 0;
      for (; at + 64 <= line; at += 64) {
        const from = dy + at, out = to + at;
        v128.store(out, madd(x, v128.load(from), v128.load(out)));
        v128.store(out, madd(x, v128.load(from, 16), v128.load(out, 16)), 16);
        v128.store(out, madd(x, v128.load(from, 32), v128.load(out, 32)), 32);
        v128.store(out, madd(x, v128.load(from, 48), v128.load(out, 48)), 48);
      }
      for (; at + 16 <= line; at += 16) v128.store(to + at, madd(x, v128.load(dy + at), v128.load(to + at)));
      const value = load<Real>(values + bytes(entry));
      for (; at < line; at += SIZE) store<Real>(to + at, load<Real>(to + at) + value * load<Real>(dy + at));
    }
  }
}

/** Rows summed one after the other before they are added to the whole: a sum of sums loses less to rounding than one long sum. */
// @ts-ignore: decorator
@inline const STRETCH: i32 = 128;

/** A single column: its numbers stand side by side. */
function sumColumn(rows: i32, x: usize, out: usize): void {
  let sum = load<Real>(out);
  for (; rows > 0; rows -= STRETCH) {
    const count = min(rows, STRETCH);
    const whole = bytes(count & ~(2 * LANES - 1));
    let s0 = splat(0), s1 = s0;
    for (const end = x + whole; x < end; x += 32) {
      s0 = v128.add<Real>(s0, v128.load(x));
      s1 = v128.add<Real>(s1, v128.load(x, 16));
    }
    let part = total(v128.add<Real>(s0, s1));
    for (const end = x + bytes(count) - whole; x < end; x += SIZE) part += <f64>load<Real>(x);
    sum += <Real>part;
  }
  store<Real>(out, sum);
}

export function sumRows(rows: i32, columns: i32, x: usize, out: usize, accumulate: bool): void {
  const line = bytes(columns);
  if (!accumulate) memory.fill(out, 0, line);
  if (columns == 1) {
    sumColumn(rows, x, out);
    return;
  }
  for (; rows > 0; rows -= STRETCH, x += <usize>STRETCH * line) {
    const count = min(rows, STRETCH);
    let at: usize = 0;
    for (; at + 64 <= line; at += 64) {
      let s0 = splat(0), s1 = s0, s2 = s0, s3 = s0;
      for (let i = count, from = x + at; i > 0; i--, from += line) {
        s0 = v128.add<Real>(s0, v128.load(from)); s1 = v128.add<Real>(s1, v128.load(from, 16));
        s2 = v128.add<Real>(s2, v128.load(from, 32)); s3 = v128.add<Real>(s3, v128.load(from, 48));
      }
      const to = out + at;
      v128.store(to, v128.add<Real>(v128.load(to), s0)); v128.store(to, v128.add<Real>(v128.load(to, 16), s1), 16);
      v128.store(to, v128.add<Real>(v128.load(to, 32), s2), 32); v128.store(to, v128.add<Real>(v128.load(to, 48), s3), 48);
    }
    for (; at + 16 <= line; at += 16) {
      let sum = splat(0);
      for (let i = count, from = x + at; i > 0; i--, from += line) sum = v128.add<Real>(sum, v128.load(from));
      v128.store(out + at, v128.add<Real>(v128.load(out + at), sum));
    }
    for (; at < line; at += SIZE) {
      let sum = <Real>0;
      for (let i = count, from = x + at; i > 0; i--, from += line) sum += load<Real>(from);
      store<Real>(out + at, load<Real>(out + at) + sum);
    }
  }
}

/** dy ← factor·(y − t) where dy is not 0. @returns Σ (y − t)², in float64 whatever the numbers are */
export function squaredError(count: i32, y: usize, t: usize, dy: usize, factor: f64): f64 {
  let s0 = f64x2.splat(0), s1 = s0;
  const scale = f64x2.splat(factor);
  const live = count & 3;
  for (const end = y + bytes(count - live); y < end; y += bytes(4), t += bytes(4)) {
    let d0: v128, d1: v128;
    if (sizeof<Real>() == 4) {
      const a = v128.load(y), b = v128.load(t);
      d0 = f64x2.sub(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b));
      d1 = f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<f64>(a, a, 1, 1)), f64x2.promote_low_f32x4(v128.shuffle<f64>(b, b, 1, 1)));
    } else {
      d0 = f64x2.sub(v128.load(y), v128.load(t));
      d1 = f64x2.sub(v128.load(y, 16), v128.load(t, 16));
    }
    s0 = f64x2.add(s0, f64x2.mul(d0, d0));
    s1 = f64x2.add(s1, f64x2.mul(d1, d1));
    if (dy == 0) continue;
    d0 = f64x2.mul(d0, scale);
    d1 = f64x2.mul(d1, scale);
    if (sizeof<Real>() == 4) v128.store(dy, v128.shuffle<f64>(f32x4.demote_f64x2_zero(d0), f32x4.demote_f64x2_zero(d1), 0, 2));
    else {
      v128.store(dy, d0);
      v128.store(dy, d1, 16);
    }
    dy += bytes(4);
  }
  s0 = f64x2.add(s0, s1);
  let sum = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
  for (const end = y + bytes(live); y < end; y += SIZE, t += SIZE) {
    const d = <f64>load<Real>(y) - <f64>load<Real>(t);
    sum += d * d;
    if (dy == 0) continue;
    store<Real>(dy, <Real>(factor * d));
    dy += SIZE;
  }
  return sum;
}

/** In float64 whatever the numbers are. */
export function dot(count: i32, a: usize, b: usize): f64 {
  let s0 = f64x2.splat(0), s1 = s0;
  const live = count & 3;
  for (const end = a + bytes(count - live); a < end; a += bytes(4), b += bytes(4)) {
    if (sizeof<Real>() == 4) {
      const x = v128.load(a), y = v128.load(b);
      s0 = f64x2.add(s0, f64x2.mul(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(y)));
      s1 = f64x2.add(s1, f64x2.mul(f64x2.promote_low_f32x4(v128.shuffle<f64>(x, x, 1, 1)), f64x2.promote_low_f32x4(v128.shuffle<f64>(y, y, 1, 1))));
    } else {
      s0 = f64x2.add(s0, f64x2.mul(v128.load(a), v128.load(b)));
      s1 = f64x2.add(s1, f64x2.mul(v128.load(a, 16), v128.load(b, 16)));
    }
  }
  s0 = f64x2.add(s0, s1);
  let sum = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
  for (const end = a + bytes(live); a < end; a += SIZE, b += SIZE) sum += <f64>load<Real>(a) * <f64>load<Real>(b);
  return sum;
}

export function axpy(count: i32, alpha: f64, x: usize, y: usize): void {
  const factor = splat(alpha);
  const live = count & (LANES - 1);
  for (const end = x + bytes(count - live); x < end; x += 16, y += 16) v128.store(y, madd(factor, v128.load(x), v128.load(y)));
  if (live > 0) storePart(y, madd(factor, loadPart(x, live), loadPart(y, live)), live);
}

export function scale(count: i32, alpha: f64, x: usize): void {
  const factor = splat(alpha);
  const live = count & (LANES - 1);
  for (const end = x + bytes(count - live); x < end; x += 16) v128.store(x, v128.mul<Real>(factor, v128.load(x)));
  if (live > 0) storePart(x, v128.mul<Real>(factor, loadPart(x, live)), live);
}
