import { describe, expect, it } from 'vitest';
import { resolveOptimizer } from '../../src/core/optimizers/catalog';
import { createChain, createOptimizer } from '../../src/core/optimizers/create';
import type { Optimizer, Oracle } from '../../src/core/optimizers/optimizer';
import type { Dialect } from '../../src/core/optimizers/spec';

const NO_ORACLE = {} as Oracle;
type Case = readonly [string, Dialect, Record<string, unknown>];

const cases: Case[] = [];
for (const dialect of ['torch', 'keras'] as const) {
  for (const weightDecay of [0, 0.3]) {
    for (const momentum of [0, 0.9]) {
      cases.push(['sgd', dialect, { momentum, weightDecay }]);
      if (momentum) cases.push(['sgd', dialect, { momentum, weightDecay, nesterov: true }]);
      for (const centered of [false, true]) cases.push(['rmsprop', dialect, { momentum, weightDecay, centered }]);
    }
    for (const amsgrad of [false, true]) cases.push(['adam', dialect, { weightDecay, amsgrad }], ['adamw', dialect, { weightDecay, amsgrad }]);
  }
}
cases.push(['sgd', 'torch', { momentum: 0.8, dampening: 0.4 }], ['adam', 'paper', { amsgrad: true }], ['adam', 'paper', {}]);

describe('a fused pass is its chain of transforms', () => {
  for (const [type, dialect, fields] of cases) {
    it(`${dialect} ${type} ${JSON.stringify(fields)}`, () => {
      const spec = resolveOptimizer(type, dialect, fields);
      const fused = createOptimizer(spec, 3, []);
      const chain: Optimizer = createChain(spec, 3);
      let start = [0.7, -1.3, 2.1];
      const diagonalA = new Float64Array(3);
      const diagonalB = new Float64Array(3);
      for (let t = 1; t <= 60; t++) {
        const gradient = start.map((x, i) => Math.sin(t * (i + 1)) * 10 ** (i - 1) + x);
        const rate = t < 30 ? 0.01 : 0.004;
        // Both from the same point, so that one step's rounding is seen and not its echo.
        const a = Float64Array.from(start);
        const b = Float64Array.from(start);
        fused.update(a, Float64Array.from(gradient), rate, t, NO_ORACLE);
        chain.update(b, Float64Array.from(gradient), rate, t, NO_ORACLE);
        for (let i = 0; i < 3; i++) {
          const ulp = 2 ** -52 * Math.max(Math.abs(start[i]), Math.abs(b[i]));
          const step = 2 ** -52 * Math.abs(b[i] - start[i]);
          expect(Math.abs(a[i] - b[i])).toBeLessThanOrEqual(ulp + 8 * step);
        }
        expect(fused.preconditioner(diagonalA, t)).toBe(chain.preconditioner(diagonalB, t));
        for (let i = 0; i < 3; i++) expect(Math.abs(diagonalA[i] - diagonalB[i])).toBeLessThanOrEqual(1e-13 * diagonalB[i]);
        const limit = chain.sharpnessLimit(rate);
        if (limit === null) expect(fused.sharpnessLimit(rate)).toBeNull();
        else expect(fused.sharpnessLimit(rate)).toBeCloseTo(limit, 10);
        start = [...a];
      }
    });
  }
});

/** |θ| at the end against the largest before, of a rule on ½hθ². */
function grows(make: () => Optimizer, h: number, rate: number): boolean {
  const optimizer = make();
  const theta = Float64Array.of(1);
  const gradient = new Float64Array(1);
  const size: number[] = [];
  for (let t = 1; t <= 4000; t++) {
    gradient[0] = h * theta[0];
    optimizer.update(theta, gradient, rate, t, NO_ORACLE);
    size.push(Math.abs(theta[0]));
  }
  return Math.max(...size.slice(3900)) > 1;
}

