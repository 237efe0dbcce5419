import { describe, expect, it } from 'vitest';
import type { RunRecord, RunSummary, Trial } from '../../src/core/training/trial';
import { parseExperiment } from '../../src/format/parse';
import type { Experiment } from '../../src/format/experiment';
import type { KeptContent, ListedEntry } from '../../src/host/history/entry';
import { answers, companions, contentOf, entryOf, revive } from '../../src/host/history/keptRun';
import { decodeData, encodeData } from '../../src/host/history/plainData';
import { sha256 } from '../../src/host/history/store';
import { toLabRun } from '../../src/host/runs/labRun';
import { ExperimentSession } from '../../src/host/runs/session';
import { trialKey } from '../../src/host/runs/trialKey';
import type { WorkerPool } from '../../src/worker/pool';
import { runTrial } from '../../src/core/training/run';

const text = (more: { readonly steps?: number; readonly metric?: string; readonly rates?: string; readonly optimizers?: string } = {}): string => `{
  "gdexp": 1, "objective": { "expression": "x^2 + 3*y^2", "start": [2, 1] },
  "optimizers": [${more.optimizers ?? '{ "type": "sgd" }, { "type": "sgd", "label": "heavy", "momentum": 0.5 }'}],
  "sweep": { "learningRate": ${more.rates ?? '[0.01, 0.05, 0.2]'}, "refine": 2, "metric": "${more.metric ?? 'loss'}" },
  "stop": { "steps": ${more.steps ?? 12}, "gradientNorm": null }
}`;

function experimentOf(written: string): Experiment {
  const { experiment, problems } = parseExperiment(written);
  expect(problems).toEqual([]);
  return experiment!;
}

const quiet = { cancelled: () => false, interval: Infinity, now: () => 0 };

/** Runs trials at once in this thread. With `only`, the run that would be one too many waits for its cancellation. */
class ThreadPool {
  started = 0;
  constructor(private readonly only = Infinity, private readonly reached?: () => void) {}
  run(made: Trial, onRows: (record: RunRecord) => void, options: { signal?: AbortSignal }): Promise<RunSummary> {
    if (++this.started > this.only) {
      return new Promise((resolve) => {
        options.signal!.addEventListener('abort', () => resolve({ ...runTrial({ ...made, stop: { ...made.stop, steps: 0 } }, quiet), status: 'cancelled', reason: { rule: 'cancelled' } }));
        this.reached?.();
      });
    }
    return Promise.resolve(runTrial(made, { ...quiet, rows: onRows }));
  }
}

function sessionOf(pool = new ThreadPool()): { session: ExperimentSession; history: (ListedEntry & { readonly content: KeptContent })[]; kept: () => Promise<unknown> } {
  const session = new ExperimentSession({ pool: () => pool as unknown as WorkerPool, data: () => Promise.reject(new Error('no data here')), recordBytes: () => 64e6, log: () => undefined });
  const history: (ListedEntry & { readonly content: KeptContent })[] = [];
  const writing: Promise<unknown>[] = [];
  session.onDidFinish(({ run, batch }) => {
    const content = decodeData(encodeData(contentOf(run))) as KeptContent;
    const n = writing.length;
    writing.push(entryOf(run, { batch: `b${batch.startedAt}`, batchStarted: batch.startedAt, automatic: false, finished: n, experiment: 'file:///a.gdexp', title: '', version: '1' })
      .then((entry) => history.push({ ...entry, id: String(n).padStart(5, '0'), text: '', textBytes: 0, pinned: false, bytes: 0, content })));
  });
  return { session, history, kept: () => Promise.all(writing) };
}

/** The file opened anew, with what the history of an earlier window holds. */
async function reopened(written: string, history: readonly (ListedEntry & { readonly content: KeptContent })[], standIns = true, into?: ExperimentSession): Promise<ExperimentSession> {
  const session = into ?? sessionOf().session;
  session.update(experimentOf(written), false);
  const entries = [...history].sort((a, b) => (a.id < b.id ? 1 : -1));
  const content = new Map<ListedEntry, KeptContent>(entries.map((entry) => [entry, entry.content]));
  const trials = session.missing();
  const keys = new Map(await Promise.all(trials.map(async (trial) => [trial, await sha256(trialKey(trial))] as const)));
  const wanted = answers(entries, trials, keys, standIns);
  session.restore(new Map([...wanted].map(([id, entry]) => [id, revive(entry, content.get(entry)!)])), standIns, companions(entries, [...wanted.values()], trials).map((entry) => revive(entry, content.get(entry)!)));
  return session;
}

const points = (session: ExperimentSession): string[] => session.runs.map((run) => `${run.trial.id} ${run.status} ${run.sweepValue}${run.isBest ? ' best' : ''}${run.stale ? ' stale' : ''}`).sort();

