import { Real } from './real';
import { LANES, bytes, loadPart, madd, splat, storePart } from './vector';

// Fused updates: each array is read and written once. `live` of 0 stands for a whole vector.

// @ts-ignore: decorator
@inline function take(at: usize, live: i32): v128 {
  return live == 0 ? v128.load(at) : loadPart(at, live);
}

// @ts-ignore: decorator
@inline function put(at: usize, x: v128, live: i32): void {
  if (live == 0) v128.store(at, x);
  else storePart(at, x, live);
}

// @ts-ignore: decorator
@inline function sgdAt(theta: usize, g: usize, rate: v128, keep: v128, l2: v128, live: i32): void {
  const x = take(theta, live);
  put(theta, v128.sub<Real>(v128.mul<Real>(keep, x), v128.mul<Real>(rate, madd(l2, x, take(g, live)))), live);
}

export function sgd(count: i32, theta: usize, g: usize, rate: f64, keep: f64, l2: f64): void {
  const r = splat(rate), k = splat(keep), l = splat(l2);
  const live = count & (LANES - 1);
  for (const end = theta + bytes(count - live); theta < end; theta += 16, g += 16) sgdAt(theta, g, r, k, l, 0);
  if (live > 0) sgdAt(theta, g, r, k, l, live);
}

// @ts-ignore: decorator
@inline function momentumTorchAt(theta: usize, g: usize, b: usize, rate: v128, mu: v128, gain: v128, nesterov: bool, keep: v128, l2: v128, live: i32): void {
  const x = take(theta, live);
  const d = madd(l2, x, take(g, live));
  const trace = madd(mu, take(b, live), v128.mul<Real>(gain, d));
  put(b, trace, live);
  put(theta, v128.sub<Real>(v128.mul<Real>(keep, x), v128.mul<Real>(rate, nesterov ? madd(mu, trace, d) : trace)), live);
}

export function momentumTorch(count: i32, theta: usize, g: usize, b: usize, rate: f64, momentum: f64, gain: f64, nesterov: bool, keep: f64, l2: f64): void {
  const r = splat(rate), mu = splat(momentum), by = splat(gain), k = splat(keep), l = splat(l2);
  const live = count & (LANES - 1);
  for (const end = theta + bytes(count - live); theta < end; theta += 16, g += 16, b += 16) momentumTorchAt(theta, g, b, r, mu, by, nesterov, k, l, 0);
  if (live > 0) momentumTorchAt(theta, g, b, r, mu, by, nesterov, k, l, live);
}

// @ts-ignore: decorator
@inline function momentumKerasAt(theta: usize, g: usize, b: usize, rate: v128, mu: v128, nesterov: bool, keep: v128, l2: v128, live: i32): void {
  const x = take(theta, live);
  const move = v128.mul<Real>(rate, madd(l2, x, take(g, live)));
  const trace = v128.sub<Real>(v128.mul<Real>(mu, take(b, live)), move);
  put(b, trace, live);
  put(theta, madd(keep, x, nesterov ? v128.sub<Real>(v128.mul<Real>(mu, trace), move) : trace), live);
}

export function momentumKeras(count: i32, theta: usize, g: usize, b: usize, rate: f64, momentum: f64, nesterov: bool, keep: f64, l2: f64): void {
  const r = splat(rate), mu = splat(momentum), k = splat(keep), l = splat(l2);
  const live = count & (LANES - 1);
  for (const end = theta + bytes(count - live); theta < end; theta += 16, g += 16, b += 16) momentumKerasAt(theta, g, b, r, mu, nesterov, k, l, 0);
  if (live > 0) momentumKerasAt(theta, g, b, r, mu, nesterov, k, l, live);
}

// @ts-ignore: decorator
@inline function rmspropAt(theta: usize, g: usize, v: usize, rate: v128, rho: v128, rest: v128, epsilon: v128, inside: bool, keep: v128, l2: v128, live: i32): void {
  const x = take(theta, live);
  const d = madd(l2, x, take(g, live));
  const square = madd(rho, take(v, live), v128.mul<Real>(rest, v128.mul<Real>(d, d)));
  put(v, square, live);
  const spread = inside ? v128.sqrt<Real>(v128.add<Real>(square, epsilon)) : v128.add<Real>(v128.sqrt<Real>(square), epsilon);
  put(theta, v128.sub<Real>(v128.mul<Real>(keep, x), v128.div<Real>(v128.mul<Real>(rate, d), spread)), live);
}

export function rmsprop(count: i32, theta: usize, g: usize, v: usize, rate: f64, rho: f64, epsilon: f64, inside: bool, keep: f64, l2: f64): void {
  const r = splat(rate), p = splat(rho), rest = splat(1 - rho), e = splat(epsilon), k = splat(keep), l = splat(l2);
  const live = count & (LANES - 1);
  for (const end = theta + bytes(count - live); theta < end; theta += 16, g += 16, v += 16) rmspropAt(theta, g, v, r, p, rest, e, inside, k, l, 0);
  if (live > 0) rmspropAt(theta, g, v, r, p, rest, e, inside, k, l, live);
}

// @ts-ignore: decorator
@inline function adamAt(
  theta: usize, g: usize, m: usize, v: usize, maxima: usize, beta1: v128, rest1: v128, beta2: v128, rest2: v128,
  step: v128, unbias: v128, epsilon: v128, keep: v128, l2: v128, live: i32,
): void {
  const x = take(theta, live);
  const d = madd(l2, x, take(g, live));
  const mean = madd(beta1, take(m, live), v128.mul<Real>(rest1, d));
  const square = madd(beta2, take(v, live), v128.mul<Real>(rest2, v128.mul<Real>(d, d)));
  put(m, mean, live);
  put(v, square, live);
  let spread = square;
  if (maxima != 0) {
    spread = v128.max<Real>(take(maxima, live), square);
    put(maxima, spread, live);
  }
  put(theta, v128.sub<Real>(v128.mul<Real>(keep, x), v128.div<Real>(v128.mul<Real>(step, mean), madd(unbias, v128.sqrt<Real>(spread), epsilon))), live);
}

export function adam(
  count: i32, theta: usize, g: usize, m: usize, v: usize, maxima: usize,
  beta1: f64, beta2: f64, step: f64, unbias: f64, epsilon: f64, keep: f64, l2: f64,
): void {
  const b1 = splat(beta1), r1 = splat(1 - beta1), b2 = splat(beta2), r2 = splat(1 - beta2), s = splat(step), u = splat(unbias), e = splat(epsilon), k = splat(keep), l = splat(l2);
  const live = count & (LANES - 1);
  if (maxima == 0) {
    for (const end = theta + bytes(count - live); theta < end; theta += 16, g += 16, m += 16, v += 16) adamAt(theta, g, m, v, 0, b1, r1, b2, r2, s, u, e, k, l, 0);
    if (live > 0) adamAt(theta, g, m, v, 0, b1, r1, b2, r2, s, u, e, k, l, live);
    return;
  }
  for (const end = theta + bytes(count - live); theta < end; theta += 16, g += 16, m += 16, v += 16, maxima += 16) adamAt(theta, g, m, v, maxima, b1, r1, b2, r2, s, u, e, k, l, 0);
  if (live > 0) adamAt(theta, g, m, v, maxima, b1, r1, b2, r2, s, u, e, k, l, live);
}
