import type { TargetEncoding } from '../data/spec';
import type { Vector } from '../kernels/kernels';
import type { MetricName } from './spec';

/** One metric over any number of batches of predictions. */
export interface Metric {
  readonly name: MetricName;
  /** Forgets all rows. */
  begin(): void;
  /** @param output rows × outputs, as a network predicts them; @param target likewise, as its loss takes them. */
  add(rows: number, output: Vector, target: Vector): void;
  /** Over the rows added since `begin`; NaN where there are none, or where the metric means nothing for such targets. */
  value(): number;
}

export function createMetric(name: MetricName, encoding: TargetEncoding): Metric {
  switch (name) {
    case 'accuracy':
      return new Accuracy(encoding);
    case 'precision':
    case 'recall':
    case 'f1':
      return new ClassMetric(name, encoding);
    case 'r2':
      return new R2(encoding.outputs);
    case 'meanAbsoluteError':
      return new MeanAbsoluteError(encoding.outputs);
  }
}

/** Place of the largest entry of a row; the first of equal ones. */
function largestOf(row: number, columns: number, values: Vector): number {
  let best = 0;
  for (let j = 1; j < columns; j++) if (values[row * columns + j] > values[row * columns + best]) best = j;
  return best;
}

/** From which output on an answer is a yes: half of a probability, zero of a hinge's signed output. */
function thresholdOf(kind: TargetEncoding['kind']): number {
  return kind === 'sign' ? 0 : 0.5;
}

/** Share of right answers: rows of the right class; for yes and no each output by itself. NaN for numbers, which are not right or wrong. */
class Accuracy implements Metric {
  readonly name = 'accuracy';
  private right = 0;
  private count = 0;

  constructor(private readonly encoding: TargetEncoding) {}

  begin(): void {
    this.right = 0;
    this.count = 0;
  }

  add(rows: number, output: Vector, target: Vector): void {
    const { kind, outputs } = this.encoding;
    if (kind === 'numbers') return;
    if (kind === 'oneHot') {
      for (let i = 0; i < rows; i++) if (largestOf(i, outputs, output) === largestOf(i, outputs, target)) this.right++;
      this.count += rows;
      return;
    }
    const threshold = thresholdOf(kind);
    for (let i = 0; i < rows * outputs; i++) if (output[i] > threshold === target[i] > threshold) this.right++;
    this.count += rows * outputs;
  }

  value(): number {
    return this.right / this.count;
  }
}

/**
 * Precision, recall and F₁ of the positive class: the yes, or the second of two classes. Of more classes, or more outputs of yes and no,
 * the plain mean over those that occur or are predicted. 0 where a denominator is zero. All as scikit-learn defines them.
 */
class ClassMetric implements Metric {
  private readonly hits: Float64Array;
  private readonly predicted: Float64Array;
  private readonly actual: Float64Array;
  private rows = 0;

  constructor(readonly name: 'precision' | 'recall' | 'f1', private readonly encoding: TargetEncoding) {
    this.hits = new Float64Array(encoding.outputs);
    this.predicted = new Float64Array(encoding.outputs);
    this.actual = new Float64Array(encoding.outputs);
  }

  begin(): void {
    this.hits.fill(0);
    this.predicted.fill(0);
    this.actual.fill(0);
    this.rows = 0;
  }

  add(rows: number, output: Vector, target: Vector): void {
    const { hits, predicted, actual, encoding: { kind, outputs } } = this;
    if (kind === 'numbers') return;
    this.rows += rows;
    const threshold = thresholdOf(kind);
    for (let i = 0; i < rows; i++) {
      if (kind === 'oneHot') {
        const guess = largestOf(i, outputs, output);
        const truth = largestOf(i, outputs, target);
        predicted[guess]++;
        actual[truth]++;
        if (guess === truth) hits[guess]++;
        continue;
      }
      for (let j = 0; j < outputs; j++) {
        const guess = output[i * outputs + j] > threshold;
        const truth = target[i * outputs + j] > threshold;
        if (guess) predicted[j]++;
        if (truth) actual[j]++;
        if (guess && truth) hits[j]++;
      }
    }
  }

  private of(j: number): number {
    const { name, hits, predicted, actual } = this;
    const [above, below] = name === 'precision' ? [hits[j], predicted[j]] : name === 'recall' ? [hits[j], actual[j]] : [2 * hits[j], predicted[j] + actual[j]];
    return below === 0 ? 0 : above / below;
  }

  value(): number {
    const { encoding: { kind, outputs }, predicted, actual } = this;
    if (this.rows === 0) return NaN;
    if (kind === 'oneHot' && outputs === 2) return this.of(1);
    let sum = 0;
    let count = 0;
    for (let j = 0; j < outputs; j++) {
      if (kind === 'oneHot' && predicted[j] + actual[j] === 0) continue;
      sum += this.of(j);
      count++;
    }
    return sum / count;
  }
}

/** 1 − Σ(t − y)²/Σ(t − t̄)², the plain mean over the outputs. Of constant targets 1 where all are met, else 0, as scikit-learn has it. */
class R2 implements Metric {
  readonly name = 'r2';
  private readonly mean: Float64Array;
  private readonly spread: Float64Array;
  private readonly residual: Float64Array;
  private rows = 0;

  constructor(private readonly outputs: number) {
    this.mean = new Float64Array(outputs);
    this.spread = new Float64Array(outputs);
    this.residual = new Float64Array(outputs);
  }

  begin(): void {
    this.mean.fill(0);
    this.spread.fill(0);
    this.residual.fill(0);
    this.rows = 0;
  }

  /** Welford's update: no cancellation, however far the targets are from zero. */
  add(rows: number, output: Vector, target: Vector): void {
    const { outputs, mean, spread, residual } = this;
    for (let i = 0, at = 0; i < rows; i++) {
      this.rows++;
      for (let j = 0; j < outputs; j++, at++) {
        const t = target[at];
        const from = t - mean[j];
        mean[j] += from / this.rows;
        spread[j] += from * (t - mean[j]);
        residual[j] += (t - output[at]) ** 2;
      }
    }
  }

  value(): number {
    if (this.rows === 0) return NaN;
    let sum = 0;
    for (let j = 0; j < this.outputs; j++) sum += this.spread[j] > 0 ? 1 - this.residual[j] / this.spread[j] : this.residual[j] === 0 ? 1 : 0;
    return sum / this.outputs;
  }
}

class MeanAbsoluteError implements Metric {
  readonly name = 'meanAbsoluteError';
  private sum = 0;
  private count = 0;

  constructor(private readonly outputs: number) {}

  begin(): void {
    this.sum = 0;
    this.count = 0;
  }

  add(rows: number, output: Vector, target: Vector): void {
    const count = rows * this.outputs;
    for (let i = 0; i < count; i++) this.sum += Math.abs(output[i] - target[i]);
    this.count += count;
  }

  value(): number {
    return this.sum / this.count;
  }
}
