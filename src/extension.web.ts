import * as vscode from 'vscode';
import { activateHost } from './host/activate';
import { spawnWebWorker } from './worker/webPort';

export function activate(context: vscode.ExtensionContext): void {
  const file = vscode.Uri.joinPath(context.extensionUri, 'dist', 'web', 'worker.js');
  let source: Promise<string> | undefined;
  // A worker may only be made from a URL of the page's own origin, which the extension's files are not: a blob is.
  const url = (): Promise<string> => (source ??= Promise.resolve(vscode.workspace.fs.readFile(file)).then((code) => URL.createObjectURL(new Blob([code as BlobPart], { type: 'text/javascript' }))));
  activateHost(context, { cores: navigator.hardwareConcurrency || 2, spawnWorker: () => spawnWebWorker(url()) });
}
