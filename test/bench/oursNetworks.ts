/** What the benchmark of networks uses of the product, in a bundle of its own: how much memory a training takes is measured with it. */
export { DEPENDENCIES } from '../../src/core/training/dependencies';
export { transferables } from '../../src/core/training/recorder';
export { runTrial } from '../../src/core/training/run';
export { networkWork } from './networkTrials';
