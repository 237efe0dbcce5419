/** A small plot over the steps: thin, many on a page, drawn in well under a millisecond. */
import { drawChip, drawText, drawTick } from './draw';
import { withAlpha, type Palette } from './palette';
import { Scale, type ScaleKind, type Tick } from './scale';

export interface PlotLine {
  readonly steps: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  readonly count: number;
  readonly color: string;
  readonly dash?: readonly number[];
  readonly width?: number;
  readonly alpha?: number;
  /** Single points in place of a line. */
  readonly dots?: boolean;
}

export interface PlotBand {
  /** The band lies between these values; infinite ends reach to the edge. */
  readonly from: number;
  readonly to: number;
  readonly color: string;
  readonly text?: string;
}

export interface PlotSpec {
  readonly x: readonly [number, number];
  readonly kind: ScaleKind;
  readonly y: readonly [number, number];
  readonly threshold?: number;
  readonly lines: readonly PlotLine[];
  readonly bands?: readonly PlotBand[];
  readonly rules?: readonly { readonly value: number; readonly color: string; readonly text?: string }[];
  /** Whether steps are written below. */
  readonly bottom: boolean;
}

export interface PlotFrame {
  readonly x: Scale;
  readonly y: Scale;
}

export const PLOT_LEFT = 48;
const PLOT_RIGHT = 10;

export function plotFrame(spec: PlotSpec, width: number, height: number): PlotFrame {
  const bottom = height - (spec.bottom ? 22 : 7);
  return { x: new Scale('linear', spec.x[0], spec.x[1], PLOT_LEFT, Math.max(PLOT_LEFT + 1, width - PLOT_RIGHT)), y: new Scale(spec.kind, spec.y[0], spec.y[1], Math.max(9, bottom), 8, spec.threshold) };
}

export function drawPlot(context: CanvasRenderingContext2D, palette: Palette, spec: PlotSpec, width: number, height: number): PlotFrame {
  const frame = plotFrame(spec, width, height);
  const { x, y } = frame;
  context.save();
  context.lineWidth = 1;
  for (const band of spec.bands ?? []) {
    const from = Math.min(y.start, Math.max(y.end, Number.isFinite(band.from) ? y.at(band.from) : y.start));
    const to = Math.min(y.start, Math.max(y.end, Number.isFinite(band.to) ? y.at(band.to) : y.end));
    if (from - to < 1) continue;
    context.fillStyle = withAlpha(band.color, palette.contrast ? 0.28 : 0.15);
    context.fillRect(x.start, to, x.end - x.start, from - to);
    context.strokeStyle = withAlpha(band.color, 0.35);
    const edge = Number.isFinite(band.to) ? to : from;
    line(context, x.start, edge, x.end, edge);
  }
  for (const tick of y.ticks(Math.max(2, (y.start - y.end) / 24))) {
    const at = Math.round(y.at(tick.value)) + 0.5;
    context.strokeStyle = palette.grid;
    line(context, x.start, at, x.end, at);
    drawTick(context, palette, tick, x.start - 8, at, { color: palette.muted, align: 'right' });
  }
  context.strokeStyle = palette.axis;
  line(context, x.start, Math.round(y.start) + 0.5, x.end, Math.round(y.start) + 0.5);
  for (const tick of stepTicks(x)) {
    const at = Math.round(x.at(tick.value)) + 0.5;
    context.strokeStyle = palette.axis;
    line(context, at, y.start, at, y.start + 4);
    if (spec.bottom) drawTick(context, palette, tick, Math.min(at, x.end - 4), y.start + 14, { color: palette.muted, align: 'center' });
  }
  context.beginPath();
  context.rect(x.start, y.end - 2, x.end - x.start, y.start - y.end + 4);
  context.clip();
  for (const one of spec.lines) drawLine(context, one, x, y);
  for (const rule of spec.rules ?? []) {
    const at = y.at(rule.value);
    context.strokeStyle = rule.color;
    context.globalAlpha = 1;
    context.lineWidth = 1.25;
    context.setLineDash([5, 3]);
    line(context, x.start, at, x.end, at);
    context.setLineDash([]);
    if (rule.text) drawText(context, palette, rule.text, x.end - 4, Math.max(y.end + 6, at - 9), { color: palette.foreground, align: 'right', halo: palette.background });
  }
  for (const band of spec.bands ?? []) {
    if (!band.text) continue;
    const top = Number.isFinite(band.to) ? y.at(band.to) : y.end;
    drawText(context, palette, band.text, x.end - 6, Math.max(y.end, top) + 11, { color: palette.foreground, align: 'right', halo: withAlpha(palette.background, 0.7) });
  }
  context.restore();
  return frame;
}

function stepTicks(x: Scale): Tick[] {
  return x.ticks(Math.max(2, (x.end - x.start) / 58));
}

