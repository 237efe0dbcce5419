import * as l10n from '@vscode/l10n';
import { OPTIMIZERS } from '../../core/optimizers/catalog';
import { nearest } from '../../format/nearest';
import { optimizerSummary, optimizerTitle } from '../../wording/optimizers';
import type { RunResult } from '../api/api';
import { stringify } from './runAnswer';

/** The definition of a quantity or verdict in a page of definitions: what stands below its heading, without the heading. */
export function definitionOf(page: string, term: string): string | null {
  const wanted = normal(term);
  for (const section of page.split(/^#{1,2} /m).slice(1)) {
    const [heading, ...lines] = section.split('\n');
    if (normal(heading) === wanted) return lines.join('\n').trim() || null;
  }
  return null;
}

/** Every term that a page defines. */
export function termsOf(page: string): string[] {
  return [...page.matchAll(/^## (\S+)\s*$/gm)].map((match) => match[1]);
}

/** An optimizer of the catalog by its type or its proper name. */
function optimizerType(topic: string): string | null {
  const wanted = normal(topic);
  for (const { type, title } of OPTIMIZERS.values()) if (normal(type) === wanted || normal(title) === wanted) return type;
  return null;
}

/**
 * What a topic means, as text: a verdict or a quantity by its definition, an optimizer by its rule and its fields.
 * @param page the definitions in the language of the window.
 * @throws Error that names the nearest topic where there is none of this name.
 */
export function explainTopic(topic: string, page: string): string {
  const definition = definitionOf(page, topic);
  if (definition !== null) return `${topic}: ${definition}`;
  const type = optimizerType(topic);
  if (type === null) {
    const suggestion = nearest(topic, [...termsOf(page), ...OPTIMIZERS.keys()]);
    throw new Error([l10n.t('Nothing is known of "{0}".', topic), suggestion ? l10n.t('Did you mean "{0}"?', suggestion) : ''].join(' ').trim());
  }
  const info = OPTIMIZERS.get(type)!;
  const rules = Object.entries(info.rule).map(([dialect, rule]) => `${dialect}: ${rule!.text}`);
  return [`${optimizerTitle(type)} (${type}): ${optimizerSummary(type)}`, ...rules, `${info.fields.map(({ name }) => name).join(', ')}`, info.source].join('\n');
}

/** Runs that a topic or an optimizer's name is about: that optimizer's, or those with that verdict; with neither every run. */
export function runsAbout(runs: readonly (RunResult & { readonly type: string })[], topic: string | undefined, optimizer: string | undefined): (RunResult & { readonly type: string })[] {
  if (optimizer !== undefined) return runs.filter(({ label, type }) => normal(label) === normal(optimizer) || normal(type) === normal(optimizer));
  if (topic === undefined) return [...runs];
  const type = optimizerType(topic);
  const about = runs.filter((run) => normal(run.verdict.kind) === normal(topic) || (type !== null && run.type === type));
  // A quantity is in the evidence of some verdicts.
  return about.length > 0 ? about : runs.filter(({ verdict }) => Object.keys(verdict.evidence).some((name) => normal(name) === normal(topic)));
}

/** One run in its numbers. */
export function runNumbers({ label, variant, verdict, reason, loss, gradientNorm, steps, type }: RunResult & { readonly type: string }): string {
  return stringify({
    optimizer: label, type, variant: variant ?? undefined, verdict: verdict.kind, says: verdict.text, endedBy: reason, loss, gradientNorm, steps, evidence: verdict.evidence,
    remedies: verdict.remedies.map(({ text, path, value, also }) => ({ text, path, value, also })),
  });
}

const normal = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
