import type { RunToKeep } from '../../src/host/history/store';
import type { KeptContent } from '../../src/host/history/entry';

export const ROWS = 200;

/** Run number n of a made-up experiment: everything in it follows from n, so that a reader can tell a true one from a mixed-up one. */
export function madeRun(n: number, more: Partial<RunToKeep> = {}): { run: RunToKeep; text: string; content: KeptContent } {
  const label = `run ${n}`;
  const column = (f: (row: number) => number): Float64Array => Float64Array.from({ length: ROWS }, (_, row) => f(row));
  return {
    run: {
      batch: `b${Math.floor(n / 4)}`, batchStarted: 1.7e12 + 1000 * Math.floor(n / 4), finished: 1.7e12 + 1000 * n, automatic: false, experiment: 'file:///ws/a.gdexp', title: 'Made', key: `k${n}`,
      trialId: `0/${n % 4}/0/0`, label, variant: null, seed: 0, startIndex: 0, goal: 'minimize', status: 'completed', verdict: 'completed', loss: n, steps: ROWS - 1, seconds: 0.01, version: '0.1.0', ...more,
    },
    text: `{ "gdexp": 1, "seed": ${n % 3} }`,
    content: {
      trial: {
        kind: 'objective', id: `0/${n % 4}/0/0`, label, optimizerIndex: n % 4, variant: null, variantIndex: null, startIndex: 0, start: [1, n], seed: 0, sweep: null,
        objective: { function: { kind: 'expression', expression: 'x^2 + y^2', constants: {} }, goal: 'minimize', view: null, minima: [], gradientNoise: 0 },
        optimizer: { type: 'sgd', dialect: 'torch', learningRate: 0.1 }, clipNorm: null, clipValue: null,
        stop: { steps: ROWS - 1, gradientNorm: null, loss: null, change: null, seconds: null }, diagnostics: { tier: 'basic', every: 1 },
      },
      summary: {
        trialId: `0/${n % 4}/0/0`, status: 'completed', reason: { rule: 'steps', limit: ROWS - 1 }, steps: ROWS - 1, seconds: 0.01, evaluations: ROWS, loss: n, gradientNorm: NaN,
        parameters: [1, n], criticalPoint: null, verdict: { kind: 'completed', evidence: { rate: Infinity }, remedies: [] },
      },
      record: {
        rows: ROWS, kept: 'all', snapshots: null,
        columns: { step: column((row) => row), loss: column((row) => Math.sin(n + row)), gradientNorm: column((row) => (row === 0 ? NaN : row === 1 ? Infinity : row === 2 ? -0 : n)) },
      },
    },
  };
}
