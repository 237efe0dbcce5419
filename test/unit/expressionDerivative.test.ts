import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../src/core/expression/compile';
import { gradientExpressions } from '../../src/core/expression/describe';
import { countNodes, type Expression } from '../../src/core/expression/expression';
import { parseExpression } from '../../src/core/expression/parse';
import { simplify } from '../../src/core/expression/simplify';
import { toText } from '../../src/core/expression/text';
import { randomExpression, randomNumbers } from './expressionRandom';
import reference from './expressionSympy.json';

const CONSTANTS = new Map([['a', 1.5], ['b', 4.25], ['c', 1.75], ['n', 3]]);
const VARIABLES = ['x', 'y'];

function gradientText(text: string): string[] {
  const { root, variables } = parseExpression(text, CONSTANTS);
  return gradientExpressions(root, variables)!.map(toText);
}

function valueAt(root: Expression, theta: Float64Array): number {
  return compileExpression(root, VARIABLES, CONSTANTS).value(theta);
}

/** Relative to the size of the numbers, or both not finite. */
function agree(a: number, b: number, tolerance: number): boolean {
  return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b)) || (!Number.isFinite(a) && !Number.isFinite(b));
}

/** Shown as the textbook has it, y·x^(y−1), where sympy writes x^y·y/x. */
const TEXTBOOK = new Set(['x^y']);

