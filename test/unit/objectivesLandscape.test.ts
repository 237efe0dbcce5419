import { describe, expect, it } from 'vitest';
import { symmetricEigen } from '../../src/core/diagnostics/eigen';
import { compileObjective } from '../../src/core/objectives/formula';
import { evaluateGrid, gradientCheck, probe } from '../../src/core/objectives/landscape';
import type { ObjectiveSpec } from '../../src/core/objectives/spec';
import type { CriticalPointFound, GradientCheckResult, GridRequest, GridResult, ProbeResult } from '../../src/protocol/training';
import { findCriticalPoints } from '../../src/core/objectives/landscape';
import { randomNumbers } from './expressionRandom';

const expression = (text: string): ObjectiveSpec => ({ function: { kind: 'expression', expression: text, constants: {} }, goal: 'minimize', view: null, minima: [], gradientNoise: 0 });

/** A = V·diag(λ)·Vᵀ, VᵀV = 1, λ ascending: what makes a decomposition, whatever the algorithm. */
function checkDecomposition(A: Float64Array, n: number): Float64Array {
  const { values, vectors } = symmetricEigen(A, n);
  const size = Math.max(1e-300, ...A.map(Math.abs));
  for (let i = 0; i < n; i++) {
    if (i > 0) expect(values[i]).toBeGreaterThanOrEqual(values[i - 1]);
    for (let j = 0; j <= i; j++) {
      let inner = 0;
      let entry = 0;
      for (let k = 0; k < n; k++) {
        inner += vectors[k * n + i] * vectors[k * n + j];
        entry += vectors[i * n + k] * values[k] * vectors[j * n + k];
      }
      expect(Math.abs(inner - (i === j ? 1 : 0))).toBeLessThan(1e-13 * Math.max(n, 4));
      expect(Math.abs(entry - A[i * n + j])).toBeLessThan(1e-14 * Math.max(n, 10) * size);
    }
  }
  return values;
}

describe('the symmetric eigenproblem', () => {
  it('of known spectra', () => {
    expect([...symmetricEigen(Float64Array.of(7), 1).values]).toEqual([7]);
    expect([...checkDecomposition(Float64Array.of(2, 1, 1, 2), 2)].map((x) => Math.round(x * 1e12) / 1e12)).toEqual([1, 3]);
    expect([...checkDecomposition(Float64Array.of(3, 0, 0, 0, -1, 0, 0, 0, 2), 3)]).toEqual([-1, 2, 3]);
    checkDecomposition(new Float64Array(16), 4);
    // The second difference matrix: 2 − 2cos(kπ/(n+1)).
    const n = 30;
    const A = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      A[i * n + i] = 2;
      if (i > 0) A[i * n + i - 1] = A[(i - 1) * n + i] = -1;
    }
    checkDecomposition(A, n).forEach((value, k) => expect(value).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 13));
  });

  it('of Rosenbrock at its minimum', () => {
    const { eigenvalues } = probe(compileObjective(expression('(1 - x)^2 + 100(y - x^2)^2')), Float64Array.of(1, 1));
    // (1002 ± √1002² − 1600)/2: trace 1002, determinant 400.
    const root = Math.sqrt(1002 ** 2 - 1600);
    expect(eigenvalues![1]).toBeCloseTo((1002 + root) / 2, 10);
    expect(eigenvalues![0]).toBeCloseTo(800 / (1002 + root), 10);
  });

  it('of random, repeated, graded and huge or tiny ones', () => {
    const random = randomNumbers(41);
    for (const n of [2, 3, 5, 17, 64]) {
      for (const shape of ['random', 'rankOne', 'graded', 'huge', 'tiny'] as const) {
        const A = new Float64Array(n * n);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j <= i; j++) {
            const value = shape === 'rankOne' ? 1 : random() - 0.5;
            const scale = shape === 'graded' ? 10 ** (-(i + j) / 2) : shape === 'huge' ? 1e150 : shape === 'tiny' ? 1e-150 : 1;
            A[i * n + j] = A[j * n + i] = value * scale;
          }
        }
        const values = checkDecomposition(A, n);
        if (shape === 'rankOne') expect(values[n - 1]).toBeCloseTo(n, 11);
      }
    }
  });

  it('leaves the matrix as it is', () => {
    const A = Float64Array.of(2, 1, 1, 2);
    symmetricEigen(A, 2);
    expect([...A]).toEqual([2, 1, 1, 2]);
  });
});

