/** Draws an objective of one variable: the curve, where the runs stand on it, and how the selected one chooses its step. */
import * as l10n from '@vscode/l10n';
import type { LabRun } from '../../src/protocol/lab';
import { drawArrow, drawHollowMarker, drawLabels, drawMarker, drawStar, drawText, drawTick, setFont, type Label } from '../charts/draw';
import { blockLine, placeLabels, type Rect } from '../charts/labels';
import type { Area } from '../charts/mapView';
import { withAlpha, type Palette } from '../charts/palette';
import { lastAt } from '../charts/paths';
import { Scale } from '../charts/scale';
import type { SeriesStyle } from '../charts/series';
import { formatCount, formatNumber, formatPoint } from '../numbers';
import type { MapMark } from './landscapeMap';

export interface Curve {
  readonly a: readonly [number, number];
  readonly values: Float64Array;
}

export interface CurveRun {
  readonly run: LabRun;
  readonly style: SeriesStyle;
  readonly selected: boolean;
  readonly named: boolean;
  readonly name: string;
}

export interface CurveScene {
  readonly area: Area;
  readonly view: readonly [number, number];
  readonly variable: string;
  readonly curve: Curve | null;
  readonly step: number;
  readonly runs: readonly CurveRun[];
  /** Pinned runs, behind them. */
  readonly ghosts?: readonly CurveRun[];
  readonly starts: readonly number[];
  readonly marks: readonly MapMark[];
  /** Second derivative where the selected run stands, once it is known. */
  readonly bend: number | null;
  readonly goal: 'minimize' | 'maximize';
}

const TRAIL = 40;

/** The vertical axis: the part of the curve in view, without its poles, and the points of the runs in it. */
export function curveScale({ area, view, curve, runs, ghosts = [] }: CurveScene): Scale {
  const seen: number[] = [];
  const visited: number[] = [];
  const { values, a } = curve ?? { values: new Float64Array(0), a: view };
  for (let i = 0; i < values.length; i++) {
    const x = a[0] + ((a[1] - a[0]) * i) / Math.max(1, values.length - 1);
    if (x >= view[0] && x <= view[1] && Number.isFinite(values[i])) seen.push(values[i]);
  }
  for (const { run } of [...runs, ...ghosts]) {
    const { theta0, loss } = run.record?.columns ?? {};
    for (let r = 0; theta0 && r < Math.min(run.record!.rows, 500); r++) if (theta0[r] >= view[0] && theta0[r] <= view[1] && Number.isFinite(loss[r])) visited.push(loss[r]);
  }
  seen.sort((p, q) => p - q);
  if (seen.length === 0) seen.push(...visited.sort((p, q) => p - q));
  if (seen.length === 0) return new Scale('linear', -1, 1, area.top + area.height, area.top);
  const at = (share: number) => seen[Math.round(share * (seen.length - 1))];
  // A pole or an exponential would flatten all else.
  const spread = at(0.9) - at(0.1) || Math.abs(at(0.5)) || 1;
  // The runs' own points are worth more room than the rest of the curve.
  const reach = (side: 1 | -1) => visited.reduce((most, value) => (side * value > side * most && side * value <= side * at(side > 0 ? 0.9 : 0.1) + 6 * spread ? value : most), at(side > 0 ? 0.9 : 0.1));
  const low = Math.max(seen[0], Math.min(reach(-1), at(0.1) - spread));
  const high = Math.min(Math.max(seen[seen.length - 1], reach(1)), Math.max(reach(1), at(0.9) + 0.3 * spread));
  const margin = (high - low || 1) * 0.1;
  return new Scale('linear', low - margin, high + margin, area.top + area.height, area.top);
}

