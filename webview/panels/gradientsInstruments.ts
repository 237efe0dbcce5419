/** The instruments that are not a line over the steps: the gauge of the step, predicted and actual decrease, the Hessian's shape. */
import * as l10n from '@vscode/l10n';
import type { ProbeResult } from '../../src/protocol/training';
import { drawChip, drawMarker, drawText, setFont } from '../charts/draw';
import { withAlpha, type Palette } from '../charts/palette';
import { Scale } from '../charts/scale';
import type { SeriesStyle } from '../charts/series';
import { formatCount, formatNumber } from '../numbers';

export interface StripRow {
  readonly label: string;
  readonly style: SeriesStyle;
  readonly alpha: ArrayLike<number>;
  readonly count: number;
  readonly selected: boolean;
}

const RANGE: readonly [number, number] = [-1.35, 1.75];
const STRIP = 14;
const BIN = 4;
export const STRIPS_MOST = 8;
const TRAIL = 48;
/** Height that the gauge needs without its strips. */
const PARABOLA_LEAST = 136;

/**
 * Where the step landed on a parabola that every step shares: −1 not moved, 0 at its bottom, 1 at the same height on the other side.
 * @param row of the selected run; −1 without one.
 */
export function drawGauge(context: CanvasRenderingContext2D, palette: Palette, width: number, height: number, strips: readonly StripRow[], row: number): void {
  const chosen = strips.find((strip) => strip.selected);
  // The parabola comes first: where it would get flat, strips of other series give way.
  const most = Math.max(1, Math.min(STRIPS_MOST, Math.floor((height - PARABOLA_LEAST) / STRIP)));
  const first = strips.slice(0, most);
  const shown = chosen && !first.includes(chosen) ? [...first.slice(0, -1), chosen] : first;
  setFont(context, palette, 11, 600);
  const left = Math.min(90, 12 + Math.max(20, ...shown.map((strip) => context.measureText(strip.label).width)));
  const stripRoom = height > 150 ? shown.length * STRIP + 6 : 0;
  const axis = height - 22;
  const x = new Scale('linear', RANGE[0], RANGE[1], left, width - 8);
  const y = new Scale('linear', 0, 1.72, axis - stripRoom - 10, 20);
  const high = y.end;

  context.fillStyle = withAlpha(palette.error, palette.contrast ? 0.28 : 0.14);
  context.fillRect(x.at(1), high, x.end - x.at(1), axis - high);
  context.strokeStyle = palette.grid;
  context.lineWidth = 1;
  for (const mark of [-1, 0, 1]) {
    const at = Math.round(x.at(mark)) + 0.5;
    line(context, at, high, at, axis);
    drawText(context, palette, String(mark).replace('-', '\u2212'), at, axis + 12, { color: palette.muted, align: 'center' });
  }
  drawText(context, palette, 'α', x.end - 4, axis + 12, { color: palette.muted, align: 'right' });
  for (const [text, at] of [[l10n.t('too short'), -0.5], [l10n.t('too long'), 0.5], [l10n.t('climbs'), 1.37]] as const) drawText(context, palette, text, x.at(at), 10, { color: palette.muted, align: 'center' });
  context.strokeStyle = palette.axis;
  line(context, left, axis + 0.5, x.end, axis + 0.5);
  context.setLineDash([2, 3]);
  line(context, left, y.at(1), x.at(1.3), y.at(1));
  context.setLineDash([]);

  context.strokeStyle = withAlpha(palette.foreground, 0.8);
  context.lineWidth = 1.5;
  context.beginPath();
  for (let i = 0; i <= 80; i++) {
    const at = -1.31 + (2.62 * i) / 80;
    context.lineTo(x.at(at), y.at(at * at));
  }
  context.stroke();

  for (let i = 0; i < shown.length && stripRoom > 0; i++) drawStrip(context, palette, shown[i], x, axis - stripRoom + i * STRIP + STRIP / 2 + 2);

  if (!chosen) return;
  const clip = (value: number) => Math.max(RANGE[0] + 0.02, Math.min(1.31, value));
  const { color, marker } = chosen.style;
  for (let r = Math.max(0, row - TRAIL); r < Math.min(row, chosen.count); r++) {
    const value = chosen.alpha[r];
    if (!Number.isFinite(value)) continue;
    context.globalAlpha = 0.15 + 0.5 * (1 - (row - r) / TRAIL);
    drawMarker(context, marker, x.at(clip(value)), y.at(clip(value) ** 2), 3, color);
  }
  context.globalAlpha = 1;
  const alpha = chosen.alpha[row];
  const landed = clip(alpha);
  if (Number.isFinite(alpha)) {
    context.strokeStyle = color;
    context.lineWidth = 1.5;
    context.setLineDash([4, 3]);
    line(context, x.at(-1), y.at(1), x.at(landed), y.at(landed * landed));
    context.setLineDash([]);
  }
  context.strokeStyle = palette.foreground;
  context.fillStyle = palette.background;
  context.lineWidth = 1.75;
  context.beginPath();
  context.arc(x.at(-1), y.at(1), 4.5, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
  const unmoved = Number.isFinite(alpha) && Math.hypot(x.at(landed) - x.at(-1), y.at(landed * landed) - y.at(1)) < 26;
  if (!unmoved) drawText(context, palette, l10n.t('from'), x.at(-1) + 10, Math.max(high + 7, y.at(1) - 9), { color: palette.foreground, halo: palette.background });
  if (!Number.isFinite(alpha)) return;
  drawMarker(context, marker, x.at(landed), y.at(landed * landed), 6.5, color, palette.background);
  const side = landed > 0.8 ? 'right' : landed < -0.5 ? 'left' : 'center';
  const apart = side === 'right' ? -12 : side === 'left' ? 12 : 0;
  drawText(context, palette, `α ${formatNumber(alpha, unmoved ? 3 : 2)}`, x.at(landed) + apart, Math.max(high + 7, y.at(landed * landed) - (side === 'center' ? 17 : 11)), { color: palette.foreground, weight: 600, align: side, halo: palette.background });
}

/** How often the run landed where: the taller, the more steps. */
function drawStrip(context: CanvasRenderingContext2D, palette: Palette, strip: StripRow, x: Scale, y: number): void {
  context.strokeStyle = palette.grid;
  context.lineWidth = 1;
  line(context, x.start, Math.round(y) + 0.5, x.end, Math.round(y) + 0.5);
  setFont(context, palette, 11, strip.selected ? 600 : 400);
  drawText(context, palette, shorten(context, strip.label, x.start - 12), x.start - 8, y, { color: strip.selected ? palette.foreground : palette.muted, align: 'right', weight: strip.selected ? 600 : 400 });
  const bins = Math.max(1, Math.floor((x.end - x.start) / BIN));
  const counts = new Float64Array(bins);
  let most = 0;
  for (let i = 0; i < strip.count; i++) {
    const value = strip.alpha[i];
    if (Number.isNaN(value)) continue;
    const bin = Math.max(0, Math.min(bins - 1, Math.floor(((value - RANGE[0]) / (RANGE[1] - RANGE[0])) * bins)));
    counts[bin]++;
    if (counts[bin] > most) most = counts[bin];
  }
  context.fillStyle = strip.style.color;
  context.globalAlpha = strip.selected ? 1 : 0.6;
  for (let i = 0; i < bins; i++) {
    if (counts[i] === 0) continue;
    const tall = Math.max(2.5, 12 * Math.sqrt(counts[i] / most));
    context.fillRect(x.start + i * BIN, y - tall / 2, BIN - 1, tall);
  }
  context.globalAlpha = 1;
}

function shorten(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  let end = text.length - 1;
  while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > room) end--;
  return `${text.slice(0, end)}…`;
}

