import * as z from 'zod/mini';
import type { PageMessage } from '../../protocol/lab';

// Without generated code: the check is small and the surroundings may forbid it.
z.config({ jitless: true });

/**
 * What the page may say. The page shows text of files that strangers wrote: nothing it sends is believed before it passed here.
 * Sizes are bounded so that no message can make the host allocate without measure.
 */
const number = z.number();
const request = z.int().check(z.nonnegative());
const path = z.string().check(z.maxLength(1000), z.regex(/^(\/.*)?$/s));
const point = z.array(number).check(z.minLength(1), z.maxLength(100_000));
const interval = z.readonly(z.tuple([number, number]));
const side = z.int().check(z.gte(1), z.lte(2048));
const variant = z.nullable(z.int().check(z.nonnegative()));
const edits = z.array(z.object({ path, value: z.optional(z.json()) })).check(z.maxLength(1000));
const text = z.string().check(z.maxLength(10_000));

const PAGE_MESSAGE = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('edit'), request: z.optional(request), edits }),
  z.object({ type: z.literal('preview'), edits: z.nullable(edits) }),
  z.object({ type: z.literal('run'), seriesKeys: z.nullable(z.array(z.string().check(z.maxLength(50))).check(z.maxLength(10_000))) }),
  z.object({ type: z.literal('cancel') }),
  z.object({ type: z.literal('grid'), request, variant, origin: point, first: point, second: z.nullable(point), a: interval, b: interval, width: side, height: side }),
  z.object({ type: z.literal('probe'), request, variant, point }),
  z.object({ type: z.literal('criticalPoints'), request, variant, box: z.array(interval).check(z.minLength(1), z.maxLength(100)) }),
  z.object({ type: z.literal('gradientCheck'), request, variant, point }),
  z.object({ type: z.literal('openSource'), path: z.optional(path) }),
  z.object({ type: z.literal('openTerm'), term: z.string().check(z.maxLength(100), z.regex(/^[\w .-]+$/)) }),
  z.object({ type: z.literal('export'), format: z.enum(['csv', 'json']) }),
  z.object({ type: z.literal('image'), name: z.string().check(z.maxLength(300)), png: z.instanceof(Uint8Array).check(z.refine((png: Uint8Array) => png.byteLength <= 64e6)) }),
  z.object({ type: z.literal('showLog') }),
  z.object({ type: z.literal('problem'), message: text }),
]);

/** The message, or null where it is none of PageMessage. */
export function readPageMessage(value: unknown): PageMessage | null {
  const result = PAGE_MESSAGE.safeParse(value);
  return result.success ? result.data : null;
}
