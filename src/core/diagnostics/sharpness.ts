import type { Objective } from '../objectives/objective';
import { symmetricEigen } from './eigen';
import { allFinite, hessianMatrix } from './hessian';
import { lanczosEnds } from './lanczos';

/** Up to this dimension all eigenvalues are cheaper than Lanczos. */
const EXACT = 3;

/**
 * λ_max of the descended function's Hessian at `theta`; with a diagonal preconditioner D of D^-½ H D^-½. NaN where not finite.
 * @param scale the diagonal of D (shape P), null for none.
 * @param sign −1 for gradient ascent.
 */
export function sharpness(objective: Objective, theta: Float64Array, scale: Float64Array | null, sign: 1 | -1, seed: number): number {
  const n = objective.dimension;
  if (n <= EXACT) {
    const h = hessianMatrix(objective, theta);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) h[i * n + j] *= scale ? sign / Math.sqrt(scale[i] * scale[j]) : sign;
    }
    return allFinite(h) ? largest(h, n) : NaN;
  }
  const root = scale ? scale.map((d) => 1 / Math.sqrt(d)) : null;
  const scaled = new Float64Array(n);
  const { max } = lanczosEnds((v, out) => {
    if (root) for (let i = 0; i < n; i++) scaled[i] = v[i] * root[i];
    objective.hessianVector(theta, root ? scaled : v, out);
    for (let i = 0; i < n; i++) out[i] *= root ? sign * root[i] : sign;
  }, n, { seed, tolerance: 1e-6 });
  return max;
}

/** Largest eigenvalue. Two dimensions are the most common by far, and a verdict asks for it at every mark: there without a decomposition. */
function largest(h: Float64Array, n: number): number {
  if (n === 2) return h[0] / 2 + h[3] / 2 + Math.hypot(h[0] / 2 - h[3] / 2, h[1]);
  return symmetricEigen(h, n).values[n - 1];
}
