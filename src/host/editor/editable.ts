import * as vscode from 'vscode';

/**
 * Whether VS Code's own text editor would let a person write to the document: not on a read-only file system, not where `files.readonlyInclude`
 * matches, and not without the permission where `files.readonlyFromPermissions` is on. There is no API that tells it.
 */
export async function isEditable(document: vscode.TextDocument): Promise<boolean> {
  const { uri } = document;
  if (document.isUntitled) return true;
  if (vscode.workspace.fs.isWritableFileSystem(uri.scheme) === false) return false;
  const files = vscode.workspace.getConfiguration('files', uri);
  if (matches(document, files.get('readonlyInclude')) && !matches(document, files.get('readonlyExclude'))) return false;
  if (!files.get<boolean>('readonlyFromPermissions')) return true;
  try {
    const { permissions } = await vscode.workspace.fs.stat(uri);
    return ((permissions ?? 0) & vscode.FilePermission.Readonly) === 0;
  } catch {
    return true;
  }
}

function matches(document: vscode.TextDocument, globs: Readonly<Record<string, boolean>> | undefined): boolean {
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  return Object.entries(globs ?? {}).some(([glob, on]) => on
    && vscode.languages.match([{ pattern: glob }, ...(folder ? [{ pattern: new vscode.RelativePattern(folder, glob) }] : [])], document) > 0);
}
