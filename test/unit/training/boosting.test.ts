import { describe, expect, it } from 'vitest';
import { boostingLoss } from '../../../src/core/training/boostingLoss';
import { DEPENDENCIES } from '../../../src/core/training/dependencies';
import { runTrial } from '../../../src/core/training/run';
import type { ModelTrial } from '../../../src/core/training/trial';
import { parseExperiment } from '../../../src/format/parse';
import { loadDatasets } from '../../../src/loaders/load';
import type { LossType } from '../../../src/core/nn/spec';

/** The boosted run of a file's text. */
async function boosted(file: object) {
  const { experiment, problems } = parseExperiment(JSON.stringify({ gdexp: 1, precision: 'float64', ...file }));
  const trial = experiment?.trials.find((each): each is ModelTrial => each.kind === 'model' && each.boosting !== null);
  if (!trial) throw new Error(problems.map(({ message }) => message).join(' | '));
  const datasets = await loadDatasets(trial.data, trial.seed, () => { throw new Error('no files here'); }, { classification: trial.loss.type !== 'meanSquaredError', shared: false });
  return runTrial(trial, { interval: Infinity, cancelled: () => false, now: () => performance.now() }, { ...DEPENDENCIES, datasets: () => datasets });
}

const LOSSES: readonly LossType[] = ['meanSquaredError', 'meanAbsoluteError', 'huber', 'binaryCrossentropy', 'categoricalCrossentropy', 'hinge', 'poisson'];

describe('boosting', () => {
  it('takes a share ν of what a line explains away with each round', async () => {
    // y = 1 + 2x + noise at x = −2 … 2: least squares leaves the noise, which is orthogonal to 1 and x here.
    const x = [-2, -1, 0, 1, 2];
    const noise = [1, -2, 0, 2, -1].map((value, i) => value * [0.1, 0.1, 0.1, 0.1, 0.1][i]);
    const y = x.map((value, i) => 1 + 2 * value + noise[i]);
    const shrinkage = 0.3;
    const summary = await boosted({
      data: { inline: { x: x.map((value) => [value]), y } }, model: { initializer: 'zeros', layers: [{ type: 'dense', units: 1 }] }, loss: 'meanSquaredError',
      training: { batchSize: 'full', epochs: 400 }, optimizers: [{ type: 'sgd', learningRate: 0.2 }], evaluate: { boosting: { rounds: 6, shrinkage } },
    });
    const explained = x.map((value) => 2 * value);
    const slope = (noise.reduce((sum, value, i) => sum + value * x[i], 0)) / 10;
    const left = noise.map((value, i) => value - slope * x[i]);
    expect(summary.status).toBe('completed');
    summary.model!.rounds!.loss.forEach((loss, m) => {
      const share = (1 - shrinkage) ** (m + 1);
      const expected = x.reduce((sum, value, i) => sum + (share * (explained[i] + slope * value) + left[i]) ** 2, 0) / 5;
      expect(loss).toBeCloseTo(expected, 9);
    });
  });

  it('separates classes that one short tree-like net does not', async () => {
    const file = {
      seed: 3, data: { generate: 'moons', samples: 200, noise: 0.1, validation: 0.3, stratify: true }, model: { layers: [{ type: 'dense', units: 3, activation: 'relu' }, { type: 'dense', units: 1, activation: 'sigmoid' }] },
      loss: 'binaryCrossentropy', training: { epochs: 8 }, optimizers: [{ type: 'adam', learningRate: 0.05 }], evaluate: { boosting: { rounds: 25, shrinkage: 0.8 } },
    };
    const { model } = await boosted(file);
    const { loss } = model!.rounds!;
    expect(loss[24]).toBeLessThan(0.5 * loss[0]);
    const { validationLoss } = model!.rounds!;
    expect(validationLoss[24]!).toBeLessThan(0.8 * validationLoss[0]!);
    expect((await boosted(file)).model).toEqual(model);
  });

  it.each(LOSSES)('fits the negative gradient of %s', (type) => {
    const width = type === 'categoricalCrossentropy' ? 3 : 1;
    const f = Float64Array.of(0.3, -1.7, 0.8, 1.4, -0.2, 0.5);
    const targets = width === 3 ? Float64Array.of(0, 1, 0, 1, 0, 0) : type === 'hinge' ? Float64Array.of(1, -1, 1, 1, -1, 1) : type === 'binaryCrossentropy' ? Float64Array.of(1, 0, 0, 1, 1, 0) : Float64Array.of(2, 1, 0.5, 3, 0.4, 1);
    if (type === 'poisson') f.forEach((value, i) => { f[i] = Math.abs(value) + 0.1; });
    const loss = boostingLoss(type);
    const residual = new Float64Array(f.length);
    loss.residual(f, targets, width, residual);
    const rows = f.length / width;
    for (let i = 0; i < f.length; i++) {
      const at = (h: number): number => loss.value(f.map((value, j) => (j === i ? value + h : value)), targets, width);
      const slope = (at(1e-6) - at(-1e-6)) / 2e-6;
      expect(residual[i]).toBeCloseTo(-slope * rows * (type === 'meanSquaredError' ? 0.5 : 1), 6);
    }
  });

  it.each(LOSSES.filter((type) => type !== 'hinge' && type !== 'poisson' && type !== 'huber'))('begins %s at the constant that fits best', (type) => {
    const width = type === 'categoricalCrossentropy' ? 3 : 1;
    const targets = width === 3 ? Float64Array.of(0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1) : type === 'binaryCrossentropy' ? Float64Array.of(1, 0, 0, 0) : Float64Array.of(1, 2, 7);
    const loss = boostingLoss(type);
    const start = loss.start(targets, width);
    const value = (shift: number): number => loss.value(targets.map((_, i) => start[i % width] + (i % width === 0 ? shift : 0)), targets, width);
    for (const shift of [-0.1, 0.1]) expect(value(shift)).toBeGreaterThanOrEqual(value(0));
  });
});
