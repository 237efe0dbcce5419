/** A sweep over two axes: a map a series, one cell for each pair of values, the same shades in all maps. */
import { drawCross, drawText } from '../charts/draw';
import { mix, parseColor, type Palette } from '../charts/palette';
import type { SweptValue } from '../../src/core/training/trial';
import type { LabSweepAxis } from '../../src/protocol/lab';
import { formatNumber } from '../numbers';
import { valueText, type SweepPoint } from './sweepData';
import type { Placed } from './sweepChart';

const LEFT = 64;
const TOP = 24;
const BOTTOM = 40;
const GAP = 16;
/** A map narrower than this stands below the one before. */
const NARROWEST = 220;
/** Cells at least this wide and high carry their value. */
const TEXT_FROM = [44, 18] as const;

export interface HeatSeries {
  readonly key: string;
  readonly index: number;
  readonly label: string;
  readonly points: readonly SweepPoint[];
}

export interface HeatMaps {
  readonly palette: Palette;
  readonly x: LabSweepAxis;
  readonly y: LabSweepAxis;
  readonly series: readonly HeatSeries[];
  readonly logarithmic: boolean;
  readonly rising: boolean;
}

/** Of points with the same values on both axes (a third axis differs) the best stands for all. */
function cellsOf(one: HeatSeries, x: string, y: string, rising: boolean): Map<string, SweepPoint> {
  const cells = new Map<string, SweepPoint>();
  const rank = (point: SweepPoint): number => (point.value === null ? Infinity : rising ? -point.value : point.value);
  for (const point of one.points) {
    const key = JSON.stringify([point.values[x], point.values[y]]);
    const other = cells.get(key);
    if (!other || rank(point) < rank(other)) cells.set(key, point);
  }
  return cells;
}

function ordered(values: readonly SweptValue[]): SweptValue[] {
  const all = [...new Set(values)];
  return all.every((value) => typeof value === 'number') ? (all as number[]).sort((a, b) => a - b) : all;
}

export function drawHeat(context: CanvasRenderingContext2D, maps: HeatMaps, width: number, height: number): Placed[] {
  const { palette, series } = maps;
  const columns = Math.max(1, Math.min(series.length, Math.floor(width / NARROWEST)));
  const rows = Math.ceil(series.length / columns);
  const mapWidth = (width - GAP) / columns;
  const mapHeight = height / Math.max(1, rows);
  const values = series.flatMap((one) => one.points.flatMap((point) => (point.value === null ? [] : [point.value])));
  const log = maps.logarithmic && values.every((value) => value > 0);
  const forward = (value: number): number => (log ? Math.log(value) : value);
  const low = forward(Math.min(...values));
  const high = forward(Math.max(...values));
  /** 1 the best of all, 0 the worst. */
  const goodness = (value: number): number => (high > low ? (maps.rising ? forward(value) - low : high - forward(value)) / (high - low) : 1);
  const strong = palette.light ? '#0F5CC0' : '#6CB2FF';
  const placed: Placed[] = [];
  series.forEach((one, i) => {
    const cells = cellsOf(one, maps.x.name, maps.y.name, maps.rising);
    const xs = ordered([...cells.values()].map((point) => point.values[maps.x.name]));
    const ys = ordered([...cells.values()].map((point) => point.values[maps.y.name]));
    const left = (i % columns) * mapWidth + LEFT;
    const top = Math.floor(i / columns) * mapHeight + TOP;
    const cellWidth = Math.max(2, (mapWidth - LEFT - 8) / Math.max(1, xs.length));
    const cellHeight = Math.max(2, (mapHeight - TOP - BOTTOM) / Math.max(1, ys.length));
    drawText(context, palette, one.label, left + (mapWidth - LEFT - 8) / 2, top - 11, { color: palette.series(one.index).color, weight: 600, align: 'center' });
    for (const point of cells.values()) {
      const cx = left + xs.indexOf(point.values[maps.x.name]) * cellWidth;
      const cy = top + (ys.length - 1 - ys.indexOf(point.values[maps.y.name])) * cellHeight;
      const middle: [number, number] = [cx + cellWidth / 2, cy + cellHeight / 2];
      const share = point.value === null ? 0 : 0.08 + 0.8 * goodness(point.value);
      const shade = mix(palette.background, strong, share);
      context.fillStyle = shade;
      context.fillRect(cx + 0.5, cy + 0.5, cellWidth - 1, cellHeight - 1);
      if (point.lost === 'diverged') drawCross(context, ...middle, 4, palette.error, palette.background);
      else if (point.lost !== null) drawText(context, palette, '–', ...middle, { color: palette.foreground, align: 'center' });
      else if (point.value === null) drawText(context, palette, '…', ...middle, { color: palette.muted, align: 'center' });
      else if (cellWidth >= TEXT_FROM[0] && cellHeight >= TEXT_FROM[1]) {
        drawText(context, palette, formatNumber(point.value), ...middle, { color: contrast(palette.background, shade) > contrast(palette.foreground, shade) ? palette.background : palette.foreground, align: 'center', weight: point.best ? 700 : 400 });
      }
      if (point.best) {
        context.strokeStyle = palette.foreground;
        context.lineWidth = 2;
        context.strokeRect(cx + 1, cy + 1, cellWidth - 2, cellHeight - 2);
      }
      placed.push({ key: one.key, point, x: middle[0], y: middle[1] });
    }
    labelAxes(context, maps, xs, ys, { left, top, cellWidth, cellHeight });
  });
  return placed;
}

function labelAxes(context: CanvasRenderingContext2D, maps: HeatMaps, xs: readonly SweptValue[], ys: readonly SweptValue[], at: { readonly left: number; readonly top: number; readonly cellWidth: number; readonly cellHeight: number }): void {
  const { palette } = maps;
  const bottom = at.top + ys.length * at.cellHeight;
  const everyX = Math.max(1, Math.ceil(46 / at.cellWidth));
  const everyY = Math.max(1, Math.ceil(15 / at.cellHeight));
  xs.forEach((value, i) => {
    if (i % everyX === 0) drawText(context, palette, valueText(value), at.left + (i + 0.5) * at.cellWidth, bottom + 11, { color: palette.muted, align: 'center' });
  });
  ys.forEach((value, i) => {
    if (i % everyY === 0) drawText(context, palette, valueText(value), at.left - 6, bottom - (i + 0.5) * at.cellHeight, { color: palette.muted, align: 'right' });
  });
  drawText(context, palette, maps.x.label.toLocaleLowerCase(), at.left + (xs.length * at.cellWidth) / 2, bottom + 28, { color: palette.foreground, align: 'center' });
  drawText(context, palette, maps.y.label.toLocaleLowerCase(), at.left - LEFT + 16, at.top - 11, { color: palette.foreground });
}

/** Contrast of two colours by WCAG 2: 1 for equal ones, 21 for black on white. */
function contrast(first: string, second: string): number {
  const luminance = (color: string): number => {
    const [red, green, blue] = (parseColor(color) ?? [0, 0, 0]).map((value) => (value <= 10.31475 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [low, high] = [luminance(first), luminance(second)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}
