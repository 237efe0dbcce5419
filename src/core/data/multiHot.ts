import type { RandomStream } from '../training/random';
import { DataError, type LoadedData } from './dataset';
import type { SourceSpec } from './spec';
import { slices, type Work } from './work';

type Generated = Extract<SourceSpec, { readonly kind: 'generate' }>;

/** Ones at most in all rows together. */
const MOST_ONES = 500e6;

/**
 * Rows like texts as sets of words: column w is a word, 1 where the text has it, each independently with probability
 * min(1, c/(w + 1)) (Zipf's law), c such that a row has `nonZeros` ones on average. A random linear teacher names the class: the
 * largest of the scores Σ weights of the words present, each less its mean.
 */
export function* multiHot({ samples, columns, nonZeros, classes }: Generated, teacher: RandomStream, random: RandomStream): Work<LoadedData> {
  if (nonZeros > columns) throw new DataError({ code: 'generatorRange', field: 'nonZeros', value: nonZeros, limit: columns });
  if (samples * nonZeros > MOST_ONES) throw new DataError({ code: 'generatorRange', field: 'samples', value: samples, limit: Math.floor(MOST_ONES / nonZeros) });
  if (columns * classes > MOST_ONES) throw new DataError({ code: 'generatorRange', field: 'columns', value: columns, limit: Math.floor(MOST_ONES / classes) });
  const chance = yield* frequencies(columns, nonZeros);
  const weights = new Float64Array(columns * classes);
  const mean = new Float64Array(classes);
  yield* slices(columns, classes, (from, to) => {
    for (let w = from; w < to; w++) for (let k = 0; k < classes; k++) mean[k] += chance[w] * (weights[w * classes + k] = teacher.normal());
  });
  const offsets = new Int32Array(samples + 1);
  const y = new Float64Array(samples);
  const scores = new Float64Array(classes);
  let indices = new Int32Array(Math.ceil(1.1 * samples * nonZeros) + 16);
  let count = 0;
  const write = (i: number): void => {
    for (let k = 0; k < classes; k++) scores[k] = -mean[k];
    for (let w = nextWord(chance, -1, random); w < columns; w = nextWord(chance, w, random)) {
      if (count === indices.length) {
        const longer = new Int32Array(2 * count);
        longer.set(indices);
        indices = longer;
      }
      indices[count++] = w;
      for (let k = 0; k < classes; k++) scores[k] += weights[w * classes + k];
    }
    offsets[i + 1] = count;
    let best = 0;
    for (let k = 1; k < classes; k++) if (scores[k] > scores[best]) best = k;
    y[i] = best;
  };
  yield* slices(samples, nonZeros * classes, (from, to) => {
    for (let i = from; i < to; i++) write(i);
  });
  const values = new Float32Array(count).fill(1);
  return { kind: 'sparse', rows: samples, x: { columns, offsets, indices: indices.slice(0, count), values }, y };
}

/** min(1, c/(w + 1)) for each word, with the sum `nonZeros`; c by bisection. */
function* frequencies(columns: number, nonZeros: number): Work<Float64Array> {
  const chance = new Float64Array(columns);
  let low = 0;
  let high = columns;
  for (let round = 0; round < 60; round++) {
    const c = (low + high) / 2;
    let sum = 0;
    yield* slices(columns, 1, (from, to) => {
      for (let w = from; w < to; w++) sum += chance[w] = Math.min(1, c / (w + 1));
    });
    if (sum < nonZeros) low = c;
    else high = c;
  }
  return chance;
}

/**
 * The next word after `w` that a text has: probabilities fall with w, so one may jump by a geometric step at the present one and accept
 * with the quotient (J. Miller and A. Hagberg, "Efficient generation of networks with given expected degrees", 2011): as many draws as
 * words, not as columns.
 */
function nextWord(chance: Float64Array, w: number, random: RandomStream): number {
  const columns = chance.length;
  let at = w + 1;
  if (at >= columns) return columns;
  let bound = chance[at];
  for (;;) {
    if (bound < 1) at += Math.floor(Math.log(1 - random.uniform()) / Math.log1p(-bound));
    if (at >= columns) return columns;
    const accept = chance[at] / bound;
    bound = chance[at];
    if (accept >= 1 || random.uniform() < accept) return at;
    at++;
    if (at >= columns) return columns;
  }
}
