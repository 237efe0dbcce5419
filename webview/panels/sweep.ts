import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import type { LabSweep, LabSweepAxis } from '../../src/protocol/lab';
import { Layer } from '../charts/layer';
import { seriesName } from '../charts/names';
import { Picture } from '../charts/picture';
import { waiting } from '../charts/waiting';
import { icon, iconButton } from '../elements/icon';
import '../elements/menuButton';
import { swatch } from '../elements/swatch';
import { termIcon } from '../elements/term';
import { formatCount, formatNumber } from '../numbers';
import { oneOf, remembered } from '../state/remembered';
import type { Change } from '../state/types';
import { drawCursor, drawSweep, type Placed } from './sweepChart';
import { along, conflicting, drawable, isLogarithmicMetric, outcomeText, rises, roundText, sweepMetricName, sweepMetricTerms, sweepSeries, useEdits, valueText, valuesText, type SweepPoint, type SweepSeries } from './sweepData';
import { drawHeat } from './sweepHeat';
import './sweep.css';
import { sweepTable } from './sweepTable';

/** How near the pointer must come to a point to read it. */
const NEAR = 26;

const VIEWS = ['curves', 'map', 'table'] as const;
type View = (typeof VIEWS)[number];

interface Chosen {
  readonly series: string;
  readonly point: string;
}

/** What a sweep found: the metric over the swept value, where each optimizer is best, and a way to take that over. */
@customElement('gdexp-sweep')
export class Sweep extends Picture {
  protected readonly imageName = 'sweep';
  @query('.sweep-chart') private chart!: HTMLElement;
  @remembered<View | null>('sweep.view', null, oneOf(VIEWS)) private view!: View | null;
  @remembered<string | null>('sweep.axis', null, (value) => typeof value === 'string') private axisName!: string | null;
  /** The point that the keys stand at; null: the selected series' best. */
  private chosen: Chosen | null = null;
  private hovered: Placed | null = null;
  private base: Layer | undefined;
  private overlay: Layer | undefined;
  private placed: readonly Placed[] = [];
  private known: readonly SweepSeries[] | null = null;

  protected needsMarkup(change: Change): boolean {
    return change !== 'step';
  }

  protected override changed(change: Change): void {
    if (change === 'step') return;
    this.known = null;
    super.changed(change);
  }

  private get sweep(): LabSweep | null {
    return this.store.document?.sweep ?? null;
  }

  private get series(): readonly SweepSeries[] {
    return (this.known ??= sweepSeries(this.store));
  }

  private axes(sweep: LabSweep): readonly LabSweepAxis[] {
    return drawable(sweep);
  }

  private axis(sweep: LabSweep): LabSweepAxis {
    const axes = this.axes(sweep);
    return axes.find((axis) => axis.name === this.axisName) ?? axes[0];
  }

  private shownView(sweep: LabSweep): View {
    const several = this.axes(sweep).length > 1;
    return this.view === 'map' && !several ? 'curves' : this.view ?? (several ? 'map' : 'curves');
  }

  /** Where the keys stand: what was chosen, else the best of the selected series, else the first there is. */
  private get current(): { readonly one: SweepSeries; readonly point: SweepPoint } | null {
    const { series, chosen, store } = this;
    const found = chosen && series.find((one) => one.series.key === chosen.series);
    const point = found?.points.find((each) => each.key === chosen!.point);
    if (found && point) return { one: found, point };
    const one = series.find((each) => each.series.key === store.selected && each.points.length > 0) ?? series.find((each) => each.points.length > 0);
    return one ? { one, point: one.best ?? one.points[0] } : null;
  }

