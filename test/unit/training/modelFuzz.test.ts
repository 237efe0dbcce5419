import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataError, type Datasets } from '../../../src/core/data/dataset';
import { isClassification } from '../../../src/core/nn/classification';
import { applyNetwork } from '../../../src/core/training/apply';
import { DEPENDENCIES } from '../../../src/core/training/dependencies';
import { isRising } from '../../../src/core/training/earlyStop';
import { prepareModel } from '../../../src/core/training/modelParts';
import { RecordBuilder } from '../../../src/core/training/record';
import { runTrial } from '../../../src/core/training/run';
import type { ModelTrial, RunRecord, RunSummary } from '../../../src/core/training/trial';
import { parseExperiment } from '../../../src/format/parse';
import { loadDatasets } from '../../../src/loaders/load';
import { openNodeFile } from '../../../src/worker/nodeFile';
import { reasonText } from '../../../src/wording/status';
import { Draw, randomModelFile } from './randomModels';

/** Files tried; FUZZ_FILES and FUZZ_SEED try more or others. */
const FILES = Number(process.env.FUZZ_FILES ?? 60);
const FIRST = Number(process.env.FUZZ_SEED ?? 1);

let folder = '';
const paths = { csv: 'rows.csv', npz: 'rows.npz', libsvm: 'rows.svm' };

/** A float64 array in numpy's format 1.0. */
function npy(shape: readonly number[], values: readonly number[]): Uint8Array {
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const padded = header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11) + '\n';
  const bytes = new Uint8Array(10 + padded.length + 8 * values.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  new DataView(bytes.buffer).setUint16(8, padded.length, true);
  bytes.set(new TextEncoder().encode(padded), 10);
  values.forEach((value, i) => new DataView(bytes.buffer).setFloat64(10 + padded.length + 8 * i, value, true));
  return bytes;
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gdexp-fuzz-'));
  const draw = new Draw(5);
  const rows = 24;
  writeFileSync(path.join(folder, paths.csv), `a,b,c,y\n${Array.from({ length: rows }, (_, i) => `${draw.normal()},${draw.normal()},${['u', 'v'][i % 2]},${['k', 'l', 'm'][i % 3]}`).join('\n')}\n`);
  writeFileSync(path.join(folder, paths.npz), zipSync({
    'x.npy': npy([rows, 3], Array.from({ length: 3 * rows }, () => draw.normal())), 'y.npy': npy([rows], Array.from({ length: rows }, () => draw.normal())),
  }));
  writeFileSync(path.join(folder, paths.libsvm), Array.from({ length: rows }, (_, i) => `${i % 2} ${1 + (i % 5)}:${draw.next()} ${7 + (i % 6)}:1\n`).join(''));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  readonly summary: RunSummary;
  readonly record: RunRecord;
}

function run(trial: ModelTrial, datasets: Datasets): Ran {
  const builder = new RecordBuilder();
  const summary = runTrial(trial, { interval: Infinity, cancelled: () => false, now: () => 0, rows: (record) => builder.append(record) }, { ...DEPENDENCIES, datasets: () => datasets });
  return { summary, record: builder.build() };
}

/** What may keep a valid file from being trained: its data and its numbers, said in a sentence. Anything else is a fault. */
const JUSTIFIED = /classes|outputs|units|rows|targets|stays|none|features/;

