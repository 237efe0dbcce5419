import { describe, expect, it } from 'vitest';
import { lanczosEnds } from '../../../src/core/diagnostics/lanczos';
import { networkOf } from './networks';

describe('The edge of stability', () => {
  // J. Cohen and others, "Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability", 2021, in small.
  it('is where plain descent on a tanh network ends: sharpness rises to 2/rate and stays there', () => {
    const rate = 0.1;
    const points = 20;
    const initializer = { kind: 'lecunNormal' };
    const network = networkOf([1], [
      { type: 'dense', units: 30, activation: 'tanh', initializer }, { type: 'dense', units: 20, activation: 'tanh', initializer }, { type: 'dense', units: 1, initializer },
    ], { rows: points, seed: 1 });
    for (let i = 0; i < points; i++) {
      const x = -1 + (2 * i) / (points - 1);
      network.input[i] = x;
      network.target[i] = 32 * x ** 6 - 48 * x ** 4 + 18 * x ** 2 - 1; // Chebyshev's T₆
    }
    const { parameters, gradient } = network;
    const sharpness = () => lanczosEnds((v, out) => network.hessianVector(v, out, points), network.parameterCount).max;
    const first = sharpness();
    const start = network.trainStep(points);
    const late: number[] = [];
    for (let step = 0; step < 10_000; step++) {
      network.trainStep(points);
      for (let i = 0; i < parameters.length; i++) parameters[i] -= rate * gradient[i];
      if (step >= 7000 && step % 500 === 0) late.push(sharpness());
    }
    expect(first).toBeLessThan(0.6 * (2 / rate));
    expect(network.lossOf(points)).toBeLessThan(0.5 * start);
    late.sort((a, b) => a - b);
    expect(late[late.length >> 1]).toBeGreaterThan(0.95 * (2 / rate));
    expect(late[late.length >> 1]).toBeLessThan(1.05 * (2 / rate));
  }, 60_000);
});