describe('A narrowing sweep and its history', () => {
  it('brings back the points that its rounds added, as they were at the end: their values, the best and the rows', async () => {
    const first = sessionOf();
    first.session.update(experimentOf(text()), false);
    await first.session.runAll();
    await first.kept();
    const again = await reopened(text(), first.history);
    // Two optimizers, three rates; each round tries up to two values on both sides of the best.
    expect(again.runs.length).toBeGreaterThanOrEqual(6 + 2 * 2 * 2);
    expect(points(again)).toEqual(points(first.session));
    expect(again.missing()).toEqual([]);
    const rows = (session: ExperimentSession) => new Map(session.runs.map((run) => [run.trial.id, toLabRun(run).record?.columns.loss]));
    expect(rows(again)).toEqual(rows(first.session));
    // In the order in which they came, so that the table reads as before.
    expect(again.runs.map(({ trial }) => trial.id)).toEqual(first.session.runs.map(({ trial }) => trial.id));
  });

  it('marks them stale when the text changed, and knows them again when it is as it was', async () => {
    const first = sessionOf();
    first.session.update(experimentOf(text()), false);
    await first.session.runAll();
    await first.kept();
    const changed = await reopened(text({ steps: 13 }), first.history);
    expect(changed.runs.length).toBe(first.session.runs.length);
    expect(changed.runs.every(({ stale }) => stale)).toBe(true);
    await reopened(text(), first.history, false, changed);
    expect(points(changed)).toEqual(points(first.session));
  });

  it('shows none of them after an edit where they are not true of the text, unlike at opening', async () => {
    const first = sessionOf();
    first.session.update(experimentOf(text()), false);
    await first.session.runAll();
    await first.kept();
    expect((await reopened(text({ steps: 13 }), first.history, false)).runs).toEqual([]);
  });

  it('lets them follow their optimizer to another place', async () => {
    const first = sessionOf();
    first.session.update(experimentOf(text()), false);
    await first.session.runAll();
    await first.kept();
    const alone = await reopened(text({ optimizers: '{ "type": "sgd", "label": "heavy", "momentum": 0.5 }' }), first.history);
    const before = first.session.runs.filter(({ trial }) => trial.optimizerIndex === 1);
    expect(alone.runs.map(({ sweepValue, stale }) => ({ sweepValue, stale }))).toEqual(before.map(({ sweepValue }) => ({ sweepValue, stale: false })));
    expect(new Set(alone.runs.map(({ trial }) => trial.optimizerIndex))).toEqual(new Set([0]));
  });

  it('brings back what a cancelled sweep had added so far, and starts nothing by that', async () => {
    const experiment = experimentOf(text());
    const pool = new ThreadPool(8, () => setTimeout(() => first.session.cancel()));
    const first = sessionOf(pool);
    first.session.update(experiment, false);
    await first.session.runAll();
    await first.kept();
    const again = await reopened(text(), first.history);
    expect(points(again)).toEqual(points(first.session));
    expect(again.runs.filter(({ status }) => status === 'completed').length).toBe(8);
    expect(again.runs.some(({ status }) => status === 'cancelled')).toBe(true);
    expect(again.running).toBe(false);
  });

  it('keeps what a sweep for steps to a target read off all rows, of which the history holds a part', async () => {
    const slow = '{ "type": "sgd" }';
    const written = text({ steps: 9000, rates: '[0.0001, 0.0002]', optimizers: slow, metric: 'stepsTo:2.2' });
    const first = sessionOf();
    first.session.update(experimentOf(written), false);
    await first.session.runAll();
    await first.kept();
    const again = await reopened(written, first.history);
    expect(again.runs[0].builder.rows).toBeLessThan(first.session.runs[0].builder.rows);
    // x² + 3y² under gradient descent, exactly.
    const reached = (rate: number): number => {
      for (let step = 0, x = 2, y = 1; ; step++, x -= rate * 2 * x, y -= rate * 6 * y) if (x * x + 3 * y * y <= 2.2) return step;
    };
    for (const run of again.runs) expect(run.sweepValue).toBe(reached(run.trial.optimizer.learningRate as number));
  });

  it('reads another metric off the runs that are there when the file asks for it', async () => {
    const { session } = sessionOf();
    session.update(experimentOf(text()), false);
    await session.runAll();
    const losses = session.runs.map(({ sweepValue }) => sweepValue);
    session.update(experimentOf(text({ metric: 'stepsTo:5' })), false);
    const steps = session.runs.map(({ sweepValue }) => sweepValue);
    expect(steps).not.toEqual(losses);
    expect(steps.every((value) => value === null || Number.isInteger(value))).toBe(true);
    session.update(experimentOf(text()), false);
    expect(session.runs.map(({ sweepValue }) => sweepValue)).toEqual(losses);
  });
});
