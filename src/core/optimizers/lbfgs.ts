import type { Vector } from '../kernels/kernels';
import { BaseOptimizer } from './baseOptimizer';
import { StrongWolfe } from './lineSearch';
import type { NoProgress, Oracle } from './optimizer';
import type { OptimizerSpec } from './spec';
import { addScaled, dot, maxAbs, sumAbs } from './vectors';

/**
 * L-BFGS as torch.optim.LBFGS: two-loop recursion over the last `history` pairs, first step min(1, 1/‖g‖₁)·γ, later γ, with its
 * strong Wolfe search or none. One `update` makes at most `maxIterations` iterations and, as there, evaluates at most
 * ⌊1.25·maxIterations⌋ times before it begins another. Where PyTorch would repeat a step of zero, the run ends.
 */
export class Lbfgs extends BaseOptimizer {
  private readonly history: number;
  private readonly maxIterations: number;
  private readonly maxEvaluations: number;
  private readonly toleranceGradient: number;
  private readonly toleranceChange: number;
  private readonly search: StrongWolfe | null;
  /** y, s and 1/yᵀs of a pair in one ring; its vectors are made as the history grows, at most once each. */
  private readonly y: Float64Array[] = [];
  private readonly s: Float64Array[] = [];
  private readonly inverse: Float64Array;
  private readonly alpha: Float64Array;
  private readonly direction: Float64Array;
  private readonly previous: Float64Array;
  private readonly pairY: Float64Array;
  private readonly pairS: Float64Array;
  private oldest = 0;
  private scale = 1;
  private step = 0;
  private iterations = 0;

  constructor(spec: OptimizerSpec, dimension: number) {
    super(spec);
    this.history = spec.history as number;
    this.maxIterations = spec.maxIterations as number;
    this.maxEvaluations = Math.floor((this.maxIterations * 5) / 4);
    this.toleranceGradient = spec.toleranceGradient as number;
    this.toleranceChange = spec.toleranceChange as number;
    this.search = spec.lineSearch === 'strongWolfe' ? new StrongWolfe(dimension, 0.9) : null;
    this.inverse = new Float64Array(this.history);
    this.alpha = new Float64Array(this.history);
    this.direction = new Float64Array(dimension);
    this.previous = new Float64Array(dimension);
    this.pairY = new Float64Array(dimension);
    this.pairS = new Float64Array(dimension);
  }

  override update(theta: Vector, gradient: Vector, learningRate: number, _t: number, oracle: Oracle): NoProgress | null {
    if (maxAbs(gradient) <= this.toleranceGradient) return 'gradientTolerance';
    let loss = oracle.loss;
    let evaluations = 1;
    for (let k = 1; ; k++) {
      this.iterations++;
      const before = loss;
      this.direct(gradient);
      this.previous.set(gradient);
      this.step = this.iterations === 1 ? Math.min(1, 1 / sumAbs(gradient)) * learningRate : learningRate;
      const slope = dot(gradient, this.direction);
      // After a move the next update finds the same and ends the run, so that the move is recorded.
      if (slope > -this.toleranceChange) return k === 1 ? 'flatDirection' : null;
      if (this.search) {
        const start = this.step;
        this.search.search(oracle, theta, this.direction, start, loss, gradient, slope);
        this.step = this.search.step;
        if (this.step === 0) return k === 1 ? 'noDescent' : null;
        loss = this.search.loss;
        gradient.set(this.search.gradient);
        addScaled(theta, this.step, this.direction);
        evaluations += this.search.evaluations;
      } else {
        addScaled(theta, this.step, this.direction);
        if (k !== this.maxIterations) {
          loss = oracle.evaluate(theta, gradient);
          evaluations++;
        }
      }
      if (k === this.maxIterations || evaluations >= this.maxEvaluations) return null;
      if (maxAbs(gradient) <= this.toleranceGradient) return null;
      if (maxAbs(this.direction) * this.step <= this.toleranceChange || Math.abs(loss - before) < this.toleranceChange) return null;
    }
  }

  acceptedRate(): number {
    return this.step;
  }

  /** Takes the last pair into the history and writes −(approximate inverse Hessian)·g into `direction`. */
  private direct(gradient: Vector): void {
    const { direction, pairY, pairS, previous } = this;
    if (this.iterations === 1) {
      for (let i = 0; i < direction.length; i++) direction[i] = -gradient[i];
      return;
    }
    for (let i = 0; i < direction.length; i++) {
      pairY[i] = gradient[i] - previous[i];
      pairS[i] = direction[i] * this.step;
    }
    const curvature = dot(pairY, pairS);
    if (curvature > 1e-10) this.remember(curvature);

    for (let i = 0; i < direction.length; i++) direction[i] = -gradient[i];
    const count = this.y.length;
    for (let k = count - 1; k >= 0; k--) {
      const slot = (this.oldest + k) % count;
      this.alpha[k] = dot(this.s[slot], direction) * this.inverse[slot];
      addScaled(direction, -this.alpha[k], this.y[slot]);
    }
    for (let i = 0; i < direction.length; i++) direction[i] *= this.scale;
    for (let k = 0; k < count; k++) {
      const slot = (this.oldest + k) % count;
      const beta = dot(this.y[slot], direction) * this.inverse[slot];
      addScaled(direction, this.alpha[k] - beta, this.s[slot]);
    }
  }

  private remember(curvature: number): void {
    let slot = this.y.length;
    if (slot < this.history) {
      this.y.push(Float64Array.from(this.pairY));
      this.s.push(Float64Array.from(this.pairS));
    } else {
      slot = this.oldest;
      this.oldest = (this.oldest + 1) % this.history;
      this.y[slot].set(this.pairY);
      this.s[slot].set(this.pairS);
    }
    this.inverse[slot] = 1 / curvature;
    this.scale = curvature / dot(this.pairY, this.pairY);
  }
}
