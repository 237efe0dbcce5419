import { DataError, type Column, type LoadedData } from './dataset';
import type { SourceSpec } from './spec';

type Inline = Extract<SourceSpec, { readonly kind: 'inline' }>;

/** Name of the target's column. */
export const INLINE_TARGET = 'y';

/** Rows written in the experiment itself: a table where a column of x or the target is text, else arrays. */
export function inlineData({ x, y }: Inline): LoadedData {
  const rows = x.map((row) => (typeof row === 'number' ? [row] : row));
  if (rows.length !== y.length) throw new DataError({ code: 'rowsDiffer', x: rows.length, y: y.length });
  const width = rows[0].length;
  rows.forEach((row, i) => {
    if (row.length !== width) throw new DataError({ code: 'rowWidth', row: i + 1, actual: row.length, expected: width });
  });
  const text = rows.some((row) => row.some((cell) => typeof cell === 'string')) || y.some((target) => typeof target === 'string');
  if (text) {
    const columns = Array.from({ length: width }, (_, j) => column(columnName(j, width), rows.map((row) => row[j])));
    return { kind: 'table', rows: rows.length, columns: [...columns, column(INLINE_TARGET, y.map(single))] };
  }
  const targets = y.map((target) => (typeof target === 'object' ? target : [target])) as readonly (readonly number[])[];
  targets.forEach((target, i) => {
    if (target.length !== targets[0].length) throw new DataError({ code: 'rowWidth', row: i + 1, actual: target.length, expected: targets[0].length });
  });
  return {
    kind: 'arrays', rows: rows.length,
    x: { shape: [rows.length, width], values: Float64Array.from(rows.flat() as number[]) },
    y: { shape: [rows.length, targets[0].length], values: Float64Array.from(targets.flat()) },
  };
}

/** What a feature without a name is called: "x", or "x1", "x2" … */
export function columnName(index: number, count: number): string {
  return count === 1 ? 'x' : `x${index + 1}`;
}

function single(target: Inline['y'][number], row: number): number | string {
  if (typeof target !== 'object') return target;
  if (target.length !== 1) throw new DataError({ code: 'rowWidth', row: row + 1, actual: target.length, expected: 1 });
  return target[0];
}

function column(name: string, cells: readonly (number | string)[]): Column {
  if (cells.every((cell) => typeof cell === 'number')) return { name, kind: 'number', values: Float64Array.from(cells) };
  const names = new Map<string, number>();
  const codes = Int32Array.from(cells, (cell) => {
    const text = String(cell);
    if (text === '') return -1;
    if (!names.has(text)) names.set(text, names.size);
    return names.get(text)!;
  });
  return { name, kind: 'text', codes, names: [...names.keys()] };
}
