import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { LayerTable } from '../../src/core/training/trial';
import type { ProbeResult } from '../../src/protocol/training';
import type { LabRun, LabSeries } from '../../src/protocol/lab';
import { Layer } from '../charts/layer';
import { seriesName } from '../charts/names';
import { lastAt } from '../charts/paths';
import { Picture } from '../charts/picture';
import { drawPlot, drawScrub, type PlotFrame } from '../charts/plot';
import { waiting } from '../charts/waiting';
import { icon } from '../elements/icon';
import { styled } from '../elements/styled';
import { swatch } from '../elements/swatch';
import { term } from '../elements/term';
import { metricName } from '../metricNames';
import { formatCount, formatNumber } from '../numbers';
import { remembered } from '../state/remembered';
import { lastRow } from '../state/runs';
import type { Change } from '../state/types';
import { stepTable, tableToggle } from './chartTable';
import { columnOf, isEmpty } from './gradientsColumns';
import { STRIPS_MOST, drawDecrease, drawGauge, drawShape, shapeOf, type Shape } from './gradientsInstruments';
import { drawLayers, layerRow, layerValue, layersTable, layersWith, outstanding } from './gradientsLayers';
import { curvatureInstruments, gradientInstruments, isBottom, networkCurvature, networkGradients, networkSteps, stepInstruments, type Instrument, type InstrumentName } from './gradientsList';
import { Plots } from './gradientsPlots';

interface Cell {
  readonly base: Layer;
  readonly top: Layer;
  frame: PlotFrame | null;
}

/** Words of the glossary for the three columns. */
const COLUMN_TERMS = ['update learningRate', 'gradient', 'curvature hessian'];

/** What each step was like: its size, its gradient, the curvature it met; for one series, the others faint. */
@customElement('gdexp-gradients')
export class Gradients extends Picture {
  protected readonly imageName = 'gradients';
  private readonly cells = new Map<InstrumentName, Cell>();
  private probe: { key: string; result: ProbeResult; shape: Shape | null } | null = null;
  private probing = false;
  /** All instruments as one table. */
  @remembered<boolean>('gradients.allAsTable', false, (value) => typeof value === 'boolean') private allAsTable!: boolean;
  /** Layers in numbers in place of colours. */
  @remembered<boolean>('gradients.asTable', false, (value) => typeof value === 'boolean') private asTable!: boolean;

  protected needsMarkup(): boolean {
    return true;
  }

  private get series(): LabSeries | undefined {
    const { store } = this;
    const all = store.document?.series ?? [];
    return all.find((series) => series.key === store.selected) ?? all[0];
  }

  private get run(): LabRun | undefined {
    return this.series ? this.store.runOf(this.series.key) : undefined;
  }

  private get climbing(): boolean {
    return this.store.document?.objective?.goal === 'maximize';
  }

  private get networks(): boolean {
    return this.store.document?.kind === 'model';
  }

  private get plots(): Plots {
    return new Plots(this.store, this.palette, this.networks, this.series);
  }

  private get layers(): LayerTable | null {
    const layers = this.run?.record?.layers;
    return this.networks && layers && layers.rows > 0 ? layers : null;
  }

  /** At the scrubbed step; of an update, the last one. */
  private value(column: string, ofUpdate: boolean): number {
    return this.plots.value(column, ofUpdate);
  }

