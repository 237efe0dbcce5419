import type { DataSpec, SourceSpec } from '../../core/data/spec';
import { isClassification } from '../../core/nn/classification';
import type { ExperimentModel } from '../experiment';
import { SOURCE_BLOCKS } from './dataBlocks';
import { pyNumber, pyTuple, pyValue } from './python';

/** The part of a script that reads rows and divides them, in numpy: equal for every framework. */
export interface DataCode {
  readonly blocks: readonly string[];
  /** Modules of Python that the blocks need. */
  readonly imports: readonly string[];
}

type Kind = SourceSpec['kind'];

/** What one source says in Python: a call that gives a table, arrays or generated rows. */
function sourceCall(source: SourceSpec, part: 'main' | 'validation' | 'test'): string {
  switch (source.kind) {
    case 'csv': return `read_csv(${pyValue(source.path)})`;
    case 'idx': return `(read_idx(${pyValue(source.images)}), read_idx(${pyValue(source.labels)}))`;
    case 'npz': return `read_npz(${pyValue(source.path)}, ${pyValue(source.x)}, ${pyValue(source.y)})`;
    case 'libsvm': return `read_libsvm(${pyValue(source.path)}, ${pyNumber(source.columns)})`;
    case 'inline': return inlineCall(source);
    case 'generate': return `generated(${pyValue(part)}, lambda random, teacher: ${generatorCall(source)})`;
  }
}

function inlineCall({ x, y }: Extract<SourceSpec, { kind: 'inline' }>): string {
  const rows = x.map((row) => (typeof row === 'number' ? [row] : row));
  const targets = y.map((target) => (typeof target === 'object' ? target : [target]));
  const text = rows.some((row) => row.some((cell) => typeof cell === 'string')) || targets.some((row) => row.some((cell) => typeof cell === 'string'));
  if (!text) return `(numpy.array(${pyValue(rows)}, dtype=float), numpy.array(${pyValue(targets)}, dtype=float))`;
  return `inline_table(${pyValue(rows)}, ${pyValue(targets.map((row) => row[0]))})`;
}

function generatorCall(source: Extract<SourceSpec, { kind: 'generate' }>): string {
  const n = pyNumber;
  const { generator, samples, noise, classes, columns, nonZeros } = source;
  switch (generator) {
    case 'moons': return `curves(random, ${n(samples)}, ${n(noise)}, 2, lambda k, i, of: (math.cos(math.pi * share(i, of)), math.sin(math.pi * share(i, of))) if k == 0 else (1 - math.cos(math.pi * share(i, of)), 0.5 - math.sin(math.pi * share(i, of))))`;
    case 'circles': return `curves(random, ${n(samples)}, ${n(noise)}, 2, lambda k, i, of: ((0.5 if k else 1) * math.cos(2 * math.pi * i / of), (0.5 if k else 1) * math.sin(2 * math.pi * i / of)))`;
    case 'spirals': return `curves(random, ${n(samples)}, ${n(noise)}, ${n(classes)}, lambda k, i, of: (share(i, of) * math.sin(2 * math.pi * (share(i, of) + k / ${n(classes)})), share(i, of) * math.cos(2 * math.pi * (share(i, of) + k / ${n(classes)}))))`;
    case 'xor': return `xor(random, ${n(samples)}, ${n(noise)})`;
    case 'blobs': return `blobs(random, teacher, ${n(samples)}, ${n(noise)}, ${n(classes)}, ${n(columns)})`;
    case 'linear': return `linear(random, teacher, ${n(samples)}, ${n(noise)}, ${n(columns)})`;
    case 'sine': return `sampled(random, ${n(samples)}, ${n(noise)}, 0, 1, lambda x: numpy.sin(2 * math.pi * x))`;
    case 'polynomial': return `sampled(random, ${n(samples)}, ${n(noise)}, -1, 1, lambda x: x * (4 * x * x - 3))`;
    case 'multiHot': return `multi_hot(random, teacher, ${n(samples)}, ${n(columns)}, ${n(nonZeros)}, ${n(classes)})`;
  }
}

