import { emptyLike, type Vector } from '../../core/kernels/kernels';
import { decimate } from '../../core/training/record';
import { arraysOf, thinned as thinnedTable, withArrays } from '../../core/training/tables';
import { type RunRecord, goalOf } from '../../core/training/trial';
import type { HostMessage, LabRun } from '../../protocol/lab';
import { reasonText, statusText } from '../../wording/status';
import { remedyText, verdictSeverity, verdictText, verdictTitle } from '../../wording/verdicts';
import { type Run, seriesKey } from './run';

/** Rows of a record that a page is shown at most. */
const SHOWN_ROWS = 3000;
/** … while the run goes on: the picture is replaced within a moment. */
const RUNNING_ROWS = 1000;
/** Kept points of a dimension above 3 that a page is shown at most. */
const SHOWN_POINTS = 1000;
const SHOWN_POINT_BYTES = 4 << 20;

const made = new WeakMap<Run, { readonly revision: number; readonly lab: LabRun }>();

/** A run as a page sees it. Made once a revision, so that several pages share it. */
export function toLabRun(run: Run): LabRun {
  const cached = made.get(run);
  if (cached && cached.revision === run.revision) return cached.lab;
  const lab = build(run);
  made.set(run, { revision: run.revision, lab });
  return lab;
}

function build(run: Run): LabRun {
  return {
    ...toOutcome(run),
    record: run.builder.rows > 0 ? shown(run) : null,
  };
}

/** A run's outcome without its rows. */
export function toOutcome(run: Run): Omit<LabRun, 'record'> {
  const { trial, summary } = run;
  const verdict = summary?.verdict;
  return {
    id: trial.id,
    seriesKey: seriesKey(trial),
    label: trial.label,
    variant: trial.variant,
    startIndex: trial.startIndex,
    seed: trial.seed,
    status: run.status,
    preview: run.preview,
    stale: run.stale,
    steps: run.steps,
    stepLimit: trial.stop.steps,
    seconds: summary?.seconds ?? null,
    loss: finite(run.loss),
    gradientNorm: finite(run.gradientNorm),
    parameters: summary?.parameters ?? null,
    reason: summary ? reasonText(summary.reason) : '',
    statusText: statusText(run.status, summary?.reason),
    verdict: verdict ? {
      kind: verdict.kind,
      title: verdictTitle(verdict.kind),
      text: (verdict.kind === 'failed' && summary && reasonText(summary.reason)) || verdictText(verdict, { parameters: summary?.parameters, goal: goalOf(trial) }),
      severity: verdictSeverity(verdict.kind),
      evidence: Object.fromEntries(Object.entries(verdict.evidence).filter(([, value]) => Number.isFinite(value))),
      remedies: verdict.remedies.map((remedy) => {
        const { path, value, also } = run.currentRemedy(remedy);
        return { text: remedyText(remedy), path, value, ...(also ? { also } : {}) };
      }),
    } : null,
    criticalPoint: summary?.criticalPoint ?? null,
    ...partOf(trial),
    sweep: trial.sweep,
    sweepValue: run.sweepValue,
    isBest: run.isBest,
    model: summary?.model ? { ...summary.model, scored: undefined } as LabRun['model'] : null,
    epochs: trial.kind === 'model' ? run.epochs : null,
  };
}

function partOf(trial: Run['trial']): Pick<LabRun, 'part' | 'partIndex'> {
  if (trial.kind === 'objective' || (trial.resample === null && trial.boosting === null)) return { part: 'main', partIndex: null };
  if (trial.boosting) return { part: 'boosting', partIndex: null };
  return trial.resample!.kind === 'fold' ? { part: 'fold', partIndex: trial.resample!.index } : { part: 'round', partIndex: trial.resample!.round };
}

function shown(run: Run): RunRecord {
  const whole = run.builder.build();
  // Paths are drawn of the experiment's own runs, of a sweep the best.
  const snapshots = partOf(run.trial).part === 'main' && run.isBest ? thinnedSnapshots(whole.snapshots, SHOWN_POINTS, SHOWN_POINT_BYTES) : null;
  const most = run.finished ? SHOWN_ROWS : RUNNING_ROWS;
  const { epochs, layers } = whole;
  const tables = { epochs: epochs && thinnedTable(epochs, most), layers: layers && { ...thinnedTable(layers, most), names: layers.names } };
  if (whole.rows <= most) return packed({ ...whole, ...tables, snapshots });
  return packed({ ...decimate(run.view.build(), most), ...tables, kept: 'buckets', snapshots });
}

/** At most so many points, of so many bytes, evenly spread over the run, the first and the last among them. */
export function thinnedSnapshots(snapshots: RunRecord['snapshots'], points: number, bytes: number): RunRecord['snapshots'] {
  if (!snapshots || snapshots.steps.length === 0) return null;
  const count = snapshots.steps.length;
  const dimension = snapshots.points.length / count;
  const most = Math.max(2, Math.min(points, Math.floor(bytes / (8 * dimension))));
  if (count <= most) return snapshots;
  const steps = new Float64Array(most);
  const kept = emptyLike(snapshots.points, most * dimension);
  for (let i = 0; i < most; i++) {
    const from = Math.round((i * (count - 1)) / (most - 1));
    steps[i] = snapshots.steps[from];
    kept.set(snapshots.points.subarray(from * dimension, (from + 1) * dimension), i * dimension);
  }
  return { steps, points: kept };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/**
 * The record with all its numbers in one buffer of its own. A view on a part of a larger buffer would send the whole of it, and VS Code
 * counts the buffers of a message in one byte: with more than 253 the later ones arrive empty.
 */
export function packed(record: RunRecord): RunRecord {
  const { snapshots } = record;
  const arrays = [...Object.values(record.columns), ...arraysOf(record), ...(snapshots ? [snapshots.steps, snapshots.points] : [])];
  const buffer = new Float64Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  const pack = (array: Vector): Float64Array => {
    const part = buffer.subarray(at, at + array.length);
    part.set(array);
    at += array.length;
    return part;
  };
  const columns: Record<string, Float64Array> = {};
  for (const [name, column] of Object.entries(record.columns)) columns[name] = pack(column);
  return { ...record, columns, ...withArrays(record, pack), snapshots: snapshots && { steps: pack(snapshots.steps), points: pack(snapshots.points) } };
}

/** Runs that one message carries at most: each brings one buffer, and a message has room for 253. */
const RUNS_A_MESSAGE = 200;

/** The message as VS Code can carry it: the runs that are too many for one follow in further ones. */
export function portions(message: HostMessage): HostMessage[] {
  if (!('runs' in message) || message.runs.length <= RUNS_A_MESSAGE) return [message];
  const out: HostMessage[] = [{ ...message, runs: message.runs.slice(0, RUNS_A_MESSAGE) }];
  for (let at = RUNS_A_MESSAGE; at < message.runs.length; at += RUNS_A_MESSAGE) out.push({ type: 'run', runs: message.runs.slice(at, at + RUNS_A_MESSAGE) });
  return out;
}
