import { describe, expect, it } from 'vitest';
import { compileExpression, generate, programs } from '../../src/core/expression/compile';
import { interpret } from '../../src/core/expression/interpret';
import { parseExpression } from '../../src/core/expression/parse';
import { randomExpression, randomNumbers } from './expressionRandom';

const NONE = new Map<string, number>();

function compiled(text: string, constants: ReadonlyMap<string, number> = NONE) {
  const { root, variables } = parseExpression(text, constants);
  return compileExpression(root, variables, constants);
}

/** Value, gradient and Hessian at a point. */
function at(text: string, point: readonly number[], constants: ReadonlyMap<string, number> = NONE) {
  const f = compiled(text, constants);
  const theta = Float64Array.from(point);
  const gradient = new Float64Array(point.length);
  const value = f.valueAndGradient(theta, gradient);
  const hessian = point.map((_, j) => {
    const unit = new Float64Array(point.length);
    unit[j] = 1;
    const column = new Float64Array(point.length);
    f.hessianVector(theta, unit, column);
    return [...column];
  });
  expect(Object.is(f.value(theta), value) || f.value(theta) === value).toBe(true);
  return { value, gradient: [...gradient], hessian };
}

function expectClose(found: number, wanted: number): void {
  if (!Number.isFinite(wanted)) expect(found).toBe(wanted);
  else expect(Math.abs(found - wanted)).toBeLessThanOrEqual(1e-13 * Math.max(1, Math.abs(wanted)));
}

const σ = (x: number) => 1 / (1 + Math.exp(-x));

