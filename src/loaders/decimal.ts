/** Powers of ten that are exact in float64. */
export const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
/** Whole numbers below it times 10 plus a digit are exact in float64. */
const EXACT = (Number.MAX_SAFE_INTEGER - 9) / 10;

/**
 * The decimal number written in ASCII in bytes[from…to), NaN where that is none: [+−]digits[.digits][e[+−]digits], as in CSV and
 * LIBSVM files. Correctly rounded: at most 15 to 16 digits and a power of ten up to 22 are exact in float64, so one multiplication or
 * division rounds once (W. Clinger, "How to read floating point numbers accurately", 1990); what is longer goes to the engine.
 */
export function decimal(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  let first = at < to ? bytes[at] : 0;
  const negative = first === 45;
  if (negative || first === 43) first = ++at < to ? bytes[at] : 0;
  let mantissa = 0;
  let exponent = 0;
  let digits = 0;
  let long = false;
  let digit: number;
  for (; at < to && (digit = bytes[at] - 48) >= 0 && digit <= 9; at++) {
    if (mantissa <= EXACT) mantissa = 10 * mantissa + digit;
    else long = true;
    digits++;
  }
  if (at < to && bytes[at] === 46) {
    const point = ++at;
    for (; at < to && (digit = bytes[at] - 48) >= 0 && digit <= 9; at++) {
      if (mantissa <= EXACT) mantissa = 10 * mantissa + digit;
      else long = true;
    }
    digits += at - point;
    exponent = point - at;
  }
  if (digits === 0) return NaN;
  if (at < to && (bytes[at] | 32) === 101) {
    at++;
    const negativeExponent = at < to && bytes[at] === 45;
    if (negativeExponent || (at < to && bytes[at] === 43)) at++;
    const start = at;
    let written = 0;
    for (; at < to && (digit = bytes[at] - 48) >= 0 && digit <= 9; at++) if (written < 100_000) written = 10 * written + digit;
    if (at === start) return NaN;
    exponent += negativeExponent ? -written : written;
  }
  if (at < to) return NaN;
  if (long || exponent > 22 || exponent < -22) return engine(bytes, from, to);
  const value = exponent < 0 ? mantissa / POWERS[-exponent] : mantissa * POWERS[exponent];
  return negative ? -value : value;
}

function engine(bytes: Uint8Array, from: number, to: number): number {
  return Number(ascii(bytes, from, to));
}

/** The text of bytes; what is not ASCII is replaced. For messages. */
export function ascii(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) text += bytes[i] < 128 ? String.fromCharCode(bytes[i]) : '\uFFFD';
  return text;
}
