import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import type { HistogramTable } from '../../src/core/training/trial';
import type { LabModel, LabRun, LabSeries } from '../../src/protocol/lab';
import type { DataInfo, PartName } from '../../src/protocol/networks';
import { Layer } from '../charts/layer';
import { seriesName } from '../charts/names';
import { Picture } from '../charts/picture';
import { drawPlot, drawScrub, type PlotFrame } from '../charts/plot';
import { icon, iconButton } from '../elements/icon';
import { swatch } from '../elements/swatch';
import { term } from '../elements/term';
import { formatCount, formatNumber } from '../numbers';
import { oneOf, remembered } from '../state/remembered';
import type { Change } from '../state/types';
import { PARTS, partsOf, readyInfo } from './dataAnswers';
import { Question, askedRun, askedStep, weightsKey } from './dataQuestion';
import { partName, percent } from './dataTables';
import { choice, viewBar } from './dataViews';
import { tableToggle } from './chartTable';
import { QUANTITIES, drawRidges, quantityName, type Quantity } from './modelHistograms';
import { layersTable } from './modelLayers';
import { drawBars, drawRamp } from './modelPaint';
import { quantileTable, unitTable } from './modelTables';
import { sampleView, type Bars, type SampleAnswer } from './modelSample';
import { modelRows, type ModelRow } from './modelShapes';
import { unitPlots, unitSpec, unitTitle, unitsAt, type UnitPlot } from './modelUnits';
import { kernelGroups, weightsView, type KernelGroup, type Weights } from './modelWeights';

const VIEWS = ['layers', 'weights', 'sample', 'histograms', 'units'] as const;
type ViewName = (typeof VIEWS)[number];
/** Words of the glossary that explain each view. */
const VIEW_TERMS: Readonly<Record<ViewName, string>> = {
  layers: 'layer parameters outputShape trainable', weights: 'weights', sample: 'forwardPass backwardPass', histograms: 'histograms', units: 'dead saturation',
};

/** The network itself: its layers, its weights, what it does to one row, and how its numbers are spread. */
@customElement('gdexp-model')
export class ModelPicture extends Picture {
  protected readonly imageName = 'model';
  @query('.map-tip') private tip!: HTMLElement;
  @remembered<ViewName>('model.view', 'layers', oneOf(VIEWS)) private view!: ViewName;
  @remembered<PartName>('model.part', 'training', oneOf(PARTS)) private samplePart!: PartName;
  private sampleRow = 0;
  @remembered<Quantity>('model.quantity', 'parameters', oneOf(QUANTITIES)) private quantity!: Quantity;
  /** Histograms and units in numbers. */
  @remembered<boolean>('model.asTable', false, (value) => typeof value === 'boolean') private asTable!: boolean;
  @remembered<string>('model.kernel', '', (value) => typeof value === 'string') private kernel!: string;
  private readonly weights = new Question<Weights>(() => this.arrived());
  private readonly sample = new Question<SampleAnswer>(() => this.arrived());
  private groups: { readonly weights: Weights; readonly groups: readonly KernelGroup[] } | null = null;
  private bars: Bars[] = [];
  private readonly layers = new Map<HTMLCanvasElement, Layer>();
  private readonly frames = new Map<Element, PlotFrame>();
  private marked: { readonly key: string; readonly index: number } | null = null;
  private subject = '';

  protected needsMarkup(): boolean {
    return true;
  }

  protected override changed(change: Change): void {
    if (change === 'document' || change === 'data' || change === 'selection') this.forgetOther();
    super.changed(change);
  }

  private arrived(): void {
    this.requestUpdate();
    this.invalidate('data');
  }

  /** What was answered about a network of another build goes away. */
  private forgetOther(): void {
    const subject = JSON.stringify([this.model?.layers.map(({ type, names, output }) => [type, names, output]), this.info?.shape]);
    if (subject === this.subject) return;
    this.subject = subject;
    this.groups = null;
    this.weights.forget();
    this.sample.forget();
  }

  private get series(): LabSeries | undefined {
    const all = this.store.document?.series ?? [];
    return all.find(({ key }) => key === this.store.selected) ?? all[0];
  }

  private get model(): LabModel | undefined {
    return (this.series && this.store.modelOf(this.series.key)) ?? this.store.document?.model ?? undefined;
  }

  private get info(): DataInfo | null {
    return this.series ? readyInfo(this.store.dataOf(this.series.key)) : null;
  }

  /** Shows how a row goes through the network. */
  showSample(part: PartName, row: number): void {
    this.view = 'sample';
    this.samplePart = part;
    this.sampleRow = row;
    this.arrived();
  }