describe('sharpness limits on ½hθ²', () => {
  const PLAIN: Case[] = [
    ['sgd', 'torch', {}], ['sgd', 'torch', { weightDecay: 0.5 }], ['sgd', 'keras', { weightDecay: 0.5 }],
    ['sgd', 'torch', { momentum: 0.9 }], ['sgd', 'keras', { momentum: 0.9 }], ['sgd', 'keras', { momentum: 0.9, weightDecay: 0.5 }],
    ['sgd', 'torch', { momentum: 0.7, weightDecay: 0.5 }], ['sgd', 'torch', { momentum: 0.9, dampening: 0.5 }],
    ['sgd', 'torch', { momentum: 0.9, nesterov: true }], ['sgd', 'keras', { momentum: 0.9, nesterov: true, weightDecay: 0.5 }],
  ];
  for (const [type, dialect, fields] of PLAIN) {
    it(`${dialect} ${type} ${JSON.stringify(fields)}: stable just below, unstable just above`, () => {
      const spec = resolveOptimizer(type, dialect, fields);
      const rate = 0.1;
      const limit = createOptimizer(spec, 1, []).sharpnessLimit(rate)!;
      expect(grows(() => createOptimizer(spec, 1, []), 0.99 * limit, rate)).toBe(false);
      expect(grows(() => createOptimizer(spec, 1, []), 1.01 * limit, rate)).toBe(true);
    });
  }

  it('are the published ones', () => {
    const limit = (fields: Record<string, unknown>): number | null => createOptimizer(resolveOptimizer('sgd', 'torch', fields), 1, []).sharpnessLimit(0.1);
    expect(limit({})).toBeCloseTo(20, 12);
    expect(limit({ momentum: 0.9 })).toBeCloseTo(38, 12);
    expect(limit({ momentum: 0.9, nesterov: true })).toBeCloseTo(3.8 / 0.28, 12);
    for (const type of ['adam', 'adamw', 'adamax', 'radam', 'adabelief']) {
      const spec = resolveOptimizer(type, 'torch', { weightDecay: 0 });
      expect(createOptimizer(spec, 1, []).sharpnessLimit(0.1)).toBeCloseTo(380, 9);
    }
    expect(createOptimizer(resolveOptimizer('rmsprop', 'torch', {}), 1, []).sharpnessLimit(0.1)).toBeCloseTo(20, 12);
  });

  it('are unknown where none is known', () => {
    for (const type of ['lion', 'rprop', 'adan', 'sophia', 'scheduleFree', 'lbfgs', 'newton', 'conjugateGradient', 'gradientDescent']) {
      const optimizer = createOptimizer(resolveOptimizer(type, 'torch', {}), 2, []);
      expect(optimizer.sharpnessLimit(0.1)).toBeNull();
      expect(optimizer.preconditioner(new Float64Array(2), 5)).toBe(false);
    }
    expect(createOptimizer(resolveOptimizer('adam', 'torch', { weightDecay: 0.1 }), 2, []).sharpnessLimit(0.1)).toBeNull();
  });
});

describe('preconditioners', () => {
  const CASES: Case[] = [
    ['adam', 'torch', { beta1: 0 }], ['adam', 'keras', { beta1: 0, epsilon: 0.01 }], ['adam', 'torch', { beta1: 0, amsgrad: true }], ['adam', 'paper', { beta1: 0, amsgrad: true }],
    ['rmsprop', 'torch', { centered: true }], ['rmsprop', 'keras', { epsilon: 0.01 }], ['adagrad', 'torch', { learningRateDecay: 0.1 }], ['adagrad', 'keras', {}],
    ['adamax', 'torch', { beta1: 0 }], ['adamax', 'keras', { beta1: 0 }], ['radam', 'torch', { beta1: 0 }], ['adabelief', 'paper', { beta1: 0, epsilon: 1e-4 }],
  ];
  for (const [type, dialect, fields] of CASES) {
    it(`without momentum D is what divides the gradient: ${dialect} ${type} ${JSON.stringify(fields)}`, () => {
      const optimizer = createOptimizer(resolveOptimizer(type, dialect, fields), 2, []);
      const theta = Float64Array.of(1, -2);
      const diagonal = new Float64Array(2);
      expect(optimizer.preconditioner(diagonal, 0)).toBe(false);
      for (let t = 1; t <= 40; t++) {
        const gradient = [Math.cos(t) + 2, 30 * Math.sin(2 * t) + 1];
        const before = [...theta];
        optimizer.update(theta, Float64Array.from(gradient), 0.01, t, NO_ORACLE);
        expect(optimizer.preconditioner(diagonal, t)).toBe(true);
        for (let i = 0; i < 2; i++) expect(diagonal[i] * (before[i] - theta[i])).toBeCloseTo(0.01 * gradient[i], 9);
      }
    });
  }
});
