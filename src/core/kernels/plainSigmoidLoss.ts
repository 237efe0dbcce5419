import type { Vector } from './kernels';

export function sigmoidCrossentropy(count: number, z: Vector, y: Vector, t: Vector, dz: Vector | null, factor: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum += Math.max(z[i], 0) - z[i] * t[i] + Math.log1p(Math.exp(-Math.abs(z[i])));
    if (dz !== null) dz[i] = (y[i] - t[i]) * factor;
  }
  return sum;
}
