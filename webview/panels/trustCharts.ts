/** The small charts of trust: folds, stacked errors, single against ensemble, rounds. Numbers stand in the tables beside them. */
import * as l10n from '@vscode/l10n';
import { drawHollowMarker, drawMarker, drawStar, drawText, drawTick, setFont } from '../charts/draw';
import type { Palette } from '../charts/palette';
import { Scale } from '../charts/scale';
import { formatNumber } from '../numbers';

const LEFT = 52;
const RIGHT = 14;
const TOP = 20;
const BOTTOM = 24;

export interface Category {
  readonly index: number;
  readonly label: string;
  readonly selected: boolean;
}

interface Frame {
  readonly y: Scale;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function rangeOf(values: readonly number[], zero: boolean): [number, number] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  const low = zero ? 0 : Math.min(...finite);
  const high = Math.max(...finite);
  const margin = (high - low) * 0.1 || Math.abs(high) * 0.05 || 0.5;
  return [zero ? 0 : low - margin, high + margin];
}

function drawFrame(context: CanvasRenderingContext2D, palette: Palette, title: string, range: readonly [number, number], width: number, height: number, kind: 'linear' | 'log' = 'linear'): Frame {
  const y = new Scale(kind, range[0], range[1], height - BOTTOM, TOP);
  context.lineWidth = 1;
  for (const tick of y.ticks(Math.max(2, (height - TOP - BOTTOM) / 34))) {
    const at = Math.round(y.at(tick.value)) + 0.5;
    context.strokeStyle = palette.grid;
    line(context, LEFT, at, width - RIGHT, at);
    drawTick(context, palette, tick, LEFT - 8, at, { color: palette.muted, align: 'right' });
  }
  context.strokeStyle = palette.axis;
  line(context, LEFT, Math.round(height - BOTTOM) + 0.5, width - RIGHT, Math.round(height - BOTTOM) + 0.5);
  drawText(context, palette, title, 2, 8, { color: palette.foreground });
  return { y, left: LEFT, right: width - RIGHT, top: TOP, bottom: height - BOTTOM };
}

/** Names below their columns, shortened where they would touch; where there is no room at all, only the selected one. */
function drawNames(context: CanvasRenderingContext2D, palette: Palette, all: readonly Category[], frame: Frame): (i: number) => number {
  const pitch = (frame.right - frame.left) / Math.max(1, all.length);
  const center = (i: number): number => frame.left + (i + 0.5) * pitch;
  all.forEach((one, i) => {
    if (pitch < 34 && !one.selected) return;
    const weight = one.selected && all.length > 1 ? 600 : 400;
    setFont(context, palette, 11, weight);
    drawText(context, palette, shortened(context, one.label, Math.max(pitch - 6, 60)), center(i), frame.bottom + 13, { color: palette.foreground, align: 'center', weight });
  });
  return center;
}

function shortened(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let end = text.length - 1;
  while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > width) end--;
  return `${text.slice(0, end)}…`;
}

export interface FoldColumn extends Category {
  readonly values: readonly number[];
  readonly mean: number;
  readonly deviation: number;
}

/** Each fold a point, beside them the mean with a bar of one standard deviation to each side. */
export function drawFolds(context: CanvasRenderingContext2D, palette: Palette, all: readonly FoldColumn[], title: string, width: number, height: number): void {
  const frame = drawFrame(context, palette, title, rangeOf(all.flatMap((one) => [...one.values, ...(Number.isFinite(one.deviation) ? [one.mean - one.deviation, one.mean + one.deviation] : [])]), false), width, height);
  const center = drawNames(context, palette, all, frame);
  const pitch = (frame.right - frame.left) / Math.max(1, all.length);
  const reach = Math.min(64, pitch * 0.42);
  all.forEach((one, i) => {
    const { color, marker } = palette.series(one.index);
    const x = center(i) - reach * 0.25;
    one.values.forEach((value, fold) => drawHollowMarker(context, marker, x + (one.values.length > 1 ? (fold / (one.values.length - 1) - 0.5) * reach : 0), frame.y.at(value), 3.4, color, palette.background));
    const at = center(i) + reach * 0.25 + 18;
    if (Number.isFinite(one.deviation)) {
      const [low, high] = [frame.y.at(one.mean - one.deviation), frame.y.at(one.mean + one.deviation)];
      context.strokeStyle = color;
      context.lineWidth = 1.75;
      line(context, at, low, at, high);
      for (const y of [low, high]) line(context, at - 4, y, at + 4, y);
    }
    if (Number.isFinite(one.mean)) drawMarker(context, marker, at, frame.y.at(one.mean), 4.5, color, palette.background);
  });
}

