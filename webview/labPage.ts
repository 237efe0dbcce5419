import * as l10n from '@vscode/l10n';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { styled } from './elements/styled';
import type { HostMessage, LabDocument, LabGhost, LabRun } from '../src/protocol/lab';
import type { PartName } from '../src/protocol/networks';
import { icon, iconButton } from './elements/icon';
import { LabElement } from './elements/labElement';
import { swatch } from './elements/swatch';
import './elements/explanation';
import './elements/term';
import './experiment/panel';
import { ghostName } from './charts/ghosts';
import './ghosts';
import { formatNumber, formatPoint } from './numbers';
import type { ModelPicture } from './panels/model';
import './results';
import { starters } from './starters';
import { panelTag } from './state/panels';
import type { Change, LabPicture, PanelName } from './state/types';
import { panelName } from './tabs';
import './timeline';
import './toolbar';

/** Up to this width the experiment is folded to its series and one picture is shown. */
const NARROW = 640;
/** Two pictures stand side by side from this width of the main area on. */
const TWO_PICTURES = 720;
const NOTICE_MS = 8000;

/** The whole page: toolbar, experiment, pictures, timeline, results, and what stands there when one of these can't. */
@customElement('gdexp-lab')
export class LabPage extends LabElement {
  protected readonly listensTo: readonly Change[] = ['document', 'panels', 'theme', 'runs', 'selection', 'visibility', 'ghosts'];
  @state() private narrow = false;
  @state() private notice = '';
  @state() private withoutTrustNote = false;
  @state() private spoken = '';
  private readonly pictures = new Map<string, LabPicture>();
  private readonly summaries = new Map<PanelName, string>();
  private sizes: ResizeObserver | undefined;
  private noticeTimer: ReturnType<typeof setTimeout> | undefined;
  private running = new Map<string, LabRun>();
  private known: readonly LabGhost[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    this.sizes = new ResizeObserver(() => this.measure());
    this.sizes.observe(this);
    this.announceEnds();
    this.store.onHostMessage((message) => this.received(message));
    this.addEventListener('announce', (event) => this.say((event as CustomEvent<string>).detail, true));
    this.addEventListener('export-image', () => void this.exportImages());
    this.addEventListener('show-sample', (event) => this.showSample((event as CustomEvent<{ readonly part: PartName; readonly row: number }>).detail));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizes?.disconnect();
  }

  override render(): TemplateResult {
    const document = this.store.document;
    return html`${document ? this.page(document) : html`<div class="loading" role="status"><span class="visually-hidden">${l10n.t('Opening the experiment')}</span></div>`}
      ${this.notice ? html`<div class="notice">${icon('info')} <span>${this.notice}</span>${iconButton({ icon: 'close', label: l10n.t('Close'), click: () => { this.notice = ''; } })}</div>` : nothing}
      <div class="visually-hidden" role="status" aria-live="polite">${this.spoken}</div>
      <gdexp-explanation .store=${this.store}></gdexp-explanation>`;
  }

  protected override storeChanged(change: Change): void {
    if (change === 'runs') this.announceEnds();
    if (change === 'panels') this.measure();
    if (change === 'ghosts') this.announceGhosts();
  }

  private page(document: LabDocument): TemplateResult {
    const { store } = this;
    if (document.empty) return this.emptyPage(document);
    const nothingToShow = document.series.length === 0 && document.objective === null && document.model === null;
    if (!document.valid && nothingToShow) return html`<main class="state-page">${this.problems(document, l10n.t('This file has errors'))}</main>`;
    const hiddenPanel = store.setting('panelHidden', false);
    return html`<gdexp-toolbar .store=${store}></gdexp-toolbar>
      ${document.restricted && !this.withoutTrustNote ? this.trustNote() : nothing}
      ${document.valid ? nothing : this.problems(document, l10n.t('The text has errors. Below is the last valid state.'))}
      <div class="lab-body ${this.narrow ? 'is-narrow' : ''} ${document.valid ? '' : 'is-greyed'} ${hiddenPanel ? 'without-panel' : ''}">
        ${this.narrow ? this.foldedPanel(document) : hiddenPanel ? nothing : html`<aside class="panel" aria-label=${l10n.t('Experiment')}><gdexp-experiment .store=${store}></gdexp-experiment></aside>`}
        <main class="main">${document.refusal !== null ? html`<div class="state-page refusal" role="note">${icon('info', 'state-icon')}<h2>${l10n.t('This experiment can’t be run here')}</h2><p>${document.refusal}</p>
            <p><vscode-button secondary @click=${() => store.send({ type: 'openSource' })}>${l10n.t('Open as text')}</vscode-button></p></div>`
          : html`<gdexp-tabs class="tabs" .store=${store} .withoutPanel=${hiddenPanel && !this.narrow}></gdexp-tabs>
            <gdexp-ghosts .store=${store}></gdexp-ghosts>
            <div class="pictures" role="tabpanel" aria-label=${l10n.t('Pictures')}>${this.openPanels().map((panel) => html`<div class="picture" data-panel=${panel} role="group" aria-label=${panelName(panel)} aria-describedby=${`summary-${panel}`} @focusin=${() => this.describe(panel)}>
              <span class="visually-hidden" id=${`summary-${panel}`}>${this.summaries.get(panel) ?? ''}</span>${this.picture(panel)}</div>`)}</div>
            <gdexp-timeline .store=${store}></gdexp-timeline>
            ${this.narrow ? nothing : this.sash()}
            <div class="results-area" ${styled(this.resultsHeight())}><gdexp-results .store=${store}></gdexp-results></div>`}
        </main>
      </div>`;
  }

