import type { Kernels, UpdateScalars, Vector } from '../kernels/kernels';
import type { Correction } from './adamTransforms';
import { AdamRule, MomentumRule, RmspropRule, SgdRule } from './hotRules';
import type { OptimizerSpec } from './spec';

/**
 * The hot rules over kernels: one call an update, on θ and a gradient that lie in the kernels' memory, with state beside them in the
 * same precision. A constructor only allocates. A test holds each equal to its chain of transforms.
 */

/** Filled anew at each update, so that none is made. */
type Scalars = { -readonly [K in keyof UpdateScalars]: UpdateScalars[K] };

export class KernelSgd extends SgdRule {
  private readonly scalars: Scalars = { keep: 1, l2: this.l2 };

  constructor(spec: OptimizerSpec, private readonly kernels: Kernels) {
    super(spec);
  }

  override update(theta: Vector, gradient: Vector, learningRate: number): null {
    this.scalars.keep = 1 - learningRate * this.decay;
    this.kernels.sgd(theta.length, theta, gradient, learningRate, this.scalars);
    return null;
  }
}

export class KernelMomentum extends MomentumRule {
  private readonly buffer: Vector;
  private readonly scalars: Scalars = { keep: 1, l2: this.keras ? 0 : this.lambda };

  constructor(spec: OptimizerSpec, dimension: number, private readonly kernels: Kernels) {
    super(spec);
    this.buffer = kernels.alloc(dimension);
  }

  override update(theta: Vector, gradient: Vector, learningRate: number, t: number): null {
    const { kernels, buffer, momentum, nesterov, scalars } = this;
    if (this.keras) {
      scalars.keep = 1 - learningRate * this.lambda;
      kernels.momentumKeras(theta.length, theta, gradient, buffer, learningRate, momentum, nesterov, scalars);
    } else {
      kernels.momentumTorch(theta.length, theta, gradient, buffer, learningRate, momentum, t === 1 ? 1 : 1 - this.dampening, nesterov, scalars);
    }
    return null;
  }
}

export class KernelAdam extends AdamRule {
  protected readonly m: Vector;
  protected readonly v: Vector;
  protected readonly maxima: Vector | null;
  private readonly scalars: Scalars = { keep: 1, l2: this.l2 };

  constructor(spec: OptimizerSpec, dimension: number, correction: Correction, decoupled: boolean, private readonly kernels: Kernels) {
    super(spec, correction, decoupled);
    this.m = kernels.alloc(dimension);
    this.v = kernels.alloc(dimension);
    this.maxima = spec.amsgrad === true ? kernels.alloc(dimension) : null;
  }

  protected override pass(theta: Vector, gradient: Vector, step: number, unbias: number, keep: number): void {
    this.scalars.keep = keep;
    this.kernels.adam(theta.length, theta, gradient, this.m, this.v, this.maxima, this.beta1, this.beta2, step, unbias, this.epsilon, this.scalars);
  }
}

/** Neither centered nor with momentum. */
export class KernelRmsprop extends RmspropRule {
  protected readonly squares: Vector;
  protected readonly means = new Float64Array(0);
  private readonly scalars: Scalars = { keep: 1, l2: this.keras ? 0 : this.lambda };

  constructor(spec: OptimizerSpec, dimension: number, private readonly kernels: Kernels) {
    super(spec);
    this.squares = kernels.alloc(dimension);
  }

  override update(theta: Vector, gradient: Vector, learningRate: number): null {
    if (this.keras) this.scalars.keep = 1 - learningRate * this.lambda;
    this.kernels.rmsprop(theta.length, theta, gradient, this.squares, learningRate, this.rho, this.epsilon, this.keras, this.scalars);
    return null;
  }
}
