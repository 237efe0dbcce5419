import { afterEach, describe, expect, it } from 'vitest';
import type { ComparePageMessage, Comparison, Contender } from '../../src/protocol/compare';
import './browserGaps';
import '../../webview/compare/comparePage';
import { contenderNames, type ComparePage, type CompareState } from '../../webview/compare/comparePage';
import { bestLoss, firstReach, measure, sorted, spanOf, targets, winners } from '../../webview/compare/measures';
import { Questions } from '../../webview/compare/questions';
import { verdictLines } from '../../webview/compare/verdictLines';
import { labRun } from './fixtures';

/** A contender whose loss after k steps is start·rate^k: when it reaches a target follows from logarithms. */
function geometric(name: string, rates: readonly number[], more: Partial<Contender> = {}, steps = 100, start = 1): Contender {
  return {
    key: `0/${name}`, source: 0, name, goal: 'minimize', type: 'sgd',
    runs: rates.map((rate, seed) => {
      const step = Float64Array.from({ length: steps + 1 }, (_, k) => k);
      const loss = step.map((k) => start * rate ** k);
      return labRun('0/0', { id: `${name}${seed}`, label: name, seed, steps, loss: loss[steps], seconds: rate, status: 'completed', record: { rows: steps + 1, columns: { step, loss }, kept: 'all', snapshots: null } });
    }),
    ...more,
  };
}

const reachOf = (rate: number, target: number): number => Math.ceil(Math.log(target) / Math.log(rate) - 1e-9);

describe('Measures', () => {
  it('are medians and ranges of the runs that have a value', () => {
    expect(spanOf([3, NaN, 1, Infinity, 2])).toEqual({ median: 2, low: 1, high: 3, count: 3 });
    expect(spanOf([4, 1])).toEqual({ median: 2.5, low: 1, high: 4, count: 2 });
    expect(spanOf([NaN])).toBeNull();
  });

  it('find the step at which a geometric descent reaches a target, as logarithms say', () => {
    for (const rate of [0.5, 0.9, 0.99]) {
      const [run] = geometric('a', [rate]).runs;
      for (const target of [0.7, 0.1, 0.01]) {
        const expected = reachOf(rate, target);
        expect(firstReach(run, target, 1)).toBe(expected <= 100 ? expected : null);
      }
    }
    const seeds = measure([geometric('a', [0.5, 0.9, 0.99])], 0.5)[0].reach;
    expect(seeds).toEqual({ steps: { median: reachOf(0.9, 0.5), low: 1, high: reachOf(0.99, 0.5), count: 3 }, reached: 3, exact: true });
  });

  it('know the best on the way from the end, and up from down', () => {
    const run = labRun('0/0', { record: { rows: 4, columns: { step: Float64Array.of(0, 1, 2, 3), loss: Float64Array.of(5, NaN, 1, 2) }, kept: 'all', snapshots: null } });
    expect(bestLoss(run, 1)).toBe(1);
    expect(bestLoss(run, -1)).toBe(5);
    expect(bestLoss(labRun('0/0', { record: null }), 1)).toBeNaN();
    expect(firstReach(run, 2, 1)).toBe(2);
    expect(firstReach(run, 6, -1)).toBeNull();
  });

  it('propose the worst final loss as target: all who did not diverge reached it', () => {
    const all = [geometric('slow', [0.97]), geometric('fast', [0.5]), { ...geometric('wild', [2]), runs: geometric('wild', [2]).runs.map((run) => ({ ...run, status: 'diverged' as const, loss: null })) }];
    const { values, usual } = targets(all);
    expect(values[usual]).toBeCloseTo(0.97 ** 100, 15);
    expect(measure(all.slice(0, 2), values[usual]).every(({ reach }) => reach.reached === 1)).toBe(true);
    expect([...values]).toEqual([...values].sort((a, b) => b - a));
    expect(values).toContain(1e-3);
    expect(targets([])).toEqual({ values: [], usual: 0 });
    const up = [geometric('a', [0.9], { goal: 'maximize' }, 20, -1), geometric('b', [0.8], { goal: 'maximize' }, 20, -1)];
    const rising = targets(up);
    expect(rising.values[rising.usual]).toBeCloseTo(-(0.9 ** 20), 12);
    expect(measure(up, rising.values[rising.usual]).every(({ reach }) => reach.reached === 1)).toBe(true);
  });

  it('say who won by what', () => {
    const all = [geometric('slow', [0.97]), geometric('fast', [0.5]), geometric('mid', [0.9])];
    const measured = measure(all, 0.1);
    expect((['final', 'best', 'reach'] as const).map((criterion) => winners(measured, criterion))).toEqual([[1], [1], [1]]);
    const [final, , reach] = verdictLines(measured, ['slow', 'fast', 'mid'], 0.1);
    expect(final.text).toContain('fast: 7.89e−31');
    expect(reach.text).toBe(`fast: 4 steps, ${reachOf(0.9, 0.1) - 4} before mid`);
    expect(winners(measure([geometric('a', [0.5]), geometric('b', [0.5])], 0.1), 'final')).toEqual([]);
    expect(winners(measure([geometric('a', [0.5]), geometric('b', [0.5]), geometric('c', [0.9])], 0.1), 'reach')).toEqual([0, 1]);
  });

  it('put reaching it in more runs before reaching it sooner', () => {
    const measured = measure([geometric('sure', [0.9, 0.9]), geometric('lucky', [0.5, 0.999])], 0.1);
    expect(winners(measured, 'reach')).toEqual([0]);
    expect(verdictLines(measured, ['sure', 'lucky'], 0.1).find(({ criterion }) => criterion === 'reach')!.text).toBe('sure: 22 steps, in more of its runs than lucky');
  });

  it('sort with those without a value last', () => {
    const measured = measure([geometric('b', [0.9]), geometric('c', [0.999]), geometric('a', [0.5])], 0.1);
    const names = (column: 'name' | 'final' | 'reach', descending: boolean): string[] => sorted(measured, { column, descending }).map(({ contender }) => contender.name);
    expect(names('name', false)).toEqual(['a', 'b', 'c']);
    expect(names('reach', false)).toEqual(['a', 'b', 'c']);
    expect(names('reach', true)).toEqual(['b', 'a', 'c']);
    expect(sorted(measured, null)).toBe(measured);
  });
});