  override render(): TemplateResult {
    const { store, series } = this;
    const all = store.document?.series ?? [];
    if (!series || !store.runs.some((run) => run.record && run.record.rows > 0)) {
      return html`${this.header(l10n.t('Gradients'), '', [])}${this.placeholder(waiting(store) ?? l10n.t('Run the experiment to see what each step was like.'))}`;
    }
    const climbing = this.climbing;
    const columns: readonly [string, readonly Instrument[]][] = this.networks
      ? [[l10n.t('Step size'), networkSteps()], [l10n.t('Gradient'), networkGradients()], [l10n.t('Curvature'), networkCurvature(series)]]
      : [[l10n.t('Step size'), stepInstruments(climbing)], [l10n.t('Gradient'), gradientInstruments(this.measuresNoise)], [l10n.t('Curvature'), curvatureInstruments(series, store.document?.objective?.variables.length === 2)]];
    return html`<header class="picture-header instruments-header"><h2 class="visually-hidden">${l10n.t('Gradients')}</h2><span class="instruments-for" id="instruments-for">${l10n.t('Instruments for')}</span>
        <div class="chips" role="group" aria-labelledby="instruments-for">${all.map((one) => html`<button type="button" class="chip ${one.key === series.key ? 'is-selected' : ''}" aria-pressed=${String(one.key === series.key)} @click=${() => store.select(one.key)}>${swatch(one.index)}<span>${seriesName(store.document, one)}</span></button>`)}</div>
        ${all.length > 1 ? html`<span class="instruments-note">${l10n.t('others stay faint for comparison')}</span>` : nothing}
        <div class="picture-tools">${tableToggle(this.allAsTable, () => this.rearrange(() => { this.allAsTable = !this.allAsTable; }))}${this.exportTool()}</div></header>
      ${this.allAsTable ? this.table(columns.flatMap(([, instruments]) => instruments)) : html`<div class="instruments">${columns.map(([title, instruments], column) => html`<section class="instruments-column"><h3>${term(COLUMN_TERMS[column], title)}</h3>${instruments.map((one) => this.instrument(one))}</section>`)}</div>`}
      ${this.spoken('gradients-summary')}`;
  }

  /** What the instruments read of the selected series, by step; what has no value in this run is left out. */
  private table(instruments: readonly Instrument[]): TemplateResult {
    const { run, networks, series } = this;
    const names = [...new Set(instruments.flatMap((one) => (one.layers ? [] : one.columns)))];
    const columns = names.flatMap((name) => {
      const column = columnOf(run, name, networks);
      return column === null || isEmpty(column) ? [] : [{ head: metricName(name), at: (step: number) => column.values[lastRow(column.steps, column.count, step)] ?? NaN }];
    });
    return stepTable(this.store, l10n.t('Instruments of {0} by step', series ? seriesName(this.store.document, series) : ''), run?.steps ?? 0, columns);
  }

  /** Of an objective: only a stochastic one has noise. */
  private get measuresNoise(): boolean {
    const column = columnOf(this.run, 'noiseScale', false);
    return column !== null && !isEmpty(column);
  }

  private instrument(one: Instrument): TemplateResult {
    const { store } = this;
    const missing = this.run?.record ? one.columns.filter((column) => (one.layers ? !this.layers || layersWith(this.layers, column).length === 0 : this.plots.missing(column))) : [];
    const table = one.layers && this.layers ? html`<button type="button" class="link-button" aria-pressed=${String(this.asTable)} @click=${() => { this.asTable = !this.asTable; this.requestUpdate(); }}>${this.asTable ? l10n.t('Picture') : l10n.t('Table')}</button>` : nothing;
    return html`<div class="instrument is-${one.name}" data-instrument=${one.name} ${styled({ '--strips': String(Math.min(STRIPS_MOST, store.document?.series.length ?? 1)) })}>
      <div class="instrument-head"><h4>${term(one.term, one.title)}</h4>${one.symbol ? html`<span class="instrument-symbol">${one.symbol}</span>` : nothing}<span class="instrument-value">${missing.length > 0 ? '' : this.reading(one.name)}</span></div>
      <div class="instrument-about"><span>${one.about}</span> ${table}</div>
      ${missing.length > 0 ? this.missing(one) : one.layers && this.asTable ? layersTable(this.layers!, store.step) : one.name === 'shape' ? this.shapeMarkup() : html`<div class="plot" @pointerdown=${this.scrub} @pointermove=${this.scrub}><canvas></canvas><canvas></canvas></div>`}
    </div>`;
  }

