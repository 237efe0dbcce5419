import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveOptimizer } from '../../src/core/optimizers/catalog';
import { createOptimizer } from '../../src/core/optimizers/create';
import type { Oracle } from '../../src/core/optimizers/optimizer';
import type { Dialect } from '../../src/core/optimizers/spec';

const NO_ORACLE = {} as Oracle;

/** θ after each of the given gradients. */
function walk(type: string, dialect: Dialect, fields: Record<string, unknown>, start: readonly number[], gradients: readonly (readonly number[])[], rates?: readonly number[]): number[][] {
  const spec = resolveOptimizer(type, dialect, fields);
  const theta = Float64Array.from(start);
  const optimizer = createOptimizer(spec, theta.length, []);
  return gradients.map((g, k) => {
    optimizer.update(theta, Float64Array.from(g), rates?.[k] ?? (spec.learningRate as number), k + 1, NO_ORACLE);
    return [...theta];
  });
}

const close = (actual: readonly number[], expected: readonly number[], tolerance: number): void => {
  expect(actual.length).toBe(expected.length);
  actual.forEach((x, i) => expect(Math.abs(x - expected[i]), `${actual} for ${expected}`).toBeLessThanOrEqual(tolerance));
};

describe('one step from [1, 2, 3, 4] with gradient [1, 6, 7, 2] and rate 0.5', () => {
  const START = [1, 2, 3, 4];
  const GRADIENT = [1, 6, 7, 2];
  const HALF = [0.5, 1.5, 2.5, 3.5];
  const SGD = [0.5, -1, -0.5, 3];
  // Keras: the values its own tests hold; PyTorch: real output (make_torch.py); both to six decimals.
  // Keras divides by √v + ε before it corrects, so its ε of 1e-7 shows in the sixth decimal of adam and adamw.
  const TABLE: readonly (readonly [string, Dialect, readonly number[]])[] = [
    ['sgd', 'keras', SGD], ['sgd', 'torch', SGD],
    ['rmsprop', 'keras', [-0.581138, 0.418861, 1.418861, 2.418861]], ['rmsprop', 'torch', [-4, -3, -2, -1]],
    ['adagrad', 'keras', [0.523269, 1.500693, 2.500509, 3.506135]], ['adagrad', 'torch', HALF],
    ['adadelta', 'keras', [0.999293, 1.999293, 2.999293, 3.999293]], ['adadelta', 'torch', [0.998419, 1.998419, 2.998419, 3.998419]],
    ['adam', 'keras', HALF], ['adam', 'torch', HALF], ['adamax', 'keras', HALF], ['adamax', 'torch', HALF],
    ['lion', 'keras', HALF], ['lion', 'paper', HALF], ['lion', 'torch', HALF],
    ['adamw', 'keras', [0.498, 1.496, 2.494, 3.492]], ['adamw', 'torch', [0.495, 1.49, 2.485, 3.48]],
    ['nadam', 'keras', [0.468606, 1.468606, 2.468606, 3.468606]], ['nadam', 'torch', [0.471774, 1.471774, 2.471774, 3.471774]],
    ['radam', 'torch', SGD],
  ];
  for (const [type, dialect, expected] of TABLE) {
    it(`${dialect} ${type}`, () => close(walk(type, dialect, { learningRate: 0.5 }, START, [GRADIENT])[0], expected, dialect === 'keras' && type.startsWith('adam') ? 2e-6 : 1e-6));
  }

  const dump: { oneStep: Record<string, number[]> } = JSON.parse(readFileSync(path.join(import.meta.dirname, '../parity/dumps/torch-optimizers.json'), 'utf8'));
  for (const [type, expected] of Object.entries(dump.oneStep)) {
    it(`as PyTorch computed it: ${type}`, () => close(walk(type, 'torch', { learningRate: 0.5 }, START, [GRADIENT])[0], expected, 1e-14));
  }
});

