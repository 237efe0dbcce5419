import * as l10n from '@vscode/l10n';
import { isClassification } from '../core/nn/classification';
import type { DataSpec, FeatureSpec, SourceSpec } from '../core/data/spec';
import type { Initializer, LayerSpec, LossSpec, MetricName, ModelSpec } from '../core/nn/spec';
import type { Dialect } from '../core/optimizers/spec';
import { freeName } from './checkOptimizers';
import type { ExperimentModel } from './experiment';
import { type Finding, errorAt } from './finding';
import type { DataInput, SourceInput } from './schema/data';
import { DEFAULTS } from './schema/defaults';
import type { FileInput } from './schema/file';
import type { LayerInput, ModelInput } from './schema/model';

/** What a model's file says, every default and the dialect of its layers explicit. The parts are of the right shape and checked already. */
export function resolveModel(file: Pick<FileInput, 'data' | 'model' | 'loss' | 'metrics' | 'regularization' | 'training' | 'predict' | 'evaluate' | 'stop' | 'precision'>, dialect: Dialect): ExperimentModel | null {
  const { data, model, loss } = file;
  if (!data || !model || !loss) return null;
  const lossSpec: LossSpec = typeof loss === 'string' ? { type: loss, labelSmoothing: 0 } : { type: loss.type, labelSmoothing: loss.labelSmoothing ?? 0 };
  const { patience, minDelta, monitor, restoreBest } = { ...DEFAULTS.stop, ...file.stop };
  const training = { ...DEFAULTS.training, ...file.training };
  const { evaluate } = file;
  return {
    spec: resolveLayers(model, dialect, file.precision ?? 'float32'),
    data: resolveData(data),
    weights: model.weights ?? null,
    loss: lossSpec,
    metrics: metricsOf(file.metrics, lossSpec),
    regularization: { ...DEFAULTS.regularization, ...file.regularization },
    training: { batchSize: training.batchSize, epochs: training.epochs, shuffle: training.shuffle },
    early: { patience: patience ?? null, minDelta: minDelta ?? 0, monitor: monitor ?? 'validationLoss', restoreBest: restoreBest ?? true },
    predict: file.predict ?? null,
    folds: evaluate?.crossValidation?.folds ?? 0,
    bootstrapRounds: evaluate?.bootstrap?.rounds ?? 0,
    boosting: evaluate?.boosting ? { rounds: evaluate.boosting.rounds, shrinkage: evaluate.boosting.shrinkage ?? 0.1 } : null,
  };
}

function metricsOf(written: FileInput['metrics'], loss: LossSpec): readonly MetricName[] {
  return written ? [...new Set(written)] : isClassification(loss) ? ['accuracy'] : [];
}

/** The layers as they are computed: `repeat` written out, every layer with a name. */
function resolveLayers(model: ModelInput, dialect: Dialect, precision: 'float32' | 'float64'): ModelSpec {
  const fallback = model.initializer ?? (dialect === 'torch' ? 'torch' : 'glorotUniform');
  const taken = new Set(model.layers.flatMap(({ name }) => (name === undefined ? [] : [name])));
  const counts = new Map<string, number>();
  const nameOf = (layer: LayerInput, copies: number, copy: number): string => {
    if (layer.name !== undefined) {
      if (copies === 1) return layer.name;
      const numbered = `${layer.name}${copy + 1}`;
      const name = copy === 0 || !taken.has(numbered) ? numbered : freeName(numbered, taken);
      taken.add(name);
      return name;
    }
    let count = counts.get(layer.type) ?? 0;
    do count++; while (taken.has(`${layer.type}${count}`));
    counts.set(layer.type, count);
    return `${layer.type}${count}`;
  };
  const layers = model.layers.flatMap((layer, index) => {
    const copies = 'repeat' in layer ? layer.repeat ?? 1 : 1;
    return Array.from({ length: copies }, (_, copy) => resolveLayer(layer, index, nameOf(layer, copies, copy), fallback, dialect));
  });
  return { layers, precision, kernels: null };
}

