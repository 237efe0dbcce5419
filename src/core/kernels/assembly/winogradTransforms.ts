import { Real } from './real';
import { LANES, splat, storePart } from './vector';

/**
 * The linear maps of Winograd's F(2 × 2, 3 × 3) and their transposes, a vector of channels or filters at a time. `plane`: bytes from one
 * of the 16 points of a transformed tile to the next. Points and pixels go line by line. Numbers beyond `count` are computed of whatever
 * stands there, and nobody looks at them.
 */

// @ts-ignore: decorator
@inline function add(a: v128, b: v128): v128 {
  return v128.add<Real>(a, b);
}

// @ts-ignore: decorator
@inline function sub(a: v128, b: v128): v128 {
  return v128.sub<Real>(a, b);
}

/** A line of Bᵀ·d·B from two lines of d: their difference, or their sum. */
// @ts-ignore: decorator
@inline function inputLine(a: usize, b: usize, summed: bool, pixel: usize, to: usize, plane: usize): void {
  const p2 = 2 * pixel, p3 = 3 * pixel;
  const t0 = summed ? add(v128.load(a), v128.load(b)) : sub(v128.load(a), v128.load(b));
  const t1 = summed ? add(v128.load(a + pixel), v128.load(b + pixel)) : sub(v128.load(a + pixel), v128.load(b + pixel));
  const t2 = summed ? add(v128.load(a + p2), v128.load(b + p2)) : sub(v128.load(a + p2), v128.load(b + p2));
  const t3 = summed ? add(v128.load(a + p3), v128.load(b + p3)) : sub(v128.load(a + p3), v128.load(b + p3));
  v128.store(to, sub(t0, t2));
  v128.store(to + plane, add(t1, t2));
  v128.store(to + 2 * plane, sub(t2, t1));
  v128.store(to + 3 * plane, sub(t1, t3));
}

/** Bᵀ·d·B of a tile of 4 × 4 pixels, `pixel` and `line` bytes apart. */
export function transformInput(count: i32, d: usize, pixel: usize, line: usize, to: usize, plane: usize): void {
  const l2 = 2 * line, l3 = 3 * line;
  for (let c = 0; c < count; c += LANES, d += 16, to += 16) {
    inputLine(d, d + l2, false, pixel, to, plane);
    inputLine(d + line, d + l2, true, pixel, to + 4 * plane, plane);
    inputLine(d + l2, d + line, false, pixel, to + 8 * plane, plane);
    inputLine(d + line, d + l3, false, pixel, to + 12 * plane, plane);
  }
}

// @ts-ignore: decorator
@inline function outputLine(a: v128, b: v128, to: usize, plane: usize): void {
  v128.store(to, a);
  v128.store(to + plane, add(a, b));
  v128.store(to + 2 * plane, sub(a, b));
  v128.store(to + 3 * plane, v128.neg<Real>(b));
}

/** A·dy·Aᵀ of a tile of 2 × 2 pixels: the transpose of `collectOutput`. */
export function transformOutput(count: i32, dy: usize, pixel: usize, line: usize, to: usize, plane: usize): void {
  for (let f = 0; f < count; f += LANES, dy += 16, to += 16) {
    const d00 = v128.load(dy), d01 = v128.load(dy + pixel), d10 = v128.load(dy + line), d11 = v128.load(dy + line + pixel);
    outputLine(d00, d01, to, plane);
    outputLine(add(d00, d10), add(d01, d11), to + 4 * plane, plane);
    outputLine(sub(d00, d10), sub(d01, d11), to + 8 * plane, plane);
    outputLine(v128.neg<Real>(d10), v128.neg<Real>(d11), to + 12 * plane, plane);
  }
}

// @ts-ignore: decorator
@inline function put(at: usize, x: v128, live: i32, accumulate: bool): void {
  if (accumulate) x = add(v128.load(at), x);
  if (live >= LANES) v128.store(at, x);
  else storePart(at, x, live);
}

