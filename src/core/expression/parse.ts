import { type Expected, ExpressionError, type ExpressionProblem } from './errors';
import { type Expression, LIMITS, makeNode } from './expression';
import * as grammar from './expression.peggy';
import { BUILTIN_CONSTANTS, FUNCTION_ARITY, type FunctionName, nearestFunction } from './functions';

export { FUNCTION_NAMES } from './functions';

export interface ParsedExpression {
  readonly root: Expression;
  /** In order of first appearance; 1 to LIMITS.variables. */
  readonly variables: readonly string[];
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** A node on its way up, with what a product that is not written needs to know of its ends. */
interface Part {
  readonly node: Expression;
  readonly start: number;
  readonly end: number;
  readonly first: 'number' | 'name' | 'parenthesis';
  readonly last: 'number' | 'name' | 'parenthesis';
}

/**
 * Reads an expression of the format. A product need not be written after a number or a closing parenthesis: 2x, 3(x+1), (x-1)(x+1),
 * (x)2, x^2y (= x²·y), 2sin(x); two numbers side by side, or anything after a name, need their operator. Names of constants and
 * functions cannot be variables; pi (also π) and e are constants always.
 * @param constants the file's own, by name.
 * @throws ExpressionError
 */
export function parseExpression(text: string, constants: ReadonlyMap<string, number> = new Map()): ParsedExpression {
  for (const name of constants.keys()) {
    if (FUNCTION_ARITY.has(name) || BUILTIN_CONSTANTS.has(name) || name === 'π') fail({ code: 'reservedName', name }, 0, 0);
  }
  if (text.length > LIMITS.text) fail({ code: 'tooLong', limit: LIMITS.text, actual: text.length }, LIMITS.text, text.length - LIMITS.text);
  if (text.trim() === '') fail({ code: 'empty' }, 0, text.length);
  checkParentheses(text);
  const builder = new Builder(text, constants);
  let root: Expression;
  try {
    root = (grammar.parse(text, { build: builder }) as Part).node;
  } catch (error) {
    throw error instanceof grammar.SyntaxError ? syntaxError(text, error) : error;
  }
  const variables = [...builder.variables];
  if (variables.length === 0) fail({ code: 'noVariables' }, 0, text.length);
  if (variables.length > LIMITS.variables) fail({ code: 'tooManyVariables', limit: LIMITS.variables, actual: variables.length }, 0, text.length);
  return { root, variables };
}

function fail(problem: ExpressionProblem, offset: number, length: number): never {
  throw new ExpressionError(problem, offset, length);
}

/** Unbalanced parentheses are better told from here, and too many would overflow the parser's stack. */
function checkParentheses(text: string): void {
  const open: number[] = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') {
      open.push(i);
      if (open.length > LIMITS.parentheses) fail({ code: 'tooDeep', limit: LIMITS.parentheses }, i, 1);
    } else if (text[i] === ')') {
      if (open.pop() === undefined) fail({ code: 'unopenedParenthesis' }, i, 1);
    }
  }
  const unclosed = open.pop();
  if (unclosed !== undefined) fail({ code: 'unclosedParenthesis' }, unclosed, 1);
}

interface GrammarError {
  readonly location: { readonly start: { readonly offset: number } };
  readonly expected: unknown;
  readonly found: string | null;
}

function syntaxError(text: string, error: GrammarError): ExpressionError {
  const offset = error.location.start.offset;
  const point = text.codePointAt(offset);
  const found = error.found === null || point === undefined ? null : String.fromCodePoint(point);
  const expected = new Set<Expected>();
  for (const item of Array.isArray(error.expected) ? (error.expected as { type: string; text?: string; description?: string }[]) : []) {
    if (item.type === 'end') expected.add('end');
    else if (item.type === 'literal') expected.add(item.text === ')' ? 'closingParenthesis' : item.text === ',' ? 'comma' : item.text === '(' ? 'operand' : 'operator');
    else if (item.type === 'class') expected.add('operator');
    else if (item.description === 'number' || item.description === 'name') expected.add('operand');
  }
  // After an operand everything may follow that a product could begin with; "an operator" says it better.
  if (expected.has('operator')) expected.delete('operand');
  const power = found === '*' && text[offset - 1] === '*';
  return new ExpressionError(
    { code: 'syntax', found: power ? '**' : found, expected: [...expected].sort(), ...(power ? { suggestion: '^' } : {}) },
    power ? offset - 1 : offset,
    power ? 2 : (found?.length ?? 0),
  );
}

/** Makes the tree for the grammar. */
class Builder {
  readonly variables = new Set<string>();
  private nodes = 0;

  constructor(private readonly text: string, private readonly constants: ReadonlyMap<string, number>) {}

  sum(first: Part, rest: readonly { sign: string; term: Part }[], { start, end }: Range): Part {
    if (rest.length === 0) return first;
    const terms = [{ node: first.node, negative: false }, ...rest.map(({ sign, term }) => ({ node: term.node, negative: sign !== '+' }))];
    return this.part({ kind: 'sum', terms }, start, end, first, rest[rest.length - 1].term);
  }

