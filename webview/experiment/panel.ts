import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { LabDocument, LabField } from '../../src/protocol/lab';
import { icon, iconButton } from '../elements/icon';
import { LabElement } from '../elements/labElement';
import { swatch } from '../elements/swatch';
import type { Change } from '../state/types';
import { fieldRow } from './fieldControl';
import './about';
import './layersList';
import { dataSection, lossSection, trainingSection } from './networkSections';
import './objectiveSection';
import './optimizersSection';
import { section } from './section';

/** More warnings than these are read in the text. */
const MOST_WARNINGS = 3;

/** Every field of the file as a control, in sections that fold. */
@customElement('gdexp-experiment')
export class ExperimentPanel extends LabElement {
  protected readonly listensTo: readonly Change[] = ['document', 'panels', 'theme', 'visibility', 'data'];

  /** The learning rates stand before a network's data and layers, which are long: they are what a newcomer should find. */
  override render(): TemplateResult | typeof nothing {
    const { store } = this;
    const document = store.document;
    if (!document) return nothing;
    const locked = !document.editable;
    const disabled = locked || !document.valid;
    const { model } = document;
    const hasSeries = document.series.length > 0;
    const first = document.description.trim() ? 'about' : document.objective ? 'objective' : model && !hasSeries ? 'data' : 'optimizers';
    const hide = (name: string) => (name === first ? iconButton({ icon: 'layout-sidebar-left-off', label: l10n.t('Hide the experiment'), className: 'hide-panel', click: () => store.setSetting('panelHidden', true) }) : nothing);
    return html`
      ${locked ? html`<div class="panel-note" role="note">${icon('lock')} <span>${l10n.t('Read-only: this version of the file can be looked at, not changed.')}</span></div>`
        : document.valid ? nothing : html`<div class="panel-note" role="note">${icon('warning')} <span>${l10n.t('The last valid state. Mend the text to change it here.')}</span></div>`}
      ${document.valid ? document.problems.filter((problem) => problem.severity === 'warning').slice(0, MOST_WARNINGS).map((problem) => html`<div class="panel-note" role="note">${icon('warning', 'is-warning')} <span>${problem.message} <button type="button" class="link-button" @click=${() => store.send({ type: 'openSource', path: problem.path })}>${problem.line}:${problem.column}</button></span></div>`) : nothing}
      ${document.description.trim() ? section(store, 'about', l10n.t('About'), () => html`<gdexp-about .text=${document.description} .open=${store.setting('aboutOpen', false)} @fold=${(event: CustomEvent<boolean>) => store.setSetting('aboutOpen', !event.detail)}></gdexp-about>`, hide('about')) : nothing}
      ${document.objective ? section(store, 'objective', l10n.t('Objective'), () => html`<gdexp-objective .store=${store}></gdexp-objective>`, hide('objective')) : nothing}
      ${hasSeries ? section(store, 'optimizers', l10n.t('Optimizers'), () => html`<gdexp-optimizers .store=${store}></gdexp-optimizers>`, hide('optimizers')) : nothing}
      ${model ? html`${section(store, 'data', l10n.t('Data'), () => dataSection(store, document, model, disabled), hide('data'))}
        ${section(store, 'layers', l10n.t('Network'), () => html`<gdexp-layers .store=${store}></gdexp-layers>`)}
        ${section(store, 'loss', l10n.t('Loss and metrics'), () => lossSection(store, document, model, disabled))}` : nothing}
      ${model && model.fields.length > 0 ? section(store, 'training', l10n.t('Training'), () => trainingSection(store, model, disabled)) : nothing}
      ${document.variants.length > 0 ? section(store, 'variants', l10n.t('Variants'), () => this.variants()) : nothing}
      ${document.settings.length > 0 ? section(store, 'settings', l10n.t('Stop and diagnostics'), () => html`${document.settings.map((field) => fieldRow(this.placed(document, field), { disabled, of: '', edit: (edits) => store.edit(edits) }))}`) : nothing}`;
  }

  /** Where a variant sets a field of its own, the panel shows and changes that of the first: its tooltip says so. */
  private placed(document: LabDocument, field: LabField): LabField {
    const variant = /^\/variants\/(\d+)\//.exec(field.path)?.[1];
    return variant === undefined ? field : { ...field, help: l10n.t('{0} Set by each variant; this is that of “{1}”.', field.help, document.variants[Number(variant)] ?? variant) };
  }

  private variants(): TemplateResult {
    const { store } = this;
    const document = store.document!;
    return html`<ul class="variants">${document.variants.map((variant) => html`<li><span class="variant-label">${variant}</span>
      ${document.series.filter((series) => series.variant === variant).map((series) => {
        const hidden = store.hidden.has(series.key);
        return html`<button type="button" class="variant-series ${hidden ? 'is-hidden' : ''}" aria-pressed=${String(!hidden)} title=${hidden ? l10n.t('Show {0}', series.label) : l10n.t('Hide {0}', series.label)} @click=${() => store.toggleHidden(series.key)}>${swatch(series.index)} ${series.label}</button>`;
      })}</li>`)}</ul>`;
  }
}
