/** "Find a learning rate": a sweep of the rate is written into a file that has none, and run. */
import * as l10n from '@vscode/l10n';
import type { LabDocument } from '../../src/protocol/lab';
import type { PointerEdit } from '../state/edit';
import type { LabStore } from '../state/types';

/** A factor of about 10^½ apart, written as people write them. */
export const RATES: readonly number[] = [0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1];
const ROUNDS = 1;
/** Values that a round of narrowing adds on both sides of the best. */
const ADDED = 4;
/** How long the file may take to come back with the sweep in it. */
const PATIENCE_MS = 5000;

/** The one line that says what it does. */
export function rangeTestText(document: LabDocument): string {
  const runs = (RATES.length + ROUNDS * ADDED) * document.series.length * document.seeds;
  return l10n.t('Tries {0} rates from 0.00001 to 1 for each optimizer, then {1} around the best: {2} runs. Written into the file as a sweep; undo takes it away.', RATES.length, ROUNDS * ADDED, runs);
}

/** Why it can't be done here; null where it can. */
export function rangeTestRefusal(document: LabDocument): string | null {
  if (!document.editable) return l10n.t('The file is read-only.');
  if (!document.valid || document.series.length === 0) return l10n.t('The file has to be valid first.');
  if (document.sweep) return l10n.t('The file has a sweep already.');
  const without = document.series.find((series) => series.rate === null);
  return without ? l10n.t('{0} sets its own step: it has no learning rate to find.', without.label) : null;
}

/** Networks that keep rows for validation are judged by those, everything else by the loss. */
export function rangeTestEdits(document: LabDocument): PointerEdit[] {
  const validated = document.models.length > 0 && document.models.every((model) => model.validated);
  return [{ path: '/sweep', value: { learningRate: [...RATES], refine: ROUNDS, ...(validated ? { metric: 'validationLoss' } : {}) } }];
}

/** Writes the sweep as one edit, and once the file has it shows its picture and runs it. */
export function findLearningRate(store: LabStore): void {
  const { document } = store;
  if (!document || rangeTestRefusal(document) !== null) return;
  const stop = store.subscribe((change) => {
    if (change !== 'document' || !store.document?.sweep) return;
    end();
    if (!store.panels.includes('sweep')) store.togglePanel('sweep');
    store.send({ type: 'run', seriesKeys: null });
  });
  const patience = setTimeout(() => end(), PATIENCE_MS);
  const end = (): void => {
    clearTimeout(patience);
    stop();
  };
  store.edit(rangeTestEdits(document));
}
