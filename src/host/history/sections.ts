import { crc32 } from './crc32';

/**
 * A file of checked sections: "GDXH", the version, then of each section its length, its CRC-32 and its bytes. A file that was cut or
 * changed anywhere is told from a whole one.
 */
const MAGIC = 0x48584447;
const VERSION = 1;
const HEAD = 8;

export class DamagedFile extends Error {}

/** A newer program wrote it: not for this one to read, nor to delete. */
export class NewerFile extends Error {}

export function joinSections(sections: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(HEAD + sections.reduce((sum, section) => sum + 8 + section.length, 0));
  const view = new DataView(out.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  let at = HEAD;
  for (const section of sections) {
    view.setUint32(at, section.length, true);
    view.setUint32(at + 4, crc32(section), true);
    out.set(section, at + 8);
    at += 8 + section.length;
  }
  return out;
}

/** @throws DamagedFile, NewerFile */
export function splitSections(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length < HEAD) throw new DamagedFile('cut short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw new DamagedFile('not a file of the history');
  if (view.getUint32(4, true) > VERSION) throw new NewerFile('written by a newer version');
  const sections: Uint8Array[] = [];
  for (let at = HEAD; at < bytes.length;) {
    if (at + 8 > bytes.length) throw new DamagedFile('cut short');
    const length = view.getUint32(at, true);
    const section = bytes.subarray(at + 8, at + 8 + length);
    if (section.length !== length) throw new DamagedFile('cut short');
    if (crc32(section) !== view.getUint32(at + 4, true)) throw new DamagedFile('changed since it was written');
    sections.push(section);
    at += 8 + length;
  }
  return sections;
}

export async function compress(bytes: Uint8Array): Promise<Uint8Array> {
  return through(bytes, new CompressionStream('deflate-raw'));
}

/** @throws where the bytes are not compressed ones, or become more than `most`. */
export async function decompress(bytes: Uint8Array, most: number): Promise<Uint8Array> {
  return through(bytes, new DecompressionStream('deflate-raw'), most);
}

/** Streams work on threads of their own: a long record does not hold up the host. */
async function through(bytes: Uint8Array, stream: CompressionStream | DecompressionStream, most = Infinity): Promise<Uint8Array> {
  const writer = stream.writable.getWriter();
  const written = writer.write(bytes as BufferSource).then(() => writer.close());
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = stream.readable.getReader();
  const read = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parts.push(value);
      length += value.length;
      if (length > most) {
        await reader.cancel();
        throw new DamagedFile('too large');
      }
    }
  };
  const [, outcome] = await Promise.all([written.catch((error: unknown) => error), read().then(() => null, (error: unknown) => error)]);
  if (outcome) throw outcome instanceof DamagedFile ? outcome : new DamagedFile(String(outcome));
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
