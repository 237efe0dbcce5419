import { describe, expect, it } from 'vitest';
import type { LoadedData } from '../../../src/core/data/dataset';
import { generate as work } from '../../../src/core/data/generators';
import { complete, dump, generated, type Generated } from './fixtures';

const generate = (...of: Parameters<typeof work>): LoadedData => complete(work(...of));

function dense(spec: Generated, seed = 0): { x: number[][]; y: number[] } {
  const loaded = generate(spec, seed);
  if (loaded.kind !== 'arrays') throw new Error();
  const [rows, width] = loaded.x.shape;
  return { x: Array.from({ length: rows }, (_, i) => [...loaded.x.values.slice(i * width, (i + 1) * width)]), y: [...loaded.y.values] };
}

const sorted = (rows: readonly (readonly number[])[]): string[] => rows.map((row) => row.map((value) => (Math.abs(value) < 1e-12 ? 0 : value).toFixed(10)).join()).sort();
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('Generated data', () => {
  it.each(['moons', 'circles'] as const)('has the points of scikit-learn: %s', (generator) => {
    const { x, y } = dump[generator];
    const ours = dense(generated(generator, { samples: y.length }));
    expect(sorted(ours.x.map((row, i) => [...row, ours.y[i]]))).toEqual(sorted(y.map((label, i) => [x[2 * i], x[2 * i + 1], label])));
    expect(ours.y).not.toEqual([...ours.y].sort());
  });

  it('adds normal noise of the given deviation', () => {
    const { x, y } = dense(generated('sine', { samples: 5000, noise: 0.3 }));
    const residuals = y.map((value, i) => value - Math.sin(2 * Math.PI * x[i][0]));
    expect(mean(residuals)).toBeCloseTo(0, 1);
    expect(Math.abs(Math.sqrt(mean(residuals.map((value) => value * value))) - 0.3)).toBeLessThan(0.012);
  });

  it('is the exclusive or', () => {
    const { x, y } = dense(generated('xor', { samples: 4 }));
    expect(sorted(x.map((row, i) => [...row, y[i]]))).toEqual(sorted([[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]));
  });

  it('spirals once around, each arm turned by its share', () => {
    const { x, y } = dense(generated('spirals', { samples: 300, classes: 3 }));
    for (const [i, [a, b]] of x.entries()) {
      const radius = Math.hypot(a, b);
      const turn = radius + y[i] / 3;
      expect(a).toBeCloseTo(radius * Math.sin(2 * Math.PI * turn), 12);
      expect(b).toBeCloseTo(radius * Math.cos(2 * Math.PI * turn), 12);
    }
    expect([0, 1, 2].map((label) => y.filter((value) => value === label).length)).toEqual([100, 100, 100]);
  });

  it('scatters blobs around their centres', () => {
    const spec = generated('blobs', { samples: 3000, classes: 3, columns: 4 });
    const centres = dense({ ...spec, noise: 0 });
    expect(new Set(sorted(centres.x)).size).toBe(3);
    for (const value of centres.x.flat()) expect(Math.abs(value)).toBeLessThanOrEqual(10);
    const { x, y } = dense({ ...spec, noise: 2 });
    const centre = [0, 1, 2].map((label) => centres.x[centres.y.indexOf(label)]);
    const squares = x.flatMap((row, i) => row.map((value, j) => (value - centre[y[i]][j]) ** 2));
    expect(Math.abs(Math.sqrt(mean(squares)) - 2)).toBeLessThan(0.05);
  });

  it('is linear: any columns + 1 rows tell the teacher', () => {
    const { x, y } = dense(generated('linear', { samples: 50, columns: 1 }));
    const slope = (y[1] - y[0]) / (x[1][0] - x[0][0]);
    for (let i = 2; i < 50; i++) expect(y[i] - y[0]).toBeCloseTo(slope * (x[i][0] - x[0][0]), 10);
  });

  it('is the cubic of Chebyshev: cos 3t at cos t', () => {
    const { x, y } = dense(generated('polynomial', { samples: 21 }));
    for (const [i, [value]] of x.entries()) expect(y[i]).toBeCloseTo(Math.cos(3 * Math.acos(value)), 12);
    expect(Math.min(...x.flat())).toBe(-1);
    expect(Math.max(...x.flat())).toBe(1);
  });

  it('depends on the seed alone', () => {
    for (const generator of ['moons', 'blobs', 'circles', 'spirals', 'xor', 'linear', 'sine', 'polynomial', 'multiHot'] as const) {
      const spec = generated(generator, { noise: 0.1, columns: 5, nonZeros: 2, samples: 20 });
      expect(generate(spec, 3), generator).toEqual(generate(spec, 3));
      expect(generate(spec, 4), generator).not.toEqual(generate(spec, 3));
      expect(generate(spec, 3, 'validation'), generator).not.toEqual(generate(spec, 3));
    }
  });

  it('gives a separate source other rows of the same teacher', () => {
    const of = (part: 'main' | 'validation'): Extract<LoadedData, { kind: 'arrays' }> => generate(generated('linear', { samples: 3, columns: 1 }), 0, part) as never;
    const [main, validation] = [of('main'), of('validation')];
    const slope = (main.y.values[1] - main.y.values[0]) / (main.x.values[1] - main.x.values[0]);
    expect(validation.y.values[2] - main.y.values[0]).toBeCloseTo(slope * (validation.x.values[2] - main.x.values[0]), 10);
  });

  it('refuses what would not fit', () => {
    expect(() => generate(generated('linear', { samples: 1e6, columns: 1e6 }), 0)).toThrow(expect.objectContaining({ code: 'generatorRange' }));
    expect(() => generate(generated('multiHot', { columns: 10, nonZeros: 11 }), 0)).toThrow(expect.objectContaining({ problem: { code: 'generatorRange', field: 'nonZeros', value: 11, limit: 10 } }));
  });
});

describe('Generated texts', () => {
  const spec = generated('multiHot', { samples: 4000, columns: 1000, nonZeros: 30, classes: 3 });
  const loaded = generate(spec, 1);
  if (loaded.kind !== 'sparse') throw new Error();
  const { offsets, indices, values } = loaded.x;

  it('has the asked-for number of ones on average, each word once, in order', () => {
    // A row's number of ones has a variance below its mean of 30.
    expect(Math.abs(indices.length / 4000 - 30)).toBeLessThan((4 * Math.sqrt(30)) / Math.sqrt(4000));
    expect(values.every((value) => value === 1)).toBe(true);
    for (let i = 0; i < 4000; i++) for (let entry = offsets[i] + 1; entry < offsets[i + 1]; entry++) if (indices[entry] <= indices[entry - 1]) expect.fail(`row ${i}`);
  });

  const counts = new Float64Array(1000);
  for (const word of indices) counts[word]++;

  it('has each word with its probability min(1, c/rank)', () => {
    const total = (c: number): number => Array.from({ length: 1000 }, (_, w) => Math.min(1, c / (w + 1))).reduce((sum, value) => sum + value, 0);
    let c = 0;
    while (total(c) < 30) c += 1e-3;
    // χ² over words that are not in every text: mean 1 each, its standard deviation √(2/words).
    const words = Array.from({ length: 30 }, (_, w) => w).filter((w) => c / (w + 1) < 0.95);
    const chi = words.reduce((sum, w) => {
      const p = c / (w + 1);
      return sum + (counts[w] - 4000 * p) ** 2 / (4000 * p * (1 - p));
    }, 0) / words.length;
    expect(Math.abs(chi - 1)).toBeLessThan(4 * Math.sqrt(2 / words.length));
  });

  it('has word frequencies that fall as 1/rank', () => {
    const share = (from: number, to: number): number => counts.slice(from, to).reduce((sum, count) => sum + count, 0) / 4000;
    const zipf = (from: number, to: number): number => Array.from({ length: to - from }, (_, i) => 1 / (from + i + 1)).reduce((sum, value) => sum + value, 0);
    expect(share(20, 60) / share(200, 600)).toBeCloseTo(zipf(20, 60) / zipf(200, 600), 1);
    expect(counts[0]).toBe(4000);
  });

  it('has every class, none of them nearly always', () => {
    const counts = [0, 1, 2].map((label) => loaded.y.filter((value) => value === label).length);
    expect(Math.min(...counts)).toBeGreaterThan(400);
  });

  it('can be everything', () => {
    const full = generate({ ...spec, samples: 3, columns: 7, nonZeros: 7 }, 0);
    expect(full).toMatchObject({ x: { indices: Int32Array.from([0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6]) } });
  });
});
