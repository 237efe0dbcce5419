import { describe, expect, it } from 'vitest';
import { activationOf, UnitActivity } from '../../../src/core/diagnostics/network/activity';
import { bestConstant } from '../../../src/core/diagnostics/network/constantLoss';
import { measureStep, networkSharpness, spectrumOf } from '../../../src/core/diagnostics/network/curvature';
import { EpochDiagnostics } from '../../../src/core/diagnostics/network/epochDiagnostics';
import { BINS, histogramTable } from '../../../src/core/diagnostics/network/histograms';
import { symmetricEigen } from '../../../src/core/diagnostics/eigen';
import type { Network } from '../../../src/core/nn/network';
import type { LossSpec, LossType, Shape } from '../../../src/core/nn/spec';
import { DEPENDENCIES } from '../../../src/core/training/dependencies';
import { prepareModel } from '../../../src/core/training/modelParts';
import { ModelRecorder } from '../../../src/core/training/modelRecorder';
import { randomStream } from '../../../src/core/training/random';
import { fill, networkOf, type Draft, type TestOptions } from '../nn/networks';
import { trialOf } from './networkRuns';

const ROWS = 6;
const dense = (units: number, activation = 'tanh'): Draft => ({ type: 'dense', units, activation });

interface Kind {
  readonly name: string;
  readonly input: Shape;
  readonly layers: readonly Draft[];
  readonly loss: LossType;
  readonly options?: TestOptions;
}

const KINDS: readonly Kind[] = [
  { name: 'tanh', input: [3], layers: [dense(5), dense(4), dense(2, 'linear')], loss: 'meanSquaredError' },
  { name: 'gelu and classes, with penalties', input: [3], layers: [dense(6, 'gelu'), dense(3, 'softmax')], loss: 'categoricalCrossentropy', options: { regularization: { l1: 0.01, l2: 0.02, weightNoise: 0 } } },
  { name: 'sigmoid, yes or no', input: [4], layers: [dense(5, 'sigmoid'), dense(1, 'sigmoid')], loss: 'binaryCrossentropy' },
  { name: 'a convolution', input: [4, 4, 1], layers: [{ type: 'conv2d', filters: 2, kernel: [2, 2], activation: 'softplus' }, { type: 'flatten' }, dense(2, 'linear')], loss: 'meanSquaredError' },
  { name: 'dropout and batchNorm', input: [3], layers: [dense(6), { type: 'batchNorm' }, { type: 'dropout', rate: 0.3 }, dense(1, 'linear')], loss: 'huber' },
];

function prepared({ input, layers, loss, options }: Kind): Network {
  const network = networkOf(input, layers, { loss, rows: ROWS, ...options });
  fill(network, loss, randomStream(3, 'test'));
  network.trainStep(ROWS);
  return network;
}

/** The gradient at other parameters, with the noise of the last training step. */
function gradientAt(network: Network, point: ArrayLike<number>, rows: number): Float64Array {
  const kept = network.parameters.slice();
  network.parameters.set(point);
  network.trainStep(rows, true);
  const gradient = Float64Array.from(network.gradient);
  network.parameters.set(kept);
  return gradient;
}

/** The Hessian by central differences of the gradient: no product of the network's own. */
function differences(network: Network, rows: number): Float64Array {
  const n = network.parameterCount;
  const h = new Float64Array(n * n);
  const width = 1e-5;
  for (let j = 0; j < n; j++) {
    const point = Float64Array.from(network.parameters);
    point[j] += width;
    const above = gradientAt(network, point, rows);
    point[j] -= 2 * width;
    const below = gradientAt(network, point, rows);
    for (let i = 0; i < n; i++) h[i * n + j] = (above[i] - below[i]) / (2 * width);
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) h[i * n + j] = h[j * n + i] = 0.5 * (h[i * n + j] + h[j * n + i]);
  return h;
}

const close = (actual: number, expected: number, share = 1e-6): void => expect(Math.abs(actual - expected)).toBeLessThanOrEqual(share * Math.max(1e-3, Math.abs(expected)));

