import type { WorkerRequest, WorkerResponse } from '../protocol/training';
import type { WorkerPort } from './pool';

/**
 * A training worker as a web worker.
 * @param url of its script, once it is known; messages wait until then.
 */
export function spawnWebWorker(url: Promise<string>): WorkerPort {
  const messages: ((message: WorkerResponse) => void)[] = [];
  const crashes: ((reason: string) => void)[] = [];
  let waiting: WorkerRequest[] = [];
  let worker: Worker | null = null;
  let ended = false;
  const crash = (reason: string): void => {
    if (ended) return;
    ended = true;
    worker?.terminate();
    for (const listener of crashes) listener(reason);
  };
  url.then((script) => {
    if (ended) return;
    worker = new Worker(script, { name: 'GDExp training' });
    worker.onmessage = (event: MessageEvent<WorkerResponse>) => {
      for (const listener of messages) listener(event.data);
    };
    worker.onerror = (event) => crash(event.message || 'error');
    worker.onmessageerror = () => crash('unreadable message');
    for (const message of waiting) worker.postMessage(message);
    waiting = [];
  }).catch((error: unknown) => crash(error instanceof Error ? error.message : String(error)));
  return {
    post: (message) => {
      if (worker) worker.postMessage(message);
      else waiting.push(message);
    },
    onMessage: (listener) => void messages.push(listener),
    onCrash: (listener) => void crashes.push(listener),
    terminate: () => {
      ended = true;
      worker?.terminate();
    },
  };
}
