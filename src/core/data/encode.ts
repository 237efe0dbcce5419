import type { Shape } from '../nn/spec';
import { DataError, type Column, type Dataset, type InputEncoding, type LoadedData, type NumericArray } from './dataset';
import { columnName, INLINE_TARGET } from './inline';
import { doubles, encodeTarget } from './encodeTarget';
import { narrowest, stored, widthOf, zeros, type DenseValues, type Width } from './storage';
import { slices, type Work } from './work';
import type { DataSpec, FeatureSpec } from './spec';
import { checkText, translation } from './textColumn';

export interface EncodeOptions {
  /** The loss speaks of classes: whole numbers in the target are their indices. */
  readonly classification: boolean;
  /** Arrays go to shared memory where there is any. */
  readonly shared: boolean;
  /** The main data set, whose columns, codes and classes a separate validation or test source shares. */
  readonly like?: Dataset;
}

/** Different texts of one column at most: each becomes a feature. */
const MOST_NAMES = 1000;

/**
 * Rows as numbers: chosen features, text as one-hot columns ("class=First"), powers, targets as class indices or numbers. Values stand in
 * the narrowest type that holds every one of them exactly.
 * @throws DataError
 */
export function encode(loaded: LoadedData, spec: DataSpec, options: EncodeOptions): Work<Dataset> {
  switch (loaded.kind) {
    case 'table':
      return encodeTable(loaded, spec, options);
    case 'arrays':
      return encodeArrays(loaded, spec, options);
    case 'sparse':
      return encodeSparse(loaded, spec, options);
  }
}

/** Numbers that the encoding handles, about. */
export function encodedNumbers(loaded: LoadedData): number {
  switch (loaded.kind) {
    case 'table':
      return 2 * loaded.rows * loaded.columns.length;
    case 'arrays':
      return 2 * (loaded.x.values.length + loaded.y.values.length);
    case 'sparse':
      return 2 * (loaded.x.indices.length + loaded.rows);
  }
}

function* encodeTable(loaded: Extract<LoadedData, { kind: 'table' }>, spec: DataSpec, options: EncodeOptions): Work<Dataset> {
  const { rows, columns } = loaded;
  const byName = new Map(columns.map((column) => [column.name, column]));
  const find = (name: string): Column => {
    const column = byName.get(name);
    if (!column) throw new DataError({ code: 'unknownColumn', name, names: [...byName.keys()] });
    return column;
  };
  const targetName = spec.target ?? (spec.source.kind === 'inline' ? INLINE_TARGET : null);
  if (targetName === null) throw new DataError({ code: 'noTarget' });
  const target = find(targetName);
  const inputs = options.like?.encoding ?? plan(spec.features ?? columns.filter((column) => column !== target).map(({ name }): FeatureSpec => ({ column: name, powers: 1 })), targetName, find);
  const features = inputs.flatMap(featureNames);
  const width = features.length;
  const x = yield* inNarrowest(inputs, find, rows * width, options.shared);
  let offset = 0;
  for (const input of inputs) {
    const column = find(input.column);
    const start = offset;
    if (input.kind === 'number' && column.kind === 'number') yield* slices(rows, input.powers, (from, to) => writeNumbers(column, input.powers, x, width, start, from, to));
    if (input.kind === 'text' && column.kind === 'text') yield* writeOneHot(column, input.names, x, width, start);
    offset += featureNames(input).length;
  }
  return {
    rows, features, encoding: inputs,
    shape: shapeOf(spec, [width]),
    x: { kind: 'dense', values: x },
    ...(yield* encodeTarget(target, options)),
  };
}

function plan(features: readonly FeatureSpec[], target: string, find: (name: string) => Column): InputEncoding[] {
  if (features.length === 0) throw new DataError({ code: 'noFeatures' });
  const seen = new Set<string>();
  return features.map(({ column: name, powers }): InputEncoding => {
    const column = find(name);
    if (name === target) throw new DataError({ code: 'targetIsFeature', column: name });
    if (seen.has(name)) throw new DataError({ code: 'repeatedFeature', column: name });
    seen.add(name);
    if (column.kind === 'number') return { kind: 'number', column: name, powers };
    if (powers > 1) throw new DataError({ code: 'textPowers', column: name });
    checkText(column, MOST_NAMES);
    return { kind: 'text', column: name, names: column.names };
  });
}

/** Zeros of the type that all the columns fit into. */
function* inNarrowest(inputs: readonly InputEncoding[], find: (name: string) => Column, length: number, shared: boolean): Work<DenseValues> {
  let width: Width = 'byte';
  for (const input of inputs) {
    const column = find(input.column);
    if (column.kind !== input.kind) throw new DataError({ code: 'columnKind', column: column.name, kind: input.kind });
    if (column.kind !== 'number' || input.kind !== 'number' || (width as Width) === 'double') continue;
    yield* slices(column.values.length, input.powers, (from, to) => {
      width = widthOf(column.values.subarray(from, to), input.powers, width);
    });
  }
  return zeros(width, length, shared);
}

function featureNames(input: InputEncoding): readonly string[] {
  if (input.kind === 'text') return input.names.map((name) => `${input.column}=${name}`);
  return Array.from({ length: input.powers }, (_, i) => (i === 0 ? input.column : `${input.column}${superscript(i + 1)}`));
}

