/** everyRun.ts in a page, in the web workers of a VS Code without Node: from a blob, without shared memory, with files given as bytes. */
import type { KernelSet } from '../../src/core/kernels/kernels';
import type { ModelTrial } from '../../src/core/training/trial';
import { WorkerPool } from '../../src/worker/pool';
import { spawnWebWorker } from '../../src/worker/webPort';
import { availableKernelSets, type Ending, loadData, runExperiment, trialsOf } from './everyRun';

let spawned = 0;
const script = fetch('/worker.js').then(async (answer) => URL.createObjectURL(new Blob([await answer.text()], { type: 'text/javascript' })));
const pool = new WorkerPool(() => {
  spawned++;
  return spawnWebWorker(script);
}, { size: 2 });

const files = new Map<string, Uint8Array>();
/** A copy: what is sent to a worker may be handed over. */
const file = (name: string): { name: string; location: null; bytes: Uint8Array } => ({ name, location: null, bytes: files.get(name)!.slice() });

async function fetchFiles(names: readonly string[]): Promise<void> {
  for (const name of names) files.set(name, new Uint8Array(await (await fetch(`/examples/${name}`)).arrayBuffer()));
}

const page = {
  kernelSets: availableKernelSets,
  surroundings: () => ({ crossOriginIsolated: globalThis.crossOriginIsolated, sharedMemory: typeof SharedArrayBuffer !== 'undefined' }),

  async run(text: string, data: readonly string[], kernels: KernelSet): Promise<Ending[]> {
    await fetchFiles(data);
    return runExperiment(pool, text, file, kernels);
  },

  /** Begins the first training of an experiment made a million times as long, and cancels it when its first rows are there. */
  async cancel(text: string, data: readonly string[]): Promise<{ status: string; steps: number; milliseconds: number; workersBefore: number; workersAfter: number; again: string }> {
    await fetchFiles(data);
    const [first] = trialsOf(text) as readonly ModelTrial[];
    const trial = { ...first, training: { ...first.training, epochs: 1e6 * first.training.epochs } };
    const known = await loadData(pool, trial, file);
    const controller = new AbortController();
    let begun: () => void;
    const rows = new Promise<void>((resolve) => { begun = resolve; });
    const workersBefore = spawned;
    const run = pool.run(trial, () => begun(), { signal: controller.signal, data: known });
    await rows;
    const cancelledAt = performance.now();
    controller.abort();
    const { status, steps } = await run;
    const milliseconds = performance.now() - cancelledAt;
    const again = await pool.run({ ...first, training: { ...first.training, epochs: 1 } }, undefined, { data: known, tryRemedies: false });
    return { status, steps, milliseconds, workersBefore, workersAfter: spawned, again: again.status };
  },

  /** A run whose rows are made much faster than this page takes them, cancelled after some: pieces that still came after that, and rows and steps in all. */
  async cancelBehind(text: string, pieces: number): Promise<{ status: string; after: number; rows: number; steps: number }> {
    const [first] = trialsOf(text);
    const controller = new AbortController();
    let taken = 0;
    let rows = 0;
    const { status, steps } = await pool.run({ ...first, stop: { ...first.stop, steps: null, gradientNorm: null } }, (record) => {
      taken++;
      rows += record.rows;
      for (const end = performance.now() + 20; performance.now() < end;);
      if (taken === pieces) controller.abort();
    }, { signal: controller.signal, interval: 1 });
    return { status, after: taken - pieces, rows, steps };
  },
};

declare global {
  // eslint-disable-next-line no-var
  var everyRun: typeof page;
}
globalThis.everyRun = page;
