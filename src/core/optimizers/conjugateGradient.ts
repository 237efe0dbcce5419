import type { Vector } from '../kernels/kernels';
import { BaseOptimizer } from './baseOptimizer';
import { StrongWolfe } from './lineSearch';
import type { NoProgress, Oracle } from './optimizer';
import type { OptimizerSpec } from './spec';
import { addScaled, dot, sumAbs } from './vectors';

/**
 * Nonlinear conjugate gradients (Nocedal & Wright, section 5.2): d ← −g + βd with a strong Wolfe search of c₂ = 0.1. The first
 * step tried is γ·min(1, 1/‖g‖₁), later ones promise the same first-order decrease as the last (3.60). A direction that does not
 * descend, or along which nothing lower is found, is given up for −g.
 */
export class ConjugateGradient extends BaseOptimizer {
  private readonly search: StrongWolfe;
  private readonly direction: Float64Array;
  private readonly previous: Float64Array;
  private previousSquare = 0;
  private previousSlope = 0;
  private step = 0;

  constructor(spec: OptimizerSpec, dimension: number) {
    super(spec);
    this.search = new StrongWolfe(dimension, 0.1);
    this.direction = new Float64Array(dimension);
    this.previous = new Float64Array(dimension);
  }

  override update(theta: Vector, gradient: Vector, learningRate: number, t: number, oracle: Oracle): NoProgress | null {
    const { direction } = this;
    const square = dot(gradient, gradient);
    if (square === 0) return 'zeroGradient';
    let beta = t === 1 ? 0 : this.beta(gradient, square);
    let slope = this.direct(gradient, beta);
    if (slope >= 0) {
      beta = 0;
      slope = this.direct(gradient, 0);
    }
    this.previous.set(gradient);
    this.previousSquare = square;
    const start = t === 1 || !(this.step > 0) ? learningRate * Math.min(1, 1 / sumAbs(gradient)) : this.step * (this.previousSlope / slope);
    this.search.search(oracle, theta, direction, start, oracle.loss, gradient, slope);
    if (this.search.step === 0 && beta !== 0) {
      slope = this.direct(gradient, 0);
      this.search.search(oracle, theta, direction, learningRate * Math.min(1, 1 / sumAbs(gradient)), oracle.loss, gradient, slope);
    }
    this.previousSlope = slope;
    this.step = this.search.step;
    if (this.step === 0) return 'noDescent';
    addScaled(theta, this.step, direction);
    return null;
  }

  acceptedRate(): number {
    return this.step;
  }

  private beta(gradient: Vector, square: number): number {
    if (this.spec.variant === 'fletcherReeves') return square / this.previousSquare;
    return Math.max(0, (square - dot(gradient, this.previous)) / this.previousSquare);
  }

  /** Writes −g + βd into `direction`. @returns gᵀd. */
  private direct(gradient: Vector, beta: number): number {
    const { direction } = this;
    let slope = 0;
    for (let i = 0; i < direction.length; i++) {
      direction[i] = beta === 0 ? -gradient[i] : beta * direction[i] - gradient[i];
      slope += gradient[i] * direction[i];
    }
    return slope;
  }
}
