import { describe, expect, it } from 'vitest';
import { Sampled } from '../../../src/core/training/sampled';
import { MOST_EPOCHS, TableStore, thinned } from '../../../src/core/training/tables';

const spiked = (epoch: number): number => (epoch === 54_321 ? -7 : epoch === 12_345 ? 99 : 1 / epoch);

describe('the tables of a long training', () => {
  const store = new TableStore();
  const total = 200_000;
  for (let from = 0; from < total; from += 37) {
    const rows = Math.min(37, total - from);
    const epoch = Float64Array.from({ length: rows }, (_, i) => from + i + 1);
    store.add({ epochs: { rows, columns: { epoch, loss: epoch.map(spiked) } }, layers: { rows, names: ['a', 'b'], columns: { step: epoch, gradientNorm: Float64Array.from({ length: 2 * rows }, (_, i) => epoch[i >> 1] + (i % 2) / 2) } } });
  }
  const { epochs, layers } = store.build();

  it('stay below their cap with the first, the last and the extreme epochs in them', () => {
    expect(epochs!.rows).toBeLessThanOrEqual(MOST_EPOCHS);
    expect(epochs!.rows).toBeGreaterThan(MOST_EPOCHS / 8);
    const { epoch, loss } = epochs!.columns;
    expect([epoch[0], epoch.at(-1)]).toEqual([1, total]);
    expect(Math.min(...loss)).toBe(-7);
    expect(Math.max(...loss)).toBe(99);
    // Rows are real rows, in order, and none of the beginning is thinned away for the sake of what comes last.
    epoch.forEach((each, row) => {
      expect(loss[row]).toBe(spiked(each));
      if (row > 0) expect(each).toBeGreaterThan(epoch[row - 1]);
    });
    const early = epoch.filter((each) => each <= total / 4).length;
    expect(early).toBeGreaterThan(1000);
  });

  it('keep rows of layers whole', () => {
    expect(layers!.rows).toBeLessThanOrEqual(MOST_EPOCHS);
    expect(layers!.columns.gradientNorm).toHaveLength(2 * layers!.rows);
    layers!.columns.step.forEach((step, row) => expect([...layers!.columns.gradientNorm.subarray(2 * row, 2 * row + 2)]).toEqual([step, step + 0.5]));
  });

  it('are left alone while they are short', () => {
    const table = { rows: 3, columns: { epoch: Float64Array.of(1, 2, 3), loss: Float64Array.of(3, NaN, 1) } };
    expect(thinned(table, 3)).toBe(table);
    expect(thinned({ rows: 5, columns: { epoch: Float64Array.of(1, 2, 3, 4, 5), loss: Float64Array.of(3, 1, NaN, 2, 2) } }, 4).columns.epoch).toEqual(Float64Array.of(1, 2, 3, 5));
  });
});

describe('a sampled series', () => {
  it('keeps every value while they are few, then evenly spread ones and the last', () => {
    const few = new Sampled<number>(8);
    for (let i = 0; i < 8; i++) few.push(i);
    expect(few.list()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const many = new Sampled<number>(8);
    for (let i = 0; i <= 1001; i++) many.push(i);
    expect(many.list()).toEqual([0, 128, 256, 384, 512, 640, 768, 896, 1001]);
    expect(new Sampled<number>(4).list()).toEqual([]);
  });
});
