import type { Vector } from '../kernels/kernels';
import type { Correction } from './adamTransforms';
import { BaseOptimizer } from './baseOptimizer';
import type { InlineUpdate } from './optimizer';
import type { OptimizerSpec } from './spec';
import { heavyBallLimit, nesterovLimit } from './stability';

/**
 * The hot rules as single passes. Each is held equal to its chain of transforms by a test. With no decay the factors are
 * exactly 0 and 1 and change nothing, which is cheaper than a branch. `inline` is the same again, as code: a test holds it equal to
 * the bit.
 */

/** θ ← θ − γ(g + λθ), or decoupled θ ← (1 − γλ)θ − γg. */
export class FusedSgd extends BaseOptimizer {
  private readonly l2: number;
  private readonly decay: number;

  constructor(spec: OptimizerSpec) {
    super(spec);
    const lambda = spec.weightDecay as number;
    this.l2 = spec.dialect === 'keras' ? 0 : lambda;
    this.decay = spec.dialect === 'keras' ? lambda : 0;
  }

  get inline(): InlineUpdate {
    return {
      name: 'sgd', state: [], constants: [this.l2, this.decay],
      once: 'const keep=1-rate*c1;',
      each: (i) => `t${i}=t${i}*keep-rate*(g${i}+c0*t${i});`,
    };
  }

  override update(theta: Vector, gradient: Vector, learningRate: number): null {
    const l2 = this.l2;
    const keep = 1 - learningRate * this.decay;
    for (let i = 0; i < theta.length; i++) {
      const x = theta[i];
      theta[i] = x * keep - learningRate * (gradient[i] + l2 * x);
    }
    return null;
  }

  override sharpnessLimit(learningRate: number): number {
    return heavyBallLimit(learningRate, 0, 1, this.decay) - this.l2;
  }
}

/** SGD with momentum, PyTorch's (rate outside the buffer) and Keras's (inside). */
export class FusedMomentum extends BaseOptimizer {
  private readonly momentum: number;
  private readonly dampening: number;
  private readonly nesterov: boolean;
  private readonly keras: boolean;
  private readonly lambda: number;
  private readonly buffer: Float64Array;

  constructor(spec: OptimizerSpec, dimension: number) {
    super(spec);
    this.momentum = spec.momentum as number;
    this.dampening = (spec.dampening as number | undefined) ?? 0;
    this.nesterov = spec.nesterov as boolean;
    this.keras = spec.dialect === 'keras';
    this.lambda = spec.weightDecay as number;
    this.buffer = new Float64Array(dimension);
  }

  get inline(): InlineUpdate {
    const { buffer, momentum, nesterov, lambda } = this;
    if (this.keras) {
      return {
        name: `momentum keras ${nesterov}`, state: [buffer], constants: [momentum, lambda],
        once: 'const keep=1-rate*c1;',
        each: (i) => `const u${i}=rate*g${i};s0_${i}=c0*s0_${i}-u${i};t${i}=t${i}*keep+${nesterov ? `(c0*s0_${i}-u${i})` : `s0_${i}`};`,
      };
    }
    return {
      name: `momentum torch ${nesterov}`, state: [buffer], constants: [momentum, lambda, 1 - this.dampening],
      once: '',
      each: (i) => `const d${i}=g${i}+c1*t${i};s0_${i}=c0*s0_${i}+c2*d${i};t${i}=t${i}-rate*${nesterov ? `(d${i}+c0*s0_${i})` : `s0_${i}`};`,
    };
  }

  override update(theta: Vector, gradient: Vector, learningRate: number, t: number): null {
    if (this.keras) this.updateKeras(theta, gradient, learningRate);
    else this.updateTorch(theta, gradient, learningRate, t);
    return null;
  }

  private updateTorch(theta: Vector, gradient: Vector, rate: number, t: number): void {
    const { buffer, momentum, nesterov, lambda } = this;
    const gain = t === 1 ? 1 : 1 - this.dampening;
    for (let i = 0; i < theta.length; i++) {
      const x = theta[i];
      const g = gradient[i] + lambda * x;
      const b = momentum * buffer[i] + gain * g;
      buffer[i] = b;
      theta[i] = x - rate * (nesterov ? g + momentum * b : b);
    }
  }