  override render(): TemplateResult {
    const { store, series, model, info, view } = this;
    if (!model) return html`${this.header(l10n.t('Model'), '', [])}${this.placeholder(l10n.t('Add a model to see its layers.'))}`;
    const run = askedRun(store);
    const rows = modelRows(model, info?.shape ?? null);
    this.bars = [];
    const total = rows.reduce((sum, row) => sum + row.parameters, 0);
    const about = layerCount(rows) === 1 ? (Number.isNaN(total) ? l10n.t('1 layer') : l10n.t('1 layer, {0} parameters', formatCount(total))) : Number.isNaN(total) ? l10n.t('{0} layers', layerCount(rows)) : l10n.t('{0} layers, {1} parameters', layerCount(rows), formatCount(total));
    const views: [ViewName, string][] = [['layers', l10n.t('Layers')], ['weights', l10n.t('Weights')], ['sample', l10n.t('One row')], ['histograms', l10n.t('Histograms')], ['units', l10n.t('Units')]];
    return html`<header class="picture-header data-header"><h2 class="picture-title">${l10n.t('Model')}</h2>
        ${series ? html`<span class="data-series">${swatch(series.index)}<b>${seriesName(store.document, series)}</b></span>` : nothing}<span class="picture-subtitle">${about}</span>
        <div class="picture-tools" role="toolbar" aria-label=${l10n.t('{0}: tools', l10n.t('Model'))}>${iconButton({ icon: 'export', label: l10n.t('Save the picture as PNG'), click: () => void this.exportImage() })}</div></header>
      ${viewBar(l10n.t('What is shown of the model'), views, view, (name) => {
        this.view = name;
        this.marked = null;
        this.arrived();
      }, this.tools(info), VIEW_TERMS)}
      <div class="model-body" @pointermove=${this.hover} @pointerleave=${() => this.mark(null)} @keydown=${this.key} @focusout=${() => this.mark(null)}>${this.body(rows, model, info, run)}<div class="map-tip" role="status" hidden></div></div>${this.spoken('model-summary')}`;
  }

  private tools(info: DataInfo | null): TemplateResult | typeof nothing {
    const table = tableToggle(this.asTable, () => {
      this.asTable = !this.asTable;
      this.arrived();
    });
    if (this.view === 'units') return table;
    if (this.view === 'histograms') {
      return html`${choice(l10n.t('Of'), QUANTITIES.map((name): [Quantity, string] => [name, quantityName(name)]), this.quantity, (name) => {
        this.quantity = name;
        this.arrived();
      })}${table}`;
    }
    if (this.view !== 'sample' || !info) return nothing;
    const part = this.shownPart(info);
    const last = info.rows[part] - 1;
    const go = (row: number) => {
      this.sampleRow = Math.max(0, Math.min(last, Math.round(row)));
      this.arrived();
    };
    const row = Math.min(this.sampleRow, last);
    return html`${choice(l10n.t('Part'), partsOf(info).map((name): [PartName, string] => [name, partName(name)]), part, (name) => {
      this.samplePart = name;
      this.sampleRow = 0;
      this.arrived();
    })}<label class="choice"><span>${l10n.t('Row')}</span><input class="row-field" type="number" min="1" max=${last + 1} .value=${String(row + 1)} @change=${(event: Event) => go(Number((event.target as HTMLInputElement).value) - 1)}></label>
      ${iconButton({ icon: 'chevron-left', label: l10n.t('Previous row'), disabled: row <= 0, click: () => go(row - 1) })}${iconButton({ icon: 'chevron-right', label: l10n.t('Next row'), disabled: row >= last, click: () => go(row + 1) })}`;
  }

  private shownPart(info: DataInfo): PartName {
    return info.rows[this.samplePart] > 0 ? this.samplePart : 'training';
  }

  private body(rows: readonly ModelRow[], model: LabModel, info: DataInfo | null, run: LabRun | undefined): TemplateResult {
    const { view, store, palette } = this;
    if (view === 'layers') return layersTable(rows, info?.shape ?? null, run, store.step);
    if (!run) return this.placeholder(l10n.t('Run the experiment to see this of its network.'));
    if (view === 'histograms') return this.histograms(run);
    if (view === 'units') return this.units(run);
    if (!info) return this.placeholder(l10n.t('The data are not there yet.'));
    const question = view === 'weights' ? this.weights : this.sample;
    this.ask(view, info, run);
    const instead = question.insteadOf(run.status === 'running');
    if (instead !== null) return this.placeholder(instead);
    if (view === 'sample') return sampleView(this.sample.answer!, rows, info, model.loss, palette, this.bars);
    const weights = this.weights.answer!;
    if (this.groups?.weights !== weights) this.groups = { weights, groups: kernelGroups(rows, weights) };
    if (this.groups.groups.length === 0) return this.placeholder(l10n.t('None of the layers has weights to draw.'));
    return weightsView(this.groups.groups, palette, this.kernel, (key) => {
      if (key === this.kernel) return;
      this.kernel = key;
      this.requestUpdate();
    });
  }

