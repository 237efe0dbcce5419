import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import type { HistoryFiles } from '../../src/host/history/files';
import { nodeFiles } from '../../src/host/history/nodeFiles';

/** Bytes that one call writes: a program killed in between leaves a torn file. */
const PIECE = 512;

/** A folder of this machine, written piece by piece: no file system promises that a killed program's file is whole. */
export function folderFiles(folder: string): HistoryFiles {
  return {
    ...nodeFiles(folder),
    async write(name, bytes) {
      const place = path.join(folder, name);
      await mkdir(path.dirname(place), { recursive: true });
      const file = await open(place, 'w');
      try {
        for (let from = 0; from < bytes.length; from += PIECE) await file.write(bytes.subarray(from, from + PIECE));
      } finally {
        await file.close();
      }
    },
  };
}
