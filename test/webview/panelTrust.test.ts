import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import './browserGaps';
import type { LabEvaluation, LabRun } from '../../src/protocol/lab';
import '../../webview/panels/trust';
import type { Trust } from '../../webview/panels/trust';
import { cardsOf } from '../../webview/panels/trustCards';
import { baggingReading, bestRound, biasReading, foldsReading, gapReading, progressText, seedsOf, trustSeries } from '../../webview/panels/trustData';
import { PageStore } from '../../webview/state/store';
import { RecordingPort, init } from './fixtures';
import { labModel, networkDocument, networkRun } from './networkFixtures';

let port: RecordingPort;
let store: PageStore;
let panel: Trust | undefined;

beforeEach(() => {
  port = new RecordingPort();
  store = new PageStore(port);
});
afterEach(() => {
  panel?.remove();
  panel = undefined;
});

const asked = labModel({ folds: 3, bootstrapRounds: 4, boosting: { rounds: 3, shrinkage: 0.5 }, validated: true });
const evaluation = (seriesKey: string, change: Partial<LabEvaluation> = {}): LabEvaluation => ({ seriesKey, label: seriesKey, variant: null, seed: 42, gap: null, crossValidation: null, bootstrap: null, boosting: null, ...change });
const folds = (...values: number[]): LabEvaluation['crossValidation'] => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { folds: values.length, scores: { loss: { mean: 1, deviation: 0.1, values: values.map(() => 1) }, accuracy: { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)), values } } };
};
const bootstrap = (biasSquared: number, variance: number): LabEvaluation['bootstrap'] => ({
  rounds: 4, biasSquared, variance, error: biasSquared + variance, bagged: { error: biasSquared, accuracy: 0.9 }, single: { error: biasSquared + variance, accuracy: 0.8 },
});
const part = (seriesKey: string, kind: LabRun['part'], index: number, change: Partial<LabRun> = {}): LabRun => networkRun(seriesKey, { id: `${seriesKey}/${kind}${index}/${change.seed ?? 42}`, part: kind, partIndex: index, isBest: true, ...change });

