import type { Vector } from '../kernels/kernels';
import type { Correction } from './adamTransforms';
import { AdamRule, MomentumRule, NEGLIGIBLE, RmspropRule, SgdRule } from './hotRules';
import type { InlineUpdate } from './optimizer';
import type { OptimizerSpec } from './spec';

/**
 * The hot rules as single passes. Each is held equal to its chain of transforms by a test. With no decay the factors are
 * exactly 0 and 1 and change nothing, which is cheaper than a branch. `inline` is the same again, as code: a test holds it equal to
 * the bit.
 */

export class FusedSgd extends SgdRule {
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
}

export class FusedMomentum extends MomentumRule {
  private readonly buffer: Float64Array;

  constructor(spec: OptimizerSpec, dimension: number) {
    super(spec);
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
}

export class FusedAdam extends AdamRule {
  protected readonly m: Float64Array;
  protected readonly v: Float64Array;
  protected readonly maxima: Float64Array | null;

  constructor(spec: OptimizerSpec, dimension: number, correction: Correction, decoupled: boolean) {
    super(spec, correction, decoupled);
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

  protected override pass(theta: Vector, gradient: Vector, step: number, unbias: number, keep: number): void {
    if (this.maxima !== null) {
      this.passMaximum(theta, gradient, this.maxima, step, unbias, keep);
      return;
    }
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
}

export class FusedRmsprop extends RmspropRule {
  protected readonly squares: Float64Array;
  protected readonly means: Float64Array;
  private readonly buffer: Float64Array;

  constructor(spec: OptimizerSpec, dimension: number) {
    super(spec);
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
}
