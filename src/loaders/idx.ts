import { DataError, type ByteSource, type LoadedData, type NumericArray } from '../core/data/dataset';
import { inflated } from './gunzip';
import { allocate, type LoadOptions } from './pieces';

/** Type codes of an IDX file: bytes of a value, and how it is read (big-endian). */
const TYPES: ReadonlyMap<number, { readonly size: number; readonly make: (length: number) => NumericArray['values']; readonly read: (view: DataView, at: number) => number }> = new Map([
  [0x08, { size: 1, make: (length: number) => new Uint8Array(length), read: (view: DataView, at: number) => view.getUint8(at) }],
  [0x09, { size: 1, make: (length: number) => new Int32Array(length), read: (view: DataView, at: number) => view.getInt8(at) }],
  [0x0b, { size: 2, make: (length: number) => new Int32Array(length), read: (view: DataView, at: number) => view.getInt16(at) }],
  [0x0c, { size: 4, make: (length: number) => new Int32Array(length), read: (view: DataView, at: number) => view.getInt32(at) }],
  [0x0d, { size: 4, make: (length: number) => new Float32Array(length), read: (view: DataView, at: number) => view.getFloat32(at) }],
  [0x0e, { size: 8, make: (length: number) => new Float64Array(length), read: (view: DataView, at: number) => view.getFloat64(at) }],
]);

/** DEFLATE's best: 258 bytes from two bits. A header that announces more than its file can hold is refused before memory is taken. */
export const MOST_INFLATION = 1032;
const MOST_BYTES = 2 ** 32;

/**
 * Pictures and their labels in two IDX files (MNIST's format, yann.lecun.com/exdb/mnist), plain or gzip.
 * @throws DataError, LoadCancelled
 */
export async function loadIdx(images: ByteSource, labels: ByteSource, options: LoadOptions = {}): Promise<LoadedData> {
  // The labels are a few bytes a row: the progress is the pictures'.
  const y = await loadIdxArray(labels, { ...options, progress: undefined });
  const x = await loadIdxArray(images, options);
  if (y.shape.length !== 1) throw new DataError({ code: 'arrayShape', name: 'labels', shape: y.shape }, labels.name);
  if (x.shape[0] !== y.shape[0]) throw new DataError({ code: 'rowsDiffer', x: x.shape[0], y: y.shape[0] }, images.name);
  return { kind: 'arrays', rows: x.shape[0], x, y };
}

/** One IDX file: zero, zero, type, rank, the sizes as big-endian 32-bit integers, the values. */
export async function loadIdxArray(source: ByteSource, options: LoadOptions = {}): Promise<NumericArray> {
  const reader = new IdxReader(source);
  for await (const piece of inflated(source, options)) reader.push(piece);
  return reader.end();
}

class IdxReader {
  private header = new Uint8Array(4);
  private headerLength = 0;
  private shape: number[] | null = null;
  private type = TYPES.get(0x08)!;
  private values: NumericArray['values'] = new Uint8Array(0);
  private count = 0;
  /** Bytes of a value that a piece has cut through. */
  private readonly partial = new Uint8Array(8);
  private partialLength = 0;

  constructor(private readonly source: ByteSource) {}

  push(piece: Uint8Array): void {
    let at = 0;
    while (this.shape === null) {
      const taken = Math.min(piece.length - at, this.header.length - this.headerLength);
      this.header.set(piece.subarray(at, at + taken), this.headerLength);
      this.headerLength += taken;
      at += taken;
      if (this.headerLength < this.header.length) return;
      this.readHeader();
    }
    this.readValues(piece, at);
  }

  private readHeader(): void {
    const { header, source } = this;
    const type = TYPES.get(header[2]);
    const rank = header[3];
    if (header[0] !== 0 || header[1] !== 0 || !type || rank === 0 || rank > 4) throw new DataError({ code: 'wrongFormat', expected: 'IDX' }, source.name);
    if (header.length === 4) {
      this.header = new Uint8Array(4 + 4 * rank);
      this.header.set(header);
      return;
    }
    const view = new DataView(header.buffer);
    const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
    const length = shape.reduce((product, size) => product * size, 1);
    const bytes = length * type.size;
    if (length === 0) throw new DataError({ code: 'noRows' }, source.name);
    if (bytes > MOST_BYTES) throw new DataError({ code: 'tooLarge', bytes }, source.name);
    if (source.size !== null && bytes > MOST_INFLATION * source.size) throw new DataError({ code: 'truncated' }, source.name);
    this.type = type;
    this.shape = shape;
    this.values = allocate(bytes, source.name, () => type.make(length));
  }

  private readValues(piece: Uint8Array, from: number): void {
    const { values } = this;
    const { size, read } = this.type;
    if ((values.length - this.count) * size - this.partialLength < piece.length - from) throw new DataError({ code: 'trailingBytes' }, this.source.name);
    if (values instanceof Uint8Array) {
      values.set(piece.subarray(from), this.count);
      this.count += piece.length - from;
      return;
    }
    let at = from;
    if (this.partialLength > 0) {
      while (this.partialLength < size && at < piece.length) this.partial[this.partialLength++] = piece[at++];
      if (this.partialLength < size) return;
      values[this.count++] = read(new DataView(this.partial.buffer), 0);
      this.partialLength = 0;
    }
    const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
    for (; at + size <= piece.length; at += size) values[this.count++] = read(view, at);
    while (at < piece.length) this.partial[this.partialLength++] = piece[at++];
  }

  end(): NumericArray {
    if (this.shape === null || this.count < this.values.length) throw new DataError({ code: 'truncated' }, this.source.name);
    return { shape: this.shape, values: this.values };
  }
}