function check(trial: ModelTrial, { summary, record }: Ran, datasets: Datasets, why: string): void {
  if (summary.status === 'failed') {
    expect(reasonText(summary.reason), why).toMatch(JUSTIFIED);
    return;
  }
  const model = summary.model!;
  const { epochs, layers } = record;
  expect(model.epochs, why).toBeLessThanOrEqual(trial.boosting ? trial.boosting.rounds : trial.training.epochs);
  if (trial.boosting) return;
  expect(epochs?.rows ?? 0, why).toBe(model.epochs);
  for (const [name, column] of Object.entries(epochs?.columns ?? {})) expect(column.length, `${why} ${name}`).toBe(model.epochs);
  for (const [name, column] of Object.entries(layers?.columns ?? {})) expect(column.length, `${why} ${name}`).toBe(layers!.rows * (name === 'step' ? 1 : layers!.names.length));
  const diverged = summary.status === 'diverged';
  expect(record.rows, why).toBe(summary.steps + (Number.isNaN(record.columns.learningRate.at(-1)) ? 1 : 0));
  if (!diverged) {
    for (const name of ['loss', 'validationLoss']) expect([...(epochs?.columns[name] ?? [])].every(Number.isFinite), `${why} ${name}`).toBe(true);
    expect(Number.isFinite(summary.loss), why).toBe(true);
    if (model.testLoss !== null) expect(Number.isFinite(model.testLoss), why).toBe(true);
    for (const [name, value] of Object.entries(model.metrics)) {
      if (/accuracy|precision|recall|f1/i.test(name)) expect(value >= 0 && value <= 1, `${why} ${name} ${value}`).toBe(true);
      if (/r2/i.test(name)) expect(value <= 1 || Number.isNaN(value), `${why} ${name} ${value}`).toBe(true);
      if (/meanAbsoluteError/i.test(name)) expect(value >= 0, `${why} ${name} ${value}`).toBe(true);
    }
    const { patience, restoreBest, monitor } = trial.early;
    if (patience !== null && restoreBest && epochs && trial.early.minDelta === 0) {
      const watched = [...epochs.columns[monitor]];
      const best = isRising(monitor) ? Math.max(...watched) : Math.min(...watched);
      if (watched.every(Number.isFinite)) expect(model.bestEpoch, why).toBe(watched.indexOf(best) + 1);
      for (const name of ['loss', 'validationLoss'] as const) {
        const column = epochs.columns[name];
        if (column) expect(name === 'loss' ? summary.loss : model.validationLoss, why).toBe(column[model.bestEpoch - 1]);
      }
    }
    const { snapshots } = record;
    if (snapshots && snapshots.steps.length > 0) again(trial, datasets, summary, snapshots, why);
  }
}

/** The last weights that were kept, put into a network anew, give the scores that the run has reported. */
function again(trial: ModelTrial, datasets: Datasets, { steps, model }: RunSummary, snapshots: NonNullable<RunRecord['snapshots']>, why: string): void {
  if (snapshots.steps.at(-1) !== steps) return;
  const size = snapshots.points.length / snapshots.steps.length;
  const weights = snapshots.points.slice(-size);
  const parts = prepareModel(trial, { ...DEPENDENCIES, datasets: () => datasets });
  applyNetwork(parts, weights, { kind: 'weights' });
  if (parts.validation) expect(parts.evaluator.score(parts.validation), `${why} validation`).toBeCloseTo(model!.validationLoss!, 5);
  if (parts.test) expect(parts.evaluator.score(parts.test), `${why} test`).toBeCloseTo(model!.testLoss!, 5);
  if (trial.predict) {
    const predicted = parts.evaluator.predict(trial.predict);
    expect(predicted, `${why} predict`).toEqual(model!.predict!.after);
    // One row by itself is the same row among others.
    trial.predict.forEach((row, i) => parts.evaluator.predict([row])[0].forEach((value, j) => expect(value, `${why} predict row ${i}`).toBeCloseTo(predicted[i][j], 4)));
  }
}

describe('random files of networks', () => {
  it('are read, trained and told about, the same every time', async () => {
    let trained = 0;
    let failed = 0;
    for (let k = 0; k < FILES; k++) {
      const seed = FIRST + k;
      const file = randomModelFile(seed, paths);
      const parsed = parseExperiment(JSON.stringify(file));
      const why = `file ${seed}`;
      if (!parsed.experiment) {
        // Layers are drawn without a look at each other: what does not fit is said at its place.
        expect(parsed.problems.filter(({ severity }) => severity === 'error').every(({ message, line }) => message.length > 10 && line >= 1), why).toBe(true);
        if (process.env.FUZZ_TELL) console.log(why, parsed.problems.map(({ message }) => message).join(' | '));
        continue;
      }
      for (const trial of parsed.experiment.trials as ModelTrial[]) {
        let datasets: Datasets;
        try {
          datasets = await loadDatasets(trial.data, trial.seed, (name) => openNodeFile(name, path.join(folder, name)), { classification: isClassification(trial.loss), shared: false });
        } catch (error) {
          expect(error, why).toBeInstanceOf(DataError);
          continue;
        }
        let first: Ran;
        try {
          first = run(trial, datasets);
        } catch (error) {
          throw new Error(`${why} ${trial.id}: ${(error as Error).stack}`, { cause: error });
        }
        check(trial, first, datasets, `${why} ${trial.id}`);
        if (first.summary.status === 'failed') {
          failed++;
          if (process.env.FUZZ_TELL) console.log(why, reasonText(first.summary.reason));
        } else trained++;
        const second = run(trial, datasets);
        expect(second, `${why} ${trial.id} again`).toEqual(first);
      }
    }
    if (process.env.FUZZ_TELL) console.log({ trained, failed });
    expect(trained).toBeGreaterThan(FILES / 2);
    expect(failed).toBeLessThan(trained / 2);
  }, 30_000 + 2000 * FILES);
});
