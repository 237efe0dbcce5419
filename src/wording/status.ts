import * as l10n from '@vscode/l10n';
import { NO_PROGRESS, type NoProgress } from '../core/optimizers/optimizer';
import type { EndReason, RunStatus } from '../core/training/trial';
import { runProblemText } from './modelProblems';
import { formatNumber } from './numbers';
import { noProgressText } from './optimizers';

/** A run's status in a word or two. @param reason tells which of the limits a completed run has met. */
export function statusText(status: RunStatus, reason?: EndReason): string {
  switch (status) {
    case 'running': return l10n.t('Running');
    case 'converged': return l10n.t('Tolerance met');
    case 'completed': return reason?.rule === 'epochs' ? l10n.t('All epochs') : reason?.rule === 'seconds' ? l10n.t('Time limit') : l10n.t('Step limit');
    case 'stoppedEarly': return l10n.t('Stopped early');
    case 'diverged': return l10n.t('Diverged');
    case 'cancelled': return l10n.t('Cancelled');
    case 'failed': return l10n.t('Failed');
  }
}

/** Why a run ended, with its numbers: "gradient norm 9.8e−7 ≤ 1e−6". */
export function reasonText(reason: EndReason): string {
  const value = formatNumber(reason.value ?? NaN);
  const limit = formatNumber(reason.limit ?? NaN);
  switch (reason.rule) {
    case 'gradientNorm': return l10n.t('gradient norm {0} ≤ {1}', value, limit);
    case 'loss': return l10n.t('loss {0} reached {1}', value, limit);
    case 'change': return l10n.t('loss changed by {0} < {1} for 10 steps in a row', value, limit);
    case 'steps': return l10n.t('step limit {0}', limit);
    case 'epochs': return l10n.t('all {0} epochs', limit);
    case 'patience': return l10n.t('no better {0} for {1} epochs', reason.detail ?? 'loss', value);
    case 'seconds': return l10n.t('time limit {0} s', limit);
    case 'notFinite': return l10n.t('loss or a parameter is no longer finite');
    case 'grew': return l10n.t('loss {0} is beyond {1}', value, limit);
    case 'cancelled': return l10n.t('cancelled');
    case 'noProgress': return isNoProgress(reason.detail) ? noProgressText(reason.detail) : (reason.detail ?? '');
    case 'error': return reason.problem ? runProblemText(reason.problem) : (reason.detail ?? '');
  }
}

function isNoProgress(detail: string | undefined): detail is NoProgress {
  return (NO_PROGRESS as readonly (string | undefined)[]).includes(detail);
}
