import type { Resample } from '../data/dataset';
import type { DataSpec } from '../data/spec';
import type { KernelSet, Vector } from '../kernels/kernels';
import type { LossSpec, MetricName, ModelSpec, RegularizationSpec } from '../nn/spec';
import type { ObjectiveSpec } from '../objectives/spec';
import type { OptimizerSpec } from '../optimizers/spec';
import type { RunProblem } from './modelProblem';

export type DiagnosticsTier = 'basic' | 'standard' | 'full';

export interface StopRules {
  /** Updates at most; null: no limit (another rule ends the run). */
  readonly steps: number | null;
  readonly gradientNorm: number | null;
  readonly loss: number | null;
  /** |Δloss| below this for 10 steps in a row. */
  readonly change: number | null;
  readonly seconds: number | null;
}

interface TrialBase {
  /** Unique within an experiment and stable while the file's structure is: variant/optimizer/start/seed, with the sweep's place and the fold or round behind. */
  readonly id: string;
  /** The optimizer's label, unique in the file. */
  readonly label: string;
  readonly optimizerIndex: number;
  readonly variant: string | null;
  readonly variantIndex: number | null;
  /** Index into the list of starts; 0 for a model. */
  readonly startIndex: number;
  readonly seed: number;
  /** Field or place of the file → the value tried; null where nothing is swept. */
  readonly sweep: Readonly<Record<string, SweptValue>> | null;
  readonly optimizer: OptimizerSpec;
  readonly clipNorm: number | null;
  readonly clipValue: number | null;
  readonly stop: StopRules;
  readonly diagnostics: { readonly tier: DiagnosticsTier; readonly every: number };
}

export type SweptValue = number | string | boolean;

/** A run down a formula or a built-in function. */
export interface ObjectiveTrial extends TrialBase {
  readonly kind: 'objective';
  readonly start: readonly number[];
  readonly objective: ObjectiveSpec;
}

export interface TrainingSpec {
  readonly batchSize: number | 'full';
  readonly epochs: number;
  readonly shuffle: boolean;
}

/** Early stopping, in epochs; `patience` null: off. */
export interface EarlyStopping {
  readonly patience: number | null;
  readonly minDelta: number;
  /** A column of the epochs: "validationLoss", "accuracy" … */
  readonly monitor: string;
  readonly restoreBest: boolean;
}

/** A network that is trained on data. */
export interface ModelTrial extends TrialBase {
  readonly kind: 'model';
  readonly model: ModelSpec;
  readonly data: DataSpec;
  /** Names what is read: trials with equal keys share one copy of the data. */
  readonly dataKey: string;
  /** An archive of weights to start from, as written in the file; null: the initializers. */
  readonly weights: string | null;
  readonly loss: LossSpec;
  readonly metrics: readonly MetricName[];
  readonly regularization: RegularizationSpec;
  readonly training: TrainingSpec;
  readonly early: EarlyStopping;
  /** Rows of raw features whose outputs are reported. */
  readonly predict: readonly (readonly number[])[] | null;
  /** For a run of a cross-validation or a bootstrap. */
  readonly resample: Resample | null;
  /** Networks fitted one after the other to the negative gradient of the loss; null: one network. */
  readonly boosting: { readonly rounds: number; readonly shrinkage: number } | null;
}

/** One run, as plain data: what a worker needs and nothing else. Two equal trials give bit-identical results. */
export type Trial = ObjectiveTrial | ModelTrial;

/** The trial on given kernels, for a network that names none; null: as it is. */
export function onKernels(trial: Trial, kernels: KernelSet | null): Trial {
  return kernels !== null && trial.kind === 'model' && trial.model.kernels === null ? { ...trial, model: { ...trial.model, kernels } } : trial;
}

/** Whether the run goes down or up; a network's loss always goes down. */
export function goalOf(trial: Trial): 'minimize' | 'maximize' {
  return trial.kind === 'objective' ? trial.objective.goal : 'minimize';
}

export type RunStatus = 'running' | 'converged' | 'completed' | 'stoppedEarly' | 'diverged' | 'cancelled' | 'failed';

/** Why a run ended, as data; wording/ makes the sentence. */
export interface EndReason {
  readonly rule: 'gradientNorm' | 'loss' | 'change' | 'steps' | 'epochs' | 'patience' | 'seconds' | 'notFinite' | 'grew' | 'cancelled' | 'noProgress' | 'error';
  /** The value that met the rule and the rule's bound, where there are any. */
  readonly value?: number;
  readonly limit?: number;
  /** For noProgress and error: the optimizer's or the error's own words; for patience: what was watched. */
  readonly detail?: string;
  /** For error: the cause as data, where it is one of the data or the model. */
  readonly problem?: RunProblem;
}

export type CriticalPointKind = 'minimum' | 'maximum' | 'saddle' | 'degenerate' | 'none';

/** Inertia of the Hessian where the run ended. `none`: the gradient is not near zero there. Eigenvalues ascending. */
export interface CriticalPoint {
  readonly kind: CriticalPointKind;
  readonly lambdaMin: number;
  readonly lambdaMax: number;
  readonly negative: number;
  readonly zero: number;
  readonly positive: number;
}

export type VerdictKind =
  | 'failed' | 'cancelled' | 'diverged' | 'unbounded' | 'explodingGradients' | 'vanishingGradients' | 'deadUnits' | 'plateau'
  | 'saddle' | 'degenerate' | 'localMinimum' | 'converged' | 'noiseDominated' | 'edgeOfStability' | 'zigzag' | 'overfitting'
  | 'underfitting' | 'tooSlow' | 'stillDescending' | 'completed';

