/**
 * A coefficient: n/d in lowest terms, d > 0. Where the integers would grow beyond 2⁵³ it is the nearest double, with d = 1.
 * `decimal` remembers that it came from a decimal number and should be shown as one.
 */
export interface Rational {
  readonly n: number;
  readonly d: number;
  readonly decimal: boolean;
}

export const ZERO: Rational = { n: 0, d: 1, decimal: false };
export const ONE: Rational = { n: 1, d: 1, decimal: false };

function gcd(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return Math.abs(a);
}

/** n/d in lowest terms. */
export function rational(n: number, d = 1, decimal = false): Rational {
  if (!Number.isSafeInteger(n) || !Number.isSafeInteger(d)) return { n: n / d, d: 1, decimal };
  const common = gcd(n, d) * Math.sign(d);
  return { n: n / common || 0, d: d / common, decimal: decimal && Math.abs(d / common) !== 1 };
}

/** The decimal number that is written as the double is: 0.1 is exactly 1/10. */
export function fromDouble(value: number): Rational {
  if (Number.isSafeInteger(value)) return rational(value);
  const [digits, exponent = '0'] = String(value).split('e');
  const places = (digits.split('.')[1] ?? '').length - Number(exponent);
  const scale = 10 ** places;
  const n = Math.round(value * scale);
  if (places > 0 && places <= 15 && Number.isSafeInteger(n) && n / scale === value) return rational(n, scale, true);
  return { n: value, d: 1, decimal: true };
}

export const isInteger = (a: Rational) => a.d === 1 && Number.isSafeInteger(a.n);
export const isZero = (a: Rational) => a.n === 0;
export const isOne = (a: Rational) => a.n === 1 && a.d === 1;
export const negated = (a: Rational): Rational => ({ ...a, n: -a.n || 0 });
export const plus = (a: Rational, b: Rational): Rational => rational(a.n * b.d + b.n * a.d, a.d * b.d, a.decimal || b.decimal);
export const times = (a: Rational, b: Rational): Rational => rational(a.n * b.n, a.d * b.d, a.decimal || b.decimal);
export const keyOf = (a: Rational) => `${a.n}/${a.d}`;

/** a^k for an integer k, or null where it is not finite (0 to a negative power, overflow). */
export function power(a: Rational, k: number): Rational | null {
  const n = k >= 0 ? a.n ** k : a.d ** -k;
  const d = k >= 0 ? a.d ** k : a.n ** -k;
  const made = rational(n, d, a.decimal);
  return Number.isFinite(made.n) && d !== 0 && (a.n === 0 || made.n !== 0) ? made : null;
}

/** The greatest c > 0 with integers a/c and b/c; 1 where one of them is not exact. */
export function commonContent(a: Rational, b: Rational): Rational {
  if (!Number.isSafeInteger(a.n) || !Number.isSafeInteger(b.n)) return ONE;
  const denominator = (a.d / gcd(a.d, b.d)) * b.d;
  return rational(gcd(Math.abs(a.n), Math.abs(b.n)), denominator);
}

/** Whether it can be written as a decimal number with few digits. */
export function isShortDecimal(a: Rational): boolean {
  return String(a.n / a.d).length <= 12;
}