  private missing(one: Instrument): TemplateResult {
    const { store } = this;
    const tier = one.tier === 'full' ? l10n.t('full') : l10n.t('standard');
    const covered = store.document && ['basic', 'standard', 'full'].indexOf(store.document.tier) >= ['basic', 'standard', 'full'].indexOf(one.tier);
    return html`<div class="instrument-missing"><p>${covered ? (this.networks ? this.whyEmpty() : l10n.t('This run has no record of it.')) : l10n.t('Measured with {0} diagnostics.', tier)}</p>
      ${covered || !store.document?.editable ? nothing : html`<button type="button" class="link-button" @click=${() => store.edit([{ path: '/diagnostics/tier', value: one.tier }])}>${icon('add')} ${l10n.t('Measure it')}</button>`}</div>`;
  }

  /** Of a network: why what its tier covers has no value. */
  private whyEmpty(): string {
    if (this.run?.epochs) return l10n.t('It has no value in this run, or would cost too much.');
    return this.run && this.run.status !== 'running' ? l10n.t('Measured at the end of each epoch: this run ended within its first one. Its verdict says why.') : l10n.t('Measured at the end of each epoch.');
  }

  private exportTool(): TemplateResult {
    return html`<button type="button" class="icon-button" title=${l10n.t('Save the picture as PNG')} aria-label=${l10n.t('Save the picture as PNG')} @click=${() => void this.exportImage()}>${icon('export')}</button>`;
  }

  /** The number at the scrubbed step, and a word on it. */
  private reading(name: InstrumentName): TemplateResult | string {
    const strong = (value: number, note = '', digits = 3) => html`<b>${Number.isNaN(value) ? '–' : formatNumber(value, digits)}</b>${note ? html`<span class="instrument-note"> ${note}</span>` : nothing}`;
    switch (name) {
      case 'alpha': {
        const alpha = this.value('alpha', true);
        return Number.isNaN(alpha) ? html`${l10n.t('no step downhill')}` : html`α ${strong(alpha, this.alphaWords(alpha), Math.abs(Math.abs(alpha) - 1) < 0.05 ? 3 : 2)}`;
      }
      case 'decrease': {
        const ratio = this.value('changeRatio', true);
        const own = Number.isFinite(ratio) ? ratio : this.value('actualChange', true) / this.value('predictedChange', true);
        return html`ρ ${strong(own)}`;
      }
      case 'turn': return strong(this.value('turn', false), '', 2);
      case 'norm': return strong(this.value('gradientNorm', false));
      case 'update': return strong(this.value('updateNorm', true) / this.value('weightNorm', true));
      case 'updateLayers':
      case 'normLayers': {
        const found = this.layers && outstanding(this.layers, name === 'updateLayers' ? 'updateRatio' : 'gradientNorm', this.store.step);
        return found ? strong(found.value, found.name) : '–';
      }
      case 'layerRatio': return strong(this.value('layerRatio', true));
      case 'noise': {
        const batch = this.batchSize;
        return strong(this.value('noiseScale', true), batch === null ? '' : l10n.t('batch {0}', formatCount(batch)));
      }
      case 'sharpness': {
        const limit = this.value('sharpnessLimit', true);
        return strong(this.value('sharpness', true), Number.isFinite(limit) ? l10n.t('limit {0}', formatNumber(limit)) : '');
      }
      case 'best': {
        const rate = this.value('learningRate', true);
        const alpha = this.value('alpha', true);
        return strong(alpha > -1 ? rate / (1 + alpha) : NaN, Number.isFinite(rate) ? l10n.t('used {0}', formatNumber(rate)) : '');
      }
      case 'shape': return '';
    }
  }

  /** Rows of a batch, where a network is trained on batches. */
  private get batchSize(): number | null {
    const size = this.series && this.store.modelOf(this.series.key)?.batchSize;
    return typeof size === 'number' ? size : null;
  }

