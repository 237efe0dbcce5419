import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { Layer } from '../charts/layer';
import { Picture } from '../charts/picture';
import { waiting } from '../charts/waiting';
import { icon } from '../elements/icon';
import '../elements/menuButton';
import { styled } from '../elements/styled';
import { term } from '../elements/term';
import { metricName } from '../metricNames';
import { remembered } from '../state/remembered';
import type { Change } from '../state/types';
import './sweep.css';
import './trust.css';
import { cardsOf, cardTable, usualMetric, type Card } from './trustCards';
import { foldMetrics, seedsOf, trustSeries, type TrustSeries } from './trustData';

/** How far to trust the scores: folds, bias and variance, ensembles, and the gap between rows that were seen and those that were not. */
@customElement('gdexp-trust')
export class Trust extends Picture {
  protected readonly imageName = 'trust';
  private seed: number | null = null;
  @remembered<string | null>('trust.metric', null, (value) => typeof value === 'string') private metric!: string | null;
  private readonly layers = new Map<string, Layer>();
  private known: readonly Card[] | null = null;

  protected needsMarkup(change: Change): boolean {
    return change !== 'step';
  }

  protected override changed(change: Change): void {
    if (change === 'step') return;
    this.known = null;
    super.changed(change);
  }

  private get shownSeed(): number {
    const seeds = seedsOf(this.store);
    return this.seed !== null && seeds.includes(this.seed) ? this.seed : seeds[0];
  }

  private get series(): readonly TrustSeries[] {
    return trustSeries(this.store, this.shownSeed);
  }

  private get cards(): readonly Card[] {
    return (this.known ??= this.store.document ? cardsOf(this.store.document, this.series, this.metric) : []);
  }

  override render(): TemplateResult {
    const { store } = this;
    const { document } = store;
    const title = l10n.t('Trust');
    if (!document || this.cards.length === 0) return html`${this.header(title, '', [])}${this.placeholder(l10n.t('The file asks for no folds, no bootstrap rounds and no boosting.'))}`;
    if (document.sweep) return html`${this.header(title, '', [])}${this.placeholder(l10n.t('While the file has a sweep, only its own runs are made: no folds and no rounds.'))}`;
    const series = this.series;
    if (series.length === 0) return html`${this.header(title, '', [])}${this.placeholder(l10n.t('All series are hidden.'))}`;
    if (!this.cards.some((card) => card.hasValues)) {
      const why = waiting(store);
      return html`${this.header(title, '', this.tools())}${why !== null ? this.placeholder(why) : html`<div class="picture-empty"><p>${l10n.t('Run the experiment to see how far its scores can be trusted.')}</p>
        <p><button type="button" class="link-button" ?disabled=${!document.valid || document.refusal !== null} @click=${() => store.send({ type: 'run', seriesKeys: null })}>${icon('play')} ${l10n.t('Run all')}</button></p></div>`}`;
    }
    return html`${this.header(title, l10n.t('how far the scores hold on other rows'), this.tools())}
      <div class="trust" tabindex="0" role="group" aria-label=${l10n.t('Scores and their tables')}>${this.cards.map((card) => this.card(card))}</div>
      ${this.spoken('trust-summary')}`;
  }

  private tools(): TemplateResult[] {
    const seeds = seedsOf(this.store);
    const seed = this.shownSeed;
    const metrics = foldMetrics(this.series);
    const metric = this.metric !== null && metrics.includes(this.metric) ? this.metric : usualMetric(metrics);
    return [
      ...(metrics.length > 1 ? [html`<gdexp-menu class="metric-menu" look="plain" .label=${l10n.t('Score of the folds: {0}', metricName(metric))} .face=${html`${metricName(metric)}${icon('chevron-down')}`}
        .items=${metrics.map((name) => ({ label: metricName(name), checked: name === metric, run: () => this.show(() => { this.metric = name; }) }))}></gdexp-menu>`] : []),
      ...(seeds.length > 1 ? [html`<gdexp-menu class="metric-menu" look="plain" .label=${l10n.t('Seed')} .face=${html`${l10n.t('seed {0}', seed)}${icon('chevron-down')}`}
        .items=${seeds.map((each) => ({ label: l10n.t('seed {0}', each), checked: each === seed, run: () => this.show(() => { this.seed = each; }) }))}></gdexp-menu>`] : []),
    ];
  }

  private show(change: () => void): void {
    change();
    this.known = null;
    this.requestUpdate();
    this.invalidate('evaluation');
  }

  private card(card: Card): TemplateResult {
    return html`<section class="trust-card is-${card.name}" aria-labelledby="trust-${card.name}">
      <div class="instrument-head"><h4 id="trust-${card.name}">${term(card.term, card.title)}</h4>${card.unfinished ? html`<span class="trust-unfinished" role="status">${icon('loading')} ${card.unfinished}</span>` : nothing}</div>
      <div class="instrument-about"><span>${card.about}</span></div>
      ${card.reading ? html`<p class="trust-reading">${card.reading}</p>` : nothing}
      ${card.hasValues ? html`<div class="trust-plot" ${styled({ '--rows': String(card.rowsDrawn) })}><canvas data-card=${card.name} aria-hidden="true"></canvas></div>` : html`<p class="trust-none">${l10n.t('Nothing has ended yet.')}</p>`}
      <div class="trust-table">${cardTable(card, (one) => this.store.select(one.series.key))}</div></section>`;
  }

  summary(): string {
    const parts = this.cards.filter((card) => card.hasValues && card.reading).map((card) => `${card.title}: ${card.reading}`);
    return parts.length > 0 ? parts.join(' ') : l10n.t('No run yet.');
  }

  protected draw(): void {
    for (const canvas of this.querySelectorAll<HTMLCanvasElement>('canvas[data-card]')) {
      const name = canvas.dataset['card']!;
      const card = this.cards.find((each) => each.name === name);
      const frame = canvas.parentElement!;
      let layer = this.layers.get(name);
      if (layer?.canvas !== canvas) this.layers.set(name, (layer = new Layer(canvas)));
      layer.resize(frame.clientWidth, frame.clientHeight);
      const context = layer.begin();
      if (!context || !card || layer.width < 120 || layer.height < 60) continue;
      card.draw(context, this.palette, layer.width, layer.height);
    }
  }
}
