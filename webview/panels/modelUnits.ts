/** Which share of a layer's units no longer answers: dead ones of relu, saturated ones of sigmoid and tanh. */
import * as l10n from '@vscode/l10n';
import type { LabRun } from '../../src/protocol/lab';
import { lastAt } from '../charts/paths';
import type { PlotLine, PlotSpec } from '../charts/plot';
import type { Palette } from '../charts/palette';
import type { LabStore } from '../state/types';

export type UnitQuantity = 'dead' | 'saturation';

export interface UnitPlot {
  readonly layer: string;
  readonly quantity: UnitQuantity;
}

export function unitTitle({ layer, quantity }: UnitPlot): string {
  return quantity === 'dead' ? l10n.t('{0}: dead units', layer) : l10n.t('{0}: saturation', layer);
}

/** The column of a layer over the rows of its table; null where it was not measured or has no such quantity. */
export function unitValues(run: LabRun | undefined, { layer, quantity }: UnitPlot): { readonly steps: Float64Array; readonly values: Float64Array } | null {
  const table = run?.record?.layers;
  const column = table?.columns[quantity];
  const place = table?.names.indexOf(layer) ?? -1;
  if (!table || !column || place < 0) return null;
  const steps: number[] = [];
  const values: number[] = [];
  for (let row = 0; row < table.rows; row++) {
    const value = column[row * table.names.length + place];
    // Not every epoch is measured where that would cost too much.
    if (Number.isNaN(value)) continue;
    steps.push(table.columns['step'][row]);
    values.push(value);
  }
  return values.length > 0 ? { steps: Float64Array.from(steps), values: Float64Array.from(values) } : null;
}

/** The layers that have either quantity, in the network's order. */
export function unitPlots(run: LabRun | undefined): UnitPlot[] {
  const names = run?.record?.layers?.names ?? [];
  return names.flatMap((layer) => (['dead', 'saturation'] as const).map((quantity) => ({ layer, quantity })).filter((plot) => unitValues(run, plot) !== null));
}

/** The value at the last measured epoch by the step; NaN before the first. */
export function unitsAt(run: LabRun | undefined, plot: UnitPlot, step: number): number {
  const found = unitValues(run, plot);
  const row = found ? lastAt(found.steps, step) : -1;
  return row < 0 ? NaN : found!.values[row];
}

/** A line a series, the selected last and strong. */
export function unitSpec(store: LabStore, plot: UnitPlot, palette: Palette, selected: string): PlotSpec {
  const lines: PlotLine[] = [];
  const all = store.document?.series ?? [];
  for (const series of [...all.filter(({ key }) => key !== selected && !store.hidden.has(key)), ...all.filter(({ key }) => key === selected)]) {
    const found = unitValues(store.runOf(series.key), plot);
    if (!found) continue;
    const style = palette.series(series.index);
    const strong = series.key === selected;
    const one = found.values.length === 1;
    lines.push({ steps: found.steps, values: found.values, count: found.values.length, color: style.color, dash: strong ? [] : style.dash, width: strong ? 2 : 1.25, alpha: strong ? 1 : 0.62, dots: one });
  }
  return { x: [0, Math.max(1, store.maxStep)], kind: 'linear', y: [0, 1], lines, bottom: true };
}
