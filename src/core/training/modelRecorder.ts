import { emptyVector, type Precision, type Vector } from '../kernels/kernels';
import { TableStore } from './tables';
import type { HistogramTable, RunRecord, Table } from './trial';

const COLUMNS = ['step', 'loss', 'gradientNorm', 'learningRate'] as const;
const FIRST_ROWS = 256;
const MOST_ROWS = 16_384;
/** Whole pieces of rows that wait at most. */
const MOST_READY = 4;
/** Bytes of kept weights at most. */
const SNAPSHOT_BYTES = 16 * 2 ** 20;
const MOST_SNAPSHOTS = 120;
/** Snapshots for which room is made at once: a large network's few are handed on as they stand, without a copy. */
const SNAPSHOT_BLOCK = 4;

/** Rows of a growing table, taken in pieces. */
class Rows {
  private values: Float64Array[] = [];
  private count = 0;

  constructor(private readonly names: readonly string[], private readonly width = 1) {}

  /** @param row one entry a column, or `width` entries where the column has so many. */
  add(row: ReadonlyMap<string, number | Float64Array>): void {
    if (this.values.length === 0) this.values = this.names.map(() => new Float64Array(64 * this.width));
    for (let c = 0; c < this.names.length; c++) {
      const value = row.get(this.names[c]);
      const width = typeof value === 'number' ? 1 : this.width;
      const at = this.count * width;
      if (at + width > this.values[c].length) {
        const grown = new Float64Array(2 * this.values[c].length);
        grown.set(this.values[c]);
        this.values[c] = grown;
      }
      const column = this.values[c];
      if (typeof value === 'object') for (let k = 0; k < width; k++) column[at + k] = value[k];
      else column[this.count] = value ?? NaN;
    }
    this.count++;
  }

  take(widths: (name: string) => number): Table | null {
    if (this.count === 0) return null;
    const rows = this.count;
    const columns = Object.fromEntries(this.names.map((name, c) => [name, this.values[c].slice(0, rows * widths(name))]));
    this.count = 0;
    return { rows, columns };
  }
}

/** Collects what a network's training leaves: a row an update, a row an epoch, a row of layers an epoch, weights now and then. */
export class ModelRecorder {
  private values: Float64Array;
  private capacity: number;
  private filled = 0;
  private readonly ready: RunRecord[] = [];
  private epochRows: Rows | null = null;
  private layerRows: Rows | null = null;
  private layerNames: readonly string[] = [];
  private readonly tables = new TableStore();
  private snapshotSteps: number[] = [];
  private blocks: Vector[] = [];
  private readonly stride: number;
  private readonly capacityOfSnapshots: number;
  private snapshots = 0;

  /**
   * @param steps updates that the run makes at most.
   * @param size entries of a snapshot.
   * @param precision of the weights, in which they are kept.
   * @param kept false: nobody asks for rows, none is kept.
   */
  constructor(private readonly steps: number, private readonly size: number, private readonly precision: Precision, private readonly kept: boolean) {
    this.capacity = Math.max(1, Math.min(FIRST_ROWS, steps));
    this.values = new Float64Array(kept ? this.capacity * COLUMNS.length : 0);
    this.capacityOfSnapshots = Math.max(2, Math.min(MOST_SNAPSHOTS, Math.floor(SNAPSHOT_BYTES / (8 * Math.max(1, size)))));
    this.stride = Math.max(1, Math.ceil(steps / (this.capacityOfSnapshots - 1)));
  }

  /** Row of one update. The rate is NaN where no update was made. */
  row(step: number, loss: number, gradientNorm: number, learningRate: number): void {
    if (!this.kept) return;
    if (this.filled === this.capacity) {
      this.finish();
      this.capacity = Math.max(1, Math.min(MOST_ROWS, 4 * this.capacity, this.steps - step + 1));
      this.values = new Float64Array(this.capacity * COLUMNS.length);
    }
    const { values, capacity, filled } = this;
    values[filled] = step;
    values[capacity + filled] = loss;
    values[2 * capacity + filled] = gradientNorm;
    values[3 * capacity + filled] = learningRate;
    this.filled++;
  }

