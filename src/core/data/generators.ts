import { randomStream, type RandomStream } from '../training/random';
import { DataError, type LoadedData } from './dataset';
import { multiHot } from './multiHot';
import { identity, shuffle } from './permutation';
import type { SourceSpec } from './spec';
import { slices, type Work } from './work';

type Generated = Extract<SourceSpec, { readonly kind: 'generate' }>;

/** Numbers at most in generated rows. */
const MOST_NUMBERS = 1e9;

/** Radius of the inner of the two circles. */
const INNER_RADIUS = 0.5;
/** Centres of blobs lie in a box of this half side, as scikit-learn's. */
const CENTRE_BOX = 10;

/**
 * Made-up data, the same for the same seed. Moons, circles and blobs are scikit-learn's (make_moons; make_circles with factor 0.5;
 * make_blobs, whose cluster_std is `noise`). Everywhere `noise` is the standard deviation of normal noise: on the coordinates where rows
 * have classes, on y where it is a number. Rows come in random order.
 * @param part keeps a separate validation or test source apart from the rows of the main one; both share the centres and teachers.
 * @throws DataError where a number is beyond its range.
 */
export function* generate(spec: Generated, seed: number, part: 'main' | 'validation' | 'test' = 'main'): Work<LoadedData> {
  const { samples, columns, generator } = spec;
  if (samples * columns > MOST_NUMBERS && generator !== 'multiHot') throw new DataError({ code: 'generatorRange', field: 'samples', value: samples, limit: Math.floor(MOST_NUMBERS / columns) });
  const teacher = randomStream(seed, 'data', `${generator} teacher`);
  const random = randomStream(seed, 'data', part === 'main' ? generator : `${generator} ${part}`);
  if (generator === 'multiHot') return yield* multiHot(spec, teacher, random);
  const width = columnsOf(generator, columns);
  const x = new Float64Array(samples * width);
  const y = new Float64Array(samples);
  const write = GENERATORS[generator](spec, random, teacher, x, y);
  yield* slices(samples, width, (from, to) => {
    for (let row = from; row < to; row++) write(row);
  });
  return yield* inRandomOrder(x, y, random);
}

/** Numbers that are handled for a source, about. */
export function generatedNumbers({ generator, samples, columns, nonZeros, classes }: Generated): number {
  return generator === 'multiHot' ? samples * nonZeros * classes + 60 * columns + columns * classes : 3 * samples * columnsOf(generator, columns);
}

function columnsOf(generator: Generated['generator'], columns: number): number {
  return generator === 'blobs' || generator === 'linear' ? columns : generator === 'sine' || generator === 'polynomial' ? 1 : 2;
}

/** Writes one row into the arrays it was made for; called for each row in order. */
type Write = (row: number) => void;

function* inRandomOrder(x: Float64Array, y: Float64Array, random: RandomStream): Work<LoadedData> {
  const samples = y.length;
  const columns = x.length / samples;
  const order = identity(samples);
  yield* slices(samples, 1, (from, to) => shuffle(order, random, samples - from, samples - to));
  const mixed = new Float64Array(x.length);
  const targets = new Float64Array(samples);
  yield* slices(samples, columns, (from, to) => {
    for (let i = from; i < to; i++) {
      for (let j = 0; j < columns; j++) mixed[i * columns + j] = x[order[i] * columns + j];
      targets[i] = y[order[i]];
    }
  });
  return { kind: 'arrays', rows: samples, x: { shape: [samples, columns], values: mixed }, y: { shape: [samples], values: targets } };
}

