import { describe, expect, it } from 'vitest';
import type { LabDocument, LabRun } from '../../src/protocol/lab';
import './browserGaps';
import '../../webview/panels/convergence';
import { lossRange, lossScale, plotted, traces, valueAt } from '../../webview/panels/convergenceData';
import '../../webview/panels/gradients';
import '../../webview/panels/landscape';
import { curveScale, valueOf } from '../../webview/panels/landscapeCurve';
import { init, labDocument, labRun } from './fixtures';
import { element, port, put, store } from './stage';

/** A run with every column, each a simple function of the step. */
function fullRun(key: string, change: Partial<LabRun> = {}): LabRun {
  const run = labRun(key, change);
  const { step } = run.record!.columns;
  const last = step.length - 1;
  const of = (f: (k: number) => number, update = false) => step.map((k, i) => (update && i === last ? NaN : f(k)));
  return { ...run, record: { ...run.record!, columns: {
    ...run.record!.columns, gradientNorm: of((k) => 2 * 0.8 ** k), learningRate: of(() => 0.1, true), turn: of((k) => (k === 0 ? NaN : 1)), theta0: of((k) => 0.8 ** k), theta1: of(() => 0),
    gradient0: of((k) => 2 * 0.8 ** k), gradient1: of(() => 0), updateNorm: of((k) => 0.2 * 0.8 ** k, true), weightNorm: of((k) => 0.8 ** k),
    // x² by rate 0.1: γκ − 1 = 0.2 − 1.
    alpha: of(() => -0.8, true), curvature: of(() => 2, true), predictedChange: of((k) => -0.36 * 0.64 ** k, true), actualChange: of((k) => -0.36 * 0.64 ** k, true), changeRatio: of(() => 1, true),
    sharpness: of(() => 2), sharpnessLimit: of(() => 20, true),
  } } };
}

async function show(tag: string, runs: readonly LabRun[] = [], document: LabDocument = labDocument()): Promise<void> {
  init(port, runs, document);
  put(tag);
  await settle();
}

async function settle(): Promise<void> {
  await element.updateComplete;
  await new Promise((resolve) => setTimeout(resolve, 40));
  await element.updateComplete;
}

const button = (text: string) => [...element.querySelectorAll<HTMLButtonElement>('button')].find((each) => (each.getAttribute('aria-label') ?? each.textContent ?? '').includes(text))!;
const three = () => [fullRun('0/0', { label: 'SGD' }), fullRun('0/1', { label: 'NAG', steps: 12 }), fullRun('0/2', { label: 'Adam' })];

describe.each(['gdexp-landscape', 'gdexp-convergence', 'gdexp-gradients'])('%s', (tag) => {
  it('names every button and says what it shows', async () => {
    await show(tag, three());
    expect(element.querySelectorAll('button').length).toBeGreaterThan(1);
    for (const each of element.querySelectorAll('button')) expect(each.getAttribute('aria-label') ?? each.textContent!.trim(), each.outerHTML.slice(0, 150)).not.toBe('');
    store.setStep(2);
    await settle();
    expect(element.summary()).toContain('2');
    expect(element.summary()).toContain('SGD');
    expect(element.textContent).toContain(element.summary());
  });

  it('has a state without runs, without an objective, and without a size', async () => {
    await show(tag);
    expect(element.querySelector('h2')!.textContent).not.toBe('');
    port.say({ type: 'document', document: labDocument({ objective: null, kind: 'model', series: [] }) });
    await settle();
    expect(element.querySelector('.picture-empty p')!.textContent!.trim()).not.toBe('');
    port.say({ type: 'document', document: labDocument() });
    port.say({ type: 'runs', runs: three() });
    await settle();
    expect(element.querySelector('canvas')).not.toBeNull();
  });

  it('stops listening when it leaves the page', async () => {
    await show(tag, three());
    element.remove();
    const before = element.innerHTML;
    store.setStep(1);
    store.select('0/2');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(element.innerHTML).toBe(before);
  });
});

describe('the legend of convergence', () => {
  it('reads the loss at the scrubbed step', async () => {
    await show('gdexp-convergence', three());
    store.setStep(3);
    await settle();
    const values = [...element.querySelectorAll('.legend-value')].map((each) => each.textContent);
    expect(values).toEqual(['0.262', '0.262', '0.262']);
    store.setStep(20);
    await settle();
    expect([...element.querySelectorAll('.legend-value')][1].textContent).toBe('0.00472');
  });

  it('hides by a click and isolates by a double click or by the keyboard', async () => {
    await show('gdexp-convergence', three());
    button('NAG').click();
    await settle();
    expect([...store.hidden]).toEqual(['0/1']);
    expect(button('NAG').getAttribute('aria-pressed')).toBe('false');
    button('NAG').click();
    button('Adam').dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    expect([...store.hidden].sort()).toEqual(['0/0', '0/1']);
    button('Adam').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', shiftKey: true, bubbles: true }));
    expect(store.hidden.size).toBe(0);
  });

  it('moves the step by the arrow keys on the chart', async () => {
    await show('gdexp-convergence', three());
    store.setStep(5);
    const stack = element.querySelector('.chart-stack')!;
    for (const [key, step] of [['ArrowLeft', 4], ['ArrowRight', 5], ['End', 20], ['Home', 0]] as const) {
      stack.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      expect(store.step).toBe(step);
    }
  });
});

