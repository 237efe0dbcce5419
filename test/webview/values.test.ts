import './browserGaps';
import { describe, expect, it } from 'vitest';
import { addOptimizer, chooseFunction, duplicateOptimizer, freeLabel, setFormula, setGoal, setStarts, startValue, writeOutFormula } from '../../webview/experiment/edits';
import { choiceLabel } from '../../webview/experiment/choices';
import { rateAt, rateScale, rateStep } from '../../webview/experiment/rateScale';
import { fieldText, formatCount, formatNumber, formatPoint, formatSeconds, parseNumber } from '../../webview/numbers';
import { formatNumber as numberOfTheHost, formatPoint as pointOfTheHost } from '../../src/wording/numbers';
import { nextOrder, orderResults } from '../../webview/resultsOrder';
import { labDocument, labRun } from './fixtures';

describe('numbers', () => {
  it('are written with three digits, a true minus and commas between thousands', () => {
    expect([3.7412, 0.003661, 1.2468e-10, 1322.4, -0.5, 0, 9.98e-6, 1e12].map((value) => formatNumber(value))).toEqual(['3.74', '0.00366', '1.25e−10', '1,322', '−0.5', '0', '9.98e−6', '1e12']);
    expect([NaN, Infinity, -Infinity, null].map((value) => formatNumber(value))).toEqual(['NaN', '∞', '−∞', '–']);
    expect([932, 1000, 1234567].map(formatCount)).toEqual(['932', '1,000', '1,234,567']);
    expect([0.00022, 1.34, 125].map(formatSeconds)).toEqual(['0.22 ms', '1.3 s', '2 min 5 s']);
    expect(formatPoint([-1.2, 1])).toBe('(−1.2, 1)');
    expect(formatPoint([-1200, 34567]), 'the commas of a point part its numbers').toBe('(−1200, 34567)');
  });

  it.each([0, 7, 999, 1000, 3932, 5932.4, -45678, 123456, 0.00366, 1.25e-10, 3e12, -0.5, NaN, Infinity])('%d stands in the table as the CodeLens and the command line write it', (value) => {
    expect(formatNumber(value)).toBe(numberOfTheHost(value));
    expect(formatPoint([value, value])).toBe(pointOfTheHost([value, value]));
  });

  it('are read as people type them, and nothing else is', () => {
    expect(['1e-3', '−1.2', '0,5', ' 42 ', '1 000', '1,000', '-1,234,567.5', '0,125', '+.5', '3.'].map(parseNumber)).toEqual([1e-3, -1.2, 0.5, 42, 1000, 1000, -1234567.5, 0.125, 0.5, 3]);
    expect(['', 'x', '1e', '1e999', '0x10', 'Infinity', '1.2.3', '--1', '1,23,456', ',5,5'].map(parseNumber)).toEqual(Array(10).fill(null));
    expect([1e-5, 0.001, 1e-6, null, [1, 2]].map(fieldText)).toEqual(['1e-5', '0.001', '1e-6', '', '[1,2]']);
  });
});

it('names of the format read as words in a list', () => {
  expect(['full', 'cosineRestarts', 'torch', 'multiStep', ''].map(choiceLabel)).toEqual(['Full', 'Cosine restarts', 'PyTorch', 'Multi step', 'None']);
});

describe('the rate slider', () => {
  it('spans 1e-5 to 1 and grows to hold a rate outside', () => {
    expect(rateScale(0.01)).toEqual({ low: -5, high: 0 });
    expect(rateScale(3e-8)).toEqual({ low: -8, high: 0 });
    expect(rateScale(20)).toEqual({ low: -5, high: 2 });
    expect(rateScale(0)).toEqual({ low: -5, high: 0 });
  });

  it('gives two significant digits', () => {
    expect([-2, -2.7, -0.699].map(rateAt)).toEqual([0.01, 0.002, 0.2]);
  });

  it('moves at each press, from any rate', () => {
    for (let value = 1e-6; value < 10; value *= 1.37) {
      const rate = Number(value.toPrecision(2));
      expect(rateStep(rate, 1)).toBeGreaterThan(rate);
      expect(rateStep(rate, -1)).toBeLessThan(rate);
    }
    expect(rateStep(0.01, 1, 1)).toBe(0.1);
  });
});

