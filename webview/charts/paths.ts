import type { RunRecord } from '../../src/core/training/trial';
import type { LabRun } from '../../src/protocol/lab';
import { project, type Plane } from './projection';

/** Where a run was, in a plane: row k of each array belongs together. */
export interface PlanePath {
  readonly steps: Float64Array;
  readonly a: Float64Array;
  readonly b: Float64Array;
}

/** Points of a run as rows × P, row-major, with their steps; null where the record has none (a dimension above 3 without snapshots). */
export function recordPoints(record: RunRecord, dimension: number): NonNullable<RunRecord['snapshots']> | null {
  if (record.snapshots) return record.snapshots;
  const columns = Array.from({ length: dimension }, (_, i) => record.columns[`theta${i}`]);
  const steps = record.columns['step'];
  if (!steps || columns.some((column) => !column)) return null;
  const points = new Float64Array(record.rows * dimension);
  for (let r = 0; r < record.rows; r++) for (let i = 0; i < dimension; i++) points[r * dimension + i] = columns[i][r];
  return { steps: steps.subarray(0, record.rows), points };
}

/** The run's path in the plane. */
export function planePath(record: RunRecord, dimension: number, plane: Plane): PlanePath | null {
  if (dimension === 2 && record.columns['theta0'] && record.columns['theta1']) {
    return { steps: record.columns['step'].subarray(0, record.rows), a: record.columns['theta0'], b: record.columns['theta1'] };
  }
  const found = recordPoints(record, dimension);
  if (!found) return null;
  const count = found.steps.length;
  const a = new Float64Array(count);
  const b = new Float64Array(count);
  for (let r = 0; r < count; r++) [a[r], b[r]] = project(plane, found.points, r * dimension);
  return { steps: found.steps, a, b };
}

/** Index of the last entry at or before `step`, −1 where there is none. */
export function lastAt(steps: Float64Array, step: number, count = steps.length): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (steps[middle] <= step) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A path in pixels, thinned to what can be told apart: x, y and the row each point came from. */
export interface PixelPath {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly rows: Int32Array;
  readonly count: number;
  /** The row from which on nothing finite follows; −1 where all is finite. */
  readonly broken: number;
  /** Length of the whole in pixels. */
  readonly length: number;
}

/** Far outside, canvas coordinates lose their precision and dashes cost without end. */
const FAR = 4000;

/** Rows of the path in pixels; steps below `least` pixels are joined. */
export function pixelPath(path: PlanePath, toX: (a: number) => number, toY: (b: number) => number, least = 0.7): PixelPath {
  const size = path.steps.length;
  const x = new Float32Array(size);
  const y = new Float32Array(size);
  const rows = new Int32Array(size);
  let count = 0;
  let broken = -1;
  let length = 0;
  for (let r = 0; r < size; r++) {
    const px = toX(path.a[r]);
    const py = toY(path.b[r]);
    if (!Number.isFinite(px) || !Number.isFinite(py)) {
      broken = r;
      break;
    }
    if (count > 0 && r < size - 1 && Math.abs(px - x[count - 1]) < least && Math.abs(py - y[count - 1]) < least) continue;
    const scale = Math.min(1, FAR / Math.max(1, Math.abs(px)), FAR / Math.max(1, Math.abs(py)));
    if (scale < 1 && count > 0) {
      // Keep the direction from the last point, not the place.
      const dx = px - x[count - 1];
      const dy = py - y[count - 1];
      const reach = FAR / Math.hypot(dx, dy);
      x[count] = x[count - 1] + dx * Math.min(1, reach);
      y[count] = y[count - 1] + dy * Math.min(1, reach);
    } else {
      x[count] = px * scale;
      y[count] = py * scale;
    }
    if (count > 0) length += Math.hypot(x[count] - x[count - 1], y[count] - y[count - 1]);
    rows[count++] = r;
  }
  return { x, y, rows, count, broken, length };
}

/** The median over runs and the band from the smallest to the largest, at the steps of the longest run. */
export function bandOf(runs: readonly { readonly steps: Float64Array; readonly values: Float64Array }[], most = 600): { steps: number[]; median: number[]; low: number[]; high: number[] } {
  const longest = runs.reduce((best, run) => (run.steps.length > best.steps.length ? run : best), runs[0]);
  const stride = Math.max(1, Math.ceil(longest.steps.length / most));
  const out = { steps: [] as number[], median: [] as number[], low: [] as number[], high: [] as number[] };
  for (let r = 0; r < longest.steps.length; r += stride) {
    const step = longest.steps[r];
    const values: number[] = [];
    for (const run of runs) {
      const at = lastAt(run.steps, step);
      // A run that ended keeps its last value: it is where that run stands.
      if (at >= 0 && Number.isFinite(run.values[at])) values.push(run.values[at]);
    }
    if (values.length === 0) continue;
    values.sort((p, q) => p - q);
    const half = values.length >> 1;
    out.steps.push(step);
    out.median.push(values.length % 2 === 1 ? values[half] : (values[half - 1] + values[half]) / 2);
    out.low.push(values[0]);
    out.high.push(values[values.length - 1]);
  }
  return out;
}

/** Rows of the run up to its last finite loss. */
export function finiteRows(run: LabRun): number {
  const loss = run.record?.columns['loss'];
  if (!run.record || !loss) return 0;
  let rows = run.record.rows;
  while (rows > 0 && !Number.isFinite(loss[rows - 1])) rows--;
  return rows;
}
