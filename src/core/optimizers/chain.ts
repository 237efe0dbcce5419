import type { Optimizer } from './optimizer';
import type { OptimizerSpec } from './spec';
import type { Preconditioner, Transform } from './transforms';

/** What is known of a chain's stability. */
export interface Stability {
  /** Largest (preconditioned) curvature with this rate; null where unknown. */
  readonly limit: (rate: number) => number | null;
  /** The transform whose D preconditions; null for D = 1. */
  readonly diagonal: Preconditioner | null;
}

export const UNKNOWN_STABILITY: Stability = { limit: () => null, diagonal: null };

/** Transforms applied in order to the gradient; what is left is added to θ. */
export class Chain implements Optimizer {
  readonly reportedPoint = null;

  constructor(readonly spec: OptimizerSpec, private readonly transforms: readonly Transform[], private readonly stability: Stability) {}

  update(theta: Float64Array, gradient: Float64Array, learningRate: number, t: number): null {
    const transforms = this.transforms;
    for (let k = 0; k < transforms.length; k++) transforms[k].apply(gradient, theta, learningRate, t);
    for (let i = 0; i < theta.length; i++) theta[i] += gradient[i];
    return null;
  }

  sharpnessLimit(learningRate: number): number | null {
    return this.stability.limit(learningRate);
  }

  preconditioner(out: Float64Array, t: number): boolean {
    if (t < 1 || this.stability.diagonal === null) return false;
    this.stability.diagonal.diagonal(out, t);
    return true;
  }
}
