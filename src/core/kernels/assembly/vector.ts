import { Real } from './real';

// @ts-ignore: decorator
@inline export const SIZE: usize = sizeof<Real>();
/** Numbers in a vector. */
// @ts-ignore: decorator
@inline export const LANES: i32 = 16 / sizeof<Real>();
/** Is one product-and-sum rounded once? Only in float32: float64 is the same in every set. */
// @ts-ignore: decorator
@inline export const FUSED: bool = ASC_FEATURE_RELAXED_SIMD;

/** a·b + c. */
// @ts-ignore: decorator
@inline export function madd(a: v128, b: v128, c: v128): v128 {
  if (FUSED) return v128.relaxed_madd<Real>(a, b, c);
  else return v128.add<Real>(v128.mul<Real>(a, b), c);
}

// @ts-ignore: decorator
@inline export function splat(x: f64): v128 {
  return v128.splat<Real>(<Real>x);
}

/** Bytes of a count of numbers. */
// @ts-ignore: decorator
@inline export function bytes(count: i32): usize {
  return <usize>count * sizeof<Real>();
}

/** The first `live` numbers at a place, fewer than a vector; zeros after them. */
// @ts-ignore: decorator
@inline export function loadPart(at: usize, live: i32): v128 {
  if (sizeof<Real>() == 8) return v128.load_zero<u64>(at);
  if (live == 1) return v128.load_zero<u32>(at);
  const two = v128.load_zero<u64>(at);
  return live == 2 ? two : v128.load_lane<u32>(at + 8, two, 2);
}

// @ts-ignore: decorator
@inline export function storePart(at: usize, x: v128, live: i32): void {
  if (sizeof<Real>() == 8) v128.store_lane<u64>(at, x, 0);
  else if (live == 1) v128.store_lane<u32>(at, x, 0);
  else {
    v128.store_lane<u64>(at, x, 0);
    if (live == 3) v128.store_lane<u32>(at + 8, x, 2);
  }
}

/** All ones in the first `live` places. */
// @ts-ignore: decorator
@inline export function firstLanes(live: i32): v128 {
  return v128.lt<Real>(sizeof<Real>() == 4 ? f32x4(0, 1, 2, 3) : f64x2(0, 1), splat(live));
}

/** The sum of a vector's numbers. */
// @ts-ignore: decorator
@inline export function total(x: v128): f64 {
  if (sizeof<Real>() == 8) return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
  return <f64>f32x4.extract_lane(x, 0) + <f64>f32x4.extract_lane(x, 1) + (<f64>f32x4.extract_lane(x, 2) + <f64>f32x4.extract_lane(x, 3));
}