  private ask(view: 'weights' | 'sample', info: DataInfo, run: LabRun): void {
    const { store } = this;
    const key = weightsKey(store, run);
    if (view === 'weights') {
      this.weights.want(key, async () => {
        const answer = await store.apply(run.id, askedStep(store, run), { kind: 'weights' });
        if (answer.kind !== 'weights') throw new Error(answer.kind);
        return answer;
      });
      return;
    }
    const part = this.shownPart(info);
    const index = Math.min(this.sampleRow, info.rows[part] - 1);
    this.sample.want(`${key}|${part}|${index}`, async () => {
      const sample = await store.apply(run.id, askedStep(store, run), { kind: 'sample', part, index });
      if (sample.kind !== 'sample') throw new Error(sample.kind);
      return { part, index, sample };
    });
  }

  private histogramTable(run: LabRun): HistogramTable | null {
    return run.record?.histograms?.find(({ quantity, steps }) => quantity === this.quantity && steps.length > 0) ?? null;
  }

  private histograms(run: LabRun): TemplateResult {
    const table = this.histogramTable(run);
    if (!table) return this.missing('full');
    if (this.asTable) return quantileTable(table, this.store.step);
    return html`<div class="data-scroll"><p class="section-about">${l10n.t('One ridge a time, the earliest at the back; the one at the scrubbed step is filled. Numbers at the right are steps.')}</p><div class="small-plots">${table.layers.map((name, layer) => html`<figure><figcaption>${name}</figcaption><div class="plot" role="img" aria-label=${l10n.t('{0} of {1} at step {2}', quantityName(table.quantity), name, this.store.step)} data-ridges=${layer}><canvas></canvas></div></figure>`)}</div></div>`;
  }

  private units(run: LabRun): TemplateResult {
    const plots = unitPlots(run);
    if (plots.length === 0) {
      const measured = run.record?.layers && 'dead' in run.record.layers.columns;
      return measured ? this.placeholder(l10n.t('Only units with relu can die, and only those with sigmoid or tanh can saturate. This network has none of them.')) : this.missing('standard');
    }
    if (this.asTable) return unitTable(this.store, run, plots);
    return html`<div class="data-scroll"><p class="section-about">${l10n.t('A dead unit answers to no row and gets no gradient; a saturated one stands where its slope is next to nothing. Both have stopped learning.')}</p>
      <div class="small-plots">${plots.map((plot) => html`<figure><figcaption>${term(plot.quantity, unitTitle(plot))} <b>${percent(unitsAt(run, plot, this.store.step))}</b></figcaption><div class="plot" role="img" aria-label=${`${unitTitle(plot)} ${percent(unitsAt(run, plot, this.store.step))}`} data-unit=${`${plot.quantity}/${plot.layer}`}><canvas></canvas></div></figure>`)}</div></div>`;
  }

  private missing(tier: 'standard' | 'full'): TemplateResult {
    const { store } = this;
    const tiers = ['basic', 'standard', 'full'];
    const covered = store.document !== null && tiers.indexOf(store.document.tier) >= tiers.indexOf(tier);
    return html`<div class="picture-empty"><p>${covered ? l10n.t('This run has no record of it.') : l10n.t('Measured with {0} diagnostics.', tier === 'full' ? l10n.t('full') : l10n.t('standard'))}</p>
      ${covered || !store.document?.editable ? nothing : html`<p><button type="button" class="link-button" @click=${() => store.edit([{ path: '/diagnostics/tier', value: tier }])}>${icon('add')} ${l10n.t('Measure it')}</button></p>`}</div>`;
  }

  summary(): string {
    const { series, model, store } = this;
    if (!model) return l10n.t('No model yet.');
    const rows = modelRows(model, this.info?.shape ?? null);
    const head = l10n.t('Network of {0}: {1}.', series?.label ?? '', rows.map(({ layer }) => (layer.names.length > 1 ? `${layer.type} × ${layer.names.length}` : layer.type)).join(', '));
    if (this.view === 'sample' && this.sample.answer) return `${head} ${l10n.t('Row {0} of the {1} rows at step {2}: loss {3}.', this.sample.answer.index + 1, partName(this.sample.answer.part), formatCount(store.step), formatNumber(this.sample.answer.sample.loss))}`;
    if (this.view === 'units') {
      const run = askedRun(store);
      const parts = unitPlots(run).map((plot) => `${unitTitle(plot)} ${percent(unitsAt(run, plot, store.step))}`);
      if (parts.length > 0) return `${head} ${parts.join(', ')}.`;
    }
    return head;
  }

  // Drawing and reading