  // Tabs, pictures

  private openPanels(): readonly PanelName[] {
    return this.store.offered.filter((panel) => this.store.panels.includes(panel));
  }

  /** One element a picture, kept while it is closed, so that zoom and pan stay. */
  private picture(panel: PanelName): LabPicture {
    const tag = panelTag(panel, this.store.document);
    let picture = this.pictures.get(tag);
    if (!picture) {
      picture = globalThis.document.createElement(tag) as LabPicture;
      picture.store = this.store;
      this.pictures.set(tag, picture);
    }
    return picture;
  }

  /** What a picture shows now, for a screen reader that comes to it. */
  private describe(panel: PanelName): void {
    const summary = this.picture(panel).summary?.() ?? '';
    if (summary === this.summaries.get(panel)) return;
    this.summaries.set(panel, summary);
    this.requestUpdate();
  }

  /** A row that was picked among the data, on its way through the network. */
  private showSample({ part, row }: { readonly part: PartName; readonly row: number }): void {
    if (!this.store.offered.includes('model')) return;
    (this.picture('model') as ModelPicture).showSample(part, row);
    this.store.openPanel('model');
  }

  private measure(): void {
    const width = this.clientWidth;
    if (width === 0) return;
    this.narrow = width <= NARROW;
    const main = width - (this.narrow || this.store.setting('panelHidden', false) ? 0 : 280);
    this.store.setRoom(!this.narrow && main >= TWO_PICTURES ? 2 : 1);
  }

  // The experiment, folded

  private foldedPanel(document: LabDocument): TemplateResult {
    const { store } = this;
    const open = store.setting('panelOpen', false);
    const start = document.objective?.starts[0];
    const about = [start ? l10n.t('start {0}', formatPoint(start)) : '', l10n.t('seed {0}', document.seed)].filter((part) => part !== '').join(' · ');
    return html`<aside class="panel folded" aria-label=${l10n.t('Experiment')}>
      <div class="section-header"><h2><button type="button" class="section-toggle" aria-expanded=${String(open)} @click=${() => store.setSetting('panelOpen', !open)}>${icon(open ? 'chevron-down' : 'chevron-right')}<span>${l10n.t('Experiment')}</span></button></h2><span class="folded-about">${about}</span></div>
      ${open ? html`<gdexp-experiment .store=${store}></gdexp-experiment>` : html`<ul class="folded-series">${document.series.map((series) => html`<li class=${store.hidden.has(series.key) ? 'is-hidden' : ''}>
        <button type="button" class="folded-one ${store.selected === series.key ? 'is-selected' : ''}" aria-pressed=${String(store.selected === series.key)} @click=${() => store.select(series.key)}>${swatch(series.index)}<span class="row-name">${series.variant === null ? series.label : `${series.label} · ${series.variant}`}</span>${series.rate ? html`<span class="folded-rate">lr ${formatNumber(series.rate.value)}</span>` : nothing}</button></li>`)}</ul>`}
    </aside>`;
  }

  // Pictures above, results below

  private resultsHeight(): Record<string, string> {
    const height = this.store.setting<number | null>('resultsHeight', null);
    return height === null || this.narrow ? {} : { '--results-height': `${height}px` };
  }

  private sash(): TemplateResult {
    const area = this.querySelector('.results-area');
    return html`<div class="sash" role="separator" tabindex="0" aria-orientation="horizontal" aria-label=${l10n.t('Height of the results')} aria-valuemin="28" aria-valuemax="600" aria-valuenow=${Math.round(area?.clientHeight ?? 132)}
      @pointerdown=${this.dragSash} @dblclick=${() => this.store.setSetting('resultsHeight', null)}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
        event.preventDefault();
        this.setResultsHeight(this.querySelector('.results-area')!.clientHeight + (event.key === 'ArrowUp' ? 26 : -26));
      }}></div>`;
  }

  private dragSash(event: PointerEvent): void {
    const sash = event.currentTarget as HTMLElement;
    const bottom = this.querySelector('.results-area')!.getBoundingClientRect().bottom;
    sash.setPointerCapture(event.pointerId);
    const move = (at: PointerEvent) => this.setResultsHeight(bottom - at.clientY);
    const end = () => {
      sash.removeEventListener('pointermove', move);
      sash.removeEventListener('pointerup', end);
      sash.removeEventListener('pointercancel', end);
    };
    sash.addEventListener('pointermove', move);
    sash.addEventListener('pointerup', end);
    sash.addEventListener('pointercancel', end);
  }

