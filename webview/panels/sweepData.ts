/** What a sweep has found so far: its points, one a series and value, from all of its runs. */
import * as l10n from '@vscode/l10n';
import { bestPoint, roundsOf, targetOf, type SweptRun } from '../../src/core/training/sweeps';
import type { SweptValue } from '../../src/core/training/trial';
import type { LabDocument, LabRun, LabSeries, LabSweep, LabSweepAxis } from '../../src/protocol/lab';
import { isLogarithmic, metricName, metricTerms, partOf } from '../metricNames';
import { formatCount, formatNumber } from '../numbers';
import type { PointerEdit } from '../state/edit';
import type { LabStore } from '../state/types';

export type Values = Readonly<Record<string, SweptValue>>;
/** Why a point has no value: it blew up, broke, was stopped, or never got to the loss that was asked for. */
export type Lost = 'diverged' | 'failed' | 'cancelled' | 'unreached';

export interface SweepPoint {
  readonly key: string;
  readonly values: Values;
  /** Its runs, one a seed and start. */
  readonly runs: readonly LabRun[];
  /** The median of the metric over its runs, one without a value counting as the worst; null while none has ended or where the median has none. */
  readonly value: number | null;
  /** Smallest and largest value of its runs; null with less than two. */
  readonly range: readonly [number, number] | null;
  /** Why there is no value; null where there is one or runs go on. */
  readonly lost: Lost | null;
  readonly running: boolean;
  /** 0: a value of the file; 1, 2 …: the round of narrowing that added it. */
  readonly round: number;
  readonly best: boolean;
}

export interface SweepSeries {
  readonly series: LabSeries;
  readonly points: readonly SweepPoint[];
  readonly best: SweepPoint | null;
}

/** What a sweep compares, in words. */
export function sweepMetricName(metric: string): string {
  const target = targetOf(metric);
  if (target !== null) return l10n.t('steps to loss {0}', formatNumber(target));
  const { metric: name, part } = partOf(metric);
  return part === 'validation' ? l10n.t('validation {0}', metricName(name)) : metricName(name);
}

/** The names by which the host knows what that means. */
export function sweepMetricTerms(metric: string): string {
  return targetOf(metric) !== null ? 'step loss' : metricTerms(metric);
}

/** Whether the metric is shown on a logarithm, where its values allow it. */
export function isLogarithmicMetric(metric: string): boolean {
  return targetOf(metric) !== null || isLogarithmic(partOf(metric).metric);
}

/** More is better for this series: a score, or the objective itself under gradient ascent. */
export function rises(document: LabDocument, sweep: LabSweep, series: LabSeries): boolean {
  return sweep.rising || (sweep.metric === 'loss' && document.objectives[series.objective]?.goal === 'maximize');
}

/** Every series with its points, in the order of the file; hidden ones left out. */
export function sweepSeries(store: Pick<LabStore, 'document' | 'allRuns' | 'hidden'>): SweepSeries[] {
  const { document } = store;
  const sweep = document?.sweep;
  if (!document || !sweep) return [];
  const groups = new Map<string, LabRun[]>();
  for (const run of store.allRuns) if (run.sweep && run.part === 'main') groups.set(run.seriesKey, [...(groups.get(run.seriesKey) ?? []), run]);
  return document.series.filter((series) => !store.hidden.has(series.key)).map((series) => {
    const runs = groups.get(series.key) ?? [];
    const rising = rises(document, sweep, series);
    const score = (run: LabRun): number => (run.sweepValue === null || Number.isNaN(run.sweepValue) ? Infinity : rising ? -run.sweepValue : run.sweepValue);
    const swept = (run: LabRun): SweptRun => ({ trial: { sweep: run.sweep }, score: score(run) });
    const rounds = roundsOf(runs.map(swept), sweep.axes, sweep.refine);
    const ended = runs.filter((run) => run.status !== 'running');
    const best = JSON.stringify(bestPoint(ended.map(swept)));
    const byPoint = new Map<string, LabRun[]>();
    for (const run of runs) byPoint.set(JSON.stringify(run.sweep), [...(byPoint.get(JSON.stringify(run.sweep)) ?? []), run]);
    const points = [...byPoint].map(([key, own]): SweepPoint => pointOf(key, own, score, rounds.get(key) ?? 0, key === best, sweep.metric));
    return { series, points, best: points.find((point) => point.best) ?? null };
  });
}

