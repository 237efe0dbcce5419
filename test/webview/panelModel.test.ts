import { describe, expect, it } from 'vitest';
import type { LabField, LabLayer, LabModel, LabRun } from '../../src/protocol/lab';
import type { ApplyResult, DataInfo } from '../../src/protocol/networks';
import type { HistogramTable } from '../../src/core/training/trial';
import './browserGaps';
import '../../webview/panels/model';
import type { ModelPicture } from '../../webview/panels/model';
import { densities, histogramSpan, quantileOf, shownTimes } from '../../webview/panels/modelHistograms';
import { countArithmetic, modelRows, sizeArithmetic } from '../../webview/panels/modelShapes';
import { unitValues } from '../../webview/panels/modelUnits';
import { kernelGroups } from '../../webview/panels/modelWeights';
import { init } from './fixtures';
import { labModel, networkDocument, networkRun } from './networkFixtures';
import { element, port, put, store } from './stage';

function layer(index: number, type: string, fields: Readonly<Record<string, unknown>> = {}, names = [`${type}${index + 1}`]): LabLayer {
  const made = Object.entries(fields).map(([name, value]): LabField => ({ path: `/model/layers/${index}/${name}`, name, label: name, help: '', control: 'json', value, isDefault: false }));
  return { index, path: `/model/layers/${index}`, names, type, output: null, parameters: null, trainable: null, fields: made };
}

const pictures = () => labModel({ total: null, layers: [
  layer(0, 'conv2d', { filters: 8, kernel: 3, activation: 'relu' }), layer(1, 'conv2d', { filters: 16, kernel: [3, 2], stride: 2, padding: 'valid' }), layer(2, 'maxPool2d', { size: 2, padding: 'same' }),
  layer(3, 'flatten'), layer(4, 'dense', { units: 10, activation: 'relu' }, ['dense1', 'dense2']),
] });

const info: DataInfo = { rows: { training: 4, validation: 2, test: 0 }, shape: [2], features: ['a', 'b'].map((name) => ({ name, minimum: 0, maximum: 1, mean: 0, deviation: 1 })), classes: [{ name: 'red', training: 2, validation: 1, test: 0 }, { name: 'blue', training: 2, validation: 1, test: 0 }], targets: 1, sparse: false };

async function show(runs: readonly LabRun[] = [networkRun('0/0')], model: LabModel = labModel(), tier: 'basic' | 'standard' | 'full' = 'basic'): Promise<void> {
  init(port, runs, networkDocument({ tier }, model));
  port.say({ type: 'data', data: [{ state: 'ready', fraction: null, problem: '', info }] });
  put('gdexp-model');
  await settle();
}

async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await element.updateComplete;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function view(name: string): Promise<void> {
  element.querySelector<HTMLButtonElement>(`[data-view=${name}]`)!.click();
  await settle();
}

async function answer(result: ApplyResult): Promise<void> {
  port.say({ type: 'reply', request: port.of('apply').at(-1)!.request, network: result });
  await settle();
}

const text = (selector: string) => element.querySelector(selector)?.textContent?.replace(/\s+/g, ' ').trim() ?? '';

