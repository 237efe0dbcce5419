import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { HistoryFiles } from '../../src/host/history/files';

/** Bytes that one call writes: a program killed in between leaves a torn file. */
const PIECE = 512;

/** A folder of this machine as the history sees it. Writes piece by piece, as no file system promises more. */
export function folderFiles(folder: string): HistoryFiles {
  const at = (name: string): string => path.join(folder, name);
  return {
    list: (name) => readdir(at(name)).catch(() => []),
    read: async (name) => new Uint8Array(await readFile(at(name))),
    async write(name, bytes) {
      await mkdir(path.dirname(at(name)), { recursive: true });
      const file = await open(at(name), 'w');
      try {
        for (let from = 0; from < bytes.length; from += PIECE) await file.write(bytes.subarray(from, from + PIECE));
      } finally {
        await file.close();
      }
    },
    async rename(from, to) {
      await mkdir(path.dirname(at(to)), { recursive: true });
      await rename(at(from), at(to));
    },
    delete: (name) => rm(at(name), { force: true }),
    stat: (name) => stat(at(name)).then(({ mtimeMs, size }) => ({ changed: mtimeMs, bytes: size }), () => null),
  };
}
