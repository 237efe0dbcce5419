import { encodeAll } from '../core/data/encode';
import { DataError, type ByteSource, type Datasets, type LoadedData } from '../core/data/dataset';
import { generate } from '../core/data/generators';
import { inlineData } from '../core/data/inline';
import type { DataSpec, SourceSpec } from '../core/data/spec';
import { loadCsv } from './csv';
import { loadIdx } from './idx';
import { loadLibsvm } from './libsvm';
import { loadNpz } from './npz';
import type { LoadOptions } from './pieces';

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

/** A row of a file, rather than something that the experiment says of it. */
function speaksOfRow({ problem }: DataError): boolean {
  return 'row' in problem;
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
      return generate(source, seed, part);
  }
}

/**
 * Everything that an experiment's runs read, encoded. Sources are read one after another, each with its equal share of the progress.
 * @throws DataError, LoadCancelled
 */
export async function loadDatasets(spec: DataSpec, seed: number, open: OpenFile, encoding: { readonly classification: boolean; readonly shared: boolean }, options: LoadOptions = {}): Promise<Datasets> {
  const parts = (['validation', 'test'] as const).filter((part) => typeof spec[part] === 'object');
  const shareOf = (place: number): LoadOptions => ({
    ...options,
    progress: options.progress && ((fraction) => options.progress!(fraction === null ? null : (place + fraction) / (parts.length + 1))),
  });
  const main = await loadSource(spec.source, seed, open, shareOf(0));
  const loaded: { main: LoadedData; validation: LoadedData | null; test: LoadedData | null } = { main, validation: null, test: null };
  for (const [i, part] of parts.entries()) loaded[part] = await loadSource(spec[part] as SourceSpec, seed, open, shareOf(i + 1), part);
  try {
    return encodeAll(loaded, spec, encoding);
  } catch (error) {
    // Of several sources it is not known which one is meant.
    const [file] = pathsOf(spec.source);
    throw error instanceof DataError && error.file === null && file !== undefined && parts.length === 0 && speaksOfRow(error) ? new DataError(error.problem, file, error.line) : error;
  }
}
