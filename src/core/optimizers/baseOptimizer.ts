import type { Vector } from '../kernels/kernels';
import type { Optimizer, Oracle } from './optimizer';
import type { OptimizerSpec } from './spec';

/** What most rules have in common: they report θ itself, and no limit of their stability is known. */
export abstract class BaseOptimizer implements Optimizer {
  readonly reportedPoint: ((theta: Vector, out: Vector) => void) | null = null;

  constructor(readonly spec: OptimizerSpec) {}

  abstract update(theta: Vector, gradient: Vector, learningRate: number, t: number, oracle: Oracle): string | null;

  sharpnessLimit(_learningRate: number): number | null {
    return null;
  }

  preconditioner(_out: Vector, _t: number): boolean {
    return false;
  }
}
