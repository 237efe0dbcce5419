/** The cards of trust: what each is about, what it says now, its table and its drawing. */
import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { isRising } from '../../src/core/training/earlyStop';
import type { LabDocument } from '../../src/protocol/lab';
import type { Palette } from '../charts/palette';
import { swatch } from '../elements/swatch';
import { term } from '../elements/term';
import { metricName, metricTerms } from '../metricNames';
import { formatNumber } from '../numbers';
import { drawErrors, drawFolds, drawPairs, drawRounds, type Category } from './trustCharts';
import { baggingReading, bestRound, biasReading, boostingReading, foldMetrics, foldsReading, gapOf, gapReading, progressText, spreadText, type Progress, type TrustSeries } from './trustData';

export type CardName = 'folds' | 'errors' | 'bagging' | 'boosting' | 'gap';

export interface Card {
  readonly name: CardName;
  readonly title: string;
  /** Words of the glossary that its title is explained by. */
  readonly term: string;
  /** One line on what this tells. */
  readonly about: string;
  /** One sentence on what it tells here; empty before there is anything. */
  readonly reading: string;
  /** Said while runs are still to come. */
  readonly unfinished: string;
  readonly columns: readonly string[];
  /** Words of the glossary that explain each column. */
  readonly columnTerms: readonly string[];
  readonly rows: readonly { readonly one: TrustSeries; readonly cells: readonly string[] }[];
  /** Every single run behind it, folded away. */
  readonly details: { readonly title: string; readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] } | null;
  readonly rowsDrawn: number;
  readonly hasValues: boolean;
  readonly draw: (context: CanvasRenderingContext2D, palette: Palette, width: number, height: number) => void;
}

const category = (one: TrustSeries): Category => ({ index: one.series.index, label: one.name, selected: one.selected });

function unfinishedText(all: readonly TrustSeries[], pick: (one: TrustSeries) => Progress, word: (ended: number, whole: number) => string): string {
  const ended = all.reduce((sum, one) => sum + pick(one).ended, 0);
  const whole = all.reduce((sum, one) => sum + pick(one).all, 0);
  return ended < whole ? word(ended, whole) : '';
}

/** Those that the file asks for, in the order in which they are taught. @param metric of the folds. */
export function cardsOf(document: LabDocument, all: readonly TrustSeries[], metric: string | null): Card[] {
  const asked = (has: (model: LabDocument['models'][number]) => boolean): boolean => document.models.some(has);
  return [
    ...(asked((model) => model.folds > 0) ? [foldsCard(all, metric)] : []),
    ...(asked((model) => model.bootstrapRounds > 0) ? [errorsCard(document, all), baggingCard(all)] : []),
    ...(asked((model) => model.boosting !== null) ? [boostingCard(all)] : []),
    ...(asked((model) => model.validated || model.tested) ? [gapCard(document, all)] : []),
  ];
}

function foldsCard(all: readonly TrustSeries[], wanted: string | null): Card {
  const metrics = foldMetrics(all);
  const metric = wanted !== null && metrics.includes(wanted) ? wanted : usualMetric(metrics);
  const known = all.flatMap((one) => {
    const spread = one.evaluation?.crossValidation?.scores[metric];
    return spread ? [{ ...category(one), ...spread }] : [];
  });
  const folds = Math.max(0, ...known.map((one) => one.values.length));
  return {
    name: 'folds', title: l10n.t('Cross-validation'), term: 'crossValidation fold',
    about: l10n.t('Each point is the score on rows that a fold left out. Differences smaller than the spread may be luck.'),
    reading: foldsReading(all, metric, isRising(metric)),
    unfinished: unfinishedText(all, (one) => one.folds, (ended, whole) => l10n.t('{0} of {1} folds have ended.', ended, whole)),
    columns: [...metrics.map((name) => metricName(name)), l10n.t('Folds')], columnTerms: [...metrics.map(metricTerms), 'fold'],
    rows: all.map((one) => ({ one, cells: [...metrics.map((name) => spreadText(one.evaluation?.crossValidation?.scores[name])), progressText(one.folds)] })),
    details: folds > 0 ? {
      title: l10n.t('Every fold: {0}', metricName(metric)), columns: [l10n.t('Fold'), ...known.map((one) => one.label)],
      rows: Array.from({ length: folds }, (_, fold) => [String(fold + 1), ...known.map((one) => (fold < one.values.length ? formatNumber(one.values[fold]) : '–'))]),
    } : null,
    rowsDrawn: 0, hasValues: known.length > 0,
    draw: (context, palette, width, height) => drawFolds(context, palette, known, metricName(metric), width, height),
  };
}

