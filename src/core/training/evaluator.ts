import type { Dataset, Part, Split } from '../data/dataset';
import { forget, Gatherer } from '../data/gather';
import type { TargetEncoding } from '../data/spec';
import type { Arena, SparseRows } from '../kernels/kernels';
import type { Network } from '../nn/network';
import { EpochMetrics } from './epochMetrics';
import { ModelError } from './modelProblem';
import { rawWidth, unscaled, writeRawRow } from './rawRows';
import type { ModelOutcome, ModelTrial } from './trial';

/** Each data set of a split, whole: rows of any part of it may be scored. */
export function scoredSets({ training, validation, test }: Split): Part[] {
  const sets = new Set([training, validation, test].flatMap((part) => (part ? [part.data] : [])));
  return [...sets].map((data) => ({ data, rows: Int32Array.from({ length: data.rows }, (_, row) => row) }));
}

/** Room for one row of sparse data; null where they are dense. */
export function allocateSparseRow({ training }: Split, width: number, arena: Arena): SparseRows | null {
  if (training.data.x.kind !== 'sparse') return null;
  return { offsets: arena.allocInts(2), columns: arena.allocInts(width), values: arena.alloc(width) };
}

/** Applies a network as it stands, in inference mode: scores of a part, outputs for rows. */
export class Evaluator {
  /** Of the part scored last. */
  readonly metrics: EpochMetrics;
  private readonly gatherers: ReadonlyMap<Dataset, Gatherer>;
  /** For one row of a network that takes sparse rows, in the memory of its kernels; else null. */
  private readonly sparseRow: SparseRows | null;
  private readonly dense: Float64Array;

  constructor(private readonly network: Network, private readonly split: Split, private readonly encoding: TargetEncoding, private readonly trial: ModelTrial) {
    this.metrics = new EpochMetrics(trial.metrics, encoding);
    this.gatherers = new Map(scoredSets(split).map((whole) => [whole.data, new Gatherer(network, whole, split, encoding, null, trial.seed)]));
    this.sparseRow = allocateSparseRow(split, network.inputSize, network.kernels);
    this.dense = new Float64Array(this.sparseRow ? network.inputSize : 0);
  }

  /** Mean loss over a part's rows, without penalties; `metrics` has the rest. */
  score(part: Part): number {
    let sum = 0;
    this.metrics.begin();
    this.each(part, (count) => {
      sum += this.network.lossOf(count) * count;
      this.metrics.add(this.network, count);
    });
    return sum / part.rows.length;
  }

  /** Fills the network's input and target with a part's rows in turn, as many as it holds. @param part of a data set of the split. */
  each(part: Part, work: (count: number, from: number) => void): void {
    const { network } = this;
    const gatherer = this.gatherers.get(part.data)!;
    for (let from = 0; from < part.rows.length; from += network.rows) {
      const count = Math.min(network.rows, part.rows.length - from);
      gatherer.fill(part.rows, from, count);
      work(count, from);
    }
  }

  /**
   * Outputs for rows of raw features, in the units of the file.
   * @throws ModelError where a row has not as many numbers as the data have features.
   */
  predict(rows: readonly (readonly number[])[]): number[][] {
    const { network, split } = this;
    const { data } = split.training;
    const wanted = rawWidth(data);
    const wrong = rows.findIndex((row) => row.length !== wanted && row.length !== network.inputSize);
    if (wrong >= 0) throw new ModelError({ code: 'predictWidth', row: wrong + 1, actual: rows[wrong].length, expected: wanted });
    const outputs: number[][] = [];
    for (let from = 0; from < rows.length; from += this.rowsAtOnce) {
      const count = Math.min(this.rowsAtOnce, rows.length - from);
      this.writeRows(rows.slice(from, from + count));
      network.infer(count);
      for (let i = 0; i < count; i++) outputs.push(this.outputRow(i));
    }
    return outputs;
  }

  /** Rows of raw features that are written at once, at most: a sparse first layer takes entries, of one row here. */
  get rowsAtOnce(): number {
    return this.sparseRow ? 1 : this.network.rows;
  }

  /** Raw rows into the network's input, at most `rowsAtOnce`. */
  writeRows(rows: readonly ArrayLike<number>[]): void {
    const { network, split } = this;
    const { data } = split.training;
    forget(network);
    if (network.input.length > 0) {
      rows.forEach((row, i) => writeRawRow(data, split.input, row, network.input, i * network.inputSize));
      return;
    }
    const [row] = rows;
    const { offsets, columns, values } = this.sparseRow!;
    this.dense.fill(0);
    writeRawRow(data, split.input, row, this.dense, 0);
    let count = 0;
    for (let j = 0; j < this.dense.length; j++) {
      if (this.dense[j] === 0) continue;
      columns[count] = j;
      values[count++] = this.dense[j];
    }
    offsets[1] = count;
    network.setSparse(this.sparseRow!);
  }

  /** Output of the row `i` of the last pass, in the units of the file. */
  outputRow(i: number): number[] {
    const { network, split, encoding } = this;
    return Array.from({ length: network.outputSize }, (_, j) => {
      const value = network.output[i * network.outputSize + j];
      return encoding.kind === 'numbers' ? unscaled(split.target, value, j) : value;
    });
  }

  /** Adds "predict0", "predict1" … for rows of raw features. */
  predictInto(rows: readonly (readonly number[])[] | null, row: Map<string, number>): void {
    if (rows) this.predict(rows).flat().forEach((value, i) => row.set(`predict${i}`, value));
  }

  /** Outputs and targets of all rows of a part, side by side. */
  outputsOf(part: Part): NonNullable<ModelOutcome['scored']> {
    const { network, encoding, split } = this;
    const width = network.outputSize;
    const outputs = new Float64Array(part.rows.length * width);
    const targets = new Float64Array(part.rows.length * width);
    this.each(part, (count, from) => {
      network.infer(count);
      for (let i = 0; i < count * width; i++) {
        const numbers = encoding.kind === 'numbers';
        outputs[from * width + i] = numbers ? unscaled(split.target, network.output[i], i % width) : network.output[i];
        targets[from * width + i] = numbers ? unscaled(split.target, network.target[i], i % width) : network.target[i];
      }
    });
    return { outputs, targets, width, classes: encoding.kind !== 'numbers' };
  }
}
