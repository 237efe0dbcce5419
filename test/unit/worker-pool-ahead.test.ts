import { describe, expect, it } from 'vitest';
import type { ObjectiveTrial, RunSummary } from '../../src/core/training/trial';
import type { WorkerRequest, WorkerResponse } from '../../src/protocol/training';
import { allocateControl, CANCEL, cellsOf, ENDED, STARTED, STATE, TAKEN_BACK, WAITING } from '../../src/worker/control';
import { WorkerPool, type WorkerPort } from '../../src/worker/pool';
import { TrainingServer } from '../../src/worker/serve';

function trial(id: string, steps = 10): ObjectiveTrial {
  return {
    kind: 'objective', id, label: id, optimizerIndex: 0, variant: null, variantIndex: null, startIndex: 0, start: [1], seed: 0, sweep: null,
    objective: { function: { kind: 'expression', expression: 'x^2', constants: {} }, goal: 'minimize', view: null, minima: [], gradientNoise: 0 },
    optimizer: { type: 'sgd', dialect: 'torch', learningRate: 0.25, momentum: 0, dampening: 0, nesterov: false, weightDecay: 0 }, clipNorm: null, clipValue: null,
    stop: { steps, gradientNorm: null, loss: null, change: null, seconds: null }, diagnostics: { tier: 'basic', every: 1 },
  };
}

interface Given {
  readonly id: number;
  readonly trialId: string;
  readonly cells: Int32Array;
  readonly many: boolean;
}

/** A worker that begins, ends and reports runs when the test says so, by the same cells as the real one. */
class StepwisePort implements WorkerPort {
  readonly given: Given[] = [];
  readonly questions: number[] = [];
  terminated = false;
  busy = false;
  private listener: (message: WorkerResponse) => void = () => undefined;
  private crashed: (reason: string) => void = () => undefined;
  post(request: WorkerRequest): void {
    if (request.type === 'run') this.given.push({ id: request.id, trialId: request.trial.id, cells: cellsOf(request.cancel!, 0), many: false });
    else if (request.type === 'runs') request.runs.forEach((run, place) => this.given.push({ id: run.id, trialId: run.trial.id, cells: cellsOf(request.control, place), many: true }));
    else if (request.type !== 'dataset') this.questions.push(request.id);
  }
  onMessage(listener: (message: WorkerResponse) => void): void { this.listener = listener; }
  onCrash(listener: (reason: string) => void): void { this.crashed = listener; }
  terminate(): void { this.terminated = true; }
  hold(busy: boolean): void { this.busy = busy; }
  crash(reason: string): void { this.crashed(reason); }

  get waiting(): string[] { return this.given.filter(({ cells }) => Atomics.load(cells, STATE) === WAITING).map(({ trialId }) => trialId); }
  get running(): string[] { return this.given.filter(({ cells }) => Atomics.load(cells, STATE) === STARTED).map(({ trialId }) => trialId); }

  /** Begins the next run that waits. */
  begin(): boolean {
    return this.given.some(({ cells }) => Atomics.compareExchange(cells, STATE, WAITING, STARTED) === WAITING);
  }

  /** Ends the run at hand; its outcome stays here. */
  end(): Given {
    const run = this.given.find(({ cells }) => Atomics.load(cells, STATE) === STARTED)!;
    Atomics.store(run.cells, STATE, ENDED);
    return run;
  }

