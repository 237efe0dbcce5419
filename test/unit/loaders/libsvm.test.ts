import { describe, expect, it } from 'vitest';
import { loadLibsvm } from '../../../src/loaders/libsvm';
import { source } from './files';

const TEXT = '# made by hand\n+1 1:0.5 3:-2 # a comment\r\n-1\n\n2.5 4:1e-3\n0 1:1 2:2 3:3 4:4';

describe('LIBSVM files', () => {
  it('stay sparse, in pieces of any size', async () => {
    for (const size of [1, 2, 7, Infinity]) {
      const loaded = await loadLibsvm(source(TEXT, size), 4);
      if (loaded.kind !== 'sparse') throw new Error();
      expect(loaded.rows).toBe(4);
      expect([...loaded.y]).toEqual([1, -1, 2.5, 0]);
      expect([...loaded.x.offsets]).toEqual([0, 2, 2, 3, 7]);
      expect([...loaded.x.indices]).toEqual([0, 2, 3, 0, 1, 2, 3]);
      expect([...loaded.x.values]).toEqual([0.5, -2, 1e-3, 1, 2, 3, 4]);
    }
  });

  it('are kept in singles where these hold every value exactly, else in doubles', async () => {
    for (const shared of [false, true]) {
      for (const [last, type] of [['0.25', Float32Array], ['0.1', Float64Array], ['1e300', Float64Array]] as const) {
        for (const rows of [1, 300, 200_000]) {
          const loaded = await loadLibsvm(source(`${'1 1:0.5 2:-3\n'.repeat(rows)}0 1:${last} 2:7\n`, 100_000), 2, { shared });
          if (loaded.kind !== 'sparse') throw new Error();
          const { values } = loaded.x;
          expect(values).toBeInstanceOf(type);
          expect(values.length).toBe(2 * rows + 2);
          expect([...values.subarray(-4)]).toEqual([0.5, -3, Number(last), 7]);
          expect(values.every((value, i) => i >= 2 * rows || value === (i % 2 === 0 ? 0.5 : -3))).toBe(true);
        }
      }
    }
  });

  it.each([['alike', 40, 40], ['shorter and shorter', 60, 3], ['longer and longer', 3, 60]])('of megabytes whose rows are %s are read whole', async (_name, first, last) => {
    const rows = 12_000;
    const entries = (row: number): number => Math.round(first + ((last - first) * row) / rows);
    const line = (row: number): string => `${row % 3}${Array.from({ length: entries(row) }, (_, k) => ` ${10 * k + 1 + (row % 10)}:${(row + k) % 97}.5`).join('')}\n`;
    const text = Array.from({ length: rows }, (_, row) => line(row)).join('');
    expect(text.length).toBeGreaterThan(2.2e6);
    for (const shared of [false, true]) {
      const loaded = await loadLibsvm(source(text, 70_000), 1000, { shared });
      if (loaded.kind !== 'sparse') throw new Error();
      const { x: { offsets, indices, values }, y } = loaded;
      expect(loaded.rows).toBe(rows);
      expect(offsets.length).toBe(rows + 1);
      expect(indices.length).toBe(offsets[rows]);
      expect(values.length).toBe(offsets[rows]);
      for (const row of [0, 1, 777, 6000, 11_998, rows - 1]) {
        expect(y[row]).toBe(row % 3);
        expect([...indices.subarray(offsets[row], offsets[row + 1])]).toEqual(Array.from({ length: entries(row) }, (_, k) => 10 * k + (row % 10)));
        expect([...values.subarray(offsets[row], offsets[row + 1])]).toEqual(Array.from({ length: entries(row) }, (_, k) => ((row + k) % 97) + 0.5));
      }
      expect(indices.buffer instanceof SharedArrayBuffer).toBe(shared);
    }
  });

  it.each([
    ['', { code: 'noRows' }, null],
    ['# nothing\n', { code: 'noRows' }, null],
    ['1 1:1\nyes 1:2\n', { code: 'sparseLabel', row: 2, text: 'yes' }, 2],
    ['1,2 1:1\n', { code: 'sparseLabel', row: 1, text: '1,2' }, 1],
    ['1 qid:3 1:1\n', { code: 'queryGroups', row: 1 }, 1],
    ['1 0:1\n', { code: 'sparseZero', row: 1 }, 1],
    ['\n1 5:1\n', { code: 'sparseIndex', row: 1, index: 5, columns: 4 }, 2],
    ['1 2:1 2:1\n', { code: 'sparseOrder', row: 1, index: 2 }, 1],
    ['1 3:1 2:1\n', { code: 'sparseOrder', row: 1, index: 2 }, 1],
    ['1 2:\n', { code: 'sparseEntry', row: 1, text: '2:' }, 1],
    ['1 :2\n', { code: 'sparseEntry', row: 1, text: ':2' }, 1],
    ['1 2\n', { code: 'sparseEntry', row: 1, text: '2' }, 1],
    ['1 1:nan\n', { code: 'sparseEntry', row: 1, text: '1:nan' }, 1],
    ['1 1:1e999\n', { code: 'sparseEntry', row: 1, text: '1:1e999' }, 1],
  ])('refuses %j', async (text, problem, line) => {
    for (const size of [1, Infinity]) await expect(loadLibsvm(source(text, size), 4)).rejects.toMatchObject({ problem, line });
  });
});
