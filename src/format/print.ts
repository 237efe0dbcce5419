import { shortNumber } from './schemaFindings';

/** Objects and lists longer than this are written on several lines. */
const WIDTH = 100;

/**
 * A JSON value as a person would write it: `{ "type": "sgd", "learningRate": 1e-3 }` on one line while it is short, numbers in their
 * shortest form, not-a-number and infinities as null.
 * @param indent the white space before the line that the value stands on.
 * @param unit one level of indentation.
 */
export function printJson(value: unknown, indent = '', unit = '  ', eol = '\n'): string {
  const inline = printInline(value);
  if (inline.length + indent.length <= WIDTH || value === null || typeof value !== 'object') return inline;
  const inner = indent + unit;
  const list = Array.isArray(value);
  const rows = list
    ? value.map((item) => printJson(item, inner, unit, eol))
    : entriesOf(value).map(([key, item]) => `${JSON.stringify(key)}: ${printJson(item, inner, unit, eol)}`);
  if (rows.length === 0) return inline;
  return `${list ? '[' : '{'}${eol}${rows.map((row) => inner + row).join(`,${eol}`)}${eol}${indent}${list ? ']' : '}'}`;
}

function printInline(value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? shortNumber(value) : 'null';
  if (Array.isArray(value)) return `[${value.map(printInline).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = entriesOf(value);
    return entries.length === 0 ? '{}' : `{ ${entries.map(([key, item]) => `${JSON.stringify(key)}: ${printInline(item)}`).join(', ')} }`;
  }
  return JSON.stringify(value) ?? 'null';
}

function entriesOf(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, item]) => item !== undefined);
}