describe('the layers', () => {
  it('have the sizes and counts that PyTorch gives them', () => {
    const rows = modelRows(pictures(), [8, 8, 1]);
    // Conv2d(1, 8, 3): 6 × 6; Conv2d(8, 16, (3, 2), stride 2): ⌊(6 − 3)/2⌋ + 1 = 2, (6 − 2)/2 + 1 = 3; MaxPool2d(2) of a padded 2 × 3: 1 × 2.
    expect(rows.map(({ output }) => output)).toEqual([[6, 6, 8], [2, 3, 16], [1, 2, 16], [32], [10]]);
    expect(rows.map(({ parameters }) => parameters)).toEqual([80, 784, 0, 0, 330 + 110]);
  });

  it('write their arithmetic out', () => {
    const rows = modelRows(pictures(), [8, 8, 1]);
    expect(rows.map(sizeArithmetic)).toEqual(['(8 − 3)/1 + 1 = 6', '⌊(6 − 3)/2⌋ + 1 = 2, (6 − 2)/2 + 1 = 3', '⌈2/2⌉ = 1, ⌈3/2⌉ = 2', null, null]);
    expect(rows.map(countArithmetic)).toEqual(['3 · 3 · 1 · 8 + 8', '3 · 2 · 8 · 16 + 16', null, null, null]);
    expect(modelRows(pictures(), null).map(sizeArithmetic)).toEqual([null, null, null, null, null]);
  });

  it('of sequences go along one axis', () => {
    const [row] = modelRows(labModel({ layers: [layer(0, 'conv1d', { filters: 4, kernel: 5, stride: 2 })] }), [20, 3]);
    expect(row.output).toEqual([8, 4]);
    expect(sizeArithmetic(row)).toBe('⌊(20 − 5)/2⌋ + 1 = 8');
    expect(countArithmetic(row)).toBe('5 · 3 · 4 + 4');
  });

  it('stand in a table with their total, with or without a run', async () => {
    await show([]);
    expect([...element.querySelectorAll('tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent!.replace(/\s+/g, ' ').trim()))).toEqual([
      ['Input', '', '2', '0', '0'], ['dense1', 'dense 3, tanh', '3', '92 · 3 + 3', '9'], ['dense2', 'dense 1, sigmoid', '1', '43 · 1 + 1', '4'],
    ]);
    expect(text('tfoot')).toBe('Total 13 13'.replace(/ /g, ''));
    expect(element.summary()).toContain('dense, dense');
  });
});

describe('the weights', () => {
  const rows = modelRows(labModel({ layers: [layer(0, 'conv2d', { filters: 2, kernel: 2 }), layer(1, 'conv2d', { fixed: [[-1, 0, 1]] }), layer(2, 'flatten'), layer(3, 'dense', { units: 2 })] }), [3, 4, 2]);

  it('are cut into kernels, a row a filter and a column a channel', () => {
    const values = Float64Array.from({ length: 16 }, (_, i) => i - 20);
    const groups = kernelGroups(rows, { kind: 'weights', arrays: [{ name: 'conv2d1.weight', shape: [2, 2, 2, 2], values }] });
    expect(groups.map(({ name, fixed, across, most }) => [name, fixed, across, most])).toEqual([['conv2d1', false, 2, 20], ['conv2d2', true, 1, 1]]);
    expect([...groups[0].kernels[3].values as Float64Array]).toEqual([-8, -7, -6, -5]);
    expect(groups[1].kernels[0]).toMatchObject({ height: 1, width: 3, values: [-1, 0, 1] });
  });

  it('of a dense layer behind a flattened picture are pictures themselves', () => {
    const dense = modelRows(labModel({ layers: [layer(0, 'flatten'), layer(1, 'dense', { units: 2 })] }), [2, 3, 1]);
    const groups = kernelGroups(dense, { kind: 'weights', arrays: [{ name: 'dense2.weight', shape: [2, 6], values: Float64Array.from({ length: 12 }, (_, i) => i) }] });
    expect(groups[0].kernels.map(({ height, width, values }) => [height, width, [...values as Float64Array]])).toEqual([[2, 3, [0, 1, 2, 3, 4, 5]], [2, 3, [6, 7, 8, 9, 10, 11]]]);
  });

  it('are asked for at the scrubbed step and read by keyboard', async () => {
    await show();
    store.setStep(7);
    await view('weights');
    expect(port.of('apply').at(-1)).toMatchObject({ step: 7, what: { kind: 'weights' } });
    await answer({ kind: 'weights', arrays: [{ name: 'dense1.weight', shape: [3, 2], values: Float64Array.of(1, -2, 3, 4, 5, -6) }, { name: 'dense2.weight', shape: [1, 3], values: Float64Array.of(0.5, 0.25, -1) }] });
    expect(text('.kernel-table')).toBe('1−2 34 5−6'.replace(/ /g, ''));
    const [first, second] = element.querySelectorAll<HTMLElement>('.kernel');
    first.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    second.dispatchEvent(new Event('focus'));
    await settle();
    expect(text('.kernel-numbers b')).toBe('dense2');
  });
});

describe('one row', () => {
  const sample: ApplyResult = {
    kind: 'sample', loss: 0.22, input: Float64Array.of(1, -1), shape: [2], target: Float64Array.of(1),
    layers: [{ name: 'dense1', shape: [3], output: Float64Array.of(0.5, -0.5, 0.25), gradient: Float64Array.of(0.1, 0, -0.2) }, { name: 'dense2', shape: [1], output: Float64Array.of(0.2), gradient: Float64Array.of(-1.25) }],
  };

  it('is shown layer by layer, forward and backward, and each number can be read', async () => {
    await show();
    await view('sample');
    expect(port.of('apply').at(-1)).toMatchObject({ what: { kind: 'sample', part: 'training', index: 0 } });
    await answer(sample);
    expect(text('.sample-head')).toBe('Row 1, training · true blue, predicted red wrong · loss 0.22');
    expect([...element.querySelectorAll('.passes tbody td .section-about')].map((one) => one.textContent)).toEqual(['−0.5 … 0.5', '−0.2 … 0.1', '0.2', '−1.25']);
    const bars = element.querySelector<HTMLElement>('[data-bars="dense1/gradient"]')!;
    bars.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }));
    expect(text('.map-tip')).toBe('3: −0.2');
  });

  it('is the one that is chosen', async () => {
    await show();
    (element as ModelPicture).showSample('validation', 1);
    await settle();
    expect(port.of('apply').at(-1)).toMatchObject({ what: { kind: 'sample', part: 'validation', index: 1 } });
    await answer(sample);
    element.querySelector<HTMLButtonElement>('button[aria-label="Previous row"]')!.click();
    await settle();
    expect(port.of('apply').at(-1)).toMatchObject({ what: { kind: 'sample', part: 'validation', index: 0 } });
    expect(text('.sample-head')).toContain('Row 2, validation');
  });
});

