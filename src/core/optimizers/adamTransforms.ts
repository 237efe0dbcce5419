import type { Vector } from '../kernels/kernels';
import type { Preconditioner, Transform } from './transforms';

/**
 * βᵗ for t = 1, 2, … as a running product: the same bits in every engine, unlike Math.pow, and cheap. Its relative error
 * grows by at most half an ulp a step while βᵗ itself falls, so 1 − βᵗ stays exact to about 1e-16/(1 − β). Below 1e-20 the
 * product no longer moves 1 − βᵗ and stands still, before it becomes a slow subnormal number.
 */
export class RunningPower {
  value = 1;

  constructor(private readonly beta: number) {}

  advance(): number {
    if (this.value > 1e-20) this.value *= this.beta;
    return this.value;
  }
}

export interface AdamFields {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/**
 * How Adam's moments are corrected: `hats` m̂/(√v̂ + ε) (torch, paper); `factor` √(1−β₂ᵗ)/(1−β₁ᵗ)·m/(√v + ε) (keras: ε is
 * not divided by √(1−β₂ᵗ)); `none` m/(√v + ε) (AMSGrad as its paper has it).
 */
export type Correction = 'hats' | 'factor' | 'none';

/** Adam (Kingma & Ba 2015) with AMSGrad (Reddi et al. 2018) as the maximum of the uncorrected v. */
export class ScaleByAdam implements Preconditioner {
  private readonly m: Float64Array;
  private readonly v: Float64Array;
  private readonly maxima: Float64Array;
  private readonly power1: RunningPower;
  private readonly power2: RunningPower;

  constructor(dimension: number, private readonly fields: AdamFields, private readonly correction: Correction, private readonly amsgrad: boolean) {
    this.m = new Float64Array(dimension);
    this.v = new Float64Array(dimension);
    this.maxima = new Float64Array(amsgrad ? dimension : 0);
    this.power1 = new RunningPower(fields.beta1);
    this.power2 = new RunningPower(fields.beta2);
  }

  apply(u: Vector): void {
    const { m, v } = this;
    const { beta1, beta2 } = this.fields;
    const bias1 = 1 - this.power1.advance();
    this.power2.advance();
    for (let i = 0; i < u.length; i++) {
      const g = u[i];
      m[i] = beta1 * m[i] + (1 - beta1) * g;
      v[i] = beta2 * v[i] + (1 - beta2) * g * g;
      if (this.amsgrad) this.maxima[i] = Math.max(this.maxima[i], v[i]);
      u[i] = (this.correction === 'none' ? m[i] : m[i] / bias1) / this.divisor(i);
    }
  }

  diagonal(out: Vector): void {
    for (let i = 0; i < out.length; i++) out[i] = this.divisor(i);
  }

  private divisor(i: number): number {
    const root = Math.sqrt(this.amsgrad ? this.maxima[i] : this.v[i]);
    const { epsilon } = this.fields;
    if (this.correction === 'none') return root + epsilon;
    const bias = Math.sqrt(1 - this.power2.value);
    return this.correction === 'hats' ? root / bias + epsilon : (root + epsilon) / bias;
  }
}

/** Adamax: u ← max(β₂u, |g| + ε) (torch), or max(β₂u, |g|) with ε added when dividing (keras). */
export class ScaleByAdamax implements Preconditioner {
  private readonly m: Float64Array;
  private readonly largest: Float64Array;
  private readonly power1: RunningPower;

  constructor(dimension: number, private readonly fields: AdamFields, private readonly epsilonInMaximum: boolean) {
    this.m = new Float64Array(dimension);
    this.largest = new Float64Array(dimension);
    this.power1 = new RunningPower(fields.beta1);
  }

  apply(u: Vector): void {
    const { m, largest, epsilonInMaximum } = this;
    const { beta1, beta2, epsilon } = this.fields;
    const bias1 = 1 - this.power1.advance();
    for (let i = 0; i < u.length; i++) {
      const g = u[i];
      m[i] = beta1 * m[i] + (1 - beta1) * g;
      largest[i] = Math.max(beta2 * largest[i], epsilonInMaximum ? Math.abs(g) + epsilon : Math.abs(g));
      u[i] = m[i] / bias1 / (epsilonInMaximum ? largest[i] : largest[i] + epsilon);
    }
  }

