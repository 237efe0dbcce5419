/**
 * W1 and W8, ours beside the peers: rounds interleaved in one process (workers kept warm), medians, and the ratio to hand-written
 * JavaScript in the same run. Times on a shared machine mean nothing; ratios do.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { parsed, product } from './product.mjs';
import { W1, W8, experiment, handRecorded, handWritten, median } from './work.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));

/**
 * Several bodies in turn, `calls` of each a round, every call timed alone: the median is then that of calls which nothing interrupted,
 * as long as those are most.
 * @returns per name the median of milliseconds
 */
async function interleave(bodies, rounds, calls) {
  const times = new Map(Object.keys(bodies).map((name) => [name, []]));
  for (const body of Object.values(bodies)) for (let k = 0; k < 3 * calls; k++) await body();
  for (let round = 0; round < rounds; round++) {
    for (const [name, body] of Object.entries(bodies)) {
      for (let k = 0; k < calls; k++) {
        const begun = performance.now();
        await body();
        times.get(name).push(performance.now() - begun);
      }
    }
  }
  return Object.fromEntries([...times].map(([name, values]) => [name, median(values)]));
}

/** @returns { W1, W8, peers, checks }: milliseconds by name, and [what, holds] of numbers that must agree */
export async function benchCore({ rounds, peers, only }) {
  const made = await product();
  const checks = [];
  const w1 = only === 'W8' ? {} : await benchW1(made, rounds, checks);
  const w8 = only === 'W1' ? {} : await benchW8(made, rounds, checks);
  return { W1: w1, W8: w8, peers: peers ? runPeers(only) : {}, checks };
}

async function benchW1(made, rounds, checks) {
  const { DEPENDENCIES, RecordBuilder, TrialRun, runTrial } = made;
  // As in a worker: an objective is compiled once for all its runs.
  const compiled = new Map();
  const compileObjective = (spec) => {
    const key = JSON.stringify(spec);
    if (!compiled.has(key)) compiled.set(key, DEPENDENCIES.compileObjective(spec));
    return compiled.get(key);
  };
  const dependencies = { ...DEPENDENCIES, compileObjective };
  const hooks = { interval: Infinity, cancelled: () => false, now: () => performance.now() };
  const bare = (trial, rows) => {
    const run = new TrialRun(trial, { ...hooks, rows }, dependencies, false);
    while (!run.advance(Infinity));
    return run.finish();
  };
  const counted = (trial, tryRemedies) => {
    let rows = 0;
    const count = (record) => { rows += record.rows; };
    if (tryRemedies === null) bare(trial, count);
    else runTrial(trial, { ...hooks, rows: count, tryRemedies }, dependencies);
    if (rows !== trial.stop.steps + 1) throw new Error(`${rows} rows of ${trial.stop.steps} steps`);
  };

  // Other functions and optimizers go first, as in any lab: a loop that is fast only while it is alone would not be in use.
  for (const [expression, start] of [['x^2 + 3y^2', [1, 1]], ['x^4 - x^2', [1]], ['sin(x) + cos(y) + x^2', [1, 2]]]) {
    const optimizers = ['sgd', 'rmsprop', 'adam', 'nadam', 'adagrad'].map((type) => ({ type, label: type, learningRate: 1e-3 }));
    const { trials } = parsed(made, JSON.stringify({ gdexp: 1, objective: { expression, start }, optimizers, stop: { steps: 5000, gradientNorm: null } }));
    for (let k = 0; k < 10; k++) for (const trial of trials) bare({ ...trial, diagnostics: { tier: 'basic', every: 1 } }, () => {});
  }

  // Compared at step 4,000: later Adam spikes, and the last value depends on rounding.
  const builder = new RecordBuilder();
  const early = bare(parsed(made, experiment({ steps: 4000 })).trials[0], (record) => builder.append(record));
  const exact = handWritten(W1, W1.learningRate, 4000);
  checks.push(['W1: the same point as by hand after 4,000 steps', Math.abs(early.parameters[0] - exact.x) < 1e-9 && Math.abs(early.parameters[1] - exact.y) < 1e-9]);
  checks.push(['W1: the loss after 4,000 steps is 4.9e-6, ours, by hand and recorded by hand', [early.loss, exact.value, handRecorded(W1, W1.learningRate, 4000)[2 * 4001 - 1]].every((loss) => loss.toPrecision(2) === '0.0000049')]);
  checks.push(['W1: every step is in the record', builder.rows === 4001 && builder.build().kept === 'all']);

  const [trial] = parsed(made, experiment()).trials;
  return interleave({
    'by hand': () => handWritten(W1, W1.learningRate, W1.steps),
    'by hand, recorded': () => handRecorded(W1, W1.learningRate, W1.steps),
    ours: () => counted(trial, null),
    'ours, with verdict': () => counted(trial, false),
    'ours, remedies tried too': () => counted(trial, true),
  }, rounds, 20);
}