export function drawCurveBase(context: CanvasRenderingContext2D, palette: Palette, scene: CurveScene): void {
  const { area, view, curve } = scene;
  const x = new Scale('linear', view[0], view[1], area.left, area.left + area.width);
  const y = curveScale(scene);
  const bottom = area.top + area.height;
  context.lineWidth = 1;
  for (const tick of y.ticks(area.height / 60)) {
    const at = Math.round(y.at(tick.value)) + 0.5;
    context.strokeStyle = palette.grid;
    line(context, area.left, at, area.left + area.width, at);
    if (at > area.top + 20) drawTick(context, palette, tick, area.left - 8, at, { color: palette.muted, align: 'right' });
  }
  for (const tick of x.ticks(area.width / 80)) {
    const at = Math.round(x.at(tick.value)) + 0.5;
    context.strokeStyle = palette.axis;
    line(context, at, bottom, at, bottom + 4);
    if (at < area.left + area.width - 24) drawTick(context, palette, tick, at, bottom + 13, { color: palette.muted, align: 'center' });
  }
  context.strokeStyle = palette.axis;
  line(context, area.left, bottom + 0.5, area.left + area.width, bottom + 0.5);
  drawText(context, palette, scene.variable, area.left + area.width, bottom + 13, { color: palette.foreground, align: 'right' });
  drawText(context, palette, 'f', area.left - 8, area.top + 8, { color: palette.foreground, align: 'right' });
  if (!curve) return;
  context.save();
  context.beginPath();
  context.rect(area.left, area.top, area.width, area.height);
  context.clip();
  context.strokeStyle = palette.foreground;
  context.lineWidth = 2;
  context.beginPath();
  let drawing = false;
  const step = (curve.a[1] - curve.a[0]) / Math.max(1, curve.values.length - 1);
  curve.values.forEach((value, i) => {
    if (!Number.isFinite(value)) {
      drawing = false;
      return;
    }
    const py = Math.min(bottom + 4000, Math.max(area.top - 4000, y.at(value)));
    if (drawing) context.lineTo(x.at(curve.a[0] + i * step), py);
    else context.moveTo(x.at(curve.a[0] + i * step), py);
    drawing = true;
  });
  context.stroke();
  context.restore();
}