function superscript(power: number): string {
  return [...String(power)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('');
}

function writeNumbers(column: Extract<Column, { kind: 'number' }>, powers: number, x: DenseValues, width: number, offset: number, from: number, to: number): void {
  const { values, name } = column;
  for (let row = from, at = offset + from * width; row < to; row++, at += width) {
    const value = values[row];
    let power = value;
    let finite = true;
    for (let i = 0; i < powers; i++, power *= value) {
      x[at + i] = power;
      finite = Number.isFinite(power);
    }
    if (finite) continue;
    throw new DataError({ code: Number.isNaN(value) ? 'missingValue' : 'notFinite', column: name, row: row + 1 });
  }
}

function* writeOneHot(column: Extract<Column, { kind: 'text' }>, names: readonly string[], x: DenseValues, width: number, offset: number): Work<void> {
  const places = translation(column, names);
  const { codes } = column;
  yield* slices(codes.length, 1, (from, to) => {
    for (let row = from; row < to; row++) {
      const code = codes[row];
      if (code < 0) throw new DataError({ code: 'missingValue', column: column.name, row: row + 1 });
      if (places[code] < 0) throw new DataError({ code: 'unknownName', column: column.name, row: row + 1, text: column.names[code] });
      x[row * width + offset + places[code]] = 1;
    }
  });
}

function* encodeArrays(loaded: Extract<LoadedData, { kind: 'arrays' }>, spec: DataSpec, options: EncodeOptions): Work<Dataset> {
  const { rows, x, y } = loaded;
  if (x.shape.length > 4) throw new DataError({ code: 'arrayShape', name: 'x', shape: x.shape });
  const [, ...own] = x.shape;
  const shape = shapeOf(spec, own.length === 0 ? [1] : own.length === 2 ? [...own, 1] : own);
  const width = sizeOf(shape);
  if (options.like && sizeOf(options.like.shape) !== width) throw new DataError({ code: 'columnsDiffer', actual: width, expected: sizeOf(options.like.shape) });
  yield* checkFinite(x, width);
  const targets = y.shape.slice(1).reduce((product, size) => product * size, 1);
  const target: Column | NumericArray = targets === 1 ? { name: 'y', kind: 'number', values: yield* doubles(y.values) } : y;
  return {
    rows, shape, encoding: null,
    features: shape.length === 1 ? options.like?.features ?? Array.from({ length: width }, (_, i) => columnName(i, width)) : [],
    x: { kind: 'dense', values: x.values instanceof Int32Array || x.values instanceof Float64Array ? yield* narrowest(x.values, options.shared) : yield* stored(x.values, options.shared) },
    ...(yield* encodeTarget(target, options)),
  };
}

function* checkFinite({ values }: NumericArray, width: number): Work<void> {
  if (values instanceof Uint8Array || values instanceof Int32Array) return;
  yield* slices(values.length, 1, (from, to) => {
    for (let i = from; i < to; i++) {
      if (Number.isFinite(values[i])) continue;
      throw new DataError({ code: Number.isNaN(values[i]) ? 'missingValue' : 'notFinite', column: columnName(i % width, width), row: Math.floor(i / width) + 1 });
    }
  });
}

function* encodeSparse(loaded: Extract<LoadedData, { kind: 'sparse' }>, spec: DataSpec, options: EncodeOptions): Work<Dataset> {
  const { rows, x, y } = loaded;
  if (spec.imageShape && spec.imageShape.length > 1) throw new DataError({ code: 'sparseImage' });
  if (options.like && options.like.shape[0] !== x.columns) throw new DataError({ code: 'columnsDiffer', actual: x.columns, expected: options.like.shape[0] });
  const { shared } = options;
  return {
    rows, shape: [x.columns], features: [], encoding: null,
    x: { kind: 'sparse', columns: x.columns, offsets: yield* stored(x.offsets, shared), indices: yield* stored(x.indices, shared), values: yield* stored(x.values, shared) },
    ...(yield* encodeTarget({ name: 'y', kind: 'number', values: y }, options)),
  };
}

function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

function shapeOf({ imageShape }: DataSpec, own: Shape): Shape {
  if (!imageShape) return own;
  if (sizeOf(imageShape) !== sizeOf(own)) throw new DataError({ code: 'imageShape', shape: imageShape, expected: sizeOf(imageShape), actual: sizeOf(own) });
  return imageShape;
}

/**
 * Rows as written in the experiment (raw features, text by name), encoded as the data set's.
 * @returns rows × the size of one row, before scaling.
 */
export function encodeRows(data: Dataset, rows: readonly (number | readonly (number | string)[])[]): Float64Array {
  const width = sizeOf(data.shape);
  const expected = data.encoding?.length ?? width;
  const out = new Float64Array(rows.length * width);
  rows.forEach((written, i) => {
    const row = typeof written === 'number' ? [written] : written;
    if (row.length !== expected) throw new DataError({ code: 'rowWidth', row: i + 1, actual: row.length, expected });
    let at = i * width;
    row.forEach((cell, j) => {
      const input = data.encoding?.[j] ?? { kind: 'number', column: columnName(j, width), powers: 1 };
      if ((typeof cell === 'string') !== (input.kind === 'text')) throw new DataError({ code: 'columnKind', column: input.column, kind: input.kind });
      if (input.kind === 'text') {
        const place = input.names.indexOf(cell as string);
        if (place < 0) throw new DataError({ code: 'unknownName', column: input.column, row: i + 1, text: cell as string });
        out[at + place] = 1;
        at += input.names.length;
        return;
      }
      let power = cell as number;
      for (let k = 0; k < input.powers; k++, power *= cell as number) out[at++] = power;
    });
  });
  return out;
}
