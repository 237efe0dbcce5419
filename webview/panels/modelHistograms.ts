/** How the numbers of each layer are spread, and how that changes: one ridge a time, the scrubbed one filled. */
import * as l10n from '@vscode/l10n';
import type { HistogramTable } from '../../src/core/training/trial';
import { drawText, drawTick } from '../charts/draw';
import { lastAt } from '../charts/paths';
import { withAlpha, type Palette } from '../charts/palette';
import { Scale } from '../charts/scale';
import { formatCount } from '../numbers';

/** Ridges of one picture, at most; the scrubbed one is always among them. */
const RIDGES = 18;

export const QUANTITIES = ['parameters', 'gradients', 'activations'] as const;
export type Quantity = (typeof QUANTITIES)[number];

export function quantityName(quantity: string): string {
  switch (quantity) {
    case 'parameters': return l10n.t('Weights');
    case 'gradients': return l10n.t('Gradients');
    case 'activations': return l10n.t('Activations');
  }
  return quantity;
}

/** The places in time that are drawn: evenly spread, with the first, the last and the scrubbed one. */
export function shownTimes(count: number, at: number): number[] {
  const stride = Math.max(1, (count - 1) / (RIDGES - 1));
  const times = new Set<number>();
  for (let i = 0; i < count; i = i + stride) times.add(Math.round(i));
  if (count > 0) times.add(count - 1);
  if (at >= 0) times.add(at);
  return [...times].sort((p, q) => p - q);
}

/** The range that most of the mass of all drawn times lies in: bins that hold next to nothing are let out. */
export function histogramSpan(table: HistogramTable, layer: number, times: readonly number[]): [number, number] {
  const { bins, counts, low, high } = table;
  const layers = table.layers.length;
  let from = Infinity;
  let to = -Infinity;
  for (const time of times) {
    const place = time * layers + layer;
    const at = place * (bins + 2);
    const width = (high[place] - low[place]) / bins;
    if (!Number.isFinite(width)) continue;
    let first = 0;
    let last = bins - 1;
    while (first < last && counts[at + 1 + first] === 0) first++;
    while (last > first && counts[at + 1 + last] === 0) last--;
    from = Math.min(from, low[place] + first * width);
    to = Math.max(to, low[place] + (last + 1) * width);
  }
  return to > from ? [from, to] : [-1, 1];
}

/** Share per unit of the numbers in each bin; outliers count to the whole but to no bin. */
export function densities(table: HistogramTable, layer: number, time: number): Float64Array {
  const { bins, counts, low, high } = table;
  const place = time * table.layers.length + layer;
  const at = place * (bins + 2);
  let all = 0;
  for (let i = 0; i < bins + 2; i++) all += counts[at + i];
  const width = (high[place] - low[place]) / bins;
  return Float64Array.from({ length: bins }, (_, i) => (all > 0 && width > 0 ? counts[at + 1 + i] / (all * width) : 0));
}

/** The number that this share of a layer's numbers lies below, by straight lines within the bins; what lies outside of them counts at their ends. NaN of an empty one. */
export function quantileOf({ bins, counts, low, high, layers }: HistogramTable, layer: number, time: number, share: number): number {
  const place = time * layers.length + layer;
  const at = place * (bins + 2);
  const all = counts.subarray(at, at + bins + 2).reduce((sum, count) => sum + count, 0);
  if (all === 0) return NaN;
  let left = share * all - counts[at];
  if (left <= 0) return low[place];
  for (let bin = 0; bin < bins; bin++) {
    const count = counts[at + 1 + bin];
    if (left <= count) return low[place] + ((bin + left / count) * (high[place] - low[place])) / bins;
    left -= count;
  }
  return high[place];
}

/** @param step the scrubbed step: the last histogram taken by then is the filled one. */
export function drawRidges(context: CanvasRenderingContext2D, palette: Palette, table: HistogramTable, layer: number, step: number, color: string, width: number, height: number): void {
  const at = Math.max(0, lastAt(table.steps, step));
  const times = shownTimes(table.steps.length, at);
  const span = histogramSpan(table, layer, times);
  const x = new Scale('linear', span[0], span[1], 8, width - 44);
  const base = height - 18;
  const all = times.map((time) => densities(table, layer, time));
  // A ridge reaches over its neighbours, and one narrow spike must not flatten all others.
  const tops = all.map((one) => one.reduce((most, value) => Math.max(most, value), 0)).sort((p, q) => p - q);
  const tallest = Math.min(tops.at(-1) ?? 0, 3 * (tops[Math.floor(tops.length / 2)] || Infinity)) || 1;
  const room = base - 6;
  const reach = times.length > 1 ? Math.min(room * 0.42, 60) : room;
  const apart = times.length > 1 ? (room - reach) / (times.length - 1) : 0;
  for (const tick of x.ticks(Math.max(2, (x.end - x.start) / 60))) {
    const px = Math.round(x.at(tick.value)) + 0.5;
    context.strokeStyle = tick.value === 0 ? palette.axis : palette.grid;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(px, 4);
    context.lineTo(px, base);
    context.stroke();
    drawTick(context, palette, tick, Math.min(px, x.end - 2), base + 10, { color: palette.muted, align: 'center' });
  }
  const floorOf = (i: number) => base - (times.length - 1 - i) * apart;
  const chosenPlace = times.indexOf(at);
  // From the back to the front; the scrubbed one last, so that nothing stands before it.
  for (const i of [...times.keys()].filter((place) => place !== chosenPlace).concat(chosenPlace)) {
    const floor = floorOf(i);
    const place = times[i] * table.layers.length + layer;
    const bin = (table.high[place] - table.low[place]) / table.bins;
    const chosen = i === chosenPlace;
    const outline = new Path2D();
    outline.moveTo(x.start, floor);
    for (let k = 0; k < table.bins; k++) {
      const px = x.at(table.low[place] + (k + 0.5) * bin);
      if (px >= x.start && px <= x.end) outline.lineTo(px, floor - Math.min(1, all[i][k] / tallest) * reach);
    }
    outline.lineTo(x.end, floor);
    if (!chosen) {
      context.fillStyle = palette.background;
      context.fill(outline);
    }
    context.fillStyle = withAlpha(color, chosen ? 0.5 : 0.12);
    context.fill(outline);
    context.strokeStyle = chosen ? palette.foreground : withAlpha(color, 0.7);
    context.lineWidth = chosen ? 1.75 : 1;
    context.stroke(outline);
    if (chosen || ((i === 0 || i === times.length - 1) && Math.abs(floor - floorOf(chosenPlace)) > 14)) drawText(context, palette, formatCount(table.steps[times[i]]), x.end + 6, floor - 4, { color: chosen ? palette.foreground : palette.muted, weight: chosen ? 600 : 400, size: 10 });
  }
}