function tell(runs: readonly LabRun[], evaluations: readonly LabEvaluation[], change = {}, model = asked): void {
  init(port, runs, networkDocument(change, model));
  port.say({ type: 'evaluation', evaluation: evaluations });
}
async function open(): Promise<Trust> {
  panel = document.createElement('gdexp-trust') as Trust;
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
const words = (element: Element | null | undefined): string => element?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
const rows = (card: string): string[][] => [...panel!.querySelectorAll(`.is-${card} .trust-table > table tbody tr`)].map((row) => [...row.children].map(words));

describe('what evaluations say', () => {
  const all = () => trustSeries(store, 42);

  it('of folds: a lead counts when it is wider than the folds differ', () => {
    tell([], [evaluation('0/0', { crossValidation: folds(0.9, 0.91, 0.92) }), evaluation('0/1', { crossValidation: folds(0.5, 0.51, 0.52) })]);
    expect(foldsReading(all(), 'accuracy', true)).toBe('SGD leads NAG by 0.4, more than the folds differ.');
    tell([], [evaluation('0/0', { crossValidation: folds(0.9, 0.8, 0.7) }), evaluation('0/1', { crossValidation: folds(0.81, 0.85, 0.8) })]);
    expect(foldsReading(all(), 'accuracy', true)).toBe('NAG leads SGD by 0.02, less than the folds differ (0.1): too close to call.');
    // Of a loss the least leads.
    tell([], [evaluation('0/0', { crossValidation: folds(0.9, 0.91, 0.92) }), evaluation('0/1', { crossValidation: folds(0.5, 0.51, 0.52) })]);
    expect(foldsReading(all(), 'accuracy', false)).toContain('NAG leads SGD');
  });

  it('of bias and variance: the least sum, or what most of a single one is', () => {
    tell([], [evaluation('0/0', { bootstrap: bootstrap(0.5, 0.1) }), evaluation('0/1', { bootstrap: bootstrap(0.1, 0.2) })]);
    expect(biasReading(all())).toBe('NAG has the least error: 0.3 = 0.1 bias² + 0.2 variance.');
    expect(baggingReading(all())).toBe('NAG gains most: averaging 4 rounds takes 67 % of the error away.');
    tell([], [evaluation('0/0', { bootstrap: bootstrap(0.1, 0.5) })]);
    expect(biasReading(all())).toContain('SGD: most of the error is variance.');
    tell([], [evaluation('0/0', { bootstrap: bootstrap(0.5, 0.1) })]);
    expect(biasReading(all())).toContain('SGD: most of the error is bias');
  });

  it('of boosting: the round with the least validation loss, else the least loss', () => {
    const metrics = {};
    expect(bestRound({ loss: [3, 2, 1], validationLoss: [3, 2.5, 2.7], metrics })).toEqual({ round: 2, value: 2.5, validation: true });
    expect(bestRound({ loss: [3, 1, 2], validationLoss: [null, null, null], metrics })).toEqual({ round: 2, value: 1, validation: false });
    expect(bestRound({ loss: [], validationLoss: [], metrics })).toBeNull();
    expect(bestRound({ loss: [NaN, 5], validationLoss: [NaN, 4], metrics })).toEqual({ round: 2, value: 4, validation: true });
  });

  it('of the gap: the widest, measured by the training loss', () => {
    // Loss 2⁻⁵, validation loss 2⁻⁴ + 0.02 = 2.64 times as much.
    tell([networkRun('0/0')], []);
    expect(gapReading(all())).toBe('Widest for SGD: the loss on rows it did not see is 2.6 times that on its own.');
    const even = networkRun('0/0');
    tell([{ ...even, model: { ...even.model!, validationLoss: even.loss } }], []);
    expect(gapReading(all())).toContain('No gap to speak of');
  });

  it('of progress: what is still to come, and what was lost', () => {
    expect([progressText({ ended: 2, failed: 0, all: 5 }), progressText({ ended: 5, failed: 0, all: 5 }), progressText({ ended: 5, failed: 1, all: 5 })]).toEqual(['2 of 5', '5', '5, 1 without a score']);
  });
});

describe('the picture of trust', () => {
  it('has a card for what the file asks for, and no other', () => {
    const names = (model = asked) => cardsOf(networkDocument({}, model), [], null).map(({ name }) => name);
    expect(names()).toEqual(['folds', 'errors', 'bagging', 'boosting', 'gap']);
    expect(names(labModel({ folds: 5, validated: false }))).toEqual(['folds']);
    expect(names(labModel({ bootstrapRounds: 5, validated: false, tested: true }))).toEqual(['errors', 'bagging', 'gap']);
  });

  it('shows folds with mean and deviation, how many are still to come, and each fold', async () => {
    tell([networkRun('0/0'), part('0/0', 'fold', 0), part('0/0', 'fold', 1), part('0/0', 'fold', 2, { status: 'running' })], [evaluation('0/0', { crossValidation: folds(0.8, 0.9) })], {}, labModel({ folds: 3 }));
    await open();
    expect(rows('folds')[0]).toEqual(['SGD', '1 ± 0.1', '0.85 ± 0.071', '2 of 3']);
    expect(rows('folds')[1]).toEqual(['NAG', '–', '–', '0 of 3']);
    expect(words(panel!.querySelector('.is-folds .trust-unfinished'))).toBe('2 of 9 folds have ended.');
    expect([...panel!.querySelectorAll('.is-folds details tbody tr')].map((row) => [...row.children].map(words))).toEqual([['1', '0.8'], ['2', '0.9']]);
  });

  it('says what bias, variance, votes and rounds are, in tables and for a screen reader', async () => {
    tell([networkRun('0/0'), part('0/0', 'boosting', 0)], [evaluation('0/0', { bootstrap: bootstrap(0.3, 0.1), boosting: { loss: [3, 2, 1], validationLoss: [3, 2.5, 2.7], metrics: {} } })]);
    await open();
    expect(rows('errors')[0].slice(0, 4)).toEqual(['SGD', '0.3', '0.1', '0.4']);
    expect(rows('bagging')[0]).toEqual(['SGD', '0.4', '0.3', '0.8', '0.9']);
    expect(rows('boosting')[0].slice(0, 5)).toEqual(['SGD', '3', '1', '2.7', '2']);
    expect(panel!.summary()).toContain('Boosting: SGD: best after round 2 of 3, validation loss 2.5; later rounds only learn noise.');
    expect(panel!.summary()).toContain('averaging 4 rounds takes 25 % of the error away');
  });

  it('is of one seed, which can be chosen', async () => {
    tell([networkRun('0/0'), networkRun('0/0', { id: 'b', seed: 43 })], [evaluation('0/0', { bootstrap: bootstrap(0.3, 0.1) }), evaluation('0/0', { seed: 43, bootstrap: bootstrap(0.6, 0.2) })], { seeds: 2 });
    expect(seedsOf(store)).toEqual([42, 43]);
    await open();
    expect(rows('errors')[0][1]).toBe('0.3');
    const menu = panel!.querySelector('gdexp-menu[label], gdexp-menu') as HTMLElement & { items: readonly { label: string; run: () => void }[] };
    menu.items.find(({ label }) => label === 'seed 43')!.run();
    await settled();
    expect(rows('errors')[0][1]).toBe('0.6');
  });

  it('explains its words and says why there is nothing to show', async () => {
    tell([networkRun('0/0')], [evaluation('0/0', { crossValidation: folds(0.8, 0.9) })]);
    await open();
    expect(panel!.querySelector<HTMLElement & { terms: string }>('.is-folds h4 gdexp-term')!.terms).toBe('crossValidation fold');
    port.say({ type: 'document', document: networkDocument({ sweep: { axes: [], metric: 'loss', rising: false, refine: 0 } }, asked) });
    await settled();
    expect(words(panel!.querySelector('.picture-empty'))).toContain('While the file has a sweep');
    init(port, [], networkDocument({}, asked));
    port.say({ type: 'evaluation', evaluation: [] });
    await settled();
    panel!.querySelector<HTMLElement>('.picture-empty button')!.click();
    expect(port.of('run')).toEqual([{ type: 'run', seriesKeys: null }]);
  });
});