async function benchW8(made, rounds, checks) {
  const { trials } = parsed(made, experiment({ rates: W8.rates }));
  checks.push(['W8: one trial a rate', trials.length === W8.rates.length]);
  const pool = made.createNodePool(made.workerFile, 2);
  const hands = [0, 1].map(() => new Worker(path.join(here, 'handWorker.mjs')));
  const byHand = (recorded) => Promise.all(hands.map((worker, k) => new Promise((resolve) => {
    const listen = (message) => {
      if (recorded && message !== null) return;
      worker.off('message', listen);
      resolve();
    };
    worker.on('message', listen);
    worker.postMessage({ rates: W8.rates.filter((_, i) => i % 2 === k), steps: W8.steps, recorded });
  })));
  // As a sweep does it: verdicts, but no remedy is tried out.
  const pooled = (onRows) => Promise.all(trials.map((trial) => pool.run(trial, onRows, { interval: Infinity, tryRemedies: false })));
  let rows = 0;
  const slow = await pooled((record) => { rows += record.rows; });
  checks.push(['W8: every row of every run has come', rows === W8.rates.length * (W8.steps + 1)]);
  // The slowest rates are far from the spikes: their last values can be compared.
  checks.push(['W8: the same losses as by hand at the slow rates', slow.slice(0, 8).every(({ loss }, k) => {
    const { value } = handWritten(W1, W8.rates[k], W8.steps);
    return Math.abs(loss - value) <= 1e-9 * Math.max(1, value);
  })]);
  // Rows by rows and outcomes by outcomes: the forty megabytes of a round of rows would be collected while an outcome is timed.
  const outcomes = await interleave({ 'by hand, two workers': () => byHand(false), 'ours, two workers': () => pooled(undefined) }, rounds, 4);
  const recorded = await interleave({ 'by hand, rows sent': () => byHand(true), 'ours, rows sent': () => pooled(() => {}) }, rounds, 2);
  const times = { ...outcomes, ...recorded };
  pool.dispose();
  await Promise.all(hands.map((worker) => worker.terminate()));
  return times;
}

function runPeers(only) {
  const found = {};
  const ask = (name, command, args) => {
    const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', timeout: 300_000 });
    if (status === 0) found[name] = JSON.parse(stdout.trim().split('\n').at(-1));
  };
  if (only !== 'W8' && process.env.PEERS_DIR && existsSync(path.join(process.env.PEERS_DIR, 'node_modules'))) {
    for (const name of ['mathjs', 'tfjs', 'jaxjs']) ask(`W1 ${name}`, process.execPath, [path.join(here, 'peers.mjs'), name]);
  }
  const python = process.env.PEERS_PYTHON ?? 'python3';
  if (spawnSync(python, ['--version']).status === 0) {
    if (only !== 'W8') ask('W1 Python', python, [path.join(here, 'peers.py'), 'python']);
    if (spawnSync(python, ['-c', 'import torch']).status === 0) {
      if (only !== 'W8') ask('W1 torch', python, [path.join(here, 'peers.py'), 'torch']);
      if (only !== 'W1') ask('W8 torch, batched', python, [path.join(here, 'peers.py'), 'torchBatched']);
    }
  }
  return found;
}
