/** What the convergence charts plot, computed from the store: one trace a series, its scale, its ranges. */
import * as l10n from '@vscode/l10n';
import type { LabRun } from '../../src/protocol/lab';
import { seriesName } from '../charts/names';
import { bandOf, finiteRows, lastAt } from '../charts/paths';
import { Scale, type ScaleKind } from '../charts/scale';
import type { LabStore } from '../state/types';

/** How the loss is drawn. "gap": the logarithm of the distance to the best known value, for losses that are not positive. */
export type LossMode = 'log' | 'linear' | 'symlog' | 'gap';
export type LossChoice = LossMode | 'auto';
export type AxisMode = 'step' | 'time';

/** The runs of a series from one start. */
export interface Trace {
  /** Of the series. */
  readonly key: string;
  readonly label: string;
  /** Stands for the series: its first start. */
  readonly named: boolean;
  readonly index: number;
  readonly selected: boolean;
  /** The first seed's. */
  readonly run: LabRun;
  readonly runs: readonly LabRun[];
  readonly steps: ArrayLike<number>;
  /** Median over the runs where there are several. */
  readonly loss: ArrayLike<number>;
  readonly band: { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> } | null;
  readonly rateSteps: ArrayLike<number>;
  readonly rate: ArrayLike<number>;
  readonly count: number;
  /** Seconds an update took, on average; null while the run goes. */
  readonly pace: number | null;
}

/** A trace a series and start: seeds of one start are one band, but starts may end in different valleys, where no median stands. */
export function traces(store: LabStore): Trace[] {
  const out: Trace[] = [];
  for (const series of store.document?.series ?? []) {
    const all = store.visibleRuns.filter((run) => run.seriesKey === series.key && run.record && run.record.rows > 0);
    const starts = [...new Set(all.map((run) => run.startIndex))].sort((p, q) => p - q);
    const name = seriesName(store.document, series);
    for (const start of starts) {
      const runs = all.filter((run) => run.startIndex === start).sort((p, q) => p.seed - q.seed);
      const [run] = runs;
      const { columns } = run.record!;
      const finite = runs.map((one) => ({ steps: one.record!.columns.step.subarray(0, finiteRows(one)), values: one.record!.columns.loss })).filter((one) => one.steps.length > 0);
      const several = finite.length > 1 ? bandOf(finite) : null;
      out.push({
        key: series.key, label: starts.length > 1 ? l10n.t('{0}, start {1}', name, start + 1) : name, named: start === starts[0], index: series.index, selected: series.key === store.selected, run, runs,
        steps: several ? several.steps : columns.step, loss: several ? several.median : columns.loss, band: several ? { low: several.low, high: several.high } : null,
        rateSteps: columns.step, rate: columns.learningRate ?? [], count: several ? several.steps.length : finiteRows(run),
        pace: run.seconds !== null && run.steps > 0 ? run.seconds / run.steps : null,
      });
    }
  }
  return out;
}

export interface LossScale {
  readonly mode: LossMode;
  /** Subtracted (or, climbing, subtracted from) in mode "gap". */
  readonly best: number;
  readonly climbing: boolean;
  /** A chosen mode that these values don't allow fell back to this one. */
  readonly fellBack: boolean;
}

/** The scale that suits the values: the logarithm where none is negative, else of the distance to a known minimum, else linear. */
export function lossScale(all: readonly Trace[], choice: LossChoice, store: Pick<LabStore, 'document'>): LossScale {
  const climbing = store.document?.objective?.goal === 'maximize';
  let lowest = Infinity;
  let highest = -Infinity;
  for (const trace of all) {
    for (let i = 0; i < trace.count; i++) {
      if (trace.loss[i] < lowest) lowest = trace.loss[i];
      if (trace.loss[i] > highest) highest = trace.loss[i];
    }
  }
  const objectives = store.document?.objectives ?? [];
  // Variants with objectives of their own have minima of their own: no one distance fits all.
  const common = objectives.every((objective) => objective.surface === objectives[0].surface);
  const known = (common ? store.document?.objective?.minima ?? [] : []).map((minimum) => minimum.value).filter(Number.isFinite);
  const best = climbing ? Math.max(...known) : Math.min(...known);
  const gapFits = known.length > 0 && (climbing ? highest <= best + 1e-9 * Math.abs(best) : lowest >= best - 1e-9 * Math.abs(best)) && highest > lowest;
  const logFits = lowest >= 0 && highest > 0;
  const automatic: LossMode = logFits && !climbing ? 'log' : gapFits ? 'gap' : 'linear';
  const allowed = choice === 'auto' || (choice === 'log' && !logFits) || (choice === 'gap' && !gapFits) ? automatic : choice;
  return { mode: allowed, best: Number.isFinite(best) ? best : 0, climbing, fellBack: choice !== 'auto' && allowed !== choice };
}