  private setResultsHeight(height: number): void {
    const room = this.querySelector('.main')!.clientHeight - 240;
    this.store.setSetting('resultsHeight', Math.round(Math.max(28, Math.min(height, room))));
  }

  // States

  private emptyPage(document: LabDocument): TemplateResult {
    return html`<main class="state-page empty-page"><h1>${l10n.t('Start an experiment')}</h1>
      <p>${l10n.t('An experiment names a function or a network to train, one or more optimizers and when to stop. It is a text file: whatever you change here is written there.')}</p>
      <ul class="starters">${starters().map((starter) => html`<li><button type="button" class="starter" ?disabled=${!document.editable} @click=${() => this.store.edit([{ path: '', value: starter.value }])}>
        ${icon('graph-line')}<span><b>${starter.title}</b><span class="starter-summary">${starter.summary}</span></span></button></li>`)}</ul>
      <p><button type="button" class="link-button" @click=${() => this.store.send({ type: 'openSource' })}>${l10n.t('Open as text')}</button></p></main>`;
  }

  /** Why nothing happens in a workspace that is not trusted, and what can be done. */
  private trustNote(): TemplateResult {
    return html`<section class="trust-note" aria-label=${l10n.t('Restricted Mode')}>${icon('shield')}
      <p><b>${l10n.t('Restricted Mode')}</b> ${l10n.t('Nothing runs by itself and no data are read in a folder that you do not trust. Run all starts these runs once.')}
        <button type="button" class="link-button" @click=${() => this.store.send({ type: 'trust' })}>${l10n.t('Trust the folder…')}</button></p>
      ${iconButton({ icon: 'close', label: l10n.t('Close'), click: () => { this.withoutTrustNote = true; } })}</section>`;
  }

  private problems(document: LabDocument, title: string): TemplateResult {
    const errors = document.problems.filter((problem) => problem.severity === 'error');
    return html`<section class="problems" role="alert" aria-label=${title}>
      <div class="problems-head">${icon('error', 'is-error')}<b>${title}</b><vscode-button secondary @click=${() => this.store.send({ type: 'openSource' })}>${l10n.t('Open as text')}</vscode-button></div>
      <ul>${errors.map((problem) => html`<li><button type="button" class="link-button" @click=${() => this.store.send({ type: 'openSource', path: problem.path })}>${problem.line}:${problem.column}</button> <span>${problem.message}</span></li>`)}</ul>
    </section>`;
  }

  // Words

  private say(text: string, show = false): void {
    this.spoken = text;
    if (!show) return;
    this.notice = text;
    clearTimeout(this.noticeTimer);
    this.noticeTimer = setTimeout(() => { this.notice = ''; }, NOTICE_MS);
  }

  /** Tells a screen reader how runs ended that were running before: each by itself, or all in one sentence where there are many. */
  private announceEnds(): void {
    const results = this.store.runs.filter((run) => !run.preview);
    const ended = results.filter((run) => run.status !== 'running' && this.running.has(run.id));
    this.running = new Map(results.filter((run) => run.status === 'running').map((run) => [run.id, run]));
    if (ended.length === 0) return;
    if (ended.length <= 3) this.say(ended.map((run) => (run.verdict ? l10n.t('{0}: {1}. {2}', run.label, run.verdict.title, run.verdict.text) : l10n.t('{0}: {1}.', run.label, run.statusText))).join(' '));
    else this.say(l10n.t('{0} runs ended.', ended.length));
  }

  /** Tells a screen reader which runs are ghosts now that were none before, and which are no longer. */
  private announceGhosts(): void {
    const before = this.known;
    this.known = this.store.ghosts;
    const among = (ghost: LabGhost, list: readonly LabGhost[]) => list.some(({ id }) => id === ghost.id);
    const pinned = this.known.filter((ghost) => !among(ghost, before));
    const removed = before.filter((ghost) => !among(ghost, this.known));
    if (pinned.length > 0) this.say(l10n.t('Pinned as a ghost: {0}.', pinned.map(ghostName).join('; ')));
    else if (removed.length > 0) this.say(this.known.length === 0 ? l10n.t('No ghosts are left.') : l10n.t('Ghost removed: {0}.', removed.map(ghostName).join('; ')));
  }

  private received(message: HostMessage): void {
    if (message.type === 'exportImage') void this.exportImages();
    else if (message.type === 'show') void this.updateComplete.then(() => this.querySelector<HTMLElement>(`.tab[data-panel=${message.panel}]`)?.focus());
    else if (message.type === 'init') this.measure();
  }

  private async exportImages(): Promise<void> {
    for (const panel of this.openPanels()) {
      try {
        this.store.send({ type: 'image', name: panel, png: await this.picture(panel).toPng() });
      } catch (error) {
        this.store.send({ type: 'problem', message: String(error) });
        this.say(l10n.t('The picture could not be exported: {0}', (error as Error).message), true);
      }
    }
  }
}
