import { describe, expect, it } from 'vitest';
import type { TargetEncoding } from '../../../src/core/data/spec';
import { createMetric } from '../../../src/core/nn/metrics';
import type { MetricName } from '../../../src/core/nn/spec';

/** In batches of two rows. */
function metric(name: MetricName, encoding: TargetEncoding, output: number[], target: number[]): number {
  const made = createMetric(name, encoding);
  made.begin();
  made.add(1, Float64Array.from(output.slice(0, encoding.outputs).map((value) => value + 100)), Float64Array.from(target.slice(0, encoding.outputs)));
  made.begin(); // forgets that
  const step = 2 * encoding.outputs;
  for (let at = 0; at < output.length; at += step) {
    const part = output.slice(at, at + step);
    made.add(part.length / encoding.outputs, Float64Array.from(part), Float64Array.from(target.slice(at, at + step)));
  }
  return made.value();
}

const oneHot = (classes: readonly number[], count: number): number[] => classes.flatMap((k) => Array.from({ length: count }, (_, j) => (j === k ? 1 : 0)));

// scikit-learn 1.2: y = [0,1,2,2,2,1,0], ŷ = [0,2,2,2,1,1,1].
const TRUTH = oneHot([0, 1, 2, 2, 2, 1, 0], 3);
const GUESS = oneHot([0, 2, 2, 2, 1, 1, 1], 3).map((p) => 0.2 + 0.4 * p);
const THREE: TargetEncoding = { kind: 'oneHot', outputs: 3 };

describe('Metrics', () => {
  it('of several classes are plain means over the classes', () => {
    expect(metric('accuracy', THREE, GUESS, TRUTH)).toBeCloseTo(4 / 7, 14);
    // Per class: precision 1, 1/3, 2/3; recall 1/2, 1/2, 2/3; F₁ 2/3, 2/5, 2/3.
    expect(metric('precision', THREE, GUESS, TRUTH)).toBeCloseTo((1 + 1 / 3 + 2 / 3) / 3, 14);
    expect(metric('recall', THREE, GUESS, TRUTH)).toBeCloseTo((1 / 2 + 1 / 2 + 2 / 3) / 3, 14);
    expect(metric('f1', THREE, GUESS, TRUTH)).toBeCloseTo((2 / 3 + 2 / 5 + 2 / 3) / 3, 14);
  });

  it('leave out classes that neither occur nor are predicted', () => {
    const wide = (values: number[]) => Array.from({ length: 7 }, (_, i) => [...values.slice(3 * i, 3 * i + 3), 0]).flat();
    expect(metric('f1', { kind: 'oneHot', outputs: 4 }, wide(GUESS), wide(TRUTH))).toBeCloseTo((2 / 3 + 2 / 5 + 2 / 3) / 3, 14);
  });

  it('of two classes are those of the second, of yes and no those of yes', () => {
    const truth = [1, 1, 1, 0, 0];
    const guess = [0.9, 0.4, 0.8, 0.7, 0.1]; // two hits, one false alarm, one miss
    const binary: TargetEncoding = { kind: 'binary', outputs: 1 };
    const two: TargetEncoding = { kind: 'oneHot', outputs: 2 };
    const sign: TargetEncoding = { kind: 'sign', outputs: 1 };
    for (const name of ['precision', 'recall', 'f1'] as const) {
      expect(metric(name, binary, guess, truth)).toBeCloseTo(2 / 3, 14);
      expect(metric(name, two, guess.flatMap((p) => [1 - p, p]), truth.flatMap((t) => [1 - t, t]))).toBeCloseTo(2 / 3, 14);
      expect(metric(name, sign, guess.map((p) => 4 * (p - 0.5)), truth.map((t) => 2 * t - 1))).toBeCloseTo(2 / 3, 14);
    }
    expect(metric('accuracy', binary, guess, truth)).toBeCloseTo(3 / 5, 14);
    expect(metric('accuracy', sign, guess.map((p) => 4 * (p - 0.5)), truth.map((t) => 2 * t - 1))).toBeCloseTo(3 / 5, 14);
    expect(metric('precision', binary, [0.1, 0.2], [1, 0])).toBe(0);
    expect(metric('recall', binary, [0.1, 0.2], [0, 0])).toBe(0);
  });

  it('r2 is 1 − residual/spread, each output by itself, also far from zero', () => {
    const numbers: TargetEncoding = { kind: 'numbers', outputs: 1 };
    // scikit-learn's example: 0.9486.
    expect(metric('r2', numbers, [2.5, 0, 2, 8], [3, -0.5, 2, 7])).toBeCloseTo(1 - 1.5 / 29.1875, 14);
    expect(metric('r2', numbers, [2.5, 0, 2, 8].map((y) => y + 1e9), [3, -0.5, 2, 7].map((t) => t + 1e9))).toBeCloseTo(1 - 1.5 / 29.1875, 5);
    // scikit-learn's example of two outputs: the plain mean 0.9368.
    expect(metric('r2', { kind: 'numbers', outputs: 2 }, [0, 2, -1, 2, 8, -5], [0.5, 1, -1, 1, 7, -6])).toBeCloseTo(0.9368005, 6);
    expect(metric('r2', numbers, [4, 4], [4, 4])).toBe(1);
    expect(metric('r2', numbers, [4, 5], [4, 4])).toBe(0);
  });

  it('meanAbsoluteError is the mean over rows and outputs', () => {
    expect(metric('meanAbsoluteError', { kind: 'numbers', outputs: 2 }, [0.5, 1, -1, 1, 7, -6], [0, 2, -1, 2, 8, -5])).toBeCloseTo(0.75, 14);
  });

  it('are not numbers where there is nothing to measure', () => {
    for (const name of ['accuracy', 'precision', 'recall', 'f1', 'r2', 'meanAbsoluteError'] as const) expect(createMetric(name, THREE).value()).toBeNaN();
    expect(metric('accuracy', { kind: 'numbers', outputs: 1 }, [1, 2], [1, 2])).toBeNaN();
  });
});
