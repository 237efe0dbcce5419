import { describe, expect, it } from 'vitest';
import { availableKernelSets, createKernels } from '../../src/core/kernels/create';
import { measure, type Kernels, type Precision, type Vector } from '../../src/core/kernels/kernels';
import { resolveOptimizer } from '../../src/core/optimizers/catalog';
import { createChain, createOptimizer, optimizerArena } from '../../src/core/optimizers/create';
import { KernelAdam, KernelMomentum, KernelRmsprop, KernelSgd } from '../../src/core/optimizers/kernelRules';
import type { Oracle } from '../../src/core/optimizers/optimizer';
import type { Dialect, OptimizerSpec } from '../../src/core/optimizers/spec';
import { clipGradient } from '../../src/core/training/clip';

const NO_ORACLE = {} as Oracle;
/** No multiple of a vector's width. */
const DIMENSION = 37;
/** Of 50 steps together, each of which rounds (float32 by 6e-8). */
const BOUND: Record<Precision, number> = { float64: 1e-14, float32: 3e-6 };

const cases: [string, Dialect, Record<string, unknown>, new (...args: never[]) => unknown][] = [];
for (const dialect of ['torch', 'keras'] as const) {
  for (const weightDecay of [0, 0.3]) {
    cases.push(['sgd', dialect, { weightDecay }, KernelSgd]);
    for (const nesterov of [false, true]) cases.push(['sgd', dialect, { momentum: 0.9, weightDecay, nesterov }, KernelMomentum]);
    cases.push(['rmsprop', dialect, { weightDecay }, KernelRmsprop]);
    for (const amsgrad of [false, true]) cases.push(['adam', dialect, { weightDecay, amsgrad }, KernelAdam], ['adamw', dialect, { weightDecay, amsgrad }, KernelAdam]);
  }
}
cases.push(['sgd', 'torch', { momentum: 0.8, dampening: 0.4 }, KernelMomentum], ['adam', 'paper', { amsgrad: true }, KernelAdam], ['adam', 'paper', {}, KernelAdam]);

const stateOf = (spec: OptimizerSpec, precision: Precision): number => measure(precision, (arena) => optimizerArena(spec, DIMENSION, [], arena));
const room = (spec: OptimizerSpec, precision: Precision): number => measure(precision, (arena) => [arena.alloc(DIMENSION), arena.alloc(DIMENSION)]) + stateOf(spec, precision);
const gradientAt = (t: number, i: number): number => Math.fround(Math.sin(t * (i + 1)) * 10 ** ((i % 5) - 2) + 0.1);
/** Largest difference relative to the vector's length. */
function distance(a: Vector, b: Vector): number {
  const squares = (v: ArrayLike<number>): number => Array.from(v).reduce((sum, x) => sum + x * x, 0);
  return Math.sqrt(squares(Array.from(a, (x, i) => x - b[i])) / squares(b));
}

for (const set of availableKernelSets()) {
  for (const precision of ['float64', 'float32'] as const) {
    describe(`an update over ${set} kernels in ${precision} is its chain of transforms`, () => {
      for (const [type, dialect, fields, rule] of cases) {
        it(`${dialect} ${type} ${JSON.stringify(fields)}`, () => {
          const spec = resolveOptimizer(type, dialect, fields);
          // The memory is just what was counted: a byte more would throw.
          const kernels = createKernels(precision, set, room(spec, precision));
          const theta = kernels.alloc(DIMENSION);
          const gradient = kernels.alloc(DIMENSION);
          const fused = createOptimizer(spec, DIMENSION, [], kernels);
          expect(fused).toBeInstanceOf(rule);
          expect(fused.inline).toBeUndefined();
          const { used } = kernels;
          const chain = createChain(spec, DIMENSION);
          for (let i = 0; i < DIMENSION; i++) theta[i] = Math.fround(1.5 * Math.cos(3 * i) + 0.01);
          const expected = Float64Array.from(theta);
          const seen = new Float64Array(DIMENSION);
          const diagonal = new Float64Array(DIMENSION);
          const expectedDiagonal = new Float64Array(DIMENSION);
          for (let t = 1; t <= 50; t++) {
            for (let i = 0; i < DIMENSION; i++) seen[i] = gradientAt(t, i);
            gradient.set(seen);
            const rate = t < 30 ? 0.01 : 0.004;
            expect(fused.update(theta, gradient, rate, t, NO_ORACLE)).toBeNull();
            chain.update(expected, seen, rate, t);
            expect(distance(theta, expected)).toBeLessThanOrEqual(BOUND[precision]);
            expect(fused.preconditioner(diagonal, t)).toBe(chain.preconditioner(expectedDiagonal, t));
            if (chain.preconditioner(expectedDiagonal, t)) expect(distance(diagonal, expectedDiagonal)).toBeLessThanOrEqual(BOUND[precision]);
            expect(fused.sharpnessLimit(rate)).toBe(createOptimizer(spec, DIMENSION, []).sharpnessLimit(rate));
          }
          expect(kernels.used).toBe(used);
        });
      }
    });
  }
}