export function drawCurveScene(context: CanvasRenderingContext2D, palette: Palette, scene: CurveScene): void {
  const { area, view } = scene;
  const x = new Scale('linear', view[0], view[1], area.left, area.left + area.width);
  const y = curveScale(scene);
  const halo = palette.background;
  const requests: Label[] = [];
  const taken: Rect[] = [];
  const avoid: number[] = [];
  if (scene.curve) {
    const { a, values } = scene.curve;
    for (let i = 0; i < values.length; i += 3) avoid.push(x.at(a[0] + ((a[1] - a[0]) * i) / (values.length - 1)), y.at(values[i]));
  }
  // Far outside, canvas coordinates lose their precision.
  const far = (py: number) => Math.max(area.top - 4000, Math.min(area.top + area.height + 4000, py));
  const label = (text: string, color: string, px: number, py: number, gap: number, prefer?: readonly [number, number]) => {
    if (px < area.left || px > area.left + area.width || py < area.top || py > area.top + area.height) return;
    setFont(context, palette, 11, 600);
    requests.push({ text, color, x: px, y: py, gap, width: context.measureText(text).width + 4, height: 14, prefer });
  };
  context.save();
  context.beginPath();
  context.rect(area.left, area.top, area.width, area.height);
  context.clip();

  const heads: { x: number; y: number }[] = [];
  const marks: { x: number; y: number; known: boolean }[] = [];
  for (const mark of scene.marks) {
    const value = valueOf(scene.curve, mark.a);
    if (value === null) continue;
    const known = mark.kind === 'known';
    marks.push({ x: x.at(mark.a), y: y.at(value), known });
    drawStar(context, x.at(mark.a), y.at(value), known ? 9 : 7, palette.strong, halo, !known);
    taken.push({ x: x.at(mark.a) - 9, y: y.at(value) - 9, width: 18, height: 18 });
    if (mark.labelled) {
      const text = mark.kind === 'maximum' || (mark.kind === 'known' && scene.goal === 'maximize') ? l10n.t('maximum {0}', formatPoint(mark.at)) : mark.kind === 'degenerate' ? l10n.t('flat point {0}', formatPoint(mark.at)) : l10n.t('minimum {0}', formatPoint(mark.at));
      label(text, palette.strong, x.at(mark.a), y.at(value), 11, [0, mark.kind === 'maximum' || (known && scene.goal === 'maximize') ? -1 : 1]);
    }
  }

  for (const ghost of scene.ghosts ?? []) drawGhost(context, palette, scene, ghost, x, y, label);
  for (const entry of scene.runs) {
    const columns = entry.run.record?.columns;
    if (!columns?.theta0) continue;
    const { theta0, loss, step } = columns;
    const row = lastAt(step, scene.step, entry.run.record!.rows);
    if (row < 0) continue;
    const { color, marker } = entry.style;
    for (let r = Math.max(0, row - TRAIL); r < row; r++) {
      const age = (row - r) / TRAIL;
      context.globalAlpha = Math.max(0.06, 0.55 * (1 - age));
      context.strokeStyle = color;
      context.lineWidth = 1.25;
      line(context, x.at(theta0[r]), far(y.at(loss[r])), x.at(theta0[r + 1]), far(y.at(loss[r + 1])));
      context.globalAlpha = Math.max(0.12, 0.9 * (1 - age));
      if (Math.abs(x.at(theta0[r + 1]) - x.at(theta0[r])) > 2) drawMarker(context, marker, x.at(theta0[r]), y.at(loss[r]), 2.5, color);
    }
    context.globalAlpha = 1;
    if (entry.selected && entry.named) drawChoice(context, palette, scene, entry, row, x, y, label, taken, avoid);
    const px = x.at(theta0[row]);
    const py = y.at(loss[row]);
    const shown = Number.isFinite(px) && Number.isFinite(py) && px >= area.left && px <= area.left + area.width && py >= area.top && py <= area.top + area.height;
    if (shown) {
      drawMarker(context, marker, px, py, entry.selected ? 7 : 6, color, halo);
      taken.push({ x: px - 8, y: py - 8, width: 16, height: 16 });
      heads.push({ x: px, y: py });
      if (entry.named) label(entry.name, color, px, py, 11, [0.6, -1]);
    } else drawAway(context, palette, scene, entry, row, x, y, label, taken);
  }
  // A run that arrived must not hide where: the star stands on it, smaller.
  for (const mark of marks) if (heads.some((head) => Math.hypot(head.x - mark.x, head.y - mark.y) < 11)) drawStar(context, mark.x, mark.y, 5.5, palette.strong, halo, !mark.known);
  scene.starts.forEach((start, index) => {
    const value = valueOf(scene.curve, start);
    if (value === null) return;
    context.setLineDash([]);
    for (const [style, width] of [[halo, 5], [palette.strong, 2]] as const) {
      context.beginPath();
      context.arc(x.at(start), y.at(value), 5.5, 0, 2 * Math.PI);
      context.strokeStyle = style;
      context.lineWidth = width;
      context.stroke();
    }
    taken.push({ x: x.at(start) - 7, y: y.at(value) - 7, width: 14, height: 14 });
    label(scene.starts.length === 1 ? l10n.t('start') : l10n.t('start {0}', index + 1), palette.strong, x.at(start), y.at(value), 10);
  });
  requests.reverse();
  drawLabels(context, palette, requests, placeLabels(requests, { x: area.left + 2, y: area.top + 2, width: area.width - 4, height: area.height - 4 }, taken, avoid));
  context.restore();
}

type PlaceLabel = (text: string, color: string, px: number, py: number, gap: number, prefer?: readonly [number, number]) => void;

