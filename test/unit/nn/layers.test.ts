import { describe, expect, it } from 'vitest';
import { fill, networkOf, type Draft } from './networks';

const dense = (units: number, activation = 'linear', rest: object = {}): Draft => ({ type: 'dense', units, activation, ...rest });

/** What one layer alone makes of an input. */
function through(layer: Draft, input: readonly number[], x: readonly number[], rows = 1): number[] {
  const network = networkOf(input, [layer], { rows });
  network.input.set(x);
  network.infer(rows);
  return [...network.output];
}

describe('Layers', () => {
  it('flatten gives channel, height, width', () => {
    const picture = [1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60]; // 2 × 3, two channels
    expect(through({ type: 'flatten' }, [2, 3, 2], picture)).toEqual([1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60]);
    expect(through({ type: 'flatten' }, [3, 2], [1, 10, 2, 20, 3, 30])).toEqual([1, 2, 3, 10, 20, 30]);
  });

  it('a fixed kernel sees every channel by itself', () => {
    const picture = [1, 10, 2, 20, 4, 40, 8, 80]; // 2 × 2, two channels
    expect(through({ type: 'conv2d', filters: 1, kernel: [1, 2], fixed: [[-1, 1]], bias: false, trainable: false }, [2, 2, 2], picture)).toEqual([1, 10, 4, 40]);
    expect(through({ type: 'conv1d', filters: 1, kernel: [1, 2], fixed: [[-1, 1]], bias: false, trainable: false, activation: 'relu' }, [3, 1], [1, 5, 3])).toEqual([4, 0]);
  });

  it('average pooling with "same" padding counts what lies in the picture', () => {
    expect(through({ type: 'avgPool2d', size: [2, 2], stride: [2, 2], padding: 'same' }, [3, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual([3, 4.5, 7.5, 9]);
    expect(through({ type: 'globalAvgPool2d' }, [2, 2, 2], [1, 10, 2, 20, 3, 30, 6, 60])).toEqual([3, 30]);
  });

  it('dropout keeps 1 − rate, scaled up; draws anew each step, the same from the same seed; rests in inference', () => {
    const make = (seed: number) => {
      const network = networkOf([5000], [{ type: 'dropout', rate: 0.3 }, dense(1, 'linear', { initializer: { kind: 'zeros' } })], { rows: 2, seed });
      network.input.fill(2);
      return network;
    };
    const network = make(1);
    const outputs = () => [...network.layers[0].output.value];
    network.trainStep(2);
    const first = outputs();
    expect(new Set(first)).toEqual(new Set([0, 2 / 0.7]));
    const kept = first.filter((value) => value > 0).length / first.length;
    expect(Math.abs(kept - 0.7)).toBeLessThan(5 * Math.sqrt(0.21 / 10000));
    network.trainStep(2);
    expect(outputs()).not.toEqual(first);
    network.infer(2);
    expect(new Set(outputs())).toEqual(new Set([2]));
    network.initialize(1);
    network.trainStep(2);
    expect(outputs()).toEqual(first);
    const other = make(2);
    other.trainStep(2);
    expect([...other.layers[0].output.value]).not.toEqual(first);
  });

  it('gaussianNoise adds N(0, stddev²) in training alone', () => {
    const network = networkOf([5000], [{ type: 'gaussianNoise', stddev: 0.5 }, dense(1)], { rows: 2 });
    network.input.fill(3);
    network.trainStep(2);
    const noise = [...network.layers[0].output.value].map((value) => value - 3);
    const mean = noise.reduce((sum, n) => sum + n, 0) / 10000;
    const variance = noise.reduce((sum, n) => sum + n * n, 0) / 10000;
    expect(Math.abs(mean)).toBeLessThan((5 * 0.5) / 100);
    expect(Math.abs(variance / 0.25 - 1)).toBeLessThan(5 * Math.sqrt(2 / 10000));
    network.infer(2);
    expect(new Set(network.layers[0].output.value)).toEqual(new Set([3]));
  });

  it('batchNorm with Keras’s options: biased running variance, momentum .99 of the old', () => {
    const network = networkOf([1], [{ type: 'batchNorm', epsilon: 1e-3, momentum: 0.01, unbiased: false }], { rows: 4 });
    network.input.set([1, 2, 3, 6]); // mean 3, biased variance 3.5
    network.trainStep(4);
    [1, 2, 3, 6].forEach((x, i) => expect(network.output[i]).toBeCloseTo((x - 3) / Math.sqrt(3.501), 14));
    expect(network.state[0]).toBeCloseTo(0.03, 14);
    expect(network.state[1]).toBeCloseTo(0.99 + 0.035, 14);
    network.trainStep(4, true);
    expect(network.state[0]).toBeCloseTo(0.03, 14);
    network.infer(4);
    expect(network.output[3]).toBeCloseTo((6 - 0.03) / Math.sqrt(1.025 + 1e-3), 14);
    const torch = networkOf([1], [{ type: 'batchNorm' }], { rows: 4 });
    torch.input.set([1, 2, 3, 6]);
    torch.trainStep(4);
    expect(torch.state[1]).toBeCloseTo(0.9 + (0.1 * 14) / 3, 14);
  });

  it('batchNorm of a single row stays finite', () => {
    const network = networkOf([2], [{ type: 'batchNorm' }, dense(1)], { rows: 1 });
    network.input.set([5, -3]);
    expect(Number.isFinite(network.trainStep(1))).toBe(true);
    expect(network.gradient.every(Number.isFinite)).toBe(true);
    expect(network.state.every(Number.isFinite)).toBe(true);
  });
});

describe('Losses', () => {
  /** One linear output whose weight is the output: loss and slope at it. */
  function at(loss: 'meanSquaredError' | 'meanAbsoluteError' | 'huber' | 'hinge' | 'poisson', output: number, target: number): [number, number] {
    const network = networkOf([1], [dense(1, 'linear', { bias: false })], { loss, rows: 1 });
    network.input[0] = 1;
    network.parameters[0] = output;
    network.target[0] = target;
    return [network.trainStep(1), network.gradient[0]];
  }

  it.each([
    ['meanSquaredError', 3, 1, 4, 4],
    ['meanAbsoluteError', 3, 1, 2, 1], ['meanAbsoluteError', 1, 1, 0, 0],
    ['huber', 1.5, 1, 0.125, 0.5], ['huber', 4, 1, 2.5, 1], ['huber', -2, 1, 2.5, -1], ['huber', 2, 1, 0.5, 1],
    ['hinge', 0.25, 1, 0.75, -1], ['hinge', 0.25, -1, 1.25, 1], ['hinge', 2, 1, 0, 0], ['hinge', 1, 1, 0, 0],
    ['poisson', 2, 3, 2 - 3 * Math.log(2 + 1e-7), 1 - 3 / (2 + 1e-7)],
  ] as const)('%s of %d for %d', (loss, output, target, value, slope) => {
    const [actual, gradient] = at(loss, output, target);
    expect(actual).toBeCloseTo(value, 14);
    expect(gradient).toBeCloseTo(slope, 14);
  });

  it('the cross-entropies are finite and exact however large the logits', () => {
    for (const precision of ['float64', 'float32'] as const) {
      for (const size of [1e3, 1e6]) {
        const two = networkOf([1], [dense(2, 'softmax', { bias: false })], { loss: 'categoricalCrossentropy', rows: 1, precision });
        two.input[0] = 1;
        two.parameters.set([size, -size]);
        two.target.set([0, 1]);
        expect(two.trainStep(1)).toBe(2 * size);
        expect([...two.gradient]).toEqual([1, -1]);
        two.target.set([1, 0]);
        expect(two.trainStep(1)).toBe(0);
        expect([...two.output]).toEqual([1, 0]);
        const one = networkOf([1], [dense(1, 'sigmoid', { bias: false })], { loss: 'binaryCrossentropy', rows: 1, precision });
        one.input[0] = 1;
        one.parameters[0] = -size;
        one.target[0] = 1;
        expect(one.trainStep(1)).toBe(size);
        expect(one.gradient[0]).toBe(-1);
        one.target[0] = 0;
        expect(one.trainStep(1)).toBe(0);
      }
    }
  });

  it('show what is not a number instead of hiding it', () => {
    for (const [loss, activation] of [['meanSquaredError', 'linear'], ['huber', 'linear'], ['hinge', 'linear'], ['poisson', 'softplus'], ['categoricalCrossentropy', 'softmax'], ['binaryCrossentropy', 'sigmoid']] as const) {
      const network = networkOf([2], [dense(3, 'relu'), dense(2, activation)], { loss, rows: 2 });
      fill(network, loss);
      network.parameters[0] = NaN;
      expect(network.trainStep(2)).toBeNaN();
    }
  });
});
