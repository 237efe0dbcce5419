import { Algebra, type ProductTerm, type SumTerm, type Term } from './algebra';
import { countNodes, type Expression, makeNode } from './expression';
import { fromDouble, isInteger, isOne, isShortDecimal, isZero, negated, ONE, type Rational } from './rational';

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
  const simplified = new Presenter(algebra).expression(toTerm(algebra, node));
  return countNodes(simplified) <= countNodes(node) ? simplified : node;
}

const number = (value: number): Expression => makeNode({ kind: 'number', value });
const negate = (operand: Expression): Expression => makeNode({ kind: 'negate', operand });

function quotient(above: readonly Expression[], below: Expression): Expression {
  return makeNode({ kind: 'product', factors: [...above.map((node) => ({ node, inverse: false })), { node: below, inverse: true }] });
}

function product(factors: readonly Expression[]): Expression {
  return factors.length === 1 ? factors[0] : makeNode({ kind: 'product', factors: factors.map((node) => ({ node, inverse: false })) });
}

/** Makes expressions to show: no leading minus where another order avoids it, denominators, roots, numbers first. */
export class Presenter {
  private readonly known = new Map<number, Expression>();

  constructor(private readonly algebra: Algebra) {}

  expression(term: Term): Expression {
    let node = this.known.get(term.id);
    if (!node) {
      node = this.make(term);
      this.known.set(term.id, node);
    }
    return node;
  }

  private make(term: Term): Expression {
    switch (term.kind) {
      case 'number':
        return numberNode(term.value);
      case 'symbol':
        return makeNode({ kind: term.constant ? 'constant' : 'variable', name: term.name });
      case 'sum':
        return this.sum(term);
      case 'product':
        return this.product(term.coefficient, term.factors);
      case 'power':
        return isNegative(term.exponent) ? this.product(ONE, [term]) : this.power(term.base, term.exponent);
      case 'call':
        return makeNode({ kind: 'call', name: term.name, arguments: term.arguments.map((argument) => this.expression(argument)) });
    }
  }

  private sum(sum: SumTerm): Expression {
    const divisor = commonDivisor(sum);
    if (divisor > 1) return quotient([this.sum(this.algebra.multiply([this.algebra.integer(divisor), sum]) as SumTerm)], number(divisor));
    const terms = sum.terms.map(({ term, coefficient }) => {
      const node = this.expression(this.algebra.multiply([this.algebra.number(coefficient), term]));
      return node.kind === 'negate' ? { node: node.operand, negative: true } : { node, negative: false };
    });
    if (!isZero(sum.constant)) terms.push({ node: numberNode(sum.constant.n < 0 ? negated(sum.constant) : sum.constant), negative: sum.constant.n < 0 });
    const lead = terms.findIndex((term) => !term.negative);
    if (lead > 0) terms.unshift(...terms.splice(lead, 1));
    if (lead < 0) terms[0] = { node: negate(terms[0].node), negative: false };
    return makeNode({ kind: 'sum', terms });
  }

  private product(coefficient: Rational, written: ProductTerm['factors']): Expression {
    let negative = coefficient.n < 0;
    const factors = written.map((factor) => ({ ...factor }));
    const turn = (factor: { base: Term; exponent: Term }) => {
      if (isOdd(factor.exponent)) negative = !negative;
      factor.base = this.opposite(factor.base);
    };
    const turnable = factors.filter(({ base, exponent }) => base.kind === 'sum' && exponent.kind === 'number' && isInteger(exponent.value));
    for (const factor of turnable) {
      const gain = this.minuses(factor.base) - this.minuses(this.opposite(factor.base));
      if (gain > 0 || (gain === 0 && factor.base.kind === 'sum' && factor.base.terms[0].coefficient.n < 0)) turn(factor);
    }
    // −2·(x − 3) reads better as 2·(3 − x).
    const spare = negative ? turnable.findLast(({ base, exponent }) => isOdd(exponent) && !isNegative(exponent) && this.minuses(base) > 0) : undefined;
    if (spare) turn(spare);

    const above: Expression[] = [];
    const below: Expression[] = [];
    const size = Math.abs(coefficient.n);
    if (coefficient.decimal && coefficient.d !== 1 && isShortDecimal(coefficient)) above.push(number(size / coefficient.d));
    else {
      if (size !== 1) above.push(number(size));
      if (coefficient.d !== 1) below.push(number(coefficient.d));
    }
    for (const { base, exponent } of factors.sort((a, b) => rank(a.base) - rank(b.base))) {
      if (exponent.kind === 'number' && isNegative(exponent)) below.push(this.power(base, this.algebra.number(negated(exponent.value))));
      else above.push(this.power(base, exponent));
    }
    if (above.length === 0) above.push(number(1));
    const node = below.length === 0 ? product(above) : quotient(above, product(below));
    return negative ? negate(node) : node;
  }

  private opposite(term: Term): Term {
    return this.algebra.multiply([this.algebra.minusOne, term]);
  }

  /** Terms of a sum that are shown with a minus. */
  private minuses(term: Term): number {
    let node = this.expression(term);
    if (node.kind === 'product') node = node.factors[0].node;
    if (node.kind !== 'sum') return 0;
    return node.terms.filter((part, i) => part.negative || (i === 0 && part.node.kind === 'negate')).length;
  }

  private power(base: Term, exponent: Term): Expression {
    const shown = this.expression(base);
    if (exponent.kind !== 'number') return makeNode({ kind: 'power', base: shown, exponent: this.expression(exponent) });
    if (isOne(exponent.value)) return shown;
    if (exponent.value.n === 1 && exponent.value.d === 2) return makeNode({ kind: 'call', name: 'sqrt', arguments: [shown] });
    return makeNode({ kind: 'power', base: shown, exponent: numberNode(exponent.value) });
  }
}

function numberNode(value: Rational): Expression {
  const n = Math.abs(value.n);
  const size = value.d === 1 ? number(n) : value.decimal && isShortDecimal(value) ? number(n / value.d) : quotient([number(n)], number(value.d));
  return value.n < 0 ? negate(size) : size;
}

function isNegative(exponent: Term): boolean {
  return exponent.kind === 'number' && exponent.value.n < 0;
}

function isOdd(exponent: Term): boolean {
  return exponent.kind === 'number' && isInteger(exponent.value) && Math.abs(exponent.value.n) % 2 === 1;
}

/** The denominator that every coefficient has, to be written once; 1 where they differ. */
function commonDivisor(sum: SumTerm): number {
  const coefficients = [...sum.terms.map((part) => part.coefficient), ...(isZero(sum.constant) ? [] : [sum.constant])];
  const { d } = coefficients[0];
  return coefficients.every((c) => c.d === d && !c.decimal) ? d : 1;
}

/** Constants, then variables, sums and functions. */
function rank(base: Term): number {
  if (base.kind === 'symbol') return base.constant ? 0 : 1;
  if (base.kind === 'number') return 0;
  return base.kind === 'sum' ? 2 : 3;
}
