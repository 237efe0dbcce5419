/** The tables of the data's picture: rows as they stand in the file, columns, balance of the classes, and what was taken for what. */
import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import type { ApplyResult, DataInfo, PartName } from '../../src/protocol/networks';
import { iconButton } from '../elements/icon';
import { styled } from '../elements/styled';
import { term } from '../elements/term';
import { formatCount, formatNumber } from '../numbers';
import { classOf, columnNames, partsOf, sureness, type Rows } from './dataAnswers';

export type Confusion = Extract<ApplyResult, { kind: 'confusion' }>;

export const PAGE = 50;
/** Columns of a table of rows, at most. */
const MOST_COLUMNS = 24;
/** Entries of a sparse row, at most. */
const MOST_ENTRIES = 24;
/** From more classes on the cells of a confusion matrix are small. */
const MOST_WIDE = 16;

export function partName(part: PartName): string {
  switch (part) {
    case 'training': return l10n.t('training');
    case 'validation': return l10n.t('validation');
    case 'test': return l10n.t('test');
  }
}

/** A share as people read it: "97.2 %". */
export function percent(share: number): string {
  return Number.isFinite(share) ? l10n.t('{0} %', formatNumber(100 * share)) : '–';
}

/** Forward and back through the rows of a part. */
export function pager(from: number, count: number, total: number, go: (from: number) => void, page = PAGE): TemplateResult {
  const last = Math.max(0, Math.floor((total - 1) / page) * page);
  return html`<div class="pager" role="group" aria-label=${l10n.t('Pages')}>
    ${iconButton({ icon: 'chevron-left', label: l10n.t('Previous rows'), disabled: from === 0, click: () => go(Math.max(0, from - page)) })}
    <span>${l10n.t('{0}–{1} of {2}', formatCount(Math.min(from + 1, total)), formatCount(Math.min(from + count, total)), formatCount(total))}</span>
    ${iconButton({ icon: 'chevron-right', label: l10n.t('Next rows'), disabled: from >= last, click: () => go(Math.min(last, from + page)) })}
  </div>`;
}

