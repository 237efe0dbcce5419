import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabDocument, LabGhost, LabRun } from '../../src/protocol/lab';
import './browserGaps';
import { drawnGhosts, ghostDash, ghostName, ghostStyle, isSameRun, pathProblem } from '../../webview/charts/ghosts';
import type { Palette } from '../../webview/charts/palette';
import { pixelPath } from '../../webview/charts/paths';
import { Scale } from '../../webview/charts/scale';
import '../../webview/labPage';
import { lossScale, valueAt } from '../../webview/panels/convergenceData';
import { ghostTraces, markGhosts } from '../../webview/panels/convergenceGhosts';
import '../../webview/panels/convergence';
import { Shown } from '../../webview/panels/convergenceShown';
import '../../webview/panels/landscape';
import { drawGhostPaths } from '../../webview/panels/landscapePaths';
import { PageStore } from '../../webview/state/store';
import type { LabPicture } from '../../webview/state/types';
import { RecordingPort, init, labDocument, labRun } from './fixtures';
import { networkDocument, networkRun } from './networkFixtures';

let port: RecordingPort;
let store: PageStore;
let element: (HTMLElement & { updateComplete?: Promise<unknown> }) | undefined;

beforeEach(() => {
  port = new RecordingPort();
  store = new PageStore(port);
});
afterEach(() => {
  element?.remove();
  element = undefined;
});

/** A pinned run of x² by rate 0.1 from 1, where nothing else is said. */
function ghost(id: string, change: Partial<LabGhost> = {}, run: Partial<LabRun> = {}): LabGhost {
  const made = labRun('0/1', { label: 'NAG', seconds: 0.5, ...run, id: `ghost:${id}` });
  const at = made.record!.columns.step.map((k) => 0.8 ** k);
  const record = { ...made.record!, columns: { ...made.record!.columns, learningRate: at.map(() => 0.1), theta0: at, theta1: at.map(() => 0) } };
  return { id, run: { ...made, ...(run.record === undefined ? { record } : {}) }, file: 'valley.gdexp', here: true, kind: 'objective', rate: 0.1, surface: 'rosenbrock', kept: true, ...change };
}

const pinned = (...ghosts: readonly LabGhost[]): void => port.say({ type: 'ghosts', ghosts });
const three = () => [labRun('0/0', { label: 'SGD' }), labRun('0/1', { label: 'NAG', steps: 12 }), labRun('0/2', { label: 'Adam' })];

