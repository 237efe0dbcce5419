import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../src/core/expression/compile';
import { parseExpression } from '../../src/core/expression/parse';
import { BUILTIN_NAMES, BUILTINS, builtinExpression, builtinInfo, builtinVariables } from '../../src/core/objectives/builtins';
import { compileObjective, describeObjective } from '../../src/core/objectives/formula';
import { findCriticalPoints, gradientCheck, probe } from '../../src/core/objectives/landscape';
import type { ObjectiveSpec } from '../../src/core/objectives/spec';
import { randomNumbers } from './expressionRandom';

const spec = (name: string, dimension = builtinInfo(name).dimension ?? 2, condition?: number): ObjectiveSpec => ({
  function: { kind: 'function', name, dimension, ...(condition === undefined ? {} : { condition }) }, goal: 'minimize', view: null, minima: [], gradientNoise: 0,
});
const expression = (text: string, constants: Readonly<Record<string, number>> = {}): ObjectiveSpec => ({
  function: { kind: 'expression', expression: text, constants }, goal: 'minimize', view: null, minima: [], gradientNoise: 0,
});

const close = (a: number, b: number, tolerance: number) => expect(Math.abs(a - b), `${a} for ${b}`).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(a), Math.abs(b)));

describe('built-in objectives', () => {
  it('are those of the format', () => {
    expect(BUILTIN_NAMES).toEqual([
      'sphere', 'quadratic', 'rosenbrock', 'rastrigin', 'ackley', 'styblinskiTang', 'beale', 'himmelblau', 'booth', 'matyas', 'goldsteinPrice', 'sixHumpCamel', 'threeHumpCamel',
      'mcCormick', 'branin', 'levi13', 'easom', 'saddle', 'monkeySaddle', 'gaussianBowls', 'doubleWell', 'cubicPlateau',
    ]);
  });

  it.each(BUILTIN_NAMES)('%s: the loops and the expression are one function', (name) => {
    const random = randomNumbers(5);
    const fixed = builtinInfo(name).dimension;
    for (const n of fixed === null ? [1, 2, 3, 6] : [fixed]) {
      const variables = builtinVariables(n);
      const f = compileObjective(spec(name, n, 37));
      const g = compileExpression(parseExpression(builtinExpression({ kind: 'function', name, dimension: n, condition: 37 })).root, variables, new Map());
      expect(f.variables).toEqual(variables);
      for (let k = 0; k < 20; k++) {
        const theta = Float64Array.from({ length: n }, () => 4 * random() - 2);
        const v = Float64Array.from({ length: n }, () => random() - 0.5);
        const [a, b, ha, hb] = Array.from({ length: 4 }, () => new Float64Array(n));
        const value = f.evaluate(theta, a);
        close(value, g.valueAndGradient(theta, b), 1e-12);
        expect(f.evaluate(theta, null)).toBe(value);
        f.hessianVector(theta, v, ha);
        g.hessianVector(theta, v, hb);
        for (let i = 0; i < n; i++) {
          close(a[i], b[i], 1e-12);
          close(ha[i], hb[i], 1e-11);
        }
      }
      expect(gradientCheck(f, Float64Array.from(f.start!)).worst).toBeLessThan(1e-7);
    }
  });

  it.each(BUILTIN_NAMES)('%s: minima are minima, to the last digit, and lie in the domain', (name) => {
    for (const n of builtinInfo(name).dimension === null ? [1, 2, 5] : [builtinInfo(name).dimension!]) {
      const f = compileObjective(spec(name, n));
      const gradient = new Float64Array(n);
      let last = -Infinity;
      for (const { at, value } of f.minima) {
        const theta = Float64Array.from(at);
        close(f.evaluate(theta, gradient), value, 1e-14);
        expect(value).toBeGreaterThanOrEqual(last);
        last = value;
        const size = Math.max(1, ...(probe(f, theta).eigenvalues?.map(Math.abs) ?? []).filter(Number.isFinite));
        // Rounding of the coordinates alone leaves this much gradient.
        expect(Math.hypot(...gradient)).toBeLessThanOrEqual(4e-15 * size * Math.max(1, Math.hypot(...at)) * 4);
        at.forEach((x, i) => {
          expect(x).toBeGreaterThanOrEqual(f.domain![i][0]);
          expect(x).toBeLessThanOrEqual(f.domain![i][1]);
        });
        // Ackley's is a kink, where the Hessian is not finite.
        const eigenvalues = probe(f, theta).eigenvalues;
        if (name === 'ackley') expect(eigenvalues).toBeNull();
        else expect(eigenvalues![0]).toBeGreaterThan(0);
      }
      expect(f.start).toHaveLength(n);
      expect(f.domain).toHaveLength(n);
      f.start!.forEach((x, i) => expect(x >= f.domain![i][0] && x <= f.domain![i][1]).toBe(true));
    }
  });

  // Values of the literature.
  it.each<[string, readonly number[], number]>([
    ['beale', [3, 0.5], 0], ['himmelblau', [3, 2], 0], ['himmelblau', [-2.805118, 3.131313], 0], ['himmelblau', [-3.77931, -3.283186], 0], ['himmelblau', [3.584428, -1.848127], 0],
    ['booth', [1, 3], 0], ['matyas', [0, 0], 0], ['goldsteinPrice', [0, -1], 3], ['styblinskiTang', [-2.903534, -2.903534], -78.3323314], ['sixHumpCamel', [0.089842, -0.712656], -1.0316285],
    ['sixHumpCamel', [-0.089842, 0.712656], -1.0316285], ['mcCormick', [-0.547198, -1.547198], -1.913223], ['branin', [-Math.PI, 12.275], 0.3978874], ['branin', [Math.PI, 2.275], 0.3978874],
    ['branin', [3 * Math.PI, 2.475], 0.3978874], ['levi13', [1, 1], 0], ['easom', [Math.PI, Math.PI], -1], ['rastrigin', [0, 0], 0], ['ackley', [0, 0], 0], ['rosenbrock', [1, 1], 0],
  ])('%s at %j is %d', (name, at, value) => {
    const f = compileObjective(spec(name));
    expect(f.evaluate(Float64Array.from(at), null)).toBeCloseTo(value, 6);
    expect(f.minima.some((known) => known.at.every((x, i) => Math.abs(x - at[i]) < 1e-6) && Math.abs(known.value - value) < 1e-5)).toBe(true);
  });

  it.each([...BUILTINS.values()].filter((info) => info.dimension !== null).map((info) => info.name))('%s: no lower point in its domain than the first minimum', (name) => {
    const f = compileObjective(spec(name));
    if (f.minima.length === 0) return expect(['saddle', 'monkeySaddle']).toContain(name);
    const random = randomNumbers(31);
    let lowest = Infinity;
    for (let k = 0; k < 20_000; k++) lowest = Math.min(lowest, f.evaluate(Float64Array.from(f.domain!, ([low, high]) => low + (high - low) * random()), null));
    expect(lowest).toBeGreaterThanOrEqual(f.minima[0].value - 1e-12);
  });

  it('quadratic has the eigenvalues it says', () => {
    expect([...probe(compileObjective(spec('quadratic', 3)), Float64Array.of(1, 2, 3)).eigenvalues!].map((x) => Math.round(x * 1e9) / 1e9)).toEqual([1, 10, 100]);
  });

  it('evaluates in 100,000 dimensions', () => {
    const n = 100_000;
    for (const name of ['sphere', 'quadratic', 'rosenbrock', 'rastrigin', 'ackley', 'styblinskiTang']) {
      const f = compileObjective(spec(name, n));
      const gradient = new Float64Array(n);
      expect(Number.isFinite(f.evaluate(Float64Array.from(f.start!), gradient))).toBe(true);
      expect(gradient.every(Number.isFinite)).toBe(true);
      expect(f.gradientLatex).toBeNull();
      expect(f.latex).toContain('\\sum');
    }
  });

  it('refuses what is not there', () => {
    expect(() => compileObjective(spec('rosenbrok', 2))).toThrow('rosenbrok');
    expect(() => compileObjective(spec('beale', 3))).toThrow('dimension 3');
    expect(() => compileObjective(spec('sphere', 0))).toThrow('dimension 0');
  });
});

