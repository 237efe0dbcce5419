import * as l10n from '@vscode/l10n';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import '../elements/menuButton';
import { drawChip, drawHollowMarker, drawMarker } from '../charts/draw';
import { Layer } from '../charts/layer';
import { ghostStyle } from '../charts/ghosts';
import { seriesName } from '../charts/names';
import { withAlpha } from '../charts/palette';
import { Picture } from '../charts/picture';
import { waiting } from '../charts/waiting';
import type { Scale } from '../charts/scale';
import { icon, iconButton } from '../elements/icon';
import { hollowMark, swatch } from '../elements/swatch';
import { termIcon } from '../elements/term';
import { metricName } from '../metricNames';
import { formatCount, formatNumber, formatSeconds } from '../numbers';
import { remembered } from '../state/remembered';
import type { Change } from '../state/types';
import { ConvergenceChart, timeTick, type ChartModel } from './convergenceChart';
import { lossRange, plotted, rateRange, scaleKind, valueAt, type LossScale, type Trace } from './convergenceData';
import { bestOf, validationColumn } from './convergenceEpochs';
import { tableToggle } from './chartTable';
import { ghostLegend } from './convergenceGhosts';
import { Shown } from './convergenceShown';
import { convergenceTable, partLabel } from './convergenceTable';

const ZOOM_STEP = 1.6;
/** A legend entry reads this many starts. */
const VALUES_MOST = 4;
/** Below this height there is room for the loss alone. */
const RATE_FROM = 240;

/** Loss and learning rate of all runs over the steps. Its legend is the readout at the scrubbed step. */
@customElement('gdexp-convergence')
export class Convergence extends Picture {
  protected readonly imageName = 'convergence';
  @query('.chart-stack') private stack!: HTMLElement;
  @query('.map-tip') private tip!: HTMLElement;
  /** Numbers in place of the picture. */
  @remembered<boolean>('convergence.asTable', false, (value) => typeof value === 'boolean') private asTable!: boolean;
  private readonly shown = new Shown(() => this.store, (axes) => {
    if (axes) this.view = null;
    this.requestUpdate();
    this.invalidate('runs');
  });
  /** Part of the x axis that is shown, in its own units; null: all. */
  private view: [number, number] | null = null;
  private loss: ConvergenceChart | undefined;
  private rate: ConvergenceChart | undefined;
  private overlay: Layer | undefined;
  private canvases: HTMLCanvasElement[] = [];
  private model: ChartModel | null = null;
  private rateTop = 0;
  private hovered: number | null = null;
  private drag: { x: number; view: [number, number]; moved: boolean; scrubs: boolean } | null = null;

  protected needsMarkup(): boolean {
    return true;
  }

  protected override changed(change: Change): void {
    if (change === 'data' || change === 'runs' || change === 'document' || change === 'visibility' || change === 'selection' || change === 'ghosts') this.shown.forget();
    super.changed(change);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.releaseCharts();
  }

  protected override firstUpdated(_changed: PropertyValues): void {
    this.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
  }

  private get traces(): readonly Trace[] {
    return this.shown.traces;
  }

  private get ghosts(): readonly Trace[] {
    return this.shown.all.slice(this.traces.length);
  }

