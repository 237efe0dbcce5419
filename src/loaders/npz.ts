import { Inflate, zipSync, type Zippable } from 'fflate';
import { DataError, type ByteSource, type LoadedData, type NumericArray } from '../core/data/dataset';
import { crc32 } from './crc32';
import { MOST_INFLATION } from './idx';
import { NpyValues, npyHeader, type NpyHeader } from './npy';
import { pieces, type LoadOptions } from './pieces';
import { zipDirectory, type ZipEntry } from './zipDirectory';

/** Two arrays of an NPZ file as rows and targets. @throws DataError, LoadCancelled */
export async function loadNpz(source: ByteSource, names: { readonly x: string; readonly y: string }, options: LoadOptions = {}): Promise<LoadedData> {
  const arrays = await loadNpzArrays(source, new Set([names.x, names.y]), options);
  const [x, y] = [names.x, names.y].map((name) => {
    const array = arrays.get(name)!;
    if (array.shape.length === 0) throw new DataError({ code: 'arrayShape', name, shape: array.shape }, source.name);
    return array;
  });
  if (x.shape[0] !== y.shape[0]) throw new DataError({ code: 'rowsDiffer', x: x.shape[0], y: y.shape[0] }, source.name);
  if (x.values.length === 0) throw new DataError({ code: 'noRows' }, source.name);
  return { kind: 'arrays', rows: x.shape[0], x, y };
}

/**
 * Arrays of an NPZ file (numpy.savez, savez_compressed). Only the named members are inflated (null: every one), each only after its
 * header has been checked against the size that the ZIP file gives it: before the member, or, of a file that was written as a stream, in
 * the directory at its end, for which it is read twice.
 * @throws DataError, LoadCancelled
 */
export async function loadNpzArrays(source: ByteSource, names: ReadonlySet<string> | null, options: LoadOptions = {}): Promise<Map<string, NumericArray>> {
  let reader = new ZipReader(source.name, names, options.shared ?? false, null);
  const read = async (): Promise<void> => {
    for await (const piece of pieces(source, options)) {
      reader.push(piece);
      if (reader.ended || reader.streamed) break;
    }
  };
  await read();
  if (reader.streamed) {
    reader = new ZipReader(source.name, names, options.shared ?? false, await zipDirectory(source, options));
    await read();
  }
  reader.end();
  for (const name of names ?? []) {
    if (!reader.arrays.has(name)) throw new DataError({ code: 'unknownArray', name, names: reader.names }, source.name);
  }
  return reader.arrays;
}

const LOCAL_HEADER = 0x04034b50;
/** What may follow the last member. */
const AFTER_MEMBERS = [0x02014b50, 0x06054b50, 0x06064b50, 0x08064b50];
const STORED = 0;
const DEFLATED = 8;

interface Member {
  readonly name: string;
  readonly method: number;
  readonly compressed: number;
  readonly size: number;
  readonly crc: number;
}

/** The members of a ZIP file one after another, as they stand before its directory. */
class ZipReader {
  readonly arrays = new Map<string, NumericArray>();
  readonly names: string[] = [];
  ended = false;
  /** A member has no sizes before it, and there is no directory to take them from. */
  streamed = false;
  /** Of the file: bytes before the next one. */
  private position = 0;
  /** Between a streamed member and the next. */
  private gap = 0;
  private head = new Uint8Array(0);
  private member: MemberReader | null = null;
  /** Bytes of the member, or of one that is left out, still to come. */
  private left = 0;

  constructor(private readonly file: string, private readonly wanted: ReadonlySet<string> | null, private readonly shared: boolean, private readonly directory: ReadonlyMap<number, ZipEntry> | null) {}

  push(piece: Uint8Array): void {
    let at = 0;
    const start = this.position;
    while (at < piece.length && !this.ended && !this.streamed) {
      this.position = start + at;
      if (this.left > 0 || this.member) {
        const part = piece.subarray(at, at + Math.min(this.left, piece.length - at));
        this.member?.push(part, part.length === this.left);
        this.left -= part.length;
        at += part.length;
        if (this.left === 0) this.finish();
      } else if (this.gap > 0) {
        const skipped = Math.min(this.gap, piece.length - at);
        this.gap -= skipped;
        at += skipped;
      } else at += this.header(piece.subarray(at));
    }
    this.position = start + piece.length;
  }

  private finish(): void {
    if (this.member) this.arrays.set(this.member.name, this.member.end());
    this.member = null;
  }

  end(): void {
    if (!this.ended) throw new DataError(this.names.length === 0 && this.head.length < 4 ? { code: 'wrongFormat', expected: 'NPZ' } : { code: 'truncated' }, this.file);
  }

  /** @returns how many of the bytes belong to the header. */
  private header(bytes: Uint8Array): number {
    const before = this.head.length;
    const head = new Uint8Array(before + Math.min(bytes.length, 2 * 65_536));
    head.set(this.head);
    head.set(bytes.subarray(0, head.length - before), before);
    const view = new DataView(head.buffer);
    if (head.length >= 4 && view.getUint32(0, true) !== LOCAL_HEADER) {
      if (!AFTER_MEMBERS.includes(view.getUint32(0, true))) throw new DataError(this.names.length === 0 ? { code: 'wrongFormat', expected: 'NPZ' } : { code: 'damaged' }, this.file);
      this.ended = true;
      return bytes.length;
    }
    const end = head.length < 30 ? Infinity : 30 + view.getUint16(26, true) + view.getUint16(28, true);
    if (head.length < end) {
      this.head = head;
      return head.length - before;
    }
    this.head = new Uint8Array(0);
    const member = this.readMember(view, head, this.position - before, end);
    if (!member) this.streamed = true;
    else this.open(member);
    return end - before;
  }

