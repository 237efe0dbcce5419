import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { LabDocument, LabField, LabSeries } from '../../src/protocol/lab';
import { seriesStyle } from '../charts/series';
import { icon, iconButton } from '../elements/icon';
import { LabElement } from '../elements/labElement';
import '../elements/menuButton';
import { swatch } from '../elements/swatch';
import { termIcon } from '../elements/term';
import '../elements/valueField';
import type { Change } from '../state/types';
import { findLearningRate, rangeTestRefusal, rangeTestText } from '../panels/sweepRange';
import { addOptimizer, deleteOptimizer, duplicateOptimizer, renameOptimizer } from './edits';
import { fieldRow } from './fieldControl';
import { ownerOf } from './fieldTerms';
import './rateSlider';

/** The optimizers of the file, each with its rate; every field behind a twistie. */
@customElement('gdexp-optimizers')
export class OptimizersSection extends LabElement {
  protected readonly listensTo: readonly Change[] = ['document', 'selection', 'visibility', 'theme'];
  @state() private opened: ReadonlySet<string> = new Set();
  @state() private renaming: string | null = null;
  /** How many optimizers there are once the one that was added has come. */
  private awaited: number | null = null;

  override render(): TemplateResult | typeof nothing {
    const document = this.store.document;
    if (!document) return nothing;
    const rows = ofTheFile(document);
    const disabled = !document.editable || !document.valid;
    return html`<ul class="optimizers" aria-label=${l10n.t('Optimizers')}>${repeat(rows, (series) => series.key, (series) => this.row(document, series, disabled, rows.length === 1))}</ul>
      <gdexp-menu class="add-optimizer" look="link" label=${l10n.t('Add optimizer')} .face=${html`${icon('add')} ${l10n.t('Add optimizer')}`} ?disabled=${disabled}
        .items=${document.optimizerTypes.map((type) => ({ label: type.title, detail: type.summary, run: () => this.grow(document, addOptimizer(document, type.type)) }))}></gdexp-menu>
      ${this.findRate(document)}`;
  }

  /** Offered where there is no sweep yet; it says what it will do, or why it can't. */
  private findRate(document: LabDocument): TemplateResult | typeof nothing {
    if (document.sweep || document.refusal !== null) return nothing;
    const refusal = rangeTestRefusal(document);
    return html`<span class="find-rate-line"><button type="button" class="link-button find-rate" ?disabled=${refusal !== null} title=${refusal ?? rangeTestText(document)} aria-label=${`${l10n.t('Find a learning rate')}. ${refusal ?? rangeTestText(document)}`} @click=${() => findLearningRate(this.store)}>${icon('search')} ${l10n.t('Find a learning rate')}</button>${termIcon('rangeTest narrowing', l10n.t('Find a learning rate'))}</span>`;
  }

