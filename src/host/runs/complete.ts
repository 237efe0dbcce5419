import type { RunResult } from '../../format/expectations';
import type { Trial } from '../../core/training/trial';
import type { Run } from './run';
import type { ExperimentSession } from './session';
import { trialKey } from './trialKey';

/** A run's end with whether the document says something else by now. */
export interface KnownResult extends RunResult {
  readonly stale: boolean;
}

/** The ended runs of a session. A cancelled run proves nothing and is none of them. */
export function knownResults(session: ExperimentSession | undefined): KnownResult[] {
  return (session?.runs ?? []).flatMap(({ trial, summary, stale }) => (summary && summary.status !== 'cancelled' ? [{ trial, summary, stale }] : []));
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
    for (const run of session.runs) if (ids.has(run.trial.id)) run.abort();
  };
  if (signal.aborted) return;
  signal.addEventListener('abort', cancel, { once: true });
  let stop: (() => void) | undefined;
  try {
    const going = (): boolean => trueRuns(session, trials).some((run) => !run.finished);
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
export function resultsOf(session: ExperimentSession, trials: readonly Trial[]): RunResult[] {
  return trueRuns(session, trials).flatMap(({ trial, summary }) => (summary ? [{ trial, summary }] : []));
}
