/** The parts of the experiment panel that only networks have: data, loss and metrics, training, regularization. */
import * as l10n from '@vscode/l10n';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { LossType, MetricName } from '../../src/core/nn/spec';
import type { LabData, LabDocument, LabField, LabModel } from '../../src/protocol/lab';
import { icon } from '../elements/icon';
import { styled } from '../elements/styled';
import { term, withinReach } from '../elements/term';
import { metricName, metricTerms } from '../metricNames';
import { formatCount } from '../numbers';
import type { PageStore } from '../state/store';
import { select } from './choices';
import { fieldRow } from './fieldControl';
import { shapeText } from './layersList';

const LOSSES: Readonly<Record<LossType, () => string>> = {
  meanSquaredError: () => l10n.t('Mean squared error'),
  meanAbsoluteError: () => l10n.t('Mean absolute error'),
  huber: () => 'Huber',
  binaryCrossentropy: () => l10n.t('Binary cross-entropy'),
  categoricalCrossentropy: () => l10n.t('Categorical cross-entropy'),
  hinge: () => l10n.t('Hinge'),
  poisson: () => 'Poisson',
};
const METRICS: readonly MetricName[] = ['accuracy', 'precision', 'recall', 'f1', 'r2', 'meanAbsoluteError'];
/** Words of the glossary for them. */
const METRIC_TERMS = METRICS.map(metricTerms).join(' ');

/** Fields of the model whose place in the file begins so, whether a variant writes them or not. */
export function fieldsUnder(model: LabModel, part: 'data' | 'training' | 'regularization' | 'stop'): readonly LabField[] {
  return model.fields.filter(({ path }) => new RegExp(`(^|~1)/?${part}(/|~1)`).test(path.replace(/^\/variants\/\d+\/set\//, '')));
}

function rows(store: PageStore, fields: readonly LabField[], disabled: boolean): TemplateResult {
  return html`${fields.map((field) => fieldRow(field, { disabled, of: '', edit: (edits) => store.edit(edits) }))}`;
}

/** What the network learns from: a line on the data, how far they are read or what is wrong with them, and their fields. */
export function dataSection(store: PageStore, document: LabDocument, model: LabModel, disabled: boolean): TemplateResult {
  const data = store.data[0];
  return html`<div class="data-line">${icon('database')}<span class="data-words"><b>${model.dataText}</b>${data?.info ? html`<span class="data-facts">${facts(data.info)}</span>` : nothing}</span></div>
    ${store.data.map((one) => state(store, one, document))}
    ${rows(store, fieldsUnder(model, 'data'), disabled)}`;
}

function state(store: PageStore, data: LabData, document: LabDocument): TemplateResult | typeof nothing {
  switch (data.state) {
    case 'absent':
    case 'ready': return nothing;
    case 'loading': {
      const share = data.fraction === null ? null : Math.round(data.fraction * 100);
      return html`<div class="data-state" role="status"><span>${share === null ? l10n.t('Reading the data …') : l10n.t('Reading the data: {0} %', share)}</span>
        <span class="data-bar ${share === null ? 'is-endless' : ''}" role="progressbar" aria-label=${l10n.t('Reading the data')} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${share ?? nothing}><span class="progress-fill" ${styled({ '--fraction': String(data.fraction ?? 0.35) })}></span></span></div>`;
    }
    case 'refused':
      return html`<div class="data-state is-refused" role="alert">${icon('error', 'is-error')}<span>${data.problem}
        <button type="button" class="link-button" @click=${() => store.send({ type: 'openSource', path: '/data' })}>${l10n.t('Show it in the text')}</button>
        <button type="button" class="link-button" ?disabled=${!document.valid || document.refusal !== null} @click=${() => store.send({ type: 'run', seriesKeys: null })}>${l10n.t('Try again')}</button></span></div>`;
  }
}

/** "210 rows to train, 90 to validate · 2 features · 2 classes". */
function facts(info: NonNullable<LabData['info']>): string {
  const parts = [info.rows.validation > 0
    ? info.rows.test > 0 ? l10n.t('{0} rows to train, {1} to validate, {2} to test', formatCount(info.rows.training), formatCount(info.rows.validation), formatCount(info.rows.test)) : l10n.t('{0} rows to train, {1} to validate', formatCount(info.rows.training), formatCount(info.rows.validation))
    : info.rows.test > 0 ? l10n.t('{0} rows to train, {1} to test', formatCount(info.rows.training), formatCount(info.rows.test)) : l10n.t('{0} rows to train', formatCount(info.rows.training))];
  parts.push(info.shape.length > 1 ? l10n.t('pictures {0}', shapeText(info.shape)) : info.shape[0] === 1 ? l10n.t('1 feature') : l10n.t('{0} features', formatCount(info.shape[0] ?? info.features.length)));
  if (info.classes) parts.push(l10n.t('{0} classes', info.classes.length));
  else if (info.targets > 1) parts.push(l10n.t('{0} targets', info.targets));
  return parts.join(' · ');
}

/** How a prediction is judged. Where variants have losses of their own, they are chosen in the text. */
export function lossSection(store: PageStore, document: LabDocument, model: LabModel, disabled: boolean): TemplateResult {
  const same = document.models.every((other) => other.loss === model.loss);
  const alike = document.models.every((other) => other.metrics.join() === model.metrics.join());
  return html`<div class="field-row" @focusin=${withinReach} @focusout=${withinReach}><span class="field-label">${term(`field.loss lossFunction.${model.loss}`, l10n.t('Loss'), '', true)}</span><span class="field-control">${same
    ? select(l10n.t('Loss'), model.loss, Object.entries(LOSSES).map(([value, label]) => ({ value, label: label() })), disabled, (value) => store.edit([{ path: '/loss', value }]))
    : html`<span class="field-text">${l10n.t('set by each variant')}</span>`}</span></div>
    ${alike ? html`<div class="field-row metrics-row" @focusin=${withinReach} @focusout=${withinReach}><span class="field-label">${term(METRIC_TERMS, l10n.t('Metrics'), '', true)}</span><span class="field-control metric-choices" role="group" aria-label=${l10n.t('Metrics')}>${METRICS.map((metric) => {
      const on = model.metrics.includes(metric);
      return html`<button type="button" class="metric-choice ${on ? 'is-on' : ''}" aria-pressed=${String(on)} ?disabled=${disabled} @click=${() => store.edit([{ path: '/metrics', value: METRICS.filter((other) => (other === metric) !== model.metrics.includes(other)) }])}>${metricName(metric)}</button>`;
    })}</span></div>` : nothing}`;
}

/** Batches, epochs, penalties and when to stop early. */
export function trainingSection(store: PageStore, model: LabModel, disabled: boolean): TemplateResult {
  return html`${rows(store, [...fieldsUnder(model, 'training'), ...fieldsUnder(model, 'regularization'), ...fieldsUnder(model, 'stop')], disabled)}`;
}
