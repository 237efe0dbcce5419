import { describe, expect, it } from 'vitest';
import { symmetricEigen } from '../../src/core/diagnostics/eigen';
import { availableKernelSets, createKernels } from '../../src/core/kernels/create';
import { measure, type Kernels, type KernelSet, type Precision } from '../../src/core/kernels/kernels';
import type { Segment } from '../../src/core/objectives/objective';
import { resolveOptimizer } from '../../src/core/optimizers/catalog';
import { createOptimizer } from '../../src/core/optimizers/create';
import { NewtonSchulz } from '../../src/core/optimizers/muon';
import type { Oracle } from '../../src/core/optimizers/optimizer';
import type { Dialect } from '../../src/core/optimizers/spec';
import { randomStream } from '../../src/core/training/random';

const NO_ORACLE = {} as Oracle;
const weight = (offset: number, shape: readonly number[], layer = 'dense1'): Segment => ({ name: `${layer}/weight`, offset, shape, layer, role: 'weight' });
const bias = (offset: number, count: number, layer = 'dense1'): Segment => ({ name: `${layer}/bias`, offset, shape: [count], layer, role: 'bias' });

function oneStep(type: string, dialect: Dialect, fields: Record<string, unknown>, segments: readonly Segment[], start: readonly number[], gradient: readonly number[]): number[] {
  const spec = resolveOptimizer(type, dialect, fields);
  const theta = Float64Array.from(start);
  createOptimizer(spec, start.length, segments, createKernels('float64', 'plain', 65_536)).update(theta, Float64Array.from(gradient), spec.learningRate as number, 1, NO_ORACLE);
  return [...theta];
}
const close = (found: readonly number[], expected: readonly number[], digits = 12): void => expected.forEach((x, i) => expect(found[i], String(i)).toBeCloseTo(x, digits));

describe('LAMB', () => {
  // In the first step m̂ = g and v̂ = g²: r is the sign of g where ε is 0.
  it('steps by the norm of each tensor in the first step', () => {
    const segments = [weight(0, [2, 1]), bias(2, 2)];
    close(oneStep('lamb', 'paper', { learningRate: 0.1, epsilon: 0, weightDecay: 0 }, segments, [3, 4, 6, 8], [0.2, -7, 1, 1]), [
      3 - (0.1 * 5) / Math.SQRT2, 4 + (0.1 * 5) / Math.SQRT2, 6 - (0.1 * 10) / Math.SQRT2, 8 - (0.1 * 10) / Math.SQRT2,
    ]);
  });

  it('takes a formula’s vector as one tensor', () => {
    const expected = [3, 4, 6, 8].map((x, i) => x - (0.1 * Math.sqrt(125) * (i === 1 ? -1 : 1)) / 2);
    for (const segments of [[{ name: 'x', offset: 0, shape: [4] }], []]) close(oneStep('lamb', 'paper', { learningRate: 0.1, epsilon: 0, weightDecay: 0 }, segments, [3, 4, 6, 8], [0.2, -7, 1, 1]), expected);
  });

  it('takes 1 for the ratio where a norm is zero', () => {
    const segments = [bias(0, 2), bias(2, 1, 'dense2')];
    close(oneStep('lamb', 'paper', { learningRate: 0.1, epsilon: 1e-12, weightDecay: 0 }, segments, [0, 0, 5], [2, -3, 0]), [-0.1, 0.1, 5]);
  });

  it('decays inside the ratio in the paper, apart from it in Keras', () => {
    const fields = { learningRate: 0.1, epsilon: 0, weightDecay: 0.5 };
    // Paper: r = (1, 1) + ½(3, 4) = (2.5, 3), ‖θ‖ = 5.
    const r = Math.hypot(2.5, 3);
    close(oneStep('lamb', 'paper', fields, [weight(0, [2, 1])], [3, 4], [1, 1]), [3 - (0.5 * 2.5) / r, 4 - (0.5 * 3) / r]);
    // Keras: θ ← 0.95·θ, ‖θ‖ = 4.75, r = (1, 1).
    close(oneStep('lamb', 'keras', fields, [weight(0, [2, 1])], [3, 4], [1, 1]), [2.85 - 0.475 / Math.SQRT2, 3.8 - 0.475 / Math.SQRT2]);
  });
});

/** Singular values of a row-major matrix, from the eigenvalues of its Gram matrix on the short side. */
function singularValues(x: ArrayLike<number>, rows: number, columns: number): number[] {
  const side = Math.min(rows, columns);
  const gram = new Float64Array(side * side);
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      for (let k = 0; k < Math.max(rows, columns); k++) gram[i * side + j] += rows > columns ? x[k * columns + i] * x[k * columns + j] : x[i * columns + k] * x[j * columns + k];
    }
  }
  return Array.from(symmetricEigen(gram, side).values, (value) => Math.sqrt(Math.max(0, value)));
}

function orthogonalized(matrix: readonly number[], rows: number, columns: number, iterations: number, set: KernelSet, precision: Precision): Float64Array {
  const side = Math.min(rows, columns);
  const kernels = createKernels(precision, set, measure(precision, (arena) => new NewtonSchulz(arena as Kernels, matrix.length, side)));
  const schulz = new NewtonSchulz(kernels, matrix.length, side);
  schulz.input.set(matrix);
  return Float64Array.from(schulz.orthogonalize(rows, columns, iterations));
}