/**
 * What may be changed in the file to make the run better. `path` is a JSON Pointer into the file, without variants resolved; another
 * start stands at /objective/start whether the file has one or a list of them (format/variants.ts finds its place).
 */
export interface Remedy {
  /** Which sentence wording/ makes of it: "learningRate", "momentum", "start", "steps", "schedule", "noise" … */
  readonly id: string;
  readonly path: string;
  readonly value: unknown;
  /** Other places that change with it, in the same edit: the activations of all layers … An undefined value removes what stands there. */
  readonly also?: readonly { readonly path: string; readonly value: unknown }[];
}

export interface Verdict {
  readonly kind: VerdictKind;
  /** The numbers that prove it, by the names of diagnostics.md. */
  readonly evidence: Readonly<Record<string, number>>;
  readonly remedies: readonly Remedy[];
}

/** Columns of a record that exist besides the point; null for a quantity that has no value in a row is stored as NaN. */
export const RECORD_COLUMNS = [
  'step', 'loss', 'gradientNorm', 'learningRate',
  'turn', 'distance', 'updateNorm', 'weightNorm', 'directionalDerivative',
  'curvature', 'alpha', 'predictedChange', 'actualChange', 'changeRatio',
  'sharpness', 'sharpnessLimit', 'noiseScale',
] as const;
export type RecordColumn = (typeof RECORD_COLUMNS)[number];

/** Columns of equal length by name. */
export interface Table {
  readonly rows: number;
  readonly columns: Readonly<Record<string, Float64Array>>;
}

/**
 * What was measured of each layer, a row each time. Column entries stand row-major: row r, layer l at r · names.length + l;
 * NaN where a layer has no such quantity.
 */
export interface LayerTable extends Table {
  readonly names: readonly string[];
}

/** Counts in equal bins between low and high, one histogram a layer and time; what lies outside is counted apart. */
export interface HistogramTable {
  /** "parameters", "gradients" or "activations". */
  readonly quantity: string;
  readonly layers: readonly string[];
  readonly bins: number;
  /** Updates made when each was taken. */
  readonly steps: Float64Array;
  /** steps × layers × (bins + 2): outliers below, the bins, outliers above. */
  readonly counts: Float64Array;
  /** steps × layers: the range of the bins. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * A run's rows, columnar. Of a model row k is update k from 0 and `loss` the loss on its batch before it (penalties included).
 * Of an objective row k describes θ_k; row 0 is the start. Beside RECORD_COLUMNS there is, for a dimension ≤ 3, a column
 * `theta<i>` a variable and `gradient<i>` a partial derivative (before noise and clipping). Columns that the tier does not compute are absent.
 */
export interface RunRecord {
  readonly rows: number;
  readonly columns: Readonly<Record<string, Float64Array>>;
  /** "all": every row; "buckets": first, minimum, maximum and last of equal stretches, because the run passed the cap. */
  readonly kept: 'all' | 'buckets';
  /** For a dimension > 3: points kept for scrubbing and projection, `points` is steps.length × dimension, row-major, in the precision of the run. */
  readonly snapshots: { readonly steps: Float64Array; readonly points: Vector } | null;
  /**
   * Of a model, a row an epoch: `epoch` (from 1), `step` (updates made by then), `loss`, `validationLoss`, the metrics ("accuracy",
   * "validationAccuracy"), outputs for the rows of `predict` ("predict0" …), and the diagnostics taken at its end. In pieces of a stream: the new rows.
   */
  readonly epochs?: Table | null;
  /** Of a model, per layer: `step` stands in the column of its own (one a row, not one a layer) named by LAYER_STEP. */
  readonly layers?: LayerTable | null;
  readonly histograms?: readonly HistogramTable[] | null;
}

/** The column of a LayerTable that holds the updates made, one entry a row. */
export const LAYER_STEP = 'step';

export interface RunSummary {
  readonly trialId: string;
  readonly status: Exclude<RunStatus, 'running'>;
  readonly reason: EndReason;
  /** Updates made. */
  readonly steps: number;
  readonly seconds: number;
  /** Evaluations of loss or gradient, line searches included. */
  readonly evaluations: number;
  /** The objective's own value, also under "maximize". */
  readonly loss: number;
  readonly gradientNorm: number;
  /** Shape P, or null where P > 1000. */
  readonly parameters: readonly number[] | null;
  readonly criticalPoint: CriticalPoint | null;
  readonly verdict: Verdict;
  /** Of a trained network; absent for an objective. */
  readonly model?: ModelOutcome;
}

/** What training a network ended with. `loss` of the summary is the last epoch's (the best one's where that was restored). */
export interface ModelOutcome {
  readonly epochs: number;
  /** The epoch whose weights the run ended with. */
  readonly bestEpoch: number;
  readonly validationLoss: number | null;
  readonly testLoss: number | null;
  /** By name, of both parts and the test part: "accuracy", "validationAccuracy", "testAccuracy". */
  readonly metrics: Readonly<Record<string, number>>;
  /** Outputs for each row of the trial's `predict`. */
  readonly predict: { readonly before: readonly (readonly number[])[]; readonly after: readonly (readonly number[])[] } | null;
  /** Trainable parameters. */
  readonly parameterCount: number;
  readonly kernels: KernelSet;
  /** Rows of the parts. */
  readonly rows: { readonly training: number; readonly validation: number; readonly test: number };
  /** Of boosting: loss and validation loss of the ensemble after each round. */
  readonly rounds?: { readonly loss: readonly number[]; readonly validationLoss: readonly (number | null)[] };
  /** For a round of a bootstrap: outputs and targets (one-hot for classes) of the rows that all rounds are scored on, rows × width; null otherwise. */
  readonly scored: { readonly outputs: Float64Array; readonly targets: Float64Array; readonly width: number; readonly classes: boolean } | null;
}