/** Accuracy or R², where they are measured, say more to a person than the loss. */
export function usualMetric(metrics: readonly string[]): string {
  return ['accuracy', 'r2'].find((name) => metrics.includes(name)) ?? metrics[0] ?? 'loss';
}

/** Where the rounds were measured: test rows tell the truth; rows that a round also trained on flatter it. */
function measuredOn(document: LabDocument): string {
  return document.models.every((model) => model.tested) ? l10n.t('Measured on the test rows.') : l10n.t('Measured on all rows, also those that a round drew: “test” rows would be a stricter judge.');
}

function errorsCard(document: LabDocument, all: readonly TrustSeries[]): Card {
  const known = all.flatMap((one) => (one.evaluation?.bootstrap ? [{ ...category(one), ...one.evaluation.bootstrap }] : []));
  return {
    name: 'errors', title: l10n.t('Bias² and variance'), term: 'biasVariance bootstrap',
    about: `${l10n.t('Bias: wrong in the same way whatever rows were drawn, too simple. Variance: different with each draw, too flexible.')} ${measuredOn(document)}`,
    reading: biasReading(all),
    unfinished: unfinishedText(all, (one) => one.rounds, (ended, whole) => l10n.t('{0} of {1} rounds have ended.', ended, whole)),
    columns: [l10n.t('bias²'), l10n.t('variance'), l10n.t('error'), l10n.t('Rounds')], columnTerms: ['biasVariance', 'biasVariance', 'lossFunction.meanSquaredError', 'bootstrap'],
    rows: all.map((one) => {
      const found = one.evaluation?.bootstrap;
      return { one, cells: [formatNumber(found?.biasSquared), formatNumber(found?.variance), formatNumber(found?.error), progressText(one.rounds)] };
    }),
    details: null, rowsDrawn: 0, hasValues: known.length > 0,
    draw: (context, palette, width, height) => drawErrors(context, palette, known, l10n.t('mean squared error'), width, height),
  };
}

function baggingCard(all: readonly TrustSeries[]): Card {
  const known = all.flatMap((one) => (one.evaluation?.bootstrap ? [{ ...category(one), values: [one.evaluation.bootstrap.bagged.error, one.evaluation.bootstrap.single.error] }] : []));
  const classes = all.some((one) => one.evaluation?.bootstrap?.bagged.accuracy != null);
  return {
    name: 'bagging', title: l10n.t('Bagging'), term: 'bagging bootstrap',
    about: l10n.t('The mean of all rounds votes. It takes the variance out of the error and leaves the bias.'),
    reading: baggingReading(all), unfinished: '',
    columns: [l10n.t('Single error'), l10n.t('Bagged error'), ...(classes ? [l10n.t('Single accuracy'), l10n.t('Bagged accuracy')] : [])],
    columnTerms: ['biasVariance', 'bagging', 'metric.accuracy', 'metric.accuracy bagging'],
    rows: all.map((one) => {
      const found = one.evaluation?.bootstrap;
      return { one, cells: [formatNumber(found?.single.error), formatNumber(found?.bagged.error), ...(classes ? [formatNumber(found?.single.accuracy), formatNumber(found?.bagged.accuracy)] : [])] };
    }),
    details: null, rowsDrawn: known.length, hasValues: known.length > 0,
    draw: (context, palette, width, height) => drawPairs(context, palette, known, [l10n.t('bagged'), l10n.t('single, on average')], width, height),
  };
}

