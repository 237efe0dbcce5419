/** A test function defined in any dimension, as loops: an expression would grow with the dimension. None of them allocates. */
export interface Family {
  value(theta: Float64Array): number;
  /** The value; `gradient` (shape P) receives the partial derivatives. */
  valueAndGradient(theta: Float64Array, gradient: Float64Array): number;
  /** out ← H(theta)·v; `out` must not alias `v`. */
  hessianVector(theta: Float64Array, v: Float64Array, out: Float64Array): void;
}

/** A sum of one function of each coordinate: Σ f(xᵢ, i), with its first and second derivative. */
function separable(f: (x: number, i: number) => number, df: (x: number, i: number) => number, ddf: (x: number, i: number) => number, offset: number): Family {
  return {
    value(theta) {
      let sum = offset;
      for (let i = 0; i < theta.length; i++) sum += f(theta[i], i);
      return sum;
    },
    valueAndGradient(theta, gradient) {
      let sum = offset;
      for (let i = 0; i < theta.length; i++) {
        sum += f(theta[i], i);
        gradient[i] = df(theta[i], i);
      }
      return sum;
    },
    hessianVector(theta, v, out) {
      for (let i = 0; i < theta.length; i++) out[i] = ddf(theta[i], i) * v[i];
    },
  };
}

/** Σ xᵢ². */
export function sphere(): Family {
  return separable((x) => x * x, (x) => 2 * x, () => 2, 0);
}

/** λᵢ of `quadratic`: from 1 to `condition`, equally spaced in the logarithm; 1 alone in one dimension. */
export function quadraticEigenvalue(i: number, dimension: number, condition: number): number {
  if (i === 0) return 1;
  return i === dimension - 1 ? condition : condition ** (i / (dimension - 1));
}

/** ½ Σ λᵢxᵢ². */
export function quadratic(dimension: number, condition: number): Family {
  const lambda = Float64Array.from({ length: dimension }, (_, i) => quadraticEigenvalue(i, dimension, condition));
  return separable((x, i) => 0.5 * (lambda[i] * (x * x)), (x, i) => lambda[i] * x, (_, i) => lambda[i], 0);
}

/** 10n + Σ (xᵢ² − 10 cos 2πxᵢ) (Rastrigin 1974). */
export function rastrigin(dimension: number): Family {
  const omega = 2 * Math.PI;
  return separable(
    (x) => x * x - 10 * Math.cos(omega * x),
    (x) => 2 * x + 10 * omega * Math.sin(omega * x),
    (x) => 2 + 10 * omega * omega * Math.cos(omega * x),
    10 * dimension,
  );
}

/** ½ Σ (xᵢ⁴ − 16xᵢ² + 5xᵢ) (Styblinski and Tang 1990). */
export function styblinskiTang(): Family {
  return separable((x) => 0.5 * (x * x * (x * x) - 16 * (x * x) + 5 * x), (x) => 2 * x * (x * x) - 16 * x + 2.5, (x) => 6 * (x * x) - 16, 0);
}

/** Σ 100(xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)² (Rosenbrock 1960). In one dimension (1 − x)². */
export function rosenbrock(dimension: number): Family {
  if (dimension === 1) return separable((x) => (1 - x) * (1 - x), (x) => -2 * (1 - x), () => 2, 0);
  return {
    value(theta) {
      let sum = 0;
      for (let i = 0; i + 1 < theta.length; i++) {
        const valley = theta[i + 1] - theta[i] * theta[i];
        const rest = 1 - theta[i];
        sum += 100 * (valley * valley) + rest * rest;
      }
      return sum;
    },
    valueAndGradient(theta, gradient) {
      let sum = 0;
      let fromBefore = 0;
      for (let i = 0; i + 1 < theta.length; i++) {
        const valley = theta[i + 1] - theta[i] * theta[i];
        const rest = 1 - theta[i];
        sum += 100 * (valley * valley) + rest * rest;
        gradient[i] = fromBefore - 400 * theta[i] * valley - 2 * rest;
        fromBefore = 200 * valley;
      }
      gradient[theta.length - 1] = fromBefore;
      return sum;
    },
    hessianVector(theta, v, out) {
      let fromBefore = 0;
      for (let i = 0; i + 1 < theta.length; i++) {
        const x = theta[i];
        const change = v[i + 1] - 2 * x * v[i];
        out[i] = fromBefore - 400 * (x * change + v[i] * (theta[i + 1] - x * x)) + 2 * v[i];
        fromBefore = 200 * change;
      }
      out[theta.length - 1] = fromBefore;
    },
  };
}

/**
 * 20 − 20 exp(−0.2 √(Σxᵢ²/n)) + e − exp(Σ cos(2πxᵢ)/n) (Ackley 1987). It has a kink at 0, where the gradient is taken as 0 and
 * the Hessian is not finite.
 */
export function ackley(dimension: number): Family {
  const n = dimension;
  const omega = 2 * Math.PI;
  let radius = 0;
  let bowl = 0;
  let ripple = 0;
  const measure = (theta: Float64Array): void => {
    let squares = 0;
    let cosines = 0;
    for (let i = 0; i < n; i++) {
      squares += theta[i] * theta[i];
      cosines += Math.cos(omega * theta[i]);
    }
    radius = Math.sqrt(squares / n);
    bowl = Math.exp(-0.2 * radius);
    ripple = Math.exp(cosines / n);
  };
  const value = (theta: Float64Array): number => {
    measure(theta);
    return 20 - 20 * bowl + Math.E - ripple;
  };
  return {
    value,
    valueAndGradient(theta, gradient) {
      const found = value(theta);
      const slope = radius === 0 ? 0 : (4 * bowl) / (n * radius);
      for (let i = 0; i < n; i++) gradient[i] = slope * theta[i] + ((omega * ripple) / n) * Math.sin(omega * theta[i]);
      return found;
    },
    hessianVector(theta, v, out) {
      measure(theta);
      // With s = ‖x‖²/n: the gradient of the bowl is 4·b·x/(n·r), b′ = −0.2·b·dr, dr = xᵀv/(n·r).
      let along = 0;
      let sines = 0;
      for (let i = 0; i < n; i++) {
        along += theta[i] * v[i];
        sines += Math.sin(omega * theta[i]) * v[i];
      }
      const dr = along / (n * radius);
      const slope = (4 * bowl) / (n * radius);
      const dSlope = slope * (-0.2 * dr - dr / radius);
      const wave = (omega * ripple) / n;
      const dWave = (-omega * sines * wave) / n;
      for (let i = 0; i < n; i++) {
        out[i] = dSlope * theta[i] + slope * v[i] + dWave * Math.sin(omega * theta[i]) + wave * omega * Math.cos(omega * theta[i]) * v[i];
      }
    },
  };
}
