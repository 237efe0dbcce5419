import { exp, smallLog1p } from './exponential';
import { Real } from './real';
import { LANES, bytes, firstLanes, loadPart, splat, storePart } from './vector';

/** max(z, 0) − z·t + ln(1 + exp(−|z|)), in this order: where z is right and large the last term is all that is left. */
// @ts-ignore: decorator
@inline function crossentropy(z: v128, t: v128): v128 {
  const lost = v128.sub<Real>(v128.max<Real>(z, splat(0)), v128.mul<Real>(z, t));
  return v128.add<Real>(lost, smallLog1p(exp(v128.neg<Real>(v128.abs<Real>(z)))));
}

export function sigmoidCrossentropy(count: i32, z: usize, y: usize, t: usize, dz: usize, factor: f64): f64 {
  const scale = splat(factor);
  const live = count & (LANES - 1);
  let low = f64x2.splat(0), high = low;
  for (const end = z + bytes(count - live); z < end; z += 16, y += 16, t += 16) {
    const target = v128.load(t);
    const part = crossentropy(v128.load(z), target);
    if (sizeof<Real>() == 4) {
      low = f64x2.add(low, f64x2.promote_low_f32x4(part));
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f64>(part, part, 1, 1)));
    } else low = f64x2.add(low, part);
    if (dz == 0) continue;
    v128.store(dz, v128.mul<Real>(v128.sub<Real>(v128.load(y), target), scale));
    dz += 16;
  }
  if (live > 0) {
    const target = loadPart(t, live);
    const part = v128.and(crossentropy(loadPart(z, live), target), firstLanes(live));
    if (sizeof<Real>() == 4) {
      low = f64x2.add(low, f64x2.promote_low_f32x4(part));
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f64>(part, part, 1, 1)));
    } else low = f64x2.add(low, part);
    if (dz != 0) storePart(dz, v128.mul<Real>(v128.sub<Real>(loadPart(y, live), target), scale), live);
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}
