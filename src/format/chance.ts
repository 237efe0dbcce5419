import { DEFAULTS } from './schema/defaults';
import type { FileInput } from './schema/file';

/** What makes the loss of a model change between two evaluations at one point: its batches, or the name of what is random in a pass. */
export type Chance = 'batches' | 'dropout' | 'gaussianNoise' | 'weightNoise' | 'augment';

/** The first that a file has; null where every evaluation sees the same. */
export function chanceOf({ training, model, regularization, data }: Pick<Partial<FileInput>, 'training' | 'model' | 'regularization' | 'data'>): Chance | null {
  if ((training?.batchSize ?? DEFAULTS.training.batchSize) !== 'full') return 'batches';
  const layer = model?.layers.find(({ type }) => type === 'dropout' || type === 'gaussianNoise');
  if (layer) return layer.type as Chance;
  if ((regularization?.weightNoise ?? DEFAULTS.regularization.weightNoise) > 0) return 'weightNoise';
  return Object.values(data?.augment ?? {}).some((value) => value !== 0) ? 'augment' : null;
}