  /** One epoch; every call has the same names. */
  epoch(row: ReadonlyMap<string, number>): void {
    if (!this.kept) return;
    this.epochRows ??= new Rows([...row.keys()]);
    this.epochRows.add(row);
  }

  /** What was measured of the layers: `step` and, for each quantity, one entry a layer. Copied. */
  layers(names: readonly string[], row: ReadonlyMap<string, number | Float64Array>): void {
    if (!this.kept) return;
    this.layerNames = names;
    this.layerRows ??= new Rows([...row.keys()], names.length);
    this.layerRows.add(row);
  }

  histogram(table: HistogramTable): void {
    if (this.kept) this.tables.add({ histograms: [table] });
  }

  /** Whether the weights of this step are to be kept. */
  wants(step: number): boolean {
    return this.kept && step % this.stride === 0 && this.snapshots < this.capacityOfSnapshots;
  }

  /** Keeps the weights: trained parameters, then what else the network needs to be applied. */
  snapshot(step: number, parameters: Vector, state: Vector): void {
    if (!this.kept) return;
    if (this.snapshotSteps[this.snapshotSteps.length - 1] === step) {
      // A pass that made no update may have moved the statistics since, and early stopping puts other weights back.
      const at = ((this.snapshotSteps.length - 1) % SNAPSHOT_BLOCK) * this.size;
      const block = this.blocks[this.blocks.length - 1];
      block.set(parameters, at);
      block.set(state, at + parameters.length);
      return;
    }
    const { size, blocks } = this;
    const within = this.snapshotSteps.length % SNAPSHOT_BLOCK;
    if (within === 0) blocks.push(emptyVector(this.precision, size * Math.max(1, Math.min(SNAPSHOT_BLOCK, this.capacityOfSnapshots - this.snapshots))));
    const block = blocks[blocks.length - 1];
    if ((within + 1) * size > block.length) {
      // The end of a run that was broken off between two snapshots.
      blocks[blocks.length - 1] = emptyVector(this.precision, block.length + size);
      blocks[blocks.length - 1].set(block);
    }
    blocks[blocks.length - 1].set(parameters, within * size);
    blocks[blocks.length - 1].set(state, within * size + parameters.length);
    this.snapshotSteps.push(step);
    this.snapshots++;
  }

  private finish(): void {
    if (this.filled === 0) return;
    const { values, capacity, filled } = this;
    const columns = Object.fromEntries(COLUMNS.map((name, c) => [name, values.slice(c * capacity, c * capacity + filled)]));
    this.ready.push({ rows: filled, columns, kept: 'all', snapshots: null });
    this.filled = 0;
  }

  /** So much waits that it should be taken, whenever the next time was to be. */
  get full(): boolean {
    return this.ready.length >= MOST_READY;
  }

  /** Everything since the last call, in order; the tables and weights come with the last piece. */
  take(): RunRecord[] {
    if (!this.kept) return [];
    this.finish();
    const epochs = this.epochRows?.take(() => 1) ?? null;
    const layers = this.layerRows?.take((name) => (name === 'step' ? 1 : this.layerNames.length)) ?? null;
    const histograms = this.tables.take();
    const snapshots = this.takeSnapshots();
    if (epochs || layers || histograms || snapshots) {
      const last = this.ready.pop() ?? { rows: 0, columns: Object.fromEntries(COLUMNS.map((name) => [name, new Float64Array(0)])), kept: 'all' as const, snapshots: null };
      this.ready.push({ ...last, snapshots, epochs, layers: layers && { ...layers, names: this.layerNames }, histograms });
    }
    return this.ready.splice(0);
  }

  private takeSnapshots(): RunRecord['snapshots'] {
    if (this.snapshotSteps.length === 0) return null;
    const { blocks, size } = this;
    const steps = Float64Array.from(this.snapshotSteps);
    const length = steps.length * size;
    let points = blocks[0];
    if (points.length !== length) {
      points = emptyVector(this.precision, length);
      blocks.forEach((block, i) => points.set(block.subarray(0, Math.min(block.length, length - i * SNAPSHOT_BLOCK * size)), i * SNAPSHOT_BLOCK * size));
    }
    this.snapshotSteps = [];
    this.blocks = [];
    return { steps, points };
  }
}