  override render(): TemplateResult {
    const { store, sweep } = this;
    const title = l10n.t('Sweep');
    if (!sweep) return html`${this.header(title, '', [])}${this.placeholder(l10n.t('The file has no sweep.'))}`;
    if (!this.series.some((one) => one.points.length > 0)) return html`${this.header(title, this.subtitle(sweep), [])}${this.empty(sweep)}`;
    const view = this.shownView(sweep);
    const axes = this.axes(sweep);
    return html`${this.header(title, this.subtitle(sweep), [
      ...(view === 'curves' && axes.length > 1 ? [html`<gdexp-menu class="metric-menu" look="plain" .label=${l10n.t('Along which axis')} .face=${html`${this.axis(sweep).label}${icon('chevron-down')}`}
        .items=${axes.map((axis) => ({ label: axis.label, checked: axis === this.axis(sweep), run: () => this.show(() => { this.axisName = axis.name; }) }))}></gdexp-menu>`] : []),
      ...(axes.length > 1 ? [iconButton({ icon: 'symbol-array', label: l10n.t('Map of two axes'), pressed: view === 'map', click: () => this.show(() => { this.view = 'map'; }) }),
        iconButton({ icon: 'graph-line', label: l10n.t('Curves, the other axes at their best'), pressed: view === 'curves', click: () => this.show(() => { this.view = 'curves'; }) })] : []),
      iconButton({ icon: 'table', label: l10n.t('Table'), pressed: view === 'table', click: () => this.show(() => { this.view = view === 'table' ? null : 'table'; }) }),
      termIcon(`sweep narrowing ${sweepMetricTerms(sweep.metric)} divergence`, l10n.t('Sweep')),
      this.allMenu(sweep),
    ])}
    ${this.legend(sweep)}
    ${view === 'table' ? sweepTable(store.document!, sweep, this.series, { chosen: this.current?.point ?? null, choose: (one, point) => this.choose(one, point), use: this.usable ? (one, point) => this.use([{ key: one.series.key, values: point.values }], false) : null })
      : html`<div class="sweep-chart" tabindex="0" role="application" aria-label=${l10n.t('Sweep. Left and right move between values, up and down between optimizers, B goes to the best, Enter uses the value.')} aria-describedby="sweep-summary"
          @pointermove=${this.pointed} @pointerleave=${() => this.hover(null)} @click=${this.clicked} @keydown=${this.key}>
        <canvas></canvas><canvas></canvas><div class="map-tip" hidden></div></div>`}
    ${this.footer(sweep)}
    ${this.spoken('sweep-summary')}`;
  }

  summary(): string {
    const { sweep } = this;
    if (!sweep) return l10n.t('The file has no sweep.');
    const parts = this.series.filter((one) => one.points.length > 0).map((one) => {
      const name = seriesName(this.store.document, one.series);
      const diverged = one.points.filter((point) => point.lost === 'diverged').length;
      const best = one.best ? l10n.t('{0} is best at {1} with {2}', name, valuesText(sweep, one.best.values), formatNumber(one.best.value)) : l10n.t('{0} has no value yet', name);
      return diverged > 0 ? l10n.t('{0}, {1} of {2} values diverged', best, diverged, one.points.length) : best;
    });
    return parts.length > 0 ? l10n.t('{0} over {1}: {2}.', sweepMetricName(sweep.metric), this.axes(sweep).map((axis) => axis.label).join(', '), parts.join('; ')) : l10n.t('No run yet.');
  }

  // Words around the chart

  private subtitle(sweep: LabSweep): string {
    const runs = this.series.flatMap((one) => one.points.flatMap((point) => point.runs));
    const ended = runs.filter((run) => run.status !== 'running').length;
    const narrowed = Math.max(0, ...this.series.flatMap((one) => one.points.map((point) => point.round)));
    const parts = [l10n.t('{0} over {1}', sweepMetricName(sweep.metric), this.axes(sweep).map((axis) => axis.label.toLocaleLowerCase()).join(' × '))];
    if (runs.length > 0) parts.push(ended < runs.length ? l10n.t('{0} of {1} runs', formatCount(ended), formatCount(runs.length)) : l10n.t('{0} runs', formatCount(runs.length)));
    if (sweep.refine > 0 && runs.length > 0) parts.push(l10n.t('narrowed {0} of {1} times', narrowed, sweep.refine));
    return parts.join(' · ');
  }