/** Points of a curve through the plane for each class in turn, each with noise on both coordinates. */
function curves(spec: Generated, random: RandomStream, classes: number, x: Float64Array, y: Float64Array, pointOf: (label: number, i: number, count: number) => readonly [number, number]): Write {
  const { samples, noise } = spec;
  // As many in each class; what is left over goes to the last ones, as in scikit-learn's moons and circles.
  const startOf = (label: number): number => Math.floor((samples * label) / classes);
  let label = 0;
  return (row) => {
    while (row >= startOf(label + 1)) label++;
    const [a, b] = pointOf(label, row - startOf(label), startOf(label + 1) - startOf(label));
    x[2 * row] = a + noise * random.normal();
    x[2 * row + 1] = b + noise * random.normal();
    y[row] = label;
  };
}

/** A function of one variable at even steps over [low, high], ends included. */
function sampled({ samples, noise }: Generated, random: RandomStream, x: Float64Array, y: Float64Array, low: number, high: number, f: (x: number) => number): Write {
  return (i) => {
    x[i] = samples === 1 ? (low + high) / 2 : low + ((high - low) * i) / (samples - 1);
    y[i] = f(x[i]) + noise * random.normal();
  };
}

/** i of `count` even steps from 0 to 1, both included. */
const share = (i: number, count: number): number => (count === 1 ? 0 : i / (count - 1));

const GENERATORS: Readonly<Record<Exclude<Generated['generator'], 'multiHot'>, (spec: Generated, random: RandomStream, teacher: RandomStream, x: Float64Array, y: Float64Array) => Write>> = {
  moons: (spec, random, _teacher, x, y) => curves(spec, random, 2, x, y, (label, i, count) => {
    const angle = Math.PI * share(i, count);
    return label === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
  }),
  circles: (spec, random, _teacher, x, y) => curves(spec, random, 2, x, y, (label, i, count) => {
    const angle = (2 * Math.PI * i) / count;
    const radius = label === 0 ? 1 : INNER_RADIUS;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  }),
  /** An arm a class, from the centre once around to radius 1 (after Stanford's CS231n, "Putting it together"). */
  spirals: (spec, random, _teacher, x, y) => curves(spec, random, spec.classes, x, y, (label, i, count) => {
    const radius = share(i, count);
    const angle = 2 * Math.PI * (radius + label / spec.classes);
    return [radius * Math.sin(angle), radius * Math.cos(angle)];
  }),
  /** The four corners of the unit square in turn: four samples without noise are the truth table. */
  xor: ({ noise }, random, _teacher, x, y) => (i) => {
    const a = (i >> 1) & 1;
    const b = i & 1;
    x[2 * i] = a + noise * random.normal();
    x[2 * i + 1] = b + noise * random.normal();
    y[i] = a ^ b;
  },
  blobs: ({ noise, classes, columns }, random, teacher, x, y) => {
    const centres = Float64Array.from({ length: classes * columns }, () => CENTRE_BOX * (2 * teacher.uniform() - 1));
    return (i) => {
      y[i] = i % classes;
      for (let j = 0; j < columns; j++) x[i * columns + j] = centres[y[i] * columns + j] + noise * random.normal();
    };
  },
  /** y = w·x + b, features N(0, 1), w and b N(0, 1). */
  linear: ({ noise, columns }, random, teacher, x, y) => {
    const weights = Float64Array.from({ length: columns }, () => teacher.normal());
    const bias = teacher.normal();
    return (i) => {
      let sum = bias;
      for (let j = 0; j < columns; j++) sum += weights[j] * (x[i * columns + j] = random.normal());
      y[i] = sum + noise * random.normal();
    };
  },
  /** sin 2πx on [0, 1] (C. Bishop, "Pattern Recognition and Machine Learning", 2006, section 1.1). */
  sine: (spec, random, _teacher, x, y) => sampled(spec, random, x, y, 0, 1, (x) => Math.sin(2 * Math.PI * x)),
  /** Chebyshev's cubic 4x³ − 3x on [−1, 1]: two turns, values from −1 to 1. */
  polynomial: (spec, random, _teacher, x, y) => sampled(spec, random, x, y, -1, 1, (x) => x * (4 * x * x - 3)),
};
