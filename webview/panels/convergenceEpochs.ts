/** What a network's epochs give the convergence charts: which metrics there are, and the curve of each on training and validation rows. */
import type { LabDocument, LabRun } from '../../src/protocol/lab';
import { bandOf } from '../charts/paths';
import { PLACES, orderMetrics, partOf } from '../metricNames';

/** Fewer epochs than these are no curve: then the losses of the batches are. */
export const EPOCHS_LEAST = 3;

export interface Curve {
  readonly steps: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  readonly band: { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> } | null;
  readonly count: number;
}

/** Metrics that the runs have a value of after each epoch, each once for training and validation together. */
export function metricsOf(runs: readonly LabRun[]): string[] {
  const found = new Set<string>();
  for (const run of runs) {
    for (const [name, column] of Object.entries(run.record?.epochs?.columns ?? {})) {
      if (!PLACES.includes(name) && column.some(Number.isFinite)) found.add(partOf(name).metric);
    }
  }
  return orderMetrics(found);
}

/**
 * The metric that all runs can be compared by: the loss, or, where variants have losses of their own, the first metric that all share
 * and that has a value in every run (an accuracy has none where classes are fitted as numbers).
 */
export function usualMetric(document: LabDocument | null, runs: readonly LabRun[]): string {
  const models = document?.models ?? [];
  if (new Set(models.map((model) => model.loss)).size < 2) return 'loss';
  const ended = runs.filter((run) => (run.record?.epochs?.rows ?? 0) > 0);
  return models[0].metrics.find((metric) => models.every((model) => model.metrics.includes(metric)) && ended.every((run) => run.record!.epochs!.columns[metric]?.some(Number.isFinite))) ?? 'loss';
}

/** The column's curve over the runs (seeds) of a series, their median and band where there are several; null where none has a finite value. */
export function epochCurve(runs: readonly LabRun[], column: string): Curve | null {
  const finite = runs.flatMap((run) => {
    const epochs = run.record?.epochs;
    const values = epochs?.columns[column];
    const steps = epochs?.columns['step'];
    if (!epochs || !values || !steps) return [];
    let count = epochs.rows;
    while (count > 0 && !Number.isFinite(values[count - 1])) count--;
    return count > 0 ? [{ steps: steps.subarray(0, count), values }] : [];
  });
  if (finite.length === 0) return null;
  if (finite.length === 1) return { ...finite[0], band: null, count: finite[0].steps.length };
  const several = bandOf(finite);
  return { steps: several.steps, values: several.median, band: { low: several.low, high: several.high }, count: several.steps.length };
}

/** Updates in an epoch of this run; null before its first one ended. */
export function stepsAnEpoch(run: LabRun): number | null {
  const epochs = run.record?.epochs;
  const steps = epochs?.columns['step'];
  return epochs && steps && epochs.rows > 0 ? steps[0] / Math.max(1, epochs.columns['epoch']?.[0] ?? 1) : null;
}

/** Where the run's best epoch was, if that is not its last: the step at its end and the value of a column there. */
export function bestOf(run: LabRun, column: string): { readonly epoch: number; readonly step: number; readonly value: number } | null {
  const epochs = run.record?.epochs;
  const best = run.model?.bestEpoch;
  if (!epochs || best === undefined || best >= (run.model?.epochs ?? 0)) return null;
  const row = epochs.columns['epoch']?.indexOf(best) ?? -1;
  const value = epochs.columns[column]?.[row];
  return row >= 0 && value !== undefined && Number.isFinite(value) ? { epoch: best, step: epochs.columns['step'][row], value } : null;
}

export function validationColumn(metric: string): string {
  return `validation${metric[0].toUpperCase()}${metric.slice(1)}`;
}
