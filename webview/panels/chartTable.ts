/** A chart as a table: the same numbers by step, for those who do not see the picture or want to read it exactly. */
import * as l10n from '@vscode/l10n';
import { html, type TemplateResult } from 'lit';
import { iconButton } from '../elements/icon';
import { formatCount, formatNumber } from '../numbers';
import type { LabStore } from '../state/types';

/** Rows of a table: few enough to be listened to. */
const ROWS = 25;

export interface TableColumn {
  readonly head: TemplateResult | string;
  /** At the last record at or before a step; NaN where there is none. */
  readonly at: (step: number) => number;
}

/** At most so many steps from the first to the last, evenly spread, the scrubbed one among them. */
export function tableSteps(last: number, scrubbed: number, most = ROWS): number[] {
  const count = Math.min(most - 1, last + 1);
  const spread = Array.from({ length: count }, (_, row) => (count < 2 ? 0 : Math.round((row * last) / (count - 1))));
  return [...new Set([...spread, Math.min(scrubbed, last)])].sort((p, q) => p - q);
}

/** The button of a picture that changes between the chart and its table. */
export function tableToggle(pressed: boolean, toggle: () => void): TemplateResult {
  return iconButton({ icon: 'table', label: l10n.t('Table'), pressed, click: toggle });
}

/** Steps down, columns across; a step's button scrubs there. @param last the last step of what is shown */
export function stepTable(store: LabStore, name: string, last: number, columns: readonly TableColumn[]): TemplateResult {
  return html`<div class="chart-table" tabindex="0" role="region" aria-label=${name}><table class="data-table"><caption>${name}</caption>
    <thead><tr><th scope="col">${l10n.t('Step')}</th>${columns.map(({ head }) => html`<th scope="col" class="is-number">${head}</th>`)}</tr></thead>
    <tbody>${tableSteps(last, store.step).map((step) => html`<tr class=${step === store.step ? 'is-selected' : ''} aria-current=${step === store.step ? 'step' : 'false'}>
      <th scope="row"><button type="button" class="link-button" title=${l10n.t('Go to step {0}', formatCount(step))} @click=${() => store.setStep(step)}>${formatCount(step)}</button></th>
      ${columns.map(({ at }) => {
        const value = at(step);
        return html`<td class="is-number">${Number.isNaN(value) ? '–' : formatNumber(value, 4)}</td>`;
      })}</tr>`)}</tbody></table></div>`;
}
