import { describe, expect, it } from 'vitest';
import type { Trial } from '../../src/core/training/trial';
import type { ListedEntry } from '../../src/host/history/entry';
import { answers, contentOf, entryOf, revive } from '../../src/host/history/keptRun';
import { bestOf, fileName, NO_FILTER, outcomeOf, runTree } from '../../src/host/history/runTree';
import { decodeData, encodeData } from '../../src/host/history/plainData';
import { sha256 } from '../../src/host/history/store';
import { toLabRun } from '../../src/host/runs/labRun';
import { Run } from '../../src/host/runs/run';
import { trialKey } from '../../src/host/runs/trialKey';
import { relativeTime } from '../../src/wording/time';
import { madeRun } from './historyFixtures';

function entry(n: number, more: Partial<ListedEntry> = {}): ListedEntry {
  return { ...madeRun(n).run, id: `id${String(n).padStart(4, '0')}`, text: 't', textBytes: 1, pinned: false, bytes: 100, ...more };
}

const newestFirst = (...numbers: number[]): ListedEntry[] => numbers.sort((a, b) => b - a).map((n) => entry(n));

describe('The tree of runs', () => {
  it('groups by experiment and by the time they were started, newest first, runs in the order of the file', () => {
    const entries = [...newestFirst(0, 1, 2, 3, 4, 5), entry(6, { experiment: 'file:///ws/b.gdexp', batch: 'other' })].sort((a, b) => (a.id < b.id ? 1 : -1));
    const tree = runTree(entries);
    expect(tree.map(({ id }) => id)).toEqual(['file:///ws/b.gdexp', 'file:///ws/a.gdexp']);
    expect(tree[1].children.map((batch) => batch.children.map((run) => run.entries[0].label))).toEqual([['run 4', 'run 5'], ['run 0', 'run 1', 'run 2', 'run 3']]);
  });

  it('knows which runs of a batch only a seed or a start tells apart', () => {
    const runs = [{ label: 'a', seed: 0 }, { label: 'a', seed: 1 }, { label: 'b' }, { label: 'c', startIndex: 0 }, { label: 'c', startIndex: 1 }].map((more, n) => entry(n, { ...more, batch: 'x', trialId: `0/${n}/0/0` }));
    expect(runTree(runs)[0].children[0].children.map(({ several }) => [several.seeds, several.starts])).toEqual([[true, false], [true, false], [false, false], [false, true], [false, true]]);
  });

  it('orders places of a file as numbers, not as text', () => {
    const entries = ['0/10/0/0', '0/2/0/0', '1/0/0/0'].map((trialId, n) => entry(n, { trialId, batch: 'b' }));
    expect(runTree(entries)[0].entries.map(({ trialId }) => trialId)).toEqual(['0/2/0/0', '0/10/0/0', '1/0/0/0']);
  });

  it('filters by words, pins, outcome and what started a run', () => {
    const entries = [entry(0, { pinned: true }), entry(1, { verdict: 'diverged', status: 'diverged' }), entry(2, { automatic: true }), entry(3, { title: 'Ravine' })];
    const labels = (filter: Partial<typeof NO_FILTER>): string[] => runTree(entries, { ...NO_FILTER, ...filter }).flatMap((root) => root.entries.map(({ label }) => label));
    expect(labels({ pinned: true })).toEqual(['run 0']);
    expect(labels({ outcome: 'bad' })).toEqual(['run 1']);
    expect(labels({ outcome: 'good' })).toEqual(['run 0', 'run 2', 'run 3']);
    expect(labels({ automatic: false })).toEqual(['run 0', 'run 1', 'run 3']);
    expect(labels({ text: ' RAVine' })).toEqual(['run 3']);
    expect(labels({ text: 'diverged' })).toEqual(['run 1']);
    expect(labels({ experiment: 'file:///ws/none.gdexp' })).toEqual([]);
  });

  it('finds the best of a batch: lowest, highest where a maximum is sought, never a diverged one', () => {
    const lost = entry(9, { loss: -1e9, status: 'diverged' });
    expect(bestOf([entry(3), entry(1), entry(2), lost])?.loss).toBe(1);
    expect(bestOf([entry(3, { goal: 'maximize' }), entry(1, { goal: 'maximize' })])?.loss).toBe(3);
    expect(bestOf([entry(1, { loss: NaN }), lost])).toBeNull();
  });

  it('names files and unknown verdicts as well as it can', () => {
    expect(fileName('file:///ws/my%20file.gdexp')).toBe('my file.gdexp');
    expect(fileName('file:///ws/100%.gdexp')).toBe('100%.gdexp');
    expect(outcomeOf({ verdict: 'verdictOfTheFuture' })).toBe('verdictOfTheFuture');
  });

  it('tells how long ago', () => {
    const hour = 3_600_000;
    expect(relativeTime(1e12, 1e12 + 20_000, 'en')).toBe('now');
    expect(relativeTime(1e12, 1e12 + 2.5 * hour, 'en')).toMatch(/^2 hr/);
    expect(relativeTime(1e12, 1e12 + 25 * hour, 'en')).toBe('yesterday');
    // A clock that was set back.
    expect(relativeTime(1e12 + hour, 1e12, 'en')).toBe('now');
  });
});

