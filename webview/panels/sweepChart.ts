/** The chart of a sweep: the metric over one axis, a curve a series; what has no value stands at the top edge with its own sign. */
import * as l10n from '@vscode/l10n';
import type { SweptValue } from '../../src/core/training/trial';
import type { LabSweepAxis } from '../../src/protocol/lab';
import { drawCross, drawHollowMarker, drawLabels, drawMarker, drawText, drawTick, setFont, type Label } from '../charts/draw';
import { placeLabels, type Rect } from '../charts/labels';
import { withAlpha, type Palette } from '../charts/palette';
import { Scale, type Tick } from '../charts/scale';
import { formatNumber } from '../numbers';
import { lostName, valueText, type Lost, type SweepPoint } from './sweepData';

const LEFT = 66;
const RIGHT = 20;
const TOP = 26;
const BOTTOM = 40;
/** Height of one row of the strip of points without a value, and of the bottom row where runs go on. */
const ROW = 13;
const MOST_ROWS = 6;
/** Values that span less than this factor are drawn on a plain axis. */
const LOG_FROM = 8;
/** Radius of a point by its round of narrowing. */
const RADIUS = [4.5, 3.4, 2.8, 2.4];

export interface ChartSeries {
  readonly key: string;
  readonly index: number;
  readonly label: string;
  readonly selected: boolean;
  /** In the order of the axis. */
  readonly points: readonly SweepPoint[];
}

export interface SweepChart {
  readonly palette: Palette;
  readonly axis: LabSweepAxis;
  readonly series: readonly ChartSeries[];
  readonly metric: string;
  /** A logarithm is wanted for the metric. */
  readonly logarithmic: boolean;
}

/** Where a point was drawn. */
export interface Placed {
  readonly key: string;
  readonly point: SweepPoint;
  readonly x: number;
  readonly y: number;
}

/** Places of swept values: numbers by their size, names one after another. */
export class AxisScale {
  private readonly scale: Scale | null;
  private readonly names: readonly SweptValue[];

  constructor(values: readonly SweptValue[], readonly start: number, readonly end: number) {
    const numbers = values.filter((value): value is number => typeof value === 'number');
    this.names = [...new Set(values)];
    if (numbers.length < values.length || numbers.length === 0) {
      this.scale = null;
      return;
    }
    const low = Math.min(...numbers);
    const high = Math.max(...numbers);
    const log = low > 0 && high / low >= LOG_FROM;
    const margin = log ? (high / low) ** 0.04 : (high - low) * 0.05 || Math.abs(low) * 0.1 || 1;
    this.scale = log ? new Scale('log', low / margin, high * margin, start, end) : new Scale('linear', low - margin, high + margin, start, end);
  }

  at(value: SweptValue): number {
    if (this.scale) return this.scale.at(value as number);
    const place = this.names.indexOf(value);
    return this.start + ((place + 0.5) / Math.max(1, this.names.length)) * (this.end - this.start);
  }

  ticks(): Tick[] {
    if (this.scale) return this.scale.ticks(Math.max(2, Math.abs(this.end - this.start) / 64));
    return this.names.map((name, value) => ({ value, text: String(name) }));
  }

  tickAt(tick: Tick): number {
    return this.scale ? this.scale.at(tick.value) : this.at(this.names[tick.value]);
  }
}

