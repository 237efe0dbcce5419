/**
 * How numbers are written for people: three significant digits, a true minus, thousands apart by a comma, as both languages of the product
 * write them (the host writes them the same way: wording/numbers.ts).
 */
const MINUS = '\u2212';

/** "0.00366", "1.25e−10", "3.74", "1,322", "∞", "–" for null; `digits` significant digits. */
export function formatNumber(value: number | null | undefined, digits = 3): string {
  return grouped(plainNumber(value, digits));
}

/** The same without commas between thousands: within lists, whose commas part numbers. */
function plainNumber(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined) return '–';
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${MINUS}∞`;
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text = size < 1e-3 || size >= 1e6
    ? value.toExponential(digits - 1).replace(/\.?0+e/, 'e').replace('e+', 'e')
    : size >= 10 ** digits ? String(Math.round(value)) : String(Number(value.toPrecision(digits)));
  return text.replace(/-/g, MINUS);
}

/** "1,000", "3,932". */
export function formatCount(value: number): string {
  return grouped(String(Math.round(value)).replace('-', MINUS));
}

/** Digits before the point by threes; what follows a point or an e stays. */
function grouped(text: string): string {
  return text.replace(/^\D?\d{4,}/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));
}

/** "0.22 ms", "1.3 s", "2 min 5 s". */
export function formatSeconds(seconds: number | null): string {
  if (seconds === null) return '–';
  if (seconds < 0.1) return `${formatNumber(seconds * 1000, 2)} ms`;
  if (seconds < 90) return `${formatNumber(seconds, 2)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** As it would be written in the file: for a field that is edited. */
export function fieldText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' && value !== 0 && Math.abs(value) < 1e-3) return value.toExponential();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A number as a person types it (a true minus, "1,000" as it is shown, and a decimal comma are understood); null where it is none. */
export function parseNumber(text: string): number | null {
  const bare = text.trim().replace(/\u2212/g, '-').replace(/[\u202f\s]/g, '');
  const clean = /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(bare) ? bare.replace(/,/g, '') : bare.replace(/^([+-]?\d+),(\d+)$/, '$1.$2');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(clean)) return null;
  const value = Number(clean);
  return Number.isFinite(value) ? value : null;
}

/** "(−1.2, 1)" */
export function formatPoint(point: readonly number[]): string {
  const shown = point.slice(0, 4).map((value) => plainNumber(value, 3)).join(', ');
  return `(${shown}${point.length > 4 ? ', …' : ''})`;
}
