import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { LabRemedy, LabRun } from '../src/protocol/lab';
import { ghostOfRun } from './charts/ghosts';
import { icon, iconButton } from './elements/icon';
import { LabElement } from './elements/labElement';
import './elements/menuButton';
import { swatch } from './elements/swatch';
import { term, termIcon } from './elements/term';
import { formatCount, formatNumber, formatPoint, formatSeconds } from './numbers';
import { metricName, metricTerms, metricWord } from './metricNames';
import { metricOf, nextOrder, orderResults, validationLossOf, type ResultColumn, type ResultOrder } from './resultsOrder';
import type { Change } from './state/types';

const CARD_WIDTH = 640;
const METRICS_MOST = 3;
const SEVERITY_ICONS = { good: 'pass-filled', warning: 'warning', error: 'error', neutral: 'info' } as const;

/** What came out: a table that sorts, or cards where there is no room for one. */
@customElement('gdexp-results')
export class Results extends LabElement {
  protected readonly listensTo: readonly Change[] = ['runs', 'document', 'selection', 'visibility', 'theme', 'panels', 'ghosts'];
  @state() private asCards = false;
  /** The run whose sentence is shown whole, however long. */
  @state() private unfolded: string | null = null;
  private sizes: ResizeObserver | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.sizes = new ResizeObserver(([entry]) => { this.asCards = entry.contentRect.width > 0 && entry.contentRect.width < CARD_WIDTH; });
    this.sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizes?.disconnect();
  }

  override render(): TemplateResult | typeof nothing {
    const { store } = this;
    if (!store.document) return nothing;
    if (store.runs.length === 0) return store.document.refusal !== null ? html`` : html`<p class="results-empty">${l10n.t('No results yet. Run all shows how each optimizer descends, and how it ended.')}</p>`;
    const order = store.setting<ResultOrder | null>('order', null);
    const runs = orderResults(store.runs, order);
    const stale = store.runs.some((run) => run.stale);
    return html`${stale ? html`<div class="stale-note" role="note">${icon('history')} <span>${l10n.t('The experiment changed since these runs.')}</span>
        <button type="button" class="link-button" @click=${() => store.send({ type: 'run', seriesKeys: null })}>${l10n.t('Run again')}</button></div>` : nothing}
      ${this.asCards ? this.cards(runs) : this.table(runs, order)}`;
  }

  private table(runs: readonly LabRun[], order: ResultOrder | null): TemplateResult {
    const maximizing = this.store.document!.objective?.goal === 'maximize';
    const { networks } = this;
    const header = (column: ResultColumn, label: string, terms: string, numeric = false) => html`<th scope="col" class="column-${column} ${numeric ? 'is-number' : ''}"
      aria-sort=${order?.column === column ? (order.descending ? 'descending' : 'ascending') : 'none'}><button type="button" class="sort" title=${l10n.t('Sort by {0}', label)} @click=${() => this.store.setSetting('order', nextOrder(order, column))}>${label}${order?.column === column ? icon(order.descending ? 'arrow-small-down' : 'arrow-small-up') : nothing}</button>${termIcon(terms, label)}</th>`;
    return html`<table class="results" aria-label=${l10n.t('Results')}>
      <thead><tr>
        ${header('label', l10n.t('Optimizer'), 'optimizer')}${header('status', l10n.t('Status'), 'status')}${networks ? header('epochs', l10n.t('Epochs'), 'epoch step', true) : header('steps', l10n.t('Steps'), 'step', true)}
        ${header('loss', maximizing ? l10n.t('Value') : l10n.t('Loss'), 'loss', true)}
        ${networks ? html`${this.validated ? header('validationLoss', l10n.t('Validation loss'), 'validationLoss', true) : nothing}${this.tested ? header('testLoss', l10n.t('Test loss'), 'testLoss', true) : nothing}${this.metrics.map((metric) => header(`metric:${metric}`, this.scoreName(metric), metricTerms(metric), true))}` : header('gradientNorm', '‖∇f‖', 'gradientNorm', true)}${header('seconds', l10n.t('Time'), 'time', true)}${header('verdict', l10n.t('Verdict'), 'verdict')}<th scope="col" class="column-pin"><span class="visually-hidden">${l10n.t('Ghost')}</span></th>
      </tr></thead>
      <tbody>${repeat(runs, (run) => run.id, (run) => this.row(run))}</tbody>
    </table>`;
  }

  private row(run: LabRun): TemplateResult {
    return html`<tr class="${this.rowClass(run)} ${this.unfolded === run.id ? 'is-unfolded' : ''}" aria-selected=${String(this.store.selected === run.seriesKey)} @click=${() => this.unfold(run)}>
      <th scope="row" class="column-label"><button type="button" class="row-label" title=${run.label} @focus=${() => this.unfold(run)} @keydown=${this.rowKey}>${this.swatchOf(run)}<span class="row-name">${run.label}</span>${this.which(run)}</button></th>
      <td class="column-status">${run.status === 'running' ? run.statusText : term(`status.${run.status}`, run.statusText, '', this.unfolded !== run.id)}</td>
      <td class="is-number" title=${this.networks ? l10n.t('{0} steps', formatCount(run.steps)) : nothing}>${formatCount(this.networks ? run.epochs ?? 0 : run.steps)}</td>
      <td class="is-number">${formatNumber(run.loss)}</td>
      ${this.networks ? this.scores(run) : html`<td class="is-number column-gradientNorm">${formatNumber(run.gradientNorm)}</td>`}
      <td class="is-number column-seconds">${formatSeconds(run.seconds)}</td>
      <td class="column-verdict"><div class="verdict-line"><span class="verdict-words" title=${evidence(run)}>${this.verdict(run)}</span>${this.remedy(run)}</div></td>
      <td class="column-pin">${this.pin(run)}</td>
    </tr>`;
  }

  private get networks(): boolean {
    return this.store.document!.kind === 'model';
  }

  private get validated(): boolean {
    return this.store.document!.models.some((model) => model.validated);
  }

  private get tested(): boolean {
    return this.store.document!.models.some((model) => model.tested);
  }

  /** Of all models, in the order in which they are first named; as many as a table has room for. */
  private get metrics(): readonly string[] {
    return [...new Set(this.store.document!.models.flatMap((model) => model.metrics))].slice(0, METRICS_MOST);
  }

  private scores(run: LabRun): TemplateResult {
    return html`${this.validated ? html`<td class="is-number">${formatNumber(validationLossOf(run))}</td>` : nothing}
      ${this.tested ? html`<td class="is-number">${formatNumber(run.model?.testLoss ?? null)}</td>` : nothing}
      ${this.metrics.map((metric) => {
        const score = metricOf(run, metric);
        return html`<td class="is-number" title=${score ? this.whose(run, metric, score.validation) : nothing}>${formatNumber(score?.value ?? null)}</td>`;
      })}`;
  }

  /** The scores shown are of the validation rows where there are any, and say so. */
  private scoreName(metric: string): string {
    const scores = this.store.runs.flatMap((run) => metricOf(run, metric) ?? []);
    return scores.length > 0 && scores.every(({ validation }) => validation) ? l10n.t('Val. {0}', metricName(metric)) : capitalized(metricName(metric));
  }

  /** On which rows a score was made, and the one of the test rows where there is one. */
  private whose(run: LabRun, metric: string, validation: boolean): string {
    const rows = validation ? l10n.t('on the rows of validation') : l10n.t('on the rows of training');
    const tested = run.model?.metrics[`test${capitalized(metric)}`];
    return tested === undefined ? rows : l10n.t('{0}; on the test rows {1}', rows, formatNumber(tested));
  }

  /** The score that matters most, for a card. */
  private cardScore(run: LabRun): TemplateResult {
    const metric = this.networks ? this.metrics[0] : undefined;
    const score = metric === undefined ? null : metricOf(run, metric);
    return score ? html`<span class="card-loss">${score.validation ? l10n.t('val. {0}', metricName(metric!)) : metricName(metric!)} <b>${formatNumber(score.value)}</b></span>` : html``;
  }

  private cards(runs: readonly LabRun[]): TemplateResult {
    return html`<ul class="cards" aria-label=${l10n.t('Results')}>${repeat(runs, (run) => run.id, (run) => html`<li class="card ${this.rowClass(run)}" aria-current=${this.store.selected === run.seriesKey ? 'true' : nothing} @click=${() => this.store.select(run.seriesKey)}>
      <button type="button" class="row-label" @focus=${() => this.store.select(run.seriesKey)} @keydown=${this.rowKey}>${this.swatchOf(run)}<span class="row-name">${run.label}</span>${this.which(run)}
        <span class="card-steps">${this.networks ? (run.epochs === 1 ? l10n.t('1 epoch') : l10n.t('{0} epochs', formatCount(run.epochs ?? 0))) : run.status === 'running' && run.stepLimit !== null ? l10n.t('{0} / {1}', formatCount(run.steps), formatCount(run.stepLimit)) : run.steps === 1 ? l10n.t('1 step') : l10n.t('{0} steps', formatCount(run.steps))}</span>
        <span class="card-loss">${l10n.t('loss')} <b>${formatNumber(run.loss)}</b></span>${this.cardScore(run)}</button>
      <div class="card-verdict"><span class="card-text">${this.verdict(run)}</span>${this.remedy(run)}<span class="card-pin">${this.pin(run)}</span></div>
    </li>`)}</ul>`;
  }

  /** Keeps the run as a ghost behind later ones, or removes that ghost. */
  private pin(run: LabRun): TemplateResult {
    const ghost = ghostOfRun(this.store, run);
    const name = run.variant === null ? run.label : `${run.label} · ${run.variant}`;
    return iconButton({
      icon: ghost ? 'pinned' : 'pin', label: ghost ? l10n.t('Remove the ghost of {0}', name) : l10n.t('Pin {0} as a ghost behind later runs', name), className: 'pin-button', pressed: ghost !== undefined,
      disabled: !ghost && (run.status === 'running' || run.preview || !run.record),
      click: (event) => {
        event.stopPropagation();
        this.store.send(ghost ? { type: 'unpin', ghost: ghost.id } : { type: 'pin', run: run.id });
      },
    });
  }

  private unfold(run: LabRun): void {
    this.unfolded = run.id;
    this.store.select(run.seriesKey);
  }

  private rowClass(run: LabRun): string {
    return `${this.store.selected === run.seriesKey ? 'is-selected' : ''} ${run.stale ? 'is-stale' : ''} ${this.store.hidden.has(run.seriesKey) ? 'is-hidden' : ''}`;
  }

  private swatchOf(run: LabRun): TemplateResult | typeof nothing {
    const series = this.store.series(run.seriesKey);
    return series ? swatch(series.index) : nothing;
  }

  /** Start, seed and variant, where a series has several runs. */
  private which(run: LabRun): TemplateResult | typeof nothing {
    const { document, runs } = this.store;
    const siblings = runs.filter((other) => other.seriesKey === run.seriesKey);
    const parts: string[] = [];
    if (run.variant !== null) parts.push(run.variant);
    if (siblings.some((other) => other.startIndex !== run.startIndex)) parts.push(formatPoint(document!.objective?.starts[run.startIndex] ?? []));
    if (siblings.some((other) => other.seed !== run.seed)) parts.push(l10n.t('seed {0}', run.seed));
    for (const [name, value] of Object.entries(run.sweep ?? {})) {
      const label = document!.sweep?.axes.find((axis) => axis.name === name)?.label ?? name;
      parts.push(`${name === 'learningRate' ? 'lr' : label.toLocaleLowerCase()} ${typeof value === 'number' ? formatNumber(value) : String(value)}`);
    }
    return parts.length > 0 ? html`<span class="row-which" title=${parts.join(' · ')}>${parts.join(' · ')}</span>` : nothing;
  }

  private verdict(run: LabRun): TemplateResult {
    if (run.status === 'running') return html`${icon('sync', 'is-running')} <b>${l10n.t('Running')}</b> <span class="verdict-text">${run.reason}</span>`;
    if (!run.verdict) return html`<span class="verdict-text">${run.reason}</span>`;
    const { kind, severity, title, text } = run.verdict;
    return html`${icon(SEVERITY_ICONS[severity], `is-${severity}`)} <b>${term(`verdict.${kind}`, title, '', !this.asCards && this.unfolded !== run.id)}</b> <span class="verdict-text">${text}</span>`;
  }

  private remedy(run: LabRun): TemplateResult | typeof nothing {
    if (run.status === 'running') return html`<button type="button" class="link-button" @click=${(event: Event) => { event.stopPropagation(); this.store.send({ type: 'cancel' }); }}>${l10n.t('Stop')}</button>`;
    const remedies = run.verdict?.remedies ?? [];
    if (remedies.length === 0 || run.preview) return nothing;
    const locked = !this.store.document!.editable || !this.store.document!.valid;
    const [first, ...more] = remedies;
    return html`<span class="remedy"><button type="button" class="link-button" ?disabled=${locked} title=${l10n.t('{0}: {1}', run.label, first.text)} @click=${(event: Event) => { event.stopPropagation(); this.apply(first); }}>${icon('lightbulb')} <span>${first.text}</span></button>
      ${more.length > 0 ? html`<gdexp-menu icon="chevron-down" label=${l10n.t('Other remedies for {0}', run.label)} ?disabled=${locked} .items=${more.map((remedy) => ({ label: remedy.text, icon: 'lightbulb', run: () => this.apply(remedy) }))}></gdexp-menu>` : nothing}</span>`;
  }

  private apply(remedy: LabRemedy): void {
    this.store.edit([{ path: remedy.path, value: remedy.value }, ...(remedy.also ?? [])]);
  }

  private rowKey(event: KeyboardEvent): void {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const labels = [...this.querySelectorAll<HTMLElement>('.row-label')];
    labels[labels.indexOf(event.currentTarget as HTMLElement) + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
    event.preventDefault();
  }
}

function capitalized(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

/** The numbers that prove the verdict, a line each. */
function evidence(run: LabRun): string {
  if (!run.verdict) return '';
  const numbers = Object.entries(run.verdict.evidence).flatMap(([name, value]) => {
    const word = metricWord(name);
    return word === null ? [] : [`${word}: ${formatNumber(value, 4)}`];
  });
  return [run.verdict.text, ...numbers].join('\n');
}
