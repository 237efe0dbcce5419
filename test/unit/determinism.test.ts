import { build } from 'esbuild';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// @ts-expect-error a plain module of the build, without types
import { grammars, kernelBinaries } from '../../esbuild.config.mjs';
import { runProgram } from '../../src/cli/program';
import { isClassification } from '../../src/core/nn/classification';
import { parseExperiment } from '../../src/format/parse';
import { ExperimentSession } from '../../src/host/runs/session';
import { filesOf } from '../../src/loaders/load';
import { createNodePool } from '../../src/worker/nodePort';

const folder = mkdtempSync(path.join(tmpdir(), 'gdexp-determinism-'));
const workerFile = path.join(folder, 'worker.js');
const experiment = (precision: 'float32' | 'float64') => ({
  gdexp: 1, seed: 11, seeds: 2, precision,
  data: { csv: 'data/digits.csv', target: 'digit', imageShape: [8, 8, 1], scale: 0.0625, validation: 0.9, augment: { noise: 0.05, shift: 1, mixup: 0.2 } },
  model: { layers: [{ type: 'conv2d', filters: 4, kernel: 3, activation: 'relu' }, { type: 'batchNorm' }, { type: 'dropout', rate: 0.2 }, { type: 'gaussianNoise', stddev: 0.1 }, { type: 'flatten' }, { type: 'dense', units: 10, activation: 'softmax' }] },
  loss: 'categoricalCrossentropy', regularization: { l2: 0.001, weightNoise: 0.01 }, training: { batchSize: 32, epochs: 2 }, evaluate: { crossValidation: { folds: 2 } },
  optimizers: [{ type: 'adam', learningRate: 0.01 }, { type: 'lamb', learningRate: 0.01 }],
});

beforeAll(async () => {
  cpSync(path.resolve(import.meta.dirname, '..', '..', 'examples', 'data'), path.join(folder, 'data'), { recursive: true });
  await build({ entryPoints: ['src/worker/node.ts'], outfile: workerFile, bundle: true, platform: 'node', target: 'node20', format: 'cjs', mainFields: ['module', 'main'], plugins: [grammars, kernelBinaries], logLevel: 'error' });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Losses = Readonly<Record<string, unknown>>;

/** Everything that a run of the command line says but how long it took, by a name of the run. */
async function commandLine(file: string, workers: number | null): Promise<Map<string, Losses>> {
  let out = '';
  const code = await runProgram(['run', file, '--json', '--history', 'all', ...(workers === null ? [] : ['--workers', String(workers)])], {
    out: (text) => void (out += text), err: () => undefined, cwd: folder, locale: 'en', color: false, workerFile: workers === null ? null : workerFile, signal: new AbortController().signal,
  });
  expect(code).toBe(0);
  const { runs } = JSON.parse(out) as { runs: (Record<string, unknown> & { label: string; seed: number; fold: number | null })[] };
  return new Map(runs.map(({ seconds, ...rest }) => [`${rest.label} ${rest.seed} ${rest.fold}`, rest]));
}

/** The losses of batches, and of epochs on both parts, as the lab keeps them. */
async function session(text: string): Promise<Map<string, readonly number[][]>> {
  const pool = createNodePool(workerFile, 2);
  const open = new ExperimentSession({
    pool: () => pool, recordBytes: () => 64e6, log: () => undefined,
    data: async ({ data, seed, loss, weights, dataKey }) => {
      const files = filesOf(data, weights).map((name) => ({ name, location: path.join(folder, name), bytes: null }));
      return { key: dataKey, datasets: await pool.load({ data, seed, weights, classification: isClassification(loss), files, shared: true }) };
    },
  });
  open.update(parseExperiment(text).experiment!, false);
  await open.runAll();
  const found = new Map(open.runs.map(({ trial, builder, status }) => {
    expect(status).toBe('completed');
    const { columns, epochs } = builder.build();
    const fold = trial.kind === 'model' && trial.resample?.kind === 'fold' ? trial.resample.index : null;
    return [`${trial.label} ${trial.seed} ${fold}`, [columns.loss, epochs!.columns.loss, epochs!.columns.validationLoss].map((column) => [...column])] as const;
  }));
  pool.dispose();
  return found;
}

describe('The same file gives the same bits', () => {
  it.each(['float32', 'float64'] as const)('in one thread, with one worker, with two, and in the lab (%s)', { timeout: 120_000 }, async (precision) => {
    const text = JSON.stringify(experiment(precision));
    writeFileSync(path.join(folder, `${precision}.gdexp`), text);
    const plain = await commandLine(`${precision}.gdexp`, null);
    expect(plain.size).toBe(2 * 2 * 3);
    expect(await commandLine(`${precision}.gdexp`, 1)).toEqual(plain);
    expect(await commandLine(`${precision}.gdexp`, 2)).toEqual(plain);
    const lab = await session(text);
    expect([...lab.keys()].sort()).toEqual([...plain.keys()].sort());
    for (const [name, columns] of lab) {
      const { history } = plain.get(name) as { history: { batchLoss: number[]; epochs: Record<string, number[]> } };
      expect(columns, name).toEqual([history.batchLoss, history.epochs.loss, history.epochs.validationLoss]);
    }
    // Two seeds are two runs, not one twice.
    expect(plain.get('adam 11 null')!.loss).not.toBe(plain.get('adam 12 null')!.loss);
  });
});