describe('histograms', () => {
  // Two layers, two times, four bins with outliers at both ends.
  const table: HistogramTable = {
    quantity: 'parameters', layers: ['a', 'b'], bins: 4, steps: Float64Array.of(4, 8),
    counts: Float64Array.from([0, 1, 2, 1, 0, 0, /**/ 5, 0, 0, 5, 0, 0, /**/ 0, 0, 4, 0, 0, 0, /**/ 0, 1, 1, 1, 1, 0]),
    low: Float64Array.of(-2, 0, -1, 0), high: Float64Array.of(2, 1, 1, 1),
  };

  it('are shares per unit, so that they hold one whole with their outliers', () => {
    expect([...densities(table, 0, 0)]).toEqual([0.25, 0.5, 0.25, 0]);
    expect([...densities(table, 1, 0)]).toEqual([0, 0, 2, 0]);
  });

  it('reach over the bins that hold something at any drawn time', () => {
    expect(histogramSpan(table, 0, [0, 1])).toEqual([-2, 1]);
    expect(histogramSpan(table, 0, [1])).toEqual([-0.5, 0]);
  });

  it('are shown at some times, the scrubbed one among them', () => {
    expect(shownTimes(3, 1)).toEqual([0, 1, 2]);
    const many = shownTimes(1000, 333);
    expect(many.length).toBeLessThan(22);
    expect([many[0], many.at(-1), many.includes(333)]).toEqual([0, 999, true]);
  });

  it('are offered where they were not measured', async () => {
    await show();
    await view('histograms');
    expect(text('.picture-empty')).toContain('Measured with full diagnostics.');
    element.querySelector<HTMLButtonElement>('.picture-empty .link-button')!.click();
    expect(port.of('edit')[0].edits).toEqual([{ path: '/diagnostics/tier', value: 'full' }]);
  });
});