  report(...runs: Given[]): void {
    const summary = (trialId: string): RunSummary => ({ trialId, status: 'completed', reason: { rule: 'steps' }, steps: 10, seconds: 0, evaluations: 10, loss: 0, gradientNorm: 0, parameters: [0], criticalPoint: null, verdict: { kind: 'completed', evidence: {}, remedies: [] } });
    if (runs[0].many) this.listener({ type: 'outcomes', outcomes: runs.map(({ id, trialId }) => ({ id, summary: summary(trialId) })) });
    else this.listener({ type: 'done', id: runs[0].id, summary: summary(runs[0].trialId) });
  }
  answer(id: number): void { this.listener({ type: 'probe', id, result: { loss: 1, gradient: Float64Array.of(2), eigenvalues: null, hessian: null } }); }
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const names = (count: number): string[] => Array.from({ length: count }, (_, k) => `t${k}`);

function setup(size: number, options: { grace?: number } = {}) {
  const ports: StepwisePort[] = [];
  const pool = new WorkerPool(() => { const port = new StepwisePort(); ports.push(port); return port; }, { size, sharedMemory: true, ...options });
  const start = (count: number) => names(count).map((id) => {
    const controller = new AbortController();
    return { id, controller, summary: pool.run(trial(id), undefined, { signal: controller.signal }) };
  });
  return { pool, ports, start };
}

/** Lets the workers do whatever they have until nothing is left. */
async function workThrough(ports: readonly StepwisePort[]): Promise<void> {
  for (let quiet = 0; quiet < 2;) {
    let worked = false;
    for (const port of ports) {
      if (port.terminated) continue;
      if (port.running.length === 0 && !port.begin()) continue;
      port.report(port.end());
      worked = true;
    }
    quiet = worked ? 0 : quiet + 1;
    await settle();
  }
}

describe('a worker that is given runs ahead', () => {
  it('begins the next without a question, and every run is done once', async () => {
    const { ports, start } = setup(2);
    const runs = start(40);
    await settle();
    expect(ports).toHaveLength(2);
    for (const port of ports) {
      expect(port.begin()).toBe(true);
      expect(port.waiting.length).toBeGreaterThan(1);
      expect(port.busy).toBe(true);
    }
    await workThrough(ports);
    expect((await Promise.all(runs.map(({ summary }) => summary))).map(({ trialId }) => trialId)).toEqual(names(40));
    const done = ports.flatMap(({ given }) => given.filter(({ cells }) => cells[STATE] === ENDED).map(({ trialId }) => trialId));
    expect([...done].sort()).toEqual(names(40).sort());
    expect(ports.map(({ busy }) => busy)).toEqual([false, false]);
  });

  it('keeps nothing behind a long run while another worker is idle', async () => {
    const { ports, start } = setup(2);
    const runs = start(40);
    await settle();
    const [long, other] = ports;
    long.begin();
    const [at] = long.running;
    expect(long.waiting.length).toBeGreaterThan(0);
    // The other does all the rest; this one stays at its first.
    await workThrough([other]);
    expect(long.running).toEqual([at]);
    expect(long.waiting).toEqual([]);
    const others = await Promise.all(runs.filter(({ id }) => id !== at).map(({ summary }) => summary));
    expect(others.every(({ status }) => status === 'completed')).toBe(true);
    long.report(long.end());
    expect((await runs.find(({ id }) => id === at)!.summary).status).toBe('completed');
  });

  it('makes room for questions and previews: what it has ahead waits again, in its old order', async () => {
    const { pool, ports, start } = setup(1);
    start(20);
    await settle();
    const [port] = ports;
    port.begin();
    const first = pool.probe(trial('q').objective, [1]);
    const second = pool.probe(trial('q').objective, [2]);
    await settle();
    // The extra worker takes one; for the other the first worker ends what it is at and no more.
    expect(ports).toHaveLength(2);
    expect(ports[1].questions).toHaveLength(1);
    expect(port.waiting).toEqual([]);
    port.report(port.end());
    expect(port.questions).toHaveLength(1);
    port.answer(port.questions[0]);
    ports[1].answer(ports[1].questions[0]);
    expect([(await first).loss, (await second).loss]).toEqual([1, 1]);
    await settle();
    const after = [...port.waiting, ...port.running, ...ports[1].waiting, ...ports[1].running];
    expect(after[0]).toBe('t1');
  });

  it('cancels one of several: before it begins at once, later by its flag', async () => {
    const { ports, start } = setup(1);
    const runs = start(12);
    await settle();
    const [port] = ports;
    port.begin();
    const [at] = port.running;
    const next = port.waiting[1];
    runs.find(({ id }) => id === next)!.controller.abort();
    expect(await runs.find(({ id }) => id === next)!.summary).toMatchObject({ status: 'cancelled', steps: 0 });
    expect(port.given.find(({ trialId }) => trialId === next)!.cells[STATE]).toBe(TAKEN_BACK);
    runs.find(({ id }) => id === at)!.controller.abort();
    expect(port.given.map(({ cells }) => cells[CANCEL])).toEqual(port.given.map(({ trialId }) => (trialId === at ? 1 : 0)));
    await workThrough(ports);
    expect((await Promise.all(runs.map(({ summary }) => summary))).filter(({ status }) => status === 'completed')).toHaveLength(11);
  });

  it('loses with a worker only the run that it was at', async () => {
    const { ports, start } = setup(1);
    const runs = start(12);
    await settle();
    const [port] = ports;
    port.begin();
    port.end();
    port.begin();
    const [at] = port.running;
    // One has ended but its outcome was not sent yet, one goes, the rest wait.
    port.crash('out of memory');
    await settle();
    expect(ports).toHaveLength(2);
    await workThrough(ports.slice(1));
    const summaries = await Promise.all(runs.map(({ summary }) => summary));
    expect(summaries.filter(({ status }) => status === 'failed').map(({ trialId }) => trialId)).toEqual([at]);
    expect(summaries.filter(({ status }) => status === 'completed')).toHaveLength(11);
  });

  it('does not try a worker for ever that ends before it begins', async () => {
    const ports: StepwisePort[] = [];
    const pool = new WorkerPool(() => { const port = new StepwisePort(); ports.push(port); return port; }, { size: 1, sharedMemory: true });
    const runs = names(8).map((id) => pool.run(trial(id)));
    for (let crashes = 0; crashes < 20 && ports.length > crashes || crashes === 0; crashes++) {
      await settle();
      ports[crashes]?.crash('no such file');
    }
    expect((await Promise.all(runs)).every(({ status }) => status === 'failed')).toBe(true);
  });

  it('ends a worker that does not hear a cancel, and gives what it had ahead to another', async () => {
    const { ports, start } = setup(1, { grace: 20 });
    const runs = start(12);
    await settle();
    ports[0].begin();
    const [at] = ports[0].running;
    runs.find(({ id }) => id === at)!.controller.abort();
    expect((await runs.find(({ id }) => id === at)!.summary).status).toBe('cancelled');
    expect(ports[0].terminated).toBe(true);
    await settle();
    await workThrough(ports);
    expect((await Promise.all(runs.map(({ summary }) => summary))).filter(({ status }) => status === 'completed')).toHaveLength(11);
  });

  it('gives few ahead where rows are wanted', async () => {
    const { pool, ports } = setup(2);
    names(40).forEach((id) => void pool.run(trial(id), () => undefined));
    await settle();
    for (const port of ports) port.begin();
    for (const port of ports) expect(port.waiting.length).toBeLessThanOrEqual(1);
    pool.dispose();
  });
});

it('agrees with the real server: each outcome once, rows in order, whatever is asked for', async () => {
  const pool = new WorkerPool(() => {
    let listener: (message: WorkerResponse) => void = () => undefined;
    const server = new TrainingServer((message) => { const copy = structuredClone(message); setTimeout(() => listener(copy)); });
    return {
      post: (message) => void setTimeout(() => void server.handle(message)),
      onMessage: (given) => { listener = given; },
      onCrash: () => undefined,
      terminate: () => undefined,
    };
  }, { size: 2, sharedMemory: true });
  const steps = new Map<string, number[]>();
  const begun = new Set<string>();
  const summaries = await Promise.all(names(60).map((id, k) => pool.run(
    trial(id, k + 1),
    k % 3 === 0 ? (record) => steps.set(id, [...(steps.get(id) ?? []), ...record.columns.step]) : undefined,
    { interval: Infinity, onStart: () => begun.add(id) },
  )));
  // x ← x − ¼·2x halves x: the loss after k steps is 4^−k.
  summaries.forEach(({ trialId, loss }, k) => expect([trialId, loss]).toEqual([`t${k}`, 4 ** -(k + 1)]));
  expect([...steps.keys()]).toEqual(names(60).filter((_, k) => k % 3 === 0));
  for (const [id, rows] of steps) expect(rows).toEqual(Array.from({ length: Number(id.slice(1)) + 2 }, (_, k) => k));
  expect(begun.size).toBe(60);
  pool.dispose();
});

it('hears from the real server before the last of short runs, so that a worker never waits for more; of long ones as each ends', async () => {
  for (const [milliseconds, expected] of [[0.4, [9, 2, 1]], [100, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]]] as const) {
    const runs = names(12).map((id, k) => ({ id: k, trial: trial(id), interval: Infinity, rows: false }));
    const sent: number[][] = [];
    let now = 0;
    const server = new TrainingServer((message) => { if (message.type === 'outcomes') sent.push(message.outcomes.map(({ id }) => id)); }, () => now);
    const control = allocateControl(runs.length);
    // The clock stands still but for what a run takes, which begins by looking at its interval.
    const clocked = runs.map((run) => ({ ...run, get interval() { now += milliseconds; return Infinity; } }));
    await server.handle({ type: 'runs', id: 0, runs: clocked, control });
    expect(sent.flat()).toEqual(runs.map(({ id }) => id));
    expect(sent.map(({ length }) => length)).toEqual(expected);
  }
});
