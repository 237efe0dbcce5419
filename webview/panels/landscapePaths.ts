/** Paths on the map: how they are stroked, where they leave what is shown, where a run stands. */
import { drawArrow } from '../charts/draw';
import type { Area, MapTransform } from '../charts/mapView';
import { withAlpha, type Palette } from '../charts/palette';
import { lastAt, type PixelPath } from '../charts/paths';
import type { MapRun } from './landscapeMap';

/** From this many paths on halos would hide more than they help. */
const HALO_MOST = 16;
/** Paths that would ink more than this share of the ground they cover are drawn faint, with the last steps alone at full strength. */
const INK_MOST = 0.9;
const FAINTEST = 0.1;
/** A path along a line covers next to nothing of the map and yet hides nothing: the ground counts as this share of the map at least. */
const GROUND_LEAST = 0.35;
const TRAIL = 40;
/** A path that goes out and in more often than this wanders along the edge: marks would say nothing. */
const EXITS_MOST = 3;

/** How strongly paths are drawn, 0 … 1: full unless together they would cover the ground, as noise does. */
export function pathStrength(runs: readonly MapRun[], area: Area): number {
  let ink = 0;
  const sum = { count: 0, x: 0, y: 0, xx: 0, yy: 0 };
  for (const { pixels } of runs) {
    ink += 2 * pixels.length;
    for (let i = 0; i < pixels.count; i += 4) {
      const x = (pixels.x[i] - area.left) / area.width;
      const y = (pixels.y[i] - area.top) / area.height;
      if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) continue;
      sum.count++;
      sum.x += x;
      sum.y += y;
      sum.xx += x * x;
      sum.yy += y * y;
    }
  }
  if (sum.count === 0) return 1;
  const spread = (first: number, second: number) => Math.sqrt(Math.max(0, second / sum.count - (first / sum.count) ** 2));
  // The ellipse of two standard deviations, as a share of the map.
  const ground = Math.min(1, Math.max(GROUND_LEAST, 4 * Math.PI * spread(sum.x, sum.xx) * spread(sum.y, sum.yy)));
  const density = ink / Math.max(1, area.width * area.height * ground);
  return density > INK_MOST ? Math.max(FAINTEST, INK_MOST / density) : 1;
}

/** What does not change with the step: all paths whole, pale, on halos that keep them apart from the map. */
export function drawWholePaths(context: CanvasRenderingContext2D, palette: Palette, runs: readonly MapRun[], transform: MapTransform, strength: number): void {
  context.save();
  clip(context, transform.area);
  if (runs.length <= HALO_MOST && strength === 1) {
    context.setLineDash([]);
    context.strokeStyle = withAlpha(palette.background, 0.42);
    for (const run of runs) {
      context.lineWidth = run.selected ? 5 : 4;
      trace(context, run.pixels, 0, run.pixels.count);
    }
  }
  for (const run of runs) {
    context.strokeStyle = run.style.color;
    context.setLineDash(strength === 1 ? (run.style.dash as number[]) : []);
    context.globalAlpha = 0.45 * strength;
    context.lineWidth = strength === 1 ? 1.5 : 1;
    trace(context, run.pixels, 0, run.pixels.count);
  }
  context.restore();
}

/** Pinned runs, behind all others: whole, faint, with dashes of their own on a halo that keeps them apart from the map. */
export function drawGhostPaths(context: CanvasRenderingContext2D, palette: Palette, ghosts: readonly MapRun[], area: Area): void {
  context.save();
  clip(context, area);
  for (const { pixels, style } of ghosts) {
    context.setLineDash([]);
    context.strokeStyle = withAlpha(palette.background, 0.3);
    context.lineWidth = 4;
    trace(context, pixels, 0, pixels.count);
    context.strokeStyle = style.color;
    context.setLineDash(style.dash as number[]);
    context.lineWidth = 2;
    trace(context, pixels, 0, pixels.count);
  }
  context.restore();
}

