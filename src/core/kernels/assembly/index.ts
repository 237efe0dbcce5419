import { convolutionScratch } from './convolution';
import { matrixScratch } from './matrix';

export { gemm } from './matrix';
export { setShape } from './shape';
export { convolutionBackwardInput, convolutionBackwardWeights, convolutionFits, convolutionForward } from './convolution';
export { multiply, transpose } from './arrangement';
export { columnMoments, columnProducts, normalizeColumns, normalizeColumnsBackward, normalizeRows, normalizeRowsBackward, rowGradients } from './normalization';
export { avgPool, avgPoolBackward, maxPool, maxPoolBackward } from './pooling';
export { linearSquaredError } from './linear';
export { activateBackward, biasActivate } from './pointwise';
export { sigmoidCrossentropy } from './sigmoidLoss';
export { softmax, softmaxCrossentropy } from './softmax';
export { winogradBackwardInput, winogradBackwardWeights, winogradFits, winogradForward } from './winograd';
export { axpy, dot, scale, sparseBackwardWeights, sparseForward, squaredError, sumRows } from './rows';
export { adam, momentumKeras, momentumTorch, rmsprop, sgd } from './updates';

/** Lays the scratch memory out from a place on. @returns where it ends */
export function prepare(at: usize): usize {
  return convolutionScratch(matrixScratch(at));
}
