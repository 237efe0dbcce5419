import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import type { LabModel, LabRun, LabSeries } from '../../src/protocol/lab';
import type { DataInfo, PartName } from '../../src/protocol/networks';
import { Layer } from '../charts/layer';
import { seriesName } from '../charts/names';
import { Picture } from '../charts/picture';
import { iconButton } from '../elements/icon';
import { markerMark, swatch } from '../elements/swatch';
import { term } from '../elements/term';
import { formatCount, formatNumber } from '../numbers';
import { oneOf, remembered } from '../state/remembered';
import type { Change } from '../state/types';
import { askPoints, askRows, classOf, columnNames, columnPlaces, dataKind, onlyTarget, partsOf, readyInfo, targetName, targetOf, MOST_POINTS, PARTS, type Points, type Rows } from './dataAnswers';
import { askFit, drawFit, fitWords, type FitAnswer, type FitFrame } from './dataFit';
import { PICTURES, picturesGrid } from './dataPictures';
import { determination, drawPredicted, predictedWords, type PredictedFrame } from './dataPredicted';
import { Question, askedRun, askedStep, weightsKey } from './dataQuestion';
import { askSurface, drawSurface, surfaceWords, valueColor, valueSpan, type SurfaceAnswer, type SurfaceFrame } from './dataSurface';
import { PAGE, accuracyOf, columnsView, confusionTable, pager, partName, percent, rowsTable, type Confusion } from './dataTables';
import { choice, viewBar } from './dataViews';

const VIEWS = ['surface', 'fit', 'predicted', 'pictures', 'confusion', 'rows', 'columns'] as const;
type ViewName = (typeof VIEWS)[number];
/** Words of the glossary that explain each view. */
const VIEW_TERMS: Readonly<Record<ViewName, string>> = {
  surface: 'decisionSurface prediction split', fit: 'fit generalizationGap', predicted: 'predictedAndTrue metric.r2', pictures: 'prediction', confusion: 'confusionMatrix metric.accuracy metric.precision metric.recall metric.f1',
  rows: 'features prediction oneHot standardize', columns: 'split features standardize oneHot deviation',
};
interface Page { readonly part: PartName; readonly from: number; readonly rows: Rows; readonly info: DataInfo }

/** How far an arrow key moves the reading mark, in pixels. */
const KEY_STEP = 12;

/** The rows that are trained on, and what a network says of them at the scrubbed step. */
@customElement('gdexp-data')
export class DataPicture extends Picture {
  protected readonly imageName = 'data';
  @query('.data-plane') private plane!: HTMLElement;
  @query('.map-tip') private tip!: HTMLElement;
  @remembered<ViewName | null>('data.view', null, oneOf(VIEWS)) private chosen!: ViewName | null;
  @remembered<PartName>('data.part', 'validation', oneOf(PARTS)) private wantedPart!: PartName;
  private from = 0;
  @remembered<boolean>('data.wrongOnly', false, (value) => typeof value === 'boolean') private wrongOnly!: boolean;
  /** Of several. */
  @remembered<number>('data.target', 0, (value) => Number.isInteger(value) && (value as number) >= 0) private wantedTarget!: number;
  /** Null: the two that tell most of the target. */
  @remembered<readonly [number, number] | null>('data.columns', null, (value) => Array.isArray(value) && value.length === 2 && value.every(Number.isInteger)) private columns!: readonly [number, number] | null;
  private readonly surface = new Question<SurfaceAnswer>(() => this.arrived());
  private readonly fit = new Question<FitAnswer>(() => this.arrived());
  private readonly predicted = new Question<readonly Points[]>(() => this.arrived());
  private readonly rows = new Question<Page>(() => this.arrived());
  private readonly confusion = new Question<{ readonly part: PartName; readonly answer: Confusion }>(() => this.arrived());
  private layer: Layer | undefined;
  private frameOf: { readonly surface: SurfaceFrame } | { readonly fit: FitFrame } | { readonly predicted: PredictedFrame } | null = null;
  private cursor: { x: number; y: number } | null = null;
  private subject = '';

  protected needsMarkup(): boolean {
    return true;
  }

  protected override changed(change: Change): void {
    if (change === 'document' || change === 'data') this.forgetOther();
    super.changed(change);
  }

  private arrived(): void {
    this.requestUpdate();
    this.invalidate('data');
  }

  /** What was answered about other data goes away; another step or series leaves it until the new answer is there. */
  private forgetOther(): void {
    const { series } = this;
    const info = this.info;
    const subject = JSON.stringify([series?.model, info?.shape, info?.rows, info?.features.map(({ name }) => name)]);
    if (subject === this.subject) return;
    this.subject = subject;
    this.from = 0;
    for (const question of [this.surface, this.fit, this.predicted, this.rows, this.confusion]) question.forget();
  }

