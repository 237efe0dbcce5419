import { createReadStream, statSync } from 'node:fs';
import type { ByteSource } from '../core/data/dataset';

/** Larger pieces read no faster and hold more memory. */
const PIECE = 1 << 20;

/** A file of this machine as bytes in pieces. @param location an absolute path that was checked. */
export function openNodeFile(name: string, location: string): ByteSource {
  return {
    name,
    size: statSync(location).size,
    chunks: () => createReadStream(location, { highWaterMark: PIECE }) as AsyncIterable<Uint8Array>,
  };
}
