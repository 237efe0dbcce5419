import { RECORD_COLUMNS, type Trial } from '../../core/training/trial';
import type { Experiment } from '../experiment';

/**
 * Columns of a record → names for people: theta0 is the first variable's own name, gradient0 its partial derivative. A variable that
 * is called as a column is keeps the column's technical name.
 */
export function pointNames(experiment: Experiment, trial: Trial): ReadonlyMap<string, string> {
  const variant = experiment.variants.find((each) => each.index === trial.variantIndex);
  const taken = new Set<string>([...RECORD_COLUMNS, 'kept', 'epochs', 'layers', 'label', 'variant', 'start', 'seed', 'status']);
  const names = new Map<string, string>();
  (variant?.objective?.variables ?? []).forEach((name, i) => {
    if (!taken.has(name)) names.set(`theta${i}`, name);
    names.set(`gradient${i}`, `d/d${name}`);
  });
  return names;
}
