import type { FunctionName } from './functions';
import { commonContent, isInteger, isOne, isZero, keyOf, negated, ONE, plus, power, type Rational, rational, times, ZERO } from './rational';

/**
 * A term in normal form. Equal terms are one object (`id`). A sum holds unlike terms with their coefficients; a product holds a
 * coefficient and unlike bases with their exponents. The order within both is that of first appearance, for showing only.
 */
export type Term =
  | { readonly id: number; readonly kind: 'number'; readonly value: Rational }
  | { readonly id: number; readonly kind: 'symbol'; readonly name: string; readonly constant: boolean }
  | SumTerm
  | ProductTerm
  | { readonly id: number; readonly kind: 'power'; readonly base: Term; readonly exponent: Term }
  | { readonly id: number; readonly kind: 'call'; readonly name: FunctionName; readonly arguments: readonly Term[] };

export interface SumTerm {
  readonly id: number;
  readonly kind: 'sum';
  readonly constant: Rational;
  readonly terms: readonly { readonly term: Term; readonly coefficient: Rational }[];
}

export interface ProductTerm {
  readonly id: number;
  readonly kind: 'product';
  readonly coefficient: Rational;
  readonly factors: readonly { readonly base: Term; readonly exponent: Term }[];
}

type Shape<T> = T extends Term ? Omit<T, 'id'> : never;

/** The normal form would have more terms than anyone reads. */
export class TooLarge extends Error {}

const MOST_TERMS = 20_000;
/** A numeric power with a larger exponent stays as it is written. */
const MOST_EXPONENT = 64;

const ODD = new Set<FunctionName>(['sin', 'tan', 'asin', 'atan', 'sinh', 'tanh', 'cbrt', 'sign']);
const EVEN = new Set<FunctionName>(['cos', 'cosh', 'abs']);
/** Functions of 0 that are 0, and that are 1. */
const ZERO_AT_ZERO = new Set<FunctionName>(['sin', 'tan', 'asin', 'atan', 'sinh', 'tanh', 'cbrt', 'sign', 'step', 'relu', 'abs']);
const ONE_AT_ZERO = new Set<FunctionName>(['exp', 'cos', 'cosh']);

/**
 * Makes terms in normal form: numbers, like terms and equal bases collected, products multiplied out by a number where nothing but
 * one sum stands beside it (what sympy does on its own). Combines where the value stays the same wherever the terms are defined.
 * @throws TooLarge
 */
export class Algebra {
  private readonly known = new Map<string, Term>();
  readonly zero = this.number(ZERO);
  readonly one = this.number(ONE);
  readonly minusOne = this.integer(-1);

  number(value: Rational): Term {
    if (!Number.isFinite(value.n)) throw new TooLarge();
    return this.intern(`n${keyOf(value)}`, { kind: 'number', value });
  }

  integer(value: number): Term {
    return this.number(rational(value));
  }

  symbol(name: string, constant: boolean): Term {
    return this.intern(`s${constant ? 'c' : 'v'}${name}`, { kind: 'symbol', name, constant });
  }

  add(items: readonly Term[]): Term {
    let constant = ZERO;
    const found = new Map<number, { term: Term; coefficient: Rational }>();
    const put = (term: Term, coefficient: Rational) => {
      const held = found.get(term.id);
      found.set(term.id, { term, coefficient: held ? plus(held.coefficient, coefficient) : coefficient });
    };
    for (const item of items) {
      if (item.kind === 'number') constant = plus(constant, item.value);
      else if (item.kind === 'sum') {
        constant = plus(constant, item.constant);
        for (const { term, coefficient } of item.terms) put(term, coefficient);
      } else {
        const { coefficient, rest } = this.split(item);
        put(rest, coefficient);
      }
    }
    return this.sum(constant, [...found.values()].filter(({ coefficient }) => !isZero(coefficient)));
  }

  private sum(constant: Rational, terms: SumTerm['terms']): Term {
    if (terms.length === 0) return this.number(constant);
    if (terms.length === 1 && isZero(constant)) return this.scaled(terms[0].coefficient, terms[0].term);
    const key = terms.map(({ term, coefficient }) => `${term.id}*${keyOf(coefficient)}`).sort().join();
    return this.intern(`+${keyOf(constant)},${key}`, { kind: 'sum', constant, terms });
  }

