import { describe, expect, it } from 'vitest';
import type { ObjectiveTrial, RunRecord } from '../../src/core/training/trial';
import type { WorkerRequest, WorkerResponse } from '../../src/protocol/training';
import { allowedOnTheirWay, Outbox } from '../../src/worker/outbox';
import { WorkerPool, type WorkerPort } from '../../src/worker/pool';
import { TrainingServer } from '../../src/worker/serve';

function trial(steps: number | null): ObjectiveTrial {
  return {
    kind: 'objective', id: 't', label: 't', optimizerIndex: 0, variant: null, variantIndex: null, startIndex: 0, start: [1], seed: 0, sweep: null,
    objective: { function: { kind: 'expression', expression: 'x^2', constants: {} }, goal: 'minimize', view: null, minima: [], gradientNoise: 0 },
    optimizer: { type: 'sgd', dialect: 'torch', learningRate: 1e-9, momentum: 0, dampening: 0, nesterov: false, weightDecay: 0 }, clipNorm: null, clipValue: null,
    stop: { steps, gradientNorm: null, loss: null, change: null, seconds: null }, diagnostics: { tier: 'basic', every: 1 },
  };
}
const record = (rows: number): RunRecord => ({ rows, columns: { step: new Float64Array(rows) }, kept: 'all', snapshots: null });
/** Messages untaken at most: those that may be on their way, and the one after them. */
const MOST = allowedOnTheirWay(record(1)) + 1;
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const turns = async (count: number): Promise<void> => { for (let k = 0; k < count; k++) await turn(); };
const stepsOf = (records: readonly RunRecord[]): number[] => records.flatMap(({ rows, columns }) => [...columns.step.subarray(0, rows)]);
const upTo = (steps: number): number[] => Array.from({ length: steps + 1 }, (_, step) => step);

describe('The rows of a run on their way to a host without shared memory', () => {
  it('go out in order, so many as may be untaken, the rest as they are taken', async () => {
    const out: number[] = [];
    const outbox = new Outbox(({ rows }) => out.push(rows));
    for (let k = 1; k <= 12; k++) outbox.push(record(k));
    expect(out).toEqual([1, 2, 3, 4, 5]);
    expect(outbox.held).toBe(true);
    outbox.taken(1);
    expect(out).toEqual([1, 2, 3, 4, 5, 6]);
    let emptied = false;
    void outbox.empty().then(() => { emptied = true; });
    outbox.taken(5);
    await turn();
    expect([out.length, emptied]).toEqual([11, false]);
    outbox.taken(1);
    await turn();
    expect([out.at(-1), emptied, outbox.held]).toEqual([12, true, false]);
  });

  it('are fewer at once where each is large, and all go where the run is cancelled', () => {
    const out: number[] = [];
    const outbox = new Outbox(({ rows }) => out.push(rows));
    for (let k = 0; k < 6; k++) outbox.push(record(16_000));
    expect(out.length).toBe(allowedOnTheirWay(record(16_000)) + 1);
    expect(out.length).toBeLessThan(MOST);
    outbox.release();
    expect(out.length).toBe(6);
  });

  it('hold a run whose host takes nothing, and a cancel then ends it with every row that was made', async () => {
    const records: RunRecord[] = [];
    const others: WorkerResponse[] = [];
    let clock = 0;
    const server = new TrainingServer((message) => (message.type === 'rows' ? records.push(message.record) : others.push(message)), () => (clock += 0.25));
    const run = server.handle({ type: 'run', id: 5, trial: trial(null), interval: 1, cancel: null, receipts: true });
    await turns(40);
    expect(records.length).toBeLessThanOrEqual(MOST);
    const held = records.length;
    await turns(40);
    expect(records.length).toBe(held);
    await server.handle({ type: 'taken', id: 5, count: held });
    await turns(40);
    expect(records.length).toBeGreaterThan(held);
    expect(records.length).toBeLessThanOrEqual(held + MOST);
    const before = records.length;
    await server.handle({ type: 'cancel', id: 5 });
    await run;
    // What waited, and the last rows.
    expect(records.length - before).toBeLessThanOrEqual(3);
    expect(others).toMatchObject([{ type: 'done', id: 5, summary: { status: 'cancelled' } }]);
    const [done] = others;
    expect(stepsOf(records)).toEqual(upTo(done.type === 'done' ? done.summary.steps : NaN));
  });

  it('are the same rows as without holding, each once, before the outcome', async () => {
    const records: RunRecord[] = [];
    let done = 0;
    const server = new TrainingServer((message) => {
      if (message.type === 'rows') {
        expect(done).toBe(0);
        records.push(message.record);
        // Taken a turn later.
        setTimeout(() => void server.handle({ type: 'taken', id: 1, count: 1 }));
      } else if (message.type === 'done') done++;
    });
    await server.handle({ type: 'run', id: 1, trial: trial(200_000), interval: 0, cancel: null, receipts: true });
    expect(done).toBe(1);
    expect(records.length).toBeGreaterThan(2 * MOST);
    expect(stepsOf(records)).toEqual(upTo(200_000));
  });

  it('do not hold back a run of which the host gives no receipts', async () => {
    let rows = 0;
    const server = new TrainingServer((message) => { if (message.type === 'rows') rows++; });
    await server.handle({ type: 'run', id: 1, trial: trial(400_000), interval: 0, cancel: null });
    expect(rows).toBeGreaterThan(MOST);
  });
});

