import { describe, expect, it } from 'vitest';
import { resolveOptimizer } from '../../src/core/optimizers/catalog';
import { createOptimizer } from '../../src/core/optimizers/create';
import { StrongWolfe } from '../../src/core/optimizers/lineSearch';
import { NEWTON_MAX_DIMENSION, solveInPlace } from '../../src/core/optimizers/newton';
import type { Oracle } from '../../src/core/optimizers/optimizer';
import { OBJECTIVES, run, specOf, type HandObjective } from '../parity/objectives';

/** ½Σλᵢxᵢ². */
const quadratic = (lambda: readonly number[], start: readonly number[]): HandObjective => ({
  start,
  evaluate: (x, g) => {
    let f = 0;
    lambda.forEach((l, i) => {
      f += (l * x[i] * x[i]) / 2;
      if (g) g[i] = l * x[i];
    });
    return f;
  },
  hessianVector: (_x, v, out) => lambda.forEach((l, i) => { out[i] = l * v[i]; }),
});

const onFunction = (f: (x: number) => number, derivative: (x: number) => number): Oracle => ({
  dimension: 1, segments: [], loss: f(0), normal: () => 0, hessianVector: () => {},
  evaluate: (x, g) => {
    if (g) g[0] = derivative(x[0]);
    return f(x[0]);
  },
});

const rosenbrock = OBJECTIVES.get('rosenbrock')!;
const one = (): number => 1;

describe('newton', () => {
  it('ends on a quadratic in one step, whatever its sign: a saddle attracts', () => {
    const { points } = run(specOf('newton', 'paper', {}), quadratic([3, -2, 5], [1, 2, 3]), 1, one);
    points[0].forEach((x) => expect(Math.abs(x)).toBeLessThan(1e-15));
  });

  it('converges quadratically on Rosenbrock from (−1.2, 1): the first iterate is (−1.175…, 1.3807)', () => {
    const { points } = run(specOf('newton', 'paper', {}), rosenbrock, 7, one);
    // H = [[1330, 480], [480, 200]], g = (−215.6, −88): solved by Cramer's rule.
    const det = 1330 * 200 - 480 * 480;
    expect(points[0][0]).toBeCloseTo(-1.2 - (-215.6 * 200 + 88 * 480) / det, 12);
    expect(points[0][1]).toBeCloseTo(1 - (1330 * -88 + 480 * 215.6) / det, 12);
    expect(Math.hypot(points[5][0] - 1, points[5][1] - 1)).toBeLessThan(1e-6);
    expect(Math.hypot(points[6][0] - 1, points[6][1] - 1)).toBeLessThan(1e-12);
  });

  it('adds its damping to every curvature and multiplies by its rate', () => {
    const { points } = run(specOf('newton', 'paper', { damping: 1 }), quadratic([3, 0], [4, 5]), 1, () => 0.5);
    expect(points[0]).toEqual([4 - (0.5 * 12) / 4, 5]);
  });

  it('says so where the Hessian is singular, and refuses a dimension it cannot hold', () => {
    expect(run(specOf('newton', 'paper', {}), quadratic([3, 0], [4, 5]), 1, one).ended).toBe('singularHessian');
    expect(() => createOptimizer(resolveOptimizer('newton', 'paper'), NEWTON_MAX_DIMENSION + 1, [])).toThrow();
  });

  it('solves with pivoting', () => {
    const b = Float64Array.of(5, 7, 3);
    expect(solveInPlace(Float64Array.of(0, 2, 1, 1, 0, 3, 2, 1, 0), b)).toBe(true);
    // 2y + z = 5, x + 3z = 7, 2x + y = 3
    expect(2 * b[1] + b[2]).toBeCloseTo(5, 12);
    expect(b[0] + 3 * b[2]).toBeCloseTo(7, 12);
    expect(2 * b[0] + b[1]).toBeCloseTo(3, 12);
  });
});

describe('gradientDescent', () => {
  it('takes the exact step on a quadratic: from (κ, 1) it contracts by (κ−1)/(κ+1)', () => {
    const kappa = 9;
    const { points } = run(specOf('gradientDescent', 'paper', { lineSearch: 'exactQuadratic' }), quadratic([1, kappa], [kappa, 1]), 20, one);
    const r = (kappa - 1) / (kappa + 1);
    points.forEach(([x, y], k) => {
      expect(x).toBeCloseTo(kappa * r ** (k + 1), 12);
      expect(y).toBeCloseTo((k % 2 === 0 ? -1 : 1) * r ** (k + 1), 12);
    });
  });

  it('refuses a parabola without a bottom', () => {
    expect(run(specOf('gradientDescent', 'paper', { lineSearch: 'exactQuadratic' }), quadratic([1, -1], [0, 1]), 1, one).ended).toBe('negativeCurvature');
  });

  it('shrinks from the rate until Armijo holds, and no further', () => {
    const c = 1e-4;
    const { points } = run(specOf('gradientDescent', 'paper', {}), rosenbrock, 200, one);
    const g = new Float64Array(2);
    let before = Float64Array.from(rosenbrock.start);
    for (const point of points) {
      const f = rosenbrock.evaluate(before, g);
      const square = g[0] * g[0] + g[1] * g[1];
      const alpha = Math.hypot(point[0] - before[0], point[1] - before[1]) / Math.sqrt(square);
      const at = (a: number): number => rosenbrock.evaluate(before.map((x, i) => x - a * g[i]), null);
      expect(Math.abs(Math.log2(alpha) - Math.round(Math.log2(alpha)))).toBeLessThan(1e-6);
      const exact = 2 ** Math.round(Math.log2(alpha));
      expect(at(exact)).toBeLessThanOrEqual(f - c * exact * square);
      if (exact < 1) expect(at(2 * exact)).toBeGreaterThan(f - c * 2 * exact * square);
      before = Float64Array.from(point);
    }
  });

  it('stops where the gradient is zero', () => {
    expect(run(specOf('gradientDescent', 'paper', {}), quadratic([1, 1], [0, 0]), 3, one).ended).toBe('zeroGradient');
  });
});

