import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import './browserGaps';
import type { LabRun, LabSweep } from '../../src/protocol/lab';
import '../../webview/experiment/optimizersSection';
import '../../webview/panels/sweep';
import type { Sweep } from '../../webview/panels/sweep';
import { AxisScale } from '../../webview/panels/sweepChart';
import { along, conflicting, outcomeText, sweepMetricName, sweepSeries, useEdits } from '../../webview/panels/sweepData';
import { RATES, rangeTestEdits, rangeTestRefusal, rangeTestText } from '../../webview/panels/sweepRange';
import { PageStore } from '../../webview/state/store';
import { RecordingPort, init, labDocument, labRun } from './fixtures';
import { labModel, networkDocument } from './networkFixtures';

let port: RecordingPort;
let store: PageStore;
let panel: Sweep | undefined;

beforeEach(() => {
  port = new RecordingPort();
  store = new PageStore(port);
});
afterEach(() => {
  panel?.remove();
  panel = undefined;
});

const paths = { '0/0': '/optimizers/0/learningRate', '0/1': '/optimizers/1/learningRate', '0/2': '/optimizers/2/learningRate' };
const sweep: LabSweep = { axes: [{ name: 'learningRate', label: 'Learning rate', values: [0.01, 0.1, 1], paths }], metric: 'loss', rising: false, refine: 1 };
const one = (seriesKey: string, learningRate: number, sweepValue: number | null, change: Partial<LabRun> = {}): LabRun =>
  labRun(seriesKey, { id: `${seriesKey}/${learningRate}/${change.seed ?? 42}`, sweep: { learningRate }, sweepValue, isBest: false, ...(sweepValue === null ? { status: 'diverged', statusText: 'Diverged' } : {}), ...change });

/** SGD is best at 0.1 and diverges at 1; 0.2154 was tried between. NAG is best at 0.01. */
const runs = [one('0/0', 0.01, 0.5), one('0/0', 0.1, 0.02, { isBest: true }), one('0/0', 1, null), one('0/0', 0.2154, 0.3), one('0/1', 0.01, 0.1, { isBest: true }), one('0/1', 0.1, 0.7)];

async function open(): Promise<Sweep> {
  panel = document.createElement('gdexp-sweep') as Sweep;
  panel.store = store;
  document.body.append(panel);
  await settled();
  return panel;
}
async function settled(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await panel!.updateComplete;
    await Promise.all([...panel!.querySelectorAll('*')].map((element) => ('updateComplete' in element ? element.updateComplete : null)));
  }
}
const text = (selector: string) => panel!.querySelector(selector)?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
const press = async (key: string, shiftKey = false) => {
  panel!.querySelector('.sweep-chart')!.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, bubbles: true }));
  await settled();
};
const button = (label: string) => [...panel!.querySelectorAll('button')].find((each) => each.textContent!.trim() === label)!;

