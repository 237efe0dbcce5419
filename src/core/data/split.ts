import { randomStream } from '../training/random';
import { DataError, type Dataset, type Datasets, type Part, type Resample, type Split } from './dataset';
import { below, identity, shuffle } from './permutation';
import { fitScale, fitTargetScale } from './scale';
import type { DataSpec } from './spec';

/**
 * The rows of each part and the scales fitted on the training part. The order of the rows, shuffled or as they stand, is cut from its
 * end: the test part last, the validation part before it; with `stratify` each class by itself. A fold or a bootstrap round divides what
 * the test part leaves. Equal seeds give equal parts, whatever is trained.
 * @throws DataError
 */
export function splitData(datasets: Datasets, spec: DataSpec, seed: number, resample: Resample | null, classification: boolean): Split {
  const { main } = datasets;
  const order = identity(main.rows);
  if (spec.shuffle) shuffle(order, randomStream(seed, 'split'));
  const classes = spec.stratify ? classesOf(main, classification) : null;
  const test = rowsFor('test', spec.test, main.rows);
  const validation = resample ? 0 : rowsFor('validation', spec.validation, main.rows);
  if (test + validation >= main.rows) throw new DataError({ code: 'noTrainingRows', rows: main.rows, validation, test });
  const [rest, tested] = takeFromEnd(order, test, classes, main);
  const [trained, validated] = resample ? resampled(rest, resample, seed, classes, main) : takeFromEnd(rest, validation, classes, main);
  const training: Part = { data: main, rows: trained };
  const own = (data: Dataset | null, rows: Int32Array): Part | null => (data ? { data, rows: identity(data.rows) } : rows.length > 0 ? { data: main, rows } : null);
  return {
    training,
    validation: own(resample ? null : datasets.validation, validated),
    test: own(datasets.test, tested),
    input: fitScale(training, spec.scale),
    target: fitTargetScale(training, spec.scaleTarget),
  };
}

function classesOf(main: Dataset, classification: boolean): number {
  if (!classification || !main.classes) throw new DataError({ code: 'stratifyNumbers' });
  return main.classes.length;
}

/** A fraction of the rows, rounded, or so many; none where the part has a source of its own. */
function rowsFor(part: 'validation' | 'test', size: DataSpec['validation'], rows: number): number {
  if (typeof size !== 'number' || size === 0) return 0;
  if (size >= 1) return size;
  const count = Math.round(size * rows);
  if (count === 0) throw new DataError({ code: 'emptyPart', part, fraction: size, rows });
  return count;
}

/** The last `count` rows and those before them. With classes each gives its share, by largest remainders, so that the total is exact. */
function takeFromEnd(order: Int32Array, count: number, classes: number | null, { y }: Dataset): readonly [rest: Int32Array, taken: Int32Array] {
  if (classes === null) return [order.slice(0, order.length - count), order.slice(order.length - count)];
  const left = quotas(order, count, classes, y);
  const rest = new Int32Array(order.length - count);
  const taken = new Int32Array(count);
  let atRest = rest.length;
  let atTaken = count;
  for (let i = order.length - 1; i >= 0; i--) {
    const row = order[i];
    if (left[y[row]] > 0) {
      left[y[row]]--;
      taken[--atTaken] = row;
    } else rest[--atRest] = row;
  }
  return [rest, taken];
}

function quotas(order: Int32Array, count: number, classes: number, y: Float64Array): Int32Array {
  const sizes = new Int32Array(classes);
  for (const row of order) sizes[y[row]]++;
  const exact = Array.from(sizes, (size) => (size * count) / order.length);
  const quota = Int32Array.from(exact, Math.floor);
  let missing = count - quota.reduce((sum, size) => sum + size, 0);
  const byRemainder = exact.map((_, index) => index).sort((a, b) => (exact[b] % 1) - (exact[a] % 1) || a - b);
  for (let i = 0; missing > 0; i++, missing--) quota[byRemainder[i]]++;
  return quota;
}

function resampled(order: Int32Array, resample: Resample, seed: number, classes: number | null, main: Dataset): readonly [training: Int32Array, validation: Int32Array] {
  const rows = order.length;
  if (resample.kind === 'bootstrap') {
    const random = randomStream(seed, 'bootstrap', String(resample.round));
    const drawn = new Uint8Array(rows);
    const training = Int32Array.from({ length: rows }, () => {
      const place = below(random, rows);
      drawn[place] = 1;
      return order[place];
    });
    const outOfBag = order.filter((_, place) => drawn[place] === 0);
    if (outOfBag.length === 0) throw new DataError({ code: 'noOutOfBag', rows });
    return [training, outOfBag];
  }
  const { folds, index } = resample;
  if (folds > rows) throw new DataError({ code: 'tooManyFolds', folds, rows });
  const fold = classes === null ? contiguous(rows, folds) : dealt(order, folds, classes, main.y);
  return [order.filter((_, place) => fold[place] !== index), order.filter((_, place) => fold[place] === index)];
}

/** Folds one after another, the first ones a row larger where it does not divide, as scikit-learn's KFold. */
function contiguous(rows: number, folds: number): Int32Array {
  const larger = rows % folds;
  const size = Math.floor(rows / folds);
  return Int32Array.from({ length: rows }, (_, place) => (place < larger * (size + 1) ? Math.floor(place / (size + 1)) : larger + Math.floor((place - larger * (size + 1)) / size)));
}

/** Rows dealt to the folds class after class like cards: sizes, of folds and of each class in them, differ by one at most. */
function dealt(order: Int32Array, folds: number, classes: number, y: Float64Array): Int32Array {
  const start = new Int32Array(classes + 1);
  for (const row of order) start[y[row] + 1]++;
  for (let k = 0; k < classes; k++) start[k + 1] += start[k];
  return Int32Array.from(order, (row) => start[y[row]]++ % folds);
}
