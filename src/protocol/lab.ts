/**
 * Messages between the extension host and the lab's page. What comes from the page is checked at run time by the host
 * (labSchema.ts). Numbers of a record travel as Float64Array, those of a record in
 * one buffer: JSON would turn NaN into null, and a message carries few buffers.
 */
import type { Evaluation } from '../core/training/evaluation';
import type { CriticalPoint, ModelOutcome, RunRecord, RunStatus, VerdictKind } from '../core/training/trial';
import type { ApplyRequest, ApplyResult, DataInfo } from './networks';
import type { CriticalPointFound, GradientCheckResult, GridResult, ProbeResult } from './training';

export interface LabProblem {
  readonly severity: 'error' | 'warning' | 'information';
  readonly message: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** One series of every picture: an optimizer of the file (within a variant). Colour, marker and dash follow from `index`. */
export interface LabSeries {
  /** Stable while the file's structure is: "<variantIndex>/<optimizerIndex>". */
  readonly key: string;
  readonly index: number;
  readonly label: string;
  readonly variant: string | null;
  readonly optimizerIndex: number;
  /** Index into the document's objectives; −1 without any. */
  readonly objective: number;
  /** Index into the document's models; −1 without any. */
  readonly model: number;
  readonly type: string;
  /** Short text beside the label: "momentum 0.95", "ρ 0.9", "exp. decay", "plain". */
  readonly note: string;
  /** The number the slider moves, and its place in the file (/optimizers/0/learningRate, or …/initial of a schedule); null where a rule has no rate. */
  readonly rate: { readonly value: number; readonly path: string; readonly isDefault: boolean } | null;
  /** Every resolved hyperparameter, with the pointer a change is written to. */
  readonly fields: readonly LabField[];
}

/** A field of the file with its control, derived from the schema. */
export interface LabField {
  readonly path: string;
  readonly name: string;
  readonly label: string;
  /** One sentence on what it means. */
  readonly help: string;
  readonly control: 'number' | 'integer' | 'text' | 'choice' | 'choiceOrNumber' | 'boolean' | 'json';
  readonly choices?: readonly string[];
  /** The number of `choiceOrNumber` is a whole one. */
  readonly whole?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly value: unknown;
  /** The value is the default, not written in the file. */
  readonly isDefault: boolean;
}

export interface LabObjective {
  /** Built-in name, or null for an expression. */
  readonly function: string | null;
  readonly builtins: readonly { readonly name: string; readonly title: string }[];
  readonly expression: string;
  readonly latex: string;
  readonly gradientLatex: readonly string[] | null;
  readonly variables: readonly string[];
  readonly constants: readonly { readonly name: string; readonly value: number; readonly path: string }[];
  readonly starts: readonly (readonly number[])[];
  readonly goal: 'minimize' | 'maximize';
  /** Declared or usual box, per variable; null: the box around the runs. */
  readonly domain: readonly (readonly [number, number])[] | null;
  /** Known points that are looked for: maxima where the goal is to maximize. */
  readonly minima: readonly { readonly at: readonly number[]; readonly value: number }[];
  /** Equal for objectives that have the same value everywhere: their paths belong on one map. */
  readonly surface: string;
}

/** One layer as it stands in the file: with `repeat` several of the network's. */
export interface LabLayer {
  /** Place in the file's list: /model/layers/<index>. */
  readonly index: number;
  readonly path: string;
  /** Of its copies, in order. */
  readonly names: readonly string[];
  readonly type: string;
  /** Of the last copy, one row; null for a size that is not known before the data are read. */
  readonly output: readonly (number | null)[] | null;
  /** Of all copies; null where it is not known. */
  readonly parameters: number | null;
  readonly trainable: number | null;
  readonly fields: readonly LabField[];
}

export interface LabModel {
  readonly layers: readonly LabLayer[];
  readonly total: number | null;
  /** Types that "Add layer" offers. */
  readonly layerTypes: readonly string[];
  readonly loss: string;
  readonly metrics: readonly string[];
  readonly classification: boolean;
  /** Whether rows are kept for validation and test. */
  readonly validated: boolean;
  readonly tested: boolean;
  readonly epochs: number;
  readonly batchSize: number | 'full';
  /** What the data are, in a few words: "iris.csv", "moons, 200 rows". */
  readonly dataText: string;
  /** Loss, training, regularization, data, evaluation: everything of the file that has a simple control. */
  readonly fields: readonly LabField[];
  readonly folds: number;
  readonly bootstrapRounds: number;
  readonly boosting: { readonly rounds: number; readonly shrinkage: number } | null;
}

export interface LabSweepAxis {
  readonly name: string;
  readonly label: string;
  readonly values: readonly (number | string | boolean)[];
  /** By the key of a series: where a value is written so that it holds for that series, of variants for its own. */
  readonly paths: Readonly<Record<string, string>>;
}

export interface LabSweep {
  readonly axes: readonly LabSweepAxis[];
  readonly metric: string;
  /** More is better. */
  readonly rising: boolean;
  readonly refine: number;
}

/** What the page shows of the document. Sent whole on every change of the document. */
export interface LabDocument {
  readonly version: number;
  readonly fileName: string;
  readonly title: string;
  /** Markdown rendered to safe plain blocks by the page; no HTML. */
  readonly description: string;
  readonly problems: readonly LabProblem[];
  /** False: the text has errors and what follows is the last good state (or nothing). */
  readonly valid: boolean;
  readonly empty: boolean;
  readonly kind: 'objective' | 'model' | null;
  readonly seed: number;
  readonly seeds: number;
  readonly variants: readonly string[];
  /** That of the file, or of its first variant. */
  readonly objective: LabObjective | null;
  /** One for every objective that a variant has; the first is `objective`. */
  readonly objectives: readonly LabObjective[];
  readonly series: readonly LabSeries[];
  /** Optimizer types that "Add optimizer" offers. */
  readonly optimizerTypes: readonly { readonly type: string; readonly title: string; readonly summary: string }[];
  /** Stop and diagnostics, and the rest of the file that has simple controls. */
  readonly settings: readonly LabField[];
  /** Of the file, or of its first variant; null for an objective. */
  readonly model: LabModel | null;
  /** One for every distinct model, data and loss that a variant has; the first is `model`. A series names its own by `LabSeries.model`. */
  readonly models: readonly LabModel[];
  readonly sweep: LabSweep | null;
  readonly stop: { readonly steps: number | null; readonly gradientNorm: number | null; readonly loss: number | null };
  readonly tier: 'basic' | 'standard' | 'full';
  readonly refusal: string | null;
  /** May be written to (false for a Git revision or a read-only file system). */
  readonly editable: boolean;
  /** The workspace is not trusted: nothing runs unasked. */
  readonly restricted?: boolean;
}

export interface LabRemedy {
  readonly text: string;
  readonly path: string;
  readonly value: unknown;
  /** Other places that change with it, in the same edit. */
  readonly also?: readonly { readonly path: string; readonly value: unknown }[];
}

/** What a word of the page means; sent on demand, since the texts are long. */
export interface Explanation {
  readonly term: string;
  /** Empty where the page's own label is the name. */
  readonly name: string;
  /** A few sentences; `code` and *emphasis* as in Markdown. */
  readonly text: string;
  /** LaTeX. */
  readonly formula: string | null;
  /** What the letters of the formula stand for, in a line; empty where that goes without saying. */
  readonly letters: string;
}

/** One run as the page sees it. */
export interface LabRun {
  readonly id: string;
  readonly seriesKey: string;
  readonly label: string;
  readonly variant: string | null;
  readonly startIndex: number;
  readonly seed: number;
  readonly status: RunStatus;
  /** Made by a drag: shown, but not a result. */
  readonly preview: boolean;
  /** The document changed since. */
  readonly stale: boolean;
  readonly steps: number;
  readonly stepLimit: number | null;
  readonly seconds: number | null;
  readonly loss: number | null;
  readonly gradientNorm: number | null;
  readonly parameters: readonly number[] | null;
  readonly reason: string;
  readonly statusText: string;
  readonly verdict: { readonly kind: VerdictKind; readonly title: string; readonly text: string; readonly severity: 'good' | 'warning' | 'error' | 'neutral'; readonly evidence: Readonly<Record<string, number>>; readonly remedies: readonly LabRemedy[] } | null;
  readonly criticalPoint: CriticalPoint | null;
  /** What the run is: one of the experiment's own ("main"), or one that says how far to trust a score. Panels but Trust show the main ones. */
  readonly part: 'main' | 'fold' | 'round' | 'boosting';
  /** Of a fold or a round, from 0; else null. */
  readonly partIndex: number | null;
  /** The values of a sweep's axes; null without a sweep. */
  readonly sweep: Readonly<Record<string, number | string | boolean>> | null;
  /** The sweep's metric; null while it runs and where it has none (diverged, never reached). */
  readonly sweepValue: number | null;
  /** Of a sweep: at its series' best point so far. Always true without one. */
  readonly isBest: boolean;
  /** Of a network that has ended. */
  readonly model: Omit<ModelOutcome, 'scored'> | null;
  /** Of a network: epochs finished. */
  readonly epochs: number | null;
  /** Decimated to at most a few thousand rows, chosen so that no spike is lost; null before the first row. */
  readonly record: RunRecord | null;
}

/** A run that a person pinned: shown behind the runs of every experiment until it is removed. */
export interface LabGhost {
  readonly id: string;
  /** As it was when it was pinned, thinned; its id is no other run's. */
  readonly run: LabRun;
  /** Name of its experiment's file. */
  readonly file: string;
  /** Its experiment is the one that the page shows. */
  readonly here: boolean;
  readonly kind: 'objective' | 'model';
  /** The rate that it began with; null where a rule has none. */
  readonly rate: number | null;
  /** As LabObjective.surface: equal where its path belongs on the same map. null: of a network. */
  readonly surface: string | null;
  /** In the history: still there after the window is closed. */
  readonly kept: boolean;
}

export type Theme = 'light' | 'dark' | 'highContrast' | 'highContrastLight';

export type HostMessage =
  | { readonly type: 'init'; readonly locale: string; readonly l10n: Readonly<Record<string, unknown>> | null; readonly document: LabDocument; readonly runs: readonly LabRun[] }
  | { readonly type: 'document'; readonly document: LabDocument }
  /** Replaces all runs (a new batch begins, results were marked stale …). */
  | { readonly type: 'runs'; readonly runs: readonly LabRun[] }
  /** Adds or replaces runs by id. */
  | { readonly type: 'run'; readonly runs: readonly LabRun[] }
  /** With a number it asks for `drawn` once it and all before it are on the screen. */
  | { readonly type: 'progress'; readonly running: boolean; readonly fraction: number; readonly text: string; readonly picture?: number }
  | { readonly type: 'reply'; readonly request: number; readonly error: string }
  | { readonly type: 'reply'; readonly request: number; readonly grid: GridResult }
  | { readonly type: 'reply'; readonly request: number; readonly probe: ProbeResult }
  | { readonly type: 'reply'; readonly request: number; readonly criticalPoints: readonly CriticalPointFound[] }
  | { readonly type: 'reply'; readonly request: number; readonly gradientCheck: GradientCheckResult }
  | { readonly type: 'reply'; readonly request: number; readonly applied: true }
  | { readonly type: 'reply'; readonly request: number; readonly network: ApplyResult }
  | { readonly type: 'reply'; readonly request: number; readonly explanations: readonly Explanation[] }
  /** What is known of the data of each model of the document (by its place in `models`); while they are read how far that is, or what is wrong with them. */
  | { readonly type: 'data'; readonly data: readonly LabData[] }
  /** How far to trust the scores, as far as its runs have ended. */
  | { readonly type: 'evaluation'; readonly evaluation: readonly LabEvaluation[] }
  /** All pinned runs, in the order of pinning. */
  | { readonly type: 'ghosts'; readonly ghosts: readonly LabGhost[] }
  /** A command of VS Code asks the page for something: show a panel, hand out a PNG of the open pictures, move the focus. */
  | { readonly type: 'show'; readonly panel: LabPanel }
  | { readonly type: 'exportImage' };

export type LabPanel = 'landscape' | 'convergence' | 'gradients' | 'model' | 'data' | 'sweep' | 'trust';

export interface LabData {
  readonly state: 'absent' | 'loading' | 'ready' | 'refused';
  readonly fraction: number | null;
  /** What is wrong and what to do; empty elsewhere. */
  readonly problem: string;
  readonly info: DataInfo | null;
}

/** The evaluation of one series and seed. */
export interface LabEvaluation extends Evaluation {
  readonly seriesKey: string;
}

/** Every message but `ready` may carry a `request` number that a reply names. */
export type PageMessage =
  | { readonly type: 'ready' }
  /** One undo step: all edits together. */
  | { readonly type: 'edit'; readonly request?: number; readonly edits: readonly { readonly path: string; readonly value?: unknown }[] }
  /** Run with these values without touching the document; null ends the preview and shows the results again. */
  | { readonly type: 'preview'; readonly edits: readonly { readonly path: string; readonly value?: unknown }[] | null }
  | { readonly type: 'run'; readonly seriesKeys: readonly string[] | null }
  | { readonly type: 'cancel' }
  | { readonly type: 'grid'; readonly request: number; readonly variant: number | null; readonly origin: readonly number[]; readonly first: readonly number[]; readonly second: readonly number[] | null; readonly a: readonly [number, number]; readonly b: readonly [number, number]; readonly width: number; readonly height: number }
  | { readonly type: 'probe'; readonly request: number; readonly variant: number | null; readonly point: readonly number[] }
  | { readonly type: 'criticalPoints'; readonly request: number; readonly variant: number | null; readonly box: readonly (readonly [number, number])[] }
  | { readonly type: 'gradientCheck'; readonly request: number; readonly variant: number | null; readonly point: readonly number[] }
  /** Asks the network of a run, with its weights at or before a step (null: at its end). */
  | { readonly type: 'apply'; readonly request: number; readonly run: string; /** Of the run that a drag shows, which has the id of the result that it stands in for. */ readonly preview: boolean; readonly step: number | null; readonly what: ApplyRequest }
  /** Keeps a finished run of this page as a ghost. */
  | { readonly type: 'pin'; readonly run: string }
  /** null: all ghosts. */
  | { readonly type: 'unpin'; readonly ghost: string | null }
  | { readonly type: 'openSource'; readonly path?: string }
  /** Asks what words mean: names of the glossary (glossary/explain.ts of the host). Unknown ones are left out of the answer. */
  | { readonly type: 'explain'; readonly request: number; readonly terms: readonly string[] }
  /** Opens the place of the reference that tells more of a word. */
  | { readonly type: 'openTerm'; readonly term: string }
  | { readonly type: 'export'; readonly format: 'csv' | 'json' | 'pytorch' | 'keras' | 'npz' }
  | { readonly type: 'image'; readonly name: string; readonly png: Uint8Array }
  | { readonly type: 'drawn'; readonly picture: number }
  /** Asks VS Code to ask whether the workspace is trusted. */
  | { readonly type: 'trust' }
  | { readonly type: 'showLog' }
  | { readonly type: 'problem'; readonly message: string };
