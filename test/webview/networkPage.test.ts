import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import './browserGaps';
import '../../webview/labPage';
import type { LabPage } from '../../webview/labPage';
import type { LabData, LabEvaluation } from '../../src/protocol/lab';
import { metricOf, orderResults, validationLossOf } from '../../webview/resultsOrder';
import { PageStore } from '../../webview/state/store';
import { RecordingPort, init, labRun } from './fixtures';
import { labModel, networkDocument, networkRun } from './networkFixtures';

let port: RecordingPort;
let store: PageStore;
let page: LabPage | undefined;

beforeEach(() => {
  port = new RecordingPort();
  store = new PageStore(port);
});
afterEach(() => {
  page?.remove();
  page = undefined;
});

async function open(): Promise<LabPage> {
  page = document.createElement('gdexp-lab') as LabPage;
  page.store = store;
  document.body.append(page);
  await settled();
  return page;
}

async function settled(): Promise<void> {
  for (let i = 0; i < 4; i++) {
    await page!.updateComplete;
    await Promise.all([...page!.querySelectorAll('*')].map((element) => ('updateComplete' in element ? element.updateComplete : null)));
  }
}

const text = (selector: string) => page!.querySelector(selector)?.textContent?.replace(/\s+/g, ' ').trim() ?? '';

describe('the tabs', () => {
  class Plain extends HTMLElement {}

  it('are those that apply and whose element is there', async () => {
    init(port, [networkRun('0/0')], networkDocument());
    expect(store.offered).toEqual(['landscape', 'convergence', 'gradients']);
    for (const name of ['gdexp-model', 'gdexp-data', 'gdexp-sweep', 'gdexp-trust']) customElements.get(name) ?? customElements.define(name, class extends Plain {});
    expect(store.offered).toEqual(['landscape', 'convergence', 'gradients', 'model', 'data']);
    port.say({ type: 'document', document: networkDocument({ sweep: { axes: [], metric: 'loss', rising: false, refine: 0 } }, labModel({ folds: 5 })) });
    expect(store.offered).toEqual(['landscape', 'convergence', 'gradients', 'model', 'data', 'sweep', 'trust']);
    await open();
    expect([...page!.querySelectorAll('.tab')].map((tab) => tab.textContent)).toEqual(['Landscape', 'Convergence', 'Gradients', 'Model', 'Data', 'Sweep', 'Trust']);
    init(port, [labRun('0/0')]);
    expect(store.offered).toEqual(['landscape', 'convergence', 'gradients']);
    store.openPanel('model');
    expect(store.panels).not.toContain('model');
  });

  it('that have no room are offered in a menu', async () => {
    const box = (left: number, width: number) => ({ left, right: left + width }) as DOMRect;
    const real = HTMLElement.prototype.getBoundingClientRect;
    // happy-dom lays nothing out: tabs of 100 px in a list of 250 px.
    HTMLElement.prototype.getBoundingClientRect = function (this: HTMLElement): DOMRect {
      if (this.classList.contains('tab-list')) return box(0, 250);
      return this.classList.contains('tab') ? box(100 * [...this.parentElement!.children].indexOf(this), 100) : real.call(this);
    };
    try {
      init(port, [labRun('0/0')]);
      await open();
      const menu = page!.querySelector<HTMLElement & { items: readonly { label: string; run: () => void }[] }>('.more-tabs')!;
      expect(menu.items.map(({ label }) => label)).toEqual(['Gradients']);
      menu.items[0].run();
      expect(store.panels).toContain('gradients');
    } finally {
      HTMLElement.prototype.getBoundingClientRect = real;
    }
    page!.remove();
    await open();
    expect(page!.querySelector('.more-tabs')).toBeNull();
  });

  it('fall back to the usual pictures where those that were open do not apply', () => {
    const restored = new PageStore(new RecordingPort({ panels: ['sweep', 'trust'], split: true }));
    expect(restored.panels).toHaveLength(2);
    expect(restored.panels.every((panel) => restored.offered.includes(panel))).toBe(true);
  });
});