  private get series(): LabSeries | undefined {
    const all = this.store.document?.series ?? [];
    return all.find(({ key }) => key === this.store.selected) ?? all[0];
  }

  private get model(): LabModel | undefined {
    return this.series && this.store.modelOf(this.series.key);
  }

  private get info(): DataInfo | null {
    return this.series ? readyInfo(this.store.dataOf(this.series.key)) : null;
  }

  /** The views that these data have, the one that says most first. */
  private views(info: DataInfo): [ViewName, string][] {
    const kind = dataKind(info);
    const all: [ViewName, string][] = [];
    if (kind === 'several') all.push(['surface', info.classes ? l10n.t('Decision surface') : l10n.t('Surface')]);
    if (kind === 'one') all.push(['fit', l10n.t('Fit')]);
    if (!info.classes) all.push(['predicted', l10n.t('Predicted and true')]);
    if (kind === 'pictures') all.push(['pictures', l10n.t('Pictures')]);
    if (info.classes) all.push(['confusion', l10n.t('Confusion')]);
    if (kind !== 'pictures') all.push(['rows', l10n.t('Rows')]);
    all.push(['columns', info.classes ? l10n.t('Columns and classes') : l10n.t('Columns')]);
    return all;
  }

  private view(info: DataInfo): ViewName {
    const all = this.views(info);
    return all.find(([name]) => name === this.chosen)?.[0] ?? all[0][0];
  }

  /** The chosen part, or the nearest one that has rows. */
  private shownPart(info: DataInfo): PartName {
    return info.rows[this.wantedPart] > 0 ? this.wantedPart : 'training';
  }

  override render(): TemplateResult {
    const { store, series, model } = this;
    const data = series && store.dataOf(series.key);
    if (!series || !model || !data || data.state === 'absent') return html`${this.header(l10n.t('Data'), '', [])}${this.placeholder(series && model ? l10n.t('The data are read when the experiment is run.') : l10n.t('Add an optimizer to see what its network makes of the data.'))}`;
    const info = readyInfo(data);
    if (!info) {
      return html`${this.header(l10n.t('Data'), model.dataText, [])}<div class="picture-empty" role="status">${data.state === 'refused' ? html`<p class="data-refused"><span class="codicon codicon-error is-error" aria-hidden="true"></span> ${data.problem}</p>`
        : html`<p>${l10n.t('Reading {0} …', model.dataText)}</p><progress max="1" .value=${data.fraction ?? 0} aria-label=${l10n.t('Reading the data')}></progress><p>${data.fraction === null ? '' : percent(data.fraction)}</p>`}</div>`;
    }
    const view = this.view(info);
    const run = askedRun(store);
    this.ask(view, info, model, run);
    const counts = partsOf(info).map((part) => `${partName(part)} ${formatCount(info.rows[part])}`).join(' · ');
    return html`<header class="picture-header data-header"><h2 class="picture-title">${l10n.t('Data')}</h2>
        <span class="data-series">${swatch(series.index)}<b>${seriesName(store.document, series)}</b></span><span class="picture-subtitle" title=${`${model.dataText} · ${counts}`}>${model.dataText} · ${counts}</span>
        <div class="picture-tools" role="toolbar" aria-label=${l10n.t('{0}: tools', l10n.t('Data'))}>${iconButton({ icon: 'export', label: l10n.t('Save the picture as PNG'), click: () => void this.exportImage() })}</div></header>
      ${viewBar(l10n.t('What is shown of the data'), this.views(info), view, (name) => {
        this.chosen = name;
        this.from = 0;
        this.arrived();
      }, this.tools(view, info), VIEW_TERMS)}
      ${this.body(view, info, model, run)}${this.spoken('data-summary')}`;
  }

