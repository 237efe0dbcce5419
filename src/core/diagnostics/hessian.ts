import type { Vector } from '../kernels/kernels';
import type { Objective } from '../objectives/objective';

/** Up to this dimension the Hessian is formed whole; above, only its ends are found (Lanczos). */
export const FULL_HESSIAN = 500;

/**
 * H(theta), P × P row-major, from P exact Hessian-vector products and made symmetric against rounding.
 * @param out shape P·P, or a new array.
 */
export function hessianMatrix(objective: Pick<Objective, 'dimension' | 'hessianVector'>, theta: Float64Array, out = new Float64Array(objective.dimension ** 2)): Float64Array {
  const n = objective.dimension;
  const unit = new Float64Array(n);
  const column = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    unit[j] = 1;
    objective.hessianVector(theta, unit, column);
    unit[j] = 0;
    for (let i = 0; i < n; i++) out[i * n + j] = column[i];
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const mean = 0.5 * (out[i * n + j] + out[j * n + i]);
      out[i * n + j] = mean;
      out[j * n + i] = mean;
    }
  }
  return out;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

export function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

export function allFinite(a: Vector): boolean {
  for (let i = 0; i < a.length; i++) if (!Number.isFinite(a[i])) return false;
  return true;
}
