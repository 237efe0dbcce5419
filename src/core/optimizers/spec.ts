export type Dialect = 'torch' | 'keras' | 'paper';

/** A learning-rate schedule, resolved: every field explicit. The formulas stand in schedules.ts. */
export type Schedule = (
  | { readonly schedule: 'step'; readonly initial: number; readonly every: number; readonly factor: number }
  | { readonly schedule: 'multiStep'; readonly initial: number; readonly milestones: readonly number[]; readonly factor: number }
  | { readonly schedule: 'exponential'; readonly initial: number; readonly factor: number }
  | { readonly schedule: 'polynomial'; readonly initial: number; readonly final: number; readonly steps: number; readonly power: number }
  | { readonly schedule: 'cosine'; readonly initial: number; readonly final: number; readonly steps: number }
  | { readonly schedule: 'cosineRestarts'; readonly initial: number; readonly final: number; readonly period: number; readonly multiplier: number }
  | { readonly schedule: 'oneCycle'; readonly peak: number; readonly steps: number; readonly warmupFraction: number; readonly divide: number; readonly finalDivide: number }
  | { readonly schedule: 'cyclic'; readonly low: number; readonly high: number; readonly stepUp: number; readonly mode: 'triangular' | 'triangular2' }
  | { readonly schedule: 'inverseTime'; readonly initial: number; readonly decay: number }
  | { readonly schedule: 'inverseSqrt'; readonly initial: number; readonly warmup: number }
  | { readonly schedule: 'warmup'; readonly steps: number; readonly start: number; readonly then: Schedule | number }
  | { readonly schedule: 'plateau'; readonly initial: number; readonly factor: number; readonly patience: number; readonly threshold: number; readonly minimum: number; readonly dialect: Dialect }
) & { readonly unit: 'step' | 'epoch' };

/**
 * A named optimizer with every hyperparameter resolved. `dialect` is kept because some rules differ in form, not only in
 * defaults; a rule reads nothing that is not here.
 */
export interface OptimizerSpec {
  readonly type: string;
  readonly dialect: Dialect;
  readonly learningRate: number | Schedule;
  /** momentum, nesterov, beta1, epsilon, lineSearch … by the names of the format. */
  readonly [hyperparameter: string]: unknown;
}