/** Rows with their numbers as in the file, the target, and what the network says. */
export function rowsTable(rows: Rows, from: number, info: DataInfo, loss: string): TemplateResult {
  const names = columnNames(info, rows.features);
  const shown = Math.min(MOST_COLUMNS, rows.features);
  const targets = rows.count > 0 ? rows.targets.length / rows.count : 0;
  const { classes } = info;
  const name = (index: number) => classes?.[index]?.name ?? String(index);
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${l10n.t('Rows of the data')}><table class="facts-table">
    <thead><tr><th scope="col">${l10n.t('Row')}</th>${rows.sparse ? html`<th scope="col">${l10n.t('Columns that are not zero')}</th>` : nothing}${names.slice(0, shown).map((each) => html`<th scope="col" class="is-number">${each}</th>`)}${rows.features > shown ? html`<th scope="col">${l10n.t('{0} more', rows.features - shown)}</th>` : nothing}
      <th scope="col" class=${classes ? '' : 'is-number'}>${term('features', l10n.t('Target'))}</th><th scope="col" class=${classes ? '' : 'is-number'}>${term('prediction', l10n.t('Prediction'))}</th></tr></thead>
    <tbody>${Array.from({ length: rows.count }, (_, i) => {
      const cells = Array.from({ length: shown }, (_ignored, j) => html`<td class="is-number">${formatNumber(rows.inputs[i * rows.features + j], 4)}</td>`);
      const truth = rows.targets[i * targets];
      const said = classes ? classOf(rows.outputs, rows.width, i, loss) : -1;
      const wrong = classes !== null && said !== truth;
      const share = classes ? sureness(rows.outputs, rows.width, i, loss) : NaN;
      return html`<tr class=${wrong ? 'is-wrong' : ''}><th scope="row">${formatCount(from + i + 1)}</th>${rows.sparse ? sparseCell(rows.sparse, i) : nothing}${cells}${rows.features > shown ? html`<td>…</td>` : nothing}
        ${classes ? html`<td>${name(truth)}</td><td>${wrong ? html`<span class="codicon codicon-error is-error" aria-hidden="true"></span><span class="visually-hidden">${l10n.t('wrong:')} </span>` : nothing}${name(said)}${Number.isNaN(share) ? nothing : html` <span class="cell-note">${percent(share)}</span>`}</td>`
    : html`<td class="is-number">${several(rows.targets, i, targets)}</td><td class="is-number">${several(rows.outputs, i, rows.width)}</td>`}</tr>`;
    })}</tbody></table></div>`;
}

/** "3:0.5, 17:1 … 40 more": as in a LIBSVM file, columns counted from 1. */
function sparseCell({ offsets, columns, values, totals }: NonNullable<Rows['sparse']>, row: number): TemplateResult {
  const count = Math.min(MOST_ENTRIES, offsets[row + 1] - offsets[row]);
  const words = Array.from({ length: count }, (_, k) => `${columns[offsets[row] + k] + 1}:${formatNumber(values[offsets[row] + k], 4)}`).join(', ');
  const more = totals[row] - count;
  return html`<td class="sparse-entries">${words === '' ? l10n.t('all zero') : words}${more > 0 ? html` … <span class="cell-note">${l10n.t('{0} more', formatCount(more))}</span>` : nothing}</td>`;
}

function several(values: Float64Array, row: number, width: number): string {
  return Array.from({ length: Math.min(4, width) }, (_, j) => formatNumber(values[row * width + j], 4)).join(', ') + (width > 4 ? ', …' : '');
}

/** Counts, ranges and the balance of the classes: of the data alone, without a network. */
export function columnsView(info: DataInfo): TemplateResult {
  const parts = partsOf(info);
  return html`<div class="data-scroll" tabindex="0" role="region" aria-label=${l10n.t('Parts, classes and columns')}>
    <section class="data-section"><h3>${term('split', l10n.t('Parts'))}</h3><table class="facts-table"><thead><tr><th scope="col">${l10n.t('Part')}</th><th scope="col" class="is-number">${l10n.t('Rows')}</th><th scope="col" class="is-number">${l10n.t('Share')}</th></tr></thead>
      <tbody>${parts.map((part) => html`<tr><th scope="row">${partName(part)}</th><td class="is-number">${formatCount(info.rows[part])}</td><td class="is-number">${percent(info.rows[part] / parts.reduce((sum, each) => sum + info.rows[each], 0))}</td></tr>`)}</tbody></table></section>
    ${info.classes ? balance(info, parts) : nothing}
    ${info.features.length > 0 && !info.sparse ? html`<section class="data-section"><h3>${l10n.t('Columns')}</h3><p class="section-about">${l10n.t('Of all rows, in the units of the file, before scaling.')}</p>
      <table class="facts-table"><thead><tr><th scope="col">${l10n.t('Column')}</th><th scope="col" class="is-number">${l10n.t('Minimum')}</th><th scope="col" class="is-number">${l10n.t('Mean')}</th><th scope="col" class="is-number">${l10n.t('Maximum')}</th><th scope="col" class="is-number">${term('deviation', l10n.t('Deviation'))}</th></tr></thead>
      <tbody>${info.features.slice(0, 400).map((one) => html`<tr><th scope="row">${one.name}</th><td class="is-number">${formatNumber(one.minimum, 4)}</td><td class="is-number">${formatNumber(one.mean, 4)}</td><td class="is-number">${formatNumber(one.maximum, 4)}</td><td class="is-number">${formatNumber(one.deviation, 4)}</td></tr>`)}</tbody></table></section>`
    : html`<p class="section-about">${info.sparse ? l10n.t('Sparse rows of {0} columns, most of them zero.', formatCount(info.shape[0] ?? 0)) : l10n.t('A row has the shape {0}.', info.shape.join(' × '))}</p>`}
  </div>`;
}

function balance(info: DataInfo, parts: readonly PartName[]): TemplateResult {
  const classes = info.classes!;
  const most = Math.max(1, ...classes.map((one) => parts.reduce((sum, part) => sum + one[part], 0)));
  const words = classes.map((one) => `${one.name}: ${parts.map((part) => `${partName(part)} ${formatCount(one[part])}`).join(', ')}`);
  return html`<section class="data-section"><h3>${l10n.t('Classes')}</h3><p class="section-about">${l10n.t('Rows of each class.')} ${parts.map((part) => html`<span class="balance-key"><span class="balance-bar is-${part}" data-fill aria-hidden="true"></span>${partName(part)}</span> `)}</p>
    <ul class="balance">${classes.map((one, i) => html`<li aria-label=${words[i]}><span class="balance-name" title=${one.name}>${one.name}</span><span class="balance-track" aria-hidden="true">${parts.map((part) => html`<span class="balance-bar is-${part}" data-fill ${styled({ width: `${(100 * one[part]) / most}%` })}></span>`)}</span>
      <span class="balance-count" aria-hidden="true">${parts.map((part) => formatCount(one[part])).join(' · ')}</span></li>`)}</ul></section>`;
}

/** Share of rows whose class was found; NaN without rows. */
export function accuracyOf({ counts, classes }: Confusion): number {
  const size = classes.length;
  let right = 0;
  let all = 0;
  for (let i = 0; i < size * size; i++) {
    all += counts[i];
    if (i % (size + 1) === 0) right += counts[i];
  }
  return right / all;
}

/** How often class i was taken for class j: shaded by the share of the true class. */
export function confusionTable(confusion: Confusion, part: PartName): TemplateResult {
  const { counts, classes } = confusion;
  const size = classes.length;
  const sums = classes.map((_, i) => counts.slice(i * size, (i + 1) * size).reduce((sum, value) => sum + value, 0));
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${l10n.t('Confusion matrix')}><p class="confusion-about" id="confusion-about">${l10n.t('{0} of the {1} rows were told right. A row is a true class, a column what it was taken for.', percent(accuracyOf(confusion)), partName(part))}</p>
    <table class="confusion ${size > MOST_WIDE ? 'is-compact' : ''}" aria-describedby="confusion-about">
    <thead><tr><td></td>${classes.map((name) => html`<th scope="col" title=${name}><span>${name}</span></th>`)}<th scope="col" class="confusion-score">${term('metric.recall confusionMatrix', l10n.t('told right'))}</th></tr></thead>
    <tbody>${classes.map((name, i) => html`<tr><th scope="row" title=${name}><span>${name}</span></th>${classes.map((other, j) => {
      const count = counts[i * size + j];
      const share = sums[i] > 0 ? count / sums[i] : 0;
      return html`<td class="heat ${i === j ? 'is-right' : count > 0 ? 'is-wrong' : ''}" data-fill title=${l10n.t('{0} taken for {1}: {2} of {3}', name, other, formatCount(count), formatCount(sums[i]))} ${styled({ '--share': `${count > 0 ? 12 + 58 * share : 0}%` })}>${count > 0 ? formatCount(count) : html`<span class="none">·</span>`}</td>`;
    })}<td class="confusion-score">${percent(counts[i * size + i] / sums[i])}</td></tr>`)}</tbody></table></div>`;
}