  private alphaWords(alpha: number): string {
    if (alpha < -1) return this.climbing ? l10n.t('no top') : l10n.t('no bottom');
    if (alpha < -0.95) return l10n.t('hardly moved');
    if (alpha < -0.1) return l10n.t('too short');
    if (alpha <= 0.1) return this.climbing ? l10n.t('at the top') : l10n.t('at the bottom');
    if (alpha <= 1) return l10n.t('too long');
    return this.climbing ? l10n.t('falls') : l10n.t('climbs');
  }

  private shapeMarkup(): TemplateResult {
    const shape = this.probe?.shape;
    return html`<div class="shape"><div class="plot shape-plot"><canvas></canvas><canvas></canvas></div>
      <dl class="shape-numbers">${shape ? html`<dt>${term('sharpness', l10n.t('λ max'))}</dt><dd>${formatNumber(shape.max)}</dd><dt>${term('eigenvalues', l10n.t('λ min'))}</dt><dd>${formatNumber(shape.min)}</dd>
        <dt>${term('conditionNumber', l10n.t('condition'))}</dt><dd>${Number.isFinite(shape.condition) ? shape.condition < 1e5 ? formatCount3(shape.condition) : formatNumber(shape.condition) : '∞'}</dd><dt>${term('inertia', l10n.t('inertia'))}</dt><dd>${shape.signs} <span class="shape-words">${shape.words}</span></dd>`
    : html`<dt>${this.probe ? l10n.t('Not known for this many variables.') : '…'}</dt>`}</dl></div>`;
  }

  summary(): string {
    const { series, store } = this;
    if (!series) return l10n.t('No run yet.');
    const parts = [
      [l10n.t('where the step landed, α'), this.value('alpha', true)], [l10n.t('turn'), this.value('turn', false)], [l10n.t('gradient norm'), this.value('gradientNorm', false)],
      [l10n.t('sharpness'), this.value('sharpness', true)], [l10n.t('its limit'), this.value('sharpnessLimit', true)], [l10n.t('noise scale'), this.value('noiseScale', true)],
      ...(this.networks ? [[l10n.t('layer ratio'), this.value('layerRatio', true)]] : []),
    ].filter(([, value]) => Number.isFinite(value as number)).map(([name, value]) => `${name} ${formatNumber(value as number)}`);
    const { layers } = this;
    const row = layers ? layerRow(layers, store.step) : -1;
    const ratios = row < 0 ? [] : layersWith(layers!, 'updateRatio').slice(0, 8).map((layer) => `${layers!.names[layer]} ${formatNumber(layerValue(layers!, 'updateRatio', row, layer))}`);
    return [l10n.t('Instruments for {0} at step {1}: {2}.', series.label, formatCount(store.step), parts.join(', ')), ...(ratios.length > 0 ? [l10n.t('Update : weight by layer: {0}.', ratios.join(', '))] : [])].join(' ');
  }

  // Drawing

  protected draw(changes: ReadonlySet<Change | 'size'>): void {
    const found = new Set<InstrumentName>();
    let fresh = false;
    for (const element of this.querySelectorAll<HTMLElement>('[data-instrument]')) {
      const plot = element.querySelector<HTMLElement>('.plot');
      if (!plot) continue;
      const name = element.dataset['instrument'] as InstrumentName;
      found.add(name);
      const canvases = plot.querySelectorAll('canvas');
      let cell = this.cells.get(name);
      if (cell?.base.canvas !== canvases[0]) {
        cell = { base: new Layer(canvases[0]), top: new Layer(canvases[1]), frame: null };
        this.cells.set(name, cell);
        fresh = true;
      }
      for (const layer of [cell!.base, cell!.top]) if (layer.resize(plot.clientWidth, plot.clientHeight)) fresh = true;
    }
    for (const name of this.cells.keys()) if (!found.has(name)) this.cells.delete(name);
    const whole = fresh || [...changes].some((change) => change !== 'step');
    for (const [name, cell] of this.cells) this.drawCell(name, cell, whole);
    this.askShape();
  }