/** A worker that shares no memory: each message arrives in a turn of its own, in order. Counts what is under way. */
class MessagePortPair implements WorkerPort {
  most = 0;
  underWay = 0;
  delivered = 0;
  private listener: (message: WorkerResponse) => void = () => undefined;
  private readonly server = new TrainingServer((message) => {
    if (message.type === 'rows') this.most = Math.max(this.most, ++this.underWay);
    setTimeout(() => {
      if (message.type === 'rows') {
        this.underWay--;
        this.delivered++;
      }
      this.listener(message);
    });
  });
  post(request: WorkerRequest): void {
    setTimeout(() => void this.server.handle(request));
  }
  onMessage(listener: (message: WorkerResponse) => void): void { this.listener = listener; }
  onCrash(): void { /* does not crash */ }
  terminate(): void { /* nothing to end */ }
}

describe('A pool whose workers share no memory', () => {
  const setup = (): { pool: WorkerPool; port: MessagePortPair } => {
    const port = new MessagePortPair();
    return { port, pool: new WorkerPool(() => port, { size: 1, sharedMemory: false, grace: 60_000 }) };
  };

  it('never has more than a few rows on their way to it, and ends a run at a cancel after a few more', async () => {
    const { pool, port } = setup();
    const controller = new AbortController();
    let cancelledAt = NaN;
    const rows: RunRecord[] = [];
    const summary = await pool.run(trial(null), (piece) => {
      rows.push(piece);
      // The host is busy for longer than it takes to make the next rows.
      for (const end = performance.now() + 3; performance.now() < end;);
      if (rows.length === 60) {
        cancelledAt = port.delivered;
        controller.abort();
      }
    }, { signal: controller.signal, interval: 0 });
    expect(summary.status).toBe('cancelled');
    expect(port.most).toBeLessThanOrEqual(MOST);
    // Those on their way, those that a slice of the run had ready, and the last.
    expect(port.delivered - cancelledAt).toBeLessThanOrEqual(MOST + 3);
    expect(stepsOf(rows)).toEqual(upTo(summary.steps));
  });

  it('gets every row of a run that is not cancelled', async () => {
    const { pool, port } = setup();
    const rows: RunRecord[] = [];
    const summary = await pool.run(trial(300_000), (piece) => rows.push(piece), { interval: 0, tryRemedies: false });
    expect(summary.steps).toBe(300_000);
    expect(port.most).toBeLessThanOrEqual(MOST);
    expect(stepsOf(rows)).toEqual(upTo(300_000));
  });
});
