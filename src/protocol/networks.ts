/** Messages about data and trained networks between a host and a training worker; also what the page asks of a trained network. */
import type { Datasets } from '../core/data/dataset';
import type { DataSpec } from '../core/data/spec';
import type { ModelTrial } from '../core/training/trial';

/** A file that an experiment names, as a worker gets it: a path that was checked, or its bytes where the worker cannot read files. */
export interface FileReference {
  /** As written in the experiment. */
  readonly name: string;
  readonly location: string | null;
  readonly bytes: Uint8Array | null;
}

/** What is to be read for a run: equal for all runs with the same key. */
export interface LoadRequest {
  readonly data: DataSpec;
  readonly classification: boolean;
  /** An archive of weights, as written, or null. */
  readonly weights: string | null;
  readonly seed: number;
  readonly files: readonly FileReference[];
  /** The arrays may stand in shared memory. */
  readonly shared: boolean;
}

/** A data problem as data; wording/data.ts makes the sentence. */
export interface DataProblem {
  readonly code: string;
  readonly args: readonly (string | number)[];
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
}

export type PartName = 'training' | 'validation' | 'test';

/** What can be asked of a network with given weights. Features in the units of the file, before scaling. */
export type ApplyRequest =
  /** Outputs over a grid of two features (`second` null: a line over one), the others at their mean in the training part. */
  | { readonly kind: 'surface'; readonly first: number; readonly second: number | null; readonly x: readonly [number, number]; readonly y: readonly [number, number]; readonly width: number; readonly height: number }
  /** Rows of a part with their targets and the outputs: the first `count` from `from` on. */
  | { readonly kind: 'rows'; readonly part: PartName; readonly from: number; readonly count: number }
  /** How often class i is taken for class j. */
  | { readonly kind: 'confusion'; readonly part: PartName }
  /** The forward and the backward pass of one row, layer by layer. */
  | { readonly kind: 'sample'; readonly part: PartName; readonly index: number }
  /** The loss (penalties included) over the plane weights + a·first + b·second, on at most `rows` rows of the training part. */
  | { readonly kind: 'plane'; readonly first: Float64Array; readonly second: Float64Array | null; readonly a: readonly [number, number]; readonly b: readonly [number, number]; readonly width: number; readonly height: number; readonly rows: number }
  /** Weights as named arrays in PyTorch's shapes. */
  | { readonly kind: 'weights' };

export type ApplyResult =
  /** width × height × outputs. */
  | { readonly kind: 'surface'; readonly outputs: number; readonly values: Float64Array }
  | {
    readonly kind: 'rows'; readonly total: number; readonly count: number;
    /** count × features (raw; of pictures height × width × channels). */
    readonly inputs: Float64Array; readonly features: number;
    /** count × targets: numbers, or one class index. */
    readonly targets: Float64Array;
    readonly outputs: Float64Array; readonly width: number;
  }
  | { readonly kind: 'confusion'; readonly classes: readonly string[]; /** classes × classes, a row a true class. */ readonly counts: Float64Array }
  | { readonly kind: 'sample'; readonly loss: number; readonly input: Float64Array; readonly shape: readonly number[]; readonly target: Float64Array; readonly layers: readonly SampleLayer[] }
  | { readonly kind: 'plane'; readonly values: Float64Array }
  | { readonly kind: 'weights'; readonly arrays: readonly { readonly name: string; readonly shape: readonly number[]; readonly values: Float64Array }[] };

/** What one layer made of one row on the way forward, and the gradient of the loss on the way back. */
export interface SampleLayer {
  readonly name: string;
  readonly shape: readonly number[];
  readonly output: Float64Array;
  /** ∂loss/∂output. */
  readonly gradient: Float64Array;
}

/** Facts of the data that a page shows; from the loaded sets. */
export interface DataInfo {
  readonly rows: { readonly training: number; readonly validation: number; readonly test: number };
  readonly shape: readonly number[];
  readonly features: readonly { readonly name: string; readonly minimum: number; readonly maximum: number; readonly mean: number; readonly deviation: number }[];
  readonly classes: readonly { readonly name: string; readonly training: number; readonly validation: number; readonly test: number }[] | null;
  readonly targets: number;
  readonly sparse: boolean;
}

export type NetworkRequest =
  | { readonly type: 'load'; readonly id: number; readonly request: LoadRequest }
  /** Data that later requests name by this key. Answered by nothing. */
  | { readonly type: 'dataset'; readonly key: string; readonly datasets: Datasets }
  | { readonly type: 'apply'; readonly id: number; readonly trial: ModelTrial; readonly dataset: string; /** Trained parameters, then the rest of the state, as in a snapshot. */ readonly weights: Float64Array; readonly what: ApplyRequest }
  | { readonly type: 'describe'; readonly id: number; readonly trial: ModelTrial; readonly dataset: string };

export type NetworkResponse =
  | { readonly type: 'loading'; readonly id: number; readonly fraction: number | null }
  | { readonly type: 'loaded'; readonly id: number; readonly datasets: Datasets }
  | { readonly type: 'refused'; readonly id: number; readonly problem: DataProblem }
  | { readonly type: 'applied'; readonly id: number; readonly result: ApplyResult }
  | { readonly type: 'described'; readonly id: number; readonly info: DataInfo };
