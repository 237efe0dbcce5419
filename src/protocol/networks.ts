/** Messages about data and trained networks between a host and a training worker; also what the page asks of a trained network. */
import type { Datasets } from '../core/data/dataset';
import type { DataProblem } from '../core/data/problems';
import type { DataSpec } from '../core/data/spec';
import type { Vector } from '../core/kernels/kernels';
import type { ApplyRequest, ApplyResult, DataInfo } from '../core/training/apply';
import type { ModelTrial } from '../core/training/trial';

export type { ApplyRequest, ApplyResult, DataInfo, ParameterPlace, PartName, SampleLayer } from '../core/training/apply';

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

/** Data that cannot be used; wording/data.ts makes the sentence. */
export interface RefusedData {
  readonly problem: DataProblem;
  readonly file: string | null;
  readonly line: number | null;
}

export type NetworkRequest =
  | { readonly type: 'load'; readonly id: number; readonly request: LoadRequest }
  /** Data that later requests name by this key; null: they are needed no more. Answered by nothing. */
  | { readonly type: 'dataset'; readonly key: string; readonly datasets: Datasets | null }
  | { readonly type: 'apply'; readonly id: number; readonly trial: ModelTrial; readonly dataset: string; /** Trained parameters, then the rest of the state, as in a snapshot. */ readonly weights: Vector; readonly what: ApplyRequest }
  | { readonly type: 'describe'; readonly id: number; readonly trial: ModelTrial; readonly dataset: string };

export type NetworkResponse =
  | { readonly type: 'loading'; readonly id: number; readonly fraction: number | null }
  | { readonly type: 'loaded'; readonly id: number; readonly datasets: Datasets }
  | { readonly type: 'refused'; readonly id: number; readonly refused: RefusedData }
  | { readonly type: 'applied'; readonly id: number; readonly result: ApplyResult }
  | { readonly type: 'described'; readonly id: number; readonly info: DataInfo };