  diagonal(out: Vector): void {
    for (let i = 0; i < out.length; i++) out[i] = this.epsilonInMaximum ? this.largest[i] : this.largest[i] + this.fields.epsilon;
  }
}

/** Nadam (Dozat 2016): μₜ = β₁(1 − ½·0.96^(tψ)); m̂ = μₜ₊₁m/(1 − ∏ᵗ⁺¹μ) + (1 − μₜ)g/(1 − ∏ᵗμ). */
export class ScaleByNadam implements Preconditioner {
  /** μₜ₊₁ and 1 − μₜ of the last update: the weights of m̂ and g once the products have died away. */
  momentumWeight = 0;
  gradientWeight = 1;
  private readonly m: Float64Array;
  private readonly v: Float64Array;
  private readonly power2: RunningPower;
  private product = 1;

  constructor(dimension: number, private readonly fields: AdamFields, private readonly momentumDecay: number) {
    this.m = new Float64Array(dimension);
    this.v = new Float64Array(dimension);
    this.power2 = new RunningPower(fields.beta2);
  }

  apply(u: Vector, _theta: Vector, _rate: number, t: number): void {
    const { m, v } = this;
    const { beta1, beta2, epsilon } = this.fields;
    const mu = beta1 * (1 - 0.5 * 0.96 ** (t * this.momentumDecay));
    const next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * this.momentumDecay));
    if (this.product > 1e-20) this.product *= mu;
    const bias = Math.sqrt(1 - this.power2.advance());
    this.momentumWeight = next;
    this.gradientWeight = 1 - mu;
    const momentumScale = next / (1 - this.product * next);
    const gradientScale = (1 - mu) / (1 - this.product);
    for (let i = 0; i < u.length; i++) {
      const g = u[i];
      m[i] = beta1 * m[i] + (1 - beta1) * g;
      v[i] = beta2 * v[i] + (1 - beta2) * g * g;
      u[i] = (momentumScale * m[i] + gradientScale * g) / (Math.sqrt(v[i]) / bias + epsilon);
    }
  }

  diagonal(out: Vector): void {
    const bias = Math.sqrt(1 - this.power2.value);
    for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(this.v[i]) / bias + this.fields.epsilon;
  }
}

/** RAdam (Liu et al. 2020): momentum alone until the variance of 1/√v is tractable (ρₜ > 5), then rectified Adam. */
export class ScaleByRadam implements Preconditioner {
  private readonly m: Float64Array;
  private readonly v: Float64Array;
  private readonly power1: RunningPower;
  private rectification = 0;

  constructor(dimension: number, private readonly fields: AdamFields) {
    this.m = new Float64Array(dimension);
    this.v = new Float64Array(dimension);
    this.power1 = new RunningPower(fields.beta1);
  }

  apply(u: Vector, _theta: Vector, _rate: number, t: number): void {
    const { m, v } = this;
    const { beta1, beta2, epsilon } = this.fields;
    const bias1 = 1 - this.power1.advance();
    // ρₜ is a small difference of large numbers: the product's last bits would show.
    const power2 = beta2 ** t;
    const limit = 2 / (1 - beta2) - 1;
    const rho = limit - (2 * t * power2) / (1 - power2);
    this.rectification = rho > 5 ? Math.sqrt((((rho - 4) * (rho - 2) * limit) / ((limit - 4) * (limit - 2) * rho)) * (1 - power2)) : 0;
    for (let i = 0; i < u.length; i++) {
      const g = u[i];
      m[i] = beta1 * m[i] + (1 - beta1) * g;
      v[i] = beta2 * v[i] + (1 - beta2) * g * g;
      u[i] = m[i] / bias1;
      if (this.rectification !== 0) u[i] *= this.rectification / (Math.sqrt(v[i]) + epsilon);
    }
  }

  diagonal(out: Vector): void {
    for (let i = 0; i < out.length; i++) out[i] = this.rectification === 0 ? 1 : (Math.sqrt(this.v[i]) + this.fields.epsilon) / this.rectification;
  }
}

