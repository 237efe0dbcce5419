/** Where the instruments find their numbers: of an objective in its rows, of a network in its epochs, as far as they were measured there. */
import type { LabRun } from '../../src/protocol/lab';

/** One quantity of one run over its updates. */
export interface Column {
  readonly steps: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  readonly count: number;
}

/** What a network has of every update; the rest is measured at the end of an epoch, and not of each where that costs much. */
const EVERY_UPDATE: readonly string[] = ['gradientNorm', 'learningRate'];

/** Null where the run has no such column. Of a network's epochs only those with a value: between them there is nothing to draw. */
export function columnOf(run: LabRun | undefined, name: string, network: boolean): Column | null {
  const record = run?.record;
  if (!record) return null;
  if (!network || EVERY_UPDATE.includes(name)) {
    const values = record.columns[name];
    return values ? { steps: record.columns['step'], values, count: record.rows } : null;
  }
  const epochs = record.epochs;
  const values = epochs?.columns[name];
  if (!epochs || !values) return null;
  const rows = Array.from({ length: epochs.rows }, (_, row) => row).filter((row) => Number.isFinite(values[row]));
  return { steps: rows.map((row) => epochs.columns['step'][row]), values: rows.map((row) => values[row]), count: rows.length };
}

/** Row by row of two columns that were measured together; null where one is missing. */
export function combined(first: Column | null, second: Column | null, of: (p: number, q: number) => number): Column | null {
  if (!first || !second) return null;
  if (first.steps === second.steps) return { steps: first.steps, values: Float64Array.from({ length: first.count }, (_, i) => of(first.values[i], second.values[i])), count: first.count };
  const rows: { step: number; value: number }[] = [];
  for (let i = 0, j = 0; i < first.count && j < second.count;) {
    if (first.steps[i] === second.steps[j]) rows.push({ step: first.steps[i], value: of(first.values[i++], second.values[j++]) });
    else if (first.steps[i] < second.steps[j]) i++;
    else j++;
  }
  return { steps: rows.map(({ step }) => step), values: rows.map(({ value }) => value), count: rows.length };
}

/** Whether the run has the column but no value in it. */
export function isEmpty(column: Column | null): boolean {
  if (!column) return false;
  for (let i = 0; i < column.count; i++) if (Number.isFinite(column.values[i])) return false;
  return true;
}
