import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Datasets } from '../../src/core/data/dataset';
import { isClassification } from '../../src/core/nn/classification';
import { DEPENDENCIES } from '../../src/core/training/dependencies';
import { runTrial } from '../../src/core/training/run';
import { stepsTo, targetOf } from '../../src/core/training/sweeps';
import { RecordBuilder } from '../../src/core/training/record';
import type { RunSummary, Trial } from '../../src/core/training/trial';
import type { Experiment } from '../../src/format/experiment';
import { evaluateExpectations } from '../../src/format/expectations';
import { parseExperiment } from '../../src/format/parse';
import { nextRound } from '../../src/format/sweepResults';
import { loadDatasets } from '../../src/loaders/load';
import { openNodeFile } from '../../src/worker/nodeFile';

const folder = path.resolve(import.meta.dirname, '../../examples');
const files = readdirSync(folder).filter((name) => name.endsWith('.gdexp'));

/** Every run of an experiment, rounds of narrowing included. */
async function runAll(experiment: Experiment): Promise<{ trial: Trial; summary: RunSummary; reached: number }[]> {
  const loaded = new Map<string, Promise<Datasets>>();
  const target = experiment.sweep ? targetOf(experiment.sweep.metric) : null;
  const run = async (trial: Trial) => {
    let datasets: Datasets | undefined;
    if (trial.kind === 'model') {
      if (!loaded.has(trial.dataKey)) loaded.set(trial.dataKey, loadDatasets(trial.data, trial.seed, (name) => openNodeFile(name, path.join(folder, name)), { classification: isClassification(trial.loss), shared: false }));
      datasets = await loaded.get(trial.dataKey);
    }
    const builder = target === null ? null : new RecordBuilder();
    const summary = runTrial(trial, { interval: Infinity, cancelled: () => false, now: () => performance.now(), rows: builder ? (record) => builder.append(record) : undefined }, { ...DEPENDENCIES, datasets: () => datasets });
    return { trial, summary, reached: builder ? stepsTo(builder.build(), target!) : Infinity };
  };
  const results = [];
  for (const trial of experiment.trials) results.push(await run(trial));
  for (let round = 0; round < (experiment.sweep?.refine ?? 0); round++) for (const trial of nextRound(experiment.sweep!, results)) results.push(await run(trial));
  return results;
}

describe('every lesson', () => {
  it('is among fourteen of formulas and fourteen of networks at least', () => {
    const kinds = files.map((name) => parseExperiment(readFileSync(path.join(folder, name), 'utf8')).experiment?.kind);
    expect(kinds.filter((kind) => kind === 'objective').length).toBeGreaterThanOrEqual(14);
    expect(kinds.filter((kind) => kind === 'model').length).toBeGreaterThanOrEqual(14);
  });

  it.each(files)('%s is valid, teaches in both languages, and keeps what it claims', async (name) => {
    const parsed = parseExperiment(readFileSync(path.join(folder, name), 'utf8'));
    expect(parsed.problems).toEqual([]);
    const experiment = parsed.experiment!;
    expect(experiment.refusal).toBeNull();
    for (const text of [experiment.title, experiment.description]) {
      expect(Object.keys(text as object).sort()).toEqual(['en', 'ko']);
      for (const written of Object.values(text as object)) expect(written).not.toBe('');
    }
    const results = await runAll(experiment);
    expect(results.filter(({ summary }) => summary.status === 'failed')).toEqual([]);
    const claims = evaluateExpectations(experiment, results);
    expect(claims.length).toBeGreaterThan(0);
    expect(claims.filter((claim) => !claim.holds)).toEqual([]);
  }, 60_000);
});
