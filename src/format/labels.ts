import type { OptimizerInput } from './schema/optimizers';

/**
 * Labels of the optimizers, unique: a written one stays, an absent one is the type, with a count from the second on ("adam 2").
 */
export function labelsOf(optimizers: readonly Pick<OptimizerInput, 'type' | 'label'>[]): string[] {
  const taken = new Set(optimizers.flatMap((optimizer) => (optimizer.label === undefined ? [] : [optimizer.label])));
  const counts = new Map<string, number>();
  return optimizers.map(({ type, label }) => {
    if (label !== undefined) return label;
    let made = type;
    let count = counts.get(type) ?? 2;
    for (; taken.has(made); count++) made = `${type} ${count}`;
    counts.set(type, count);
    taken.add(made);
    return made;
  });
}
