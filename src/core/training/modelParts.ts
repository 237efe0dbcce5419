import { Batches } from '../data/batches';
import type { Part, Split } from '../data/dataset';
import { Gatherer } from '../data/gather';
import type { TargetEncoding } from '../data/spec';
import { createKernels } from '../kernels/create';
import { ConvolutionTooLarge, type Kernels } from '../kernels/kernels';
import type { Network } from '../nn/network';
import { importWeights } from '../nn/weights';
import type { Optimizer } from '../optimizers/optimizer';
import type { RunDependencies } from './dependencies';
import { EpochMetrics } from './epochMetrics';
import { Evaluator, scoredSets } from './evaluator';
import { planModel } from './modelPlan';
import { ModelError } from './modelProblem';
import { buildNetwork } from './modelSize';
import type { ModelTrial } from './trial';

/** Everything that a training works with. */
export interface PreparedModel {
  readonly trial: ModelTrial;
  readonly kernels: Kernels;
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly split: Split;
  readonly encoding: TargetEncoding;
  readonly training: Part;
  readonly validation: Part | null;
  readonly test: Part | null;
  /** The rows that the rounds of a bootstrap are compared on: the test part, else every row. */
  readonly scoredOn: Part;
  readonly batches: Batches;
  readonly gatherer: Gatherer;
  readonly metrics: EpochMetrics;
  readonly evaluator: Evaluator;
}

/** Bytes that a training takes in the kernels' memory and outside, beside its data and its record: network, activations, batches, optimizer. */
export function memoryOf(trial: ModelTrial, split: Split): { readonly kernels: number; readonly heap: number } {
  const { kernelBytes, size } = planModel(trial, { main: split.training.data, validation: null, test: null }, split);
  return { kernels: kernelBytes, heap: size.network + size.optimizer - kernelBytes };
}

/** @throws ModelError, DataError where data, model and loss do not fit together or there is not the memory. */
export function prepareModel(trial: ModelTrial, dependencies: RunDependencies): PreparedModel {
  const datasets = dependencies.datasets(trial.dataKey);
  if (!datasets) throw new ModelError({ code: 'notLoaded' });
  const { split, encoding, rows, kernelBytes } = planModel(trial, datasets, dependencies.split, dependencies.limits ?? null);
  const { training, validation, test } = split;
  const { shape, x } = training.data;
  const kernels = kernelsWith(trial, kernelBytes);
  const network = networkOver(trial, rows, shape, x.kind === 'sparse', kernels);
  network.initialize(trial.seed);
  if (datasets.weights && trial.weights !== null) importWeights(network, datasets.weights);
  const optimizer = dependencies.createOptimizer(trial.optimizer, network.parameterCount, network.segments, kernels);
  return {
    trial, kernels, network, optimizer, split, encoding, training, validation, test, scoredOn: test ?? scoredSets(split)[0],
    batches: new Batches(training.rows, trial.training.batchSize, trial.training.shuffle, trial.seed),
    gatherer: new Gatherer(network, training, split, encoding, trial.data.augment, trial.seed),
    metrics: new EpochMetrics(trial.metrics, encoding),
    evaluator: new Evaluator(network, split, encoding, trial),
  };
}

function networkOver(...parts: Parameters<typeof buildNetwork>): Network {
  try {
    return buildNetwork(...parts);
  } catch (error) {
    throw error instanceof ConvolutionTooLarge ? new ModelError({ code: 'convolutionSize', shape: error.shape }) : error;
  }
}

function kernelsWith({ model }: ModelTrial, bytes: number): Kernels {
  try {
    return createKernels(model.precision, model.kernels, bytes);
  } catch (error) {
    // What else a host may refuse, compiling the kernels, is told in its own words.
    throw /memory/i.test(String(error)) ? new ModelError({ code: 'memory', bytes }) : error;
  }
}