function pointOf(key: string, runs: readonly LabRun[], score: (run: LabRun) => number, round: number, best: boolean, metric: string): SweepPoint {
  const ended = runs.filter((run) => run.status !== 'running').sort((a, b) => score(a) - score(b));
  const median = ended[(ended.length - 1) >> 1];
  const value = median && Number.isFinite(score(median)) ? median.sweepValue : null;
  const values = ended.filter((run) => Number.isFinite(score(run))).map((run) => run.sweepValue!);
  const running = ended.length < runs.length;
  return {
    key, values: runs[0].sweep!, runs, value, running, round, best,
    range: values.length > 1 ? [Math.min(...values), Math.max(...values)] : null,
    lost: value === null && median && !running ? lostBy(median, metric) : null,
  };
}

function lostBy(run: LabRun, metric: string): Lost {
  if (run.status === 'diverged' || run.status === 'failed' || run.status === 'cancelled') return run.status;
  return targetOf(metric) === null ? 'failed' : 'unreached';
}

export function lostName(lost: Lost): string {
  switch (lost) {
    case 'diverged': return l10n.t('diverged');
    case 'failed': return l10n.t('failed');
    case 'cancelled': return l10n.t('cancelled');
    case 'unreached': return l10n.t('not reached');
  }
}

/** A swept value as it is read. */
export function valueText(value: SweptValue): string {
  return typeof value === 'number' ? (Number.isInteger(value) && Math.abs(value) < 1e6 ? formatCount(value) : formatNumber(value, 4)) : String(value);
}

export function valuesText(sweep: LabSweep, values: Values): string {
  return sweep.axes.map(({ name, label }) => `${label} ${valueText(values[name])}`).join(', ');
}

/** Metric and what became of the runs: "0.0341, all epochs", "diverged", "0.5 (0.4 to 0.7, 5 runs), 1 diverged". */
export function outcomeText(point: SweepPoint): string {
  if (point.value === null) return point.lost ? lostName(point.lost) : l10n.t('running');
  const lost = point.runs.filter((run) => run.status === 'diverged').length;
  const parts = [point.range ? l10n.t('{0} ({1} to {2}, {3} runs)', formatNumber(point.value), formatNumber(point.range[0]), formatNumber(point.range[1]), point.runs.length) : formatNumber(point.value)];
  if (lost > 0) parts.push(l10n.t('{0} diverged', lost));
  else if (point.running) parts.push(l10n.t('running'));
  else if (point.runs.length === 1) parts.push(point.runs[0].statusText.toLocaleLowerCase());
  return parts.join(', ');
}

export function roundText(point: SweepPoint): string {
  return point.round === 0 ? l10n.t('first round') : l10n.t('narrowed, round {0}', point.round);
}

/** Axes with more than one value can be drawn along; of a sweep of single values the first. */
export function drawable(sweep: LabSweep): readonly LabSweepAxis[] {
  const several = sweep.axes.filter((axis) => axis.values.length > 1);
  return several.length > 0 ? several : sweep.axes.slice(0, 1);
}

/** Of the points with the same value on one axis the best: a curve along that axis with the others at their best. */
export function along(one: SweepSeries, axis: string, rising: boolean): SweepPoint[] {
  const kept = new Map<SweptValue, SweepPoint>();
  const rank = (point: SweepPoint): number => (point.value === null ? Infinity : rising ? -point.value : point.value);
  for (const point of one.points) {
    const at = point.values[axis];
    const other = kept.get(at);
    if (!other || rank(point) < rank(other) || (rank(point) === rank(other) && point.running && !other.running)) kept.set(at, point);
  }
  return [...kept.values()].sort((a, b) => compare(a.values[axis], b.values[axis]));
}

function compare(a: SweptValue, b: SweptValue): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : 0;
}

/** The changes of the file that make a point's values the series' own. @param remove the sweep goes with them. */
export function useEdits(sweep: LabSweep, chosen: readonly { readonly key: string; readonly values: Values }[], remove: boolean): PointerEdit[] {
  const edits = new Map<string, PointerEdit>();
  for (const { key, values } of chosen) {
    for (const { name, paths } of sweep.axes) if (paths[key] !== undefined) edits.set(paths[key], { path: paths[key], value: values[name] });
  }
  return [...edits.values(), ...(remove ? [{ path: '/sweep', value: undefined }] : [])];
}

/** Whether two series would write different values to one place (a batch size that all of them share). */
export function conflicting(sweep: LabSweep, chosen: readonly { readonly key: string; readonly values: Values }[]): boolean {
  const written = new Map<string, SweptValue>();
  return chosen.some(({ key, values }) => sweep.axes.some(({ name, paths }) => {
    const path = paths[key];
    if (path === undefined) return false;
    if (written.has(path) && written.get(path) !== values[name]) return true;
    written.set(path, values[name]);
    return false;
  }));
}
