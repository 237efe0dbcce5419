import { describe, expect, it, vi } from 'vitest';
import { EpochDiagnostics } from '../../../src/core/diagnostics/network/epochDiagnostics';
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

/** Share of a training that its diagnostics took, the least of several runs: both stand in the same time on the same machine. */
async function shareOf(file: object, tier: DiagnosticsTier, runs = 10): Promise<{ readonly share: number; readonly seconds: number }> {
  const { trial, datasets } = await trialOf(JSON.stringify({ gdexp: 1, ...file, diagnostics: { tier } }));
  let spent = 0;
  for (const name of ['beforeUpdate', 'afterUpdate', 'write'] as const) {
    const original = EpochDiagnostics.prototype[name] as (...parameters: never[]) => void;
    vi.spyOn(EpochDiagnostics.prototype, name).mockImplementation(function (this: EpochDiagnostics, ...parameters: unknown[]) {
      const from = performance.now();
      original.apply(this, parameters as never[]);
      spent += performance.now() - from;
    });
  }
  let least = { share: Infinity, seconds: NaN };
  for (let i = 0; i < runs; i++) {
    spent = 0;
    const { seconds } = runTrial(trial, { interval: Infinity, cancelled: () => false, now: () => performance.now(), tryRemedies: false }, { ...DEPENDENCIES, datasets: () => datasets });
    const share = spent / (1000 * seconds - spent);
    if (share < least.share) least = { share, seconds };
  }
  vi.restoreAllMocks();
  return least;
}

describe('Diagnostics of the tier', () => {
  it.each([['a dense network', plane], ['a convolutional network', pictures]])('standard take at most a tenth of what %s costs, basic next to nothing', async (name, file) => {
    const standard = await shareOf(file, 'standard');
    const basic = await shareOf(file, 'basic');
    console.log(`${name}: standard ${(100 * standard.share).toFixed(1)} % of ${standard.seconds.toFixed(3)} s, basic ${(100 * basic.share).toFixed(1)} %`);
    expect(standard.share).toBeLessThan(0.1);
    expect(basic.share).toBeLessThan(0.05);
  });
});