/** In each column of pixels at most four points: the first, the smallest, the largest, the last. */
function drawLine(context: CanvasRenderingContext2D, one: PlotLine, x: Scale, y: Scale): void {
  context.globalAlpha = one.alpha ?? 1;
  const far = 4 * (y.start - y.end) + 400;
  if (one.dots) {
    context.fillStyle = one.color;
    let lastX = NaN;
    let lastY = NaN;
    for (let i = 0; i < one.count; i++) {
      const px = Math.round(x.at(one.steps[i]));
      const py = Math.round(y.at(one.values[i]));
      if (!Number.isFinite(py) || (px === lastX && py === lastY)) continue;
      context.fillRect(px - 1, py - 1, 2, 2);
      lastX = px;
      lastY = py;
    }
    context.globalAlpha = 1;
    return;
  }
  context.strokeStyle = one.color;
  context.lineWidth = one.width ?? 1.25;
  context.setLineDash((one.dash ?? []) as number[]);
  context.lineJoin = 'round';
  context.beginPath();
  let drawing = false;
  let column = NaN;
  let low = 0;
  let high = 0;
  let end = 0;
  const flush = () => {
    if (!drawing || Number.isNaN(column)) return;
    if (low !== end) context.lineTo(column, low);
    if (high !== end) context.lineTo(column, high);
    context.lineTo(column, end);
  };
  for (let i = 0; i < one.count; i++) {
    const raw = y.at(one.values[i]);
    if (!Number.isFinite(raw)) {
      flush();
      drawing = false;
      column = NaN;
      continue;
    }
    const py = Math.max(y.end - far, Math.min(y.start + far, raw));
    const px = Math.round(x.at(one.steps[i]) * 2) / 2;
    if (drawing && px === column) {
      low = Math.max(low, py);
      high = Math.min(high, py);
      end = py;
      continue;
    }
    flush();
    if (drawing) context.lineTo(px, py);
    else context.moveTo(px, py);
    drawing = true;
    column = px;
    low = high = end = py;
  }
  flush();
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** The line at the scrubbed step, with its number where steps are written. */
export function drawScrub(context: CanvasRenderingContext2D, palette: Palette, frame: PlotFrame, step: number, text: string | null): void {
  const px = frame.x.at(step);
  if (px < frame.x.start - 1 || px > frame.x.end + 1) return;
  context.strokeStyle = palette.accent;
  context.lineWidth = 1;
  line(context, Math.round(px) + 0.5, frame.y.end, Math.round(px) + 0.5, frame.y.start);
  if (text !== null) drawChip(context, palette, text, px, frame.y.start + 14, frame.x.start - 14, frame.x.end + 10, stepTicks(frame.x).map((tick) => ({ x: Math.min(frame.x.at(tick.value), frame.x.end - 4), text: tick.text })));
}

function line(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/** Range of the values over all lines, with a margin; outliers beyond the middle 99 % are let out where they would squash the rest. */
export function valueRange(lines: readonly { readonly values: ArrayLike<number>; readonly count: number }[], kind: ScaleKind): [number, number] {
  const seen: number[] = [];
  for (const one of lines) {
    const stride = Math.max(1, Math.floor(one.count / 1500));
    for (let i = 0; i < one.count; i += stride) {
      const value = one.values[i];
      if (Number.isFinite(value) && (kind !== 'log' || value > 0)) seen.push(kind === 'log' ? Math.log10(value) : value);
    }
  }
  if (seen.length === 0) return kind === 'log' ? [0.1, 10] : [-1, 1];
  seen.sort((a, b) => a - b);
  const at = (share: number) => seen[Math.round(share * (seen.length - 1))];
  const core = Math.max(at(0.99) - at(0.01), kind === 'log' ? 0.5 : Math.abs(at(0.5)) * 1e-3 || 1e-12);
  const low = Math.max(seen[0], at(0.01) - core);
  const high = Math.min(seen[seen.length - 1], at(0.99) + core);
  const margin = Math.max((high - low) * 0.06, kind === 'log' ? 0.15 : core * 0.05);
  return kind === 'log' ? [10 ** (low - margin), 10 ** (high + margin)] : [low - margin, high + margin];
}

/** Mean over the rows within `half` of each; rows without a value are left out. */
export function rollingMean(values: ArrayLike<number>, count: number, half: number): Float64Array {
  const out = new Float64Array(count).fill(NaN);
  let sum = 0;
  let seen = 0;
  for (let i = 0, right = 0, left = 0; i < count; i++) {
    for (; right <= Math.min(count - 1, i + half); right++) if (Number.isFinite(values[right])) { sum += values[right]; seen++; }
    for (; left < i - half; left++) if (Number.isFinite(values[left])) { sum -= values[left]; seen--; }
    if (seen > 0) out[i] = sum / seen;
  }
  return out;
}
