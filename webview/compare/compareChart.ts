import * as l10n from '@vscode/l10n';
import { LitElement, html, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Contender } from '../../src/protocol/compare';
import { drawChip, drawMarker } from '../charts/draw';
import { Layer } from '../charts/layer';
import { readPalette, withAlpha, type Palette } from '../charts/palette';
import { snapshot } from '../charts/snapshot';
import '../elements/menuButton';
import type { MenuItem } from '../elements/menuButton';
import { formatCount } from '../numbers';
import { ConvergenceChart, type ChartModel } from '../panels/convergenceChart';
import { plotted, valueAt, type LossChoice, type Trace } from '../panels/convergenceData';
import { contenderTraces, curvesModel } from './curves';

/** Loss over steps of all contenders in one picture. The pointer or the arrow keys read the values at a step: `hovered` tells them. */
@customElement('gdexp-compare-chart')
export class CompareChart extends LitElement {
  @property({ attribute: false }) contenders: readonly Contender[] = [];
  @property({ attribute: false }) names: readonly string[] = [];
  @property({ attribute: false }) hiddenKeys: ReadonlySet<string> = new Set();
  @property({ attribute: false }) selected: string | null = null;
  @property({ attribute: false }) target: number | null = null;
  @state() private choice: LossChoice = 'auto';
  private palette: Palette = readPalette();
  private chart: ConvergenceChart | undefined;
  private overlay: Layer | undefined;
  private model: ChartModel | null = null;
  private sizes: ResizeObserver | undefined;
  private step: number | null = null;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizes?.disconnect();
    this.chart?.destroy();
    this.chart = undefined;
  }

  themeChanged(): void {
    this.palette = readPalette();
    this.requestUpdate();
  }

  async exportImage(): Promise<void> {
    const root = this.closest<HTMLElement>('.compare-curves') ?? this;
    const png = await snapshot(root, this.palette.background, '.visually-hidden, .codicon, .menu, .menu-opener, [hidden]');
    this.dispatchEvent(new CustomEvent('image', { detail: png, bubbles: true }));
  }

  override render(): TemplateResult {
    return html`<div class="compare-stack" tabindex="0" role="application" aria-label=${l10n.t('Convergence. Left and right read the values step by step.')}
        @pointermove=${(event: PointerEvent) => this.read(this.stepAt(event.offsetX))} @pointerleave=${() => this.read(null)} @blur=${() => this.read(null)} @keydown=${this.key}>
        <canvas class="compare-lines"></canvas><canvas class="compare-overlay"></canvas></div>
      <gdexp-menu class="compare-axes" .icon=${'list-filter'} .label=${l10n.t('Axes')} .items=${this.menu()}></gdexp-menu>`;
  }

  override updated(): void {
    this.draw();
  }

  private menu(): MenuItem[] {
    const item = (choice: LossChoice, label: string): MenuItem => ({ label, checked: this.choice === choice, run: () => { this.choice = choice; } });
    return [item('auto', l10n.t('Loss: automatic')), item('log', l10n.t('Loss: logarithmic')), item('linear', l10n.t('Loss: linear')), item('symlog', l10n.t('Loss: symmetric logarithm'))];
  }

  private get traces(): readonly Trace[] {
    return contenderTraces(this.contenders, this.names, this.hiddenKeys, this.selected);
  }

  private draw(): void {
    const stack = this.querySelector<HTMLElement>('.compare-stack');
    if (!stack) return;
    const [lines, overlay] = [...stack.querySelectorAll('canvas')];
    this.chart ??= new ConvergenceChart('loss', lines);
    this.overlay ??= new Layer(overlay);
    const { clientWidth: width, clientHeight: height } = stack;
    this.overlay.resize(width, height);
    if (width < 60 || height < 60) return;
    this.model = curvesModel(this.traces, this.choice, this.palette, this.target, this.contenders[0]?.goal === 'maximize');
    this.chart.draw(this.model, width, height, true);
    this.drawOverlay();
  }

  private drawOverlay(): void {
    const context = this.overlay?.begin();
    const { model, chart, step, palette } = this;
    const area = chart?.area;
    if (!context || !model || !area || step === null) return;
    const x = chart!.xScale(model);
    const y = chart!.yScale(model);
    const at = x.at(step);
    context.strokeStyle = withAlpha(palette.foreground, 0.5);
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(Math.round(at) + 0.5, area.top);
    context.lineTo(Math.round(at) + 0.5, area.bottom);
    context.stroke();
    drawChip(context, palette, formatCount(step), at, area.bottom + 13, area.left - 12, area.right + 12, chart!.xTicks(model).map((tick) => ({ x: Math.min(x.at(tick.value), area.right - 8), text: tick.text })));
    for (const trace of model.traces) {
      const value = valueAt(trace, step);
      if (!value || value.ended) continue;
      const py = y.at(plotted(value.value, model.scale));
      const style = palette.series(trace.index);
      if (py >= area.top && py <= area.bottom) drawMarker(context, style.marker, x.at(value.step), py, 3.5, style.color, palette.background);
    }
  }

  private stepAt(pixel: number): number | null {
    const { model, chart } = this;
    const area = chart?.area;
    if (!model || !area || pixel < area.left - 4 || pixel > area.right + 4) return null;
    return Math.max(0, Math.min(model.x[1], Math.round(chart!.xScale(model).invert(pixel))));
  }

  private read(step: number | null): void {
    if (step === this.step) return;
    this.step = step;
    this.drawOverlay();
    const values = new Map<string, number>();
    for (const trace of step === null ? [] : this.model?.traces ?? []) {
      const at = valueAt(trace, step!);
      if (at) values.set(trace.key, at.value);
    }
    this.dispatchEvent(new CustomEvent('hovered', { detail: step === null ? null : { step, values } }));
  }

  private key(event: KeyboardEvent): void {
    const most = this.model?.x[1] ?? 0;
    const by = event.shiftKey ? Math.max(1, Math.round(most / 20)) : 1;
    const now = this.step ?? 0;
    if (event.key === 'ArrowRight') this.read(Math.min(most, now + by));
    else if (event.key === 'ArrowLeft') this.read(Math.max(0, now - by));
    else if (event.key === 'Home') this.read(0);
    else if (event.key === 'End') this.read(most);
    else if (event.key === 'Escape') this.read(null);
    else return;
    event.preventDefault();
  }
}
