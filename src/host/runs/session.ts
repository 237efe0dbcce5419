import type { Experiment } from '../../format/experiment';
import type { KernelSet } from '../../core/kernels/kernels';
import type { RunLimits } from '../../core/training/modelProblem';
import { type ModelTrial, onKernels, type RunSummary, type Trial } from '../../core/training/trial';
import { bestOfSweep, nextRound } from '../../format/sweepResults';
import type { WorkerPool } from '../../worker/pool';
import type { RunData } from '../../worker/slot';
import { Emitter } from './emitter';
import { Run, seriesKey } from './run';
import { addedBefore, stillAdded } from './addedPoints';
import { isCheap, type KnownData } from './cost';
import { trialKey } from './trialKey';

export interface SessionHost {
  pool(): WorkerPool;
  /** Bytes that the rows of one run may take, where runs are few. */
  recordBytes(): number;
  /** What a network's run reads. @throws Error in words for people. */
  data(trial: ModelTrial): Promise<RunData>;
  /** The kernels that networks are trained on; null: the best there are. */
  kernels?(): KernelSet | null;
  /** Beyond these a network is refused before it is trained. @param going runs that are not finished. */
  limits?(going: number): RunLimits;
  /** What is known of those data before that. */
  readonly known?: KnownData;
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string): void;
}

export type SessionChange =
  /** The set of results is another. */
  | { readonly kind: 'replaced' }
  | { readonly kind: 'progressed'; readonly run: Run }
  /** The last of the runs that were going ended. */
  | { readonly kind: 'settled' }
  /** All runs of the newest preview ended, or it has lasted long enough to show what there is. */
  | { readonly kind: 'preview' };

export interface Batch {
  /** Rounds of a narrowing sweep join while it goes. */
  readonly runs: Run[];
  readonly startedAt: number;
  endedAt: number | null;
  /** Started by an edit or by opening the file, not by a person's command. */
  readonly automatic: boolean;
  /** What was run. */
  readonly experiment: Experiment;
}

export interface FinishedRun {
  readonly run: Run;
  /** The batch that it was started in. */
  readonly batch: Batch;
}

/** A preview shows what it has after this long, and is given up for a newer one. */
const PREVIEW_PATIENCE = 120;
/** Bytes that the rows of all runs started together may take: a thousand long runs must not take the memory of the whole editor. */
const BATCH_BYTES = 1e9;
/** Pause after an edit before the runs it changed are made anew. */
const LIVE_DELAY = 120;

/**
 * The runs of one document, whoever looks at them. Knows nothing of VS Code: it is told of the experiment's changes and
 * tells of the runs'.
 */
export class ExperimentSession {
  /** The last experiment without errors; null before there was one. */
  experiment: Experiment | null = null;
  private results = new Map<string, Run>();
  private previewRuns: Run[] = [];
  private previewTimer: ReturnType<typeof setTimeout> | undefined;
  private liveTimer: ReturnType<typeof setTimeout> | undefined;
  private current: Batch | null = null;
  /** Runs that a narrowing sweep added to those of the experiment. */
  private refined: readonly Trial[] = [];
  private readonly changed = new Emitter<SessionChange>();
  readonly onDidChange = this.changed.event;
  private readonly finished = new Emitter<FinishedRun>();
  /** A run that is (still) a result ended. */
  readonly onDidFinish = this.finished.event;

  constructor(private readonly host: SessionHost) {}

  /** Results in the order of the experiment's trials; stale ones included, previews not. */
  get runs(): readonly Run[] {
    return [...this.results.values()];
  }

  get preview(): readonly Run[] {
    return this.previewRuns;
  }

  get running(): boolean {
    return this.current !== null && this.current.endedAt === null;
  }

  /** The runs started last, together. */
  get batch(): Batch | null {
    return this.current;
  }

