import type { VerdictKind } from '../../core/training/trial';
import { verdictSeverity, verdictTitle, type Severity } from '../../wording/verdicts';
import type { ListedEntry } from './entry';

export interface RunLeaf {
  readonly kind: 'run';
  readonly id: string;
  readonly entries: readonly [ListedEntry];
  /** What tells it from others of its batch with the same label: several seeds, several starts. */
  readonly several: { readonly seeds: boolean; readonly starts: boolean };
}

/** Runs that were started together. */
export interface BatchBranch {
  readonly kind: 'batch';
  readonly id: string;
  readonly entries: readonly ListedEntry[];
  readonly children: readonly RunLeaf[];
}

export interface ExperimentBranch {
  readonly kind: 'experiment';
  /** Its address. */
  readonly id: string;
  readonly entries: readonly ListedEntry[];
  readonly children: readonly BatchBranch[];
}

export type RunNode = ExperimentBranch | BatchBranch | RunLeaf;

export interface RunFilter {
  /** In title, file name, label, variant or verdict. */
  readonly text: string;
  readonly pinned: boolean;
  /** Address of an experiment; null: all. */
  readonly experiment: string | null;
  readonly outcome: 'all' | 'good' | 'bad';
  readonly automatic: boolean;
}

export const NO_FILTER: RunFilter = { text: '', pinned: false, experiment: null, outcome: 'all', automatic: true };

/** The name of a file, for people. */
export function fileName(address: string): string {
  const name = address.split('/').pop() ?? address;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Experiments with the newest run first, their batches newest first, and in a batch the runs in the order of the file. */
export function runTree(entries: readonly ListedEntry[], filter: RunFilter = NO_FILTER): ExperimentBranch[] {
  const experiments = new Map<string, Map<string, ListedEntry[]>>();
  for (const entry of entries) {
    if (!passes(entry, filter)) continue;
    let batches = experiments.get(entry.experiment);
    if (!batches) experiments.set(entry.experiment, (batches = new Map()));
    const batch = batches.get(entry.batch);
    if (batch) batch.push(entry);
    else batches.set(entry.batch, [entry]);
  }
  return [...experiments].map(([address, batches]) => {
    const children = [...batches].map(([id, own]): BatchBranch => {
      const ordered = [...own].sort((a, b) => inFile(a.trialId, b.trialId));
      return { kind: 'batch', id: `${address}#${id}`, entries: ordered, children: ordered.map((entry) => ({ kind: 'run', id: entry.id, entries: [entry], several: severalOf(entry, ordered) })) };
    }).sort((a, b) => b.entries[0].batchStarted - a.entries[0].batchStarted);
    return { kind: 'experiment', id: address, entries: children.flatMap((batch) => batch.entries), children };
  });
}

function severalOf(entry: ListedEntry, batch: readonly ListedEntry[]): RunLeaf['several'] {
  const same = batch.filter(({ label, variant }) => label === entry.label && variant === entry.variant);
  return { seeds: same.some(({ seed }) => seed !== entry.seed), starts: same.some(({ startIndex }) => startIndex !== entry.startIndex) };
}

/** Trial ids are places in the file: numbers between slashes. */
export function inFile(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function passes(entry: ListedEntry, { text, pinned, experiment, outcome, automatic }: RunFilter): boolean {
  if (pinned && !entry.pinned) return false;
  if (!automatic && entry.automatic) return false;
  if (experiment !== null && entry.experiment !== experiment) return false;
  if (outcome !== 'all' && (severityOf(entry) === 'error') !== (outcome === 'bad')) return false;
  const words = text.trim().toLowerCase();
  return words === '' || [entry.title, fileName(entry.experiment), entry.label, entry.variant ?? '', outcomeOf(entry)].some((part) => part.toLowerCase().includes(words));
}

/** The verdict in a word or two; that of a newer version by its technical name. */
export function outcomeOf(entry: Pick<ListedEntry, 'verdict'>): string {
  return verdictTitle(entry.verdict as VerdictKind) ?? entry.verdict;
}

export function severityOf(entry: Pick<ListedEntry, 'verdict'>): Severity {
  return verdictSeverity(entry.verdict as VerdictKind);
}

/** The run with the lowest loss (the highest where a maximum was sought) that did not diverge; null where none has a value. */
export function bestOf<T extends Pick<ListedEntry, 'loss' | 'goal' | 'status'>>(entries: readonly T[]): T | null {
  let best: T | null = null;
  for (const entry of entries) {
    if (!Number.isFinite(entry.loss) || entry.status === 'diverged' || entry.status === 'failed') continue;
    const sign = entry.goal === 'maximize' ? -1 : 1;
    if (!best || sign * entry.loss < sign * best.loss) best = entry;
  }
  return best;
}
