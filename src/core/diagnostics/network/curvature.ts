import type { Vector } from '../../kernels/kernels';
import type { Network } from '../../nn/network';
import type { Optimizer } from '../../optimizers/optimizer';
import { symmetricEigen } from '../eigen';
import { FULL_HESSIAN, hessianMatrix } from '../hessian';
import { lanczosLimits } from '../lanczos';

/**
 * Second-order quantities of the loss of a batch that stands in the network, with its penalties, the noise and the masks of its last
 * training step. All by exact Hessian-vector products.
 */

/** Iterations of Lanczos at most: λ_max, which stands apart, is exact to about a percent long before. */
export const SHARPNESS_ITERATIONS = 24;
/** A residual tells that some eigenvalue is near, not that it is the largest: with a looser one the second largest passes for it. */
const SHARPNESS_TOLERANCE = 1e-4;
/** Of the ends of a spectrum. */
export const SPECTRUM_ITERATIONS = 80;

/** Works at other parameters, which then are back as they were. @param kept room for them meanwhile. */
export function atParameters<T>(network: Network, point: Vector, kept: Vector, work: () => T): T {
  kept.set(network.parameters);
  network.parameters.set(point);
  try {
    return work();
  } finally {
    network.parameters.set(kept);
  }
}

/** λ_max at the network's parameters; with a diagonal D of D^-½ H D^-½ (`scale`, shape P, which is overwritten). NaN where it is not finite. */
export function networkSharpness(network: Network, rows: number, scale: Float64Array | null, seed: number, iterations = SHARPNESS_ITERATIONS): number {
  const n = network.parameterCount;
  if (n === 0) return NaN;
  const root = scale;
  if (root) for (let i = 0; i < n; i++) root[i] = 1 / Math.sqrt(root[i]);
  const scaled = new Float64Array(root ? n : 0);
  const { max } = lanczosLimits((v, out) => {
    if (root) for (let i = 0; i < n; i++) scaled[i] = v[i] * root[i];
    network.hessianVector(root ? scaled : v, out, rows);
    if (root) for (let i = 0; i < n; i++) out[i] *= root[i];
  }, n, { seed, iterations, tolerance: SHARPNESS_TOLERANCE, onlyMax: true });
  return max;
}

/** The sharpness as an optimizer meets it (preconditioned where it is adaptive) beside what the rule and the rate allow. */
export interface Sharpness {
  readonly sharpness: number;
  /** null where none is known. */
  readonly limit: number | null;
}

/** @param t updates made. @param iterations of Lanczos at most. */
export function sharpnessFor(network: Network, rows: number, optimizer: Optimizer, rate: number, t: number, seed: number, iterations = SHARPNESS_ITERATIONS): Sharpness {
  const scale = new Float64Array(network.parameterCount);
  const adaptive = optimizer.preconditioner(scale, t);
  return { sharpness: networkSharpness(network, rows, adaptive ? scale : null, seed, iterations), limit: optimizer.sharpnessLimit(rate) };
}

/** Eigenvalues of the Hessian at the network's parameters. */
export interface Spectrum {
  readonly lambdaMin: number;
  readonly lambdaMax: number;
  /** Whether λ_min and λ_max count as zero. */
  readonly minIsZero: boolean;
  /** How many count as zero; NaN where only the ends are known. */
  readonly zero: number;
}

/** Rounding of the products, relative to the largest eigenvalue. */
const ZERO = { float32: 1e-5, float64: 1e-10 };

/** All eigenvalues for P ≤ 500, else the ends. Null where the Hessian is not finite. */
export function spectrumOf(network: Network, rows: number, seed: number): Spectrum | null {
  const n = network.parameterCount;
  if (n === 0) return null;
  const product = (v: Float64Array, out: Float64Array): void => network.hessianVector(v, out, rows);
  let values: ArrayLike<number>;
  if (n <= FULL_HESSIAN) {
    const h = hessianMatrix({ dimension: n, hessianVector: (_, v, out) => product(v, out) }, new Float64Array(n));
    if (!h.every(Number.isFinite)) return null;
    ({ values } = symmetricEigen(h, n));
  } else {
    const ends = lanczosLimits(product, n, { seed, iterations: SPECTRUM_ITERATIONS, tolerance: 1e-8 });
    values = [ends.min, ends.max];
  }
  const lambdaMin = values[0];
  const lambdaMax = values[values.length - 1];
  if (!Number.isFinite(lambdaMin) || !Number.isFinite(lambdaMax)) return null;
  const floor = ZERO[network.kernels.precision] * Math.max(Math.abs(lambdaMin), Math.abs(lambdaMax));
  return { lambdaMin, lambdaMax, minIsZero: Math.abs(lambdaMin) <= floor, zero: n <= FULL_HESSIAN ? Array.from(values).filter((value) => Math.abs(value) <= floor).length : NaN };
}

/** What the Taylor parabola along an update says; the fields are those of `stepQuantities`, with the change that came. */
export interface StepMeasure {
  readonly curvature: number;
  readonly alpha: number;
  readonly predictedChange: number;
  readonly actualChange: number;
  /** NaN where the change drowns in rounding. */
  readonly changeRatio: number;
}

/** Changes below this share of the loss are rounding. */
const ROUNDING = { float32: 1e-6, float64: 1e-12 };

/**
 * Along the update that has just been made, on the first `rows` rows of its batch. The network's parameters are those after it, and stay.
 * @param before the parameters that it left. @param gradient there and of all its batch, not clipped; @param loss likewise: where `rows`
 * is the whole batch they serve, otherwise both are taken anew (which overwrites the network's gradient).
 * @param product scratch, shape P, as is `kept`; all of them in the kernels' memory. Afterwards the layers' deltas and inputs are those at `before`.
 */
export function measureStep(network: Network, rows: number, whole: boolean, before: Vector, update: Vector, gradient: Vector, loss: number, product: Vector, kept: Vector): StepMeasure {
  const after = network.heldLoss(rows);
  return atParameters(network, before, kept, () => {
    let start = loss;
    let slope = gradient;
    if (!whole) {
      start = network.trainStep(rows, true);
      slope = network.gradient;
    }
    const { kernels } = network;
    const { length } = update;
    const gu = kernels.dot(length, slope, update);
    network.hessianVector(update, product, rows);
    const uHu = kernels.dot(length, update, product);
    const uu = kernels.dot(length, update, update);
    const predictedChange = gu + 0.5 * uHu;
    const actualChange = after - start;
    const visible = Math.abs(predictedChange) > ROUNDING[network.kernels.precision] * Math.abs(start);
    return {
      curvature: uu > 0 ? uHu / uu : NaN, alpha: gu < 0 ? -uHu / gu - 1 : NaN,
      predictedChange, actualChange, changeRatio: visible ? actualChange / predictedChange : NaN,
    };
  });
}
