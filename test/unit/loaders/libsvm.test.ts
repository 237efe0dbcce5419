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
      expect([...loaded.x.values]).toEqual([0.5, -2, Math.fround(1e-3), 1, 2, 3, 4]);
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