export function drawSweep(context: CanvasRenderingContext2D, chart: SweepChart, width: number, height: number): Placed[] {
  const { palette, series, axis } = chart;
  const lost = series.filter((one) => one.points.some((point) => point.lost !== null));
  const rows = Math.min(MOST_ROWS, lost.length);
  const top = TOP + (rows > 0 ? rows * ROW + 8 : 0);
  const bottom = height - BOTTOM;
  const right = width - RIGHT;
  const x = new AxisScale([...axis.values, ...series.flatMap((one) => one.points.map((point) => point.values[axis.name]))], LEFT, right);
  const y = metricScale(chart, bottom, top);
  drawAxes(context, chart, x, y, width, height, top);
  if (rows > 0) drawStripFrame(context, palette, lost, top, right);
  const placed: Placed[] = [];
  const taken: Rect[] = [];
  const avoid: number[] = [];
  const ordered = [...series].sort((a, b) => Number(a.selected) - Number(b.selected));
  for (const one of ordered) drawCurve(context, chart, one, x, y);
  for (const one of ordered) {
    const style = palette.series(one.index);
    const row = Math.min(lost.indexOf(one), MOST_ROWS - 1);
    // The first round last: its points are the larger ones.
    for (const point of [...one.points].sort((a, b) => b.round - a.round)) {
      const px = x.at(point.values[axis.name]);
      let py: number;
      if (point.lost !== null) {
        py = TOP + row * ROW + ROW / 2;
        drawLost(context, palette, point.lost, px, py, style.color);
      } else if (point.value === null) {
        py = bottom - 7;
        context.globalAlpha = 0.7;
        drawHollowMarker(context, style.marker, px, py, 3, style.color, palette.background);
        context.globalAlpha = 1;
      } else {
        py = y.at(y.kind === 'log' ? Math.max(point.value, y.min) : point.value);
        if (point.range) drawRange(context, y, px, point.range, style.color);
        const radius = RADIUS[Math.min(point.round, RADIUS.length - 1)];
        if (point.round === 0) drawMarker(context, style.marker, px, py, radius, style.color, palette.background);
        else drawHollowMarker(context, style.marker, px, py, radius, style.color, palette.background);
      }
      placed.push({ key: one.key, point, x: px, y: py });
      taken.push({ x: px - 5, y: py - 5, width: 10, height: 10 });
    }
  }
  drawBest(context, chart, placed, { x: LEFT, y: top, width: right - LEFT, height: bottom - top }, taken, avoid);
  return placed;
}

/** The ring of the point that is read. */
export function drawCursor(context: CanvasRenderingContext2D, palette: Palette, at: Placed): void {
  context.strokeStyle = palette.accent;
  context.lineWidth = 2;
  context.setLineDash([]);
  context.beginPath();
  context.roundRect(at.x - 10, at.y - 10, 20, 20, 3);
  context.stroke();
}

function metricScale(chart: SweepChart, bottom: number, top: number): Scale {
  const values = chart.series.flatMap((one) => one.points.flatMap((point) => (point.value === null ? [] : point.range ? [...point.range] : [point.value]))).filter(Number.isFinite);
  if (values.length === 0) return new Scale('linear', 0, 1, bottom, top);
  const positive = values.filter((value) => value > 0);
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (chart.logarithmic && low >= 0 && positive.length > 0) {
    const from = Math.min(...positive);
    // Zero has no place on a logarithm: it stands a decade below the rest.
    const start = low === 0 ? from / 10 : from;
    const margin = Math.max(1.15, (high / start) ** 0.06);
    return new Scale('log', start / margin, high * margin, bottom, top);
  }
  const margin = (high - low) * 0.08 || Math.abs(low) * 0.05 || 0.5;
  return new Scale('linear', low - margin, high + margin, bottom, top);
}

function drawAxes(context: CanvasRenderingContext2D, chart: SweepChart, x: AxisScale, y: Scale, width: number, height: number, top: number): void {
  const { palette } = chart;
  const bottom = height - BOTTOM;
  context.lineWidth = 1;
  for (const tick of y.ticks(Math.max(2, (bottom - top) / 44))) {
    const at = Math.round(y.at(tick.value)) + 0.5;
    context.strokeStyle = palette.grid;
    line(context, LEFT, at, width - RIGHT, at);
    drawTick(context, palette, tick, LEFT - 8, at, { color: palette.muted, align: 'right' });
  }
  context.strokeStyle = palette.axis;
  line(context, LEFT, Math.round(bottom) + 0.5, width - RIGHT, Math.round(bottom) + 0.5);
  for (const tick of x.ticks()) {
    const at = Math.round(x.tickAt(tick)) + 0.5;
    if (at < LEFT - 1 || at > width - RIGHT + 1) continue;
    context.strokeStyle = palette.axis;
    line(context, at, bottom, at, bottom + 4);
    drawTick(context, palette, tick, at, bottom + 14, { color: palette.muted, align: 'center' });
  }
  drawText(context, palette, chart.axis.label.toLocaleLowerCase(), (LEFT + width - RIGHT) / 2, bottom + 30, { color: palette.foreground, align: 'center' });
  drawText(context, palette, chart.metric, 16, 10, { color: palette.foreground });
}

