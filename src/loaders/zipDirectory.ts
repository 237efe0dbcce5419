import { DataError, type ByteSource } from '../core/data/dataset';
import { pieces, type LoadOptions } from './pieces';

/** What the directory at the end of a ZIP file says of a member. */
export interface ZipEntry {
  readonly compressed: number;
  readonly size: number;
  readonly crc: number;
  /** Where the next member, or the directory, begins: what stands in between repeats the sizes. */
  readonly next: number;
}

/** Bytes of the end of a file that are kept: the directory of tens of thousands of members. */
const TAIL = 4 * 1024 * 1024;
const END = 0x06054b50;
const END_LENGTH = 22;
const LONG_END = 0x06064b50;
const LOCATOR = 0x07064b50;
const ENTRY = 0x02014b50;
const ENTRY_LENGTH = 46;
/** In a field of 32 bits: the number stands in the ZIP64 fields. */
const ELSEWHERE = 0xffffffff;

/**
 * The members of a ZIP file by where they begin, from its directory (PKWARE's APPNOTE, 4.3.12 to 4.3.16). For members that were written
 * as a stream, before which no sizes stand: so these are known and can be checked before anything is inflated.
 * @throws DataError, LoadCancelled
 */
export async function zipDirectory(source: ByteSource, { cancelled }: LoadOptions): Promise<ReadonlyMap<number, ZipEntry>> {
  const tail = new Tail();
  for await (const piece of pieces(source, { cancelled })) tail.push(piece);
  const { bytes, start } = tail.take();
  const view = new DataView(bytes.buffer);
  let end = bytes.length - END_LENGTH;
  while (end >= 0 && !(view.getUint32(end, true) === END && end + END_LENGTH + view.getUint16(end + 20, true) === bytes.length)) end--;
  if (end < 0) throw new DataError({ code: 'truncated' }, source.name);
  try {
    return entriesOf(view, start, end);
  } catch (error) {
    if (error instanceof RangeError) throw new DataError({ code: 'damaged' }, source.name);
    throw error;
  }
}

/** @param start where in the file the view begins. @param end where in it the end record stands. @throws RangeError where it points outside. */
function entriesOf(view: DataView, start: number, end: number): ReadonlyMap<number, ZipEntry> {
  let directory = view.getUint32(end + 16, true);
  let count = view.getUint16(end + 10, true);
  if (end >= 20 && view.getUint32(end - 20, true) === LOCATOR) {
    const at = Number(view.getBigUint64(end - 12, true)) - start;
    if (view.getUint32(at, true) !== LONG_END) throw new RangeError();
    count = Number(view.getBigUint64(at + 32, true));
    directory = Number(view.getBigUint64(at + 48, true));
  }
  const found: { readonly offset: number; readonly compressed: number; readonly size: number; readonly crc: number }[] = [];
  for (let i = 0, at = directory - start; i < count; i++) {
    if (view.getUint32(at, true) !== ENTRY) throw new RangeError();
    const names = at + ENTRY_LENGTH;
    const extra = names + view.getUint16(at + 28, true);
    const after = extra + view.getUint16(at + 30, true);
    const long = longFields(view, extra, after);
    const field = (place: number): number => {
      const value = view.getUint32(at + place, true);
      return value === ELSEWHERE ? long() : value;
    };
    // The long fields stand in this order, each only where the short one says so.
    const size = field(24);
    const compressed = field(20);
    found.push({ offset: field(42), compressed, size, crc: view.getUint32(at + 16, true) });
    at = after + view.getUint16(at + 32, true);
  }
  found.sort((a, b) => a.offset - b.offset);
  return new Map(found.map(({ offset, compressed, size, crc }, i) => [offset, { compressed, size, crc, next: found[i + 1]?.offset ?? directory }]));
}

/** Gives the numbers of 64 bits one after another. */
function longFields(view: DataView, from: number, to: number): () => number {
  let at = from;
  while (at + 4 <= to && view.getUint16(at, true) !== 1) at += 4 + view.getUint16(at + 2, true);
  at += 4;
  return () => {
    if (at + 8 > to) throw new RangeError();
    at += 8;
    return Number(view.getBigUint64(at - 8, true));
  };
}

/** The last bytes of a stream. */
class Tail {
  private readonly kept: Uint8Array[] = [];
  private length = 0;
  private seen = 0;

  push(piece: Uint8Array): void {
    this.kept.push(piece.slice());
    this.length += piece.length;
    this.seen += piece.length;
    while (this.length - this.kept[0].length >= TAIL) this.length -= this.kept.shift()!.length;
  }

  /** And where in the stream they begin. */
  take(): { readonly bytes: Uint8Array; readonly start: number } {
    const bytes = new Uint8Array(this.length);
    let at = 0;
    for (const piece of this.kept) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return { bytes, start: this.seen - this.length };
  }
}