// Numbers from Keras's own tests (keras/src/optimizers/*_test.py, "golden"): real output, to their four decimals and tolerance.
describe('five steps as Keras computed them: gradient .01 once, then .1, .2, … 1', () => {
  const FIRST = Array<number>(10).fill(0.01);
  const LATER = Array.from({ length: 10 }, (_, i) => (i + 1) / 10);
  const same = (rows: readonly number[]): number[][] => rows.map((x) => Array<number>(10).fill(x));
  const GOLDEN: readonly (readonly [string, Record<string, unknown>, readonly (readonly number[])[]])[] = [
    ['rmsprop', { centered: true }, same([0.9967, 0.9933, 0.9908, 0.9885, 0.9864])],
    ['adam', { amsgrad: true }, same([0.999, 0.9982, 0.9974, 0.9965, 0.9955])],
    ['adadelta', { learningRate: 1, rho: 0.8, epsilon: 1e-6 }, same([0.9978, 0.9947, 0.9915, 0.9882, 0.9849])],
    ['lion', {}, same([0.999, 0.998, 0.997, 0.996, 0.995])],
    ['adamax', { learningRate: 0.2, beta1: 0.85, beta2: 0.95, epsilon: 1e-6 }, [
      Array<number>(10).fill(0.8),
      [0.6827, 0.6873, 0.6888, 0.6896, 0.6901, 0.6904, 0.6906, 0.6908, 0.6909, 0.691],
      [0.5333, 0.5407, 0.5431, 0.5444, 0.5451, 0.5456, 0.546, 0.5462, 0.5464, 0.5466],
      [0.368, 0.3773, 0.3804, 0.382, 0.3829, 0.3835, 0.384, 0.3843, 0.3846, 0.3848],
      [0.1933, 0.204, 0.2076, 0.2094, 0.2105, 0.2112, 0.2117, 0.2121, 0.2124, 0.2126],
    ]],
    ['adagrad', { learningRate: 0.2, initialAccumulator: 0.3, epsilon: 1e-6 }, [
      Array<number>(10).fill(0.9963),
      [0.9604, 0.9278, 0.9003, 0.8784, 0.8615, 0.8487, 0.8388, 0.8313, 0.8255, 0.8209],
      [0.9251, 0.8629, 0.8137, 0.7768, 0.7497, 0.7298, 0.7151, 0.704, 0.6956, 0.6891],
      [0.8903, 0.8012, 0.7342, 0.6862, 0.6521, 0.6277, 0.6099, 0.5967, 0.5867, 0.579],
      [0.856, 0.7422, 0.6604, 0.6037, 0.5644, 0.5367, 0.5168, 0.5021, 0.491, 0.4825],
    ]],
    ['nadam', { learningRate: 0.5, beta1: 0.5, beta2: 0.67, epsilon: 1e-5 }, [
      Array<number>(10).fill(0.4281),
      [-0.1738, -0.1731, -0.1726, -0.1723, -0.1721, -0.172, -0.1719, -0.1718, -0.1718, -0.1717],
      [-0.7115, -0.7103, -0.7096, -0.7092, -0.709, -0.7088, -0.7086, -0.7085, -0.7085, -0.7084],
      [-1.2335, -1.2322, -1.2313, -1.2309, -1.2306, -1.2304, -1.2302, -1.2301, -1.23, -1.2299],
      [-1.7492, -1.7478, -1.7469, -1.7464, -1.7461, -1.7459, -1.7457, -1.7456, -1.7455, -1.7454],
    ]],
    ['adamw', { learningRate: 1, weightDecay: 0.5, epsilon: 2 }, [
      Array<number>(10).fill(0.4998),
      [0.2486, 0.2475, 0.2463, 0.2451, 0.244, 0.2428, 0.2417, 0.2405, 0.2394, 0.2382],
      [0.1223, 0.1198, 0.1174, 0.1149, 0.1124, 0.11, 0.1075, 0.1051, 0.1027, 0.1003],
      [0.0586, 0.0549, 0.0512, 0.0475, 0.0439, 0.0402, 0.0366, 0.033, 0.0294, 0.0258],
      [0.0263, 0.0215, 0.0167, 0.012, 0.0073, 0.0026, -0.0021, -0.0067, -0.0113, -0.0159],
    ]],
  ];
  for (const [type, fields, golden] of GOLDEN) {
    it(type, () => {
      const steps = walk(type, 'keras', fields, Array<number>(10).fill(1), [FIRST, LATER, LATER, LATER, LATER]);
      golden.forEach((row, k) => close(steps[k], row, 5e-4 * (1 + Math.max(...row.map(Math.abs)))));
    });
  }

  // Its tests decay 2 three times by 0.004 at rate 1 with a zero gradient.
  for (const type of ['sgd', 'adagrad', 'adadelta', 'rmsprop', 'adam', 'adamw', 'adamax', 'nadam', 'lion']) {
    it(`decays weights apart from the gradient: ${type}`, () => {
      expect(walk(type, 'keras', { learningRate: 1, weightDecay: 0.004 }, [2], [[0], [0], [0]])[2][0]).toBeCloseTo(1.9760959, 6);
    });
  }
});

