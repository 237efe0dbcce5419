import { describe, expect, it } from 'vitest';
import type { VerdictKind } from '../../../src/core/training/trial';
import { remedyText, verdictText, verdictTitle } from '../../../src/wording/verdicts';
import { randomStream } from '../../../src/core/training/random';
import { remedied, train } from './networkRuns';

const dense = (units: number, activation = 'linear', more: object = {}) => ({ type: 'dense', units, activation, ...more });
const random = randomStream(1, 'test');

/** T₆ at 20 points, to a network 1-30-20-1 with weights N(0, 1/fanIn) (Cohen et al. 2021, with twice their loss). */
const chebyshev = Array.from({ length: 20 }, (_, i) => -1 + (2 * i) / 19);
/** x, x² … x¹⁵ of 20 points with noise, and 20 more to validate. */
const points = Array.from({ length: 40 }, () => 2 * random.uniform() - 1);
const powers = points.map((x) => Array.from({ length: 15 }, (_, k) => x ** (k + 1)));
const noisy = points.map((x) => Math.sin(3 * x) + 0.4 * random.normal());

const moons = { generate: 'moons', samples: 200, noise: 0.1 };
const yesOrNo = (layers: readonly object[], more: object = {}, training: object = {}, learningRate = 0.1, type = 'sgd') => ({
  data: moons, model: { layers: [...layers, dense(1, 'sigmoid')], ...more }, loss: 'binaryCrossentropy', training: { epochs: 20, ...training }, optimizers: [{ type, learningRate }],
});
const linear = (training: object, learningRate: number, more: object = {}, noise = 0.1) => ({
  data: { generate: 'linear', samples: 200, columns: 5, noise }, precision: 'float64', model: { layers: [dense(1)] }, loss: 'meanSquaredError', training, optimizers: [{ type: 'sgd', learningRate }], ...more,
});

interface Illness {
  readonly name: string;
  readonly file: object;
  readonly kind: VerdictKind;
  /** The first remedy's id; absent: there is none. */
  readonly remedy?: string;
  /** What the remedy must bring down; `loss` by default. */
  readonly better?: 'loss' | 'validationLoss';
}

