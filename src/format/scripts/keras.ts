import { requiredActivation } from '../../core/nn/losses';
import type { LossSpec } from '../../core/nn/spec';
import { dataCode } from './data';
import { kerasLayers } from './kerasLayers';
import { kerasOptimizer } from './kerasOptimizers';
import { KERAS_TRAINING } from './kerasLoop';
import { metricBlock, runsTable, scheduleBlocks, targetBlock, trainingSettings } from './networkSettings';
import { indent, joinBlocks, pyNumber, pyString } from './python';
import type { NetworkScript } from './pytorch';
import { scheduleCode } from './schedules';
import { trainingLoop } from './trainingLoop';

/** A script for Keras 3 on TensorFlow that trains the networks of one variant. Its optimizers are ones that `kerasOptimizer` knows. */
export function kerasNetwork({ title, variant, model, optimizers, seed, remarks }: NetworkScript): string {
  const rows = dataCode(model);
  const layers = kerasLayers(model.spec.layers, requiredActivation(model.loss.type) !== null);
  const made = optimizers.map(({ label, spec }) => ({
    label, code: kerasOptimizer(spec)!, rate: scheduleCode(spec.learningRate),
    byEpoch: typeof spec.learningRate === 'object' && spec.learningRate.unit === 'epoch', keras: spec.dialect === 'keras',
  }));
  return joinBlocks([
    [
      '"""Trains networks in Keras as the experiment below says; written by GDExp.',
      '',
      'python3 FILE [--seed N] [--only LABEL] [--batches] [--start FILE.npz] [--folder FOLDER]',
      '',
      '--start takes initial weights, the rows of each part and the order of the rows in every epoch from a file that',
      '`gdexp export EXPERIMENT --to npz --start -o FILE.npz` has written. Paths of data start from the folder of this script, or from --folder. It needs Keras 3',
      'with TensorFlow, and numpy.',
      '"""',
      ...['argparse', 'math', 'time', ...rows.imports].sort().map((name) => `import ${name}`), '',
      'os.environ["KERAS_BACKEND"] = "tensorflow"', '', 'import keras', 'import numpy', 'import tensorflow as tf',
    ].join('\n'),
    [
      ...remarks.map((remark) => `# ${remark}`),
      `TITLE = ${pyString(title)}`,
      `SEED_DEFAULT = ${pyNumber(seed)}`,
      `PRECISION = "${model.spec.precision}"`,
      trainingSettings(variant, model),
      'START = None  # set by --start',
      'keras.backend.set_floatx(PRECISION)',
    ].join('\n'),
    ...rows.blocks,
    targetBlock(model.loss),
    ...layers.blocks,
    `NOISY = (keras.layers.Dropout, keras.layers.GaussianNoise, keras.layers.BatchNormalization${layers.blocks.some((text) => text.includes('class BatchNorm(')) ? ', BatchNorm' : ''})  # other in training`,
    `
def build(x):
    """The layers, each made for what the one before gives. x: a few rows, height and width before channels."""
    layers = []

    def add(name, layer):
        nonlocal x
        x = layer(x)
        layers.append((name, layer))

${indent(layers.lines.join('\n'))}
    return layers`,
    lossBlock(model.loss),
    metricBlock(model),
    ...scheduleBlocks(made.map(({ rate }) => rate)),
    ...new Set(made.flatMap(({ code }) => code.blocks)),
    runsTable(made.map(({ label, code, rate, byEpoch, keras }) => ({ label, optimizer: code.expression, rate, byEpoch, keras }))),
    `${KERAS_TRAINING}\n${trainingLoop({ augmented: model.data.augment !== null, metrics: model.metrics.length > 0 })}`,
  ]);
}

function lossBlock({ type, labelSmoothing }: LossSpec): string {
  const s = pyNumber(labelSmoothing);
  const smoothed = (classes: string): string => (labelSmoothing > 0 ? `(1 - ${s}) * t + ${s} / ${classes}` : 't');
  const loss = {
    categoricalCrossentropy: `tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(${smoothed('t.shape[1]')}, y))`,
    binaryCrossentropy: `tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(${smoothed('2')}, y))`,
    meanSquaredError: 'tf.reduce_mean((y - t) ** 2)',
    meanAbsoluteError: 'tf.reduce_mean(tf.abs(y - t))',
    huber: 'tf.reduce_mean(tf.where(tf.abs(y - t) > 1, tf.abs(y - t) - 0.5, 0.5 * (y - t) ** 2))',
    hinge: 'tf.reduce_mean(tf.nn.relu(1 - t * y))',
    poisson: 'tf.reduce_mean(y - t * tf.math.log(y + 1e-7))',
  }[type];
  const activation = requiredActivation(type);
  const final = activation === 'softmax' ? 'tf.nn.softmax(y)' : activation === 'sigmoid' ? 'tf.sigmoid(y)' : 'y';
  return `
def loss_of(y, t):
    """The mean loss of rows; y is what the network gives${activation ? `, before its ${activation}` : ''}."""
    return ${loss}


def predicted(y):
    return ${final}`;
}
