/** What a network says over the plane of two columns, and the rows on it. */
import { contours } from 'd3-contour';
import * as l10n from '@vscode/l10n';
import type { LabRun } from '../../src/protocol/lab';
import type { DataInfo } from '../../src/protocol/networks';
import { drawMarker, drawText, drawTick, markerOutline } from '../charts/draw';
import { mix, parseColor, withAlpha, type Palette } from '../charts/palette';
import { Scale, linearTicks } from '../charts/scale';
import type { Marker } from '../charts/series';
import { formatNumber } from '../numbers';
import type { LabStore } from '../state/types';
import { askPoints, classOf, columnNames, columnOf, columnPlaces, onlyTarget, sureness, widened, type Points } from './dataAnswers';
import { askedStep } from './dataQuestion';
import { partName } from './dataTables';

/** Places of the grid along its longer side. */
const GRID = 96;
const POINT = 4;
/** How much of a class's colour the ground takes at most. */
const GROUND = 0.42;

export interface SurfaceAnswer {
  readonly names: readonly [string, string];
  readonly columns: readonly [number, number];
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly width: number;
  readonly height: number;
  readonly outputs: number;
  /** height × width × outputs, the first row at the low end of y. */
  readonly values: Float64Array;
  readonly points: readonly Points[];
  /** Null for numbers that are no classes. */
  readonly classes: readonly string[] | null;
  readonly loss: string;
}

/** Correlation from which on a column repeats another. */
const REPEATED = 0.99;

/**
 * The two columns that tell most of the target by themselves, in their order: by the share of the target's variance that its mean in
 * ten equal stretches of the column explains (for classes the share of the column's variance that their means explain).
 * A column that only repeats the first, as of a pair of opposite categories, gives way: all rows would lie on one line.
 */
export function tellingColumns(points: readonly Points[], count: number, classes: boolean): [number, number] {
  const rows = (points.find(({ part }) => part === 'training') ?? points[0])?.rows;
  if (!rows || count <= 2 || rows.count === 0) return [0, 1];
  const each = rows.targets.length / rows.count;
  const valuesOf = (column: number) => Float64Array.from({ length: rows.count }, (_, i) => rows.inputs[i * rows.features + column]);
  const told = Array.from({ length: count }, (_, column) => {
    const x = valuesOf(column);
    const y = Float64Array.from({ length: rows.count }, (_ignored, i) => rows.targets[i * each]);
    if (classes) return explained(y, x);
    const low = x.reduce((least, value) => Math.min(least, value), Infinity);
    const high = x.reduce((most, value) => Math.max(most, value), -Infinity);
    return explained(x.map((value) => Math.min(9, Math.floor((10 * (value - low)) / (high - low || 1)))), y);
  });
  const order = told.map((share, column) => ({ share, column })).sort((p, q) => q.share - p.share || p.column - q.column);
  const first = valuesOf(order[0].column);
  const second = order.slice(1).find(({ column }) => Math.abs(correlation(first, valuesOf(column))) < REPEATED) ?? order[1];
  return [order[0].column, second.column].sort((p, q) => p - q) as [number, number];
}

/** Pearson's correlation; NaN where a column does not vary. */
function correlation(x: Float64Array, y: Float64Array): number {
  const [meanX, meanY] = [x, y].map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    xy += (x[i] - meanX) * (y[i] - meanY);
    xx += (x[i] - meanX) ** 2;
    yy += (y[i] - meanY) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}

/** Share of the variance of `values` that the means of the groups explain. */
function explained(groups: Float64Array, values: Float64Array): number {
  const sums = new Map<number, { sum: number; count: number }>();
  let mean = 0;
  values.forEach((value, i) => {
    mean += value / values.length;
    const group = sums.get(groups[i]) ?? { sum: 0, count: 0 };
    group.sum += value;
    group.count++;
    sums.set(groups[i], group);
  });
  const whole = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  let between = 0;
  for (const { sum, count } of sums.values()) between += count * (sum / count - mean) ** 2;
  return whole > 0 ? between / whole : 0;
}

