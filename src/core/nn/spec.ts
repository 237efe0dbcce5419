import type { KernelSet, PointwiseActivation, Precision } from '../kernels/kernels';

export type Activation = PointwiseActivation | 'softmax';

/** `torch`: uniform ±1/√fanIn for weights and bias alike; every other kind leaves the bias at zero. `uniform`: on ±value. */
export type Initializer =
  | { readonly kind: 'torch' | 'glorotUniform' | 'glorotNormal' | 'heUniform' | 'heNormal' | 'lecunNormal' | 'zeros' }
  | { readonly kind: 'constant' | 'normal' | 'uniform'; readonly value: number };

interface Named {
  /** Unique in the model: written, or the type and a count: "dense1". */
  readonly name: string;
  /** Place in the file's list (a layer with `repeat` gives several with the same place). */
  readonly index: number;
}

interface Weighted extends Named {
  readonly activation: Activation;
  readonly bias: boolean;
  readonly initializer: Initializer;
  readonly trainable: boolean;
}

export interface DenseSpec extends Weighted {
  readonly type: 'dense';
  readonly units: number;
}

export interface ConvolutionSpec extends Weighted {
  readonly type: 'conv2d' | 'conv1d';
  /** 1 with a fixed kernel: it is applied to every channel by itself, so there are as many outputs as inputs. */
  readonly filters: number;
  /** Height, width; of conv1d 1, length. */
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: 'valid' | 'same';
  /** A kernel that is not trained, height × width; null: trained weights. */
  readonly fixed: readonly (readonly number[])[] | null;
}

export interface PoolingSpec extends Named {
  readonly type: 'maxPool2d' | 'avgPool2d';
  readonly size: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: 'valid' | 'same';
}

export interface NormalizationSpec extends Named {
  readonly type: 'batchNorm' | 'layerNorm';
  readonly epsilon: number;
  /** Of batchNorm: running ← (1 − momentum)·running + momentum·batch, PyTorch's way round whatever the dialect. */
  readonly momentum: number;
  /** Of batchNorm: the running variance takes the unbiased variance of a batch (PyTorch) or the biased one (Keras). */
  readonly unbiased: boolean;
}

export type LayerSpec =
  | DenseSpec | ConvolutionSpec | PoolingSpec | NormalizationSpec
  | (Named & { readonly type: 'globalAvgPool2d' | 'flatten' })
  | (Named & { readonly type: 'dropout'; readonly rate: number })
  | (Named & { readonly type: 'gaussianNoise'; readonly stddev: number })
  | (Named & { readonly type: 'activation'; readonly activation: Activation });

export type LossType = 'meanSquaredError' | 'meanAbsoluteError' | 'huber' | 'binaryCrossentropy' | 'categoricalCrossentropy' | 'hinge' | 'poisson';
export type MetricName = 'accuracy' | 'r2' | 'meanAbsoluteError' | 'precision' | 'recall' | 'f1';

export interface LossSpec {
  readonly type: LossType;
  readonly labelSmoothing: number;
}

/** l1·Σ|w| and l2·Σw² over the weights (no bias, no normalization parameter) are part of the loss; weightNoise is N(0, s²) on the weights of each training pass. */
export interface RegularizationSpec {
  readonly l1: number;
  readonly l2: number;
  readonly weightNoise: number;
}

/** A network, resolved: every default and the dialect explicit. Plain data. */
export interface ModelSpec {
  /** In order; `repeat` is written out. */
  readonly layers: readonly LayerSpec[];
  readonly precision: Precision;
  /** null: the best that the host has. */
  readonly kernels: KernelSet | null;
}

/** Sizes of one row: [features], [length, channels] or [height, width, channels]. */
export type Shape = readonly number[];

/** One row of the summary: what a layer makes of its input. */
export interface LayerSummary {
  readonly name: string;
  readonly type: LayerSpec['type'];
  readonly index: number;
  readonly output: Shape;
  /** Trainable and not. */
  readonly parameters: number;
  readonly trainable: number;
}