  override render(): TemplateResult {
    const { store } = this;
    const series = store.document?.series ?? [];
    const hasRows = store.runs.some((run) => run.record && run.record.rows > 0);
    if (!hasRows) {
      return html`${this.header(l10n.t('Convergence'), '', [])}${this.placeholder(waiting(store) ?? (series.length === 0 ? l10n.t('Add an optimizer to see how it converges.') : l10n.t('Run the experiment to see how the loss falls.')))}`;
    }
    const scale = this.shown.scale;
    const step = store.step;
    return html`${this.header(l10n.t('Convergence'), this.shown.subtitle(scale), [
      ...(this.shown.networks && this.shown.metrics.length > 1 ? [html`<gdexp-menu class="metric-menu" look="plain" .label=${l10n.t('What is shown: {0}', metricName(this.shown.metric))} .face=${html`${metricName(this.shown.metric)}${icon('chevron-down')}`} .items=${this.shown.metricMenu()}></gdexp-menu>`] : []),
      termIcon(this.shown.terms(scale.mode), l10n.t('Convergence')),
      html`<gdexp-menu .icon=${'list-filter'} .label=${l10n.t('Axes')} .items=${this.shown.axesMenu(scale.mode)}></gdexp-menu>`,
      tableToggle(this.asTable, () => this.rearrange(() => { this.asTable = !this.asTable; })),
      iconButton({ icon: 'zoom-in', label: l10n.t('Zoom in on the scrubbed step'), click: () => this.zoomBy(ZOOM_STEP, this.shown.xAtStep(step)) }),
      iconButton({ icon: 'screen-normal', label: l10n.t('Show all steps'), disabled: this.view === null, click: () => this.setView(null) }),
    ])}
    <div class="chart-legend" role="group" aria-label=${l10n.t('Series: click hides, double-click or Shift+Enter isolates')}>${series.map((one) => {
      const hidden = store.hidden.has(one.key);
      const own = this.traces.filter((other) => other.key === one.key && other.part === 'training');
      const at = own.slice(0, VALUES_MOST).map((trace) => valueAt(trace, step));
      const run = store.runOf(one.key);
      const value = at.some((each) => each) ? [...at.map((each) => (each ? formatNumber(plottedOr(each.value, scale)) : '–')), ...(own.length > VALUES_MOST ? ['…'] : [])].join(' · ') : run?.status === 'failed' ? l10n.t('failed') : '–';
      const held = this.traces.find((other) => other.key === one.key && other.part === 'validation');
      const validation = held && valueAt(held, step);
      const gone = own.some((trace, i) => at[i]?.ended && trace.run.status === 'diverged');
      return html`<button type="button" class="legend-entry ${hidden ? 'is-hidden' : ''} ${one.key === store.selected ? 'is-selected' : ''}" aria-pressed=${String(!hidden)} title=${l10n.t('Click hides, double-click isolates')}
        @click=${() => store.toggleHidden(one.key)} @dblclick=${() => store.isolate(one.key)} @keydown=${(event: KeyboardEvent) => {
          if (event.key !== 'Enter' || !event.shiftKey) return;
          event.preventDefault();
          store.isolate(one.key);
        }}>${swatch(one.index)}<span class="legend-name">${seriesName(store.document, one)}</span><span class="legend-value">${hidden ? '' : value}</span>${held && !hidden ? html`<span class="legend-note">${hollowMark(one.index)}${l10n.t('validation')}</span><span class="legend-value">${validation ? formatNumber(plottedOr(validation.value, scale)) : '–'}</span>` : nothing}${gone ? html`<span class="legend-note">${l10n.t('diverged')}</span>` : nothing}</button>`;
    })}${ghostLegend(store, this.shown.all, scale, (value) => plottedOr(value, scale))}</div>
    ${this.asTable ? convergenceTable(store, this.shown.metric, [...this.traces, ...this.ghosts]) : ''}
    <div class="chart-stack" tabindex="0" ?hidden=${this.asTable} role="application" aria-label=${l10n.t('Convergence. Left and right move by a step, plus and minus zoom, 0 shows all.')} aria-describedby="convergence-summary"
      @pointerdown=${this.pressed} @pointermove=${this.movedPointer} @pointerup=${this.released} @pointercancel=${this.released} @pointerleave=${() => this.hover(null)} @keydown=${this.key}>
      <canvas class="chart-loss"></canvas><canvas class="chart-rate"></canvas><canvas class="chart-overlay"></canvas><div class="map-tip" hidden></div>
    </div>
    ${this.spoken('convergence-summary')}`;
  }

  summary(): string {
    const { store } = this;
    const values = [...this.traces.slice(0, 12), ...this.ghosts].map((trace) => {
      const at = valueAt(trace, store.step);
      const end = trace.run.status === 'running' ? '' : `, ${trace.run.statusText}`;
      return at ? l10n.t('{0} {1}{2}', partLabel(trace), formatNumber(at.value), trace.part === 'validation' ? '' : end) : '';
    }).filter((text) => text !== '');
    if (this.shown.networks && values.length > 0) return l10n.t('{0} at step {1} of {2}: {3}.', metricName(this.shown.metric), formatCount(store.step), formatCount(store.maxStep), values.join('; '));
    return values.length > 0 ? l10n.t('Loss at step {0} of {1}: {2}.', formatCount(store.step), formatCount(store.maxStep), values.join('; ')) : l10n.t('No run yet.');
  }

