/** What the benchmark uses of the product, bundled for it. */
export { parseExperiment } from '../../src/format/parse';
export { DEPENDENCIES } from '../../src/core/training/dependencies';
export { RecordBuilder } from '../../src/core/training/record';
export { runTrial } from '../../src/core/training/run';
export { TrialRun } from '../../src/core/training/trialRun';
export { LabFeed } from '../../src/host/runs/labFeed';
export { ExperimentSession } from '../../src/host/runs/session';
export { createNodePool } from '../../src/worker/nodePort';
export { loadDatasets } from '../../src/loaders/load';
export { networkWork } from './networkTrials';
export { availableKernelSets } from '../../src/core/kernels/create';
