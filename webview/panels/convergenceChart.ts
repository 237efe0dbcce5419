/** The two charts of convergence, loss above and learning rate below, on one x axis. Chart.js draws lines and bands; axes, labels and marks are the lab's own. */
import * as l10n from '@vscode/l10n';
import { Chart, Filler, LinearScale, LineController, LineElement, PointElement, type ChartDataset, type Plugin } from 'chart.js';
import { drawCross, drawHollowMarker, drawLabels, drawMarker, drawText, drawTick, setFont, type Label } from '../charts/draw';
import { ghostStyle } from '../charts/ghosts';
import { placeLabels, type Rect } from '../charts/labels';
import { withAlpha, type Palette } from '../charts/palette';
import { lastAt } from '../charts/paths';
import { Scale, type Tick } from '../charts/scale';
import { formatCount, formatNumber } from '../numbers';
import { plotted, scaleKind, type LossScale, type Trace } from './convergenceData';
import { markGhosts } from './convergenceGhosts';

Chart.register(LineController, LineElement, PointElement, LinearScale, Filler);

export const LEFT = 48;
export const RIGHT = 16;
const MOST_LABELS = 10;
/** The order of ghosts' lines: Chart.js draws the larger first. */
const BEHIND = 10;
/** Pixels between the hollow markers of a curve at least. */
const HOLLOW_GAP = 68;

/** Everything one drawing of the charts needs. */
export interface ChartModel {
  readonly palette: Palette;
  readonly traces: readonly Trace[];
  readonly scale: LossScale;
  readonly lossRange: { readonly min: number; readonly max: number; readonly threshold: number };
  readonly rateRange: { readonly min: number; readonly max: number } | null;
  readonly x: readonly [number, number];
  readonly xOf: (trace: Trace, step: number) => number;
  readonly xTitle: string;
  readonly xTick: (value: number, text: string) => string;
  readonly lossTitle: string;
  /** Horizontal lines: a stopping value, the value of the known minimum. */
  readonly lines: readonly { readonly value: number; readonly text: string }[];
  /** Points of note on a trace: the epoch whose weights a network kept. */
  readonly marks: readonly { readonly trace: Trace; readonly step: number; readonly value: number; readonly text: string }[];
}

type Part = 'loss' | 'rate';
type Point = { x: number; y: number };

export class ConvergenceChart {
  private chart: Chart<'line', Point[]> | undefined;
  private model: ChartModel | null = null;
  private bottom = false;

  constructor(private readonly part: Part, private readonly canvas: HTMLCanvasElement) {}

  destroy(): void {
    this.chart?.destroy();
    this.chart = undefined;
  }

  /** The plot's rectangle inside the canvas. */
  get area(): { left: number; right: number; top: number; bottom: number } | null {
    const area = this.chart?.chartArea;
    return area && area.right > area.left ? area : null;
  }

  xScale(model: ChartModel): Scale {
    const area = this.area ?? { left: 0, right: 1, top: 0, bottom: 1 };
    return new Scale('linear', model.x[0], model.x[1], area.left, area.right);
  }

  yScale(model: ChartModel): Scale {
    const area = this.area ?? { left: 0, right: 1, top: 0, bottom: 1 };
    if (this.part === 'rate') return new Scale('log', model.rateRange!.min, model.rateRange!.max, area.bottom, area.top);
    const { min, max, threshold } = model.lossRange;
    return new Scale(scaleKind(model.scale.mode), min, max, area.bottom, area.top, threshold);
  }

