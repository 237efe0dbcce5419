import katex from 'katex';
import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../src/core/expression/compile';
import { nameLatex, toLatex } from '../../src/core/expression/latex';
import { parseExpression } from '../../src/core/expression/parse';
import { toText } from '../../src/core/expression/text';
import { describeExpression } from '../../src/core/objectives/formula';
import { randomExpression, randomNumbers } from './expressionRandom';

const CONSTANTS = new Map([['a', 1.5], ['b', 4.25], ['c', 1.75]]);
const parse = (text: string) => parseExpression(text, CONSTANTS).root;

describe('plain text', () => {
  it.each([
    ['((a-x))^2+b*((y)-(x^2))^2', '(a - x)^2 + b*(y - x^2)^2'],
    ['2*x', '2x'],
    ['(2)*(x)', '2x'],
    ['2*3*x', '2*3*x'],
    ['2*e3', '2*e3'],
    ['2*e*x', '2e*x'],
    ['x*2', 'x*2'],
    ['(x*y)*z', 'x*y*z'],
    ['x*(y*z)', 'x*(y*z)'],
    ['x/(y*z)', 'x/(y*z)'],
    ['1/2x', '1/2*x'],
    ['(-x)^2', '(-x)^2'],
    ['-x^2', '-x^2'],
    ['-(x+y)', '-(x + y)'],
    ['-(-x)', '-(-x)'],
    ['x+-y', 'x - y'],
    ['x- -2y', 'x + 2y'],
    ['x^(-2)', 'x^-2'],
    ['(x^2)^3', '(x^2)^3'],
    ['x^2^3', 'x^2^3'],
    ['x^(y+1)', 'x^(y + 1)'],
    ['(x-1)*(x+1)', '(x - 1)(x + 1)'],
    ['2*sin((x))', '2sin(x)'],
    ['max(x,y,2)', 'max(x, y, 2)'],
    ['x − 2·y', 'x - 2y'],
    ['1e-7*x', '1e-7x'],
  ])('%s as %s', (text, printed) => {
    expect(toText(parse(text))).toBe(printed);
  });

  it('reads back to the same value, bit for bit', () => {
    const random = randomNumbers(23);
    for (let round = 0; round < 500; round++) {
      const root = parse(randomExpression(random));
      const again = parse(toText(root));
      const theta = Float64Array.of(3 * random() - 1, 3 * random() - 1);
      const [a, b] = [root, again].map((of) => compileExpression(of, ['x', 'y'], CONSTANTS).value(theta));
      expect(b, `${toText(root)} read as ${toText(again)}`).toBe(a);
      expect(toText(again)).toBe(toText(root));
    }
  });

  it('of a gradient reads back too', () => {
    const { gradientText, variables } = describeExpression('2.5e-7x^3/(1 + exp(-x*y)) - sqrt(y)/3', new Map());
    for (const part of gradientText!) expect(parseExpression(part, new Map()).variables.every((name) => variables.includes(name))).toBe(true);
  });
});

describe('LaTeX', () => {
  it.each([
    ['(a - x)^2 + b*(y - x^2)^2', '\\left(a - x\\right)^{2} + b \\left(y - x^{2}\\right)^{2}'],
    ['1/2x', '\\frac{x}{2}'],
    ['5.1/(4pi^2)*x^2', '\\frac{5.1 x^{2}}{4 \\pi^{2}}'],
    ['(x+1)/(y-1)', '\\frac{x + 1}{y - 1}'],
    ['sin(x)^2', '\\sin^{2}\\left(x\\right)'],
    ['sqrt(x+1)', '\\sqrt{x + 1}'],
    ['cbrt(x)', '\\sqrt[3]{x}'],
    ['exp(-x^2/2)', 'e^{-\\frac{x^{2}}{2}}'],
    ['abs(x)', '\\left|x\\right|'],
    ['2*3x', '2 \\cdot 3 x'],
    ['3*2^x', '3 \\cdot 2^{x}'],
    ['(x/2)^2', '\\left(\\frac{x}{2}\\right)^{2}'],
    ['(-x)^2', '\\left(-x\\right)^{2}'],
    ['x*(-y)', 'x \\left(-y\\right)'],
    ['1e-7x', '10^{-7} x'],
    ['sigmoid(x)', '\\sigma\\left(x\\right)'],
    ['relu(x)', '\\operatorname{relu}\\left(x\\right)'],
    ['atan(x)', '\\arctan\\left(x\\right)'],
    ['rate*x', '\\mathrm{rate} \\, x'],
  ])('%s as %s', (text, latex) => {
    expect(toLatex(parse(text))).toBe(latex);
  });

  it.each([
    ['x1', 'x_{1}'], ['x_12', 'x_{12}'], ['theta', '\\theta'], ['theta2', '\\theta_{2}'], ['w_max', 'w_{\\mathrm{max}}'], ['x', 'x'], ['alpha_beta', '\\alpha_{\\beta}'],
    ['a_b_c', '\\mathrm{a\\_b\\_c}'], ['속도', '\\text{속도}'], ['_', '\\mathrm{\\_}'], ['_1', '\\mathrm{\\_1}'], ['θ', 'θ'],
  ])('the name %s as %s', (name, latex) => {
    expect(nameLatex(name)).toBe(latex);
  });

  it('is LaTeX that KaTeX accepts, for random expressions and their gradients', () => {
    const random = randomNumbers(29);
    for (let round = 0; round < 150; round++) {
      const { latex, gradientLatex } = describeExpression(`${randomExpression(random)} + x_1 + θ*속도`, CONSTANTS);
      for (const formula of [latex, ...(gradientLatex ?? [])]) {
        expect(() => katex.renderToString(formula, { throwOnError: true, strict: 'ignore' }), formula).not.toThrow();
      }
    }
  });
});