  private updateKeras(theta: Vector, gradient: Vector, rate: number): void {
    const { buffer, momentum, nesterov } = this;
    const keep = 1 - rate * this.lambda;
    for (let i = 0; i < theta.length; i++) {
      const step = rate * gradient[i];
      const m = momentum * buffer[i] - step;
      buffer[i] = m;
      theta[i] = theta[i] * keep + (nesterov ? momentum * m - step : m);
    }
  }

  override sharpnessLimit(learningRate: number): number {
    const decay = this.keras ? this.lambda : 0;
    const limit = this.nesterov ? nesterovLimit(learningRate, this.momentum, decay) : heavyBallLimit(learningRate, this.momentum, 1 - this.dampening, decay);
    return this.keras ? limit : limit - this.lambda;
  }
}

/** A power of β below this changes 1 − βᵗ no more. */
const NEGLIGIBLE = 1e-20;

/** Adam and AdamW in every dialect; see ScaleByAdam for the three corrections. */
export class FusedAdam extends BaseOptimizer {
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;
  private readonly l2: number;
  private readonly decay: number;
  private readonly m: Float64Array;
  private readonly v: Float64Array;
  /** Of AMSGrad, else null. */
  private readonly maxima: Float64Array | null;
  /** β₁ᵗ and β₂ᵗ; once negligible they stay, for a number below 1e-308 is slow. */
  private readonly powers = Float64Array.of(1, 1);

  constructor(spec: OptimizerSpec, dimension: number, private readonly correction: Correction, decoupled: boolean) {
    super(spec);
    this.beta1 = spec.beta1 as number;
    this.beta2 = spec.beta2 as number;
    this.epsilon = spec.epsilon as number;
    this.l2 = decoupled ? 0 : (spec.weightDecay as number);
    this.decay = decoupled ? (spec.weightDecay as number) : 0;
    this.m = new Float64Array(dimension);
    this.v = new Float64Array(dimension);
    this.maxima = spec.amsgrad === true ? new Float64Array(dimension) : null;
  }

  get inline(): InlineUpdate {
    const { beta1, beta2, epsilon, l2, decay, correction, m, v, maxima, powers } = this;
    const factors = {
      none: 'const step=rate,unbias=1;',
      hats: 'const step=rate/(1-s2_0),unbias=1/Math.sqrt(1-s2_1);',
      factor: 'const step=(rate*Math.sqrt(1-s2_1))/(1-s2_0),unbias=1;',
    };
    return {
      name: `adam ${correction} ${maxima !== null}`, state: maxima ? [m, v, powers, maxima] : [m, v, powers],
      constants: [beta1, beta2, epsilon, l2, decay, 1 - beta1, 1 - beta2],
      once: `if(s2_0>${NEGLIGIBLE})s2_0*=c0;if(s2_1>${NEGLIGIBLE})s2_1*=c1;${factors[correction]}const keep=1-rate*c4;`,
      each: (i) => `const d${i}=g${i}+c3*t${i};s0_${i}=c0*s0_${i}+c5*d${i};s1_${i}=c1*s1_${i}+c6*d${i}*d${i};`
        + (maxima ? `s3_${i}=Math.max(s3_${i},s1_${i});` : '')
        + `t${i}=t${i}*keep-(step*s0_${i})/(Math.sqrt(${maxima ? 's3' : 's1'}_${i})*unbias+c2);`,
    };
  }

  override update(theta: Vector, gradient: Vector, learningRate: number): null {
    const { powers } = this;
    if (powers[0] > NEGLIGIBLE) powers[0] *= this.beta1;
    if (powers[1] > NEGLIGIBLE) powers[1] *= this.beta2;
    const bias1 = 1 - powers[0];
    const bias2 = 1 - powers[1];
    // θ ← keep·θ − step·m/(unbias·√v + ε)
    let step = learningRate;
    let unbias = 1;
    if (this.correction === 'hats') {
      step = learningRate / bias1;
      unbias = 1 / Math.sqrt(bias2);
    } else if (this.correction === 'factor') {
      step = (learningRate * Math.sqrt(bias2)) / bias1;
    }
    const keep = 1 - learningRate * this.decay;
    if (this.maxima === null) this.pass(theta, gradient, step, unbias, keep);
    else this.passMaximum(theta, gradient, this.maxima, step, unbias, keep);
    return null;
  }