/** The way of a pinned run up to the step, from point to point, and where it stood. */
function drawGhost(context: CanvasRenderingContext2D, palette: Palette, { area, step }: CurveScene, { run, style, name }: CurveRun, x: Scale, y: Scale, label: PlaceLabel): void {
  const { theta0, loss, step: steps } = run.record?.columns ?? {};
  if (!theta0) return;
  const row = lastAt(steps, step, run.record!.rows);
  const far = (value: number) => Math.max(area.top - 4000, Math.min(area.top + area.height + 4000, value));
  context.strokeStyle = style.color;
  context.lineWidth = 1.5;
  context.setLineDash(style.dash as number[]);
  context.beginPath();
  for (let r = 0; r <= row && Number.isFinite(theta0[r]) && Number.isFinite(loss[r]); r++) context.lineTo(x.at(theta0[r]), far(y.at(loss[r])));
  context.stroke();
  context.setLineDash([]);
  for (let r = 0; r < row; r++) if (Math.abs(x.at(theta0[r + 1]) - x.at(theta0[r])) > 4) drawHollowMarker(context, style.marker, x.at(theta0[r]), y.at(loss[r]), 2.5, style.color, palette.background);
  if (row < 0) return;
  drawHollowMarker(context, style.marker, x.at(theta0[row]), y.at(loss[row]), 5.5, style.color, palette.background);
  label(name, palette.foreground, x.at(theta0[row]), y.at(loss[row]), 11, [0.6, -1]);
}

/** A run that left what is shown: at the edge, pointing to where it went. */
function drawAway(context: CanvasRenderingContext2D, palette: Palette, { area }: CurveScene, { run, style, name, named }: CurveRun, row: number, x: Scale, y: Scale, label: PlaceLabel, taken: Rect[]): void {
  const { theta0, loss } = run.record!.columns;
  let at = row;
  while (at > 0 && !(Number.isFinite(theta0[at]) && Number.isFinite(loss[at]))) at--;
  const right = area.left + area.width;
  const px = Math.max(area.left, Math.min(right, x.at(theta0[at])));
  const py = Math.max(area.top, Math.min(area.top + area.height, y.at(loss[at])));
  if (!Number.isFinite(px) || !Number.isFinite(py)) return;
  const dx = x.at(theta0[at]) > right ? 1 : x.at(theta0[at]) < area.left ? -1 : 0;
  const dy = y.at(loss[at]) > area.top + area.height ? 1 : y.at(loss[at]) < area.top ? -1 : 0;
  const size = Math.hypot(dx, dy) || 1;
  const tipX = Math.max(area.left + 4, Math.min(right - 4, px));
  const tipY = Math.max(area.top + 4, Math.min(area.top + area.height - 4, py));
  drawArrow(context, tipX - (dx / size) * 16, tipY - (dy / size) * 16, tipX, tipY, style.color, palette.background, 2.5);
  const middleX = tipX - (dx / size) * 8;
  const middleY = tipY - (dy / size) * 8;
  taken.push({ x: middleX - 9, y: middleY - 9, width: 18, height: 18 });
  if (named) label(run.status === 'diverged' ? l10n.t('{0} diverged, step {1}', name, formatCount(run.steps)) : l10n.t('{0}, outside', name), style.color, middleX, middleY, 13, [-dx, -dy]);
}

