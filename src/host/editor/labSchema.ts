import * as z from 'zod';
import type { PageMessage } from '../../protocol/lab';

// Without generated code: the check is small and the surroundings may forbid it.
z.config({ jitless: true });

/**
 * What the page may say. The page shows text of files that strangers wrote: nothing it sends is believed before it passed here.
 * Sizes are bounded so that no message can make the host allocate without measure.
 */
const number = z.number();
const request = z.int().min(0);
const path = z.string().max(1000).regex(/^(\/.*)?$/s);
const point = z.array(number).min(1).max(100_000);
const interval = z.tuple([number, number]).readonly();
const side = z.int().min(1).max(2048);
const variant = z.nullable(z.int().min(0));
const edits = z.array(z.object({ path, value: z.json().optional() })).max(1000);
const text = z.string().max(10_000);
const term = z.string().max(100).regex(/^[\w .-]+$/);

const part = z.enum(['training', 'validation', 'test']);
const direction = z.instanceof(Float64Array).refine(({ length }) => length > 0 && length <= 10_000_000);
const place = z.int().min(0);

const APPLY = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('surface'), first: place, second: z.nullable(place), x: interval, y: interval, width: side, height: side }),
  z.object({ kind: z.literal('rows'), part, from: place, count: z.int().min(1).max(10_000) }),
  z.object({ kind: z.literal('confusion'), part }),
  z.object({ kind: z.literal('sample'), part, index: place }),
  z.object({ kind: z.literal('plane'), first: direction, second: z.nullable(direction), a: interval, b: interval, width: z.int().min(1).max(256), height: z.int().min(1).max(256), rows: z.int().min(1).max(100_000) }),
  z.object({ kind: z.literal('weights') }),
  z.object({ kind: z.literal('parameters') }),
]);

const PAGE_MESSAGE = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('edit'), request: z.optional(request), edits }),
  z.object({ type: z.literal('preview'), edits: z.nullable(edits) }),
  z.object({ type: z.literal('run'), seriesKeys: z.nullable(z.array(z.string().max(50)).max(10_000)) }),
  z.object({ type: z.literal('cancel') }),
  z.object({ type: z.literal('grid'), request, variant, origin: point, first: point, second: z.nullable(point), a: interval, b: interval, width: side, height: side }),
  z.object({ type: z.literal('probe'), request, variant, point }),
  z.object({ type: z.literal('criticalPoints'), request, variant, box: z.array(interval).min(1).max(100) }),
  z.object({ type: z.literal('gradientCheck'), request, variant, point }),
  z.object({ type: z.literal('apply'), request, run: z.string().max(200), preview: z.boolean(), step: z.nullable(z.int().min(0)), what: APPLY }),
  z.object({ type: z.literal('pin'), run: z.string().max(200) }),
  z.object({ type: z.literal('unpin'), ghost: z.nullable(z.string().max(200)) }),
  z.object({ type: z.literal('openSource'), path: z.optional(path) }),
  z.object({ type: z.literal('trust') }),
  z.object({ type: z.literal('drawn'), picture: z.int() }),
  z.object({ type: z.literal('explain'), request, terms: z.array(term).max(100) }),
  z.object({ type: z.literal('openTerm'), term }),
  z.object({ type: z.literal('export'), format: z.enum(['csv', 'json', 'pytorch', 'keras', 'npz']) }),
  z.object({ type: z.literal('image'), name: z.string().max(300), png: z.instanceof(Uint8Array).refine((png) => png.byteLength <= 64e6) }),
  z.object({ type: z.literal('showLog') }),
  z.object({ type: z.literal('problem'), message: text }),
]);

/** The message, or null where it is none of PageMessage. */
export function readPageMessage(value: unknown): PageMessage | null {
  const result = PAGE_MESSAGE.safeParse(value);
  return result.success ? result.data : null;
}
