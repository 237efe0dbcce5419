import type { Network } from '../../nn/network';

/**
 * What things cost, in multiply-adds, counted from the shapes alone: a clock would make equal runs differ. The factors were measured on
 * dense and convolutional networks with each set of kernels and rounded up.
 */

/** An activation or a normalization of one number. */
const POINTWISE = 8;
/** A training step (forward and backward) in forward passes. */
export const STEP_PASSES = 3;
/** A Hessian-vector product, in forward passes. */
export const PRODUCT_PASSES = 10;
/** What an update with its norms costs a parameter. */
export const UPDATE_COST = 12;
/** What an update takes besides, and the end of an epoch: calls, scores and rows of the record, the bulk of it where a network is tiny. */
export const UPDATE_OVERHEAD = 20_000;
export const EPOCH_OVERHEAD = 50_000;
/** What a Hessian-vector product takes besides. */
export const PRODUCT_OVERHEAD = 30_000;
/** What the algebra around one Hessian-vector product costs a parameter. */
export const ALGEBRA_COST = 8;

/** Multiply-adds of the forward pass of one row. @param entries of a sparse input row that are not zero. */
export function forwardCost(network: Network, entries: number = network.inputSize): number {
  let cost = 0;
  network.layers.forEach(({ spec, input, output }, l) => {
    cost += POINTWISE * output.size;
    if (spec.type === 'dense') cost += spec.units * (l === 0 ? entries : input.size);
    else if (spec.type === 'conv1d' || spec.type === 'conv2d') cost += output.size * spec.kernel[0] * spec.kernel[1] * input.shape.at(-1)!;
    else if (spec.type === 'maxPool2d' || spec.type === 'avgPool2d') cost += output.size * spec.size[0] * spec.size[1];
  });
  return cost;
}

/** What one epoch of training costs. */
export function epochCost(forward: number, rows: number, updates: number, parameters: number): number {
  return STEP_PASSES * forward * rows + (UPDATE_COST * parameters + UPDATE_OVERHEAD) * updates + EPOCH_OVERHEAD;
}

/** How often something is measured, and on how many rows. */
export interface Plan {
  readonly rows: number;
  /** Every so many epochs; Infinity: never. */
  readonly stride: number;
}

/** Rather than fewer times than this a run a quantity is measured on fewer rows … */
const WANTED_TIMES = 20;
/** … but not on fewer than these. */
const LEAST_ROWS = 32;

/**
 * The most rows for which `allowed` pays for measuring often enough, and the stride that it then pays for: first all rows less often, then
 * half of them and so on.
 * @param epochs of the run. @param every the least stride. @param cost of one measurement on so many rows.
 */
export function planOf(rows: number, epochs: number, every: number, allowed: number, cost: (rows: number) => number): Plan {
  const strideFor = (count: number): number => every * Math.max(1, Math.ceil((Math.ceil(epochs / every) * cost(count)) / allowed));
  const wanted = Math.min(WANTED_TIMES, Math.ceil(epochs / every));
  for (let count = rows; ; count = Math.max(Math.min(LEAST_ROWS, rows), count >> 1)) {
    const stride = strideFor(count);
    // The first epoch is measured whatever the stride: it must pay by itself.
    if (cost(count) <= allowed && Math.ceil(epochs / stride) >= wanted) return { rows: count, stride };
    if (count <= LEAST_ROWS) return { rows: count, stride: cost(count) <= allowed ? stride : Infinity };
  }
}

/** Whether epoch e (from 1) is one of a plan's: every multiple of the stride, and the first. */
export function isDue({ stride }: Plan, epoch: number): boolean {
  return Number.isFinite(stride) && (epoch === 1 || epoch % stride === 0);
}
