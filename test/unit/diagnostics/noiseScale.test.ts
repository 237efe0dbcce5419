import { expect, it } from 'vitest';
import { noiseScale } from '../../../src/core/diagnostics/noiseScale';
import { runTrial } from '../../../src/core/training/run';
import type { RunRecord } from '../../../src/core/training/trial';
import { parseExperiment } from '../../../src/format/parse';

it('is the trace of the noise over the square of the gradient', () => {
  expect(noiseScale(Float64Array.of(3, 4), 2)).toBe(8 / 25);
  expect(noiseScale(Float64Array.of(3, 4), 0)).toBe(0);
  expect(noiseScale(Float64Array.of(0, 0), 1)).toBe(Infinity);
});

it('stands in the rows of the tier full', () => {
  const text = JSON.stringify({
    gdexp: 1, objective: { expression: 'x^2 + y^2', start: [3, 4], gradientNoise: 0.5 }, optimizers: [{ type: 'sgd', learningRate: 0.1 }],
    stop: { steps: 5 }, diagnostics: { tier: 'full' },
  });
  const [trial] = parseExperiment(text).experiment!.trials;
  const pieces: RunRecord[] = [];
  runTrial(trial, { interval: Infinity, cancelled: () => false, now: () => performance.now(), rows: (piece) => pieces.push(piece) });
  const { columns } = pieces[0];
  // At (3, 4) the gradient is (6, 8): 2 · 0.25 / 100.
  expect(columns.noiseScale[0]).toBeCloseTo(0.005, 15);
  expect(columns.noiseScale[1]).toBeCloseTo(0.5 / columns.gradientNorm[1] ** 2, 12);
});
