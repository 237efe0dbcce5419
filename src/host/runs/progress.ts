import * as l10n from '@vscode/l10n';
import { goalOf } from '../../core/training/trial';
import { formatNumber } from '../../wording/numbers';
import type { Run } from './run';
import type { ExperimentSession } from './session';

/** How far the runs started last have come, and the sentence beside the bar. */
export function progressText(session: ExperimentSession): { readonly running: boolean; readonly fraction: number; readonly text: string } {
  const { batch } = session;
  // Without a batch there may be kept runs of an earlier window.
  if (session.runs.length === 0) return { running: false, fraction: 0, text: '' };
  const runs = batch?.runs ?? [];
  const going = runs.filter((run) => !run.finished);
  if (batch && session.running && going.length > 0) {
    const fraction = runs.reduce((sum, run) => sum + share(run), 0) / runs.length;
    const percent = Math.floor(100 * fraction);
    const left = remaining(fraction, Date.now() - batch.startedAt);
    const [first] = going.filter((run) => run.startedAt !== null);
    const what = going.length === 1 && first?.trial.stop.steps
      ? l10n.t('{label} {steps}/{limit}', { label: first.trial.label, steps: formatNumber(first.steps), limit: formatNumber(first.trial.stop.steps) })
      : l10n.t('{0} of {1} runs finished', runs.length - going.length, runs.length);
    return { running: true, fraction, text: [l10n.t('{0} %', percent), what, ...(left ? [left] : [])].join(' · ') };
  }
  // Of all results, not only of the runs that an edit made anew.
  const ended = session.runs.filter((run) => run.finished);
  const failed = ended.filter((run) => run.status === 'failed').length;
  const cancelled = ended.filter((run) => run.status === 'cancelled').length;
  if (failed > 0) return { running: false, fraction: 1, text: failed === 1 ? l10n.t('1 run failed') : l10n.t('{0} runs failed', failed) };
  if (cancelled > 0) return { running: false, fraction: 1, text: cancelled === 1 ? l10n.t('1 run cancelled') : l10n.t('{0} runs cancelled', cancelled) };
  const steps = formatNumber(ended.reduce((sum, run) => sum + run.steps, 0));
  const time = duration(ended.reduce((sum, run) => sum + (run.summary?.seconds ?? 0), 0));
  return { running: false, fraction: 1, text: ended.length === 1 ? l10n.t('1 run, {0} steps in {1}', steps, time) : l10n.t('{0} runs, {1} steps in {2}', ended.length, steps, time) };
}

function share(run: Run): number {
  if (run.finished) return 1;
  const { trial } = run;
  const limit = trial.stop.steps;
  const steps = limit === null || limit === 0 ? 0 : Math.min(1, run.steps / limit);
  return trial.kind === 'model' ? Math.max(steps, Math.min(1, run.epochs / (trial.boosting?.rounds ?? trial.training.epochs))) : steps;
}

function remaining(fraction: number, elapsed: number): string | null {
  if (fraction <= 0.01 || elapsed < 500) return null;
  const seconds = (elapsed * (1 - fraction)) / fraction / 1000;
  return seconds < 1 ? null : l10n.t('{0} s left', Math.ceil(seconds));
}

function duration(seconds: number): string {
  if (seconds < 1) return l10n.t('{0} ms', formatNumber(Number((1000 * seconds).toPrecision(2))));
  return l10n.t('{0} s', formatNumber(Number(seconds.toPrecision(3))));
}

/** The best finished run of the experiment itself: the lowest loss, or the highest where the goal is to maximize. Of a sweep only the runs that its metric chose. */
export function bestRun(session: ExperimentSession): Run | null {
  let best: Run | null = null;
  for (const run of session.runs) {
    if (!run.finished || run.stale || run.status === 'diverged' || run.status === 'failed' || !Number.isFinite(run.loss)) continue;
    if (run.trial.kind === 'model' && (run.trial.resample || run.trial.boosting)) continue;
    if (run.trial.sweep && !run.isBest) continue;
    const sign = goalOf(run.trial) === 'maximize' ? -1 : 1;
    if (!best || sign * run.loss < sign * best.loss) best = run;
  }
  return best;
}

/** "4 runs, best NAG 1.25e−10" */
export function outcomeText(session: ExperimentSession): string {
  const count = session.runs.filter((run) => run.finished && !run.stale).length;
  const best = bestRun(session);
  const runs = count === 1 ? l10n.t('1 run') : l10n.t('{0} runs', count);
  if (!best) return runs;
  const { label, variant } = best.trial;
  return l10n.t('{runs}, best {label} {loss}', { runs, label: variant === null ? label : `${label} (${variant})`, loss: formatNumber(best.loss) });
}
