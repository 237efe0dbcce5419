import type { Arena, Convolution, ConvolutionShape, Kernels, Vector } from '../../kernels/kernels';
import type { RandomStream } from '../../training/random';
import { sizeOf, type ParameterShape } from '../shapes';
import type { LayerSpec, Shape } from '../spec';

/** What passes between two layers: rows × size numbers each. */
export interface Signal {
  readonly shape: Shape;
  readonly size: number;
  readonly value: Vector;
  /** ∂loss/∂value; null where nothing before it is trained. */
  readonly gradient: Vector | null;
  /** Derivatives of value and gradient along a direction of the parameters; null without second order, or as above. */
  readonly tangent: Vector | null;
  readonly gradientTangent: Vector | null;
}

/** A tensor of a layer, as views into the network's flat vectors. */
export interface Parameter extends Omit<ParameterShape, 'trained'> {
  /** "dense1.weight". */
  readonly name: string;
  /** What passes are computed with: the parameters themselves, or those with noise. */
  readonly value: Vector;
  /** The parameters themselves. */
  readonly stored: Vector;
  /** null where it is not trained. */
  readonly gradient: Vector | null;
  /** A direction v and (H·v) there; null without second order, or where it is not trained. */
  readonly direction: Vector | null;
  readonly product: Vector | null;
}

/**
 * `training`: with noise and masks drawn anew, statistics of the batch, running statistics moved on. `held`: the same with the noise and
 * the masks of the last training pass, and nothing moved. `inference`: no noise, running statistics.
 */
export type Pass = 'training' | 'held' | 'inference';

/** What layers are built with. Only an arena where memory is measured: then nothing is ever computed. */
export interface Surroundings {
  readonly kernels: Kernels;
  /** Most rows at once. */
  readonly rows: number;
  /** Most rows of a backward pass or of tangents. */
  readonly trainedRows: number;
  readonly secondOrder: boolean;
}

/** What a convolution wants for itself its kernels take on top of what is measured; an arena that measures has none. */
export function convolutionOf(kernels: Kernels | Arena, shape: ConvolutionShape): Convolution {
  return 'convolution' in kernels ? kernels.convolution(shape) : (null as unknown as Convolution);
}

/** @param trained whether anything up to here is. */
export function createSignal({ kernels, rows, trainedRows, secondOrder }: Surroundings, shape: Shape, trained: boolean): Signal {
  const size = sizeOf(shape);
  const take = () => kernels.alloc(trainedRows * size);
  return {
    shape, size,
    value: kernels.alloc(rows * size),
    gradient: trained ? take() : null,
    tangent: trained && secondOrder ? take() : null,
    gradientTangent: trained && secondOrder ? take() : null,
  };
}

/**
 * One layer with its memory. Passes of a batch go through all layers in order, backward passes in reverse; each layer reads `input` and
 * writes `output`, backward the other way. Nothing is allocated in a pass.
 */
export abstract class Layer {
  /** z: what the activation is applied to; the output itself where there is none, or where it is relu. rows × output size. */
  abstract readonly preactivation: Vector;
  /** ∂loss/∂z after a backward pass, or null where no gradient comes this far. Of an `activation` layer valid if the layer before has none itself. */
  abstract readonly delta: Vector | null;

  constructor(readonly spec: LayerSpec, readonly parameters: readonly Parameter[], readonly input: Signal, readonly output: Signal) {}

  /** Draws first values; `random` is the layer's own stream. */
  initialize(_random: RandomStream): void {}

  /** Starts the streams of noise and masks anew. */
  restart(_seed: number): void {}

  abstract forward(rows: number, pass: Pass): void;

  /** From output.gradient: gradients of the parameters, and input.gradient where there is one. */
  abstract backward(rows: number): void;

  /** From input.tangent and the parameters' directions: output.tangent. After a forward pass. */
  abstract tangentForward(rows: number): void;

  /** From output's gradient and gradientTangent: products of the parameters, and input's gradient and gradientTangent. Leaves the parameters' gradients alone. */
  abstract tangentBackward(rows: number): void;
}

export function parameterOf(parameters: readonly Parameter[], kind: Parameter['kind']): Parameter | null {
  return parameters.find((parameter) => parameter.kind === kind) ?? null;
}

export function copy(count: number, from: Vector, to: Vector): void {
  for (let i = 0; i < count; i++) to[i] = from[i];
}
