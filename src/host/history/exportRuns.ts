import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { RunReport } from '../../format/report/document';
import { numberCell, textCell } from '../../format/report/csv';
import { reasonText, statusText } from '../../wording/status';
import { remedyText, verdictText } from '../../wording/verdicts';
import { goalOf } from '../../core/training/trial';
import { write } from '../commands/exportCommands';
import type { ExperimentDocuments } from '../documents';
import type { ListedEntry } from './entry';
import { outcomeOf } from './runTree';
import type { HistoryStore } from './store';

type Format = 'outcomes' | 'rows' | 'json';

/** Writes kept runs to a file of the person's choice. */
export async function exportRuns(store: HistoryStore, entries: readonly ListedEntry[], documents: ExperimentDocuments): Promise<void> {
  const texts = [...new Set(entries.map(({ text }) => text))];
  const items: (vscode.QuickPickItem & { readonly format: Format })[] = [
    { format: 'outcomes', label: l10n.t('CSV of the outcomes'), iconPath: new vscode.ThemeIcon('table'), description: l10n.t('a row a run') },
    // Columns are named after the variables of one experiment.
    ...(texts.length === 1 ? [{ format: 'rows' as const, label: l10n.t('CSV of the kept rows'), iconPath: new vscode.ThemeIcon('table'), description: l10n.t('every kept row of every run') }] : []),
    { format: 'json', label: 'JSON', iconPath: new vscode.ThemeIcon('json'), description: l10n.t('outcomes, verdicts and histories, as the command line prints them') },
  ];
  const format = (await vscode.window.showQuickPick(items, { placeHolder: l10n.t('Format of the export') }))?.format;
  if (!format) return;
  const content = format === 'outcomes' ? outcomes(entries) : await reports(store, entries, texts, documents, format);
  const extension = format === 'json' ? 'json' : 'csv';
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const defaultUri = folder ? vscode.Uri.joinPath(folder, `runs.${extension}`) : vscode.Uri.file(`runs.${extension}`);
  const target = await vscode.window.showSaveDialog({ defaultUri, filters: format === 'json' ? { JSON: ['json'] } : { CSV: ['csv'] } });
  if (target) await write(target, new TextEncoder().encode(content));
}

function outcomes(entries: readonly ListedEntry[]): string {
  const head = ['ended', 'file', 'title', 'label', 'variant', 'start', 'seed', 'status', 'verdict', 'loss', 'steps', 'seconds', 'pinned', 'version'];
  const rows = entries.map((entry) => [
    textCell(new Date(entry.finished).toISOString()), textCell(vscode.workspace.asRelativePath(vscode.Uri.parse(entry.experiment))), textCell(entry.title), textCell(entry.label), textCell(entry.variant ?? ''),
    String(entry.startIndex), String(entry.seed), textCell(statusText(entry.status)), textCell(outcomeOf(entry)), numberCell(entry.loss), String(entry.steps), numberCell(entry.seconds), String(entry.pinned), textCell(entry.version),
  ].join(','));
  return `${[head.join(','), ...rows].join('\r\n')}\r\n`;
}

async function reports(store: HistoryStore, entries: readonly ListedEntry[], texts: readonly string[], documents: ExperimentDocuments, format: 'rows' | 'json'): Promise<string> {
  const { resultsText } = await import('../lazy/results');
  const parts: string[] = [];
  for (const text of texts) {
    const own = entries.filter((entry) => entry.text === text);
    const [first] = own;
    const parsed = documents.parse((await store.text(first)) ?? '');
    if (!parsed.experiment) throw new Error(l10n.t('The text of {0} at that time is lost, or has no meaning to this version.', first.label));
    const found: RunReport[] = [];
    for (const entry of own) found.push(await store.content(entry.id));
    parts.push(resultsText({
      format: format === 'rows' ? 'csv' : 'json', parsed, reports: found, texts: vscode.l10n.bundle,
      options: {
        file: vscode.workspace.asRelativePath(vscode.Uri.parse(first.experiment)), version: first.version, locale: vscode.env.language, history: 'all',
        wording: { reason: reasonText, verdict: (verdict, trial, { parameters }) => verdictText(verdict, { parameters, goal: goalOf(trial) }), remedy: remedyText },
      },
    }));
  }
  if (format === 'rows' || parts.length === 1) return parts.join('');
  return `[\n${parts.map((part) => part.trimEnd()).join(',\n')}\n]\n`;
}
