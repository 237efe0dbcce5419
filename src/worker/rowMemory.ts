import type { RunRecord } from '../core/training/trial';
import type { RowMemory } from '../core/training/recorder';
import { TAKEN } from './control';

/** Chunks of fewer numbers than this are memory of their own: it costs little and can be handed over for good. */
const LEAST = 32_768;
/** Sizes are whole multiples of this, so that runs of different columns use the same memory. */
const UNIT = 131_072;
/** Buffers kept: those on their way to the host, the one being written and a few that lie ready. */
const MOST = 10;

interface Buffer {
  readonly memory: SharedArrayBuffer;
  /** Rows are being written into it, or lie in it unsent. */
  held: boolean;
  /** The host reads it until it has taken this many messages of its run. */
  reader: { readonly cells: Int32Array; readonly until: number } | null;
}

/**
 * Memory that a worker writes rows into and the host reads where they lie, used again and again. A long run makes a hundred megabytes of rows a
 * second: as memory of their own they would have to be cleared, handed over, collected and given back to the system, which takes longer than
 * the run.
 */
export class SharedRowMemory implements RowMemory {
  private readonly buffers: Buffer[] = [];

  /** A run begins; what an earlier one held is free. */
  begin(): void {
    for (const buffer of this.buffers) buffer.held = false;
  }

  allocate(length: number): Float64Array {
    if (length < LEAST) return new Float64Array(length);
    let found = this.buffers.find((buffer) => free(buffer) && buffer.memory.byteLength >= 8 * length);
    if (!found) {
      if (this.buffers.length === MOST) {
        const smaller = this.buffers.findIndex(free);
        if (smaller < 0) return new Float64Array(length);
        this.buffers.splice(smaller, 1);
      }
      found = { memory: new SharedArrayBuffer(8 * UNIT * Math.ceil(length / UNIT)), held: false, reader: null };
      this.buffers.push(found);
    }
    found.held = true;
    found.reader = null;
    return new Float64Array(found.memory, 0, length);
  }

  release(values: Float64Array): void {
    const buffer = this.bufferOf(values);
    if (buffer) buffer.held = false;
  }

  /** A message with these rows goes out, the run's `number`-th. */
  sent(record: RunRecord, cells: Int32Array, number: number): void {
    const [first] = Object.values(record.columns);
    const buffer = first && this.bufferOf(first);
    if (!buffer) return;
    buffer.held = false;
    buffer.reader = { cells, until: number };
  }

  private bufferOf(values: Float64Array): Buffer | undefined {
    return this.buffers.find(({ memory }) => memory === (values.buffer as unknown));
  }
}

function free({ held, reader }: Buffer): boolean {
  return !held && (reader === null || Atomics.load(reader.cells, TAKEN) >= reader.until);
}
