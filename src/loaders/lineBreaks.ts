import type { RowLines } from '../core/data/rowLines';
import { growingInts } from './growing';

/** Notes on which lines rows stand while they are read: only where a row does not stand on the line after the row before it. */
export class LineBreaks {
  private readonly rows = growingInts();
  private readonly lines = growingInts();
  private next = -1;

  /** @param row from 0, each in turn. @param line from 1. */
  add(row: number, line: number): void {
    if (line !== this.next) {
      this.rows.push(row);
      this.lines.push(line);
    }
    this.next = line + 1;
  }

  take(): RowLines {
    return { rows: this.rows.take(), lines: this.lines.take() };
  }
}
