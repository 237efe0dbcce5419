import { describe, expect, it } from 'vitest';
import { train } from './networkRuns';

const dense = (units: number, activation = 'linear', more: object = {}) => ({ type: 'dense', units, activation, ...more });
const TIERS = ['basic', 'standard', 'full'] as const;

const everything = {
  data: { generate: 'moons', samples: 100, noise: 0.1, validation: 0.2, augment: { noise: 0.05 } },
  model: { layers: [dense(8, 'relu'), { type: 'batchNorm' }, { type: 'dropout', rate: 0.2 }, { type: 'gaussianNoise', stddev: 0.1 }, dense(6, 'tanh'), { type: 'layerNorm' }, dense(1, 'sigmoid')] },
  loss: 'binaryCrossentropy', regularization: { l2: 1e-3, weightNoise: 0.02 }, training: { batchSize: 16, epochs: 6, clipNorm: 1 }, optimizers: [{ type: 'adam', learningRate: 0.01 }],
};

describe('Diagnosing a training', () => {
  it.each([['batches', {}], ['the whole batch', { training: { batchSize: 'full', epochs: 6 } }]])('changes nothing of it, to the bit, with noise of every kind, on %s', async (_name, more) => {
    const runs = await Promise.all(TIERS.map((tier) => train({ ...everything, ...more, diagnostics: { tier } }, { tryRemedies: false })));
    for (const { record, summary } of runs.slice(1)) {
      expect(summary.loss).toBe(runs[0].summary.loss);
      expect(summary.model!.validationLoss).toBe(runs[0].summary.model!.validationLoss);
      for (const name of ['loss', 'gradientNorm']) expect(record.columns[name]).toEqual(runs[0].record.columns[name]);
      for (const name of ['validationLoss', 'validationAccuracy', 'turn', 'distance', 'weightNorm', 'layerRatio']) expect(record.epochs!.columns[name]).toEqual(runs[0].record.epochs!.columns[name]);
    }
  });

  it('twice gives the same numbers and the same verdict', async () => {
    const [a, b] = await Promise.all([1, 2].map(() => train({ ...everything, diagnostics: { tier: 'full' } })));
    expect(b.record.epochs).toEqual(a.record.epochs);
    expect(b.record.layers).toEqual(a.record.layers);
    expect(b.record.histograms).toEqual(a.record.histograms);
    expect(b.summary.verdict).toEqual(a.summary.verdict);
  });

  it('measures every so many epochs, and the first', async () => {
    const { record } = await train({ ...everything, training: { batchSize: 16, epochs: 10 }, diagnostics: { tier: 'full', every: 4 } });
    const { epoch, sharpness, curvature, turn } = record.epochs!.columns;
    const measured = (column: Float64Array) => Array.from(epoch).filter((_, i) => !Number.isNaN(column[i]));
    expect(measured(sharpness)).toEqual([1, 4, 8]);
    expect(measured(curvature)).toEqual([1, 4, 8]);
    expect(measured(turn)).toHaveLength(10);
    expect(record.layers!.rows).toBe(3);
    expect(record.layers!.names).toEqual(['dense1', 'batchNorm1', 'dense2', 'layerNorm1', 'dense3']);
    expect(record.layers!.columns.dead.slice(0, 5)).toEqual(Float64Array.of(record.layers!.columns.dead[0], NaN, NaN, NaN, NaN));
    expect(record.layers!.columns.saturation[4]).toBeGreaterThanOrEqual(0);
  });

  it('calls no unit dead that answers to a single row, however many batches away', async () => {
    const rows = Array.from({ length: 900 }, (_, i) => (i === 899 ? 1 : -1));
    const { record } = await train({
      data: { inline: { x: rows, y: rows }, shuffle: false }, model: { initializer: { constant: 1 }, layers: [dense(3, 'relu'), dense(1)] },
      loss: 'meanSquaredError', training: { batchSize: 8, epochs: 2, shuffle: false }, optimizers: [{ type: 'sgd', learningRate: 0 }], diagnostics: { tier: 'standard' },
    });
    expect(record.layers!.names).toEqual(['dense1', 'dense2']);
    expect([...record.layers!.columns.dead]).toEqual([0, NaN, 0, NaN]);
  });
});

const one = { data: { inline: { x: [1], y: [2] } }, model: { layers: [dense(1)] }, loss: 'meanSquaredError', optimizers: [{ type: 'sgd', learningRate: 0.1 }] };
const pictures = { inline: { x: Array.from({ length: 6 }, (_, i) => Array.from({ length: 16 }, (_v, j) => Math.sin(i * j))), y: [0, 1, 2, 0, 1, 2] }, imageShape: [4, 4, 1] };

const ODD: readonly (readonly [string, object])[] = [
  ['one row', one],
  ['one epoch', { ...everything, training: { epochs: 1 } }],
  ['a stop in the middle of an epoch', { ...everything, stop: { steps: 3 } }],
  ['a stop before any time has passed', { ...everything, stop: { seconds: 1e-9 } }],
  ['a layer that is not trained', { ...everything, model: { layers: [dense(4, 'relu', { trainable: false }), dense(1, 'sigmoid')] } }],
  ['pictures and a layer of its own for relu', { ...one, data: pictures, model: { layers: [{ type: 'conv2d', filters: 3, kernel: 2 }, { type: 'activation', activation: 'relu' }, { type: 'flatten' }, dense(3, 'softmax')] }, loss: 'categoricalCrossentropy' }],
  ['sparse rows', { ...one, data: { generate: 'multiHot', samples: 60, columns: 40, nonZeros: 4, classes: 3 }, model: { layers: [dense(5, 'tanh'), dense(3, 'softmax')] }, loss: 'categoricalCrossentropy' }],
  ['a loss that is infinite from the start', { ...one, data: { inline: { x: [1e200, -1e200], y: [1e200, 2] } }, precision: 'float64' }],
  ['an optimizer that searches along lines', { ...one, training: { batchSize: 'full' }, optimizers: [{ type: 'lbfgs' }] }],
  ['an optimizer of which no limit is known', { ...everything, optimizers: [{ type: 'lion' }] }],
  ['an optimizer that averages', { ...everything, optimizers: [{ type: 'scheduleFree' }] }],
  ['float32 and a gradient of nothing', { ...one, data: { inline: { x: [0, 0], y: [0, 0] } }, model: { initializer: 'zeros', layers: [dense(2, 'relu'), dense(1)] }, training: { batchSize: 'full', epochs: 3 } }],
];

describe('A verdict is given, and nothing breaks, with', () => {
  it.each(ODD)('%s', async (_name, file) => {
    for (const tier of TIERS) {
      const { summary } = await train({ ...file, diagnostics: { tier } });
      expect(summary.status === 'failed' ? summary.reason.detail : null).toBeNull();
      for (const value of Object.values(summary.verdict.evidence)) expect(Number.isFinite(value)).toBe(true);
    }
  });
});
