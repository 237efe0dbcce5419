import { allocateMeasured } from '../diagnostics/network/measured';
import { measure, type Kernels } from '../kernels/kernels';
import { Network } from '../nn/network';
import { sizeOf, summarize } from '../nn/shapes';
import type { Shape } from '../nn/spec';
import { optimizerHeap } from '../optimizers/heap';
import type { ModelSize } from './modelProblem';
import type { ModelTrial } from './trial';

/** Rows that are scored at once, at least, where a batch has fewer. */
const SCORED_ROWS = 256;
/** … and fewer where their layers put out more numbers than this: of pictures a batch is enough. */
const SCORED_NUMBERS = 2 ** 20;
/** What of a trial decides on the network's memory. */
export type Sized = Pick<ModelTrial, 'model' | 'training' | 'loss' | 'regularization' | 'optimizer' | 'seed'>;

/** Rows that the network holds at once. @param outputs numbers that all its layers put out for a row. */
export function capacityOf(trial: Sized, rows: number, outputs: number): number {
  return Math.max(batchOf(trial, rows), Math.min(rows, SCORED_ROWS, Math.ceil(SCORED_NUMBERS / outputs)));
}

function batchOf({ training: { batchSize } }: Sized, rows: number): number {
  return batchSize === 'full' ? rows : Math.min(rows, batchSize);
}

export function buildNetwork(trial: Sized, rows: number, shape: Shape, sparseInput: boolean, kernels: Kernels): Network {
  return new Network(trial.model, shape, kernels, { rows, trainedRows: batchOf(trial, rows), sparseInput, loss: trial.loss, regularization: trial.regularization, secondOrder: true, seed: trial.seed });
}

/** Bytes in the kernels' memory of what is measured of a training. */
export function measuredBytes({ model }: Sized, parameters: number): number {
  return measure(model.precision, (arena) => allocateMeasured(parameters, arena));
}

/**
 * What a training takes at least, from the sizes of its rows alone. Allocates nothing of the network's size.
 * @param rows of the training part; null where they are not known: then of one row.
 * @returns null where layers or loss do not fit, which is told elsewhere.
 */
export function leastSize(trial: Sized, shape: Shape, rows: number | null, sparse: boolean): ModelSize | null {
  const { problem, layers, parameters } = summarize(trial.model, shape);
  if (problem || layers.length === 0) return null;
  const held = capacityOf(trial, rows ?? 1, layers.reduce((sum, { output }) => sum + sizeOf(output), 0));
  try {
    const network = measure(trial.model.precision, (arena) => buildNetwork(trial, held, shape, sparse, arena as Kernels));
    const trained = layers.reduce((sum, { trainable }) => sum + trainable, 0);
    return { parameters, rows: held, network, optimizer: optimizerHeap(trial.optimizer, trained, true) + measuredBytes(trial, trained) };
  } catch {
    return null;
  }
}
