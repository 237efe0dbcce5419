import { type Node, type ParseErrorCode, visit } from 'jsonc-parser';
import type { PathSegment } from './pointer';

/** Deeper files are refused before anything recursive reads them. */
export const MAX_DEPTH = 64;
/** UTF-16 units. */
export const MAX_LENGTH = 4_000_000;
/** Keys of one object. */
export const MAX_KEYS = 1000;
/** Entries of one list; numbers may be more, and so may what `mayBeLong` allows. */
export const MAX_ENTRIES = 5000;
/** After so many syntax errors the rest of the text is not read. */
const MAX_ERRORS = 50;
/** Keys given twice that are told. */
const MAX_DUPLICATES = 50;

export interface SyntaxProblem {
  readonly kind: 'syntax' | 'tooDeep';
  readonly error: ParseErrorCode | null;
  readonly offset: number;
  readonly length: number;
  /** Where the bracket that was never closed stands. */
  readonly opener: number | null;
}

export interface DuplicateKey {
  readonly key: string;
  readonly offset: number;
  readonly length: number;
  readonly path: readonly PathSegment[];
}

export interface JsonTree {
  readonly root: Node | null;
  /** In order of place; the first is the one worth telling, the others often follow from it. */
  readonly errors: readonly SyntaxProblem[];
  readonly duplicates: readonly DuplicateKey[];
}

interface MutableNode {
  type: Node['type'];
  value?: unknown;
  offset: number;
  length: number;
  colonOffset?: number;
  parent?: MutableNode;
  children?: MutableNode[];
}

/** Thrown by the visitor to leave a text that is not worth reading further. */
class Abandon extends Error {}

/**
 * JSON with comments and trailing commas → tree with offsets. Never throws: what could be read is in `root`.
 * A byte-order mark counts as space.
 */
export function readJson(text: string): JsonTree {
  const source = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  const errors: SyntaxProblem[] = [];
  const duplicates: DuplicateKey[] = [];
  const keys: Set<string>[] = [];
  let root: MutableNode | null = null;
  let parent: MutableNode | null = null;
  let depth = 0;
  let opener: number | null = null;

  const attach = (node: MutableNode): MutableNode => {
    if (parent) {
      node.parent = parent;
      parent.children!.push(node);
    } else {
      root = node;
    }
    return node;
  };
  /** A property ends with its value. */
  const closeProperty = (end: number): void => {
    if (parent?.type !== 'property') return;
    parent.length = end - parent.offset;
    parent = parent.parent ?? null;
  };
  const open = (type: 'object' | 'array', offset: number): void => {
    if (++depth > MAX_DEPTH) {
      errors.push({ kind: 'tooDeep', error: null, offset, length: 1, opener: null });
      throw new Abandon();
    }
    if (type === 'object') keys.push(new Set());
    parent = attach({ type, offset, length: -1, children: [] });
  };
  const close = (offset: number, length: number): void => {
    depth--;
    closeProperty(offset);
    if (!parent) return;
    if (parent.type === 'object') keys.pop();
    opener = parent.offset;
    parent.length = offset + length - parent.offset;
    parent = parent.parent ?? null;
    closeProperty(offset + length);
  };

  try {
    visit(source, {
      onObjectBegin: (offset) => open('object', offset),
      onObjectProperty: (key, offset, length) => {
        closeProperty(offset);
        const seen = keys[keys.length - 1];
        if (seen.has(key) && duplicates.length < MAX_DUPLICATES) duplicates.push({ key, offset, length, path: pathOf(parent!) });
        seen.add(key);
        const property = attach({ type: 'property', offset, length: -1, children: [] });
        property.children!.push({ type: 'string', value: key, offset, length, parent: property });
        parent = property;
      },
      onObjectEnd: close,
      onArrayBegin: (offset) => open('array', offset),
      onArrayEnd: close,
      onLiteralValue: (value: unknown, offset, length) => {
        attach({ type: value === null ? 'null' : (typeof value as 'string' | 'number' | 'boolean'), value, offset, length });
        closeProperty(offset + length);
      },
      onSeparator: (character, offset) => {
        if (parent?.type !== 'property') return;
        if (character === ':') parent.colonOffset = offset;
        else closeProperty(offset);
      },
      onError: (error, offset, length) => {
        errors.push({ kind: 'syntax', error, offset, length, opener });
        if (errors.length >= MAX_ERRORS) throw new Abandon();
      },
    }, { allowTrailingComma: true });
  } catch (error) {
    if (!(error instanceof Abandon)) throw error;
    for (let node = parent as MutableNode | null; node; node = node.parent ?? null) node.length = Math.max(0, source.length - node.offset);
  }
  return { root: root as Node | null, errors, duplicates };
}

