import { describe, expect, it } from 'vitest';
import { availableKernelSets } from '../../../src/core/kernels/create';
import { randomStream } from '../../../src/core/training/random';
import { directional, fill, inner, networkOf, randomVector, type Draft, type TestOptions } from './networks';

const dense = (rest: object = {}): Draft => ({ type: 'dense', units: 1, activation: 'linear', ...rest });
/** Changes nothing, but makes two layers of one: these are gone through pass by pass. */
const LAST: Draft = { type: 'activation', activation: 'linear' };
const ROWS = 37;

const CASES: readonly (readonly [string, Draft, TestOptions])[] = [
  ['plain', dense(), {}],
  ['without bias', dense({ bias: false }), {}],
  ['with L1 and L2', dense(), { regularization: { l1: 0.1, l2: 0.2, weightNoise: 0 } }],
  ['with noise on the weights', dense(), { regularization: { l1: 0.1, l2: 0, weightNoise: 0.3 } }],
  ['in float32', dense(), { precision: 'float32' }],
  ['not trained', dense({ trainable: false }), {}],
  ['of another loss', dense(), { loss: 'huber' }],
];

describe.each(availableKernelSets())('Linear regression by %s', (kernels) => {
  it.each(CASES)('%s: one pass gives what the passes of the layers give', (_, layer, options) => {
    const all: TestOptions = { rows: ROWS + 3, kernels, ...options };
    const one = networkOf([11], [layer], all);
    const many = networkOf([11], [layer, LAST], all);
    for (const network of [one, many]) fill(network, 'meanSquaredError');
    const tolerance = options.precision === 'float32' ? 1e-5 : 1e-13;
    const close = (a: ArrayLike<number>, b: ArrayLike<number>) => expect(Math.max(0, ...Array.from(a, (value, i) => Math.abs(value - b[i])))).toBeLessThan(tolerance);
    for (const rows of [ROWS, 1, 8]) {
      const [loss, expected] = [one.trainStep(rows), many.trainStep(rows)];
      close([loss], [expected]);
      close(one.gradient, many.gradient);
      close(one.output.subarray(0, rows), many.output.subarray(0, rows));
      if (one.layers[0].delta) close(one.layers[0].delta.subarray(0, rows), many.layers[0].delta!.subarray(0, rows));
      expect(one.heldLoss(rows)).toBe(one.trainStep(rows, true));
      close([one.lossOf(rows)], [many.lossOf(rows)]);
      close(one.output.subarray(0, rows), many.output.subarray(0, rows));
    }
  });

  it('has the gradient and the Hessian-vector products of finite differences', () => {
    for (const [, layer, options] of CASES.slice(0, 4)) {
      const network = networkOf([5], [layer], { rows: ROWS, kernels, ...options });
      const random = randomStream(3, 'test');
      fill(network, 'meanSquaredError', random);
      network.trainStep(ROWS);
      network.trainStep(ROWS, true);
      const gradient = network.gradient.slice();
      const v = randomVector(network.parameterCount, random);
      const w = randomVector(network.parameterCount, random);
      const product = new Float64Array(v.length);
      expect(directional(network, v, () => network.heldLoss(ROWS))).toBeCloseTo(inner(gradient, v), 8);
      network.hessianVector(v, product, ROWS);
      expect(network.gradient).toEqual(gradient);
      const change = directional(network, v, () => {
        network.trainStep(ROWS, true);
        return inner(network.gradient, w);
      });
      expect(change).toBeCloseTo(inner(product, w), 8);
    }
  });

  it('falls, step by step, to the solution of the normal equations', () => {
    const network = networkOf([2], [dense()], { rows: ROWS, kernels });
    const random = randomStream(9, 'test');
    for (let i = 0; i < ROWS; i++) {
      const [a, b] = [random.normal(), random.normal()];
      network.input.set([a, b], 2 * i);
      network.target[i] = 3 * a - 2 * b + 0.5;
    }
    for (let step = 0; step < 400; step++) {
      network.trainStep(ROWS);
      for (let i = 0; i < 3; i++) network.parameters[i] -= 0.2 * network.gradient[i];
    }
    [3, -2, 0.5].forEach((value, i) => expect(network.parameters[i]).toBeCloseTo(value, 9));
  });
});