describe('the units', () => {
  it('of a repeated layer are told as the range over its layers', async () => {
    const run = networkRun('0/0');
    const layers = { ...run.record!.layers!, columns: { ...run.record!.layers!.columns, dead: Float64Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? 0.125 : 0.25)), saturation: new Float64Array(10) } };
    const model = labModel();
    await show([{ ...run, record: { ...run.record!, layers } }], { ...model, layers: [{ ...model.layers[0], names: ['dense1', 'dense2'] }] }, 'standard');
    expect(element.querySelector('.summary-table')!.textContent).toContain('12.5 % – 25 % dead');
    expect(element.querySelector('.summary-table')!.textContent).not.toContain('saturated');
  });

  it('are shown where they were measured, at the last measured epoch', async () => {
    const run = networkRun('0/0');
    const layers = { ...run.record!.layers!, columns: { ...run.record!.layers!.columns, dead: Float64Array.from([NaN, 0, NaN, NaN, NaN, 0.5, NaN, NaN, NaN, 0.75]), saturation: new Float64Array(10).fill(NaN) } };
    const measured = { ...run, record: { ...run.record!, layers } };
    expect(unitValues(measured, { layer: 'dense1', quantity: 'dead' })).toBeNull();
    expect([...unitValues(measured, { layer: 'dense2', quantity: 'dead' })!.steps]).toEqual([4, 12, 20]);
    await show([measured], labModel(), 'standard');
    await view('units');
    expect([...element.querySelectorAll('figcaption')].map((one) => one.textContent!.trim())).toEqual(['dense2: dead units 75 %']);
    store.setStep(15);
    await settle();
    expect(text('figcaption')).toBe('dense2: dead units 50 %');
  });
});

describe('the numbers of histograms', () => {
  // Two layers of one time: four bins from 0 to 4, the second with outliers on both sides.
  const table: HistogramTable = {
    quantity: 'parameters', layers: ['dense1', 'dense2'], bins: 4, steps: Float64Array.of(0),
    counts: Float64Array.of(0, 10, 10, 10, 10, 0, 10, 0, 40, 0, 0, 50), low: Float64Array.of(0, -1), high: Float64Array.of(4, 1),
  };

  it('are the values that a share of a layer lies below', () => {
    expect([0.05, 0.25, 0.5, 0.95].map((share) => quantileOf(table, 0, 0, share))).toEqual([expect.closeTo(0.2, 12), 1, 2, expect.closeTo(3.8, 12)]);
    // A tenth lies below the bins, half above them; 40 of 100 in the bin from −0.5 to 0.
    expect([0.05, 0.3, 0.9].map((share) => quantileOf(table, 1, 0, share))).toEqual([-1, -0.25, 1]);
    expect(quantileOf({ ...table, counts: new Float64Array(12) }, 0, 0, 0.5)).toBeNaN();
  });

  it('stand in a table in place of the ridges', async () => {
    const run = networkRun('0/0');
    await show([{ ...run, record: { ...run.record!, histograms: [table] } }], labModel(), 'full');
    await view('histograms');
    element.querySelector<HTMLButtonElement>('[aria-label="Table"]')!.click();
    await settle();
    const rows = [...element.querySelectorAll('.chart-table tr')].map((row) => [...row.children].map((cell) => cell.textContent!.trim()));
    expect(rows[0]).toEqual(['Layer', '5 %', '25 %', 'median', '75 %', '95 %']);
    expect(rows[1]).toEqual(['dense1', '0.2', '1', '2', '3', '3.8']);
    expect(element.querySelector('[data-ridges]')).toBeNull();
  });
});
