import { describe, expect, it } from 'vitest';
import { createKernels } from '../../src/core/kernels/create';
import { measure } from '../../src/core/kernels/kernels';
import { OPTIMIZERS, resolveOptimizer } from '../../src/core/optimizers/catalog';
import { createOptimizer, optimizerArena } from '../../src/core/optimizers/create';
import { optimizerHeap } from '../../src/core/optimizers/heap';
import type { Oracle } from '../../src/core/optimizers/optimizer';
import type { Dialect } from '../../src/core/optimizers/spec';

const DIMENSION = 37;
const SEGMENTS = [{ name: 'dense1/weight', offset: 0, shape: [6, 6], layer: 'dense1', role: 'weight' }, { name: 'dense1/bias', offset: 36, shape: [1], layer: 'dense1', role: 'bias' }] as const;

/** Bytes of vectors and matrices that can be reached from an object, outside `memory`. */
function held(root: object, memory: ArrayBufferLike): number {
  const seen = new Set<unknown>();
  let bytes = 0;
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    // The counters of a rule are no vectors.
    if (value instanceof Float64Array) bytes += value.buffer !== memory && value.length > 0 && value.length % DIMENSION === 0 ? value.byteLength : 0;
    else if (!ArrayBuffer.isView(value) && !(value instanceof ArrayBuffer)) Object.values(value).forEach(visit);
  };
  visit(root);
  return bytes;
}

/** ½Σ(i+1)θᵢ² with all that a rule may ask. */
const oracle = (): Oracle & { loss: number } => ({
  dimension: DIMENSION, segments: SEGMENTS, loss: 0, normal: () => 1,
  evaluate(theta, gradient) {
    let loss = 0;
    for (let i = 0; i < DIMENSION; i++) {
      loss += ((i + 1) * theta[i] ** 2) / 2;
      if (gradient) gradient[i] = (i + 1) * theta[i];
    }
    return loss;
  },
  hessianVector(_theta, v, out) {
    for (let i = 0; i < DIMENSION; i++) out[i] = (i + 1) * v[i];
  },
});

const cases: [string, Dialect, Record<string, unknown>][] = [...OPTIMIZERS.values()].map((info) => [info.type, info.dialects[0], {}]);
cases.push(
  ['sgd', 'torch', { momentum: 0.9 }], ['rmsprop', 'torch', { centered: true }], ['adam', 'torch', { amsgrad: true }], ['adabelief', 'paper', { amsgrad: true }],
  ['scheduleFree', 'paper', { base: 'adamw' }], ['lbfgs', 'torch', { history: 3 }], ['lbfgs', 'torch', { history: 2, lineSearch: null, learningRate: 0.01 }], ['gradientDescent', 'paper', { lineSearch: 'exactQuadratic' }],
);

describe('the state that an optimizer is said to keep is what it keeps', () => {
  for (const overKernels of [false, true]) {
    for (const [type, dialect, fields] of cases) {
      if (!overKernels && type === 'muon') continue;
      it(`${type} ${JSON.stringify(fields)}${overKernels ? ' over kernels' : ''}`, () => {
        const spec = resolveOptimizer(type, dialect, type === 'lbfgs' && fields.history === undefined ? { history: 4 } : fields);
        const bytes = measure('float64', (arena) => [arena.alloc(DIMENSION), arena.alloc(DIMENSION), optimizerArena(spec, DIMENSION, SEGMENTS, arena)]);
        const kernels = createKernels('float64', null, bytes);
        const theta = kernels.alloc(DIMENSION);
        const gradient = kernels.alloc(DIMENSION);
        const optimizer = createOptimizer(spec, DIMENSION, SEGMENTS, overKernels ? kernels : null);
        theta.fill(1);
        const { evaluate, ...rest } = oracle();
        for (let t = 1; t <= 8; t++) {
          const loss = evaluate(theta, gradient);
          optimizer.update(theta, gradient, spec.learningRate as number, t, { ...rest, evaluate, loss });
        }
        expect(held(optimizer, theta.buffer)).toBe(optimizerHeap(spec, DIMENSION, overKernels));
      });
    }
  }
});
