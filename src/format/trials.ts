import type { Resample } from '../core/data/dataset';
import type { SourceSpec } from '../core/data/spec';
import type { ModelTrial, ObjectiveTrial, SweptValue, Trial } from '../core/training/trial';
import type { ExperimentModel, ExperimentVariant } from './experiment';
import { isClassification } from '../core/nn/classification';

/** A point of a sweep, and its place among all points: part of the trial's id. */
export interface SweepPoint {
  readonly values: Readonly<Record<string, SweptValue>>;
  readonly key: string;
}

/** Every run of one variant, in the order: starts, optimizers, seeds; behind each run of a network its folds, bootstrap rounds and boosting. */
export function trialsOf(variant: ExperimentVariant, seed: number, seeds: number, point: SweepPoint | null = null): Trial[] {
  const { objective, model, optimizers, stop, diagnostics, clipNorm, clipValue } = variant;
  const base = (optimizerIndex: number, startIndex: number, k: number) => ({
    id: `${variant.index ?? '-'}/${optimizerIndex}/${startIndex}/${seed + k}${point ? `/${point.key}` : ''}`,
    label: optimizers[optimizerIndex].label, optimizerIndex,
    variant: variant.label, variantIndex: variant.index,
    startIndex,
    seed: seed + k,
    sweep: point?.values ?? null,
    optimizer: optimizers[optimizerIndex].spec,
    clipNorm, clipValue, stop, diagnostics,
  });
  const each = <T extends Trial>(starts: number, make: (optimizerIndex: number, startIndex: number, k: number) => readonly T[]): T[] =>
    Array.from({ length: starts }, (_, startIndex) => optimizers.flatMap((_o, optimizerIndex) => Array.from({ length: seeds }, (_s, k) => make(optimizerIndex, startIndex, k)).flat())).flat();
  if (objective) {
    return each(objective.starts.length, (optimizerIndex, startIndex, k): ObjectiveTrial[] =>
      [{ ...base(optimizerIndex, startIndex, k), kind: 'objective', start: objective.starts[startIndex], objective: objective.spec }]);
  }
  if (!model) return [];
  return each(1, (optimizerIndex, startIndex, k) => {
    const own = base(optimizerIndex, startIndex, k);
    const main: ModelTrial = {
      ...own, kind: 'model',
      model: model.spec, data: model.data, dataKey: dataKeyOf(model, own.seed), weights: model.weights, loss: model.loss, metrics: model.metrics,
      regularization: model.regularization, training: model.training, early: model.early, predict: model.predict, resample: null, boosting: null,
    };
    return point ? [main] : [main, ...evaluations(main, model)];
  });
}

/** The further runs that say how far to trust a score. */
function evaluations(main: ModelTrial, model: ExperimentModel): ModelTrial[] {
  const again = (suffix: string, changed: Partial<ModelTrial>): ModelTrial => ({ ...main, id: `${main.id}/${suffix}`, diagnostics: { ...main.diagnostics, tier: 'basic' }, ...changed });
  const folds = Array.from({ length: model.folds }, (_, index): Resample => ({ kind: 'fold', index, folds: model.folds }));
  const rounds = Array.from({ length: model.bootstrapRounds }, (_, round): Resample => ({ kind: 'bootstrap', round }));
  return [
    ...folds.map((resample, i) => again(`fold${i}`, { resample })),
    ...rounds.map((resample, i) => again(`round${i}`, { resample })),
    ...(model.boosting ? [again('boosting', { boosting: model.boosting })] : []),
  ];
}

/** Equal for trials that read the same rows and the same weights. Generated rows follow the seed. */
function dataKeyOf({ data, loss, weights }: ExperimentModel, seed: number): string {
  const { source, features, target, imageShape, validation, test } = data;
  const generated = [source, validation, test].some((each) => typeof each === 'object' && (each as SourceSpec).kind === 'generate');
  const sources = [validation, test].map((each) => (typeof each === 'object' ? each : null));
  return JSON.stringify([source, features, target, imageShape, sources, isClassification(loss), weights, generated ? seed : null]);
}
