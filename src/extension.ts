import { availableParallelism } from 'node:os';
import * as vscode from 'vscode';
import { activateHost } from './host/activate';
import { spawnNodeWorker } from './worker/nodePort';

export function activate(context: vscode.ExtensionContext): void {
  const worker = vscode.Uri.joinPath(context.extensionUri, 'dist', 'worker.js').fsPath;
  activateHost(context, {
    cores: availableParallelism(),
    spawnWorker: () => spawnNodeWorker(worker),
    typeset: async (latex, color, size) => {
      const { typesetSvg } = await import('./host/language/typeset');
      return latex.map((formula) => typesetSvg(formula, color, size));
    },
  });
}