const ILLNESSES: readonly Illness[] = [
  { name: 'a rate over the limit', file: linear({ batchSize: 'full', epochs: 500 }, 3), kind: 'diverged', remedy: 'learningRate' },
  { name: 'a rate over the limit on batches', file: linear({ batchSize: 20, epochs: 50 }, 3), kind: 'diverged', remedy: 'learningRate' },
  { name: 'weights so large that the gradient grows on its way back', file: yesOrNo([dense(100, 'tanh', { repeat: 10 })], { initializer: { normal: 10 } }, {}, 1e-6), kind: 'explodingGradients', remedy: 'initializer' },
  { name: 'ten layers of sigmoid', file: yesOrNo([dense(10, 'sigmoid', { repeat: 10 })], { initializer: 'glorotUniform' }), kind: 'vanishingGradients', remedy: 'activation' },
  { name: 'relu at a huge rate', file: yesOrNo([dense(32, 'relu', { repeat: 2 })], {}, {}, 8), kind: 'deadUnits', remedy: 'learningRate' },
  { name: 'biases that leave relu dead from the start', file: { ...yesOrNo([]), model: { layers: [dense(4, 'sigmoid'), dense(32, 'relu', { initializer: { constant: -1 } }), dense(1, 'sigmoid')] } }, kind: 'deadUnits', remedy: 'initializer' },
  { name: 'weights of zero', file: { ...yesOrNo([dense(4, 'tanh')], { initializer: 'zeros' }, { batchSize: 'full', epochs: 300 }, 1), precision: 'float64' }, kind: 'saddle', remedy: 'initializer' },
  { name: 'more columns than rows', file: { ...linear({ batchSize: 'full', epochs: 20_000 }, 0.05), data: { inline: { x: [[1, 2, 3], [0, 1, -1]], y: [1, 2] } }, stop: { gradientNorm: 1e-8 } }, kind: 'degenerate' },
  { name: 'least squares to the tolerance', file: linear({ batchSize: 'full', epochs: 2000 }, 0.2, { stop: { gradientNorm: 1e-6 } }), kind: 'converged' },
  { name: 'an optimizer that finds no way on', file: { ...yesOrNo([dense(8, 'tanh')], {}, { batchSize: 'full', epochs: 500 }, 1, 'newton'), data: { ...moons, samples: 100 }, precision: 'float64' }, kind: 'completed' },
  { name: 'a constant rate among noise', file: linear({ batchSize: 2, epochs: 40 }, 0.1, {}, 1), kind: 'noiseDominated', remedy: 'schedule' },
  {
    name: 'Chebyshev’s polynomial at γ = .1', kind: 'edgeOfStability',
    file: { data: { inline: { x: chebyshev.map((x) => [x]), y: chebyshev.map((x) => Math.cos(6 * Math.acos(x))) } }, precision: 'float64', model: { initializer: 'lecunNormal', layers: [dense(30, 'tanh'), dense(20, 'tanh'), dense(1)] }, loss: 'meanSquaredError', training: { batchSize: 'full', epochs: 10_000 }, optimizers: [{ type: 'sgd', learningRate: 0.1 }] },
  },
  { name: 'a valley crossed from wall to wall', file: { ...linear({ batchSize: 'full', epochs: 40 }, 0.0199), data: { inline: { x: [[10, 0], [-10, 0], [0, 0.3], [0, -0.3]], y: [10, -10, 0.3, -0.3] } }, model: { layers: [dense(1, 'linear', { bias: false })] } }, kind: 'zigzag', remedy: 'momentum' },
  {
    name: 'a polynomial of degree 15 on 20 points', kind: 'overfitting', remedy: 'patience', better: 'validationLoss',
    file: { data: { inline: { x: powers, y: noisy }, validation: 0.5 }, precision: 'float64', model: { layers: [dense(1)] }, loss: 'meanSquaredError', training: { batchSize: 'full', epochs: 3000 }, optimizers: [{ type: 'adam', learningRate: 0.05 }] },
  },
  { name: 'a line between circles', file: { ...yesOrNo([], {}, { batchSize: 'full', epochs: 300 }, 1), data: { generate: 'circles', samples: 200, noise: 0.1 } }, kind: 'underfitting', remedy: 'hidden' },
  { name: 'one unit for a spiral', file: { ...yesOrNo([dense(1, 'tanh')], {}, { batchSize: 'full', epochs: 600 }, 0.05, 'adam'), data: { generate: 'circles', samples: 200, noise: 0.05 } }, kind: 'underfitting', remedy: 'units' },
  { name: 'a thousandth of the rate', file: yesOrNo([dense(16, 'tanh')], {}, { batchSize: 'full', epochs: 100 }, 1e-3), kind: 'tooSlow', remedy: 'learningRate' },
  { name: 'too few epochs', file: linear({ batchSize: 'full', epochs: 20 }, 0.04), kind: 'stillDescending', remedy: 'epochs' },
  { name: 'too few steps, of a schedule that counts them', file: { ...yesOrNo([dense(16, 'tanh')], {}, { batchSize: 'full', epochs: 1000 }), stop: { steps: 60 }, optimizers: [{ type: 'adam', learningRate: { schedule: 'inverseTime', initial: 0.02, decay: 0.001 } }] }, kind: 'stillDescending', remedy: 'steps' },
];

describe('The verdict on a network with', () => {
  it.each(ILLNESSES)('$name is $kind, and its first remedy makes the run better', async ({ file, kind, remedy, better = 'loss' }) => {
    const ill = await train({ diagnostics: { tier: 'basic' }, ...file });
    const { verdict } = ill.summary;
    expect({ kind: verdict.kind, remedy: verdict.remedies[0]?.id, evidence: verdict.evidence }).toMatchObject({ kind, remedy });
    expect(verdictText(verdict)).not.toBe(verdictTitle(kind));
    expect(verdictText(verdict)).not.toContain('NaN');
    if (!remedy) return;
    for (const each of verdict.remedies) expect(remedyText(each)).not.toBe(each.path);
    const { summary } = await train(remedied(ill.text, verdict.remedies[0]));
    expect(summary.status).not.toBe('diverged');
    const of = (run: typeof summary): number => (better === 'loss' ? run.loss : run.model!.validationLoss!);
    if (kind !== 'diverged') expect(of(summary)).toBeLessThan(of(ill.summary));
  }, 60_000);
});
