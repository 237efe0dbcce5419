import type { Dataset, LoadedData, NumericArray, Part } from './dataset';
import { columnName } from './inline';

/** Columns described one by one at most; pictures and wide data are described as a whole. */
const MOST_COLUMNS = 500;
/** Values of a shown row at most. */
const MOST_CELLS = 1024;

export interface NumberFacts {
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  /** Of the population. */
  readonly deviation: number;
  readonly missing: number;
}

export type ColumnFacts =
  | ({ readonly name: string; readonly kind: 'number' } & NumberFacts)
  /** Names with their counts, the most frequent first, at most 20 of `distinct`. */
  | { readonly name: string; readonly kind: 'text'; readonly distinct: number; readonly names: readonly { readonly name: string; readonly count: number }[]; readonly missing: number };

export interface DataFacts {
  readonly rows: number;
  /** One a column where there are at most 500 and rows are no pictures; empty otherwise. */
  readonly columns: readonly ColumnFacts[];
  /** Over all values of x where the columns are not told apart. */
  readonly values: NumberFacts | null;
  /** Share of entries that are not zero, of sparse rows. */
  readonly density: number | null;
  /** Raw, as loaded: text as text, a missing cell null; a cut row ends early. */
  readonly firstRows: readonly (readonly (number | string | null)[])[];
}

/** What the Data panel tells of a source as it was loaded, before any row is refused. */
export function describeData(loaded: LoadedData, firstRows = 10): DataFacts {
  const rows = Math.min(firstRows, loaded.rows);
  const range = <T>(count: number, of: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => of(i));
  if (loaded.kind === 'table') {
    const columns = loaded.columns.slice(0, MOST_COLUMNS);
    return {
      rows: loaded.rows, values: null, density: null,
      columns: columns.map((column) => (column.kind === 'number' ? { name: column.name, kind: 'number', ...numberFacts(column.values, 0, 1) } : textFacts(column))),
      firstRows: range(rows, (i) => columns.map((column) => (column.kind === 'number' ? (Number.isNaN(column.values[i]) ? null : column.values[i]) : column.names[column.codes[i]] ?? null))),
    };
  }
  if (loaded.kind === 'sparse') {
    const { columns, offsets, indices, values } = loaded.x;
    const dense = (row: number): number[] => {
      const cells = new Array<number>(Math.min(columns, MOST_CELLS)).fill(0);
      for (let entry = offsets[row]; entry < offsets[row + 1]; entry++) if (indices[entry] < cells.length) cells[indices[entry]] = values[entry];
      return cells;
    };
    return { rows: loaded.rows, columns: [], values: numberFacts(values, 0, 1), density: values.length / (loaded.rows * columns), firstRows: range(rows, dense) };
  }
  const { values, shape } = loaded.x;
  const width = values.length / loaded.rows;
  const apart = shape.length <= 2 && width <= MOST_COLUMNS;
  return {
    rows: loaded.rows, density: null,
    columns: apart ? range(width, (j) => ({ name: columnName(j, width), kind: 'number', ...numberFacts(values, j, width) })) : [],
    values: apart ? null : numberFacts(values, 0, 1),
    firstRows: range(rows, (i) => range(Math.min(width, MOST_CELLS), (j) => values[i * width + j])),
  };
}

/** Rows of each class in a part. */
export function classCounts({ data, rows }: Part): Int32Array {
  const counts = new Int32Array(data.classes?.length ?? 0);
  if (data.classes) for (const row of rows) counts[data.y[row]]++;
  return counts;
}

/** Facts of feature j of an encoded, dense data set over all its rows; null where rows are sparse. */
export function featureFacts(data: Dataset, j: number): NumberFacts | null {
  if (data.x.kind === 'sparse') return null;
  return numberFacts(data.x.values, j, data.x.values.length / data.rows);
}

/** Of values[from], values[from + step] …; NaN is a missing value. */
function numberFacts(values: NumericArray['values'], from: number, step: number): NumberFacts {
  let minimum = Infinity;
  let maximum = -Infinity;
  let missing = 0;
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (let i = from; i < values.length; i += step) {
    const value = values[i];
    if (Number.isNaN(value)) {
      missing++;
      continue;
    }
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    // Welford's update: one pass, no cancellation.
    const delta = value - mean;
    mean += delta / ++count;
    squares += delta * (value - mean);
  }
  return count === 0 ? { minimum: NaN, maximum: NaN, mean: NaN, deviation: NaN, missing } : { minimum, maximum, mean, deviation: Math.sqrt(squares / count), missing };
}

function textFacts({ name, names, codes }: Extract<Extract<LoadedData, { kind: 'table' }>['columns'][number], { kind: 'text' }>): ColumnFacts {
  const counts = new Int32Array(names.length);
  let missing = 0;
  for (const code of codes) {
    if (code < 0) missing++;
    else counts[code]++;
  }
  const frequent = Array.from(names.keys()).sort((a, b) => counts[b] - counts[a] || a - b).slice(0, 20);
  return { name, kind: 'text', distinct: names.length, names: frequent.map((code) => ({ name: names[code], count: counts[code] })), missing };
}
