import { describe, expect, it } from 'vitest';
import { LoadCancelled, type LoadedData } from '../../../src/core/data/dataset';
import { encode, encodedNumbers } from '../../../src/core/data/encode';
import { generate, generatedNumbers } from '../../../src/core/data/generators';
import type { DataSpec } from '../../../src/core/data/spec';
import type { Work } from '../../../src/core/data/work';
import { loadDatasets } from '../../../src/loaders/load';
import { inSlices } from '../../../src/loaders/pieces';
import { source } from '../loaders/files';
import { complete, dataSpec, generated } from './fixtures';

const ROWS = 200_000;
const numbers = { classification: false, shared: false };
const made = (kind: Parameters<typeof generated>[0], more: object = {}): LoadedData => complete(generate(generated(kind, { samples: ROWS, ...more }), 1));
const table: LoadedData = {
  kind: 'table', rows: ROWS,
  columns: [
    { name: 'a', kind: 'number', values: Float64Array.from({ length: ROWS }, (_, i) => i) }, { name: 'b', kind: 'text', names: ['u', 'v'], codes: Int32Array.from({ length: ROWS }, (_, i) => i % 2) },
    { name: 'y', kind: 'number', values: Float64Array.from({ length: ROWS }, (_, i) => i / 3) },
  ],
};
const spec = dataSpec({ source: { kind: 'csv', path: 'a.csv' }, target: 'y' });

/** Numbers of each slice. */
function weigh(work: Work<unknown>): number[] {
  const sizes: number[] = [];
  for (let step = work.next(); !step.done; step = work.next()) sizes.push(step.value);
  return sizes;
}
const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 0);

describe('Data become numbers in small slices', () => {
  it.each<[string, LoadedData, DataSpec]>([
    ['a table', table, spec],
    ['a table with powers', table, dataSpec({ source: spec.source, target: 'y', features: [{ column: 'a', powers: 9 }, { column: 'b', powers: 1 }] })],
    ['arrays', made('linear', { columns: 9 }), dataSpec()],
    ['sparse rows', made('multiHot', { columns: 1000, nonZeros: 10 }), dataSpec()],
  ])('%s', (_name, loaded, of) => {
    const sizes = weigh(encode(loaded, of, { classification: false, shared: true }));
    expect(sizes.length).toBeGreaterThan(3);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(65_536);
    // What is announced for the progress is about right.
    expect(sum(sizes) / encodedNumbers(loaded)).toBeGreaterThan(0.15);
    expect(sum(sizes) / encodedNumbers(loaded)).toBeLessThan(10);
  });

  it.each(['moons', 'blobs', 'circles', 'spirals', 'xor', 'linear', 'sine', 'polynomial', 'multiHot'] as const)('made-up rows: %s', (generator) => {
    const of = generated(generator, { samples: ROWS, columns: 7, nonZeros: 3 });
    const sizes = weigh(generate(of, 1));
    expect(sizes.length).toBeGreaterThan(3);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(65_536);
    expect(sum(sizes) / generatedNumbers(of)).toBeGreaterThan(0.3);
    expect(sum(sizes) / generatedNumbers(of)).toBeLessThan(3);
  });

  it('between which a cancel is heard, also when all has been read', async () => {
    const text = `a,b,y\n${Array.from({ length: 2000 }, (_, i) => `${i},${i % 3},${i / 7}`).join('\n')}\n`;
    const open = () => source(text, Infinity, 'a.csv');
    let last = 0;
    const seen: number[] = [];
    const progress = (fraction: number | null): void => {
      seen.push(fraction!);
      last = fraction!;
    };
    // The file is read: what is cancelled is its encoding.
    await expect(loadDatasets(spec, 0, open, numbers, { progress, cancelled: () => last >= 0.8 })).rejects.toBeInstanceOf(LoadCancelled);
    expect(last).toBeLessThan(1);
    seen.length = last = 0;
    await loadDatasets({ ...spec, validation: { kind: 'csv', path: 'a.csv' } }, 0, open, numbers, { progress });
    expect(seen.at(-1)).toBe(1);
    expect(seen.every((fraction, i) => i === 0 || fraction >= seen[i - 1])).toBe(true);
    expect(seen).toContain(0.5);
    let asked = 0;
    await expect(loadDatasets(dataSpec({ source: generated('linear', { samples: ROWS, columns: 20 }) }), 0, open, numbers, { cancelled: () => ++asked > 5 })).rejects.toBeInstanceOf(LoadCancelled);
    expect(asked).toBe(6);
  });

  it('lets messages in', async () => {
    let heard = false;
    setTimeout(() => (heard = true), 1);
    function* endless(): Work<never> {
      for (;;) yield Math.random();
    }
    await expect(inSlices(endless(), 1, { cancelled: () => heard })).rejects.toBeInstanceOf(LoadCancelled);
  });
});

describe('What is read for workers', () => {
  it('stands in shared memory at once where nothing is changed any more: a second copy is never made', async () => {
    const sparse = await loadDatasets(dataSpec({ source: { kind: 'libsvm', path: 'a.svm', columns: 4 } }), 0, () => source('1 1:2 4:1\n-1 2:3\n'), { classification: true, shared: true });
    const { x } = sparse.main;
    if (x.kind !== 'sparse') throw new Error();
    for (const array of [x.offsets, x.indices, x.values]) expect(array.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect([...x.offsets, ...x.indices, ...x.values]).toEqual([0, 2, 3, 0, 3, 1, 2, 1, 3]);
  });
});
