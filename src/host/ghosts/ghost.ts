import { decimate } from '../../core/training/record';
import type { OptimizerSpec, Schedule } from '../../core/optimizers/spec';
import type { RunRecord } from '../../core/training/trial';
import type { LabGhost, LabRun } from '../../protocol/lab';
import { surfaceOf } from '../editor/surface';
import { packed, toLabRun } from '../runs/labRun';
import type { Run } from '../runs/run';

/** Rows of a ghost's record at most: it is a line behind others. */
const ROWS = 1500;
const POINTS = 400;
const POINT_BYTES = 1 << 20;
/** What convergence and landscape draw of it. */
const COLUMNS = ['step', 'loss', 'gradientNorm', 'learningRate', 'theta0', 'theta1', 'theta2'];

/** A pinned run as pages show it, but for what depends on the page and on the history. */
export function ghostOf(run: Run, id: string): Omit<LabGhost, 'here' | 'kept' | 'file'> {
  const { trial } = run;
  const lab: LabRun = { ...toLabRun(run), id: `ghost:${id}`, preview: false, stale: false, isBest: true };
  return {
    id, kind: trial.kind, rate: firstRate(trial.optimizer), surface: trial.kind === 'objective' ? surfaceOf(trial.objective) : null,
    run: { ...lab, record: lab.record && thinned(lab.record) },
  };
}

/** The rate that a rule begins with, as the file says it; null for a rule without one. */
export function firstRate({ learningRate }: Pick<OptimizerSpec, 'learningRate'>): number | null {
  const rate: unknown = learningRate;
  if (typeof rate === 'number') return rate;
  if (typeof rate !== 'object' || rate === null) return null;
  const schedule = rate as Schedule;
  switch (schedule.schedule) {
    case 'oneCycle': return schedule.peak;
    case 'cyclic': return schedule.low;
    case 'warmup': return firstRate({ learningRate: schedule.then });
    default: return schedule.initial;
  }
}

function thinned(record: RunRecord): RunRecord {
  const { rows, columns, kept } = decimate(record, ROWS);
  const shown = Object.fromEntries(COLUMNS.flatMap((name) => (columns[name] ? [[name, columns[name]]] : [])));
  return packed({ rows, kept, columns: shown, snapshots: spread(record.snapshots), epochs: record.epochs ?? null });
}

/** Points evenly spread over the run, the first and the last among them. */
function spread(snapshots: RunRecord['snapshots']): RunRecord['snapshots'] {
  if (!snapshots || snapshots.steps.length === 0) return null;
  const count = snapshots.steps.length;
  const dimension = snapshots.points.length / count;
  const most = Math.max(2, Math.min(POINTS, Math.floor(POINT_BYTES / (8 * dimension))));
  if (count <= most) return snapshots;
  const chosen = Array.from({ length: most }, (_, i) => Math.round((i * (count - 1)) / (most - 1)));
  const points = new Float64Array(most * dimension);
  chosen.forEach((from, i) => points.set(snapshots.points.subarray(from * dimension, (from + 1) * dimension), i * dimension));
  return { steps: Float64Array.from(chosen, (from) => snapshots.steps[from]), points };
}