export interface ErrorColumn extends Category {
  readonly biasSquared: number;
  readonly variance: number;
  readonly error: number;
}

/** Errors that differ by more than this would leave no height to the smaller bars. */
const BARS_MOST = 15;

/** Bias² filled, variance hatched on top of it; the line through the tops is their sum, the error. Far apart errors are curves on a logarithm. */
export function drawErrors(context: CanvasRenderingContext2D, palette: Palette, all: readonly ErrorColumn[], title: string, width: number, height: number): void {
  const errors = all.map((one) => one.error).filter((error) => error > 0);
  if (errors.length > 1 && Math.max(...errors) / Math.min(...errors) > BARS_MOST) drawErrorCurves(context, palette, all, title, width, height);
  else drawErrorBars(context, palette, all, title, width, height);
}

function drawErrorCurves(context: CanvasRenderingContext2D, palette: Palette, all: readonly ErrorColumn[], title: string, width: number, height: number): void {
  const values = all.flatMap((one) => [one.biasSquared, one.variance, one.error]).filter((value) => value > 0 && Number.isFinite(value));
  const frame = drawFrame(context, palette, title, [Math.min(...values) / 1.6, Math.max(...values) * 3], width, height, 'log');
  const center = drawNames(context, palette, all, frame);
  const place = (value: number): number => frame.y.at(Math.max(value, frame.y.min));
  const trace = (of: (one: ErrorColumn) => number, thickness: number, dash: readonly number[]): void => {
    context.strokeStyle = palette.foreground;
    context.lineWidth = thickness;
    context.setLineDash([...dash]);
    context.beginPath();
    all.forEach((one, i) => (i === 0 ? context.moveTo(center(i), place(of(one))) : context.lineTo(center(i), place(of(one)))));
    context.stroke();
    context.setLineDash([]);
  };
  trace((one) => one.biasSquared, 1, []);
  trace((one) => one.variance, 1, [1.5, 3]);
  trace((one) => one.error, 1.75, [5, 3]);
  all.forEach((one, i) => {
    const { color, marker } = palette.series(one.index);
    drawMarker(context, 'circle', center(i), place(one.error), 2.6, palette.foreground);
    drawMarker(context, marker, center(i), place(one.biasSquared), 4.5, color, palette.background);
    drawHollowMarker(context, marker, center(i), place(one.variance), 4.5, color, palette.background);
    drawText(context, palette, formatNumber(one.error), center(i), place(one.error) - 12, { color: palette.foreground, align: 'center', halo: palette.background });
  });
  drawKey(context, palette, width, [
    [l10n.t('bias²'), (x) => drawMarker(context, 'circle', x + 5, 8, 4, palette.muted)],
    [l10n.t('variance'), (x) => drawHollowMarker(context, 'circle', x + 5, 8, 4, palette.muted, palette.background)],
    errorKey(context, palette),
  ]);
}

function errorKey(context: CanvasRenderingContext2D, palette: Palette): readonly [string, (x: number) => void] {
  return [l10n.t('error'), (x) => {
    context.strokeStyle = palette.foreground;
    context.lineWidth = 1.5;
    context.setLineDash([4, 2]);
    line(context, x, 8.5, x + 12, 8.5);
    context.setLineDash([]);
  }];
}