  /** @param bottom whether the x axis is labelled below this chart. */
  draw(model: ChartModel, width: number, height: number, bottom: boolean): void {
    this.model = model;
    this.bottom = bottom;
    if (!this.chart) this.create();
    const { chart } = this;
    if (!chart) return;
    const range = this.part === 'rate' ? model.rateRange! : model.lossRange;
    const forward = new Scale(this.part === 'rate' ? 'log' : scaleKind(model.scale.mode), range.min, range.max, 0, 1, model.lossRange.threshold);
    chart.options.devicePixelRatio = Math.max(1, globalThis.devicePixelRatio || 1);
    chart.options.scales!.x!.min = model.x[0];
    chart.options.scales!.x!.max = model.x[1];
    chart.options.scales!.y!.min = forward.forward(range.min);
    chart.options.scales!.y!.max = forward.forward(range.max);
    (chart.options.layout as { padding: unknown }).padding = { left: LEFT, right: RIGHT, top: 20, bottom: bottom ? 36 : 8 };
    chart.data.datasets = this.datasets(model, forward, Math.max(16, width - LEFT - RIGHT));
    if (chart.width !== width || chart.height !== height) chart.resize(width, height);
    chart.update('none');
  }

  private create(): void {
    if (!this.canvas.getContext?.('2d')) return;
    const axes: Plugin<'line'> = { id: 'axes', beforeDatasetsDraw: (chart) => this.drawAxes(chart.ctx), afterDatasetsDraw: (chart) => this.drawMarks(chart.ctx) };
    this.chart = new Chart<'line', Point[]>(this.canvas, {
      type: 'line', data: { datasets: [] }, plugins: [axes],
      options: {
        animation: false, responsive: false, maintainAspectRatio: false, parsing: false, normalized: true, events: [], layout: { padding: 0 },
        elements: { point: { radius: 0 }, line: { tension: 0 } },
        scales: { x: { type: 'linear', display: false }, y: { type: 'linear', display: false } },
      },
    });
  }

  /** Places on the x axis that are written. */
  xTicks(model: ChartModel): Tick[] {
    const x = this.xScale(model);
    return x.ticks(Math.max(2, (x.end - x.start) / 92)).map((tick) => ({ ...tick, text: model.xTick(tick.value, tick.text) }));
  }

  private datasets(model: ChartModel, y: Scale, columns: number): ChartDataset<'line', Point[]>[] {
    const sets: ChartDataset<'line', Point[]>[] = [];
    for (const trace of [...model.traces].sort((p, q) => Number(p.selected) - Number(q.selected))) {
      const style = trace.ghost ? ghostStyle(model.palette, trace.index, trace.ghost.slot) : model.palette.series(trace.index);
      const points = (steps: ArrayLike<number>, values: ArrayLike<number>, count: number, value: (raw: number) => number): Point[] =>
        thinned(count, (i) => model.xOf(trace, steps[i]), (i) => y.forward(value(values[i])), model.x, columns);
      const line = { borderColor: style.color, borderWidth: trace.selected ? 2 : 1.6, borderDash: [...style.dash], borderJoinStyle: 'round' as const, order: trace.ghost ? BEHIND : 0 };
      if (this.part === 'rate') {
        sets.push({ ...line, data: points(trace.rateSteps, trace.rate, Math.min(trace.rate.length, trace.rateSteps.length), (raw) => (raw > 0 ? raw : NaN)) });
        continue;
      }
      const value = (raw: number) => plotted(raw, model.scale);
      if (trace.batches) {
        const { steps, loss, count } = trace.batches;
        sets.unshift({ data: points(steps, loss, count, value), borderColor: withAlpha(style.color, model.palette.contrast ? 0.3 : 0.22), borderWidth: 1 });
      }
      if (trace.band) {
        sets.push({ data: points(trace.steps, trace.band.low, trace.count, value), borderWidth: 0 });
        sets.push({ data: points(trace.steps, trace.band.high, trace.count, value), borderWidth: 0, fill: '-1', backgroundColor: withAlpha(style.color, 0.18) });
      }
      sets.push({ ...line, ...(trace.part === 'validation' ? { borderWidth: trace.selected ? 1.4 : 1.1 } : {}), data: points(trace.steps, trace.loss, trace.count, value) });
    }
    return sets;
  }

