/** Messages between the extension host and the page that compares runs. Numbers of all records travel in one buffer. */
import type { Explanation, LabRun } from './lab';

/** A file, or runs of one that were started together. */
export interface CompareSource {
  readonly name: string;
  /** The file's place. */
  readonly detail: string;
  /** When kept runs were started; "" for a file, which is as it is now. */
  readonly when: string;
  /** "missing": has runs that were not made yet and are not made unasked. */
  readonly state: 'ready' | 'running' | 'missing' | 'error';
  /** Why there is nothing to compare, or what the runs are ("older than the file"). */
  readonly note: string;
  /** A place on this machine or another that can be opened. */
  readonly canOpen: boolean;
}

/** An optimizer of a source, from one start: its runs differ in their seeds alone. */
export interface Contender {
  readonly key: string;
  /** Index of its source. */
  readonly source: number;
  /** Unique among the contenders of its source. */
  readonly name: string;
  readonly goal: 'minimize' | 'maximize';
  /** Of its optimizer. */
  readonly type: string;
  /** Of their records the columns step, loss and learningRate. */
  readonly runs: readonly LabRun[];
}

/** A place whose values differ; null where there is none. */
export interface Difference {
  /** JSON Pointer. */
  readonly pointer: string;
  readonly values: readonly (string | null)[];
  /** Names of the glossary for what stands there, apart by spaces; "" where it has no word for it. */
  readonly terms?: string;
}

export interface Comparison {
  readonly sources: readonly CompareSource[];
  readonly contenders: readonly Contender[];
  /** Of what decides a run, a value a contender. */
  readonly trialDifferences: readonly Difference[];
  /** Of the files' texts, a value a source; none where all have one text. */
  readonly fileDifferences: readonly Difference[];
  /** Losses of different objectives have no common scale. */
  readonly oneObjective: boolean;
}

export type CompareHostMessage =
  | { readonly type: 'init'; readonly locale: string; readonly l10n: Readonly<Record<string, unknown>> | null; readonly refs: unknown; readonly comparison: Comparison }
  /** `refs` says what is compared: the page keeps it for the time after a reload. */
  | { readonly type: 'comparison'; readonly refs: unknown; readonly comparison: Comparison }
  /** What words mean; `problem`: why it could not be looked up. */
  | { readonly type: 'explained'; readonly request: number; readonly explanations: readonly Explanation[]; readonly problem: string | null };

export type ComparePageMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'open'; readonly source: number }
  /** Make the missing runs of a source. */
  | { readonly type: 'run'; readonly source: number }
  | { readonly type: 'add' }
  /** The table as it is sorted, for a CSV file. */
  | { readonly type: 'csv'; readonly rows: readonly (readonly (string | number | null)[])[] }
  | { readonly type: 'explain'; readonly request: number; readonly terms: readonly string[] }
  /** Where the reference tells more of a word. */
  | { readonly type: 'openTerm'; readonly term: string }
  | { readonly type: 'image'; readonly png: Uint8Array }
  | { readonly type: 'problem'; readonly message: string };
