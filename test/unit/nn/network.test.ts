import { describe, expect, it } from 'vitest';
import { createKernels } from '../../../src/core/kernels/create';
import { measure, type Kernels } from '../../../src/core/kernels/kernels';
import { Network, type NetworkOptions } from '../../../src/core/nn/network';
import { exportWeights, importWeights } from '../../../src/core/nn/weights';
import { fill, inner, layersOf, networkOf, type Draft } from './networks';

const dense = (units: number, activation = 'tanh', rest: object = {}): Draft => ({ type: 'dense', units, activation, ...rest });
const PICTURES: readonly Draft[] = [{ type: 'conv2d', filters: 3, kernel: [3, 3], activation: 'relu' }, { type: 'maxPool2d' }, { type: 'flatten' }, dense(3, 'softmax')];

describe('A network', () => {
  it('takes exactly the memory that was measured, for first and second order', () => {
    for (const secondOrder of [false, true]) {
      for (const precision of ['float32', 'float64'] as const) {
        const spec = { layers: layersOf([...PICTURES.slice(0, 2), { type: 'layerNorm' }, { type: 'conv2d', filters: 1, kernel: [2, 2], fixed: [[1, 0], [0, -1]] }, { type: 'dropout', rate: 0.5 }, { type: 'flatten' }, dense(3, 'softmax')]), precision, kernels: null };
        const options: NetworkOptions = { rows: 5, sparseInput: false, loss: { type: 'categoricalCrossentropy', labelSmoothing: 0.1 }, regularization: { l1: 0, l2: 0, weightNoise: 0.1 }, secondOrder, seed: 0 };
        const bytes = measure(precision, (arena) => new Network(spec, [8, 8, 2], arena as Kernels, options));
        const kernels = createKernels(precision, 'plain', bytes);
        new Network(spec, [8, 8, 2], kernels, options);
        expect(kernels.used).toBe(bytes);
      }
    }
  });

  it('says where its tensors stand, in order and without gaps', () => {
    const network = networkOf([4], [dense(3), { type: 'batchNorm' }, dense(2, 'linear', { trainable: false }), dense(2, 'linear', { bias: false })]);
    expect(network.segments).toEqual([
      { name: 'dense1.weight', offset: 0, shape: [4, 3], layer: 'dense1', role: 'weight' },
      { name: 'dense1.bias', offset: 12, shape: [3], layer: 'dense1', role: 'bias' },
      { name: 'batchNorm2.weight', offset: 15, shape: [3], layer: 'batchNorm2', role: 'gamma' },
      { name: 'batchNorm2.bias', offset: 18, shape: [3], layer: 'batchNorm2', role: 'beta' },
      { name: 'dense4.weight', offset: 21, shape: [2, 2], layer: 'dense4', role: 'weight' },
    ]);
    expect(network.stateSegments.map(({ name, offset }) => [name, offset])).toEqual([['batchNorm2.runningMean', 0], ['batchNorm2.runningVariance', 3], ['dense3.weight', 6], ['dense3.bias', 12]]);
    expect(network.parameterCount).toBe(25);
  });

  it('starts equal from equal seeds, each layer from a stream of its own name', () => {
    const start = (seed: number, layers: readonly Draft[]) => networkOf([4], layers, { seed });
    const first = start(3, [dense(3, 'tanh', { name: 'a' }), dense(3, 'tanh', { name: 'b' })]);
    expect(start(3, [dense(3, 'tanh', { name: 'a' }), dense(3, 'tanh', { name: 'b' })]).parameters).toEqual(first.parameters);
    expect(start(4, [dense(3, 'tanh', { name: 'a' }), dense(3, 'tanh', { name: 'b' })]).parameters).not.toEqual(first.parameters);
    // A layer put between changes no other's start.
    const longer = start(3, [dense(3, 'tanh', { name: 'a' }), dense(3, 'tanh', { name: 'new' }), dense(3, 'tanh', { name: 'b' })]);
    expect(longer.parameters.slice(0, 15)).toEqual(first.parameters.slice(0, 15));
    expect(longer.parameters.slice(27)).toEqual(first.parameters.slice(15));
    first.initialize(4);
    expect(first.parameters).toEqual(start(4, [dense(3, 'tanh', { name: 'a' }), dense(3, 'tanh', { name: 'b' })]).parameters);
  });

  it('counts a smaller batch by its own rows: the mean of two halves is the whole', () => {
    const network = networkOf([6, 6, 2], PICTURES, { loss: 'categoricalCrossentropy', rows: 8 });
    fill(network, 'categoricalCrossentropy');
    const whole = network.trainStep(8);
    const gradient = network.gradient.slice();
    const half = network.trainStep(4);
    const first = network.gradient.slice();
    network.input.copyWithin(0, 4 * network.inputSize);
    network.target.copyWithin(0, 4 * network.outputSize);
    expect((half + network.trainStep(4)) / 2).toBeCloseTo(whole, 13);
    network.gradient.forEach((g, i) => expect((g + first[i]) / 2).toBeCloseTo(gradient[i], 13));
  });

  it('gives the same from sparse rows, before a dense layer and before any other', () => {
    const x = [[0, 2, 0, 0, -1], [0, 0, 0, 0, 0], [3, 0, 0, 0.5, 0]];
    for (const layers of [[dense(4), dense(2, 'linear')], [{ type: 'dropout', rate: 0.5 } as Draft, dense(4), dense(2, 'linear')]]) {
      const full = networkOf([5], layers, { rows: 3 });
      fill(full, 'meanSquaredError');
      const sparse = networkOf([5], layers, { rows: 3, sparseInput: true });
      sparse.parameters.set(full.parameters);
      sparse.target.set(full.target);
      full.input.set(x.flat());
      sparse.setSparse({ offsets: Int32Array.of(0, 2, 2, 4), columns: Int32Array.of(1, 4, 0, 3), values: Float64Array.of(2, -1, 3, 0.5) });
      expect(sparse.trainStep(3)).toBeCloseTo(full.trainStep(3), 14);
      sparse.gradient.forEach((g, i) => expect(g).toBeCloseTo(full.gradient[i], 14));
      const v = full.parameters.map((_, i) => Math.sin(i));
      const [a, b] = [v.slice(), v.slice()];
      full.hessianVector(v, a, 3);
      sparse.hessianVector(v, b, 3);
      b.forEach((value, i) => expect(value).toBeCloseTo(a[i], 13));
      expect(sparse.lossOf(3)).toBeCloseTo(full.lossOf(3), 14);
    }
  });

  it('lets each layer be seen: the weight gradient of a sample is its activation times its delta', () => {
    const network = networkOf([3], [dense(4, 'gelu'), dense(5, 'relu'), dense(3, 'softmax')], { loss: 'categoricalCrossentropy', rows: 6 });
    fill(network, 'categoricalCrossentropy');
    network.trainStep(6);
    for (const [k, layer] of network.layers.entries()) {
      const { offset, shape: [inputs, outputs] } = network.segments.find(({ name }) => name === `dense${k + 1}.weight`)!;
      // Σᵢ gᵢ² = (Δ∘Δ)ᵀ(A∘A) without a gradient of each sample …
      const squares = new Float64Array(inputs * outputs);
      for (let row = 0; row < 6; row++) {
        for (let i = 0; i < inputs; i++) for (let j = 0; j < outputs; j++) squares[i * outputs + j] += (layer.input.value[row * inputs + i] * layer.delta![row * outputs + j]) ** 2;
      }
      // … equals the sum over steps with one sample each, whose mean is not divided by six.
      const expected = new Float64Array(inputs * outputs);
      const { input, target } = { input: network.input.slice(), target: network.target.slice() };
      for (let row = 0; row < 6; row++) {
        network.input.set(input.subarray(row * 3, row * 3 + 3));
        network.target.set(target.subarray(row * 3, row * 3 + 3));
        network.trainStep(1);
        for (let i = 0; i < expected.length; i++) expected[i] += (network.gradient[offset + i] / 6) ** 2;
      }
      network.input.set(input);
      network.target.set(target);
      network.trainStep(6);
      squares.forEach((square, i) => expect(square).toBeCloseTo(expected[i], 14));
    }
  });

  it('keeps probabilities and penalties apart: inference has no penalty, no noise', () => {
    const plain = networkOf([3], [dense(4), dense(2, 'linear')], { rows: 2 });
    const penalized = networkOf([3], [dense(4), dense(2, 'linear')], { rows: 2, regularization: { l1: 0.5, l2: 0.25, weightNoise: 0 } });
    fill(plain, 'meanSquaredError');
    fill(penalized, 'meanSquaredError');
    const weights = plain.segments.filter(({ role }) => role === 'weight').flatMap(({ offset, shape }) => [...plain.parameters.subarray(offset, offset + shape[0] * shape[1])]);
    const penalty = 0.5 * weights.reduce((sum, w) => sum + Math.abs(w), 0) + 0.25 * inner(weights, weights);
    expect(penalized.trainStep(2) - plain.trainStep(2)).toBeCloseTo(penalty, 13);
    expect(penalized.lossOf(2)).toBe(plain.lossOf(2));
  });

  it('draws noise on the weights anew for each step and leaves the parameters alone', () => {
    const network = networkOf([3], [dense(4), dense(2, 'linear')], { rows: 2, regularization: { l1: 0, l2: 0, weightNoise: 0.3 } });
    fill(network, 'meanSquaredError');
    const start = network.parameters.slice();
    const losses = [network.trainStep(2), network.trainStep(2), network.trainStep(2)];
    expect(new Set(losses).size).toBe(3);
    expect(network.trainStep(2, true)).toBe(losses[2]);
    expect(network.parameters).toEqual(start);
    const still = networkOf([3], [dense(4), dense(2, 'linear')], { rows: 2 });
    fill(still, 'meanSquaredError');
    expect(network.lossOf(2)).toBe(still.lossOf(2));
  });

  it('refuses a loss without its activation and a model that does not fit', () => {
    expect(() => networkOf([3], [dense(3, 'linear')], { loss: 'categoricalCrossentropy' })).toThrow(/softmax/);
    expect(() => networkOf([3], [dense(1, 'sigmoid'), { type: 'dropout', rate: 0.5 }], { loss: 'binaryCrossentropy' })).toThrow(/sigmoid/);
    expect(() => networkOf([3, 3, 1], [dense(1)])).toThrow(/dense1/);
    expect(() => networkOf([3, 3, 1], [{ type: 'conv2d', filters: 2, kernel: [2, 2], activation: 'softmax' }], { loss: 'categoricalCrossentropy' })).toThrow(/flatten/);
    const first = networkOf([3], [dense(3)], { secondOrder: false });
    expect(() => first.hessianVector(first.parameters.slice(), first.gradient, 1)).toThrow(/second order/);
  });

  it('computes a loss where nothing is trained', () => {
    const network = networkOf([3], [dense(2, 'linear', { trainable: false })], { rows: 2 });
    fill(network, 'meanSquaredError');
    expect(network.trainStep(2)).toBe(network.lossOf(2));
    expect(network.parameterCount).toBe(0);
  });
});

