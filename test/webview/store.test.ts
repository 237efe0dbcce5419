import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PageStore } from '../../webview/state/store';
import type { Change } from '../../webview/state/types';
import { RecordingPort, init, labDocument, labRun } from './fixtures';

let port: RecordingPort;
let store: PageStore;

beforeEach(() => {
  vi.useFakeTimers();
  port = new RecordingPort();
  store = new PageStore(port);
});
afterEach(() => vi.useRealTimers());

const frame = () => vi.advanceTimersByTime(20);
const preview = (key: string, steps: number, status: 'completed' | 'running' = 'completed') => labRun(key, { id: `preview-${key}`, preview: true, steps, status });

describe('steps', () => {
  it('stand at the end of the longest run until a person moves them', () => {
    init(port, [labRun('0/0', { steps: 20 }), labRun('0/1', { steps: 50 })]);
    expect([store.step, store.maxStep]).toEqual([50, 50]);
    port.say({ type: 'run', runs: [labRun('0/2', { steps: 80 })] });
    expect(store.step).toBe(80);
    store.setStep(12.4);
    port.say({ type: 'run', runs: [labRun('0/2', { steps: 90 })] });
    expect([store.step, store.maxStep]).toEqual([12, 90]);
    store.setStep(1e9);
    expect(store.step).toBe(90);
    store.setStep(-3);
    expect(store.step).toBe(0);
  });

  it('find the last row at or before them in a decimated record', () => {
    const run = labRun('0/0', { record: { rows: 4, columns: { step: Float64Array.of(0, 10, 17, 40) }, kept: 'buckets', snapshots: null } });
    expect([0, 9, 10, 16, 17, 39, 40, 99].map((step) => store.rowAt(run, step))).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    expect(store.rowAt(labRun('0/0', { record: null }), 3)).toBe(-1);
  });

  it('play forward at 60 a second, scaled by the speed, and stop at the end', () => {
    init(port, [labRun('0/0', { steps: 120 })]);
    store.setStep(0);
    store.setSpeed(2);
    store.setPlaying(true);
    vi.advanceTimersByTime(500);
    expect(store.step).toBeGreaterThan(40);
    expect(store.step).toBeLessThan(70);
    vi.advanceTimersByTime(1500);
    expect([store.step, store.playing]).toEqual([120, false]);
  });
});

describe('series', () => {
  it('are hidden one by one and isolated, and isolating again shows all', () => {
    init(port, [labRun('0/0'), labRun('0/1'), labRun('0/2')]);
    store.toggleHidden('0/1');
    expect(store.visibleRuns.map((run) => run.seriesKey)).toEqual(['0/0', '0/2']);
    store.isolate('0/2');
    expect([...store.hidden].sort()).toEqual(['0/0', '0/1']);
    store.isolate('0/2');
    expect(store.hidden.size).toBe(0);
  });

  it('keep selection and visibility only while they exist', () => {
    init(port);
    store.select('0/2');
    store.toggleHidden('0/2');
    port.say({ type: 'document', document: labDocument({ series: labDocument().series.slice(0, 2) }) });
    expect([store.selected, store.hidden.size]).toEqual(['0/0', 0]);
  });

  it('are represented by their first start and first seed', () => {
    init(port, [labRun('0/0', { id: 'b', startIndex: 1, seed: 1 }), labRun('0/0', { id: 'c', startIndex: 0, seed: 43 }), labRun('0/0', { id: 'a', startIndex: 0, seed: 42 })]);
    expect(store.runOf('0/0')?.id).toBe('a');
    expect(store.runOf('0/1')).toBeUndefined();
  });
});

