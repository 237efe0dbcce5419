import type { Mark } from '../training/marks';
import type { Ending } from './ending';
import { sharpness } from './sharpness';
import { stepQuantities } from './stepQuantities';

/** The sharpness at one update of the run, beside what its rule and rate allow (null where no limit is known). */
export interface SharpnessProbe {
  readonly mark: Mark;
  readonly sharpness: number;
  readonly limit: number | null;
}

/** Quantities along a finished run's path, measured at its marks when they are first asked for. All of the descended function. */
export class Path {
  private probed: readonly SharpnessProbe[] | null = null;

  constructor(private readonly ending: Ending) {}

  get probes(): readonly SharpnessProbe[] {
    const { objective, marks, sign, trial } = this.ending;
    this.probed ??= marks.map((mark) => ({
      mark, limit: mark.sharpnessLimit, sharpness: sharpness(objective, mark.point, mark.scale, sign, trial.seed),
    }));
    return this.probed;
  }

  /**
   * Median over the path of how far a step went towards the bottom of its parabola: −uᵀHu/gᵀu, γκ for plain descent. Negative where
   * the ground curves down. NaN where no step descends.
   */
  shortness(): number {
    const { objective, marks, sign } = this.ending;
    const product = new Float64Array(objective.dimension);
    const values = marks
      // An update too short to change the point went no part of the way.
      .map((mark) => (mark.update.every((u) => u === 0) ? 0 : stepQuantities(objective, mark.point, mark.gradient, mark.update, product, sign).alpha + 1))
      .filter((value) => !Number.isNaN(value));
    return median(values);
  }

  /**
   * How many times larger the rate could be and still be half of what the path's sharpness allows: the least over its marks. Infinite
   * where no limit is known or nothing curves up. Marks where the loss stands above the first are left out: there the run is lost.
   */
  headroom(): { readonly factor: number; readonly sharpness: number; readonly rate: number; readonly limit: number } {
    const { sign, firstLoss } = this.ending;
    let found = { factor: Infinity, sharpness: NaN, rate: NaN, limit: NaN };
    for (const probe of this.probes) {
      if (!(probe.sharpness > 0) || probe.limit === null) continue;
      if (probe.mark.step > 0 && !(sign * probe.mark.loss <= sign * firstLoss)) continue;
      const factor = (0.5 * probe.limit) / probe.sharpness;
      if (factor < found.factor) found = { factor, sharpness: probe.sharpness, rate: probe.mark.learningRate, limit: probe.limit };
    }
    return found;
  }
}

export function median(values: readonly number[]): number {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle]);
}
