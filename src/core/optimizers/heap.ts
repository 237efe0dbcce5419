import type { OptimizerSpec } from './spec';

/** Vectors of a strong Wolfe search: the point, the gradient found, and three trials' gradients. */
const SEARCH = 5;

/**
 * Bytes of state in float64 that an optimizer keeps outside the kernels (`optimizerArena` counts what is inside): what it comes to
 * hold when its history is full.
 * @param overKernels whether it is a network's.
 */
export function optimizerHeap(spec: OptimizerSpec, dimension: number, overKernels: boolean): number {
  return 8 * dimension * vectorsOf(spec, dimension, overKernels);
}

/** Of shape P each. */
function vectorsOf(spec: OptimizerSpec, dimension: number, overKernels: boolean): number {
  const maxima = spec.amsgrad === true ? 1 : 0;
  switch (spec.type) {
    case 'sgd':
      return overKernels || spec.momentum === 0 ? 0 : 1;
    case 'rmsprop':
      return overKernels && spec.momentum === 0 && spec.centered === false ? 0 : 3;
    case 'adam':
    case 'adamw':
      return overKernels ? 0 : 2 + maxima;
    case 'muon':
    case 'asgd':
      return 0;
    case 'gradientDescent':
      return overKernels ? 0 : 1;
    case 'adagrad':
    case 'lion':
      return 1;
    case 'adabelief':
      return 2 + maxima;
    case 'scheduleFree':
      return spec.base === 'adamw' ? 3 : 2;
    case 'adan':
    case 'sophia':
    case 'prodigy':
      return 4;
    case 'lbfgs':
      return 4 + (spec.lineSearch === 'strongWolfe' ? SEARCH : 0) + 2 * (spec.history as number);
    case 'newton':
      return 2 + dimension;
    case 'conjugateGradient':
      return 2 + SEARCH;
    default:
      return 2;
  }
}
