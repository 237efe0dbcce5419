import type { Vector } from '../kernels/kernels';
import { RunningPower } from './adamTransforms';
import { BaseOptimizer } from './baseOptimizer';
import type { OptimizerSpec } from './spec';
import { heavyBallLimit } from './stability';

/**
 * Schedule-Free SGD and AdamW (Defazio et al. 2024, algorithm 1): θ is y, where gradients are taken; z makes the steps and x,
 * their average weighted by the square of the largest rate so far, is what is reported. For AdamW the rate is multiplied by
 * √(1 − β₂ᵗ), and decay is taken at y, as in the authors' implementation.
 */
export class ScheduleFree extends BaseOptimizer {
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;
  private readonly adaptive: boolean;
  private readonly lambda: number;
  private readonly x: Float64Array;
  private readonly z: Float64Array;
  private readonly v: Float64Array;
  private readonly power2: RunningPower;
  private largestRate = 0;
  private weightSum = 0;
  private started = false;

  override readonly reportedPoint = (theta: Vector, out: Vector): void => {
    out.set(this.started ? this.x : theta);
  };

  constructor(spec: OptimizerSpec, dimension: number) {
    super(spec);
    this.adaptive = spec.base === 'adamw';
    this.beta1 = spec.beta1 as number;
    this.beta2 = this.adaptive ? (spec.beta2 as number) : 0;
    this.epsilon = this.adaptive ? (spec.epsilon as number) : 0;
    this.lambda = spec.weightDecay as number;
    this.x = new Float64Array(dimension);
    this.z = new Float64Array(dimension);
    this.v = new Float64Array(this.adaptive ? dimension : 0);
    this.power2 = new RunningPower(this.beta2);
  }

  override update(theta: Vector, gradient: Vector, learningRate: number): null {
    const { x, z, v, beta1, beta2, lambda, adaptive } = this;
    if (!this.started) {
      this.started = true;
      x.set(theta);
      z.set(theta);
    }
    const rate = adaptive ? learningRate * Math.sqrt(1 - this.power2.advance()) : learningRate;
    this.largestRate = Math.max(this.largestRate, rate);
    const weight = this.largestRate * this.largestRate;
    this.weightSum += weight;
    const part = this.weightSum === 0 ? 0 : weight / this.weightSum;
    for (let i = 0; i < theta.length; i++) {
      let g = gradient[i];
      if (adaptive) {
        v[i] = beta2 * v[i] + (1 - beta2) * g * g;
        g /= Math.sqrt(v[i]) + this.epsilon;
      }
      z[i] -= rate * (g + lambda * theta[i]);
      x[i] += part * (z[i] - x[i]);
      theta[i] = (1 - beta1) * z[i] + beta1 * x[i];
    }
    return null;
  }
}

/**
 * ASGD as torch.optim.ASGD: θ ← (1 − λη)θ − ηg with η for the next update γ/(1 + λγt)^α, always in double precision. Its average
 * of the path from t0 on is a by-product that PyTorch keeps apart and never moves θ, so it is not computed.
 */
export class Asgd extends BaseOptimizer {
  private readonly lambda: number;
  private readonly alpha: number;
  private readonly l2: number;
  private eta = 0;

  constructor(spec: OptimizerSpec) {
    super(spec);
    this.lambda = spec.lambda as number;
    this.alpha = spec.alpha as number;
    this.l2 = spec.weightDecay as number;
  }

  override update(theta: Vector, gradient: Vector, learningRate: number, t: number): null {
    if (t === 1) this.eta = learningRate;
    const keep = 1 - this.lambda * this.eta;
    for (let i = 0; i < theta.length; i++) {
      const g = gradient[i] + this.l2 * theta[i];
      theta[i] = theta[i] * keep - this.eta * g;
    }
    this.eta = learningRate / (1 + this.lambda * learningRate * t) ** this.alpha;
    return null;
  }

  override sharpnessLimit(learningRate: number): number {
    return heavyBallLimit(this.eta === 0 ? learningRate : this.eta, 0, 1, this.lambda) - this.l2;
  }
}
