import { describe, expect, it } from 'vitest';
import { criticalPoint, isNearCritical, localShape } from '../../../src/core/diagnostics/criticalPoint';
import { hessianMatrix } from '../../../src/core/diagnostics/hessian';
import { lanczosEnds, lanczosLimits } from '../../../src/core/diagnostics/lanczos';
import { sharpness } from '../../../src/core/diagnostics/sharpness';
import { DEPENDENCIES } from '../../../src/core/training/dependencies';
import { builtin, expression, quadratic } from '../training/fixtures';

const compile = DEPENDENCIES.compileObjective;

describe('Lanczos', () => {
  it('finds both ends of the second-difference matrix, 2 − 2cos(kπ/(n+1))', () => {
    const n = 60;
    const { min, max, minVector } = lanczosEnds((v, out) => {
      for (let i = 0; i < n; i++) out[i] = 2 * v[i] - (i > 0 ? v[i - 1] : 0) - (i + 1 < n ? v[i + 1] : 0);
    }, n);
    expect(min).toBeCloseTo(2 - 2 * Math.cos(Math.PI / (n + 1)), 9);
    expect(max).toBeCloseTo(2 - 2 * Math.cos((n * Math.PI) / (n + 1)), 9);
    // The vector of the smallest is sin(iπ/(n+1)).
    const expected = Float64Array.from({ length: n }, (_, i) => Math.sqrt(2 / (n + 1)) * Math.sin(((i + 1) * Math.PI) / (n + 1)));
    const overlap = minVector.reduce((sum, x, i) => sum + x * expected[i], 0);
    expect(Math.abs(overlap)).toBeCloseTo(1, 9);
  });

  it('tells the largest from a negative one of larger magnitude, in a thousand dimensions', () => {
    const { min, max } = lanczosEnds((v, out) => {
      for (let i = 0; i < 1000; i++) out[i] = (i === 7 ? -500 : i === 8 ? 80 : i / 1000) * v[i];
    }, 1000);
    expect(min).toBeCloseTo(-500, 6);
    expect(max).toBeCloseTo(80, 6);
  });

  it('finds a largest that is far smaller than a negative smallest, where that alone is asked for', () => {
    const apply = (v: Float64Array, out: Float64Array): void => {
      for (let i = 0; i < 200; i++) out[i] = (i === 7 ? -5000 : i === 8 ? 9 : i / 200) * v[i];
    };
    for (let seed = 0; seed < 20; seed++) {
      const { max } = lanczosLimits(apply, 200, { seed, iterations: 24, tolerance: 1e-4, onlyMax: true });
      expect(Math.abs(max - 9)).toBeLessThan(9e-3);
    }
  });

  it('needs one step for a multiple of the identity', () => {
    const { min, max } = lanczosEnds((v, out) => out.set(v.map((x) => 3 * x)), 50);
    expect(min).toBeCloseTo(3, 12);
    expect(max).toBeCloseTo(3, 12);
  });
});

describe('sharpness', () => {
  it('of Rosenbrock at (−1.2, 1): the larger root of λ² − 1530λ + 35600', () => {
    const objective = compile(builtin('rosenbrock'));
    const theta = Float64Array.of(-1.2, 1);
    expect(Array.from(hessianMatrix(objective, theta))).toEqual([1330, 480, 480, 200].map((x) => expect.closeTo(x, 9)));
    expect(sharpness(objective, theta, null, 1, 0)).toBeCloseTo(765 + Math.sqrt(765 ** 2 - 35_600), 8);
  });

  it('with a preconditioner is that of D^-½HD^-½, the same by all eigenvalues and by Lanczos', () => {
    const lambdas = [1, 50, 9, 4, 2, 7];
    const scale = [0.1, 100, 3, 2, 8, 1];
    const ratios = lambdas.map((lambda, i) => lambda / scale[i]);
    expect(sharpness(quadratic(lambdas), new Float64Array(6), Float64Array.from(scale), 1, 0)).toBeCloseTo(Math.max(...ratios), 8);
    expect(sharpness(quadratic(lambdas.slice(0, 3)), new Float64Array(3), Float64Array.from(scale.slice(0, 3)), 1, 0)).toBeCloseTo(Math.max(...ratios.slice(0, 3)), 10);
    expect(sharpness(quadratic([1, -5, 2]), new Float64Array(3), null, -1, 0)).toBeCloseTo(5, 10);
  });
});

