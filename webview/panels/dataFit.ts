/** What networks say along one column, over the rows: a curve a series. */
import * as l10n from '@vscode/l10n';
import type { LabRun } from '../../src/protocol/lab';
import type { DataInfo } from '../../src/protocol/networks';
import { drawText, drawTick, markerOutline } from '../charts/draw';
import { seriesName } from '../charts/names';
import type { Palette } from '../charts/palette';
import { Scale } from '../charts/scale';
import { formatNumber } from '../numbers';
import type { LabStore } from '../state/types';
import { askPoints, columnNames, columnPlaces, onlyTarget, widened, type Points } from './dataAnswers';
import { askedStep } from './dataQuestion';

const PLACES = 160;
/** Curves at once, at most. */
const MOST_CURVES = 12;

interface Curve {
  readonly name: string;
  /** Of the series; −1 for a class of the selected one. */
  readonly series: number;
  readonly selected: boolean;
  readonly values: Float64Array;
}

export interface FitAnswer {
  readonly name: string;
  readonly x: readonly [number, number];
  readonly curves: readonly Curve[];
  readonly points: readonly Points[];
  readonly classes: readonly string[] | null;
}

/** The curves of all shown series that train on the same data, the asked run's among them. @param target the one of several that is drawn. */
export async function askFit(store: LabStore, run: LabRun, runs: readonly LabRun[], info: DataInfo, target: number | null): Promise<FitAnswer> {
  const [place] = columnPlaces(info);
  const x = widened(info.features[place].minimum, info.features[place].maximum, 0.1);
  const shown = [run, ...runs.filter((other) => other.id !== run.id)].slice(0, MOST_CURVES);
  const [points, ...answers] = await Promise.all([
    askPoints(store, run, info),
    ...shown.map((one) => store.apply(one.id, askedStep(store, one), { kind: 'surface', first: 0, second: null, x, y: [0, 1], width: PLACES, height: 1 })),
  ] as const);
  const curves = answers.flatMap((answer, i): Curve[] => {
    if (answer.kind !== 'surface') return [];
    const series = store.series(shown[i].seriesKey);
    if (!series) return [];
    // Of several outputs that are no targets of their own the selected series alone is drawn, a curve each.
    const single = answer.outputs === 1 || target !== null;
    const outputs = single ? [target ?? 0] : i === 0 ? Array.from({ length: answer.outputs }, (_, j) => j) : [];
    return outputs.map((j) => ({
      name: single ? seriesName(store.document, series) : info.classes?.[j]?.name ?? String(j + 1), series: single ? series.index : j, selected: i === 0,
      values: Float64Array.from({ length: PLACES }, (_, k) => answer.values[k * answer.outputs + j]),
    }));
  });
  return { name: columnNames(info, 1)[0], x, curves, points: onlyTarget(points, target), classes: info.classes?.map(({ name }) => name) ?? null };
}

export interface FitFrame {
  readonly x: Scale;
  readonly y: Scale;
}

/** The rows decide the range: a curve that has run away leaves the picture. */
export function fitRange(answer: FitAnswer): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const { rows } of answer.points) {
    for (const target of rows.targets) {
      low = Math.min(low, target);
      high = Math.max(high, target);
    }
  }
  if (!(high >= low)) return [0, 1];
  const reach = 0.2 * (high - low || 1);
  const [least, most] = [low - reach, high + reach];
  for (const { values } of answer.curves) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, Math.max(value, least));
      high = Math.max(high, Math.min(value, most));
    }
  }
  return widened(low, high, 0.06);
}

