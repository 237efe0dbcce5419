import { describe, expect, it } from 'vitest';
import type { LossType, Shape } from '../../../src/core/nn/spec';
import { randomStream } from '../../../src/core/training/random';
import { ACTIVATIONS, directional, fill, inner, lastActivation, LOSSES, networkOf, randomVector, type Draft, type TestOptions } from './networks';

const ROWS = 5;

/** The gradient along random directions, and the Hessian's products, against differences; and the Hessian's symmetry. */
function check(input: Shape, layers: readonly Draft[], loss: LossType = 'meanSquaredError', options: TestOptions = {}): void {
  const network = networkOf(input, layers, { loss, rows: ROWS + 2, ...options });
  const random = randomStream(11, 'test');
  fill(network, loss, random);
  network.trainStep(ROWS);
  const first = network.trainStep(ROWS, true);
  expect(network.heldLoss(ROWS)).toBe(first);
  expect(Number.isFinite(first)).toBe(true);
  const gradient = network.gradient.slice();
  const state = network.state.slice();
  const n = network.parameterCount;
  const v = randomVector(n, random);
  const w = randomVector(n, random);
  const slope = directional(network, v, () => network.heldLoss(ROWS));
  expect(Math.abs(slope - inner(gradient, v))).toBeLessThan(1e-8 * Math.max(1, Math.abs(slope)));
  const hv = new Float64Array(n);
  const hw = new Float64Array(n);
  network.hessianVector(v, hv, ROWS);
  expect(network.gradient).toEqual(gradient);
  network.hessianVector(w, hw, ROWS);
  const size = Math.sqrt(inner(hv, hv)) * Math.sqrt(inner(w, w)) + 1e-12;
  expect(Math.abs(inner(w, hv) - inner(v, hw)) / size).toBeLessThan(1e-12);
  for (const direction of [w, gradient]) {
    const change = directional(network, v, () => {
      network.trainStep(ROWS, true);
      return inner(network.gradient, direction);
    });
    const scale = Math.sqrt(inner(hv, hv)) * Math.sqrt(inner(direction, direction));
    expect(Math.abs(change - inner(hv, direction))).toBeLessThan(1e-8 * Math.max(scale, 1e-2));
  }
  expect(network.state).toEqual(state);
}

const dense = (units: number, activation = 'tanh', rest: object = {}): Draft => ({ type: 'dense', units, activation, ...rest });