describe('rules without a kernel', () => {
  const RULES = ['adagrad', 'adadelta', 'adamax', 'nadam', 'radam', 'rprop', 'asgd', 'lion', 'lamb', 'adan', 'adabelief', 'scheduleFree', 'prodigy'];
  for (const type of RULES) {
    it(`${type} takes float32 parameters and keeps its state in float64`, () => {
      const spec = resolveOptimizer(type, 'torch', type === 'prodigy' ? { initialDistance: 0.01 } : { learningRate: 0.01 });
      const rule = createOptimizer(spec, DIMENSION, []);
      const exact = createOptimizer(spec, DIMENSION, []);
      expect(stateOf(spec, 'float32')).toBe(0);
      const theta = Float32Array.from({ length: DIMENSION }, (_, i) => 1.5 * Math.cos(3 * i) + 0.01);
      const expected = Float64Array.from(theta);
      for (let t = 1; t <= 50; t++) {
        const seen = Float64Array.from({ length: DIMENSION }, (_, i) => gradientAt(t, i));
        rule.update(theta, Float32Array.from(seen), 0.01, t, NO_ORACLE);
        exact.update(expected, seen, 0.01, t, NO_ORACLE);
        expect(distance(theta, expected)).toBeLessThan(2e-6);
      }
    });
  }

  it('centered RMSprop and RMSprop with momentum stay in TypeScript', () => {
    for (const fields of [{ centered: true }, { momentum: 0.9 }]) {
      const spec = resolveOptimizer('rmsprop', 'torch', fields);
      expect(createOptimizer(spec, 2, [], createKernels('float64', null, 64))).not.toBeInstanceOf(KernelRmsprop);
    }
  });

  it('newton takes fewer parameters of a network than variables of a formula', () => {
    const spec = resolveOptimizer('newton', 'paper');
    const kernels = createKernels('float64', null, 64);
    expect(createOptimizer(spec, 500, [], kernels).spec).toBe(spec);
    expect(() => createOptimizer(spec, 501, [], kernels)).toThrow('500');
    expect(createOptimizer(spec, 501, []).spec).toBe(spec);
  });

  it('gradientDescent in float32 stops where no step moves a parameter any more', () => {
    const kernels = createKernels('float32', null, 64);
    const rule = createOptimizer(resolveOptimizer('gradientDescent', 'paper'), 1, [], kernels);
    let evaluations = 0;
    // The loss never falls: steps shrink until they are lost in the rounding of 1, after 2⁻²⁴.
    const oracle: Oracle = { dimension: 1, segments: [], loss: 1, normal: () => 0, hessianVector: () => undefined, evaluate: () => (evaluations++, 1) };
    expect(rule.update(Float32Array.of(1), Float32Array.of(1), 1, 1, oracle)).toBe('noDescent');
    expect(evaluations).toBe(25);
  });
});

describe('clipping over kernels', () => {
  for (const set of availableKernelSets()) {
    for (const precision of ['float64', 'float32'] as const) {
      it(`${set} ${precision}`, () => {
        const kernels: Kernels = createKernels(precision, set, 1024);
        const gradient = kernels.alloc(7);
        const values = [3, -4, 12, 0.5, -0.25, 2, -7];
        const norm = Math.hypot(...values);
        for (const [clipNorm, dialect, factor] of [[2, 'torch', 2 / (norm + 1e-6)], [2, 'keras', 2 / norm], [100, 'torch', 1], [100, 'keras', 1]] as const) {
          gradient.set(values);
          clipGradient(gradient, null, clipNorm, dialect, kernels);
          values.forEach((x, i) => expect(Math.abs(gradient[i] - x * factor)).toBeLessThanOrEqual((precision === 'float64' ? 1e-15 : 1e-7) * Math.abs(x)));
        }
        gradient.set(values);
        clipGradient(gradient, 3, null, 'torch', kernels);
        expect([...gradient]).toEqual([3, -3, 3, 0.5, -0.25, 2, -3]);
      });
    }
  }
});