/** Aᵀ·m·A to those of the 2 × 2 pixels that are there: `down` and `across` of them. */
export function collectOutput(count: i32, m: usize, plane: usize, y: usize, pixel: usize, line: usize, down: i32, across: i32, accumulate: bool): void {
  const p4 = 4 * plane, p8 = 8 * plane, p12 = 12 * plane;
  for (let f = 0; f < count; f += LANES, m += 16, y += 16) {
    let at = m;
    let a = v128.load(at), b = v128.load(at + p4), c = v128.load(at + p8), d = v128.load(at + p12);
    let y00 = add(add(a, b), c), y10 = sub(sub(b, c), d);
    at += plane;
    a = v128.load(at); b = v128.load(at + p4); c = v128.load(at + p8); d = v128.load(at + p12);
    let upper = add(add(a, b), c), lower = sub(sub(b, c), d);
    y00 = add(y00, upper); y10 = add(y10, lower);
    let y01 = upper, y11 = lower;
    at += plane;
    a = v128.load(at); b = v128.load(at + p4); c = v128.load(at + p8); d = v128.load(at + p12);
    upper = add(add(a, b), c); lower = sub(sub(b, c), d);
    y00 = add(y00, upper); y10 = add(y10, lower);
    y01 = sub(y01, upper); y11 = sub(y11, lower);
    at += plane;
    a = v128.load(at); b = v128.load(at + p4); c = v128.load(at + p8); d = v128.load(at + p12);
    y01 = sub(y01, add(add(a, b), c)); y11 = sub(y11, sub(sub(b, c), d));
    const live = count - f;
    put(y, y00, live, accumulate);
    if (across > 1) put(y + pixel, y01, live, accumulate);
    if (down > 1) {
      put(y + line, y10, live, accumulate);
      if (across > 1) put(y + line + pixel, y11, live, accumulate);
    }
  }
}

/** Line i of B·m, a sum of lines of m: 0: m₀, 1: m₁ − m₂ + m₃, 2: m₁ + m₂ − m₀, 3: −m₃, at one column. */
// @ts-ignore: decorator
@inline function inputColumn(line: i32, m: usize, plane: usize): v128 {
  if (line == 0) return v128.load(m);
  if (line == 1) return add(sub(v128.load(m + 4 * plane), v128.load(m + 8 * plane)), v128.load(m + 12 * plane));
  if (line == 2) return sub(add(v128.load(m + 4 * plane), v128.load(m + 8 * plane)), v128.load(m));
  return v128.neg<Real>(v128.load(m + 12 * plane));
}

// @ts-ignore: decorator
@inline function scatterLine(line: i32, m: usize, plane: usize, dx: usize, pixel: usize, from: i32, to: i32, live: i32): void {
  const t0 = inputColumn(line, m, plane), t1 = inputColumn(line, m + plane, plane), t2 = inputColumn(line, m + 2 * plane, plane), t3 = inputColumn(line, m + 3 * plane, plane);
  if (from <= 0 && to > 0) put(dx, t0, live, true);
  if (from <= 1 && to > 1) put(dx + pixel, add(sub(t1, t2), t3), live, true);
  if (from <= 2 && to > 2) put(dx + 2 * pixel, sub(add(t1, t2), t0), live, true);
  if (from <= 3 && to > 3) put(dx + 3 * pixel, v128.neg<Real>(t3), live, true);
}

/** dx ← dx + B·m·Bᵀ at those of the 4 × 4 pixels that are there, [top, bottom) × [left, right): the transpose of `transformInput`. */
export function scatterInput(count: i32, m: usize, plane: usize, dx: usize, pixel: usize, line: usize, top: i32, bottom: i32, left: i32, right: i32): void {
  for (let c = 0; c < count; c += LANES, m += 16, dx += 16) {
    const live = count - c;
    if (top <= 0 && bottom > 0) scatterLine(0, m, plane, dx, pixel, left, right, live);
    if (top <= 1 && bottom > 1) scatterLine(1, m, plane, dx + line, pixel, left, right, live);
    if (top <= 2 && bottom > 2) scatterLine(2, m, plane, dx + 2 * line, pixel, left, right, live);
    if (top <= 3 && bottom > 3) scatterLine(3, m, plane, dx + 3 * line, pixel, left, right, live);
  }
}

