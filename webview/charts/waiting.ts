import * as l10n from '@vscode/l10n';
import type { LabStore } from '../state/types';

/** Why no picture can be drawn yet, where that is known: data that are read or cannot be used, runs without a first row. Null: nothing was run. */
export function waiting(store: LabStore): string | null {
  const refused = store.data.find((data) => data.state === 'refused');
  if (refused) return refused.problem;
  const loading = store.data.find((data) => data.state === 'loading');
  if (loading) return loading.fraction === null ? l10n.t('Reading the data …') : l10n.t('Reading the data: {0} %', Math.round(loading.fraction * 100));
  return store.progress.running ? l10n.t('Waiting for the first steps …') : null;
}
