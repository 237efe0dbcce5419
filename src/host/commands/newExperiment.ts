import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { LAB_VIEW } from '../editor/labEditor';

/**
 * Makes an experiment from a template and opens it in the lab: as a file where a folder is given (from the Explorer), else untitled, so that
 * the first save asks for its place.
 */
export async function newExperiment(extensionUri: vscode.Uri, folder: vscode.Uri | null): Promise<void> {
  const { templateChoices } = await import('../lazy/templates');
  const items = templateChoices(vscode.env.language, vscode.l10n.bundle).map((template) => ({ label: template.title, detail: template.description, iconPath: pictureOf(extensionUri, template.id), template }));
  const chosen = await vscode.window.showQuickPick(items, { title: l10n.t('New Experiment'), placeHolder: l10n.t('Template to begin with'), matchOnDetail: true });
  if (!chosen) return;
  const { template } = chosen;
  if (folder) {
    const uri = await freeFile(folder, template.id);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(template.text()));
    await vscode.commands.executeCommand('vscode.openWith', uri, LAB_VIEW);
    return;
  }
  await openUntitled(template.id, template.text());
}

/** Templates with a picture of their own in media/templates/. */
const PICTURES: readonly string[] = ['parabola', 'formula', 'learningRates', 'rosenbrock', 'saddle', 'noise', 'schedules', 'dialects'];

/** The small picture beside a template: its own, else a network's, since every other template is one. */
export function pictureOf(extensionUri: vscode.Uri, id: string): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'media', 'templates', `${PICTURES.includes(id) ? id : 'network'}.svg`);
}

/** Opens a text in the lab, in an untitled document under a name that is free. */
export async function openUntitled(name: string, text: string): Promise<void> {
  const uri = await freeUntitled(name);
  const document = await vscode.workspace.openTextDocument(uri);
  const edit = new vscode.WorkspaceEdit();
  edit.insert(uri, new vscode.Position(0, 0), text);
  await vscode.workspace.applyEdit(edit);
  await vscode.commands.executeCommand('vscode.openWith', document.uri, LAB_VIEW);
}

/** A place in a folder that no file has: name.gdexp, name-2.gdexp … */
export async function freeFile(folder: vscode.Uri, name: string): Promise<vscode.Uri> {
  for (let number = 1; ; number++) {
    const uri = vscode.Uri.joinPath(folder, numbered(name, number));
    if (!(await exists(uri))) return uri;
  }
}

/** A name that neither an open document nor a file of the folder has, in which the first save proposes to put it. */
async function freeUntitled(name: string): Promise<vscode.Uri> {
  const base = vscode.workspace.workspaceFolders?.[0]?.uri;
  const open = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.toString()));
  for (let number = 1; ; number++) {
    const file = base && vscode.Uri.joinPath(base, numbered(name, number));
    const uri = file ? file.with({ scheme: 'untitled' }) : vscode.Uri.parse(`untitled:${numbered(name, number)}`);
    if (!open.has(uri.toString()) && !(file && (await exists(file)))) return uri;
  }
}

const numbered = (name: string, number: number): string => `${name}${number === 1 ? '' : `-${number}`}.gdexp`;

export function exists(uri: vscode.Uri): Promise<boolean> {
  return Promise.resolve(vscode.workspace.fs.stat(uri)).then(() => true, () => false);
}