/**
 * Bars of predicted (outlined) and actual (filled) improvement for the rows around the step.
 * @param sign −1 where a fall of the objective is the improvement, 1 under ascent.
 */
export function drawDecrease(
  context: CanvasRenderingContext2D, palette: Palette, width: number, height: number, style: SeriesStyle,
  rows: { readonly steps: ArrayLike<number>; readonly predicted: ArrayLike<number>; readonly actual: ArrayLike<number>; readonly count: number }, row: number, sign: 1 | -1,
): void {
  const around = width > 260 ? 10 : 6;
  const first = Math.max(0, Math.min(row - around, rows.count - 2 * around - 1));
  const last = Math.min(rows.count - 1, first + 2 * around);
  const decrease = (values: ArrayLike<number>, r: number) => sign * values[r];
  let low = 0;
  let high = 0;
  const sizes: number[] = [];
  for (let r = first; r <= last; r++) for (const value of [decrease(rows.predicted, r), decrease(rows.actual, r)]) if (Number.isFinite(value)) sizes.push(value);
  // One wild step must not flatten its neighbours: it is cut at four times the median of the larger half.
  const ordered = sizes.map(Math.abs).sort((a, b) => a - b);
  const bound = ordered.length > 0 ? 4 * ordered[Math.floor(ordered.length * 0.75)] || Infinity : Infinity;
  for (const value of sizes) {
    low = Math.min(low, Math.max(value, -bound));
    high = Math.max(high, Math.min(value, bound));
  }
  if (low === high) high = 1;
  const margin = (high - low) * 0.06;
  const y = new Scale('linear', low === 0 ? 0 : low - margin, high + margin, height - 24, 22);
  const x = new Scale('linear', first - 0.5, first + 2 * around + 0.5, 48, width - 8);
  const slot = (x.end - x.start) / (2 * around + 1);

  const legend = (left: number, text: string, filled: boolean): number => {
    context.lineWidth = 1;
    context.strokeStyle = filled ? style.color : palette.foreground;
    context.fillStyle = style.color;
    if (filled) context.fillRect(left, 4, 9, 9);
    else context.strokeRect(left + 0.5, 4.5, 8, 8);
    drawText(context, palette, text, left + 14, 9, { color: palette.muted });
    setFont(context, palette, 11);
    return left + 14 + context.measureText(text).width + 14;
  };
  legend(legend(x.start, l10n.t('predicted'), false), l10n.t('actual'), true);
  for (const tick of y.ticks(Math.max(2, (y.start - y.end) / 30))) {
    const at = Math.round(y.at(tick.value)) + 0.5;
    context.strokeStyle = palette.grid;
    line(context, x.start, at, x.end, at);
    drawText(context, palette, tick.text, x.start - 8, at, { color: palette.muted, align: 'right' });
  }
  if (row >= first && row <= last) {
    context.fillStyle = withAlpha(palette.accent, 0.32);
    context.fillRect(x.at(row) - slot / 2, y.end, slot, y.start - y.end);
  }
  context.strokeStyle = palette.axis;
  line(context, x.start, Math.round(y.start) + 0.5, x.end, Math.round(y.start) + 0.5);
  const bar = Math.max(2, slot * 0.36);
  context.save();
  context.beginPath();
  context.rect(x.start, y.end - 1, x.end - x.start, y.start - y.end + 1);
  context.clip();
  for (let r = first; r <= last; r++) {
    const middle = x.at(r);
    const predicted = decrease(rows.predicted, r);
    const actual = decrease(rows.actual, r);
    if (Number.isFinite(predicted)) {
      context.strokeStyle = palette.foreground;
      context.lineWidth = 1;
      const at = clampY(y, predicted);
      context.strokeRect(middle - bar - 0.5, Math.min(at, y.at(0)), bar - 1, Math.abs(at - y.at(0)));
    }
    if (Number.isFinite(actual)) {
      context.fillStyle = style.color;
      const at = clampY(y, actual);
      context.fillRect(middle + 0.5, Math.min(at, y.at(0)), bar, Math.max(0.75, Math.abs(at - y.at(0))));
    }
  }
  context.restore();
  for (let r = first; r <= last; r++) {
    if ((r - first) % 5 !== 0 || Math.abs(r - row) < 3) continue;
    drawText(context, palette, formatCount(rows.steps[r]), x.at(r), y.start + 14, { color: palette.muted, align: 'center' });
  }
  if (row >= first && row <= last) drawChip(context, palette, formatCount(rows.steps[row]), x.at(row), y.start + 14, x.start - 10, x.end + 8);
}

