import type { Algebra, Term } from './algebra';
import type { FunctionName } from './functions';
import { negated, rational } from './rational';

/**
 * The derivative of a term, in normal form. Of max(a, b) it is a′·step(a − b) + b′·step(b − a), which holds everywhere but at a tie
 * (there the compiled gradient shares ½).
 * @throws TooLarge
 */
export function differentiate(algebra: Algebra, term: Term, variable: Term): Term {
  const known = new Map<number, Term>();
  const derivative = (of: Term): Term => {
    let found = known.get(of.id);
    if (!found) {
      found = rule(of);
      known.set(of.id, found);
    }
    return found;
  };
  const rule = (of: Term): Term => {
    switch (of.kind) {
      case 'number':
        return algebra.zero;
      case 'symbol':
        return of === variable ? algebra.one : algebra.zero;
      case 'sum':
        return algebra.add(of.terms.map(({ term: part, coefficient }) => algebra.multiply([algebra.number(coefficient), derivative(part)])));
      case 'product': {
        const parts = of.factors.map(({ base, exponent }) => algebra.power(base, exponent));
        const slopes = parts.map(derivative);
        return algebra.add(parts.flatMap((_, i) => (slopes[i] === algebra.zero ? [] : [algebra.multiply([algebra.number(of.coefficient), ...parts.map((part, j) => (i === j ? slopes[i] : part))])])));
      }
      case 'power':
        return powerRule(of, of.base, of.exponent);
      case 'call':
        return callRule(of.name, of.arguments, of);
    }
  };
  const powerRule = (of: Term, base: Term, exponent: Term): Term => {
    const inBase = derivative(base);
    const inExponent = derivative(exponent);
    const fromBase = () => algebra.multiply([exponent, algebra.power(base, algebra.add([exponent, algebra.minusOne])), inBase]);
    const log = () => algebra.call('log', [base]);
    if (inExponent === algebra.zero) return inBase === algebra.zero ? algebra.zero : fromBase();
    if (inBase === algebra.zero) return algebra.multiply([of, log(), inExponent]);
    return algebra.multiply([of, algebra.add([algebra.multiply([inExponent, log()]), algebra.multiply([exponent, inBase, algebra.power(base, algebra.minusOne)])])]);
  };
  const callRule = (name: FunctionName, list: readonly Term[], of: Term): Term => {
    if (name === 'max' || name === 'min') return extremum(name, list);
    const inner = derivative(list[0]);
    return inner === algebra.zero ? inner : algebra.multiply([outer(algebra, name, list[0], of), inner]);
  };
  const extremum = (name: 'max' | 'min', list: readonly Term[]): Term => {
    const last = list[list.length - 1];
    const rest = list.length === 2 ? list[0] : algebra.call(name, list.slice(0, -1));
    const ahead = algebra.add([rest, algebra.multiply([algebra.minusOne, last])]);
    const behind = algebra.multiply([algebra.minusOne, ahead]);
    const part = (of: Term, chosen: Term) => (derivative(of) === algebra.zero ? algebra.zero : algebra.multiply([derivative(of), algebra.call('step', [chosen])]));
    return algebra.add(name === 'max' ? [part(rest, ahead), part(last, behind)] : [part(rest, behind), part(last, ahead)]);
  };
  return derivative(term);
}

/** f′(u), where `of` is f(u). */
function outer(algebra: Algebra, name: FunctionName, u: Term, of: Term): Term {
  const { one, minusOne } = algebra;
  const inverse = (term: Term) => algebra.power(term, minusOne);
  const square = (term: Term) => algebra.power(term, algebra.integer(2));
  const minus = (term: Term) => algebra.multiply([minusOne, term]);
  switch (name) {
    case 'abs': return algebra.call('sign', [u]);
    case 'cbrt': return algebra.multiply([algebra.number(rational(1, 3)), algebra.power(of, algebra.integer(-2))]);
    case 'exp': return of;
    case 'log': return inverse(u);
    case 'log2': return inverse(algebra.multiply([algebra.call('log', [algebra.integer(2)]), u]));
    case 'log10': return inverse(algebra.multiply([algebra.call('log', [algebra.integer(10)]), u]));
    case 'sin': return algebra.call('cos', [u]);
    case 'cos': return minus(algebra.call('sin', [u]));
    case 'tan': return algebra.add([square(of), one]);
    case 'asin': return algebra.power(algebra.add([one, minus(square(u))]), algebra.number(negated(rational(1, 2))));
    case 'acos': return minus(outer(algebra, 'asin', u, of));
    case 'atan': return inverse(algebra.add([square(u), one]));
    case 'sinh': return algebra.call('cosh', [u]);
    case 'cosh': return algebra.call('sinh', [u]);
    case 'tanh': return algebra.add([one, minus(square(of))]);
    case 'sigmoid': return algebra.multiply([of, algebra.add([one, minus(of)])]);
    case 'relu': return algebra.call('step', [u]);
    case 'softplus': return algebra.call('sigmoid', [u]);
    case 'sign':
    case 'step': return algebra.zero;
    case 'sqrt':
    case 'max':
    case 'min': throw new Error(`${name} has no outer derivative`);
  }
}
