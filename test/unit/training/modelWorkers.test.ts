import { build } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// @ts-expect-error a plain module of the build, without types
import { grammars, kernelBinaries } from '../../../esbuild.config.mjs';
import { isClassification } from '../../../src/core/nn/classification';
import { RecordBuilder } from '../../../src/core/training/record';
import type { ModelTrial, RunRecord, RunSummary } from '../../../src/core/training/trial';
import { parseExperiment } from '../../../src/format/parse';
import { loadDatasets } from '../../../src/loaders/load';
import { spawnNodeWorker } from '../../../src/worker/nodePort';
import { WorkerPool } from '../../../src/worker/pool';
import { reasonText } from '../../../src/wording/status';
import { randomModelFile } from './randomModels';

const folder = mkdtempSync(path.join(tmpdir(), 'gdexp-models-'));
const outfile = path.join(folder, 'worker.cjs');
const pools: WorkerPool[] = [];
const pool = (size: number, sharedMemory = true): WorkerPool => {
  const made = new WorkerPool(() => spawnNodeWorker(outfile), { size, sharedMemory });
  pools.push(made);
  return made;
};
beforeAll(() => build({ entryPoints: ['src/worker/node.ts'], outfile, bundle: true, platform: 'node', target: 'node20', format: 'cjs', mainFields: ['module', 'main'], plugins: [grammars, kernelBinaries], logLevel: 'error' }), 60_000);
afterAll(() => {
  for (const each of pools) each.dispose();
  rmSync(folder, { recursive: true, force: true });
});

type Ran = { readonly summary: RunSummary; readonly record: RunRecord };

async function runAll(where: WorkerPool, trials: readonly ModelTrial[]): Promise<Ran[]> {
  return Promise.all(trials.map(async (trial, i): Promise<Ran> => {
    const datasets = await loadDatasets(trial.data, trial.seed, () => { throw new Error('no files'); }, { classification: isClassification(trial.loss), shared: true });
    const builder = new RecordBuilder();
    const summary = await where.run(trial, (record) => builder.append(record), { data: { key: `${i} ${trial.dataKey}`, datasets } });
    return { summary, record: builder.build() };
  }));
}

describe('networks in threads', () => {
  it('give the same numbers to the last bit with one worker, with two, and without shared memory', async () => {
    const trials = Array.from({ length: 40 }, (_, k) => randomModelFile(9000 + k, { csv: '', npz: '', libsvm: '' }))
      .filter(({ data }) => !['csv', 'npz', 'libsvm'].some((name) => name in (data as object)))
      .flatMap((file) => (parseExperiment(JSON.stringify(file)).experiment?.trials ?? []) as ModelTrial[]);
    expect(trials.length).toBeGreaterThan(30);
    const [one, two, alone] = await Promise.all([runAll(pool(1), trials), runAll(pool(2), trials), runAll(pool(1, false), trials)]);
    trials.forEach((trial, i) => {
      for (const other of [two, alone]) {
        const { seconds: _s, ...expected } = one[i].summary;
        const { seconds: _t, ...actual } = other[i].summary;
        expect(actual, trial.id).toEqual(expected);
        expect(other[i].record, trial.id).toEqual(one[i].record);
      }
    });
  }, 120_000);

  it('are refused beyond the caps before they take the memory, in a sentence', async () => {
    const { experiment } = parseExperiment(JSON.stringify({ gdexp: 1, data: { generate: 'moons', samples: 10_000 }, model: { layers: [{ type: 'dense', units: 1000 }, { type: 'dense', units: 1, activation: 'sigmoid' }] }, loss: 'binaryCrossentropy', training: { batchSize: 'full' }, optimizers: [{ type: 'adam' }] }));
    const [trial] = experiment!.trials as ModelTrial[];
    const datasets = await loadDatasets(trial.data, 0, () => { throw new Error('no files'); }, { classification: true, shared: true });
    const summary = await pool(1).run(trial, undefined, { data: { key: 'moons', datasets }, limits: { parameters: 1e6, memory: 10e6, runs: 3 } });
    expect(summary.status).toBe('failed');
    expect(reasonText(summary.reason)).toMatch(/^Too much memory: \(\d+ MB for the network with 10000 rows at a time \+ 1 MB .* × 3 run\(s\) at the same time = \d+ MB, and at most 10 MB are allowed/);
  });
});

describe('a cancelled training', () => {
  const long = (more: object) => parseExperiment(JSON.stringify({
    gdexp: 1, data: { generate: 'moons', samples: 400, validation: 0.5 }, model: { layers: [{ type: 'dense', units: 8, activation: 'tanh' }, { type: 'dense', units: 1, activation: 'sigmoid' }] },
    loss: 'binaryCrossentropy', training: { epochs: 10_000_000 }, optimizers: [{ type: 'adam' }], ...more,
  })).experiment!.trials[0] as ModelTrial;

  it.each([['with shared memory', true, {}], ['without shared memory', false, {}], [
    'in a step that takes longer than a second', true,
    { data: { generate: 'moons', samples: 60_000, shuffle: false }, training: { batchSize: 'full', epochs: 1000 }, model: { layers: [{ type: 'dense', units: 256 }, { type: 'dense', units: 256, repeat: 6 }, { type: 'dense', units: 1, activation: 'sigmoid' }] } },
  ]] as const)('%s ends within two seconds and keeps its rows', async (_name, shared, more) => {
    const trial = long(more);
    const datasets = await loadDatasets(trial.data, 0, () => { throw new Error('no files'); }, { classification: true, shared: true });
    const where = pool(1, shared);
    const controller = new AbortController();
    let rows = 0;
    const started = new Promise<void>((resolve) => void setTimeout(resolve, 1500));
    const running = where.run(trial, (record) => { rows += record.rows; }, { signal: controller.signal, data: { key: trial.dataKey, datasets } });
    await started;
    const from = performance.now();
    controller.abort();
    const summary = await running;
    expect(summary.status).toBe('cancelled');
    expect(performance.now() - from).toBeLessThan(2000);
    expect(summary.steps).toBeGreaterThanOrEqual(rows > 0 ? rows - 1 : 0);
    if (trial.training.batchSize !== 'full') {
      expect(rows).toBe(summary.steps);
      expect(Number.isFinite(summary.model!.validationLoss)).toBe(true);
    }
  }, 30_000);
});
