import { describe, expect, it } from 'vitest';
import { EACH, apart, filled, kernelsOf, randomNumbers } from './fixtures';

const COUNTS = [1, 2, 3, 4, 5, 7, 8, 31, 1000];

describe.each(EACH)('Updates of %s in %s', (set, precision) => {
  const [relative, absolute] = precision === 'float32' ? [2e-6, 1e-6] : [1e-14, 1e-14];

  /** Three steps of a rule over arrays of one length, ours and a definition in float64 from the same numbers. */
  function follow(
    count: number, states: number,
    ours: (kernels: ReturnType<typeof kernelsOf>, theta: never, g: never, states: never[]) => void,
    definition: (theta: number, g: number, states: number[]) => number,
  ): void {
    const kernels = kernelsOf(set, precision);
    const random = randomNumbers(count + states);
    // Views at odd places of a longer array, as parameters of layers are; the neighbours must stay.
    const arrays = Array.from({ length: 2 + states }, (_, k) => filled(kernels, count + 2, () => (k < 2 ? random() : Math.abs(random()))));
    const [theta, g, ...state] = arrays.map((array) => array.subarray(1, count + 1));
    const neighbours = arrays.map((array) => [array[0], array[count + 1]]);
    for (let step = 0; step < 3; step++) {
      const expected = arrays.map(() => new Array<number>(count));
      for (let i = 0; i < count; i++) {
        const mine = state.map((array) => array[i]);
        expected[0][i] = definition(theta[i], g[i], mine);
        expected[1][i] = g[i];
        mine.forEach((value, k) => { expected[2 + k][i] = value; });
      }
      ours(kernels, theta as never, g as never, state as never[]);
      [theta, g, ...state].forEach((array, k) => expect(apart(array, expected[k], relative, absolute), `array ${k}, step ${step}`).toEqual([]));
      for (let i = 0; i < count; i++) g[i] = random();
    }
    expect(arrays.map((array) => [array[0], array[count + 1]])).toEqual(neighbours);
  }

  it.each(COUNTS)('sgd over %i numbers', (count) => {
    for (const scalars of [{ keep: 1, l2: 0 }, { keep: 0.99, l2: 0.1 }]) {
      follow(count, 0, (kernels, theta, g) => kernels.sgd(count, theta, g, 0.3, scalars), (x, g) => scalars.keep * x - 0.3 * (g + scalars.l2 * x));
    }
  });

  it.each(COUNTS)('momentum over %i numbers, both ways round', (count) => {
    for (const nesterov of [false, true]) for (const scalars of [{ keep: 1, l2: 0 }, { keep: 0.99, l2: 0.1 }]) {
      follow(count, 1, (kernels, theta, g, [b]) => kernels.momentumTorch(count, theta, g, b, 0.3, 0.9, 0.8, nesterov, scalars), (x, g, state) => {
        const d = g + scalars.l2 * x;
        state[0] = 0.9 * state[0] + 0.8 * d;
        return scalars.keep * x - 0.3 * (nesterov ? d + 0.9 * state[0] : state[0]);
      });
      follow(count, 1, (kernels, theta, g, [b]) => kernels.momentumKeras(count, theta, g, b, 0.3, 0.9, nesterov, scalars), (x, g, state) => {
        const d = g + scalars.l2 * x;
        state[0] = 0.9 * state[0] - 0.3 * d;
        return scalars.keep * x + (nesterov ? 0.9 * state[0] - 0.3 * d : state[0]);
      });
    }
  });

  it.each(COUNTS)('rmsprop over %i numbers, ε inside and outside the root', (count) => {
    for (const inside of [false, true]) for (const scalars of [{ keep: 1, l2: 0 }, { keep: 0.99, l2: 0.1 }]) {
      follow(count, 1, (kernels, theta, g, [v]) => kernels.rmsprop(count, theta, g, v, 0.1, 0.9, 1e-3, inside, scalars), (x, g, state) => {
        const d = g + scalars.l2 * x;
        state[0] = 0.9 * state[0] + 0.1 * d * d;
        return scalars.keep * x - (0.1 * d) / (inside ? Math.sqrt(state[0] + 1e-3) : Math.sqrt(state[0]) + 1e-3);
      });
    }
  });

  it.each(COUNTS)('adam over %i numbers, with the largest squares and without', (count) => {
    for (const maxima of [false, true]) for (const scalars of [{ keep: 1, l2: 0 }, { keep: 0.99, l2: 0.1 }]) {
      follow(count, maxima ? 3 : 2, (kernels, theta, g, [m, v, u]) => kernels.adam(count, theta, g, m, v, maxima ? u : null, 0.9, 0.99, 0.2, 1.5, 1e-3, scalars), (x, g, state) => {
        const d = g + scalars.l2 * x;
        state[0] = 0.9 * state[0] + 0.1 * d;
        state[1] = 0.99 * state[1] + 0.01 * d * d;
        if (maxima) state[2] = Math.max(state[2], state[1]);
        return scalars.keep * x - (0.2 * state[0]) / (1.5 * Math.sqrt(state[maxima ? 2 : 1]) + 1e-3);
      });
    }
  });

  it('makes NaN of a parameter whose gradient is NaN, and of no other', () => {
    const kernels = kernelsOf(set, precision);
    const scalars = { keep: 1, l2: 0 };
    for (const maxima of [false, true]) {
      const [theta, g, m, v, u] = Array.from({ length: 5 }, () => filled(kernels, 9, () => 1));
      g[2] = g[8] = NaN;
      kernels.adam(9, theta, g, m, v, maxima ? u : null, 0.9, 0.99, 0.1, 1, 1e-8, scalars);
      kernels.rmsprop(9, theta, g, v, 0.1, 0.9, 1e-8, false, scalars);
      for (const array of maxima ? [theta, m, v, u] : [theta, m, v]) expect([...array].map(Number.isNaN)).toEqual([false, false, true, false, false, false, false, false, true]);
    }
  });
});
