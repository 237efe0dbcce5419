import * as l10n from '@vscode/l10n';
import { type Finding, errorAt } from './finding';
import type { PathSegment } from './pointer';
import { freeName } from './checkOptimizers';
import { SOURCES, type DataInput, type SourceInput } from './schema/data';
import type { FileInput } from './schema/file';
import type { LayerInput, ModelInput } from './schema/model';

/** Fields of a source beside its name, by the sources and generators that know them. */
const SOURCE_FIELDS = new Map<keyof SourceInput, readonly string[]>([
  ['x', ['npz']], ['y', ['npz']],
  ['samples', ['moons', 'blobs', 'circles', 'spirals', 'xor', 'linear', 'sine', 'polynomial', 'multiHot']],
  ['noise', ['moons', 'blobs', 'circles', 'spirals', 'xor', 'linear', 'sine', 'polynomial']],
  ['classes', ['blobs', 'spirals', 'multiHot']],
  ['columns', ['blobs', 'linear', 'multiHot', 'libsvm']],
  ['nonZeros', ['multiHot']],
]);

/** What the schema alone cannot say of data, model and loss. Every part is of the right shape already. */
export function checkModelFile(file: Partial<FileInput>): Finding[] {
  const findings: Finding[] = [];
  if (file.data) findings.push(...checkData(file.data));
  if (file.model) findings.push(...checkModel(file.model, file.data));
  if (file.model && file.loss) findings.push(...checkLoss(file.loss, file.model));
  return findings;
}

function checkData(data: DataInput): Finding[] {
  const findings = [...checkSource(data, ['data'])];
  for (const part of ['validation', 'test'] as const) {
    const value = data[part];
    if (typeof value === 'object') findings.push(...checkSource(value, ['data', part]));
    else if (value !== undefined && value >= 1 && !Number.isInteger(value)) findings.push(errorAt(['data', part], 'outOfRange', l10n.t('"{0}" must be a fraction below 1 or a whole number of rows.', part)));
  }
  if (data.csv !== undefined && data.target === undefined) findings.push(errorAt(['data'], 'missing', l10n.t('{0} needs "{1}".', '"csv"', 'target'), { key: true }));
  if (data.csv === undefined) {
    for (const name of ['target', 'features'] as const) {
      if (data[name] !== undefined) findings.push(errorAt(['data', name], 'unusedField', l10n.t('"{0}" needs "{1}".', name, 'csv'), { key: true }));
    }
  }
  if (data.inline && data.inline.x.length !== data.inline.y.length) {
    findings.push(errorAt(['data', 'inline', 'y'], 'wrongLength', l10n.t('"y" has {0} rows and "x" has {1}.', data.inline.y.length, data.inline.x.length)));
  }
  if (data.inline) {
    const width = (row: unknown): number => (Array.isArray(row) ? row.length : 1);
    const odd = data.inline.x.findIndex((row) => width(row) !== width(data.inline!.x[0]));
    if (odd > 0) findings.push(errorAt(['data', 'inline', 'x', odd], 'wrongLength', l10n.t('This row has {0} values and the first has {1}.', width(data.inline.x[odd]), width(data.inline.x[0]))));
  }
  return findings;
}

function checkSource(source: SourceInput, path: readonly PathSegment[]): Finding[] {
  const present = SOURCES.filter((name) => source[name] !== undefined);
  if (present.length === 0) return [errorAt(path, 'missing', l10n.t('Say where the rows come from: one of {0}.', SOURCES.map((name) => `"${name}"`).join(', ')), { key: true })];
  if (present.length > 1) return [errorAt([...path, present[1]], 'conflict', l10n.t('Rows come from one place only: "{0}" is given already.', present[0]), { key: true })];
  const [kind] = present;
  const findings: Finding[] = [];
  for (const [name, owners] of SOURCE_FIELDS) {
    if (source[name] === undefined || owners.includes(kind) || (source.generate !== undefined && owners.includes(source.generate))) continue;
    findings.push(errorAt([...path, name], 'unusedField', l10n.t('"{0}" has no meaning here; it belongs to {1}.', name, owners.join(', ')), { key: true }));
  }
  const needs = (names: readonly (keyof SourceInput)[]): void => {
    for (const name of names) if (source[name] === undefined) findings.push(errorAt(path, 'missing', l10n.t('{0} needs "{1}".', `"${source.generate ?? kind}"`, name), { key: true }));
  };
  if (kind === 'npz') needs(['x', 'y']);
  if (kind === 'libsvm') needs(['columns']);
  if (source.generate === 'multiHot') needs(['columns', 'nonZeros']);
  return findings;
}

