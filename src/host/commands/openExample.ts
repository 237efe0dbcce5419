import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { LocalizedText } from '../../format/experiment';
import { localized } from '../../format/localized';
import { LAB_VIEW } from '../editor/labEditor';
import { exists, freeFile, openUntitled } from './newExperiment';

/** An experiment that comes with the extension, as the build lists them in dist/examples.json. */
interface Example {
  readonly file: string;
  readonly title: LocalizedText;
  readonly description: LocalizedText;
  /** Files that it reads, relative to it. */
  readonly data: readonly string[];
}

/**
 * Opens an experiment that comes with the extension: a copy in the workspace, with the data it reads, or where no folder is open an untitled one.
 * @param name the one to open, without its ending; null: a list to choose from.
 */
export async function openExample(extensionUri: vscode.Uri, name: string | null): Promise<void> {
  // A list made by the build: in a browser a folder of the extension cannot be listed.
  const index = JSON.parse(await readText(vscode.Uri.joinPath(extensionUri, 'dist', 'examples.json'))) as readonly Example[];
  const example = index.find(({ file }) => file === `${name}.gdexp`) ?? (await pickExample(index));
  if (!example) return;
  const folder = await folderFor(example);
  const text = await readText(vscode.Uri.joinPath(extensionUri, 'examples', example.file));
  if (!folder) {
    if (example.data.length === 0) await openUntitled(example.file.replace(/\.gdexp$/, ''), text);
    return;
  }
  for (const data of example.data) await copyOnce(vscode.Uri.joinPath(extensionUri, 'examples', ...data.split('/')), vscode.Uri.joinPath(folder, ...data.split('/')));
  await vscode.commands.executeCommand('vscode.openWith', await placed(folder, example.file, text), LAB_VIEW);
}

async function pickExample(index: readonly Example[]): Promise<Example | undefined> {
  const items = index.map((example) => ({
    // Descriptions may mark code, which a list does not show.
    label: localized(example.title, vscode.env.language), detail: localized(example.description, vscode.env.language).replace(/`/g, ''),
    description: example.data.length > 0 ? l10n.t('with data') : undefined, example,
  }));
  return (await vscode.window.showQuickPick(items, { title: l10n.t('Open an Example'), placeHolder: l10n.t('Lesson to open'), matchOnDetail: true }))?.example;
}

/** Where a copy goes: the first folder that can be written to; where there is none, for an example with data one that is asked for. */
async function folderFor(example: Example): Promise<vscode.Uri | undefined> {
  const writable = vscode.workspace.workspaceFolders?.find(({ uri }) => vscode.workspace.fs.isWritableFileSystem(uri.scheme) !== false);
  if (writable) return writable.uri;
  if (example.data.length === 0) return undefined;
  const [folder] = (await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, title: l10n.t('Folder for {0} and its data', example.file), openLabel: l10n.t('Copy Here') })) ?? [];
  return folder;
}

/** The example in the folder: the copy that is there already, unchanged, or a new one beside what has its name. */
async function placed(folder: vscode.Uri, file: string, text: string): Promise<vscode.Uri> {
  const first = vscode.Uri.joinPath(folder, file);
  if ((await exists(first)) && (await readText(first)) === text) return first;
  const uri = await freeFile(folder, file.replace(/\.gdexp$/, ''));
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

/** What is there by that name stays: it may be a person's own. */
async function copyOnce(source: vscode.Uri, target: vscode.Uri): Promise<void> {
  if (!(await exists(target))) await vscode.workspace.fs.writeFile(target, await vscode.workspace.fs.readFile(source));
}

async function readText(uri: vscode.Uri): Promise<string> {
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}
