/** JavaScript by hand.   node hand.mjs W1 | W1-recorded | W8 | W8-recorded */
import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { W1, W8, measure, steps as length } from '../work.mjs';
import { train, trainRecorded } from './rosenbrock.mjs';

if (!isMainThread) {
  parentPort.on('message', ({ rates, steps, recorded }) => {
    if (!recorded) return parentPort.postMessage(rates.map((rate) => train(W1, rate, steps)));
    const records = rates.map((rate) => trainRecorded(W1, rate, steps));
    return parentPort.postMessage(records, records.map(({ buffer }) => buffer));
  });
} else {
  const [, , workload] = process.argv;
  const last = (record, steps) => record[steps + 1 + steps];
  if (workload === 'W1') await measure('hand-written', 'W1', (steps) => train(W1, W1.learningRate, steps));
  else if (workload === 'W1-recorded') await measure('hand-written, recording', 'W1', (steps) => last(trainRecorded(W1, W1.learningRate, steps), steps));
  else {
    const recorded = workload === 'W8-recorded';
    const workers = [0, 1].map(() => new Worker(new URL(import.meta.url)));
    const ask = (worker, message) => new Promise((resolve) => { worker.once('message', resolve); worker.postMessage(message); });
    // Every second rate each, so that both have the same to do.
    const sweep = (rates, steps) => Promise.all(workers.map((worker, k) => ask(worker, { rates: rates.filter((_, i) => i % 2 === k), steps, recorded })));
    await measure(recorded ? 'hand-written, recording' : 'hand-written', 'W8', () => sweep(W8.rates, Math.min(W8.steps, length)), {
      check: async (steps) => {
        const [[of]] = await sweep([W1.learningRate], steps);
        return recorded ? last(of, steps) : of;
      },
    });
    process.exit();
  }
}
