/**
 * Pieces of Python source. Whatever comes from a file (titles, labels, names of layers, columns and files) enters a script through
 * `pyString` alone, as a string literal: none of it can become code or end a comment.
 */

/** Controls, formats that turn the reading direction, lone surrogates, unassigned and private characters, separators of lines. */
const INVISIBLE = /["\\]|[\p{C}\p{Zl}\p{Zp}]/gu;

/** A string literal of one line. */
export function pyString(text: string): string {
  const escaped = text.replace(INVISIBLE, (character) => {
    if (character === '"' || character === '\\') return `\\${character}`;
    const code = character.codePointAt(0)!;
    if (character === '\n') return '\\n';
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}

/** A number that Python reads back as the same float64. */
export function pyNumber(value: number): string {
  if (Number.isNaN(value)) return 'float("nan")';
  if (!Number.isFinite(value)) return value > 0 ? 'float("inf")' : '-float("inf")';
  return Object.is(value, -0) ? '-0.0' : String(value);
}

/** A number that is a float in Python, also where it is whole. */
export function pyFloat(value: number): string {
  const text = pyNumber(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Plain data as a literal: strings, numbers, booleans, null and lists of them. */
export function pyValue(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'string') return pyString(value);
  if (typeof value === 'number') return pyNumber(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(pyValue).join(', ')}]`;
  throw new Error('no such literal');
}

/** A tuple of numbers. */
export function pyTuple(values: readonly number[]): string {
  return `(${values.map(pyNumber).join(', ')}${values.length === 1 ? ',' : ''})`;
}

/** Arguments by name; those that are undefined are left out. */
export function pyArguments(named: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])).join(', ');
}

/** A block moved to the right by so many levels. */
export function indent(text: string, levels = 1): string {
  return text.replace(/^(?=.)/gm, '    '.repeat(levels));
}

/** Top-level pieces with two empty lines between them, none of the absent ones. */
export function joinBlocks(blocks: readonly (string | null | false)[]): string {
  return `${blocks.filter((block): block is string => typeof block === 'string' && block !== '').map((block) => block.replace(/^\n+|\s+$/g, '')).join('\n\n\n')}\n`;
}
