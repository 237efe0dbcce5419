import { type Node, createScanner } from 'jsonc-parser';
import { adaptEdit } from './adaptEdit';
import type { PointerEdit, TextChange } from './experiment';
import { nodeAt, propertyOf, readJson, toValue } from './jsonTree';
import { Pieces } from './pieces';
import { isIndex, resolvePath } from './pointer';
import { printJson } from './print';

/** Kinds of tokens of jsonc-parser's scanner; its const enum does not exist at run time under isolated modules. */
const TOKEN = { comma: 5, lineComment: 12, blockComment: 13, lineBreak: 14, trivia: 15, end: 17 } as const;

/**
 * The smallest changes of the text that make the edits, one after the other: comments, layout, line ends and trailing commas stay.
 * Missing objects on the way are made. A value takes the form that stands in the file (a start by names keeps its names).
 * @returns changes of the given text, in order of place, none overlapping another.
 * @throws Error where the text is not JSON or an edit does not fit it (an item that a list does not have, a place inside a number).
 */
export function editText(text: string, edits: readonly PointerEdit[]): TextChange[] {
  const pieces = new Pieces(text);
  for (const edit of edits) {
    const { root, errors } = readJson(pieces.current);
    if (!root || errors.length > 0) throw new Error('the text is not valid JSON');
    const value = toValue(root);
    for (const { path: pointer, value: wanted } of adaptEdit(value, edit)) {
      const path = resolvePath(value, pointer);
      if (!path) throw new Error(`not a JSON Pointer: ${pointer}`);
      const context: Context = { text: pieces.current, ...layoutOf(pieces.current) };
      pieces.apply(wanted === undefined ? removal(context, root, path) : assignment(context, root, path, wanted));
    }
  }
  return pieces.changes();
}

/** The text after changes (in order of place, none overlapping). */
export function applyChanges(text: string, changes: readonly TextChange[]): string {
  const pieces = new Pieces(text);
  pieces.apply(changes);
  return pieces.current;
}

interface Layout {
  readonly eol: string;
  /** One level of indentation. */
  readonly unit: string;
}

interface Context extends Layout {
  readonly text: string;
}

function layoutOf(text: string): Layout {
  const eol = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
  const unit = /[\r\n]([ \t]+)\S/.exec(text)?.[1] ?? '  ';
  return { eol, unit: unit.startsWith('\t') ? '\t' : unit };
}

function assignment(context: Context, root: Node, path: readonly string[], value: unknown): TextChange[] {
  const existing = path[path.length - 1] === '-' ? undefined : nodeAt(root, path);
  if (existing) return replacement(context, existing, value);
  // The deepest thing that is there receives the rest of the way.
  let depth = path.length - 1;
  let parent = nodeAt(root, path.slice(0, depth));
  while (!parent && depth > 0) parent = nodeAt(root, path.slice(0, --depth));
  if (!parent) throw new Error('nothing to write into');
  const [key, ...rest] = path.slice(depth);
  const made = rest.reduceRight<unknown>((inner, name) => (name === '-' ? [inner] : { [name]: inner }), value);
  if (parent.type === 'null') return [{ offset: parent.offset, length: parent.length, text: printJson({ [key]: made }, indentAt(context.text, parent.offset), context.unit, context.eol) }];
  if (parent.type === 'object') return insertion(context, parent, parent.children!.length, (indent) => `${JSON.stringify(key)}: ${printJson(made, indent, context.unit, context.eol)}`);
  if (parent.type === 'array') {
    const length = parent.children!.length;
    if (key !== '-' && !(isIndex(key) && Number(key) === length)) throw new Error(`the list has no item ${key}`);
    return insertion(context, parent, length, (indent) => printJson(made, indent, context.unit, context.eol));
  }
  throw new Error(`there is no place ${key} inside a ${parent.type}`);
}

/** Where old and new have the same build, only the leaves that differ are written. */
function replacement(context: Context, node: Node, value: unknown): TextChange[] {
  if (node.type === 'array' && Array.isArray(value) && value.length === node.children!.length) {
    return node.children!.flatMap((child, i) => replacement(context, child, value[i]));
  }
  if (node.type === 'object' && value !== null && typeof value === 'object' && !Array.isArray(value)) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    const keys = new Set(node.children!.map((property) => property.children![0].value as string));
    if (entries.length === keys.size && entries.every(([key]) => keys.has(key))) {
      return entries.flatMap(([key, item]) => replacement(context, propertyOf(node, key)!.children![1], item));
    }
  }
  if (node.type !== 'object' && node.type !== 'array' && node.value === value) return [];
  return [{ offset: node.offset, length: node.length, text: printJson(value, indentAt(context.text, node.offset), context.unit, context.eol) }];
}

