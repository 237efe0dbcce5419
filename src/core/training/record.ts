import { emptyLike, type Vector } from '../kernels/kernels';
import { completeNames, derive, type DerivedColumns } from './derive';
import { TableStore } from './tables';
import type { RunRecord } from './trial';

const DEFAULT_CAP = 64 * 2 ** 20;
const SNAPSHOT_CAP = 16 * 2 ** 20;
const FIRST_ROWS = 1024;
/** From this part of the cap on the store is the cap's size. */
const LARGE = 8;
/** Rows that a bucket keeps at most: first, last, and of loss and gradient norm the extremes (see `selectRows`). */
const ROWS_A_BUCKET = 5;

/**
 * A run's rows as they come, in bounded memory, with the columns that the run left to be derived. Up to the cap every row is kept. From then on the steps are cut into equal stretches
 * that keep their first and last row, the smallest and largest loss and the largest gradient norm, so that no spike is lost; each
 * time the cap is met again the stretches double.
 */
export class RecordBuilder {
  private names: readonly string[] = [];
  private store: Float64Array[] = [];
  private capacity = 0;
  private filled = 0;
  /** Rows whose derived columns are complete but for the last one's update. */
  private derived = 0;
  private measured: readonly string[] = [];
  /** Steps a bucket; 0 while every row is kept. */
  private width = 0;
  private readonly capBytes: number;
  private readonly snapshotBytes: number;
  private snapshotSteps: number[] = [];
  private snapshotPoints: Vector[] = [];
  private snapshotStride = 1;
  private readonly tables = new TableStore();

  /** @param capBytes for the rows, default 64 MB; points of dimensions above 3 take up to a quarter of it besides, at most 16 MB. */
  constructor({ capBytes = DEFAULT_CAP }: { capBytes?: number } = {}) {
    this.capBytes = capBytes;
    this.snapshotBytes = Math.min(SNAPSHOT_CAP, capBytes / 4);
  }

  /** Rows kept. */
  get rows(): number {
    return this.filled;
  }

  /** Adds the next piece of the run; all pieces have the same columns. */
  append(piece: RunRecord): void {
    if (this.names.length === 0) {
      this.measured = Object.keys(piece.columns);
      this.names = completeNames(this.measured);
      this.store = this.names.map(() => new Float64Array(0));
    }
    const most = Math.max(64, Math.floor(this.capBytes / (8 * this.names.length)));
    const columns = this.measured.map((name) => [piece.columns[name], this.names.indexOf(name)] as const);
    // In stretches of at most half the cap, so that a piece of any length fits after a compaction.
    const part = most >> 1;
    for (let from = 0; from < piece.rows; from += part) {
      const rows = Math.min(part, piece.rows - from);
      if (this.filled + rows > most) this.compact(most);
      this.reserve(this.filled + rows, most);
      for (const [column, i] of columns) this.store[i].set(column.subarray(from, from + rows), this.filled);
      this.filled += rows;
    }
    if (piece.snapshots) this.keepSnapshots(piece.snapshots);
    this.tables.add(piece);
  }

  private reserve(rows: number, most: number): void {
    if (rows <= this.capacity) return;
    // Doubling to the end would copy half the cap in one go and hold up the host's thread: a long run gets all of it at once. Memory of that
    // size comes from the operating system page by page, as it is written.
    const doubled = Math.max(FIRST_ROWS, rows, 2 * this.capacity);
    this.capacity = doubled > most / LARGE ? most : doubled;
    // One buffer for all columns, and an odd stride: columns would else share their places in the processor's cache.
    const stride = this.capacity | 1;
    const all = new Float64Array(stride * this.names.length);
    this.store = this.store.map((column, i) => {
      const grown = all.subarray(i * stride, i * stride + this.capacity);
      grown.set(column.subarray(0, this.filled));
      return grown;
    });
  }

  private deriveColumns(): void {
    if (this.names.length === this.measured.length) return;
    const get = (name: string) => this.column(name);
    const points = this.names.filter((name) => name.startsWith('theta'));
    const columns: DerivedColumns = {
      step: get('step'), gradientNorm: get('gradientNorm'), theta: points.map(get), gradient: points.map((_, i) => get(`gradient${i}`)),
      turn: get('turn'), distance: get('distance'), updateNorm: get('updateNorm'), weightNorm: get('weightNorm'),
      directionalDerivative: get('directionalDerivative'),
    };
    derive(columns, this.derived, this.filled);
    this.derived = this.filled;
  }

  private compact(most: number): void {
    this.deriveColumns();
    const steps = this.column('step');
    const target = most >> 1;
    // Widths are powers of two: the new stretches are unions of the old ones, and their extremes are extremes of extremes.
    if (this.width === 0) this.width = 2;
    let kept: Int32Array;
    for (;;) {
      while (((steps[this.filled - 1] - steps[0]) / this.width) * 2 > target) this.width *= 2;
      kept = selectRows(steps, this.column('loss'), this.column('gradientNorm'), this.filled, this.width);
      if (kept.length <= target) break;
      this.width *= 2;
    }
    // In place: a kept row never moves up, and a megabyte that is not allocated is not collected.
    for (const column of this.store) {
      for (let i = 0; i < kept.length; i++) column[i] = column[kept[i]];
    }
    this.filled = kept.length;
    this.derived = kept.length;
  }

