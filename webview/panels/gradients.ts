import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { DiagnosticsTier } from '../../src/core/training/trial';
import type { ProbeResult } from '../../src/protocol/training';
import type { LabRun, LabSeries } from '../../src/protocol/lab';
import { Layer } from '../charts/layer';
import { seriesName } from '../charts/names';
import { lastAt } from '../charts/paths';
import { Picture } from '../charts/picture';
import { drawPlot, drawScrub, rollingMean, valueRange, type PlotFrame, type PlotLine, type PlotSpec } from '../charts/plot';
import { icon } from '../elements/icon';
import { styled } from '../elements/styled';
import { swatch } from '../elements/swatch';
import { formatCount, formatNumber } from '../numbers';
import type { Change } from '../state/types';
import { STRIPS_MOST, drawDecrease, drawGauge, drawShape, shapeOf, type Shape, type StripRow } from './gradientsInstruments';

type InstrumentName = 'alpha' | 'decrease' | 'turn' | 'norm' | 'update' | 'sharpness' | 'best' | 'shape';

interface Instrument {
  readonly name: InstrumentName;
  readonly title: string;
  readonly symbol: string;
  readonly about: string;
  /** Fragment of the page of definitions. */
  readonly term: string;
  /** Columns that it needs, and the tier that measures them. */
  readonly columns: readonly string[];
  readonly tier: DiagnosticsTier;
}

interface Cell {
  readonly base: Layer;
  readonly top: Layer;
  frame: PlotFrame | null;
}

/** Turns below this count as zig-zag, as in the verdicts. */
const ZIGZAG = -0.5;
/** Rules whose sharpness is that of the preconditioned Hessian. */
const PRECONDITIONED = /adam|rms|adagrad|adadelta|nadam|radam|lion|adamax|amsgrad/i;

/** What each step was like: its size, its gradient, the curvature it met; for one series, the others faint. */
@customElement('gdexp-gradients')
export class Gradients extends Picture {
  protected readonly imageName = 'gradients';
  private readonly cells = new Map<InstrumentName, Cell>();
  private probe: { key: string; result: ProbeResult; shape: Shape | null } | null = null;
  private probing = false;

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

  /** The last row at the step; for quantities of an update, the one before the end, whose update is the last. */
  private row(run: LabRun, ofUpdate: boolean): number {
    const row = this.store.rowAt(run, this.store.step);
    return ofUpdate && row > 0 && row === run.record!.rows - 1 ? row - 1 : row;
  }

  private value(column: string, ofUpdate: boolean): number {
    const { run } = this;
    const values = run?.record?.columns[column];
    return values && run ? values[this.row(run, ofUpdate)] ?? NaN : NaN;
  }

  override render(): TemplateResult {
    const { store, series } = this;
    const all = store.document?.series ?? [];
    if (!series || !store.runs.some((run) => run.record && run.record.rows > 0)) {
      return html`${this.header(l10n.t('Gradients'), '', [])}${this.placeholder(store.progress.running ? l10n.t('Waiting for the first steps …') : l10n.t('Run the experiment to see what each step was like.'))}`;
    }
    const columns: readonly [string, readonly Instrument[]][] = [[l10n.t('Step size'), this.stepInstruments()], [l10n.t('Gradient'), this.gradientInstruments()], [l10n.t('Curvature'), this.curvatureInstruments(series)]];
    return html`<header class="picture-header instruments-header"><h2 class="visually-hidden">${l10n.t('Gradients')}</h2><span class="instruments-for" id="instruments-for">${l10n.t('Instruments for')}</span>
        <div class="chips" role="group" aria-labelledby="instruments-for">${all.map((one) => html`<button type="button" class="chip ${one.key === series.key ? 'is-selected' : ''}" aria-pressed=${String(one.key === series.key)} @click=${() => store.select(one.key)}>${swatch(one.index)}<span>${seriesName(store.document, one)}</span></button>`)}</div>
        ${all.length > 1 ? html`<span class="instruments-note">${l10n.t('others stay faint for comparison')}</span>` : nothing}
        <div class="picture-tools">${this.exportTool()}</div></header>
      <div class="instruments">${columns.map(([title, instruments]) => html`<section class="instruments-column"><h3>${title}</h3>${instruments.map((one) => this.instrument(one))}</section>`)}</div>
      ${this.spoken('gradients-summary')}`;
  }

