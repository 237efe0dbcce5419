import type { Arena, Vector } from '../kernels/kernels';
import { BaseOptimizer } from './baseOptimizer';
import type { NoProgress, Oracle } from './optimizer';
import type { OptimizerSpec } from './spec';
import { addScaled, dot } from './vectors';

/** After so many halvings a step is below any rounding of θ. */
const MAX_SHRINKS = 1000;

/**
 * Steepest descent with a step found anew: Armijo backtracking from γ (Nocedal & Wright, algorithm 3.1), or the bottom of the
 * Taylor parabola along −g, α = gᵀg/gᵀHg, which is the exact line search on a quadratic.
 */
export class GradientDescent extends BaseOptimizer {
  /** In the precision of θ, so that a step too short to move it is seen. */
  private readonly point: Vector;
  private step = 0;

  constructor(spec: OptimizerSpec, dimension: number, arena: Arena | null) {
    super(spec);
    this.point = arena ? arena.alloc(dimension) : new Float64Array(dimension);
  }

  override update(theta: Vector, gradient: Vector, learningRate: number, _t: number, oracle: Oracle): NoProgress | null {
    const square = dot(gradient, gradient);
    if (square === 0) return 'zeroGradient';
    const failure = this.spec.lineSearch === 'exactQuadratic' ? this.exact(theta, gradient, square, oracle) : this.backtrack(theta, gradient, square, learningRate, oracle);
    if (failure === null) addScaled(theta, -this.step, gradient);
    return failure;
  }

  acceptedRate(): number {
    return this.step;
  }

  private exact(theta: Vector, gradient: Vector, square: number, oracle: Oracle): NoProgress | null {
    oracle.hessianVector(theta, gradient, this.point);
    const curvature = dot(gradient, this.point);
    // Along negative curvature the parabola has no bottom.
    if (curvature <= 0) return 'negativeCurvature';
    this.step = square / curvature;
    return null;
  }

  private backtrack(theta: Vector, gradient: Vector, square: number, rate: number, oracle: Oracle): NoProgress | null {
    const { point } = this;
    const c = this.spec.c as number;
    const shrink = this.spec.shrink as number;
    this.step = rate;
    for (let k = 0; k < MAX_SHRINKS; k++) {
      let moved = false;
      for (let i = 0; i < point.length; i++) {
        point[i] = theta[i] - this.step * gradient[i];
        if (point[i] !== theta[i]) moved = true;
      }
      if (!moved) return 'noDescent';
      if (oracle.evaluate(point, null) <= oracle.loss - c * this.step * square) return null;
      this.step *= shrink;
    }
    return 'noDescent';
  }
}
