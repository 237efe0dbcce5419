import { describe, expect, it, vi } from 'vitest';
import { planOf } from '../../../src/core/diagnostics/network/cost';
import { EpochDiagnostics } from '../../../src/core/diagnostics/network/epochDiagnostics';
import { Network } from '../../../src/core/nn/network';
import { DEPENDENCIES } from '../../../src/core/training/dependencies';
import { runTrial } from '../../../src/core/training/run';
import type { DiagnosticsTier } from '../../../src/core/training/trial';
import { trialOf } from './networkRuns';

const dense = (units: number, activation = 'linear') => ({ type: 'dense', units, activation });
const plane = {
  data: { generate: 'moons', samples: 1000, noise: 0.2 }, model: { layers: [dense(16, 'tanh'), dense(16, 'tanh'), dense(1, 'sigmoid')] },
  loss: 'binaryCrossentropy', training: { batchSize: 32, epochs: 100 }, optimizers: [{ type: 'adam' }],
};
const pictures = {
  data: { inline: { x: Array.from({ length: 1797 }, (_, i) => Array.from({ length: 64 }, (_, j) => ((i * 31 + j * 17 + (i % 10) * j) % 16) / 16)), y: Array.from({ length: 1797 }, (_, i) => i % 10) }, imageShape: [8, 8, 1] },
  model: { layers: [{ type: 'conv2d', filters: 16, kernel: 3, activation: 'relu' }, { type: 'conv2d', filters: 32, kernel: 3, activation: 'relu' }, { type: 'maxPool2d' }, { type: 'flatten' }, dense(10, 'softmax')] },
  loss: 'categoricalCrossentropy', training: { batchSize: 64, epochs: 4 }, optimizers: [{ type: 'adam' }],
};

/** Passes over a row, counted in forward passes: a training step goes forward and back (3), a Hessian-vector product does so with its tangent too (9). */
const PASSES = { trainStep: 3, heldLoss: 1, lossOf: 1, infer: 1, hessianVector: 9 } as const;

/** What a training costs besides its steps, up to its last epoch, as a share of the steps' cost. What the verdict asks for at the end is not among it. */
async function shareOf(file: object, tier: DiagnosticsTier): Promise<number> {
  const { trial, datasets } = await trialOf(JSON.stringify({ gdexp: 1, ...file, diagnostics: { tier } }));
  const cost = { steps: 0, besides: 0 };
  let inside = 0;
  let ended = false;
  const original = EpochDiagnostics.prototype.finish;
  vi.spyOn(EpochDiagnostics.prototype, 'finish').mockImplementation(function (this: EpochDiagnostics, whole) {
    ended = true;
    return original.call(this, whole);
  });
  for (const name of Object.keys(PASSES) as (keyof typeof PASSES)[]) {
    const method = Network.prototype[name] as (...parameters: unknown[]) => unknown;
    vi.spyOn(Network.prototype, name).mockImplementation(function (this: Network, ...parameters: unknown[]) {
      const rows = (name === 'hessianVector' ? parameters[2] : parameters[0]) as number;
      const step = name === 'trainStep' && parameters[1] !== true;
      // A product makes passes of its own, which are among its nine.
      if (!ended && inside === 0) cost[step ? 'steps' : 'besides'] += PASSES[name] * rows;
      inside++;
      try {
        return method.apply(this, parameters);
      } finally {
        inside--;
      }
    } as never);
  }
  const summary = runTrial(trial, { interval: Infinity, cancelled: () => false, now: () => 0, tryRemedies: false }, { ...DEPENDENCIES, datasets: () => datasets });
  vi.restoreAllMocks();
  expect(summary.status).toBe('completed');
  expect(cost.steps).toBe(3 * trial.training.epochs * datasets.main.rows);
  return cost.besides / cost.steps;
}

describe('Diagnostics of the tier', () => {
  it.each([['a dense network', plane], ['a convolutional network', pictures]])('standard make at most a tenth of the passes over rows that %s makes itself, basic next to none', async (_name, file) => {
    const standard = await shareOf(file, 'standard');
    expect(standard).toBeGreaterThan(0);
    expect(standard).toBeLessThan(0.1);
    // What the verdict will be made of is measured whatever the tier.
    expect(await shareOf(file, 'basic')).toBeLessThan(0.02);
  });
});

describe('A plan', () => {
  it('does not measure a short run at all where once is too dear, and on fewer rows where that pays', () => {
    const cost = (rows: number) => 10 * rows;
    expect(planOf(128, 1, 1, 1280, cost)).toEqual({ rows: 128, stride: 1 });
    expect(planOf(128, 1, 1, 700, cost)).toEqual({ rows: 64, stride: 1 });
    expect(planOf(128, 1, 1, 100, cost)).toEqual({ rows: 32, stride: Infinity });
    expect(planOf(128, 1000, 1, 1000 * 128, cost)).toEqual({ rows: 128, stride: 10 });
  });
});