/** The way that the runs have gone up to the step. */
export function drawPastPaths(context: CanvasRenderingContext2D, runs: readonly MapRun[], step: number, strength: number): void {
  for (const { pixels, path, style, selected } of runs) {
    const until = pointsUntil(pixels, lastAt(path.steps, step));
    if (until < 2) continue;
    context.strokeStyle = style.color;
    if (strength < 1) {
      context.setLineDash([]);
      context.globalAlpha = strength;
      context.lineWidth = 1;
      trace(context, pixels, 0, until);
      context.globalAlpha = 1;
    }
    context.setLineDash(style.dash as number[]);
    context.lineWidth = selected ? 2.25 : 2;
    trace(context, pixels, strength < 1 ? Math.max(0, until - TRAIL) : 0, until);
  }
  context.setLineDash([]);
}

/** Count of the points of rows up to `row`. */
function pointsUntil({ rows, count }: PixelPath, row: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle] <= row) low = middle + 1;
    else high = middle;
  }
  return low;
}

function trace(context: CanvasRenderingContext2D, { x, y }: PixelPath, from: number, to: number): void {
  if (to - from < 2) return;
  context.lineJoin = 'round';
  context.beginPath();
  context.moveTo(x[from], y[from]);
  for (let i = from + 1; i < to; i++) context.lineTo(x[i], y[i]);
  context.stroke();
}

export function clip(context: CanvasRenderingContext2D, area: Area): void {
  context.beginPath();
  context.rect(area.left, area.top, area.width, area.height);
  context.clip();
}

export interface Exit {
  readonly x: number;
  readonly y: number;
  /** Unit vector outwards along the path. */
  readonly dx: number;
  readonly dy: number;
  /** The path does not come back. */
  readonly last: boolean;
}

/** Where a path crosses the area's edge on its way out; empty for one that keeps crossing. */
export function exitsOf({ x, y, count }: PixelPath, area: Area): Exit[] {
  const right = area.left + area.width;
  const bottom = area.top + area.height;
  const inside = (i: number) => x[i] >= area.left && x[i] <= right && y[i] >= area.top && y[i] <= bottom;
  const out: Exit[] = [];
  let lastInside = -1;
  for (let i = 0; i < count; i++) if (inside(i)) lastInside = i;
  for (let i = 0; i + 1 < count; i++) {
    if (!inside(i) || inside(i + 1)) continue;
    const dx = x[i + 1] - x[i];
    const dy = y[i + 1] - y[i];
    const toX = dx > 0 ? (right - x[i]) / dx : dx < 0 ? (area.left - x[i]) / dx : Infinity;
    const toY = dy > 0 ? (bottom - y[i]) / dy : dy < 0 ? (area.top - y[i]) / dy : Infinity;
    const t = Math.min(toX, toY, 1);
    const size = Math.hypot(dx, dy) || 1;
    out.push({ x: x[i] + dx * t, y: y[i] + dy * t, dx: dx / size, dy: dy / size, last: i === lastInside });
  }
  return out.length > EXITS_MOST ? out.filter((exit) => exit.last) : out;
}

export function drawExit(context: CanvasRenderingContext2D, exit: Exit, color: string, halo: string): void {
  drawArrow(context, exit.x - exit.dx * 16, exit.y - exit.dy * 16, exit.x - exit.dx * 2, exit.y - exit.dy * 2, color, halo, 2.5);
}

/** Where the run stands at the step, in pixels; null before its first point and where that is not finite. */
export function headOf({ path, pixels }: MapRun, step: number, transform: MapTransform): { x: number; y: number; row: number } | null {
  let row = lastAt(path.steps, step);
  if (row < 0) return null;
  if (pixels.broken >= 0) row = Math.min(row, pixels.broken - 1);
  if (row < 0) return null;
  return { x: transform.x(path.a[row]), y: transform.y(path.b[row]), row };
}

/** The place on the edge, a little inside, that is nearest to a point outside of the area. */
export function edgeOf(x: number, y: number, area: Area, inset: number): { x: number; y: number } {
  return {
    x: Math.max(area.left + inset, Math.min(area.left + area.width - inset, x)),
    y: Math.max(area.top + inset, Math.min(area.top + area.height - inset, y)),
  };
}
