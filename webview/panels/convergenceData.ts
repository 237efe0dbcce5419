/** What the convergence charts plot, computed from the store: one trace a series, its scale, its ranges. */
import * as l10n from '@vscode/l10n';
import type { LabRun } from '../../src/protocol/lab';
import { seriesName } from '../charts/names';
import { bandOf, finiteRows, lastAt } from '../charts/paths';
import { Scale, type ScaleKind } from '../charts/scale';
import { isLogarithmic } from '../metricNames';
import type { LabStore } from '../state/types';
import { EPOCHS_LEAST, epochCurve, stepsAnEpoch, validationColumn } from './convergenceEpochs';

/** How the loss is drawn. "gap": the logarithm of the distance to the best known value, for losses that are not positive. */
export type LossMode = 'log' | 'linear' | 'symlog' | 'gap';
export type LossChoice = LossMode | 'auto';
export const LOSS_CHOICES: readonly LossChoice[] = ['auto', 'log', 'gap', 'linear', 'symlog'];
export const AXIS_MODES = ['step', 'epoch', 'time'] as const;
export type AxisMode = (typeof AXIS_MODES)[number];

/** The runs of a series from one start. */
export interface Trace {
  /** Of the series. */
  readonly key: string;
  readonly label: string;
  /** Whose rows it is of: an objective's, and the batches' and epochs' means of a network, are "training". */
  readonly part: 'training' | 'validation';
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
  /** Of a network: updates in an epoch, null before the first ended. */
  readonly epoch: number | null;
  /** Losses of single batches, behind the mean of the epochs. */
  readonly batches: { readonly steps: ArrayLike<number>; readonly loss: ArrayLike<number>; readonly count: number } | null;
  /** Of a pinned run: its place among them. */
  readonly ghost: { readonly id: string; readonly slot: number } | null;
}

/** More series than these would cover each other with the losses of their batches: then the selected one shows its own. */
const BATCHES_MOST = 2;

/**
 * A trace a series and start: seeds of one start are one band, but starts may end in different valleys, where no median stands.
 * Of a network one for the training rows and one for those of validation.
 */
export function traces(store: LabStore, metric = 'loss'): Trace[] {
  const out: Trace[] = [];
  const shown = new Set(store.visibleRuns.map((run) => run.seriesKey)).size;
  for (const series of store.document?.series ?? []) {
    const all = store.visibleRuns.filter((run) => run.seriesKey === series.key && run.record && run.record.rows > 0);
    const starts = [...new Set(all.map((run) => run.startIndex))].sort((p, q) => p - q);
    const name = seriesName(store.document, series);
    for (const start of starts) {
      const runs = all.filter((run) => run.startIndex === start).sort((p, q) => p.seed - q.seed);
      const common = { key: series.key, label: starts.length > 1 ? l10n.t('{0}, start {1}', name, start + 1) : name, named: start === starts[0], index: series.index, selected: series.key === store.selected, ghost: null };
      out.push(...tracesOf(runs, common, series.model >= 0, metric, shown <= BATCHES_MOST || common.selected));
    }
  }
  return out;
}

/**
 * The traces of runs that differ in their seeds alone, one or more, the first seed first.
 * @param behind whether the losses of single batches are shown behind their means.
 */
export function tracesOf(runs: readonly LabRun[], look: Pick<Trace, 'key' | 'label' | 'named' | 'index' | 'selected' | 'ghost'>, network: boolean, metric: string, behind: boolean): Trace[] {
  const out: Trace[] = [];
  const [run] = runs;
  const { columns } = run.record!;
  const common = { ...look, run, runs, rateSteps: columns.step, rate: columns.learningRate ?? [], pace: run.seconds !== null && run.steps > 0 ? run.seconds / run.steps : null, epoch: stepsAnEpoch(run) };
  const finite = runs.map((one) => ({ steps: one.record!.columns.step.subarray(0, finiteRows(one)), values: one.record!.columns.loss })).filter((one) => one.steps.length > 0);
  const training = !network || (metric === 'loss' && !runs.some((one) => (one.record!.epochs?.rows ?? 0) >= EPOCHS_LEAST)) ? null : epochCurve(runs, metric);
  if (training) {
    // Bands of seeds say how far runs differ; batches behind them would hide that.
    const batches = behind && metric === 'loss' && training.band === null && finite.length > 0;
    out.push({ ...common, part: 'training', steps: training.steps, loss: training.values, band: training.band, count: training.count, batches: batches ? { steps: columns.step, loss: columns.loss, count: finiteRows(run) } : null });
  } else if (metric === 'loss') {
    const several = finite.length > 1 ? bandOf(finite) : null;
    out.push({
      ...common, part: 'training', steps: several ? several.steps : columns.step, loss: several ? several.median : columns.loss, band: several ? { low: several.low, high: several.high } : null,
      count: several ? several.steps.length : finiteRows(run), batches: null,
    });
  }
  const validation = network ? epochCurve(runs, validationColumn(metric)) : null;
  if (validation) out.push({ ...common, part: 'validation', named: false, rateSteps: [], rate: [], steps: validation.steps, loss: validation.values, band: validation.band, count: validation.count, batches: null });
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
export function lossScale(all: readonly Trace[], choice: LossChoice, store: Pick<LabStore, 'document'>, metric = 'loss'): LossScale {
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
  const automatic: LossMode = logFits && !climbing && isLogarithmic(metric) ? 'log' : gapFits ? 'gap' : 'linear';
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
  [min, max] = withBatches(all, scale, inside, min, max);
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

/** The usual losses of batches fit into the range; the lowest quarter, which a logarithm would blow up, and the highest tenth may leave it. */
function withBatches(all: readonly Trace[], scale: LossScale, inside: (trace: Trace, step: number) => boolean, min: number, max: number): [number, number] {
  for (const trace of all) {
    if (!trace.batches) continue;
    const { steps, loss, count } = trace.batches;
    const values: number[] = [];
    for (let i = 0; i < count; i++) {
      const value = plotted(loss[i], scale);
      if (Number.isFinite(value) && inside(trace, steps[i])) values.push(value);
    }
    if (values.length === 0) continue;
    values.sort((p, q) => p - q);
    min = Math.min(min, values[Math.floor(values.length * 0.25)]);
    max = Math.max(max, values[Math.floor((values.length - 1) * 0.9)]);
  }
  return [min, max];
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
