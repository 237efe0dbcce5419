import { DataError, LoadCancelled, type ByteSource } from '../core/data/dataset';
import type { Work } from '../core/data/work';

/** How a load is watched and stopped. */
export interface LoadOptions {
  /** The share that is done, null where the size of the file is not known. */
  readonly progress?: (fraction: number | null) => void;
  readonly cancelled?: () => boolean;
  /** Arrays that need no further change go to shared memory at once, where there is any. */
  readonly shared?: boolean;
}

/** Small enough that scanning or inflating one takes a few milliseconds, so that a cancel message is heard. */
const PIECE = 64 * 1024;
const PAUSE_EVERY = 10;

/** Lets waiting messages in. A timer would do, but browsers hold nested timers for 4 ms. */
const pause: () => Promise<void> = typeof setImmediate === 'function'
  ? () => new Promise((resolve) => setImmediate(resolve))
  : () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });

/**
 * The bytes of a source in pieces of at most `PIECE`, whatever its chunks are. Between them a cancel is looked for and, every 10 ms,
 * the event loop gets its turn.
 * @throws LoadCancelled
 */
export async function* pieces(source: ByteSource, options: LoadOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
  let done = 0;
  let rested = performance.now();
  const report = (): void => options.progress?.(source.size === null ? null : source.size === 0 ? 1 : Math.min(1, done / source.size));
  if (options.cancelled?.()) throw new LoadCancelled();
  for await (const chunk of source.chunks()) {
    for (let from = 0; from < chunk.length; from += PIECE) {
      const piece = chunk.subarray(from, from + PIECE);
      yield piece;
      done += piece.length;
      if (options.cancelled?.()) throw new LoadCancelled();
      if (performance.now() - rested < PAUSE_EVERY) continue;
      report();
      await pause();
      rested = performance.now();
      if (options.cancelled?.()) throw new LoadCancelled();
    }
  }
  report();
}

/**
 * Work on what has been read, between whose slices a cancel is looked for and, every 10 ms, the event loop gets its turn.
 * @param numbers that it handles, about. @throws LoadCancelled, and what the work throws.
 */
export async function inSlices<T>(work: Work<T>, numbers: number, options: LoadOptions = {}): Promise<T> {
  let done = 0;
  let rested = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done) {
      options.progress?.(1);
      return step.value;
    }
    done += step.value;
    if (options.cancelled?.()) throw new LoadCancelled();
    if (performance.now() - rested < PAUSE_EVERY) continue;
    options.progress?.(Math.min(1, done / Math.max(1, numbers)));
    await pause();
    rested = performance.now();
    if (options.cancelled?.()) throw new LoadCancelled();
  }
}

/** A source of bytes already in memory. */
export function bytesOf(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: bytes.length,
    async* chunks() {
      yield bytes;
    },
  };
}

/** Memory for what a header announces, which may be more than there is. */
export function allocate<T>(bytes: number, file: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) throw new DataError({ code: 'tooLarge', bytes }, file);
    throw error;
  }
}
