import { describe, expect, it } from 'vitest';
import { Batches } from '../../../src/core/data/batches';
import type { Dataset, Resample, Split } from '../../../src/core/data/dataset';
import { applyScale, undoScale } from '../../../src/core/data/scale';
import { splitData } from '../../../src/core/data/split';
import type { DataSpec } from '../../../src/core/data/spec';
import { dataset, dataSpec, dump, example, load, onlyMain } from './fixtures';

const rows = (n: number): Dataset => dataset(Array.from({ length: n }, (_, i) => [i]), Array.from({ length: n }, (_, i) => i));
const classed = (counts: readonly number[]): Dataset => {
  const y = counts.flatMap((count, label) => new Array<number>(count).fill(label));
  return dataset(y.map((_, i) => [i]), y, counts.map(String));
};
const split = (main: Dataset, spec: Partial<DataSpec>, { seed = 0, resample = null as Resample | null } = {}): Split => splitData(onlyMain(main), dataSpec(spec), seed, resample, true);
const parts = ({ training, validation, test }: Split): number[][] => [training, validation, test].map((part) => [...(part?.rows ?? [])]);
const counts = (data: Dataset, part: Int32Array | undefined, classes: number): number[] => Array.from({ length: classes }, (_, label) => [...(part ?? [])].filter((row) => data.y[row] === label).length);
const all = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const ascending = (list: readonly number[]): number[] => [...list].sort((a, b) => a - b);
const refusal = (problem: object) => expect.objectContaining({ name: 'DataError', problem });

describe('Parts', () => {
  it('are the last rows where nothing is shuffled', () => {
    expect(parts(split(rows(10), { shuffle: false, validation: 0.2, test: 3 }))).toEqual([[0, 1, 2, 3, 4], [5, 6], [7, 8, 9]]);
    expect(parts(split(rows(7), { shuffle: false, validation: 0.2 }))).toEqual([[0, 1, 2, 3, 4, 5], [6], []]);
    expect(parts(split(rows(3), { shuffle: false }))).toEqual([[0, 1, 2], [], []]);
  });

  it('hold every row once, the same for equal seeds', () => {
    const of = (seed: number): number[][] => parts(split(rows(50), { validation: 0.3, test: 0.1 }, { seed }));
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
    expect(of(1).map((part) => part.length)).toEqual([30, 15, 5]);
    expect(ascending(of(1).flat())).toEqual(all(50));
  });

  it('leave the test rows alone when more rows validate', () => {
    const of = (validation: number): number[][] => parts(split(rows(50), { validation, test: 7 }));
    expect(of(0.4)[2]).toEqual(of(0)[2]);
  });

  it('keep the proportions of the classes where asked to, and their total', () => {
    const data = classed([70, 20, 10]);
    const stratified = split(data, { stratify: true, validation: 0.2, test: 0.1 });
    expect(counts(data, stratified.training.rows, 3)).toEqual([49, 14, 7]);
    expect(counts(data, stratified.validation?.rows, 3)).toEqual([14, 4, 2]);
    expect(counts(data, stratified.test?.rows, 3)).toEqual([7, 2, 1]);
    expect(ascending(parts(stratified).flat())).toEqual(all(100));
    const uneven = split(classed([5, 5, 5]), { stratify: true, validation: 5, shuffle: false });
    expect(uneven.validation!.rows.length).toBe(5);
    // The last rows of each class; of equal remainders the first classes give more.
    expect(parts(uneven)[1]).toEqual([3, 4, 8, 9, 14]);
    // Shares of 1.8, 0.9 and 0.3: the two largest remainders are rounded up.
    const data3 = classed([6, 3, 1]);
    expect(counts(data3, split(data3, { stratify: true, validation: 3 }).validation?.rows, 3)).toEqual([2, 1, 0]);
  });

  it('may be sources of their own', () => {
    const own = splitData({ main: rows(4), validation: rows(3), test: rows(2) }, dataSpec({ validation: { kind: 'csv', path: 'v.csv' }, test: { kind: 'csv', path: 't.csv' } }), 0, null, false);
    expect(own.training.rows.length).toBe(4);
    expect([...own.validation!.rows]).toEqual([0, 1, 2]);
    expect(own.test!.data.rows).toBe(2);
  });

  it.each<[Dataset, Partial<DataSpec>, object]>([
    [rows(10), { validation: 0.5, test: 5 }, { code: 'noTrainingRows', rows: 10, validation: 5, test: 5 }],
    [rows(10), { validation: 11 }, { code: 'noTrainingRows', rows: 10, validation: 11, test: 0 }],
    [rows(3), { validation: 0.1 }, { code: 'emptyPart', part: 'validation', fraction: 0.1, rows: 3 }],
    [rows(10), { stratify: true, validation: 0.5 }, { code: 'stratifyNumbers' }],
  ])('are refused where they do not work out', (data, spec, problem) => {
    expect(() => split(data, spec)).toThrow(refusal(problem));
  });
});