  multiply(items: readonly Term[]): Term {
    let coefficient = ONE;
    const found = new Map<number, { base: Term; exponent: Term }>();
    const put = (base: Term, exponent: Term) => {
      const held = found.get(base.id);
      found.set(base.id, { base, exponent: held ? this.add([held.exponent, exponent]) : exponent });
    };
    for (const item of items) {
      if (item.kind === 'number') coefficient = times(coefficient, item.value);
      else if (item.kind === 'product') {
        coefficient = times(coefficient, item.coefficient);
        for (const { base, exponent } of item.factors) put(base, exponent);
      } else if (item.kind === 'power') put(item.base, item.exponent);
      else put(item, this.one);
    }
    if (isZero(coefficient)) return this.zero;

    const several = found.size > 1;
    const factors: { base: Term; exponent: Term }[] = [];
    for (const { base, exponent } of found.values()) {
      let made = this.power(base, exponent);
      if (made.kind === 'sum' && several) {
        const { content, rest } = this.oriented(made);
        coefficient = times(coefficient, content);
        made = rest;
      }
      if (made.kind === 'number') coefficient = times(coefficient, made.value);
      else if (made.kind === 'product') {
        // Exponents came together to an integer: (2x)^½·(2x)^½. What it holds may meet the other bases.
        const others = [...found.values()].filter((factor) => factor.base !== base).map((factor) => this.power(factor.base, factor.exponent));
        const before = items.filter((item) => item.kind === 'number' || item.kind === 'product').map((item) => (item.kind === 'number' ? item.value : item.kind === 'product' ? item.coefficient : ONE));
        return this.multiply([...before.map((value) => this.number(value)), made, ...others]);
      } else if (made.kind === 'power') factors.push({ base: made.base, exponent: made.exponent });
      else factors.push({ base: made, exponent: this.one });
    }
    if (factors.length === 1 && isOne(coefficient)) return this.power(factors[0].base, factors[0].exponent);
    if (factors.length === 1 && factors[0].base.kind === 'sum' && factors[0].exponent === this.one) return this.distributed(coefficient, factors[0].base);
    return this.product(coefficient, factors);
  }

  private product(coefficient: Rational, factors: ProductTerm['factors']): Term {
    if (factors.length === 0 || isZero(coefficient)) return this.number(coefficient);
    if (factors.length === 1 && isOne(coefficient)) return this.rawPower(factors[0].base, factors[0].exponent);
    const key = factors.map(({ base, exponent }) => `${base.id}^${exponent.id}`).sort().join();
    return this.intern(`*${keyOf(coefficient)},${key}`, { kind: 'product', coefficient, factors });
  }

  /** coefficient·term, for a term that is no number and has no coefficient of its own. */
  private scaled(coefficient: Rational, term: Term): Term {
    if (term.kind === 'product') return this.product(coefficient, term.factors);
    if (term.kind === 'power') return this.product(coefficient, [{ base: term.base, exponent: term.exponent }]);
    return this.product(coefficient, [{ base: term, exponent: this.one }]);
  }

  private distributed(coefficient: Rational, sum: SumTerm): Term {
    return this.sum(times(coefficient, sum.constant), sum.terms.map((part) => ({ term: part.term, coefficient: times(coefficient, part.coefficient) })));
  }

  /** A term as its coefficient and what it multiplies. */
  private split(term: Term): { readonly coefficient: Rational; readonly rest: Term } {
    return term.kind === 'product' && !isOne(term.coefficient) ? { coefficient: term.coefficient, rest: this.product(ONE, term.factors) } : { coefficient: ONE, rest: term };
  }

  /**
   * A sum as content·rest, so that a sum and its multiples have one rest: integer coefficients without a common divisor (decimal
   * ones stay as they are), the constant positive, or where there is none the coefficient of the term with the least id.
   */
  private oriented(sum: SumTerm): { readonly content: Rational; readonly rest: Term } {
    const coefficients = [...sum.terms.map((part) => part.coefficient), ...(isZero(sum.constant) ? [] : [sum.constant])];
    let content = coefficients.some((c) => c.decimal) ? ONE : coefficients.reduce(commonContent);
    if (!Number.isSafeInteger(content.n) || !Number.isSafeInteger(content.d)) content = ONE;
    const first = sum.terms.reduce((least, part) => (part.term.id < least.term.id ? part : least));
    const lead = isZero(sum.constant) ? first.coefficient : sum.constant;
    if (lead.n < 0) content = negated(content);
    if (isOne(content)) return { content, rest: sum };
    return { content, rest: this.distributed(rational(content.d, content.n), sum) };
  }

