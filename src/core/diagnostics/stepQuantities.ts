import type { Objective } from '../objectives/objective';
import { dot } from './hessian';

/**
 * What the Taylor parabola along an update u says (diagnostics.md). `sign` is −1 for gradient ascent, where the descended function
 * is −f: curvature and α belong to the descended function, the changes to the objective's own value.
 */
export interface StepQuantities {
  /** κ = uᵀHu / uᵀu. NaN for no step. */
  readonly curvature: number;
  /** −uᵀHu/gᵀu − 1: −1 not moved, 0 at the parabola's bottom, 1 as high as before on the other wall. NaN where the step climbs. */
  readonly alpha: number;
  /** gᵀu + ½uᵀHu. */
  readonly predictedChange: number;
}

/**
 * @param gradient the objective's own gradient at `theta`.
 * @param product scratch of shape P; receives H·u.
 */
export function stepQuantities(objective: Objective, theta: Float64Array, gradient: Float64Array, update: Float64Array, product: Float64Array, sign: 1 | -1): StepQuantities {
  objective.hessianVector(theta, update, product);
  const uHu = dot(update, product);
  const uu = dot(update, update);
  const gu = dot(gradient, update);
  return {
    curvature: uu > 0 ? (sign * uHu) / uu : NaN,
    alpha: sign * gu < 0 ? -uHu / gu - 1 : NaN,
    predictedChange: gu + 0.5 * uHu,
  };
}