function resolveLayer(layer: LayerInput, index: number, name: string, fallback: ModelInput['initializer'] | 'torch', dialect: Dialect): LayerSpec {
  switch (layer.type) {
    case 'dense':
      return { type: 'dense', name, index, units: layer.units, ...weighted(layer, fallback) };
    case 'conv1d':
    case 'conv2d': {
      const two = layer.type === 'conv2d';
      const pair = (value: number | readonly [number, number]): readonly [number, number] => (typeof value === 'number' ? [two ? value : 1, value] : value);
      const fixed = layer.fixed === undefined ? null : two ? (layer.fixed as number[][]) : [layer.fixed as number[]];
      return {
        type: layer.type, name, index, fixed,
        filters: fixed ? 1 : layer.filters!,
        kernel: fixed ? [fixed.length, fixed[0].length] : pair(layer.kernel!),
        stride: pair(layer.stride ?? DEFAULTS.convolution.stride),
        padding: layer.padding ?? DEFAULTS.convolution.padding,
        ...weighted(layer, fallback),
        ...(fixed ? { bias: false, trainable: false } : {}),
      };
    }
    case 'maxPool2d':
    case 'avgPool2d': {
      const pair = (value: number | readonly [number, number]): readonly [number, number] => (typeof value === 'number' ? [value, value] : value);
      const size = pair(layer.size ?? 2);
      return { type: layer.type, name, index, size, stride: layer.stride === undefined ? size : pair(layer.stride), padding: layer.padding ?? DEFAULTS.convolution.padding };
    }
    case 'batchNorm':
      // PyTorch's momentum is the weight of the new batch, Keras's .99 that of the old value.
      return dialect === 'keras'
        ? { type: 'batchNorm', name, index, epsilon: 1e-3, momentum: 0.01, unbiased: false }
        : { type: 'batchNorm', name, index, epsilon: 1e-5, momentum: 0.1, unbiased: true };
    case 'layerNorm':
      return { type: 'layerNorm', name, index, epsilon: dialect === 'keras' ? 1e-3 : 1e-5, momentum: 0, unbiased: false };
    case 'dropout':
      return { type: 'dropout', name, index, rate: layer.rate };
    case 'gaussianNoise':
      return { type: 'gaussianNoise', name, index, stddev: layer.stddev };
    case 'activation':
      return { type: 'activation', name, index, activation: layer.activation };
    case 'globalAvgPool2d':
    case 'flatten':
      return { type: layer.type, name, index };
  }
}

function weighted(layer: Extract<LayerInput, { type: 'dense' | 'conv1d' | 'conv2d' }>, fallback: ModelInput['initializer'] | 'torch') {
  return {
    activation: layer.activation ?? DEFAULTS.dense.activation,
    bias: layer.bias ?? DEFAULTS.dense.bias,
    trainable: layer.trainable ?? DEFAULTS.dense.trainable,
    initializer: initializerOf(layer.initializer ?? fallback!),
  };
}

function initializerOf(written: NonNullable<ModelInput['initializer']> | 'torch'): Initializer {
  if (typeof written === 'string') return { kind: written };
  if ('constant' in written) return { kind: 'constant', value: written.constant };
  if ('normal' in written) return { kind: 'normal', value: written.normal };
  return { kind: 'uniform', value: written.uniform };
}

/** Where a generator's own fields are absent. */
const GENERATED = { samples: 200, noise: 0.1 } as const;

