import { build } from 'esbuild';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// @ts-expect-error a plain module of the build, without types
import { grammars, kernelBinaries } from '../../esbuild.config.mjs';
import type { ObjectiveTrial } from '../../src/core/training/trial';
import { TAKEN, allocateControl, cellsOf } from '../../src/worker/control';
import { createNodePool, spawnNodeWorker } from '../../src/worker/nodePort';
import type { WorkerPool } from '../../src/worker/pool';
import { SharedRowMemory } from '../../src/worker/rowMemory';

function trial(id: string, rate: number, steps: number): ObjectiveTrial {
  return {
    kind: 'objective', id, label: id, optimizerIndex: 0, variant: null, variantIndex: null, startIndex: 0, start: [1], seed: 0, sweep: null,
    objective: { function: { kind: 'expression', expression: 'x^2', constants: {} }, goal: 'minimize', view: null, minima: [], gradientNoise: 0 },
    optimizer: { type: 'sgd', dialect: 'torch', learningRate: rate, momentum: 0, dampening: 0, nesterov: false, weightDecay: 0 }, clipNorm: null, clipValue: null,
    stop: { steps, gradientNorm: null, loss: null, change: null, seconds: null }, diagnostics: { tier: 'basic', every: 1 },
  };
}

const record = (values: Float64Array) => ({ rows: 1, columns: { step: values.subarray(0, 1), loss: values.subarray(1, 2) }, kept: 'all' as const, snapshots: null });

describe('memory that rows are read from where they lie', () => {
  it('is used again when the host has taken the message, and no sooner', () => {
    const memory = new SharedRowMemory();
    const cells = cellsOf(allocateControl(1), 0);
    const first = memory.allocate(100_000);
    memory.sent(record(first), cells, 1);
    const second = memory.allocate(100_000);
    expect(second.buffer).not.toBe(first.buffer);
    Atomics.add(cells, TAKEN, 1);
    const third = memory.allocate(100_000);
    expect(third.buffer).toBe(first.buffer);
    memory.release(third);
    expect(memory.allocate(100_000).buffer).toBe(first.buffer);
  });

  it('is not used again while another run\'s host still reads it', () => {
    const memory = new SharedRowMemory();
    const [before, now] = [cellsOf(allocateControl(1), 0), cellsOf(allocateControl(1), 0)];
    const first = memory.allocate(100_000);
    memory.sent(record(first), before, 1);
    memory.begin();
    Atomics.add(now, TAKEN, 5);
    expect(memory.allocate(100_000).buffer).not.toBe(first.buffer);
  });

  it('stays bounded: where the host takes nothing, rows get memory of their own', () => {
    const memory = new SharedRowMemory();
    const cells = cellsOf(allocateControl(1), 0);
    const shared = new Set<unknown>();
    for (let number = 1; number <= 50; number++) {
      const values = memory.allocate(100_000);
      if (!((values.buffer as unknown) instanceof ArrayBuffer)) shared.add(values.buffer);
      memory.sent(record(values), cells, number);
    }
    expect(shared.size).toBeGreaterThan(4);
    expect(shared.size).toBeLessThan(16);
    expect(memory.allocate(100).buffer).toBeInstanceOf(ArrayBuffer);
  });
});

describe('a pool of threads', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gdexp-worker-'));
  const outfile = path.join(folder, 'worker.cjs');
  let pool: WorkerPool;
  beforeAll(async () => {
    await build({ entryPoints: ['src/worker/node.ts'], outfile, bundle: true, platform: 'node', target: 'node20', format: 'cjs', mainFields: ['module', 'main'], plugins: [grammars, kernelBinaries], logLevel: 'error' });
    pool = createNodePool(outfile, 2);
  }, 30_000);
  afterAll(() => {
    pool.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('brings every row of long runs whole and in order while others go beside them', async () => {
    const steps = 300_000;
    const runs = Array.from({ length: 6 }, (_, k) => {
      const rate = 1e-6 * (k + 1);
      let rows = 0;
      let wrong = 0;
      // The update as SGD makes it, from the gradient 2x.
      let x = 1;
      return pool.run(trial(`t${k}`, rate, steps), ({ rows: count, columns: { step, loss, theta0 } }) => {
        for (let row = 0; row < count; row++) {
          if (step[row] !== rows || theta0[row] !== x || loss[row] !== x * x) wrong++;
          rows++;
          x -= rate * (2 * x);
        }
      }, { tryRemedies: false }).then((summary) => ({ status: summary.status, rows, wrong }));
    });
    for (const run of await Promise.all(runs)) expect(run).toEqual({ status: 'completed', rows: steps + 1, wrong: 0 });
  }, 30_000);

  it('ends many short runs, each once, with the outcome of its own trial', async () => {
    const summaries = await Promise.all(Array.from({ length: 200 }, (_, k) => pool.run(trial(`t${k}`, 0.25, k + 1))));
    // x ← x − ¼·2x halves x.
    summaries.forEach(({ trialId, loss }, k) => expect([trialId, loss]).toEqual([`t${k}`, 4 ** -(k + 1)]));
  });

  it.runIf(process.platform === 'linux')('gives way to its host in the background, and leaves the host\'s own priority alone', async () => {
    /** The nice value of each thread of this process: the 17th field after the name in brackets. */
    const nice = (): number[] => readdirSync('/proc/self/task').map((thread) => Number(readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(') ')[1].split(' ')[16]));
    const before = getPriority();
    const lower = () => nice().filter((value) => value > before).length;
    expect(lower()).toBe(0);
    const worker = spawnNodeWorker(outfile, true);
    await new Promise<void>((resolve) => worker.onMessage((message) => { if (message.type === 'ready') resolve(); }));
    expect(lower()).toBe(1);
    expect(getPriority()).toBe(before);
    worker.terminate();
  });
});
