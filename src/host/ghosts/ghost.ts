import { decimate } from '../../core/training/record';
import type { OptimizerSpec, Schedule } from '../../core/optimizers/spec';
import type { RunRecord } from '../../core/training/trial';
import type { LabGhost, LabRun } from '../../protocol/lab';
import { surfaceOf } from '../editor/surface';
import { packed, thinnedSnapshots, toLabRun } from '../runs/labRun';
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
  return packed({ rows, kept, columns: shown, snapshots: thinnedSnapshots(record.snapshots, POINTS, POINT_BYTES), epochs: record.epochs ?? null });
}
