import { DataError, type NumericArray } from '../core/data/dataset';
import { memory } from '../core/data/storage';
import { allocate } from './pieces';

/** The header of an NPY file, version 1 to 3 (numpy.lib.format). */
export interface NpyHeader {
  readonly shape: readonly number[];
  readonly fortran: boolean;
  /** Kind and size in bytes, as in numpy: "f8". */
  readonly type: string;
  readonly littleEndian: boolean;
  /** Of the header, magic included. */
  readonly length: number;
  /** Of one value. */
  readonly size: number;
}

type Read = (view: DataView, at: number, little: boolean) => number;
type Make = (length: number, shared: boolean) => NumericArray['values'];
const doubles: Make = (length, shared) => new Float64Array(memory(8 * length, shared));
const singles: Make = (length, shared) => new Float32Array(memory(4 * length, shared));
const integers: Make = (length) => new Int32Array(length);
const bytes: Make = (length, shared) => new Uint8Array(memory(length, shared));

/** A number of 16 bits (IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction), exactly. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

/** A 64-bit integer, NaN beyond what a float64 holds exactly. */
const long = (value: bigint): number => (value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : NaN);

const TYPES: ReadonlyMap<string, { readonly make: Make; readonly read: Read }> = new Map<string, { make: Make; read: Read }>([
  ['f8', { make: doubles, read: (view, at, little) => view.getFloat64(at, little) }],
  ['f4', { make: singles, read: (view, at, little) => view.getFloat32(at, little) }],
  ['f2', { make: singles, read: (view, at, little) => half(view.getUint16(at, little)) }],
  ['b1', { make: bytes, read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) }],
  ['u1', { make: bytes, read: (view, at) => view.getUint8(at) }],
  ['i1', { make: integers, read: (view, at) => view.getInt8(at) }],
  ['u2', { make: integers, read: (view, at, little) => view.getUint16(at, little) }],
  ['i2', { make: integers, read: (view, at, little) => view.getInt16(at, little) }],
  ['u4', { make: doubles, read: (view, at, little) => view.getUint32(at, little) }],
  ['i4', { make: integers, read: (view, at, little) => view.getInt32(at, little) }],
  ['u8', { make: doubles, read: (view, at, little) => long(view.getBigUint64(at, little)) }],
  ['i8', { make: doubles, read: (view, at, little) => long(view.getBigInt64(at, little)) }],
]);

/** Types whose bytes in a file are those of the array, where both begin with the same end of a number. */
const ALIKE: ReadonlySet<string> = new Set(['f8', 'f4', 'i4', 'u1']);
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** A header's text at most; numpy itself refuses longer ones. */
const LONGEST_HEADER = 10_000;
const MOST_BYTES = 2 ** 32;

/**
 * Reads the header at the beginning of `head`; null where more bytes are needed.
 * @throws DataError where it is none, or its values are no numbers.
 */
export function npyHeader(head: Uint8Array, name: string, file: string): NpyHeader | null {
  if (head.length < 12) return null;
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
  const version = head[6];
  if (magic.some((byte, i) => head[i] !== byte) || version < 1 || version > 3) throw new DataError({ code: 'wrongFormat', expected: 'NPZ' }, file);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const start = version === 1 ? 10 : 12;
  const length = start + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (length > LONGEST_HEADER + start) throw new DataError({ code: 'wrongFormat', expected: 'NPZ' }, file);
  if (head.length < length) return null;
  const text = String.fromCharCode(...head.subarray(start, length));
  const descr = /'descr'\s*:\s*'([<>|=])([A-Za-z?])(\d*)'/.exec(text);
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text);
  const shape = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text);
  if (!fortran || !shape) throw new DataError({ code: 'wrongFormat', expected: 'NPZ' }, file);
  const type = descr ? `${descr[2] === '?' ? 'b' : descr[2]}${descr[3]}` : '';
  if (!descr || !TYPES.has(type)) throw new DataError({ code: 'arrayType', name, type: /'descr'\s*:\s*('[^']{0,20}'|.{0,20})/.exec(text)?.[1].replaceAll("'", '') ?? '?' }, file);
  const sizes = shape[1].split(',').map((size) => size.replace('L', '').trim()).filter((size) => size !== '').map(Number);
  const size = Number(descr[3]);
  const total = sizes.reduce((product, one) => product * one, size);
  if (!Number.isSafeInteger(total) || total > MOST_BYTES) throw new DataError({ code: 'tooLarge', bytes: total }, file);
  return { shape: sizes, fortran: fortran[1] === 'True', type, littleEndian: descr[1] !== '>', length, size };
}

/** The values of an array as their bytes come. */
export class NpyValues {
  readonly values: NumericArray['values'];
  /** Values that have come, or with `raw` their bytes. */
  private count = 0;
  /** The bytes of the values, where those of the file are copied as they are. */
  private readonly raw: Uint8Array | null;
  private readonly read: Read;
  private readonly partial = new Uint8Array(8);
  private partialLength = 0;

  /** @param shared an array that stays as it is goes to memory that workers see too, where there is any. */
  constructor(private readonly header: NpyHeader, private readonly name: string, private readonly file: string, shared = false) {
    const { make, read } = TYPES.get(header.type)!;
    this.read = read;
    const length = header.shape.reduce((product, size) => product * size, 1);
    this.values = allocate(length * header.size, file, () => make(length, shared));
    const alike = ALIKE.has(header.type) && (header.size === 1 || header.littleEndian === LITTLE_ENDIAN);
    this.raw = alike ? new Uint8Array(this.values.buffer, this.values.byteOffset, this.values.byteLength) : null;
  }

  push(piece: Uint8Array): void {
    const { values, raw, header: { size, littleEndian } } = this;
    if (raw) {
      if (this.count + piece.length > raw.length) throw new DataError({ code: 'trailingBytes' }, this.file);
      raw.set(piece, this.count);
      this.count += piece.length;
      return;
    }
    let at = 0;
    if (this.partialLength > 0) {
      while (this.partialLength < size && at < piece.length) this.partial[this.partialLength++] = piece[at++];
      if (this.partialLength < size) return;
      values[this.count++] = this.read(new DataView(this.partial.buffer), 0, littleEndian);
      this.partialLength = 0;
    }
    const whole = Math.floor((piece.length - at) / size);
    if (this.count + whole > values.length) throw new DataError({ code: 'trailingBytes' }, this.file);
    const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
    for (let i = 0; i < whole; i++, at += size) values[this.count++] = this.read(view, at, littleEndian);
    while (at < piece.length) this.partial[this.partialLength++] = piece[at++];
  }

  /** The whole array, row-major. */
  end(): NumericArray {
    const { values, raw, header } = this;
    if (this.count < (raw ?? values).length || this.partialLength > 0) throw new DataError({ code: 'truncated' }, this.file);
    if (/^[iu]8$/.test(header.type) && values.some((value) => Number.isNaN(value))) throw new DataError({ code: 'integerTooLarge', name: this.name }, this.file);
    return { shape: header.shape, values: header.fortran && header.shape.length > 1 ? rowMajor(values, header.shape) : values };
  }
}

/** Values whose first index runs fastest, so ordered that the last one does. */
function rowMajor<T extends NumericArray['values']>(values: T, shape: readonly number[]): T {
  const out = values.slice() as T;
  const index = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  let from = 0;
  for (let to = 0; to < out.length; to++) {
    out[to] = values[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return out;
}