describe('the scale of the loss', () => {
  const scaleOf = (runs: readonly LabRun[], change: Partial<LabDocument> = {}, choice: Parameters<typeof lossScale>[1] = 'auto') => {
    init(port, runs, labDocument(change));
    const all = traces(store);
    return { all, scale: lossScale(all, choice, store) };
  };
  const shifted = (key: string, by: number, change: Partial<LabRun> = {}) => {
    const run = labRun(key, change);
    return { ...run, record: { ...run.record!, columns: { ...run.record!.columns, loss: run.record!.columns.loss.map((value) => value + by) } } };
  };
  const objective = (minimum: number | null, goal: 'minimize' | 'maximize' = 'minimize') => ({ objective: { ...labDocument().objective!, goal, minima: minimum === null ? [] : [{ at: [0, 0], value: minimum }] } });

  it('is logarithmic for positive losses', () => {
    expect(scaleOf([labRun('0/0')]).scale.mode).toBe('log');
  });

  it('is the distance to the known minimum where losses are negative', () => {
    const { scale } = scaleOf([shifted('0/0', -5)], objective(-5));
    expect(scale).toMatchObject({ mode: 'gap', best: -5 });
    expect(plotted(-5 + 0.64, scale)).toBeCloseTo(0.64);
    expect(plotted(-5, scale)).toBeNaN();
  });

  it('is linear where nothing is known, and under ascent the distance to the maximum', () => {
    expect(scaleOf([shifted('0/0', -5)], objective(null)).scale.mode).toBe('linear');
    expect(scaleOf([shifted('0/0', -5)], objective(3, 'maximize')).scale).toMatchObject({ mode: 'gap', climbing: true, best: 3 });
  });

  it('falls back, and says so, where a choice does not fit the values', () => {
    expect(scaleOf([shifted('0/0', -5)], objective(null), 'log').scale).toMatchObject({ mode: 'linear', fellBack: true });
    expect(scaleOf([labRun('0/0')], {}, 'symlog').scale).toMatchObject({ mode: 'symlog', fellBack: false });
  });

  it('is not squashed by a run that blew up', () => {
    const wild = labRun('0/1', { status: 'diverged' });
    const loss = wild.record!.columns.loss.map((_, k) => 10 ** (2 * k));
    const { all, scale } = scaleOf([labRun('0/0'), { ...wild, record: { ...wild.record!, columns: { ...wild.record!.columns, loss } } }]);
    const range = lossRange(all, scale, () => true, []);
    expect(range.max).toBeLessThan(10);
    expect(range.min).toBeLessThan(0.64 ** 20);
    const alone = lossRange(all.slice(1), scale, () => true, []);
    expect(alone.max).toBeGreaterThan(1e39);
  });

  it('plots the median of several seeds with their band, and the last finite part of a diverged run', () => {
    const runs = [labRun('0/0', { id: 'a', seed: 1 }), shifted('0/0', 1, { id: 'b', seed: 2 }), shifted('0/0', 3, { id: 'c', seed: 3 })];
    const [trace] = scaleOf(runs).all;
    expect(trace.loss[0]).toBe(2);
    expect([trace.band!.low[0], trace.band!.high[0]]).toEqual([1, 4]);
    const broken = labRun('0/1', { status: 'diverged', steps: 4 });
    broken.record!.columns.loss.set([1, 2, 3, Infinity, NaN]);
    const found = scaleOf([broken]).all[0];
    expect(found.count).toBe(3);
    expect(valueAt(found, 100)).toEqual({ value: 3, step: 2, ended: true });
    expect(valueAt(found, -1)).toBeNull();
  });
});

