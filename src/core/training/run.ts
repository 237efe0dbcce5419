import { DEPENDENCIES, type RunDependencies } from './dependencies';
import type { RowMemory } from './recorder';
import type { RunRecord, RunSummary, Trial } from './trial';
import { BoostingRun } from './boostingRun';
import { failureOf } from './modelProblem';
import { ModelRun } from './modelRun';
import { TrialRun } from './trialRun';

/** What a run asks of whoever runs it. */
export interface RunHooks {
  /** Finished rows since the last call, in order, in buffers of their own (`transferables`). Several calls may follow each other. Absent: no row is kept. */
  rows?(record: RunRecord): void;
  /** Memory that rows are written into, which whoever provides it uses again once they are read. */
  readonly memory?: RowMemory;
  /** Milliseconds between calls of `rows` at most, a long run has more; infinite: only at the end. */
  readonly interval: number;
  /** Asked about every millisecond. */
  cancelled(): boolean;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Asked as often: true where the rows so far have to be taken first. The run then pauses; only `runTrialAsync` can wait. */
  held?(): boolean;
  /** Milliseconds between pauses of `runTrialAsync`, 10 by default. */
  readonly yieldEvery?: number;
  /** Try remedies out before proposing them (default true, but not for the trials of a sweep). */
  readonly tryRemedies?: boolean;
}

/** A run in pieces. */
export interface PacedRun {
  /** Goes on until the run is over (true), the clock of the hooks passes `until` or they hold it. */
  advance(until: number): boolean;
  /** What came of it; to be called once, after `advance` has said true. */
  finish(): RunSummary;
  /** Leaves its memory to the next run; nothing can be asked of this one any more. */
  free?(): void;
}

/** Runs a trial to its end in this thread. What goes wrong within becomes the status `failed`. */
export function runTrial(trial: Trial, hooks: RunHooks, dependencies: RunDependencies = DEPENDENCIES): RunSummary {
  const run = begin(trial, hooks, dependencies);
  if (!('advance' in run)) return run;
  while (!run.advance(Infinity));
  return finished(run, trial);
}

/**
 * The same for threads that must read their messages meanwhile: pauses every `hooks.yieldEvery` milliseconds.
 * @param pause resolves after the thread's other tasks had their turn.
 */
export async function runTrialAsync(trial: Trial, hooks: RunHooks, pause: () => Promise<void> = macrotask, dependencies: RunDependencies = DEPENDENCIES): Promise<RunSummary> {
  const run = begin(trial, hooks, dependencies);
  if (!('advance' in run)) return run;
  while (!run.advance(hooks.now() + (hooks.yieldEvery ?? 10))) await pause();
  return finished(run, trial);
}

function begin(trial: Trial, hooks: RunHooks, dependencies: RunDependencies): PacedRun | RunSummary {
  try {
    return trial.kind === 'objective' ? new TrialRun(trial, hooks, dependencies) : trial.boosting ? new BoostingRun(trial, hooks, dependencies) : new ModelRun(trial, hooks, dependencies);
  } catch (error) {
    return failed(trial, error);
  }
}

function finished(run: PacedRun, trial: Trial): RunSummary {
  try {
    return run.finish();
  } catch (error) {
    return failed(trial, error);
  } finally {
    run.free?.();
  }
}

function failed(trial: Trial, error: unknown): RunSummary {
  return {
    trialId: trial.id, status: 'failed', reason: failureOf(error),
    steps: 0, seconds: 0, evaluations: 0, loss: NaN, gradientNorm: NaN, parameters: null, criticalPoint: null,
    verdict: { kind: 'failed', evidence: {}, remedies: [] },
  };
}

/** A message to itself: unlike setTimeout it is not held back to 4 ms. */
export function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
