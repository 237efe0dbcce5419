import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../src/cli/program';
import type { Datasets } from '../../src/core/data/dataset';
import { RecordBuilder } from '../../src/core/training/record';
import { DEPENDENCIES } from '../../src/core/training/dependencies';
import { runTrial } from '../../src/core/training/run';
import type { ModelTrial } from '../../src/core/training/trial';
import { parseExperiment } from '../../src/format/parse';
import { createScript } from '../../src/format/scripts/create';
import { randomStream } from '../../src/core/training/random';
import { loadDatasets } from '../../src/loaders/load';
import { loadNpzArrays, writeNpz } from '../../src/loaders/npz';
import { isClassification } from '../../src/core/nn/classification';
import { openNodeFile } from '../../src/worker/nodeFile';
import { EXPORT_CASES } from './exportExperiments';

const examples = path.resolve(import.meta.dirname, '..', '..', 'examples');
const PYTHON = ['/usr/bin/python3', 'python3'].find((name) => spawnSync(name, ['--version']).status === 0) ?? null;
const TORCH = PYTHON !== null && spawnSync(PYTHON, ['-c', 'import torch, numpy']).status === 0;
/** GDEXP_KERAS_PYTHON: a Python with Keras, where it is another one. */
const KERAS = (() => {
  const python = process.env.GDEXP_KERAS_PYTHON ?? PYTHON;
  if (python === null) return null;
  const { status, stdout } = spawnSync(python, ['-c', 'import keras; print(keras.__version__)'], { encoding: 'utf8', env: { ...process.env, KERAS_BACKEND: process.env.GDEXP_KERAS_BACKEND ?? 'tensorflow' } });
  return status === 0 ? { python, version: stdout.trim() } : null;
})();
const keras2 = path.resolve(import.meta.dirname, '..', 'parity', 'keras2');
/** What the scripts printed in Keras 2.3; GDEXP_KERAS_DUMP=1 writes it anew. */
const kerasLosses = path.resolve(import.meta.dirname, '..', 'parity', 'dumps', 'keras-losses.json');
const run = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gdexp-exports-'));
  await cp(path.join(examples, 'data'), path.join(folder, 'data'), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function gdexp(args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let out = '';
  let err = '';
  const code = await runProgram(args, { out: (text) => void (out += text), err: (text) => void (err += text), cwd: folder, locale: 'en', color: false, workerFile: null, signal: new AbortController().signal });
  return { code, out, err };
}

interface Losses {
  readonly batches: Float64Array;
  readonly epochs: readonly Readonly<Record<string, number>>[];
}

/** What each run of a file is found to be by the product itself. */
async function ours(text: string, base = examples, weights: Datasets['weights'] = null): Promise<Map<string, Losses>> {
  const { experiment, problems } = parseExperiment(text);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const found = new Map<string, Losses>();
  for (const trial of experiment!.trials as ModelTrial[]) {
    const datasets = await loadDatasets(trial.data, trial.seed, (name) => openNodeFile(name, path.join(base, name)), { classification: isClassification(trial.loss), shared: false });
    const builder = new RecordBuilder();
    const summary = runTrial(trial, { rows: (rows) => builder.append(rows), interval: Infinity, cancelled: () => false, now: () => 0, tryRemedies: false }, { ...DEPENDENCIES, datasets: () => ({ ...datasets, weights }) });
    expect(summary.status, `${trial.label}: ${summary.reason.detail}`).not.toBe('failed');
    const record = builder.build();
    const { columns, rows } = record.epochs!;
    found.set(trial.label, { batches: record.columns.loss, epochs: Array.from({ length: rows }, (_, i) => Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[i]]))) });
  }
  return found;
}

