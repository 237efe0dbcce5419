import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { activeExperiment } from '../activeExperiment';
import type { ComparePanels } from '../compare/comparePanel';
import { isSourceRef, refsOf, type SourceRef } from '../compare/sources';
import { openLab } from '../commands/openCommands';
import type { ExperimentDocuments } from '../documents';
import type { LabEditorProvider } from '../editor/labEditor';
import type { Log } from '../log';
import { relativeTime } from '../../wording/time';
import type { ListedEntry } from './entry';
import { exportRuns } from './exportRuns';
import { addressOf, type HistoryService } from './historyService';
import { restoreExperiment } from './restore';
import type { RunsView } from './runsView';
import { bestOf, fileName, NO_FILTER, type RunFilter, type RunNode } from './runTree';

interface Services {
  readonly documents: ExperimentDocuments;
  readonly history: HistoryService;
  readonly labs: LabEditorProvider;
  readonly panels: ComparePanels;
  readonly view: RunsView;
  readonly log: Log;
}

/** The commands of the view "Runs", and Compare. */
export function registerHistoryCommands({ documents, history, labs, panels, view, log }: Services): vscode.Disposable {
  const { store } = history;
  const command = (id: string, body: (...args: unknown[]) => unknown): vscode.Disposable => vscode.commands.registerCommand(`gdexp.${id}`, async (...args: unknown[]) => {
    try {
      await store.open();
      await body(...args);
    } catch (error) {
      log.error(`${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  });
  /** What a command is about: the clicked node, all selected ones where it is among them; from a shortcut or the palette the selection. */
  const onEntries = (body: (entries: readonly ListedEntry[]) => unknown) => async (node?: unknown, selected?: unknown): Promise<void> => {
    const nodes = Array.isArray(selected) && selected.length > 0 ? (selected as RunNode[]) : isNode(node) ? [node] : view.selection;
    const ids = new Set(nodes.flatMap(({ entries }) => entries.map(({ id }) => id)));
    // As they are now: the tree may show an older state.
    const entries = store.list().filter(({ id }) => ids.has(id));
    if (entries.length === 0) void vscode.window.showInformationMessage(l10n.t('Select runs in the view "Runs" first.'));
    else await body(entries);
  };

  return vscode.Disposable.from(
    command('history.open', onEntries(async ([entry]) => {
      const uri = vscode.Uri.parse(entry.experiment);
      if (await vscode.workspace.openTextDocument(uri).then(() => true, () => false)) {
        await openLab(uri, labs);
        return;
      }
      const restore = l10n.t('Restore');
      if ((await vscode.window.showWarningMessage(l10n.t('{0} is no longer there.', fileName(entry.experiment)), restore)) === restore) await restoreExperiment(store, entry);
    })),
    command('history.show', onEntries((entries) => panels.show(refsOf(entries), { peek: true }))),
    command('history.compare', onEntries((entries) => panels.show(refsOf(entries)))),
    command('history.restore', onEntries(([entry]) => restoreExperiment(store, entry))),
    command('history.pin', onEntries((entries) => store.pin(entries.map(({ id }) => id), true))),
    command('history.unpin', onEntries((entries) => store.pin(entries.map(({ id }) => id), false))),
    command('history.delete', onEntries(async (entries) => {
      const ids = entries.map(({ id }) => id);
      const pinned = entries.filter((entry) => entry.pinned).map(({ id }) => id);
      await store.delete(ids);
      const undo = l10n.t('Undo');
      const text = ids.length === 1 ? l10n.t('The run of {0} was deleted from the history.', entries[0].label) : l10n.t('{0} runs were deleted from the history.', ids.length);
      void vscode.window.showInformationMessage(text, undo).then(async (choice) => {
        if (choice !== undo) return;
        await store.restore(ids);
        await store.pin(pinned, true);
      });
    })),
    command('history.export', onEntries((entries) => exportRuns(store, entries, documents))),
    command('history.clear', async () => {
      const all = store.list();
      const loose = all.filter(({ pinned }) => !pinned);
      const choices = [...(loose.length > 0 ? [l10n.t('Delete')] : []), ...(loose.length < all.length ? [l10n.t('Delete Pinned Runs, Too')] : [])];
      if (choices.length === 0) return;
      const choice = await vscode.window.showWarningMessage(l10n.t('Delete {0} runs from the history?', loose.length || all.length), {
        modal: true, detail: l10n.t('Files of experiments are not touched. Results that are open now stay until their window is closed.'),
      }, ...choices);
      if (choice) await store.delete((choice === l10n.t('Delete') ? loose : all).map(({ id }) => id));
    }),
    command('history.filter', async () => {
      const filter = await askFilter();
      if (filter) view.filter = filter;
    }),
    command('history.clearFilter', () => { view.filter = NO_FILTER; }),
    command('compare', async (first, all) => {
      const given = Array.isArray(all) ? all.filter((uri): uri is vscode.Uri => uri instanceof vscode.Uri) : first instanceof vscode.Uri ? [first] : [];
      const files = given.filter((uri) => uri.path.endsWith('.gdexp')).map((uri): SourceRef => ({ kind: 'file', uri: uri.toString() }));
      if (files.length >= 2) {
        panels.show(files);
        return;
      }
      const chosen = Array.isArray(first) && first.every(isSourceRef) ? first : files;
      const picked = await pickSources(store.list(), chosen);
      if (picked.length > 0) panels.show(picked);
    }),
  );
}

function isNode(value: unknown): value is RunNode {
  return typeof value === 'object' && value !== null && Array.isArray((value as { entries?: unknown }).entries);
}

async function askFilter(): Promise<RunFilter | undefined> {
  const active = activeExperiment();
  const items: (vscode.QuickPickItem & { readonly filter: RunFilter | null })[] = [
    { label: l10n.t('Containing …'), iconPath: new vscode.ThemeIcon('search'), description: l10n.t('title, file, label, variant or verdict'), filter: null },
    ...(active ? [{ label: l10n.t('Of the active experiment'), iconPath: new vscode.ThemeIcon('file'), description: fileName(active.toString()), filter: { ...NO_FILTER, experiment: addressOf(active) } }] : []),
    { label: l10n.t('Pinned'), iconPath: new vscode.ThemeIcon('pinned'), filter: { ...NO_FILTER, pinned: true } },
    { label: l10n.t('Started by a command'), iconPath: new vscode.ThemeIcon('play'), description: l10n.t('not by opening or editing a file'), filter: { ...NO_FILTER, automatic: false } },
    { label: l10n.t('Without diverged and failed runs'), iconPath: new vscode.ThemeIcon('pass'), filter: { ...NO_FILTER, outcome: 'good' } },
    { label: l10n.t('Only diverged and failed runs'), iconPath: new vscode.ThemeIcon('error'), filter: { ...NO_FILTER, outcome: 'bad' } },
  ];
  const chosen = await vscode.window.showQuickPick(items, { placeHolder: l10n.t('Which runs are shown') });
  if (!chosen || chosen.filter) return chosen?.filter ?? undefined;
  const text = await vscode.window.showInputBox({ placeHolder: l10n.t('Part of a title, file, label, variant or verdict') });
  return text ? { ...NO_FILTER, text } : undefined;
}

/** Files of the workspace and kept runs to choose from. @param chosen are ticked. */
async function pickSources(entries: readonly ListedEntry[], chosen: readonly SourceRef[]): Promise<readonly SourceRef[]> {
  type Item = vscode.QuickPickItem & { readonly ref?: SourceRef };
  const files = await vscode.workspace.findFiles('**/*.gdexp', '**/node_modules/**', 2000);
  const open = vscode.workspace.textDocuments.filter(({ uri, languageId }) => languageId === 'gdexp' && uri.scheme === 'untitled').map(({ uri }) => uri);
  const active = activeExperiment()?.toString();
  const ticked = new Set((chosen.length > 0 ? chosen : active ? [{ kind: 'file', uri: active }] : []).map((ref) => JSON.stringify(ref)));
  const fileItems = [...open, ...files.sort((a, b) => a.path.localeCompare(b.path))].map((uri): Item => ({
    label: fileName(uri.toString()), description: vscode.workspace.asRelativePath(uri), iconPath: new vscode.ThemeIcon('file'), ref: { kind: 'file', uri: uri.toString() },
  }));
  const now = Date.now();
  const batchItems = refsOf(entries).map((ref): Item => {
    const own = entries.filter(({ id }) => ref.kind === 'runs' && ref.ids.includes(id));
    const [{ title, experiment, batchStarted }] = own;
    const best = bestOf(own);
    const names = own.map(({ label }) => label);
    return {
      label: title || fileName(experiment), description: relativeTime(batchStarted, now, vscode.env.language), iconPath: new vscode.ThemeIcon('history'), ref,
      detail: own.length === 1 ? names[0] : l10n.t('{0} runs: {1}', own.length, [...new Set([...(best ? [best.label] : []), ...names])].slice(0, 6).join(', ')),
    };
  });
  const items: Item[] = [
    { label: l10n.t('experiments'), kind: vscode.QuickPickItemKind.Separator }, ...fileItems,
    ...(batchItems.length > 0 ? [{ label: l10n.t('kept runs'), kind: vscode.QuickPickItemKind.Separator }, ...batchItems] : []),
  ].map((item) => ({ ...item, picked: 'ref' in item && item.ref !== undefined && ticked.has(JSON.stringify(item.ref)) }));
  const picked = await vscode.window.showQuickPick(items, { canPickMany: true, matchOnDescription: true, matchOnDetail: true, title: l10n.t('Compare'), placeHolder: l10n.t('Experiments and kept runs to compare') });
  return (picked ?? []).flatMap(({ ref }) => ref ?? []);
}
