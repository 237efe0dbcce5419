import type { RunRecord, RunStatus, RunSummary, Trial } from '../../core/training/trial';
import type { SweepScore } from '../runs/run';

/** What the list of runs tells of one, without its rows. Stored at the head of its file, and in the index. */
export interface HistoryEntry {
  /** Of the file: when it was kept, to the millisecond, and chance. Sorts by time. */
  readonly id: string;
  /** Runs started together. */
  readonly batch: string;
  /** Milliseconds since 1970. */
  readonly batchStarted: number;
  readonly finished: number;
  /** Started by opening or editing the file, not by a person's command. */
  readonly automatic: boolean;
  /** Address of the experiment's file then. */
  readonly experiment: string;
  /** "" where the experiment had none. */
  readonly title: string;
  /** SHA-256 of the experiment's text, the name under which it is kept, and the bytes that it takes there. */
  readonly text: string;
  readonly textBytes: number;
  /** SHA-256 of the trial's key: equal trials, equal keys. */
  readonly key: string;
  readonly trialId: string;
  readonly label: string;
  readonly variant: string | null;
  readonly seed: number;
  readonly startIndex: number;
  readonly goal: 'minimize' | 'maximize';
  readonly status: Exclude<RunStatus, 'running'>;
  readonly verdict: string;
  readonly loss: number;
  readonly steps: number;
  readonly seconds: number;
  /** Of the extension. */
  readonly version: string;
}

/** Everything else of a run. May hold fields of which this program does not know. */
export interface KeptContent {
  readonly trial: Trial;
  readonly summary: RunSummary;
  /** Thinned; null where the run had no rows. */
  readonly record: RunRecord | null;
  /** Of a sweep: what it compared, read off all rows. */
  readonly score?: SweepScore | null;
}

/** An entry and where it stands now. */
export interface ListedEntry extends HistoryEntry {
  readonly pinned: boolean;
  /** Of its file. */
  readonly bytes: number;
}

const ENTRY_TYPES: Readonly<Record<keyof HistoryEntry, string>> = {
  id: 'string', batch: 'string', batchStarted: 'number', finished: 'number', automatic: 'boolean', experiment: 'string', title: 'string', text: 'string', textBytes: 'number',
  key: 'string', trialId: 'string', label: 'string', variant: 'object', seed: 'number', startIndex: 'number', goal: 'string', status: 'string', verdict: 'string',
  loss: 'number', steps: 'number', seconds: 'number', version: 'string',
};

export function isEntry(value: unknown): value is HistoryEntry {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  return Object.entries(ENTRY_TYPES).every(([name, type]) => typeof fields[name] === type || (name === 'variant' && typeof fields[name] === 'string'));
}
