import type { LossSpec } from '../../core/nn/spec';
import { requiredActivation } from '../../core/nn/losses';
import type { ExperimentModel, ExperimentOptimizer, ExperimentVariant } from '../experiment';
import { dataCode } from './data';
import { metricBlock, runsTable, scheduleBlocks, targetBlock, trainingSettings } from './networkSettings';
import { indent, joinBlocks, pyNumber, pyString } from './python';
import { torchLayers } from './pytorchLayers';
import { PYTORCH_TRAINING } from './pytorchLoop';
import { scheduleCode } from './schedules';
import { torchOptimizer } from './torchOptimizers';
import { trainingLoop } from './trainingLoop';

export interface NetworkScript {
  readonly title: string;
  readonly variant: ExperimentVariant;
  readonly model: ExperimentModel;
  /** Those of the variant that the script runs. */
  readonly optimizers: readonly ExperimentOptimizer[];
  readonly seed: number;
  /** Lines of comment about what is not in the script; the program's own words. */
  readonly remarks: readonly string[];
}

/** A script for PyTorch that trains the networks of one variant. Its optimizers are ones that `torchOptimizer` knows. */
export function pytorchNetwork({ title, variant, model, optimizers, seed, remarks }: NetworkScript): string {
  const rows = dataCode(model);
  const required = requiredActivation(model.loss.type);
  const layers = torchLayers(model.spec.layers, required !== null);
  const made = optimizers.map(({ label, spec }) => ({
    label, code: torchOptimizer(spec)!, rate: scheduleCode(spec.learningRate),
    byEpoch: typeof spec.learningRate === 'object' && spec.learningRate.unit === 'epoch', keras: spec.dialect === 'keras',
  }));
  const imports = ['argparse', 'math', 'time', ...rows.imports].sort().map((name) => `import ${name}`).join('\n');
  const block = (lines: readonly string[]): string => lines.join('\n');
  return joinBlocks([
    block([
      '"""Trains networks in PyTorch as the experiment below says; written by GDExp.',
      '',
      'python3 FILE [--seed N] [--only LABEL] [--batches] [--start FILE.npz] [--folder FOLDER]',
      '',
      '--start takes initial weights, the rows of each part and the order of the rows in every epoch from a file that',
      '`gdexp export EXPERIMENT --to npz --start -o FILE.npz` has written: losses are then those of GDExp, as far as nothing',
      'else is drawn at random (dropout, noise, augmentation). Paths of data start from the folder of this script, or from',
      '--folder. It needs PyTorch 1.13 or newer and numpy.',
      '"""',
      imports, '', 'import numpy', 'import torch', 'import torch.nn.functional as F', 'from torch import nn',
    ]),
    block([
      ...remarks.map((remark) => `# ${remark}`),
      `TITLE = ${pyString(title)}`,
      `SEED_DEFAULT = ${pyNumber(seed)}`,
      `PRECISION = torch.${model.spec.precision}`,
      trainingSettings(variant, model),
      'START = None  # set by --start',
      'torch.set_default_dtype(PRECISION)',
    ]),
    ...rows.blocks,
    targetBlock(model.loss),
    ...layers.blocks,
    `
def build(x):
    """The layers, each made for what the one before gives. x: a few rows, channels before height and width."""
    layers = []

    def add(name, layer, initialize=None, trainable=True):
        nonlocal x
        with torch.no_grad():
            if initialize is not None:
                initialize(layer.weight)
                if layer.bias is not None:
                    layer.bias.zero_()
            x = layer.train(False)(x)
        layers.append((name, layer.requires_grad_(trainable)))

${indent(block(layers.lines))}
    return layers`,
    lossBlock(model.loss),
    metricBlock(model),
    ...scheduleBlocks(made.map(({ rate }) => rate)),
    ...new Set(made.flatMap(({ code }) => code.blocks)),
    runsTable(made.map(({ label, code, rate, byEpoch, keras }) => ({ label, optimizer: code.expression, rate, byEpoch, keras }))),
    `${PYTORCH_TRAINING}\n${trainingLoop({ augmented: model.data.augment !== null, metrics: model.metrics.length > 0 })}`,
  ]);
}

/** The loss from what the last layer gives (the logits where its activation belongs to the loss), and a prediction. */
function lossBlock({ type, labelSmoothing }: LossSpec): string {
  const smoothing = pyNumber(labelSmoothing);
  const loss = {
    categoricalCrossentropy: `F.cross_entropy(y, t${labelSmoothing > 0 ? `, label_smoothing=${smoothing}` : ''})`,
    binaryCrossentropy: labelSmoothing > 0 ? `F.binary_cross_entropy_with_logits(y, (1 - ${smoothing}) * t + ${smoothing} / 2)` : 'F.binary_cross_entropy_with_logits(y, t)',
    meanSquaredError: 'F.mse_loss(y, t)',
    meanAbsoluteError: 'F.l1_loss(y, t)',
    huber: 'F.huber_loss(y, t)',
    hinge: 'F.relu(1 - t * y).mean()',
    poisson: '(y - t * torch.log(y + 1e-7)).mean()',
  }[type];
  const activation = requiredActivation(type);
  const final = activation === 'softmax' ? 'F.softmax(y, 1)' : activation === 'sigmoid' ? 'torch.sigmoid(y)' : 'y';
  return `
def loss_of(y, t):
    """The mean loss of rows; y is what the network gives${activation ? `, before its ${activation}` : ''}."""
    return ${loss}


def predicted(y):
    return ${final}`;
}