  private drawAxes(context: CanvasRenderingContext2D): void {
    const { model, area } = this;
    if (!model || !area) return;
    const { palette } = model;
    const x = this.xScale(model);
    const y = this.yScale(model);
    context.save();
    context.setLineDash([]);
    context.lineWidth = 1;
    const height = area.bottom - area.top;
    for (const tick of y.ticks(this.part === 'rate' ? Math.max(3, height / 20) : Math.max(2, height / 48))) {
      const at = Math.round(y.at(tick.value)) + 0.5;
      context.strokeStyle = palette.grid;
      stroke(context, area.left, at, area.right, at);
      drawTick(context, palette, tick, area.left - 8, at, { color: palette.muted, align: 'right' });
    }
    context.strokeStyle = palette.axis;
    stroke(context, area.left, Math.round(area.bottom) + 0.5, area.right, Math.round(area.bottom) + 0.5);
    for (const tick of this.xTicks(model)) {
      const at = Math.round(x.at(tick.value)) + 0.5;
      context.strokeStyle = palette.axis;
      stroke(context, at, area.bottom, at, area.bottom + 4);
      if (this.bottom) drawTick(context, palette, tick, Math.min(at, area.right - 8), area.bottom + 13, { color: palette.muted, align: 'center' });
    }
    if (this.bottom) drawText(context, palette, model.xTitle, (area.left + area.right) / 2, area.bottom + 28, { color: palette.foreground, align: 'center' });
    drawText(context, palette, this.part === 'rate' ? l10n.t('learning rate') : model.lossTitle, area.left, area.top - 11, { color: palette.foreground });
    context.restore();
  }

  private drawMarks(context: CanvasRenderingContext2D): void {
    const { model, area } = this;
    if (!model || !area || this.part === 'rate') return;
    const { palette } = model;
    const x = this.xScale(model);
    const y = this.yScale(model);
    context.save();
    const taken: Rect[] = [];
    const requests: Label[] = [];
    const avoid: number[] = [];
    const request = (text: string, color: string, weight: number, px: number, py: number, gap: number, prefer: readonly [number, number]) => {
      setFont(context, palette, 11, weight);
      requests.push({ text, color, weight, x: px, y: py, gap, prefer, width: context.measureText(text).width + 4, height: 14 });
    };
    for (const line of model.lines) {
      const at = y.at(line.value);
      if (!Number.isFinite(at) || at < area.top || at > area.bottom) continue;
      context.strokeStyle = palette.muted;
      context.setLineDash([4, 4]);
      context.lineWidth = 1;
      stroke(context, area.left, at, area.right, at);
      context.setLineDash([]);
      request(line.text, palette.muted, 400, area.left + 60, at, 2, [0, -1]);
    }
    const own = model.traces.filter((trace) => trace.ghost === null);
    const every = own.filter((trace) => trace.part === 'training').length <= MOST_LABELS;
    const shown = own.filter((trace) => trace.part === 'training' && (every || trace.named)).sort((p, q) => Number(q.selected) - Number(p.selected)).slice(0, MOST_LABELS);
    for (const trace of model.traces) if (trace.part === 'validation') this.drawHollow(context, model, trace, x, y, area);
    for (const mark of model.marks) {
      const px = x.at(model.xOf(mark.trace, mark.step));
      const py = y.at(plotted(mark.value, model.scale));
      if (!(px >= area.left && px <= area.right && py >= area.top && py <= area.bottom)) continue;
      const { color, marker } = palette.series(mark.trace.index);
      drawMarker(context, marker, px, py, 4.5, color, palette.background);
      taken.push({ x: px - 5, y: py - 5, width: 10, height: 10 });
      if (mark.text) request(mark.text, palette.muted, 400, px, py, 8, [0, -1]);
    }
    for (const trace of model.traces) {
      const color = palette.series(trace.index).color;
      const { marker } = palette.series(trace.index);
      const stride = Math.max(1, Math.floor(trace.count / 120));
      for (let i = 0; i < trace.count; i += stride) avoid.push(x.at(model.xOf(trace, trace.steps[i])), y.at(plotted(trace.loss[i], model.scale)));
      if (trace.count === 0 || trace.part === 'validation' || trace.ghost) continue;
      const named = shown.includes(trace);
      const last = trace.count - 1;
      let endX = x.at(model.xOf(trace, trace.steps[last]));
      let endY = y.at(plotted(trace.loss[last], model.scale));
      const { run } = trace;
      if (run.status === 'diverged' && !trace.band) {
        this.drawCliff(context, model, trace, x, y, area, request, taken);
        continue;
      }
      if (run.status === 'converged' && !trace.band && Number.isFinite(endY) && endX <= area.right + 1 && endX >= area.left) {
        drawMarker(context, marker, endX, endY, 4, color, palette.background);
        taken.push({ x: endX - 5, y: endY - 5, width: 10, height: 10 });
        if (named && own.length <= 6) request(l10n.t('converged, step {0}', formatCount(run.steps)), palette.muted, 400, endX, endY, 7, [-0.7, 1]);
      }
      if (!named) continue;
      // A line that ends inside is named along its way, where the words have room; one that goes on, at its end.
      if (endX > area.right - 30 && endX <= area.right + 40 || endX > area.right) {
        const at = lastAt(trace.steps as Float64Array, stepAtPixel(trace, model, x, area.right - 4), trace.count);
        endX = Math.min(area.right - 2, x.at(model.xOf(trace, trace.steps[Math.max(0, at)])));
        endY = y.at(plotted(trace.loss[Math.max(0, at)], model.scale));
        request(trace.label, color, 600, endX, endY, 3, [-1, -0.8]);
      } else {
        const from = Math.max(area.left, x.at(model.xOf(trace, trace.steps[0])));
        const middle = lastAt(trace.steps as Float64Array, stepAtPixel(trace, model, x, from + (endX - from) * 0.72), trace.count);
        const i = Math.max(0, middle);
        request(trace.label, color, 600, x.at(model.xOf(trace, trace.steps[i])), y.at(plotted(trace.loss[i], model.scale)), 5, [1, -0.8]);
      }
    }
    markGhosts(context, palette, model.traces.slice(own.length), model.scale, (trace, step) => x.at(model.xOf(trace, step)), y, area, request);
    const visible = requests.filter((one) => Number.isFinite(one.x) && Number.isFinite(one.y) && one.y > area.top - 20 && one.y < area.bottom + 20 && one.x > area.left - 20 && one.x < area.right + 20);
    drawLabels(context, palette, visible, placeLabels(visible, { x: area.left, y: area.top, width: area.right - area.left, height: area.bottom - area.top }, taken, avoid));
    context.restore();
  }

