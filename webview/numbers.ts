/** How numbers are written for people: three significant digits, a true minus, thousands apart by a narrow space. */
const NARROW_SPACE = '\u202f';
const MINUS = '\u2212';

/** "0.00366", "1.25e−10", "3.74", "∞", "–" for null; `digits` significant digits. */
export function formatNumber(value: number | null | undefined, digits = 3): string {
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

/** "1 000", "3 932". */
export function formatCount(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, NARROW_SPACE).replace('-', MINUS);
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

/** A number as a person types it (a true minus and a decimal comma are understood); null where it is none. */
export function parseNumber(text: string): number | null {
  const clean = text.trim().replace(/\u2212/g, '-').replace(/[\u202f\s]/g, '').replace(/^([+-]?\d+),(\d+)$/, '$1.$2');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(clean)) return null;
  const value = Number(clean);
  return Number.isFinite(value) ? value : null;
}

/** "(−1.2, 1)" */
export function formatPoint(point: readonly number[]): string {
  const shown = point.slice(0, 4).map((value) => formatNumber(value)).join(', ');
  return `(${shown}${point.length > 4 ? ', …' : ''})`;
}
