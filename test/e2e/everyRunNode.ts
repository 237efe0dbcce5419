/** everyRun.ts in Node, in the worker threads of the desktop. */
import path from 'node:path';
import type { KernelSet } from '../../src/core/kernels/kernels';
import { createNodePool } from '../../src/worker/nodePort';
import { type Ending, runExperiment } from './everyRun';

export { availableKernelSets, trialsOf } from './everyRun';

/** @param worker dist/worker.js @param folder of the data that the experiments name */
export function startRuns(worker: string, folder: string, size: number): { run(text: string, kernels: KernelSet): Promise<Ending[]>; dispose(): void } {
  const pool = createNodePool(worker, size);
  return {
    run: (text, kernels) => runExperiment(pool, text, (name) => ({ name, location: path.join(folder, name), bytes: null }), kernels),
    dispose: () => pool.dispose(),
  };
}