  /** Hollow markers along a curve of validation: colour and dash are its series', the markers say whose rows. */
  private drawHollow(context: CanvasRenderingContext2D, model: ChartModel, trace: Trace, x: Scale, y: Scale, area: { left: number; right: number; top: number; bottom: number }): void {
    const { color, marker } = trace.ghost ? ghostStyle(model.palette, trace.index, trace.ghost.slot) : model.palette.series(trace.index);
    let last = -Infinity;
    // Series that end alike would hide each other's markers: each has its own phase.
    let wait = trace.count > 8 ? 12 + 17 * (trace.index % 4) : 0;
    for (let i = 0; i < trace.count; i++) {
      const px = x.at(model.xOf(trace, trace.steps[i]));
      const py = y.at(plotted(trace.loss[i], model.scale));
      if (!(px >= area.left && px <= area.right + 1 && py >= area.top && py <= area.bottom) || px - area.left < wait || px - last < HOLLOW_GAP) continue;
      drawHollowMarker(context, marker, px, py, 3, color, model.palette.background);
      last = px;
      wait = 0;
    }
  }

  /** The last finite part of a run that blew up ends in a mark at the chart's edge. */
  private drawCliff(
    context: CanvasRenderingContext2D, model: ChartModel, trace: Trace, x: Scale, y: Scale, area: { left: number; right: number; top: number; bottom: number },
    request: (text: string, color: string, weight: number, px: number, py: number, gap: number, prefer: readonly [number, number]) => void, taken: Rect[],
  ): void {
    const { palette } = model;
    const color = palette.series(trace.index).color;
    let i = 0;
    // Where it leaves for good.
    for (let k = trace.count - 1; k >= 0; k--) {
      const at = y.at(plotted(trace.loss[k], model.scale));
      if (at >= area.top && at <= area.bottom) {
        i = k;
        break;
      }
    }
    const fromX = x.at(model.xOf(trace, trace.steps[i]));
    const fromY = y.at(plotted(trace.loss[i], model.scale));
    const next = Math.min(trace.count - 1, i + 1);
    const rises = !(plotted(trace.loss[next], model.scale) < plotted(trace.loss[i], model.scale));
    const edge = rises ? area.top : area.bottom;
    const toX = next > i ? x.at(model.xOf(trace, trace.steps[next])) : fromX;
    const toY = next > i ? y.at(plotted(trace.loss[next], model.scale)) : edge;
    const share = Number.isFinite(toY) && toY !== fromY ? Math.min(1, Math.max(0, (edge - fromY) / (toY - fromY))) : 1;
    const markX = fromX + (Number.isFinite(toX) ? (toX - fromX) * share : 0);
    if (markX < area.left || markX > area.right) return;
    if (next === i || !Number.isFinite(toY)) {
      context.strokeStyle = color;
      context.lineWidth = 1.5;
      context.setLineDash([3, 3]);
      stroke(context, fromX, fromY, fromX, edge);
      context.setLineDash([]);
    }
    const markY = edge + (rises ? 7 : -7);
    drawCross(context, markX, markY, 4, color, palette.background);
    taken.push({ x: markX - 6, y: markY - 6, width: 12, height: 12 });
    request(l10n.t('{0} diverged, step {1}', trace.label, formatCount(trace.run.steps)), color, 600, markX, markY, 10, [1, rises ? 0.3 : -0.3]);
  }
}