  /**
   * Takes a new state of the document: runs whose trial is still in it keep their place, others become stale or go. Equal trials share a result.
   * @param live run again what the change made stale, where that is cheap.
   */
  update(experiment: Experiment, live: boolean): void {
    this.experiment = experiment;
    this.refined = stillAdded(experiment.sweep, this.refined);
    const { trials } = this;
    const known = new Map<string, Run>();
    for (const run of this.previewRuns) if (run.finished && run.status !== 'cancelled' && run.status !== 'failed') known.set(run.key, run);
    for (const run of this.results.values()) known.set(run.key, run);
    const [before, next, claimed] = [this.results, new Map<string, Run>(), new Set<Run>()];
    let changed = false;
    for (const trial of trials) {
      const [key, own] = [trialKey(trial), before.get(trial.id)];
      const same = own?.key === key ? own : known.get(key);
      if (!same || (claimed.has(same) && !same.finished)) continue;
      if (same !== own || same.trial.id !== trial.id || same.stale || same.preview) changed = true;
      next.set(trial.id, same.preview || claimed.has(same) ? Run.adopt(same, trial) : moved(same, trial));
      claimed.add(same);
    }
    for (const trial of trials) {
      const old = before.get(trial.id);
      if (next.has(trial.id) || !old || claimed.has(old)) continue;
      if (!old.stale) changed = true;
      old.markStale();
      next.set(trial.id, old);
    }
    const kept = new Set(next.values());
    for (const run of before.values()) {
      if (kept.has(run)) continue;
      changed = true;
      run.abort();
    }
    this.results = inOrder(trials, next);
    for (const run of this.results.values()) {
      run.placeOf = experiment.place;
      if (experiment.sweep && run.trial.sweep && run.scoreFor(experiment.sweep.metric)) changed = true;
    }
    this.markBest();
    if (changed) this.changed.fire({ kind: 'replaced' });
    clearTimeout(this.liveTimer);
    const missing = live ? this.missing() : this.missing().filter((trial) => this.results.get(trial.id)?.provisional);
    if (missing.length > 0 && isCheap(missing, this.host.known)) this.liveTimer = setTimeout(() => void this.runMissing(true), LIVE_DELAY);
  }

  /** Every run of the experiment, with those that a sweep has added so far. */
  get trials(): readonly Trial[] {
    return [...(this.experiment?.trials ?? []), ...this.refined];
  }

  /** Trials without a whole result that is true of them. */
  missing(): readonly Trial[] {
    return this.trials.filter((trial) => {
      const run = this.results.get(trial.id);
      return !run || run.stale || run.provisional;
    });
  }

  runAll(automatic = false): Promise<void> {
    this.refined = [];
    return this.start(this.experiment?.trials ?? [], automatic);
  }

  runSeries(keys: readonly string[]): Promise<void> {
    return this.start(this.trials.filter((trial) => keys.includes(seriesKey(trial))), false);
  }

  /** Some trials of the experiment, whichever series they belong to. */
  runTrials(trials: readonly Trial[]): Promise<void> {
    return this.start(trials, false);
  }

  runMissing(automatic: boolean): Promise<void> {
    return this.start(this.missing(), automatic);
  }

  /**
   * Takes runs of an earlier time as results where there are none that are true.
   * @param kept by the id of the present trial
   * @param standIns where there is nothing at all, a run that stood in a trial's place before is shown, as stale
   * @param others of the same batches, newest first: those at points that narrowing had added are results again
   */
  restore(kept: ReadonlyMap<string, Run>, standIns = true, others: readonly Run[] = []): void {
    const next = new Map(this.results);
    const sweep = this.experiment?.sweep ?? null;
    const added = sweep && !this.running ? addedBefore(sweep, this.trials, others, standIns) : new Map<Trial, Run>();
    this.refined = [...this.refined, ...added.keys()];
    const { trials } = this;
    for (const trial of trials) {
      const run = kept.get(trial.id) ?? added.get(trial);
      const present = next.get(trial.id);
      if (!run || (present && !present.stale)) continue;
      if (run.key === trialKey(trial)) run.moveTo(trial);
      else if (standIns && !present && run.trial.id === trial.id) run.markStale();
      else continue;
      present?.abort();
      if (sweep && trial.sweep) run.scoreFor(sweep.metric);
      next.set(trial.id, run);
    }
    if ([...next].every(([id, run]) => this.results.get(id) === run)) return;
    this.results = inOrder(trials, next);
    this.markBest();
    this.changed.fire({ kind: 'replaced' });
  }

  /** Ends what is going; rows that came stay. */
  cancel(): void {
    clearTimeout(this.liveTimer);
    this.cancelPreview();
    for (const run of this.results.values()) run.abort();
  }

