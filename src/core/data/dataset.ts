import type { Shape } from '../nn/spec';
import type { DataProblem } from './problems';
import type { RowLines } from './rowLines';

/** What a loader makes of bytes. Arrays are row-major. `lines`: where the rows of a text file stand in it. */
export type LoadedData =
  | { readonly kind: 'table'; readonly rows: number; readonly columns: readonly Column[]; readonly lines?: RowLines }
  | { readonly kind: 'arrays'; readonly rows: number; readonly x: NumericArray; readonly y: NumericArray }
  | { readonly kind: 'sparse'; readonly rows: number; readonly x: SparseData; readonly y: Float64Array; readonly lines?: RowLines };

export type Column =
  /** NaN: the cell is missing. */
  | { readonly name: string; readonly kind: 'number'; readonly values: Float64Array }
  /**
   * `codes` are places in `names`, which stand in order of first appearance; −1: the cell is missing. `stray`: most cells are numbers,
   * and this row (from 0) is the first that has none.
   */
  | { readonly name: string; readonly kind: 'text'; readonly codes: Int32Array; readonly names: readonly string[]; readonly stray?: number };

export interface NumericArray {
  /** The first is the number of rows. */
  readonly shape: readonly number[];
  readonly values: Float64Array | Float32Array | Uint8Array | Int32Array;
}

export interface SparseData {
  readonly columns: number;
  /** Row i has the entries offsets[i] … offsets[i+1]−1. */
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  /** Singles where they hold every value exactly. */
  readonly values: Float32Array | Float64Array;
}

/**
 * Rows ready for training but for the scaling, which depends on the split. The same for every run of an experiment: its arrays stand in
 * shared memory where there is any, so that workers hold one copy.
 */
export interface Dataset {
  readonly rows: number;
  /** Of one row. */
  readonly shape: Shape;
  /** One a feature; of pictures and sparse rows empty. */
  readonly features: readonly string[];
  readonly x: { readonly kind: 'dense'; readonly values: Float64Array | Float32Array | Uint8Array } | ({ readonly kind: 'sparse' } & SparseData);
  /** rows × targets; of a classification one column of class indices. */
  readonly y: Float64Array;
  readonly targets: number;
  /** Names of the classes where the target was text, or "0", "1" … where it holds whole numbers; null for numbers that are no classes. */
  readonly classes: readonly string[] | null;
  /** How a row of a table became a row of x; null where x came as it is. */
  readonly encoding: readonly InputEncoding[] | null;
  /** Where the targets stand, for what is wrong with one of them; absent where they are of no file. */
  readonly origin?: { readonly file: string; readonly lines: RowLines | null };
}

/** What one column of a table becomes: x, x², … or a 1 in the place of its name. */
export type InputEncoding =
  | { readonly kind: 'number'; readonly column: string; readonly powers: number }
  | { readonly kind: 'text'; readonly column: string; readonly names: readonly string[] };

/** Everything that an experiment's runs read. `validation` and `test` where they are sources of their own. */
export interface Datasets {
  readonly main: Dataset;
  readonly validation: Dataset | null;
  readonly test: Dataset | null;
  /** Arrays to start from, in PyTorch's shapes; absent: the model's initializers. */
  readonly weights?: readonly { readonly name: string; readonly shape: Shape; readonly values: Float64Array | Float32Array | Int32Array | Uint8Array }[] | null;
}

/** Some rows of a data set, in an order that is part of the split. */
export interface Part {
  readonly data: Dataset;
  readonly rows: Int32Array;
}

/** x′ = (x − shift)·factor, one of each a feature (or target); length 1: the same for all; length 0: x as it is. */
export interface Scale {
  readonly shift: Float64Array;
  readonly factor: Float64Array;
}

export interface Split {
  readonly training: Part;
  readonly validation: Part | null;
  readonly test: Part | null;
  /** Fitted on the training part. */
  readonly input: Scale;
  readonly target: Scale;
}

/** Which rows a run of an evaluation trains on; the others of `main` validate it. */
export type Resample = { readonly kind: 'fold'; readonly index: number; readonly folds: number } | { readonly kind: 'bootstrap'; readonly round: number };

/** A file that a loader reads: in pieces, so that no more than one of them is held at a time. */
export interface ByteSource {
  /** For messages: the path as written in the experiment. */
  readonly name: string;
  /** Bytes, or null where it is not known. */
  readonly size: number | null;
  /** From the first byte, whenever called. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** Loading was asked to stop. */
export class LoadCancelled extends Error {
  constructor() {
    super('cancelled');
    this.name = 'LoadCancelled';
  }
}

/** Data that cannot be used: what is wrong as data (a worker may post it), and in which file and line where there are such. */
export class DataError extends Error {
  constructor(readonly problem: DataProblem, readonly file: string | null = null, readonly line: number | null = null) {
    super([problem.code, file, line === null ? null : `line ${line}`].filter((part) => part !== null).join(', '));
    this.name = 'DataError';
  }

  get code(): DataProblem['code'] {
    return this.problem.code;
  }
}