/** AdaBelief (Zhuang et al. 2020, algorithm 2): Adam with s ← β₂s + (1−β₂)(g − m)² + ε in place of v. */
export class ScaleByBelief implements Preconditioner {
  private readonly m: Float64Array;
  private readonly s: Float64Array;
  private readonly maxima: Float64Array;
  private readonly power1: RunningPower;
  private readonly power2: RunningPower;

  constructor(dimension: number, private readonly fields: AdamFields, private readonly amsgrad: boolean) {
    this.m = new Float64Array(dimension);
    this.s = new Float64Array(dimension);
    this.maxima = new Float64Array(amsgrad ? dimension : 0);
    this.power1 = new RunningPower(fields.beta1);
    this.power2 = new RunningPower(fields.beta2);
  }

  apply(u: Vector): void {
    const { m, s } = this;
    const { beta1, beta2, epsilon } = this.fields;
    const bias1 = 1 - this.power1.advance();
    this.power2.advance();
    for (let i = 0; i < u.length; i++) {
      m[i] = beta1 * m[i] + (1 - beta1) * u[i];
      const surprise = u[i] - m[i];
      s[i] = beta2 * s[i] + (1 - beta2) * surprise * surprise + epsilon;
      if (this.amsgrad) this.maxima[i] = Math.max(this.maxima[i], s[i]);
      u[i] = m[i] / bias1 / this.divisor(i);
    }
  }

  diagonal(out: Vector): void {
    for (let i = 0; i < out.length; i++) out[i] = this.divisor(i);
  }

  private divisor(i: number): number {
    return Math.sqrt(this.amsgrad ? this.maxima[i] : this.s[i]) / Math.sqrt(1 - this.power2.value) + this.fields.epsilon;
  }
}

/** Lion (Chen et al. 2023): u ← sign(β₁m + (1−β₁)g), then m ← β₂m + (1−β₂)g. */
export class ScaleByLion implements Transform {
  private readonly m: Float64Array;

  constructor(dimension: number, private readonly beta1: number, private readonly beta2: number) {
    this.m = new Float64Array(dimension);
  }

  apply(u: Vector): void {
    const { m, beta1, beta2 } = this;
    for (let i = 0; i < u.length; i++) {
      const g = u[i];
      u[i] = Math.sign(beta1 * m[i] + (1 - beta1) * g);
      m[i] = beta2 * m[i] + (1 - beta2) * g;
    }
  }
}

/**
 * Adan (Xie et al. 2022, algorithm 1, without restart), its moments bias-corrected as in the authors' implementation;
 * β here is what a moment keeps, 1 − β in the paper's notation. The first difference of gradients is zero.
 */
export class ScaleByAdan implements Transform {
  private readonly m: Float64Array;
  private readonly v: Float64Array;
  private readonly n: Float64Array;
  private readonly previous: Float64Array;
  private readonly power1: RunningPower;
  private readonly power2: RunningPower;
  private readonly power3: RunningPower;

  constructor(dimension: number, private readonly beta1: number, private readonly beta2: number, private readonly beta3: number, private readonly epsilon: number) {
    this.m = new Float64Array(dimension);
    this.v = new Float64Array(dimension);
    this.n = new Float64Array(dimension);
    this.previous = new Float64Array(dimension);
    this.power1 = new RunningPower(beta1);
    this.power2 = new RunningPower(beta2);
    this.power3 = new RunningPower(beta3);
  }

  apply(u: Vector, _theta: Vector, _rate: number, t: number): void {
    const { m, v, n, previous, beta1, beta2, beta3, epsilon } = this;
    const bias1 = 1 - this.power1.advance();
    const bias2 = 1 - this.power2.advance();
    const root3 = Math.sqrt(1 - this.power3.advance());
    for (let i = 0; i < u.length; i++) {
      const g = u[i];
      const difference = t === 1 ? 0 : g - previous[i];
      previous[i] = g;
      m[i] = beta1 * m[i] + (1 - beta1) * g;
      v[i] = beta2 * v[i] + (1 - beta2) * difference;
      const ahead = g + beta2 * difference;
      n[i] = beta3 * n[i] + (1 - beta3) * ahead * ahead;
      u[i] = (m[i] / bias1 + (beta2 * v[i]) / bias2) / (Math.sqrt(n[i]) / root3 + epsilon);
    }
  }
}
