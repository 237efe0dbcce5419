import { DataError } from '../core/data/dataset';
import { POWERS } from './decimal';

const QUOTE = 34;
const COMMA = 44;
const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;

/** A row at most; a file whose quote is never closed is refused there and not read to its end. */
export const LONGEST_ROW = 16 * 1024 * 1024;

/** The cells of one row, each a range of `bytes`. */
export interface Cells {
  bytes: Uint8Array;
  count: number;
  from: Int32Array;
  to: Int32Array;
  /** 0: plain, spaces around it cut off; 1: between quotes; 2: between quotes and with doubled quotes in it. */
  kind: Uint8Array;
  /** The number that a plain cell is, where it was read on the way: a sign and at most 15 digits with a point. NaN: not tried. */
  value: Float64Array;
}

const POINT = 46;
const MINUS = 45;
/** Digits that a float64 holds exactly, whatever they are. */
const EXACT_DIGITS = 15;

/**
 * Cuts the bytes of a CSV file (RFC 4180; LF, CR LF or CR; the delimiter is the comma) into rows, without making a string of any. Only
 * whole rows leave it: what the end of a piece has cut through waits for the next one.
 */
export class CsvRecords {
  /** Physical lines before the row that is read, from 1. */
  line = 1;
  private buffer = new Uint8Array(256 * 1024);
  private length = 0;
  /** Bytes to have before trying again at a row that did not end. */
  private wanted = 1;
  private started = false;
  private readonly cells: Cells = { bytes: this.buffer, count: 0, from: new Int32Array(64), to: new Int32Array(64), kind: new Uint8Array(64), value: new Float64Array(64) };

  /** @param row called for each row; rows without any text are left out. */
  constructor(private readonly file: string, private readonly row: (cells: Cells) => void) {}

  push(piece: Uint8Array): void {
    if (this.length + piece.length > this.buffer.length) {
      const larger = new Uint8Array(2 * (this.length + piece.length));
      larger.set(this.buffer.subarray(0, this.length));
      this.buffer = this.cells.bytes = larger;
    }
    this.buffer.set(piece, this.length);
    this.length += piece.length;
    if (this.length >= this.wanted) this.read(false);
  }

  end(): void {
    this.read(true);
  }

  private read(last: boolean): void {
    const { buffer } = this;
    let at = 0;
    if (!this.started) {
      if (this.length < 3 && !last) return;
      at = this.begin();
    }
    for (;;) {
      const next = at < this.length ? this.record(at, last) : -1;
      if (next < 0) break;
      at = next;
    }
    buffer.copyWithin(0, at, this.length);
    this.length -= at;
    if (this.length > LONGEST_ROW) throw new DataError({ code: 'rowTooLong', limit: LONGEST_ROW }, this.file, this.line);
    this.wanted = at === 0 ? Math.min(2 * this.length, LONGEST_ROW + 1) : 1;
  }

  /** The byte order mark, if there is one. */
  private begin(): number {
    const [a, b, c] = this.buffer;
    this.started = true;
    if (this.length >= 2 && ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff))) throw new DataError({ code: 'notUtf8', encoding: 'UTF-16' }, this.file);
    return this.length >= 3 && a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0;
  }

  /** Reads the row at `at`. @returns where the next one begins, −1 where the bytes end before it does. */
  private record(at: number, last: boolean): number {
    const { buffer, cells } = this;
    const end = this.length;
    let lines = 0;
    cells.count = 0;
    for (;;) {
      while (at < end && (buffer[at] === SPACE || buffer[at] === TAB)) at++;
      let from = at;
      let to: number;
      let kind = 0;
      let value = NaN;
      if (at < end && buffer[at] === QUOTE) {
        from = ++at;
        kind = 1;
        for (;;) {
          while (at < end && buffer[at] !== QUOTE) if (buffer[at++] === LF) lines++;
          if (at >= end && last) throw new DataError({ code: 'unclosedQuote' }, this.file, this.line);
          if (at + 1 >= end && !last) return -1;
          if (buffer[at + 1] !== QUOTE || at + 1 >= end) break;
          kind = 2;
          at += 2;
        }
        to = at++;
        while (at < end && (buffer[at] === SPACE || buffer[at] === TAB)) at++;
        if (at < end && buffer[at] !== COMMA && buffer[at] !== LF && buffer[at] !== CR) throw new DataError({ code: 'textAfterQuote', row: 0 }, this.file, this.line + lines);
      } else {
        let byte = 0;
        let mantissa = 0;
        let digits = 0;
        let point = -1;
        const negative = at < end && buffer[at] === MINUS;
        if (negative) at++;
        for (; at < end; at++) {
          byte = buffer[at];
          if (byte >= 48 && byte <= 57) {
            mantissa = 10 * mantissa + byte - 48;
            digits++;
          } else if (byte === POINT && point < 0) point = at;
          else break;
        }
        // One division of exact numbers rounds once, as in decimal.ts; whatever is not so short is read there.
        if (at < end && digits > 0 && digits <= EXACT_DIGITS && (byte === COMMA || byte === LF || byte === CR)) {
          value = point < 0 ? mantissa : mantissa / POWERS[at - point - 1];
          if (negative) value = -value;
        }
        while (at < end && (byte = buffer[at]) !== COMMA && byte !== LF && byte !== CR) at++;
        to = at;
        while (to > from && (buffer[to - 1] === SPACE || buffer[to - 1] === TAB)) to--;
      }
      if (at >= end && !last) return -1;
      if (cells.count === cells.from.length) this.moreCells();
      cells.from[cells.count] = from;
      cells.to[cells.count] = to;
      cells.value[cells.count] = value;
      cells.kind[cells.count++] = kind;
      if (at < end && buffer[at] === COMMA) {
        at++;
        continue;
      }
      if (at < end && buffer[at] === CR) {
        if (at + 1 >= end && !last) return -1;
        if (buffer[at + 1] === LF && at + 1 < end) at++;
      }
      at++;
      if (cells.count > 1 || kind > 0 || to > from) this.row(cells);
      this.line += lines + 1;
      return Math.min(at, end);
    }
  }

  private moreCells(): void {
    const { cells } = this;
    const length = 2 * cells.from.length;
    const from = new Int32Array(length);
    const to = new Int32Array(length);
    const kind = new Uint8Array(length);
    from.set(cells.from);
    to.set(cells.to);
    kind.set(cells.kind);
    const value = new Float64Array(length);
    value.set(cells.value);
    Object.assign(cells, { from, to, kind, value });
  }
}

/** The bytes of a cell between quotes, its doubled quotes made single, in `scratch`. @returns how many. */
export function unescape(bytes: Uint8Array, from: number, to: number, scratch: Uint8Array): number {
  let length = 0;
  for (let i = from; i < to; i++) {
    scratch[length++] = bytes[i];
    if (bytes[i] === QUOTE) i++;
  }
  return length;
}
