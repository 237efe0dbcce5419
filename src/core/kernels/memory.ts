import type { Arena, Precision, Vector } from './kernels';

export const ALIGNMENT = 64;
export const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** Arrays of one precision, one after the other in the range [begin, end) of a buffer. */
export class Block implements Arena {
  private next: number;
  /** Beyond it the buffer has never been written to since it was made of zeros. */
  private fresh: number;

  /** @param used whether anybody has written to the buffer before. */
  constructor(readonly precision: Precision, readonly buffer: ArrayBuffer, private readonly begin: number, private readonly end: number, used = false) {
    this.next = begin;
    this.fresh = used ? end : begin;
  }

  get used(): number {
    return this.next - this.begin;
  }

  alloc(length: number): Vector {
    const single = this.precision === 'float32';
    const at = this.take((single ? 4 : 8) * length);
    return single ? new Float32Array(this.buffer, at, length) : new Float64Array(this.buffer, at, length);
  }

  allocInts(length: number): Int32Array {
    return new Int32Array(this.buffer, this.take(4 * length), length);
  }

  mark(): number {
    return this.next;
  }

  release(mark: number): void {
    this.next = mark;
  }

  /** @throws Error where the block is full: whoever sized it counted something else than what is taken. */
  private take(bytes: number): number {
    const at = this.next;
    const next = at + aligned(bytes);
    if (next > this.end) throw new Error(`The memory of ${this.end - this.begin} bytes that the kernels were made with is full: ${aligned(bytes)} more are wanted, ${this.end - at} are left`);
    if (at < this.fresh) new Uint8Array(this.buffer, at, Math.min(this.fresh, next) - at).fill(0);
    this.next = next;
    this.fresh = Math.max(this.fresh, next);
    return at;
  }
}
