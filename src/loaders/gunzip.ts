import { DataError, type ByteSource } from '../core/data/dataset';
import { pieces, type LoadOptions } from './pieces';

export function isGzip(first: Uint8Array): boolean {
  return first.length >= 2 && first[0] === 0x1f && first[1] === 0x8b;
}

/**
 * The bytes of a source, inflated where they are gzip (told by its first bytes, not by its name). The engine's own stream inflates and
 * checks the checksum; whoever reads stops when it has what the header announced, so no more than that is ever inflated.
 * @throws DataError, LoadCancelled
 */
export async function* inflated(source: ByteSource, options: LoadOptions): AsyncGenerator<Uint8Array, void, undefined> {
  const incoming = pieces(source, options);
  const head: Uint8Array[] = [];
  let length = 0;
  while (length < 2) {
    const next = await incoming.next();
    if (next.done) break;
    head.push(next.value);
    length += next.value.length;
  }
  const first = Uint8Array.from(head.flatMap((piece) => [...piece.subarray(0, 2)]));
  if (!isGzip(first)) {
    yield* head;
    yield* incoming;
    return;
  }
  const compressed = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    yield* head;
    yield* incoming;
  };
  yield* gunzip(compressed(), source.name);
}

async function* gunzip(compressed: AsyncGenerator<Uint8Array, void, undefined>, file: string): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = new DecompressionStream('gzip');
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  /** What the source itself threw (a cancel, a disk error), which is not damage. */
  let failure: { readonly error: unknown } | null = null;
  const pump = async (): Promise<void> => {
    try {
      for await (const piece of compressed) {
        await writer.ready;
        await writer.write(piece as Uint8Array<ArrayBuffer>);
      }
      await writer.close();
    } catch (error) {
      if (!(error instanceof TypeError)) failure ??= { error };
      await writer.abort(error).catch(() => undefined);
    }
  };
  const pumped = pump();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield value;
    }
    ended = true;
  } catch (error) {
    ended = true;
    await pumped;
    const thrown = failure as { readonly error: unknown } | null;
    if (thrown && !isDamage(thrown.error)) throw thrown.error;
    throw new DataError({ code: 'damaged' }, file);
  } finally {
    if (!ended) await reader.cancel().catch(() => undefined);
    await pumped;
  }
}

/** Errors of the inflating stream itself: TypeErrors in browsers, Node's carry a code of zlib. */
function isDamage(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Error && /^(Z_|ERR_TRAILING|ERR_INVALID_STATE)/.test(String((error as { code?: unknown }).code ?? '')));
}
