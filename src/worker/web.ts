import type { WorkerRequest, WorkerResponse } from '../protocol/training';
import { TrainingServer } from './serve';

const scope = self as unknown as DedicatedWorkerGlobalScope;
const send = (message: WorkerResponse, transfer: ArrayBuffer[]): void => scope.postMessage(message, transfer);
const server = new TrainingServer(send);
scope.onmessage = (event: MessageEvent<WorkerRequest>) => void server.handle(event.data);
send({ type: 'ready' }, []);