  private empty(sweep: LabSweep): TemplateResult {
    const { store } = this;
    const why = waiting(store);
    if (why !== null) return this.placeholder(why);
    const shown = store.document!.series.length;
    const points = sweep.axes.reduce((product, axis) => product * axis.values.length, 1);
    if (store.hidden.size >= shown) return this.placeholder(l10n.t('All series are hidden.'));
    return html`<div class="picture-empty"><p>${l10n.t('{0} values for each of {1} optimizers, then {2} rounds of narrowing around the best of each.', points, shown, sweep.refine)}</p>
      <p><button type="button" class="link-button" ?disabled=${!store.document!.valid || store.document!.refusal !== null} @click=${() => store.send({ type: 'run', seriesKeys: null })}>${icon('play')} ${l10n.t('Run the sweep')}</button></p></div>`;
  }

  private legend(sweep: LabSweep): TemplateResult {
    const { store } = this;
    const own = new Map(this.series.map((one) => [one.series.key, one]));
    const narrowed = this.series.some((one) => one.points.some((point) => point.round > 0));
    const view = this.shownView(sweep);
    const note = view === 'map' ? l10n.t('outlined: best · ×: diverged · –: no value') : view === 'curves' && narrowed ? l10n.t('filled: values of the file · hollow: narrowed · ringed: best') : '';
    return html`<div class="chart-legend" role="group" aria-label=${l10n.t('Series: click selects the best, double-click isolates')}>${store.document!.series.map((series) => {
      const one = own.get(series.key);
      const hidden = store.hidden.has(series.key);
      const at = one?.best;
      return html`<button type="button" class="legend-entry ${hidden ? 'is-hidden' : ''} ${series.key === store.selected ? 'is-selected' : ''}" aria-pressed=${String(!hidden)} title=${l10n.t('Click selects the best value, double-click isolates')}
        @click=${() => (hidden ? store.toggleHidden(series.key) : one && this.choose(one, at ?? one.points[0]))} @dblclick=${() => store.isolate(series.key)}>${swatch(series.index)}<span class="legend-name">${seriesName(store.document, series)}</span>
        <span class="legend-value">${at ? sweep.axes.map(({ name }) => valueText(at.values[name])).join(' · ') : '–'}</span></button>`;
    })}${note === '' ? nothing : html`<span class="legend-note sweep-note">${note}</span>`}</div>`;
  }

  private get usable(): boolean {
    const document = this.store.document!;
    return document.editable && document.valid;
  }

  /** What the keys stand at, and what can be done with it. */
  private footer(sweep: LabSweep): TemplateResult | typeof nothing {
    const { current } = this;
    if (!current) return nothing;
    const { one, point } = current;
    const name = seriesName(this.store.document, one.series);
    const chosen = [{ key: one.series.key, values: point.values }];
    // Without the sweep the others would fall back to rates that nothing was found with.
    const best = this.bests.filter(({ key }) => key !== one.series.key);
    const others = conflicting(sweep, [...chosen, ...best]) ? [] : best;
    const disabled = !this.usable || point.value === null;
    return html`<div class="sweep-footer">
      <span class="sweep-at" role="status">${swatch(one.series.index)}<b>${name}</b> <span>${valuesText(sweep, point.values)}</span> <span class="sweep-outcome">${sweepMetricName(sweep.metric)} ${outcomeText(point)}${point.best ? html` · <b>${l10n.t('best')}</b>` : nothing}</span></span>
      <span class="sweep-actions"><button type="button" class="link-button" ?disabled=${disabled} title=${l10n.t('Writes {0} into the file for {1}; undo takes it back', valuesText(sweep, point.values), name)} @click=${() => this.use(chosen, false)}>${icon('check')} ${l10n.t('Use this value')}</button>
      <button type="button" class="link-button" ?disabled=${disabled} title=${others.length > 0 ? l10n.t('Writes the value, and for every other optimizer its best, and takes the sweep out of the file, in one step') : l10n.t('Writes the value and takes the sweep out of the file, in one step')} @click=${() => this.use([...chosen, ...others], true)}>${others.length > 0 ? l10n.t('Use it and the best of the others, remove the sweep') : l10n.t('Use it and remove the sweep')}</button></span></div>`;
  }

