/** What absent fields mean. Optimizers' and schedules' defaults stand in core's catalogs. */
export const DEFAULTS = {
  seed: 0,
  seeds: 1,
  dialect: 'torch',
  goal: 'minimize',
  gradientNoise: 0,
  /** Of an objective; a model has no limit of steps and no tolerance. */
  stop: { steps: 1000, gradientNorm: 1e-6, loss: null, change: null, seconds: null, patience: null, minDelta: 0, monitor: 'validationLoss', restoreBest: true },
  diagnostics: { tier: 'standard', every: 1 },
  training: { batchSize: 32, epochs: 20, shuffle: true, clipNorm: null, clipValue: null },
  data: { scale: 'none', scaleTarget: 'none', validation: 0, test: 0, stratify: false, shuffle: true },
  regularization: { l1: 0, l2: 0, weightNoise: 0 },
  sweep: { refine: 0, metric: 'loss' },
  dense: { activation: 'linear', bias: true, repeat: 1, trainable: true },
  convolution: { stride: 1, padding: 'valid' },
} as const;

/** Runs at most where nobody says otherwise. */
export const MAX_RUNS = 1000;
/** Dimension of a built-in function at most. */
export const MAX_DIMENSION = 1_000_000;
