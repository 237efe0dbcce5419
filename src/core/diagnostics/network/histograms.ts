import type { Vector } from '../../kernels/kernels';
import type { HistogramTable } from '../../training/trial';

export const BINS = 32;
/** The bins reach so many standard deviations to either side of the mean; what lies further out is counted as outliers. */
const REACH = 4;

/** The stretches of a vector that belong to a layer. */
export interface Values {
  readonly name: string;
  readonly values: Vector;
  readonly ranges: readonly (readonly [number, number])[];
}

/** One histogram a layer, each over its own range; numbers that are not finite are outliers, not-a-number above. */
export function histogramTable(quantity: string, step: number, layers: readonly Values[]): HistogramTable {
  const counts = new Float64Array(layers.length * (BINS + 2));
  const low = new Float64Array(layers.length);
  const high = new Float64Array(layers.length);
  layers.forEach((layer, l) => {
    const [from, to] = rangeOf(layer);
    low[l] = from;
    high[l] = to;
    const at = l * (BINS + 2);
    const scale = BINS / (to - from);
    for (const [first, end] of layer.ranges) {
      for (let i = first; i < end; i++) {
        const value = layer.values[i];
        const bin = value < from ? -1 : value <= to ? Math.min(BINS - 1, Math.floor((value - from) * scale)) : BINS;
        counts[at + 1 + bin]++;
      }
    }
  });
  return { quantity, layers: layers.map(({ name }) => name), bins: BINS, steps: Float64Array.of(step), counts, low, high };
}

function rangeOf({ values, ranges }: Values): readonly [number, number] {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (const [first, end] of ranges) {
    for (let i = first; i < end; i++) {
      const value = values[i];
      if (!Number.isFinite(value)) continue;
      count++;
      sum += value;
      squares += value * value;
    }
  }
  const mean = count > 0 ? sum / count : 0;
  const deviation = count > 0 ? Math.sqrt(Math.max(0, squares / count - mean * mean)) : 0;
  // Equal numbers stand in the middle of a narrow range.
  const reach = Math.max(REACH * deviation, 1e-6 * Math.abs(mean), 1e-12);
  return [mean - reach, mean + reach];
}
