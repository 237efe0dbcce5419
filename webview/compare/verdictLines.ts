import * as l10n from '@vscode/l10n';
import { formatCount, formatNumber } from '../numbers';
import { winners, type Criterion, type Measured } from './measures';

export interface Winner {
  readonly criterion: Criterion;
  readonly title: string;
  /** Indices of the contenders that share the first place. */
  readonly first: readonly number[];
  readonly text: string;
}

/** Who won and by what: a line a criterion that has a winner. @param names of the contenders, unique on the page */
export function verdictLines(all: readonly Measured[], names: readonly string[], target: number): Winner[] {
  return (['final', 'best', 'reach'] as const).flatMap((criterion): Winner[] => {
    const first = winners(all, criterion);
    if (first.length === 0) return [];
    const title = { final: l10n.t('Final loss'), best: l10n.t('Best loss'), reach: l10n.t('Steps to {0}', formatNumber(target)) }[criterion];
    return [{ criterion, title, first, text: line(all, names, criterion, first) }];
  });
}

function line(all: readonly Measured[], names: readonly string[], criterion: Criterion, first: readonly number[]): string {
  const winner = all[first[0]];
  const valueOf = (one: Measured): number | null => (criterion === 'reach' ? one.reach.steps?.median : one[criterion]?.median) ?? null;
  const value = valueOf(winner)!;
  const written = criterion === 'reach' ? (value === 1 ? l10n.t('1 step') : l10n.t('{0} steps', formatCount(value))) : formatNumber(value);
  if (first.length > 1) return l10n.t('{names}: {value} each', { names: first.map((index) => names[index]).join(', '), value: written });
  // The next among those that came as often; one that is behind for another reason is not told by a factor.
  const second = winners(all.filter(({ index }) => index !== winner.index).map((one) => one), criterion)[0] ?? all.find(({ index }) => index !== winner.index)!.index;
  const next = valueOf(all[second]);
  const name = names[winner.index];
  if (next === null) return l10n.t('{name}: {value}; no other reached it', { name, value: written });
  if (criterion === 'reach') {
    const ahead = next - value;
    if (ahead <= 0) return l10n.t('{name}: {value}, in more of its runs than {other}', { name, value: written, other: names[second] });
    return l10n.t('{name}: {value}, {ahead} before {other}', { name, value: written, ahead: formatCount(ahead), other: names[second] });
  }
  const ratio = next / value;
  if (Number.isFinite(ratio) && ratio > 1.005 && value > 0) return l10n.t('{name}: {value}, {factor} times below {other}', { name, value: written, factor: formatNumber(ratio), other: names[second] });
  return l10n.t('{name}: {value}, before {other} with {next}', { name, value: written, other: names[second], next: formatNumber(next) });
}