/** What a script has printed, by label. */
function printed(text: string): Map<string, { readonly batches: number[]; readonly epochs: Record<string, number>[] }> {
  const found = new Map<string, { batches: number[]; epochs: Record<string, number>[] }>();
  let current = { batches: [] as number[], epochs: [] as Record<string, number>[] };
  for (const line of text.split('\n')) {
    const batch = /^ {2}batch \d+ {2}loss (\S+)$/.exec(line);
    const epoch = /^ {2}epoch \d+ {2}(.*)$/.exec(line);
    if (batch) current.batches.push(Number(batch[1]));
    else if (epoch) current.epochs.push(Object.fromEntries(epoch[1].split('  ').map((part) => part.split(' ')).map(([name, value]) => [name, Number(value)])));
    else if (line !== '' && !line.startsWith(' ')) found.set(line, (current = { batches: [], epochs: [] }));
  }
  return found;
}

/** Runs scripts one after the other in one Python, each with its arguments and its output in a file. */
const DRIVER = `
import contextlib, json, runpy, sys, traceback
for name, arguments, output in json.load(open(sys.argv[1])):
    sys.argv = [name, *arguments]
    with open(output, "w") as file, contextlib.redirect_stdout(file):
        try:
            runpy.run_path(name, run_name="__main__")
        except Exception:
            traceback.print_exc(file=file)
`;

function spread(a: number, b: number): number {
  return Math.abs(a - b) / Math.max(1e-3, Math.abs(b));
}

/**
 * Trains every case by its script in another framework and by the product, from the same weights with the same rows in the same order.
 * @returns every difference, in words; of each run without one the script's loss of every batch; what the framework has not
 */
async function compare(framework: 'pytorch' | 'keras', precision: 'float64' | 'float32', tolerance: number, python: string, first: string): Promise<{ readonly wrong: readonly string[]; readonly losses: Readonly<Record<string, readonly number[]>>; readonly refused: readonly string[] }> {
  const jobs: [string, string[], string][] = [];
  const found = { wrong: [] as string[], losses: {} as Record<string, readonly number[]>, refused: [] as string[] };
  const cases = EXPORT_CASES.flatMap(({ name, file }, i) => {
    const text = JSON.stringify({ ...file, precision });
    const { experiment } = parseExperiment(text);
    const only = experiment!.variants[0].optimizers.filter(({ label }) => createScript(experiment!, framework, { locale: 'en', variant: null, only: [label] }).text !== null).map(({ label }) => label);
    return only.length > 0 ? [{ name, text, only, at: (suffix: string): string => path.join(folder, `${framework}-${precision}${i}${suffix}`) }] : [];
  });
  for (const { text, only, at } of cases) {
    await writeFile(at('.gdexp'), text);
    expect(await gdexp(['export', at('.gdexp'), '--to', 'npz', '--start', '-o', at('.npz')])).toEqual({ code: 0, out: '', err: '' });
    expect(await gdexp(['export', at('.gdexp'), '--to', framework, '-o', at('.py'), ...only.flatMap((label) => ['--only', label])])).toEqual({ code: 0, out: '', err: '' });
    // One process runs them all; where an optimizer cannot run the others go on.
    jobs.push(...only.map((label, k): [string, string[], string] => [at('.py'), ['--batches', '--folder', examples, '--start', at('.npz'), '--only', label], at(`-${k}.txt`)]));
  }
  await writeFile(path.join(folder, 'driver.py'), first + DRIVER);
  await writeFile(path.join(folder, 'jobs.json'), JSON.stringify(jobs));
  await run(python, [path.join(folder, 'driver.py'), path.join(folder, 'jobs.json')], { maxBuffer: 1e8 });
  for (const { name, text, only, at } of cases) {
    const product = await ours(text);
    for (const [k, label] of only.entries()) {
      const run = `${name}, ${label}`;
      const output = await readFile(at(`-${k}.txt`), 'utf8');
      const mine = product.get(label)!;
      const other = printed(output).get(label);
      if (/^NotImplementedError/m.test(output)) {
        found.refused.push(`${run}: ${output.trim().split('\n').at(-1)}`);
        continue;
      }
      const before = found.wrong.length;
      if (!other || other.batches.length !== mine.batches.length || other.epochs.length !== mine.epochs.length) {
        found.wrong.push(`${run}: ${other?.batches.length} of ${mine.batches.length} batches\n${output.slice(-1500)}`);
        continue;
      }
      const worst = Math.max(...mine.batches.map((loss, b) => spread(other.batches[b], loss)));
      if (!(worst <= tolerance)) found.wrong.push(`${run}: batches differ by ${worst}`);
      for (const [e, row] of other.epochs.entries()) {
        for (const [column, value] of Object.entries(row)) if (!(spread(value, mine.epochs[e][column]) <= (precision === 'float64' ? tolerance : 0.05))) found.wrong.push(`${run}, epoch ${e + 1}: ${column} ${value} and ${mine.epochs[e][column]}`);
      }
      if (found.wrong.length === before) found.losses[run] = other.batches;
    }
  }
  return found;
}

