import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
// @ts-expect-error a build script without types
import { compileGrammar, kernelBinaries } from '../../esbuild.config.mjs';

const grammars: Plugin = {
  name: 'peggy',
  setup(api) {
    api.onLoad({ filter: /\.peggy$/ }, async ({ path: file }) => ({ contents: (compileGrammar as (source: string, name: string) => string)(await readFile(file, 'utf8'), path.basename(file)), loader: 'js' }));
  },
};

/** The program as it is shipped: two bundles beside each other, runs in worker threads. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gdexp-process-'));
  await build({
    bundle: true, platform: 'node', target: 'node20', format: 'cjs', mainFields: ['module', 'main'], plugins: [grammars, kernelBinaries], logLevel: 'error',
    entryPoints: { cli: 'src/cli/main.ts', worker: 'src/worker/node.ts' }, outdir: path.join(folder, 'dist'),
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const start = (...args: string[]): ChildProcess => spawn(process.execPath, [path.join(folder, 'dist/cli.js'), ...args], { cwd: folder, env: { ...process.env, LC_ALL: 'C' } });

function ended(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
  let out = '';
  let err = '';
  child.stdout!.on('data', (chunk) => (out += String(chunk)));
  child.stderr!.on('data', (chunk) => (err += String(chunk)));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

const experiment = (optimizers: string, rest: string): string => `{ "gdexp": 1, "objective": { "expression": "x^2 + y^2", "start": [1, 1] }, "optimizers": [${optimizers}]${rest} }`;

test('workers give what this thread gives: halving is exact, and nothing is said beside the document', async () => {
  const many = Array.from({ length: 14 }, (_, i) => `{ "type": "sgd", "label": "${i}", "learningRate": 0.25 }`).join(',');
  await writeFile(path.join(folder, 'many.gdexp'), experiment(many, ', "stop": { "steps": 12 }'));
  const { code, out, err } = await ended(start('run', 'many.gdexp', '--json', '--workers', '2'));
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const { runs } = JSON.parse(out) as { runs: { label: string; parameters: number[]; history: { x: number[] } }[] };
  expect(runs.map(({ label }) => label)).toEqual(Array.from({ length: 14 }, (_, i) => String(i)));
  for (const { parameters, history } of runs) {
    expect(parameters).toEqual([2 ** -12, 2 ** -12]);
    expect(history.x).toEqual(Array.from({ length: 13 }, (_, k) => 2 ** -k));
  }
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s (Ctrl+C, or the end of a time limit) ends the runs, tells of them and exits with 130', async (signal) => {
  await writeFile(path.join(folder, 'endless.gdexp'), experiment('{ "type": "sgd", "learningRate": 1e-12 }', ', "stop": { "steps": null, "seconds": 60 }'));
  let last: Awaited<ReturnType<typeof ended>> | undefined;
  // On a busy machine the program may not have begun when the signal comes; then nobody listens, and it is tried again later.
  for (const delay of [700, 4000, 12_000]) {
    const child = start('run', 'endless.gdexp', '--json');
    const result = ended(child);
    setTimeout(() => child.kill(signal), delay);
    last = await result;
    if (last.out !== '') break;
  }
  const { code, out } = last!;
  expect(code).toBe(130);
  expect((JSON.parse(out) as { runs: { status: string }[] }).runs[0].status).toBe('cancelled');
});

test('a reader that leaves early is no error', async () => {
  await writeFile(path.join(folder, 'long.gdexp'), experiment('{ "type": "sgd", "learningRate": 1e-6 }', ', "stop": { "steps": 100000 }'));
  const child = start('run', 'long.gdexp', '--json', '--history', 'all');
  child.stdout!.once('data', () => child.stdout!.destroy());
  const { err } = await ended(child);
  expect(err).toBe('');
});

test('networks are trained by the kernels that VS Code uses, on every Node that has them', async () => {
  await writeFile(path.join(folder, 'moons.gdexp'), '{ "gdexp": 1, "data": { "generate": "moons", "samples": 40 }, "model": { "layers": [{ "type": "dense", "units": 8, "activation": "tanh" }, { "type": "dense", "units": 1, "activation": "sigmoid" }] }, "loss": "binaryCrossentropy", "training": { "epochs": 2 }, "optimizers": [{ "type": "sgd" }] }');
  const trained = async (...more: string[]) => {
    const { out, err } = await ended(start('run', 'moons.gdexp', '--json', ...more));
    expect(err).toBe('');
    const { kernels, runs } = JSON.parse(out) as { kernels: string; runs: { loss: number }[] };
    return { kernels, loss: runs[0].loss };
  };
  const usual = await trained();
  expect(usual.kernels).toBe('relaxedSimd');
  const simd = await trained('--kernels', 'simd');
  expect(simd.kernels).toBe('simd');
  expect(Math.abs(simd.loss - usual.loss)).toBeLessThan(1e-5 * usual.loss);
});