function boostingCard(all: readonly TrustSeries[]): Card {
  const known = all.flatMap((one) => (one.evaluation?.boosting ? [{ ...category(one), loss: one.evaluation.boosting.loss, validation: one.evaluation.boosting.validationLoss, best: bestRound(one.evaluation.boosting) }] : []));
  const rounds = Math.max(0, ...known.map((one) => one.loss.length));
  return {
    name: 'boosting', title: l10n.t('Boosting'), term: 'boosting',
    about: l10n.t('Each round learns what the rounds before got wrong. Where the validation loss (hollow) turns up, rounds learn noise.'),
    reading: boostingReading(all),
    unfinished: unfinishedText(all, (one) => one.boosting, (ended, whole) => l10n.t('{0} of {1} ensembles are complete.', ended, whole)),
    columns: [l10n.t('Rounds'), l10n.t('Loss'), l10n.t('Validation loss'), l10n.t('Best round'), l10n.t('Loss of the single run')], columnTerms: ['boosting', 'loss', 'validationLoss', 'boosting', 'loss'],
    rows: all.map((one) => {
      const found = one.evaluation?.boosting;
      const last = (found?.loss.length ?? 0) - 1;
      return { one, cells: [found ? String(last + 1) : progressText(one.boosting), formatNumber(found?.loss[last]), formatNumber(found?.validationLoss[last]), found ? String(bestRound(found)?.round ?? '–') : '–', formatNumber(one.main?.model?.validationLoss ?? one.main?.loss)] };
    }),
    details: rounds > 0 ? {
      title: l10n.t('Every round'), columns: [l10n.t('Round'), ...known.flatMap((one) => [one.label, l10n.t('{0}, validation', one.label)])],
      rows: Array.from({ length: rounds }, (_, round) => [String(round + 1), ...known.flatMap((one) => [formatNumber(one.loss[round]), formatNumber(one.validation[round])])]),
    } : null,
    rowsDrawn: 0, hasValues: known.length > 0,
    draw: (context, palette, width, height) => drawRounds(context, palette, known, rounds, l10n.t('loss after each round'), width, height),
  };
}

function gapCard(document: LabDocument, all: readonly TrustSeries[]): Card {
  const tested = document.models.some((model) => model.tested);
  const known = all.flatMap((one) => {
    const gap = gapOf(one);
    return gap ? [{ ...category(one), values: [gap.training, gap.validation, ...(tested ? [gap.test] : [])] }] : [];
  });
  const running = all.filter((one) => one.main?.status === 'running').length;
  return {
    name: 'gap', title: l10n.t('Training against unseen rows'), term: 'generalizationGap split',
    about: l10n.t('Unseen rows much worse than training: overfitting. Both bad: underfitting. Only the test rows were never used to choose anything.'),
    reading: gapReading(all), unfinished: running > 0 ? l10n.t('{0} runs are still going.', running) : '',
    columns: [l10n.t('Loss'), l10n.t('Validation loss'), ...(tested ? [l10n.t('Test loss')] : [])], columnTerms: ['loss', 'validationLoss', 'testLoss'],
    rows: all.map((one) => {
      const gap = gapOf(one);
      return { one, cells: [formatNumber(gap?.training), formatNumber(gap?.validation), ...(tested ? [formatNumber(gap?.test)] : [])] };
    }),
    details: null, rowsDrawn: known.length, hasValues: known.length > 0,
    draw: (context, palette, width, height) => drawPairs(context, palette, known, [l10n.t('training'), l10n.t('validation'), ...(tested ? [l10n.t('test')] : [])], width, height),
  };
}

/** The numbers of a card: they say all that its drawing does. */
export function cardTable(card: Card, select: (one: TrustSeries) => void): TemplateResult {
  return html`<table class="data-table" aria-label=${card.title}><thead><tr><th scope="col"><span class="visually-hidden">${l10n.t('Series')}</span></th>${card.columns.map((column, i) => html`<th scope="col" class="is-number">${term(card.columnTerms[i], column)}</th>`)}</tr></thead>
    <tbody>${card.rows.map(({ one, cells }) => html`<tr class=${one.selected && card.rows.length > 1 ? 'is-selected' : ''} @click=${() => select(one)}><th scope="row">${swatch(one.series.index)} ${one.name}</th>${cells.map((cell) => html`<td class="is-number">${cell}</td>`)}</tr>`)}</tbody></table>
    ${card.details ? html`<details class="trust-details"><summary>${card.details.title}</summary><table class="data-table"><thead><tr>${card.details.columns.map((column) => html`<th scope="col" class="is-number">${column}</th>`)}</tr></thead>
      <tbody>${card.details.rows.map(([first, ...cells]) => html`<tr><th scope="row" class="is-number">${first}</th>${cells.map((cell) => html`<td class="is-number">${cell}</td>`)}</tr>`)}</tbody></table></details>` : nothing}`;
}
