/** Draws the map of a plane: bands of equal value below, paths and what is on the way above. */
import * as l10n from '@vscode/l10n';
import type { CriticalPointFound } from '../../src/protocol/training';
import type { LabRun } from '../../src/protocol/lab';
import { legendTicks, rampColors, rampShare, type Band, type Levels } from '../charts/contours';
import { drawArrow, drawCross, drawHollowMarker, drawLabels, drawMarker, drawStar, drawText, drawTick, setFont, type Label } from '../charts/draw';
import { blockLine, placeLabels, type Rect } from '../charts/labels';
import type { Area, Box, MapTransform } from '../charts/mapView';
import { withAlpha, type Palette } from '../charts/palette';
import { lastAt, type PixelPath, type PlanePath } from '../charts/paths';
import { linearTicks } from '../charts/scale';
import type { SeriesStyle } from '../charts/series';
import { formatCount, formatNumber, formatPoint } from '../numbers';
import { clip, drawExit, drawPastPaths, edgeOf, exitsOf, headOf } from './landscapePaths';

export interface MapContours {
  readonly bands: readonly Band[];
  readonly box: Box;
  readonly width: number;
  readonly height: number;
  readonly levels: Levels | null;
  /** Gradient ascent: values were negated, the hill is the goal. */
  readonly ascending: boolean;
  /** What the values are called; "f" without it. */
  readonly symbol?: string;
}

const LEGEND = { width: 158, height: 44 };

/** Where the legend stands; null where there is no room for it. */
export function legendArea(area: Area): Rect | null {
  return area.width < 240 || area.height < 160 ? null : { x: area.left + area.width - LEGEND.width - 8, y: area.top + area.height - LEGEND.height - 8, ...LEGEND };
}

export function drawMapBase(context: CanvasRenderingContext2D, palette: Palette, transform: MapTransform, contours: MapContours | null, names: readonly [string, string]): void {
  const { area } = transform;
  context.save();
  context.beginPath();
  context.rect(area.left, area.top, area.width, area.height);
  context.clip();
  if (contours) drawBands(context, palette, transform, contours);
  context.restore();
  if (palette.contrast) {
    context.strokeStyle = palette.axis;
    context.lineWidth = 1;
    context.strokeRect(area.left + 0.5, area.top + 0.5, area.width - 1, area.height - 1);
  }
  drawAxes(context, palette, transform, names);
}

function drawBands(context: CanvasRenderingContext2D, palette: Palette, transform: MapTransform, contours: MapContours): void {
  const { box, width, height } = contours;
  const matrix = new DOMMatrix([
    (transform.x(box.a[1]) - transform.x(box.a[0])) / Math.max(1, width - 1), 0, 0,
    (transform.y(box.b[1]) - transform.y(box.b[0])) / Math.max(1, height - 1), transform.x(box.a[0]), transform.y(box.b[0]),
  ]);
  const line = withAlpha(palette.strong, palette.contrast ? 0.28 : palette.light ? 0.13 : 0.1);
  context.lineWidth = 1;
  for (const band of contours.bands) {
    const path = new Path2D();
    path.addPath(band.path, matrix);
    context.fillStyle = band.color;
    context.fill(path);
    if (band === contours.bands[0]) continue;
    context.strokeStyle = line;
    context.stroke(path);
  }
}

function drawAxes(context: CanvasRenderingContext2D, palette: Palette, transform: MapTransform, names: readonly [string, string]): void {
  const { area, box } = transform;
  if (area.left < 20) return;
  context.strokeStyle = palette.axis;
  context.lineWidth = 1;
  const bottom = area.top + area.height;
  setFont(context, palette, 11);
  const nameWidth = context.measureText(names[0]).width;
  for (const tick of linearTicks(box.a[0], box.a[1], area.width / 78)) {
    const x = Math.round(transform.x(tick.value)) + 0.5;
    context.beginPath();
    context.moveTo(x, bottom);
    context.lineTo(x, bottom + 4);
    context.stroke();
    if (x < area.left + area.width - nameWidth - 16) drawText(context, palette, tick.text, x, bottom + 13, { color: palette.muted, align: 'center' });
  }
  for (const tick of linearTicks(box.b[0], box.b[1], area.height / 70)) {
    const y = Math.round(transform.y(tick.value)) + 0.5;
    context.beginPath();
    context.moveTo(area.left - 4, y);
    context.lineTo(area.left, y);
    context.stroke();
    if (y > area.top + 20) drawText(context, palette, tick.text, area.left - 8, y, { color: palette.muted, align: 'right' });
  }
  drawText(context, palette, names[0], area.left + area.width, bottom + 13, { color: palette.foreground, align: 'right' });
  if (names[1].length <= 4) drawText(context, palette, names[1], area.left - 8, area.top + 8, { color: palette.foreground, align: 'right' });
  else drawText(context, palette, names[1], area.left + 8, area.top + 12, { color: palette.foreground, halo: withAlpha(palette.background, 0.8) });
}

