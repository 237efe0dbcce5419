/** What a regression says against what is true: a row on the diagonal is told right. */
import * as l10n from '@vscode/l10n';
import { drawText, drawTick, markerOutline } from '../charts/draw';
import { withAlpha, type Palette } from '../charts/palette';
import { Scale } from '../charts/scale';
import { formatNumber } from '../numbers';
import { widened, type Points, type Rows } from './dataAnswers';
import { partName } from './dataTables';

/** 1 − (squared errors)/(squared deviations from the mean), over the first target; NaN where all targets are equal. */
export function determination(rows: Rows): number {
  const each = rows.targets.length / rows.count;
  let mean = 0;
  for (let i = 0; i < rows.count; i++) mean += rows.targets[i * each] / rows.count;
  let errors = 0;
  let spread = 0;
  for (let i = 0; i < rows.count; i++) {
    errors += (rows.targets[i * each] - rows.outputs[i * rows.width]) ** 2;
    spread += (rows.targets[i * each] - mean) ** 2;
  }
  return spread > 0 ? 1 - errors / spread : NaN;
}

export interface PredictedFrame {
  readonly x: Scale;
  readonly y: Scale;
}

/** The range of the targets, with room for predictions up to as far again. */
function spanOf(points: readonly Points[]): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const { rows } of points) {
    for (let i = 0; i < rows.count; i++) {
      const value = rows.targets[i * (rows.targets.length / rows.count)];
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return Number.isFinite(low) ? widened(low, high) : [0, 1];
}

/** Filled where it was trained on, hollow where it was kept back; what lies outside stands at the edge. */
export function drawPredicted(context: CanvasRenderingContext2D, palette: Palette, points: readonly Points[], color: string, width: number, height: number): PredictedFrame {
  const span = spanOf(points);
  const frame = { x: new Scale('linear', span[0], span[1], 64, Math.max(72, width - 16)), y: new Scale('linear', span[0], span[1], Math.max(20, height - 42), 8) };
  const { x, y } = frame;
  context.lineWidth = 1;
  for (const tick of y.ticks(Math.max(2, (y.start - y.end) / 44))) {
    const at = Math.round(y.at(tick.value)) + 0.5;
    context.strokeStyle = palette.grid;
    context.beginPath();
    context.moveTo(x.start, at);
    context.lineTo(x.end, at);
    context.stroke();
    drawTick(context, palette, tick, x.start - 8, at, { color: palette.muted, align: 'right' });
  }
  for (const tick of x.ticks(Math.max(2, (x.end - x.start) / 70))) drawTick(context, palette, tick, x.at(tick.value), y.start + 12, { color: palette.muted, align: 'center' });
  drawText(context, palette, l10n.t('true'), (x.start + x.end) / 2, y.start + 30, { color: palette.foreground, align: 'center' });
  context.save();
  context.translate(11, (y.start + y.end) / 2);
  context.rotate(-Math.PI / 2);
  drawText(context, palette, l10n.t('predicted'), 0, 0, { color: palette.foreground, align: 'center' });
  context.restore();
  context.strokeStyle = palette.foreground;
  context.setLineDash([5, 4]);
  context.beginPath();
  context.moveTo(x.start, y.start);
  context.lineTo(x.end, y.end);
  context.stroke();
  context.setLineDash([]);
  for (const { part, rows } of points) {
    const path = markerOutline(part === 'test' ? 'square' : 'circle', rows.count > 400 ? 3 : 4);
    for (let i = 0; i < rows.count; i++) {
      const value = rows.outputs[i * rows.width];
      if (!Number.isFinite(value)) continue;
      context.save();
      context.translate(x.at(rows.targets[i * (rows.targets.length / rows.count)]), Math.max(y.end, Math.min(y.start, y.at(value))));
      if (part === 'training') {
        context.fillStyle = withAlpha(color, 0.8);
        context.fill(path);
      } else {
        context.fillStyle = palette.background;
        context.fill(path);
        context.lineWidth = 1.5;
        context.strokeStyle = color;
        context.stroke(path);
      }
      context.restore();
    }
  }
  return frame;
}

/** The nearest row in words; empty where none is near. */
export function predictedWords(points: readonly Points[], { x, y }: PredictedFrame, px: number, py: number): string {
  let words = '';
  let distance = 10;
  for (const { part, rows } of points) {
    for (let i = 0; i < rows.count; i++) {
      const [target, output] = [rows.targets[i * (rows.targets.length / rows.count)], rows.outputs[i * rows.width]];
      const away = Math.hypot(x.at(target) - px, y.at(output) - py);
      if (away >= distance) continue;
      distance = away;
      words = `${l10n.t('Row {0}, {1}', i + 1, partName(part))}\n${l10n.t('true {0}, predicted {1}', formatNumber(target), formatNumber(output))}`;
    }
  }
  return words;
}
