/** What the layers make of their input, written out: sizes follow from the fields of the file once the data are known. */
import * as l10n from '@vscode/l10n';
import { summarize } from '../../src/core/nn/shapes';
import type { LayerSpec, LayerSummary, Shape } from '../../src/core/nn/spec';
import type { LabLayer, LabModel } from '../../src/protocol/lab';
import { formatCount } from '../numbers';

export interface ModelRow {
  readonly layer: LabLayer;
  readonly input: Shape;
  readonly output: Shape;
  readonly parameters: number;
  readonly trainable: number;
}

function field(layer: LabLayer, name: string): unknown {
  return layer.fields.find((one) => one.name === name)?.value ?? undefined;
}

function pair(value: unknown): readonly [number, number] | null {
  if (typeof value === 'number') return [value, value];
  return Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === 'number') ? [value[0] as number, value[1] as number] : null;
}

/** A kernel that is not trained, as rows; null for a trained one. */
export function fixedKernel(layer: LabLayer): readonly (readonly number[])[] | null {
  const value = field(layer, 'fixed');
  if (!Array.isArray(value) || value.length === 0) return null;
  return Array.isArray(value[0]) ? (value as number[][]) : [value as number[]];
}

/** The layer as the network builds it, as far as its shapes go: of the shapes nothing depends on activations or initializers. */
function specOf(layer: LabLayer, name: string): LayerSpec {
  const base = { name, index: layer.index };
  const weighted = { activation: 'linear', bias: field(layer, 'bias') !== false, initializer: { kind: 'zeros' }, trainable: field(layer, 'trainable') !== false } as const;
  switch (layer.type) {
    case 'dense': return { ...base, ...weighted, type: 'dense', units: Number(field(layer, 'units')) };
    case 'conv1d':
    case 'conv2d': {
      const fixed = fixedKernel(layer);
      const flat = layer.type === 'conv1d';
      const kernel = fixed ? [fixed.length, fixed[0].length] as const : pair(field(layer, 'kernel')) ?? [1, 1] as const;
      const stride = pair(field(layer, 'stride')) ?? [1, 1] as const;
      const one = flat && !fixed ? [1, kernel[1]] as const : kernel;
      return { ...base, ...weighted, type: layer.type, filters: Number(field(layer, 'filters') ?? 1), kernel: one, stride: flat ? [1, stride[1]] : stride, padding: field(layer, 'padding') === 'same' ? 'same' : 'valid', fixed, ...(fixed ? { bias: false, trainable: false } : {}) };
    }
    case 'maxPool2d':
    case 'avgPool2d': {
      const size = pair(field(layer, 'size')) ?? [2, 2] as const;
      return { ...base, type: layer.type, size, stride: pair(field(layer, 'stride')) ?? size, padding: field(layer, 'padding') === 'same' ? 'same' : 'valid' };
    }
    case 'batchNorm':
    case 'layerNorm': return { ...base, type: layer.type, epsilon: 0, momentum: 0, unbiased: false };
    default: return { ...base, type: layer.type } as LayerSpec;
  }
}

/**
 * A row a layer of the file, of its last copy where it is repeated; counts are those of all copies. What the file already tells stands
 * in `model` itself; sizes that follow from the data are worked out from a row's shape.
 */
export function modelRows(model: LabModel, input: Shape | null): ModelRow[] {
  const specs = model.layers.flatMap((layer) => layer.names.map((name) => specOf(layer, name)));
  const { layers } = summarize({ layers: specs, precision: 'float64', kernels: null }, input);
  let before: Shape = input ?? [NaN];
  return model.layers.map((layer) => {
    const own: LayerSummary[] = layers.filter(({ index }) => index === layer.index);
    const sum = (pick: 'parameters' | 'trainable', told: number | null) => told ?? (own.length === 0 ? NaN : own.reduce((total, one) => total + one[pick], 0));
    const input = before;
    const output = layer.output && !layer.output.includes(null) ? (layer.output as number[]) : own.at(-1)?.output ?? [NaN];
    before = output;
    return { layer, input, output, parameters: sum('parameters', layer.parameters), trainable: sum('trainable', layer.trainable) };
  });
}

export function shapeText(shape: Shape): string {
  return shape.map((size) => (Number.isNaN(size) ? '?' : formatCount(size))).join(' × ');
}