describe('the points of a sweep', () => {
  it('are told apart: best, diverged, narrowed', () => {
    init(port, runs, labDocument({ sweep }));
    const [sgd, nag, adam] = sweepSeries(store);
    const byRate = new Map(sgd.points.map((point) => [point.values['learningRate'], point]));
    expect(byRate.get(1)).toMatchObject({ lost: 'diverged', value: null });
    expect([0.01, 0.1, 1, 0.2154].map((rate) => byRate.get(rate)!.round)).toEqual([0, 0, 0, 1]);
    expect(sgd.best!.values).toEqual({ learningRate: 0.1 });
    expect(nag.best!.values).toEqual({ learningRate: 0.01 });
    expect(adam.points).toEqual([]);
    expect(adam.best).toBeNull();
  });

  it('take the median of the seeds, a diverged one counting as the worst', () => {
    init(port, [one('0/0', 0.1, 3, { seed: 1 }), one('0/0', 0.1, null, { seed: 2 }), one('0/0', 0.1, 1, { seed: 3 }), one('0/0', 1, null, { seed: 1 }), one('0/0', 1, null, { seed: 2 }), one('0/0', 1, 0, { seed: 3 })], labDocument({ sweep }));
    const [at, beyond] = sweepSeries(store)[0].points;
    expect(at).toMatchObject({ value: 3, range: [1, 3], lost: null, best: true });
    expect(outcomeText(at)).toBe('3 (1 to 3, 3 runs), 1 diverged');
    expect(beyond).toMatchObject({ value: null, lost: 'diverged' });
  });

  it('are better when larger for a score, and under gradient ascent', () => {
    const points = [one('0/0', 0.01, 1), one('0/0', 0.1, 5)];
    init(port, points, labDocument({ sweep: { ...sweep, metric: 'accuracy', rising: true } }));
    expect(sweepSeries(store)[0].best!.values).toEqual({ learningRate: 0.1 });
    const objective = { ...labDocument().objective!, goal: 'maximize' as const };
    init(port, points, labDocument({ sweep, objective }));
    expect(sweepSeries(store)[0].best!.values).toEqual({ learningRate: 0.1 });
  });

  it('tell a run that never got there from one that broke, and wait for those that go on', () => {
    init(port, [one('0/0', 0.01, null, { status: 'completed' }), one('0/0', 0.1, null, { status: 'running' }), one('0/0', 1, 12)], labDocument({ sweep: { ...sweep, metric: 'stepsTo:1e-6' } }));
    expect(sweepSeries(store)[0].points.map(({ lost, running }) => [lost, running])).toEqual([['unreached', false], [null, true], [null, false]]);
    expect(sweepMetricName('stepsTo:1e-6')).toBe('steps to loss 1e−6');
    expect(sweepMetricName('validationLoss')).toBe('validation loss');
  });

  it('follow one axis with the others at their best', () => {
    const two: LabSweep = { ...sweep, axes: [...sweep.axes, { name: '/training/batchSize', label: 'Batch size', values: [8, 32], paths: { '0/0': '/training/batchSize', '0/1': '/training/batchSize' } }] };
    const at = (learningRate: number, size: number, value: number) => one('0/0', learningRate, value, { id: `${learningRate}/${size}`, sweep: { learningRate, '/training/batchSize': size } });
    init(port, [at(0.01, 8, 4), at(0.01, 32, 3), at(0.1, 8, 1), at(0.1, 32, 2)], labDocument({ sweep: two }));
    const [found] = sweepSeries(store);
    expect(along(found, 'learningRate', false).map((point) => [point.values['/training/batchSize'], point.value])).toEqual([[32, 3], [8, 1]]);
    // One batch size for all: different ones can't both be written.
    const chosen = [8, 32].map((size, i) => ({ key: `0/${i}`, values: { learningRate: 0.1, '/training/batchSize': size } }));
    expect(conflicting(two, chosen)).toBe(true);
    expect(conflicting(two, [chosen[0], { key: '0/1', values: chosen[0].values }])).toBe(false);
  });

  it('stand on a logarithm where they span decades, else evenly or by name', () => {
    const log = new AxisScale([0.001, 0.01, 0.1], 0, 300);
    expect(log.at(0.01) - log.at(0.001)).toBeCloseTo(log.at(0.1) - log.at(0.01), 9);
    const plain = new AxisScale([0, 0.5, 1], 0, 300);
    expect(plain.at(0.5)).toBeCloseTo(150, 9);
    const names = new AxisScale(['relu', 'tanh'], 0, 100);
    expect([names.at('relu'), names.at('tanh')]).toEqual([25, 75]);
    expect(names.ticks().map((tick) => [tick.text, names.tickAt(tick)])).toEqual([['relu', 25], ['tanh', 75]]);
  });
});

