import { describe, expect, it } from 'vitest';
import { classCounts, describeData, featureFacts } from '../../../src/core/data/describe';
import { encode } from '../../../src/core/data/encode';
import { identity } from '../../../src/core/data/permutation';
import { loadCsv } from '../../../src/loaders/csv';
import { example, load, openExample, table, dataSpec } from './fixtures';

describe('Facts of the data', () => {
  it('are told of each column', async () => {
    const facts = describeData(await loadCsv(openExample('iris.csv')), 2);
    expect(facts.rows).toBe(150);
    // Fisher's iris: known mean and extremes of the sepal length.
    expect(facts.columns[0]).toMatchObject({ name: 'sepal_length', kind: 'number', minimum: 4.3, maximum: 7.9, missing: 0 });
    expect(facts.columns[0].kind === 'number' && facts.columns[0].mean).toBeCloseTo(5.843333333333334, 12);
    expect(facts.columns[0].kind === 'number' && facts.columns[0].deviation).toBeCloseTo(0.8253012917851409, 12);
    expect(facts.columns[4]).toEqual({ name: 'species', kind: 'text', distinct: 3, missing: 0, names: ['setosa', 'versicolor', 'virginica'].map((name) => ({ name, count: 50 })) });
    expect(facts.firstRows).toEqual([[5.1, 3.5, 1.4, 0.2, 'setosa'], [4.9, 3, 1.4, 0.2, 'setosa']]);
  });

  it('count what is missing', () => {
    const facts = describeData(table({ n: [1, NaN, 3], t: ['', 'a', ''] }));
    expect(facts.columns).toEqual([
      { name: 'n', kind: 'number', minimum: 1, maximum: 3, mean: 2, deviation: 1, missing: 1 },
      { name: 't', kind: 'text', distinct: 1, names: [{ name: 'a', count: 1 }], missing: 2 },
    ]);
    expect(facts.firstRows).toEqual([[1, null], [null, 'a'], [3, null]]);
  });

  it('are told of pictures and sparse rows as a whole', () => {
    const pictures = describeData({ kind: 'arrays', rows: 2, x: { shape: [2, 2, 1], values: Uint8Array.of(0, 4, 8, 4) }, y: { shape: [2], values: Uint8Array.of(0, 1) } });
    expect(pictures).toMatchObject({ columns: [], values: { minimum: 0, maximum: 8, mean: 4, deviation: Math.sqrt(8) }, firstRows: [[0, 4], [8, 4]] });
    const sparse = describeData({ kind: 'sparse', rows: 2, x: { columns: 4, offsets: Int32Array.of(0, 1, 3), indices: Int32Array.of(3, 0, 2), values: Float32Array.of(1, 1, 2) }, y: Float64Array.of(0, 1) });
    expect(sparse).toMatchObject({ density: 3 / 8, firstRows: [[0, 0, 0, 1], [1, 0, 2, 0]] });
  });

  it('count classes and tell of encoded features', async () => {
    const { main } = await load(example('wine.csv', 'cultivar'));
    expect([...classCounts({ data: main, rows: identity(178) })]).toEqual([59, 71, 48]);
    expect(featureFacts(main, 0)).toMatchObject({ minimum: 11.03, maximum: 14.83 });
    const { x } = encode(table({ x: [1, 2], y: [0, 1] }), dataSpec({ source: { kind: 'csv', path: 'a' }, target: 'y' }), { classification: false, shared: false });
    expect(x.kind).toBe('dense');
  });
});
