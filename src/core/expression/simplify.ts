import { Algebra, type ProductTerm, type SumTerm, type Term } from './algebra';
import { countNodes, type Expression, makeNode } from './expression';
import { fromDouble, isInteger, isOne, isShortDecimal, isZero, negated, type Rational } from './rational';

/** An expression in normal form. @throws TooLarge */
export function toTerm(algebra: Algebra, node: Expression): Term {
  const visit = (of: Expression) => toTerm(algebra, of);
  switch (node.kind) {
    case 'number':
      return algebra.number(fromDouble(node.value));
    case 'variable':
    case 'constant':
      return algebra.symbol(node.name, node.kind === 'constant');
    case 'sum':
      return algebra.add(node.terms.map((term) => (term.negative ? algebra.multiply([algebra.minusOne, visit(term.node)]) : visit(term.node))));
    case 'product':
      return algebra.multiply(node.factors.map((factor) => (factor.inverse ? algebra.power(visit(factor.node), algebra.minusOne) : visit(factor.node))));
    case 'negate':
      return algebra.multiply([algebra.minusOne, visit(node.operand)]);
    case 'power':
      return algebra.power(visit(node.base), visit(node.exponent));
    case 'call':
      return algebra.call(node.name, node.arguments.map(visit));
  }
}

/**
 * The simplified expression, or the expression itself where that is no longer.
 * @throws TooLarge
 */
export function simplify(node: Expression): Expression {
  const algebra = new Algebra();
  const simplified = toExpression(algebra, toTerm(algebra, node));
  return countNodes(simplified) <= countNodes(node) ? simplified : node;
}

const number = (value: number): Expression => makeNode({ kind: 'number', value });
const negate = (operand: Expression): Expression => makeNode({ kind: 'negate', operand });
const quotient = (above: Expression, below: Expression): Expression => makeNode({ kind: 'product', factors: [{ node: above, inverse: false }, { node: below, inverse: true }] });

function product(factors: readonly Expression[]): Expression {
  return factors.length === 1 ? factors[0] : makeNode({ kind: 'product', factors: factors.map((node) => ({ node, inverse: false })) });
}

/** A term as an expression to show: no leading minus where another order avoids it, denominators, roots, numbers first. */
export function toExpression(algebra: Algebra, term: Term): Expression {
  switch (term.kind) {
    case 'number':
      return numberNode(term.value);
    case 'symbol':
      return makeNode({ kind: term.constant ? 'constant' : 'variable', name: term.name });
    case 'sum':
      return sumNode(algebra, term);
    case 'product':
      return productNode(algebra, term.coefficient, term.factors);
    case 'power':
      return isNegative(term.exponent) ? productNode(algebra, { n: 1, d: 1, decimal: false }, [term]) : powerNode(algebra, term.base, term.exponent);
    case 'call':
      return makeNode({ kind: 'call', name: term.name, arguments: term.arguments.map((argument) => toExpression(algebra, argument)) });
  }
}

function numberNode(value: Rational): Expression {
  const n = Math.abs(value.n);
  const size = value.d === 1 ? number(n) : value.decimal && isShortDecimal(value) ? number(n / value.d) : quotient(number(n), number(value.d));
  return value.n < 0 ? negate(size) : size;
}

const isNegative = (exponent: Term) => exponent.kind === 'number' && exponent.value.n < 0;

function sumNode(algebra: Algebra, sum: SumTerm): Expression {
  const terms = sum.terms.map(({ term, coefficient }) => {
    const node = toExpression(algebra, algebra.multiply([algebra.number(coefficient), term]));
    return node.kind === 'negate' ? { node: node.operand, negative: true } : { node, negative: false };
  });
  if (!isZero(sum.constant)) terms.push({ node: numberNode(sum.constant.n < 0 ? negated(sum.constant) : sum.constant), negative: sum.constant.n < 0 });
  const lead = terms.findIndex((term) => !term.negative);
  if (lead > 0) terms.unshift(...terms.splice(lead, 1));
  if (lead < 0) terms[0] = { node: negate(terms[0].node), negative: false };
  return makeNode({ kind: 'sum', terms });
}

const negativeParts = (sum: SumTerm) => sum.terms.filter((part) => part.coefficient.n < 0).length + (sum.constant.n < 0 ? 1 : 0);
const parts = (sum: SumTerm) => sum.terms.length + (isZero(sum.constant) ? 0 : 1);

function productNode(algebra: Algebra, coefficient: Rational, written: ProductTerm['factors']): Expression {
  let negative = coefficient.n < 0;
  const factors = written.map((factor) => ({ ...factor }));
  const flip = (factor: { base: Term; exponent: Term }) => {
    if (factor.exponent.kind === 'number' && Math.abs(factor.exponent.value.n) % 2 === 1) negative = !negative;
    factor.base = algebra.multiply([algebra.minusOne, factor.base]);
  };
  const turnable = factors.filter(({ base, exponent }) => base.kind === 'sum' && exponent.kind === 'number' && isInteger(exponent.value));
  // −(x − 3) reads better as (3 − x), and (−x − 3)² as (x + 3)².
  for (const factor of turnable) {
    if (factor.base.kind === 'sum' && negativeParts(factor.base) > parts(factor.base) / 2) flip(factor);
  }
  if (negative) {
    const odd = turnable.find(({ base, exponent }) => base.kind === 'sum' && negativeParts(base) > 0 && exponent.kind === 'number' && exponent.value.n % 2 === 1 && exponent.value.n > 0);
    if (odd) flip(odd);
  }

  const above: Expression[] = [];
  const below: Expression[] = [];
  const size = Math.abs(coefficient.n);
  if (coefficient.decimal && coefficient.d !== 1 && isShortDecimal(coefficient)) above.push(number(size / coefficient.d));
  else {
    if (size !== 1) above.push(number(size));
    if (coefficient.d !== 1) below.push(number(coefficient.d));
  }
  for (const { base, exponent } of factors.sort((a, b) => rank(a.base) - rank(b.base))) {
    if (exponent.kind === 'number' && isNegative(exponent)) below.push(powerNode(algebra, base, algebra.number(negated(exponent.value))));
    else above.push(powerNode(algebra, base, exponent));
  }
  if (above.length === 0) above.push(number(1));
  const node = below.length === 0 ? product(above) : quotientNode(above, product(below));
  return negative ? negate(node) : node;
}

function quotientNode(above: readonly Expression[], below: Expression): Expression {
  return makeNode({ kind: 'product', factors: [...above.map((node) => ({ node, inverse: false })), { node: below, inverse: true }] });
}

/** Constants, then variables, sums and functions. */
function rank(base: Term): number {
  if (base.kind === 'symbol') return base.constant ? 0 : 1;
  if (base.kind === 'number') return 0;
  return base.kind === 'sum' ? 2 : 3;
}

function powerNode(algebra: Algebra, base: Term, exponent: Term): Expression {
  const shown = toExpression(algebra, base);
  if (exponent.kind !== 'number') return makeNode({ kind: 'power', base: shown, exponent: toExpression(algebra, exponent) });
  if (isOne(exponent.value)) return shown;
  if (exponent.value.n === 1 && exponent.value.d === 2) return makeNode({ kind: 'call', name: 'sqrt', arguments: [shown] });
  return makeNode({ kind: 'power', base: shown, exponent: numberNode(exponent.value) });
}