  private tools(view: ViewName, info: DataInfo): TemplateResult | typeof nothing {
    if (view === 'pictures' || view === 'rows' || view === 'confusion') {
      return html`${choice(l10n.t('Part'), partsOf(info).map((part): [PartName, string] => [part, partName(part)]), this.shownPart(info), (part) => {
        this.wantedPart = part;
        this.from = 0;
        this.arrived();
      })}${view === 'pictures' && info.classes ? html`<label class="check"><input type="checkbox" .checked=${this.wrongOnly} @change=${(event: Event) => {
        this.wrongOnly = (event.target as HTMLInputElement).checked;
        this.from = 0;
        this.arrived();
      }}>${l10n.t('wrong ones only')}</label>` : nothing}`;
    }
    const places = columnPlaces(info);
    const targets = view === 'columns' ? nothing : this.targetChoice(info);
    if (view !== 'surface' || places.length <= 2) return targets;
    const names = columnNames(info, places.length).map((name, i): [string, string] => [String(i), name]);
    return html`${targets}${[0, 1].map((axis) => choice(axis === 0 ? l10n.t('Across') : l10n.t('Up'), names, String(this.axes(info)[axis]), (name) => {
      const next: [number, number] = [...this.axes(info)];
      next[axis] = Number(name);
      if (next[0] === next[1]) next[1 - axis] = this.axes(info)[axis];
      this.columns = next;
      this.arrived();
    }))}<span class="view-note">${l10n.t('the others at their mean')}</span>`;
  }

  private targetChoice(info: DataInfo): TemplateResult | typeof nothing {
    const target = targetOf(info, this.wantedTarget);
    if (target === null) return nothing;
    return choice(l10n.t('Target'), Array.from({ length: info.targets }, (_, i): [string, string] => [String(i), targetName(i)]), String(target), (chosen) => {
      this.wantedTarget = Number(chosen);
      this.arrived();
    });
  }

  private axes(info: DataInfo): readonly [number, number] {
    return this.chosenColumns(info) ?? this.surface.answer?.columns ?? [0, 1];
  }

  private chosenColumns(info: DataInfo): readonly [number, number] | null {
    const count = columnPlaces(info).length;
    return this.columns?.every((column) => column < count) ? this.columns : count === 2 ? [0, 1] : null;
  }

  private ask(view: ViewName, info: DataInfo, model: LabModel, run: LabRun | undefined): void {
    const { store } = this;
    if (!run || view === 'columns') return;
    const key = weightsKey(store, run);
    const part = this.shownPart(info);
    const target = targetOf(info, this.wantedTarget);
    if (view === 'surface') {
      const axes = this.chosenColumns(info) ?? this.surface.answer?.columns ?? null;
      this.surface.want(`${key}|${this.chosenColumns(info)?.join() ?? ''}|${JSON.stringify(info.rows)}|${target}`, () => askSurface(store, run, info, model.loss, axes, target));
    } else if (view === 'fit') {
      const others = store.visibleRuns.filter((other) => other.seriesKey !== run.seriesKey && store.runOf(other.seriesKey)?.id === other.id && store.dataOf(other.seriesKey)?.state === 'ready');
      this.fit.want([key, target, ...others.map((other) => weightsKey(store, other))].join(), () => askFit(store, run, others, info, target));
    } else if (view === 'predicted') {
      this.predicted.want(`${key}|${target}`, async () => onlyTarget(await askPoints(store, run, info), target));
    } else if (view === 'confusion') {
      this.confusion.want(`${key}|${part}`, async () => {
        const answer = await store.apply(run.id, askedStep(store, run), { kind: 'confusion', part });
        if (answer.kind !== 'confusion') throw new Error(answer.kind);
        return { part, answer };
      });
    } else {
      const size = Math.max(1, info.shape.reduce((product, length) => product * length, 1));
      // Wrong ones are looked for among more rows than a page holds; a message stays within some megabytes.
      const count = view === 'rows' ? PAGE : this.wrongOnly ? Math.min(MOST_POINTS, Math.max(PICTURES, Math.floor(1e6 / size))) : PICTURES;
      const { from } = this;
      this.rows.want(`${key}|${part}|${from}|${count}`, async () => ({ part, from, info, rows: await askRows(store, run, part, from, count) }));
    }
  }

