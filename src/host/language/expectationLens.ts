import * as l10n from '@vscode/l10n';
import type { Expectation, Experiment } from '../../format/experiment';
import { type ExpectationResult, concerns, evaluateExpectations } from '../../format/expectations';
import { formatNumber } from '../../wording/numbers';
import type { KnownResult } from '../runs/complete';

export interface ExpectationStatus {
  readonly title: string;
  readonly tooltip: string;
}

/** "✓ holds: 1.2e−9", "✗ loss is 0.34", or how far the runs are that an entry speaks of. */
export function expectationStatus(entry: Expectation, experiment: Pick<Experiment, 'trials' | 'sweep'>, known: readonly KnownResult[], running: boolean): ExpectationStatus {
  const trials = experiment.trials.filter((trial) => concerns(entry, trial));
  const results = known.filter(({ trial }) => concerns(entry, trial));
  const hint = l10n.t('Run what this entry speaks of and check it.');
  if (results.length === 0) return { title: running ? `$(sync) ${l10n.t('running')}` : `$(circle-outline) ${l10n.t('not checked yet')}`, tooltip: hint };
  if (results.length < trials.length) return { title: `$(sync) ${l10n.t('{0} of {1} runs finished', results.length, trials.length)}`, tooltip: hint };
  const checked = evaluateExpectations({ expect: [entry], sweep: experiment.sweep }, results);
  const failed = checked.filter(({ holds }) => !holds);
  const text = failed.length === 0
    ? `$(check) ${l10n.t('holds: {0}', checked.map(actualText).join(', '))}`
    : `$(close) ${[...entry.conditions.keys()].flatMap((name, i) => (checked[i].holds ? [] : [l10n.t('{0} is {1}', name, actualText(checked[i]))])).join(', ')}`;
  const old = results.some(({ stale }) => stale);
  return { title: old ? `$(history) ${text}` : text, tooltip: [...checked.map(sentence), old ? l10n.t('The experiment changed since this run.') : hint].join('\n') };
}

/** What was found, as people read it. */
export function actualText({ actual }: Pick<ExpectationResult, 'actual'>): string {
  return typeof actual === 'number' ? formatNumber(actual) : actual ?? l10n.t('nothing');
}

function sentence(result: ExpectationResult): string {
  return result.holds ? `${result.text} ✓` : l10n.t('{0} does not hold: it is {1}.', result.text, actualText(result));
}