describe('symbolic derivatives', () => {
  it.each([
    ['(a - x)^2 + b*(y - x^2)^2', ['2x - 2a + 4b*x*(x^2 - y)', '2b*(y - x^2)']],
    ['x^2 - 4x + 5', ['2x - 4']],
    ['x^3/3', ['x^2']],
    ['0.1x^3', ['0.3x^2']],
    ['x^n', ['n*x^(n - 1)']],
    ['3exp(-(x+1)^2 - y^2)', ['-6(x + 1)*exp(-(x + 1)^2 - y^2)', '-6y*exp(-(x + 1)^2 - y^2)']],
    ['(x^2 + 100y^2)/2', ['x', '100y']],
    ['x^4/4 - x^2/2 + y^2/2', ['x^3 - x', 'y']],
    ['(x+1)(x-1)', ['2x']],
    ['x*y/y', ['1', '0']],
    ['sin(x)^2', ['2sin(x)*cos(x)']],
    ['sin(-x)', ['-cos(x)']],
    ['max(x, y, x)', ['step(x - y)', 'step(y - x)']],
    ['sqrt(x^2 + 1)', ['x/sqrt(x^2 + 1)']],
    ['1/x', ['-1/x^2']],
    ['log(x)', ['1/x']],
    ['log10(x)', ['1/(x*log(10))']],
    ['tan(x)', ['tan(x)^2 + 1']],
    ['tanh(x)', ['1 - tanh(x)^2']],
    ['sigmoid(3x)', ['3(1 - sigmoid(3x))*sigmoid(3x)']],
    ['softplus(-x)', ['-sigmoid(-x)']],
    ['x^y', ['y*x^(y - 1)', 'x^y*log(x)']],
    ['e^(2x)', ['2exp(2x)']],
    ['abs(x - 1) + relu(y)', ['sign(x - 1)', 'step(y)']],
    ['max(x, y)', ['step(x - y)', 'step(y - x)']],
    ['min(x, y)', ['step(y - x)', 'step(x - y)']],
    ['cbrt(x)', ['1/(3cbrt(x)^2)']],
    ['sign(x) + step(x) + y', ['0', '1']],
    ['(x - x)*y + x', ['1', '0']],
  ])('%s', (text, expected) => {
    expect(gradientText(text)).toEqual(expected);
  });

  it.each(reference)('$expression agrees with sympy.diff and is no longer', ({ expression, derivatives }) => {
    const { root } = parseExpression(expression, CONSTANTS);
    const names = Object.keys(derivatives);
    const ours = gradientExpressions(root, names)!;
    const random = randomNumbers(3);
    names.forEach((name, i) => {
      const text = derivatives[name as keyof typeof derivatives]!;
      // A derivative without variables is wrapped so that it can be read.
      const { root: wrapped } = parseExpression(`(${text}) + 0*x`, CONSTANTS);
      const theirs = countNodes(wrapped) - 4;
      expect(countNodes(ours[i]), `${toText(ours[i])}  for  ${text}`).toBeLessThanOrEqual(theirs + (TEXTBOOK.has(expression) ? 1 : 0));
      for (let k = 0; k < 10; k++) {
        const theta = Float64Array.of(0.1 + 0.4 * random(), 0.1 + 2 * random());
        const [a, b] = [valueAt(ours[i], theta), valueAt(wrapped, theta)];
        expect(agree(a, b, 1e-11), `${a} for ${b}`).toBe(true);
      }
    });
  });

  it('equals the compiled gradient of random expressions', () => {
    const random = randomNumbers(11);
    let compared = 0;
    for (let round = 0; round < 400; round++) {
      const text = randomExpression(random);
      const { root } = parseExpression(text, CONSTANTS);
      const symbolic = gradientExpressions(root, VARIABLES);
      if (!symbolic) continue;
      const f = compileExpression(root, VARIABLES, CONSTANTS);
      for (let k = 0; k < 3; k++) {
        const theta = Float64Array.of(3 * random(), 3 * random());
        const gradient = new Float64Array(2);
        if (!Number.isFinite(f.valueAndGradient(theta, gradient)) || !gradient.every(Number.isFinite) || gradient.some((g) => Math.abs(g) > 1e6)) continue;
        symbolic.forEach((part, i) => {
          const value = valueAt(part, theta);
          // The normal form may cancel what the text cannot: it may be defined where the text is not, not the other way.
          expect(agree(value, gradient[i], 1e-6), `d(${text})/d${VARIABLES[i]} = ${toText(part)}: ${value} for ${gradient[i]} at ${theta}`).toBe(true);
        });
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(300);
  });

  it('differentiates twice to the exact Hessian', () => {
    const random = randomNumbers(13);
    let compared = 0;
    for (let round = 0; round < 200; round++) {
      const text = randomExpression(random, 3);
      const { root } = parseExpression(text, CONSTANTS);
      const first = gradientExpressions(root, VARIABLES);
      const second = first?.map((part) => gradientExpressions(part, VARIABLES));
      if (!second || second.some((row) => row === null)) continue;
      const f = compileExpression(root, VARIABLES, CONSTANTS);
      const theta = Float64Array.of(0.2 + 2 * random(), 0.2 + 2 * random());
      const v = Float64Array.of(random(), -random());
      const product = new Float64Array(2);
      f.hessianVector(theta, v, product);
      const expected = second.map((row) => row!.reduce((sum, part, j) => sum + valueAt(part, theta) * v[j], 0));
      if (![...product, ...expected].every((h) => Number.isFinite(h) && Math.abs(h) < 1e6)) continue;
      for (let i = 0; i < 2; i++) expect(agree(product[i], expected[i], 1e-6), `${text} at ${theta}: ${product[i]} for ${expected[i]}`).toBe(true);
      compared++;
    }
    expect(compared).toBeGreaterThan(60);
  });

  it('never grows by simplifying, and keeps the value', () => {
    const random = randomNumbers(17);
    for (let round = 0; round < 200; round++) {
      const { root } = parseExpression(randomExpression(random), CONSTANTS);
      const simple = simplify(root);
      expect(countNodes(simple)).toBeLessThanOrEqual(countNodes(root));
      const theta = Float64Array.of(0.2 + 2 * random(), 0.2 + 2 * random());
      const value = valueAt(root, theta);
      if (Number.isFinite(value) && Math.abs(value) < 1e6) expect(agree(valueAt(simple, theta), value, 1e-8), `${toText(root)} → ${toText(simple)}`).toBe(true);
    }
  });

  it('is not made where no one could read it', () => {
    const long = parseExpression(Array.from({ length: 1000 }, () => 'x^2').join('+'), CONSTANTS);
    expect(gradientExpressions(long.root, long.variables)).toBeNull();
    const many = parseExpression(Array.from({ length: 40 }, (_, i) => `v${i}^2`).join('+'), CONSTANTS);
    expect(gradientExpressions(many.root, many.variables)).toBeNull();
    const nested = parseExpression(`${'sin('.repeat(140)}x${')'.repeat(140)}`, CONSTANTS);
    expect(gradientExpressions(nested.root, nested.variables)).toBeNull();
  });
});