describe('previews', () => {
  const edit = (value: number) => [{ path: '/optimizers/0/learningRate', value }];

  it('leave one at a time, the newest first, at most one a frame', () => {
    init(port, [labRun('0/0')]);
    for (const value of [0.1, 0.2, 0.3]) store.preview(edit(value));
    expect(port.of('preview')).toHaveLength(0);
    frame();
    expect(port.of('preview').map((message) => message.edits)).toEqual([edit(0.3)]);
    store.preview(edit(0.4));
    store.preview(edit(0.5));
    frame();
    frame();
    expect(port.of('preview')).toHaveLength(1);
    port.say({ type: 'runs', runs: [preview('0/0', 7, 'running')] });
    frame();
    expect(port.of('preview').map((message) => message.edits)).toEqual([edit(0.3), edit(0.5)]);
  });

  it('that change nothing leave the results and let the next go', () => {
    init(port, [labRun('0/0')]);
    store.preview(edit(0.1));
    frame();
    store.preview(edit(0.2));
    port.say({ type: 'runs', runs: [] });
    frame();
    expect(store.runs.map((run) => run.seriesKey)).toEqual(['0/0']);
    expect(port.of('preview')).toHaveLength(2);
  });

  it('are not held back for ever by an answer that was lost', () => {
    store.preview(edit(0.1));
    frame();
    store.preview(edit(0.2));
    vi.advanceTimersByTime(2100);
    expect(port.of('preview')).toHaveLength(2);
  });

  it('stand in place of the results of their series, and give them back', () => {
    init(port, [labRun('0/0', { steps: 20 }), labRun('0/1', { steps: 30 })]);
    store.preview(edit(0.1));
    frame();
    port.say({ type: 'run', runs: [preview('0/0', 7)] });
    expect(store.runs.map((run) => [run.seriesKey, run.preview, run.steps])).toEqual([['0/0', true, 7], ['0/1', false, 30]]);
    store.preview(null);
    expect(port.of('preview').at(-1)!.edits).toBeNull();
    expect(store.runs.map((run) => [run.seriesKey, run.preview, run.steps])).toEqual([['0/0', false, 20], ['0/1', false, 30]]);
  });

  it('stay after a release until the new results arrive', () => {
    init(port, [labRun('0/0', { steps: 20 })]);
    store.preview(edit(0.1));
    frame();
    port.say({ type: 'run', runs: [preview('0/0', 7)] });
    store.edit(edit(0.1));
    store.preview(null);
    expect(store.runs[0].steps).toBe(7);
    port.say({ type: 'runs', runs: [labRun('0/0', { steps: 7 })] });
    expect(store.runs.map((run) => run.preview)).toEqual([false]);
  });

  it('that arrive after the drag are dropped', () => {
    init(port, [labRun('0/0', { steps: 20 })]);
    store.preview(edit(0.1));
    frame();
    store.preview(null);
    port.say({ type: 'run', runs: [preview('0/0', 7)] });
    expect(store.runs.map((run) => run.steps)).toEqual([20]);
  });
});

describe('panels', () => {
  it('show two where there is room, the one opened longest ago giving way', () => {
    expect(new Set(store.panels)).toEqual(new Set(['landscape', 'convergence']));
    store.togglePanel('gradients');
    expect(new Set(store.panels)).toEqual(new Set(['landscape', 'gradients']));
    store.togglePanel('landscape');
    expect(store.panels).toEqual(['gradients']);
    store.togglePanel('gradients');
    expect(store.panels).toEqual(['gradients']);
  });

  it('show the latest alone where there is none, and both again when there is', () => {
    store.setRoom(1);
    expect(store.panels).toEqual(['landscape']);
    store.openPanel('convergence');
    expect(store.panels).toEqual(['convergence']);
    store.setRoom(2);
    expect(new Set(store.panels)).toEqual(new Set(['landscape', 'convergence']));
  });
});

describe('requests', () => {
  it('resolve with the reply that names them and reject with its error', async () => {
    const first = store.probe(null, [1, 1]);
    const second = store.probe(null, [2, 2]);
    const [a, b] = port.of('probe').map((message) => message.request);
    port.say({ type: 'reply', request: b, error: 'no such variant' });
    port.say({ type: 'reply', request: a, probe: { loss: 0, gradient: Float64Array.of(0, 0), eigenvalues: null, hessian: null } });
    await expect(first).resolves.toMatchObject({ loss: 0 });
    await expect(second).rejects.toThrow('no such variant');
  });

  it('edits of a read-only document are not sent', () => {
    init(port, [], labDocument({ editable: false }));
    store.edit([{ path: '/seed', value: 1 }]);
    expect(port.of('edit')).toHaveLength(0);
  });
});

it('remembers the view and finds it again', () => {
  init(port, [labRun('0/0', { steps: 40 })]);
  store.select('0/1');
  store.toggleHidden('0/2');
  store.setStep(13);
  store.setSetting('folded.objective', true);
  store.togglePanel('gradients');
  vi.advanceTimersByTime(300);
  const again = new RecordingPort(JSON.parse(JSON.stringify(port.saved)));
  const restored = new PageStore(again);
  init(again, [labRun('0/0', { steps: 40 })]);
  expect([restored.selected, [...restored.hidden], restored.step, restored.setting('folded.objective', false)]).toEqual(['0/1', ['0/2'], 13, true]);
  expect(new Set(restored.panels)).toEqual(new Set(store.panels));
});

it('survives a saved view of any shape', () => {
  for (const saved of [null, 3, 'x', [], { panels: ['gone'], hidden: 5, step: 'NaN', settings: null }]) {
    const restored = new PageStore(new RecordingPort(saved));
    expect(restored.panels.length).toBeGreaterThan(0);
  }
});

it('tells listeners what changed', () => {
  const changes: Change[] = [];
  const end = store.subscribe((change) => changes.push(change));
  init(port, [labRun('0/0')]);
  store.select('0/1');
  end();
  store.select('0/0');
  expect(changes).toEqual(['document', 'runs', 'step', 'selection']);
});
