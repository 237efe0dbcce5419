import { DataError, type Column, type Dataset, type NumericArray } from './dataset';
import type { EncodeOptions } from './encode';
import { stored } from './storage';
import { slices, type Work } from './work';
import { checkText, translation } from './textColumn';

type Target = Pick<Dataset, 'y' | 'targets' | 'classes'>;

/** Classes at most. */
const MOST_CLASSES = 10_000;
/** The classic signs of a yes-or-no target. */
const SIGNS = ['-1', '1'];

/**
 * The target of a data set. Text becomes class indices in order of first appearance, for a regression too (whoever checks the loss says
 * that it does not fit); numbers become classes only for a classification: indices from 0, or −1 and 1.
 */
export function* encodeTarget(target: Column | NumericArray, options: EncodeOptions): Work<Target> {
  const { classification, shared, like } = options;
  if (!('kind' in target)) {
    const targets = target.shape.slice(1).reduce((product, size) => product * size, 1);
    if (like && like.targets !== targets) throw new DataError({ code: 'columnsDiffer', actual: targets, expected: like.targets });
    const values = yield* doubles(target.values);
    yield* checkNumbers(values, targets, 'y');
    return { y: yield* stored(values, shared), targets, classes: null };
  }
  const named = target.kind === 'text' ? yield* fromText(target, like) : classification ? yield* fromNumbers(target, like) : null;
  if (named) return { y: yield* stored(named.y, shared), targets: 1, classes: named.classes };
  const { values } = target as Extract<Column, { kind: 'number' }>;
  if (like?.classes) throw new DataError({ code: 'columnKind', column: target.name, kind: 'text' });
  if (like && like.targets !== 1) throw new DataError({ code: 'columnsDiffer', actual: 1, expected: like.targets });
  yield* checkNumbers(values, 1, target.name);
  return { y: yield* stored(values, shared), targets: 1, classes: null };
}

/** A copy in float64. */
export function* doubles(values: NumericArray['values']): Work<Float64Array> {
  const copy = new Float64Array(values.length);
  yield* slices(values.length, 1, (from, to) => copy.set(values.subarray(from, to), from));
  return copy;
}

/** What each of `count` rows is given. */
function* mapped(count: number, of: (row: number) => number): Work<Float64Array> {
  const y = new Float64Array(count);
  yield* slices(count, 1, (from, to) => {
    for (let row = from; row < to; row++) y[row] = of(row);
  });
  return y;
}

interface Named {
  readonly y: Float64Array;
  readonly classes: readonly string[];
}

function* checkNumbers(values: Float64Array, targets: number, column: string): Work<void> {
  let bad = -1;
  yield* slices(values.length, 1, (from, to) => {
    for (let i = from; bad < 0 && i < to; i++) if (!Number.isFinite(values[i])) bad = i;
  });
  if (bad >= 0) throw new DataError({ code: Number.isNaN(values[bad]) ? 'missingValue' : 'notFinite', column, row: Math.floor(bad / targets) + 1 });
}

function* fromText(target: Extract<Column, { kind: 'text' }>, like: Dataset | undefined): Work<Named> {
  checkText(target, MOST_CLASSES);
  if (like && !like.classes) throw new DataError({ code: 'columnKind', column: target.name, kind: 'number' });
  const classes = like?.classes ?? target.names;
  const places = translation(target, classes);
  const y = yield* mapped(target.codes.length, (row) => {
    const code = target.codes[row];
    if (code < 0) throw new DataError({ code: 'missingValue', column: target.name, row: row + 1 });
    if (places[code] < 0) throw new DataError({ code: 'newClass', column: target.name, row: row + 1, text: target.names[code] });
    return places[code];
  });
  return { y, classes };
}

function* fromNumbers(target: Extract<Column, { kind: 'number' }>, like: Dataset | undefined): Work<Named> {
  const { values } = target;
  yield* checkNumbers(values, 1, target.name);
  const signs = like ? like.classes?.join() === SIGNS.join() : values.includes(-1) && values.every((value) => value === 1 || value === -1);
  if (signs) {
    const y = yield* mapped(values.length, (row) => {
      const value = values[row];
      if (value !== 1 && value !== -1) throw new DataError({ code: 'newClass', column: target.name, row: row + 1, text: String(value) });
      return value === 1 ? 1 : 0;
    });
    return { y, classes: SIGNS };
  }
  // Main data whose classes are text that looks like numbers: "1", "2", "3a".
  const places = like?.classes && like.classes.some((name, i) => name !== String(i)) ? new Map(like.classes.map((name, i) => [name, i])) : null;
  let largest = 0;
  const y = yield* mapped(values.length, (row) => {
    const value = values[row];
    const index = places ? places.get(String(value)) : value;
    if (index === undefined) throw new DataError({ code: 'newClass', column: target.name, row: row + 1, text: String(value) });
    if (!(index >= 0) || !Number.isInteger(index)) throw new DataError({ code: 'classNumber', column: target.name, row: row + 1, value });
    if (like?.classes && index >= like.classes.length) throw new DataError({ code: 'newClass', column: target.name, row: row + 1, text: String(value) });
    largest = Math.max(largest, index);
    return index;
  });
  if (largest >= MOST_CLASSES) throw new DataError({ code: 'tooManyClasses', classes: largest + 1, limit: MOST_CLASSES });
  return { y, classes: like?.classes ?? Array.from({ length: largest + 1 }, (_, i) => String(i)) };
}
