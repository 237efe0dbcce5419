import { describe, expect, it } from 'vitest';
import { DEPENDENCIES } from '../../../src/core/training/dependencies';
import { RecordBuilder } from '../../../src/core/training/record';
import { runTrial } from '../../../src/core/training/run';
import type { ModelTrial } from '../../../src/core/training/trial';
import { parseExperiment } from '../../../src/format/parse';
import { loadDatasets } from '../../../src/loaders/load';

type Json = Record<string, unknown>;
const dense = (units: number, activation = 'linear'): Json => ({ type: 'dense', units, activation });
const file = (model: readonly Json[], more: Json = {}): Json => ({
  gdexp: 1, seed: 3, data: { generate: 'moons', samples: 90 },
  model: { layers: model }, loss: 'binaryCrossentropy', metrics: ['accuracy'],
  training: { batchSize: 16, epochs: 4 }, optimizers: [{ type: 'adam', learningRate: 0.02 }], diagnostics: { tier: 'full' }, ...more,
});

/** Trainings of different sizes, kinds and precisions. */
const FILES: readonly Json[] = [
  file([dense(12, 'tanh'), dense(1, 'sigmoid')]),
  file([dense(40, 'relu'), { type: 'batchNorm' }, { type: 'dropout', rate: 0.3 }, dense(1, 'sigmoid')], { precision: 'float64' }),
  file([dense(1)], { loss: 'meanSquaredError', metrics: [], optimizers: [{ type: 'sgd', learningRate: 0.1 }], training: { batchSize: 'full', epochs: 20 } }),
  file([dense(6, 'tanh'), dense(1, 'sigmoid')], { optimizers: [{ type: 'sgd', learningRate: 1e6 }] }),
];

async function run(text: Json): Promise<() => string> {
  const { experiment, problems } = parseExperiment(JSON.stringify(text));
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const trial = experiment!.trials[0] as ModelTrial;
  const datasets = await loadDatasets(trial.data, trial.seed, () => { throw new Error('no files'); }, { classification: trial.loss.type === 'binaryCrossentropy', shared: false });
  const builder = new RecordBuilder();
  const summary = runTrial(trial, { interval: Infinity, cancelled: () => false, now: () => 0, rows: (record) => builder.append(record) }, { ...DEPENDENCIES, datasets: () => datasets });
  expect(summary.status, JSON.stringify(summary.reason)).not.toBe('failed');
  return () => JSON.stringify([summary, builder.build()], (_, value: unknown) => (ArrayBuffer.isView(value) ? Array.from(value as Float64Array, String) : typeof value === 'number' ? String(value) : value));
}

describe('Trainings that follow each other in one thread', () => {
  it('are the same to the bit whatever was trained before them, and stay as they were when others follow', async () => {
    const alone: string[] = [];
    const kept: (() => string)[] = [];
    for (const text of FILES) {
      const told = await run(text);
      alone.push(told());
      kept.push(told);
    }
    expect(new Set(alone).size).toBe(FILES.length);
    for (const order of [[3, 0, 2, 1], [1, 1, 0, 0], [2, 3]]) for (const k of order) expect((await run(FILES[k]))() === alone[k], `file ${k}`).toBe(true);
    kept.forEach((told, k) => expect(told() === alone[k], `file ${k}, later`).toBe(true));
  });
});
