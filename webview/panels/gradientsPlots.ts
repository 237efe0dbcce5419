/** What the instruments that are lines over the steps draw: for the selected series, the others faint. */
import * as l10n from '@vscode/l10n';
import type { LabRun, LabSeries } from '../../src/protocol/lab';
import { seriesName } from '../charts/names';
import type { Palette } from '../charts/palette';
import { rollingMean, valueRange, type PlotLine, type PlotSpec } from '../charts/plot';
import { formatNumber } from '../numbers';
import { lastRow } from '../state/runs';
import type { LabStore } from '../state/types';
import { columnOf, combined, isEmpty, type Column } from './gradientsColumns';
import type { StripRow } from './gradientsInstruments';
import { isBottom, type InstrumentName } from './gradientsList';

/** Turns below this count as zig-zag, as in the verdicts. */
const ZIGZAG = -0.5;
/** Layer ratios beyond these count as vanishing and exploding, as in the verdicts. */
const VANISHING = 1e-3;
const EXPLODING = 1e3;
/** More batches than these are drawn by their mean. */
const SMOOTHED_FROM = 120;

export class Plots {
  constructor(private readonly store: LabStore, private readonly palette: Palette, private readonly networks: boolean, private readonly series: LabSeries | undefined) {}

  column(name: string): Column | null {
    return columnOf(this.series ? this.store.runOf(this.series.key) : undefined, name, this.networks);
  }

  /** Nothing to draw: no such column, or of a network not one value in it. */
  missing(name: string): boolean {
    const column = this.column(name);
    return column === null || (this.networks && isEmpty(column));
  }

  /** The column's last row at the step; for quantities of an objective's update, the one before the end, whose update is the last. */
  row(name: string, ofUpdate: boolean): number {
    const column = this.column(name);
    if (!column) return -1;
    const row = lastRow(column.steps, column.count, this.store.step);
    return !this.networks && ofUpdate && row > 0 && row === column.count - 1 ? row - 1 : row;
  }

  value(name: string, ofUpdate: boolean): number {
    return this.column(name)?.values[this.row(name, ofUpdate)] ?? NaN;
  }

  strips(): StripRow[] {
    const { store, series } = this;
    const out: StripRow[] = [];
    for (const one of store.document?.series ?? []) {
      const run = store.runOf(one.key);
      const alpha = columnOf(run, 'alpha', this.networks);
      if (!alpha || (store.hidden.has(one.key) && one.key !== series?.key)) continue;
      out.push({ label: seriesName(store.document, one), style: this.palette.series(one.index), alpha: alpha.values, count: alpha.count, selected: one.key === series?.key });
    }
    return out;
  }

  /** A line a series, the selected last and strong. */
  private lines(values: (of: (name: string) => Column | null) => Column | null, others = true): PlotLine[] {
    const { store, series } = this;
    const out: PlotLine[] = [];
    const all = store.document?.series ?? [];
    for (const one of [...all.filter((other) => other.key !== series?.key && others && !store.hidden.has(other.key)), ...all.filter((other) => other.key === series?.key)]) {
      const run = store.runOf(one.key);
      const found = values((name) => columnOf(run, name, this.networks));
      if (!found) continue;
      const style = this.palette.series(one.index);
      const chosen = one.key === series?.key;
      out.push({ ...found, color: style.color, dash: chosen ? [] : style.dash, width: chosen ? 2 : 1.25, alpha: chosen ? 1 : 0.62 });
    }
    return out;
  }

