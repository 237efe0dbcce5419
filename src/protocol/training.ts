/** Messages between a host (VS Code's extension host, the command line) and a training worker. Plain data; arrays are transferred. */
import type { RunLimits, RunProblem } from '../core/training/modelProblem';
import type { ObjectiveSpec } from '../core/objectives/spec';
import type { NetworkRequest, NetworkResponse } from './networks';
import type { RunRecord, RunSummary, Trial } from '../core/training/trial';

export interface GridRequest {
  readonly objective: ObjectiveSpec;
  /** The plane origin + a·first + b·second; for a 2-D objective the axes themselves. Each of length P. */
  readonly origin: readonly number[];
  readonly first: readonly number[];
  /** null for a line (1-D). */
  readonly second: readonly number[] | null;
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
  /** Columns along `a`, rows along `b` (1 for a line). */
  readonly width: number;
  readonly height: number;
}

/** Values row-major, width × height; for a line also the derivative at each sample. */
export interface GridResult {
  readonly values: Float64Array;
  readonly slopes: Float64Array | null;
}

/** Value, gradient and shape of the Hessian at one point. */
export interface ProbeResult {
  readonly loss: number;
  readonly gradient: Float64Array;
  /** Ascending; null where P > 500. */
  readonly eigenvalues: Float64Array | null;
  /** For P ≤ 3: the Hessian, P × P row-major. */
  readonly hessian: Float64Array | null;
}

/** A critical point inside a box of the plane (2-D) or line (1-D), found by Newton's method from a grid of starts. */
export interface CriticalPointFound {
  readonly at: readonly number[];
  readonly value: number;
  readonly kind: 'minimum' | 'saddle' | 'maximum' | 'degenerate';
}

export interface GradientCheckResult {
  /** Largest |analytic − difference| / max(1, |analytic|, |difference|) over the parameters. */
  readonly worst: number;
  readonly parameter: number;
  readonly analytic: number;
  readonly difference: number;
}

/** A run as it stands among several in one message. What they share is sent once. */
export type RunOfMany = Omit<Extract<WorkerRequest, { type: 'run' }>, 'type' | 'cancel'>;

export type WorkerRequest =
  | { readonly type: 'run'; readonly id: number; readonly trial: Trial; /** Milliseconds between batches of rows, 33 by default; Infinity: one batch at the end. */ readonly interval: number; /** Where shared memory exists, Int32s: [0] is set to 1 to cancel, [1] counts the `rows` that the host has taken. */ readonly cancel: SharedArrayBuffer | null; /** false: verdicts come without tried remedies; for previews, where speed counts. */ readonly tryRemedies?: boolean; /** false: the outcome alone, no rows. */ readonly rows?: boolean; /** Key of the data that a network is trained on. */ readonly dataset?: string; /** Caps beyond which a network is refused. */ readonly limits?: RunLimits; /** Without shared memory: the host says by `taken` which rows it has taken, and no more than a few are on their way. */ readonly receipts?: boolean }
  /** Several runs, one after the other; for hosts that share memory. `control` has three Int32 a run (see worker/control.ts); a run that is taken back before it begins is left out. */
  | { readonly type: 'runs'; readonly id: number; readonly runs: readonly RunOfMany[]; readonly control: SharedArrayBuffer }
  | { readonly type: 'cancel'; readonly id: number }
  /** So many more `rows` of a run were taken. */
  | { readonly type: 'taken'; readonly id: number; readonly count: number }
  | { readonly type: 'grid'; readonly id: number; readonly request: GridRequest }
  | { readonly type: 'probe'; readonly id: number; readonly objective: ObjectiveSpec; readonly point: readonly number[] }
  | { readonly type: 'criticalPoints'; readonly id: number; readonly objective: ObjectiveSpec; readonly box: readonly (readonly [number, number])[] }
  | { readonly type: 'gradientCheck'; readonly id: number; readonly objective: ObjectiveSpec; readonly point: readonly number[] }
  | NetworkRequest;

export type WorkerResponse =
  | { readonly type: 'ready' }
  /** Rows since the last batch, in order. `record.rows` counts these rows only. */
  | { readonly type: 'rows'; readonly id: number; readonly record: RunRecord }
  | { readonly type: 'done'; readonly id: number; readonly summary: RunSummary }
  /** Of runs without rows that came together: as many as ended within a moment. */
  | { readonly type: 'outcomes'; readonly outcomes: readonly { readonly id: number; readonly summary: RunSummary }[] }
  | { readonly type: 'grid'; readonly id: number; readonly result: GridResult }
  | { readonly type: 'probe'; readonly id: number; readonly result: ProbeResult }
  | { readonly type: 'criticalPoints'; readonly id: number; readonly result: readonly CriticalPointFound[] }
  | { readonly type: 'gradientCheck'; readonly id: number; readonly result: GradientCheckResult }
  | { readonly type: 'error'; readonly id: number; readonly message: string; /** The cause as data, where it is one of the data or the network. */ readonly problem?: RunProblem }
  | NetworkResponse;
