import * as z from 'zod';
import { field, fraction, integer, nonNegative, number, positive, text } from './common';
import { DEFAULTS } from './defaults';

export const ACTIVATIONS = ['linear', 'relu', 'leakyRelu', 'elu', 'gelu', 'silu', 'sigmoid', 'tanh', 'softplus', 'softmax'] as const;
export const LOSSES = ['meanSquaredError', 'meanAbsoluteError', 'huber', 'binaryCrossentropy', 'categoricalCrossentropy', 'hinge', 'poisson'] as const;
export const METRICS = ['accuracy', 'r2', 'meanAbsoluteError', 'precision', 'recall', 'f1'] as const;

const activation = () => z.enum(ACTIVATIONS);
const initializer = () => z.union([
  z.enum(['glorotUniform', 'glorotNormal', 'heUniform', 'heNormal', 'lecunNormal', 'zeros']),
  z.strictObject({ constant: field('initializer.constant', number(), { examples: [1] }) }),
  z.strictObject({ normal: field('initializer.normal', nonNegative(), { examples: [0.1] }) }),
  z.strictObject({ uniform: field('initializer.uniform', nonNegative(), { examples: [0.1] }) }),
]);

const named = () => ({ name: field('layers.name', text(), { examples: ['hidden1'] }).optional() });
const weighted = () => ({
  activation: field('layers.activation', activation(), { default: DEFAULTS.dense.activation }).optional(),
  bias: field('layers.bias', z.boolean(), { default: DEFAULTS.dense.bias }).optional(),
  initializer: field('layers.initializer', initializer()).optional(),
  trainable: field('layers.trainable', z.boolean(), { default: DEFAULTS.dense.trainable }).optional(),
  repeat: field('layers.repeat', integer(1, 1000), { default: DEFAULTS.dense.repeat }).optional(),
  ...named(),
});
const size = () => z.union([integer(1), z.tuple([integer(1), integer(1)])]);
const convolution = () => ({
  filters: field('layers.filters', integer(1), { examples: [16] }).optional(),
  kernel: field('layers.kernel', size(), { examples: [3, [3, 5]] }).optional(),
  stride: field('layers.stride', size(), { default: DEFAULTS.convolution.stride }).optional(),
  padding: field('layers.padding', z.enum(['valid', 'same']), { default: DEFAULTS.convolution.padding }).optional(),
  ...weighted(),
});
const pooling = () => ({
  size: field('layers.size', size(), { default: 2 }).optional(),
  stride: field('layers.stride', size()).optional(),
  padding: field('layers.padding', z.enum(['valid', 'same']), { default: DEFAULTS.convolution.padding }).optional(),
  ...named(),
});
/** `type` selects the layer. */
const type = <T extends string>(name: T) => field(`layer.${name}`, z.literal(name));

export const layerSchema = () => z.discriminatedUnion('type', [
  z.strictObject({ type: type('dense'), units: field('layers.units', integer(1), { examples: [64] }), ...weighted() }),
  z.strictObject({ type: type('conv2d'), ...convolution(), fixed: field('layers.fixed', z.array(z.array(number()).min(1)).min(1), { examples: [[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]] }).optional() }),
  z.strictObject({ type: type('conv1d'), ...convolution(), fixed: field('layers.fixed', z.array(number()).min(1), { examples: [[-1, 0, 1]] }).optional() }),
  z.strictObject({ type: type('maxPool2d'), ...pooling() }),
  z.strictObject({ type: type('avgPool2d'), ...pooling() }),
  z.strictObject({ type: type('globalAvgPool2d'), ...named() }),
  z.strictObject({ type: type('flatten'), ...named() }),
  z.strictObject({ type: type('batchNorm'), ...named() }),
  z.strictObject({ type: type('layerNorm'), ...named() }),
  z.strictObject({ type: type('dropout'), rate: field('layers.rate', z.number().min(0).lt(1), { examples: [0.5] }), ...named() }),
  z.strictObject({ type: type('gaussianNoise'), stddev: field('layers.stddev', nonNegative(), { examples: [0.1] }), ...named() }),
  z.strictObject({ type: type('activation'), activation: field('layers.activation', activation()), ...named() }),
]);

export const modelSchema = () => z.strictObject({
  initializer: field('model.initializer', initializer()).optional(),
  weights: field('model.weights', text(), { examples: ['init.npz'] }).optional(),
  layers: field('model.layers', z.array(layerSchema()).min(1)),
});
export type LayerInput = z.infer<ReturnType<typeof layerSchema>>;
export type ModelInput = z.infer<ReturnType<typeof modelSchema>>;

export const lossSchema = () => z.union([
  z.enum(LOSSES),
  z.strictObject({ type: field('loss.type', z.enum(LOSSES)), labelSmoothing: field('loss.labelSmoothing', fraction(), { default: 0, examples: [0.1] }).optional() }),
]);

/** What belongs to a model beside its layers. */
export const modelFields = () => ({
  loss: field('loss', lossSchema(), { examples: ['categoricalCrossentropy'] }).optional(),
  metrics: field('metrics', z.array(z.enum(METRICS)), { examples: [['accuracy']] }).optional(),
  regularization: field('regularization', z.strictObject({
    l1: field('regularization.l1', nonNegative(), { default: DEFAULTS.regularization.l1, examples: [1e-4] }).optional(),
    l2: field('regularization.l2', nonNegative(), { default: DEFAULTS.regularization.l2, examples: [1e-4] }).optional(),
    weightNoise: field('regularization.weightNoise', nonNegative(), { default: DEFAULTS.regularization.weightNoise, examples: [0.01] }).optional(),
  })).optional(),
  training: field('training', z.strictObject({
    batchSize: field('training.batchSize', z.union([integer(1), z.literal('full')]), { default: DEFAULTS.training.batchSize }).optional(),
    epochs: field('training.epochs', integer(1), { default: DEFAULTS.training.epochs }).optional(),
    shuffle: field('training.shuffle', z.boolean(), { default: DEFAULTS.training.shuffle }).optional(),
    clipNorm: field('training.clipNorm', positive().nullable(), { default: DEFAULTS.training.clipNorm, examples: [1] }).optional(),
    clipValue: field('training.clipValue', positive().nullable(), { default: DEFAULTS.training.clipValue, examples: [1] }).optional(),
  })).optional(),
  predict: field('predict', z.array(z.array(number())).min(1), { examples: [[[4]]] }).optional(),
  evaluate: field('evaluate', z.strictObject({
    crossValidation: field('evaluate.crossValidation', z.strictObject({ folds: field('evaluate.folds', integer(2), { examples: [5] }) })).optional(),
    bootstrap: field('evaluate.bootstrap', z.strictObject({ rounds: field('evaluate.rounds', integer(1), { examples: [20] }) })).optional(),
    boosting: field('evaluate.boosting', z.strictObject({
      rounds: field('evaluate.rounds', integer(1), { examples: [10] }),
      shrinkage: field('evaluate.shrinkage', z.number().gt(0).max(1), { default: 0.1 }).optional(),
    })).optional(),
  })).optional(),
});
