import type { LabRun } from '../src/protocol/lab';

/** "metric:accuracy" is a metric of networks: its value on the rows of validation, where there are some. */
export type ResultColumn = 'label' | 'status' | 'steps' | 'epochs' | 'loss' | 'validationLoss' | 'testLoss' | 'gradientNorm' | 'seconds' | 'verdict' | `metric:${string}`;

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
      const value = column === 'validationLoss' ? validationLossOf(run) : column === 'testLoss' ? run.model?.testLoss ?? null : column.startsWith('metric:') ? metricOf(run, column.slice(7))?.value ?? null : run[column as 'steps' | 'epochs' | 'loss' | 'gradientNorm' | 'seconds'];
      return value === null || Number.isNaN(value) ? null : value;
    }
  }
}

/** A metric as a table shows it: on the rows of validation, else on those of training; of a run that goes on, after its last epoch. */
export function metricOf(run: LabRun, metric: string): { readonly value: number; readonly validation: boolean } | null {
  const held = `validation${metric[0].toUpperCase()}${metric.slice(1)}`;
  for (const [name, validation] of [[held, true], [metric, false]] as const) {
    const value = run.model?.metrics[name] ?? lastOf(run, name);
    if (value !== null && Number.isFinite(value)) return { value, validation };
  }
  return null;
}

export function validationLossOf(run: LabRun): number | null {
  return run.model ? run.model.validationLoss : lastOf(run, 'validationLoss');
}

/** The column's value after the last epoch so far. */
function lastOf(run: LabRun, name: string): number | null {
  const epochs = run.record?.epochs;
  return epochs && epochs.rows > 0 ? epochs.columns[name]?.[epochs.rows - 1] ?? null : null;
}
