import { RecordBuilder } from '../../core/training/record';
import type { RunRecord, RunStatus, RunSummary, Trial } from '../../core/training/trial';
import { trialKey } from './trialKey';

/** Bytes of the rows that pages are shown: some thousand rows, whatever the columns. */
const VIEW_BYTES = 1 << 20;

/** One run of a document: its trial, the rows that have come so far, and how it ended. */
export class Run {
  readonly controller = new AbortController();
  summary: RunSummary | null = null;
  /** Made by a preview: its remedies were not tried out yet. */
  provisional = false;
  /** The document says something else by now. */
  stale = false;
  /** Grows with every change that a page must hear of. */
  revision = 0;
  steps = 0;
  loss = NaN;
  gradientNorm = NaN;
  startedAt: number | null = null;

  /** @param madeAt the optimizer's place when the run was made: its remedies name it. */
  private constructor(
    public trial: Trial,
    /** Every row, up to the cap. */
    readonly builder: RecordBuilder,
    /** The same rows thinned as they come, so that a picture of a long run costs no pass over all of them. */
    readonly view: RecordBuilder,
    readonly preview: boolean,
    private readonly madeAt: number,
  ) {}

  /** A run that has not begun. */
  static create(trial: Trial, recordBytes: number, preview = false): Run {
    return new Run(trial, new RecordBuilder({ capBytes: recordBytes }), new RecordBuilder({ capBytes: VIEW_BYTES }), preview, trial.optimizerIndex);
  }

  /** A finished run under another trial with the same key: a preview that became a result, or a result shown as a preview. Rows are shared. */
  static adopt(run: Run, trial: Trial, preview = false): Run {
    const adopted = new Run(trial, run.builder, run.view, preview, run.madeAt);
    adopted.startedAt = run.startedAt;
    adopted.provisional = run.preview || run.provisional;
    if (run.summary) adopted.finish(run.summary);
    return adopted;
  }

  get key(): string {
    return trialKey(this.trial);
  }

  get status(): RunStatus {
    return this.summary?.status ?? 'running';
  }

  get finished(): boolean {
    return this.summary !== null;
  }

  append(record: RunRecord): void {
    if (record.rows === 0) return;
    this.builder.append(record);
    this.view.append({ ...record, snapshots: null });
    const at = record.rows - 1;
    this.steps = record.columns.step[at];
    this.loss = record.columns.loss[at];
    this.gradientNorm = record.columns.gradientNorm?.[at] ?? NaN;
    this.revision++;
  }

  finish(summary: RunSummary): void {
    this.summary = summary;
    this.steps = summary.steps;
    this.loss = summary.loss;
    this.gradientNorm = summary.gradientNorm;
    this.revision++;
  }

  /** Takes another place in the file (an optimizer before it was deleted, say); what the run did is the same. */
  moveTo(trial: Trial): void {
    this.trial = trial;
    this.stale = false;
    this.revision++;
  }

  markStale(): void {
    if (this.stale) return;
    this.stale = true;
    this.revision++;
  }

  abort(): void {
    if (!this.finished) this.controller.abort();
  }

  /** A place that was named when the run was made, as the file names it now. */
  currentPath(path: string): string {
    const prefix = `/optimizers/${this.madeAt}`;
    if (path !== prefix && !path.startsWith(`${prefix}/`)) return path;
    return `/optimizers/${this.trial.optimizerIndex}${path.slice(prefix.length)}`;
  }
}

/** The series a trial belongs to: its optimizer within its variant. */
export function seriesKey(trial: Pick<Trial, 'variantIndex' | 'optimizerIndex'>): string {
  return `${trial.variantIndex ?? 0}/${trial.optimizerIndex}`;
}
