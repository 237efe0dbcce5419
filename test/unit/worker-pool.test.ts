import { describe, expect, it, vi } from 'vitest';
import type { ObjectiveTrial } from '../../src/core/training/trial';
import type { WorkerRequest, WorkerResponse } from '../../src/protocol/training';
import { WorkerPool, type WorkerPort } from '../../src/worker/pool';

function trial(id: string): ObjectiveTrial {
  return {
    kind: 'objective', id, label: id, optimizerIndex: 0, variant: null, variantIndex: null, startIndex: 0, start: [1], seed: 0, sweep: null,
    objective: { function: { kind: 'expression', expression: 'x^2', constants: {} }, goal: 'minimize', view: null, minima: [], gradientNoise: 0 },
    optimizer: { type: 'sgd', dialect: 'torch', learningRate: 0.1 }, clipNorm: null, clipValue: null,
    stop: { steps: 10, gradientNorm: null, loss: null, change: null, seconds: null }, diagnostics: { tier: 'basic', every: 1 },
  };
}

/** A worker whose answers the test gives. */
class ManualPort implements WorkerPort {
  readonly requests: WorkerRequest[] = [];
  terminated = false;
  private message: (m: WorkerResponse) => void = () => undefined;
  private crashed: (reason: string) => void = () => undefined;
  post(request: WorkerRequest): void { this.requests.push(request); }
  onMessage(listener: (m: WorkerResponse) => void): void { this.message = listener; }
  onCrash(listener: (reason: string) => void): void { this.crashed = listener; }
  terminate(): void { this.terminated = true; }
  get last(): Exclude<WorkerRequest, { type: 'dataset' }> { return this.requests[this.requests.length - 1] as Exclude<WorkerRequest, { type: 'dataset' }>; }
  get first(): Exclude<WorkerRequest, { type: 'dataset' }> { return this.requests[0] as Exclude<WorkerRequest, { type: 'dataset' }>; }
  answer(message: WorkerResponse): void { this.message(message); }
  rows(step: number, loss: number): void {
    this.answer({ type: 'rows', id: this.last.id, record: { rows: 1, columns: { step: Float64Array.of(step), loss: Float64Array.of(loss), gradientNorm: Float64Array.of(2 * loss) }, kept: 'all', snapshots: null } });
  }
  done(status: 'completed' | 'cancelled' = 'completed'): void {
    const request = this.last as Extract<WorkerRequest, { type: 'run' }>;
    this.answer({ type: 'done', id: request.id, summary: { trialId: request.trial.id, status, reason: { rule: status === 'cancelled' ? 'cancelled' : 'steps' }, steps: 10, seconds: 0, evaluations: 10, loss: 0, gradientNorm: 0, parameters: [0], criticalPoint: null, verdict: { kind: 'completed', evidence: {}, remedies: [] } } });
  }
  crash(reason: string): void { this.crashed(reason); }
}