  /**
   * Runs trials of a changed experiment without making results of them. Trials that have a true result already are answered with it.
   * The newest call wins.
   */
  showPreview(experiment: Experiment): void {
    const current = new Set((this.experiment?.trials ?? []).map(trialKey));
    const known = new Map<string, Run>();
    for (const run of [...this.results.values(), ...this.previewRuns]) if (run.finished) known.set(run.key, run);
    let trials = experiment.trials.filter((trial) => !current.has(trialKey(trial)));
    if (trials.length === 0) trials = experiment.trials.filter((trial) => known.has(trialKey(trial)));
    const old = this.previewRuns;
    const fresh: Run[] = [];
    this.previewRuns = trials.map((trial) => {
      const done = known.get(trialKey(trial));
      if (done) return Run.adopt(done, trial, true);
      const run = Run.create(trial, this.host.recordBytes(), true);
      fresh.push(run);
      return run;
    });
    for (const run of old) run.abort();
    clearTimeout(this.previewTimer);
    const batch = this.previewRuns;
    const show = (): void => {
      if (this.previewRuns === batch) this.changed.fire({ kind: 'preview' });
    };
    if (fresh.length === 0) {
      show();
      return;
    }
    this.previewTimer = setInterval(show, PREVIEW_PATIENCE);
    const timer = this.previewTimer;
    void Promise.all(fresh.map((run) => this.execute(run, 'interactive'))).then(() => {
      clearInterval(timer);
      show();
    });
  }

  /** The drag ended. What the preview found is kept until the next change, which may make results of it. */
  endPreview(): void {
    clearTimeout(this.previewTimer);
    for (const run of this.previewRuns) run.abort();
  }

  dispose(): void {
    this.cancel();
  }

  private cancelPreview(): void {
    this.endPreview();
    this.previewRuns = [];
  }

  private async start(trials: readonly Trial[], automatic: boolean): Promise<void> {
    clearTimeout(this.liveTimer);
    if (trials.length === 0) return;
    const bytes = Math.min(this.host.recordBytes(), BATCH_BYTES / trials.length);
    const runs = trials.map((trial) => Run.create(trial, bytes));
    for (const run of runs) run.placeOf = this.experiment!.place;
    const next = new Map(this.results);
    for (const run of runs) {
      next.get(run.trial.id)?.abort();
      next.set(run.trial.id, run);
    }
    this.results = inOrder(this.trials, next);
    const going = this.running ? this.current!.runs.filter((run) => !run.finished && this.results.get(run.trial.id) === run) : [];
    const batch: Batch = { runs: [...going, ...runs], startedAt: Date.now(), endedAt: null, automatic, experiment: this.experiment! };
    this.current = batch;
    this.host.log('debug', `start ${runs.length} run(s)`);
    this.changed.fire({ kind: 'replaced' });
    await this.executeAll(runs, batch);
    await this.refine(batch);
    // Runs of an earlier batch that this one took over may still go.
    if (this.current === batch && batch.runs.every((run) => run.finished)) this.settle(batch);
    else if (this.current && this.current.endedAt === null && this.current.runs.every((run) => run.finished)) this.settle(this.current);
  }

  private async executeAll(runs: readonly Run[], batch: Batch): Promise<void> {
    await Promise.all(runs.map(async (run) => {
      await this.execute(run, batch.automatic ? 'interactive' : 'run');
      if (this.results.get(run.trial.id) === run) this.finished.fire({ run, batch });
    }));
  }

  /** Rounds of narrowing, where the file asks for some: each around the best that all runs so far have found. */
  private async refine(batch: Batch): Promise<void> {
    const { experiment } = batch;
    const { sweep } = experiment;
    if (!sweep || this.refined.length > 0) return;
    for (let round = 0; round < sweep.refine; round++) {
      const current = (): boolean => this.experiment === experiment && this.current === batch;
      const done = this.trials.map((trial) => this.results.get(trial.id)).filter((run) => run !== undefined);
      if (!current() || done.some((run) => !run.finished || run.stale || run.status === 'cancelled') || done.length < this.trials.length) return;
      const trials = nextRound(sweep, done.map((run) => ({ trial: run.trial, summary: run.summary!, value: run.sweepValue ?? NaN })));
      if (trials.length === 0) return;
      this.refined = [...this.refined, ...trials];
      const runs = trials.map((trial) => Run.create(trial, Math.min(this.host.recordBytes(), BATCH_BYTES / this.trials.length)));
      const next = new Map(this.results);
      for (const run of runs) next.set(run.trial.id, run);
      this.results = inOrder(this.trials, next);
      batch.runs.push(...runs);
      this.changed.fire({ kind: 'replaced' });
      await this.executeAll(runs, batch);
    }
  }