  private get bests(): readonly { readonly key: string; readonly values: SweepPoint['values'] }[] {
    return this.series.flatMap((one) => (one.best ? [{ key: one.series.key, values: one.best.values }] : []));
  }

  private allMenu(sweep: LabSweep): TemplateResult {
    const { bests } = this;
    const disabled = !this.usable || bests.length === 0 || conflicting(sweep, bests);
    return html`<gdexp-menu icon="ellipsis" .label=${l10n.t('More of the sweep')} .items=${[
      { label: l10n.t('Use the best value of each optimizer'), icon: 'check-all', disabled, run: () => this.use(bests, false) },
      { label: l10n.t('Use the best values and remove the sweep'), icon: 'check-all', disabled, run: () => this.use(bests, true) },
      { label: l10n.t('Remove the sweep'), icon: 'trash', disabled: !this.usable, separator: true, run: () => this.use([], true) },
    ]}></gdexp-menu>`;
  }

  private use(chosen: readonly { readonly key: string; readonly values: SweepPoint['values'] }[], remove: boolean): void {
    if (this.sweep && this.usable) this.store.edit(useEdits(this.sweep, chosen, remove));
  }

  private show(change: () => void): void {
    change();
    this.requestUpdate();
    this.invalidate('runs');
  }

  // Drawing

  protected draw(): void {
    const { chart, sweep, palette } = this;
    const canvases = chart ? [...chart.querySelectorAll('canvas')] : [];
    if (!sweep || canvases.length < 2) {
      this.placed = [];
      return;
    }
    if (this.base?.canvas !== canvases[0]) {
      this.base = new Layer(canvases[0]);
      this.overlay = new Layer(canvases[1]);
    }
    const { clientWidth: width, clientHeight: height } = chart;
    this.base.resize(width, height);
    this.overlay!.resize(width, height);
    const context = this.base.begin();
    if (!context || width < 120 || height < 100) return;
    const logarithmic = isLogarithmicMetric(sweep.metric);
    const rising = this.series.some((one) => rises(this.store.document!, sweep, one.series));
    if (this.shownView(sweep) === 'map') {
      const axes = this.axes(sweep);
      const x = this.axis(sweep);
      const y = axes.find((axis) => axis !== x)!;
      this.placed = drawHeat(context, { palette, x, y, logarithmic, rising, series: this.series.map((one) => ({ key: one.series.key, index: one.series.index, label: seriesName(this.store.document, one.series), points: one.points })) }, width, height);
    } else {
      const axis = this.axis(sweep);
      this.placed = drawSweep(context, {
        palette, axis, logarithmic, metric: sweepMetricName(sweep.metric),
        series: this.series.map((one) => ({ key: one.series.key, index: one.series.index, label: seriesName(this.store.document, one.series), selected: one.series.key === this.store.selected, points: along(one, axis.name, rising) })),
      }, width, height);
    }
    this.drawOverlay();
  }

  private drawOverlay(): void {
    const context = this.overlay?.begin();
    if (!context) return;
    const { current, hovered } = this;
    const at = hovered ?? (this.chosen && current && this.placed.find((each) => each.key === current.one.series.key && each.point.key === current.point.key));
    if (at) drawCursor(context, this.palette, at);
  }

  // Reading

