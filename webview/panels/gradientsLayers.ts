/** Quantities of a network's layers over its training: a map with a row a layer, and the same numbers as a table. */
import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { LAYER_STEP, type LayerTable } from '../../src/core/training/trial';
import { drawText, drawTick, setFont } from '../charts/draw';
import { mix, type Palette } from '../charts/palette';
import type { PlotFrame } from '../charts/plot';
import { Scale } from '../charts/scale';
import { formatCount, formatNumber } from '../numbers';
import { lastRow } from '../state/runs';

/** A healthy update changes about a thousandth of the weights. */
export const USUAL_RATIO = 1e-3;
/** Decades on either side of the usual ratio at which the colour is at its end. */
const REACH = 2;
const NAME_MOST = 84;
const LEGEND = 20;
/** Rows flatter than a letter are not all named. */
const LETTERS = 12;

export type LayerQuantity = 'updateRatio' | 'gradientNorm';

export function layerValue(table: LayerTable, quantity: string, row: number, layer: number): number {
  return table.columns[quantity]?.[row * table.names.length + layer] ?? NaN;
}

/** The row of the table that holds at a step; −1 before the first. */
export function layerRow(table: LayerTable, step: number): number {
  return lastRow(table.columns[LAYER_STEP], table.rows, step);
}

/** Layers that have the quantity at all: one without weights has no ratio. */
export function layersWith(table: LayerTable, quantity: string): number[] {
  return table.names.flatMap((_, layer) => {
    for (let row = 0; row < table.rows; row++) if (Number.isFinite(layerValue(table, quantity, row, layer))) return [layer];
    return [];
  });
}

/** Range of the positive values; for ratios always the decades around the usual one. */
function rangeOf(table: LayerTable, quantity: LayerQuantity): [number, number] {
  if (quantity === 'updateRatio') return [USUAL_RATIO / 10 ** REACH, USUAL_RATIO * 10 ** REACH];
  let low = Infinity;
  let high = 0;
  for (const value of table.columns[quantity] ?? []) {
    if (!(value > 0) || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!(high > 0)) return [1e-3, 1];
  return [Math.max(low, high * 1e-8), Math.max(high, low * 10)];
}

function colorsOf(palette: Palette, quantity: LayerQuantity): (share: number) => string {
  const few = palette.series(0).color;
  const many = palette.series(1).color;
  const middle = mix(palette.background, palette.foreground, 0.2);
  if (quantity === 'updateRatio') return (share) => (share < 0.5 ? mix(few, middle, share * 2) : mix(middle, many, share * 2 - 1));
  const ground = mix(palette.background, palette.foreground, 0.08);
  return (share) => mix(ground, few, share);
}

/**
 * The map: time to the right, layers from the input down to the output. A colour holds from the measurement before to its own.
 * @returns the scales, for the line at the scrubbed step.
 */
export function drawLayers(context: CanvasRenderingContext2D, palette: Palette, width: number, height: number, table: LayerTable, quantity: LayerQuantity, steps: number, bottom: boolean): PlotFrame {
  const layers = layersWith(table, quantity);
  setFont(context, palette, 11, 400);
  const left = Math.min(NAME_MOST, 12 + Math.max(24, ...layers.map((layer) => context.measureText(table.names[layer]).width)));
  const axis = Math.max(LEGEND + 10, height - (bottom ? 22 : 7));
  const x = new Scale('linear', 0, Math.max(1, steps), left, Math.max(left + 1, width - 10));
  const y = new Scale('linear', 0, 1, axis, LEGEND);
  const [low, high] = rangeOf(table, quantity);
  const color = colorsOf(palette, quantity);
  const share = (value: number) => (value > 0 ? Math.max(0, Math.min(1, Math.log10(value / low) / Math.log10(high / low))) : 0);
  const tall = (axis - LEGEND) / Math.max(1, layers.length);
  const every = Math.max(1, Math.ceil(LETTERS / tall));
  layers.forEach((layer, place) => {
    const top = LEGEND + place * tall;
    for (let row = 0; row < table.rows; row++) {
      const value = layerValue(table, quantity, row, layer);
      if (!Number.isFinite(value)) continue;
      const from = x.at(row === 0 ? 0 : table.columns[LAYER_STEP][row - 1]);
      context.fillStyle = color(share(value));
      context.fillRect(from, top, Math.max(1, x.at(table.columns[LAYER_STEP][row]) - from + 0.5), Math.max(1, tall - (tall > 6 ? 1 : 0)));
    }
    if (place % every === 0) drawText(context, palette, shorten(context, table.names[layer], left - 12), left - 8, top + tall / 2, { color: palette.muted, align: 'right' });
  });
  context.strokeStyle = palette.axis;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x.start, Math.round(axis) + 0.5);
  context.lineTo(x.end, Math.round(axis) + 0.5);
  context.stroke();
  for (const tick of x.ticks(Math.max(2, (x.end - x.start) / 58))) if (bottom) drawTick(context, palette, tick, Math.min(x.at(tick.value), x.end - 4), axis + 14, { color: palette.muted, align: 'center' });
  drawRamp(context, palette, x, low, high, color, quantity);
  return { x, y };
}