export function drawFit(context: CanvasRenderingContext2D, palette: Palette, answer: FitAnswer, width: number, height: number): FitFrame {
  const y = fitRange(answer);
  const frame = { x: new Scale('linear', answer.x[0], answer.x[1], 56, Math.max(64, width - 16)), y: new Scale('linear', y[0], y[1], Math.max(20, height - 42), 8) };
  context.lineWidth = 1;
  for (const tick of frame.y.ticks(Math.max(2, (frame.y.start - frame.y.end) / 44))) {
    const at = Math.round(frame.y.at(tick.value)) + 0.5;
    context.strokeStyle = palette.grid;
    context.beginPath();
    context.moveTo(frame.x.start, at);
    context.lineTo(frame.x.end, at);
    context.stroke();
    drawTick(context, palette, tick, frame.x.start - 8, at, { color: palette.muted, align: 'right' });
  }
  context.strokeStyle = palette.axis;
  context.beginPath();
  context.moveTo(frame.x.start, frame.y.end);
  context.lineTo(frame.x.start, Math.round(frame.y.start) + 0.5);
  context.lineTo(frame.x.end, Math.round(frame.y.start) + 0.5);
  context.stroke();
  for (const tick of frame.x.ticks(Math.max(2, (frame.x.end - frame.x.start) / 70))) drawTick(context, palette, tick, frame.x.at(tick.value), frame.y.start + 12, { color: palette.muted, align: 'center' });
  drawText(context, palette, answer.name, (frame.x.start + frame.x.end) / 2, frame.y.start + 30, { color: palette.foreground, align: 'center' });
  context.save();
  context.beginPath();
  context.rect(frame.x.start, frame.y.end - 4, frame.x.end - frame.x.start, frame.y.start - frame.y.end + 8);
  context.clip();
  for (const curve of [...answer.curves].reverse()) drawCurve(context, palette, curve, answer.x, frame);
  drawRows(context, palette, answer, frame);
  context.restore();
  return frame;
}

function drawRows(context: CanvasRenderingContext2D, palette: Palette, { points }: FitAnswer, { x, y }: FitFrame): void {
  for (const { part, rows } of points) {
    const path = markerOutline(part === 'test' ? 'square' : 'circle', rows.count > 400 ? 2.5 : 4);
    const each = rows.targets.length / rows.count;
    for (let i = 0; i < rows.count; i++) {
      context.save();
      context.translate(x.at(rows.inputs[i * rows.features]), y.at(rows.targets[i * each]));
      if (part === 'training') {
        context.lineWidth = 2;
        context.strokeStyle = palette.background;
        context.stroke(path);
        context.fillStyle = palette.foreground;
        context.fill(path);
      } else {
        context.lineWidth = 1.25;
        context.strokeStyle = palette.foreground;
        context.stroke(path);
      }
      context.restore();
    }
  }
}

function drawCurve(context: CanvasRenderingContext2D, palette: Palette, curve: Curve, span: readonly [number, number], { x, y }: FitFrame): void {
  const style = palette.series(curve.series);
  const far = 4 * (y.start - y.end) + 400;
  context.beginPath();
  curve.values.forEach((value, i) => {
    const px = x.at(span[0] + ((span[1] - span[0]) * i) / (curve.values.length - 1));
    const py = Math.max(-far, Math.min(far, y.at(value)));
    if (!Number.isFinite(py)) return;
    if (i === 0) context.moveTo(px, py);
    else context.lineTo(px, py);
  });
  for (const [color, width, dash] of [[palette.background, curve.selected ? 5 : 3.5, []], [style.color, curve.selected ? 2.5 : 1.5, style.dash]] as const) {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.setLineDash(dash as number[]);
    context.stroke();
  }
  context.setLineDash([]);
}

/** What all curves say at a place of the screen. */
export function fitWords(answer: FitAnswer, { x }: FitFrame, px: number): string {
  const at = x.invert(px);
  const place = Math.round(((at - answer.x[0]) / (answer.x[1] - answer.x[0])) * (PLACES - 1));
  if (place < 0 || place >= PLACES) return '';
  return [`${answer.name} ${formatNumber(at)}`, ...answer.curves.map((curve) => l10n.t('{0}: {1}', curve.name, formatNumber(curve.values[place])))].join('\n');
}