describe('The page', () => {
  let page: ComparePage;
  afterEach(() => page.remove());
  const sent: ComparePageMessage[] = [];
  const kept: Partial<CompareState>[] = [];

  let questions: Questions;
  async function open(comparison: Partial<Comparison>): Promise<void> {
    sent.length = kept.length = 0;
    page = document.createElement('gdexp-compare') as ComparePage;
    page.comparison = { sources: [{ name: 'ravine', detail: 'ravine.gdexp', when: '', state: 'ready', note: '', canOpen: true }], contenders: [], trialDifferences: [], fileDifferences: [], oneObjective: true, ...comparison };
    page.post = (message) => sent.push(message);
    page.explainer = questions = new Questions((message) => sent.push(message));
    page.keep = (change) => kept.push(change);
    document.body.append(page);
    await page.updateComplete;
  }

  const rows = (): string[] => [...page.querySelectorAll('.compare-numbers tbody .row-name')].map((cell) => cell.textContent!);

  it('shows numbers, the winner, and what differs; sorts and exports as sorted', async () => {
    await open({ contenders: [geometric('slow', [0.97, 0.96]), geometric('fast', [0.5])], trialDifferences: [{ pointer: '/optimizer/learningRate', values: ['0.1', null] }] });
    expect(rows()).toEqual(['slow', 'fast']);
    expect(page.querySelector('.compare-outcome')!.textContent).toContain('fast');
    expect(page.querySelectorAll('.is-first')).toHaveLength(3);
    expect(page.querySelector('.differences tbody')!.textContent).toMatch(/learningRate\s*0\.1\s*–/);
    page.querySelectorAll<HTMLButtonElement>('.sort')[1].click();
    await page.updateComplete;
    expect(rows()).toEqual(['fast', 'slow']);
    expect(kept).toContainEqual({ order: { column: 'final', descending: false } });
    page.querySelector<HTMLButtonElement>('[aria-label="Export the table as CSV"]')!.click();
    const csv = sent.find((message) => message.type === 'csv')!;
    expect(csv.type === 'csv' && csv.rows.map((row) => row[0])).toEqual(['name', 'fast', 'slow']);
    expect(csv.type === 'csv' && csv.rows[2].slice(4, 6)).toEqual([2, 0]);
  });

  it('explains its measures, the verdicts and what differs, and asks for the words when they are wanted first', async () => {
    const fast = geometric('fast', [0.5]);
    await open({ contenders: [geometric('slow', [0.97]), fast], trialDifferences: [{ pointer: '/stop/steps', values: ['10', '20'], terms: 'field.stop.steps' }, { pointer: '/objective/minima/0/at', values: ['1', null], terms: '' }] });
    const terms = [...page.querySelectorAll<HTMLElement & { terms: string; label: string; button: HTMLButtonElement; updateComplete: Promise<unknown> }>('gdexp-term')];
    await Promise.all(terms.map((one) => one.updateComplete));
    const named = (part: string) => terms.filter((one) => one.closest(part)).map(({ terms: names }) => names);
    expect(named('thead')).toEqual(['optimizer', 'finalLoss', 'bestLoss', 'stepsToTarget', 'time', 'verdict']);
    expect(named('.compare-outcome')).toEqual(['finalLoss', 'bestLoss', 'stepsToTarget']);
    expect(named('.compare-target')).toEqual(['targetLoss']);
    expect(named('td.column-verdict')).toEqual(['verdict.stillDescending', 'verdict.stillDescending']);
    expect(named('.differences'), 'a place without a word stands as it is').toEqual(['field.stop.steps']);
    expect(page.querySelector('.differences tbody')!.textContent).toContain('/objective/minima/0/at');
    // The slider keeps its name.
    expect(page.querySelector('#target-name')!.textContent!.trim()).toBe('Target loss');
    expect(sent.filter(({ type }) => type === 'explain'), 'nothing before it is wanted').toEqual([]);

    const final = terms.find(({ terms: names }) => names === 'finalLoss')!;
    final.button.click();
    expect(sent.at(-1)).toEqual({ type: 'explain', request: 1, terms: ['finalLoss'] });
    questions.answer(1, [{ term: 'finalLoss', name: 'Final loss', text: 'Where the run ended.', formula: 'L', letters: '' }], null);
    for (let i = 0; i < 12; i++) await Promise.resolve();
    const popup = page.querySelector<HTMLElement>('.explanation')!;
    await (page.querySelector('gdexp-explanation') as unknown as { updateComplete: Promise<unknown> }).updateComplete;
    expect(popup.textContent).toContain('Where the run ended.');
    popup.querySelector<HTMLButtonElement>('.link-button')!.click();
    expect(sent.at(-1)).toEqual({ type: 'openTerm', term: 'finalLoss' });

    terms.find(({ terms: names }) => names === 'bestLoss')!.button.click();
    questions.answer(2, [], 'the file is gone');
    for (let i = 0; i < 12; i++) await Promise.resolve();
    await (page.querySelector('gdexp-explanation') as unknown as { updateComplete: Promise<unknown> }).updateComplete;
    expect(popup.textContent).toContain('the file is gone');
  });

  it('lets the target be moved and put back', async () => {
    await open({ contenders: [geometric('slow', [0.97]), geometric('fast', [0.5])] });
    const slider = page.querySelector<HTMLInputElement>('.compare-target input')!;
    const before = page.querySelector('.target-value')!.textContent;
    slider.value = '0';
    slider.dispatchEvent(new Event('input'));
    await page.updateComplete;
    expect(page.querySelector('.target-value')!.textContent).toBe('1');
    page.querySelector<HTMLButtonElement>('[aria-label="Back to the worst final loss"]')!.click();
    await page.updateComplete;
    expect(page.querySelector('.target-value')!.textContent).toBe(before);
    expect(kept.at(-1)).toEqual({ target: null });
  });

  it('says what is missing, and asks for it', async () => {
    await open({ sources: [{ name: 'a', detail: 'a.gdexp', when: '', state: 'missing', note: '2 of 2 runs are not made yet', canOpen: true }] });
    expect(page.textContent).toContain('There is no finished run to compare.');
    page.querySelector<HTMLButtonElement>('.compare-source .link-button')!.click();
    page.querySelector<HTMLButtonElement>('[aria-label="Open a"]')!.click();
    expect(sent).toEqual([{ type: 'run', source: 0 }, { type: 'open', source: 0 }]);
  });

  it('warns where losses have no common scale', async () => {
    await open({ contenders: [geometric('a', [0.9]), geometric('b', [0.8])], oneObjective: false });
    expect(page.querySelector('.compare-note')!.textContent).toContain('no common scale');
    expect(page.querySelector('.compare-outcome')).toBeNull();
    expect(page.querySelectorAll('.is-first')).toHaveLength(0);
  });

  it('hides a curve, and isolates one', async () => {
    await open({ contenders: [geometric('a', [0.9]), geometric('b', [0.8]), geometric('c', [0.7])] });
    const pressed = (): (string | null)[] => [...page.querySelectorAll('.legend-entry')].map((button) => button.getAttribute('aria-pressed'));
    const [first] = page.querySelectorAll<HTMLButtonElement>('.legend-entry');
    first.click();
    await page.updateComplete;
    expect(pressed()).toEqual(['false', 'true', 'true']);
    first.dispatchEvent(new MouseEvent('dblclick'));
    await page.updateComplete;
    expect(pressed()).toEqual(['true', 'false', 'false']);
  });

  it('tells equal names of two sources apart', () => {
    const sources = [{ name: 'r', detail: 'r.gdexp', when: '', state: 'ready', note: '', canOpen: true }, { name: 'r', detail: 'r.gdexp', when: '12:31:05', state: 'ready', note: '', canOpen: true }] as const;
    const comparison = { sources, contenders: [geometric('a', [0.9]), { ...geometric('a', [0.8]), source: 1 }, { ...geometric('b', [0.8]), source: 1 }], trialDifferences: [], fileDifferences: [], oneObjective: true };
    expect(contenderNames(comparison)).toEqual(['a · the file now', 'a · 12:31:05', 'b']);
    const twice = sources.map((one) => ({ ...one, when: '' }));
    expect(contenderNames({ ...comparison, sources: twice })).toEqual(['a · r (1)', 'a · r (2)', 'b']);
    expect(contenderNames({ ...comparison, sources: [{ ...twice[0], detail: 's.gdexp' }, twice[1]] })).toEqual(['a · s.gdexp', 'a · r.gdexp', 'b']);
  });
});