  protected draw(_changes: ReadonlySet<Change | 'size'>): void {
    const { palette, store, series } = this;
    const used = new Set<HTMLCanvasElement>();
    this.frames.clear();
    const paint = (element: Element, drawing: (context: CanvasRenderingContext2D, width: number, height: number) => void) => {
      const canvas = element instanceof HTMLCanvasElement ? element : element.querySelector('canvas')!;
      let layer = this.layers.get(canvas);
      if (!layer) this.layers.set(canvas, (layer = new Layer(canvas)));
      used.add(canvas);
      const room = element instanceof HTMLCanvasElement ? { clientWidth: 96, clientHeight: 10 } : element;
      layer.resize(room.clientWidth, room.clientHeight);
      const context = layer.begin();
      if (context) drawing(context, layer.width, layer.height);
    };
    for (const element of this.querySelectorAll<HTMLElement>('[data-bars]')) {
      const bars = this.bars.find(({ key }) => key === element.dataset['bars']);
      if (bars) paint(element, (context, width, height) => drawBars(context, palette, bars.values, width, height, { names: bars.names, marked: this.marked?.key === bars.key ? this.marked.index : undefined }));
    }
    for (const element of this.querySelectorAll('[data-ramp]')) paint(element, (context, width, height) => drawRamp(context, palette, width, height));
    const run = askedRun(store);
    const table = run && this.view === 'histograms' ? this.histogramTable(run) : null;
    if (table && series) for (const element of this.querySelectorAll<HTMLElement>('[data-ridges]')) paint(element, (context, width, height) => drawRidges(context, palette, table, Number(element.dataset['ridges']), store.step, palette.series(series.index).color, width, height));
    for (const element of this.querySelectorAll<HTMLElement>('[data-unit]')) {
      const [quantity, ...layer] = element.dataset['unit']!.split('/');
      const plot = { quantity, layer: layer.join('/') } as UnitPlot;
      paint(element, (context, width, height) => {
        const frame = drawPlot(context, palette, unitSpec(store, plot, palette, series?.key ?? ''), width, height);
        drawScrub(context, palette, frame, store.step, formatCount(store.step));
      });
    }
    for (const canvas of this.layers.keys()) if (!used.has(canvas)) this.layers.delete(canvas);
  }

  private hover(event: PointerEvent): void {
    const element = (event.target as Element).closest<HTMLElement>('[data-bars]');
    const bars = element && this.bars.find(({ key }) => key === element.dataset['bars']);
    if (!element || !bars) {
      this.mark(null);
      return;
    }
    const box = element.getBoundingClientRect();
    this.mark({ key: bars.key, index: Math.max(0, Math.min(bars.values.length - 1, Math.floor(((event.clientX - box.left) / box.width) * bars.values.length))) });
  }

  private key(event: KeyboardEvent): void {
    const element = (event.target as Element).closest<HTMLElement>('[data-bars]');
    const bars = element && this.bars.find(({ key }) => key === element.dataset['bars']);
    if (!bars || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return;
    event.preventDefault();
    const at = this.marked?.key === bars.key ? this.marked.index : event.key === 'ArrowRight' ? -1 : bars.values.length;
    this.mark({ key: bars.key, index: Math.max(0, Math.min(bars.values.length - 1, at + (event.key === 'ArrowRight' ? 1 : -1))) });
  }

  /** Says one number of the bars. */
  private mark(marked: { readonly key: string; readonly index: number } | null): void {
    if (marked === null && this.marked === null) return;
    if (marked && marked.key === this.marked?.key && marked.index === this.marked.index) return;
    this.marked = marked;
    this.invalidate('data');
    const { tip } = this;
    const bars = marked && this.bars.find(({ key }) => key === marked.key);
    const element = bars && [...this.querySelectorAll<HTMLElement>('[data-bars]')].find((one) => one.dataset['bars'] === bars.key);
    if (!tip) return;
    tip.hidden = !bars || !element;
    if (!bars || !element || !marked) return;
    tip.textContent = `${bars.names?.[marked.index] ?? marked.index + 1}: ${formatNumber(bars.values[marked.index], 4)}`;
    const body = tip.parentElement!.getBoundingClientRect();
    const box = element.getBoundingClientRect();
    const x = box.left - body.left + ((marked.index + 0.5) / bars.values.length) * box.width;
    tip.style.transform = `translate(${Math.round(Math.max(0, Math.min(body.width - tip.offsetWidth, x + 8)))}px, ${Math.round(Math.max(0, box.top - body.top - tip.offsetHeight - 2))}px)`;
  }
}

/** Layers of the network, each copy by itself. */
function layerCount(rows: readonly ModelRow[]): number {
  return rows.reduce((sum, { layer }) => sum + layer.names.length, 0);
}
