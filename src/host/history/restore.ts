import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { isEditable } from '../editor/editable';
import { LAB_VIEW } from '../editor/labEditor';
import { fullTime } from '../../wording/time';
import type { ListedEntry } from './entry';
import { fileName } from './runTree';
import type { HistoryStore } from './store';

/** Brings the text of an experiment back as it was when a run was started: into its file as one undoable edit, or as a new untitled one. */
export async function restoreExperiment(store: HistoryStore, entry: ListedEntry): Promise<void> {
  const text = await store.text(entry);
  if (text === null) throw new Error(l10n.t('The text of this run is no longer in the history.'));
  const uri = vscode.Uri.parse(entry.experiment);
  const document = await vscode.workspace.openTextDocument(uri).then((opened) => opened, () => null);
  if (!document) {
    await openAsNew(entry, text);
    return;
  }
  if (document.getText() === text) {
    await vscode.commands.executeCommand('vscode.openWith', uri, LAB_VIEW);
    void vscode.window.showInformationMessage(l10n.t('{0} is as it was at this run.', fileName(entry.experiment)));
    return;
  }
  const replace = l10n.t('Replace the Text');
  const asNew = l10n.t('Open as New');
  const choices = (await isEditable(document)) ? [replace, asNew] : [asNew];
  const choice = await vscode.window.showWarningMessage(l10n.t('{0} has changed since this run.', fileName(entry.experiment)), {
    modal: true, detail: l10n.t('Its text can be replaced by that of {0}; Undo brings the present one back. Or the earlier text is opened as a new experiment, and the file stays as it is.', fullTime(entry.batchStarted, vscode.env.language)),
  }, ...choices);
  if (choice === asNew) await openAsNew(entry, text);
  if (choice !== replace) return;
  const edit = new vscode.WorkspaceEdit();
  edit.replace(uri, new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length)), text);
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error(l10n.t('VS Code refused the edit.'));
  await vscode.commands.executeCommand('vscode.openWith', uri, LAB_VIEW);
}

async function openAsNew(entry: ListedEntry, text: string): Promise<void> {
  const base = fileName(entry.experiment).replace(/\.gdexp$/, '');
  const open = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.path));
  let uri: vscode.Uri;
  for (let number = 1; ; number++) {
    uri = vscode.Uri.from({ scheme: 'untitled', path: `${base}-${number}.gdexp` });
    if (!open.has(uri.path)) break;
  }
  await vscode.workspace.openTextDocument(uri);
  const edit = new vscode.WorkspaceEdit();
  edit.insert(uri, new vscode.Position(0, 0), text);
  await vscode.workspace.applyEdit(edit);
  await vscode.commands.executeCommand('vscode.openWith', uri, LAB_VIEW);
}
