import type { LossSpec } from './spec';

/** Whether a loss speaks of classes: whole numbers in the target are then their indices. */
export function isClassification({ type }: Pick<LossSpec, 'type'>): boolean {
  return type === 'categoricalCrossentropy' || type === 'binaryCrossentropy' || type === 'hinge';
}
