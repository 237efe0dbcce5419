import * as l10n from '@vscode/l10n';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { ComparePageMessage, Comparison, Contender, Difference } from '../../src/protocol/compare';
import { icon, iconButton } from '../elements/icon';
import { styled } from '../elements/styled';
import '../elements/explanation';
import type { Explainer } from '../elements/explanation';
import { swatch } from '../elements/swatch';
import { term, termIcon } from '../elements/term';
import { formatCount, formatNumber, formatSeconds } from '../numbers';
import './compareChart';
import type { CompareChart } from './compareChart';
import { measure, sorted, targets, type CompareColumn, type CompareOrder, type Criterion, type Measured, type Reach, type Span } from './measures';
import { verdictLines, type Winner } from './verdictLines';

/** What the page keeps while it is hidden, and over a reload. */
export interface CompareState {
  readonly refs: unknown;
  readonly target: number | null;
  readonly order: CompareOrder | null;
}

const ROWS_FIRST = 40;
/** Words of the glossary for what contenders are measured by. */
const CRITERION_TERMS: Readonly<Record<Criterion, string>> = { final: 'finalLoss', best: 'bestLoss', reach: 'stepsToTarget' };

/** The whole page: what is compared, the curves, who won and by what, the numbers, and what differs. */
@customElement('gdexp-compare')
export class ComparePage extends LitElement {
  @property({ attribute: false }) comparison!: Comparison;
  @property({ attribute: false }) post: (message: ComparePageMessage) => void = () => undefined;
  /** Tells what words mean. */
  @property({ attribute: false }) explainer!: Explainer;
  @property({ attribute: false }) keep: (change: Partial<CompareState>) => void = () => undefined;
  /** The chosen target; null: the usual one. */
  @property({ attribute: false }) target: number | null = null;
  @property({ attribute: false }) order: CompareOrder | null = null;
  @state() private hiddenKeys: ReadonlySet<string> = new Set();
  @state() private selected: string | null = null;
  @state() private readout: { readonly step: number; readonly values: ReadonlyMap<string, number> } | null = null;
  @state() private differs: 'runs' | 'files' | null = null;
  @state() private allRows = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Colours of the theme changed. */
  themeChanged(): void {
    this.chart?.themeChanged();
    this.requestUpdate();
  }

  private get chart(): CompareChart | null {
    return this.querySelector('gdexp-compare-chart');
  }

  override render(): TemplateResult {
    const { comparison } = this;
    const { contenders } = comparison;
    const names = contenderNames(comparison);
    const choice = targets(contenders);
    const at = this.target === null ? choice.usual : nearest(choice.values, this.target);
    const target = choice.values[at] ?? null;
    const measured = measure(contenders, target ?? NaN);
    return html`<main class="compare">
      <h1 class="visually-hidden">${l10n.t('Comparison of runs')}</h1>
      ${this.sources()}
      ${contenders.length === 0 ? this.nothingYet() : html`
        ${!comparison.oneObjective ? html`<p class="compare-note" role="note">${icon('info')} <span>${l10n.t('What is minimized differs between these runs: their losses have no common scale.')}</span></p>` : nothing}
        <section class="compare-curves" aria-label=${l10n.t('Convergence')}>
          ${this.legend(contenders, names, measured)}
          <gdexp-compare-chart .contenders=${contenders} .names=${names} .hiddenKeys=${this.hiddenKeys} .selected=${this.selected} .target=${target}
            @hovered=${(event: CustomEvent<typeof this.readout>) => { this.readout = event.detail; }}
            @image=${(event: CustomEvent<Uint8Array>) => this.post({ type: 'image', png: event.detail })}></gdexp-compare-chart>
        </section>
        ${target === null ? nothing : this.targetSlider(choice.values, at, target, choice.usual)}
        ${this.outcome(measured, names, target)}
        ${this.table(measured, names, target)}
        ${this.differences(names)}`}
    </main><gdexp-explanation .store=${this.explainer}></gdexp-explanation>`;
  }

  // What is compared

