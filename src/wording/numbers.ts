/** How numbers are written for people: a true minus, thousands apart by a comma, as both languages of the product write them (the page does the same: webview/numbers.ts). */
const NARROW_SPACE = '\u202f';
const MINUS = '\u2212';

/**
 * Three significant digits: "0.00366", "1.25e−10", "3.74", "∞". Whole numbers below ten million are counts and written out:
 * "3,932". A number that is not one is "NaN".
 */
export function formatNumber(value: number, digits = 3): string {
  return grouped(plainNumber(value, digits));
}

/** The same without commas between thousands: within lists, whose commas part numbers. */
function plainNumber(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${MINUS}∞`;
  if (value === 0) return '0';
  const size = Math.abs(value);
  let text: string;
  if (Number.isInteger(value) && size < 1e7) text = String(size);
  else if (size < 1e-3 || size >= 1e6) text = size.toExponential(digits - 1).replace(/\.?0+e/, 'e').replace('e+', 'e');
  else text = size >= 10 ** digits ? String(Math.round(size)) : String(Number(size.toPrecision(digits)));
  return (value < 0 ? MINUS : '') + text.replace('-', MINUS);
}

/** A share as "75 %". */
export function formatPercent(share: number): string {
  return `${formatNumber(Number((100 * share).toPrecision(2)))}${NARROW_SPACE}%`;
}

/** Digits before the point by threes; what follows a point or an e stays. */
function grouped(text: string): string {
  return text.replace(/^\D?\d{4,}/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));
}

/** "(−1.2, 1)", a single number without parentheses; points of more than four numbers are cut short. */
export function formatPoint(point: readonly number[]): string {
  if (point.length === 1) return formatNumber(point[0]);
  const shown = point.slice(0, 4).map((value) => plainNumber(value, 3)).join(', ');
  return `(${shown}${point.length > 4 ? ', …' : ''})`;
}

/** As it is written in a file: 0.0001 is easier read as 1e-4, and JSON takes both. */
export function numberInFile(value: number): string {
  const size = Math.abs(value);
  if (Number.isSafeInteger(value) && size < 1e15) return String(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential().replace('e+', 'e') : String(value);
}