describe('compiled expressions', () => {
  it('knows Rosenbrock at its start and its minimum', () => {
    const constants = new Map([['a', 1], ['b', 100]]);
    const start = at('(a - x)^2 + b*(y - x^2)^2', [-1.2, 1], constants);
    expectClose(start.value, 24.2);
    expectClose(start.gradient[0], -215.6);
    expectClose(start.gradient[1], -88);
    expect(start.hessian.flat().map((h) => Math.round(h * 1e9) / 1e9)).toEqual([1330, 480, 480, 200]);
    const end = at('(a - x)^2 + b*(y - x^2)^2', [1, 1], constants);
    expect(end.value).toBe(0);
    expect(end.gradient.map(Math.abs)).toEqual([0, 0]);
    expect(end.hessian).toEqual([[802, -400], [-400, 200]]);
  });

  // f, f′ and f″ in closed form.
  it.each<[string, (x: number) => number, (x: number) => number, (x: number) => number]>([
    ['abs(x)', Math.abs, Math.sign, () => 0],
    ['sqrt(x)', Math.sqrt, (x) => 0.5 / Math.sqrt(x), (x) => -0.25 * x ** -1.5],
    ['cbrt(x)', Math.cbrt, (x) => 1 / (3 * Math.cbrt(x) ** 2), (x) => -2 / (9 * Math.cbrt(x) ** 5)],
    ['exp(x)', Math.exp, Math.exp, Math.exp],
    ['e^x', Math.exp, Math.exp, Math.exp],
    ['log(x)', Math.log, (x) => 1 / x, (x) => -1 / x ** 2],
    ['log2(x)', Math.log2, (x) => 1 / (x * Math.LN2), (x) => -1 / (x ** 2 * Math.LN2)],
    ['log10(x)', Math.log10, (x) => 1 / (x * Math.LN10), (x) => -1 / (x ** 2 * Math.LN10)],
    ['sin(x)', Math.sin, Math.cos, (x) => -Math.sin(x)],
    ['cos(x)', Math.cos, (x) => -Math.sin(x), (x) => -Math.cos(x)],
    ['tan(x)', Math.tan, (x) => 1 / Math.cos(x) ** 2, (x) => (2 * Math.tan(x)) / Math.cos(x) ** 2],
    ['asin(x/4)', (x) => Math.asin(x / 4), (x) => 1 / Math.sqrt(16 - x * x), (x) => x / (16 - x * x) ** 1.5],
    ['acos(x/4)', (x) => Math.acos(x / 4), (x) => -1 / Math.sqrt(16 - x * x), (x) => -x / (16 - x * x) ** 1.5],
    ['atan(x)', Math.atan, (x) => 1 / (1 + x * x), (x) => (-2 * x) / (1 + x * x) ** 2],
    ['sinh(x)', Math.sinh, Math.cosh, Math.sinh],
    ['cosh(x)', Math.cosh, Math.sinh, Math.cosh],
    ['tanh(x)', Math.tanh, (x) => 1 / Math.cosh(x) ** 2, (x) => (-2 * Math.tanh(x)) / Math.cosh(x) ** 2],
    ['sigmoid(x)', σ, (x) => σ(x) * σ(-x), (x) => σ(x) * σ(-x) * (σ(-x) - σ(x))],
    ['softplus(x)', (x) => Math.log(1 + Math.exp(x)), σ, (x) => σ(x) * σ(-x)],
    ['relu(x)', (x) => (x > 0 ? x : 0), (x) => (x > 0 ? 1 : 0), () => 0],
    ['step(x)', (x) => (x > 0 ? 1 : 0), () => 0, () => 0],
    ['sign(x)', Math.sign, () => 0, () => 0],
    ['x^3', (x) => x ** 3, (x) => 3 * x ** 2, (x) => 6 * x],
    ['x^7', (x) => x ** 7, (x) => 7 * x ** 6, (x) => 42 * x ** 5],
    ['x^-2', (x) => x ** -2, (x) => -2 * x ** -3, (x) => 6 * x ** -4],
    ['1/x', (x) => 1 / x, (x) => -1 / x ** 2, (x) => 2 / x ** 3],
    ['x^2.5', (x) => x ** 2.5, (x) => 2.5 * x ** 1.5, (x) => 3.75 * x ** 0.5],
    ['x^-0.5', (x) => x ** -0.5, (x) => -0.5 * x ** -1.5, (x) => 0.75 * x ** -2.5],
    ['2^x', (x) => 2 ** x, (x) => 2 ** x * Math.LN2, (x) => 2 ** x * Math.LN2 ** 2],
    ['x^x', (x) => x ** x, (x) => x ** x * (Math.log(x) + 1), (x) => x ** x * ((Math.log(x) + 1) ** 2 + 1 / x)],
    ['x*x*x', (x) => x ** 3, (x) => 3 * x ** 2, (x) => 6 * x],
    ['3x/(1+x^2)', (x) => (3 * x) / (1 + x * x), (x) => (3 - 3 * x * x) / (1 + x * x) ** 2, (x) => (6 * x ** 3 - 18 * x) / (1 + x * x) ** 3],
  ])('%s', (text, f, df, ddf) => {
    for (const x of [0.3, 0.9, 1.7, 3.1, ...(Number.isFinite(f(-0.7)) && !Number.isNaN(f(-0.7)) ? [-0.7, -2.9] : [])]) {
      const found = at(text, [x]);
      expectClose(found.value, f(x));
      expectClose(found.gradient[0], df(x));
      expectClose(found.hessian[0][0], ddf(x));
    }
  });

  it('differentiates x^y in both', () => {
    const [x, y] = [1.3, -0.8];
    const f = x ** y;
    const { gradient, hessian } = at('x^y', [x, y]);
    expectClose(gradient[0], y * x ** (y - 1));
    expectClose(gradient[1], f * Math.log(x));
    expectClose(hessian[0][0], y * (y - 1) * x ** (y - 2));
    expectClose(hessian[1][0], x ** (y - 1) * (1 + y * Math.log(x)));
    expectClose(hessian[0][1], hessian[1][0]);
    expectClose(hessian[1][1], f * Math.log(x) ** 2);
  });

  it('treats kinks as PyTorch does', () => {
    expect(at('abs(x)', [0]).gradient).toEqual([0]);
    expect(at('relu(x)', [0]).gradient).toEqual([0]);
    expect(at('max(x, y)', [2, 2])).toMatchObject({ value: 2, gradient: [0.5, 0.5] });
    expect(at('min(x, y)', [2, 2])).toMatchObject({ value: 2, gradient: [0.5, 0.5] });
    expect(at('max(x, y)', [2, 1]).gradient).toEqual([1, 0]);
    expect(at('min(x, y)', [2, 1]).gradient).toEqual([0, 1]);
    // torch.maximum(torch.maximum(x, y), z)
    expect(at('max(x, y, z)', [1, 1, 1]).gradient).toEqual([0.25, 0.25, 0.5]);
    expect(at('sqrt(x)', [0]).gradient).toEqual([Infinity]);
    expect(at('x^0 + y', [0, 1])).toMatchObject({ value: 2, gradient: [0, 1] });
    expect(at('x^y', [0, 0])).toMatchObject({ value: 1, gradient: [0, 0] });
    expect(at('x^y', [0, 2]).gradient).toEqual([0, 0]);
    expect(at('x^3', [-2])).toMatchObject({ value: -8, gradient: [12] });
    expect(at('x^2', [0])).toMatchObject({ value: 0, gradient: [0], hessian: [[2]] });
  });

  it('gives NaN or infinity outside a domain and never throws', () => {
    for (const text of ['log(x)', 'sqrt(x)', 'x^0.5', 'asin(x)', 'x^y - y^x']) expect(at(text, text.includes('y') ? [-2, 0.5] : [-2]).value).toBeNaN();
    expect(at('1/x', [0])).toMatchObject({ value: Infinity, gradient: [-Infinity] });
    expect(at('log(x)', [0])).toMatchObject({ value: -Infinity, gradient: [Infinity] });
    expect(at('relu(x) + step(y) + max(x, y)', [NaN, 1]).value).toBeNaN();
  });

  it('stays accurate far out', () => {
    expect(at('sigmoid(x)', [-700]).value).toBe(Math.exp(-700));
    expect(at('sigmoid(x)', [-800])).toMatchObject({ value: 0, gradient: [0] });
    expect(at('softplus(x)', [800])).toMatchObject({ value: 800, gradient: [1] });
    expect(at('softplus(x)', [-700]).value).toBe(Math.exp(-700));
    expect(at('tanh(x)', [400])).toMatchObject({ value: 1, gradient: [0] });
  });

  it('computes common parts once', () => {
    const { root, variables } = parseExpression('sin(x*y)^2 + sin(x*y)^2 + cos(y*x)', NONE);
    const source = String(generate(programs(root, variables, NONE)).valueAndGradient);
    expect(source.match(/Math\.sin/g)).toHaveLength(1);
    expect(source.match(/Math\.cos/g)).toHaveLength(1);
    expect(source).not.toContain('pow');
  });

  it('emits nothing of the text', () => {
    const { root, variables } = parseExpression('constructor_1 + 0*process + alert*한글', NONE);
    const { value, valueAndGradient, hessianVector } = generate(programs(root, variables, NONE));
    expect(`${value}${valueAndGradient}${hessianVector}`).not.toMatch(/constructor_1|process|alert|한글/);
  });

  it('interprets to the same bits as generated code', () => {
    const random = randomNumbers(7);
    let compared = 0;
    for (let round = 0; round < 300; round++) {
      const text = randomExpression(random);
      const constants = new Map([['c', 1.75]]);
      const { root } = parseExpression(text, constants);
      const made = programs(root, ['x', 'y'], constants);
      const [fast, plain] = [generate(made), interpret(made)];
      const theta = Float64Array.of(4 * random() - 1, 4 * random() - 1);
      const v = Float64Array.of(random(), -random());
      const results = [fast, plain].map((f) => {
        const out = [new Float64Array(2), new Float64Array(2)];
        const value = f.valueAndGradient(theta, out[0]);
        f.hessianVector(theta, v, out[1]);
        return [value, f.value(theta), ...out[0], ...out[1]];
      });
      expect(results[0], text).toEqual(results[1]);
      if (results[0].every(Number.isFinite)) compared++;
    }
    expect(compared).toBeGreaterThan(100);
  });
});