  private body(view: ViewName, info: DataInfo, model: LabModel, run: LabRun | undefined): TemplateResult {
    if (view === 'columns') return columnsView(info);
    if (!run) return html`<div class="picture-empty"><p>${l10n.t('Run the experiment to see what the network makes of the data.')}</p><p><button type="button" class="link-button" @click=${() => this.chooseView('columns')}>${l10n.t('Show columns and classes')}</button></p></div>`;
    const question = { surface: this.surface, fit: this.fit, predicted: this.predicted, confusion: this.confusion, rows: this.rows, pictures: this.rows }[view];
    const instead = question.insteadOf(run.status === 'running');
    if (instead !== null) return this.placeholder(instead);
    const go = (from: number) => {
      this.from = from;
      this.arrived();
    };
    if (view === 'confusion') return confusionTable(this.confusion.answer!.answer, this.confusion.answer!.part);
    if (view === 'surface' || view === 'fit' || view === 'predicted') {
      const label = { surface: l10n.t('Surface over two columns. Arrow keys read the network at a place.'), fit: l10n.t('Fit over the column. Arrow keys read the curves at a place.'), predicted: l10n.t('Predictions against true values. Arrow keys read the rows at a place.') }[view];
      return html`${view === 'surface' ? this.legend(this.surface.answer!) : view === 'fit' ? this.fitLegend(this.fit.answer!) : this.predictedLegend(this.predicted.answer!)}
        <div class="data-plane" tabindex="0" role="application" aria-label=${label} aria-describedby="data-summary"
          @pointermove=${(event: PointerEvent) => this.point(event)} @pointerleave=${() => this.moveCursor(null)} @keydown=${this.key}><canvas></canvas><div class="map-tip" role="status" hidden></div></div>`;
    }
    const { rows, from, part } = this.rows.answer!;
    if (view === 'rows') return html`${rowsTable(rows, from, info, model.loss)}${pager(from, rows.count, rows.total, go)}`;
    return html`<div class="data-scroll">${picturesGrid(rows, from, info, model.loss, this.wrongOnly, (row) => this.dispatchEvent(new CustomEvent('show-sample', { bubbles: true, composed: true, detail: { part, row } })))}</div>
      ${this.wrongOnly ? html`<p class="pager">${l10n.t('Looked for among {0} of {1} rows.', formatCount(rows.count), formatCount(rows.total))}</p>` : pager(from, rows.count, rows.total, go, PICTURES)}`;
  }

  private chooseView(name: ViewName): void {
    this.chosen = name;
    this.arrived();
  }

  private legend(answer: SurfaceAnswer): TemplateResult {
    const kept = answer.points.some(({ part }) => part !== 'training');
    if (!answer.classes) {
      const [low, high] = valueSpan(answer);
      return html`<div class="data-legend"><span>${formatNumber(low)}</span><canvas class="ramp" aria-hidden="true"></canvas><span>${formatNumber(high)}</span><span class="legend-note">● ${l10n.t('training')}${kept ? html` ■ ${this.keptNames(answer)}` : nothing}</span><span class="legend-note">${l10n.t('A row that sinks into the ground is fit well.')}</span></div>`;
    }
    return html`<div class="data-legend">${answer.classes.map((name, i) => html`<span class="legend-class">${markerMark(i)}${name}</span>`)}
      ${kept ? html`<span class="legend-note"><span aria-hidden="true">●</span>${l10n.t('training')}</span><span class="legend-note"><span aria-hidden="true">○</span>${this.keptNames(answer)}</span>` : nothing}<span class="legend-note"><b aria-hidden="true">✕</b>${l10n.t('{0} wrong', formatCount(this.wrong(answer)))}</span></div>`;
  }

  private keptNames({ points }: SurfaceAnswer): string {
    return points.filter(({ part }) => part !== 'training').map(({ part }) => partName(part)).join(', ');
  }

  private wrong({ points, loss }: SurfaceAnswer): number {
    return points.reduce((sum, { rows }) => sum + Array.from({ length: rows.count }, (_, i) => (classOf(rows.outputs, rows.width, i, loss) === rows.targets[i] ? 0 : 1)).reduce<number>((a, b) => a + b, 0), 0);
  }

  private fitLegend(answer: FitAnswer): TemplateResult {
    const parts = answer.points.map(({ part }) => part);
    return html`<div class="data-legend">${answer.curves.map((curve) => html`<span class="legend-class">${swatch(curve.series)}${curve.selected ? html`<b>${curve.name}</b>` : curve.name}</span>`)}<span class="legend-note">● ${l10n.t('training')}</span>${parts.includes('validation') ? html`<span class="legend-note">○ ${l10n.t('validation')}</span>` : nothing}${parts.includes('test') ? html`<span class="legend-note">□ ${l10n.t('test')}</span>` : nothing}</div>`;
  }

  private predictedLegend(points: readonly Points[]): TemplateResult {
    return html`<div class="data-legend">${points.map(({ part, rows }) => html`<span class="legend-class"><span aria-hidden="true">${{ training: '●', validation: '○', test: '□' }[part]}</span>${partName(part)} <b>${term('metric.r2', 'R²')} ${formatNumber(determination(rows))}</b></span>`)}<span class="legend-note">${l10n.t('A row on the dashed line is told right.')}</span></div>`;
  }