async function show(tag: string, runs: readonly LabRun[] = three(), document: LabDocument = labDocument()): Promise<void> {
  init(port, runs, document);
  element = globalThis.document.createElement(tag);
  (element as LabPicture).store = store;
  globalThis.document.body.append(element);
  await settle();
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) {
    await Promise.all([element!, ...element!.querySelectorAll<HTMLElement & { updateComplete?: Promise<unknown> }>('*')].map((each) => (each as { updateComplete?: Promise<unknown> }).updateComplete));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const text = (selector: string): string[] => [...element!.querySelectorAll(selector)].map((each) => each.textContent!.replace(/\s+/g, ' ').trim());

describe('A result', () => {
  it('is pinned and let go by a button that says whose it is', async () => {
    await show('gdexp-lab');
    const buttons = () => [...element!.querySelectorAll<HTMLButtonElement>('.pin-button')];
    expect(buttons().map((each) => [each.getAttribute('aria-label'), each.getAttribute('aria-pressed')])).toEqual(['SGD', 'NAG', 'Adam'].map((label) => [`Pin ${label} as a ghost behind later runs`, 'false']));
    buttons()[1].click();
    expect(port.of('pin')).toEqual([{ type: 'pin', run: '0/1' }]);
    pinned(ghost('g', {}, { ...three()[1], seconds: 0.001 }));
    await settle();
    expect(buttons().map((each) => each.getAttribute('aria-pressed'))).toEqual(['false', 'true', 'false']);
    expect(buttons()[1].getAttribute('aria-label')).toBe('Remove the ghost of NAG');
    buttons()[1].click();
    expect(port.of('unpin')).toEqual([{ type: 'unpin', ghost: 'g' }]);
    // To press it is no choice of a row.
    expect(store.selected).toBe('0/0');
  });

  it('cannot be pinned while it runs, nor as the picture of a drag', async () => {
    await show('gdexp-lab', [labRun('0/0', { status: 'running', verdict: null }), labRun('0/1', { record: null }), labRun('0/2')]);
    expect([...element!.querySelectorAll<HTMLButtonElement>('.pin-button')].map((each) => each.disabled)).toEqual([true, true, false]);
  });

  it('is its own ghost only where label, seed, start and every number agree, in this file', () => {
    const run = three()[1];
    const own = ghost('g', {}, { ...run });
    expect(isSameRun(own, run)).toBe(true);
    expect(isSameRun({ ...own, here: false }, run)).toBe(false);
    for (const change of [{ seed: 1 }, { startIndex: 1 }, { loss: 2 }, { seconds: 3 }, { label: 'x' }, { variant: 'v' }, { preview: true }]) expect(isSameRun(own, { ...run, ...change })).toBe(false);
  });
});

describe('The list of ghosts', () => {
  it('tells name, rate, loss, file, and why there is no path', async () => {
    await show('gdexp-lab');
    expect(element!.querySelector('.ghosts')).toBeNull();
    pinned(ghost('a'), ghost('b', { here: false, file: 'ravine.gdexp', surface: 'another', kept: false }, { label: 'Adam', loss: 0.25 }));
    await settle();
    const parts = [...element!.querySelectorAll('.ghost-face')].map((face) => [...face.querySelectorAll('span')].map((part) => part.textContent!.trim()));
    // 0.64^20 in three digits.
    expect(parts).toEqual([['NAG', 'lr 0.1', 'loss 1.33e−4'], ['Adam', 'lr 0.1', 'loss 0.25', 'ravine', 'no path: other objective']]);
    const [first, second] = [...element!.querySelectorAll('.ghost-face')].map((each) => each.getAttribute('aria-label'));
    expect(first).toContain('pinned run of valley.gdexp');
    expect(first).not.toContain('history');
    expect(second).toContain('gone when the window is closed');
    expect(element!.querySelector('.ghosts')!.getAttribute('aria-label')).toBe('Ghosts: pinned runs');
  });

  it('removes one or all, and keeps the focus', async () => {
    await show('gdexp-lab');
    pinned(ghost('a'), ghost('b'), ghost('c'));
    await settle();
    const remove = () => [...element!.querySelectorAll<HTMLButtonElement>('.ghost-remove')];
    remove()[1].focus();
    remove()[1].click();
    expect(port.of('unpin').at(-1)).toEqual({ type: 'unpin', ghost: 'b' });
    pinned(ghost('a'), ghost('c'));
    await settle();
    expect(globalThis.document.activeElement).toBe(remove()[1]);
    [...element!.querySelectorAll<HTMLButtonElement>('button')].find((each) => each.getAttribute('aria-label') === 'Remove All Ghosts')!.click();
    expect(port.of('unpin').at(-1)).toEqual({ type: 'unpin', ghost: null });
    pinned();
    await settle();
    expect(element!.querySelector('.ghosts')).toBeNull();
    expect(globalThis.document.activeElement!.getAttribute('role')).toBe('tab');
  });

  it('says aloud what was pinned and what went', async () => {
    await show('gdexp-lab');
    const said = () => element!.querySelector('[role=status][aria-live]')!.textContent;
    pinned(ghost('a'));
    await settle();
    expect(said()).toBe('Pinned as a ghost: NAG, lr 0.1.');
    pinned();
    await settle();
    expect(said()).toBe('No ghosts are left.');
  });

  it('hides one in all pictures, and remembers that with the view', async () => {
    await show('gdexp-lab');
    pinned(ghost('a'), ghost('b'));
    await settle();
    element!.querySelector<HTMLElement>('.ghost-face')!.click();
    expect(drawnGhosts(store).map(({ ghost: { id }, slot }) => [id, slot])).toEqual([['b', 1]]);
    await new Promise((resolve) => setTimeout(resolve, 250));
    const later = new PageStore(new RecordingPort(port.saved));
    expect([...later.hiddenGhosts]).toEqual(['a']);
  });
});

describe('Convergence', () => {
  it('has a trace of each ghost after those of its own runs, in the colour of its series', () => {
    init(port, three());
    pinned(ghost('a'));
    const shown = new Shown(() => store, () => undefined);
    expect(shown.traces).toHaveLength(3);
    const trace = shown.all[3];
    expect(trace).toMatchObject({ label: 'NAG, lr 0.1, pinned', index: 1, selected: false, named: false, ghost: { id: 'a', slot: 0 } });
    // x² by rate 0.1 from 1.
    expect(valueAt(trace, 5)!.value).toBeCloseTo(0.64 ** 5, 14);
    expect([...(trace.rate as Float64Array)].every((rate) => rate === 0.1)).toBe(true);
  });

  it('draws no ghost over the result that it is, and draws it once another stands there', () => {
    init(port, three());
    pinned(ghost('a', {}, { ...three()[1] }));
    expect(drawnGhosts(store)).toEqual([]);
    port.say({ type: 'runs', runs: [labRun('0/1', { label: 'NAG', seconds: 0.7, loss: 3 })] });
    expect(drawnGhosts(store)).toHaveLength(1);
    port.say({ type: 'runs', runs: three() });
    store.toggleHidden('0/1');
    expect(drawnGhosts(store)).toHaveLength(1);
  });

  it('takes its scale from its own runs alone', () => {
    init(port, three());
    const negative = labRun('0/1').record!;
    pinned(ghost('a', { here: false }, { record: { ...negative, columns: { ...negative.columns, loss: negative.columns.loss.map((value) => -value) } } }));
    const shown = new Shown(() => store, () => undefined);
    expect(shown.scale.mode).toBe('log');
    expect(shown.all).toHaveLength(4);
  });

  it('measures no distance to this minimum for a ghost of another function', () => {
    init(port, three());
    const gap = lossScale(new Shown(() => store, () => undefined).traces, 'gap', store);
    expect(gap.mode).toBe('gap');
    pinned(ghost('a'), ghost('b', { surface: 'another' }));
    expect(ghostTraces(store, 'loss', gap).map((trace) => trace.ghost!.id)).toEqual(['a']);
    expect(ghostTraces(store, 'loss', { ...gap, mode: 'log' }).map((trace) => trace.ghost!.id)).toEqual(['a', 'b']);
  });

  it('shows the epochs of a pinned network, with its validation, and no network among functions', () => {
    init(port, [networkRun('0/0')], networkDocument());
    const { id: _id, ...network } = networkRun('0/1', { label: 'wide', seconds: 9 });
    const pinnedNetwork = ghost('n', { kind: 'model', surface: null, here: false, file: 'b.gdexp' }, network);
    pinned(pinnedNetwork);
    const traces = new Shown(() => store, () => undefined).all.filter((trace) => trace.ghost);
    expect(traces.map(({ part }) => part)).toEqual(['training', 'validation']);
    expect([...traces[0].steps as Float64Array]).toEqual([4, 8, 12, 16, 20]);
    expect([...traces[0].loss as Float64Array]).toEqual([0.5, 0.25, 0.125, 0.0625, 0.03125]);
    port.say({ type: 'document', document: labDocument() });
    port.say({ type: 'runs', runs: three() });
    expect(new Shown(() => store, () => undefined).all.filter((trace) => trace.ghost)).toEqual([]);
  });

  it('has an entry of the legend that hides it, reads it at the step, and speaks of it', async () => {
    await show('gdexp-convergence');
    pinned(ghost('a', { here: false, file: 'ravine.gdexp' }));
    store.setStep(2);
    await settle();
    const entry = element!.querySelector<HTMLButtonElement>('.legend-entry.is-ghost')!;
    expect(entry.textContent!.replace(/\s+/g, ' ').trim()).toBe('NAG, lr 0.1, ravinepinned 0.41');
    expect(entry.querySelector('path')!.getAttribute('stroke-dasharray')).toBe(ghostDash(0).map((length) => length * 0.7).join(' '));
    expect((element as LabPicture).summary()).toMatch(/NAG, lr 0.1, ravine, pinned 0.41/);
    entry.click();
    await settle();
    expect(entry.getAttribute('aria-pressed')).toBe('false');
    expect((element as LabPicture).summary()).not.toContain('pinned');
  });

  it('is not disturbed while runs grow and are replaced', async () => {
    await show('gdexp-convergence');
    pinned(ghost('a'));
    port.say({ type: 'runs', runs: [] });
    port.say({ type: 'run', runs: [labRun('0/0', { status: 'running', verdict: null, steps: 3 })] });
    await settle();
    expect(text('.legend-entry.is-ghost .legend-name')).toEqual(['NAG, lr 0.1']);
  });
});

describe('Landscape', () => {
  it('has the paths of ghosts of the same function, and says of the others why not', async () => {
    await show('gdexp-landscape');
    pinned(ghost('a'), ghost('b', { surface: 'another' }));
    store.setStep(3);
    await settle();
    expect((element as LabPicture).summary()).toContain('Pinned runs behind: NAG, lr 0.1, f = 0.262.');
    expect(pathProblem(ghost('b', { surface: 'another' }), 'rosenbrock')).toBe('no path: other objective');
    expect(pathProblem(ghost('b', { surface: null }), undefined)).toMatch(/no path/);
    expect(pathProblem(ghost('b', {}, { record: labRun('0/0').record }), 'rosenbrock')).toBe('no path: its points were not kept');
  });
});

/** What was asked of a canvas: each stroke with its colour, dashes and opacity. */
class Pen {
  strokeStyle = '';
  fillStyle = '';
  lineWidth = 1;
  lineJoin = '';
  lineCap = '';
  globalAlpha = 1;
  dash: number[] = [];
  readonly strokes: { color: string; dash: number[]; points: [number, number][] }[] = [];
  private points: [number, number][] = [];
  save(): void {}
  restore(): void {}
  rect(): void {}
  clip(): void {}
  beginPath(): void { this.points = []; }
  moveTo(x: number, y: number): void { this.points.push([x, y]); }
  lineTo(x: number, y: number): void { this.points.push([x, y]); }
  setLineDash(dash: number[]): void { this.dash = dash; }
  stroke(): void { this.strokes.push({ color: this.strokeStyle, dash: [...this.dash], points: this.points }); }
}

describe('A ghost’s line', () => {
  const palette = { background: '#101010', contrast: false, series: () => ({ color: '#6CB2FF', marker: 'circle', dash: [2, 3] }) } as unknown as Palette;

  it('has its series’ colour at 45 %, stronger in high contrast, and dashes of its own in each place', () => {
    expect(ghostStyle(palette, 0, 0).color).toBe('rgba(108, 178, 255, 0.45)');
    expect(ghostStyle({ ...palette, contrast: true }, 0, 0).color).toBe('rgba(108, 178, 255, 0.75)');
    expect(new Set(Array.from({ length: 8 }, (_, slot) => JSON.stringify(ghostDash(slot)))).size).toBe(8);
    for (let slot = 0; slot < 8; slot++) expect(ghostDash(slot).length).toBeGreaterThan(0);
  });

  it('is drawn whole on the map, dashed on its halo', () => {
    const pen = new Pen();
    const { record } = ghost('a').run;
    const path = { steps: record!.columns.step, a: record!.columns.theta0, b: record!.columns.theta1 };
    const pixels = pixelPath(path, (a) => 100 * a, (b) => 50 - 100 * b);
    const style = ghostStyle(palette, 0, 2);
    drawGhostPaths(pen as unknown as CanvasRenderingContext2D, palette, [{ run: ghost('a').run, style, selected: false, named: true, name: 'x', path, pixels }], { left: 0, top: 0, width: 200, height: 100 });
    const [halo, line] = pen.strokes;
    expect(pen.strokes).toHaveLength(2);
    expect(halo.dash).toEqual([]);
    expect(line).toMatchObject({ color: 'rgba(108, 178, 255, 0.45)', dash: [...ghostDash(2)] });
    expect(line.points[0]).toEqual([100, 50]);
    expect(line.points.at(-1)![0]).toBeCloseTo(100 * 0.8 ** 20, 4);
  });

  it('is named on the chart once, along its way, where it is in view', () => {
    init(port, three());
    pinned(ghost('a'), ghost('b'));
    const shown = new Shown(() => store, () => undefined);
    const asked: { text: string; x: number }[] = [];
    const area = { left: 0, right: 100, top: 0, bottom: 100 };
    const y = new Scale('log', 1e-6, 1, area.bottom, area.top);
    const draw = (xOf: (step: number) => number) => markGhosts(new Pen() as unknown as CanvasRenderingContext2D, palette, shown.all, shown.scale, (_trace, step) => xOf(step), y, area, (name, _color, _weight, x) => asked.push({ text: name, x }));
    draw((step) => 5 * step);
    expect(asked.map(({ text: name }) => name)).toEqual(['NAG, lr 0.1, pinned', 'NAG, lr 0.1, pinned']);
    expect(asked[0].x).not.toBe(asked[1].x);
    for (const { x } of asked) expect(x).toBeGreaterThan(0);
    asked.length = 0;
    draw((step) => 5 * step + 1000);
    expect(asked).toEqual([]);
  });

  it('is called after its optimizer, its rate, and its file where that is another', () => {
    expect(ghostName(ghost('a'))).toBe('NAG, lr 0.1');
    expect(ghostName(ghost('a', { rate: null }, { variant: 'hot' }))).toBe('NAG · hot');
    expect(ghostName(ghost('a', { here: false, file: 'ravine.gdexp' }))).toBe('NAG, lr 0.1, ravine');
  });
});