describe('conjugateGradient', () => {
  for (const variant of ['polakRibierePlus', 'fletcherReeves']) {
    it(`${variant} reaches the minimum of Rosenbrock, each step lower`, () => {
      const { points } = run(specOf('conjugateGradient', 'paper', { variant }), rosenbrock, 300, one);
      let last = rosenbrock.evaluate(Float64Array.from(rosenbrock.start), null);
      for (const point of points) {
        const f = rosenbrock.evaluate(Float64Array.from(point), null);
        expect(f).toBeLessThanOrEqual(last);
        last = f;
      }
      expect(last).toBeLessThan(1e-9);
    });
  }

  it('needs few steps on an ill-conditioned quadratic where plain descent needs thousands', () => {
    const objective = quadratic([1, 10, 100, 1000], [1, 1, 1, 1]);
    const { points } = run(specOf('conjugateGradient', 'paper', {}), objective, 40, one);
    expect(Math.hypot(...points[points.length - 1])).toBeLessThan(1e-6);
  });
});

describe('the strong Wolfe search', () => {
  const search = (f: (x: number) => number, derivative: (x: number) => number, start: number): StrongWolfe => {
    const wolfe = new StrongWolfe(1, 0.1);
    wolfe.search(onFunction(f, derivative), Float64Array.of(0), Float64Array.of(1), start, f(0), Float64Array.of(derivative(0)), derivative(0));
    return wolfe;
  };

  // Moré & Thuente 1994, functions 1 and 2 of their tests.
  const functions: readonly (readonly [string, (a: number) => number, (a: number) => number])[] = [
    ['−α/(α² + 2)', (a) => -a / (a * a + 2), (a) => (a * a - 2) / (a * a + 2) ** 2],
    ['(α + .004)⁵ − 2(α + .004)⁴', (a) => (a + 0.004) ** 5 - 2 * (a + 0.004) ** 4, (a) => 5 * (a + 0.004) ** 4 - 8 * (a + 0.004) ** 3],
  ];
  for (const [name, f, d] of functions) {
    for (const start of [1e-3, 1e-1, 1, 10]) {
      it(`meets both conditions on ${name} from ${start}`, () => {
        const { step, loss } = search(f, d, start);
        expect(loss).toBe(f(step));
        expect(loss).toBeLessThanOrEqual(f(0) + 1e-4 * step * d(0));
        expect(Math.abs(d(step))).toBeLessThanOrEqual(0.1 * Math.abs(d(0)));
      });
    }
  }

  it('comes back from where the loss is not a number', () => {
    const f = (a: number): number => a - Math.log(2 + a) * 4 + (a > 5 ? NaN : 0);
    const { step, loss } = search(f, (a) => 1 - 4 / (2 + a) + (a > 5 ? NaN : 0), 100);
    expect(step).toBeLessThan(5);
    expect(loss).toBeLessThan(f(0));
  });
});

describe('lbfgs', () => {
  it('ends where the gradient is within its tolerance, unmoved', () => {
    const { points, ended } = run(specOf('lbfgs', 'torch', {}), quadratic([1, 1], [1e-8, 0]), 5, one);
    expect(points).toEqual([]);
    expect(ended).toBe('gradientTolerance');
  });

  it('tells the step it accepted', () => {
    const optimizer = createOptimizer(specOf('lbfgs', 'torch', { lineSearch: null, learningRate: 0.25 }), 1, []);
    const objective = quadratic([1], [8]);
    const theta = Float64Array.of(8);
    optimizer.update(theta, Float64Array.of(8), 0.25, 1, { loss: 32, evaluate: objective.evaluate } as Oracle);
    // min(1, 1/‖g‖₁)·γ
    expect(optimizer.acceptedRate!()).toBe(0.25 / 8);
    expect(theta[0]).toBe(7.75);
  });
});

describe('scheduleFree', () => {
  it('with β₁ = 0 reports the plain average of plain descent (Polyak)', () => {
    const objective = quadratic([1], [1]);
    const { points, reported } = run(specOf('scheduleFree', 'paper', { beta1: 0 }), objective, 30, () => 0.1);
    let sum = 0;
    points.forEach(([z], k) => {
      expect(z).toBeCloseTo(0.9 ** (k + 1), 12);
      sum += z;
      expect(reported[k][0]).toBeCloseTo(sum / (k + 1), 12);
    });
  });
});

describe('prodigy', () => {
  it('finds the scale of its steps by itself, from a guess a million times too small', () => {
    const { points } = run(specOf('prodigy', 'paper', {}), quadratic([1, 4], [3, -2]), 400, one);
    expect(Math.hypot(...points[399])).toBeLessThan(0.1);
  });
});