  summary(): string {
    const { series, info, store } = this;
    if (!series || !info) return l10n.t('The data are not there yet.');
    const counts = partsOf(info).map((part) => `${partName(part)} ${formatCount(info.rows[part])}`).join(', ');
    const head = l10n.t('Data of {0}: {1} rows.', series.label, counts);
    const view = this.view(info);
    if (view === 'confusion' && this.confusion.answer) return `${head} ${l10n.t('At step {0}, {1} of the {2} rows are told right.', formatCount(store.step), percent(accuracyOf(this.confusion.answer.answer)), partName(this.confusion.answer.part))}`;
    if (view === 'surface' && this.surface.answer?.classes) return `${head} ${l10n.t('At step {0}, {1} rows are told wrong.', formatCount(store.step), this.wrong(this.surface.answer))}`;
    if (view === 'predicted' && this.predicted.answer) return `${head} ${this.predicted.answer.map(({ part, rows }) => `${partName(part)} R² ${formatNumber(determination(rows))}`).join(', ')}.`;
    if (view === 'fit' && this.fit.answer) return `${head} ${l10n.t('{0} curves over {1} at step {2}.', this.fit.answer.curves.length, this.fit.answer.name, formatCount(store.step))}`;
    return head;
  }

  // Drawing and reading

  protected draw(_changes: ReadonlySet<Change | 'size'>): void {
    const { plane, palette } = this;
    this.frameOf = null;
    if (!plane) return;
    const canvas = plane.querySelector('canvas')!;
    if (this.layer?.canvas !== canvas) this.layer = new Layer(canvas);
    this.layer.resize(plane.clientWidth, plane.clientHeight);
    const context = this.layer.begin();
    const { width, height } = this.layer;
    if (!context || !this.info) return;
    const view = this.view(this.info);
    if (view === 'surface' && this.surface.answer) this.frameOf = { surface: drawSurface(context, palette, this.surface.answer, width, height) };
    else if (view === 'fit' && this.fit.answer) this.frameOf = { fit: drawFit(context, palette, this.fit.answer, width, height) };
    else if (view === 'predicted' && this.predicted.answer) this.frameOf = { predicted: drawPredicted(context, palette, this.predicted.answer, palette.series(this.series?.index ?? 0).color, width, height) };
    this.drawRamp();
    this.read();
  }

  private drawRamp(): void {
    const canvas = this.querySelector<HTMLCanvasElement>('.ramp');
    if (!canvas) return;
    const ramp = new Layer(canvas);
    ramp.resize(96, 10);
    const context = ramp.begin();
    for (let i = 0; context && i < 96; i++) {
      context.fillStyle = valueColor(this.palette, i / 95);
      context.fillRect(i, 0, 1, 10);
    }
  }

  private point(event: PointerEvent): void {
    const box = this.plane.getBoundingClientRect();
    this.moveCursor({ x: event.clientX - box.left, y: event.clientY - box.top });
  }

  private key(event: KeyboardEvent): void {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.key === 'Escape') this.moveCursor(null);
    if (!move) return;
    event.preventDefault();
    const { clientWidth, clientHeight } = this.plane;
    const at = this.cursor ?? { x: clientWidth / 2, y: clientHeight / 2 };
    const far = KEY_STEP * (event.shiftKey ? 5 : 1);
    this.moveCursor({ x: Math.max(0, Math.min(clientWidth, at.x + move[0] * far)), y: Math.max(0, Math.min(clientHeight, at.y + move[1] * far)) });
  }

  private moveCursor(at: { x: number; y: number } | null): void {
    this.cursor = at;
    this.read();
  }

  private wordsAt(frame: NonNullable<typeof this.frameOf>, { x, y }: { readonly x: number; readonly y: number }): string {
    if ('surface' in frame) return this.surface.answer ? surfaceWords(this.surface.answer, frame.surface, x, y) : '';
    if ('fit' in frame) return this.fit.answer ? fitWords(this.fit.answer, frame.fit, x) : '';
    return this.predicted.answer ? predictedWords(this.predicted.answer, frame.predicted, x, y) : '';
  }

  /** Says what stands at the mark. */
  private read(): void {
    const { cursor, tip, plane, frameOf } = this;
    if (!tip || !plane) return;
    const words = cursor && frameOf ? this.wordsAt(frameOf, cursor) : '';
    tip.hidden = words === '';
    if (tip.hidden || !cursor) return;
    tip.textContent = words;
    const left = cursor.x + 14 + tip.offsetWidth > plane.clientWidth ? cursor.x - 14 - tip.offsetWidth : cursor.x + 14;
    tip.style.transform = `translate(${Math.round(Math.max(0, left))}px, ${Math.round(Math.max(0, Math.min(plane.clientHeight - tip.offsetHeight, cursor.y + 12)))}px)`;
  }
}