/** The strip above the chart: one row a series that lost points. */
function drawStripFrame(context: CanvasRenderingContext2D, palette: Palette, lost: readonly ChartSeries[], top: number, right: number): void {
  context.fillStyle = withAlpha(palette.error, palette.contrast ? 0.2 : 0.08);
  context.fillRect(LEFT, TOP - 2, right - LEFT, top - TOP - 4);
  context.strokeStyle = palette.axis;
  context.setLineDash([3, 3]);
  line(context, LEFT, Math.round(top - 6) + 0.5, right, Math.round(top - 6) + 0.5);
  context.setLineDash([]);
  const kinds = [...new Set(lost.flatMap((one) => one.points.flatMap((point) => (point.lost ? [point.lost] : []))))];
  drawText(context, palette, kinds.length === 1 ? lostName(kinds[0]) : l10n.t('no value'), LEFT - 6, (TOP + top - 6) / 2, { color: palette.foreground, align: 'right' });
}

function drawLost(context: CanvasRenderingContext2D, palette: Palette, lost: Lost, x: number, y: number, color: string): void {
  if (lost === 'diverged') drawCross(context, x, y, 3.6, color, palette.background);
  else drawText(context, palette, lost === 'failed' ? '!' : lost === 'cancelled' ? '–' : '↑', x, y, { color, size: 13, weight: 700, align: 'center', halo: palette.background });
}

/** The line through the values; it ends where a neighbour has none, with a stroke towards the edge where that one was lost. */
function drawCurve(context: CanvasRenderingContext2D, chart: SweepChart, one: ChartSeries, x: AxisScale, y: Scale): void {
  const style = chart.palette.series(one.index);
  context.strokeStyle = style.color;
  context.lineWidth = one.selected ? 2 : 1.5;
  context.setLineDash([...style.dash]);
  context.beginPath();
  let drawing = false;
  for (const point of one.points) {
    if (point.value === null) {
      drawing = false;
      continue;
    }
    const px = x.at(point.values[chart.axis.name]);
    const py = y.at(y.kind === 'log' ? Math.max(point.value, y.min) : point.value);
    if (drawing) context.lineTo(px, py);
    else context.moveTo(px, py);
    drawing = true;
  }
  context.stroke();
  context.setLineDash([]);
}

function drawRange(context: CanvasRenderingContext2D, y: Scale, x: number, range: readonly [number, number], color: string): void {
  const [low, high] = range.map((value) => y.at(y.kind === 'log' ? Math.max(value, y.min) : value));
  context.strokeStyle = color;
  context.lineWidth = 1.25;
  line(context, x, low, x, high);
  for (const at of [low, high]) line(context, x - 3, at, x + 3, at);
}

function drawBest(context: CanvasRenderingContext2D, chart: SweepChart, placed: readonly Placed[], bounds: Rect, taken: Rect[], avoid: number[]): void {
  const { palette, axis } = chart;
  const labels: Label[] = [];
  for (const one of [...chart.series].sort((a, b) => Number(b.selected) - Number(a.selected))) {
    const at = placed.find((each) => each.key === one.key && each.point.best);
    if (!at || at.point.value === null) continue;
    const { color } = palette.series(one.index);
    context.setLineDash([]);
    for (const [style, width] of [[palette.background, 4], [color, 1.75]] as const) {
      context.strokeStyle = style;
      context.lineWidth = width;
      context.beginPath();
      context.arc(at.x, at.y, 8.5, 0, 2 * Math.PI);
      context.stroke();
    }
    taken.push({ x: at.x - 9, y: at.y - 9, width: 18, height: 18 });
    setFont(context, palette, 11, 600);
    const text = `${one.label} ${valueText(at.point.values[axis.name])} → ${formatNumber(at.point.value)}`;
    labels.push({ text, color, weight: 600, x: at.x, y: at.y, gap: 12, prefer: [0, 1], width: context.measureText(text).width + 4, height: 15 });
  }
  for (const one of chart.series) {
    const own = placed.filter((each) => each.key === one.key && each.point.value !== null).sort((a, b) => a.x - b.x);
    own.forEach((each, i) => {
      const next = own[i + 1] ?? each;
      for (let t = 0; t < 8; t++) avoid.push(each.x + ((next.x - each.x) * t) / 8, each.y + ((next.y - each.y) * t) / 8);
    });
  }
  drawLabels(context, palette, labels, placeLabels(labels, bounds, taken, avoid));
}

function line(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
