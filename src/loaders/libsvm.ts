import { DataError, type ByteSource, type LoadedData } from '../core/data/dataset';
import type { DataProblem } from '../core/data/problems';
import { ascii, decimal } from './decimal';
import { LONGEST_ROW } from './csvRecords';
import { growingFloats, growingInts, growingSingles, type Growing } from './growing';
import { LineBreaks } from './lineBreaks';
import { pieces, type LoadOptions } from './pieces';

const LF = 10;
const COLON = 58;
const HASH = 35;
const LONGEST_QUOTE = 40;
/** After so many bytes of a file at least twice as long, its first part tells how many numbers there will be, but for this share more. */
const TELLING = 1024 * 1024;
const SLACK = 1.04;

const isSpace = (byte: number): boolean => byte === 32 || byte === 9 || byte === 13;

/**
 * A LIBSVM (SVMlight) file: a row a line, "label index:value index:value …", indices from 1 and ascending, what is not written is zero,
 * "#" begins a comment. The rows stay sparse.
 * @param columns how many there are, since a file does not say it.
 * @throws DataError, LoadCancelled
 */
export async function loadLibsvm(source: ByteSource, columns: number, options: LoadOptions = {}): Promise<LoadedData> {
  const reader = new SparseReader(source.name, columns, options.shared ?? false);
  const { size } = source;
  let told = size === null || size < 2 * TELLING;
  let done = 0;
  for await (const piece of pieces(source, options)) {
    reader.push(piece);
    done += piece.length;
    if (told || done < TELLING) continue;
    told = true;
    reader.expect(SLACK * (size! / done));
  }
  return reader.end();
}

class SparseReader {
  private readonly labels = growingFloats();
  private readonly offsets = growingInts();
  private readonly indices = growingInts();
  private values: Growing<Float32Array> | Growing<Float64Array> = growingSingles();
  private wide = false;
  private readonly lines = new LineBreaks();
  private rest: Uint8Array[] = [];
  private restLength = 0;
  private line = 0;

  constructor(private readonly file: string, private readonly columns: number, private readonly shared: boolean) {
    this.offsets.push(0);
  }

  push(piece: Uint8Array): void {
    let from = 0;
    for (let end: number; (end = piece.indexOf(LF, from)) >= 0; from = end + 1) {
      if (this.restLength === 0) this.row(piece, from, end);
      else {
        const whole = this.join(piece.subarray(from, end));
        this.row(whole, 0, whole.length);
      }
    }
    if (from === piece.length) return;
    this.rest.push(piece.slice(from));
    this.restLength += piece.length - from;
    if (this.restLength > LONGEST_ROW) throw new DataError({ code: 'rowTooLong', limit: LONGEST_ROW }, this.file, this.line + 1);
  }

  /** The file has about so many times as many rows and entries as have come. */
  expect(times: number): void {
    for (const list of [this.offsets, this.indices, this.values]) list.expect(Math.ceil(times * list.length), this.shared);
  }

  end(): LoadedData {
    const { shared } = this;
    if (this.restLength > 0) {
      const whole = this.join(new Uint8Array(0));
      this.row(whole, 0, whole.length);
    }
    const rows = this.labels.length;
    if (rows === 0) throw new DataError({ code: 'noRows' }, this.file);
    return { kind: 'sparse', rows, x: { columns: this.columns, offsets: this.offsets.take(shared), indices: this.indices.take(shared), values: this.values.take(shared) }, y: this.labels.take(), lines: this.lines.take() };
  }

  private join(tail: Uint8Array): Uint8Array {
    const whole = new Uint8Array(this.restLength + tail.length);
    let at = 0;
    for (const part of [...this.rest, tail]) {
      whole.set(part, at);
      at += part.length;
    }
    this.rest = [];
    this.restLength = 0;
    return whole;
  }

  private row(bytes: Uint8Array, start: number, stop: number): void {
    this.line++;
    let at = start;
    let end = at;
    while (end < stop && bytes[end] !== HASH) end++;
    while (at < end && isSpace(bytes[at])) at++;
    if (at === end) return;
    let word = at;
    while (at < end && !isSpace(bytes[at])) at++;
    const row = this.labels.length + 1;
    const label = decimal(bytes, word, at);
    if (!Number.isFinite(label)) throw this.wrong({ code: 'sparseLabel', row, text: ascii(bytes, word, Math.min(at, word + LONGEST_QUOTE)) });
    let before = 0;
    for (;;) {
      while (at < end && isSpace(bytes[at])) at++;
      if (at === end) break;
      word = at;
      while (at < end && !isSpace(bytes[at])) at++;
      before = this.entry(bytes, word, at, before, row);
    }
    this.lines.add(row - 1, this.line);
    this.labels.push(label);
    this.offsets.push(this.indices.length);
  }

  /** One "index:value". @returns its index. */
  private entry(bytes: Uint8Array, from: number, to: number, before: number, row: number): number {
    const quote = (): string => ascii(bytes, from, Math.min(to, from + LONGEST_QUOTE));
    let colon = from;
    let index = 0;
    while (colon < to && bytes[colon] !== COLON) {
      const digit = bytes[colon++] - 48;
      index = digit >= 0 && digit <= 9 ? 10 * index + digit : NaN;
    }
    if (Number.isNaN(index) || colon === from || colon === to) {
      throw this.wrong(quote().startsWith('qid:') ? { code: 'queryGroups', row } : { code: 'sparseEntry', row, text: quote() });
    }
    const value = decimal(bytes, colon + 1, to);
    if (!Number.isFinite(value)) throw this.wrong({ code: 'sparseEntry', row, text: quote() });
    if (index === 0) throw this.wrong({ code: 'sparseZero', row });
    if (index > this.columns) throw this.wrong({ code: 'sparseIndex', row, index, columns: this.columns });
    if (index <= before) throw this.wrong({ code: 'sparseOrder', row, index });
    this.indices.push(index - 1);
    if (!this.wide && Math.fround(value) !== value) this.widen();
    this.values.push(value);
    return index;
  }

  /** The first number has come that a Float32Array would round: from here on values take twice the room and stay what the file says. */
  private widen(): void {
    const wider = growingFloats();
    this.values.moveTo(wider, this.shared);
    this.values = wider;
    this.wide = true;
  }

  private wrong(problem: DataProblem): DataError {
    return new DataError(problem, this.file, this.line);
  }
}