  // Drawing

  protected draw(changes: ReadonlySet<Change | 'size'>): void {
    if (!this.stack) {
      this.releaseCharts();
      return;
    }
    const canvases = [...this.stack.querySelectorAll('canvas')];
    if (canvases[0] !== this.canvases[0]) {
      this.releaseCharts();
      this.canvases = canvases;
      this.loss = new ConvergenceChart('loss', canvases[0]);
      this.rate = new ConvergenceChart('rate', canvases[1]);
      this.overlay = new Layer(canvases[2]);
    }
    const width = this.stack.clientWidth;
    const height = this.stack.clientHeight;
    this.overlay!.resize(width, height);
    if (width < 60 || height < 60) return;
    const onlyStep = [...changes].every((change) => change === 'step') && this.model !== null;
    if (!onlyStep) {
      this.model = this.chartModel();
      const split = this.model.rateRange !== null && height >= RATE_FROM;
      const rateHeight = split ? Math.round(Math.min(150, Math.max(110, height * 0.27))) : 0;
      this.rateTop = height - rateHeight;
      this.loss!.draw(this.model, width, this.rateTop, !split);
      canvases[1].style.top = `${this.rateTop}px`;
      canvases[1].hidden = !split;
      if (split) this.rate!.draw(this.model, width, rateHeight, true);
    }
    this.drawOverlay();
  }

  private releaseCharts(): void {
    this.loss?.destroy();
    this.rate?.destroy();
    this.loss = undefined;
    this.rate = undefined;
    this.canvases = [];
    this.model = null;
  }

  private chartModel(): ChartModel {
    const { store } = this;
    const { all, scale } = this.shown;
    const units = new Map(all.map((trace) => [trace, this.shown.unit(trace)]));
    const pace = (trace: Trace) => units.get(trace) ?? 0;
    const whole = Math.max(1e-12, ...all.map((trace) => pace(trace) * Math.max(trace.run.steps, trace.count > 0 ? trace.steps[trace.count - 1] : 0)), this.shown.axis === 'step' ? Math.max(1, store.maxStep) : 0);
    const x: [number, number] = this.view ?? [0, whole];
    const xOf = (trace: Trace, step: number) => step * pace(trace);
    const unit = x[1] < 1e-3 ? 1e-6 : x[1] < 1 ? 1e-3 : 1;
    const goal = store.document?.objective;
    const lines: { value: number; text: string }[] = [];
    const stop = store.document?.stop.loss;
    if (stop !== null && stop !== undefined && this.shown.metric === 'loss') lines.push({ value: plottedOr(stop, scale), text: l10n.t('stop at {0}', formatNumber(stop)) });
    if (scale.mode === 'linear' || scale.mode === 'symlog') {
      const best = goal && goal.minima.length > 0 ? scale.best : null;
      if (best !== null) lines.push({ value: best, text: scale.climbing ? l10n.t('maximum {0}', formatNumber(best)) : l10n.t('minimum {0}', formatNumber(best)) });
    }
    const marks = all.flatMap((trace) => {
      const best = !trace.ghost && trace.runs.length === 1 && !(trace.part === 'training' && all.some((other) => other.key === trace.key && other.part === 'validation')) ? bestOf(trace.run, trace.part === 'validation' ? validationColumn(this.shown.metric) : this.shown.metric) : null;
      return best ? [{ trace, step: best.step, value: best.value, text: trace.selected || this.traces.length <= 4 ? l10n.t('best, epoch {0}', formatCount(best.epoch)) : '' }] : [];
    });
    return {
      palette: this.palette, traces: all, marks, scale, x, xOf,
      lossRange: lossRange(all, scale, (trace, step) => this.view === null || (xOf(trace, step) >= x[0] && xOf(trace, step) <= x[1]), lines.map((line) => line.value)),
      rateRange: rateRange(all),
      xTitle: this.shown.axis === 'step' ? l10n.t('step') : this.shown.axis === 'epoch' ? l10n.t('epoch') : unit === 1 ? l10n.t('time, s') : unit === 1e-3 ? l10n.t('time, ms') : l10n.t('time, µs'),
      xTick: this.shown.axis !== 'time' ? (_value, text) => text : (value) => timeTick(unit)(value),
      lossTitle: scale.mode === 'gap' ? (scale.climbing ? l10n.t('maximum − value') : l10n.t('loss − minimum')) : scale.climbing ? l10n.t('value') : metricName(this.shown.metric), lines,
    };
  }