describe.each(KINDS)('Second-order quantities of $name', (kind) => {
  it('are those of the Hessian taken by differences', () => {
    const network = prepared(kind);
    const n = network.parameterCount;
    const h = differences(network, ROWS);
    const { values } = symmetricEigen(h.slice(), n);
    // As near as a chart needs it: the residual is at most a hundredth.
    close(networkSharpness(network, ROWS, null, 1, n), values[n - 1], 2e-3);
    const scale = Float64Array.from({ length: n }, (_, i) => 0.5 + (i % 7));
    const scaled = h.map((value, k) => value / Math.sqrt(scale[Math.floor(k / n)] * scale[k % n]));
    close(networkSharpness(network, ROWS, scale, 1, n), symmetricEigen(scaled, n).values[n - 1], 2e-3);
    const spectrum = spectrumOf(network, ROWS, 1)!;
    close(spectrum.lambdaMax, values[n - 1], 1e-4);
    close(spectrum.lambdaMin, values[0], 1e-3);
  });

  it.each([['the batch', ROWS], ['a part of it', 4]])('along a step on %s', (_name, rows) => {
    const network = prepared(kind);
    const n = network.parameterCount;
    const before = network.parameters.slice();
    const loss = network.trainStep(ROWS, true);
    const gradient = network.gradient.slice();
    const update = Float64Array.from(gradient, (g, i) => -0.02 * g + 0.001 * Math.sin(i));
    for (let i = 0; i < n; i++) network.parameters[i] += update[i];
    const after = network.parameters.slice();
    const found = measureStep(network, rows, rows === ROWS, before, update, gradient, loss, new Float64Array(n), new Float64Array(n));
    expect(network.parameters).toEqual(after);

    const lossAt = (share: number): number => {
      network.parameters.set(before.map((value, i) => value + share * update[i]));
      return network.heldLoss(rows);
    };
    network.parameters.set(before);
    const h = differences(network, rows);
    const g = gradientAt(network, before, rows);
    let gu = 0;
    let uu = 0;
    let uHu = 0;
    for (let i = 0; i < n; i++) {
      gu += g[i] * update[i];
      uu += update[i] ** 2;
      for (let j = 0; j < n; j++) uHu += update[i] * h[i * n + j] * update[j];
    }
    close(found.curvature, uHu / uu, 1e-4);
    close(found.predictedChange, gu + 0.5 * uHu, 1e-4);
    close(found.actualChange, lossAt(1) - lossAt(0), 1e-9);
    close(found.changeRatio, found.actualChange / found.predictedChange);
    if (gu < 0) close(found.alpha, -uHu / gu - 1, 1e-4);
    else expect(found.alpha).toBeNaN();
  });
});

describe('Units', () => {
  it('are dead that are 0 for every row, over several passes, and saturated where they hardly slope', () => {
    const network = networkOf([2], [dense(40, 'relu'), dense(30, 'sigmoid'), dense(20, 'tanh'), dense(1, 'linear')], { rows: 4, regularization: { l1: 0, l2: 0, weightNoise: 0 } });
    fill(network, 'meanSquaredError');
    for (let i = 0; i < network.parameters.length; i++) network.parameters[i] *= 6;
    const random = randomStream(2, 'test');
    const activity = new UnitActivity(network);
    const alive = new Set<number>();
    const saturated = [0, 0];
    for (let pass = 0; pass < 2; pass++) {
      for (let i = 0; i < 8; i++) network.input[i] = random.normal();
      network.infer(4);
      activity.add(4);
      const [first, second, third] = network.layers;
      for (let i = 0; i < 4 * 40; i++) if (first.preactivation[i] > 0) alive.add(i % 40);
      for (let i = 0; i < 4 * 30; i++) {
        const s = 1 / (1 + Math.exp(-second.preactivation[i]));
        if (s * (1 - s) < 0.01 * 0.25) saturated[0]++;
      }
      for (let i = 0; i < 4 * 20; i++) if (1 - Math.tanh(third.preactivation[i]) ** 2 < 0.01) saturated[1]++;
    }
    const { dead, saturation } = activity.result();
    expect(alive.size).toBeLessThan(40);
    expect(dead[0]).toBeCloseTo(1 - alive.size / 40, 12);
    expect([...dead.slice(1)]).toEqual([NaN, NaN, NaN]);
    expect(saturated[0]).toBeGreaterThan(0);
    expect(saturation[1]).toBeCloseTo(saturated[0] / 240, 12);
    expect(saturation[2]).toBeCloseTo(saturated[1] / 160, 12);
    expect(network.layers.map(activationOf)).toEqual(['relu', 'sigmoid', 'tanh', 'linear']);
  });
});

