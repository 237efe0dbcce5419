import { Batches } from '../data/batches';
import type { Part, Split } from '../data/dataset';
import { allocateSparse, Gatherer } from '../data/gather';
import type { TargetEncoding } from '../data/spec';
import { splitData } from '../data/split';
import { targetEncoding } from '../data/targets';
import { createKernels } from '../kernels/create';
import { measure, type Kernels } from '../kernels/kernels';
import { isClassification } from '../nn/classification';
import { Network } from '../nn/network';
import { importWeights, type WeightsProblem } from '../nn/weights';
import { optimizerArena } from '../optimizers/create';
import { optimizerHeap } from '../optimizers/heap';
import type { Optimizer } from '../optimizers/optimizer';
import type { RunDependencies } from './dependencies';
import { EpochMetrics } from './epochMetrics';
import { allocateSparseRow, Evaluator, scoredSets } from './evaluator';
import type { ModelTrial } from './trial';

/** Rows that are scored at once, at least, where a batch has fewer. */
const SCORED_ROWS = 256;

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

/** Rows that the network holds at once. */
function capacityOf(trial: ModelTrial, rows: number): number {
  const batch = trial.training.batchSize === 'full' ? rows : Math.min(rows, trial.training.batchSize);
  return Math.max(batch, Math.min(SCORED_ROWS, rows));
}

function build(trial: ModelTrial, rows: number, shape: readonly number[], sparseInput: boolean, kernels: Kernels): Network {
  return new Network(trial.model, shape, kernels, { rows, sparseInput, loss: trial.loss, regularization: trial.regularization, secondOrder: true, seed: trial.seed });
}

/** Bytes that a training takes in the kernels' memory and outside, beside its data and its record: network, activations, batches, optimizer. */
export function memoryOf(trial: ModelTrial, split: Split): { readonly kernels: number; readonly heap: number } {
  let parameters = 0;
  const { data, rows } = split.training;
  const kernels = measure(trial.model.precision, (arena) => {
    const capacity = capacityOf(trial, rows.length);
    const network = build(trial, capacity, data.shape, data.x.kind === 'sparse', arena as Kernels);
    parameters = network.parameterCount;
    optimizerArena(trial.optimizer, parameters, network.segments, arena);
    for (const part of [split.training, ...scoredSets(split)]) allocateSparse(part, capacity, arena);
    allocateSparseRow(split, network.inputSize, arena);
  });
  return { kernels, heap: optimizerHeap(trial.optimizer, parameters, true) };
}

/** @throws Error in plain words, or DataError, where data, model and loss do not fit together or there is not the memory. */
export function prepareModel(trial: ModelTrial, dependencies: RunDependencies): PreparedModel {
  const datasets = dependencies.datasets(trial.dataKey);
  if (!datasets) throw new Error('The data of this run were not loaded.');
  const split = dependencies.split ?? splitData(datasets, trial.data, trial.seed, trial.resample, isClassification(trial.loss));
  const { training, validation, test } = split;
  const { shape, x } = training.data;
  const sparse = x.kind === 'sparse';
  const kernels = createKernels(trial.model.precision, trial.model.kernels, memoryOf(trial, split).kernels);
  const network = build(trial, capacityOf(trial, training.rows.length), shape, sparse, kernels);
  const encoding = targetEncoding(trial.loss.type, network.outputSize, training.data);
  network.initialize(trial.seed);
  if (datasets.weights) {
    const [problem] = importWeights(network, datasets.weights);
    if (problem) throw new Error(weightsSentence(trial.weights ?? '', problem));
  }
  const optimizer = dependencies.createOptimizer(trial.optimizer, network.parameterCount, network.segments, kernels);
  return {
    trial, kernels, network, optimizer, split, encoding, training, validation, test, scoredOn: test ?? scoredSets(split)[0],
    batches: new Batches(training.rows, trial.training.batchSize, trial.training.shuffle, trial.seed),
    gatherer: new Gatherer(network, training, split, encoding, trial.data.augment, trial.seed),
    metrics: new EpochMetrics(trial.metrics, encoding),
    evaluator: new Evaluator(network, split, encoding, trial),
  };
}

function weightsSentence(file: string, problem: WeightsProblem): string {
  switch (problem.code) {
    case 'missing': return `${file} has no array "${problem.name}" of shape (${problem.expected.join(', ')}).`;
    case 'shape': return `${file}: "${problem.name}" has the shape (${problem.actual.join(', ')}), the model needs (${problem.expected.join(', ')}).`;
    case 'unknown': return `${file} has an array "${problem.name}" that the model has no place for.`;
  }
}
