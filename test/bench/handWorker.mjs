/** A worker thread that runs its share of W8 by hand. */
import { parentPort } from 'node:worker_threads';
import { W1, handWritten } from './work.mjs';

parentPort.on('message', ({ rates, steps }) => parentPort.postMessage(rates.map((rate) => handWritten(W1, rate, steps).value)));
