/** What the pictures of trust show: evaluations of the visible series from one seed, and how far their runs are. */
import * as l10n from '@vscode/l10n';
import type { Spread } from '../../src/core/training/evaluation';
import type { LabEvaluation, LabRun, LabSeries } from '../../src/protocol/lab';
import { seriesName } from '../charts/names';
import { metricName } from '../metricNames';
import { formatNumber } from '../numbers';
import type { LabStore } from '../state/types';

export type TrustStore = Pick<LabStore, 'document' | 'allRuns' | 'evaluation' | 'hidden' | 'selected'>;

export interface TrustSeries {
  readonly series: LabSeries;
  readonly name: string;
  readonly selected: boolean;
  readonly evaluation: LabEvaluation | null;
  readonly folds: Progress;
  readonly rounds: Progress;
  readonly boosting: Progress;
  /** The experiment's own run from this seed. */
  readonly main: LabRun | null;
}

/** Runs that have ended, those without a score among them, and all that there are to be. */
export interface Progress {
  readonly ended: number;
  readonly failed: number;
  readonly all: number;
}

/** Seeds that there are runs of; before any, the file's. */
export function seedsOf(store: TrustStore): number[] {
  const seeds = [...new Set(store.allRuns.map((run) => run.seed))].sort((a, b) => a - b);
  return seeds.length > 0 ? seeds : [store.document?.seed ?? 0];
}

export function trustSeries(store: TrustStore, seed: number): TrustSeries[] {
  const { document } = store;
  if (!document) return [];
  return document.series.filter((series) => !store.hidden.has(series.key)).map((series) => {
    const runs = store.allRuns.filter((run) => run.seriesKey === series.key && run.seed === seed);
    const model = document.models[series.model];
    const of = (part: LabRun['part'], all: number): Progress => {
      const ended = runs.filter((run) => run.part === part && run.status !== 'running');
      return { ended: ended.length, failed: ended.filter((run) => run.status === 'failed' || run.status === 'diverged' || run.status === 'cancelled').length, all };
    };
    return {
      series, name: seriesName(document, series), selected: series.key === store.selected,
      evaluation: store.evaluation.find((each) => each.seriesKey === series.key && each.seed === seed) ?? null,
      folds: of('fold', model?.folds ?? 0), rounds: of('round', model?.bootstrapRounds ?? 0), boosting: of('boosting', model?.boosting ? 1 : 0),
      main: runs.find((run) => run.part === 'main' && run.isBest) ?? null,
    };
  });
}

/** "", or how many are still to come or were lost: "3 of 5", "5, 1 without a score". */
export function progressText(progress: Progress): string {
  if (progress.ended < progress.all) return l10n.t('{0} of {1}', progress.ended, progress.all);
  return progress.failed > 0 ? l10n.t('{0}, {1} without a score', progress.all, progress.failed) : String(progress.all);
}

/** Scores that folds have, in the order in which they were measured. */
export function foldMetrics(all: readonly TrustSeries[]): string[] {
  return [...new Set(all.flatMap((one) => Object.keys(one.evaluation?.crossValidation?.scores ?? {})))];
}

export function spreadText(spread: Spread | undefined): string {
  if (!spread) return '–';
  return Number.isFinite(spread.deviation) ? l10n.t('{0} ± {1}', formatNumber(spread.mean), formatNumber(spread.deviation, 2)) : formatNumber(spread.mean);
}

/** What the folds say: which series leads, and whether by more than the folds differ. */
export function foldsReading(all: readonly TrustSeries[], metric: string, rising: boolean): string {
  const scored = all.flatMap((one) => {
    const spread = one.evaluation?.crossValidation?.scores[metric];
    return spread && Number.isFinite(spread.mean) ? [{ name: one.name, spread }] : [];
  }).sort((a, b) => (rising ? b.spread.mean - a.spread.mean : a.spread.mean - b.spread.mean));
  if (scored.length === 0) return '';
  const [first, second] = scored;
  if (!second) return l10n.t('{0}: {1} {2}.', first.name, metricName(metric), spreadText(first.spread));
  const apart = Math.abs(first.spread.mean - second.spread.mean);
  const wide = Math.max(first.spread.deviation, second.spread.deviation);
  if (!Number.isFinite(wide)) return '';
  return apart > wide ? l10n.t('{0} leads {1} by {2}, more than the folds differ.', first.name, second.name, formatNumber(apart, 2))
    : l10n.t('{0} leads {1} by {2}, less than the folds differ ({3}): too close to call.', first.name, second.name, formatNumber(apart, 2), formatNumber(wide, 2));
}