  private sources(): TemplateResult {
    const { sources } = this.comparison;
    return html`<header class="compare-header">
      <ul class="compare-sources" aria-label=${l10n.t('Compared')}>${sources.map((source, index) => html`<li class="compare-source is-${source.state}">
        <span class="source-words"><b class="source-name">${source.name}</b> <span class="source-detail">${[source.detail, ...(source.when ? [source.when] : [])].join(' · ')}</span>${source.note ? html`<span class="source-note">${source.state === 'error' ? icon('error', 'is-error') : nothing} ${source.note}</span>` : nothing}</span>
        ${source.state === 'running' ? html`<span class="source-note">${icon('sync', 'is-running')} ${l10n.t('Running')}</span>` : nothing}
        ${source.state === 'missing' ? html`<button type="button" class="link-button" @click=${() => this.post({ type: 'run', source: index })}>${icon('play')} ${l10n.t('Run them')}</button>` : nothing}
        ${source.canOpen ? iconButton({ icon: 'go-to-file', label: l10n.t('Open {0}', source.name), click: () => this.post({ type: 'open', source: index }) }) : nothing}
      </li>`)}</ul>
      <div class="compare-tools">
        ${iconButton({ icon: 'add', label: l10n.t('Compare with more …'), click: () => this.post({ type: 'add' }) })}
        ${iconButton({ icon: 'export', label: l10n.t('Save the picture as PNG'), disabled: this.comparison.contenders.length === 0, click: () => void this.chart?.exportImage() })}
      </div>
    </header>`;
  }

  private nothingYet(): TemplateResult {
    const running = this.comparison.sources.some(({ state: each }) => each === 'running');
    return html`<p class="compare-empty">${running ? l10n.t('Waiting for the first runs …') : l10n.t('There is no finished run to compare.')}</p>`;
  }

  // Curves

  private legend(contenders: readonly Contender[], names: readonly string[], measured: readonly Measured[]): TemplateResult {
    return html`<div class="compare-legend" role="group" aria-label=${l10n.t('Curves: click hides, double-click isolates')}>${contenders.map((contender, index) => {
      const hidden = this.hiddenKeys.has(contender.key);
      const value = this.readout ? this.readout.values.get(contender.key) ?? null : measured[index].final?.median ?? null;
      return html`<button type="button" class="legend-entry ${hidden ? 'is-hidden' : ''}" aria-pressed=${String(!hidden)} title=${l10n.t('Click hides, double-click isolates')}
        @click=${() => this.toggle(contender.key)} @dblclick=${() => this.isolate(contender.key)}
        @pointerenter=${() => { this.selected = contender.key; }} @pointerleave=${() => { this.selected = null; }}>${swatch(index)}<span class="legend-name">${names[index]}</span><span class="legend-value">${hidden ? '' : formatNumber(value)}</span></button>`;
    })}<span class="legend-note">${this.readout ? l10n.t('at step {0}', formatCount(this.readout.step)) : l10n.t('final')}</span></div>`;
  }

  private toggle(key: string): void {
    const hidden = new Set(this.hiddenKeys);
    if (!hidden.delete(key)) hidden.add(key);
    this.hiddenKeys = hidden;
  }

  private isolate(key: string): void {
    const others = this.comparison.contenders.map((contender) => contender.key).filter((each) => each !== key);
    this.hiddenKeys = others.every((each) => this.hiddenKeys.has(each)) ? new Set() : new Set(others);
  }

  // Numbers

  private targetSlider(values: readonly number[], at: number, target: number, usual: number): TemplateResult {
    const share = values.length > 1 ? at / (values.length - 1) : 0;
    const choose = (index: number): void => {
      this.target = index === usual ? null : values[index];
      this.keep({ target: this.target });
    };
    return html`<section class="compare-target" aria-label=${l10n.t('Target')}>
      <span class="target-name" id="target-name">${term('targetLoss', l10n.t('Target loss'))}</span>
      <span class="slider" ${styled({ '--slider-share': String(share) })}><input type="range" min="0" max=${values.length - 1} step="1" .value=${String(at)} aria-labelledby="target-name" aria-valuetext=${formatNumber(target)}
        @input=${(event: Event) => choose(Number((event.target as HTMLInputElement).value))}></span>
      <b class="target-value">${formatNumber(target)}</b>
      ${iconButton({ icon: 'discard', label: l10n.t('Back to the worst final loss'), disabled: at === usual, click: () => choose(usual) })}
    </section>`;
  }

  private outcome(measured: readonly Measured[], names: readonly string[], target: number | null): TemplateResult | typeof nothing {
    const lines = this.winners(measured, names, target);
    if (lines.length === 0) return nothing;
    return html`<section class="compare-outcome" aria-label=${l10n.t('Who won')}><dl>${lines.map(({ criterion, title, first, text }) => html`<div><dt>${icon('star-full')} ${term(CRITERION_TERMS[criterion], title)}</dt><dd>${first.map((index) => swatch(index))}<span>${text}</span></dd></div>`)}</dl></section>`;
  }

  /** Nobody wins where losses have no common scale. */
  private winners(measured: readonly Measured[], names: readonly string[], target: number | null): readonly Winner[] {
    return target === null || !this.comparison.oneObjective ? [] : verdictLines(measured, names, target);
  }

