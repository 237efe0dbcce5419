import type { LabData, LabDocument, LabEvaluation, LabGhost, LabModel, LabPanel, LabRun, LabSeries, PageMessage } from '../../src/protocol/lab';
import type { ApplyRequest, ApplyResult } from '../../src/protocol/networks';
import type { CriticalPointFound, GradientCheckResult, GridResult, ProbeResult } from '../../src/protocol/training';

export type PanelName = LabPanel;

export interface Progress {
  readonly running: boolean;
  readonly fraction: number;
  readonly text: string;
}

/** What changed, so that a picture redraws only for what concerns it. */
export type Change = 'document' | 'runs' | 'step' | 'selection' | 'visibility' | 'panels' | 'progress' | 'theme' | 'data' | 'evaluation' | 'ghosts';

/** Everything the page shows. One store; every element subscribes and renders from it. */
export interface LabStore {
  readonly document: LabDocument | null;
  /** Every run: also folds, rounds and each point of a sweep. For the pictures of a sweep and of trust. */
  readonly allRuns: readonly LabRun[];
  /** The experiment's own results (of a sweep each series' best point), or the preview in their place while a slider is dragged. */
  readonly runs: readonly LabRun[];
  /** Runs of series that are not hidden, one or more a series (starts, seeds). */
  readonly visibleRuns: readonly LabRun[];
  readonly progress: Progress;
  /** What is known of the data of each model of the document, by its place in `models`. */
  readonly data: readonly LabData[];
  /** How far to trust the scores: one entry a series and seed, as far as its runs have ended. */
  readonly evaluation: readonly LabEvaluation[];
  /** Pinned runs of this and other files, in the order of pinning, and those of them that are not drawn now. */
  readonly ghosts: readonly LabGhost[];
  readonly hiddenGhosts: ReadonlySet<string>;
  /** The step the timeline stands at, 0 … maxStep; and the largest step of any run. */
  readonly step: number;
  readonly maxStep: number;
  readonly playing: boolean;
  /** Playback speed, a factor of 1. */
  readonly speed: number;
  /** Key of the selected series: it runs through panel, map, charts, instruments and table. */
  readonly selected: string | null;
  readonly hidden: ReadonlySet<string>;
  /** One or two open pictures, in order of opening. */
  readonly panels: readonly PanelName[];

  series(key: string): LabSeries | undefined;
  /** The model that a series trains; undefined for an objective. */
  modelOf(key: string): LabModel | undefined;
  /** What is known of the data that a series trains on. */
  dataOf(key: string): LabData | undefined;
  /** The run that stands for a series: its first start and first seed. */
  runOf(key: string): LabRun | undefined;
  /** Index of the record's last row at or before `step` (rows of a decimated record are not every step); −1 without rows. */
  rowAt(run: LabRun, step: number): number;
  /** Of a network: the last epoch that had ended by `step`, as a row of `record.epochs`; −1 before the first one. */
  epochRowAt(run: LabRun, step: number): number;

  setStep(step: number): void;
  setPlaying(playing: boolean): void;
  setSpeed(speed: number): void;
  select(key: string | null): void;
  toggleHidden(key: string): void;
  /** Hides every other series; a second call shows all again. */
  isolate(key: string): void;
  toggleGhost(id: string): void;
  togglePanel(panel: PanelName): void;

  /** A setting of the view (a folded section, what a picture shows) that outlives a hidden page. */
  setting<T>(name: string, fallback: T): T;
  setSetting(name: string, value: unknown): void;

  /** Writes to the document: one undo step. */
  edit(edits: readonly { path: string; value?: unknown }[]): void;
  /** Runs with these values and shows the outcome without touching the document; null ends it. */
  preview(edits: readonly { path: string; value?: unknown }[] | null): void;
  send(message: PageMessage): void;

  grid(request: Omit<Extract<PageMessage, { type: 'grid' }>, 'type' | 'request'>): Promise<GridResult>;
  probe(variant: number | null, point: readonly number[]): Promise<ProbeResult>;
  criticalPoints(variant: number | null, box: readonly (readonly [number, number])[]): Promise<readonly CriticalPointFound[]>;
  gradientCheck(variant: number | null, point: readonly number[]): Promise<GradientCheckResult>;
  /** Asks the network of a run, with its weights at or before a step (null: at its end). Rejects with a sentence for people. */
  apply(run: string, step: number | null, what: ApplyRequest): Promise<ApplyResult>;

  /** Returns the function that ends the subscription. */
  subscribe(listener: (change: Change) => void): () => void;
}

/** A picture of the lab: a custom element (Lit) that is given the store. */
export interface LabPicture extends HTMLElement {
  store: LabStore;
  /** The picture as PNG at device resolution with the theme's background, for export. */
  toPng(): Promise<Uint8Array>;
  /** One or two sentences that say what the picture shows now, for screen readers. */
  summary(): string;
}