describe('Histograms', () => {
  it('count every number of a layer once, outliers apart', () => {
    const random = randomStream(4, 'test');
    const values = Float64Array.from({ length: 1000 }, (_, i) => (i === 7 ? 1e3 : i === 8 ? -1e3 : i === 9 ? NaN : random.normal()));
    const { counts, low, high, bins } = histogramTable('parameters', 3, [{ name: 'a', values, ranges: [[0, 400], [500, 1000]] }, { name: 'b', values: new Float64Array(5).fill(2), ranges: [[0, 5]] }]);
    expect(bins).toBe(BINS);
    const width = (high[0] - low[0]) / bins;
    const expected = new Float64Array(bins + 2);
    values.forEach((value, i) => {
      if (i >= 400 && i < 500) return;
      const bin = Math.floor((value - low[0]) / width);
      expected[Number.isNaN(bin) ? bins + 1 : Math.max(-1, Math.min(bins, bin)) + 1]++;
    });
    expect(counts.slice(0, bins + 2)).toEqual(expected);
    expect(counts[0] + counts[bins + 1]).toBe(3);
    expect(counts.slice(bins + 2).reduce((a, b) => a + b)).toBe(5);
    expect(low[1]).toBeLessThan(2);
    expect(high[1]).toBeGreaterThan(2);
  });
});

describe('The best constant prediction', () => {
  const random = randomStream(6, 'test');
  const numbers = Float64Array.from({ length: 300 }, () => 3 * random.normal() + 1);
  const yes = Float64Array.from({ length: 300 }, () => (random.uniform() < 0.3 ? 1 : 0));
  const cases: readonly (readonly [LossType, Float64Array, (c: number, t: number) => number])[] = [
    ['meanSquaredError', numbers, (c, t) => (c - t) ** 2],
    ['meanAbsoluteError', numbers, (c, t) => Math.abs(c - t)],
    ['huber', numbers, (c, t) => (Math.abs(c - t) > 1 ? Math.abs(c - t) - 0.5 : 0.5 * (c - t) ** 2)],
    ['binaryCrossentropy', yes, (c, t) => -t * Math.log(c) - (1 - t) * Math.log(1 - c)],
    ['hinge', yes.map((t) => 2 * t - 1), (c, t) => Math.max(0, 1 - t * c)],
    ['poisson', yes.map((t, i) => 3 * t + (i % 2)), (c, t) => c - t * Math.log(c)],
  ];
  it.each(cases)('of %s is the least over a fine grid', (type, targets, of) => {
    let least = Infinity;
    for (let c = -3; c <= 4; c += 1e-3) {
      const mean = targets.reduce((sum, t) => sum + of(c, t), 0) / targets.length;
      if (mean < least) least = mean;
    }
    expect(bestConstant(targets, 1, { type, labelSmoothing: 0 })).toBeCloseTo(least, 4);
  });

  it('of classes is the entropy of their shares, smoothed where the targets are', () => {
    const targets = Float64Array.of(1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1);
    const entropy = (...shares: number[]) => -shares.reduce((sum, p) => sum + p * Math.log(p), 0);
    const of = (labelSmoothing: number): LossSpec => ({ type: 'categoricalCrossentropy', labelSmoothing });
    expect(bestConstant(targets, 3, of(0))).toBeCloseTo(entropy(0.5, 0.25, 0.25), 12);
    expect(bestConstant(targets, 3, of(0.3))).toBeCloseTo(entropy(0.45, 0.275, 0.275), 12);
  });
});

