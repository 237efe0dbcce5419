import type { ObjectiveSpec } from '../objectives/spec';
import type { OptimizerSpec } from '../optimizers/spec';

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

/** One run, as plain data: what a worker needs and nothing else. Two equal trials give bit-identical results. */
export interface Trial {
  /** Unique within an experiment and stable while the file's structure is: variant/optimizer/start/seed/sweep. */
  readonly id: string;
  /** The optimizer's label, unique in the file. */
  readonly label: string;
  readonly optimizerIndex: number;
  readonly variant: string | null;
  readonly variantIndex: number | null;
  /** Index into the list of starts. */
  readonly startIndex: number;
  readonly start: readonly number[];
  readonly seed: number;
  readonly sweep: Readonly<Record<string, number | string>> | null;
  readonly objective: ObjectiveSpec;
  readonly optimizer: OptimizerSpec;
  readonly clipNorm: number | null;
  readonly clipValue: number | null;
  readonly stop: StopRules;
  readonly diagnostics: { readonly tier: DiagnosticsTier; readonly every: number };
}

export type RunStatus = 'running' | 'converged' | 'completed' | 'stoppedEarly' | 'diverged' | 'cancelled' | 'failed';

/** Why a run ended, as data; wording/ makes the sentence. */
export interface EndReason {
  readonly rule: 'gradientNorm' | 'loss' | 'change' | 'steps' | 'seconds' | 'notFinite' | 'grew' | 'cancelled' | 'noProgress' | 'error';
  /** The value that met the rule and the rule's bound, where there are any. */
  readonly value?: number;
  readonly limit?: number;
  /** For noProgress and error: the optimizer's or the error's own words. */
  readonly detail?: string;
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

/**
 * A run's rows, columnar. Row k describes θ_k; row 0 is the start. Beside RECORD_COLUMNS there is, for a dimension ≤ 3, a column
 * `theta<i>` a variable and `gradient<i>` a partial derivative (before noise and clipping). Columns that the tier does not compute are absent.
 */
export interface RunRecord {
  readonly rows: number;
  readonly columns: Readonly<Record<string, Float64Array>>;
  /** "all": every row; "buckets": first, minimum, maximum and last of equal stretches, because the run passed the cap. */
  readonly kept: 'all' | 'buckets';
  /** For a dimension > 3: points kept for scrubbing and projection, `points` is steps.length × dimension, row-major. */
  readonly snapshots: { readonly steps: Float64Array; readonly points: Float64Array } | null;
}

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
}
