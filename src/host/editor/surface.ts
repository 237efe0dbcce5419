import type { ObjectiveSpec } from '../../core/objectives/spec';

/** Equal for objectives that have the same value everywhere and are gone the same way: their paths belong on one map. */
export function surfaceOf({ function: f, goal }: Pick<ObjectiveSpec, 'function' | 'goal'>): string {
  // The order in which a file names its constants changes no value.
  const parts = f.kind === 'expression' ? [f.expression, Object.entries(f.constants).sort(([a], [b]) => (a < b ? -1 : 1))] : [f.name, f.dimension, f.condition ?? null];
  return JSON.stringify([f.kind, ...parts, goal]);
}