describe('the picture of a sweep', () => {
  it('says what was found, and says so to a screen reader', async () => {
    init(port, runs, labDocument({ sweep }));
    await open();
    expect(text('.picture-subtitle')).toBe('loss over learning rate · 6 runs · narrowed 1 of 1 times');
    expect(text('.sweep-at')).toBe('SGD Learning rate 0.1 loss 0.02, step limit · best');
    expect(panel!.summary()).toBe('loss over Learning rate: SGD is best at Learning rate 0.1 with 0.02, 1 of 4 values diverged; NAG is best at Learning rate 0.01 with 0.1.');
  });

  it('uses the best value, with or without the sweep, in one edit', async () => {
    init(port, runs, labDocument({ sweep }));
    await open();
    button('Use this value').click();
    button('Use it and the best of the others, remove the sweep').click();
    expect(port.of('edit').map(({ edits }) => edits)).toEqual([
      [{ path: '/optimizers/0/learningRate', value: 0.1 }],
      [{ path: '/optimizers/0/learningRate', value: 0.1 }, { path: '/optimizers/1/learningRate', value: 0.01 }, { path: '/sweep', value: undefined }],
    ]);
    init(port, runs.filter(({ seriesKey }) => seriesKey === '0/0'), labDocument({ sweep }));
    await settled();
    button('Use it and remove the sweep').click();
    expect(port.of('edit').at(-1)!.edits).toEqual([{ path: '/optimizers/0/learningRate', value: 0.1 }, { path: '/sweep', value: undefined }]);
  });

  it('is read and used by keys: along the values, between the optimizers, Enter', async () => {
    init(port, runs, labDocument({ sweep }));
    await open();
    await press('ArrowRight');
    expect(text('.sweep-at')).toContain('Learning rate 0.2154');
    await press('End');
    expect(text('.sweep-at')).toBe('SGD Learning rate 1 loss diverged');
    await press('Enter');
    expect(port.of('edit')).toEqual([]);
    expect(button('Use this value').disabled).toBe(true);
    await press('ArrowDown');
    // The nearest value that NAG has.
    expect(text('.sweep-at')).toContain('NAG Learning rate 0.1');
    expect(store.selected).toBe('0/1');
    await press('b');
    await press('Enter', true);
    expect(port.of('edit')[0].edits).toEqual([{ path: '/optimizers/1/learningRate', value: 0.01 }, { path: '/sweep', value: undefined }]);
  });

  it('writes a variant’s value where the variant says it, and shared values once', () => {
    const variants: LabSweep = { ...sweep, axes: [{ ...sweep.axes[0], paths: { '0/0': '/variants/0/set/~1optimizers~10~1learningRate' } }] };
    expect(useEdits(variants, [{ key: '0/0', values: { learningRate: 0.1 } }, { key: '9/9', values: { learningRate: 1 } }], false)).toEqual([{ path: '/variants/0/set/~1optimizers~10~1learningRate', value: 0.1 }]);
  });

  it('has a table with every point, and nothing to use in a file that can’t be written', async () => {
    init(port, runs, labDocument({ sweep, editable: false }));
    await open();
    panel!.querySelector<HTMLElement>('[aria-label="Table"]')!.click();
    await settled();
    const rows = [...panel!.querySelectorAll('.data-table tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent!.replace(/\s+/g, ' ').trim()).slice(0, 4));
    expect(rows.slice(0, 4)).toEqual([['SGD', '0.01', '0.5, step limit', 'first round'], ['SGD', '0.1', '0.02, step limit · best', 'first round'], ['SGD', '0.2154', '0.3, step limit', 'narrowed, round 1'], ['SGD', '1', 'diverged', 'first round']]);
    expect(panel!.querySelector('.data-table .icon-button')).toBeNull();
    expect(button('Use this value').disabled).toBe(true);
  });

  it('grows while runs come in, and before them says what it will do', async () => {
    init(port, [], labDocument({ sweep }));
    await open();
    expect(text('.picture-empty')).toContain('3 values for each of 3 optimizers, then 1 rounds of narrowing');
    button('Run the sweep').click();
    expect(port.of('run')).toEqual([{ type: 'run', seriesKeys: null }]);
    port.say({ type: 'runs', runs: [one('0/0', 0.01, null, { status: 'running' }), one('0/0', 0.1, 0.4)] });
    await settled();
    expect(text('.picture-subtitle')).toContain('1 of 2 runs');
    port.say({ type: 'run', runs: [one('0/0', 0.01, 0.2)] });
    await settled();
    expect(text('.sweep-at')).toContain('Learning rate 0.01 loss 0.2');
  });
});

describe('finding a learning rate', () => {
  it('is the lecture’s ladder, a factor of about √10 from 1e-5 to 1', () => {
    expect([RATES[0], RATES[RATES.length - 1]]).toEqual([1e-5, 1]);
    for (let i = 1; i < RATES.length; i++) expect(Math.abs(RATES[i] / RATES[i - 1] / Math.sqrt(10) - 1)).toBeLessThan(0.06);
    expect(rangeTestEdits(labDocument())).toEqual([{ path: '/sweep', value: { learningRate: RATES, refine: 1 } }]);
    expect(rangeTestEdits(networkDocument({}, labModel({ validated: true })))[0].value).toMatchObject({ metric: 'validationLoss' });
    expect(rangeTestText(labDocument())).toContain('45 runs');
  });

  it('is refused with a reason', () => {
    const document = labDocument();
    expect(rangeTestRefusal(document)).toBeNull();
    expect(rangeTestRefusal({ ...document, sweep })).toBe('The file has a sweep already.');
    expect(rangeTestRefusal({ ...document, editable: false })).toBe('The file is read-only.');
    expect(rangeTestRefusal({ ...document, series: document.series.map((series) => ({ ...series, rate: null })) })).toBe('SGD sets its own step: it has no learning rate to find.');
  });

  it('writes the sweep in one edit, and runs it once the file has it', async () => {
    init(port, [], labDocument());
    const section = document.createElement('gdexp-optimizers') as HTMLElement & { store: PageStore; updateComplete: Promise<unknown> };
    section.store = store;
    document.body.append(section);
    await section.updateComplete;
    section.querySelector<HTMLElement>('.find-rate')!.click();
    expect(port.of('edit').map(({ edits }) => edits[0].path)).toEqual(['/sweep']);
    expect(port.of('run')).toEqual([]);
    port.say({ type: 'document', document: labDocument({ sweep, version: 2 }) });
    expect(port.of('run')).toEqual([{ type: 'run', seriesKeys: null }]);
    expect(store.panels).toContain('sweep');
    await section.updateComplete;
    expect(section.querySelector('.find-rate')).toBeNull();
    section.remove();
  });
});
