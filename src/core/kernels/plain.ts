import { Block } from './memory';
import { PlainConvolution, avgPool, avgPoolBackward, maxPool, maxPoolBackward } from './plainConvolution';
import { linearSquaredError } from './plainLinear';
import { axpy, dot, gemm, scale, sparseBackwardWeights, sparseForward, sumRows } from './plainMatrix';
import { columnMoments, columnProducts, multiply, normalizeColumns, normalizeColumnsBackward, normalizeRows, normalizeRowsBackward, rowGradients, transpose } from './plainNormalization';
import { activateBackward, biasActivate, softmax, softmaxCrossentropy, squaredError } from './plainPointwise';
import { sigmoidCrossentropy } from './plainSigmoidLoss';
import { adam, momentumKeras, momentumTorch, rmsprop, sgd } from './plainUpdates';
import type { Convolution, ConvolutionShape, Kernels, KernelSet } from './kernels';

/** The twin in TypeScript that the WebAssembly is tested against, and what runs where there is no WebAssembly. */
export class PlainKernels extends Block implements Kernels {
  readonly set: KernelSet = 'plain';

  readonly gemm = gemm;
  readonly sparseForward = sparseForward;
  readonly sparseBackwardWeights = sparseBackwardWeights;
  readonly maxPool = maxPool;
  readonly maxPoolBackward = maxPoolBackward;
  readonly avgPool = avgPool;
  readonly avgPoolBackward = avgPoolBackward;
  readonly columnMoments = columnMoments;
  readonly columnProducts = columnProducts;
  readonly multiply = multiply;
  readonly normalizeColumns = normalizeColumns;
  readonly normalizeColumnsBackward = normalizeColumnsBackward;
  readonly normalizeRows = normalizeRows;
  readonly normalizeRowsBackward = normalizeRowsBackward;
  readonly rowGradients = rowGradients;
  readonly transpose = transpose;
  readonly biasActivate = biasActivate;
  readonly activateBackward = activateBackward;
  readonly sumRows = sumRows;
  readonly softmax = softmax;
  readonly softmaxCrossentropy = softmaxCrossentropy;
  readonly sigmoidCrossentropy = sigmoidCrossentropy;
  readonly squaredError = squaredError;
  readonly linearSquaredError = linearSquaredError;
  readonly dot = dot;
  readonly axpy = axpy;
  readonly scale = scale;
  readonly sgd = sgd;
  readonly momentumTorch = momentumTorch;
  readonly momentumKeras = momentumKeras;
  readonly rmsprop = rmsprop;
  readonly adam = adam;

  /** An ArrayBuffer that nobody refers to is collected in time; it is the memories of WebAssembly that wait long for it. */
  free(): void {}

  convolution(shape: ConvolutionShape): Convolution {
    return new PlainConvolution(shape);
  }
}
