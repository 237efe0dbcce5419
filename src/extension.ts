import { open, realpath } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import * as vscode from 'vscode';
import { activateHost } from './host/activate';
import type { GdexpExports } from './host/api/api';
import { nodeFiles } from './host/history/nodeFiles';
import { spawnNodeWorker } from './worker/nodePort';

export function activate(context: vscode.ExtensionContext): GdexpExports {
  const worker = vscode.Uri.joinPath(context.extensionUri, 'dist', 'worker.js').fsPath;
  return activateHost(context, {
    cores: availableParallelism(),
    // The extension host answers the keyboard and other extensions: on two cores a run would keep it waiting.
    spawnWorker: () => spawnNodeWorker(worker, true),
    folderFiles: nodeFiles,
    pathOf: (uri) => realpath(uri.fsPath),
    head: async (uri, bytes) => {
      const file = await open(uri.fsPath);
      try {
        const { bytesRead, buffer } = await file.read(new Uint8Array(bytes), 0, bytes, 0);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
    // The program of a desktop VS Code is Electron, which is Node when it is told to be; elsewhere it is Node itself.
    commandLine: { program: process.execPath, script: vscode.Uri.joinPath(context.extensionUri, 'dist', 'cli.js').fsPath, environment: { ELECTRON_RUN_AS_NODE: '1' } },
    typeset: async (latex, color, size) => {
      const { typesetSvg } = await import('./host/language/typeset');
      return latex.map((formula) => typesetSvg(formula, color, size));
    },
  });
}
