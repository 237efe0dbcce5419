import { parentPort } from 'node:worker_threads';
import type { WorkerRequest, WorkerResponse } from '../protocol/training';
import { openNodeFile } from './nodeFile';
import { TrainingServer } from './serve';

if (!parentPort) throw new Error('a training worker is a worker thread');
const port = parentPort;
const send = (message: WorkerResponse, transfer: ArrayBuffer[]): void => port.postMessage(message, transfer);
const server = new TrainingServer(send, undefined, openNodeFile);
port.on('message', (request: WorkerRequest) => void server.handle(request));
send({ type: 'ready' }, []);
