import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerRequest, WorkerResponse } from '../protocol/training';
import { openNodeFile } from './nodeFile';
import type { NodeWorkerData } from './nodePort';
import { TrainingServer } from './serve';

if (!parentPort) throw new Error('a training worker is a worker thread');
const port = parentPort;
// Linux alone has a priority of each thread; elsewhere this would be the whole process.
if (process.platform === 'linux' && (workerData as NodeWorkerData | null)?.background) {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not permitted here: it runs as it is.
  }
}
const send = (message: WorkerResponse, transfer: ArrayBuffer[]): void => port.postMessage(message, transfer);
const server = new TrainingServer(send, undefined, openNodeFile);
port.on('message', (request: WorkerRequest) => void server.handle(request));
send({ type: 'ready' }, []);