  private row(document: LabDocument, series: LabSeries, disabled: boolean, only: boolean): TemplateResult {
    const selected = this.store.selected === series.key;
    const hidden = this.store.hidden.has(series.key);
    const open = this.opened.has(series.key);
    const titles = new Map(document.optimizerTypes.map(({ type, title }) => [type, title]));
    return html`<li class="optimizer ${selected ? 'is-selected' : ''} ${hidden ? 'is-hidden' : ''}" aria-current=${selected ? 'true' : nothing} @focusin=${() => this.store.select(series.key)} @pointerdown=${() => this.store.select(series.key)}>
      <div class="optimizer-head">
        ${iconButton({ icon: open ? 'chevron-down' : 'chevron-right', label: open ? l10n.t('Fewer fields of {0}', series.label) : l10n.t('All fields of {0}', series.label), className: 'twistie', click: () => this.toggle(series.key) })}
        ${swatch(series.index)}
        ${this.renaming === series.key
          ? html`<gdexp-value class="rename" kind="text" .value=${series.label} .label=${l10n.t('Label')} @commit=${(event: CustomEvent<string>) => this.rename(series, event.detail)} @focusout=${() => this.stopRenaming()}></gdexp-value>`
          : html`<span class="optimizer-name"><button type="button" class="optimizer-label" title=${this.hint(series, disabled)} @dblclick=${() => this.startRenaming(series, disabled)} @keydown=${(event: KeyboardEvent) => event.key === 'F2' && this.startRenaming(series, disabled)}>${series.label}</button>
            ${series.note ? html`<span class="optimizer-note" title=${series.note}>${series.note}</span>` : nothing}</span>`}
        <span class="optimizer-actions">
          ${iconButton({ icon: hidden ? 'eye-closed' : 'eye', label: hidden ? l10n.t('Show {0}', series.label) : l10n.t('Hide {0}', series.label), pressed: hidden, click: () => this.store.toggleHidden(series.key) })}
          ${iconButton({ icon: 'copy', label: l10n.t('Duplicate {0}', series.label), disabled, click: () => this.grow(document, duplicateOptimizer(document, series)) })}
          ${iconButton({ icon: 'trash', label: only ? l10n.t('An experiment needs at least one optimizer') : l10n.t('Delete {0}', series.label), disabled: disabled || only, click: () => this.store.edit(deleteOptimizer(series)) })}
        </span>
      </div>
      ${series.rate ? html`<gdexp-rate .value=${series.rate.value} .label=${series.label} .color=${seriesStyle(series.index).color} ?disabled=${disabled}
        @rate-preview=${(event: CustomEvent<number>) => this.store.preview([{ path: series.rate!.path, value: event.detail }])}
        @rate-commit=${(event: CustomEvent<number>) => this.commitRate(series, event.detail)}
        @rate-cancel=${() => this.store.preview(null)}></gdexp-rate>` : html`<div class="no-rate">${l10n.t('Sets its own step: no learning rate.')}</div>`}
      ${open ? html`<div class="optimizer-fields"><div class="optimizer-links">
          <button type="button" class="link-button" ?disabled=${!document.valid || document.refusal !== null} @click=${() => this.store.send({ type: 'run', seriesKeys: keysOf(document, series) })}>${icon('play')} ${l10n.t('Run')}</button>
          <button type="button" class="link-button" @click=${() => this.store.isolate(series.key)}>${l10n.t('Show alone')}</button>
          <button type="button" class="link-button" ?disabled=${disabled} @click=${() => void this.startRenaming(series, disabled)}>${l10n.t('Rename')}</button></div>${series.fields.filter((field) => isShown(field, series)).map((field) => fieldRow(field, { disabled, of: series.label, titles, owner: ownerOf(series.type, series.fields), edit: (edits) => this.store.edit(edits) }))}</div>` : nothing}
    </li>`;
  }

  protected override storeChanged(change: Change): void {
    const document = this.store.document;
    if (change !== 'document' || this.awaited === null || !document) return;
    const rows = ofTheFile(document);
    if (rows.length < this.awaited) return;
    this.awaited = null;
    this.store.select(rows[rows.length - 1].key);
    void this.updateComplete.then(() => this.querySelector('.optimizer:last-child')?.scrollIntoView({ block: 'nearest' }));
  }

  /** What comes to the end of the list is selected and brought into sight once the file has it. */
  private grow(document: LabDocument, edits: ReturnType<typeof addOptimizer>): void {
    this.awaited = ofTheFile(document).length + 1;
    this.store.edit(edits);
  }

  private hint(series: LabSeries, disabled: boolean): string {
    const name = series.note ? `${series.label} · ${series.note}` : series.label;
    return disabled ? name : l10n.t('{0} (double-click or F2 renames)', name);
  }

  private toggle(key: string): void {
    const opened = new Set(this.opened);
    if (!opened.delete(key)) opened.add(key);
    this.opened = opened;
  }

  private commitRate(series: LabSeries, value: number): void {
    if (value !== series.rate!.value) this.store.edit([{ path: series.rate!.path, value }]);
    this.store.preview(null);
  }

  private async startRenaming(series: LabSeries, disabled: boolean): Promise<void> {
    if (disabled) return;
    this.renaming = series.key;
    await this.updateComplete;
    const field = this.querySelector<HTMLElement & { updateComplete: Promise<unknown> }>('.rename');
    await field?.updateComplete;
    const input = field?.querySelector<HTMLElement & { wrappedElement: HTMLInputElement; updateComplete: Promise<unknown> }>('vscode-textfield');
    await input?.updateComplete;
    input?.wrappedElement.select();
  }

  private rename(series: LabSeries, label: string): void {
    this.renaming = null;
    this.store.edit(renameOptimizer(series, label));
  }

  private stopRenaming(): void {
    this.renaming = null;
  }
}

/** One series an optimizer of the file: with variants, that of the first. */
function ofTheFile(document: LabDocument): LabSeries[] {
  const seen = new Set<number>();
  return document.series.filter((series) => !seen.has(series.optimizerIndex) && seen.add(series.optimizerIndex));
}

/** The series of an optimizer in every variant. */
function keysOf(document: LabDocument, series: LabSeries): string[] {
  return document.series.filter((other) => other.optimizerIndex === series.optimizerIndex).map((other) => other.key);
}

/** The rate has its own slider. */
function isShown(field: LabField, series: LabSeries): boolean {
  return field.path !== series.rate?.path;
}