describe('Folds and bootstrap rounds', () => {
  const fold = (data: Dataset, index: number, folds: number, spec: Partial<DataSpec> = {}): Split => split(data, spec, { resample: { kind: 'fold', index, folds } });

  it('are those of KFold without shuffling', () => {
    expect(dump.kFold.map((_, index) => parts(fold(rows(11), index, 4, { shuffle: false }))[1])).toEqual(dump.kFold);
  });

  it('validate each row once', () => {
    const folds = all(5).map((index) => parts(fold(rows(23), index, 5, { validation: 0.5 })));
    expect(ascending(folds.flatMap(([, validation]) => validation))).toEqual(all(23));
    for (const [training, validation] of folds) expect(ascending([...training, ...validation])).toEqual(all(23));
  });

  it('have the class counts of StratifiedKFold', () => {
    const data = classed([7, 5, 3]);
    for (const shuffle of [false, true]) {
      const found = dump.stratifiedCounts.map((_, index) => counts(data, fold(data, index, 3, { stratify: true, shuffle }).validation?.rows, 3));
      expect(found).toEqual(dump.stratifiedCounts);
    }
  });

  it('never see the test rows', () => {
    const tested = parts(split(rows(20), { test: 5 }))[2];
    for (const resample of [{ kind: 'fold', index: 1, folds: 3 }, { kind: 'bootstrap', round: 2 }] as const) {
      const [training, validation, test] = parts(split(rows(20), { test: 5 }, { resample }));
      expect(test).toEqual(tested);
      expect([...training, ...validation].filter((row) => tested.includes(row))).toEqual([]);
    }
  });

  it('draw as many rows as there are, with replacement; the others validate', () => {
    const drawn = (round: number): number[][] => parts(split(rows(1000), {}, { resample: { kind: 'bootstrap', round } }));
    const [training, validation] = drawn(0);
    expect(training.length).toBe(1000);
    expect(ascending([...new Set([...training, ...validation])])).toEqual(all(1000));
    expect(training.some((row) => validation.includes(row))).toBe(false);
    // (1 − 1/n)ⁿ → 1/e of the rows are never drawn, with a deviation of about √(n(1/e)(1 − 2/e)) ≈ 10.
    expect(Math.abs(validation.length - 1000 / Math.E)).toBeLessThan(40);
    expect(drawn(0)).toEqual([training, validation, []]);
    expect(drawn(1)[0]).not.toEqual(training);
  });

  it('refuse more folds than rows', () => {
    expect(() => fold(rows(3), 0, 4)).toThrow(refusal({ code: 'tooManyFolds', folds: 4, rows: 3 }));
    expect(() => split(rows(1), {}, { resample: { kind: 'bootstrap', round: 0 } })).toThrow(refusal({ code: 'noOutOfBag', rows: 1 }));
  });
});

