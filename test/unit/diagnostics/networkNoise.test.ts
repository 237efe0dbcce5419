import { describe, expect, it } from 'vitest';
import { gradientNoise } from '../../../src/core/diagnostics/network/noise';
import type { Network } from '../../../src/core/nn/network';
import type { LossType, Shape } from '../../../src/core/nn/spec';
import { randomStream } from '../../../src/core/training/random';
import { fill, networkOf, type Draft, type TestOptions } from '../nn/networks';

const ROWS = 6;
const dense = (units: number, more: object = {}): Draft => ({ type: 'dense', units, activation: 'tanh', ...more });
const conv2d = (filters: number, kernel: readonly [number, number], more: object = {}): Draft => ({ type: 'conv2d', filters, kernel, activation: 'softplus', ...more });
const flatten: Draft = { type: 'flatten' };

interface Kind {
  readonly name: string;
  readonly input: Shape;
  readonly layers: readonly Draft[];
  readonly loss?: LossType;
  readonly options?: TestOptions;
  /** Entries of the rows that are zero, every so many. */
  readonly sparse?: number;
}

const KINDS: readonly Kind[] = [
  { name: 'dense layers', input: [3], layers: [dense(5), dense(4), dense(2, { activation: 'linear' })] },
  { name: 'penalties, which have no noise', input: [3], layers: [dense(6), dense(3, { activation: 'softmax' })], loss: 'categoricalCrossentropy', options: { regularization: { l1: 0.01, l2: 0.02, weightNoise: 0 } } },
  { name: 'sparse rows', input: [7], layers: [dense(5), dense(2)], sparse: 3 },
  { name: 'sparse rows of pictures', input: [4, 4, 1], layers: [conv2d(3, [2, 2]), flatten, dense(2)], sparse: 2 },
  { name: 'layers without bias, and one that is not trained', input: [3], layers: [dense(5, { trainable: false }), dense(4, { bias: false }), dense(1, { activation: 'sigmoid' })], loss: 'binaryCrossentropy' },
  { name: 'a convolution and a dense layer', input: [6, 6, 2], layers: [conv2d(3, [3, 3]), { type: 'maxPool2d' }, flatten, dense(2)] },
  { name: 'a convolution whose windows are few and large', input: [5, 5, 3], layers: [conv2d(8, [4, 4]), flatten, dense(2)] },
  { name: 'convolutions with strides, beyond the edges', input: [5, 6, 2], layers: [conv2d(3, [3, 2], { stride: [2, 1], padding: 'same' }), conv2d(2, [2, 2], { bias: false, padding: 'same' }), { type: 'globalAvgPool2d' }] },
  { name: 'a convolution of sequences', input: [9, 2], layers: [{ type: 'conv1d', filters: 3, kernel: [1, 3], stride: [1, 2], activation: 'gelu' }, flatten, dense(2)] },
  { name: 'layerNorm after a dense layer and after a convolution', input: [5, 5, 2], layers: [conv2d(3, [2, 2]), { type: 'layerNorm' }, flatten, dense(4), { type: 'layerNorm' }, dense(2)] },
];

/** Rows, targets and parameters are drawn; parameters alike for the same layers. */
function prepared({ input, layers, loss = 'meanSquaredError', options, sparse }: Kind, more: TestOptions = {}): { readonly network: Network; readonly x: Float64Array } {
  const network = networkOf(input, layers, { loss, rows: ROWS, sparseInput: sparse !== undefined, ...options, ...more });
  fill(network, loss, randomStream(3, 'test'));
  const random = randomStream(4, 'test');
  const x = Float64Array.from({ length: network.rows * network.inputSize }, (_, i) => (sparse && i % sparse !== 0 ? 0 : random.normal()));
  if (sparse) setSparse(network, x);
  else network.input.set(x);
  return { network, x };
}

function setSparse(network: Network, x: Float64Array): void {
  const { rows, inputSize } = network;
  const places = Array.from(x.keys()).filter((i) => x[i] !== 0);
  const offsets = Int32Array.from({ length: rows + 1 }, (_, row) => places.filter((i) => i < row * inputSize).length);
  network.setSparse({ offsets, columns: Int32Array.from(places, (i) => i % inputSize), values: Float64Array.from(places, (i) => x[i]) });
}

/** The gradient of each row's own loss, from a network that sees this row alone. */
function oneByOne(kind: Kind, network: Network, x: Float64Array): Float64Array[] {
  const alone = networkOf(kind.input, kind.layers, { loss: kind.loss, rows: 1 });
  alone.parameters.set(network.parameters);
  alone.state.set(network.state);
  return Array.from({ length: network.rows }, (_, row) => {
    alone.input.set(x.subarray(row * network.inputSize, (row + 1) * network.inputSize));
    alone.target.set(network.target.subarray(row * network.outputSize, (row + 1) * network.outputSize));
    alone.trainStep(1);
    return Float64Array.from(alone.gradient);
  });
}

/** The unbiased estimates by their definitions. */
function noiseOf(gradients: readonly Float64Array[]): { readonly trace: number; readonly square: number } {
  const n = gradients.length;
  const mean = gradients[0].map((_, i) => gradients.reduce((sum, g) => sum + g[i], 0) / n);
  const trace = gradients.reduce((sum, g) => sum + g.reduce((squares, value, i) => squares + (value - mean[i]) ** 2, 0), 0) / (n - 1);
  return { trace, square: mean.reduce((sum, m) => sum + m * m, 0) - trace / n };
}