  private choose(one: SweepSeries, point: SweepPoint | undefined): void {
    if (!point) return;
    this.chosen = { series: one.series.key, point: point.key };
    this.store.select(one.series.key);
    this.requestUpdate();
    this.invalidate('selection');
  }

  private nearest(event: MouseEvent): Placed | null {
    const frame = this.chart.getBoundingClientRect();
    let best: Placed | null = null;
    let least = NEAR;
    for (const each of this.placed) {
      const distance = Math.hypot(each.x - (event.clientX - frame.left), each.y - (event.clientY - frame.top));
      if (distance < least || (distance === least && each.key === this.store.selected)) [best, least] = [each, distance];
    }
    return best;
  }

  private pointed(event: PointerEvent): void {
    this.hover(this.nearest(event));
  }

  private hover(at: Placed | null): void {
    if (at === this.hovered) return;
    this.hovered = at;
    this.drawOverlay();
    const tip = this.querySelector<HTMLElement>('.map-tip');
    const { sweep } = this;
    const one = at && this.series.find((each) => each.series.key === at.key);
    if (!tip || !sweep) return;
    tip.hidden = !at || !one;
    if (!at || !one) return;
    const verdict = at.point.runs[0].verdict;
    tip.textContent = [seriesName(this.store.document, one.series), valuesText(sweep, at.point.values), `${sweepMetricName(sweep.metric)} ${outcomeText(at.point)}`, roundText(at.point), ...(verdict && at.point.runs.length === 1 ? [verdict.title] : [])].join('\n');
    const x = at.x + 14 + tip.offsetWidth > this.chart.clientWidth ? at.x - tip.offsetWidth - 12 : at.x + 14;
    const y = Math.min(at.y + 12, this.chart.clientHeight - tip.offsetHeight - 4);
    tip.style.transform = `translate(${Math.max(0, Math.round(x))}px, ${Math.max(0, Math.round(y))}px)`;
  }

  private clicked(event: MouseEvent): void {
    const at = this.nearest(event);
    const one = at && this.series.find((each) => each.series.key === at.key);
    if (at && one) this.choose(one, at.point);
  }

  private key(event: KeyboardEvent): void {
    const { current, sweep } = this;
    if (event.ctrlKey || event.metaKey || event.altKey || !current || !sweep) return;
    const { one, point } = current;
    const axis = this.axis(sweep);
    const rising = rises(this.store.document!, sweep, one.series);
    const order = this.shownView(sweep) === 'map' ? [...one.points] : along(one, axis.name, rising);
    const at = Math.max(0, order.findIndex((each) => each.key === point.key));
    const all = this.series.filter((each) => each.points.length > 0);
    const turn = (by: number): void => {
      const next = all[(all.indexOf(one) + by + all.length) % all.length];
      const place = typeof point.values[axis.name] === 'number' ? [...next.points].sort((p, q) => distance(p, point, axis.name) - distance(q, point, axis.name))[0] : next.best ?? next.points[0];
      this.choose(next, place);
    };
    switch (event.key) {
      case 'ArrowLeft': this.choose(one, order[Math.max(0, at - 1)]); break;
      case 'ArrowRight': this.choose(one, order[Math.min(order.length - 1, at + 1)]); break;
      case 'ArrowUp': turn(-1); break;
      case 'ArrowDown': turn(1); break;
      case 'Home': this.choose(one, order[0]); break;
      case 'End': this.choose(one, order[order.length - 1]); break;
      case 'b': case 'B': this.choose(one, one.best ?? point); break;
      case 'Enter': if (point.value !== null) this.use([{ key: one.series.key, values: point.values }], event.shiftKey); break;
      default: return;
    }
    event.preventDefault();
  }
}

/** How far apart two points are on an axis of positive numbers. */
function distance(a: SweepPoint, b: SweepPoint, axis: string): number {
  return Math.abs(Math.log(Number(a.values[axis]) / Number(b.values[axis])));
}
