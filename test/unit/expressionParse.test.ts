import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../src/core/expression/compile';
import { ExpressionError, type ExpressionProblem } from '../../src/core/expression/errors';
import { LIMITS } from '../../src/core/expression/expression';
import { parseExpression } from '../../src/core/expression/parse';

function valueOf(text: string, point: Readonly<Record<string, number>>, constants: Readonly<Record<string, number>> = {}): number {
  const known = new Map(Object.entries(constants));
  const { root, variables } = parseExpression(text, known);
  return compileExpression(root, variables, known).value(Float64Array.from(variables, (name) => point[name]));
}

function problemOf(text: string, constants: Readonly<Record<string, number>> = {}): { problem: ExpressionProblem; offset: number; length: number } {
  try {
    parseExpression(text, new Map(Object.entries(constants)));
  } catch (error) {
    if (error instanceof ExpressionError) return { problem: error.problem, offset: error.offset, length: error.length };
    throw error;
  }
  throw new Error(`${text} was read`);
}

describe('reading an expression', () => {
  it.each([
    ['-x^2', { x: 3 }, -9],
    ['(-x)^2', { x: 3 }, 9],
    ['2^3^2 + 0x', { x: 1 }, 512],
    ['2^-x', { x: 2 }, 0.25],
    ['2^-x^2', { x: 2 }, 1 / 16],
    ['1/2x', { x: 8 }, 4],
    ['1/2(x+2)', { x: 8 }, 5],
    ['8/x/2', { x: 2 }, 2],
    ['2x^2', { x: 3 }, 18],
    ['3(x+1)', { x: 1 }, 6],
    ['(x-1)(x+1)', { x: 3 }, 8],
    ['(x)2', { x: 3 }, 6],
    ['(x)y', { x: 3, y: 5 }, 15],
    ['2sin(x)cos(x)', { x: 1 }, 2 * Math.sin(1) * Math.cos(1)],
    ['x^2y', { x: 3, y: 5 }, 45],
    ['2x*y2z', { x: 3, y2z: 5 }, 30],
    ['xy', { xy: 7 }, 7],
    ['x - -y', { x: 3, y: 5 }, 8],
    ['--x', { x: 3 }, 3],
    ['x*-y', { x: 3, y: 5 }, -15],
    ['+x', { x: 3 }, 3],
    ['1e-3x', { x: 2 }, 0.002],
    ['2e*x', { x: 1 }, 2 * Math.E],
    ['2e3x', { x: 1 }, 2000],
    ['.5x + 2.', { x: 1 }, 2.5],
    ['2π*x', { x: 1 }, 2 * Math.PI],
    ['x − 1·2 × 3', { x: 7 }, 1],
    ['x ÷ 2', { x: 7 }, 3.5],
    ['속도^2 + θ_1', { 속도: 3, θ_1: 1 }, 10],
    [' \n\t x ', { x: 4 }, 4],
    ['min(x, 2, y) + max(x, 2, y)', { x: 3, y: -1 }, 2],
    ['log(e^x)', { x: 2 }, 2],
  ])('%s', (text, point, value) => {
    expect(valueOf(text, point as unknown as Record<string, number>)).toBeCloseTo(value, 12);
  });

  it('lists variables in the order they appear, without constants', () => {
    expect(parseExpression('z + b*y + x + z*pi', new Map([['b', 1]])).variables).toEqual(['z', 'y', 'x']);
  });

  it('takes names of the object prototype as what they are', () => {
    expect(parseExpression('constructor + __proto__ + toString', new Map()).variables).toEqual(['constructor', '__proto__', 'toString']);
    expect(problemOf('2 + hasOwnProperty(x)').problem).toMatchObject({ code: 'unknownFunction', name: 'hasOwnProperty' });
    expect(valueOf('__proto__^2', Object.defineProperty({}, '__proto__', { value: 3 }) as Record<string, number>)).toBe(9);
  });

  it('keeps the place of every node', () => {
    const { root } = parseExpression('x + 2sin(y)', new Map());
    expect(root).toMatchObject({ kind: 'sum', offset: 0, length: 11 });
    if (root.kind !== 'sum' || root.terms[1].node.kind !== 'product') throw new Error('another tree');
    expect(root.terms[1].node).toMatchObject({ offset: 4, length: 7 });
    expect(root.terms[1].node.factors[1].node).toMatchObject({ kind: 'call', name: 'sin', offset: 5, length: 6 });
  });

  it.each<[string, ExpressionProblem, number, number]>([
    ['', { code: 'empty' }, 0, 0],
    ['   ', { code: 'empty' }, 0, 3],
    ['x +', { code: 'syntax', found: null, expected: ['operand'] }, 3, 0],
    ['x + * y', { code: 'syntax', found: '*', expected: ['operand'] }, 4, 1],
    ['x $ y', { code: 'syntax', found: '$', expected: ['end', 'operator'] }, 2, 1],
    ['x 😀', { code: 'syntax', found: '😀', expected: ['end', 'operator'] }, 2, 2],
    ['x**2', { code: 'syntax', found: '**', expected: ['operand'], suggestion: '^' }, 1, 2],
    ['x, y', { code: 'syntax', found: ',', expected: ['end', 'operator'] }, 1, 1],
    ['2*(x + 1', { code: 'unclosedParenthesis' }, 2, 1],
    ['x + 1)', { code: 'unopenedParenthesis' }, 5, 1],
    ['x(x+1)', { code: 'notAFunction', name: 'x', suggestion: 'x*' }, 0, 1],
    ['2 + x1 (x1+1)', { code: 'notAFunction', name: 'x1', suggestion: 'x1*' }, 4, 2],
    ['sine(x)', { code: 'unknownFunction', name: 'sine', suggestion: 'sin' }, 0, 4],
    ['2ln(x)', { code: 'unknownFunction', name: 'ln', suggestion: 'log' }, 1, 2],
    ['arctan(x)', { code: 'unknownFunction', name: 'arctan', suggestion: 'atan' }, 0, 6],
    ['Sigmoid(x)', { code: 'unknownFunction', name: 'Sigmoid', suggestion: 'sigmoid' }, 0, 7],
    ['gaussian(x)', { code: 'unknownFunction', name: 'gaussian' }, 0, 8],
    ['sin x', { code: 'functionWithoutArguments', name: 'sin' }, 0, 3],
    ['x + max', { code: 'functionWithoutArguments', name: 'max' }, 4, 3],
    ['max(x)', { code: 'wrongArity', name: 'max', least: 2, most: null, actual: 1 }, 0, 6],
    ['sin(x, y)', { code: 'wrongArity', name: 'sin', least: 1, most: 1, actual: 2 }, 0, 9],
    ['sin()', { code: 'wrongArity', name: 'sin', least: 1, most: 1, actual: 0 }, 0, 5],
    ['x y', { code: 'missingOperator', before: 'x', after: 'y' }, 1, 1],
    ['x 2', { code: 'missingOperator', before: 'x', after: '2' }, 1, 1],
    ['2 3x', { code: 'missingOperator', before: '2', after: '3' }, 1, 1],
    ['1e400x', { code: 'numberTooLarge', text: '1e400' }, 0, 5],
    ['1 + 2', { code: 'noVariables' }, 0, 5],
  ])('refuses %s', (text, problem, offset, length) => {
    expect(problemOf(text)).toEqual({ problem, offset, length });
  });

  it('refuses constants under names that mean something else', () => {
    for (const name of ['pi', 'e', 'sin', 'max']) expect(problemOf('x', { [name]: 1 }).problem).toEqual({ code: 'reservedName', name });
  });

  it('refuses what is too large before it could overflow', () => {
    expect(problemOf('('.repeat(5_000_000)).problem).toMatchObject({ code: 'tooLong' });
    expect(problemOf('('.repeat(10_000)).problem).toEqual({ code: 'tooDeep', limit: LIMITS.parentheses });
    expect(problemOf(`${'('.repeat(9_000)}x${')'.repeat(9_000)}`).problem).toEqual({ code: 'tooDeep', limit: LIMITS.parentheses });
    expect(problemOf(`${'x^'.repeat(9_000)}x`).problem).toEqual({ code: 'tooDeep', limit: LIMITS.depth });
    const many = Array.from({ length: 101 }, (_, i) => `v${i}`).join('+');
    expect(problemOf(many).problem).toEqual({ code: 'tooManyVariables', limit: 100, actual: 101 });
  });

  it('reads the deepest nesting it allows, through every pass', () => {
    const depth = LIMITS.parentheses;
    expect(valueOf(`${'('.repeat(depth)}x${')'.repeat(depth)}`, { x: 2 })).toBe(2);
    expect(valueOf(`${'abs(-'.repeat(depth)}x${')'.repeat(depth)}`, { x: 2 })).toBe(2);
    expect(valueOf(`${'(1*-(0+'.repeat(depth / 2)}x${'))'.repeat(depth / 2)}`, { x: 2 })).toBe(depth % 4 === 0 ? 2 : -2);
  });

  it('reads long sums, products and chains of signs', () => {
    expect(valueOf(Array.from({ length: 3000 }, () => 'x^2').join('+'), { x: 2 })).toBe(12_000);
    expect(valueOf(Array.from({ length: 3000 }, () => 'x').join('*'), { x: 1 })).toBe(1);
    expect(valueOf(`${'-'.repeat(19_001)}x`, { x: 2 })).toBe(-2);
    expect(valueOf(`2${'(1)'.repeat(5_000)}x`, { x: 3 })).toBe(6);
  });
});