  private table(measured: readonly Measured[], names: readonly string[], target: number | null): TemplateResult {
    const rows = sorted(measured, this.order);
    const lines = this.winners(measured, names, target);
    const best = (criterion: string, index: number): boolean => lines.some((each) => each.criterion === criterion && each.first.includes(index));
    const header = (column: CompareColumn, label: string, terms: string, numeric = true): TemplateResult => html`<th scope="col" class=${numeric ? 'is-number' : ''}
      aria-sort=${this.order?.column === column ? (this.order.descending ? 'descending' : 'ascending') : 'none'}><span class="head"><button type="button" class="sort" title=${l10n.t('Sort by {0}', label)} @click=${() => this.sortBy(column)}>${label}${this.order?.column === column ? icon(this.order.descending ? 'arrow-small-down' : 'arrow-small-up') : nothing}</button>${termIcon(terms, label)}</span></th>`;
    const cell = (content: TemplateResult | string, first: boolean): TemplateResult => html`<td class="is-number ${first ? 'is-first' : ''}">${first ? html`${icon('star-full')}<span class="visually-hidden">${l10n.t('first')}</span> ` : nothing}${content}</td>`;
    return html`<section class="compare-numbers">
      <div class="section-title"><h2>${l10n.t('Results')}</h2>${iconButton({ icon: 'table', label: l10n.t('Export the table as CSV'), click: () => this.post({ type: 'csv', rows: csvRows(rows, names, this.comparison, target) }) })}</div>
      <div class="table-scroll" tabindex="0" role="region" aria-label=${l10n.t('Results')}><table class="compare-table">
        <thead><tr>${header('name', l10n.t('Optimizer'), 'optimizer', false)}${header('final', l10n.t('Final loss'), CRITERION_TERMS.final)}${header('best', l10n.t('Best loss'), CRITERION_TERMS.best)}${header('reach', target === null ? l10n.t('Steps to the target') : l10n.t('Steps to {0}', formatNumber(target)), CRITERION_TERMS.reach)}${header('seconds', l10n.t('Time'), 'time')}<th scope="col" class="column-verdict">${term('verdict', l10n.t('Verdict'))}</th></tr></thead>
        <tbody>${repeat(rows, ({ contender }) => contender.key, (one) => html`<tr>
          <th scope="row"><span class="row-label">${swatch(one.index)}<span class="row-name">${names[one.index]}</span></span>${one.contender.runs.length > 1 ? html`<span class="row-which">${l10n.t('{0} runs', one.contender.runs.length)}</span>` : nothing}</th>
          ${cell(spanText(one.final, (value) => formatNumber(value)), best('final', one.index))}
          ${cell(spanText(one.best, (value) => formatNumber(value)), best('best', one.index))}
          ${cell(reachText(one.reach, one.contender.runs.length), best('reach', one.index))}
          ${cell(spanText(one.seconds, formatSeconds), false)}
          <td class="column-verdict">${verdicts(one.contender)}</td>
        </tr>`)}</tbody>
      </table></div>
    </section>`;
  }

  private sortBy(column: CompareColumn): void {
    const { order } = this;
    this.order = order?.column !== column ? { column, descending: false } : order.descending ? null : { column, descending: true };
    this.keep({ order: this.order });
  }

  // What differs

  private differences(names: readonly string[]): TemplateResult | typeof nothing {
    const { trialDifferences, fileDifferences, sources } = this.comparison;
    const usual = trialDifferences.length > 0 ? 'runs' : 'files';
    const shown = this.differs !== null && (this.differs === 'runs' ? trialDifferences : fileDifferences).length > 0 ? this.differs : usual;
    const list = shown === 'runs' ? trialDifferences : fileDifferences;
    const tab = (which: 'runs' | 'files', label: string): TemplateResult => html`<button type="button" class="choice" aria-pressed=${String(shown === which)} @click=${() => { this.differs = which; }}>${label}</button>`;
    return html`<section class="compare-differences">
      <div class="section-title"><h2>${l10n.t('What differs')}</h2>${trialDifferences.length > 0 && fileDifferences.length > 0 ? html`<span class="choices" role="group" aria-label=${l10n.t('What differs')}>${tab('runs', l10n.t('between the runs'))}${tab('files', l10n.t('between the files'))}</span>` : nothing}</div>
      ${list.length === 0 ? html`<p class="compare-empty">${l10n.t('Nothing: these runs were told to do the same.')}</p>` : html`<div class="table-scroll" tabindex="0" role="region" aria-label=${l10n.t('What differs')}><table class="compare-table differences">
        <thead><tr><th scope="col">${l10n.t('Place')}</th>${shown === 'runs' ? names.map((name, index) => html`<th scope="col"><span class="row-label">${swatch(index)}<span>${name}</span></span></th>`) : sourceTags(this.comparison).map((tag, index) => html`<th scope="col" title=${`${sources[index].detail} ${sources[index].when}`}>${tag}</th>`)}</tr></thead>
        <tbody>${(this.allRows ? list : list.slice(0, ROWS_FIRST)).map(differenceRow)}</tbody>
      </table></div>${list.length > ROWS_FIRST && !this.allRows ? html`<button type="button" class="link-button" @click=${() => { this.allRows = true; }}>${l10n.t('Show {0} more', list.length - ROWS_FIRST)}</button>` : nothing}`}
    </section>`;
  }
}