describe('Kept runs', () => {
  const trialOf = (n: number): Trial => madeRun(n).content.trial;

  function finished(n: number): Run {
    const { trial, summary, record } = madeRun(n).content;
    const run = Run.create(trial, 1e6);
    run.append(record!);
    run.finish({ ...summary, verdict: { ...summary.verdict, remedies: [{ id: 'learningRate', path: `/optimizers/${trial.optimizerIndex}/learningRate`, value: 0.2 }] } });
    return run;
  }

  it('come back as they were shown, through the store\'s bytes', async () => {
    const run = finished(1);
    const context = { batch: 'b', batchStarted: 1, automatic: false, finished: 2000, experiment: 'file:///a', title: '', version: '1' };
    const kept = { ...(await entryOf(run, context)), id: 'x', text: 't', textBytes: 1, pinned: false, bytes: 1 };
    expect(kept.key).toBe(await sha256(trialKey(trialOf(1))));
    const back = revive(kept, decodeData(encodeData(contentOf(run))) as ReturnType<typeof contentOf>);
    const { record, ...outcome } = toLabRun(back);
    const { record: before, ...outcomeBefore } = toLabRun(run);
    expect(outcome).toEqual(outcomeBefore);
    expect(record).toEqual(before);
    expect(back.key).toBe(run.key);
    expect(() => back.append(record!)).toThrow();
  });

  it('name places of the file as it is now, also after the optimizer moved twice', () => {
    const run = finished(1);
    run.moveTo({ ...run.trial, id: '0/3/0/0', optimizerIndex: 3 });
    const back = revive({ finished: 1, seconds: 1 }, contentOf(run));
    expect(back.currentPath(back.summary!.verdict.remedies[0].path)).toBe('/optimizers/3/learningRate');
    back.moveTo({ ...back.trial, id: '0/0/0/0', optimizerIndex: 0 });
    expect(back.currentPath(back.summary!.verdict.remedies[0].path)).toBe('/optimizers/0/learningRate');
  });

  it('are thinned to a bounded size, with their extremes', () => {
    const { trial, summary } = madeRun(1).content;
    const run = Run.create(trial, 64e6);
    const rows = 50_000;
    const loss = Float64Array.from({ length: rows }, (_, k) => (k === 12_345 ? 1e9 : k === 30_001 ? -7 : 1));
    const step = Float64Array.from({ length: rows }, (_, k) => k);
    run.append({ rows, kept: 'all', snapshots: null, columns: { step, loss, gradientNorm: step } });
    run.finish(summary);
    const { record } = contentOf(run);
    expect(record!.rows).toBeLessThanOrEqual(3000);
    expect(record!.kept).toBe('buckets');
    expect([...record!.columns.loss]).toContain(1e9);
    expect([...record!.columns.loss]).toContain(-7);
    expect(record!.columns.step.at(-1)).toBe(rows - 1);
  });

  it('answer the trials that are equal, newest first; stand in for those that changed', async () => {
    const trials = [trialOf(0), trialOf(1), trialOf(2)];
    const keys = new Map(await Promise.all(trials.map(async (trial) => [trial, await sha256(trialKey(trial))] as const)));
    const key = (n: number): string => keys.get(trials[n])!;
    const found = answers([
      entry(9, { key: key(0), status: 'cancelled' }), entry(8, { key: key(0) }), entry(7, { key: key(0) }),
      entry(6, { key: 'another', trialId: trials[1].id }), entry(5, { key: 'yet another', trialId: trials[1].id }),
      entry(4, { key: key(2), status: 'failed' }), entry(3, { key: key(2), status: 'cancelled' }),
    ], trials, keys);
    expect([...found].map(([id, { id: kept }]) => [id, kept])).toEqual([[trials[0].id, 'id0008'], [trials[1].id, 'id0006'], [trials[2].id, 'id0003']]);
  });
});