  private stepInstruments(): readonly Instrument[] {
    return [
      { name: 'alpha', title: l10n.t('Where the step landed'), symbol: '', about: this.climbing ? l10n.t('−1 not moved, 0 the top, above 1 falling.') : l10n.t('−1 not moved, 0 the bottom, above 1 climbing.'), term: 'alpha', columns: ['alpha'], tier: 'standard' },
      { name: 'decrease', title: this.climbing ? l10n.t('Predicted and actual increase') : l10n.t('Predicted and actual decrease'), symbol: '', about: l10n.t('Near 1, the parabola can be trusted.'), term: 'changeRatio', columns: ['predictedChange', 'actualChange'], tier: 'standard' },
    ];
  }

  private gradientInstruments(): readonly Instrument[] {
    return [
      { name: 'turn', title: l10n.t('Turn'), symbol: 'cos(gₜ, gₜ₋₁)', about: l10n.t('−1 zig-zag, rate high; 1 straight, rate low.'), term: 'turn', columns: ['turn'], tier: 'basic' },
      { name: 'norm', title: l10n.t('Gradient norm'), symbol: '‖∇f‖', about: l10n.t('Falls to zero at a minimum, stays where steps overshoot.'), term: 'gradientNorm', columns: ['gradientNorm'], tier: 'basic' },
      { name: 'update', title: l10n.t('Update : weight'), symbol: '‖u‖ / ‖θ‖', about: l10n.t('The share of the point that one update changes.'), term: 'weightNorm', columns: ['updateNorm', 'weightNorm'], tier: 'basic' },
    ];
  }

  private curvatureInstruments(series: LabSeries): readonly Instrument[] {
    return [
      { name: 'sharpness', title: l10n.t('Sharpness'), symbol: PRECONDITIONED.test(series.type) ? l10n.t('λ max, preconditioned') : l10n.t('λ max'), about: l10n.t('Above its limit, steps overshoot and bounce.'), term: 'sharpness', columns: ['sharpness'], tier: 'full' },
      { name: 'best', title: l10n.t('Best rate here'), symbol: 'lr / (1 + α)', about: l10n.t('The rate whose step ends at the parabola’s bottom.'), term: 'curvature', columns: ['alpha', 'learningRate'], tier: 'standard' },
      { name: 'shape', title: l10n.t('Shape here'), symbol: l10n.t('eigenvalues of H'), about: this.store.document?.objective?.variables.length === 2 ? l10n.t('Round is easy, narrow is slow; not to scale.') : l10n.t('Far apart is slow, both signs is a saddle.'), term: 'criticalPoint', columns: [], tier: 'basic' },
    ];
  }

  private instrument(one: Instrument): TemplateResult {
    const { run, store } = this;
    const columns = run?.record?.columns;
    const missing = columns ? one.columns.filter((column) => !(column in columns)) : [];
    const definition = html`<button type="button" class="link-button" aria-label=${l10n.t('Definition of {0}', one.title)} @click=${() => store.send({ type: 'openTerm', term: one.term })}>${l10n.t('Definition')}</button>`;
    return html`<div class="instrument is-${one.name}" data-instrument=${one.name} ${styled({ '--strips': String(Math.min(STRIPS_MOST, store.document?.series.length ?? 1)) })}>
      <div class="instrument-head"><h4>${one.title}</h4>${one.symbol ? html`<span class="instrument-symbol">${one.symbol}</span>` : nothing}<span class="instrument-value">${missing.length > 0 ? '' : this.reading(one.name)}</span></div>
      <div class="instrument-about"><span>${one.about}</span> ${definition}</div>
      ${missing.length > 0 ? this.missing(one) : one.name === 'shape' ? this.shapeMarkup() : html`<div class="plot" @pointerdown=${this.scrub} @pointermove=${this.scrub}><canvas></canvas><canvas></canvas></div>`}
    </div>`;
  }

