import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { WorkerRequest, WorkerResponse } from '../protocol/training';
import { WorkerPool, type WorkerPort } from './pool';

/** What a worker thread is told when it starts. */
export interface NodeWorkerData {
  readonly background: boolean;
}

/**
 * A training worker as a thread of this process.
 * @param file absolute path of the bundled worker.
 * @param background true: gives way to this process' other threads where cores are few.
 */
export function spawnNodeWorker(file: string, background = false): WorkerPort {
  const worker = new Worker(file, { stdout: false, stderr: false, workerData: { background } satisfies NodeWorkerData });
  // A waiting worker alone must not keep the process of the command line alive; one with a run does (`hold`).
  worker.unref();
  let ended = false;
  let cause: string | null = null;
  return {
    post: (message: WorkerRequest) => worker.postMessage(message),
    hold: (busy) => void (busy ? worker.ref() : worker.unref()),
    onMessage: (listener: (message: WorkerResponse) => void) => void worker.on('message', listener),
    onCrash: (listener) => {
      worker.on('error', (error: Error & { code?: string }) => {
        cause = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'out of memory' : error.message;
      });
      worker.on('messageerror', (error) => {
        cause = error.message;
      });
      worker.on('exit', (code) => {
        if (ended) return;
        ended = true;
        listener(cause ?? `exit code ${code}`);
      });
    },
    terminate: () => {
      ended = true;
      void worker.terminate();
    },
  };
}

/**
 * A pool of worker threads.
 * @param file absolute path of the bundled worker (dist/worker.js).
 * @param size runs at the same time; the number of cores by default.
 */
export function createNodePool(file: string, size = availableParallelism()): WorkerPool {
  return new WorkerPool(() => spawnNodeWorker(file), { size });
}
