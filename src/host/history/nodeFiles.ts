import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { HistoryFiles } from './files';

const absent = (error: unknown): boolean => (error as { code?: unknown }).code === 'ENOENT';

/**
 * The history's folder where there is Node: quicker than through VS Code, and not dependent on a window that may be closing. What was
 * written is on the disk before it is renamed, so that a machine that loses its power leaves no empty file under a run's name.
 */
export function nodeFiles(folder: string): HistoryFiles {
  const at = (name: string): string => path.join(folder, name);
  const made = new Set<string>();
  const makeFolder = async (file: string): Promise<void> => {
    const parent = path.dirname(file);
    if (made.has(parent)) return;
    await mkdir(parent, { recursive: true });
    made.add(parent);
  };
  /** The folder may have been deleted since it was made. */
  const inFolder = async <T>(file: string, body: () => Promise<T>): Promise<T> => {
    await makeFolder(file);
    try {
      return await body();
    } catch (error) {
      if (!absent(error)) throw error;
      made.clear();
      await makeFolder(file);
      return body();
    }
  };
  return {
    async list(name) {
      try {
        return await readdir(at(name));
      } catch (error) {
        if (absent(error)) return [];
        throw error;
      }
    },
    read: async (name) => new Uint8Array(await readFile(at(name))),
    write: (name, bytes) => inFolder(at(name), async () => {
      const file = await open(at(name), 'w');
      try {
        await file.writeFile(bytes);
        await file.datasync();
      } finally {
        await file.close();
      }
    }),
    rename: (from, to) => inFolder(at(to), () => rename(at(from), at(to))),
    delete: (name) => rm(at(name), { force: true }),
    async stat(name) {
      try {
        const { mtimeMs, size } = await stat(at(name));
        return { changed: mtimeMs, bytes: size };
      } catch (error) {
        if (absent(error)) return null;
        throw error;
      }
    },
  };
}
