import { arraysOf } from './tables';
import type { DiagnosticsTier, RunRecord } from './trial';

/** Up to this dimension the point and the gradient have a column each variable; above, points are kept as snapshots. */
export const POINT_COLUMNS = 3;

/** Measured each step. */
const MEASURED = ['step', 'loss', 'gradientNorm', 'learningRate'] as const;
/** Follow from the points and gradients: a run that records those leaves them to `derive`, which costs the run nothing. */
const DERIVED = ['turn', 'distance', 'updateNorm', 'weightNorm', 'directionalDerivative'] as const;
const STANDARD = ['curvature', 'alpha', 'predictedChange', 'actualChange', 'changeRatio'] as const;
const FULL = ['sharpness', 'sharpnessLimit', 'noiseScale'] as const;

/** Names of the columns that a run of this tier and dimension writes, in order. */
function columnNames(tier: DiagnosticsTier, dimension: number): readonly string[] {
  const names: string[] = [...MEASURED];
  if (dimension <= POINT_COLUMNS) {
    for (let i = 0; i < dimension; i++) names.push(`theta${i}`);
    for (let i = 0; i < dimension; i++) names.push(`gradient${i}`);
  } else {
    names.push(...DERIVED);
  }
  if (tier !== 'basic') names.push(...STANDARD);
  if (tier === 'full') names.push(...FULL);
  return names;
}

/**
 * A stretch of rows in one buffer. Column c, row r stands at `values[c·stride + r]`: the run loop writes by these numbers and looks
 * nothing up. Columns that the run does not have stand at −1.
 */
export interface Chunk {
  readonly values: Float64Array;
  readonly stride: number;
}

/** First places of the columns, counted in columns. */
export interface Layout {
  readonly names: readonly string[];
  /** Of the point and the gradient (dimension ≤ 3). */
  readonly theta: number;
  readonly gradient: number;
  /** Of turn, distance, updateNorm, weightNorm, directionalDerivative (dimension > 3). */
  readonly derived: number;
  /** Of curvature, alpha, predictedChange, actualChange, changeRatio. */
  readonly standard: number;
  /** Of sharpness, sharpnessLimit, noiseScale. */
  readonly full: number;
}

const layouts = new Map<string, Layout>();

/** The same for all runs of a tier and a dimension; where points are no columns, of all such dimensions. */
function layoutOf(tier: DiagnosticsTier, dimension: number): Layout {
  const key = `${tier} ${Math.min(dimension, POINT_COLUMNS + 1)}`;
  let layout = layouts.get(key);
  if (!layout) {
    const names = columnNames(tier, dimension);
    const place = (name: string) => names.indexOf(name);
    layouts.set(key, (layout = { names, theta: place('theta0'), gradient: place('gradient0'), derived: place('turn'), standard: place('curvature'), full: place('sharpness') }));
  }
  return layout;
}

/** Not powers of two: columns would then share their places in the processor's cache. */
const FIRST_ROWS = 2040;
const MOST_ROWS = 16_376;
/** Of a run whose rows nobody asks for: these stay in the cache. */
const FORGOTTEN_ROWS = 504;

/** Where the chunks of a run come from, if not from memory of their own. */
export interface RowMemory {
  /** What stands in it does not matter. */
  allocate(length: number): Float64Array;
  /** A chunk from `allocate` whose rows are not handed on: they were copied, or there are none. */
  release(values: Float64Array): void;
}

/**
 * Collects a run's rows in chunks. Every chunk is one buffer that all its columns share, handed on whole and never touched again:
 * it can be transferred to another thread. Chunks grow, so that short runs stay small and long ones make few.
 */
export class Recorder {
  readonly layout: Layout;
  chunk: Chunk;
  /** The row of the chunk that is being written; −1 before the first. */
  row = -1;
  capacity: number;
  private readonly ready: RunRecord[] = [];
  private snapshotSteps: number[] = [];
  private snapshotPoints: Float64Array[] = [];
  private snapshotStride = 1;
  private snapshotCount = 0;
  /** The next step whose point is kept; infinite where points are columns. */
  nextSnapshot: number;

  /**
   * @param rowsExpected so that a short run asks for no more than it fills.
   * @param snapshotBytes cap for the kept points of a dimension > 3; beyond it every second is dropped.
   */
  constructor(
    tier: DiagnosticsTier,
    private readonly dimension: number,
    private rowsExpected = Infinity,
    private readonly snapshotBytes = 16 * 2 ** 20,
    /** false: nobody asks for the rows. They are written, for the step after them, and then forgotten. */
    readonly kept = true,
    private readonly memory?: RowMemory,
  ) {
    this.layout = layoutOf(tier, dimension);
    this.capacity = Math.max(2, Math.min(kept ? FIRST_ROWS : FORGOTTEN_ROWS, rowsExpected + 1));
    this.chunk = this.allocate();
    this.nextSnapshot = kept && dimension > POINT_COLUMNS ? 0 : Infinity;
  }