function drawLegend(context: CanvasRenderingContext2D, palette: Palette, at: Rect, contours: MapContours): void {
  const levels = contours.levels!;
  if (levels.values.length < 2) return;
  context.fillStyle = withAlpha(palette.widget, 0.94);
  context.strokeStyle = palette.widgetBorder;
  context.lineWidth = 1;
  context.beginPath();
  context.roundRect(at.x + 0.5, at.y + 0.5, at.width - 1, at.height - 1, 4);
  context.fill();
  context.stroke();
  const left = at.x + 12;
  const width = at.width - 24;
  const colors = contours.bands.map((band) => band.color);
  const ordered = contours.ascending ? [...colors].reverse() : colors;
  ordered.forEach((color, i) => {
    context.fillStyle = color;
    context.fillRect(left + (width * i) / colors.length, at.y + 8, width / colors.length + 0.5, 8);
  });
  context.strokeStyle = palette.axis;
  context.strokeRect(left - 0.5, at.y + 7.5, width + 1, 9);
  const name = levels.kind === 'log' && levels.reference !== 0 ? (contours.ascending ? l10n.t('max − f') : l10n.t('{0} − min', contours.symbol ?? 'f')) : contours.symbol ?? 'f';
  setFont(context, palette, 11);
  const right = left + width - context.measureText(name).width - 8;
  let free = -Infinity;
  const ticks = legendTicks(levels, levels.kind === 'log' ? 5 : 4);
  for (const tick of contours.ascending ? ticks.reverse() : ticks) {
    const share = rampShare(levels, tick.value);
    const x = left + width * (((contours.ascending ? 1 - share : share) * (colors.length - 1) + (contours.ascending ? 0 : 1)) / colors.length);
    const shown = contours.ascending && levels.kind === 'linear' ? { value: -tick.value, text: formatNumber(-tick.value) } : tick;
    if (x < left - 4 || x > right - 4 || x < free) continue;
    free = x + (x < left + 10 ? 36 : 28);
    drawTick(context, palette, shown, x, at.y + 30, { color: palette.muted, align: x < left + 10 ? 'left' : 'center' });
  }
  drawText(context, palette, name, left + width, at.y + 30, { color: palette.foreground, align: 'right' });
}

/** A run as the map draws it. */
export interface MapRun {
  readonly run: LabRun;
  readonly style: SeriesStyle;
  readonly selected: boolean;
  /** Stands for its series: carries the label. */
  readonly named: boolean;
  readonly name: string;
  readonly path: PlanePath;
  readonly pixels: PixelPath;
}

export interface MapMark {
  readonly kind: 'known' | CriticalPointFound['kind'];
  readonly a: number;
  readonly b: number;
  readonly at: readonly number[];
  readonly labelled: boolean;
}

export interface MapScene {
  readonly transform: MapTransform;
  readonly step: number;
  /** The selected last: it is drawn on top. */
  readonly runs: readonly MapRun[];
  /** Pinned runs, behind them. */
  readonly ghosts?: readonly MapRun[];
  readonly starts: readonly (readonly [number, number])[];
  readonly marks: readonly MapMark[];
  /** The way that the selected run wants to go at the step: −∇f (∇f where it climbs) in the plane, and the norm of the whole gradient. */
  readonly pull: { readonly a: number; readonly b: number; readonly norm: number; readonly text: string; /** Zero to the tolerance: there is no way to go. */ readonly still: boolean } | null;
  readonly goal: 'minimize' | 'maximize';
  /** What the legend explains; null without one. */
  readonly contours: MapContours | null;
  /** Of the paths, as `pathStrength` finds it. */
  readonly strength: number;
}

const MARKER = 6;
const MOST_LABELS = 12;

