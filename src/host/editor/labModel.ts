import * as l10n from '@vscode/l10n';
import type { DataSpec } from '../../core/data/spec';
import type { ModelTrial } from '../../core/training/trial';
import { isRisingMetric } from '../../core/training/sweeps';
import type { Experiment, ExperimentModel, ExperimentVariant, ParsedExperiment } from '../../format/experiment';
import { isClassification } from '../../core/nn/classification';
import { modelSummary } from '../../format/modelShape';
import { escapeSegment, valueAt } from '../../format/pointer';
import { effectivePointer } from '../../format/variants';
import type { LabField, LabLayer, LabModel, LabSweep } from '../../protocol/lab';
import { formatNumber } from '../../wording/numbers';
import { fieldLabel } from './fieldLabels';
import type { Place } from './labFields';
import { fieldsFrom, propertiesOf, typesOf } from './schemaFields';

/** One trial for each distinct model of an experiment, in the order in which the page has the models: what is read is the same for all its runs. */
export function modelTrials(experiment: Experiment): ModelTrial[] {
  const seen = new Set<string>();
  return experiment.variants.flatMap(({ model, index }) => {
    const key = JSON.stringify(model);
    if (!model || seen.has(key)) return [];
    seen.add(key);
    return experiment.trials.find((trial): trial is ModelTrial => trial.kind === 'model' && trial.variantIndex === index) ?? [];
  });
}

/** The distinct models of the variants, and for each variant the place of its own among them (−1: none). */
export function labModels(variants: readonly ExperimentVariant[], parsed: ParsedExperiment): { readonly list: LabModel[]; readonly places: readonly number[] } {
  const list: LabModel[] = [];
  const known = new Map<string, number>();
  const places = variants.map((variant) => {
    if (!variant.model) return -1;
    const key = JSON.stringify(variant.model);
    let place = known.get(key);
    if (place === undefined) {
      known.set(key, (place = list.length));
      list.push(labModel(variant, variant.model, parsed));
    }
    return place;
  });
  return { list, places };
}

function labModel(variant: ExperimentVariant, model: ExperimentModel, parsed: ParsedExperiment): LabModel {
  const place: Place = (pointer) => effectivePointer(parsed.value, variant.index, pointer);
  const summary = modelSummary(model);
  const size = (value: number): number | null => (Number.isNaN(value) ? null : value);
  const indices = [...new Set(model.spec.layers.map(({ index }) => index))];
  const layers = indices.map((index): LabLayer => {
    const specs = model.spec.layers.filter((layer) => layer.index === index);
    const rows = summary.layers.filter((layer) => layer.index === index);
    const sum = (pick: 'parameters' | 'trainable'): number | null => (rows.length < specs.length ? null : size(rows.reduce((total, row) => total + row[pick], 0)));
    const path = `/model/layers/${index}`;
    const properties = propertiesOf(['model', 'layers', '-'], specs[0].type);
    return {
      index, path: place(path), names: specs.map(({ name }) => name), type: specs[0].type,
      output: rows.length < specs.length ? null : rows[rows.length - 1].output.map(size),
      parameters: sum('parameters'), trainable: sum('trainable'),
      fields: fieldsFrom(properties, [...properties.keys()].filter((name) => name !== 'type'), path, parsed, place),
    };
  });
  const { data, training } = model;
  return {
    layers, total: summary.problem ? null : size(summary.parameters),
    layerTypes: typesOf(['model', 'layers', '-']),
    loss: model.loss.type, metrics: model.metrics, classification: isClassification(model.loss),
    validated: data.validation !== 0, tested: data.test !== 0,
    epochs: training.epochs, batchSize: training.batchSize,
    dataText: dataText(data),
    fields: modelFields(parsed, place, !isClassification(model.loss)),
    folds: model.folds, bootstrapRounds: model.bootstrapRounds, boosting: model.boosting,
  };
}

/**
 * Everything of a model's file that has a simple control, in the order in which people think of it.
 * @param numeric the target is of numbers, which can be scaled; classes cannot.
 */
function modelFields(parsed: ParsedExperiment, place: Place, numeric: boolean): LabField[] {
  const of = (names: readonly string[], ...path: string[]): LabField[] => fieldsFrom(propertiesOf(path), names, path.map((name) => `/${name}`).join(''), parsed, place);
  const source = (['csv', 'generate', 'npz', 'libsvm'] as const).filter((name) => valueAt(parsed.value, place(`/data/${name}`)) !== undefined);
  const generated = source.includes('generate') ? [...propertiesOf(['data']).keys()].filter((name) => ['samples', 'noise', 'classes', 'columns', 'nonZeros'].includes(name) && valueAt(parsed.value, place(`/data/${name}`)) !== undefined) : [];
  return [
    ...of([...source, ...generated, 'scale', ...(numeric || valueAt(parsed.value, place('/data/scaleTarget')) !== undefined ? ['scaleTarget'] : []), 'validation', 'test', 'stratify'], 'data'),
    ...of(['batchSize', 'epochs', 'shuffle', 'clipValue'], 'training'),
    ...of(['l1', 'l2', 'weightNoise'], 'regularization'),
    ...of(['patience', 'monitor', 'restoreBest'], 'stop'),
  ];
}

/** What the data are, in a few words. */
export function dataText({ source }: DataSpec): string {
  switch (source.kind) {
    case 'csv':
    case 'npz':
    case 'libsvm':
      return fileName(source.path);
    case 'idx': return fileName(source.images);
    case 'inline': return l10n.t('{0} rows in the file', source.x.length);
    case 'generate': return l10n.t('{0}, {1} rows', source.generator, formatNumber(source.samples));
  }
}

function fileName(path: string): string {
  return path.split('/').pop() ?? path;
}

export function labSweep({ sweep, variants }: Experiment, parsed: ParsedExperiment): LabSweep | null {
  if (!sweep) return null;
  return {
    axes: sweep.axes.map(({ name, values }) => ({
      name, label: /\/\d+$/.test(name) ? name : fieldLabel(name.slice(name.lastIndexOf('/') + 1)), values,
      paths: Object.fromEntries(variants.flatMap(({ index, optimizers }) => optimizers.map((_, at) => [`${index ?? 0}/${at}`, ownPointer(parsed.value, index, name.startsWith('/') ? name : `/optimizers/${at}/${name}`)]))),
    })),
    metric: sweep.metric, rising: isRisingMetric(sweep.metric), refine: sweep.refine,
  };
}

/** Where a value holds for one variant alone: where the variant says it already, else as a new entry of what the variant sets. */
function ownPointer(value: unknown, variant: number | null, pointer: string): string {
  const effective = effectivePointer(value, variant, pointer);
  return variant === null || effective !== pointer ? effective : `/variants/${variant}/set/${escapeSegment(pointer)}`;
}
