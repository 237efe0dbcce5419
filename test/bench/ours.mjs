/** This project: what a file says, run as the product runs it.   BENCH_BUILD=<folder> node ours.mjs W1 | W1-verdict | W8 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { W1, W8, measure, steps as length } from './work.mjs';

const build = process.env.BENCH_BUILD;
const { DEPENDENCIES, TrialRun, createNodePool, parseExperiment, runTrial } = createRequire(import.meta.url)(path.join(build, 'core.js'));

/** The trials of a file with this work in it: an optimizer for each rate. */
function trials(steps, rates = [W1.learningRate]) {
  const { experiment, problems } = parseExperiment(JSON.stringify({
    gdexp: 1, objective: { expression: W1.expression, start: W1.start },
    optimizers: rates.map((learningRate, i) => ({ type: 'adam', label: `${i}`, learningRate })),
    stop: { steps, gradientNorm: null }, diagnostics: { tier: 'basic' },
  }));
  if (!experiment || experiment.trials.length !== rates.length) throw new Error(JSON.stringify(problems));
  return experiment.trials;
}

const [, , workload] = process.argv;
const hooks = { interval: Infinity, cancelled: () => false, now: () => performance.now() };
/** Every row must have come, or the time is worth nothing. */
const count = (rows, steps) => { if (rows !== steps + 1) throw new Error(`${rows} rows of ${steps} steps`); };
// As a worker does: an objective is compiled once for all its runs.
const compiled = new Map();
const dependencies = {
  ...DEPENDENCIES,
  compileObjective: (spec) => {
    const key = JSON.stringify(spec);
    if (!compiled.has(key)) compiled.set(key, DEPENDENCIES.compileObjective(spec));
    return compiled.get(key);
  },
};
const made = new Map();
const trialOf = (steps) => { if (!made.has(steps)) made.set(steps, trials(steps)[0]); return made.get(steps); };

if (workload === 'W1') {
  await measure('this project', 'W1', (steps) => {
    let rows = 0;
    const run = new TrialRun(trialOf(steps), { ...hooks, rows: (record) => { rows += record.rows; } }, dependencies, false);
    while (!run.advance(Infinity));
    const { loss } = run.finish();
    count(rows, steps);
    return loss;
  });
} else if (workload === 'W1-verdict') {
  await measure('this project, with verdict', 'W1', (steps) => {
    const summary = runTrial(trialOf(steps), { ...hooks, rows: () => undefined }, dependencies);
    if (summary.status !== 'completed') throw new Error(summary.reason.detail ?? summary.status);
    return summary.loss;
  });
} else {
  const pool = createNodePool(path.join(build, 'worker.js'), 2);
  // As a sweep's runs: with verdicts, but remedies are not tried out.
  const sweep = async (list) => {
    const rows = new Array(list.length).fill(0);
    const done = await Promise.all(list.map((trial, i) => pool.run(trial, (record) => { rows[i] += record.rows; }, { interval: Infinity, tryRemedies: false })));
    done.forEach(({ status, steps }, i) => {
      if (status === 'completed') count(rows[i], steps);
      else throw new Error(status);
    });
    return done;
  };
  const steps = Math.min(W8.steps, length);
  const list = trials(steps, W8.rates);
  await measure('this project', 'W8', () => sweep(list), { check: async (n) => (await sweep(trials(n)))[0].loss });
  pool.dispose();
}