describe.skipIf(!KERAS)('A script for Keras, where there is Keras,', () => {
  it('gives the losses of the product in float64', { timeout: 3_600_000 }, async () => {
    // Keras 2.3 has no TensorFlow here: parity/keras2 says what is asked of TensorFlow and of Keras 3 in its words, and refuses what it has not alike.
    const old = KERAS!.version.startsWith('2.3.');
    // Where a derivative is zero but for rounding, a rule that divides by its size makes 1e-8 of 1e-17.
    const { wrong, losses, refused } = await compare('keras', 'float64', 1e-7, KERAS!.python, old ? `import sys\nsys.path.insert(0, ${JSON.stringify(keras2)})\nimport tensorflow\n` : '');
    expect(wrong).toEqual([]);
    if (!old) expect(refused).toEqual([]);
    expect(Object.keys(losses).length).toBeGreaterThanOrEqual(40);
    if (process.env.GDEXP_KERAS_DUMP) await writeFile(kerasLosses, `${JSON.stringify(losses, null, 1).replace(/\n {2}/g, ' ').replace(/\n \]/g, ' ]')}\n`);
  });
});

describe('The losses that scripts printed in Keras 2.3', () => {
  it('are the product\'s', { timeout: 120_000 }, async () => {
    const theirs = JSON.parse(await readFile(kerasLosses, 'utf8')) as Record<string, readonly number[]>;
    const compared: string[] = [];
    for (const { name, file } of EXPORT_CASES) {
      if (!Object.keys(theirs).some((run) => run.startsWith(`${name}, `))) continue;
      for (const [label, { batches }] of await ours(JSON.stringify({ ...file, precision: 'float64' }))) {
        const run = `${name}, ${label}`;
        if (!theirs[run]) continue;
        compared.push(run);
        expect(theirs[run].length, run).toBe(batches.length);
        batches.forEach((loss, k) => expect(spread(theirs[run][k], loss), `${run}, batch ${k}`).toBeLessThanOrEqual(1e-7));
      }
    }
    expect(compared.sort()).toEqual(Object.keys(theirs).sort());
    expect(compared.length).toBeGreaterThanOrEqual(40);
  });
});

