import { createReadStream, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Datasets, Dataset, LoadedData } from '../../../src/core/data/dataset';
import type { DataSpec, SourceSpec } from '../../../src/core/data/spec';
import type { Work } from '../../../src/core/data/work';
import { loadDatasets, type OpenFile } from '../../../src/loaders/load';

const root = path.resolve(import.meta.dirname, '..', '..', '..');

/** What scikit-learn says; test/parity/make_data.py. */
export const dump = JSON.parse(readFileSync(path.join(root, 'test', 'parity', 'dumps', 'data.json'), 'utf8')) as {
  moons: { x: number[]; y: number[] }; circles: { x: number[]; y: number[] };
  wine: { standardized: number[][]; minMax: number[][] };
  powers: number[][]; kFold: number[][]; stratifiedCounts: number[][];
};

export const openExample: OpenFile = (name) => {
  const file = path.join(root, 'examples', 'data', name);
  return { name, size: statSync(file).size, chunks: () => createReadStream(file, { highWaterMark: 1000 }) };
};

export type Generated = Extract<SourceSpec, { kind: 'generate' }>;

export const generated = (generator: Generated['generator'], more: Partial<Generated> = {}): Generated => ({ kind: 'generate', generator, samples: 100, noise: 0, classes: 2, columns: 2, nonZeros: 0, ...more });

export function dataSpec(more: Partial<DataSpec> = {}): DataSpec {
  return { source: generated('moons'), features: null, target: null, imageShape: null, scale: 'none', scaleTarget: 'none', validation: 0, test: 0, stratify: false, shuffle: true, augment: null, ...more };
}

export const example = (name: string, target: string, more: Partial<DataSpec> = {}): DataSpec => dataSpec({ source: { kind: 'csv', path: name }, target, ...more });

export const load = (spec: DataSpec, classification = true, seed = 0): Promise<Datasets> => loadDatasets(spec, seed, openExample, { classification, shared: false });

/** Work on data in one piece. */
export function complete<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** A small data set: x is rows × columns, y one number a row. */
export function dataset(x: readonly (readonly number[])[], y: readonly number[], classes: readonly string[] | null = null): Dataset {
  return { rows: x.length, shape: [x[0].length], features: x[0].map((_, i) => `x${i + 1}`), x: { kind: 'dense', values: Float64Array.from(x.flat()) }, y: Float64Array.from(y), targets: 1, classes, encoding: null };
}

export const table = (columns: Record<string, readonly number[] | readonly string[]>): LoadedData => ({
  kind: 'table',
  rows: Object.values(columns)[0].length,
  columns: Object.entries(columns).map(([name, cells]) => {
    if (typeof cells[0] === 'number') return { name, kind: 'number', values: Float64Array.from(cells as readonly number[]) };
    const names = [...new Set((cells as readonly string[]).filter((cell) => cell !== ''))];
    return { name, kind: 'text', names, codes: Int32Array.from(cells as readonly string[], (cell) => names.indexOf(cell)) };
  }),
});

export const onlyMain = (main: Dataset): Datasets => ({ main, validation: null, test: null });
