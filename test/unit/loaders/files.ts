import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ByteSource } from '../../../src/core/data/dataset';

export const fixture = (name: string): string => path.join(import.meta.dirname, 'fixtures', name);
export const expected = JSON.parse(readFileSync(fixture('expected.json'), 'utf8')) as Record<string, { shape: number[]; values: number[] }> & {
  idx: { images: number[]; labels: number[] };
  ours: Record<string, { dtype: string; shape: number[]; values: number[] }>;
};

/** Bytes or text as a file that comes in chunks of `size` bytes. */
export function source(content: string | Uint8Array, size = Infinity, name = 'data.file'): ByteSource {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return {
    name,
    size: bytes.length,
    async* chunks() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    },
  };
}

export const file = (name: string, size = Infinity): ByteSource => source(new Uint8Array(readFileSync(fixture(name))), size, name);
