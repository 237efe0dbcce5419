import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { RecordBuilder } from '../../src/core/training/record';
import { runTrial } from '../../src/core/training/run';
import { parseExperiment } from '../../src/format/parse';
import { relativeError } from './objectives';

/** Step, loss, ‖g‖ before clipping, the rate of the update that follows (null after the last), the point. */
type Row = readonly [number, number, number, number | null, readonly number[]];

interface ExperimentCase {
  readonly file: { readonly objective: { readonly expression: string; readonly start: Readonly<Record<string, number>> }; readonly optimizers: readonly { readonly type: string; readonly learningRate?: unknown }[] };
  readonly rows: readonly Row[];
}

const { cases }: { cases: ExperimentCase[] } = JSON.parse(readFileSync(path.join(import.meta.dirname, 'dumps', 'experiments.json'), 'utf8'));
const BOUND = 1e-9;

/** Of a reference that is zero there is no relative error: ours must be zero too. */
const errorOf = (ours: readonly number[], expected: readonly number[]): number => (ours.every((x, i) => x === expected[i]) ? 0 : relativeError(ours, expected));

describe('whole experiments in PyTorch, float64 (make_experiments.py)', () => {
  for (const { file, rows } of cases) {
    const { type, learningRate } = file.optimizers[0];
    const rate = typeof learningRate === 'object' ? (learningRate as { schedule: string }).schedule : 'constant';
    it(`${type}, ${rate} rate, on ${file.objective.expression}`, () => {
      const { experiment, problems } = parseExperiment(JSON.stringify(file));
      expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      const builder = new RecordBuilder();
      const summary = runTrial(experiment!.trials[0], { rows: (record) => builder.append(record), interval: Infinity, cancelled: () => false, now: () => 0 });
      const { columns, rows: count } = builder.build();
      // The file names its start in an order of its own; the objective's is that of first appearance.
      const names = Object.keys(file.objective.start);
      const { variables } = experiment!.variants[0].objective!;
      const pointOf = (point: readonly number[]): number[] => variables.map((name) => point[names.indexOf(name)]);
      // PyTorch goes on standing still where L-BFGS finds nothing more to gain.
      expect(count === 201 || (type === 'lbfgs' && summary.status === 'converged' && count > 5)).toBe(true);
      for (const [step, loss, gradientNorm, learningRateThen, point] of rows) {
        if (step >= count) {
          expect(errorOf(summary.parameters!, pointOf(point)), `point at step ${step}`).toBeLessThan(BOUND);
          continue;
        }
        expect(columns.step[step]).toBe(step);
        expect(errorOf([columns.loss[step]], [loss]), `loss at step ${step}: ${columns.loss[step]} for ${loss}`).toBeLessThan(BOUND);
        expect(errorOf([columns.gradientNorm[step]], [gradientNorm]), `gradient norm at step ${step}: ${columns.gradientNorm[step]} for ${gradientNorm}`).toBeLessThan(BOUND);
        if (step < count - 1) expect(errorOf([columns.learningRate[step]], [learningRateThen!]), `rate at step ${step}`).toBeLessThan(BOUND);
        if (variables.length <= 3) expect(errorOf(variables.map((_, i) => columns[`theta${i}`][step]), pointOf(point)), `point at step ${step}`).toBeLessThan(BOUND);
      }
      const last = rows[rows.length - 1];
      expect(errorOf(summary.parameters!, pointOf(last[4])), 'the last point').toBeLessThan(BOUND);
    });
  }

  it('is about every optimizer of PyTorch', () => {
    expect([...new Set(cases.map(({ file }) => file.optimizers[0].type))].sort()).toEqual(['adadelta', 'adagrad', 'adam', 'adamax', 'adamw', 'asgd', 'lbfgs', 'nadam', 'radam', 'rmsprop', 'rprop', 'sgd']);
  });
});
