/** Numbers of a network as colours and bars: below zero one colour, above another, zero the ground. */
import { mix, parseColor, withAlpha, type Palette } from '../charts/palette';
import { drawText, setFont } from '../charts/draw';
import { formatNumber } from '../numbers';

/** The ends of the diverging ramp: apart in hue and, with the ground between them, in every kind of theme. */
export function divergingEnds(palette: Palette): { readonly below: string; readonly above: string } {
  return { below: palette.series(1).color, above: palette.series(0).color };
}

/** The colour of a number among those from −most to most. */
export function divergingColor(palette: Palette, value: number, most: number): string {
  if (!Number.isFinite(value)) return palette.error;
  const { below, above } = divergingEnds(palette);
  const share = most > 0 ? Math.min(1, Math.abs(value) / most) : 0;
  return mix(palette.background, value < 0 ? below : above, share);
}

/** The largest size among numbers; 0 without any. */
export function mostOf(values: ArrayLike<number>, from = 0, to = values.length): number {
  let most = 0;
  for (let i = from; i < to; i++) {
    const size = Math.abs(values[i]);
    if (size > most && Number.isFinite(size)) most = size;
  }
  return most;
}

/** Pixels of a picture of numbers. @param at the value of a row and column. */
export function divergingPixels(palette: Palette, height: number, width: number, most: number, at: (row: number, column: number) => number): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(height * width * 4);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [r, g, b] = parseColor(divergingColor(palette, at(row, column), most)) ?? [128, 128, 128];
      pixels.set([r, g, b, 255], (row * width + column) * 4);
    }
  }
  return pixels;
}

/** Bars from a line at zero, each in the colour of its sign; with names below where there is room. */
export function drawBars(context: CanvasRenderingContext2D, palette: Palette, values: ArrayLike<number>, width: number, height: number, options: { readonly names?: readonly string[]; readonly marked?: number } = {}): void {
  const count = values.length;
  if (count === 0) return;
  let low = 0;
  let high = 0;
  for (let i = 0; i < count; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high && Number.isFinite(values[i])) high = values[i];
  }
  const each = width / count;
  const named = options.names !== undefined && each >= 20;
  const bottom = height - (named ? 16 : 2);
  const top = 3;
  const span = high - low || 1;
  const zero = bottom - ((0 - low) / span) * (bottom - top);
  const { below, above } = divergingEnds(palette);
  const gap = each > 5 ? 1.5 : each > 2.5 ? 0.5 : 0;
  for (let i = 0; i < count; i++) {
    const at = bottom - ((values[i] - low) / span) * (bottom - top);
    context.fillStyle = values[i] < 0 ? below : above;
    const left = i * each + gap / 2;
    context.fillRect(left, Math.min(at, zero), Math.max(0.5, Math.min(each - gap, 28)), Math.max(values[i] === 0 ? 0 : 1, Math.abs(at - zero)));
    if (i === options.marked) {
      context.strokeStyle = palette.foreground;
      context.lineWidth = 1;
      context.strokeRect(left - 0.5, top - 2, Math.max(2, Math.min(each - gap, 28)) + 1, bottom - top + 3);
    }
  }
  context.strokeStyle = withAlpha(palette.foreground, 0.6);
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(0, Math.round(zero) + 0.5);
  context.lineTo(width, Math.round(zero) + 0.5);
  context.stroke();
  if (!named) return;
  setFont(context, palette, 11);
  options.names!.forEach((name, i) => {
    if (i >= count) return;
    let text = name;
    while (text.length > 1 && context.measureText(text).width > Math.max(each, 28) - 2) text = text.slice(0, -1);
    drawText(context, palette, text, i * each + Math.min(each - gap, 28) / 2, height - 7, { color: palette.muted, align: 'center' });
  });
}

/** The range of numbers in words: "−0.31 … 1.2". */
export function rangeText(values: ArrayLike<number>): string {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return values.length === 0 ? '' : low === high ? formatNumber(low) : `${formatNumber(low)} … ${formatNumber(high)}`;
}

/** The ramp itself, from −most to most. */
export function drawRamp(context: CanvasRenderingContext2D, palette: Palette, width: number, height: number): void {
  for (let i = 0; i < width; i++) {
    context.fillStyle = divergingColor(palette, (2 * i) / Math.max(1, width - 1) - 1, 1);
    context.fillRect(i, 0, 1.5, height);
  }
  context.strokeStyle = palette.axis;
  context.lineWidth = 1;
  context.strokeRect(0.5, 0.5, width - 1, height - 1);
}
