import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isClassification } from '../../src/core/nn/classification';
import { DEPENDENCIES } from '../../src/core/training/dependencies';
import { RecordBuilder } from '../../src/core/training/record';
import { runTrial } from '../../src/core/training/run';
import type { ModelTrial } from '../../src/core/training/trial';
import { parseExperiment } from '../../src/format/parse';
import { loadDatasets } from '../../src/loaders/load';
import { openNodeFile } from '../../src/worker/nodeFile';

interface Case {
  readonly file: { readonly title: string; readonly optimizers: readonly unknown[] };
  readonly runs: readonly { readonly batches: readonly number[]; readonly epochs: readonly Readonly<Record<string, number>>[] }[];
}

const { cases } = JSON.parse(readFileSync(path.join(import.meta.dirname, 'dumps', 'training.json'), 'utf8')) as { cases: readonly Case[] };
const examples = path.resolve(import.meta.dirname, '..', '..', 'examples');

/** Of large numbers relative, of small ones to a thousandth. */
const apart = (ours: number, theirs: number): number => Math.abs(ours - theirs) / Math.max(1e-3, Math.abs(theirs));

describe.each([['float64', 1e-8], ['float32', 2e-3]] as const)('Trainings in %s go as in PyTorch:', (precision, tolerance) => {
  it.each(cases.map((each) => [each.file.title, each] as const))('%s', async (_title, { file, runs }) => {
    const { experiment, problems } = parseExperiment(JSON.stringify({ ...file, precision }));
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    const trials = experiment!.trials as readonly ModelTrial[];
    expect(trials.length).toBe(runs.length);
    for (const [i, trial] of trials.entries()) {
      const datasets = await loadDatasets(trial.data, trial.seed, (name) => openNodeFile(name, path.join(examples, name)), { classification: isClassification(trial.loss), shared: false });
      const builder = new RecordBuilder();
      runTrial(trial, { rows: (rows) => builder.append(rows), interval: Infinity, cancelled: () => false, now: () => 0, tryRemedies: false }, { ...DEPENDENCIES, datasets: () => datasets });
      const { columns, epochs } = builder.build();
      const { batches } = runs[i];
      expect(columns.loss.length).toBe(batches.length);
      expect(Math.max(...batches.map((loss, k) => apart(columns.loss[k], loss)))).toBeLessThanOrEqual(tolerance);
      expect(epochs!.rows).toBe(runs[i].epochs.length);
      for (const [k, row] of runs[i].epochs.entries()) {
        for (const [name, value] of Object.entries(row)) {
          // In single precision one row may fall on the other side of a border.
          const allowed = precision === 'float32' && /ccuracy/.test(name) ? 0.05 : tolerance;
          expect(apart(epochs!.columns[name][k], value), `${trial.label}, epoch ${k + 1}, ${name}`).toBeLessThanOrEqual(allowed);
        }
      }
    }
  });
});
