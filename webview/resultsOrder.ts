import type { LabRun } from '../src/protocol/lab';

export type ResultColumn = 'label' | 'status' | 'steps' | 'loss' | 'gradientNorm' | 'seconds' | 'verdict';

export interface ResultOrder {
  readonly column: ResultColumn;
  readonly descending: boolean;
}

const SEVERITY = { error: 0, warning: 1, neutral: 2, good: 3 } as const;

/** Sorts a copy. Runs without a value (null, NaN) come last in either direction; equal ones keep the file's order. */
export function orderResults(runs: readonly LabRun[], order: ResultOrder | null): readonly LabRun[] {
  if (!order) return runs;
  const sign = order.descending ? -1 : 1;
  return runs.map((run, index) => ({ run, index, key: keyOf(run, order.column) })).sort((a, b) => {
    if (a.key === null || b.key === null) return a.key === b.key ? a.index - b.index : a.key === null ? 1 : -1;
    const compared = typeof a.key === 'string' ? a.key.localeCompare(b.key as string) : a.key - (b.key as number);
    return sign * compared || a.index - b.index;
  }).map(({ run }) => run);
}

/** A header's next state when it is pressed: ascending, descending, the file's order. */
export function nextOrder(current: ResultOrder | null, column: ResultColumn): ResultOrder | null {
  if (current?.column !== column) return { column, descending: false };
  return current.descending ? null : { column, descending: true };
}

function keyOf(run: LabRun, column: ResultColumn): string | number | null {
  switch (column) {
    case 'label': return run.label;
    case 'status': return run.statusText;
    case 'verdict': return run.verdict ? SEVERITY[run.verdict.severity] : null;
    default: {
      const value = run[column];
      return value === null || Number.isNaN(value) ? null : value;
    }
  }
}