  /** @param batch rows of a batch, for the noise scale; null where there is none. */
  spec(name: InstrumentName, run: LabRun, batch: number | null): PlotSpec {
    const { store, palette } = this;
    const x: [number, number] = [0, Math.max(1, store.maxStep)];
    const bottom = isBottom(name);
    const color = palette.series(this.series!.index).color;
    switch (name) {
      case 'turn': {
        const own = this.column('turn')!;
        const rows = own.count;
        const half = Math.max(2, Math.round(rows / 120));
        const lines = this.lines((of) => {
          const found = of('turn');
          return found && { ...found, values: rollingMean(found.values, found.count, found.count > 40 ? half : 0) };
        });
        const dots: PlotLine = { ...own, color, dots: true, alpha: 0.4 };
        return { x, kind: 'linear', y: [-1.1, 1.1], bottom, lines: rows > 40 ? [...lines.slice(0, -1), dots, ...lines.slice(-1)] : lines, bands: [{ from: -Infinity, to: ZIGZAG, color: palette.warning, text: l10n.t('zig-zag') }] };
      }
      case 'norm': {
        const raw = this.lines((of) => of('gradientNorm'));
        const noisy = this.networks && raw.some((one) => one.count > SMOOTHED_FROM);
        // Batches differ: their mean is the line, those of the selected run stay behind it.
        const lines = noisy ? [...raw.slice(-1).map((one) => ({ ...one, width: 1, alpha: 0.3 })), ...raw.map((one) => ({ ...one, values: rollingMean(one.values, one.count, Math.round(one.count / 120)) }))] : raw;
        const tolerance = store.document?.stop.gradientNorm ?? null;
        const y = valueRange(lines, 'log');
        const shown = tolerance !== null && tolerance > y[0] * 1e-3;
        return { x, kind: 'log', y: shown ? [Math.min(y[0], tolerance / 2), y[1]] : y, bottom, lines, rules: shown ? [{ value: tolerance, color: palette.muted, text: l10n.t('stop') }] : [] };
      }
      case 'update': {
        const lines = this.lines((of) => combined(of('updateNorm'), of('weightNorm'), (update, weight) => update / weight));
        return { x, kind: 'log', y: valueRange(lines, 'log'), bottom, lines };
      }
      case 'sharpness': {
        const [line] = this.lines((of) => of('sharpness'), false);
        const limits = this.column('sharpnessLimit');
        const limit = limits ? limits.values[Math.max(0, this.row('sharpnessLimit', true))] ?? NaN : NaN;
        const negative = line ? Array.prototype.some.call(line.values, (value: number) => value < 0) : false;
        const kind = negative ? 'symlog' : 'log';
        const all = limits ? [line, limits] : [line];
        const range = valueRange(all.filter((one) => one), negative ? 'linear' : 'log');
        const threshold = negative ? 10 ** Math.floor(Math.log10(Math.max(Math.abs(range[0]), Math.abs(range[1])) * 1e-3)) : 1;
        const y: [number, number] = Number.isFinite(limit) && limit > 0 ? [Math.min(range[0], limit * 0.8), Math.max(range[1], limit * 2.2)] : range;
        const rate = this.column('learningRate')?.values[Math.max(0, this.row('learningRate', true))] ?? NaN;
        const text = Number.isFinite(limit) ? (Math.abs(limit * rate - 2) < 1e-6 ? l10n.t('unstable above 2/lr = {0}', formatNumber(limit)) : l10n.t('unstable above {0}', formatNumber(limit))) : '';
        const moving = limits && !constant(limits.values, limits.count);
        return {
          x, kind, y, threshold, bottom,
          lines: [...(moving ? [{ ...limits, color: palette.error, dash: [5, 3], width: 1.25 }] : []), ...(line ? [line] : [])],
          bands: Number.isFinite(limit) ? [{ from: limit, to: Infinity, color: palette.error, text }] : [],
          rules: Number.isFinite(limit) && !moving ? [{ value: limit, color: palette.error }] : [],
        };
      }
      case 'noise': {
        const lines = this.lines((of) => of('noiseScale'));
        const range = valueRange(lines, 'log');
        const y: [number, number] = batch === null ? range : [Math.min(range[0], batch / 2), Math.max(range[1], batch * 2)];
        return { x, kind: 'log', y, bottom, lines, rules: batch === null ? [] : [{ value: batch, color: palette.foreground, text: l10n.t('batch size {0}', formatNumber(batch)) }] };
      }
      case 'layerRatio': {
        const lines = this.lines((of) => of('layerRatio'));
        const [low, high] = valueRange(lines, 'log');
        return {
          x, kind: 'log', y: [Math.min(low, 0.1), Math.max(high, 10)], bottom, lines, rules: [{ value: 1, color: palette.muted }],
          bands: [...(low < VANISHING ? [{ from: 0, to: VANISHING, color: palette.warning, text: l10n.t('vanishing') }] : []), ...(high > EXPLODING ? [{ from: EXPLODING, to: Infinity, color: palette.error, text: l10n.t('exploding') }] : [])],
        };
      }
      default: {
        const alpha = this.column('alpha');
        const rates = this.column('learningRate') ?? { steps: alpha?.steps ?? [], values: new Float64Array(alpha?.count ?? 0).fill(NaN), count: alpha?.count ?? 0 };
        const best = (this.networks ? atSteps(alpha, rates) : combined(alpha, rates, bestRate))!;
        const dots: PlotLine = { ...best, color, dots: true, alpha: 0.8 };
        const steady = constant(rates.values, rates.count);
        const used: PlotLine = { ...rates, color: palette.foreground, dash: [5, 3], width: 1.25 };
        const y = valueRange([dots, used], 'log');
        return { x, kind: 'log', y, bottom, lines: steady ? [dots] : [dots, used], rules: steady && Number.isFinite(rates.values[0]) ? [{ value: rates.values[0], color: palette.foreground, text: l10n.t('rate used') }] : [] };
      }
    }
  }
}

function bestRate(alpha: number, rate: number): number {
  return alpha > -1 ? rate / (1 + alpha) : NaN;
}

/** Of a network: α is measured at the end of an epoch, whose last update used the rate of the row before that step. */
function atSteps(alpha: Column | null, rates: Column): Column | null {
  return alpha && { ...alpha, values: Array.from({ length: alpha.count }, (_, i) => bestRate(alpha.values[i], rates.values[lastRow(rates.steps, rates.count, alpha.steps[i] - 1)] ?? NaN)) };
}

function constant(values: ArrayLike<number>, count: number): boolean {
  for (let i = 1; i < count; i++) if (Number.isFinite(values[i]) && values[i] !== values[0]) return false;
  return true;
}