function setup(size: number, options: { grace?: number; sharedMemory?: boolean } = {}): { pool: WorkerPool; ports: ManualPort[] } {
  const ports: ManualPort[] = [];
  const pool = new WorkerPool(() => { const port = new ManualPort(); ports.push(port); return port; }, { size, ...options });
  return { pool, ports };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const started = (ports: ManualPort[]): string[] => ports.flatMap((port) => port.requests.map((request) => (request.type === 'run' ? request.trial.id : request.type)));

describe('WorkerPool', () => {
  it('runs at most `size` trials at once and keeps workers for the next', async () => {
    const { pool, ports } = setup(2);
    const runs = ['a', 'b', 'c'].map((id) => pool.run(trial(id)));
    await settle();
    expect(started(ports)).toEqual(['a', 'b']);
    ports[0].done();
    expect(started(ports).sort()).toEqual(['a', 'b', 'c']);
    expect(ports).toHaveLength(2);
    ports[1].done();
    ports[0].done();
    expect((await Promise.all(runs)).map((summary) => summary.trialId)).toEqual(['a', 'b', 'c']);
  });

  it('answers a question beside busy workers, and previews before waiting runs', async () => {
    const { pool, ports } = setup(1);
    void pool.run(trial('long'));
    void pool.run(trial('waiting'));
    await settle();
    const probe = pool.probe(trial('x').objective, [1]);
    const preview = pool.run(trial('preview'), undefined, { priority: 'interactive' });
    await settle();
    expect(ports).toHaveLength(2);
    expect(started(ports)).toEqual(['long', 'probe']);
    const result = { loss: 1, gradient: Float64Array.of(2), eigenvalues: null, hessian: null };
    ports[1].answer({ type: 'probe', id: ports[1].last.id, result });
    expect(await probe).toBe(result);
    expect(started(ports)).toEqual(['long', 'probe', 'preview']);
    ports[1].done();
    expect((await preview).status).toBe('completed');
    expect(started(ports)).not.toContain('waiting');
    ports[0].done();
    expect(started(ports)).toContain('waiting');
  });

  it('passes rows on in order and refuses to reject when a worker crashes', async () => {
    const { pool, ports } = setup(1);
    const seen: number[] = [];
    const run = pool.run(trial('a'), (record) => seen.push(record.columns.step[0]));
    const next = pool.run(trial('b'));
    await settle();
    ports[0].rows(0, 4);
    ports[0].rows(1, 3);
    ports[0].crash('out of memory');
    const summary = await run;
    expect(seen).toEqual([0, 1]);
    expect(summary).toMatchObject({ status: 'failed', steps: 1, loss: 3, gradientNorm: 6, verdict: { kind: 'failed' } });
    expect(summary.reason.rule).toBe('error');
    expect(summary.reason.detail).toContain('out of memory');
    expect(started(ports.slice(1))).toEqual(['b']);
    ports[1].done();
    expect((await next).status).toBe('completed');
  });

  it('cancels by the flag, and ends a worker that does not listen', async () => {
    const { pool, ports } = setup(1, { grace: 20, sharedMemory: true });
    const controller = new AbortController();
    const run = pool.run(trial('a'), undefined, { signal: controller.signal });
    await settle();
    controller.abort();
    const request = ports[0].last as Extract<WorkerRequest, { type: 'run' }>;
    expect(new Int32Array(request.cancel!)[0]).toBe(1);
    expect((await run).status).toBe('cancelled');
    expect(ports[0].terminated).toBe(true);
    const again = pool.run(trial('b'));
    await settle();
    ports[1].done();
    expect((await again).status).toBe('completed');
  });

  it('cancels by a message where memory is not shared, and drops what has not begun', async () => {
    const { pool, ports } = setup(1, { sharedMemory: false });
    const [first, second] = [new AbortController(), new AbortController()];
    const run = pool.run(trial('a'), undefined, { signal: first.signal });
    const waiting = pool.run(trial('b'), undefined, { signal: second.signal });
    await settle();
    second.abort();
    expect(await waiting).toMatchObject({ status: 'cancelled', steps: 0 });
    first.abort();
    expect(ports[0].last).toEqual({ type: 'cancel', id: ports[0].first.id });
    ports[0].answer({ type: 'done', id: ports[0].first.id, summary: { trialId: 'a', status: 'cancelled', reason: { rule: 'cancelled' }, steps: 3, seconds: 0, evaluations: 3, loss: 1, gradientNorm: 1, parameters: [1], criticalPoint: null, verdict: { kind: 'cancelled', evidence: {}, remedies: [] } } });
    expect(await run).toMatchObject({ status: 'cancelled', steps: 3 });
    expect(ports[0].terminated).toBe(false);
  });

  it('says why a worker could not be started, and rejects a question with the worker\'s words', async () => {
    const failing = new WorkerPool(() => { throw new Error('no threads left'); }, { size: 1 });
    expect((await failing.run(trial('a'))).reason.detail).toContain('no threads left');
    const { pool, ports } = setup(1);
    const probe = pool.probe(trial('a').objective, [1]);
    await settle();
    ports[0].answer({ type: 'error', id: ports[0].last.id, message: 'unknown name q' });
    await expect(probe).rejects.toThrow('unknown name q');
  });

  it('ends everything when disposed', async () => {
    const { pool, ports } = setup(1);
    const runs = [pool.run(trial('a')), pool.run(trial('b'))];
    await settle();
    pool.dispose();
    expect((await Promise.all(runs)).map((summary) => summary.status)).toEqual(['cancelled', 'cancelled']);
    expect(ports[0].terminated).toBe(true);
    expect((await pool.run(trial('c'))).status).toBe('cancelled');
  });

  it('starts a worker ahead of need only once', () => {
    const spawn = vi.fn(() => new ManualPort());
    const pool = new WorkerPool(spawn, { size: 2 });
    pool.warm();
    pool.warm();
    expect(spawn).toHaveBeenCalledTimes(1);
  });
});
