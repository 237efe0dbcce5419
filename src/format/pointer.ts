/** JSON Pointers (RFC 6901): places in the file by name. */

export type PathSegment = string | number;

/** "/optimizers/0/learningRate" from ["optimizers", 0, "learningRate"]; "" is the whole file. */
export function toPointer(path: readonly PathSegment[]): string {
  return path.map((segment) => `/${escapeSegment(String(segment))}`).join('');
}

/** One key as it stands in a pointer. */
export function escapeSegment(key: string): string {
  return key.replace(/~/g, '~0').replace(/\//g, '~1');
}

/** A pointer with more segments leads deeper than any file is read. */
const MAX_SEGMENTS = 64;

/** The keys of a pointer, or null where it is none (it must be empty or begin with "/") or is endless. */
export function fromPointer(pointer: string): string[] | null {
  if (pointer === '') return [];
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return null;
  const segments = pointer.slice(1).split('/', MAX_SEGMENTS + 1);
  if (segments.length > MAX_SEGMENTS) return null;
  return segments.map((segment) => segment.replace(/~1/g, '/').replace(/~0/g, '~'));
}

/** The value at a path of own properties and indices; undefined where there is none. */
export function valueAtPath(value: unknown, path: readonly PathSegment[]): unknown {
  let at = value;
  for (const segment of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, segment) || (Array.isArray(at) && !isIndex(segment))) return undefined;
    at = (at as Record<PathSegment, unknown>)[segment];
  }
  return at;
}

/** The value at a pointer; undefined where there is none or the pointer is malformed. */
export function valueAt(value: unknown, pointer: string): unknown {
  const path = fromPointer(pointer);
  return path ? valueAtPath(value, path) : undefined;
}

export function isIndex(segment: PathSegment): boolean {
  return typeof segment === 'number' ? Number.isInteger(segment) && segment >= 0 : /^(0|[1-9]\d*)$/.test(segment);
}

/**
 * A pointer with indices only: an optimizer's or a variant's label and a layer's name may stand for its index.
 * @returns null where the pointer is malformed; names that are not found stay as they are.
 */
export function resolvePath(value: unknown, pointer: string): string[] | null {
  const path = fromPointer(pointer);
  if (!path) return null;
  let at: unknown = value;
  return path.map((segment) => {
    let key = segment;
    if (Array.isArray(at) && !isIndex(segment) && segment !== '-') {
      const index = at.findIndex((item) => nameOf(item) === segment);
      if (index >= 0) key = String(index);
    }
    at = valueAtPath(at, [key]);
    return key;
  });
}

function nameOf(item: unknown): unknown {
  return valueAtPath(item, ['label']) ?? valueAtPath(item, ['name']) ?? valueAtPath(item, ['type']);
}
