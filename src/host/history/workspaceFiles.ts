import * as vscode from 'vscode';
import type { HistoryFiles } from './files';

/** The history's folder through VS Code's file systems: on this machine, on a remote one, or in a browser. */
export function workspaceFiles(base: vscode.Uri): HistoryFiles {
  const { fs } = vscode.workspace;
  const at = (path: string): vscode.Uri => vscode.Uri.joinPath(base, path);
  const gone = (error: unknown): boolean => error instanceof vscode.FileSystemError && error.code === 'FileNotFound';
  const write = async (path: string, bytes: Uint8Array): Promise<void> => fs.writeFile(at(path), bytes);
  return {
    // A browser's database, or the disk of a server that outlives the page: what has arrived is written to its end. Each question may take a second
    // while the page draws, and what waits for an answer is lost with the page.
    ...(base.scheme === 'file' ? {} : { writeWhole: write }),
    async list(folder) {
      try {
        return (await fs.readDirectory(at(folder))).map(([name]) => name);
      } catch (error) {
        if (gone(error)) return [];
        throw error;
      }
    },
    read: async (path) => fs.readFile(at(path)),
    write,
    rename: async (from, to) => fs.rename(at(from), at(to), { overwrite: true }),
    async delete(path) {
      try {
        await fs.delete(at(path), { useTrash: false });
      } catch (error) {
        if (!gone(error)) throw error;
      }
    },
    async stat(path) {
      try {
        const { mtime, size } = await fs.stat(at(path));
        return { changed: mtime, bytes: size };
      } catch (error) {
        if (gone(error)) return null;
        throw error;
      }
    },
  };
}
