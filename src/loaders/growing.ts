import { memory } from '../core/data/storage';

type Numbers = Float64Array | Float32Array | Int32Array;

/** 64 Ki numbers: the first block is small, since a table may have very many columns, and each next one twice as long up to this. */
const LONGEST_BLOCK = 65_536;
const FIRST_BLOCK = 256;
/** Of a block that was made for everything, this share must be in use: else the numbers move to an array of their own. */
const LEAST_USED = 0.9;

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

  /**
   * There will be about so many numbers: room for them is taken at once, in one block that nothing has to be copied out of at the end.
   * @param shared in memory that workers see too, where there is any: the array of the end stands there.
   */
  expect(count: number, shared: boolean): void {
    const filled = this.length;
    if (count <= filled) return;
    let roomy: T;
    try {
      roomy = this.make(count, shared);
    } catch (error) {
      // Only a guess: perhaps what comes is less.
      if (error instanceof RangeError) return;
      throw error;
    }
    this.copyTo(roomy);
    this.clear(roomy, filled);
  }

  /** Moves all numbers to a list of a wider type, which gets the room that this one has; this one is empty afterwards. */
  moveTo(wider: Growing<Float64Array>, shared: boolean): void {
    wider.expect(this.before + this.block.length, shared);
    for (const block of [...this.full, this.block.subarray(0, this.used)]) for (const value of block) wider.push(value);
    this.clear(this.make(0), 0);
  }

  /** All numbers in one array, of a larger buffer where more were expected; the list is empty afterwards. */
  take(shared = false): T {
    let all: T;
    if (this.full.length === 0 && this.used >= LEAST_USED * this.block.length) all = this.block.subarray(0, this.used) as T;
    else {
      all = this.make(this.length, shared);
      this.copyTo(all);
    }
    this.clear(this.make(0), 0);
    return all;
  }

  private copyTo(all: T): void {
    let at = 0;
    for (let i = 0; i < this.full.length; i++) {
      all.set(this.full[i], at);
      at += this.full[i].length;
    }
    all.set(this.block.subarray(0, this.used), at);
  }

  private clear(block: T, used: number): void {
    this.full.length = 0;
    this.block = block;
    this.used = used;
    this.before = 0;
  }
}

export const growingFloats = (): Growing<Float64Array> => new Growing((length, shared = false) => (shared ? new Float64Array(memory(8 * length, shared)) : new Float64Array(length)));
export const growingSingles = (): Growing<Float32Array> => new Growing((length, shared = false) => (shared ? new Float32Array(memory(4 * length, shared)) : new Float32Array(length)));
export const growingInts = (): Growing<Int32Array> => new Growing((length, shared = false) => (shared ? new Int32Array(memory(4 * length, shared)) : new Int32Array(length)));
