/** The parts of the product that the benches drive, bundled for them as the product's own bundles are. */
export { DEPENDENCIES } from '../../src/core/training/dependencies';
export { runTrial } from '../../src/core/training/run';
export { TrialRun } from '../../src/core/training/trialRun';
export { parseExperiment } from '../../src/format/parse';
export { LabFeed } from '../../src/host/runs/labFeed';
export { ExperimentSession } from '../../src/host/runs/session';
export { createNodePool } from '../../src/worker/nodePort';