function clampY(y: Scale, value: number): number {
  return Math.max(y.end - 8, Math.min(y.start + 8, y.at(value)));
}

/** Ends of the Hessian's spectrum, in words and numbers. */
export interface Shape {
  readonly min: number;
  readonly max: number;
  readonly condition: number;
  readonly signs: string;
  readonly words: string;
}

export function shapeOf(probe: ProbeResult): Shape | null {
  const values = probe.eigenvalues;
  if (!values || values.length === 0 || !values.every(Number.isFinite)) return null;
  const min = values[0];
  const max = values[values.length - 1];
  const largest = Math.max(Math.abs(min), Math.abs(max));
  const smallest = values.reduce((least, value) => Math.min(least, Math.abs(value)), Infinity);
  const zero = 1e-10 * largest;
  const count = { plus: 0, minus: 0, zero: 0 };
  for (const value of values) count[Math.abs(value) <= zero ? 'zero' : value > 0 ? 'plus' : 'minus']++;
  const signs = values.length <= 4
    ? [...values].reverse().map((value) => (Math.abs(value) <= zero ? '0' : value > 0 ? '+' : '\u2212')).join(' ')
    : [count.plus > 0 ? `${count.plus} +` : '', count.minus > 0 ? `${count.minus} \u2212` : '', count.zero > 0 ? l10n.t('{0} zero', count.zero) : ''].filter((part) => part !== '').join(', ');
  const words = count.plus > 0 && count.minus > 0 ? l10n.t('on a saddle') : count.zero > 0 ? l10n.t('flat along a direction') : count.minus > 0 ? l10n.t('on a hilltop') : l10n.t('inside a bowl');
  return { min, max, condition: smallest > 0 ? largest / smallest : Infinity, signs, words };
}