  private column(name: string): Float64Array {
    return this.store[this.names.indexOf(name)];
  }

  private keepSnapshots({ steps, points }: NonNullable<RunRecord['snapshots']>): void {
    const dimension = points.length / steps.length;
    for (let i = 0; i < steps.length; i++) {
      // The very last point of a run may be off the stride, and come twice; it gives way when another comes after it.
      const last = this.snapshotSteps[this.snapshotSteps.length - 1];
      if (last !== undefined && (last % this.snapshotStride !== 0 || last === steps[i])) {
        this.snapshotSteps.pop();
        this.snapshotPoints.pop();
      }
      if (steps[i] % this.snapshotStride !== 0 && i + 1 < steps.length) continue;
      this.snapshotSteps.push(steps[i]);
      this.snapshotPoints.push(points.slice(i * dimension, (i + 1) * dimension));
      if (this.snapshotSteps.length * dimension * points.BYTES_PER_ELEMENT > this.snapshotBytes && this.snapshotSteps.length > 4) {
        this.snapshotStride *= 2;
        const kept = this.snapshotSteps.map((step) => step % this.snapshotStride === 0);
        this.snapshotSteps = this.snapshotSteps.filter((_, k) => kept[k]);
        this.snapshotPoints = this.snapshotPoints.filter((_, k) => kept[k]);
      }
    }
  }

  /** The rows so far. The columns are views into the builder's memory, cheap to make: copy what is to be kept or transferred. */
  build(): RunRecord {
    this.deriveColumns();
    const columns: Record<string, Float64Array> = {};
    this.names.forEach((name, i) => {
      columns[name] = this.store[i].subarray(0, this.filled);
    });
    return { rows: this.filled, columns, kept: this.width === 0 ? 'all' : 'buckets', snapshots: this.buildSnapshots(), ...this.tables.build() };
  }

  private buildSnapshots(): RunRecord['snapshots'] {
    const count = this.snapshotSteps.length;
    if (count === 0) return null;
    const [first] = this.snapshotPoints;
    const dimension = first.length;
    const points = emptyLike(first, count * dimension);
    this.snapshotPoints.forEach((point, i) => points.set(point, i * dimension));
    return { steps: Float64Array.from(this.snapshotSteps), points };
  }
}

/**
 * At most `maxRows` real rows of a record: of equal stretches of steps the first, the last, the smallest and the largest loss and the
 * largest gradient norm; always the first and last row. A loss that is not a number counts as the largest. Returns the record itself
 * where it is short enough, else new columns in buffers of their own.
 */
export function decimate(record: RunRecord, maxRows: number): RunRecord {
  if (record.rows <= maxRows) return record;
  const { step, loss, gradientNorm } = record.columns;
  const span = step[record.rows - 1] - step[0] + 1;
  // Smooth stretches need two rows, jagged ones up to five: begin hopeful, widen until it fits.
  let width = Math.max(1, (2 * span) / maxRows);
  let kept = selectRows(step, loss, gradientNorm, record.rows, width);
  while (kept.length > maxRows && width < span) {
    width *= Math.max(1.05, Math.min(ROWS_A_BUCKET, kept.length / maxRows));
    kept = selectRows(step, loss, gradientNorm, record.rows, width);
  }
  if (kept.length > maxRows) kept = Int32Array.of(0, record.rows - 1).subarray(0, Math.max(1, maxRows));
  const columns: Record<string, Float64Array> = {};
  for (const [name, column] of Object.entries(record.columns)) {
    const chosen = new Float64Array(kept.length);
    for (let i = 0; i < kept.length; i++) chosen[i] = column[kept[i]];
    columns[name] = chosen;
  }
  return { ...record, rows: kept.length, columns, kept: 'buckets' };
}

/** Indices, ascending, of the rows kept of buckets that are `width` steps wide, counted from step 0. */
function selectRows(step: Float64Array, loss: Float64Array, gradientNorm: Float64Array, rows: number, width: number): Int32Array {
  const kept = new Int32Array(rows);
  let count = 0;
  let row = 0;
  while (row < rows) {
    const first = row;
    const end = (Math.floor(step[row] / width) + 1) * width;
    let low = row;
    let high = row;
    let steep = row;
    for (; row < rows && (row === first || step[row] < end); row++) {
      const value = loss[row];
      if (value < loss[low] || loss[low] !== loss[low]) low = row;
      if (loss[high] === loss[high] && !(value <= loss[high])) high = row;
      if (gradientNorm[row] > gradientNorm[steep] || gradientNorm[steep] !== gradientNorm[steep]) steep = row;
    }
    const last = row - 1;
    // In order, each once; buckets are many, so without a list.
    const least = Math.min(low, high, steep);
    const most = Math.max(low, high, steep);
    const middle = low + high + steep - least - most;
    kept[count++] = first;
    if (least > kept[count - 1]) kept[count++] = least;
    if (middle > kept[count - 1]) kept[count++] = middle;
    if (most > kept[count - 1]) kept[count++] = most;
    if (last > kept[count - 1]) kept[count++] = last;
  }
  return kept.subarray(0, count);
}
