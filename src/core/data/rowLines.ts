/** On which lines of its file the rows of a table stand, as the rows from which on their distance from their line is another. */
export interface RowLines {
  /** Rows, from 0, ascending. */
  readonly rows: Int32Array;
  /** The line, from 1, of each of them. */
  readonly lines: Int32Array;
}

/** The line of a row, from 0; null where it is not known. */
export function lineOf({ rows, lines }: RowLines, row: number): number | null {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle] <= row) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : lines[low - 1] + row - rows[low - 1];
}
