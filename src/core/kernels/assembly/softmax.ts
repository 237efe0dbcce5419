import { exp, log } from './exponential';
import { Real } from './real';
import { LANES, bytes, firstLanes, loadPart, splat, storePart, total } from './vector';

/** Largest of a row's numbers in every place; NaN where one is. */
// @ts-ignore: decorator
@inline function largest(z: usize, whole: usize, live: i32, mask: v128): v128 {
  let best = splat(-Infinity);
  for (const end = z + whole; z < end; z += 16) best = v128.max<Real>(best, v128.load(z));
  if (live > 0) best = v128.max<Real>(best, v128.bitselect(loadPart(z, live), splat(-Infinity), mask));
  if (sizeof<Real>() == 8) return v128.max<Real>(best, v128.shuffle<f64>(best, best, 1, 0));
  best = v128.max<Real>(best, v128.shuffle<f32>(best, best, 2, 3, 0, 1));
  return v128.max<Real>(best, v128.shuffle<f32>(best, best, 1, 0, 3, 2));
}

export function softmax(rows: i32, columns: i32, z: usize, p: usize): void {
  const live = columns & (LANES - 1);
  const whole = bytes(columns - live);
  const mask = firstLanes(live);
  for (; rows > 0; rows--, z += bytes(columns), p += bytes(columns)) {
    const top = largest(z, whole, live, mask);
    let sums = splat(0);
    for (let at: usize = 0; at < whole; at += 16) {
      const e = exp(v128.sub<Real>(v128.load(z + at), top));
      v128.store(p + at, e);
      sums = v128.add<Real>(sums, e);
    }
    if (live > 0) {
      const e = v128.and(exp(v128.sub<Real>(loadPart(z + whole, live), top)), mask);
      storePart(p + whole, e, live);
      sums = v128.add<Real>(sums, e);
    }
    const share = splat(1 / total(sums));
    for (let at: usize = 0; at < whole; at += 16) v128.store(p + at, v128.mul<Real>(v128.load(p + at), share));
    if (live > 0) storePart(p + whole, v128.mul<Real>(loadPart(p + whole, live), share), live);
  }
}

/** t·x where t is not zero: a target of zero counts nothing, even where x is −∞. */
// @ts-ignore: decorator
@inline function counted(t: v128, x: v128): v128 {
  return v128.and(v128.mul<Real>(t, x), v128.ne<Real>(t, splat(0)));
}

export function softmaxCrossentropy(rows: i32, columns: i32, z: usize, t: usize, dz: usize, factor: f64): f64 {
  const live = columns & (LANES - 1);
  const whole = bytes(columns - live);
  const mask = firstLanes(live);
  let loss = 0.0;
  for (; rows > 0; rows--, z += bytes(columns), t += bytes(columns)) {
    const top = largest(z, whole, live, mask);
    let sums = splat(0), targets = splat(0), heights = splat(0);
    for (let at: usize = 0; at < whole; at += 16) {
      const shifted = v128.sub<Real>(v128.load(z + at), top);
      const target = v128.load(t + at);
      const e = exp(shifted);
      if (dz != 0) v128.store(dz + at, e);
      sums = v128.add<Real>(sums, e);
      targets = v128.add<Real>(targets, target);
      heights = v128.add<Real>(heights, counted(target, shifted));
    }
    if (live > 0) {
      const shifted = v128.sub<Real>(loadPart(z + whole, live), top);
      const target = loadPart(t + whole, live);
      const e = v128.and(exp(shifted), mask);
      if (dz != 0) storePart(dz + whole, e, live);
      sums = v128.add<Real>(sums, e);
      targets = v128.add<Real>(targets, target);
      heights = v128.add<Real>(heights, counted(target, shifted));
    }
    const sum = total(sums);
    // Σ t·(ln Σe − shifted), in parts that have the same sign.
    loss += total(targets) * log(sum) - total(heights);
    if (dz == 0) continue;
    const share = splat(1 / sum), scale = splat(factor);
    for (let at: usize = 0; at < whole; at += 16) {
      v128.store(dz + at, v128.mul<Real>(v128.sub<Real>(v128.mul<Real>(v128.load(dz + at), share), v128.load(t + at)), scale));
    }
    if (live > 0) storePart(dz + whole, v128.mul<Real>(v128.sub<Real>(v128.mul<Real>(loadPart(dz + whole, live), share), loadPart(t + whole, live)), scale), live);
    dz += bytes(columns);
  }
  return loss;
}
