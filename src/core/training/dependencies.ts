import type { Datasets, Split } from '../data/dataset';
import type { Kernels } from '../kernels/kernels';
import { compileObjective } from '../objectives/formula';
import type { FormulaObjective, Segment } from '../objectives/objective';
import type { ObjectiveSpec } from '../objectives/spec';
import { createOptimizer } from '../optimizers/create';
import type { Optimizer } from '../optimizers/optimizer';
import { createSchedule, type RateSchedule } from '../optimizers/schedules';
import type { OptimizerSpec, Schedule } from '../optimizers/spec';
import type { RunLimits } from './modelProblem';

/** What a run is made of; replaceable, so that a worker can keep compiled objectives and tests can bring their own. */
export interface RunDependencies {
  compileObjective(spec: ObjectiveSpec): FormulaObjective;
  createOptimizer(spec: OptimizerSpec, dimension: number, segments: readonly Segment[], kernels?: Kernels | null): Optimizer;
  createSchedule(rate: number | Schedule): RateSchedule;
  /** The data of trials with this key; undefined where they were not loaded. */
  datasets(key: string): Datasets | undefined;
  /** The parts to train on and to score, where they are not to be drawn from the data anew. */
  readonly split?: Split;
  /** Caps beyond which a network is not made. */
  readonly limits?: RunLimits;
}

export const DEPENDENCIES: RunDependencies = { compileObjective, createOptimizer, createSchedule, datasets: () => undefined };
