import { DataError } from '../data/dataset';
import type { DataProblem } from '../data/problems';
import type { ConvolutionShape } from '../kernels/kernels';
import type { ShapeProblem } from '../nn/shapes';
import type { LossType, Shape } from '../nn/spec';
import type { WeightsProblem } from '../nn/weights';
import type { EndReason } from './trial';

/** Why a network cannot be trained although its file is valid, as data; the sentence for people is made in wording/. */
export type ModelProblem =
  | { readonly code: 'notLoaded' }
  | { readonly code: 'layerShape'; readonly problem: ShapeProblem }
  /** Classes spread over a picture or a sequence. */
  | { readonly code: 'lossShape'; readonly loss: LossType; readonly output: Shape }
  | { readonly code: 'weights'; readonly file: string; readonly problem: WeightsProblem }
  /** A row of `predict`, from 1. */
  | { readonly code: 'predictWidth'; readonly row: number; readonly actual: number; readonly expected: number }
  /** More than are allowed. */
  | { readonly code: 'parameters'; readonly parameters: number; readonly limit: number; readonly layers: readonly LayerCount[] }
  /** So many runs at a time take more than is allowed. */
  | { readonly code: 'memoryLimit'; readonly size: ModelSize; readonly runs: number; readonly limit: number }
  /** The host does not give it. */
  | { readonly code: 'memory'; readonly bytes: number }
  | { readonly code: 'kernels'; readonly wanted: string; readonly available: readonly string[] }
  | { readonly code: 'newtonSize'; readonly parameters: number; readonly limit: number }
  /** Muon needs a matrix to train. */
  | { readonly code: 'noMatrices'; readonly optimizer: string }
  /** More than the kernels in WebAssembly lay out. */
  | { readonly code: 'convolutionSize'; readonly shape: ConvolutionShape }
  | ApplyProblem;

/** Why a trained network cannot be asked. */
export type ApplyProblem =
  /** Weights of another network. */
  | { readonly code: 'askedWeights'; readonly actual: number; readonly expected: number }
  | { readonly code: 'askedPart'; readonly part: 'training' | 'validation' | 'test' }
  | { readonly code: 'askedPlaces'; readonly places: number; readonly limit: number }
  | { readonly code: 'askedFeature'; readonly features: number }
  /** A surface over sparse rows. */
  | { readonly code: 'askedSparse' }
  /** A confusion matrix without classes. */
  | { readonly code: 'askedClasses' }
  | { readonly code: 'askedRow'; readonly rows: number }
  | { readonly code: 'askedDirection'; readonly actual: number; readonly expected: number };

export interface LayerCount {
  readonly name: string;
  readonly parameters: number;
}

/** What one training takes beside its data and its record. */
export interface ModelSize {
  readonly parameters: number;
  /** Rows that the network holds at once. */
  readonly rows: number;
  /** Bytes: weights, activations and batches of so many rows; the optimizer's state and what is measured with it. */
  readonly network: number;
  readonly optimizer: number;
}

/** Caps of the settings. */
export interface ModelLimits {
  readonly parameters: number;
  /** Bytes of all runs that go at the same time. */
  readonly memory: number;
}

/** With the runs that go at the same time. */
export type RunLimits = ModelLimits & { readonly runs: number };

export const MODEL_LIMITS: ModelLimits = { parameters: 50_000_000, memory: 2e9 };

/** Anything that may keep a run from being made. */
export type RunProblem = DataProblem | ModelProblem;

export class ModelError extends Error {
  constructor(readonly problem: ModelProblem) {
    super(problem.code);
    this.name = 'ModelError';
  }
}

/** Why a run failed: as data where the cause is one of the data or the model, else in the error's own words. */
export function failureOf(error: unknown): EndReason {
  if (error instanceof ModelError || error instanceof DataError) return { rule: 'error', detail: error.message, problem: error.problem };
  return { rule: 'error', detail: error instanceof Error ? error.message : String(error) };
}
