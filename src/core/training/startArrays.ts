import { Batches } from '../data/batches';
import type { Dataset, NumericArray, Part } from '../data/dataset';
import { emptyLike } from '../kernels/kernels';
import { exportWeights } from '../nn/weights';
import type { RunDependencies } from './dependencies';
import { prepareModel } from './modelParts';
import type { ModelTrial } from './trial';

/**
 * What a training begins with, so that another program may begin with the same: initial weights under PyTorch's names and in its shapes;
 * "rows.training", "rows.validation", "rows.test", the rows of each part; "order", epochs × rows, the rows of each epoch in their order;
 * and the rows themselves ("main.x", "main.y" …) where they are generated.
 * @throws Error, DataError as the run itself would.
 */
export function startArrays(trial: ModelTrial, dependencies: RunDependencies): Map<string, NumericArray> {
  const { network, training, validation, test } = prepareModel(trial, dependencies);
  const arrays = new Map<string, NumericArray>(exportWeights(network).map(({ name, shape, values }) => [name, { shape, values }]));
  const rowsOf = (part: Part | null): NumericArray => ({ shape: [part?.rows.length ?? 0], values: part?.rows ?? new Int32Array(0) });
  for (const [name, part] of [['training', training], ['validation', validation], ['test', test]] as const) arrays.set(`rows.${name}`, rowsOf(part));
  const { batchSize, epochs, shuffle } = trial.training;
  const batches = new Batches(training.rows, batchSize, shuffle, trial.seed);
  const order = new Int32Array(epochs * training.rows.length);
  for (let epoch = 0; epoch < epochs; epoch++) {
    batches.startEpoch(epoch);
    order.set(batches.order, epoch * training.rows.length);
  }
  arrays.set('order', { shape: [epochs, training.rows.length], values: order });
  const datasets = dependencies.datasets(trial.dataKey)!;
  for (const [part, source, data] of [['main', trial.data.source, datasets.main], ['validation', trial.data.validation, datasets.validation], ['test', trial.data.test, datasets.test]] as const) {
    if (data && typeof source === 'object' && source.kind === 'generate') {
      arrays.set(`${part}.x`, { shape: [data.rows, ...data.shape], values: denseRows(data) });
      arrays.set(`${part}.y`, { shape: [data.rows], values: data.y });
    }
  }
  return arrays;
}

function denseRows({ x, rows, shape }: Dataset): NumericArray['values'] {
  if (x.kind === 'dense') return x.values;
  const width = shape.reduce((product, size) => product * size, 1);
  const out = emptyLike(x.values, rows * width);
  for (let row = 0; row < rows; row++) {
    for (let entry = x.offsets[row]; entry < x.offsets[row + 1]; entry++) out[row * width + x.indices[entry]] = x.values[entry];
  }
  return out;
}
