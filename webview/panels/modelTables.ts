/** The histograms and the units of a network in numbers. */
import * as l10n from '@vscode/l10n';
import { html, type TemplateResult } from 'lit';
import type { HistogramTable } from '../../src/core/training/trial';
import type { LabRun } from '../../src/protocol/lab';
import { lastAt } from '../charts/paths';
import { formatCount, formatNumber } from '../numbers';
import type { LabStore } from '../state/types';
import { stepTable } from './chartTable';
import { percent } from './dataTables';
import { quantileOf, quantityName } from './modelHistograms';
import { unitTitle, unitsAt, type UnitPlot } from './modelUnits';

const SHARES = [0.05, 0.25, 0.5, 0.75, 0.95];

/** What share of each layer's numbers lies below which, at the last histogram taken by the scrubbed step. */
export function quantileTable(table: HistogramTable, step: number): TemplateResult {
  const time = Math.max(0, lastAt(table.steps, step));
  const name = l10n.t('{0} by layer at step {1}: so many of them lie below', quantityName(table.quantity), formatCount(table.steps[time]));
  return html`<div class="chart-table" tabindex="0" role="region" aria-label=${name}><table class="data-table"><caption>${name}</caption>
    <thead><tr><th scope="col">${l10n.t('Layer')}</th>${SHARES.map((share) => html`<th scope="col" class="is-number">${share === 0.5 ? l10n.t('median') : percent(share)}</th>`)}</tr></thead>
    <tbody>${table.layers.map((layer, index) => html`<tr><th scope="row">${layer}</th>${SHARES.map((share) => html`<td class="is-number">${formatNumber(quantileOf(table, index, time, share))}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** Shares of dead and saturated units by step. */
export function unitTable(store: LabStore, run: LabRun, plots: readonly UnitPlot[]): TemplateResult {
  return stepTable(store, l10n.t('Shares of units by step'), run.steps, plots.map((plot) => ({ head: unitTitle(plot), at: (step) => unitsAt(run, plot, step) })));
}