/** A property or item at the end of an object or a list. */
function insertion(context: Context, parent: Node, index: number, print: (indent: string) => string): TextChange[] {
  const { text, eol, unit } = context;
  const children = parent.children!;
  const close = parent.offset + parent.length - 1;
  if (index === 0) {
    const inside = text.slice(parent.offset + 1, close);
    const outer = indentAt(text, parent.offset);
    if (inside.trim() === '') {
      const root = parent.parent === undefined;
      const several = root || /[\r\n]/.test(inside);
      const written = several ? `${eol}${outer}${unit}${print(outer + unit)}${eol}${outer}` : parent.type === 'object' ? ` ${print(outer)} ` : print(outer);
      return [{ offset: parent.offset + 1, length: inside.length, text: written }];
    }
    // Only comments stand in it: behind them.
    const end = parent.offset + 1 + inside.trimEnd().length;
    return [{ offset: end, length: close - end, text: `${eol}${outer}${unit}${print(outer + unit)}${eol}${outer}` }];
  }
  const last = children[index - 1];
  const end = last.offset + last.length;
  const rest = tokensBetween(text, end, close);
  const comma = rest.find((token) => token.kind === TOKEN.comma);
  const ownLine = /^[ \t]*$/.test(text.slice(lineStart(text, last.offset), last.offset)) && lineStart(text, last.offset) > parent.offset;
  if (!ownLine) {
    const written = comma ? ` ${print(indentAt(text, last.offset))},` : `, ${print(indentAt(text, last.offset))}`;
    return [{ offset: comma ? comma.offset + 1 : end, length: 0, text: written }];
  }
  const indent = indentAt(text, last.offset);
  // A comment behind the last entry, on its line, belongs to it.
  const after = rest.filter((token) => token.offset >= (comma ? comma.offset + 1 : end));
  let at = comma ? comma.offset + 1 : end;
  for (const token of after) {
    if (token.kind === TOKEN.lineBreak) break;
    if (token.kind === TOKEN.lineComment || token.kind === TOKEN.blockComment) at = token.offset + token.length;
  }
  const line = `${eol}${indent}${print(indent)}${comma ? ',' : ''}`;
  return comma || at === end
    ? [{ offset: at, length: 0, text: (comma ? '' : ',') + line }]
    : [{ offset: end, length: 0, text: ',' }, { offset: at, length: 0, text: line }];
}

function removal(context: Context, root: Node, path: readonly string[]): TextChange[] {
  const { text } = context;
  if (path.length === 0) throw new Error('the whole file cannot be removed');
  const parent = nodeAt(root, path.slice(0, -1));
  const key = path[path.length - 1];
  const node = parent?.type === 'object' ? propertyOf(parent, key) : parent?.type === 'array' && isIndex(key) ? parent.children![Number(key)] : undefined;
  if (!parent || !node) return [];
  const children = parent.children!;
  const index = children.indexOf(node);
  const close = parent.offset + parent.length - 1;
  const end = node.offset + node.length;
  const next = children[index + 1];
  const comma = tokensBetween(text, end, next?.offset ?? close).find((token) => token.kind === TOKEN.comma);
  const changes: TextChange[] = [];

  // The comma before goes with the last entry, unless the list keeps a comma at its end anyway.
  if (!next && !comma && index > 0) {
    const before = children[index - 1];
    const separator = tokensBetween(text, before.offset + before.length, node.offset).find((token) => token.kind === TOKEN.comma);
    if (separator) changes.push({ offset: separator.offset, length: 1, text: '' });
  }
  let from = node.offset;
  let to = comma ? comma.offset + 1 : end;
  // A comment between the entry and its comma stays.
  const kept = comma ? text.slice(end, comma.offset).trim() : '';
  const tail = /^[ \t]*(\/\/[^\r\n]*|\/\*(?:(?!\*\/)[^\r\n])*\*\/[ \t]*)?(?=\r|\n|$)/.exec(text.slice(to, lineEnd(text, to)));
  const begin = lineStart(text, from);
  const alone = /^[ \t]*$/.test(text.slice(begin, from)) && begin > parent.offset;
  if (alone && tail && kept === '' && (to + tail[0].length < close)) {
    // Whole lines of its own, with the comment behind it.
    from = begin;
    to = nextLine(text, to + tail[0].length);
    changes.push({ offset: from, length: to - from, text: '' });
    return changes;
  }
  if (next && text.slice(to, next.offset).trim() === '' && !/[\r\n]/.test(text.slice(to, next.offset))) {
    to = next.offset;
  } else if (!next && index > 0) {
    const before = children[index - 1].offset + children[index - 1].length;
    if (text.slice(before, from).replace(',', '').trim() === '') {
      // ", 2" goes as one; a comma at the end of the list then serves the entry before.
      changes.length = 0;
      from = before;
      if (comma) to = end;
    }
  } else if (!next && index === 0 && text.slice(parent.offset + 1, from).trim() === '' && text.slice(to, close).trim() === '') {
    from = parent.offset + 1;
    to = close;
  }
  changes.push({ offset: from, length: to - from, text: kept });
  return changes;
}

interface Token {
  readonly kind: number;
  readonly offset: number;
  readonly length: number;
}

/** Commas, comments and line breaks between two entries, in order. */
function tokensBetween(text: string, from: number, to: number): Token[] {
  const scanner = createScanner(text.slice(from, to), false);
  const tokens: Token[] = [];
  for (let kind = scanner.scan() as number; kind !== TOKEN.end; kind = scanner.scan() as number) {
    tokens.push({ kind, offset: from + scanner.getTokenOffset(), length: scanner.getTokenLength() });
  }
  return tokens;
}

function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && text[at - 1] !== '\n' && text[at - 1] !== '\r') at--;
  return at;
}

function lineEnd(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
}

function nextLine(text: string, offset: number): number {
  const end = lineEnd(text, offset);
  return text[end] === '\r' && text[end + 1] === '\n' ? end + 2 : Math.min(text.length, end + 1);
}

/** The white space at the beginning of the line. */
function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset)))![0];
}