function drawErrorBars(context: CanvasRenderingContext2D, palette: Palette, all: readonly ErrorColumn[], title: string, width: number, height: number): void {
  const frame = drawFrame(context, palette, title, rangeOf(all.map((one) => one.error), true), width, height);
  const center = drawNames(context, palette, all, frame);
  const half = Math.min(32, ((frame.right - frame.left) / Math.max(1, all.length)) * 0.3);
  all.forEach((one, i) => {
    const { color } = palette.series(one.index);
    const left = center(i) - half;
    const [zero, middle, top] = [frame.bottom, frame.y.at(one.biasSquared), frame.y.at(one.biasSquared + one.variance)];
    context.fillStyle = color;
    context.fillRect(left, middle, 2 * half, zero - middle);
    hatch(context, left, top, 2 * half, middle - top, color);
  });
  context.strokeStyle = palette.foreground;
  context.lineWidth = 1.5;
  context.setLineDash([5, 3]);
  context.beginPath();
  all.forEach((one, i) => (i === 0 ? context.moveTo(center(i), frame.y.at(one.error)) : context.lineTo(center(i), frame.y.at(one.error))));
  context.stroke();
  context.setLineDash([]);
  all.forEach((one, i) => {
    drawMarker(context, 'circle', center(i), frame.y.at(one.error), 2.6, palette.foreground, palette.background);
    drawText(context, palette, formatNumber(one.error), center(i), frame.y.at(one.error) - 10, { color: palette.foreground, align: 'center', halo: palette.background });
  });
  drawKey(context, palette, width, [[l10n.t('bias²'), (x) => { context.fillStyle = palette.muted; context.fillRect(x, 4, 10, 9); }], [l10n.t('variance'), (x) => hatch(context, x, 4, 10, 9, palette.muted)], errorKey(context, palette)]);
}

export interface PairRow extends Category {
  /** In order: filled, hollow, star. */
  readonly values: readonly (number | null)[];
}

/** A row a series: its values joined by a line, the first filled, the second hollow, the third a star. */
export function drawPairs(context: CanvasRenderingContext2D, palette: Palette, all: readonly PairRow[], names: readonly string[], width: number, height: number): void {
  const values = all.flatMap((one) => one.values.filter((value): value is number => value !== null && Number.isFinite(value)));
  const log = values.length > 0 && values.every((value) => value > 0) && Math.max(...values) / Math.min(...values) > 30;
  const [low, high] = log ? [Math.min(...values) / 1.4, Math.max(...values) * 1.4] : rangeOf(values, values.every((value) => value >= 0));
  setFont(context, palette, 11);
  const left = Math.min(width * 0.34, 12 + Math.max(30, ...all.map((one) => context.measureText(one.label).width)));
  const x = new Scale(log ? 'log' : 'linear', low, high, left, width - RIGHT - 6);
  const bottom = height - BOTTOM;
  for (const tick of x.ticks(Math.max(2, (width - left) / 70))) {
    const at = Math.round(x.at(tick.value)) + 0.5;
    context.strokeStyle = palette.grid;
    context.lineWidth = 1;
    line(context, at, TOP, at, bottom);
    drawTick(context, palette, tick, at, bottom + 13, { color: palette.muted, align: 'center' });
  }
  const pitch = (bottom - TOP) / Math.max(1, all.length);
  all.forEach((one, i) => {
    const y = TOP + (i + 0.5) * pitch;
    const { color, marker } = palette.series(one.index);
    setFont(context, palette, 11);
    if (pitch >= 12 || one.selected) drawText(context, palette, shortened(context, one.label, left - 12), left - 8, y, { color: palette.foreground, align: 'right', weight: one.selected && all.length > 1 ? 600 : 400 });
    const places = one.values.map((value) => (value === null || !Number.isFinite(value) ? null : x.at(value)));
    const known = places.filter((place): place is number => place !== null);
    context.strokeStyle = color;
    context.lineWidth = 1.5;
    if (known.length > 1) line(context, Math.min(...known), y, Math.max(...known), y);
    places.forEach((place, k) => {
      if (place === null) return;
      if (k === 0) drawMarker(context, marker, place, y, 4.5, color, palette.background);
      else if (k === 1) drawHollowMarker(context, marker, place, y, 4.5, color, palette.background);
      else drawStar(context, place, y, 6, color, palette.background);
    });
  });
  drawKey(context, palette, width, names.map((name, k): [string, (at: number) => void] => [name, (at) => {
    if (k === 0) drawMarker(context, 'circle', at + 5, 8, 4, palette.muted);
    else if (k === 1) drawHollowMarker(context, 'circle', at + 5, 8, 4, palette.muted, palette.background);
    else drawStar(context, at + 5, 8, 5.5, palette.muted, palette.background);
  }]));
}

