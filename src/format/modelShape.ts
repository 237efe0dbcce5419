import * as l10n from '@vscode/l10n';
import type { DataSpec, SourceSpec } from '../core/data/spec';
import { summarize, type ModelSummary, type ShapeProblem } from '../core/nn/shapes';
import type { Shape } from '../core/nn/spec';
import type { ExperimentModel } from './experiment';
import { type Finding, errorAt } from './finding';

/** Sizes of one row, where the file alone says them; null where they depend on what stands in a data file. */
export function inputShape(data: DataSpec): Shape | null {
  if (data.imageShape) return data.imageShape;
  if (data.features && data.source.kind !== 'csv') return null;
  return sourceShape(data.source);
}

function sourceShape(source: SourceSpec): Shape | null {
  switch (source.kind) {
    case 'inline': {
      const [first] = source.x;
      const row = Array.isArray(first) ? first : [first];
      // A text column becomes one column a value.
      return source.x.some((each) => (Array.isArray(each) ? each : [each]).some((value) => typeof value === 'string')) ? null : [row.length];
    }
    case 'libsvm':
      return [source.columns];
    case 'generate':
      switch (source.generator) {
        case 'moons':
        case 'circles':
        case 'spirals':
        case 'xor':
          return [2];
        case 'sine':
        case 'polynomial':
          return [1];
        default:
          return [source.columns];
      }
    default:
      return null;
  }
}

/** The layers with their output shapes and parameter counts, as far as the file alone tells them. */
export function modelSummary(model: ExperimentModel): ModelSummary {
  return summarize(model.spec, inputShape(model.data));
}

/** Layers listed at most in the sum of a model's parameters. */
const LISTED = 6;

/** The sum of the parameters of the first model that has more than are allowed, where the file tells them; null where none has. */
export function tooManyParameters(variants: readonly { readonly model: ExperimentModel | null }[], limit: number): string | null {
  for (const { model } of variants) {
    if (!model) continue;
    const { layers, parameters } = modelSummary(model);
    if (!(parameters > limit)) continue;
    const counted = layers.filter((layer) => layer.parameters > 0);
    const shown = counted.slice(0, LISTED).map((layer) => `${layer.name} ${layer.parameters}`).join(' + ');
    return l10n.t('Too many parameters: {0} = {1}, and at most {2} are allowed. Take fewer units or filters.', counted.length > LISTED ? `${shown} + …` : shown, parameters, limit);
  }
  return null;
}

/** What of a model's layers does not fit together, whatever the data. */
export function checkShapes(model: ExperimentModel): Finding[] {
  const shape = inputShape(model.data);
  // Pictures in a file of their own have three sizes, which ones is not known before they are read.
  if (shape === null && model.data.source.kind !== 'csv' && model.data.source.kind !== 'inline') return [];
  const { problem } = summarize(model.spec, shape);
  return problem ? [errorAt(['model', 'layers', problem.index], 'shape', shapeSentence(problem), { key: true })] : [];
}

/** Why a layer cannot stand where it does, and what to do. */
export function shapeSentence({ code, name, input, window }: ShapeProblem): string {
  const given = shapeText(input);
  switch (code) {
    case 'needsFlatten': return l10n.t('"{0}" takes rows of numbers and gets {1}: put a "flatten" or "globalAvgPool2d" layer before it.', name, given);
    case 'needsPicture': return l10n.t('"{0}" takes pictures (height, width, channels) and gets {1}: add "imageShape" to "data", or move the layer before the flattening.', name, given);
    case 'needsSequence': return l10n.t('"{0}" takes sequences (length, channels) and gets {1}: add "imageShape": [length, channels] to "data".', name, given);
    case 'windowTooLarge': return l10n.t('The window {0} of "{1}" is larger than its input {2}: make it smaller, or set "padding" to "same".', window ? window.join(' × ') : '', name, given);
  }
}

/** "8 × 8 × 16"; "?" where a size is not known. */
export function shapeText(shape: Shape): string {
  return shape.map((size) => (Number.isNaN(size) ? '?' : String(size))).join(' × ');
}
