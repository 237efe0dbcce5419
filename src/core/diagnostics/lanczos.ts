import { randomStream } from '../training/random';
import { symmetricEigen } from './eigen';
import { dot, norm } from './hessian';

export interface SpectrumEnds {
  readonly min: number;
  readonly max: number;
  /** Unit Ritz vectors (shape P) of the two. */
  readonly minVector: Float64Array;
  readonly maxVector: Float64Array;
}

/** Orthogonalisation costs iterations² · P: beyond about 30,000 dimensions there are fewer iterations, at least LEAST_ITERATIONS. */
const MOST_WORK = 2e8;
const LEAST_ITERATIONS = 16;

/**
 * The two ends of a symmetric operator's spectrum by the Lanczos method with full reorthogonalisation (twice, against the loss of
 * orthogonality: Parlett, "The Symmetric Eigenvalue Problem", ch. 13). Exact for P iterations; both ends converge long before.
 * Unlike power iteration it tells λ_max from a negative λ_min of larger magnitude.
 * @param apply out ← A·v.
 * @param tolerance stops when both residuals ‖Av − λv‖ are below this share of the largest |λ|.
 */
export function lanczosEnds(
  apply: (v: Float64Array, out: Float64Array) => void,
  dimension: number,
  { seed = 0, iterations = 80, tolerance = 1e-8 }: { seed?: number; iterations?: number; tolerance?: number } = {},
): SpectrumEnds {
  const random = randomStream(seed, 'lanczos');
  const basis: Float64Array[] = [];
  const alpha: number[] = [];
  const beta: number[] = [];
  let v = Float64Array.from({ length: dimension }, () => random.normal());
  scale(v, 1 / norm(v));
  const most = Math.min(dimension, iterations, Math.max(LEAST_ITERATIONS, Math.floor(Math.sqrt(MOST_WORK / dimension))));
  let largest = 0;
  for (let k = 0; k < most; k++) {
    basis.push(v);
    const w = new Float64Array(dimension);
    apply(v, w);
    alpha.push(dot(w, v));
    if (!Number.isFinite(alpha[k])) return { min: NaN, max: NaN, minVector: v, maxVector: v };
    for (let pass = 0; pass < 2; pass++) {
      for (const b of basis) {
        const c = dot(w, b);
        for (let i = 0; i < dimension; i++) w[i] -= c * b[i];
      }
    }
    const b = norm(w);
    largest = Math.max(largest, Math.abs(alpha[k]), b);
    const last = k + 1 === most || b <= 1e-14 * largest;
    // Checking costs an eigenproblem of the small matrix: not at every iteration once it has grown.
    if (last || (k >= 4 && (k < 16 || k % 8 === 0))) {
      const ends = ritz(alpha, beta, b);
      if (last || Math.max(ends.minResidual, ends.maxResidual) <= tolerance * Math.max(Math.abs(ends.min), Math.abs(ends.max))) {
        return { min: ends.min, max: ends.max, minVector: combine(ends.minWeights, basis), maxVector: combine(ends.maxWeights, basis) };
      }
    }
    beta.push(b);
    scale(w, 1 / b);
    v = w;
  }
  throw new Error('the spectrum of an empty operator was asked for');
}

/**
 * The two ends alone, by the plain three-term recurrence in three vectors: no basis is kept, nothing is orthogonalised again. What rounding
 * then repeats are copies of ends that have converged already (C. C. Paige, "Accuracy and effectiveness of the Lanczos algorithm for the
 * symmetric eigenproblem", 1980), so that an operator of many dimensions costs its products and little else.
 * @param tolerance stops when both residuals are below this share of the largest |λ|; with `onlyMax` when that of λ_max is below this share
 * of λ_max itself, which may be far smaller than a negative λ_min.
 */
export function lanczosLimits(
  apply: (v: Float64Array, out: Float64Array) => void,
  dimension: number,
  { seed = 0, iterations, tolerance, onlyMax = false }: { seed?: number; iterations: number; tolerance: number; onlyMax?: boolean },
): { readonly min: number; readonly max: number } {
  const alpha: number[] = [];
  const beta: number[] = [];
  let v = uniformVector(dimension, seed);
  let previous: Float64Array = new Float64Array(dimension);
  let w: Float64Array = new Float64Array(dimension);
  scale(v, 1 / norm(v));
  const most = Math.min(dimension, iterations);
  let largest = 0;
  for (let k = 0; ; k++) {
    apply(v, w);
    const a = dot(w, v);
    alpha.push(a);
    if (!Number.isFinite(a)) return { min: NaN, max: NaN };
    const back = k > 0 ? beta[k - 1] : 0;
    let squares = 0;
    for (let i = 0; i < dimension; i++) {
      const rest = w[i] - a * v[i] - back * previous[i];
      w[i] = rest;
      squares += rest * rest;
    }
    const b = Math.sqrt(squares);
    largest = Math.max(largest, Math.abs(a), b);
    const last = k + 1 === most || b <= 1e-14 * largest;
    if (last || (k >= 4 && (k < 16 || k % 8 === 0))) {
      const { min, max, minResidual, maxResidual } = ritz(alpha, beta, b);
      const close = onlyMax ? maxResidual <= tolerance * Math.abs(max) : Math.max(minResidual, maxResidual) <= tolerance * Math.max(Math.abs(min), Math.abs(max));
      if (last || close) return { min, max };
    }
    beta.push(b);
    scale(w, 1 / b);
    [previous, v, w] = [v, w, previous];
  }
}

/** Numbers of −1 … 1, drawn in one go: a normal number each would take longer than the products of a large network. */
function uniformVector(dimension: number, seed: number): Float64Array {
  const bits = new Uint32Array(dimension);
  randomStream(seed, 'lanczos').fillBits(bits);
  return Float64Array.from(bits, (draw) => (draw + 0.5) / 2 ** 31 - 1);
}

interface RitzEnds {
  readonly min: number;
  readonly max: number;
  /** The Ritz vectors in the basis. */
  readonly minWeights: Float64Array;
  readonly maxWeights: Float64Array;
  readonly minResidual: number;
  readonly maxResidual: number;
}

/** The ends of the tridiagonal matrix's spectrum, and the residuals β·|last component| that they imply. */
function ritz(alpha: number[], beta: number[], residual: number): RitzEnds {
  const k = alpha.length;
  const t = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    t[i * k + i] = alpha[i];
    if (i + 1 < k) {
      t[i * k + i + 1] = beta[i];
      t[(i + 1) * k + i] = beta[i];
    }
  }
  const { values, vectors } = symmetricEigen(t, k);
  const column = (c: number): Float64Array => Float64Array.from({ length: k }, (_, j) => vectors[j * k + c]);
  return {
    min: values[0], max: values[k - 1], minWeights: column(0), maxWeights: column(k - 1),
    minResidual: residual * Math.abs(vectors[(k - 1) * k]), maxResidual: residual * Math.abs(vectors[(k - 1) * k + k - 1]),
  };
}

function combine(weights: Float64Array, basis: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(basis[0].length);
  weights.forEach((c, j) => {
    const b = basis[j];
    for (let i = 0; i < out.length; i++) out[i] += c * b[i];
  });
  return out;
}

function scale(v: Float64Array, factor: number): void {
  for (let i = 0; i < v.length; i++) v[i] *= factor;
}
