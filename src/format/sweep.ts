import type { SweptValue, Trial } from '../core/training/trial';
import { valuesOf, type SweptValues } from './checkComparison';
import type { ExperimentSweep, ExperimentVariant, SweepAxis } from './experiment';
import { resolvePath } from './pointer';
import type { SweepInput } from './schema/comparison';
import { DEFAULTS } from './schema/defaults';
import type { FileInput } from './schema/file';
import { trialsOf } from './trials';
import { withValue } from './variants';

type Point = Readonly<Record<string, SweptValue>>;

export interface Sweep extends ExperimentSweep {
  /** Every combination of the axes' values. */
  readonly first: readonly Point[];
}

interface Concrete {
  /** The file as the variant has it. */
  readonly file: FileInput;
  readonly variant: ExperimentVariant;
}

/** What a sweep runs. @param analyse checks and resolves a changed file. */
export function sweepOf(input: SweepInput, variants: readonly Concrete[], seeds: number, analyse: (value: unknown) => { readonly variant: Omit<ExperimentVariant, 'label' | 'index'> | null; readonly seed: number }): Sweep {
  const { refine, metric, ...swept } = input;
  const axes = Object.entries(swept).map(([name, values]): SweepAxis => ({ name, values: valuesOf(values as SweptValues) as readonly SweptValue[] }));
  const first = axes.reduce<Point[]>((points, { name, values }) => points.flatMap((point) => values.map((value) => ({ ...point, [name]: value }))), [{}]);
  const trialsAt: ExperimentSweep['trialsAt'] = (points, only) => variants.filter(({ variant }) => !only || variant.index === only.variantIndex).flatMap(({ file, variant }) => points.flatMap((values): Trial[] => {
    const { sweep: _sweep, variants: _variants, expect: _expect, ...rest } = file;
    let changed: unknown = rest;
    for (const [name, value] of Object.entries(values)) {
      const targets = name.startsWith('/') ? [name] : file.optimizers.map((_, index) => `/optimizers/${index}/${name}`);
      for (const target of targets) {
        const path = resolvePath(changed, target);
        if (!path) return [];
        const written = withValue(changed, path, value);
        if (written.failed !== null) return [];
        changed = written.value;
      }
    }
    const { variant: resolved, seed } = analyse(changed);
    if (!resolved) return [];
    const key = Object.values(values).map(String).join(',');
    return trialsOf({ label: variant.label, index: variant.index, ...resolved }, seed, seeds, { values, key }).filter((trial) => !only || trial.optimizerIndex === only.optimizerIndex);
  }));
  return { axes, refine: refine ?? DEFAULTS.sweep.refine, metric: metric ?? DEFAULTS.sweep.metric, first, trialsAt };
}