/** The keys and indices that lead to a node. */
function pathOf(node: MutableNode): PathSegment[] {
  const path: PathSegment[] = [];
  for (let at: MutableNode | undefined = node; at?.parent; at = at.parent) {
    if (at.parent.type === 'array') path.unshift(at.parent.children!.indexOf(at));
    else if (at.parent.type === 'property') path.unshift(at.parent.children![0].value as string);
  }
  return path;
}

/** The plain value of a tree. "__proto__" is a key like any other; of equal keys the last counts. */
export function toValue(node: Node | undefined | null): unknown {
  if (!node) return undefined;
  if (node.type === 'array') return node.children!.map(toValue);
  if (node.type !== 'object') return node.value;
  const value = {};
  for (const property of node.children!) {
    const [key, child] = property.children!;
    Object.defineProperty(value, key.value as string, { value: child ? toValue(child) : null, enumerable: true, configurable: true, writable: true });
  }
  return value;
}

/** The value's node at a path (of equal keys the last, as in toValue); undefined where there is none. */
export function nodeAt(root: Node | null | undefined, path: readonly PathSegment[]): Node | undefined {
  let node = root ?? undefined;
  for (const segment of path) {
    if (!node) return undefined;
    if (node.type === 'array') node = /^\d+$/.test(String(segment)) ? node.children![Number(segment)] : undefined;
    else node = propertyOf(node, String(segment))?.children![1];
  }
  return node;
}

/** An object's property node by name; undefined where it has none. */
export function propertyOf(node: Node | undefined, key: string): Node | undefined {
  return node?.type === 'object' ? node.children!.findLast((property) => property.children![0].value === key) : undefined;
}

export interface Oversize {
  readonly kind: 'keys' | 'entries';
  readonly limit: number;
  readonly path: readonly PathSegment[];
  readonly node: Node;
}

/**
 * The first object or list that is longer than anything that is compared with each other may be, or null. Checks may then take time
 * in the square of a length.
 * @param mayBeLong whether the list at a path holds data.
 */
export function oversize(root: Node | null, mayBeLong: (path: readonly PathSegment[]) => boolean): Oversize | null {
  const path: PathSegment[] = [];
  const visit = (node: Node): Oversize | null => {
    const children = node.children ?? [];
    if (node.type === 'object') {
      if (children.length > MAX_KEYS) return { kind: 'keys', limit: MAX_KEYS, path: [...path], node };
      for (const property of children) {
        const [key, value] = property.children!;
        if (!value) continue;
        path.push(key.value as string);
        const found = visit(value);
        path.pop();
        if (found) return found;
      }
    } else if (node.type === 'array' && !mayBeLong(path)) {
      if (children.length > MAX_ENTRIES && children.some((child) => child.type !== 'number')) return { kind: 'entries', limit: MAX_ENTRIES, path: [...path], node };
      for (let i = 0; i < children.length; i++) {
        if (!children[i].children) continue;
        path.push(i);
        const found = visit(children[i]);
        path.pop();
        if (found) return found;
      }
    }
    return null;
  };
  return root && visit(root);
}

/** Values in a tree, keys not counted. */
export function countValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  let count = 1;
  for (const child of Object.values(value)) count += countValues(child);
  return count;
}

/** Offsets of the beginnings of lines; a line ends with \n, \r\n or \r. */
export class Lines {
  private readonly starts: number[] = [0];

  constructor(text: string) {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) this.starts.push(i + 1);
    }
  }

  /** Line and column from 1. */
  at(offset: number): { readonly line: number; readonly column: number } {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.starts[low] + 1 };
  }
}

/**
 * Offset in the file of a place inside a JSON string, which may be written with escapes.
 * @param text the file.
 * @param node a string's node.
 * @param index position in the string's value; its length gives the place before the closing quote.
 */
export function offsetInString(text: string, node: Node, index: number): number {
  let offset = node.offset + 1;
  const end = node.offset + node.length - 1;
  for (let i = 0; i < index && offset < end; i++) {
    if (text[offset] !== '\\') offset++;
    else offset += text[offset + 1] === 'u' ? 6 : 2;
  }
  return Math.min(offset, end);
}
