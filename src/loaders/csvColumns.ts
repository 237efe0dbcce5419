import { DataError, type Column } from '../core/data/dataset';
import { decimal } from './decimal';
import { growingFloats, growingInts } from './growing';

/** What stands for a missing number, in lower case; of text only an empty cell is missing, since "NA" may be a name. */
const MISSING = new Set(['', 'na', 'n/a', '#n/a', 'nan', 'null', 'none', '?', '-', '.']);
const LONGEST_MISSING = 4;
const DECIMAL_COMMA = /^[+-]?\d+,\d+$/;

/** One column as its cells come. */
export interface ColumnReader {
  readonly name: string;
  /** bytes[from…to) is the next cell; `known` the number that it is, where that was read already, else NaN. */
  add(bytes: Uint8Array, from: number, to: number, known: number): void;
}

/** Numbers, until a cell is none. */
export class NumberReader implements ColumnReader {
  /** A cell that is no number has come; the cells before it were not kept as text. */
  text = false;
  private readonly values = growingFloats();

  constructor(readonly name: string) {}

  add(bytes: Uint8Array, from: number, to: number, known: number): void {
    if (this.text) return;
    const value = known === known ? known : decimal(bytes, from, to);
    if (value === value || isMissing(bytes, from, to)) this.values.push(value);
    else {
      this.text = true;
      this.values.take();
    }
  }

  column(): Column {
    return { name: this.name, kind: 'number', values: this.values.take() };
  }
}

export class TextReader implements ColumnReader {
  private readonly codes = growingInts();
  private readonly names = new Names();
  private numbers = 0;
  private missing = 0;
  private stray = -1;

  constructor(readonly name: string) {}

  add(bytes: Uint8Array, from: number, to: number, known: number): void {
    if (from === to) {
      this.missing++;
      this.codes.push(-1);
      return;
    }
    const value = known === known ? known : decimal(bytes, from, to);
    if (value === value) this.numbers++;
    else if (this.stray < 0 && !isMissing(bytes, from, to)) this.stray = this.codes.length;
    this.codes.push(this.names.code(bytes, from, to));
  }

  /** @throws DataError where the bytes are no UTF-8, and where every cell is a number with a decimal comma. */
  column(file: string): Column {
    const names = this.names.texts(file);
    if (names.length > 0 && names.every((name) => DECIMAL_COMMA.test(name))) throw new DataError({ code: 'decimalComma', column: this.name, text: names[0] }, file);
    const codes = this.codes.take();
    const mostlyNumbers = this.stray >= 0 && 2 * this.numbers > codes.length - this.missing;
    return { name: this.name, kind: 'text', codes, names, ...(mostlyNumbers ? { stray: this.stray } : {}) };
  }
}

export function isMissing(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from > LONGEST_MISSING) return false;
  let text = '';
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i]);
  return MISSING.has(text.toLowerCase());
}

/** Different texts in order of first appearance, found by their bytes: a string is made of each only once, at the end. */
class Names {
  private bytes = new Uint8Array(256);
  private ends = new Int32Array(16);
  private count = 0;
  /** Open addressing: a code + 1, or 0. At most half full. */
  private table = new Int32Array(64);
  private hashes = new Int32Array(16);

  code(bytes: Uint8Array, from: number, to: number): number {
    let hash = 0x811c9dc5; // FNV-1a
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
    hash ^= hash >>> 15;
    const mask = this.table.length - 1;
    let place = hash & mask;
    for (let entry: number; (entry = this.table[place]) !== 0; place = (place + 1) & mask) {
      if (this.hashes[entry - 1] === hash && this.equals(entry - 1, bytes, from, to)) return entry - 1;
    }
    return this.add(place, hash, bytes, from, to);
  }

  private equals(code: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = code === 0 ? 0 : this.ends[code - 1];
    if (this.ends[code] - start !== to - from) return false;
    for (let i = from, j = start; i < to; i++, j++) if (bytes[i] !== this.bytes[j]) return false;
    return true;
  }

  private add(place: number, hash: number, bytes: Uint8Array, from: number, to: number): number {
    const code = this.count++;
    const start = code === 0 ? 0 : this.ends[code - 1];
    const end = start + to - from;
    if (end > this.bytes.length) this.bytes = grown(this.bytes, new Uint8Array(2 * end));
    if (code === this.ends.length) {
      this.ends = grown(this.ends, new Int32Array(2 * code));
      this.hashes = grown(this.hashes, new Int32Array(2 * code));
    }
    for (let i = from, j = start; i < to; i++, j++) this.bytes[j] = bytes[i];
    this.ends[code] = end;
    this.hashes[code] = hash;
    this.table[place] = code + 1;
    if (2 * this.count > this.table.length) this.rehash();
    return code;
  }

  private rehash(): void {
    this.table = new Int32Array(2 * this.table.length);
    const mask = this.table.length - 1;
    for (let code = 0; code < this.count; code++) {
      let place = this.hashes[code] & mask;
      while (this.table[place] !== 0) place = (place + 1) & mask;
      this.table[place] = code + 1;
    }
  }

  texts(file: string): string[] {
    return Array.from({ length: this.count }, (_, code) => utf8(this.bytes, code === 0 ? 0 : this.ends[code - 1], this.ends[code], file));
  }
}

function grown<T extends Uint8Array | Int32Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws DataError where the bytes are no UTF-8. */
export function utf8(bytes: Uint8Array, from: number, to: number, file: string, line: number | null = null): string {
  try {
    return decoder.decode(bytes.subarray(from, to));
  } catch {
    throw new DataError({ code: 'notUtf8', encoding: null }, file, line);
  }
}
