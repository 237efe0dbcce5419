import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectiveSpec } from '../../src/core/objectives/spec';
import { surfaceOf } from '../../src/host/editor/surface';
import { firstRate, ghostOf } from '../../src/host/ghosts/ghost';
import { GHOSTS_MOST, GhostService, type GhostMemory } from '../../src/host/ghosts/ghostService';
import { entryOf, revive } from '../../src/host/history/keptRun';
import { HistoryStore } from '../../src/host/history/store';
import type { Run } from '../../src/host/runs/run';
import { madeRun, ROWS } from './historyFixtures';
import { folderFiles } from './historyFolder';

const HOME = 'file:///ws/a.gdexp';
let folder: string;
let memory: GhostMemory & { readonly values: Map<string, unknown> };
let store: HistoryStore;
let ghosts: GhostService;
const warnings: string[] = [];

async function openStore(limit = 1000): Promise<HistoryStore> {
  const opened = new HistoryStore(folderFiles(folder), { limits: () => ({ runs: limit, bytes: 1e9 }), log: () => undefined });
  await opened.open();
  return opened;
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gdexp-ghosts-'));
  const values = new Map<string, unknown>();
  // As VS Code does it: what is remembered has gone through JSON.
  memory = { values, get: <T>(key: string) => values.get(key) as T | undefined, update: async (key, value) => void values.set(key, JSON.parse(JSON.stringify(value))) };
  warnings.length = 0;
  store = await openStore();
  ghosts = service();
});
afterEach(async () => {
  await store.flush();
  store.dispose();
  await rm(folder, { recursive: true, force: true });
});

const service = (): GhostService => new GhostService(store, memory, { warn: (message) => warnings.push(message) });

/** Run n as a session has it when it ended. */
function made(n: number): Run {
  const { run, content } = madeRun(n);
  return revive({ finished: run.finished, seconds: content.summary.seconds }, { ...content, trial: { ...content.trial, label: run.label }, summary: { ...content.summary, seconds: 0.01 + n / 1000 } });
}

/** Keeps a run as the history does once it ended. */
async function keep(run: Run, experiment = HOME): Promise<string> {
  const entry = await entryOf(run, { batch: 'b', batchStarted: 1.7e12, automatic: false, finished: 1.7e12, experiment, title: 'Made', version: '0.1.0' });
  return (await store.keep(entry, '{ "gdexp": 1 }', () => ({ trial: run.trial, summary: run.summary!, record: run.builder.build() }))).id;
}

/** Until what the history told has been taken up. */
const settled = async (): Promise<void> => { for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 5)); };
const labels = (list = ghosts.list): string[] => list.map(({ run }) => run.label);

describe('A ghost', () => {
  it('is the run as it was, with what is drawn of it', () => {
    const { run, id, rate, surface, kind } = ghostOf(made(3), 'g');
    expect({ id, rate, kind, label: run.label, steps: run.steps, loss: run.loss }).toEqual({ id: 'g', rate: 0.1, kind: 'objective', label: 'run 3', steps: ROWS - 1, loss: 3 });
    expect(Object.keys(run.record!.columns).sort()).toEqual(['gradientNorm', 'loss', 'step']);
    expect([...run.record!.columns.loss]).toEqual(Array.from({ length: ROWS }, (_, row) => Math.sin(3 + row)));
    expect(surface).not.toBeNull();
    expect(run.id).not.toBe(made(3).trial.id);
  });

  it('is thinned, its extremes among what stays', () => {
    const { run, content } = madeRun(1);
    const rows = 50_000;
    const loss = Float64Array.from({ length: rows }, (_, k) => (k === 31_234 ? 1e6 : 1 / (1 + k)));
    const step = Float64Array.from({ length: rows }, (_, k) => k);
    const long = revive(run, { ...content, record: { rows, kept: 'all', snapshots: null, columns: { step, loss, gradientNorm: loss.slice() } } });
    const { record } = ghostOf(long, 'g').run;
    expect(record!.rows).toBeLessThanOrEqual(1500);
    expect(record!.columns.loss[0]).toBe(1);
    expect(Math.max(...record!.columns.loss)).toBe(1e6);
    expect(record!.columns.step[record!.rows - 1]).toBe(rows - 1);
  });

  it('keeps the points of many variables evenly', () => {
    const { run, content } = madeRun(1);
    const count = 1000;
    const steps = Float64Array.from({ length: count }, (_, k) => k);
    const points = Float64Array.from({ length: count * 5 }, (_, k) => k);
    const many = revive(run, { ...content, record: { ...content.record!, snapshots: { steps, points } } });
    const { snapshots } = ghostOf(many, 'g').run.record!;
    expect(snapshots!.steps.length).toBeLessThanOrEqual(400);
    expect([snapshots!.steps[0], snapshots!.steps.at(-1)]).toEqual([0, count - 1]);
    snapshots!.steps.forEach((at, i) => expect(snapshots!.points[i * 5]).toBe(at * 5));
  });

  it('knows the rate that its rule began with', () => {
    expect(firstRate({ learningRate: 0.25 })).toBe(0.25);
    expect(firstRate({ learningRate: { schedule: 'cosine', initial: 0.5, final: 0, steps: 10, unit: 'step' } })).toBe(0.5);
    expect(firstRate({ learningRate: { schedule: 'warmup', steps: 5, start: 0, unit: 'step', then: { schedule: 'oneCycle', peak: 0.3, steps: 9, warmupFraction: 0.3, divide: 25, finalDivide: 1e4, unit: 'step' } } })).toBe(0.3);
    expect(firstRate({} as { learningRate: number })).toBeNull();
  });

  it('belongs on the map of the same function alone', () => {
    const spec = (constants: Record<string, number>, goal: ObjectiveSpec['goal'] = 'minimize', expression = 'a*x^2 + b*y^2') => surfaceOf({ function: { kind: 'expression', expression, constants }, goal });
    expect(spec({ a: 1, b: 4 })).toBe(spec({ b: 4, a: 1 }));
    expect(new Set([spec({ a: 1, b: 4 }), spec({ a: 1, b: 5 }), spec({ a: 1, b: 4 }, 'maximize'), spec({ a: 1, b: 4 }, 'minimize', 'x^2')]).size).toBe(4);
  });
});