/** What changes with the step: the way gone, where the runs stand, and what is named. */
export function drawMapScene(context: CanvasRenderingContext2D, palette: Palette, scene: MapScene): void {
  const { transform } = scene;
  const { area } = transform;
  const bounds: Rect = { x: area.left + 2, y: area.top + 2, width: area.width - 4, height: area.height - 4 };
  const halo = palette.background;
  context.save();
  clip(context, area);
  drawPastPaths(context, scene.runs, scene.step, scene.strength);

  const requests: Label[] = [];
  const taken: Rect[] = [];
  const legend = scene.contours?.levels ? legendArea(area) : null;
  if (legend) {
    drawLegend(context, palette, legend, scene.contours!);
    taken.push(legend);
  }
  const block = (x: number, y: number, radius: number) => taken.push({ x: x - radius, y: y - radius, width: radius * 2, height: radius * 2 });
  const label = (text: string, color: string, x: number, y: number, gap: number, prefer?: readonly [number, number]) => {
    setFont(context, palette, 11, 600);
    requests.push({ text, color, x, y, gap, width: context.measureText(text).width + 4, height: 14, prefer });
  };

  // First asked, last placed: a ghost's name gives way to all others.
  for (const ghost of scene.ghosts ?? []) {
    const head = headOf(ghost, scene.step, transform);
    if (!head || !transform.inside(head.x, head.y)) continue;
    drawHollowMarker(context, ghost.style.marker, head.x, head.y, MARKER - 1, ghost.style.color, halo);
    block(head.x, head.y, MARKER);
    label(ghost.name, palette.foreground, head.x, head.y, MARKER + 5);
  }

  const marks = scene.marks.map((mark) => ({ mark, x: transform.x(mark.a), y: transform.y(mark.b) })).filter(({ x, y }) => transform.inside(x, y));
  for (const { mark, x, y } of marks) {
    drawMark(context, palette, mark, x, y, 1);
    block(x, y, 9);
    if (mark.labelled) label(markText(mark, scene.goal), palette.strong, x, y, 10, mark.kind === 'saddle' ? undefined : [0, -1]);
  }

  scene.starts.forEach(([a, b], index) => {
    const x = transform.x(a);
    const y = transform.y(b);
    if (!transform.inside(x, y)) return;
    drawRing(context, x, y, palette.strong, halo);
    block(x, y, 7);
    if (scene.starts.length <= 4) label(scene.starts.length === 1 ? l10n.t('start') : l10n.t('start {0}', index + 1), palette.strong, x, y, 9, [-1, 0]);
  });

  const heads: { x: number; y: number; outside: boolean; run: MapRun }[] = [];
  for (const run of scene.runs) {
    const color = run.style.color;
    const head = headOf(run, scene.step, transform);
    for (const exit of exitsOf(run.pixels, area)) {
      if (scene.strength < 1 && !exit.last) continue;
      drawExit(context, exit, color, halo);
      block(exit.x - exit.dx * 8, exit.y - exit.dy * 8, 10);
      if (exit.last && run.named && run.run.status === 'diverged') label(l10n.t('{0} diverged, step {1}', run.name, formatCount(run.run.steps)), color, exit.x - exit.dx * 8, exit.y - exit.dy * 8, 12, [-exit.dx, -exit.dy]);
    }
    if (head && transform.inside(head.x, head.y)) heads.push({ ...head, outside: false, run });
    else if (head && run.run.status !== 'diverged') heads.push({ ...edgeOf(head.x, head.y, area, 12), outside: true, run });
  }
  for (const head of heads) block(head.x, head.y, MARKER + 1);

  const chosen = heads.find((head) => head.run.selected && head.run.named && !head.outside);
  if (chosen && scene.pull) drawPull(context, palette, scene.pull, chosen, label, taken);
  if (chosen) drawNext(context, palette, scene, chosen);
  for (const { x, y, outside, run } of heads) {
    if (outside) context.globalAlpha = 0.7;
    drawMarker(context, run.style.marker, x, y, (run.selected ? MARKER + 1 : MARKER) - (outside ? 1.5 : 0), run.style.color, halo);
    context.globalAlpha = 1;
  }
  // A run that arrived must not hide where: the mark stands on it, smaller.
  for (const { mark, x, y } of marks) if (heads.some((head) => Math.hypot(head.x - x, head.y - y) < 11)) drawMark(context, palette, mark, x, y, 0.6);
  for (const head of [...heads].reverse().filter(({ run }) => run.named).slice(0, MOST_LABELS)) label(head.outside ? l10n.t('{0}, outside', head.run.name) : head.run.name, head.run.style.color, head.x, head.y, MARKER + 5);

  // Names of markers first: they move with every step and need the best places.
  requests.reverse();
  const avoid: number[] = [];
  for (const { pixels } of scene.runs.slice(-6)) {
    const stride = Math.max(1, Math.floor(pixels.count / 150));
    for (let i = 0; i < pixels.count; i += stride) avoid.push(pixels.x[i], pixels.y[i]);
  }
  drawLabels(context, palette, requests, placeLabels(requests, bounds, taken, avoid));
  context.restore();
}