describe('an objective from an expression', () => {
  it('knows its variables, its declared minima and its view', () => {
    const f = compileObjective({ ...expression('(a - x)^2 + 3y^2', { a: 2 }), view: [[-1, 4], [0, 1]], minima: [{ at: [2, 0] }, { at: [2, 1], value: 7 }] });
    expect(f).toMatchObject({ dimension: 2, variables: ['x', 'y'], domain: [[-1, 4], [0, 1]], start: null, segments: [{ name: 'x', offset: 0, shape: [2] }] });
    expect(f.minima).toEqual([{ at: [2, 0], value: 0 }, { at: [2, 1], value: 7 }]);
    expect(f.text).toBe('(a - x)^2 + 3y^2');
    expect(f.gradientText).toEqual(['2x - 2a', '6y']);
    expect(compileObjective(expression('x')).domain).toBeNull();
  });

  it('is described without running a maximization differently', () => {
    expect(describeObjective({ ...expression('x^2'), goal: 'maximize' }).gradientText).toEqual(['2x']);
  });
});

describe('critical points', () => {
  const found = (name: string) => {
    const f = compileObjective(spec(name));
    return findCriticalPoints(f, f.domain!);
  };
  const kinds = (name: string) => found(name).map(({ kind }) => kind).sort();

  it('finds the nine of Himmelblau', () => {
    // Four minima, four saddles and the maximum at (−0.270845, −0.923039).
    expect(kinds('himmelblau')).toEqual([...Array<string>(1).fill('maximum'), ...Array<string>(4).fill('minimum'), ...Array<string>(4).fill('saddle')]);
    const maximum = found('himmelblau').find(({ kind }) => kind === 'maximum')!;
    expect(maximum.at[0]).toBeCloseTo(-0.270845, 6);
    expect(maximum.at[1]).toBeCloseTo(-0.923039, 6);
    expect(maximum.value).toBeCloseTo(181.6165, 4);
  });

  it('classifies by the eigenvalues', () => {
    expect(kinds('doubleWell')).toEqual(['maximum', 'minimum', 'minimum']);
    expect(found('saddle')).toEqual([{ at: [0, 0], value: 0, kind: 'saddle' }]);
    expect(found('cubicPlateau').map(({ at, kind }) => [Math.round(at[0] * 1e6) / 1e6, kind])).toEqual([[2.25, 'minimum'], [0, 'degenerate']]);
    expect(kinds('monkeySaddle')).toEqual(['degenerate']);
    expect(kinds('gaussianBowls')).toEqual(['minimum', 'minimum', 'saddle']);
    // Six minima, seven saddles, two maxima (Molga and Smutnicki 2005).
    expect(kinds('sixHumpCamel').filter((kind) => kind === 'minimum')).toHaveLength(6);
    expect(kinds('threeHumpCamel')).toEqual(['minimum', 'minimum', 'minimum', 'saddle', 'saddle']);
  });

  it('stays in the box, at most 64, the lowest first', () => {
    const points = found('levi13');
    expect(points.length).toBeLessThanOrEqual(64);
    expect(points[0].value).toBeCloseTo(0, 12);
    expect(points.every(({ at }) => at.every((x) => Math.abs(x) <= 10 + 1e-9))).toBe(true);
    expect(points.map(({ value }) => value)).toEqual(points.map(({ value }) => value).sort((a, b) => a - b));
    expect(findCriticalPoints(compileObjective(spec('doubleWell')), [[0.5, 2]]).map(({ kind }) => kind)).toEqual(['minimum']);
  });

  it('takes no plateau and no line for a point', () => {
    expect(findCriticalPoints(compileObjective(expression('relu(x - 1)^2')), [[-2, 2]])).toEqual([]);
    expect(findCriticalPoints(compileObjective(expression('(x + y)^2')), [[-2, 2], [-2, 2]])).toEqual([]);
    expect(findCriticalPoints(compileObjective(expression('exp(-x^2)')), [[-30, 30]])).toEqual([{ at: [0], value: 1, kind: 'maximum' }]);
    expect(findCriticalPoints(compileObjective(expression('log(x) - x')), [[-2, 3]])).toEqual([{ at: [1], value: -1, kind: 'maximum' }]);
    expect(findCriticalPoints(compileObjective(expression('2x + 1')), [[-2, 2]])).toEqual([]);
    expect(findCriticalPoints(compileObjective(spec('sphere', 3)), [[-2, 2], [-2, 2], [-2, 2]])).toEqual([]);
  });
});