describe('the store', () => {
  it('shows main runs, of a sweep the best ones, and keeps all for the pictures of sweeps and trust', () => {
    const point = (rate: number, isBest: boolean) => networkRun('0/0', { id: `p${rate}`, sweep: { learningRate: rate }, sweepValue: rate, isBest });
    init(port, [networkRun('0/1', { id: 'fold', part: 'fold', partIndex: 0, isBest: true }), point(0.1, false), point(0.2, true), point(0.3, false)], networkDocument());
    expect(store.runs.map((run) => run.id)).toEqual(['p0.2']);
    expect(store.visibleRuns.map((run) => run.id)).toEqual(['p0.2']);
    expect(store.allRuns).toHaveLength(4);
    port.say({ type: 'runs', runs: [point(0.1, false), point(0.2, false)] });
    expect(store.runs.map((run) => run.id)).toEqual(['p0.1']);
  });

  it('hears of data and scores, and finds those of a series', () => {
    init(port, [], networkDocument());
    const data: LabData = { state: 'loading', fraction: 0.5, problem: '', info: null };
    const heard: string[] = [];
    store.subscribe((change) => heard.push(change));
    port.say({ type: 'data', data: [data] });
    port.say({ type: 'evaluation', evaluation: [{ seriesKey: '0/0' } as LabEvaluation] });
    expect(heard).toEqual(['data', 'evaluation']);
    expect(store.dataOf('0/1')).toBe(data);
    expect(store.modelOf('0/1')).toBe(store.document!.model);
    expect(store.evaluation[0].seriesKey).toBe('0/0');
  });

  it('asks the network of a run and hands its answer or refusal back', async () => {
    init(port, [], networkDocument());
    const asked = store.apply('r', 7, { kind: 'confusion', part: 'validation' });
    const { request } = port.of('apply')[0];
    expect(port.of('apply')[0]).toMatchObject({ run: 'r', step: 7, what: { kind: 'confusion', part: 'validation' } });
    port.say({ type: 'reply', request, network: { kind: 'confusion', classes: ['a'], counts: Float64Array.of(3) } });
    expect(await asked).toMatchObject({ classes: ['a'] });
    const refused = store.apply('r', null, { kind: 'weights' });
    port.say({ type: 'reply', request: port.of('apply')[1].request, error: 'gone' });
    await expect(refused).rejects.toThrow('gone');
  });

  it('finds the epoch that had ended by a step', () => {
    init(port, [networkRun('0/0')], networkDocument());
    expect([3, 4, 11, 20].map((step) => store.epochRowAt(store.runs[0], step))).toEqual([-1, 0, 1, 4]);
  });
});

describe('the timeline of networks', () => {
  it('says the epoch and goes from end to end of epochs', async () => {
    init(port, [networkRun('0/0')], networkDocument());
    await open();
    const press = async (label: string) => {
      page!.querySelector<HTMLButtonElement>(`.timeline button[aria-label^="${label}"]`)!.click();
      await settled();
    };
    expect(text('.timeline-step')).toBe('Epoch 5 · Step 20 / 20');
    store.setStep(10);
    await settled();
    expect(text('.timeline-step')).toBe('Epoch 3 · Step 10 / 20');
    await press('One epoch forward');
    expect(store.step).toBe(12);
    await press('One epoch forward');
    expect(store.step).toBe(16);
    store.setStep(10);
    await press('One epoch back');
    expect(store.step).toBe(8);
    page!.querySelector('.timeline')!.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageUp', bubbles: true }));
    expect(store.step).toBe(4);
  });

  it('has no epochs for objectives', async () => {
    init(port, [labRun('0/0')]);
    await open();
    expect(text('.timeline-step')).toBe('Step 20 / 20');
    expect(page!.querySelector('.epoch-step')).toBeNull();
  });
});

describe('the results of networks', () => {
  it('have epochs, the loss of validation and the metrics', async () => {
    init(port, [networkRun('0/0')], networkDocument());
    await open();
    expect([...page!.querySelectorAll('.results thead th')].map((cell) => cell.textContent!.trim())).toEqual(['Optimizer', 'Status', 'Epochs', 'Loss', 'Validation loss', 'Val. accuracy', 'Time', 'Verdict', 'Ghost']);
    expect([...page!.querySelectorAll('.results tbody td')].map((cell) => cell.textContent!.trim()).slice(1, 5)).toEqual(['5', '0.0313', '0.0825', '0.85']);
  });

  it('have the loss of the test rows where some are kept for it', async () => {
    const tested = networkRun('0/0', { model: { ...networkRun('0/0').model!, testLoss: 0.5, metrics: { accuracy: 0.9, validationAccuracy: 0.85, testAccuracy: 0.8 } } });
    init(port, [tested], networkDocument({}, labModel({ tested: true })));
    await open();
    const cells = [...page!.querySelectorAll('.results tbody td')];
    expect(cells.map((cell) => cell.textContent!.trim()).slice(1, 6)).toEqual(['5', '0.0313', '0.0825', '0.5', '0.85']);
    expect(cells[5].getAttribute('title')).toBe('on the rows of validation; on the test rows 0.8');
    expect(orderResults([networkRun('0/1'), tested], { column: 'testLoss', descending: false }).map((run) => run.seriesKey)).toEqual(['0/0', '0/1']);
  });

  it('sort by what was measured, with runs that have no value last', () => {
    const score = (id: string, accuracy: number) => networkRun('0/0', { id, model: { ...networkRun('0/0').model!, metrics: { validationAccuracy: accuracy } } });
    const runs = [score('a', 0.7), score('b', NaN), score('c', 0.9)];
    runs[1].record!.epochs!.columns.validationAccuracy.fill(NaN);
    runs[1].record!.epochs!.columns.accuracy.fill(NaN);
    expect(orderResults(runs, { column: 'metric:accuracy', descending: true }).map((run) => run.id)).toEqual(['c', 'a', 'b']);
    expect(orderResults(runs, { column: 'metric:accuracy', descending: false }).map((run) => run.id)).toEqual(['a', 'c', 'b']);
  });

  it('show the last epoch while the run goes on', () => {
    const running = networkRun('0/0', { status: 'running', model: null, epochs: 2 });
    expect(metricOf(running, 'accuracy')).toEqual({ value: 0.9 - 0.25, validation: true });
    expect(validationLossOf(running)).toBeCloseTo(0.25 + 0.02, 12);
  });
});