  private drawOverlay(): void {
    const context = this.overlay?.begin();
    const { model, loss, store } = this;
    const area = loss?.area;
    if (!context || !model || !area) return;
    const x = loss!.xScale(model);
    const y = loss!.yScale(model);
    const bottom = this.axisBottom();
    if (this.hovered !== null) {
      context.strokeStyle = withAlpha(this.palette.foreground, 0.4);
      context.lineWidth = 1;
      const at = Math.round(x.at(this.shown.xAtStep(this.hovered))) + 0.5;
      vertical(context, at, area.top, bottom);
    }
    const px = x.at(this.shown.xAtStep(store.step));
    if (px >= area.left - 0.5 && px <= area.right + 0.5) {
      context.strokeStyle = this.palette.accent;
      context.lineWidth = 1;
      vertical(context, Math.round(px) + 0.5, area.top, bottom);
      const at = this.shown.xAtStep(store.step);
      const text = this.shown.axis === 'step' ? formatCount(store.step) : this.shown.axis === 'epoch' ? formatNumber(at) : formatSeconds(at);
      drawChip(context, this.palette, text, px, bottom + 13, area.left - 12, area.right + 12, loss!.xTicks(model).map((tick) => ({ x: Math.min(x.at(tick.value), area.right - 8), text: tick.text })));
    }
    for (const trace of [...model.traces].sort((p, q) => Number(q.ghost !== null) - Number(p.ghost !== null) || Number(p.selected) - Number(q.selected))) {
      const at = valueAt(trace, store.step);
      if (!at || at.ended) continue;
      const mx = x.at(model.xOf(trace, at.step));
      const my = y.at(plotted(at.value, model.scale));
      const style = trace.ghost ? ghostStyle(this.palette, trace.index, trace.ghost.slot) : this.palette.series(trace.index);
      if (!(my >= area.top && my <= area.bottom && mx >= area.left && mx <= area.right)) continue;
      if (trace.part === 'validation') drawHollowMarker(context, style.marker, mx, my, trace.selected ? 4.5 : 3.5, style.color, this.palette.background);
      else drawMarker(context, style.marker, mx, my, trace.selected ? 4.5 : 3.5, style.color, this.palette.background);
    }
  }

  /** Where the x axis is written, in the stack's pixels. */
  private axisBottom(): number {
    const rate = this.canvases[1]?.hidden ? null : this.rate?.area;
    return rate ? this.rateTop + rate.bottom : this.loss!.area!.bottom;
  }

  private stepAt(pixel: number): number | null {
    const { model, loss } = this;
    if (!model || !loss?.area) return null;
    const unit = this.shown.xAtStep(1);
    return unit > 0 ? Math.max(0, Math.min(this.store.maxStep, Math.round(loss.xScale(model).invert(pixel) / unit))) : null;
  }

  // Moving about

  private setView(view: [number, number] | null): void {
    const { model } = this;
    if (view && model) {
      const whole = Math.max(...model.traces.map((trace) => model.xOf(trace, trace.run.steps)), this.shown.xAtStep(this.store.maxStep), 1e-12);
      const span = Math.min(view[1] - view[0], whole);
      if (this.shown.axis === 'step' && span < 4) return;
      const low = Math.min(Math.max(0, view[0]), whole - span);
      this.view = span >= whole * 0.999 ? null : [low, low + span];
    } else this.view = null;
    this.requestUpdate();
    this.invalidate('size');
  }

  private zoomBy(factor: number, around: number): void {
    const { model } = this;
    if (!model) return;
    const [low, high] = model.x;
    const at = Math.min(high, Math.max(low, around));
    this.setView([at - (at - low) / factor, at + (high - at) / factor]);
  }