export interface RoundLine extends Category {
  readonly loss: readonly number[];
  readonly validation: readonly (number | null)[];
  /** The best round, from 1, and its value; null where none is known. */
  readonly best: { readonly round: number; readonly value: number } | null;
}

/** The ensemble's loss after each round, of validation with hollow markers; the best round ringed. */
export function drawRounds(context: CanvasRenderingContext2D, palette: Palette, all: readonly RoundLine[], rounds: number, title: string, width: number, height: number): void {
  const values = all.flatMap((one) => [...one.loss, ...one.validation.filter((value): value is number => value !== null)]).filter(Number.isFinite);
  const log = values.length > 0 && values.every((value) => value > 0) && Math.max(...values) / Math.min(...values) > 20;
  const frame = drawFrame(context, palette, title, log ? [Math.min(...values) / 1.2, Math.max(...values) * 1.2] : rangeOf(values, false), width, height, log ? 'log' : 'linear');
  const x = new Scale('linear', 1, Math.max(2, rounds), frame.left + 6, frame.right - 6);
  for (const tick of x.ticks(Math.max(2, (frame.right - frame.left) / 60))) {
    if (Number.isInteger(tick.value)) drawTick(context, palette, tick, x.at(tick.value), frame.bottom + 13, { color: palette.muted, align: 'center' });
  }
  for (const one of all) {
    const { color, dash, marker } = palette.series(one.index);
    const trace = (of: readonly (number | null)[], thickness: number): void => {
      context.strokeStyle = color;
      context.lineWidth = thickness;
      context.setLineDash([...dash]);
      context.beginPath();
      of.forEach((value, i) => {
        if (value === null || !Number.isFinite(value)) return;
        if (i === 0) context.moveTo(x.at(1), frame.y.at(value));
        else context.lineTo(x.at(i + 1), frame.y.at(value));
      });
      context.stroke();
      context.setLineDash([]);
    };
    trace(one.loss, 1.9);
    trace(one.validation, 1.1);
    const every = Math.max(1, Math.ceil(one.validation.length / 12));
    one.validation.forEach((value, i) => {
      if (value !== null && Number.isFinite(value) && (i % every === 0)) drawHollowMarker(context, marker, x.at(i + 1), frame.y.at(value), 3, color, palette.background);
    });
    if (!one.best) continue;
    const [px, py] = [x.at(one.best.round), frame.y.at(one.best.value)];
    context.strokeStyle = color;
    context.lineWidth = 1.75;
    context.beginPath();
    context.arc(px, py, 7.5, 0, 2 * Math.PI);
    context.stroke();
    drawText(context, palette, l10n.t('best, round {0}', one.best.round), Math.min(px, frame.right - 44), py < frame.top + 26 ? py + 17 : py - 16, { color, weight: 600, align: 'center', halo: palette.background });
  }
}

/** What the signs mean, at the right of the title. */
function drawKey(context: CanvasRenderingContext2D, palette: Palette, width: number, entries: readonly (readonly [string, (x: number) => void])[]): void {
  setFont(context, palette, 11);
  let x = width - RIGHT;
  for (const [text, sign] of [...entries].reverse()) {
    x -= context.measureText(text).width;
    drawText(context, palette, text, x, 8.5, { color: palette.muted });
    x -= 16;
    sign(x);
    x -= 12;
  }
}

function hatch(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number, color: string): void {
  if (height <= 0) return;
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = color;
  context.lineWidth = 1.25;
  for (let at = -height; at < width; at += 5) line(context, x + at, y + height, x + at + height, y);
  context.restore();
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y + 0.5, width - 1, Math.max(0, height - 1));
}

function line(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
