import { DataError } from '../core/data/dataset';
import { isMissing, NumberReader, utf8 } from './csvColumns';
import { CsvRecords, unescape, type Cells } from './csvRecords';
import { decimal } from './decimal';

/** A delimiter that is not the comma, by what it is when counted in a header. */
const OTHER_DELIMITERS = [';', '\t', '|'];

/** Different values of a column that are told. */
const TOLD = 3;

/** A column as far as the beginning of its file tells. */
export interface ColumnHead {
  readonly name: string;
  /** null where no row was seen. */
  readonly kind: 'number' | 'text' | null;
  /** The first different cells as written, at most three; those that may be missing left out. */
  readonly values: readonly string[];
}

/**
 * The names in the first row of a table. @param line of the file where it stands.
 * @throws DataError where it cannot be a header of comma-separated columns.
 */
export function columnNames(cells: Cells, file: string, line: number): string[] {
  const { bytes, count, from, to } = cells;
  if (bytes.subarray(from[0], to[count - 1]).includes(0)) throw new DataError({ code: 'wrongFormat', expected: 'CSV' }, file);
  const names = Array.from({ length: count }, (_, i) => cellText(cells, i, file, line).trim());
  const text = names.join('');
  for (const delimiter of OTHER_DELIMITERS) {
    if (text.split(delimiter).length > count) throw new DataError({ code: 'delimiter', found: delimiter }, file, line);
  }
  if (Array.from(names.keys()).every((i) => !Number.isNaN(decimal(...plainCell(cells, i))))) throw new DataError({ code: 'noHeader' }, file, line);
  const seen = new Set<string>();
  names.forEach((name, i) => {
    if (name === '') throw new DataError({ code: 'unnamedColumn', index: i + 1 }, file, line);
    if (seen.has(name)) throw new DataError({ code: 'duplicateColumn', column: name }, file, line);
    seen.add(name);
  });
  return names;
}

/**
 * The columns of a CSV file by its first bytes. What is wrong below the header ends the reading and is told by whoever reads the whole.
 * @param bytes from the beginning of the file. @param whole whether that is all of it; else its last row may be cut and is left out.
 * @returns none where the header does not end within them.
 * @throws DataError where the file has no header.
 */
export function csvHead(file: string, bytes: Uint8Array, whole: boolean): readonly ColumnHead[] {
  const columns: { readonly name: string; readonly numbers: NumberReader; readonly values: Set<string> }[] = [];
  let rows = 0;
  const records = new CsvRecords(file, (cells) => {
    if (columns.length === 0) {
      for (const name of columnNames(cells, file, records.line)) columns.push({ name, numbers: new NumberReader(name), values: new Set() });
      return;
    }
    if (cells.count !== columns.length) throw new DataError({ code: 'raggedRow', row: rows + 1, actual: cells.count, expected: columns.length, decimalComma: false }, file, records.line);
    columns.forEach(({ numbers, values }, i) => {
      numbers.add(...plainCell(cells, i), NaN);
      if (values.size < TOLD && !isMissing(cells.bytes, cells.from[i], cells.to[i])) values.add(cellText(cells, i, file, records.line));
    });
    rows++;
  });
  try {
    records.push(bytes);
    if (whole) records.end();
  } catch (error) {
    if (columns.length === 0 || !(error instanceof DataError)) throw error;
  }
  return columns.map(({ name, numbers, values }) => ({ name, kind: rows === 0 ? null : numbers.text ? 'text' : 'number', values: [...values] }));
}

/** Where the text of a cell stands, its doubled quotes made single. */
function plainCell({ bytes, from, to, kind }: Cells, i: number): [Uint8Array, number, number] {
  if (kind[i] !== 2) return [bytes, from[i], to[i]];
  const scratch = new Uint8Array(to[i] - from[i]);
  return [scratch, 0, unescape(bytes, from[i], to[i], scratch)];
}

function cellText(cells: Cells, i: number, file: string, line: number): string {
  return utf8(...plainCell(cells, i), file, line);
}