const GENERATOR_BLOCKS: Readonly<Record<Extract<SourceSpec, { kind: 'generate' }>['generator'], keyof typeof SOURCE_BLOCKS>> = {
  moons: 'curves', circles: 'curves', spirals: 'curves', xor: 'xor', blobs: 'blobs', linear: 'linear', sine: 'sampled', polynomial: 'sampled', multiHot: 'multiHot',
};

/** Reading, encoding, splitting, scaling and augmenting as the experiment says. */
export function dataCode({ data, loss }: Pick<ExperimentModel, 'data' | 'loss'>): DataCode {
  const sources = [data.source, data.validation, data.test].filter((each): each is SourceSpec => typeof each === 'object');
  const kinds = new Set<Kind>(sources.map(({ kind }) => kind));
  const tables = kinds.has('csv') || sources.some((source) => source.kind === 'inline' && sourceCall(source, 'main').startsWith('inline_table'));
  const names: (keyof typeof SOURCE_BLOCKS)[] = ['placed'];
  if (kinds.has('csv')) names.push('columns', 'csv');
  if (kinds.has('inline') && tables) names.push('inlineTable');
  if (tables) names.push('table');
  for (const kind of ['idx', 'npz', 'libsvm'] as const) if (kinds.has(kind)) names.push(kind);
  if (kinds.has('generate')) {
    names.push('generated');
    for (const source of sources) if (source.kind === 'generate') names.push(GENERATOR_BLOCKS[source.generator]);
  }
  names.push('encode', 'split', 'scale');
  if (data.augment) names.push('augment');
  const imports = [
    'os',
    ...(kinds.has('csv') ? ['csv', 're'] : []),
    ...(kinds.has('idx') ? ['gzip'] : []),
  ];
  const part = (which: 'validation' | 'test'): string => (typeof data[which] === 'object' ? sourceCall(data[which], which) : 'None');
  const load = `
def load(random_seed):
    """The rows of the main data and of validation and test data of their own, encoded alike."""
    global SEED
    SEED = random_seed
    main = encode(${sourceCall(data.source, 'main')})
    return main, *(None if source is None else encode(source, main) for source in (${part('validation')}, ${part('test')}))`;
  return { blocks: [settings(data, isClassification(loss)), ...[...new Set(names)].map((name) => SOURCE_BLOCKS[name]), load], imports };
}

function settings(data: DataSpec, classification: boolean): string {
  const { features, target, imageShape, scale, scaleTarget, validation, test, stratify, shuffle, augment } = data;
  const size = (value: DataSpec['validation']): string => (typeof value === 'number' ? pyNumber(value) : '0');
  const lines = [
    `CLASSIFICATION = ${classification ? 'True' : 'False'}`,
    ...(data.source.kind === 'csv' || data.source.kind === 'inline' ? [
      `FEATURES = ${features === null ? 'None  # every column but the target' : pyValue(features.map(({ column, powers }) => [column, powers]))}`,
      `TARGET = ${pyValue(target ?? 'y')}`,
    ] : []),
    `SHAPE = ${imageShape === null ? 'None' : pyTuple(imageShape)}  # of a row: height, width, channels`,
    `SCALE, SCALE_TARGET = ${pyValue(scale)}, ${pyValue(scaleTarget)}`,
    `VALIDATION, TEST = ${size(validation)}, ${size(test)}  # a fraction of the rows, or so many`,
    `STRATIFY, SHUFFLE_ROWS = ${pyValue(stratify)}, ${pyValue(shuffle)}`,
  ];
  if (augment) lines.push(`AUGMENT = {"noise": ${pyNumber(augment.noise)}, "shift": ${pyNumber(augment.shift)}, "flip": ${pyValue(augment.flip)}, "mixup": ${pyNumber(augment.mixup)}}`);
  return lines.join('\n');
}
