import { markerPath } from '../elements/swatch';
import { leaderOf, type LabelRequest, type Rect } from './labels';
import { withAlpha, type Palette } from './palette';
import type { Tick } from './scale';
import type { Marker } from './series';

export interface TextLook {
  readonly color: string;
  readonly size?: number;
  readonly weight?: number;
  readonly align?: CanvasTextAlign;
  readonly baseline?: CanvasTextBaseline;
  /** Colour of the outline that keeps the text readable on anything. */
  readonly halo?: string;
}

export function setFont(context: CanvasRenderingContext2D, palette: Palette, size = 11, weight = 400): void {
  context.font = `${weight} ${size}px ${palette.family}`;
}

export function drawText(context: CanvasRenderingContext2D, palette: Palette, text: string, x: number, y: number, look: TextLook): void {
  setFont(context, palette, look.size, look.weight);
  context.textAlign = look.align ?? 'left';
  context.textBaseline = look.baseline ?? 'middle';
  if (look.halo) {
    context.strokeStyle = look.halo;
    context.lineWidth = 3;
    context.lineJoin = 'round';
    context.setLineDash([]);
    context.strokeText(text, x, y);
  }
  context.fillStyle = look.color;
  context.fillText(text, x, y);
}

export interface Label extends LabelRequest {
  readonly text: string;
  readonly color: string;
  readonly weight?: number;
}

/** Labels at the places found for them, those that stand apart joined to their points by a thin line. */
export function drawLabels(context: CanvasRenderingContext2D, palette: Palette, labels: readonly Label[], places: readonly (Rect | null)[]): void {
  context.setLineDash([]);
  labels.forEach((label, i) => {
    const place = places[i];
    const leader = place && leaderOf(label, place);
    if (!leader) return;
    for (const [style, width] of [[withAlpha(palette.background, 0.7), 3], [label.color, 1]] as const) {
      context.strokeStyle = style;
      context.lineWidth = width;
      context.beginPath();
      context.moveTo(leader[0], leader[1]);
      context.lineTo(leader[2], leader[3]);
      context.stroke();
    }
  });
  labels.forEach((label, i) => {
    const place = places[i];
    if (place) drawText(context, palette, label.text, place.x + place.width / 2, place.y + place.height / 2, { color: label.color, weight: label.weight ?? 600, align: 'center', halo: palette.background });
  });
}

const SUPERSCRIPT = 0.76;

/** A tick's text, powers of ten with a raised exponent. */
export function drawTick(context: CanvasRenderingContext2D, palette: Palette, tick: Tick, x: number, y: number, look: TextLook): void {
  if (tick.exponent === undefined) {
    drawText(context, palette, tick.text, x, y, look);
    return;
  }
  const size = look.size ?? 11;
  const exponent = String(tick.exponent).replace('-', '\u2212');
  setFont(context, palette, size, look.weight);
  const base = context.measureText(tick.text).width;
  setFont(context, palette, size * SUPERSCRIPT, look.weight);
  const raised = context.measureText(exponent).width;
  const width = base + raised + 0.5;
  const left = look.align === 'right' ? x - width : look.align === 'center' ? x - width / 2 : x;
  drawText(context, palette, tick.text, left, y, { ...look, align: 'left' });
  drawText(context, palette, exponent, left + base + 0.5, y - size * 0.36, { ...look, size: size * SUPERSCRIPT, align: 'left' });
}

const outlines = new Map<string, Path2D>();

export function markerOutline(marker: Marker, radius: number): Path2D {
  const key = `${marker}${radius}`;
  let path = outlines.get(key);
  if (!path) outlines.set(key, (path = new Path2D(markerPath(marker, radius))));
  return path;
}

export function drawMarker(context: CanvasRenderingContext2D, marker: Marker, x: number, y: number, radius: number, color: string, halo?: string): void {
  const path = markerOutline(marker, radius);
  context.save();
  context.translate(x, y);
  context.setLineDash([]);
  if (halo) {
    context.strokeStyle = halo;
    context.lineWidth = 3;
    context.stroke(path);
  }
  context.fillStyle = color;
  context.fill(path);
  context.restore();
}

