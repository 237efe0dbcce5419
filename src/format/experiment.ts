import type { Dialect, OptimizerSpec } from '../core/optimizers/spec';
import type { ObjectiveSpec } from '../core/objectives/spec';
import type { DataSpec } from '../core/data/spec';
import type { LossSpec, MetricName, ModelSpec, RegularizationSpec } from '../core/nn/spec';
import type { DiagnosticsTier, EarlyStopping, StopRules, SweptValue, TrainingSpec, Trial } from '../core/training/trial';

/** Text that may be given in several languages. */
export type LocalizedText = string | Readonly<Record<string, string>>;

/** A sentence about a place in the file. Lines and columns from 1, offset and length in UTF-16 units. */
export interface Problem {
  readonly severity: 'error' | 'warning' | 'information';
  /** Stable name of the rule, for quick fixes and tests: "unknownKey", "wrongType", "undefinedVariable" … */
  readonly code: string;
  readonly message: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly offset: number;
  readonly length: number;
  /** The nearest valid name, where one is near enough: what a quick fix would write in place of the range. */
  readonly suggestion?: string;
}

export interface ExperimentOptimizer {
  readonly label: string;
  readonly spec: OptimizerSpec;
  /** Places of this file that hold resolved defaults rather than written values (pointers below /optimizers/i). */
  readonly defaulted: readonly string[];
}

export interface ExperimentObjective {
  readonly spec: ObjectiveSpec;
  /** Names of the variables, length P. */
  readonly variables: readonly string[];
  /** At least one point, each of length P. */
  readonly starts: readonly (readonly number[])[];
}

export interface ExperimentModel {
  readonly spec: ModelSpec;
  readonly data: DataSpec;
  readonly weights: string | null;
  readonly loss: LossSpec;
  readonly metrics: readonly MetricName[];
  readonly regularization: RegularizationSpec;
  readonly training: TrainingSpec;
  readonly early: EarlyStopping;
  readonly predict: readonly (readonly number[])[] | null;
  /** 0: no cross-validation, no bootstrap. */
  readonly folds: number;
  readonly bootstrapRounds: number;
  readonly boosting: { readonly rounds: number; readonly shrinkage: number } | null;
}

/** One field or place whose values a sweep tries. */
export interface SweepAxis {
  /** As written: an optimizer's field, or a JSON Pointer. */
  readonly name: string;
  readonly values: readonly SweptValue[];
}

export interface ExperimentSweep {
  readonly axes: readonly SweepAxis[];
  /** Rounds of narrowing. */
  readonly refine: number;
  /** "loss", "validationLoss", "accuracy" or "stepsTo:1e-6". */
  readonly metric: string;
  /**
   * The runs of further points of the sweep: one of every variant, start, optimizer and seed for each point. Only of one optimizer where
   * `optimizerIndex` is given. Points that make no valid file give no run.
   */
  readonly trialsAt: (points: readonly Readonly<Record<string, SweptValue>>[], only?: { readonly variantIndex: number | null; readonly optimizerIndex: number }) => readonly Trial[];
}

export interface Expectation {
  /** Position in the file's list. */
  readonly index: number;
  readonly optimizer: string | null;
  readonly variant: string | null;
  /** Field → condition as written: "< 1e-6", "converged", [[1, 1], 1e-3]. */
  readonly conditions: ReadonlyMap<string, unknown>;
  readonly line: number;
}

/** One concrete experiment: the file itself, or the file with one variant's overrides. */
export interface ExperimentVariant {
  /** null for the file itself (there are no variants). */
  readonly label: string | null;
  readonly index: number | null;
  readonly objective: ExperimentObjective | null;
  readonly model: ExperimentModel | null;
  readonly optimizers: readonly ExperimentOptimizer[];
  readonly stop: StopRules;
  readonly diagnostics: { readonly tier: DiagnosticsTier; readonly every: number };
  readonly clipNorm: number | null;
  readonly clipValue: number | null;
}

export interface Experiment {
  readonly title: LocalizedText | null;
  readonly description: LocalizedText | null;
  readonly seed: number;
  readonly seeds: number;
  readonly dialect: Dialect;
  readonly kind: 'objective' | 'model';
  /** At least one: the file itself where it has no variants. */
  readonly variants: readonly ExperimentVariant[];
  readonly sweep: ExperimentSweep | null;
  readonly expect: readonly Expectation[];
  /**
   * Every run that is known before the first begins, in the order: variants, starts, optimizers, sweep, seeds, and behind each its folds,
   * its bootstrap rounds, its boosting. Rounds of a narrowing sweep come from `sweep.trialsAt`.
   */
  readonly trials: readonly Trial[];
  /** Where a change that a remedy asks for must be written so that it counts for a trial: a variant's override, and of several starts the run's own. */
  readonly place: (trial: Pick<Trial, 'variantIndex' | 'startIndex'>, path: string) => string;
  /** Why the experiment cannot be run although the file is valid (over a cap, needs an engine that is not there), or null. */
  readonly refusal: string | null;
}

export interface ParsedExperiment {
  readonly text: string;
  /** Errors and warnings, in order of place. */
  readonly problems: readonly Problem[];
  /** null where there is any error. */
  readonly experiment: Experiment | null;
  /** The JSON value as written (best effort where the syntax is broken), undefined for an empty file. */
  readonly value: unknown;
  /** The range of the value (or, with `key`, of the property name) at a JSON Pointer; null where it is not in the text. */
  locate(path: string, key?: boolean): { readonly offset: number; readonly length: number; readonly line: number; readonly column: number } | null;
}

/** One change of the file: a value to write at a JSON Pointer ("-" appends to a list); undefined removes. */
export interface PointerEdit {
  readonly path: string;
  readonly value?: unknown;
}

/** A replacement in the text. */
export interface TextChange {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}
