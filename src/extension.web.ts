import * as vscode from 'vscode';
import { activateHost } from './host/activate';
import type { GdexpExports } from './host/api/api';
import { TypesetWorker } from './host/language/typesetPort';
import { spawnWebWorker } from './worker/webPort';

/** Everything that is not in this file runs in workers: a web extension cannot load a file of its own in another way. */
export function activate(context: vscode.ExtensionContext): GdexpExports {
  /** Address of a worker's script, read when first asked; asked again after a failure, it tries again. */
  const script = (name: string): (() => Promise<string>) => {
    let url: Promise<string> | undefined;
    return () => (url ??= read(vscode.Uri.joinPath(context.extensionUri, 'dist', 'web', name)).catch((error: unknown) => {
      url = undefined;
      throw error;
    }));
  };
  const training = script('worker.js');
  const typesetter = new TypesetWorker(script('typeset.js'));
  context.subscriptions.push(typesetter);
  return activateHost(context, {
    cores: navigator.hardwareConcurrency || 2,
    spawnWorker: () => spawnWebWorker(training()),
    typeset: (latex, color, size) => typesetter.typeset(latex, color, size),
  });
}

/** A worker may only be made from a URL of the page's own origin, which the extension's files are not: a blob is. */
async function read(file: vscode.Uri): Promise<string> {
  const code = await vscode.workspace.fs.readFile(file);
  return URL.createObjectURL(new Blob([code as BlobPart], { type: 'text/javascript' }));
}