const close = (actual: number, expected: number, share: number): void => expect(Math.abs(actual - expected)).toBeLessThanOrEqual(share * Math.abs(expected));

describe('The gradient noise', () => {
  it.each(KINDS)('of $name is that of gradients taken one row at a time', (kind) => {
    const { network, x } = prepared(kind);
    network.trainStep(ROWS);
    const gradient = network.gradient.slice();
    const found = gradientNoise(network, ROWS)!;
    const { trace, square } = noiseOf(oneByOne(kind, network, x));
    close(found.trace, trace, 1e-9);
    close(found.square, square, 1e-7);
    if (square > 0) close(found.scale, trace / square, 1e-7);
    else expect(found.scale).toBeNaN();
    expect(network.gradient).toEqual(gradient);
  });

  it.each(KINDS.filter(({ sparse }) => !sparse))('of $name is the same with the kernels that train and after a Hessian-vector product', (kind) => {
    const { network, x } = prepared(kind, { precision: 'float32', kernels: 'simd' });
    network.trainStep(ROWS);
    network.hessianVector(network.parameters.slice(), network.parameters.slice(), ROWS);
    close(gradientNoise(network, ROWS)!.trace, noiseOf(oneByOne(kind, network, x)).trace, 2e-4);
  });

  it('of a large convolution is estimated from some of its rows', () => {
    const rows = 160;
    const kind: Kind = { name: '', input: [34, 34, 8], layers: [conv2d(16, [3, 3], { activation: 'tanh' }), { type: 'globalAvgPool2d' }], options: { rows } };
    // A row takes 32² places × 72 × 16 multiply-adds, so that more than the allowed 2e8 come together.
    const { network, x } = prepared(kind);
    network.trainStep(rows);
    const exact = noiseOf(oneByOne(kind, network, x));
    close(gradientNoise(network, rows)!.trace, exact.trace, 0.03);
    // Rows that are all alike have no noise, whichever are looked at.
    for (let row = 1; row < rows; row++) network.input.copyWithin(row * network.inputSize, 0, network.inputSize);
    for (let row = 1; row < rows; row++) network.target.copyWithin(row * network.outputSize, 0, network.outputSize);
    network.trainStep(rows);
    const alike = gradientNoise(network, rows)!;
    expect(Math.abs(alike.trace)).toBeLessThan(1e-9 * alike.square);
  });

  it('with batchNorm is that of what each row adds: of derivatives by parameters that it alone would use', () => {
    const kind: Kind = { name: '', input: [3], layers: [dense(4), { type: 'batchNorm' }, dense(1, { activation: 'linear' })] };
    const { network, x } = prepared(kind);
    network.trainStep(ROWS);
    const n = network.parameterCount;
    const own = Array.from({ length: ROWS }, () => Float64Array.from(network.parameters));
    const loss = (): number => lossWithOwnParameters(own, x, network.target);
    expect(loss()).toBeCloseTo(network.trainStep(ROWS, true), 12);
    const h = 1e-4;
    const gradients = own.map((parameters) => Float64Array.from({ length: n }, (_, i) => {
      const kept = parameters[i];
      const at = (value: number): number => {
        parameters[i] = value;
        return loss();
      };
      const narrow = (at(kept + h) - at(kept - h)) / (2 * h);
      const wide = (at(kept + 2 * h) - at(kept - 2 * h)) / (4 * h);
      parameters[i] = kept;
      return (ROWS * (4 * narrow - wide)) / 3;
    }));
    const { trace, square } = noiseOf(gradients);
    const found = gradientNoise(network, ROWS)!;
    close(found.trace, trace, 1e-7);
    close(found.square, square, 1e-6);
  });

  it('is none of a single row, nor where nothing is trained', () => {
    const { network } = prepared(KINDS[0]);
    network.trainStep(ROWS);
    expect(gradientNoise(network, 1)).toBeNull();
    const frozen = prepared({ ...KINDS[0], layers: [dense(2, { trainable: false })] }).network;
    frozen.trainStep(ROWS);
    expect(gradientNoise(frozen, ROWS)).toBeNull();
  });
});

/** Mean squared error of dense(4, tanh), batchNorm, dense(1) where every row has parameters of its own; a layer's weight, then its bias, weights input × output. */
function lossWithOwnParameters(own: readonly Float64Array[], x: Float64Array, target: ArrayLike<number>): number {
  const hidden = own.map((p, i) => Array.from({ length: 4 }, (_, j) => Math.tanh(p[12 + j] + [0, 1, 2].reduce((sum, k) => sum + x[3 * i + k] * p[4 * k + j], 0))));
  const mean = [0, 1, 2, 3].map((j) => hidden.reduce((sum, h) => sum + h[j], 0) / own.length);
  const variance = mean.map((m, j) => hidden.reduce((sum, h) => sum + (h[j] - m) ** 2, 0) / own.length);
  return own.reduce((loss, p, i) => {
    const y = p[28] + mean.reduce((sum, m, j) => sum + p[24 + j] * ((p[16 + j] * (hidden[i][j] - m)) / Math.sqrt(variance[j] + 1e-5) + p[20 + j]), 0);
    return loss + (y - target[i]) ** 2 / own.length;
  }, 0);
}