describe('the instruments', () => {
  it('read the selected series at the step, and the last update at the end', async () => {
    await show('gdexp-gradients', three());
    store.setStep(20);
    await settle();
    const reading = (name: string) => element.querySelector(`[data-instrument=${name}] .instrument-value`)!.textContent!.trim().replace(/\s+/g, ' ');
    expect(reading('alpha')).toBe('α \u22120.8 too short');
    expect(reading('decrease')).toBe('ρ 1');
    // lr / (1 + α) = 0.1 / 0.2: the parabola x² has curvature 2, its best rate is ½.
    expect(reading('best')).toBe('0.5 used 0.1');
    expect(reading('sharpness')).toBe('2 limit 20');
    expect(reading('update')).toBe('0.2');
  });

  it('are chosen by series, and each is explained', async () => {
    await show('gdexp-gradients', three());
    button('Adam').click();
    await settle();
    expect(store.selected).toBe('0/2');
    expect(button('Adam').getAttribute('aria-pressed')).toBe('true');
    const titles = [...element.querySelectorAll<HTMLElement & { terms: string; label: string }>('.instrument h4 gdexp-term')];
    expect(titles).toHaveLength(8);
    expect(titles.filter(({ terms }) => terms === '')).toEqual([]);
    expect(titles.find(({ label }) => label === 'Turn')!.terms).toBe('turn');
  });

  it('that the tier leaves out offer to be measured', async () => {
    await show('gdexp-gradients', [labRun('0/0')], labDocument({ tier: 'basic' }));
    const sharpness = element.querySelector('[data-instrument=sharpness]')!;
    expect(sharpness.querySelector('canvas')).toBeNull();
    sharpness.querySelector<HTMLButtonElement>('.instrument-missing button')!.click();
    expect(port.of('edit').at(-1)!.edits).toEqual([{ path: '/diagnostics/tier', value: 'full' }]);
    element.querySelector<HTMLButtonElement>('[data-instrument=alpha] .instrument-missing button')!.click();
    expect(port.of('edit').at(-1)!.edits).toEqual([{ path: '/diagnostics/tier', value: 'standard' }]);
  });

  it('offer nothing in a file that can’t be edited', async () => {
    await show('gdexp-gradients', [labRun('0/0')], labDocument({ tier: 'basic', editable: false }));
    expect(element.querySelectorAll('.instrument-missing').length).toBeGreaterThan(0);
    expect(element.querySelector('.instrument-missing button')).toBeNull();
  });
});

describe('the curve of one variable', () => {
  const curve = { a: [-2, 2] as const, values: Float64Array.from({ length: 401 }, (_, i) => (-2 + i / 100) ** 2) };

  it('is read between its samples and nowhere else', () => {
    expect(valueOf(curve, 1.5)).toBeCloseTo(2.25, 3);
    expect(valueOf(curve, 0.003)).toBeCloseTo(0, 3);
    expect(valueOf(curve, 2.5)).toBeNull();
    expect(valueOf(null, 0)).toBeNull();
  });

  it('shows its middle although it has a pole', () => {
    const values = Float64Array.from({ length: 401 }, (_, i) => 1 / Math.abs(-2 + i / 100 + 1e-9));
    const scale = curveScale({ area: { left: 0, top: 0, width: 400, height: 300 }, view: [-2, 2], variable: 'x', curve: { a: [-2, 2], values }, step: 0, runs: [], starts: [], marks: [], bend: null, goal: 'minimize' });
    expect(scale.max).toBeLessThan(60);
    expect(scale.min).toBeLessThan(0.5);
  });
});

describe('starts and variants', () => {
  it('reads each start on its own: no median between two valleys', async () => {
    const document = labDocument();
    const second = labRun('0/0', { id: 'b', label: 'SGD', startIndex: 1 });
    const raised = { ...second, record: { ...second.record!, columns: { ...second.record!.columns, loss: second.record!.columns.loss.map((value) => value + 1) } } };
    await show('gdexp-convergence', [labRun('0/0', { id: 'a', label: 'SGD' }), raised], { ...document, objective: { ...document.objective!, starts: [[0, 0], [1, 1]] } });
    const own = traces(store).filter((trace) => trace.key === '0/0');
    expect(own.map((trace) => [trace.label, trace.band, trace.loss[0]])).toEqual([['SGD, start 1', null, 1], ['SGD, start 2', null, 2]]);
    store.setStep(0);
    await settle();
    expect(element.querySelector('.legend-value')!.textContent).toBe('1 · 2');
  });

  it('shows on the map of an objective the runs of that objective alone', async () => {
    const document = labDocument({ variants: ['bowl', 'valley'] });
    const other = { ...document.objective!, variables: ['u', 'v'], surface: 'other', starts: [[5, 5]], minima: [] };
    const series = [{ ...document.series[0], variant: 'bowl' }, { ...document.series[0], key: '1/0', index: 1, variant: 'valley', objective: 1 }];
    await show('gdexp-landscape', [fullRun('0/0', { id: 'a', label: 'first' }), fullRun('1/0', { id: 'b', label: 'second' })], { ...document, series, objectives: [structuredClone(document.objective!), other] });
    const mayStart = () => (element as unknown as { mayStart: boolean }).mayStart;
    expect(mayStart()).toBe(true);
    expect(element.summary()).toContain('first at');
    expect(element.summary()).not.toContain('second at');
    store.select('1/0');
    await settle();
    expect(element.summary()).toContain('f(u, v), started at (5, 5)');
    expect(element.summary()).toContain('second at');
    expect(element.summary()).not.toContain('first at');
    // The panel, and a click, write the file's own start.
    expect(mayStart()).toBe(false);
  });
});