describe('The row of an epoch', () => {
  it.each(['sgd', 'adam'])('holds its quantities by their definitions, with %s', async (type) => {
    const x = Array.from({ length: 10 }, (_, i) => [Math.sin(i), Math.cos(2 * i)]);
    const { trial, datasets } = await trialOf(JSON.stringify({
      gdexp: 1, precision: 'float64', data: { inline: { x, y: x.map(([a, b]) => a * b) } },
      model: { layers: [{ type: 'dense', units: 4, activation: 'tanh' }, { type: 'dense', units: 1 }] }, loss: 'meanSquaredError',
      training: { batchSize: 5, epochs: 3 }, optimizers: [{ type, learningRate: 0.1 }], diagnostics: { tier: 'full' },
    }));
    const parts = prepareModel(trial, { ...DEPENDENCIES, datasets: () => datasets });
    const { network, optimizer, batches, gatherer } = parts;
    const recorder = new ModelRecorder(6, network.parameterCount, 'float64', true);
    const diagnostics = new EpochDiagnostics(parts, recorder, trial, 6);
    const n = network.parameterCount;
    const start = network.parameters.slice();
    const norm = (v: ArrayLike<number>): number => Math.sqrt(Array.from(v).reduce((sum, each) => sum + each * each, 0));
    const row = new Map<string, number>();
    let before = start;
    let previous = network.gradient.slice();
    let gradient = previous;
    batches.startEpoch(0);
    for (let batch = 0; batch < 2; batch++) {
      const { from, count } = batches.batch(batch);
      gatherer.fill(batches.order, from, count, batch);
      const loss = network.trainStep(count);
      [previous, gradient] = [gradient, network.gradient.slice()];
      diagnostics.beforeUpdate(batch, 2, 0, norm(gradient));
      before = network.parameters.slice();
      optimizer.update(network.parameters, network.gradient, 0.1, batch + 1, null as never);
      if (batch === 1) diagnostics.afterUpdate(loss, 0.1, count);
    }
    const after = network.parameters.slice();
    diagnostics.write(row, 1, 2);
    expect(network.parameters).toEqual(after);
    const update = after.map((value, i) => value - before[i]);
    const inner = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);
    close(row.get('turn')!, inner(gradient, previous) / norm(gradient) / norm(previous), 1e-12);
    close(row.get('distance')!, norm(after.map((value, i) => value - start[i])), 1e-12);
    close(row.get('updateNorm')!, norm(update), 1e-12);
    close(row.get('weightNorm')!, norm(after), 1e-12);
    close(row.get('directionalDerivative')!, inner(gradient, update) / norm(update), 1e-12);
    // Weights of dense1 are 2 × 4, those of dense2 4 × 1, each followed by its bias.
    close(row.get('layerRatio')!, norm(gradient.subarray(0, 8)) / norm(gradient.subarray(12, 16)), 1e-12);

    const { from, count } = batches.batch(1);
    gatherer.fill(batches.order, from, count, 1);
    const h = differences(network, count);
    const diagonal = new Float64Array(n).fill(1);
    if (type === 'adam') optimizer.preconditioner(diagonal, 2);
    close(row.get('sharpness')!, symmetricEigen(h.map((value, k) => value / Math.sqrt(diagonal[Math.floor(k / n)] * diagonal[k % n])), n).values[n - 1], 1e-3);
    close(row.get('sharpnessLimit')!, type === 'adam' ? 38 / 0.1 : 2 / 0.1, 1e-12);
    network.parameters.set(before);
    const actual = -network.heldLoss(count);
    network.parameters.set(after);
    close(row.get('actualChange')!, actual + network.heldLoss(count), 1e-9);

    const [{ layers, histograms }] = recorder.take();
    expect(layers!.names).toEqual(['dense1', 'dense2']);
    close(layers!.columns.gradientNorm[0], norm(gradient.subarray(0, 12)), 1e-12);
    close(layers!.columns.updateRatio[1], norm(update.subarray(12)) / norm(before.subarray(12)), 1e-12);
    expect(layers!.columns.saturation[0]).toBeGreaterThanOrEqual(0);
    expect(histograms!.map(({ quantity }) => quantity)).toEqual(['parameters', 'gradients', 'activations']);
    expect(histograms![2].counts.slice(0, BINS + 2).reduce((a, b) => a + b)).toBe(5 * 4);
  });
});
