import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import './browserGaps';
import '../../webview/panels/gradients';
import type { LayerTable } from '../../src/core/training/trial';
import type { Gradients } from '../../webview/panels/gradients';
import { columnOf, combined, isEmpty } from '../../webview/panels/gradientsColumns';
import { layerRow, layerValue, layersWith, outstanding } from '../../webview/panels/gradientsLayers';
import { Plots } from '../../webview/panels/gradientsPlots';
import { readPalette } from '../../webview/charts/palette';
import { PageStore } from '../../webview/state/store';
import { RecordingPort, init, labRun } from './fixtures';
import { networkDocument, networkRun } from './networkFixtures';

describe('columns of the instruments', () => {
  it('are of every update where there are such, else of the epochs that were measured', () => {
    const run = networkRun('0/0');
    run.record!.epochs!.columns.turn[1] = NaN;
    expect(columnOf(run, 'gradientNorm', true)!.count).toBe(20);
    expect(columnOf(run, 'turn', true)).toEqual({ steps: [4, 12, 16, 20], values: [0.1, 0.1 * 3, 0.4, 0.5], count: 4 });
    expect(isEmpty(columnOf(run, 'sharpness', true))).toBe(true);
    expect(columnOf(run, 'alpha', true)).toBeNull();
    expect(columnOf(labRun('0/0'), 'loss', false)!.count).toBe(21);
  });

  it('combine where both were measured', () => {
    const first = { steps: [1, 2, 4], values: [10, 20, 40], count: 3 };
    const second = { steps: [2, 3, 4], values: [2, 3, 4], count: 3 };
    expect(combined(first, second, (p, q) => p / q)).toEqual({ steps: [2, 4], values: [10, 10], count: 2 });
    expect(combined(first, null, () => 0)).toBeNull();
  });
});

describe('layers', () => {
  const table: LayerTable = {
    names: ['a', 'flat', 'b'], rows: 2,
    columns: { step: Float64Array.of(4, 8), updateRatio: Float64Array.of(1e-3, NaN, 1e-5, 1e-2, NaN, 2e-3), gradientNorm: Float64Array.of(1, NaN, 3, 5, NaN, 2) },
  };

  it('are found by row and place; those without weights are left out', () => {
    expect(layersWith(table, 'updateRatio')).toEqual([0, 2]);
    expect([3, 4, 7, 8, 99].map((step) => layerRow(table, step))).toEqual([-1, 0, 0, 1, 1]);
    expect(layerValue(table, 'gradientNorm', 1, 2)).toBe(2);
    expect(layersWith(table, 'dead')).toEqual([]);
  });

  it('stand out by their distance from the usual ratio, by decades, or by the largest gradient', () => {
    expect(outstanding(table, 'updateRatio', 4)).toEqual({ name: 'b', value: 1e-5 });
    expect(outstanding(table, 'updateRatio', 8)).toEqual({ name: 'a', value: 1e-2 });
    expect(outstanding(table, 'gradientNorm', 8)).toEqual({ name: 'a', value: 5 });
    expect(outstanding(table, 'gradientNorm', 1)).toBeNull();
  });
});

describe('the instruments of a network', () => {
  let port: RecordingPort;
  let store: PageStore;
  let element: Gradients;
  beforeEach(async () => {
    port = new RecordingPort();
    store = new PageStore(port);
    init(port, [networkRun('0/0')], networkDocument());
    element = document.createElement('gdexp-gradients') as Gradients;
    element.store = store;
    document.body.append(element);
    await element.updateComplete;
  });
  afterEach(() => element.remove());
  const value = (name: string) => element.querySelector(`[data-instrument=${name}] .instrument-value`)?.textContent?.replace(/\s+/g, ' ').trim();

  it('show the end of the epoch that the step is at, and nothing before the first', async () => {
    expect(value('turn')).toBe('0.5');
    expect(value('noise')).toBe('32 batch 10');
    store.setStep(9);
    await element.updateComplete;
    expect([value('turn'), value('noise'), value('layerRatio')]).toEqual(['0.2', '4 batch 10', '0.01']);
    store.setStep(2);
    await element.updateComplete;
    expect([value('turn'), value('updateLayers')]).toEqual(['–', '–']);
  });

  it('say of what was not measured which diagnostics measure it, or that it has no value', () => {
    expect(element.querySelector('[data-instrument=alpha] .instrument-missing p')!.textContent).toBe('It has no value in this run, or would cost too much.');
    expect(element.querySelector('[data-instrument=sharpness] .instrument-missing')).not.toBeNull();
    expect(element.querySelector('[data-instrument=shape]')).toBeNull();
  });

  it('say of a run that ended within its first epoch why they are empty', async () => {
    const { record, ...run } = networkRun('0/0', { status: 'diverged' });
    init(port, [{ ...run, epochs: 0, record: { ...record!, epochs: null, layers: null } }], networkDocument({ tier: 'standard' }));
    await element.updateComplete;
    expect(element.querySelector('[data-instrument=updateLayers] .instrument-missing p')!.textContent).toContain('this run ended within its first one');
  });

  it('can be read as a table', async () => {
    const button = [...element.querySelectorAll<HTMLButtonElement>('[data-instrument=updateLayers] .link-button')].find((one) => one.textContent === 'Table')!;
    button.click();
    store.setStep(4);
    await element.updateComplete;
    const rows = [...element.querySelectorAll('[data-instrument=updateLayers] tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent));
    expect(rows).toEqual([['dense1', '0.001', '0.01'], ['dense2', '0.01', '1']]);
    expect(element.summary()).toContain('Update : weight by layer: dense1 0.001, dense2 0.01.');
  });

  it('draw the batch size beside the noise scale, and bands of vanishing only where they are reached', () => {
    const plots = new Plots(store, readPalette(), true, store.series('0/0'));
    const noise = plots.spec('noise', store.runs[0], 10);
    expect(noise.rules![0].value).toBe(10);
    expect(noise.y[0]).toBeLessThan(2);
    expect(noise.y[1]).toBeGreaterThan(32);
    expect(plots.spec('layerRatio', store.runs[0], 10).bands!.map((band) => band.text)).toEqual(['vanishing']);
  });
});
