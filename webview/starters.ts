import * as l10n from '@vscode/l10n';

export interface Starter {
  readonly title: string;
  readonly summary: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** What an empty file can begin with. */
export function starters(): readonly Starter[] {
  return [
    {
      title: l10n.t('Cross a curved valley'),
      summary: l10n.t('Rosenbrock by plain descent, Nesterov momentum and Adam.'),
      value: { gdexp: 1, title: l10n.t('Crossing the Rosenbrock valley'), objective: { function: 'rosenbrock' }, optimizers: [
        { type: 'sgd', learningRate: 0.001, label: 'SGD' }, { type: 'sgd', learningRate: 0.001, momentum: 0.95, nesterov: true, label: 'NAG' }, { type: 'adam', learningRate: 0.05, label: 'Adam' }] },
    },
    {
      title: l10n.t('One variable, three rates'),
      summary: l10n.t('Too small, right and too large a learning rate on a parabola.'),
      value: { gdexp: 1, title: l10n.t('Three learning rates'), objective: { expression: 'x^2', start: { x: 2 } }, optimizers: [
        { type: 'sgd', learningRate: 0.02, label: l10n.t('too small') }, { type: 'sgd', learningRate: 0.4, label: l10n.t('right') }, { type: 'sgd', learningRate: 1.01, label: l10n.t('too large') }], stop: { steps: 60 } },
    },
    {
      title: l10n.t('Train a small network'),
      summary: l10n.t('Two moons, told apart by SGD and Adam.'),
      value: {
        gdexp: 1, title: l10n.t('Two moons'), seed: 1, data: { generate: 'moons', samples: 400, noise: 0.15, validation: 0.25, scale: 'standardize' },
        model: { layers: [{ type: 'dense', units: 16, activation: 'tanh' }, { type: 'dense', units: 8, activation: 'tanh' }, { type: 'dense', units: 1, activation: 'sigmoid' }] },
        loss: 'binaryCrossentropy', metrics: ['accuracy'], training: { batchSize: 32, epochs: 60 },
        optimizers: [{ type: 'sgd', learningRate: 0.1, label: 'SGD' }, { type: 'adam', learningRate: 0.02, label: 'Adam' }],
      },
    },
    {
      title: l10n.t('A formula of your own'),
      summary: l10n.t('Write any formula; variables are named as you like.'),
      value: { gdexp: 1, title: l10n.t('My experiment'), objective: { expression: 'x^2 + 10*y^2', start: { x: 3, y: 1 } }, optimizers: [
        { type: 'sgd', learningRate: 0.05, label: 'SGD' }, { type: 'adam', learningRate: 0.1, label: 'Adam' }], stop: { steps: 200 } },
    },
  ];
}
