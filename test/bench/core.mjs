/**
 * W1 and W8, ours beside the peers: rounds interleaved in one process (workers kept warm), medians, and the ratio to hand-written
 * JavaScript in the same run. Times on a shared machine mean nothing; ratios do.
 */
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { compileGrammar } from '../../esbuild.config.mjs';
import { readFile } from 'node:fs/promises';
import { root } from '../vscode/install.mjs';
import { W1, W8, experiment, handWritten, median } from './work.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));

async function ours() {
  const outfile = path.join(root, '.vscode-test', 'bench', 'ours.mjs');
  await build({
    absWorkingDir: root, entryPoints: ['test/bench/ours.ts'], outfile, bundle: true, platform: 'node', target: 'node20', format: 'esm', minify: true, logLevel: 'warning', mainFields: ['module', 'main'],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    plugins: [{ name: 'peggy', setup(api) { api.onLoad({ filter: /\.peggy$/ }, async ({ path: file }) => ({ contents: compileGrammar(await readFile(file, 'utf8'), path.basename(file)), loader: 'js' })); } }],
  });
  return import(`${pathToFileURL(outfile).href}?${Date.now()}`);
}

/** Milliseconds of one call, averaged over so many calls that they last a while. */
async function time(body, calls) {
  const begun = performance.now();
  for (let k = 0; k < calls; k++) await body();
  return (performance.now() - begun) / calls;
}

function parsed({ parseExperiment }, text) {
  const { experiment: made, problems } = parseExperiment(text);
  if (!made) throw new Error(problems.map(({ message }) => message).join(' | '));
  return made;
}

/** Rounds of several bodies, each once a round, in turn. @returns per name the median of milliseconds */
async function interleave(bodies, rounds, calls) {
  const times = new Map(Object.keys(bodies).map((name) => [name, []]));
  for (const body of Object.values(bodies)) await time(body, 3 * calls);
  for (let round = 0; round < rounds; round++) {
    for (const [name, body] of Object.entries(bodies)) times.get(name).push(await time(body, calls));
  }
  return Object.fromEntries([...times].map(([name, values]) => [name, median(values)]));
}

/** @returns { W1, W8, peers, checks }: milliseconds by name, and [what, holds] of numbers that must agree */
export async function benchCore({ rounds, peers }) {
  const product = await ours();
  const checks = [];

  // What a warm worker does of a run, in this thread: compiled once, every row recorded.
  let builder;
  let summary;
  const server = new product.TrainingServer((message) => {
    if (message.type === 'rows') builder.append(message.record);
    else if (message.type === 'done') summary = message.summary;
    else throw new Error(message.message);
  });
  const cancel = new SharedArrayBuffer(4);
  const run = async (trial, tryRemedies) => {
    builder = new product.RecordBuilder();
    await server.handle({ type: 'run', id: 1, trial, interval: Infinity, cancel, tryRemedies });
    return { summary, record: builder.build() };
  };
  // Compared at step 4,000: later Adam spikes, and the last value depends on rounding.
  const early = await run(parsed(product, experiment({ steps: 4000 })).trials[0], false);
  const exact = handWritten(W1, W1.learningRate, 4000);
  checks.push(['W1: the same point as by hand after 4,000 steps', Math.abs(early.summary.parameters[0] - exact.x) < 1e-9 && Math.abs(early.summary.parameters[1] - exact.y) < 1e-9]);
  checks.push(['W1: every step is in the record', early.record.rows === 4001 && early.record.kept === 'all']);

  const [trial] = parsed(product, experiment()).trials;
  const w1 = await interleave({
    'by hand': () => handWritten(W1, W1.learningRate, W1.steps),
    ours: () => run(trial, false),
    'ours, remedies tried': () => run(trial, true),
  }, rounds, 20);

  const { trials } = parsed(product, experiment({ rates: W8.rates }));
  checks.push(['W8: one trial a rate', trials.length === W8.rates.length]);
  const pool = product.createNodePool(path.join(root, 'dist', 'worker.js'), 2);
  const hands = [0, 1].map(() => new Worker(path.join(here, 'handWorker.mjs')));
  const byHand = async () => (await Promise.all(hands.map((worker, k) => new Promise((resolve) => {
    worker.once('message', resolve);
    worker.postMessage({ rates: W8.rates.filter((_, i) => i % 2 === k), steps: W8.steps });
  })))).flat();
  const pooled = () => Promise.all(trials.map((one) => pool.run(one, () => {}, { interval: Infinity, tryRemedies: false })));
  const slow = await pooled();
  // The slowest rates are far from the spikes: their last values can be compared.
  checks.push(['W8: the same losses as by hand at the slow rates', slow.slice(0, 8).every(({ loss }, k) => {
    const { value } = handWritten(W1, W8.rates[k], W8.steps);
    return Math.abs(loss - value) <= 1e-9 * Math.max(1, value);
  })]);
  const w8 = await interleave({ 'by hand, two workers': byHand, 'ours, two workers': pooled }, rounds, 2);
  pool.dispose();
  await Promise.all(hands.map((worker) => worker.terminate()));

  return { W1: w1, W8: w8, peers: peers ? runPeers() : {}, checks };
}

function runPeers() {
  const found = {};
  const ask = (name, command, args) => {
    const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', timeout: 300_000 });
    if (status === 0) found[name] = JSON.parse(stdout.trim().split('\n').at(-1));
  };
  if (process.env.PEERS_DIR && existsSync(path.join(process.env.PEERS_DIR, 'node_modules'))) {
    for (const name of ['mathjs', 'tfjs', 'jaxjs']) ask(`W1 ${name}`, process.execPath, [path.join(here, 'peers.mjs'), name]);
  }
  const python = process.env.PEERS_PYTHON ?? 'python3';
  if (spawnSync(python, ['--version']).status === 0) {
    ask('W1 Python', python, [path.join(here, 'peers.py'), 'python']);
    if (spawnSync(python, ['-c', 'import torch']).status === 0) {
      ask('W1 torch', python, [path.join(here, 'peers.py'), 'torch']);
      ask('W8 torch, batched', python, [path.join(here, 'peers.py'), 'torchBatched']);
    }
  }
  return found;
}
