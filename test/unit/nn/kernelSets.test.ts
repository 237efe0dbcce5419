import { describe, expect, it } from 'vitest';
import { availableKernelSets } from '../../../src/core/kernels/create';
import type { KernelSet, Precision } from '../../../src/core/kernels/kernels';
import type { LossType, Shape } from '../../../src/core/nn/spec';
import { randomStream } from '../../../src/core/training/random';
import { fill, networkOf, randomVector, type Draft } from './networks';

const dense = (units: number, activation: string): Draft => ({ type: 'dense', units, activation });

/** Sizes that no vector length divides, and some that it does. */
const MODELS: readonly [string, Shape, readonly Draft[], LossType][] = [
  ['a perceptron', [37], [dense(65, 'gelu'), { type: 'layerNorm' }, dense(33, 'tanh'), { type: 'dropout', rate: 0.25 }, dense(16, 'silu'), dense(11, 'softmax')], 'categoricalCrossentropy'],
  ['a regression', [5], [dense(64, 'softplus'), dense(31, 'elu'), dense(7, 'leakyRelu'), dense(3, 'linear')], 'huber'],
  ['pictures', [13, 11, 3], [
    { type: 'conv2d', filters: 9, kernel: [3, 3], padding: 'same', activation: 'relu' }, { type: 'maxPool2d' }, { type: 'conv2d', filters: 17, kernel: [2, 3], stride: [2, 1] }, { type: 'batchNorm' },
    { type: 'activation', activation: 'sigmoid' }, { type: 'avgPool2d', size: [2, 2], stride: [1, 1], padding: 'same' }, { type: 'flatten' }, dense(10, 'softmax'),
  ], 'categoricalCrossentropy'],
  ['sequences', [29, 4], [{ type: 'conv1d', filters: 12, kernel: [1, 5], stride: [1, 2], activation: 'tanh' }, { type: 'flatten' }, dense(1, 'sigmoid')], 'binaryCrossentropy'],
];

function results(kernels: KernelSet, precision: Precision, input: Shape, layers: readonly Draft[], loss: LossType): Float64Array[] {
  const network = networkOf(input, layers, { kernels, precision, loss, rows: 21 });
  const random = randomStream(8, 'test');
  fill(network, loss, random);
  const v = randomVector(network.parameterCount, random);
  const first = network.trainStep(21);
  const gradient = Float64Array.from(network.gradient);
  const product = network.parameters.slice();
  network.hessianVector(precision === 'float32' ? Float32Array.from(v) : v, product, 21);
  const less = network.trainStep(18);
  const prediction = network.lossOf(19);
  return [Float64Array.of(first, less, prediction), gradient, Float64Array.from(product), Float64Array.from(network.output.subarray(0, 19 * network.outputSize)), Float64Array.from(network.state)];
}

/** Largest difference, relative to the largest entry. */
function distance(a: Float64Array, b: Float64Array): number {
  let most = 0;
  let scale = 1e-30;
  for (let i = 0; i < b.length; i++) {
    most = Math.max(most, Math.abs(a[i] - b[i]));
    scale = Math.max(scale, Math.abs(b[i]));
  }
  return most / scale;
}

describe.each(availableKernelSets())('Networks on the kernels "%s"', (kernels) => {
  it.each(MODELS)('compute %s as the plain ones do in float64', (_name, input, layers, loss) => {
    const exact = results('plain', 'float64', input, layers, loss);
    for (const [precision, tolerance] of [['float64', 1e-11], ['float32', 2e-4]] as const) {
      const found = results(kernels, precision, input, layers, loss);
      for (const [k, what] of ['losses', 'gradient', 'Hessian-vector product', 'prediction', 'state'].entries()) {
        if (exact[k].length > 0) expect(distance(found[k], exact[k]), `${precision}: ${what}`).toBeLessThan(tolerance);
      }
    }
  });
});
