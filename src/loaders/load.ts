import { encode, encodedNumbers } from '../core/data/encode';
import { DataError, type ByteSource, type Dataset, type Datasets, type LoadedData } from '../core/data/dataset';
import { generate, generatedNumbers } from '../core/data/generators';
import { inlineData } from '../core/data/inline';
import { lineOf } from '../core/data/rowLines';
import type { DataSpec, SourceSpec } from '../core/data/spec';
import { loadCsv } from './csv';
import { loadIdx } from './idx';
import { loadLibsvm } from './libsvm';
import { loadNpz } from './npz';
import { inSlices, type LoadOptions } from './pieces';

/** Finds the file of a path as written in the experiment, contained as the format says. */
export type OpenFile = (path: string) => ByteSource;

/** The paths that a source names, in order. */
export function pathsOf(source: SourceSpec): readonly string[] {
  switch (source.kind) {
    case 'csv':
    case 'npz':
    case 'libsvm':
      return [source.path];
    case 'idx':
      return [source.images, source.labels];
    default:
      return [];
  }
}

/** Every file that an experiment reads, as written, each once. */
export function filesOf({ source, validation, test }: DataSpec, weights: string | null): string[] {
  const sources = [source, validation, test].flatMap((each) => (typeof each === 'object' ? [each] : []));
  return [...new Set([...sources.flatMap(pathsOf), ...(weights === null ? [] : [weights])])];
}

/** One source. @throws DataError, LoadCancelled, and whatever `open` and the source throw. */
export async function loadSource(source: SourceSpec, seed: number, open: OpenFile, options: LoadOptions = {}, part: 'main' | 'validation' | 'test' = 'main'): Promise<LoadedData> {
  switch (source.kind) {
    case 'csv':
      return loadCsv(open(source.path), options);
    case 'idx':
      return loadIdx(open(source.images), open(source.labels), options);
    case 'npz':
      return loadNpz(open(source.path), source, options);
    case 'libsvm':
      return loadLibsvm(open(source.path), source.columns, options);
    case 'inline':
      return inlineData(source);
    case 'generate':
      return inSlices(generate(source, seed, part), generatedNumbers(source), options);
  }
}

/** Of the progress of a source, what reading it is; the rest is making numbers of it. */
const READING = 0.8;

/**
 * Everything that an experiment's runs read, encoded. Sources are read one after another, each with its equal share of the progress.
 * @throws DataError, LoadCancelled
 */
export async function loadDatasets(spec: DataSpec, seed: number, open: OpenFile, encoding: { readonly classification: boolean; readonly shared: boolean }, options: LoadOptions = {}): Promise<Datasets> {
  const sources = 1 + (['validation', 'test'] as const).filter((part) => typeof spec[part] === 'object').length;
  let place = 0;
  const { progress, cancelled } = options;
  const within = (from: number, share: number): LoadOptions => {
    const start = place + from;
    return { cancelled, shared: encoding.shared, progress: progress && ((fraction) => progress(fraction === null ? null : (start + share * fraction) / sources)) };
  };
  const load = async (part: 'main' | 'validation' | 'test', like?: Dataset): Promise<Dataset | null> => {
    const source = part === 'main' ? spec.source : spec[part];
    if (typeof source !== 'object') return null;
    const loaded = await loadSource(source, seed, open, within(0, READING), part);
    try {
      const made = await inSlices(encode(loaded, spec, { ...encoding, like }), encodedNumbers(loaded), within(READING, 1 - READING));
      // Of two files the second holds the labels.
      const file = pathsOf(source).at(-1);
      return file === undefined ? made : { ...made, origin: { file, lines: 'lines' in loaded ? loaded.lines ?? null : null } };
    } catch (error) {
      throw error instanceof DataError ? placed(error, source, loaded) : error;
    } finally {
      place++;
    }
  };
  const main = (await load('main'))!;
  return { main, validation: await load('validation', main), test: await load('test', main) };
}

/** With the file of the row that is spoken of, and the row's line there. */
function placed(error: DataError, source: SourceSpec, loaded: LoadedData): DataError {
  const [file] = pathsOf(source);
  const { problem } = error;
  if (error.file !== null || file === undefined || !('row' in problem)) return error;
  const lines = 'lines' in loaded ? loaded.lines : undefined;
  return new DataError(problem, file, error.line ?? (lines ? lineOf(lines, problem.row - 1) : null));
}