describe('traps', () => {
  it('Adam divides by its bias corrections: under a constant gradient every step is γ', () => {
    for (const dialect of ['torch', 'keras', 'paper'] as const) {
      const steps = walk('adam', dialect, { learningRate: 0.1, epsilon: 0 }, [0], Array.from({ length: 50 }, () => [3]));
      steps.forEach(([x], k) => expect(x).toBeCloseTo(-0.1 * (k + 1), 12));
    }
  });

  it('AMSGrad of its paper has no bias correction: the first step is γ(1−β₁)/√(1−β₂)', () => {
    const [[x]] = walk('adam', 'paper', { learningRate: 0.1, epsilon: 0, amsgrad: true }, [0], [[3]]);
    expect(x).toBeCloseTo((-0.1 * 0.1) / Math.sqrt(1 - 0.999), 12);
  });

  it('AMSGrad keeps its largest v: after one huge gradient steps stay small', () => {
    const gradients = [[100], ...Array.from({ length: 400 }, () => [1])];
    const last = (fields: Record<string, unknown>): number => {
      const steps = walk('adam', 'torch', { learningRate: 0.1, beta2: 0.9, ...fields }, [0], gradients);
      return Math.abs(steps[400][0] - steps[399][0]);
    };
    expect(last({})).toBeCloseTo(0.1, 6);
    expect(last({ amsgrad: true })).toBeCloseTo((0.1 * 1) / Math.sqrt(100 * 100 * 0.1), 6);
  });

  it('centered RMSprop stays finite for a constant gradient, where v − ḡ² goes to zero', () => {
    for (const dialect of ['torch', 'keras'] as const) {
      const steps = walk('rmsprop', dialect, { centered: true, learningRate: 1e-6, rho: 0.5, epsilon: 1e-3 }, [0], Array.from({ length: 30 }, () => [1]));
      steps.forEach(([x]) => expect(Number.isFinite(x)).toBe(true));
      // v → 1, ḡ → 1: the divisor goes to ε (torch) or √ε (keras).
      expect((steps[28][0] - steps[29][0]) / 1e-6).toBeCloseTo(dialect === 'torch' ? 1 / 1e-3 : 1 / Math.sqrt(1e-3), dialect === 'torch' ? -2 : 3);
    }
  });

  it('Adadelta divides by the average before this step was added to it', () => {
    const rho = 0.9;
    const epsilon = 1e-6;
    const g = 2;
    const [[x1], [x2]] = walk('adadelta', 'torch', { learningRate: 1, rho, epsilon }, [0], [[g], [g]]);
    const v1 = (1 - rho) * g * g;
    const delta1 = (Math.sqrt(epsilon) / Math.sqrt(v1 + epsilon)) * g;
    const u1 = (1 - rho) * delta1 * delta1;
    const v2 = rho * v1 + (1 - rho) * g * g;
    const delta2 = (Math.sqrt(u1 + epsilon) / Math.sqrt(v2 + epsilon)) * g;
    expect(x1).toBeCloseTo(-delta1, 15);
    expect(x2).toBeCloseTo(-delta1 - delta2, 15);
  });

  it('does not clip: a step of plain descent is γg however large g', () => {
    expect(walk('sgd', 'torch', { learningRate: 0.5 }, [0], [[1e30]])[0][0]).toBe(-0.5e30);
  });

  it('momentum of torch and keras is the same path while γ stands still and another when it changes', () => {
    const gradients = [[1], [1], [1]];
    const fields = { learningRate: 0.1, momentum: 0.5 };
    expect(walk('sgd', 'torch', fields, [0], gradients)[2][0]).toBeCloseTo(walk('sgd', 'keras', fields, [0], gradients)[2][0], 15);
    const rates = [0.1, 0.1, 0.01];
    // torch: b = 1, 1.5, 1.75 → 0.1 + 0.15 + 0.0175; keras: m = −.1, −.15, −.085.
    expect(walk('sgd', 'torch', fields, [0], gradients, rates)[2][0]).toBeCloseTo(-0.2675, 15);
    expect(walk('sgd', 'keras', fields, [0], gradients, rates)[2][0]).toBeCloseTo(-0.335, 15);
  });

  it('dampening spares the first step', () => {
    const steps = walk('sgd', 'torch', { learningRate: 1, momentum: 0.5, dampening: 0.25 }, [0], [[1], [1]]);
    expect(steps[0][0]).toBe(-1);
    expect(steps[1][0]).toBe(-1 - (0.5 + 0.75));
  });

  it('stays itself over a million steps: bias corrections neither drift nor slow down', () => {
    const spec = resolveOptimizer('adam', 'torch', { learningRate: 1e-3, epsilon: 0 });
    const optimizer = createOptimizer(spec, 1, []);
    const theta = new Float64Array(1);
    const gradient = new Float64Array(1);
    for (let t = 1; t <= 1_000_000; t++) {
      gradient[0] = 3;
      optimizer.update(theta, gradient, 1e-3, t, NO_ORACLE);
    }
    expect(Math.abs(theta[0] + 1000) / 1000).toBeLessThan(1e-10);
  });
});