/** What the colours mean, above the map. */
function drawRamp(context: CanvasRenderingContext2D, palette: Palette, x: Scale, low: number, high: number, color: (share: number) => string, quantity: LayerQuantity): void {
  const wide = Math.min(110, (x.end - x.start) * 0.4);
  const from = x.end - wide - 30;
  for (let i = 0; i < wide; i += 2) {
    context.fillStyle = color(i / wide);
    context.fillRect(from + i, 3, 2, 7);
  }
  const end = (value: number) => (quantity === 'updateRatio' ? { value, text: '10', exponent: Math.round(Math.log10(value)) } : { value, text: formatNumber(value, 1) });
  drawTick(context, palette, end(low), from - 6, 7, { color: palette.muted, align: 'right' });
  drawTick(context, palette, end(high), from + wide + 6, 7, { color: palette.muted, align: 'left' });
  if (quantity !== 'updateRatio') return;
  context.strokeStyle = palette.foreground;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(from + wide / 2, 1);
  context.lineTo(from + wide / 2, 12);
  context.stroke();
  drawText(context, palette, l10n.t('usual 10⁻³'), from - 42, 7, { color: palette.muted, align: 'right' });
}

function shorten(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  let end = text.length - 1;
  while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > room) end--;
  return `${text.slice(0, end)}…`;
}

/** All that was measured of the layers at a step, for reading by keyboard and ear. */
export function layersTable(table: LayerTable, step: number): TemplateResult {
  const row = layerRow(table, step);
  const percent = (value: number) => `${formatNumber(100 * value, 2)} %`;
  const columns: readonly [string, string, (value: number) => string][] = [
    ['updateRatio', l10n.t('update : weight'), formatNumber], ['gradientNorm', l10n.t('gradient norm'), formatNumber], ['weightNorm', l10n.t('weight norm'), formatNumber],
    ['dead', l10n.t('dead units'), percent], ['saturation', l10n.t('saturated units'), percent],
  ];
  const shown = columns.filter(([name]) => layersWith(table, name).length > 0);
  return html`<div class="layers-table" tabindex="0" role="region" aria-label=${l10n.t('Layers at step {0}', formatCount(step))}><table><thead><tr><th scope="col">${l10n.t('layer')}</th>${shown.map(([, title]) => html`<th scope="col" class="is-number">${title}</th>`)}</tr></thead>
    <tbody>${row < 0 ? nothing : table.names.map((name, layer) => html`<tr><th scope="row">${name}</th>${shown.map(([quantity, , text]) => {
      const value = layerValue(table, quantity, row, layer);
      return html`<td class="is-number">${Number.isNaN(value) ? '–' : text(value)}</td>`;
    })}</tr>`)}</tbody></table>${row < 0 ? html`<p>${l10n.t('Measured at the end of each epoch.')}</p>` : nothing}</div>`;
}

/** The layer whose ratio is furthest from the usual one, or whose gradient is largest. */
export function outstanding(table: LayerTable, quantity: LayerQuantity, step: number): { readonly name: string; readonly value: number } | null {
  const row = layerRow(table, step);
  if (row < 0) return null;
  let best: { name: string; value: number } | null = null;
  const distance = (value: number) => (quantity === 'updateRatio' ? Math.abs(Math.log10(value / USUAL_RATIO)) : value);
  table.names.forEach((name, layer) => {
    const value = layerValue(table, quantity, row, layer);
    if (value > 0 && Number.isFinite(value) && (!best || distance(value) > distance(best.value))) best = { name, value };
  });
  return best;
}