/** "(8 − 3)/1 + 1 = 6": how the output's size comes about; one term where height and width agree, else one each. Null for a layer without a window. */
export function sizeArithmetic({ layer, input, output }: ModelRow): string | null {
  const spec = specOf(layer, '');
  if (!('padding' in spec) || layer.names.length > 1 || input.some(Number.isNaN)) return null;
  const window = 'kernel' in spec ? spec.kernel : spec.size;
  const sequence = input.length === 2;
  const axes = sequence ? [1] : [0, 1];
  const terms = axes.map((axis) => {
    const size = sequence ? input[0] : input[axis];
    const out = sequence ? output[0] : output[axis];
    if (spec.padding === 'same') return `⌈${size}/${spec.stride[axis]}⌉ = ${out}`;
    const exact = (size - window[axis]) % spec.stride[axis] === 0;
    const share = `(${size} − ${window[axis]})/${spec.stride[axis]}`;
    return `${exact ? share : `⌊${share}⌋`} + 1 = ${out}`;
  });
  return [...new Set(terms)].join(', ');
}

/** How the parameters are counted: "3 · 3 · 8 · 16 + 16"; null where there are none or the layer is repeated. */
export function countArithmetic({ layer, input, output }: ModelRow): string | null {
  if (layer.names.length > 1 || input.some(Number.isNaN)) return null;
  const spec = specOf(layer, '');
  const bias = 'bias' in spec && spec.bias ? ` + ${formatCount(output[output.length - 1])}` : '';
  switch (spec.type) {
    case 'dense': return `${formatCount(input[0])} · ${formatCount(spec.units)}${bias}`;
    case 'conv1d':
    case 'conv2d': {
      const taps = (spec.type === 'conv1d' ? spec.kernel.slice(1) : spec.kernel).join(' · ');
      return spec.fixed ? `${taps}${bias}` : `${taps} · ${input[input.length - 1]} · ${spec.filters}${bias}`;
    }
    case 'batchNorm':
    case 'layerNorm': return `2 · ${input[input.length - 1]}`;
    default: return null;
  }
}

/** One line on what a layer does. */
export function layerWords(type: string): string {
  switch (type) {
    case 'dense': return l10n.t('Each output is a weighted sum of all inputs.');
    case 'conv2d': return l10n.t('A small kernel slides over the picture: the same weights everywhere.');
    case 'conv1d': return l10n.t('A short kernel slides along the sequence: the same weights everywhere.');
    case 'maxPool2d': return l10n.t('Keeps the largest value of each window.');
    case 'avgPool2d': return l10n.t('Keeps the mean of each window.');
    case 'globalAvgPool2d': return l10n.t('Keeps the mean of each channel.');
    case 'flatten': return l10n.t('Lays the numbers out in a row.');
    case 'dropout': return l10n.t('Leaves outputs out by chance while training; here it passes them on.');
    case 'gaussianNoise': return l10n.t('Adds noise while training; here it passes its input on.');
    case 'batchNorm': return l10n.t('Shifts and scales each channel by the statistics of the batch.');
    case 'layerNorm': return l10n.t('Shifts and scales each row to mean 0 and deviation 1.');
    case 'activation': return l10n.t('Bends each number by itself.');
    default: return '';
  }
}

/** What a layer is called with its size and activation: "dense 64, relu". */
export function layerNote(layer: LabLayer): string {
  const parts: string[] = [];
  const size = field(layer, layer.type === 'dense' ? 'units' : 'filters');
  if (typeof size === 'number' && !fixedKernel(layer)) parts.push(formatCount(size));
  const window = pair(field(layer, layer.type.includes('Pool') ? 'size' : 'kernel'));
  const fixed = fixedKernel(layer);
  if (fixed) parts.push(l10n.t('fixed {0}', `${fixed.length} × ${fixed[0].length}`));
  else if (window) parts.push(layer.type === 'conv1d' ? String(window[1]) : `${window[0]} × ${window[1]}`);
  const activation = field(layer, 'activation');
  if (typeof activation === 'string' && activation !== 'linear') parts.push(activation);
  const rate = field(layer, 'rate') ?? field(layer, 'stddev');
  if (typeof rate === 'number') parts.push(String(rate));
  return parts.join(', ');
}

/** The activation that follows a layer, for what is said of its units. */
export function activationOf(layer: LabLayer): string {
  return String(field(layer, 'activation') ?? 'linear');
}