  private drawCell(name: InstrumentName, cell: Cell, whole: boolean): void {
    const { run, series, palette } = this;
    if (!run?.record || !series) return;
    const { width, height } = cell.base;
    const style = palette.series(series.index);
    if (name === 'alpha' || name === 'decrease') {
      const context = cell.base.begin();
      if (!context) return;
      const { plots } = this;
      if (name === 'alpha') drawGauge(context, palette, width, height, plots.strips(), plots.row('alpha', true));
      else {
        const predicted = plots.column('predictedChange')!;
        const actual = plots.column('actualChange')!;
        drawDecrease(context, palette, width, height, style, { steps: predicted.steps, predicted: predicted.values, actual: actual.values, count: Math.min(predicted.count, actual.count) }, plots.row('predictedChange', true), this.climbing ? 1 : -1);
      }
      return;
    }
    if (name === 'shape') {
      const context = cell.base.begin();
      if (context && this.probe) drawShape(context, palette, width, height, this.probe.result, style.color);
      return;
    }
    if (whole || !cell.frame) {
      const context = cell.base.begin();
      if (!context) return;
      const layers = name === 'updateLayers' ? 'updateRatio' : name === 'normLayers' ? 'gradientNorm' : null;
      cell.frame = layers ? drawLayers(context, palette, width, height, this.layers!, layers, this.store.maxStep, isBottom(name)) : drawPlot(context, palette, this.plots.spec(name, run, this.batchSize), width, height);
    }
    const top = cell.top.begin();
    if (top && cell.frame) drawScrub(top, palette, cell.frame, this.store.step, isBottom(name) ? formatCount(this.store.step) : null);
  }

  private scrub(event: PointerEvent): void {
    const plot = event.currentTarget as HTMLElement;
    if (event.type === 'pointerdown') {
      if (event.button !== 0) return;
      plot.setPointerCapture(event.pointerId);
    } else if (!plot.hasPointerCapture(event.pointerId)) return;
    const name = plot.closest<HTMLElement>('[data-instrument]')?.dataset['instrument'] as InstrumentName;
    const frame = this.cells.get(name)?.frame;
    if (!frame) return;
    this.store.setStep(Math.round(frame.x.invert(event.clientX - plot.getBoundingClientRect().left)));
  }

  /** Asks for the Hessian where the selected run stands; one question at a time, the newest step next. */
  private askShape(): void {
    const { run, store } = this;
    const dimension = store.document?.objective?.variables.length ?? 0;
    if (!run?.record || dimension === 0 || this.probing) return;
    const point = this.pointOf(run, dimension);
    if (!point || !point.every(Number.isFinite)) return;
    const key = `${run.id}|${point.slice(0, 8).join(',')}|${store.document!.version}`;
    if (key === this.probe?.key) return;
    this.probing = true;
    const name = this.series?.variant;
    const variant = name ? store.document!.variants.indexOf(name) : -1;
    void store.probe(variant >= 0 ? variant : null, point).then((result) => {
      this.probe = { key, result, shape: shapeOf(result) };
    }, () => {
      this.probe = { key, result: { loss: NaN, gradient: new Float64Array(0), eigenvalues: null, hessian: null }, shape: null };
    }).finally(() => {
      this.probing = false;
      this.requestUpdate();
      this.invalidate('step');
    });
  }

  private pointOf(run: LabRun, dimension: number): number[] | null {
    const record = run.record!;
    if (record.snapshots) {
      const at = lastAt(record.snapshots.steps, this.store.step);
      return at < 0 ? null : [...record.snapshots.points.subarray(at * dimension, (at + 1) * dimension)];
    }
    const row = this.store.rowAt(run, this.store.step);
    return row < 0 || !record.columns['theta0'] ? null : Array.from({ length: dimension }, (_, i) => record.columns[`theta${i}`]?.[row] ?? NaN);
  }
}

/** Four digits without an exponent: a condition number is compared by its size. */
function formatCount3(value: number): string {
  return value >= 1000 ? formatCount(Number(value.toPrecision(3))) : formatNumber(value);
}