describe('Scales', () => {
  it.each(['standardized', 'minMax'] as const)('are those of scikit-learn, fitted on the training part: %s', async (name) => {
    const { main } = await load(example('wine.csv', 'cultivar'));
    const { input, training } = splitData(onlyMain(main), dataSpec({ shuffle: false, validation: 78, scale: name === 'minMax' ? 'minMax' : 'standardize' }), 0, null, true);
    expect(training.rows.length).toBe(100);
    for (const [i, row] of [0, 99, 150].entries()) {
      const values = Float64Array.from(main.x.kind === 'dense' ? main.x.values.slice(row * 13, row * 13 + 13) : []);
      const raw = [...values];
      applyScale(input, values, 13);
      values.forEach((value, j) => expect(value).toBeCloseTo(dump.wine[name][i][j], 11));
      undoScale(input, values, 13);
      values.forEach((value, j) => expect(value).toBeCloseTo(raw[j], 9));
    }
  });

  it('leave a column of one value at zero', () => {
    // The sum of ten tenths is not one, so that their mean is off by a rounding.
    const data = dataset(Array.from({ length: 10 }, (_, i) => [0.1, i]), all(10));
    for (const scale of ['standardize', 'minMax'] as const) {
      const { input } = split(data, { scale });
      const row = Float64Array.of(0.1, 2);
      applyScale(input, row, 2);
      expect(Math.abs(row[0])).toBeLessThan(1e-14);
      expect(input.factor[0]).toBe(1);
    }
  });

  it('scale a regression target likewise, classes never', () => {
    const { target } = split(dataset([[1], [2], [3]], [10, 20, 30]), { scaleTarget: 'minMax' });
    expect([...target.shift, ...target.factor]).toEqual([10, 1 / 20]);
    expect(split(classed([2, 2]), { scaleTarget: 'minMax' }).target.factor.length).toBe(0);
    expect([...split(rows(3), { scale: 0.5 }).input.factor]).toEqual([0.5]);
  });

  it('keep sparse rows sparse', () => {
    const data: Dataset = { ...rows(2), shape: [3], x: { kind: 'sparse', columns: 3, offsets: Int32Array.of(0, 1, 1), indices: Int32Array.of(0), values: Float32Array.of(1) } };
    expect(() => split(data, { scale: 'standardize' })).toThrow(refusal({ code: 'sparseScale', scale: 'standardize' }));
    expect([...split(data, { scale: 2 }).input.factor]).toEqual([2]);
  });
});

describe('Batches', () => {
  const of = Int32Array.from([4, 8, 15, 16, 23, 42, 1]);
  const epoch = (batches: Batches, number: number): number[][] => {
    batches.startEpoch(number);
    return all(batches.count).map((i) => {
      const { from, count } = batches.batch(i);
      return [...batches.order.slice(from, from + count)];
    });
  };

  it('keep a last, smaller one', () => {
    expect(epoch(new Batches(of, 3, false, 0), 0)).toEqual([[4, 8, 15], [16, 23, 42], [1]]);
    expect(epoch(new Batches(of, 'full', false, 0), 0)).toEqual([[...of]]);
    expect(epoch(new Batches(of, 100, false, 0), 0)).toEqual([[...of]]);
  });

  it('stand in a new order each epoch, which depends on the seed and the epoch alone', () => {
    const first = new Batches(of, 2, true, 5);
    const second = new Batches(of, 3, true, 5);
    const [one, two] = [epoch(first, 0).flat(), epoch(first, 1).flat()];
    expect(one).not.toEqual(two);
    expect(ascending(one)).toEqual(ascending([...of]));
    expect(epoch(second, 1).flat()).toEqual(two);
    expect(epoch(second, 0).flat()).toEqual(one);
    expect(epoch(new Batches(of, 2, true, 6), 0).flat()).not.toEqual(one);
  });

  it('stand in every order equally often', () => {
    const batches = new Batches(Int32Array.of(0, 1, 2), 2, true, 0);
    const seen = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = epoch(batches, i).join();
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(seen.size).toBe(6);
    // χ² with 5 degrees of freedom; beyond 20.5 once in a thousand.
    expect([...seen.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(20.5);
  });

  it('of all rows at once keep their order, which says nothing then', () => {
    const batches = new Batches(Int32Array.of(5, 3, 8), 'full', true, 0);
    expect(epoch(batches, 0)).toEqual(epoch(batches, 1));
    expect([...batches.order]).toEqual([5, 3, 8]);
  });
});
