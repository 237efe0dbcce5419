import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { FileReference } from '../../protocol/networks';

/** Larger files are read by path only: their bytes would have to pass through this process. */
const MOST_BYTES = 512e6;

export interface LocatedFile {
  /** Another one where the file is another. */
  readonly stamp: string;
  reference(): Promise<FileReference>;
}

/** The path of a file that a worker may open by itself, links resolved; null where workers have no files (a browser, a virtual workspace). */
export type PathOf = ((uri: vscode.Uri) => Promise<string>) | null;

/**
 * A file that an experiment names. While the workspace is not trusted nothing outside of it is looked at, not even whether it is there: neither by an absolute path or
 * "..", nor by a link. In a trusted one a path leads wherever it leads, as in VS Code's own extensions.
 * @param name as the experiment has it: relative to its file, or absolute.
 * @throws Error in words for people.
 */
export async function locateDataFile(document: vscode.Uri, name: string, pathOf: PathOf): Promise<LocatedFile> {
  if (elsewhere(name)) throw new Error(l10n.t('{0}: files on a network share or at an address are not read; put the file beside the experiment.', name));
  const uri = named(document, name);
  const { isTrusted } = vscode.workspace;
  const resolve = pathOf && uri.scheme === 'file' ? pathOf : null;
  if (!isTrusted && !vscode.workspace.getWorkspaceFolder(uri)) throw outside(name);
  let info: vscode.FileStat;
  let location: string | null;
  try {
    if (!isTrusted) await refuseLinks(uri, name, resolve);
    info = await vscode.workspace.fs.stat(uri);
    location = resolve && await resolve(uri);
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Error(missing(document, name, error));
  }
  if ((info.type & vscode.FileType.File) === 0) throw new Error(l10n.t('{0} is not an ordinary file.', name));
  if (location === null && info.size > MOST_BYTES) throw new Error(l10n.t('{0} is larger than {1} MB, the most that can be read here.', name, MOST_BYTES / 1e6));
  return {
    stamp: `${name}:${info.mtime}:${info.size}`,
    reference: async () => ({ name, location, bytes: location === null ? await vscode.workspace.fs.readFile(uri) : null }),
  };
}

/** On a network share or at an address. */
function elsewhere(name: string): boolean {
  return /^([/\\]{2}|[a-z][a-z0-9+.-]+:\/\/)/i.test(name);
}

/** Where a name leads whose file is looked into while the experiment is written; null in a workspace that is not trusted, and on network shares. */
export function placeToLookAt(document: vscode.Uri, name: string): vscode.Uri | null {
  return vscode.workspace.isTrusted && !elsewhere(name) ? named(document, name) : null;
}

/** A place below the experiment's folder, or elsewhere in the workspace. */
export function isNear(document: vscode.Uri, uri: vscode.Uri): boolean {
  return within(uri.path, named(document, '.').path) || vscode.workspace.getWorkspaceFolder(uri) !== undefined;
}

/** The place that a name means; a file that was never saved counts as lying in the workspace's first folder. */
function named(document: vscode.Uri, name: string): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const own = document.scheme === 'untitled' && folder ? vscode.Uri.joinPath(folder.uri, 'untitled.gdexp') : document;
  if (own.scheme === 'file' && /^[a-z]:[/\\]/i.test(name)) return vscode.Uri.file(name);
  // "/a/../../b" is no way out of where "/a" is allowed.
  return name.startsWith('/') ? vscode.Uri.joinPath(own.with({ path: '/' }), name) : vscode.Uri.joinPath(own, '..', name);
}

class Refused extends Error {}

const outside = (name: string): Error => new Refused(l10n.t('{0} lies outside of the workspace, which is not trusted: trust it, or move the file into it.', name));

/** Of a workspace that is not trusted: a file that links lead out of it. Where they cannot be followed none is. */
async function refuseLinks(uri: vscode.Uri, name: string, resolve: PathOf): Promise<void> {
  if (resolve) {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
    const [real, ...roots] = await Promise.all([uri, ...folders.map((folder) => folder.uri)].map(async (each) => vscode.Uri.file(await resolve(each)).path));
    if (!roots.some((root) => within(real, root))) throw new Refused(l10n.t('{0} leads by a link to a place outside of the workspace, which is not trusted: trust it, or put the file itself in the link\'s place.', name));
    return;
  }
  const folder = vscode.workspace.getWorkspaceFolder(uri)!.uri;
  for (let place = uri; within(place.path, folder.path) && place.path !== folder.path && place.path !== '/'; place = vscode.Uri.joinPath(place, '..')) {
    const { type } = await vscode.workspace.fs.stat(place);
    if ((type & vscode.FileType.SymbolicLink) !== 0) throw new Refused(l10n.t('{0} is reached by a link, and the workspace is not trusted: trust it, or put the file itself in the link\'s place.', name));
  }
}

function within(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

function missing(document: vscode.Uri, name: string, error: unknown): string {
  if (error instanceof vscode.FileSystemError && error.code === 'NoPermissions') return l10n.t('{0} may not be read.', name);
  if (!/^([/\\]|[a-z]:[/\\])/i.test(name)) return l10n.t('{0}: there is no such file beside the experiment.', name);
  return document.scheme === 'file' ? l10n.t('{0}: there is no such file.', name) : l10n.t('{0}: there is no such file here. This workspace is not on this machine\'s disk; put the file beside the experiment.', name);
}