/** The outline alone, as where a step is going to land. */
export function drawHollowMarker(context: CanvasRenderingContext2D, marker: Marker, x: number, y: number, radius: number, color: string, halo: string): void {
  const path = markerOutline(marker, radius);
  context.save();
  context.translate(x, y);
  context.setLineDash([]);
  context.fillStyle = halo;
  context.globalAlpha = 0.75;
  context.fill(path);
  context.globalAlpha = 1;
  context.lineWidth = 3.5;
  context.strokeStyle = halo;
  context.stroke(path);
  context.lineWidth = 1.5;
  context.strokeStyle = color;
  context.stroke(path);
  context.restore();
}

export function drawStar(context: CanvasRenderingContext2D, x: number, y: number, radius: number, color: string, halo: string, hollow = false): void {
  context.beginPath();
  for (let i = 0; i < 10; i++) {
    const r = i % 2 === 0 ? radius : radius * 0.42;
    const angle = -Math.PI / 2 + (i * Math.PI) / 5;
    context.lineTo(x + r * Math.cos(angle), y + r * Math.sin(angle));
  }
  context.closePath();
  context.setLineDash([]);
  context.lineJoin = 'round';
  context.strokeStyle = halo;
  context.lineWidth = hollow ? 4 : 3;
  context.stroke();
  if (hollow) {
    context.strokeStyle = color;
    context.lineWidth = 1.5;
    context.stroke();
  } else {
    context.fillStyle = color;
    context.fill();
  }
}

export function drawCross(context: CanvasRenderingContext2D, x: number, y: number, radius: number, color: string, halo: string): void {
  context.setLineDash([]);
  context.lineCap = 'round';
  for (const [style, width] of [[halo, 5], [color, 2]] as const) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(x - radius, y - radius);
    context.lineTo(x + radius, y + radius);
    context.moveTo(x + radius, y - radius);
    context.lineTo(x - radius, y + radius);
    context.stroke();
  }
  context.lineCap = 'butt';
}

export function drawArrow(context: CanvasRenderingContext2D, fromX: number, fromY: number, toX: number, toY: number, color: string, halo: string, width = 2): void {
  const length = Math.hypot(toX - fromX, toY - fromY);
  if (length < 1) return;
  const ux = (toX - fromX) / length;
  const uy = (toY - fromY) / length;
  const head = Math.min(10, length * 0.6);
  const outline = () => {
    context.beginPath();
    context.moveTo(fromX, fromY);
    context.lineTo(toX - ux * head * 0.9, toY - uy * head * 0.9);
  };
  const tip = () => {
    context.beginPath();
    context.moveTo(toX, toY);
    context.lineTo(toX - ux * head - uy * head * 0.42, toY - uy * head + ux * head * 0.42);
    context.lineTo(toX - ux * head + uy * head * 0.42, toY - uy * head - ux * head * 0.42);
    context.closePath();
  };
  context.setLineDash([]);
  context.strokeStyle = halo;
  context.lineWidth = width + 3;
  outline();
  context.stroke();
  context.lineWidth = 3;
  tip();
  context.stroke();
  context.strokeStyle = color;
  context.fillStyle = color;
  context.lineWidth = width;
  outline();
  context.stroke();
  tip();
  context.fill();
}

/** The number on an axis that a scrub line stands at. Ticks (their places and texts) that it would cut are taken away whole. */
export function drawChip(context: CanvasRenderingContext2D, palette: Palette, text: string, x: number, y: number, left: number, right: number, ticks: readonly { readonly x: number; readonly text: string }[] = []): void {
  setFont(context, palette, 11, 400);
  const width = context.measureText(text).width + 14;
  const at = Math.min(Math.max(x, left + width / 2), Math.max(left + width / 2, right - width / 2));
  context.fillStyle = palette.background;
  for (const tick of ticks) {
    const half = context.measureText(tick.text).width / 2 + 2;
    if (Math.abs(tick.x - at) < half + width / 2 + 2) context.fillRect(tick.x - half, y - 8, 2 * half, 16);
  }
  context.fillStyle = palette.accent;
  context.beginPath();
  context.roundRect(at - width / 2, y - 8, width, 16, 2);
  context.fill();
  drawText(context, palette, text, at, y + 0.5, { color: palette.onAccent, align: 'center' });
}
