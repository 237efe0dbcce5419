import type { OptimizerInput } from './schema/optimizers';

/**
 * Labels of the optimizers, unique: a written one stays, an absent one is the type, with a count from the second on ("adam 2").
 */
export function labelsOf(optimizers: readonly Pick<OptimizerInput, 'type' | 'label'>[]): string[] {
  const taken = new Set(optimizers.flatMap((optimizer) => (optimizer.label === undefined ? [] : [optimizer.label])));
  return optimizers.map(({ type, label }) => {
    if (label !== undefined) return label;
    let made = type;
    for (let count = 2; taken.has(made); count++) made = `${type} ${count}`;
    taken.add(made);
    return made;
  });
}