function differenceRow({ pointer, values, terms }: Difference): TemplateResult {
  const place = pointer === '' ? '/' : pointer;
  return html`<tr><th scope="row"><code>${terms ? term(terms, place) : place}</code></th>${values.map((value) => html`<td>${value === null ? html`<span class="no-value">–</span>` : value}</td>`)}</tr>`;
}

/** Names of the sources; where two have the same, when they were run tells them apart, else where they lie, else their number. */
export function sourceTags({ sources }: Comparison): string[] {
  const alone = (values: readonly string[], index: number): boolean => values[index] !== '' && values.filter((value) => value === values[index]).length === 1;
  const choices = [sources.map(({ name }) => name), sources.map(({ when }) => when || l10n.t('the file now')), sources.map(({ detail }) => detail)];
  return sources.map(({ name }, index) => choices.find((values) => alone(values, index))?.[index] ?? `${name} (${index + 1})`);
}

/** Names of the contenders, with their source where two have the same. */
export function contenderNames(comparison: Comparison): string[] {
  const tags = sourceTags(comparison);
  const { contenders } = comparison;
  return contenders.map(({ name, source }) => (contenders.some((other) => other.name === name && other.source !== source) ? `${name} · ${tags[source]}` : name));
}

function spanText(span: Span | null, format: (value: number) => string): TemplateResult | string {
  if (!span) return '–';
  if (span.low === span.high) return format(span.median);
  return html`${format(span.median)} <span class="span-range">${format(span.low)} … ${format(span.high)}</span>`;
}

function reachText({ steps, reached, exact }: Reach, runs: number): TemplateResult | string {
  if (!steps) return l10n.t('not reached');
  const text = spanText(steps, (value) => `${exact ? '' : '≈ '}${formatCount(value)}`);
  return reached === runs ? text : html`${text} <span class="span-range">${l10n.t('{0} of {1} runs', reached, runs)}</span>`;
}

/** Each verdict of a contender's runs once, with how often it came where not always. */
function verdicts({ runs }: Contender): TemplateResult {
  const counts = new Map<string, { count: number; kind: string; severity: string; text: string }>();
  for (const { verdict } of runs) {
    if (!verdict) continue;
    const known = counts.get(verdict.title);
    if (known) known.count++;
    else counts.set(verdict.title, { count: 1, kind: verdict.kind, severity: verdict.severity, text: verdict.text });
  }
  return html`${[...counts].map(([title, { count, kind, severity, text }]) => html`<span class="verdict-mark" title=${text}>${icon({ good: 'pass-filled', warning: 'warning', error: 'error' }[severity] ?? 'info', `is-${severity}`)} ${term(`verdict.${kind}`, title)}${count < runs.length ? ` ×${count}` : ''}</span>`)}`;
}

function nearest(values: readonly number[], value: number): number {
  let best = 0;
  values.forEach((each, index) => { if (Math.abs(each - value) < Math.abs(values[best] - value)) best = index; });
  return best;
}

export function csvRows(rows: readonly Measured[], names: readonly string[], { sources }: Comparison, target: number | null): (string | number | null)[][] {
  const spans = (span: Span | null): (number | null)[] => [span?.median ?? null, span?.low ?? null, span?.high ?? null];
  return [
    ['name', 'source', 'file', 'when', 'runs', 'lost', 'finalLoss', 'finalLossLow', 'finalLossHigh', 'bestLoss', 'bestLossLow', 'bestLossHigh', 'target', 'reached', 'stepsToTarget', 'stepsToTargetLow', 'stepsToTargetHigh', 'seconds', 'secondsLow', 'secondsHigh'],
    ...rows.map(({ contender, index, final, best, reach, seconds, lost }) => [
      names[index], sources[contender.source].name, sources[contender.source].detail, sources[contender.source].when, contender.runs.length, lost, ...spans(final), ...spans(best), target, reach.reached, ...spans(reach.steps), ...spans(seconds),
    ]),
  ];
}