/** The value as the scale draws it; NaN where it has no place (zero on a logarithm). */
export function plotted(value: number, scale: LossScale): number {
  if (scale.mode === 'gap') {
    const gap = scale.climbing ? scale.best - value : value - scale.best;
    return gap > 0 ? gap : NaN;
  }
  return scale.mode === 'log' && value <= 0 ? NaN : value;
}

export function scaleKind(mode: LossMode): ScaleKind {
  return mode === 'gap' ? 'log' : mode;
}

/** Range of the plotted losses over [from, to] in steps; a run that blew up reaches out of it instead of squashing the others. */
export function lossRange(all: readonly Trace[], scale: LossScale, inside: (trace: Trace, step: number) => boolean, extra: readonly number[]): { min: number; max: number; threshold: number } {
  let min = Infinity;
  let max = -Infinity;
  let wildest = -Infinity;
  let smallest = Infinity;
  const calm = all.some((trace) => trace.run.status !== 'diverged');
  for (const trace of all) {
    const wild = calm && trace.run.status === 'diverged';
    for (let i = 0; i < trace.count; i++) {
      if (!inside(trace, trace.steps[i])) continue;
      for (const raw of trace.band ? [trace.band.low[i], trace.band.high[i]] : [trace.loss[i]]) {
        const value = plotted(raw, scale);
        if (!Number.isFinite(value)) continue;
        if (value !== 0 && Math.abs(value) < smallest) smallest = Math.abs(value);
        if (wild && i > 0) {
          wildest = Math.max(wildest, value);
          continue;
        }
        if (value < min) min = value;
        if (value > max) max = value;
      }
    }
  }
  if (min > max) [min, max] = wildest > -Infinity ? [Math.min(wildest, 0), wildest] : [scale.mode === 'linear' || scale.mode === 'symlog' ? -1 : 0.1, 1];
  for (const value of extra) if (Number.isFinite(value) && (scaleKind(scale.mode) !== 'log' || (value > min * 1e-4 && value < max * 1e4))) [min, max] = [Math.min(min, value), Math.max(max, value)];
  const threshold = 10 ** Math.max(-12, Math.floor(Math.log10(Number.isFinite(smallest) ? Math.max(smallest, Math.max(Math.abs(min), Math.abs(max)) * 1e-6) : 1)));
  const kind = scaleKind(scale.mode);
  const probe = new Scale(kind, min, max, 0, 1, threshold);
  const low = probe.forward(min);
  const high = probe.forward(max);
  const margin = Math.max((high - low) * 0.04, kind === 'log' ? 0.06 : Math.max(Math.abs(low), Math.abs(high)) * 1e-3 || 0.05);
  return { min: probe.backward(low - margin), max: probe.backward(high + margin), threshold };
}

/** Smallest and largest positive rate with some room around; null where no run has a rate. */
export function rateRange(all: readonly Trace[]): { min: number; max: number } | null {
  let min = Infinity;
  let max = -Infinity;
  for (const { rate } of all) {
    for (let i = 0; i < rate.length; i++) {
      if (rate[i] > 0 && rate[i] < min) min = rate[i];
      if (rate[i] > max && Number.isFinite(rate[i])) max = rate[i];
    }
  }
  if (!(max > 0)) return null;
  const floor = Math.max(min, max * 1e-12);
  const margin = max / floor < 4 ? 4 : 1.6;
  return { min: floor / margin, max: max * margin };
}

/** The trace's value at a step, with the row; null before its first and for a trace without any. */
export function valueAt(trace: Trace, step: number): { value: number; step: number; ended: boolean } | null {
  const at = lastAt(trace.steps as Float64Array, step, trace.count);
  return at < 0 ? null : { value: trace.loss[at], step: trace.steps[at], ended: at === trace.count - 1 && trace.run.status !== 'running' && step > trace.steps[at] };
}
