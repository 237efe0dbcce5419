import { describe, expect, it } from 'vitest';
import type { Datasets } from '../../../src/core/data/dataset';
import { applyNetwork } from '../../../src/core/training/apply';
import { DEPENDENCIES } from '../../../src/core/training/dependencies';
import { prepareModel } from '../../../src/core/training/modelParts';
import type { ModelTrial } from '../../../src/core/training/trial';
import { parseExperiment } from '../../../src/format/parse';
import { trialsOf } from '../../../src/format/trials';

const DATA: Datasets = {
  main: { rows: 3, shape: [2], features: ['a', 'b'], x: { kind: 'dense', values: Float64Array.of(0.4, -1.1, 1.3, 0.2, -0.7, 0.9) }, y: Float64Array.of(0, 2, 1), targets: 1, classes: ['u', 'v', 'w'], encoding: null },
  validation: null, test: null,
};

function trialOf(layers: readonly object[]): ModelTrial {
  const file = {
    gdexp: 1, seed: 3, precision: 'float64', data: { inline: { x: [[0.4, -1.1], [1.3, 0.2], [-0.7, 0.9]], y: ['u', 'w', 'v'] } }, model: { layers }, loss: 'categoricalCrossentropy',
    training: { batchSize: 'full', epochs: 1 }, optimizers: [{ type: 'sgd', learningRate: 0.1 }],
  };
  const { experiment } = parseExperiment(JSON.stringify(file));
  return trialsOf(experiment!.variants[0], 3, 1)[0] as ModelTrial;
}

/** Of one row, the bias of a dense layer moves z alone: ∂loss/∂bias = ∂loss/∂z. */
describe('one row forward and back', () => {
  it.each([
    ['activations of their own', [{ type: 'dense', units: 3, activation: 'tanh', name: 'hidden' }, { type: 'dense', units: 3, activation: 'softmax', name: 'out' }], ['hidden', 'out'], ['hidden', 'out']],
    ['layers of activations', [{ type: 'dense', units: 3, name: 'hidden' }, { type: 'activation', activation: 'sigmoid', name: 'bend' }, { type: 'dense', units: 3, name: 'out' }, { type: 'activation', activation: 'softmax', name: 'share' }], ['hidden', 'out'], ['bend', 'share']],
  ])('has the gradient that finite differences give, with %s', (_, layers, biases, shown) => {
    const parts = prepareModel(trialOf(layers), { ...DEPENDENCIES, datasets: () => DATA });
    const weights = Float64Array.from(parts.network.parameters, (value, i) => value + 0.05 * Math.sin(i + 1));
    const ask = (at: ArrayLike<number>) => {
      const answer = applyNetwork(parts, [...Array.from(at), ...Array.from(parts.network.state)], { kind: 'sample', part: 'training', index: 1 });
      if (answer.kind !== 'sample') throw new Error(answer.kind);
      return answer;
    };
    const { layers: found } = ask(weights);
    shown.forEach((name, k) => {
      const bias = parts.network.segments.find(({ name: own }) => own === `${biases[k]}.bias`)!;
      const numeric = Array.from({ length: 3 }, (_ignored, j) => {
        const moved = (by: number) => ask(weights.map((value, i) => value + (i === bias.offset + j ? by : 0))).loss;
        return (moved(1e-5) - moved(-1e-5)) / 2e-5;
      });
      const { gradient } = found.find((layer) => layer.name === name)!;
      gradient.forEach((value, j) => expect(value).toBeCloseTo(numeric[j], 8));
    });
  });
});
