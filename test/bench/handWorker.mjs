/** A worker thread that runs its share of W8 by hand; with `recorded` it sends the rows too. */
import { parentPort } from 'node:worker_threads';
import { W1, handRecorded, handWritten } from './work.mjs';

parentPort.on('message', ({ rates, steps, recorded }) => {
  if (!recorded) return parentPort.postMessage(rates.map((rate) => handWritten(W1, rate, steps).value));
  for (const rate of rates) {
    const record = handRecorded(W1, rate, steps);
    parentPort.postMessage(record, [record.buffer]);
  }
  return parentPort.postMessage(null);
});