  /** @param start of the header in the file. @returns null where nothing says how long it is. */
  private readMember(view: DataView, head: Uint8Array, start: number, length: number): Member | null {
    const flags = view.getUint16(6, true);
    const nameEnd = 30 + view.getUint16(26, true);
    const end = nameEnd + view.getUint16(28, true);
    let compressed = view.getUint32(18, true);
    let size = view.getUint32(22, true);
    if (flags & 1) throw new DataError({ code: 'encrypted' }, this.file);
    const name = new TextDecoder().decode(head.subarray(30, nameEnd)).replace(/\.npy$/, '');
    const method = view.getUint16(8, true);
    if (flags & 8) {
      if (!this.directory) return null;
      const entry = this.directory.get(start);
      if (!entry) throw new DataError({ code: 'damaged' }, this.file);
      this.gap = entry.next - start - length - entry.compressed;
      if (this.gap < 0) throw new DataError({ code: 'damaged' }, this.file);
      return { name, method, ...entry };
    }
    for (let at = nameEnd; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
      if (view.getUint16(at, true) !== 1) continue; // ZIP64: the sizes that do not fit, in this order
      let place = at + 4;
      if (size === 0xffffffff && place + 8 <= end) {
        size = Number(view.getBigUint64(place, true));
        place += 8;
      }
      if (compressed === 0xffffffff && place + 8 <= end) compressed = Number(view.getBigUint64(place, true));
    }
    return { name, method, compressed, size, crc: view.getUint32(14, true) };
  }

  private open(member: Member): void {
    this.names.push(member.name);
    this.left = member.compressed;
    if (this.wanted && !this.wanted.has(member.name)) return;
    if (member.method !== STORED && member.method !== DEFLATED) throw new DataError({ code: 'compression', method: member.method }, this.file);
    if (member.size > MOST_INFLATION * member.compressed) throw new DataError({ code: 'damaged' }, this.file);
    this.member = new MemberReader(member, this.file, this.shared);
    if (this.left === 0) this.finish();
  }
}

/** Pieces of a compressed member are cut to this, so that even the most compressed one inflates to a few megabytes at a time. */
const SMALL = 8192;

/** One array of the file: its bytes inflated, counted, checked and read. */
class MemberReader {
  readonly name: string;
  private readonly inflate: Inflate | null = null;
  private head: Uint8Array | null = new Uint8Array(0);
  private values: NpyValues | null = null;
  private size = 0;
  private crc = 0;

  constructor(private readonly member: Member, private readonly file: string, private readonly shared: boolean) {
    this.name = member.name;
    if (member.method === DEFLATED) this.inflate = new Inflate((bytes) => this.bytes(bytes));
  }

  push(piece: Uint8Array, last: boolean): void {
    if (!this.inflate) {
      this.bytes(piece);
      return;
    }
    try {
      for (let at = 0; at < piece.length; at += SMALL) this.inflate.push(piece.subarray(at, at + SMALL), last && at + SMALL >= piece.length);
    } catch (error) {
      if (error instanceof DataError) throw error;
      throw new DataError({ code: 'damaged' }, this.file);
    }
  }

  private bytes(bytes: Uint8Array): void {
    this.size += bytes.length;
    if (this.size > this.member.size) throw new DataError({ code: 'damaged' }, this.file);
    this.crc = crc32(this.crc, bytes);
    if (this.values) {
      this.values.push(bytes);
      return;
    }
    const head = new Uint8Array(this.head!.length + bytes.length);
    head.set(this.head!);
    head.set(bytes, this.head!.length);
    const header = npyHeader(head, this.name, this.file);
    this.head = head;
    if (header) this.begin(header, head);
  }

  private begin(header: NpyHeader, head: Uint8Array): void {
    const announced = header.shape.reduce((product, size) => product * size, header.size) + header.length;
    if (announced !== this.member.size) throw new DataError({ code: announced > this.member.size ? 'truncated' : 'trailingBytes' }, this.file);
    this.head = null;
    this.values = new NpyValues(header, this.name, this.file, this.shared);
    this.values.push(head.subarray(header.length));
  }

  end(): NumericArray {
    if (!this.values || this.size !== this.member.size) throw new DataError({ code: 'truncated' }, this.file);
    if (this.crc !== this.member.crc) throw new DataError({ code: 'damaged' }, this.file);
    return this.values.end();
  }
}

const DESCRIPTIONS: ReadonlyMap<string, string> = new Map([['Float64Array', '<f8'], ['Float32Array', '<f4'], ['Int32Array', '<i4'], ['Uint8Array', '|u1']]);
/** ZIP files carry a time; equal arrays give equal files. */
const EPOCH = new Date(1980, 0, 1);

/** An NPZ file as numpy.savez writes it (`compress`: savez_compressed), row-major, little-endian. */
export function writeNpz(arrays: ReadonlyMap<string, NumericArray>, compress = false): Uint8Array {
  const members = Object.fromEntries([...arrays].map(([name, array]) => [`${name}.npy`, npy(array)])) as Zippable;
  return zipSync(members, { level: compress ? 6 : 0, mtime: EPOCH });
}

function npy({ shape, values }: NumericArray): Uint8Array {
  const descr = DESCRIPTIONS.get(values.constructor.name) ?? '<f8';
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64;
  const header = `${text.padEnd(length - 11)}\n`;
  const out = new Uint8Array(length + values.byteLength);
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, (length - 10) & 255, (length - 10) >> 8]);
  for (let i = 0; i < header.length; i++) out[10 + i] = header.charCodeAt(i);
  out.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), length);
  return out;
}
