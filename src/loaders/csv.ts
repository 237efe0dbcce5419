import { DataError, type ByteSource, type Column, type LoadedData } from '../core/data/dataset';
import type { Work } from '../core/data/work';
import { NumberReader, TextReader, utf8, type ColumnReader } from './csvColumns';
import { columnNames } from './csvHead';
import { CsvRecords, unescape, type Cells } from './csvRecords';
import { LineBreaks } from './lineBreaks';
import { inSlices, pieces, type LoadOptions } from './pieces';

/**
 * A CSV file as a table. The first row names the columns; a column is of numbers if all its cells are numbers or missing, else of text.
 * Bytes become numbers without a string between them. A column that turns out to be text only after numbers is read again as text from
 * the beginning, so that "007" and "1.0" stay as they are written.
 * @throws DataError, LoadCancelled
 */
export async function loadCsv(source: ByteSource, options: LoadOptions = {}): Promise<LoadedData> {
  const first = new TableReader(source.name, null);
  await first.read(source, options);
  const { readers, rows } = first;
  const late = new Set(readers.flatMap((reader, i) => (reader instanceof NumberReader && reader.text ? [i] : [])));
  let again: TableReader | null = null;
  if (late.size > 0) {
    again = new TableReader(source.name, late);
    await again.read(source, options);
    if (again.rows !== rows || again.readers.length !== readers.length) throw new DataError({ code: 'truncated' }, source.name);
  }
  const columns = await inSlices(takeColumns(readers.map((reader, i) => (late.has(i) ? again!.readers[i] : reader) as NumberReader | TextReader), rows, source.name), Infinity, { cancelled: options.cancelled });
  return { kind: 'table', rows, columns, lines: first.lines.take() };
}

function* takeColumns(readers: readonly (NumberReader | TextReader)[], rows: number, file: string): Work<Column[]> {
  const columns: Column[] = [];
  for (const reader of readers) {
    columns.push(reader.column(file));
    yield rows;
  }
  return columns;
}

/** One reading of a file. */
class TableReader {
  rows = 0;
  readers: readonly ColumnReader[] = [];
  readonly lines = new LineBreaks();
  private scratch = new Uint8Array(1024);
  private readonly records: CsvRecords;

  /** @param texts the columns to read, as text; null: every one, as what it is. */
  constructor(private readonly file: string, private readonly texts: ReadonlySet<number> | null) {
    this.records = new CsvRecords(file, (cells) => (this.readers.length === 0 ? this.header(cells) : this.row(cells)));
  }

  async read(source: ByteSource, options: LoadOptions): Promise<void> {
    try {
      for await (const piece of pieces(source, options)) this.records.push(piece);
      this.records.end();
    } catch (error) {
      if (error instanceof DataError && error.problem.code === 'textAfterQuote') throw new DataError({ code: 'textAfterQuote', row: this.readers.length === 0 ? 0 : this.rows + 1 }, error.file, error.line);
      throw error;
    }
    if (this.rows === 0) throw new DataError({ code: 'noRows' }, this.file);
  }

  private header(cells: Cells): void {
    const names = columnNames(cells, this.file, this.records.line);
    this.readers = names.map((name, i) => (!this.texts ? new FirstCell(name, (reader) => this.settle(i, reader)) : this.texts.has(i) ? new TextReader(name) : SKIPPED));
  }

  private settle(index: number, reader: ColumnReader): void {
    (this.readers as ColumnReader[])[index] = reader;
  }

  private row(cells: Cells): void {
    const { readers } = this;
    const { count, bytes, from, to, kind, value } = cells;
    if (count !== readers.length) {
      const whole = (i: number): boolean => /^[+-]?\d+$/.test(utf8(...this.cell(cells, i), this.file));
      const decimalComma = count > readers.length && count <= 2 * readers.length && Array.from({ length: count }, (_, i) => i).every(whole);
      throw new DataError({ code: 'raggedRow', row: this.rows + 1, actual: count, expected: readers.length, decimalComma }, this.file, this.records.line);
    }
    for (let i = 0; i < count; i++) {
      if (kind[i] === 2) readers[i].add(...this.cell(cells, i), NaN);
      else readers[i].add(bytes, from[i], to[i], value[i]);
    }
    this.lines.add(this.rows++, this.records.line);
  }

  /** Where the text of a cell stands, its doubled quotes made single. */
  private cell({ bytes, from, to, kind }: Cells, i: number): [Uint8Array, number, number] {
    if (kind[i] !== 2) return [bytes, from[i], to[i]];
    if (this.scratch.length < to[i] - from[i]) this.scratch = new Uint8Array(2 * (to[i] - from[i]));
    return [this.scratch, 0, unescape(bytes, from[i], to[i], this.scratch)];
  }
}

const SKIPPED: ColumnReader = { name: '', add: () => undefined };

/** Before the first cell: it says whether numbers or text are to be expected. */
class FirstCell implements ColumnReader {
  constructor(readonly name: string, private readonly settle: (reader: ColumnReader) => void) {}

  add(bytes: Uint8Array, from: number, to: number, known: number): void {
    const numbers = new NumberReader(this.name);
    numbers.add(bytes, from, to, known);
    if (!numbers.text) {
      this.settle(numbers);
      return;
    }
    const text = new TextReader(this.name);
    text.add(bytes, from, to, known);
    this.settle(text);
  }
}
