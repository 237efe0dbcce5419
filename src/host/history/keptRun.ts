import { decimate } from '../../core/training/record';
import { goalOf, type RunRecord, type Trial } from '../../core/training/trial';
import { toLabRun } from '../runs/labRun';
import { Run, type RunRows } from '../runs/run';
import { trialKey } from '../runs/trialKey';
import type { KeptContent, ListedEntry } from './entry';
import { sha256, type RunToKeep } from './store';

/** Bytes that the columns of a kept record take at most; 3000 rows of sixteen columns are less. */
const COLUMN_BYTES = 1e6;
/** Points of a larger dimension that are kept besides. */
const SNAPSHOT_BYTES = 4e6;

/** What a run leaves behind, its rows thinned as pages show them. Its remedies name places of the file as it is now. */
export function contentOf(run: Run): KeptContent {
  const summary = run.summary!;
  return {
    trial: run.trial,
    summary: { ...summary, verdict: { ...summary.verdict, remedies: summary.verdict.remedies.map((remedy) => run.currentRemedy(remedy)) } },
    record: bounded(toLabRun(run).record),
    ...(run.score ? { score: run.score } : {}),
  };
}

function bounded(record: RunRecord | null): RunRecord | null {
  if (!record) return null;
  const thinned = decimate(record, Math.max(64, Math.floor(COLUMN_BYTES / (8 * Object.keys(record.columns).length))));
  const large = thinned.snapshots !== null && thinned.snapshots.points.byteLength > SNAPSHOT_BYTES;
  return large ? { ...thinned, snapshots: null } : thinned;
}

export interface KeptContext {
  readonly batch: string;
  readonly batchStarted: number;
  readonly automatic: boolean;
  readonly finished: number;
  readonly experiment: string;
  readonly title: string;
  readonly version: string;
}

export async function entryOf(run: Run, context: KeptContext): Promise<RunToKeep> {
  const { trial } = run;
  const summary = run.summary!;
  return {
    ...context, key: await sha256(trialKey(trial)), trialId: trial.id, label: trial.label, variant: trial.variant, seed: trial.seed, startIndex: trial.startIndex,
    goal: goalOf(trial), status: summary.status, verdict: summary.verdict.kind, loss: summary.loss, steps: summary.steps, seconds: summary.seconds,
  };
}

/** The rows of a kept run, which is over. */
class KeptRows implements RunRows {
  constructor(private readonly record: RunRecord | null) {}

  get rows(): number {
    return this.record?.rows ?? 0;
  }

  append(): void {
    throw new Error('A kept run has all its rows.');
  }

  build(): RunRecord {
    return this.record ?? { rows: 0, columns: {}, kept: 'all', snapshots: null };
  }
}

/** The run as it was shown when it ended. */
export function revive(entry: Pick<ListedEntry, 'finished' | 'seconds'>, { trial, summary, record, score }: KeptContent): Run {
  return Run.kept(trial, summary, new KeptRows(record), entry.finished - 1000 * entry.seconds, score ?? null);
}

/**
 * For each trial by its id the entry that answers it: the newest of an equal trial that ended by itself, or was cancelled where none did;
 * else, with `standIns`, the newest that stood in its place.
 * @param entries of one experiment, newest first
 * @param keys of the trials, SHA-256 of their keys
 */
export function answers(entries: readonly ListedEntry[], trials: readonly Trial[], keys: ReadonlyMap<Trial, string>, standIns = true): ReadonlyMap<string, ListedEntry> {
  const equal = new Map<string, ListedEntry>();
  const cancelled = new Map<string, ListedEntry>();
  const place = new Map<string, ListedEntry>();
  for (const entry of entries) {
    if (entry.status === 'failed') continue;
    const known = entry.status === 'cancelled' ? cancelled : equal;
    if (!known.has(entry.key)) known.set(entry.key, entry);
    if (entry.status !== 'cancelled' && !place.has(entry.trialId)) place.set(entry.trialId, entry);
  }
  const out = new Map<string, ListedEntry>();
  for (const trial of trials) {
    const key = keys.get(trial)!;
    const entry = equal.get(key) ?? cancelled.get(key) ?? (standIns ? place.get(trial.id) : undefined);
    if (entry) out.set(trial.id, entry);
  }
  return out;
}

/**
 * What was run together with these and stands in no asked trial's place: the points that a narrowing sweep added. Of equal runs the newest that
 * ended by itself, or was cancelled where none did.
 * @param entries of one experiment, newest first
 */
export function companions(entries: readonly ListedEntry[], answering: readonly ListedEntry[], asked: readonly Trial[]): readonly ListedEntry[] {
  const batches = new Set(answering.map(({ batch }) => batch));
  const places = new Set(asked.map(({ id }) => id));
  const chosen = new Map<string, ListedEntry>();
  for (const entry of entries) {
    if (entry.status === 'failed' || !batches.has(entry.batch) || places.has(entry.trialId)) continue;
    const name = `${entry.trialId}\n${entry.key}`;
    const there = chosen.get(name);
    if (!there || (there.status === 'cancelled' && entry.status !== 'cancelled')) chosen.set(name, entry);
  }
  const kept = new Set(chosen.values());
  return entries.filter((entry) => kept.has(entry));
}
