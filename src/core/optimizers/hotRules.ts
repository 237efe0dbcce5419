import type { Vector } from '../kernels/kernels';
import type { Correction } from './adamTransforms';
import { BaseOptimizer } from './baseOptimizer';
import type { OptimizerSpec } from './spec';
import { heavyBallLimit, nesterovLimit } from './stability';

/**
 * The hot rules without their loops: what follows from their hyperparameters alone. The loops are passes in TypeScript over
 * float64 (fused.ts) or kernels over a run's memory (kernelRules.ts).
 */

/** θ ← θ − γ(g + λθ), or decoupled θ ← (1 − γλ)θ − γg. */
export abstract class SgdRule extends BaseOptimizer {
  protected readonly l2: number;
  protected readonly decay: number;

  constructor(spec: OptimizerSpec) {
    super(spec);
    const lambda = spec.weightDecay as number;
    this.l2 = spec.dialect === 'keras' ? 0 : lambda;
    this.decay = spec.dialect === 'keras' ? lambda : 0;
  }

  override sharpnessLimit(learningRate: number): number {
    return heavyBallLimit(learningRate, 0, 1, this.decay) - this.l2;
  }
}

/** SGD with momentum, PyTorch's (rate outside the buffer) and Keras's (inside). */
export abstract class MomentumRule extends BaseOptimizer {
  protected readonly momentum: number;
  protected readonly dampening: number;
  protected readonly nesterov: boolean;
  protected readonly keras: boolean;
  protected readonly lambda: number;

  constructor(spec: OptimizerSpec) {
    super(spec);
    this.momentum = spec.momentum as number;
    this.dampening = (spec.dampening as number | undefined) ?? 0;
    this.nesterov = spec.nesterov as boolean;
    this.keras = spec.dialect === 'keras';
    this.lambda = spec.weightDecay as number;
  }

  override sharpnessLimit(learningRate: number): number {
    const decay = this.keras ? this.lambda : 0;
    const limit = this.nesterov ? nesterovLimit(learningRate, this.momentum, decay) : heavyBallLimit(learningRate, this.momentum, 1 - this.dampening, decay);
    return this.keras ? limit : limit - this.lambda;
  }
}

/** A power of β below this changes 1 − βᵗ no more. */
export const NEGLIGIBLE = 1e-20;

/** Adam and AdamW in every dialect; see ScaleByAdam for the three corrections. */
export abstract class AdamRule extends BaseOptimizer {
  protected readonly beta1: number;
  protected readonly beta2: number;
  protected readonly epsilon: number;
  protected readonly l2: number;
  protected readonly decay: number;
  protected abstract readonly m: Vector;
  protected abstract readonly v: Vector;
  /** Of AMSGrad, else null. */
  protected abstract readonly maxima: Vector | null;
  /** β₁ᵗ and β₂ᵗ; once negligible they stay, for a number below 1e-308 is slow. */
  protected readonly powers = Float64Array.of(1, 1);

  constructor(spec: OptimizerSpec, protected readonly correction: Correction, decoupled: boolean) {
    super(spec);
    this.beta1 = spec.beta1 as number;
    this.beta2 = spec.beta2 as number;
    this.epsilon = spec.epsilon as number;
    this.l2 = decoupled ? 0 : (spec.weightDecay as number);
    this.decay = decoupled ? (spec.weightDecay as number) : 0;
  }

  override update(theta: Vector, gradient: Vector, learningRate: number): null {
    const { powers } = this;
    if (powers[0] > NEGLIGIBLE) powers[0] *= this.beta1;
    if (powers[1] > NEGLIGIBLE) powers[1] *= this.beta2;
    const bias1 = 1 - powers[0];
    const bias2 = 1 - powers[1];
    let step = learningRate;
    let unbias = 1;
    if (this.correction === 'hats') {
      step = learningRate / bias1;
      unbias = 1 / Math.sqrt(bias2);
    } else if (this.correction === 'factor') {
      step = (learningRate * Math.sqrt(bias2)) / bias1;
    }
    this.pass(theta, gradient, step, unbias, 1 - learningRate * this.decay);
    return null;
  }

  /** θ ← keep·θ − step·m/(unbias·√v + ε) with the new m and v. */
  protected abstract pass(theta: Vector, gradient: Vector, step: number, unbias: number, keep: number): void;

  /** (2 + 2β₁)/((1 − β₁)γ) on the preconditioned Hessian; unknown with an L2 decay, which D would scale. */
  override sharpnessLimit(learningRate: number): number | null {
    return this.l2 === 0 ? heavyBallLimit(learningRate, this.beta1, 1 - this.beta1, this.decay) : null;
  }

  override preconditioner(out: Vector, t: number): boolean {
    if (t < 1) return false;
    const squares = this.maxima ?? this.v;
    const bias = this.correction === 'none' ? 1 : Math.sqrt(1 - this.powers[1]);
    for (let i = 0; i < out.length; i++) {
      const root = Math.sqrt(squares[i]);
      out[i] = this.correction === 'factor' ? (root + this.epsilon) / bias : root / bias + this.epsilon;
    }
    return true;
  }
}

/** RMSprop of both frameworks, centered and with momentum. */
export abstract class RmspropRule extends BaseOptimizer {
  protected readonly rho: number;
  protected readonly epsilon: number;
  protected readonly momentum: number;
  protected readonly centered: boolean;
  protected readonly keras: boolean;
  protected readonly lambda: number;
  protected abstract readonly squares: Vector;
  /** Of the centered rule. */
  protected abstract readonly means: Vector;

  constructor(spec: OptimizerSpec) {
    super(spec);
    this.rho = spec.rho as number;
    this.epsilon = spec.epsilon as number;
    this.momentum = spec.momentum as number;
    this.centered = spec.centered as boolean;
    this.keras = spec.dialect === 'keras';
    this.lambda = spec.weightDecay as number;
  }

  /** 2(1 + μ)/γ on the preconditioned Hessian; unknown with an L2 decay. */
  override sharpnessLimit(learningRate: number): number | null {
    if (!this.keras && this.lambda !== 0) return null;
    return heavyBallLimit(learningRate, this.momentum, 1, this.keras ? this.lambda : 0);
  }

  override preconditioner(out: Vector, t: number): boolean {
    if (t < 1) return false;
    for (let i = 0; i < out.length; i++) {
      const variance = this.centered ? this.squares[i] - this.means[i] * this.means[i] : this.squares[i];
      out[i] = this.keras ? Math.sqrt(variance + this.epsilon) : Math.sqrt(variance) + this.epsilon;
    }
    return true;
  }
}
