/**
 * Whether a long training of many tiny epochs stays within its memory: node test/bench/longTraining.mjs [seconds] [tier]. Prints what the
 * process has every few seconds, then fails where the second half of the time took more than a small part on top.
 */
import { product, parsed } from './product.mjs';

const seconds = Number(process.argv[2] ?? 180);
const tier = process.argv[3] ?? 'standard';
const { parseExperiment, runTrial, RecordBuilder, DEPENDENCIES, loadDatasets } = await product();
const experiment = parsed({ parseExperiment }, JSON.stringify({
  gdexp: 1, data: { generate: 'moons', samples: 8, validation: 0.5 }, model: { layers: [{ type: 'dense', units: 2, activation: 'tanh' }, { type: 'dense', units: 1, activation: 'sigmoid' }] },
  loss: 'binaryCrossentropy', training: { epochs: 1_000_000_000 }, optimizers: [{ type: 'adam', learningRate: 1e-5 }], stop: { seconds }, diagnostics: { tier },
}));
const [trial] = experiment.trials;
const datasets = await loadDatasets(trial.data, trial.seed, null, { classification: true, shared: false });
const builder = new RecordBuilder();
const samples = [];
let toldAt = 0;
const summary = runTrial(trial, {
  interval: 33, cancelled: () => false, now: () => performance.now(), tryRemedies: false,
  rows: (record) => {
    builder.append(record);
    if (performance.now() - toldAt < 5000) return;
    toldAt = performance.now();
    globalThis.gc?.();
    const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
    const { epochs, layers } = builder.build();
    samples.push(heapUsed + external + arrayBuffers);
    console.log(`${Math.round(toldAt / 1000)} s: rss ${Math.round(rss / 1e6)} MB, heap ${Math.round(heapUsed / 1e6)} MB, arrays ${Math.round((external + arrayBuffers) / 1e6)} MB, rows ${builder.rows}, epochs ${epochs?.rows}, layers ${layers?.rows}`);
  },
}, { ...DEPENDENCIES, datasets: () => datasets });
console.log(`${summary.status}: ${summary.steps} steps, ${summary.model.epochs} epochs`);
const half = samples.slice(samples.length >> 1);
const grown = Math.max(...half) - half[0];
if (grown > 60e6) {
  console.error(`grew by ${Math.round(grown / 1e6)} MB in the second half`);
  process.exitCode = 1;
}