  private pass(theta: Vector, gradient: Vector, step: number, unbias: number, keep: number): void {
    const { m, v, beta1, beta2, epsilon, l2 } = this;
    const rest1 = 1 - beta1;
    const rest2 = 1 - beta2;
    for (let i = 0; i < theta.length; i++) {
      const x = theta[i];
      const g = gradient[i] + l2 * x;
      const mean = beta1 * m[i] + rest1 * g;
      const square = beta2 * v[i] + rest2 * g * g;
      m[i] = mean;
      v[i] = square;
      theta[i] = x * keep - (step * mean) / (Math.sqrt(square) * unbias + epsilon);
    }
  }

  private passMaximum(theta: Vector, gradient: Vector, maxima: Float64Array, step: number, unbias: number, keep: number): void {
    const { m, v, beta1, beta2, epsilon, l2 } = this;
    const rest1 = 1 - beta1;
    const rest2 = 1 - beta2;
    for (let i = 0; i < theta.length; i++) {
      const x = theta[i];
      const g = gradient[i] + l2 * x;
      const mean = beta1 * m[i] + rest1 * g;
      const square = beta2 * v[i] + rest2 * g * g;
      const largest = Math.max(maxima[i], square);
      m[i] = mean;
      v[i] = square;
      maxima[i] = largest;
      theta[i] = x * keep - (step * mean) / (Math.sqrt(largest) * unbias + epsilon);
    }
  }

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
export class FusedRmsprop extends BaseOptimizer {
  private readonly rho: number;
  private readonly epsilon: number;
  private readonly momentum: number;
  private readonly centered: boolean;
  private readonly keras: boolean;
  private readonly lambda: number;
  private readonly squares: Float64Array;
  private readonly means: Float64Array;
  private readonly buffer: Float64Array;

  constructor(spec: OptimizerSpec, dimension: number) {
    super(spec);
    this.rho = spec.rho as number;
    this.epsilon = spec.epsilon as number;
    this.momentum = spec.momentum as number;
    this.centered = spec.centered as boolean;
    this.keras = spec.dialect === 'keras';
    this.lambda = spec.weightDecay as number;
    this.squares = new Float64Array(dimension);
    this.means = new Float64Array(dimension);
    this.buffer = new Float64Array(dimension);
  }

  get inline(): InlineUpdate {
    const { squares, means, buffer, rho, momentum, centered, keras, epsilon, lambda } = this;
    return {
      name: `rmsprop ${keras} ${centered}`, state: [squares, means, buffer],
      constants: [rho, 1 - rho, keras ? 0 : lambda, keras ? lambda : 0, keras ? epsilon : 0, keras ? 0 : epsilon, momentum],
      once: `const keep=${keras ? '1-rate*c3' : '1'},before=${keras ? 'rate' : '1'},after=${keras ? '1' : 'rate'};`,
      each: (i) => `const d${i}=g${i}+c2*t${i};s0_${i}=c0*s0_${i}+c1*d${i}*d${i};let r${i}=s0_${i};`
        + (centered ? `s1_${i}=c0*s1_${i}+c1*d${i};r${i}-=s1_${i}*s1_${i};` : '')
        + `s2_${i}=c6*s2_${i}+(before*d${i})/(Math.sqrt(r${i}+c4)+c5);t${i}=t${i}*keep-after*s2_${i};`,
    };
  }

  override update(theta: Vector, gradient: Vector, learningRate: number): null {
    const { squares, means, buffer, rho, momentum, centered, keras } = this;
    const rest = 1 - rho;
    const l2 = keras ? 0 : this.lambda;
    const keep = keras ? 1 - learningRate * this.lambda : 1;
    const inside = keras ? this.epsilon : 0;
    const outside = keras ? 0 : this.epsilon;
    // Keras keeps the rate inside the momentum buffer, PyTorch outside.
    const before = keras ? learningRate : 1;
    const after = keras ? 1 : learningRate;
    for (let i = 0; i < theta.length; i++) {
      const x = theta[i];
      const g = gradient[i] + l2 * x;
      let variance = rho * squares[i] + rest * g * g;
      squares[i] = variance;
      if (centered) {
        const mean = rho * means[i] + rest * g;
        means[i] = mean;
        variance -= mean * mean;
      }
      const b = momentum * buffer[i] + (before * g) / (Math.sqrt(variance + inside) + outside);
      buffer[i] = b;
      theta[i] = x * keep - after * b;
    }
    return null;
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