describe('Weights', () => {
  const layers: readonly Draft[] = [
    { type: 'conv2d', filters: 1, kernel: [2, 2], fixed: [[1, 2], [3, 4]], bias: false, trainable: false, name: 'edge' },
    { type: 'conv2d', filters: 3, kernel: [2, 3], name: 'conv' }, { type: 'batchNorm', name: 'norm' }, { type: 'flatten' }, dense(2, 'linear', { name: 'out', trainable: false }),
  ];

  it('go out under PyTorch’s names and come in again', () => {
    const network = networkOf([4, 4, 2], layers);
    fill(network, 'meanSquaredError');
    const arrays = exportWeights(network);
    expect(arrays.map(({ name, shape }) => [name, shape])).toEqual([
      ['conv.weight', [3, 2, 2, 3]], ['conv.bias', [3]], ['norm.weight', [3]], ['norm.bias', [3]], ['norm.runningMean', [3]], ['norm.runningVariance', [3]], ['out.weight', [2, 6]], ['out.bias', [2]],
    ]);
    const other = networkOf([4, 4, 2], layers, { seed: 9 });
    expect(importWeights(other, arrays)).toEqual([]);
    expect(other.parameters).toEqual(network.parameters);
    expect(other.state).toEqual(network.state);
    const some = networkOf([4, 4, 2], layers, { seed: 9 });
    expect(importWeights(some, arrays.filter(({ name }) => !name.includes('running')))).toEqual([]);
    expect(some.parameters).toEqual(network.parameters);
  });

  it('that do not fit are told all at once, and none is taken', () => {
    const network = networkOf([4, 4, 2], layers);
    const before = network.parameters.slice();
    const arrays = exportWeights(network).filter(({ name }) => name !== 'conv.bias').map((array) => (array.name === 'out.weight' ? { ...array, shape: [6, 2] } : array));
    arrays.push({ name: 'other.weight', shape: [1], values: Float64Array.of(1) });
    expect(importWeights(network, arrays)).toEqual([
      { code: 'missing', name: 'conv.bias', expected: [3] },
      { code: 'shape', name: 'out.weight', expected: [2, 6], actual: [6, 2] },
      { code: 'unknown', name: 'other.weight' },
    ]);
    expect(network.parameters).toEqual(before);
  });
});