describe('the shape of a point', () => {
  const classify = (spec: Parameters<typeof compile>[0], at: readonly number[], tolerance = 1e-6) => {
    const objective = compile(spec);
    const theta = Float64Array.from(at);
    const gradient = new Float64Array(theta.length);
    objective.evaluate(theta, gradient);
    const shape = localShape(objective, theta, gradient, 0);
    if (!shape) throw new Error('not finite');
    return criticalPoint(shape, isNearCritical(shape, Math.hypot(...gradient), tolerance, 0));
  };

  it('minimum: Rosenbrock at (1, 1), by its characteristic polynomial', () => {
    const found = classify(builtin('rosenbrock'), [1, 1]);
    expect(found).toMatchObject({ kind: 'minimum', negative: 0, zero: 0, positive: 2 });
    // H = [[802, −400], [−400, 200]]
    expect(found.lambdaMin).toBeCloseTo(501 - Math.sqrt(501 ** 2 - 400), 9);
    expect(found.lambdaMax).toBeCloseTo(501 + Math.sqrt(501 ** 2 - 400), 9);
  });

  it('maximum, saddle, degenerate, none', () => {
    expect(classify(expression('-x^2 - y^2'), [0, 0]).kind).toBe('maximum');
    expect(classify(expression('x^2 - y^2 + 2z^2'), [0, 0, 0])).toMatchObject({ kind: 'saddle', negative: 1, zero: 0, positive: 2 });
    expect(classify(builtin('monkeySaddle'), [0, 0])).toMatchObject({ kind: 'degenerate', zero: 2 });
    expect(classify(expression('x^2 + 0y'), [0, 3])).toMatchObject({ kind: 'degenerate', zero: 1, positive: 1 });
    expect(classify(builtin('rosenbrock'), [-1.2, 1]).kind).toBe('none');
  });

  it('an eigenvalue that vanishes at the critical point counts as zero near it', () => {
    // f″ = 12x² is 1.2e-3 at 0.01 but zero at 0; the same curvature of a true parabola is not.
    expect(classify(expression('x^4'), [0.01], 1e-4)).toMatchObject({ kind: 'degenerate', zero: 1 });
    expect(classify(expression('x^6'), [0.1], 1e-4)).toMatchObject({ kind: 'degenerate', zero: 1 });
    expect(classify(expression('x^3'), [0.005], 1e-4)).toMatchObject({ kind: 'degenerate', zero: 1 });
    expect(classify(expression('0.0006x^2'), [0.01], 1e-4)).toMatchObject({ kind: 'minimum', positive: 1 });
    expect(classify(expression('x^4 + y^2'), [0.01, 1e-6], 1e-4)).toMatchObject({ kind: 'degenerate', zero: 1, positive: 1 });
  });

  it('by the ends of the spectrum where there are more than 500 variables', () => {
    const lambdas = Array.from({ length: 600 }, (_, i) => 1 + i / 100);
    const zero = new Float64Array(600);
    const minimum = localShape(quadratic(lambdas), zero, zero, 0);
    const saddle = localShape(quadratic(lambdas.map((lambda, i) => (i === 300 ? -2 : lambda))), zero, zero, 0);
    if (!minimum || !saddle) throw new Error('not finite');
    expect(criticalPoint(minimum, true)).toMatchObject({ kind: 'minimum', lambdaMin: expect.closeTo(1, 3), lambdaMax: expect.closeTo(6.99, 3) });
    expect(criticalPoint(saddle, true)).toMatchObject({ kind: 'saddle', lambdaMin: expect.closeTo(-2, 6) });
    expect(criticalPoint(saddle, true).negative).toBeNaN();
  });
});
