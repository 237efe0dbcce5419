import type { Dataset, Datasets, Part } from '../data/dataset';
import { isClassification } from '../nn/classification';
import { splitData } from '../data/split';
import type { DataInfo } from './apply';
import type { ModelTrial } from './trial';

/** What a person wants to know of the data before a network is trained on them: sizes, ranges, balance. Of the whole main set, in the units of the file. */
export function dataInfo(datasets: Datasets, trial: ModelTrial): DataInfo {
  const { training, validation, test } = splitData(datasets, trial.data, trial.seed, null, isClassification(trial.loss));
  const { data } = training;
  const count = (part: Part | null): number => part?.rows.length ?? 0;
  const ofClass = (part: Part | null, index: number): number => (part ? part.rows.reduce((sum, row) => sum + (part.data.y[row] === index ? 1 : 0), 0) : 0);
  return {
    rows: { training: count(training), validation: count(validation), test: count(test) },
    shape: data.shape,
    features: data.features.map((name, i) => ({ name, ...columnFacts(data, i) })),
    classes: data.classes?.map((name, i) => ({ name, training: ofClass(training, i), validation: ofClass(validation, i), test: ofClass(test, i) })) ?? null,
    targets: data.targets,
    sparse: data.x.kind === 'sparse',
  };
}

function columnFacts({ x, rows, features }: Dataset, column: number): { readonly minimum: number; readonly maximum: number; readonly mean: number; readonly deviation: number } {
  if (x.kind === 'sparse') return { minimum: NaN, maximum: NaN, mean: NaN, deviation: NaN };
  let minimum = Infinity;
  let maximum = -Infinity;
  let mean = 0;
  let spread = 0;
  for (let row = 0; row < rows; row++) {
    const value = x.values[row * features.length + column];
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    // Welford: no cancellation however far the values are from zero.
    const away = value - mean;
    mean += away / (row + 1);
    spread += away * (value - mean);
  }
  return { minimum, maximum, mean, deviation: Math.sqrt(spread / rows) };
}
