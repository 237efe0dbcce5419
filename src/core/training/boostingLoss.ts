import type { LossType } from '../nn/spec';

/**
 * A loss as boosting takes it: of raw outputs F (logits where the loss has probabilities) and targets, both rows × width. Targets of
 * classes are one-hot, of a yes or no 0 and 1, of a hinge −1 and 1. Mean over rows, and over outputs but for the categorical one.
 */
export interface BoostingLoss {
  /** The constant that fits best (for hinge and poisson a plain start): F before the first round, one a column. */
  start(targets: Float64Array, width: number): Float64Array;
  value(f: Float64Array, targets: Float64Array, width: number): number;
  /** out ← −∂loss/∂F row by row, without the division by the number of rows: what a round is fitted to (Friedman 2001, "Greedy function approximation", algorithm 1). Of the squared error half the gradient, t − F, as in Friedman and scikit-learn: with shrinkage 1 one round then takes away all that it explains. */
  residual(f: Float64Array, targets: Float64Array, width: number, out: Float64Array): void;
  /** What the ensemble predicts from F: probabilities, or F itself. */
  predict(f: Float64Array, width: number, out: Float64Array): void;
}

type Pointwise = { readonly loss: (f: number, t: number) => number; readonly slope: (f: number, t: number) => number; readonly start: (targets: Float64Array) => number; readonly output?: (f: number) => number };

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values: Float64Array): number => {
  const sorted = values.slice().sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};
const sigmoid = (f: number): number => 1 / (1 + Math.exp(-f));
/** Keras's guard of the logarithm in the Poisson loss. */
const POISSON_GUARD = 1e-7;
/** A share of 0 or 1 has no logit. */
const EDGE = 1e-6;
const within = (share: number): number => Math.min(1 - EDGE, Math.max(EDGE, share));

const POINTWISE: ReadonlyMap<LossType, Pointwise> = new Map<LossType, Pointwise>([
  ['meanSquaredError', { loss: (f, t) => (f - t) ** 2, slope: (f, t) => f - t, start: mean }],
  ['meanAbsoluteError', { loss: (f, t) => Math.abs(f - t), slope: (f, t) => Math.sign(f - t), start: median }],
  ['huber', { loss: (f, t) => (Math.abs(f - t) > 1 ? Math.abs(f - t) - 0.5 : 0.5 * (f - t) ** 2), slope: (f, t) => Math.max(-1, Math.min(1, f - t)), start: median }],
  ['hinge', { loss: (f, t) => Math.max(0, 1 - t * f), slope: (f, t) => (t * f < 1 ? -t : 0), start: () => 0 }],
  ['poisson', { loss: (f, t) => f - t * Math.log(f + POISSON_GUARD), slope: (f, t) => 1 - t / (f + POISSON_GUARD), start: mean }],
  ['binaryCrossentropy', { loss: (f, t) => Math.max(f, 0) - f * t + Math.log1p(Math.exp(-Math.abs(f))), slope: (f, t) => sigmoid(f) - t, start: (targets) => { const p = within(mean(targets)); return Math.log(p / (1 - p)); }, output: sigmoid }],
]);

export function boostingLoss(type: LossType): BoostingLoss {
  const pointwise = POINTWISE.get(type);
  return pointwise ? pointwiseLoss(pointwise) : CATEGORICAL;
}

function pointwiseLoss({ loss, slope, start, output }: Pointwise): BoostingLoss {
  return {
    start: (targets, width) => Float64Array.from({ length: width }, (_, j) => start(targets.filter((_t, i) => i % width === j))),
    value: (f, targets) => f.reduce((sum, value, i) => sum + loss(value, targets[i]), 0) / f.length,
    residual: (f, targets, _width, out) => {
      for (let i = 0; i < f.length; i++) out[i] = -slope(f[i], targets[i]);
    },
    predict: (f, _width, out) => {
      for (let i = 0; i < f.length; i++) out[i] = output ? output(f[i]) : f[i];
    },
  };
}

function softmaxRow(f: Float64Array, at: number, width: number, out: Float64Array): number {
  let largest = -Infinity;
  for (let j = at; j < at + width; j++) largest = Math.max(largest, f[j]);
  let sum = 0;
  for (let j = at; j < at + width; j++) sum += out[j] = Math.exp(f[j] - largest);
  for (let j = at; j < at + width; j++) out[j] /= sum;
  return largest + Math.log(sum);
}

const CATEGORICAL: BoostingLoss = {
  start: (targets, width) => Float64Array.from({ length: width }, (_, j) => Math.log(within(mean(targets.filter((_t, i) => i % width === j))))),
  value: (f, targets, width) => {
    const scratch = new Float64Array(f.length);
    let sum = 0;
    for (let at = 0; at < f.length; at += width) {
      const normalizer = softmaxRow(f, at, width, scratch);
      for (let j = at; j < at + width; j++) sum += targets[j] * (normalizer - f[j]);
    }
    return sum / (f.length / width);
  },
  residual: (f, targets, width, out) => {
    for (let at = 0; at < f.length; at += width) {
      softmaxRow(f, at, width, out);
      for (let j = at; j < at + width; j++) out[j] = targets[j] - out[j];
    }
  },
  predict: (f, width, out) => {
    for (let at = 0; at < f.length; at += width) softmaxRow(f, at, width, out);
  },
};
