/** The table of the layers: what each makes of its input, and with how many numbers. */
import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import type { Shape } from '../../src/core/nn/spec';
import type { LabRun } from '../../src/protocol/lab';
import { term } from '../elements/term';
import { formatCount } from '../numbers';
import { percent } from './dataTables';
import { countArithmetic, layerNote, shapeText, sizeArithmetic, type ModelRow } from './modelShapes';
import { unitPlots, unitsAt } from './modelUnits';

function count(value: number): string {
  return Number.isNaN(value) ? '?' : formatCount(value);
}

/** "dense1", or of a repeated layer "dense1 … dense4". */
export function layerNames(names: readonly string[]): string {
  return names.length > 1 ? `${names[0]} … ${names[names.length - 1]}` : names[0] ?? '';
}

export function layersTable(rows: readonly ModelRow[], input: Shape | null, run: LabRun | undefined, step: number): TemplateResult {
  const sum = (pick: (row: ModelRow) => number) => rows.reduce((total, row) => total + pick(row), 0);
  const [total, trainable] = [sum((row) => row.parameters), sum((row) => row.trainable)];
  const plots = unitPlots(run);
  const ailing = (row: ModelRow) => (['dead', 'saturation'] as const).flatMap((quantity) => {
    const shares = plots.filter((plot) => plot.quantity === quantity && row.layer.names.includes(plot.layer)).map((plot) => unitsAt(run, plot, step)).filter((share) => !Number.isNaN(share));
    if (!shares.some((share) => share > 0)) return [];
    const [least, most] = [percent(Math.min(...shares)), percent(Math.max(...shares))];
    const text = least === most ? most : `${least} – ${most}`;
    return [quantity === 'dead' ? l10n.t('{0} dead', text) : l10n.t('{0} saturated', text)];
  }).join(', ');
  return html`<div class="data-scroll" tabindex="0" role="region" aria-label=${l10n.t('Layers')}><table class="facts-table summary-table ${total === trainable ? 'all-trainable' : ''}">
    <thead><tr><th scope="col">${l10n.t('Layer')}</th><th scope="col">${term('layer', l10n.t('Type'))}</th><th scope="col">${term('outputShape', l10n.t('Output shape'))}</th><th scope="col" class="is-number">${term('parameters', l10n.t('Parameters'))}</th><th scope="col" class="is-number column-trainable">${term('trainable', l10n.t('Trainable'))}</th></tr></thead>
    <tbody>${input ? html`<tr><th scope="row">${l10n.t('Input')}</th><td></td><td>${shapeText(input)}</td><td class="is-number">0</td><td class="is-number column-trainable">0</td></tr>` : nothing}
      ${rows.map((row) => {
        const [size, numbers, units] = [sizeArithmetic(row), countArithmetic(row), ailing(row)];
        return html`<tr><th scope="row">${layerNames(row.layer.names)}${row.layer.names.length > 1 ? html` <span class="cell-note">× ${row.layer.names.length}</span>` : nothing}</th>
          <td>${term(`layer.${row.layer.type}`, row.layer.type)} <span class="cell-note">${layerNote(row.layer)}</span>${units ? html`<div class="cell-note">${units}</div>` : nothing}</td>
          <td>${shapeText(row.output)}${size ? html`<div class="cell-note arithmetic">${size}</div>` : nothing}</td>
          <td class="is-number">${count(row.parameters)}${numbers ? html`<div class="cell-note arithmetic">${numbers}</div>` : nothing}</td>
          <td class="is-number column-trainable">${count(row.trainable)}</td></tr>`;
      })}</tbody>
    <tfoot><tr><th scope="row" colspan="3">${l10n.t('Total')}</th><td class="is-number"><b>${count(total)}</b></td><td class="is-number column-trainable"><b>${count(trainable)}</b></td></tr></tfoot></table>
    ${rows.some((row) => row.output.some(Number.isNaN)) ? html`<p class="section-about">${l10n.t('Sizes with a question mark follow from the data, once they are read.')}</p>`
    : rows.some((row) => sizeArithmetic(row) !== null) ? html`<p class="section-about">${l10n.t('Output size: (input − window)/stride + 1, rounded down; with “same” padding input/stride, rounded up.')}</p>` : nothing}</div>`;
}