export async function askSurface(store: LabStore, run: LabRun, info: DataInfo, loss: string, chosen: readonly [number, number] | null, target: number | null): Promise<SurfaceAnswer> {
  const places = columnPlaces(info);
  const seen = chosen ? null : await askPoints(store, run, info);
  const columns = chosen ?? tellingColumns(onlyTarget(seen ?? [], target), places.length, info.classes !== null);
  const names = columnNames(info, places.length);
  const span = (column: number) => widened(info.features[places[column]].minimum, info.features[places[column]].maximum);
  const [x, y] = [span(columns[0]), span(columns[1])];
  const size = { width: GRID, height: GRID };
  const [surface, points] = await Promise.all([
    store.apply(run.id, askedStep(store, run), { kind: 'surface', first: columns[0], second: columns[1], x, y, ...size }),
    seen ?? askPoints(store, run, info),
  ]);
  if (surface.kind !== 'surface') throw new Error(surface.kind);
  return { names: [names[columns[0]], names[columns[1]]], columns, x, y, ...size, outputs: target === null ? surface.outputs : 1, values: target === null ? surface.values : columnOf(surface.values, surface.outputs, target), points: onlyTarget(points, target), classes: info.classes?.map(({ name }) => name) ?? null, loss };
}

export interface SurfaceFrame {
  readonly x: Scale;
  readonly y: Scale;
}

export function surfaceFrame(answer: SurfaceAnswer, width: number, height: number): SurfaceFrame {
  return { x: new Scale('linear', answer.x[0], answer.x[1], 64, Math.max(72, width - 16)), y: new Scale('linear', answer.y[0], answer.y[1], Math.max(20, height - 42), 8) };
}

/** The class of a place, the share it has, and the value itself. */
function placeOf(answer: SurfaceAnswer, place: number): { readonly chosen: number; readonly sure: number } {
  const { values, outputs, loss } = answer;
  const chosen = classOf(values, outputs, place, loss);
  const sure = sureness(values, outputs, place, loss);
  // A margin of 1 is as sure as hinge loss asks for.
  return { chosen, sure: Number.isNaN(sure) ? Math.min(1, 0.5 + 0.5 * Math.abs(values[place])) : sure };
}

/** The range of a regression's values, of the rows' targets and of the grid. */
export function valueSpan(answer: SurfaceAnswer): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const { rows } of answer.points) {
    for (let i = 0; i < rows.count; i++) {
      const value = rows.targets[i * (rows.targets.length / rows.count)];
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  // A network that has run away must not wash out the rows.
  const reach = (high - low || 1) / 2;
  const [least, most] = [low - reach, high + reach];
  for (let i = 0; i < answer.values.length; i += answer.outputs) {
    const value = answer.values[i];
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, Math.max(value, least));
    high = Math.max(high, Math.min(value, most));
  }
  return high > low ? [low, high] : [low - 0.5, low + 0.5];
}

/** The colour of a regression's value. */
export function valueColor(palette: Palette, share: number): string {
  return mix(palette.background, palette.series(0).color, 0.04 + 0.76 * Math.min(1, Math.max(0, share)));
}

/** Colours of the ground, a pixel a place, the high end of y first as on the screen. */
export function groundColors(answer: SurfaceAnswer, palette: Palette): Uint8ClampedArray {
  const { width, height, outputs, classes } = answer;
  const pixels = new Uint8ClampedArray(width * height * 4);
  const [low, high] = classes ? [0, 1] : valueSpan(answer);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const place = row * width + column;
      let color: string;
      if (classes) {
        const { chosen, sure } = placeOf(answer, place);
        const least = 1 / Math.max(2, outputs);
        color = mix(palette.background, palette.series(chosen).color, GROUND * (0.25 + 0.75 * Math.max(0, (sure - least) / (1 - least))));
      } else {
        color = valueColor(palette, (answer.values[place * outputs] - low) / (high - low));
      }
      const rgb = parseColor(color) ?? [128, 128, 128];
      pixels.set([rgb[0], rgb[1], rgb[2], 255], ((height - 1 - row) * width + column) * 4);
    }
  }
  return pixels;
}

/** How far a place is on a class's side of the border: above 0 inside. One field is enough for two classes. */
function borderFields(answer: SurfaceAnswer): Float64Array[] {
  const { values, outputs, loss, width, height } = answer;
  const places = width * height;
  if (outputs === 1) return [Float64Array.from({ length: places }, (_, i) => values[i] - (loss === 'hinge' ? 0 : 0.5))];
  return Array.from({ length: outputs === 2 ? 1 : outputs }, (_, k) => Float64Array.from({ length: places }, (_, i) => {
    let other = -Infinity;
    for (let j = 0; j < outputs; j++) if (j !== k) other = Math.max(other, values[i * outputs + j]);
    return values[i * outputs + k] - other;
  }));
}