  private allocate(): Chunk {
    const length = this.layout.names.length * this.capacity;
    return { values: this.kept && this.memory ? this.memory.allocate(length) : new Float64Array(length), stride: this.capacity };
  }

  /** Moves to the next row, to a new chunk where this one is full. The row before it stays at hand: its update is not known yet. */
  advance(): void {
    if (this.row + 1 === this.capacity) this.split(true);
    this.row++;
  }

  /** Ends the chunk before the row being written, which moves into a new chunk's first place. */
  private split(grow: boolean): void {
    const { chunk, row } = this;
    if (!this.kept) {
      for (let c = 0; c < this.layout.names.length; c++) chunk.values[c * chunk.stride] = chunk.values[c * chunk.stride + row];
      this.row = 0;
      return;
    }
    this.rowsExpected -= row;
    if (grow) this.capacity = Math.min(4 * this.capacity, MOST_ROWS);
    this.capacity = Math.max(2, Math.min(this.capacity, this.rowsExpected + 1));
    this.chunk = this.allocate();
    for (let c = 0; c < this.layout.names.length; c++) this.chunk.values[c * this.capacity] = chunk.values[c * chunk.stride + row];
    this.row = 0;
    this.finish(chunk, row);
  }

  private finish(chunk: Chunk, rows: number): void {
    if (!this.kept) return;
    const { values, stride } = chunk;
    if (rows === 0) {
      this.memory?.release(values);
      return;
    }
    // A chunk that is nearly full leaves as it is; one with little in it is copied to a buffer of its size.
    const compact = rows < 0.75 * stride ? new Float64Array(rows * this.layout.names.length) : null;
    const columns: Record<string, Float64Array> = {};
    this.layout.names.forEach((name, c) => {
      const part = values.subarray(c * stride, c * stride + rows);
      if (compact) {
        compact.set(part, c * rows);
        columns[name] = compact.subarray(c * rows, (c + 1) * rows);
      } else {
        columns[name] = part;
      }
    });
    if (compact) this.memory?.release(values);
    this.ready.push({ rows, columns, kept: 'all', snapshots: this.takeSnapshots() });
  }

  /** Keeps the point of a step (dimension > 3). */
  snapshot(step: number, point: Float64Array): void {
    this.snapshotSteps.push(step);
    this.snapshotPoints.push(point.slice());
    this.snapshotCount++;
    if (this.snapshotCount * this.dimension * 8 > this.snapshotBytes) {
      this.snapshotCount = Math.ceil(this.snapshotCount / 2);
      this.snapshotStride *= 2;
    }
    this.nextSnapshot = (Math.floor(step / this.snapshotStride) + 1) * this.snapshotStride;
  }

  /** Keeps the point where the run ended, wherever the stride stands. */
  lastSnapshot(step: number, point: Float64Array): void {
    if (this.snapshotSteps[this.snapshotSteps.length - 1] !== step && step % this.snapshotStride !== 0) this.snapshot(step, point);
  }

  private takeSnapshots(): RunRecord['snapshots'] {
    if (this.snapshotSteps.length === 0) return null;
    const points = new Float64Array(this.snapshotSteps.length * this.dimension);
    this.snapshotPoints.forEach((point, i) => points.set(point, i * this.dimension));
    const steps = Float64Array.from(this.snapshotSteps);
    this.snapshotSteps = [];
    this.snapshotPoints = [];
    return { steps, points };
  }

  /** Whether whole chunks lie ready. */
  get full(): boolean {
    return this.ready.length > 0;
  }

  /** The whole chunks that lie ready, in order; what the last one has so far stays. */
  takeFull(): RunRecord[] {
    return this.ready.splice(0);
  }

  /** The finished rows since the last call, in order. `all`: the run has ended and the last row is finished too. */
  take(all: boolean): RunRecord[] {
    if (all) {
      this.finish(this.chunk, this.row + 1);
      this.row = -1;
    } else if (this.row > 0) {
      this.split(false);
    }
    return this.ready.splice(0);
  }
}

/** The distinct buffers of a record, for a transfer list. Memory that is shared is not transferred. */
export function transferables(record: RunRecord): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const column of Object.values(record.columns)) buffers.add(column.buffer as ArrayBuffer);
  for (const array of arraysOf(record)) buffers.add(array.buffer as ArrayBuffer);
  if (record.snapshots) buffers.add(record.snapshots.steps.buffer as ArrayBuffer).add(record.snapshots.points.buffer as ArrayBuffer);
  return [...buffers].filter((buffer) => buffer instanceof ArrayBuffer);
}