function checkModel(model: ModelInput, data: DataInput | undefined): Finding[] {
  const findings: Finding[] = [];
  const seen = new Map<string, number>();
  model.layers.forEach((layer, index) => {
    const path = ['model', 'layers', index];
    if (layer.name !== undefined) {
      const first = seen.get(layer.name);
      if (first !== undefined) findings.push(errorAt([...path, 'name'], 'duplicateLabel', l10n.t('Layer {0} has the name "{1}" already; names must differ.', first + 1, layer.name), { suggestion: freeName(layer.name, new Set(model.layers.map((other) => other.name))) }));
      else seen.set(layer.name, index);
    }
    if (layer.type === 'conv2d' || layer.type === 'conv1d') findings.push(...checkConvolution(layer, path));
  });
  const first = model.layers[0];
  const spatial = ['conv1d', 'conv2d', 'maxPool2d', 'avgPool2d', 'globalAvgPool2d'].includes(first.type);
  const flat = data && (data.csv !== undefined || data.inline !== undefined || data.generate !== undefined || data.libsvm !== undefined);
  if (spatial && flat && data.imageShape === undefined) {
    findings.push(errorAt(['model', 'layers', 0, 'type'], 'missing', l10n.t('{0} needs the shape of a row: add "imageShape" to "data", such as [8, 8, 1].', first.type)));
  }
  return findings;
}

function checkConvolution(layer: LayerInput & { type: 'conv1d' | 'conv2d' }, path: readonly PathSegment[]): Finding[] {
  const findings: Finding[] = [];
  if (layer.fixed === undefined) {
    for (const name of ['filters', 'kernel'] as const) if (layer[name] === undefined) findings.push(errorAt(path, 'missing', l10n.t('{0} needs "{1}".', `"${layer.type}"`, name), { key: true }));
  } else {
    for (const name of ['filters', 'kernel', 'trainable'] as const) {
      if (layer[name] !== undefined && !(name === 'trainable' && layer[name] === false)) findings.push(errorAt([...path, name], 'conflict', l10n.t('"{0}" has no meaning beside a fixed kernel.', name), { key: true }));
    }
    if (layer.type === 'conv2d') {
      const odd = layer.fixed.findIndex((row) => row.length !== layer.fixed![0].length);
      if (odd > 0) findings.push(errorAt([...path, 'fixed', odd], 'wrongLength', l10n.t('This row has {0} values and the first has {1}.', layer.fixed[odd].length, layer.fixed[0].length)));
    }
  }
  if (layer.type === 'conv1d') {
    for (const name of ['kernel', 'stride'] as const) if (Array.isArray(layer[name])) findings.push(errorAt([...path, name], 'wrongType', l10n.t('{0} must be {1}, not {2}.', `"${name}"`, l10n.t('a whole number'), l10n.t('a list'))));
  }
  return findings;
}

/** A cross-entropy is computed from the logits of its own last activation. */
function checkLoss(loss: NonNullable<FileInput['loss']>, model: ModelInput): Finding[] {
  const type = typeof loss === 'string' ? loss : loss.type;
  const path = typeof loss === 'string' ? ['loss'] : ['loss', 'type'];
  const findings: Finding[] = [];
  if (typeof loss === 'object' && loss.labelSmoothing !== undefined && type !== 'categoricalCrossentropy' && type !== 'binaryCrossentropy') {
    findings.push(errorAt(['loss', 'labelSmoothing'], 'unusedField', l10n.t('"{0}" has no meaning here; it belongs to {1}.', 'labelSmoothing', 'categoricalCrossentropy, binaryCrossentropy'), { key: true }));
  }
  const needed = type === 'categoricalCrossentropy' ? 'softmax' : type === 'binaryCrossentropy' ? 'sigmoid' : null;
  if (!needed) return findings;
  const last = model.layers[model.layers.length - 1];
  const activation = 'activation' in last ? last.activation ?? 'linear' : 'linear';
  if (activation !== needed) {
    findings.push(errorAt(path, 'conflict', l10n.t('{0} needs "{1}" as the activation of the last layer, which has "{2}".', type, needed, activation)));
  }
  return findings;
}
