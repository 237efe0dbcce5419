/** A sweep as a table: every point of every series. */
import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import type { LabDocument, LabSweep } from '../../src/protocol/lab';
import { seriesName } from '../charts/names';
import { iconButton } from '../elements/icon';
import { swatch } from '../elements/swatch';
import { term } from '../elements/term';
import { outcomeText, roundText, sweepMetricName, sweepMetricTerms, valueText, valuesText, type SweepPoint, type SweepSeries } from './sweepData';

export interface TableActions {
  readonly chosen: SweepPoint | null;
  readonly choose: (one: SweepSeries, point: SweepPoint) => void;
  /** Null where the file can't be written to. */
  readonly use: ((one: SweepSeries, point: SweepPoint) => void) | null;
}

export function sweepTable(document: LabDocument, sweep: LabSweep, series: readonly SweepSeries[], actions: TableActions): TemplateResult {
  const axis = sweep.axes[0]?.name;
  const ordered = (one: SweepSeries): SweepPoint[] => [...one.points].sort((a, b) => sweep.axes.reduce((sign, { name }) => sign || (typeof a.values[name] === 'number' ? Number(a.values[name]) - Number(b.values[name]) : 0), 0));
  return html`<div class="sweep-table" tabindex="0"><table class="data-table" aria-label=${l10n.t('Every point of the sweep')}>
    <thead><tr><th scope="col">${l10n.t('Series')}</th>${sweep.axes.map(({ label }) => html`<th scope="col" class="is-number">${label}</th>`)}<th scope="col">${term(sweepMetricTerms(sweep.metric), sweepMetricName(sweep.metric))}</th><th scope="col">${term('narrowing', l10n.t('Round'))}</th><th scope="col"><span class="visually-hidden">${l10n.t('Use this value')}</span></th></tr></thead>
    <tbody>${axis === undefined ? nothing : series.flatMap((one) => ordered(one).map((point) => html`<tr class="${point.best ? 'is-best' : ''} ${point === actions.chosen ? 'is-selected' : ''}" @click=${() => actions.choose(one, point)}>
      <th scope="row">${swatch(one.series.index)} ${seriesName(document, one.series)}</th>
      ${sweep.axes.map(({ name }) => html`<td class="is-number">${valueText(point.values[name])}</td>`)}
      <td>${outcomeText(point)}${point.best ? html` · <b>${l10n.t('best')}</b>` : nothing}</td><td>${roundText(point)}</td>
      <td>${actions.use && point.value !== null ? iconButton({ icon: 'check', label: l10n.t('Use {0} for {1}', valuesText(sweep, point.values), seriesName(document, one.series)), click: () => actions.use!(one, point) }) : nothing}</td></tr>`))}</tbody></table></div>`;
}
