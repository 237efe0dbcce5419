import type { Part } from '../../data/dataset';
import type { LossSpec } from '../../nn/spec';
import type { PreparedModel } from '../../training/modelParts';

/** Rows of the training part that are looked at. */
const MOST_ROWS = 20_000;

/**
 * The least mean loss that any one prediction for all rows of the training part reaches: what a network must beat to have learned
 * anything. Targets stand as the network sees them, encoded and scaled. Without penalties.
 */
export function constantLoss({ network, training, evaluator }: PreparedModel, loss: LossSpec): number {
  const part: Part = { data: training.data, rows: training.rows.subarray(0, MOST_ROWS) };
  const width = network.outputSize;
  const targets = new Float64Array(part.rows.length * width);
  evaluator.each(part, (count, from) => targets.set(network.target.subarray(0, count * width), from * width));
  return bestConstant(targets, width, loss);
}

/** @param targets rows × width. */
export function bestConstant(targets: Float64Array, width: number, { type, labelSmoothing: s }: LossSpec): number {
  const rows = targets.length / width;
  const column = (j: number): Float64Array => Float64Array.from({ length: rows }, (_, i) => targets[i * width + j]);
  const columns = Array.from({ length: width }, (_, j) => column(j));
  // Each row's classes sum to one loss; everything else is a mean over the outputs.
  if (type === 'categoricalCrossentropy') return columns.reduce((sum, t) => sum + entropyPart((1 - s) * mean(t) + s / width), 0);
  return columns.reduce((sum, t) => sum + ofColumn(t, type, s) / width, 0);
}

function ofColumn(t: Float64Array, type: Exclude<LossSpec['type'], 'categoricalCrossentropy'>, smoothing: number): number {
  const center = mean(t);
  switch (type) {
    case 'meanSquaredError':
      return mean(t.map((value) => (value - center) ** 2));
    case 'meanAbsoluteError': {
      const median = Float64Array.from(t).sort()[t.length >> 1];
      return mean(t.map((value) => Math.abs(value - median)));
    }
    case 'huber':
      return leastOf(t, (c) => mean(t.map((value) => (Math.abs(value - c) > 1 ? Math.abs(value - c) - 0.5 : 0.5 * (value - c) ** 2))));
    case 'binaryCrossentropy': {
      const p = (1 - smoothing) * center + smoothing / 2;
      return entropyPart(p) + entropyPart(1 - p);
    }
    case 'hinge':
      // Linear between the margins: the better of always yes and always no.
      return 1 - Math.abs(center);
    case 'poisson':
      return center > 0 ? center - center * Math.log(center) : 0;
  }
}

function entropyPart(p: number): number {
  return p > 0 ? -p * Math.log(p) : 0;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The least value of a convex function over the range of t, by thirds. */
function leastOf(t: Float64Array, f: (c: number) => number): number {
  let low = t.reduce((least, value) => Math.min(least, value), Infinity);
  let high = t.reduce((most, value) => Math.max(most, value), -Infinity);
  for (let i = 0; i < 60; i++) {
    const third = (high - low) / 3;
    if (f(low + third) < f(high - third)) high -= third;
    else low += third;
  }
  return f(0.5 * (low + high));
}