/**
 * A line's points, thinned to what the columns of pixels can show: of each column the first, the lowest, the highest and the last, in
 * order. Values that are not finite stay as gaps; beyond the range only the next point on either side is kept.
 */
export function thinned(count: number, xAt: (i: number) => number, yAt: (i: number) => number, range: readonly [number, number], columns: number): Point[] {
  const out: Point[] = [];
  const unit = (range[1] - range[0]) / columns || 1;
  let from = 0;
  let to = count;
  while (from + 1 < count && xAt(from + 1) < range[0]) from++;
  while (to - 2 > from && xAt(to - 2) > range[1]) to--;
  let column = NaN;
  let kept: { i: number; y: number }[] = [];
  const flush = () => {
    if (kept.length === 0) return;
    let low = kept[0];
    let high = kept[0];
    for (const each of kept) {
      if (each.y < low.y) low = each;
      if (each.y > high.y) high = each;
    }
    let previous = -1;
    for (const { i, y } of [kept[0], low, high, kept[kept.length - 1]].sort((p, q) => p.i - q.i)) {
      if (i !== previous) out.push({ x: xAt(i), y });
      previous = i;
    }
    kept = [];
  };
  for (let i = from; i < to; i++) {
    const y = yAt(i);
    const at = Math.floor((xAt(i) - range[0]) / unit);
    if (!Number.isFinite(y)) {
      flush();
      column = NaN;
      if (out.length > 0 && Number.isNaN(out[out.length - 1].y)) continue;
      out.push({ x: xAt(i), y: NaN });
      continue;
    }
    if (at !== column) flush();
    column = at;
    kept.push({ i, y });
  }
  flush();
  return out;
}

function stepAtPixel(trace: Trace, model: ChartModel, x: Scale, pixel: number): number {
  const value = x.invert(pixel);
  const unit = model.xOf(trace, 1);
  return unit > 0 ? value / unit : 0;
}

function stroke(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/** "1.2 ms" on an axis of seconds. */
export function timeTick(unit: number): (value: number) => string {
  return (value) => formatNumber(value / unit);
}