  private missing(one: Instrument): TemplateResult {
    const { store } = this;
    const tier = one.tier === 'full' ? l10n.t('full') : l10n.t('standard');
    const covered = store.document && ['basic', 'standard', 'full'].indexOf(store.document.tier) >= ['basic', 'standard', 'full'].indexOf(one.tier);
    return html`<div class="instrument-missing"><p>${covered ? l10n.t('This run has no record of it.') : l10n.t('Measured with {0} diagnostics.', tier)}</p>
      ${covered || !store.document?.editable ? nothing : html`<button type="button" class="link-button" @click=${() => store.edit([{ path: '/diagnostics/tier', value: one.tier }])}>${icon('add')} ${l10n.t('Measure it')}</button>`}</div>`;
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
      <dl class="shape-numbers">${shape ? html`<dt>${l10n.t('λ max')}</dt><dd>${formatNumber(shape.max)}</dd><dt>${l10n.t('λ min')}</dt><dd>${formatNumber(shape.min)}</dd>
        <dt>${l10n.t('condition')}</dt><dd>${Number.isFinite(shape.condition) ? shape.condition < 1e5 ? formatCount3(shape.condition) : formatNumber(shape.condition) : '∞'}</dd><dt>${l10n.t('inertia')}</dt><dd>${shape.signs} <span class="shape-words">${shape.words}</span></dd>`
    : html`<dt>${this.probe ? l10n.t('Not known for this many variables.') : '…'}</dt>`}</dl></div>`;
  }

  summary(): string {
    const { series, store } = this;
    if (!series) return l10n.t('No run yet.');
    const parts = [
      [l10n.t('where the step landed, α'), this.value('alpha', true)], [l10n.t('turn'), this.value('turn', false)], [l10n.t('gradient norm'), this.value('gradientNorm', false)],
      [l10n.t('sharpness'), this.value('sharpness', true)], [l10n.t('its limit'), this.value('sharpnessLimit', true)],
    ].filter(([, value]) => Number.isFinite(value as number)).map(([name, value]) => `${name} ${formatNumber(value as number)}`);
    return l10n.t('Instruments for {0} at step {1}: {2}.', series.label, store.step, parts.join(', '));
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
      const { columns, rows } = run.record;
      const row = this.row(run, true);
      if (name === 'alpha') drawGauge(context, palette, width, height, this.strips(), row);
      else drawDecrease(context, palette, width, height, style, { steps: columns.step, predicted: columns.predictedChange, actual: columns.actualChange, count: rows }, row, this.climbing ? 1 : -1);
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
      cell.frame = drawPlot(context, palette, this.plotSpec(name, run, series), width, height);
    }
    const top = cell.top.begin();
    if (top && cell.frame) drawScrub(top, palette, cell.frame, this.store.step, this.isBottom(name) ? formatCount(this.store.step) : null);
  }

  /** Steps are written below the last plot of a column. */
  private isBottom(name: InstrumentName): boolean {
    return name === 'update' || name === 'best';
  }

  private strips(): StripRow[] {
    const { store, series } = this;
    const out: StripRow[] = [];
    for (const one of store.document?.series ?? []) {
      const run = store.runOf(one.key);
      const alpha = run?.record?.columns['alpha'];
      if (!alpha || (store.hidden.has(one.key) && one.key !== series?.key)) continue;
      out.push({ label: seriesName(store.document, one), style: this.palette.series(one.index), alpha, count: run!.record!.rows, selected: one.key === series?.key });
    }
    return out;
  }

  /** A line a series, the selected last and strong. */
  private lines(values: (columns: Readonly<Record<string, Float64Array>>, rows: number) => ArrayLike<number> | null, others = true): PlotLine[] {
    const { store, series } = this;
    const out: PlotLine[] = [];
    const all = store.document?.series ?? [];
    for (const one of [...all.filter((other) => other.key !== series?.key && others && !store.hidden.has(other.key)), ...all.filter((other) => other.key === series?.key)]) {
      const record = store.runOf(one.key)?.record;
      const found = record ? values(record.columns, record.rows) : null;
      if (!record || !found) continue;
      const style = this.palette.series(one.index);
      const chosen = one.key === series?.key;
      out.push({ steps: record.columns.step, values: found, count: record.rows, color: style.color, dash: chosen ? [] : style.dash, width: chosen ? 2 : 1.25, alpha: chosen ? 1 : 0.62 });
    }
    return out;
  }

  private plotSpec(name: InstrumentName, run: LabRun, series: LabSeries): PlotSpec {
    const { store, palette } = this;
    const x: [number, number] = [0, Math.max(1, store.maxStep)];
    const bottom = this.isBottom(name);
    const { columns, rows } = run.record!;
    const color = palette.series(series.index).color;
    switch (name) {
      case 'turn': {
        const half = Math.max(2, Math.round(rows / 120));
        const lines = this.lines((from, count) => (from['turn'] ? rollingMean(from['turn'], count, count > 40 ? half : 0) : null));
        const dots: PlotLine = { steps: columns.step, values: columns.turn, count: rows, color, dots: true, alpha: 0.4 };
        return { x, kind: 'linear', y: [-1.1, 1.1], bottom, lines: rows > 40 ? [...lines.slice(0, -1), dots, ...lines.slice(-1)] : lines, bands: [{ from: -Infinity, to: ZIGZAG, color: palette.warning, text: l10n.t('zig-zag') }] };
      }
      case 'norm': {
        const lines = this.lines((from) => from['gradientNorm'] ?? null);
        const tolerance = store.document?.stop.gradientNorm ?? null;
        const y = valueRange(lines, 'log');
        const shown = tolerance !== null && tolerance > y[0] * 1e-3;
        return { x, kind: 'log', y: shown ? [Math.min(y[0], tolerance / 2), y[1]] : y, bottom, lines, rules: shown ? [{ value: tolerance, color: palette.muted, text: l10n.t('stop') }] : [] };
      }
      case 'update': {
        const lines = this.lines((from, count) => (from['updateNorm'] && from['weightNorm'] ? Float64Array.from({ length: count }, (_, i) => from['updateNorm'][i] / from['weightNorm'][i]) : null));
        return { x, kind: 'log', y: valueRange(lines, 'log'), bottom, lines };
      }
      case 'sharpness': {
        const [line] = this.lines((from) => from['sharpness'] ?? null, false);
        const limits = columns['sharpnessLimit'];
        const limit = limits ? limits[Math.max(0, this.row(run, true))] : NaN;
        const negative = line ? Array.prototype.some.call(line.values, (value: number) => value < 0) : false;
        const kind = negative ? 'symlog' : 'log';
        const all = limits ? [line, { values: limits, count: rows }] : [line];
        const range = valueRange(all.filter((one) => one), negative ? 'linear' : 'log');
        const threshold = negative ? 10 ** Math.floor(Math.log10(Math.max(Math.abs(range[0]), Math.abs(range[1])) * 1e-3)) : 1;
        const y: [number, number] = Number.isFinite(limit) && limit > 0 ? [Math.min(range[0], limit * 0.8), Math.max(range[1], limit * 2.2)] : range;
        const rate = columns['learningRate']?.[Math.max(0, this.row(run, true))];
        const text = Number.isFinite(limit) ? (Math.abs(limit * rate - 2) < 1e-6 ? l10n.t('unstable above 2/lr = {0}', formatNumber(limit)) : l10n.t('unstable above {0}', formatNumber(limit))) : '';
        const moving = limits && !constant(limits, rows);
        return {
          x, kind, y, threshold, bottom,
          lines: [...(moving ? [{ steps: columns.step, values: limits, count: rows, color: palette.error, dash: [5, 3], width: 1.25 }] : []), ...(line ? [line] : [])],
          bands: Number.isFinite(limit) ? [{ from: limit, to: Infinity, color: palette.error, text }] : [],
          rules: Number.isFinite(limit) && !moving ? [{ value: limit, color: palette.error }] : [],
        };
      }
      default: {
        const rate = columns['learningRate'] ?? new Float64Array(rows).fill(NaN);
        const best = Float64Array.from({ length: rows }, (_, i) => (columns['alpha'][i] > -1 ? rate[i] / (1 + columns['alpha'][i]) : NaN));
        const dots: PlotLine = { steps: columns.step, values: best, count: rows, color, dots: true, alpha: 0.8 };
        const steady = constant(rate, rows);
        const used: PlotLine = { steps: columns.step, values: rate, count: rows, color: palette.foreground, dash: [5, 3], width: 1.25 };
        const y = valueRange([dots, used], 'log');
        return { x, kind: 'log', y, bottom, lines: steady ? [dots] : [dots, used], rules: steady && Number.isFinite(rate[0]) ? [{ value: rate[0], color: palette.foreground, text: l10n.t('rate used') }] : [] };
      }
    }
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
    const row = this.row(run, false);
    return row < 0 || !record.columns['theta0'] ? null : Array.from({ length: dimension }, (_, i) => record.columns[`theta${i}`]?.[row] ?? NaN);
  }
}

function constant(values: ArrayLike<number>, count: number): boolean {
  for (let i = 1; i < count; i++) if (Number.isFinite(values[i]) && values[i] !== values[0]) return false;
  return true;
}

/** Four digits without an exponent: a condition number is compared by its size. */
function formatCount3(value: number): string {
  return value >= 1000 ? formatCount(Number(value.toPrecision(3))) : formatNumber(value);
}