  product(first: Part, rest: readonly { inverse: boolean; implied: boolean; factor: Part }[], { start, end }: Range): Part {
    if (rest.length === 0) return first;
    let before = first;
    for (const { implied, factor } of rest) {
      if (implied && (before.last === 'name' || (before.last === 'number' && factor.first === 'number'))) {
        const gap = { start: before.end, end: factor.start };
        fail({ code: 'missingOperator', before: this.lastWord(before), after: this.firstWord(factor) }, gap.start, Math.max(gap.end - gap.start, 1));
      }
      before = factor;
    }
    const factors = [{ node: first.node, inverse: false }, ...rest.map(({ inverse, factor }) => ({ node: factor.node, inverse }))];
    return this.part({ kind: 'product', factors }, start, end, first, before);
  }

  signed(signs: readonly string[], operand: Part, { start, end }: Range): Part {
    if (!isNegative(signs)) return operand;
    return this.part({ kind: 'negate', operand: operand.node }, start, end, operand, operand);
  }

  /** From the right: 2^-3^2 is 2^(−(3^2)). */
  power(base: Part, rest: readonly { signs: readonly string[]; exponent: Part }[], { start, end }: Range): Part {
    if (rest.length === 0) return base;
    const last = rest[rest.length - 1].exponent;
    let exponent: Expression | null = null;
    for (let i = rest.length - 1; i >= 0; i--) {
      const { signs, exponent: written } = rest[i];
      let node: Expression = exponent === null ? written.node : this.make({ kind: 'power', base: written.node, exponent }, written.start, end);
      if (isNegative(signs)) node = this.make({ kind: 'negate', operand: node }, written.start, end);
      exponent = node;
    }
    return this.part({ kind: 'power', base: base.node, exponent: exponent! }, start, end, base, last);
  }

  group(inner: Part, { start, end }: Range): Part {
    return { node: inner.node, start, end, first: 'parenthesis', last: 'parenthesis' };
  }

  number(text: string, { start, end }: Range): Part {
    const value = Number(text);
    if (!Number.isFinite(value)) fail({ code: 'numberTooLarge', text }, start, end - start);
    return { node: this.make({ kind: 'number', value }, start, end), start, end, first: 'number', last: 'number' };
  }

  name(name: string, call: readonly Part[] | null, { start, end }: Range): Part {
    if (call) return this.call(name, call, start, end);
    if (FUNCTION_ARITY.has(name)) fail({ code: 'functionWithoutArguments', name }, start, name.length);
    const known = name === 'π' ? 'pi' : name;
    const constant = this.constants.has(known) || BUILTIN_CONSTANTS.has(known);
    if (!constant) this.variables.add(name);
    return { node: this.make({ kind: constant ? 'constant' : 'variable', name: known }, start, end), start, end, first: 'name', last: 'name' };
  }

  private call(name: string, list: readonly Part[], start: number, end: number): Part {
    const arity = FUNCTION_ARITY.get(name);
    if (!arity) {
      const suggestion = nearestFunction(name);
      if (suggestion) fail({ code: 'unknownFunction', name, suggestion }, start, name.length);
      const operand = this.constants.has(name) || BUILTIN_CONSTANTS.has(name) || this.variables.has(name) || name.replace(/[_\d]/g, '').length <= 2;
      if (operand && list.length <= 1) fail({ code: 'notAFunction', name, suggestion: `${name}*` }, start, name.length);
      fail({ code: 'unknownFunction', name }, start, name.length);
    }
    const [least, most] = arity;
    if (list.length < least || (most !== null && list.length > most)) fail({ code: 'wrongArity', name, least, most, actual: list.length }, start, end - start);
    const node = this.make({ kind: 'call', name: name as FunctionName, arguments: list.map((part) => part.node) }, start, end);
    return { node, start, end, first: 'name', last: 'parenthesis' };
  }

  private part(shape: Parameters<typeof makeNode>[0], start: number, end: number, first: Part, last: Part): Part {
    return { node: this.make(shape, start, end), start, end, first: first.first, last: last.last };
  }

  private make(shape: Parameters<typeof makeNode>[0], start: number, end: number): Expression {
    if (++this.nodes > LIMITS.nodes) fail({ code: 'tooManyNodes', limit: LIMITS.nodes }, start, end - start);
    return makeNode(shape, start, end - start);
  }

  private lastWord(part: Part): string {
    return /[\p{L}\p{M}\p{N}_.]+\s*$/u.exec(this.text.slice(part.start, part.end))?.[0].trim() ?? this.text.slice(part.start, part.end);
  }

  private firstWord(part: Part): string {
    return /^[\p{L}\p{M}\p{N}_.]+|^./u.exec(this.text.slice(part.start, part.end))?.[0] ?? '';
  }
}

function isNegative(signs: readonly string[]): boolean {
  return signs.filter((sign) => sign !== '+').length % 2 === 1;
}