describe('edits', () => {
  const document = labDocument();
  const objective = document.objective!;

  it('write a start by the variables’ names, a long one and several as lists', () => {
    expect(startValue(['x', 'y'], [[3, 4]])).toEqual({ x: 3, y: 4 });
    expect(startValue(['a', 'b', 'c', 'd', 'e', 'f', 'g'], [[1, 2, 3, 4, 5, 6, 7]])).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(setStarts(objective, [[0, 0], [1, 1]])).toEqual([{ path: '/objective/start', value: [[0, 0], [1, 1]] }]);
  });

  it('take away what belonged to the old function', () => {
    const edits = chooseFunction({ ...objective, function: null }, 'sphere');
    expect(edits).toContainEqual({ path: '/objective/function', value: 'sphere' });
    expect(edits.filter((edit) => edit.value === undefined).map((edit) => edit.path)).toEqual(expect.arrayContaining(['/objective/expression', '/objective/constants', '/objective/start']));
    expect(writeOutFormula(objective)).toEqual(expect.arrayContaining([{ path: '/objective/expression', value: objective.expression }, { path: '/objective/start', value: { x: -1.2, y: 1 } }]));
  });

  it('take the starts along when a formula names other variables', () => {
    const own = { ...objective, function: null };
    expect(setFormula({ ...own, minima: [] }, 'x + y', ['x', 'y'])).toEqual([{ path: '/objective/expression', value: 'x + y' }]);
    expect(setFormula(own, 'x + y', ['x', 'y'])).toContainEqual({ path: '/objective/minimum', value: undefined });
    expect(setFormula(own, 'y^2 + w^2', ['y', 'w'])).toContainEqual({ path: '/objective/start', value: { y: 1, w: 1 } });
    expect(setFormula(objective, 'x^2', ['x'])).toEqual(expect.arrayContaining([{ path: '/objective/function', value: undefined }, { path: '/objective/expression', value: 'x^2' }, { path: '/objective/start', value: { x: -1.2 } }]));
  });

  it('keep the map of a built-in that is written out, and drop a box of other variables', () => {
    const shown = { ...objective, domain: [[-2, 2], [-1, 3]] as const };
    expect(writeOutFormula(shown)).toEqual(expect.arrayContaining([{ path: '/objective/view', value: { x: [-2, 2], y: [-1, 3] } }, { path: '/objective/minimum', value: { at: { x: 1, y: 1 } } }]));
    expect(setFormula(shown, 'x^2 + y^2 + z^2', ['x', 'y', 'z'])).toEqual(expect.arrayContaining([{ path: '/objective/view', value: undefined }, { path: '/objective/minimum', value: undefined }, { path: '/objective/start', value: { x: -1.2, y: 1, z: 1 } }]));
    expect(setFormula(shown, 'y + x', ['y', 'x'])).toEqual(expect.arrayContaining([{ path: '/objective/view', value: undefined }, { path: '/objective/start', value: { y: 1, x: -1.2 } }]));
  });

  it('leave a default unwritten', () => {
    expect(setGoal('maximize')[0].value).toBe('maximize');
    expect(setGoal('minimize')[0].value).toBeUndefined();
  });

  it('duplicate what is written and nothing that is a default', () => {
    expect(duplicateOptimizer(document, document.series[1])).toEqual([{ path: '/optimizers/-', value: { type: 'sgd', learningRate: 0.01, momentum: 0.9, nesterov: true, label: 'NAG 2' } }]);
    expect(duplicateOptimizer(document, document.series[2])).toEqual([{ path: '/optimizers/-', value: { type: 'adam', label: 'Adam 2' } }]);
    expect(freeLabel('Adam 2', new Set(['Adam', 'Adam 2', 'Adam 3']))).toBe('Adam 4');
    expect(freeLabel('Adam', new Set(['adam', 'adam 2'])), 'names that differ by a capital alone').toBe('Adam 3');
  });

  it('add by the proper name, unlike every other; no label where the type says the same', () => {
    const one = (labels: readonly string[], type: string, title: string) => addOptimizer({ ...document, series: labels.map((label) => ({ ...document.series[0], label })), optimizerTypes: [{ type, title, summary: '' }] }, type)[0].value;
    expect(one(['SGD'], 'rmsprop', 'RMSprop')).toEqual({ type: 'rmsprop', label: 'RMSprop' });
    expect(one(['rmsprop'], 'rmsprop', 'RMSprop')).toEqual({ type: 'rmsprop', label: 'RMSprop 2' });
    expect(one(['RMSprop', 'RMSprop 2'], 'rmsprop', 'RMSprop')).toEqual({ type: 'rmsprop', label: 'RMSprop 3' });
    expect(one(['SGD'], 'newton', 'newton')).toEqual({ type: 'newton' });
  });
});

describe('the order of results', () => {
  const runs = [labRun('a', { label: 'b', loss: 2 }), labRun('b', { label: 'a', loss: NaN }), labRun('c', { label: 'c', loss: null }), labRun('d', { label: 'a', loss: 1 })];
  const keys = (order: Parameters<typeof orderResults>[1]) => orderResults(runs, order).map((run) => run.id).join('');

  it('keeps runs without a value last in both directions', () => {
    expect(keys({ column: 'loss', descending: false })).toBe('dabc');
    expect(keys({ column: 'loss', descending: true })).toBe('adbc');
  });

  it('is stable, and the file’s own without one', () => {
    expect(keys({ column: 'label', descending: false })).toBe('bdac');
    expect(keys(null)).toBe('abcd');
  });

  it('goes ascending, descending, off', () => {
    const first = nextOrder(null, 'loss');
    expect(first).toEqual({ column: 'loss', descending: false });
    expect(nextOrder(first, 'loss')).toEqual({ column: 'loss', descending: true });
    expect(nextOrder({ column: 'loss', descending: true }, 'loss')).toBeNull();
    expect(nextOrder(first, 'steps')).toEqual({ column: 'steps', descending: false });
  });
});
