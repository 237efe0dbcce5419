/** What the benchmark uses of the product, bundled for it. */
export { parseExperiment } from '../../src/format/parse';
export { RecordBuilder } from '../../src/core/training/record';
export { TrainingServer } from '../../src/worker/serve';
export { createNodePool } from '../../src/worker/nodePort';
