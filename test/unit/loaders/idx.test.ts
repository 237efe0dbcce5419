import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadIdx, loadIdxArray } from '../../../src/loaders/idx';
import { expected, file, fixture, source } from './files';

describe('IDX files', () => {
  it.each(['', '.gz'])('reads pictures and labels%s', async (ending) => {
    for (const size of [1, 3, Infinity]) {
      const loaded = await loadIdx(file(`images-idx3-ubyte${ending}`, size), file(`labels-idx1-ubyte${ending}`, size));
      expect(loaded).toMatchObject({ kind: 'arrays', rows: 4, x: { shape: [4, 3, 2] }, y: { shape: [4] } });
      if (loaded.kind !== 'arrays') throw new Error();
      expect([...loaded.x.values]).toEqual(expected.idx.images);
      expect([...loaded.y.values]).toEqual(expected.idx.labels);
      expect([...(await loadIdxArray(file(`floats-idx1-double${ending}`, size))).values]).toEqual([1.5, -2.25, 1e300]);
    }
  });

  it('refuses what is not as long as it says', async () => {
    const bytes = new Uint8Array(readFileSync(fixture('images-idx3-ubyte')));
    await expect(loadIdxArray(source(bytes.subarray(0, -1)))).rejects.toMatchObject({ code: 'truncated' });
    await expect(loadIdxArray(source(Uint8Array.of(...bytes, 0)))).rejects.toMatchObject({ code: 'trailingBytes' });
    await expect(loadIdxArray(source(bytes.subarray(0, 9)))).rejects.toMatchObject({ code: 'truncated' });
    await expect(loadIdxArray(source(new Uint8Array(0)))).rejects.toMatchObject({ code: 'truncated' });
    await expect(loadIdxArray(source('a,b\n1,2\n'))).rejects.toMatchObject({ code: 'wrongFormat' });
  });

  it('takes no memory for a header that its file cannot fill', async () => {
    await expect(loadIdxArray(source(Uint8Array.of(0, 0, 8, 2, 0, 1, 0, 0, 0, 0, 255, 255)))).rejects.toMatchObject({ code: 'truncated' });
    await expect(loadIdxArray(source(Uint8Array.of(0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 1, 1, 1, 1)))).rejects.toMatchObject({ code: 'tooLarge' });
  });

  it('stops at what the header announces, however far the gzip goes on', async () => {
    const { gzipSync } = await import('node:zlib');
    const bomb = new Uint8Array(50_000_000);
    bomb.set([0, 0, 8, 1, 0, 0, 0, 10]);
    const start = performance.now();
    await expect(loadIdxArray(source(new Uint8Array(gzipSync(bomb, { level: 1 }))))).rejects.toMatchObject({ code: 'trailingBytes' });
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('refuses damaged gzip', async () => {
    const whole = new Uint8Array(readFileSync(fixture('images-idx3-ubyte.gz')));
    await expect(loadIdxArray(source(whole.subarray(0, -9)))).rejects.toMatchObject({ name: 'DataError' });
    const wrong = whole.slice();
    wrong[wrong.length - 6] ^= 1; // of the checksum
    await expect(loadIdxArray(source(wrong))).rejects.toMatchObject({ code: 'damaged' });
  });

  it('refuses labels that do not fit the pictures', async () => {
    const labels = new Uint8Array(readFileSync(fixture('labels-idx1-ubyte'))).subarray(0, -1);
    labels[7] = 3;
    await expect(loadIdx(file('images-idx3-ubyte'), source(labels))).rejects.toMatchObject({ problem: { code: 'rowsDiffer', x: 4, y: 3 } });
    await expect(loadIdx(file('labels-idx1-ubyte'), file('images-idx3-ubyte'))).rejects.toMatchObject({ code: 'arrayShape' });
  });
});
