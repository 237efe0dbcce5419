import { contours } from 'd3-contour';
import { linearTicks, niceStep, type Tick } from './scale';
import { mix } from './palette';

/** Which values are drawn as lines, and how the picture names them. */
export interface Levels {
  /** "log": level − reference runs over powers of ten, three a decade; "linear": equal steps. */
  readonly kind: 'log' | 'linear';
  /** Ascending, in the units of the values handed in. */
  readonly values: readonly number[];
  /** Subtracted before the logarithm; 0 for linear levels. */
  readonly reference: number;
  /** Distance of linear levels. */
  readonly step: number;
}

/** Below this ratio of high to low values over the picture equal steps tell more than decades. */
const LOG_FROM = 30;
const MOST_DECADES = 7;

/** The value at a share of the sorted finite values. */
function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * (sorted.length - 1))))];
}

/**
 * Levels for a grid of values to be minimized.
 * @param floor a lower bound that is known (the value of a minimum), or null: the smallest value of the grid.
 * @param dense more than three levels a decade where there are few decades, so that a shallow picture has lines too.
 */
export function chooseLevels(values: Float64Array, floor: number | null, dense = false): Levels | null {
  const sorted = values.filter(Number.isFinite).sort();
  if (sorted.length === 0) return null;
  const lowest = sorted[0];
  const reference = floor !== null && floor <= lowest ? floor : lowest;
  const low = quantile(sorted, 0.02) - reference;
  const middle = quantile(sorted, 0.06) - reference;
  const high = quantile(sorted, 0.995) - reference;
  if (!(high > 0)) return { kind: 'linear', values: [], reference: 0, step: 0 };
  if (high / Math.max(middle, high * 1e-12) >= LOG_FROM) {
    const decades = Math.log10(high / Math.max(low, high * 1e-12));
    const each = dense && decades < 4 ? (decades < 2 ? 8 : 5) : 3;
    const top = Math.floor(each * Math.log10(high));
    const bottom = Math.max(Math.floor(each * Math.log10(Math.max(low, high * 1e-12))), top - each * MOST_DECADES);
    const levels: number[] = [];
    for (let i = Math.min(bottom, top - 5); i <= top; i++) levels.push(reference + 10 ** (i / each));
    return { kind: 'log', values: levels, reference, step: 0 };
  }
  const span = quantile(sorted, 0.995) - lowest;
  const step = niceStep(span / 14);
  const levels: number[] = [];
  for (let i = Math.ceil(lowest / step); i * step <= quantile(sorted, 0.995); i++) levels.push(i * step);
  return { kind: 'linear', values: levels, reference: 0, step };
}

/** Ticks of the legend, at most `count`: decades of a logarithmic picture, round values of a linear one. */
export function legendTicks(levels: Levels, count: number): Tick[] {
  const { values } = levels;
  if (values.length < 2) return [];
  if (levels.kind === 'linear') return linearTicks(values[0], values[values.length - 1], count);
  const low = Math.ceil(Math.log10(values[0] - levels.reference) - 1e-9);
  const high = Math.floor(Math.log10(values[values.length - 1] - levels.reference) + 1e-9);
  const stride = Math.max(1, Math.ceil((high - low + 1) / count));
  const ticks: Tick[] = [];
  for (let e = low; e <= high; e += stride) ticks.push({ value: levels.reference + 10 ** e, text: '10', exponent: e });
  return ticks;
}

/** The share of the ramp (0 valley, 1 hill) at which a value stands among the levels. */
export function rampShare(levels: Levels, value: number): number {
  const { values } = levels;
  const first = values[0];
  const last = values[values.length - 1];
  if (values.length < 2) return 0.5;
  if (levels.kind === 'linear') return (value - first) / (last - first);
  return Math.log10((value - levels.reference) / (first - levels.reference)) / Math.log10((last - levels.reference) / (first - levels.reference));
}

export interface Band {
  /** The outline of everything at or above the level, in grid coordinates: sample i stands at i. */
  readonly path: Path2D;
  readonly color: string;
}

/** The ramp as colours, one for below the first level and one from each level on. */
export function rampColors(count: number, low: string, high: string): string[] {
  return Array.from({ length: count + 1 }, (_, i) => mix(low, high, count === 0 ? 0.5 : i / count));
}

/**
 * Filled bands from the lowest to the highest. Interpolated in the square root of what lies above the reference: along a cut through
 * a quadratic valley that is linear, so that narrow valleys keep their shape on a coarse grid. Values that are not numbers stay out.
 * @param colors count of levels + 1.
 */
export function contourBands(values: Float64Array, width: number, height: number, levels: Levels, colors: readonly string[]): Band[] {
  let base = levels.kind === 'log' ? levels.reference : Infinity;
  if (levels.kind !== 'log') for (const value of values) if (value < base && Number.isFinite(value)) base = value;
  const bend = (value: number) => (levels.kind === 'log' ? Math.sqrt(Math.max(0, value - base)) : value - base);
  let top = 0;
  const bent = Float64Array.from(values, (value) => {
    const t = Number.isNaN(value) ? -1e9 : bend(value);
    if (Number.isFinite(t) && t > top) top = t;
    return t;
  });
  for (let i = 0; i < bent.length; i++) if (bent[i] === Infinity) bent[i] = top * 2 + 1;
  else if (bent[i] === -Infinity) bent[i] = -1;
  const generator = contours().size([width, height]);
  const grid = bent as unknown as number[];
  const hasHoles = bent.some((value) => value === -1e9);
  return [-Infinity, ...levels.values].map((level, i) => {
    const path = new Path2D();
    if (level === -Infinity && !hasHoles) {
      path.rect(-1, -1, width + 1, height + 1);
      return { path, color: colors[0] };
    }
    const shape = generator.contour(grid, level === -Infinity ? -1e6 : bend(level));
    for (const polygon of shape.coordinates) {
      for (const ring of polygon) {
        // d3 puts sample i at i + ½.
        path.moveTo(ring[0][0] - 0.5, ring[0][1] - 0.5);
        for (let k = 1; k < ring.length - 1; k++) path.lineTo(ring[k][0] - 0.5, ring[k][1] - 0.5);
        path.closePath();
      }
    }
    return { path, color: colors[i] };
  });
}
