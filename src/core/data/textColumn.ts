import { DataError, type Column } from './dataset';

type TextColumn = Extract<Column, { readonly kind: 'text' }>;

/** A column of numbers with a few odd words is taken as text up to so many different values. */
const FEW_NAMES = 20;

/** @throws DataError where a text column cannot be meant as names. */
export function checkText(column: TextColumn, limit: number): void {
  const { name, names, codes, stray } = column;
  if (stray !== undefined && names.length > FEW_NAMES) throw new DataError({ code: 'mostlyNumbers', column: name, row: stray + 1, text: names[codes[stray]] });
  if (names.length > limit) throw new DataError({ code: 'tooManyNames', column: name, names: names.length, limit });
}

/** Where each of a column's names stands among those of the main data; −1: nowhere. */
export function translation(column: TextColumn, names: readonly string[]): Int32Array {
  const place = new Map(names.map((name, i) => [name, i]));
  return Int32Array.from(column.names, (name) => place.get(name) ?? -1);
}
