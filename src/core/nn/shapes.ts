import type { ConvolutionShape } from '../kernels/kernels';
import type { ConvolutionSpec, LayerSpec, LayerSummary, ModelSpec, PoolingSpec, Shape } from './spec';

/** Why a layer can't stand where it does, as data; wording/ makes the sentence. */
export interface ShapeProblem {
  /**
   * `needsFlatten`: a dense layer after a picture or a sequence. `needsPicture`: the layer wants [height, width, channels].
   * `needsSequence`: it wants [length, channels]. `windowTooLarge`: a kernel or a pooling window larger than what it moves over.
   */
  readonly code: 'needsFlatten' | 'needsPicture' | 'needsSequence' | 'windowTooLarge';
  /** Place in `ModelSpec.layers`. */
  readonly layer: number;
  readonly name: string;
  readonly type: LayerSpec['type'];
  /** Place in the file's list. */
  readonly index: number;
  /** What the layer gets. */
  readonly input: Shape;
  /** Of windowTooLarge: height and width (of a sequence 1 and the length) of the window. */
  readonly window: readonly [number, number] | null;
}

export interface ModelSummary {
  /** Those before the problem, if there is one. */
  readonly layers: readonly LayerSummary[];
  readonly output: Shape;
  readonly parameters: number;
  readonly problem: ShapeProblem | null;
}

/** One tensor of a layer. */
export interface ParameterShape {
  readonly kind: 'weight' | 'bias' | 'gamma' | 'beta' | 'runningMean' | 'runningVariance';
  readonly shape: Shape;
  /** Moved by the optimizer. */
  readonly trained: boolean;
}

export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/**
 * What each layer makes of its input and how many parameters it has.
 * @param input sizes of one row; null where the number of columns is not known yet: sizes and counts that follow from it are NaN.
 */
export function summarize(spec: ModelSpec, input: Shape | null): ModelSummary {
  const layers: LayerSummary[] = [];
  let shape: Shape = input ?? [NaN];
  let parameters = 0;
  for (const [place, layer] of spec.layers.entries()) {
    const problem = problemOf(layer, place, shape);
    if (problem) return { layers, output: shape, parameters, problem };
    let count = 0;
    let trainable = 0;
    for (const parameter of parameterShapes(layer, shape)) {
      if (parameter.kind === 'runningMean' || parameter.kind === 'runningVariance') continue; // statistics, not parameters
      const size = sizeOf(parameter.shape);
      count += size;
      if (parameter.trained) trainable += size;
    }
    shape = outputShape(layer, shape);
    parameters += count;
    layers.push({ name: layer.name, type: layer.type, index: layer.index, output: shape, parameters: count, trainable });
  }
  return { layers, output: shape, parameters, problem: null };
}

function problemOf(layer: LayerSpec, place: number, input: Shape): ShapeProblem | null {
  const problem = (code: ShapeProblem['code'], window: readonly [number, number] | null = null): ShapeProblem =>
    ({ code, layer: place, name: layer.name, type: layer.type, index: layer.index, input, window });
  switch (layer.type) {
    case 'dense':
      return input.length === 1 ? null : problem('needsFlatten');
    case 'conv1d':
      if (input.length !== 2) return problem('needsSequence');
      return tooLarge(layer.padding, layer.kernel, 1, input[0]) ? problem('windowTooLarge', layer.kernel) : null;
    case 'conv2d':
      if (input.length !== 3) return problem('needsPicture');
      return tooLarge(layer.padding, layer.kernel, input[0], input[1]) ? problem('windowTooLarge', layer.kernel) : null;
    case 'maxPool2d':
    case 'avgPool2d':
      if (input.length !== 3) return problem('needsPicture');
      return tooLarge(layer.padding, layer.size, input[0], input[1]) ? problem('windowTooLarge', layer.size) : null;
    case 'globalAvgPool2d':
      return input.length === 3 ? null : problem('needsPicture');
    default:
      return null;
  }
}

/** With `same` padding every window has something to see. */
function tooLarge(padding: 'valid' | 'same', window: readonly [number, number], height: number, width: number): boolean {
  return padding === 'valid' && (window[0] > height || window[1] > width);
}

function outputShape(layer: LayerSpec, input: Shape): Shape {
  switch (layer.type) {
    case 'dense':
      return [layer.units];
    case 'conv1d':
    case 'conv2d':
    case 'maxPool2d':
    case 'avgPool2d': {
      const { outHeight, outWidth, filters } = windowShape(layer, input, 0);
      return layer.type === 'conv1d' ? [outWidth, filters] : [outHeight, outWidth, filters];
    }
    case 'globalAvgPool2d':
      return [input[2]];
    case 'flatten':
      return [sizeOf(input)];
    default:
      return input;
  }
}

/** The tensors of a layer in the order in which they stand in the flat vectors and are drawn. Weights are input × output, PyTorch's the other way. */
export function parameterShapes(layer: LayerSpec, input: Shape): ParameterShape[] {
  switch (layer.type) {
    case 'dense':
    case 'conv1d':
    case 'conv2d': {
      const outputs = outputShape(layer, input).at(-1)!;
      const trained = layer.trainable;
      const shapes: ParameterShape[] = [];
      if (layer.type === 'dense') shapes.push({ kind: 'weight', shape: [input[0], outputs], trained });
      else if (layer.fixed) shapes.push({ kind: 'weight', shape: layer.kernel, trained: false });
      else shapes.push({ kind: 'weight', shape: [...(layer.type === 'conv1d' ? layer.kernel.slice(1) : layer.kernel), input.at(-1)!, outputs], trained });
      if (layer.bias) shapes.push({ kind: 'bias', shape: [outputs], trained });
      return shapes;
    }
    case 'batchNorm':
    case 'layerNorm': {
      const shape = [input.at(-1)!];
      const shapes: ParameterShape[] = [{ kind: 'gamma', shape, trained: true }, { kind: 'beta', shape, trained: true }];
      if (layer.type === 'batchNorm') shapes.push({ kind: 'runningMean', shape, trained: false }, { kind: 'runningVariance', shape, trained: false });
      return shapes;
    }
    default:
      return [];
  }
}

/** Where windows lie on the pictures of a batch; a sequence is a picture of height 1. `same` pads as Keras does: an odd zero stands after. */
export function windowShape(layer: ConvolutionSpec | PoolingSpec, input: Shape, rows: number): ConvolutionShape {
  const [height, width, channels] = input.length === 2 ? [1, ...input] : input;
  const [kernelHeight, kernelWidth] = 'kernel' in layer ? layer.kernel : layer.size;
  const [strideHeight, strideWidth] = layer.stride;
  const along = (size: number, kernel: number, stride: number): { out: number; before: number } => {
    if (layer.padding === 'valid') return { out: Math.floor((size - kernel) / stride) + 1, before: 0 };
    const out = Math.ceil(size / stride);
    return { out, before: Math.floor(Math.max(0, (out - 1) * stride + kernel - size) / 2) };
  };
  const vertical = along(height, kernelHeight, strideHeight);
  const horizontal = along(width, kernelWidth, strideWidth);
  return {
    rows, height, width, channels, kernelHeight, kernelWidth, strideHeight, strideWidth,
    padTop: vertical.before, padLeft: horizontal.before, outHeight: vertical.out, outWidth: horizontal.out,
    filters: 'filters' in layer && !layer.fixed ? layer.filters : channels,
  };
}