  /** Of a sweep: which runs stand for their series. @returns those that stand for it now, or no longer */
  private markBest(): readonly Run[] {
    const sweep = this.experiment?.sweep;
    if (!sweep) return [];
    const changed: Run[] = [];
    const done = [...this.results.values()].filter((run) => run.finished);
    const best = new Set(bestOfSweep(sweep, done.map((run) => ({ trial: run.trial, summary: run.summary!, value: run.sweepValue ?? NaN, run }))).map(({ run }) => run));
    for (const run of this.results.values()) {
      if (run.isBest === best.has(run)) continue;
      run.isBest = best.has(run);
      run.revision++;
      changed.push(run);
    }
    return changed;
  }

  private settle(batch: Batch): void {
    batch.endedAt = Date.now();
    this.changed.fire({ kind: 'settled' });
  }

  private async execute(run: Run, priority: 'interactive' | 'run'): Promise<void> {
    const summary = await this.runTrial(run, priority);
    run.finish(summary);
    if (this.experiment?.sweep && run.trial.sweep) run.scoreFor(this.experiment.sweep.metric);
    if (run.preview) return;
    for (const other of this.markBest()) if (other !== run) this.tell(other);
    if (summary.status === 'failed') this.host.log('error', `${run.trial.label} (${run.trial.id}) failed: ${summary.reason.detail ?? ''}`);
    else this.host.log('debug', `${run.trial.label} (${run.trial.id}) ${summary.status} after ${summary.steps} steps, loss ${summary.loss}`);
    this.tell(run);
  }

  private async runTrial(run: Run, priority: 'interactive' | 'run'): Promise<RunSummary> {
    const { trial, controller: { signal } } = run;
    let data: RunData | undefined;
    if (trial.kind === 'model') {
      try {
        data = await this.host.data(trial);
      } catch (error) {
        return notBegun(trial, 'failed', error instanceof Error ? error.message : String(error));
      }
      if (signal.aborted) return notBegun(trial, 'cancelled', '');
    }
    return this.host.pool().run(onKernels(trial, this.host.kernels?.() ?? null), (rows) => {
      run.append(rows);
      this.tell(run);
    }, { signal, priority, data, limits: this.host.limits?.(this.current?.runs.filter((each) => !each.finished).length ?? 0), tryRemedies: !run.preview, onStart: () => { run.startedAt = Date.now(); } });
  }

  /** A run that was replaced while it went is of no interest any more. */
  private tell(run: Run): void {
    if (this.results.get(run.trial.id) === run) this.changed.fire({ kind: 'progressed', run });
  }
}

/** A run that ended before it could begin. */
function notBegun(trial: Trial, status: 'failed' | 'cancelled', detail: string): RunSummary {
  return {
    trialId: trial.id, status, reason: status === 'failed' ? { rule: 'error', detail } : { rule: 'cancelled' }, steps: 0, seconds: 0, evaluations: 0,
    loss: NaN, gradientNorm: NaN, parameters: null, criticalPoint: null, verdict: { kind: status, evidence: {}, remedies: [] },
  };
}

function moved(run: Run, trial: Trial): Run {
  if (run.trial !== trial) {
    const same = run.trial.id === trial.id && !run.stale;
    if (same) run.trial = trial;
    else run.moveTo(trial);
  }
  return run;
}

function inOrder(trials: readonly Trial[], runs: ReadonlyMap<string, Run>): Map<string, Run> {
  const ordered = new Map<string, Run>();
  for (const trial of trials) {
    const run = runs.get(trial.id);
    if (run) ordered.set(trial.id, run);
  }
  return ordered;
}