export function biasReading(all: readonly TrustSeries[]): string {
  const known = all.flatMap((one) => (one.evaluation?.bootstrap ? [{ name: one.name, ...one.evaluation.bootstrap }] : []));
  if (known.length === 0) return '';
  const best = known.reduce((least, each) => (each.error < least.error ? each : least));
  if (known.length === 1) {
    return best.variance > best.biasSquared ? l10n.t('{0}: most of the error is variance. More data, averaging or a simpler model would help.', best.name) : l10n.t('{0}: most of the error is bias (noise of the targets included). A richer model may help, more of the same data will not.', best.name);
  }
  return l10n.t('{0} has the least error: {1} = {2} bias² + {3} variance.', best.name, formatNumber(best.error), formatNumber(best.biasSquared), formatNumber(best.variance));
}

export function baggingReading(all: readonly TrustSeries[]): string {
  const known = all.flatMap((one) => (one.evaluation?.bootstrap && one.evaluation.bootstrap.single.error > 0 ? [{ name: one.name, ...one.evaluation.bootstrap }] : []));
  if (known.length === 0) return '';
  const most = known.reduce((best, each) => (1 - each.bagged.error / each.single.error > 1 - best.bagged.error / best.single.error ? each : best));
  const share = formatNumber(100 * (1 - most.bagged.error / most.single.error), 2);
  return known.length > 1 ? l10n.t('{0} gains most: averaging {1} rounds takes {2} % of the error away.', most.name, most.rounds, share) : l10n.t('{0}: averaging {1} rounds takes {2} % of the error away.', most.name, most.rounds, share);
}

/** The round with the least validation loss, else with the least loss, from 1; null before the first. */
export function bestRound(boosting: NonNullable<LabEvaluation['boosting']>): { readonly round: number; readonly value: number; readonly validation: boolean } | null {
  const validation = boosting.validationLoss.some((value) => value !== null);
  const values = validation ? boosting.validationLoss : boosting.loss;
  let best = -1;
  values.forEach((value, i) => {
    if (value !== null && Number.isFinite(value) && (best < 0 || value < values[best]!)) best = i;
  });
  return best < 0 ? null : { round: best + 1, value: values[best]!, validation };
}

export function boostingReading(all: readonly TrustSeries[]): string {
  return all.flatMap((one) => {
    const { boosting } = one.evaluation ?? {};
    const best = boosting && bestRound(boosting);
    if (!boosting || !best) return [];
    const rounds = boosting.loss.length;
    if (!best.validation) return [l10n.t('{0}: loss {1} after {2} rounds. Without validation rows nothing says when to stop.', one.name, formatNumber(boosting.loss[rounds - 1]), rounds)];
    return [best.round < rounds ? l10n.t('{0}: best after round {1} of {2}, validation loss {3}; later rounds only learn noise.', one.name, best.round, rounds, formatNumber(best.value))
      : l10n.t('{0}: still getting better after {1} rounds, validation loss {2}.', one.name, rounds, formatNumber(best.value))];
  }).join(' ');
}

export interface Gap {
  readonly training: number;
  readonly validation: number | null;
  readonly test: number | null;
}

/** The losses of the experiment's own run; null while it goes or where it broke. */
export function gapOf(one: TrustSeries): Gap | null {
  const { main } = one;
  if (!main?.model || main.loss === null || main.status === 'failed' || main.status === 'cancelled') return null;
  return { training: main.loss, validation: main.model.validationLoss, test: main.model.testLoss };
}

/** Losses on unseen rows up to this many times the training's are no gap. */
const SAME = 1.05;

export function gapReading(all: readonly TrustSeries[]): string {
  const known = all.flatMap((one) => {
    const gap = gapOf(one);
    const held = gap?.validation ?? gap?.test;
    return gap && held !== null && held !== undefined && gap.training > 0 ? [{ name: one.name, ratio: held / gap.training }] : [];
  });
  if (known.length === 0) return '';
  const widest = known.reduce((most, each) => (each.ratio > most.ratio ? each : most));
  if (widest.ratio < SAME) return l10n.t('No gap to speak of: rows that were not seen fare about as well as those of the training.');
  return l10n.t('Widest for {0}: the loss on rows it did not see is {1} times that on its own.', widest.name, formatNumber(widest.ratio, 2));
}
