import * as l10n from '@vscode/l10n';
import type { DataSpec } from '../core/data/spec';
import { leastSize } from '../core/training/modelSize';
import type { Trial } from '../core/training/trial';
import { inputShape } from './modelShape';

/**
 * The arithmetic of the first network that takes more memory than is allowed, although it is trained alone, as far as the file tells
 * what it takes; null where none does. What depends on data files, and how many runs go at the same time, is checked when they are read.
 * @param limit bytes of all networks that are trained at the same time.
 */
export function tooMuchMemory(trials: readonly Trial[], limit: number): string | null {
  const seen = new Set<string>();
  for (const trial of trials) {
    if (trial.kind !== 'model' || trial.resample || trial.boosting) continue;
    const shape = inputShape(trial.data);
    if (!shape) continue;
    const rows = trainingRows(trial.data);
    const { model, training, loss, regularization, optimizer } = trial;
    const key = JSON.stringify([shape, rows, model, training.batchSize, loss, regularization, optimizer.type, optimizer.history]);
    if (seen.has(key)) continue;
    seen.add(key);
    const size = leastSize(trial, shape, rows, isSparse(trial.data));
    if (!size || size.network + size.optimizer <= limit) continue;
    return l10n.t('Too much memory: {0} parameters take {1} MB for the network with {2} rows at a time + {3} MB for the optimizer and what is measured = {4} MB, and at most {5} MB are allowed. Take a smaller batch, fewer units or filters.',
      size.parameters, megabytes(size.network), size.rows, megabytes(size.optimizer), megabytes(size.network + size.optimizer), megabytes(limit));
  }
  return null;
}

function megabytes(bytes: number): string {
  return String(Math.ceil(bytes / 1e6));
}

/** Sparse rows stay so, and a dense first layer keeps no dense ones. */
function isSparse({ source }: DataSpec): boolean {
  return source.kind === 'libsvm' || (source.kind === 'generate' && source.generator === 'multiHot');
}

/** Rows that the training part will have, where the file says how many there are. */
function trainingRows({ source, validation, test }: DataSpec): number | null {
  const rows = source.kind === 'generate' ? source.samples : source.kind === 'inline' ? source.x.length : null;
  if (rows === null) return null;
  const taken = [validation, test].reduce<number>((sum, part) => sum + (typeof part !== 'number' ? 0 : part < 1 ? Math.round(part * rows) : part), 0);
  return Math.max(1, rows - taken);
}