/** The tangent, the Taylor parabola with its bottom, and where the step went. */
function drawChoice(
  context: CanvasRenderingContext2D, palette: Palette, scene: CurveScene, { run, style }: CurveRun, row: number, x: Scale, y: Scale,
  label: PlaceLabel, taken: Rect[], avoid: number[],
): void {
  const { theta0, loss, gradient0 } = run.record!.columns;
  const at = theta0[row];
  const value = loss[row];
  const slope = gradient0?.[row];
  if (slope === undefined || !Number.isFinite(slope) || !Number.isFinite(value)) return;
  const { area, bend, view } = scene;
  const reach = (view[1] - view[0]) * 0.16;
  context.strokeStyle = withAlpha(palette.strong, 0.85);
  context.lineWidth = 1.5;
  context.setLineDash([]);
  // As long on the screen whatever its slope.
  const tilt = Math.hypot(x.at(at + reach) - x.at(at), y.at(value + slope * reach) - y.at(value));
  const part = reach * Math.min(1, (area.width * 0.2) / tilt);
  const tangent = [x.at(at - part), y.at(value - slope * part), x.at(at + part), y.at(value + slope * part)] as const;
  line(context, ...tangent);
  blockLine(taken, ...tangent, 2);
  label(l10n.t('slope {0}', formatNumber(slope)), palette.strong, x.at(at - Math.sign(slope || 1) * -part), y.at(value + Math.abs(slope) * part), 4);

  const row1 = row + 1 < run.record!.rows ? row + 1 : -1;
  if (bend !== null && Number.isFinite(bend) && bend !== 0) {
    const parabola = (p: number) => value + slope * (p - at) + 0.5 * bend * (p - at) ** 2;
    context.strokeStyle = style.color;
    context.lineWidth = 1.5;
    context.setLineDash([5, 4]);
    context.beginPath();
    for (let i = 0; i <= 160; i++) {
      const p = view[0] + ((view[1] - view[0]) * i) / 160;
      const py = Math.min(area.top + area.height + 2000, Math.max(area.top - 2000, y.at(parabola(p))));
      context.lineTo(x.at(p), py);
      avoid.push(x.at(p), py);
    }
    context.stroke();
    context.setLineDash([]);
    const towards = scene.goal === 'maximize' ? bend < 0 : bend > 0;
    if (towards) {
      const bottom = at - slope / bend;
      const px = x.at(bottom);
      const py = y.at(parabola(bottom));
      drawHollowMarker(context, 'circle', px, py, 4, style.color, palette.background);
      label(scene.goal === 'maximize' ? l10n.t('top of the parabola: rate {0}', formatNumber(1 / Math.abs(bend))) : l10n.t('bottom of the parabola: rate {0}', formatNumber(1 / Math.abs(bend))), style.color, px, py, 9, [0, 1]);
    } else label(l10n.t('bent away: no best step'), style.color, x.at(at), y.at(value), 26, [0, 1]);
  }
  if (row1 < 0 || !Number.isFinite(theta0[row1])) return;
  const fromX = x.at(at);
  const toX = x.at(theta0[row1]);
  const toY = y.at(loss[row1]);
  if (Math.abs(toX - fromX) < 8) return;
  drawArrow(context, fromX, y.at(value), toX, y.at(value), style.color, palette.background, 1.5);
  blockLine(taken, fromX, y.at(value), toX, y.at(value), 4);
  context.strokeStyle = style.color;
  context.lineWidth = 1;
  context.setLineDash([2, 3]);
  line(context, toX, y.at(value), toX, toY);
  context.setLineDash([]);
  drawHollowMarker(context, style.marker, toX, toY, 4.5, style.color, palette.background);
  const rate = run.record!.columns['learningRate']?.[row];
  label(Number.isFinite(rate) ? l10n.t('step taken, rate {0}', formatNumber(rate)) : l10n.t('step taken'), style.color, (fromX + toX) / 2, y.at(value), 7, [0, -1]);
}

/** The curve's value, interpolated; null outside or where it has none. */
export function valueOf(curve: Curve | null, at: number): number | null {
  if (!curve) return null;
  const place = ((at - curve.a[0]) / (curve.a[1] - curve.a[0])) * (curve.values.length - 1);
  const i = Math.min(curve.values.length - 2, Math.max(0, Math.floor(place)));
  if (place < -0.01 || place > curve.values.length - 0.99) return null;
  const value = curve.values[i] + (curve.values[i + 1] - curve.values[i]) * (place - i);
  return Number.isFinite(value) ? value : null;
}

function line(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