describe('Gradients and Hessian-vector products of networks equal finite differences', () => {
  it.each(ACTIVATIONS)('with %s inside and last', (activation) => {
    check([3], [dense(4, activation), dense(5, activation), dense(2, 'linear')]);
    check([3], [dense(4), dense(3, activation)]);
  });

  it.each(ACTIVATIONS)('with a layer of its own for %s', (activation) => {
    check([3], [dense(4, 'linear'), { type: 'activation', activation }, dense(2), { type: 'activation', activation }]);
    check([3], [{ type: 'activation', activation }, dense(4), { type: 'batchNorm' }, { type: 'activation', activation }]);
  });

  it.each(LOSSES)('of %s', (loss) => {
    const last = lastActivation(loss);
    check([3], [dense(4), dense(3, last)], loss);
    check([3], [dense(4), dense(3, 'linear'), { type: 'activation', activation: last }], loss, { labelSmoothing: 0.2 });
    check([4, 4, 2], [{ type: 'conv2d', filters: 3, kernel: loss === 'categoricalCrossentropy' ? [4, 4] : [2, 2], activation: last }], loss, { labelSmoothing: 0.1 });
  });

  it.each([[[1, 1], 'valid'], [[2, 1], 'valid'], [[1, 2], 'same'], [[2, 2], 'same'], [[3, 2], 'valid']] as const)('of convolutions with stride %j and padding %s', (stride, padding) => {
    for (const kernel of [[1, 1], [2, 3], [3, 3], [4, 2]]) {
      check([5, 6, 2], [{ type: 'conv2d', filters: 3, kernel, stride, padding, activation: 'tanh' }, { type: 'conv2d', filters: 2, kernel: [1, 2], activation: 'relu', bias: false }, { type: 'flatten' }, dense(2, 'linear')]);
    }
    check([9, 2], [{ type: 'conv1d', filters: 3, kernel: [1, 3], stride: [1, stride[1]], padding, activation: 'gelu' }, { type: 'flatten' }, dense(2, 'linear')]);
  });

  it.each(['maxPool2d', 'avgPool2d'])('of %s', (type) => {
    const first: Draft = { type: 'conv2d', filters: 3, kernel: [2, 2], padding: 'same', activation: 'silu' };
    for (const window of [{}, { size: [3, 2], stride: [2, 1] }, { size: [3, 3], stride: [2, 2], padding: 'same' }, { size: [2, 2], stride: [3, 3], padding: 'same' }]) {
      check([5, 6, 2], [first, { type, ...window } as Draft, { type: 'flatten' }, dense(3, 'softmax')], 'categoricalCrossentropy');
    }
    check([5, 6, 2], [{ type } as Draft, first, { type: 'globalAvgPool2d' }, dense(3, 'linear')], 'huber');
  });

  it.each(['batchNorm', 'layerNorm'])('of %s after rows and pictures, first, last and twice', (type) => {
    const norm = { type } as Draft;
    check([3], [dense(4, 'linear'), norm, { type: 'activation', activation: 'tanh' }, dense(3, 'softmax')], 'categoricalCrossentropy');
    check([3], [norm, dense(4, 'gelu'), norm, dense(2, 'linear')]);
    check([3], [dense(4), norm]);
    check([4, 5, 2], [{ type: 'conv2d', filters: 3, kernel: [2, 2], activation: 'elu' }, norm, { type: 'avgPool2d' }, { type: 'flatten' }, dense(2, 'linear')]);
    check([6, 2], [norm, { type: 'conv1d', filters: 3, kernel: [1, 2], activation: 'softplus' }, norm, { type: 'flatten' }, dense(1, 'sigmoid')], 'binaryCrossentropy');
  });

  it('with noise and masks, first and inside', () => {
    check([6], [{ type: 'dropout', rate: 0.3 }, dense(8), { type: 'dropout', rate: 0.5 }, dense(3, 'linear')]);
    check([6], [{ type: 'gaussianNoise', stddev: 0.5 }, dense(8), { type: 'gaussianNoise', stddev: 1 }, dense(3, 'softmax')], 'categoricalCrossentropy');
    check([4, 4, 2], [{ type: 'flatten' }, dense(3), { type: 'dropout', rate: 0.2 }]);
  });

  it('with penalties and noise on the weights', () => {
    check([3], [dense(4), { type: 'batchNorm' }, dense(2, 'linear')], 'meanSquaredError', { regularization: { l1: 0.03, l2: 0.1, weightNoise: 0.2 } });
    check([4, 4, 1], [{ type: 'conv2d', filters: 2, kernel: [2, 2], activation: 'relu' }, { type: 'flatten' }, dense(2, 'softmax')], 'categoricalCrossentropy', { regularization: { l1: 0, l2: 0.5, weightNoise: 0 } });
  });

  it('with layers that are not trained, before, between and after', () => {
    const frozen = { trainable: false };
    check([3], [dense(4, 'tanh', frozen), dense(5), dense(2, 'linear')]);
    check([3], [dense(4), dense(5, 'gelu', frozen), dense(2, 'linear')]);
    check([3], [dense(4), dense(3, 'softmax', frozen)], 'categoricalCrossentropy');
    check([5, 5, 2], [{ type: 'conv2d', filters: 1, kernel: [2, 3], fixed: [[1, 0, -1], [2, 0.5, -2]], bias: false, trainable: false, activation: 'tanh' }, { type: 'batchNorm' }, { type: 'flatten' }, dense(2, 'linear')]);
    check([5, 5, 2], [{ type: 'conv2d', filters: 3, kernel: [2, 2], activation: 'tanh' }, { type: 'conv2d', filters: 1, kernel: [2, 2], fixed: [[1, -1], [2, 0.5]], bias: false, trainable: false }, { type: 'globalAvgPool2d' }]);
  });
});
