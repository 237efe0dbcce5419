import type { Dataset } from '../../core/data/dataset';
import { sizeOf, summarize } from '../../core/nn/shapes';
import type { ModelTrial, Trial } from '../../core/training/trial';

/** What is known of the rows that a network is trained on; null before they are read. */
export type KnownData = (trial: ModelTrial) => Pick<Dataset, 'rows' | 'shape'> | null;

/** At most so much work, in updates of a small objective, is started without being asked for: about a second. */
export const CHEAP_STEPS = 2e6;
/** Multiply-adds of a network that take as long as an update of a small objective, and what every batch costs besides. */
const FLOPS_A_STEP = 1000;
const STEPS_A_BATCH = 50;
/** Rows taken for granted where a file of data was not read yet. */
const USUAL_ROWS = 10_000;

/** Updates that these trials make at most, together; Infinity where one has no limit. Of networks whose data were not read yet a guess. */
export function totalSteps(trials: readonly Trial[]): number {
  return trials.reduce((sum, trial) => sum + (trial.kind === 'objective' ? trial.stop.steps ?? Infinity : batchesOf(trial, rowsSaid(trial) ?? USUAL_ROWS)), 0);
}

/** Whether these trials may run unasked. Networks whose data are not there yet may not. */
export function isCheap(trials: readonly Trial[], known: KnownData = () => null): boolean {
  return trials.reduce((sum, trial) => sum + costOf(trial, known), 0) <= CHEAP_STEPS;
}

function costOf(trial: Trial, known: KnownData): number {
  if (trial.kind === 'objective') return trial.stop.steps ?? Infinity;
  const data = known(trial);
  if (!data) return Infinity;
  const { layers, problem } = summarize(trial.model, data.shape);
  if (problem) return 0;
  // A kernel's weights are used at every place of its output.
  const flops = layers.reduce((sum, { type, parameters, output }) => sum + 6 * parameters * (type === 'conv2d' || type === 'conv1d' ? sizeOf(output.slice(0, -1)) : 1), 0);
  const tier = trial.diagnostics.tier === 'full' ? 3 : 1;
  const rounds = trial.boosting?.rounds ?? 1;
  return tier * rounds * ((flops * data.rows * trial.training.epochs) / FLOPS_A_STEP + STEPS_A_BATCH * batchesOf(trial, data.rows));
}

function batchesOf({ training, stop }: ModelTrial, rows: number): number {
  const each = training.batchSize === 'full' ? 1 : Math.ceil(rows / training.batchSize);
  return Math.min(stop.steps ?? Infinity, each * training.epochs);
}

/** Rows that the file itself tells of. */
function rowsSaid({ data: { source } }: ModelTrial): number | null {
  return source.kind === 'inline' ? source.x.length : source.kind === 'generate' ? source.samples : null;
}
