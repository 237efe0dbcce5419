import { RecordBuilder } from '../../core/training/record';
import { stepsTo, sweepValue, targetOf } from '../../core/training/sweeps';
import type { Experiment } from '../../format/experiment';
import type { Remedy, RunRecord, RunStatus, RunSummary, Trial } from '../../core/training/trial';
import { trialKey } from './trialKey';

/** Bytes of the rows that pages are shown: some thousand rows, whatever the columns. */
const VIEW_BYTES = 1 << 20;

export interface SweepScore {
  readonly metric: string;
  /** null where the run has none. */
  readonly value: number | null;
}

/** Where a run's rows are: they come in pieces, or came with a kept run. */
export type RunRows = Pick<RecordBuilder, 'rows' | 'append' | 'build'>;

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
  /** Of a network: epochs finished. */
  epochs = 0;
  /** The value of the sweep's metric; null while the run goes and where it has none. */
  sweepValue: number | null = null;
  /** The metric that was read off the finished run, with what it came to over all its rows. */
  score: SweepScore | null = null;
  /** Of a sweep: at its series' best point so far. Always true without one. */
  isBest = true;
  startedAt: number | null = null;
  /** Where the document has a place for this run (Experiment.place). */
  placeOf: Experiment['place'] = (_trial, path) => path;

  /** @param madeAt the optimizer's place when the run was made: its remedies name it. */
  private constructor(
    public trial: Trial,
    /** Every row, up to the cap. */
    readonly builder: RunRows,
    /** The same rows thinned as they come, so that a picture of a long run costs no pass over all of them. */
    readonly view: RunRows,
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

  /** A run of an earlier time, with the rows that were kept. */
  static kept(trial: Trial, summary: RunSummary, rows: RunRows, startedAt: number, score: SweepScore | null = null): Run {
    const run = new Run(trial, rows, rows, false, trial.optimizerIndex);
    run.startedAt = startedAt;
    run.score = score;
    run.finish(summary);
    return run;
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
    if (record.epochs) this.epochs += record.epochs.rows;
    if (record.rows === 0) {
      this.builder.append(record);
      this.view.append({ ...record, snapshots: null });
      this.revision++;
      return;
    }
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
    if (summary.model) this.epochs = summary.model.epochs;
    this.revision++;
  }

  /** Reads the metric of a sweep off the finished run; of a kept one, whose rows are fewer now, what was read when it ended. @returns whether its value is another. */
  scoreFor(metric: string): boolean {
    if (!this.summary) return false;
    if (this.score?.metric !== metric) {
      const target = targetOf(metric);
      const value = sweepValue(this.summary, metric, target === null ? Infinity : stepsTo(this.builder.build(), target));
      this.score = { metric, value: Number.isFinite(value) ? value : null };
    }
    const changed = this.sweepValue !== this.score.value;
    this.sweepValue = this.score.value;
    if (changed) this.revision++;
    return changed;
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

  /** A remedy with its places as the file names them now: where a variant overrides one, there. */
  currentRemedy(remedy: Remedy): Remedy {
    const place = (path: string): string => this.placeOf(this.trial, this.currentPath(path));
    const also = remedy.also?.map((each) => ({ ...each, path: place(each.path) }));
    return { ...remedy, path: place(remedy.path), ...(also ? { also } : {}) };
  }
}

/** The series a trial belongs to: its optimizer within its variant. */
export function seriesKey(trial: Pick<Trial, 'variantIndex' | 'optimizerIndex'>): string {
  return `${trial.variantIndex ?? 0}/${trial.optimizerIndex}`;
}
