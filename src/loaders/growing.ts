import { memory } from '../core/data/storage';

type Numbers = Float64Array | Float32Array | Int32Array;

/** 64 Ki numbers: the first block is small, since a table may have very many columns, and each next one twice as long up to this. */
const LONGEST_BLOCK = 65_536;
const FIRST_BLOCK = 256;

/**
 * A list of numbers that grows in blocks, so that nothing is copied while it grows, and at its end never more than itself and one block
 * too many are held.
 */
export class Growing<T extends Numbers> {
  private readonly full: T[] = [];
  private block: T;
  private used = 0;
  private before = 0;

  /** @param make an array of zeros; with `shared` in memory that workers see too, where there is any. */
  constructor(private readonly make: (length: number, shared?: boolean) => T) {
    this.block = make(FIRST_BLOCK);
  }

  get length(): number {
    return this.before + this.used;
  }

  push(value: number): void {
    if (this.used === this.block.length) this.next();
    this.block[this.used++] = value;
  }

  private next(): void {
    this.full.push(this.block);
    this.before += this.used;
    this.block = this.make(Math.min(LONGEST_BLOCK, 2 * this.block.length));
    this.used = 0;
  }

  /** All numbers in one array; the list is empty afterwards. Each block is free as soon as it has been copied. */
  take(shared = false): T {
    const all = this.make(this.length, shared);
    let at = 0;
    this.full.reverse();
    for (let block = this.full.pop(); block; block = this.full.pop()) {
      all.set(block, at);
      at += block.length;
    }
    all.set(this.block.subarray(0, this.used), at);
    this.block = this.make(0);
    this.before = this.used = 0;
    return all;
  }
}

export const growingFloats = (): Growing<Float64Array> => new Growing((length, shared = false) => new Float64Array(memory(8 * length, shared)));
export const growingSingles = (): Growing<Float32Array> => new Growing((length, shared = false) => new Float32Array(memory(4 * length, shared)));
export const growingInts = (): Growing<Int32Array> => new Growing((length, shared = false) => new Int32Array(memory(4 * length, shared)));
