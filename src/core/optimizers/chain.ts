import type { Vector } from '../kernels/kernels';
import { BaseOptimizer } from './baseOptimizer';
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
export class Chain extends BaseOptimizer {
  constructor(spec: OptimizerSpec, private readonly transforms: readonly Transform[], private readonly stability: Stability) {
    super(spec);
  }

  override update(theta: Vector, gradient: Vector, learningRate: number, t: number): null {
    const transforms = this.transforms;
    for (let k = 0; k < transforms.length; k++) transforms[k].apply(gradient, theta, learningRate, t);
    for (let i = 0; i < theta.length; i++) theta[i] += gradient[i];
    return null;
  }

  override sharpnessLimit(learningRate: number): number | null {
    return this.stability.limit(learningRate);
  }

  override preconditioner(out: Vector, t: number): boolean {
    if (t < 1 || this.stability.diagonal === null) return false;
    this.stability.diagonal.diagonal(out, t);
    return true;
  }
}