  power(base: Term, exponent: Term): Term {
    if (exponent === this.zero || base === this.one) return this.one;
    if (exponent === this.one) return base;
    if (base.kind === 'symbol' && base.constant && base.name === 'e') return this.call('exp', [exponent]);
    if (exponent.kind !== 'number') return this.rawPower(base, exponent);
    const { value } = exponent;
    if (base.kind === 'call' && base.name === 'exp') return this.call('exp', [this.multiply([exponent, base.arguments[0]])]);
    if (isInteger(value)) {
      if (base.kind === 'number' && Math.abs(value.n) <= MOST_EXPONENT) {
        const made = power(base.value, value.n);
        if (made) return this.number(made);
      }
      if (base.kind === 'power') return this.power(base.base, this.multiply([base.exponent, exponent]));
      if (base.kind === 'product' && Math.abs(value.n) <= MOST_EXPONENT) {
        return this.multiply([this.power(this.number(base.coefficient), exponent), ...base.factors.map((factor) => this.power(factor.base, this.multiply([factor.exponent, exponent])))]);
      }
      if (base.kind === 'sum' && Math.abs(value.n) <= MOST_EXPONENT) {
        const { content, rest } = this.oriented(base);
        // (x − 3/2)² stays as it is: (2x − 3)²/4 is no shorter.
        const scale = isOne(content) || content.d !== 1 ? null : power(content, value.n);
        if (scale) return this.product(scale, [{ base: rest, exponent }]);
      }
    }
    if (base.kind === 'number' && value.d === 2 && Math.abs(value.n) === 1 && base.value.n > 0) {
      const [n, d] = [Math.sqrt(base.value.n), Math.sqrt(base.value.d)];
      if (Number.isSafeInteger(n) && Number.isSafeInteger(d)) return this.number(value.n > 0 ? rational(n, d, base.value.decimal) : rational(d, n, base.value.decimal));
    }
    return this.rawPower(base, exponent);
  }

  private rawPower(base: Term, exponent: Term): Term {
    if (exponent === this.one) return base;
    return this.intern(`^${base.id},${exponent.id}`, { kind: 'power', base, exponent });
  }

  call(name: FunctionName, list: readonly Term[]): Term {
    if (name === 'max' || name === 'min') return this.extremum(name, list);
    const [first] = list;
    if (name === 'sqrt') return this.power(first, this.number(rational(1, 2)));
    if (first === this.zero && list.length === 1) {
      if (ZERO_AT_ZERO.has(name)) return this.zero;
      if (ONE_AT_ZERO.has(name)) return this.one;
    }
    if (first === this.one && (name === 'log' || name === 'log2' || name === 'log10')) return this.zero;
    if (name === 'log' && first.kind === 'symbol' && first.constant && first.name === 'e') return this.one;
    if (first.kind === 'product' && first.coefficient.n < 0) {
      if (EVEN.has(name)) return this.call(name, [this.multiply([this.minusOne, first])]);
      if (ODD.has(name)) return this.multiply([this.minusOne, this.call(name, [this.multiply([this.minusOne, first])])]);
    }
    return this.intern(`f${name},${list.map((term) => term.id).join()}`, { kind: 'call', name, arguments: list });
  }

  /** One of several maxima, each once. */
  private extremum(name: 'max' | 'min', list: readonly Term[]): Term {
    const flat = [...new Set(list.flatMap((term) => (term.kind === 'call' && term.name === name ? term.arguments : [term])))];
    return flat.length === 1 ? flat[0] : this.intern(`f${name},${flat.map((term) => term.id).join()}`, { kind: 'call', name, arguments: flat });
  }

  private intern(key: string, shape: Shape<Term>): Term {
    let term = this.known.get(key);
    if (!term) {
      if (this.known.size > MOST_TERMS) throw new TooLarge();
      term = { ...shape, id: this.known.size } as Term;
      this.known.set(key, term);
    }
    return term;
  }
}