  private wheel(event: WheelEvent): void {
    if (!(event.target instanceof Element) || !event.target.closest('.chart-stack') || !this.model || !this.loss?.area) return;
    if (!event.ctrlKey && !event.metaKey && this.closest('.is-narrow')) return;
    event.preventDefault();
    const x: Scale = this.loss.xScale(this.model);
    const delta = event.deltaY * (event.deltaMode === 1 ? 20 : 1);
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY) && this.view) {
      const shift = (event.deltaX / (this.loss.area.right - this.loss.area.left)) * (this.view[1] - this.view[0]);
      this.setView([this.view[0] + shift, this.view[1] + shift]);
    } else this.zoomBy(Math.exp(-Math.max(-200, Math.min(200, delta)) * 0.002), x.invert(this.place(event).x));
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { store } = this;
    const by = event.shiftKey ? 10 : 1;
    switch (event.key) {
      case 'ArrowLeft': store.setStep(store.step - by); break;
      case 'ArrowRight': store.setStep(store.step + by); break;
      case 'Home': store.setStep(0); break;
      case 'End': store.setStep(store.maxStep); break;
      case '+': case '=': this.zoomBy(ZOOM_STEP, this.shown.xAtStep(store.step)); break;
      case '-': this.zoomBy(1 / ZOOM_STEP, this.shown.xAtStep(store.step)); break;
      case '0': this.setView(null); break;
      default: return;
    }
    event.preventDefault();
  }

  private place(event: MouseEvent): { x: number; y: number } {
    const frame = this.stack.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  }

  private pressed(event: PointerEvent): void {
    if (event.button !== 0 || !this.model || !this.loss?.area) return;
    const at = this.place(event);
    this.stack.setPointerCapture(event.pointerId);
    const onLine = Math.abs(this.loss.xScale(this.model).at(this.shown.xAtStep(this.store.step)) - at.x) < 7;
    this.drag = { x: at.x, view: [...this.model.x], moved: false, scrubs: onLine || this.view === null };
    if (onLine) this.hover(null);
  }

  private movedPointer(event: PointerEvent): void {
    const at = this.place(event);
    const { drag } = this;
    if (!drag) {
      this.hover(at);
      return;
    }
    if (!drag.moved && Math.abs(at.x - drag.x) < 3) return;
    drag.moved = true;
    if (drag.scrubs) {
      const step = this.stepAt(at.x);
      if (step !== null) this.store.setStep(step);
      this.hover(null);
      return;
    }
    const area = this.loss!.area!;
    const shift = ((drag.x - at.x) / (area.right - area.left)) * (drag.view[1] - drag.view[0]);
    this.setView([drag.view[0] + shift, drag.view[1] + shift]);
  }

  private released(event: PointerEvent): void {
    const { drag } = this;
    this.drag = null;
    if (!drag || drag.moved || event.type === 'pointercancel') return;
    const step = this.stepAt(this.place(event).x);
    if (step !== null) this.store.setStep(step);
  }

  private hover(at: { x: number; y: number } | null): void {
    const area = this.loss?.area;
    const inside = at && area && at.x >= area.left && at.x <= area.right && at.y >= area.top && at.y <= this.axisBottom();
    const step = inside ? this.stepAt(at.x) : null;
    if (step !== this.hovered) {
      this.hovered = step;
      this.invalidate('step');
    }
    if (!this.tip) return;
    this.tip.hidden = step === null;
    if (step === null || !at) return;
    const lines = [...this.traces.slice(0, 14), ...this.ghosts].map((trace) => {
      const value = valueAt(trace, step);
      const band = trace.band && value ? ` (${l10n.t('median of {0}', trace.runs.length)})` : '';
      return `${partLabel(trace)}  ${value ? formatNumber(value.value) : '–'}${band}`;
    });
    this.tip.textContent = [l10n.t('step {0}', formatCount(step)), ...lines].join('\n');
    const x = at.x + 14 + this.tip.offsetWidth > this.stack.clientWidth ? at.x - this.tip.offsetWidth - 12 : at.x + 14;
    const y = Math.min(at.y + 12, this.stack.clientHeight - this.tip.offsetHeight - 4);
    this.tip.style.transform = `translate(${Math.max(0, Math.round(x))}px, ${Math.max(0, Math.round(y))}px)`;
  }
}

/** The value as the axis shows it: zero where a logarithm has no place for it. */
function plottedOr(value: number, scale: LossScale): number {
  const shown = plotted(value, scale);
  return Number.isNaN(shown) && Number.isFinite(value) ? (scaleKind(scale.mode) === 'log' ? 0 : value) : shown;
}

function vertical(context: CanvasRenderingContext2D, x: number, top: number, bottom: number): void {
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x, bottom);
  context.stroke();
}
