import type { Experiment } from '../../format/experiment';
import type { RunResult } from '../../format/expectations';
import type { Trial } from '../../core/training/trial';
import type { Run } from './run';
import type { ExperimentSession } from './session';
import { trialKey } from './trialKey';

/** A run's end with, in a sweep, the value of what the sweep compares. */
export interface SweptResult extends RunResult {
  readonly value?: number;
}

/** A run's end with whether the document says something else by now. */
export interface KnownResult extends SweptResult {
  readonly stale: boolean;
}

/** The ended runs of a session. A cancelled run proves nothing and is none of them. */
export function knownResults(session: ExperimentSession | undefined): KnownResult[] {
  return (session?.runs ?? []).flatMap((run) => (run.summary && run.status !== 'cancelled' ? [{ ...resultOf(run), stale: run.stale }] : []));
}

function resultOf({ trial, summary, sweepValue }: Run): SweptResult {
  return { trial, summary: summary!, ...(trial.sweep ? { value: sweepValue ?? NaN } : {}) };
}

/**
 * The trials that have to end before something is known of some of them. A sweep that narrows goes on from the best of all, so there it is
 * every trial.
 */
export function neededTrials({ sweep, trials }: Pick<Experiment, 'sweep' | 'trials'>, asked: (trial: Trial) => boolean): readonly Trial[] {
  return sweep && sweep.refine > 0 ? trials : trials.filter(asked);
}

/** The runs of a session that are true of these trials, or will be when they end. */
function trueRuns(session: ExperimentSession, trials: readonly Trial[]): Run[] {
  const wanted = new Set(trials.map(trialKey));
  return session.runs.filter((run) => !run.stale && run.status !== 'cancelled' && wanted.has(run.key));
}

/**
 * Runs those of the trials that have no true result yet and waits until each has ended or was replaced. Runs that are going already are
 * waited for, not started again. Where the signal aborts, the runs of these trials are cancelled.
 * @param ended called whenever one of the runs ended.
 */
export async function completeTrials(session: ExperimentSession, trials: readonly Trial[], signal: AbortSignal, ended?: () => void): Promise<void> {
  const there = new Set(trueRuns(session, trials).map((run) => run.key));
  const missing = trials.filter((trial) => !there.has(trialKey(trial)));
  const ids = new Set(trials.map((trial) => trial.id));
  const cancel = (): void => {
    for (const run of session.runs) if (ids.has(run.trial.id) || run.trial.sweep) run.abort();
  };
  if (signal.aborted) return;
  signal.addEventListener('abort', cancel, { once: true });
  let stop: (() => void) | undefined;
  try {
    // A narrowing sweep starts further runs when these have ended.
    const narrowing = (session.experiment?.sweep?.refine ?? 0) > 0;
    const going = (): boolean => (narrowing && session.running) || trueRuns(session, trials).some((run) => !run.finished);
    const done = new Promise<void>((resolve) => {
      stop = session.onDidChange((change) => {
        if (change.kind === 'progressed' && change.run.finished && ids.has(change.run.trial.id)) ended?.();
        if (change.kind !== 'preview' && !going()) resolve();
      });
    });
    if (missing.length > 0) await session.runTrials(missing);
    if (going()) await done;
  } finally {
    stop?.();
    signal.removeEventListener('abort', cancel);
  }
}

/** Results of those of the trials that have a true one. */
export function resultsOf(session: ExperimentSession, trials: readonly Trial[]): SweptResult[] {
  return trueRuns(session, trials).flatMap((run) => (run.finished ? [resultOf(run)] : []));
}
