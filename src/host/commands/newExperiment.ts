import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { LAB_VIEW } from '../editor/labEditor';

/**
 * Makes an experiment from a template and opens it in the lab: as a file where a folder is given (from the Explorer), else untitled, so that
 * the first save asks for its place.
 */
export async function newExperiment(folder: vscode.Uri | null): Promise<void> {
  const { templateChoices } = await import('../lazy/templates');
  const items = templateChoices(vscode.env.language, vscode.l10n.bundle).map((template) => ({ label: template.title, detail: template.description, template }));
  const chosen = await vscode.window.showQuickPick(items, { title: l10n.t('New Experiment'), placeHolder: l10n.t('Template to begin with'), matchOnDetail: true });
  if (!chosen) return;
  const { template } = chosen;
  if (folder) {
    const uri = await freeFile(folder, template.id);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(template.text()));
    await vscode.commands.executeCommand('vscode.openWith', uri, LAB_VIEW);
    return;
  }
  const uri = freeUntitled(template.id);
  const document = await vscode.workspace.openTextDocument(uri);
  const edit = new vscode.WorkspaceEdit();
  edit.insert(uri, new vscode.Position(0, 0), template.text());
  await vscode.workspace.applyEdit(edit);
  await vscode.commands.executeCommand('vscode.openWith', document.uri, LAB_VIEW);
}

async function freeFile(folder: vscode.Uri, name: string): Promise<vscode.Uri> {
  for (let number = 1; ; number++) {
    const uri = vscode.Uri.joinPath(folder, `${name}${number === 1 ? '' : `-${number}`}.gdexp`);
    const there = await vscode.workspace.fs.stat(uri).then(() => true, () => false);
    if (!there) return uri;
  }
}

/** A name that no open document has. In a folder the untitled document is saved there by default. */
function freeUntitled(name: string): vscode.Uri {
  const base = vscode.workspace.workspaceFolders?.[0]?.uri;
  const open = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.toString()));
  for (let number = 1; ; number++) {
    const file = `${name}${number === 1 ? '' : `-${number}`}.gdexp`;
    const uri = base ? vscode.Uri.joinPath(base, file).with({ scheme: 'untitled' }) : vscode.Uri.parse(`untitled:${file}`);
    if (!open.has(uri.toString())) return uri;
  }
}