function drawGround(context: CanvasRenderingContext2D, palette: Palette, answer: SurfaceAnswer, { x, y }: SurfaceFrame): void {
  const { width, height } = answer;
  const image = document.createElement('canvas');
  image.width = width;
  image.height = height;
  const inner = image.getContext('2d');
  if (!inner) return;
  const data = inner.createImageData(width, height);
  data.data.set(groundColors(answer, palette));
  inner.putImageData(data, 0, 0);
  // Places stand at the middles of pixels: the outermost half a pixel lies outside.
  const dx = (x.end - x.start) / (width - 1);
  const dy = (y.start - y.end) / (height - 1);
  context.save();
  context.beginPath();
  context.rect(x.start, y.end, x.end - x.start, y.start - y.end);
  context.clip();
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, x.start - dx / 2, y.end - dy / 2, dx * width, dy * height);
  const generator = contours().size([width, height]).smooth(true);
  const border = (field: Float64Array, level: number) => {
    context.beginPath();
    for (const polygon of generator.contour(field as unknown as number[], level).coordinates) {
      for (const ring of polygon) {
        ring.forEach(([i, j], k) => {
          const edge = i <= 0 || j <= 0 || i >= width || j >= height;
          const px = x.start + (i - 0.5) * dx;
          const py = y.start - (j - 0.5) * dy;
          // The ring closes along the picture's edge, where there is no border.
          if (k === 0 || edge || ring[k - 1][0] <= 0 || ring[k - 1][1] <= 0 || ring[k - 1][0] >= width || ring[k - 1][1] >= height) context.moveTo(px, py);
          else context.lineTo(px, py);
        });
      }
    }
    context.stroke();
  };
  context.lineWidth = 1.5;
  context.strokeStyle = palette.foreground;
  if (answer.classes) for (const field of borderFields(answer)) border(field, 0);
  else {
    const [low, high] = valueSpan(answer);
    context.lineWidth = 1;
    context.strokeStyle = withAlpha(palette.foreground, 0.28);
    const field = answer.outputs === 1 ? answer.values : Float64Array.from({ length: width * height }, (_, i) => answer.values[i * answer.outputs]);
    for (const { value } of linearTicks(low, high, 12)) border(field, value);
  }
  context.restore();
}

function drawAxes(context: CanvasRenderingContext2D, palette: Palette, names: readonly [string, string], { x, y }: SurfaceFrame): void {
  context.strokeStyle = palette.axis;
  context.lineWidth = 1;
  context.strokeRect(Math.round(x.start) + 0.5, Math.round(y.end) + 0.5, Math.round(x.end - x.start), Math.round(y.start - y.end));
  for (const tick of x.ticks(Math.max(2, (x.end - x.start) / 70))) drawTick(context, palette, tick, x.at(tick.value), y.start + 12, { color: palette.muted, align: 'center' });
  for (const tick of y.ticks(Math.max(2, (y.start - y.end) / 44))) drawTick(context, palette, tick, x.start - 8, y.at(tick.value), { color: palette.muted, align: 'right' });
  drawText(context, palette, names[0], (x.start + x.end) / 2, y.start + 30, { color: palette.foreground, align: 'center' });
  context.save();
  context.translate(11, (y.start + y.end) / 2);
  context.rotate(-Math.PI / 2);
  drawText(context, palette, names[1], 0, 0, { color: palette.foreground, align: 'center' });
  context.restore();
}

/** One row as a mark: filled where it was trained on, hollow where it was kept back, struck out where the network is wrong. */
export function drawRowMark(context: CanvasRenderingContext2D, palette: Palette, marker: Marker, color: string, px: number, py: number, look: { readonly hollow: boolean; readonly wrong: boolean; readonly radius?: number }): void {
  const radius = look.radius ?? POINT;
  if (look.wrong) strikeOut(context, palette, px, py, radius + 5);
  if (!look.hollow) {
    drawMarker(context, marker, px, py, radius, color, palette.background);
    return;
  }
  context.save();
  context.translate(px, py);
  const path = markerOutline(marker, radius);
  context.fillStyle = palette.background;
  context.fill(path);
  context.lineWidth = 1.6;
  context.strokeStyle = color;
  context.stroke(path);
  context.restore();
}

/** A cross behind the mark, whose arms stand out. */
function strikeOut(context: CanvasRenderingContext2D, palette: Palette, px: number, py: number, reach: number): void {
  for (const [style, width] of [[palette.background, 4.5], [palette.foreground, 2]] as const) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(px - reach, py - reach);
    context.lineTo(px + reach, py + reach);
    context.moveTo(px + reach, py - reach);
    context.lineTo(px - reach, py + reach);
    context.stroke();
  }
}