describe('samples of a landscape', () => {
  const f = compileObjective(expression('x^2 + 10y'));

  it('of a plane, row by row', () => {
    const { values, slopes } = evaluateGrid(f, { origin: [0, 0], first: [1, 0], second: [0, 1], a: [0, 2], b: [0, 1], width: 3, height: 2 });
    expect([...values]).toEqual([0, 1, 4, 10, 11, 14]);
    expect(slopes).toBeNull();
  });

  it('of a line, with the slope along it', () => {
    const { values, slopes } = evaluateGrid(f, { origin: [1, 0], first: [1, 1], second: null, a: [-1, 1], b: [0, 0], width: 3, height: 1 });
    expect([...values]).toEqual([-10, 1, 14]);
    expect([...slopes!]).toEqual([10, 12, 14]);
  });

  it('keeps what is not a number', () => {
    const { values } = evaluateGrid(compileObjective(expression('log(x)')), { origin: [0], first: [1], second: null, a: [-1, 1], b: [0, 0], width: 3, height: 1 });
    expect([...values]).toEqual([NaN, -Infinity, 0]);
  });
});

describe('probing a point', () => {
  it('gives loss, gradient, Hessian and eigenvalues', () => {
    const found = probe(compileObjective(expression('(1 - x)^2 + 100(y - x^2)^2')), Float64Array.of(-1.2, 1));
    expect(found.loss).toBeCloseTo(24.2, 12);
    expect([...found.gradient].map((g) => Math.round(g * 1e9) / 1e9)).toEqual([-215.6, -88]);
    expect([...found.hessian!].map((h) => Math.round(h * 1e9) / 1e9)).toEqual([1330, 480, 480, 200]);
    expect(found.eigenvalues![0] + found.eigenvalues![1]).toBeCloseTo(1530, 9);
  });

  it('leaves out what is too large or not finite', () => {
    const wide = compileObjective({ ...expression('x'), function: { kind: 'function', name: 'sphere', dimension: 501 } });
    expect(probe(wide, new Float64Array(501))).toMatchObject({ eigenvalues: null, hessian: null });
    const full = compileObjective({ ...expression('x'), function: { kind: 'function', name: 'quadratic', dimension: 500 } });
    const { eigenvalues, hessian } = probe(full, new Float64Array(500));
    expect(hessian).toBeNull();
    expect([eigenvalues![0], eigenvalues![499]]).toEqual([1, 100]);
    expect(probe(compileObjective(expression('sqrt(x)')), Float64Array.of(-1)).eigenvalues).toBeNull();
  });
});

describe('the gradient check', () => {
  it('is content with an exact gradient', () => {
    expect(gradientCheck(compileObjective(expression('exp(x)*sin(y)/z')), Float64Array.of(1, 2, 3)).worst).toBeLessThan(1e-9);
  });

  it('tells a wrong one and where', () => {
    const f = compileObjective(expression('x^2 + y^3'));
    const wrong = {
      ...f,
      evaluate(theta: Float64Array, gradient: Float64Array | null) {
        const value = f.evaluate(theta, gradient);
        if (gradient) gradient[1] *= 1.01;
        return value;
      },
    };
    const found = gradientCheck(wrong, Float64Array.of(1, 2));
    expect(found.parameter).toBe(1);
    expect(found.analytic).toBeCloseTo(12.12, 10);
    expect(found.difference).toBeCloseTo(12, 8);
    expect(found.worst).toBeCloseTo(0.12 / 12.12, 8);
  });

  it('sees that a kink has no derivative', () => {
    const { worst, analytic, difference } = gradientCheck(compileObjective(expression('relu(x)')), Float64Array.of(0));
    expect([analytic, difference, worst]).toEqual([0, 0.5, 0.5]);
    expect(gradientCheck(compileObjective(expression('log(x)')), Float64Array.of(-1)).worst).toBeNaN();
  });
});

it('answers in the shapes that the protocol carries', () => {
  const f = compileObjective(expression('x^2 + y^2'));
  const request: GridRequest = { objective: expression('x^2 + y^2'), origin: [0, 0], first: [1, 0], second: [0, 1], a: [0, 1], b: [0, 1], width: 2, height: 2 };
  const grid: GridResult = evaluateGrid(f, request);
  const found: ProbeResult = probe(f, Float64Array.of(0, 0));
  const check: GradientCheckResult = gradientCheck(f, Float64Array.of(1, 1));
  const points: readonly CriticalPointFound[] = findCriticalPoints(f, [[-1, 1], [-1, 1]]);
  expect([grid.values.length, found.loss, check.worst < 1e-9, points]).toEqual([4, 0, true, [{ at: [0, 0], value: 0, kind: 'minimum' }]]);
});