// @ts-ignore: decorator
@inline function kernelColumn(r0: v128, r1: v128, r2: v128, half: v128, to: usize, plane: usize): void {
  const outer = add(r0, r2);
  v128.store(to, r0);
  v128.store(to + 4 * plane, v128.mul<Real>(half, add(outer, r1)));
  v128.store(to + 8 * plane, v128.mul<Real>(half, sub(outer, r1)));
  v128.store(to + 12 * plane, r2);
}

// @ts-ignore: decorator
@inline function halfSum(a: v128, b: v128, c: v128, half: v128): v128 {
  return v128.mul<Real>(half, add(add(a, c), b));
}

// @ts-ignore: decorator
@inline function halfDifference(a: v128, b: v128, c: v128, half: v128): v128 {
  return v128.mul<Real>(half, sub(add(a, c), b));
}

/** G·g·Gᵀ of one vector of kernels of 3 × 3, whose numbers are `tap` bytes apart. */
export function transformKernel(g: usize, tap: usize, to: usize, plane: usize): void {
  const half = splat(0.5);
  const g00 = v128.load(g), g01 = v128.load(g + tap), g02 = v128.load(g + 2 * tap);
  const g10 = v128.load(g + 3 * tap), g11 = v128.load(g + 4 * tap), g12 = v128.load(g + 5 * tap);
  const g20 = v128.load(g + 6 * tap), g21 = v128.load(g + 7 * tap), g22 = v128.load(g + 8 * tap);
  kernelColumn(g00, g10, g20, half, to, plane);
  kernelColumn(halfSum(g00, g01, g02, half), halfSum(g10, g11, g12, half), halfSum(g20, g21, g22, half), half, to + plane, plane);
  kernelColumn(halfDifference(g00, g01, g02, half), halfDifference(g10, g11, g12, half), halfDifference(g20, g21, g22, half), half, to + 2 * plane, plane);
  kernelColumn(g02, g12, g22, half, to + 3 * plane, plane);
}

/** Line i of Gᵀ·u, at one column: u₀ + (u₁ + u₂)/2, (u₁ − u₂)/2, (u₁ + u₂)/2 + u₃. */
// @ts-ignore: decorator
@inline function kernelLine(line: i32, u: usize, plane: usize, half: v128): v128 {
  const u1 = v128.load(u + 4 * plane), u2 = v128.load(u + 8 * plane);
  if (line == 1) return v128.mul<Real>(half, sub(u1, u2));
  return add(v128.load(line == 0 ? u : u + 12 * plane), v128.mul<Real>(half, add(u1, u2)));
}

// @ts-ignore: decorator
@inline function collectLine(line: i32, u: usize, plane: usize, half: v128, dg: usize, tap: usize, live: i32, accumulate: bool): void {
  const t1 = kernelLine(line, u + plane, plane, half), t2 = kernelLine(line, u + 2 * plane, plane, half);
  const middle = v128.mul<Real>(half, add(t1, t2));
  put(dg, add(kernelLine(line, u, plane, half), middle), live, accumulate);
  put(dg + tap, v128.mul<Real>(half, sub(t1, t2)), live, accumulate);
  put(dg + 2 * tap, add(kernelLine(line, u + 3 * plane, plane, half), middle), live, accumulate);
}

/** Gᵀ·u·G, or dg + it, of one vector of kernels, `live` of its numbers: the transpose of `transformKernel`. */
export function collectKernel(u: usize, plane: usize, dg: usize, tap: usize, live: i32, accumulate: bool): void {
  const half = splat(0.5);
  collectLine(0, u, plane, half, dg, tap, live, accumulate);
  collectLine(1, u, plane, half, dg + 3 * tap, tap, live, accumulate);
  collectLine(2, u, plane, half, dg + 6 * tap, tap, live, accumulate);
}
