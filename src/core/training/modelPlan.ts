import { DataError, type Datasets, type Split } from '../data/dataset';
import { allocateSparse } from '../data/gather';
import { splitData } from '../data/split';
import { targetEncoding } from '../data/targets';
import type { TargetEncoding } from '../data/spec';
import { availableKernelSets } from '../kernels/create';
import { measure, type Kernels } from '../kernels/kernels';
import { isClassification } from '../nn/classification';
import type { Network } from '../nn/network';
import { sizeOf, summarize } from '../nn/shapes';
import { weightsProblems } from '../nn/weights';
import { optimizerArena } from '../optimizers/create';
import { optimizerHeap } from '../optimizers/heap';
import { NEWTON_MAX_PARAMETERS } from '../optimizers/newton';
import { allocateSparseRow, scoredSets } from './evaluator';
import { ModelError, type ModelSize, type RunLimits } from './modelProblem';
import { buildNetwork, capacityOf, measuredBytes } from './modelSize';
import { rawWidth } from './rawRows';
import type { ModelTrial } from './trial';

/** What a training will be made of, before anything is allocated for it. */
export interface ModelPlan {
  readonly split: Split;
  readonly encoding: TargetEncoding;
  /** Rows that the network holds at once. */
  readonly rows: number;
  /** Bytes of the kernels' memory: network, batches, and what of the optimizer lies there. */
  readonly kernelBytes: number;
  readonly size: ModelSize;
}

/**
 * Whether data, model, loss and weights fit together, and what the training will take. Allocates nothing of the network's size.
 * @param given the parts, where they are not to be drawn from the data anew.
 * @param limits caps, for so many runs at a time.
 * @throws ModelError, DataError where they do not fit or are beyond the limits.
 */
export function planModel(trial: ModelTrial, datasets: Datasets, given: Split | undefined, limits: RunLimits | null = null): ModelPlan {
  const data = given?.training.data ?? datasets.main;
  const sparse = data.x.kind === 'sparse';
  const summary = summarize(trial.model, data.shape);
  if (summary.problem) throw new ModelError({ code: 'layerShape', problem: summary.problem });
  if (limits && summary.parameters > limits.parameters) {
    throw new ModelError({ code: 'parameters', parameters: summary.parameters, limit: limits.parameters, layers: summary.layers.filter(({ parameters }) => parameters > 0).map(({ name, parameters }) => ({ name, parameters })) });
  }
  const encoding = targetEncoding(trial.loss.type, summary.output, data);
  if (trial.loss.type === 'categoricalCrossentropy' && summary.output.length > 1 && summary.output.at(-1) !== sizeOf(summary.output)) throw new ModelError({ code: 'lossShape', loss: trial.loss.type, output: summary.output });
  const split = given ?? splitData(datasets, trial.data, trial.seed, trial.resample, isClassification(trial.loss));
  if (sparse && trial.data.augment) throw new DataError({ code: 'sparseAugment' });
  requirePredictable(trial, split);

  const rows = capacityOf(trial, split.training.rows.length, summary.layers.reduce((sum, { output }) => sum + sizeOf(output), 0));
  let parameters = 0;
  let matrices = false;
  let segments: Network['segments'] = [];
  const network = measure(trial.model.precision, (arena) => {
    const built = buildNetwork(trial, rows, data.shape, sparse, arena as Kernels);
    ({ parameterCount: parameters, segments } = built);
    matrices = built.segments.some(({ shape }) => shape.length >= 2);
    if (datasets.weights && trial.weights !== null) {
      const [problem] = weightsProblems(built, datasets.weights);
      if (problem) throw new ModelError({ code: 'weights', file: trial.weights, problem });
    }
    for (const part of [split.training, ...scoredSets(split)]) allocateSparse(part, rows, arena);
    allocateSparseRow(split, built.inputSize, arena);
  });
  if (trial.optimizer.type === 'newton' && parameters > NEWTON_MAX_PARAMETERS) throw new ModelError({ code: 'newtonSize', parameters, limit: NEWTON_MAX_PARAMETERS });
  if (trial.optimizer.type === 'muon' && !matrices) throw new ModelError({ code: 'noMatrices', optimizer: 'muon' });
  const measured = measuredBytes(trial, parameters);
  const heap = optimizerHeap(trial.optimizer, parameters, true) + measured;
  const least: ModelSize = { parameters, rows, network, optimizer: heap };
  // What lies outside the kernels is allocated when it is counted: not before it is known to be allowed.
  requireMemory(least, limits);
  const kept = measure(trial.model.precision, (arena) => optimizerArena(trial.optimizer, parameters, segments, arena));
  const size = { ...least, optimizer: heap + kept };
  requireMemory(size, limits);
  const { kernels } = trial.model;
  const available = availableKernelSets();
  if (kernels !== null && !available.includes(kernels)) throw new ModelError({ code: 'kernels', wanted: kernels, available });
  return { split, encoding, rows, kernelBytes: network + measured + kept, size };
}

function requireMemory(size: ModelSize, limits: RunLimits | null): void {
  if (limits && (size.network + size.optimizer) * limits.runs > limits.memory) throw new ModelError({ code: 'memoryLimit', size, runs: limits.runs, limit: limits.memory });
}

function requirePredictable({ predict }: ModelTrial, { training: { data } }: Split): void {
  const expected = rawWidth(data);
  const row = predict?.findIndex((each) => each.length !== expected && each.length !== sizeOf(data.shape)) ?? -1;
  if (row >= 0) throw new ModelError({ code: 'predictWidth', row: row + 1, actual: predict![row].length, expected });
}