function sourceOf(source: SourceInput): SourceSpec {
  if (source.csv !== undefined) return { kind: 'csv', path: source.csv };
  if (source.inline !== undefined) return { kind: 'inline', x: source.inline.x, y: source.inline.y };
  if (source.idx !== undefined) return { kind: 'idx', images: source.idx.images, labels: source.idx.labels };
  if (source.npz !== undefined) return { kind: 'npz', path: source.npz, x: source.x!, y: source.y! };
  if (source.libsvm !== undefined) return { kind: 'libsvm', path: source.libsvm, columns: source.columns! };
  const generator = source.generate!;
  return {
    kind: 'generate', generator,
    samples: source.samples ?? GENERATED.samples,
    noise: source.noise ?? (generator === 'multiHot' ? 0 : GENERATED.noise),
    classes: source.classes ?? (generator === 'blobs' ? 3 : 2),
    columns: source.columns ?? (generator === 'linear' || generator === 'sine' || generator === 'polynomial' ? 1 : 2),
    nonZeros: source.nonZeros ?? 0,
  };
}

function resolveData(data: DataInput): DataSpec {
  const augment = { noise: 0, shift: 0, flip: 'none', mixup: 0, ...data.augment } as const;
  const part = (value: DataInput['validation']): number | SourceSpec => (typeof value === 'object' ? sourceOf(value) : value ?? 0);
  return {
    source: sourceOf(data),
    features: data.features?.map((feature): FeatureSpec => (typeof feature === 'string' ? { column: feature, powers: 1 } : { column: feature.column, powers: feature.powers ?? 1 })) ?? null,
    target: data.target ?? null,
    imageShape: data.imageShape ?? null,
    scale: data.scale ?? DEFAULTS.data.scale,
    scaleTarget: data.scaleTarget ?? DEFAULTS.data.scaleTarget,
    validation: part(data.validation), test: part(data.test),
    stratify: data.stratify ?? DEFAULTS.data.stratify,
    shuffle: data.shuffle ?? DEFAULTS.data.shuffle,
    augment: augment.noise > 0 || augment.shift > 0 || augment.flip !== 'none' || augment.mixup > 0 ? augment : null,
  };
}

/** What no field alone can say: what early stopping watches must be there, pictures are augmented as pictures. */
export function checkTraining(file: Partial<FileInput>): Finding[] {
  const findings: Finding[] = [];
  const { data, stop, loss, model } = file;
  if (!data || !loss || !model) return findings;
  const lossSpec: LossSpec = typeof loss === 'string' ? { type: loss, labelSmoothing: 0 } : { type: loss.type, labelSmoothing: 0 };
  const metrics = metricsOf(file.metrics, lossSpec);
  const validated = data.validation !== undefined && data.validation !== 0;
  if (stop?.patience != null) {
    const monitor = stop.monitor ?? DEFAULTS.stop.monitor;
    const at = stop.monitor === undefined ? ['stop', 'patience'] : ['stop', 'monitor'];
    if (monitor.startsWith('validation') && !validated) findings.push(errorAt(at, 'conflict', l10n.t('Early stopping watches {0}, and no rows are kept for validation: add "validation" to "data", or watch "loss".', monitor)));
    const metric = monitor.replace(/^validation(.)/, (_, first: string) => first.toLowerCase());
    if (metric !== 'loss' && !metrics.includes(metric as MetricName)) findings.push(errorAt(at, 'conflict', l10n.t('Early stopping watches {0}, which is not among the metrics: add "{1}" to "metrics".', monitor, metric)));
  } else if (stop?.monitor !== undefined && stop.patience === undefined) {
    findings.push(errorAt(['stop', 'monitor'], 'unusedField', l10n.t('"monitor" needs "patience": after how many epochs without a better value the run stops.'), { key: true }));
  }
  if (data.augment && data.imageShape === undefined && data.idx === undefined && data.npz === undefined) {
    for (const name of ['shift', 'flip'] as const) {
      if (data.augment[name] !== undefined) findings.push(errorAt(['data', 'augment', name], 'conflict', l10n.t('"{0}" is for pictures: add "imageShape" to "data".', name), { key: true }));
    }
  }
  return findings;
}