describe('Newton–Schulz', () => {
  const matrix = (count: number): number[] => {
    const random = randomStream(7, 'matrix');
    return Array.from({ length: count }, () => 3 * random.normal());
  };
  for (const set of availableKernelSets()) {
    for (const precision of ['float64', 'float32'] as const) {
      for (const [rows, columns] of [[6, 6], [4, 19], [19, 4], [16, 12], [1, 9], [9, 1]]) {
        it(`brings singular values near one: ${rows} × ${columns}, ${set} ${precision}`, () => {
          const given = matrix(rows * columns);
          const found = orthogonalized(given, rows, columns, 5, set, precision);
          // Five rounds of the quintic take all of [0.005, 1] into [0.681, 1.155].
          for (const value of singularValues(found, rows, columns)) {
            expect(value).toBeGreaterThan(0.68);
            expect(value).toBeLessThan(1.16);
          }
        });
      }
    }
  }

  it('is the quintic on each singular value and leaves the singular vectors', () => {
    // A diagonal matrix stays one; ‖(3, 4)‖ = 5.
    const p = (s: number): number => 3.4445 * s - 4.775 * s ** 3 + 2.0315 * s ** 5;
    close([...orthogonalized([3, 0, 0, -4], 2, 2, 1, 'plain', 'float64')], [p(0.6), 0, 0, -p(0.8)], 6);
    close([...orthogonalized([3, 0, 0, -4], 2, 2, 2, 'plain', 'float64')], [p(p(0.6)), 0, 0, -p(p(0.8))], 6);
  });

  it('leaves zeros alone', () => {
    expect([...orthogonalized([0, 0, 0, 0], 2, 2, 5, 'plain', 'float64')]).toEqual([0, 0, 0, 0]);
  });
});

describe('Muon', () => {
  const p = (s: number): number => 3.4445 * s - 4.775 * s ** 3 + 2.0315 * s ** 5;
  const fields = { learningRate: 0.1, newtonSchulz: 1, adamRateRatio: 0.5 };

  it('takes one step of the quintic on matrices and a sign step of AdamW on the rest', () => {
    // Two inputs, two outputs; the first momentum is along the gradient, and AdamW's first step is its sign.
    const found = oneStep('muon', 'paper', fields, [weight(0, [2, 2]), bias(4, 2)], [1, 2, 3, 4, 5, 6], [3, 0, 0, 4, 0.2, -9]);
    close(found, [1 - 0.1 * p(0.6), 2, 3, 4 - 0.1 * p(0.8), 5 - 0.05, 6 + 0.05], 6);
  });

  it('scales by √(outputs/inputs) where there are more outputs, outputs being the last axis', () => {
    // One row of four outputs has the single singular value 1.
    const wide = oneStep('muon', 'paper', fields, [weight(0, [1, 4])], [0, 0, 0, 0], [1, 1, 1, 1]);
    close(wide, [1, 1, 1, 1].map(() => -0.1 * 2 * p(1) * 0.5), 6);
    const tall = oneStep('muon', 'paper', fields, [weight(0, [4, 1])], [0, 0, 0, 0], [1, 1, 1, 1]);
    close(tall, [1, 1, 1, 1].map(() => -0.1 * p(1) * 0.5), 6);
    // A convolution: 2 × 1 × 1 inputs to an output.
    const filter = oneStep('muon', 'paper', fields, [weight(0, [2, 1, 1, 2])], [0, 0, 0, 0], [3, 0, 0, 4]);
    close(filter, [-0.1 * p(0.6), 0, 0, -0.1 * p(0.8)], 6);
  });

  it('decays each part by its own rate', () => {
    const decayed = oneStep('muon', 'paper', { ...fields, weightDecay: 0.2 }, [weight(0, [2, 2]), bias(4, 1)], [1, 2, 3, 4, 5], [0, 0, 0, 0, 0]);
    close(decayed, [0.98, 1.96, 2.94, 3.92, 4.95]);
  });

  it('follows θ where another array takes its place', () => {
    const spec = resolveOptimizer('muon', 'paper', fields);
    const rule = createOptimizer(spec, 4, [weight(0, [2, 2])], createKernels('float64', 'plain', 4096));
    const first = new Float64Array(4);
    const second = new Float64Array(4);
    rule.update(first, Float64Array.of(3, 0, 0, 4), 0.1, 1, NO_ORACLE);
    const held = [...first];
    rule.update(second, Float64Array.of(3, 0, 0, 4), 0.1, 2, NO_ORACLE);
    expect([...first]).toEqual(held);
    expect(second[0]).toBeLessThan(-0.01);
  });

  it('needs matrices', () => {
    const spec = resolveOptimizer('muon', 'paper');
    expect(() => createOptimizer(spec, 3, [bias(0, 3)], createKernels('float64', 'plain', 4096))).toThrow('matrices');
    expect(() => createOptimizer(spec, 4, [weight(0, [2, 2])])).toThrow('matrices');
  });
});
