import type { Vector } from '../kernels/kernels';

/**
 * Small changes of an update, in place, after optax's algebra: chained they make the named optimizers. `u` starts as the
 * gradient and ends as what is added to θ.
 */
export interface Transform {
  /** @param u shape P, changed in place. @param t the number of the update, from 1. */
  apply(u: Vector, theta: Vector, rate: number, t: number): void;
}

/** A transform that divides by a diagonal D of its own. */
export interface Preconditioner extends Transform {
  /** Writes D (shape P) as it stands after `t` updates. */
  diagonal(out: Vector, t: number): void;
}

/** u ← u + λθ: weight decay as an L2 penalty. */
export class AddDecayedWeights implements Transform {
  constructor(private readonly lambda: number) {}

  apply(u: Vector, theta: Vector): void {
    for (let i = 0; i < u.length; i++) u[i] += this.lambda * theta[i];
  }
}

/** θ ← θ − γλθ, apart from the gradient (Loshchilov & Hutter 2019). */
export class DecayWeights implements Transform {
  constructor(private readonly lambda: number) {}

  apply(_u: Vector, theta: Vector, rate: number): void {
    const keep = 1 - rate * this.lambda;
    for (let i = 0; i < theta.length; i++) theta[i] *= keep;
  }
}

/** θ ← (θ + u)/(1 + γλ): decay as a proximal step (Adan). Stands last and leaves u = 0 to add. */
export class ProximalDecay implements Transform {
  constructor(private readonly lambda: number) {}

  apply(u: Vector, theta: Vector, rate: number): void {
    const divisor = 1 + rate * this.lambda;
    for (let i = 0; i < u.length; i++) {
      theta[i] = (theta[i] + u[i]) / divisor;
      u[i] = 0;
    }
  }
}

/** u ← −γu. */
export class ScaleByRate implements Transform {
  apply(u: Vector, _theta: Vector, rate: number): void {
    for (let i = 0; i < u.length; i++) u[i] *= -rate;
  }
}

/**
 * b ← μb + (1 − τ)u, the first b being u itself; u ← b, or u + μb for Nesterov. Before `ScaleByRate` it is PyTorch's
 * momentum, after it Keras's: they part where the rate changes.
 */
export class Trace implements Transform {
  private readonly buffer: Float64Array;

  constructor(dimension: number, private readonly momentum: number, private readonly dampening: number, private readonly nesterov: boolean) {
    this.buffer = new Float64Array(dimension);
  }

  apply(u: Vector, _theta: Vector, _rate: number, t: number): void {
    const { buffer, momentum, nesterov } = this;
    const gain = t === 1 ? 1 : 1 - this.dampening;
    for (let i = 0; i < u.length; i++) {
      const b = momentum * buffer[i] + gain * u[i];
      buffer[i] = b;
      u[i] = nesterov ? u[i] + momentum * b : b;
    }
  }
}

/** Adagrad: s ← s + u²; u ← u/(√s + ε), or u/√(s + ε) with ε inside the root. Divides besides by 1 + (t−1)·rateDecay. */
export class ScaleByRootSum implements Preconditioner {
  private readonly sum: Float64Array;

  constructor(dimension: number, initial: number, private readonly epsilon: number, private readonly epsilonInside: boolean, private readonly rateDecay: number) {
    this.sum = new Float64Array(dimension).fill(initial);
  }

  apply(u: Vector, _theta: Vector, _rate: number, t: number): void {
    const { sum, epsilon } = this;
    const slow = 1 + (t - 1) * this.rateDecay;
    for (let i = 0; i < u.length; i++) {
      sum[i] += u[i] * u[i];
      u[i] /= (this.epsilonInside ? Math.sqrt(sum[i] + epsilon) : Math.sqrt(sum[i]) + epsilon) * slow;
    }
  }

  diagonal(out: Vector, t: number): void {
    const slow = 1 + (t - 1) * this.rateDecay;
    for (let i = 0; i < out.length; i++) out[i] = (this.epsilonInside ? Math.sqrt(this.sum[i] + this.epsilon) : Math.sqrt(this.sum[i]) + this.epsilon) * slow;
  }
}

/** Adadelta: v ← ρv + (1−ρ)u²; u ← √(w+ε)/√(v+ε)·u; w ← ρw + (1−ρ)u² of the new u. */
export class ScaleByDelta implements Preconditioner {
  private readonly squares: Float64Array;
  private readonly deltas: Float64Array;

  constructor(dimension: number, private readonly rho: number, private readonly epsilon: number) {
    this.squares = new Float64Array(dimension);
    this.deltas = new Float64Array(dimension);
  }

  apply(u: Vector): void {
    const { squares, deltas, rho, epsilon } = this;
    const rest = 1 - rho;
    for (let i = 0; i < u.length; i++) {
      const g = u[i];
      squares[i] = rho * squares[i] + rest * g * g;
      // The average of the deltas without this one: dividing by it afterwards is a known error of other implementations.
      const delta = (Math.sqrt(deltas[i] + epsilon) / Math.sqrt(squares[i] + epsilon)) * g;
      deltas[i] = rho * deltas[i] + rest * delta * delta;
      u[i] = delta;
    }
  }

  diagonal(out: Vector): void {
    for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(this.squares[i] + this.epsilon) / Math.sqrt(this.deltas[i] + this.epsilon);
  }
}

/** RMSprop: v ← ρv + (1−ρ)u², centered less ḡ²; u ← u/(√v + ε), or u/√(v + ε) with ε inside the root. */
export class ScaleByRms implements Preconditioner {
  private readonly squares: Float64Array;
  private readonly means: Float64Array;

  constructor(dimension: number, private readonly rho: number, private readonly epsilon: number, private readonly epsilonInside: boolean, private readonly centered: boolean) {
    this.squares = new Float64Array(dimension);
    this.means = new Float64Array(centered ? dimension : 0);
  }

  apply(u: Vector): void {
    const { squares, means, rho } = this;
    const rest = 1 - rho;
    for (let i = 0; i < u.length; i++) {
      const g = u[i];
      squares[i] = rho * squares[i] + rest * g * g;
      if (this.centered) means[i] = rho * means[i] + rest * g;
      u[i] = g / this.divisor(i);
    }
  }

  diagonal(out: Vector): void {
    for (let i = 0; i < out.length; i++) out[i] = this.divisor(i);
  }

  private divisor(i: number): number {
    const variance = this.centered ? this.squares[i] - this.means[i] * this.means[i] : this.squares[i];
    return this.epsilonInside ? Math.sqrt(variance + this.epsilon) : Math.sqrt(variance) + this.epsilon;
  }
}
