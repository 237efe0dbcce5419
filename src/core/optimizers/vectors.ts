import type { Vector } from '../kernels/kernels';

/** Σ aᵢbᵢ over equal lengths. */
export function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** max |aᵢ|; NaN where any entry is. */
export function maxAbs(a: Vector): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]));
  return largest;
}

/** Σ |aᵢ|. */
export function sumAbs(a: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]);
  return sum;
}

/** y ← y + αx. */
export function addScaled(y: Vector, alpha: number, x: Vector): void {
  for (let i = 0; i < y.length; i++) y[i] += alpha * x[i];
}