/** Level lines of the quadratic that the Hessian is (2 variables), its parabola (1), or its spectrum (more). */
export function drawShape(context: CanvasRenderingContext2D, palette: Palette, width: number, height: number, probe: ProbeResult, color: string): void {
  const { eigenvalues, hessian } = probe;
  if (!eigenvalues) return;
  const cx = width / 2;
  const cy = height / 2;
  const reach = Math.min(width, height) / 2 - 4;
  context.lineWidth = 1.5;
  context.strokeStyle = color;
  if (eigenvalues.length === 2 && hessian && hessian.length === 4) {
    const [small, large] = eigenvalues;
    // Direction of the largest eigenvalue, then across it.
    const angle = 0.5 * Math.atan2(2 * hessian[1], hessian[0] - hessian[3]);
    const steep = Math.abs(large) >= Math.abs(small) ? angle : angle + Math.PI / 2;
    const ratio = Math.max(Math.abs(large), Math.abs(small)) / Math.max(Math.min(Math.abs(large), Math.abs(small)), 1e-300);
    const narrow = Math.max(1 / 7, 1 / Math.sqrt(ratio));
    context.save();
    context.translate(cx, cy);
    context.rotate(-steep);
    if (small * large < 0) {
      context.beginPath();
      context.ellipse(0, 0, reach, reach, 0, 0, 2 * Math.PI);
      context.clip();
      const a = reach * 0.9 * narrow;
      const b = reach * 0.9;
      for (const size of [0.25, 0.55, 0.85]) {
        for (const above of [true, false]) {
          context.setLineDash(above ? [] : [3, 3]);
          for (const side of [-1, 1]) {
            context.beginPath();
            for (let t = -2.6; t <= 2.6; t += 0.1) {
              const grown = side * size * Math.cosh(t);
              const crossed = size * Math.sinh(t);
              context.lineTo(a * (above ? grown : crossed), b * (above ? crossed : grown));
            }
            context.stroke();
          }
        }
      }
    } else {
      for (const size of [1, 0.68, 0.36]) {
        context.beginPath();
        context.ellipse(0, 0, Math.max(1, reach * narrow * size), reach * size, 0, 0, 2 * Math.PI);
        context.fillStyle = withAlpha(color, 0.16);
        context.fill();
        context.stroke();
      }
    }
    context.restore();
    context.setLineDash([]);
    return;
  }
  if (eigenvalues.length === 1) {
    const sign = Math.sign(eigenvalues[0]);
    context.beginPath();
    for (let t = -1; t <= 1.0001; t += 0.05) context.lineTo(cx + t * reach, cy + sign * reach * (0.5 - t * t));
    context.stroke();
    return;
  }
  const largest = Math.max(...eigenvalues.map(Math.abs)) || 1;
  const y = new Scale('symlog', -largest, largest, height - 6, 6, largest * 1e-4);
  context.strokeStyle = palette.axis;
  line(context, 4, Math.round(y.at(0)) + 0.5, width - 4, Math.round(y.at(0)) + 0.5);
  const slot = (width - 8) / eigenvalues.length;
  eigenvalues.forEach((value, i) => {
    context.fillStyle = color;
    const at = y.at(value);
    context.fillRect(4 + (eigenvalues.length - 1 - i) * slot, Math.min(at, y.at(0)), Math.max(1, Math.min(8, slot - 1)), Math.max(1, Math.abs(at - y.at(0))));
  });
}

function line(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
