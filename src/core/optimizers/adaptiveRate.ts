import type { Vector } from '../kernels/kernels';
import { BaseOptimizer } from './baseOptimizer';
import type { Oracle } from './optimizer';
import type { OptimizerSpec } from './spec';
import { heavyBallLimit } from './stability';

/**
 * Rprop as torch.optim.Rprop (iRprop−: Igel & Hüsken 2000): a step for each parameter that grows while the sign of its partial
 * derivative holds and shrinks where it turns, and the turned derivative is forgotten. The rate is only the first step.
 */
export class Rprop extends BaseOptimizer {
  private readonly previous: Float64Array;
  private readonly steps: Float64Array;

  constructor(spec: OptimizerSpec, dimension: number) {
    super(spec);
    this.previous = new Float64Array(dimension);
    this.steps = new Float64Array(dimension);
  }

  override update(theta: Vector, gradient: Vector, learningRate: number, t: number): null {
    const { previous, steps } = this;
    const etaMinus = this.spec.etaMinus as number;
    const etaPlus = this.spec.etaPlus as number;
    const minStep = this.spec.minStep as number;
    const maxStep = this.spec.maxStep as number;
    if (t === 1) steps.fill(learningRate);
    for (let i = 0; i < theta.length; i++) {
      let g = gradient[i];
      const agreement = g * previous[i];
      let step = steps[i];
      if (agreement > 0) step *= etaPlus;
      else if (agreement < 0) {
        step *= etaMinus;
        g = 0;
      }
      step = Math.min(Math.max(step, minStep), maxStep);
      steps[i] = step;
      previous[i] = g;
      theta[i] -= Math.sign(g) * step;
    }
    return null;
  }
}

/**
 * Sophia-H (Liu et al. 2023, algorithm 3 with Hutchinson's estimator): h is an average of z∘Hz with z ~ N(0, I), renewed every k
 * steps from the first on; θ ← θ − γλθ − γ·clip(m/max(ρh, ε), 1). Negative curvature counts as none: the step is then ±γ.
 */
export class Sophia extends BaseOptimizer {
  private readonly m: Float64Array;
  private readonly h: Float64Array;
  private readonly probe: Float64Array;
  private readonly product: Float64Array;

  constructor(spec: OptimizerSpec, dimension: number) {
    super(spec);
    this.m = new Float64Array(dimension);
    this.h = new Float64Array(dimension);
    this.probe = new Float64Array(dimension);
    this.product = new Float64Array(dimension);
  }

  override update(theta: Vector, gradient: Vector, learningRate: number, t: number, oracle: Oracle): null {
    const { m, h, probe, product } = this;
    const beta1 = this.spec.beta1 as number;
    const beta2 = this.spec.beta2 as number;
    const rho = this.spec.rho as number;
    const epsilon = this.spec.epsilon as number;
    if ((t - 1) % (this.spec.every as number) === 0) {
      for (let i = 0; i < probe.length; i++) probe[i] = oracle.normal();
      oracle.hessianVector(theta, probe, product);
      for (let i = 0; i < h.length; i++) h[i] = beta2 * h[i] + (1 - beta2) * probe[i] * product[i];
    }
    const keep = 1 - learningRate * (this.spec.weightDecay as number);
    for (let i = 0; i < theta.length; i++) {
      m[i] = beta1 * m[i] + (1 - beta1) * gradient[i];
      const ratio = m[i] / Math.max(rho * h[i], epsilon);
      theta[i] = theta[i] * keep - learningRate * Math.min(Math.max(ratio, -1), 1);
    }
    return null;
  }
}

/**
 * Prodigy (Mishchenko & Defazio 2023, algorithm 4, with the averages r and s over √β₂ of section 6): Adam without bias correction
 * whose rate is γ·d, d a growing estimate of the distance to the solution. As in the authors' implementation the step uses the d
 * from before its update, ε the one from after.
 */
export class Prodigy extends BaseOptimizer {
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly beta3: number;
  private readonly epsilon: number;
  private readonly lambda: number;
  private readonly initialDistance: number;
  private readonly origin: Float64Array;
  private readonly m: Float64Array;
  private readonly v: Float64Array;
  private readonly s: Float64Array;
  private distance: number;
  private numerator = 0;
  private rate = 0;

  constructor(spec: OptimizerSpec, dimension: number) {
    super(spec);
    this.beta1 = spec.beta1 as number;
    this.beta2 = spec.beta2 as number;
    this.beta3 = Math.sqrt(this.beta2);
    this.epsilon = spec.epsilon as number;
    this.lambda = spec.weightDecay as number;
    this.initialDistance = spec.initialDistance as number;
    this.distance = this.initialDistance;
    this.origin = new Float64Array(dimension);
    this.m = new Float64Array(dimension);
    this.v = new Float64Array(dimension);
    this.s = new Float64Array(dimension);
  }

  override update(theta: Vector, gradient: Vector, learningRate: number, t: number): null {
    const { origin, m, v, s, beta1, beta2, beta3 } = this;
    if (t === 1) origin.set(theta);
    const d = this.distance;
    this.rate = d * learningRate;
    // d/d₀ in place of d keeps the sums away from the smallest numbers.
    const weight = (d / this.initialDistance) * this.rate;
    let travelled = 0;
    let length = 0;
    if (learningRate > 0) {
      for (let i = 0; i < theta.length; i++) {
        const g = gradient[i];
        travelled += g * (origin[i] - theta[i]);
        m[i] = beta1 * m[i] + d * (1 - beta1) * g;
        v[i] = beta2 * v[i] + d * d * (1 - beta2) * g * g;
        s[i] = beta3 * s[i] + weight * g;
        length += Math.abs(s[i]);
      }
      if (length === 0) return null;
      this.numerator = beta3 * this.numerator + weight * travelled;
      this.distance = Math.max(d, this.numerator / length);
    }
    const keep = 1 - this.lambda * this.rate;
    for (let i = 0; i < theta.length; i++) theta[i] = theta[i] * keep - (this.rate * m[i]) / (Math.sqrt(v[i]) + this.distance * this.epsilon);
    return null;
  }

  acceptedRate(): number {
    return this.rate;
  }

  /** Adam's limit with D = (√v + dε)/d², for m and √v hold a factor d each and the rate a further one. */
  override sharpnessLimit(learningRate: number): number {
    return heavyBallLimit(learningRate, this.beta1, 1 - this.beta1);
  }

  override preconditioner(out: Vector, t: number): boolean {
    if (t < 1) return false;
    const d = this.distance;
    for (let i = 0; i < out.length; i++) out[i] = (Math.sqrt(this.v[i]) + d * this.epsilon) / (d * d);
    return true;
  }
}
