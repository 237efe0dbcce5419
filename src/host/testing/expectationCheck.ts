import * as l10n from '@vscode/l10n';
import type { Expectation, Experiment } from '../../format/experiment';
import { type ExpectationResult, type RunResult, conditionText, evaluateExpectations, subjectText } from '../../format/expectations';
import { reasonText } from '../../wording/status';
import { actualText } from '../language/expectationLens';

export interface FailedCondition {
  /** The sentence for people. */
  readonly message: string;
  /** What was claimed and what was found, for a view that compares them. */
  readonly expected: string;
  readonly actual: string;
  /** The field of the entry: its place in the text is where the message stands. */
  readonly name: string;
}

/** How an entry came out: a claim cannot be judged by a run that could not go on. */
export type EntryOutcome =
  | { readonly kind: 'holds'; readonly results: readonly ExpectationResult[] }
  | { readonly kind: 'fails'; readonly results: readonly ExpectationResult[]; readonly failed: readonly FailedCondition[] }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'skipped' };

/** Judges one entry by the ended runs it speaks of. */
export function judge(entry: Expectation, experiment: Pick<Experiment, 'sweep'>, results: readonly RunResult[]): EntryOutcome {
  const broken = experiment.sweep ? undefined : results.find(({ summary }) => summary.status === 'failed');
  // An entry may well claim that a run fails.
  if (broken && entry.conditions.get('status') !== 'failed' && entry.conditions.get('verdict') !== 'failed') {
    return { kind: 'error', message: l10n.t('{0} failed: {1}', broken.trial.label, reasonText(broken.summary.reason)) };
  }
  const checked = evaluateExpectations({ expect: [entry], sweep: experiment.sweep }, results);
  if (checked.length === 0) return { kind: 'skipped' };
  const names = [...entry.conditions];
  const failed = checked.flatMap((result, i) => (result.holds ? [] : [{
    message: l10n.t('{0} does not hold: it is {1}.', result.text, actualText(result)), expected: conditionText(...names[i]), actual: `${names[i][0]} ${String(result.actual ?? l10n.t('nothing'))}`, name: names[i][0],
  }]));
  return failed.length === 0 ? { kind: 'holds', results: checked } : { kind: 'fails', results: checked, failed };
}

/** "NAG: loss < 1e-6, verdict converged" */
export function entryLabel(entry: Expectation): string {
  const subject = subjectText(entry);
  return `${subject === '' ? l10n.t('every run') : subject}: ${[...entry.conditions].map(([name, condition]) => conditionText(name, condition)).join(', ')}`;
}