function markText({ kind, at }: MapMark, goal: 'minimize' | 'maximize'): string {
  switch (kind) {
    case 'saddle': return l10n.t('saddle {0}', formatPoint(at));
    case 'maximum': return l10n.t('maximum {0}', formatPoint(at));
    case 'degenerate': return l10n.t('flat point {0}', formatPoint(at));
    case 'minimum': return l10n.t('minimum {0}', formatPoint(at));
    case 'known': return goal === 'maximize' ? l10n.t('maximum {0}', formatPoint(at)) : l10n.t('minimum {0}', formatPoint(at));
  }
}

function drawMark(context: CanvasRenderingContext2D, palette: Palette, { kind }: MapMark, x: number, y: number, size: number): void {
  const { strong, background } = palette;
  if (kind === 'known') drawStar(context, x, y, 9 * size, strong, background);
  else if (kind === 'saddle') drawCross(context, x, y, 4.5 * Math.max(size, 0.75), strong, background);
  else if (kind === 'maximum') drawHollowMarker(context, 'triangle', x, y, 5 * Math.max(size, 0.7), strong, background);
  else drawStar(context, x, y, 7 * Math.max(size, 0.75), strong, background, true);
}

function drawRing(context: CanvasRenderingContext2D, x: number, y: number, color: string, halo: string): void {
  context.setLineDash([]);
  for (const [style, width] of [[halo, 5], [color, 2]] as const) {
    context.beginPath();
    context.arc(x, y, 5.5, 0, 2 * Math.PI);
    context.strokeStyle = style;
    context.lineWidth = width;
    context.stroke();
  }
}

const PULL_LENGTH = 52;

function drawPull(
  context: CanvasRenderingContext2D, palette: Palette, pull: NonNullable<MapScene['pull']>, head: { x: number; y: number }, label: (text: string, color: string, x: number, y: number, gap: number, prefer?: readonly [number, number]) => void, taken: Rect[],
): void {
  // Directions are those of the screen: axes are equal, b grows upwards.
  const size = Math.hypot(pull.a, pull.b);
  if (!(size > 0)) return;
  if (pull.still) {
    label(pull.text, palette.strong, head.x, head.y, MARKER + 5);
    return;
  }
  const dx = pull.a / size;
  const dy = -pull.b / size;
  const x = head.x + dx * PULL_LENGTH;
  const y = head.y + dy * PULL_LENGTH;
  drawArrow(context, head.x + dx * 7, head.y + dy * 7, x, y, palette.strong, palette.background);
  blockLine(taken, head.x, head.y, x, y, 5);
  label(pull.text, palette.strong, x, y, 7, [dx, dy]);
}

/** The point that the next update leads to, hollow, joined to where the run stands. */
function drawNext(context: CanvasRenderingContext2D, palette: Palette, scene: MapScene, head: { x: number; y: number; run: MapRun }): void {
  const { path, style } = head.run;
  const row = lastAt(path.steps, scene.step);
  if (row + 1 >= path.steps.length) return;
  const x = scene.transform.x(path.a[row + 1]);
  const y = scene.transform.y(path.b[row + 1]);
  if (!Number.isFinite(x) || !Number.isFinite(y) || Math.hypot(x - head.x, y - head.y) < 9) return;
  context.strokeStyle = style.color;
  context.lineWidth = 1.5;
  context.setLineDash([2, 2]);
  context.beginPath();
  context.moveTo(head.x, head.y);
  context.lineTo(x, y);
  context.stroke();
  drawHollowMarker(context, style.marker, x, y, 4.5, style.color, palette.background);
}

/** Colours of the bands; climbing, the ramp is turned so that the hill stays bright. */
export function bandColors(count: number, palette: Palette, ascending: boolean): string[] {
  const colors = rampColors(count, palette.low, palette.high);
  return ascending ? colors.reverse() : colors;
}