describe.skipIf(!TORCH)('A script for PyTorch, where there is PyTorch,', () => {
  for (const precision of ['float64', 'float32'] as const) {
    it(`gives the losses of the product in ${precision}`, { timeout: 600_000 }, async () => {
      const { wrong, losses, refused } = await compare('pytorch', precision, precision === 'float64' ? 1e-8 : 2e-3, PYTHON!, '');
      expect([...wrong, ...refused]).toEqual([]);
      expect(Object.keys(losses).length).toBeGreaterThan(50);
    });
  }

  it('reads IDX, NPZ and LIBSVM files, and starts from given weights', { timeout: 120_000 }, async () => {
    const random = randomStream(1, 'pictures');
    const rows = 40;
    const pixels = Uint8Array.from({ length: rows * 20 }, () => Math.floor(256 * random.uniform()));
    const labels = Uint8Array.from({ length: rows }, (_, i) => (i * 7) % 3);
    const idx = (sizes: readonly number[], values: Uint8Array): Uint8Array => Uint8Array.from([0, 0, 8, sizes.length, ...sizes.flatMap((size) => [0, 0, size >> 8, size & 255]), ...values]);
    await writeFile(path.join(folder, 'x.idx.gz'), gzipSync(idx([rows, 5, 4], pixels)));
    await writeFile(path.join(folder, 'y.idx'), idx([rows], labels));
    const floats = Float32Array.from(pixels, (value) => value / 255);
    await writeFile(path.join(folder, 'rows.npz'), writeNpz(new Map([['a', { shape: [rows, 5, 4], values: floats }], ['b', { shape: [rows], values: Int32Array.from(labels) }]])));
    const line = (i: number): string => `${labels[i] === 0 ? -1 : 1} ${Array.from({ length: 20 }, (_, j) => j).filter((j) => pixels[20 * i + j] > 128).map((j) => `${j + 1}:${pixels[20 * i + j] / 8}`).join(' ')}\n`;
    await writeFile(path.join(folder, 'rows.svm'), Array.from({ length: rows }, (_, i) => line(i)).join(''));
    await writeFile(path.join(folder, 'first.npz'), writeNpz(new Map([['dense1.weight', { shape: [1, 20], values: Float64Array.from({ length: 20 }, () => random.normal() / 9) }], ['dense1.bias', { shape: [1], values: Float64Array.of(0.25) }]])));
    const common = { gdexp: 1, seed: 2, precision: 'float64', training: { batchSize: 7, epochs: 3 }, optimizers: [{ type: 'sgd', learningRate: 0.1 }] };
    const softmax = [{ type: 'flatten' }, { type: 'dense', units: 3, activation: 'softmax' }];
    const files = [
      { ...common, data: { idx: { images: 'x.idx.gz', labels: 'y.idx' }, scale: 1 / 255, validation: 0.25 }, model: { layers: [{ type: 'conv2d', filters: 2, kernel: 3 }, ...softmax] }, loss: 'categoricalCrossentropy' },
      { ...common, data: { npz: 'rows.npz', x: 'a', y: 'b', validation: { npz: 'rows.npz', x: 'a', y: 'b' } }, model: { layers: softmax }, loss: 'categoricalCrossentropy' },
      { ...common, data: { libsvm: 'rows.svm', columns: 20, scale: 0.1 }, model: { weights: 'first.npz', layers: [{ type: 'dense', units: 1, activation: 'sigmoid' }] }, loss: 'binaryCrossentropy', regularization: { l2: 0.01 } },
    ];
    for (const [i, file] of files.entries()) {
      const text = JSON.stringify(file);
      await writeFile(path.join(folder, `file${i}.gdexp`), text);
      expect(await gdexp(['export', `file${i}.gdexp`, '--to', 'pytorch', '-o', `file${i}.py`])).toEqual({ code: 0, out: '', err: '' });
      expect(await gdexp(['export', `file${i}.gdexp`, '--to', 'npz', '--start', '-o', `start${i}.npz`])).toEqual({ code: 0, out: '', err: '' });
      const { stdout } = await run(PYTHON!, [path.join(folder, `file${i}.py`), '--batches', '--start', path.join(folder, `start${i}.npz`)]);
      const mine = (await ours(text, folder, i === 2 ? [...await loadNpzArrays(openNodeFile('first.npz', path.join(folder, 'first.npz')), null)].map(([name, array]) => ({ name, ...array })) : null)).get('sgd')!;
      const theirs = printed(stdout).get('sgd')!;
      expect(theirs.batches.length).toBe(mine.batches.length);
      expect(Math.max(...mine.batches.map((loss, k) => spread(theirs.batches[k], loss)))).toBeLessThan(1e-8);
    }
  });

  it('stands on its own, with what is drawn at random', { timeout: 120_000 }, async () => {
    const text = JSON.stringify({
      gdexp: 1, seed: 5, data: { csv: 'data/digits.csv', target: 'digit', imageShape: [8, 8, 1], scale: 0.0625, validation: 0.2, test: 0.1, stratify: true, augment: { noise: 0.05, shift: 1, flip: 'horizontal', mixup: 0.1 } },
      model: { layers: [{ type: 'conv2d', filters: 8, kernel: 3, activation: 'relu' }, { type: 'dropout', rate: 0.1 }, { type: 'gaussianNoise', stddev: 0.05 }, { type: 'flatten' }, { type: 'dense', units: 10, activation: 'softmax' }] },
      loss: 'categoricalCrossentropy', regularization: { l2: 1e-4, weightNoise: 0.01 }, training: { batchSize: 32, epochs: 6 }, stop: { patience: 20 }, optimizers: [{ type: 'adam', learningRate: 0.01 }],
    });
    await writeFile(path.join(folder, 'drawn.gdexp'), text);
    expect((await gdexp(['export', 'drawn.gdexp', '--to', 'pytorch', '-o', 'drawn.py'])).code).toBe(0);
    const { stdout } = await run(PYTHON!, [path.join(folder, 'drawn.py')]);
    const theirs = printed(stdout).get('adam')!.epochs.at(-1)!;
    const mine = (await ours(text)).get('adam')!.epochs.at(-1)!;
    // Other random numbers of the same kinds: alike, not equal.
    expect(Math.abs(theirs.validationAccuracy - mine.validationAccuracy)).toBeLessThan(0.08);
    expect(theirs.loss / mine.loss).toBeGreaterThan(0.75);
    expect(theirs.loss / mine.loss).toBeLessThan(1.33);
    expect(stdout).toMatch(/test: \{'testLoss': [\d.]+, 'testAccuracy': 0\.[6-9]/);
  });

  it('generates rows of the same kind', { timeout: 120_000 }, async () => {
    const common = { gdexp: 1, training: { batchSize: 20, epochs: 8 }, optimizers: [{ type: 'adam', learningRate: 0.02 }] };
    const classes = (units: number) => ({ model: { layers: [{ type: 'dense', units: 12, activation: 'tanh' }, { type: 'dense', units, activation: 'softmax' }] }, loss: 'categoricalCrossentropy' });
    const numbers = { model: { layers: [{ type: 'dense', units: 12, activation: 'tanh' }, { type: 'dense', units: 1 }] }, loss: 'meanSquaredError', metrics: ['r2'] };
    const kinds: readonly (readonly [Record<string, unknown>, Record<string, unknown>])[] = [
      [{ generate: 'moons' }, classes(2)], [{ generate: 'circles' }, classes(2)], [{ generate: 'spirals', classes: 3 }, classes(3)], [{ generate: 'xor' }, classes(2)], [{ generate: 'blobs', classes: 4, columns: 3, noise: 1 }, classes(4)],
      [{ generate: 'linear', columns: 3 }, numbers], [{ generate: 'sine' }, numbers], [{ generate: 'polynomial' }, numbers], [{ generate: 'multiHot', columns: 60, nonZeros: 8, classes: 2 }, classes(2)],
    ];
    for (const [i, [data, rest]] of kinds.entries()) {
      const text = JSON.stringify({ ...common, ...rest, data: { samples: 400, validation: 0.25, ...data } });
      await writeFile(path.join(folder, `kind${i}.gdexp`), text);
      expect((await gdexp(['export', `kind${i}.gdexp`, '--to', 'pytorch', '-o', `kind${i}.py`])).code).toBe(0);
    }
    await writeFile(path.join(folder, 'driver.py'), DRIVER);
    await writeFile(path.join(folder, 'kinds.json'), JSON.stringify(kinds.map((_, i) => [path.join(folder, `kind${i}.py`), ['--seed', '3'], path.join(folder, `kind${i}.txt`)])));
    await run(PYTHON!, [path.join(folder, 'driver.py'), path.join(folder, 'kinds.json')]);
    for (const [i, [{ generate }]] of kinds.entries()) {
      const output = await readFile(path.join(folder, `kind${i}.txt`), 'utf8');
      const theirs = printed(output).get('adam')?.epochs.at(-1);
      const mine = (await ours(await readFile(path.join(folder, `kind${i}.gdexp`), 'utf8'))).get('adam')!.epochs.at(-1)!;
      expect(theirs, `${String(generate)}\n${output}`).toBeDefined();
      expect(Math.abs(theirs!.loss - mine.loss), String(generate)).toBeLessThan(generate === 'linear' ? 3 : 0.25);
    }
  });
});