/** Rows that were kept back last, so that they lie on top, and the wrong ones above all. */
export function drawSurface(context: CanvasRenderingContext2D, palette: Palette, answer: SurfaceAnswer, width: number, height: number): SurfaceFrame {
  const frame = surfaceFrame(answer, width, height);
  drawGround(context, palette, answer, frame);
  drawAxes(context, palette, answer.names, frame);
  const [low, high] = answer.classes ? [0, 1] : valueSpan(answer);
  for (const wrongOnes of [false, true]) {
    for (const { part, rows } of answer.points) {
      for (let i = 0; i < rows.count; i++) {
        const target = rows.targets[i * (rows.targets.length / rows.count)];
        const wrong = answer.classes !== null && classOf(rows.outputs, rows.width, i, answer.loss) !== target;
        if (wrong !== wrongOnes) continue;
        const px = frame.x.at(rows.inputs[i * rows.features + answer.columns[0]]);
        const py = frame.y.at(rows.inputs[i * rows.features + answer.columns[1]]);
        const hollow = part !== 'training';
        if (answer.classes) {
          const style = palette.series(target);
          drawRowMark(context, palette, style.marker, style.color, px, py, { hollow, wrong });
        } else drawValueMark(context, palette, valueColor(palette, (target - low) / (high - low)), px, py, hollow);
      }
    }
  }
  return frame;
}

/** A row of a regression: in the colour of its value, so that it sinks into a ground that fits; a square where it was kept back. */
function drawValueMark(context: CanvasRenderingContext2D, palette: Palette, color: string, px: number, py: number, hollow: boolean): void {
  context.save();
  context.translate(px, py);
  const path = markerOutline(hollow ? 'square' : 'circle', POINT);
  context.fillStyle = color;
  context.fill(path);
  context.lineWidth = 1.25;
  context.strokeStyle = palette.foreground;
  context.stroke(path);
  context.restore();
}

/** What stands at a place of the screen, in words: the nearest row, else what the network says there. */
export function surfaceWords(answer: SurfaceAnswer, { x, y }: SurfaceFrame, px: number, py: number): string {
  let nearest: { readonly part: Points['part']; readonly rows: Points['rows']; readonly row: number } | null = null;
  let distance = 8;
  for (const { part, rows } of answer.points) {
    for (let i = 0; i < rows.count; i++) {
      const away = Math.hypot(x.at(rows.inputs[i * rows.features + answer.columns[0]]) - px, y.at(rows.inputs[i * rows.features + answer.columns[1]]) - py);
      if (away < distance) {
        distance = away;
        nearest = { part, rows, row: i };
      }
    }
  }
  const name = (index: number) => answer.classes?.[index] ?? String(index);
  if (nearest) {
    const { rows, row, part } = nearest;
    const target = rows.targets[row * (rows.targets.length / rows.count)];
    const where = `${answer.names[0]} ${formatNumber(rows.inputs[row * rows.features + answer.columns[0]])}, ${answer.names[1]} ${formatNumber(rows.inputs[row * rows.features + answer.columns[1]])}`;
    const said = answer.classes ? name(classOf(rows.outputs, rows.width, row, answer.loss)) : formatNumber(rows.outputs[row * rows.width]);
    return `${l10n.t('Row {0}, {1}', row + 1, partName(part))}\n${where}\n${l10n.t('true {0}, predicted {1}', answer.classes ? name(target) : formatNumber(target), said)}`;
  }
  const a = x.invert(px);
  const b = y.invert(py);
  const column = Math.round(((a - answer.x[0]) / (answer.x[1] - answer.x[0])) * (answer.width - 1));
  const row = Math.round(((b - answer.y[0]) / (answer.y[1] - answer.y[0])) * (answer.height - 1));
  if (column < 0 || row < 0 || column >= answer.width || row >= answer.height) return '';
  const place = row * answer.width + column;
  const where = `${answer.names[0]} ${formatNumber(a)}, ${answer.names[1]} ${formatNumber(b)}`;
  if (!answer.classes) return `${where}\n${l10n.t('predicted {0}', formatNumber(answer.values[place * answer.outputs]))}`;
  const sure = sureness(answer.values, answer.outputs, place, answer.loss);
  const chosen = name(classOf(answer.values, answer.outputs, place, answer.loss));
  return `${where}\n${Number.isNaN(sure) ? l10n.t('predicted {0}', chosen) : l10n.t('predicted {0} ({1} %)', chosen, formatNumber(100 * sure))}`;
}