describe('Ghosts', () => {
  it('of runs that the history keeps are pinned there and come back with the next window', async () => {
    const run = made(1);
    const id = await keep(run);
    expect(await ghosts.pin(run, HOME)).toBe('pinned');
    await settled();
    expect(ghosts.list[0]).toMatchObject({ kept: true, file: 'a.gdexp', experiment: HOME });
    expect(store.get(id)!.pinned).toBe(true);
    const next = service();
    expect(next.list).toEqual([]);
    await next.open();
    expect(labels(next.list)).toEqual(['run 1']);
    expect(next.list[0].run.record!.columns.loss).toEqual(ghosts.list[0].run.record!.columns.loss);
    await next.remove([next.list[0].id]);
    expect(store.get(id)!.pinned).toBe(false);
    const last = service();
    await last.open();
    expect(last.list).toEqual([]);
  });

  it('live in memory while the history does not keep them, and are kept once it does', async () => {
    const run = made(1);
    expect(await ghosts.pin(run, HOME)).toBe('pinned');
    expect(ghosts.list).toMatchObject([{ kept: false }]);
    const { id } = ghosts.list[0];
    let told = 0;
    ghosts.onDidChange(() => told++);
    const entry = await keep(run);
    await settled();
    // The same ghost: what a page has hidden stays hidden.
    expect(ghosts.list).toMatchObject([{ kept: true, id }]);
    expect(told).toBeGreaterThan(0);
    expect(store.get(entry)!.pinned).toBe(true);
    expect(memory.values.size).toBe(1);
  });

  it('leave a pin of a person in the history alone', async () => {
    const id = await keep(made(1));
    await store.pin([id], true);
    expect(await ghosts.pinKept({ id })).toBe('pinned');
    await ghosts.remove(null);
    expect(ghosts.list).toEqual([]);
    expect(store.get(id)!.pinned).toBe(true);
  });

  it('stay when later runs push others out of the history', async () => {
    store.dispose();
    store = await openStore(2);
    ghosts = service();
    const run = made(0);
    const id = await keep(run);
    await ghosts.pin(run, HOME);
    await settled();
    for (const n of [1, 2, 3]) await keep(made(n));
    expect(store.list()).toHaveLength(3);
    expect(store.get(id)).toBeDefined();
    expect(labels()).toEqual(['run 0']);
  });

  it('go with a run that is deleted from the history, and come back with Undo', async () => {
    const id = await keep(made(1));
    await ghosts.pinKept({ id });
    await store.delete([id]);
    await settled();
    expect(ghosts.list).toEqual([]);
    const next = service();
    await next.open();
    expect(next.list).toEqual([]);
    await store.restore([id]);
    await settled();
    expect(labels()).toEqual(['run 1']);
  });

  it('follow their file to another name', async () => {
    const id = await keep(made(1));
    await ghosts.pinKept({ id });
    await store.move(HOME, 'file:///ws/b.gdexp');
    await settled();
    expect(ghosts.list).toMatchObject([{ file: 'b.gdexp', experiment: 'file:///ws/b.gdexp' }]);
  });

  it(`are ${GHOSTS_MOST} at most, however quickly they are asked for, and each once`, async () => {
    const runs = Array.from({ length: GHOSTS_MOST + 2 }, (_, n) => made(n));
    const outcomes = await Promise.all(runs.map((run) => ghosts.pin(run, HOME)));
    expect(outcomes).toEqual([...Array.from({ length: GHOSTS_MOST }, () => 'pinned'), 'full', 'full']);
    expect(await ghosts.pin(runs[2], HOME)).toBe('already');
    await ghosts.remove([ghosts.list[0].id]);
    expect(await ghosts.pin(runs[GHOSTS_MOST], HOME)).toBe('pinned');
    expect(labels()).toEqual(['run 1', 'run 2', 'run 3', 'run 4', 'run 5', 'run 6', 'run 7', 'run 8']);
    const id = await keep(made(20));
    expect(await ghosts.pinKept({ id })).toBe('full');
    expect(await ghosts.pinKept({ id: 'nowhere' })).toBe('gone');
  });

  it('survive a memento that holds something else', async () => {
    memory.values.set('gdexp.ghosts', { not: 'a list' });
    const next = service();
    await next.open();
    expect(next.list).toEqual([]);
    expect(warnings).toEqual([]);
  });
});
