import { describe, expect, it } from 'vitest';
import type { ObjectiveSpec } from '../../src/core/objectives/spec';
import type { ObjectiveTrial } from '../../src/core/training/trial';
import type { WorkerRequest, WorkerResponse } from '../../src/protocol/training';
import { TrainingServer } from '../../src/worker/serve';

const objective = (expression: string): ObjectiveSpec => ({ function: { kind: 'expression', expression, constants: {} }, goal: 'minimize', view: null, minima: [], gradientNoise: 0 });

function trial(expression: string, start: readonly number[], rate: number, steps: number | null): ObjectiveTrial {
  return {
    kind: 'objective', id: 't', label: 't', optimizerIndex: 0, variant: null, variantIndex: null, startIndex: 0, start, seed: 0, sweep: null, objective: objective(expression),
    optimizer: { type: 'sgd', dialect: 'torch', learningRate: rate, momentum: 0, dampening: 0, nesterov: false, weightDecay: 0 }, clipNorm: null, clipValue: null,
    stop: { steps, gradientNorm: null, loss: null, change: null, seconds: null }, diagnostics: { tier: 'basic', every: 1 },
  };
}

function serve(): { server: TrainingServer; messages: WorkerResponse[]; transferred: ArrayBuffer[][] } {
  const messages: WorkerResponse[] = [];
  const transferred: ArrayBuffer[][] = [];
  const server = new TrainingServer((message, transfer) => { messages.push(message); transferred.push(transfer); });
  return { server, messages, transferred };
}

async function ask(request: WorkerRequest): Promise<WorkerResponse> {
  const { server, messages } = serve();
  await server.handle(request);
  expect(messages).toHaveLength(1);
  return messages[0];
}

describe('a training worker', () => {
  it('runs a trial and hands over every row once', async () => {
    const { server, messages, transferred } = serve();
    await server.handle({ type: 'run', id: 7, trial: trial('x^2', [1], 0.25, 20), interval: Infinity, cancel: null });
    const rows = messages.filter((message) => message.type === 'rows');
    const steps = rows.flatMap((message) => Array.from(message.record.columns.step.subarray(0, message.record.rows)));
    expect(steps).toEqual(Array.from({ length: 21 }, (_, i) => i));
    // x ← x − ¼·2x halves x: the loss at step k is 4^−k.
    const losses = rows.flatMap((message) => Array.from(message.record.columns.loss.subarray(0, message.record.rows)));
    losses.forEach((loss, k) => expect(loss).toBe(4 ** -k));
    expect(messages.at(-1)).toMatchObject({ type: 'done', id: 7, summary: { status: 'completed', steps: 20 } });
    expect(transferred[0].length).toBeGreaterThan(0);
  });

  it('gives the same record with and without shared memory', async () => {
    const record = async (cancel: SharedArrayBuffer | null): Promise<number[]> => {
      const { server, messages } = serve();
      await server.handle({ type: 'run', id: 1, trial: trial('(1-x)^2 + 100*(y-x^2)^2', [-1.2, 1], 0.001, 500), interval: Infinity, cancel });
      return messages.flatMap((message) => (message.type === 'rows' ? Array.from(message.record.columns.loss.subarray(0, message.record.rows)) : []));
    };
    const alone = await record(null);
    expect(alone).toHaveLength(501);
    expect(await record(new SharedArrayBuffer(4))).toEqual(alone);
  });

  it('stops at the flag', async () => {
    const cancel = new SharedArrayBuffer(4);
    const { server, messages } = serve();
    new Int32Array(cancel)[0] = 1;
    await server.handle({ type: 'run', id: 1, trial: trial('x^2', [1], 1e-9, null), interval: 5, cancel });
    expect(messages.at(-1)).toMatchObject({ type: 'done', summary: { status: 'cancelled' } });
  });

  it('hears a cancel while it runs where no memory is shared', async () => {
    const { server, messages } = serve();
    const run = server.handle({ type: 'run', id: 3, trial: trial('x^2', [1], 1e-9, null), interval: 5, cancel: null });
    await new Promise((resolve) => setTimeout(resolve, 30));
    await server.handle({ type: 'cancel', id: 3 });
    await run;
    expect(messages.at(-1)).toMatchObject({ type: 'done', summary: { status: 'cancelled' } });
    expect(messages.filter((message) => message.type === 'rows').length).toBeGreaterThan(0);
  });

  it('evaluates a plane and probes a point', async () => {
    const grid = await ask({ type: 'grid', id: 1, request: { objective: objective('x + 10*y'), origin: [0, 0], first: [1, 0], second: [0, 1], a: [0, 2], b: [0, 1], width: 3, height: 2 } });
    expect(grid).toMatchObject({ type: 'grid' });
    expect(grid.type === 'grid' && Array.from(grid.result.values)).toEqual([0, 1, 2, 10, 11, 12]);
    const probe = await ask({ type: 'probe', id: 2, objective: objective('(1-x)^2 + 100*(y-x^2)^2'), point: [-1.2, 1] });
    if (probe.type !== 'probe') throw new Error(probe.type);
    expect(probe.result.loss).toBeCloseTo(24.2, 10);
    expect(probe.result.gradient[0]).toBeCloseTo(-215.6, 10);
    expect(probe.result.gradient[1]).toBeCloseTo(-88, 10);
    const hessian = Array.from(probe.result.hessian ?? []);
    [1330, 480, 480, 200].forEach((entry, i) => expect(hessian[i]).toBeCloseTo(entry, 9));
  });

  it('finds the saddle and checks the gradient', async () => {
    const points = await ask({ type: 'criticalPoints', id: 1, objective: objective('x^2 - y^2'), box: [[-1, 1], [-1, 1]] });
    if (points.type !== 'criticalPoints') throw new Error(points.type);
    expect(points.result.map(({ kind }) => kind)).toEqual(['saddle']);
    const check = await ask({ type: 'gradientCheck', id: 2, objective: objective('sin(x)*exp(y)'), point: [0.3, -0.7] });
    if (check.type !== 'gradientCheck') throw new Error(check.type);
    expect(check.result.worst).toBeLessThan(1e-8);
  });

  it('answers what it cannot do with words, not by dying', async () => {
    expect(await ask({ type: 'probe', id: 9, objective: objective('x +'), point: [1] })).toMatchObject({ type: 'error', id: 9 });
    expect(await ask({ type: 'run', id: 9, trial: trial('x +', [1], 0.1, 5), interval: 33, cancel: null })).toMatchObject({ type: 'done', summary: { status: 'failed' } });
  });
});
