import * as z from 'zod';
import type { CriticalPointKind, RunStatus, VerdictKind } from '../../core/training/trial';
import { CONDITION, PATTERN, field, integer, nonNegative, number, positive, text } from './common';
import { DEFAULTS } from './defaults';
import { METRICS } from './model';

export const VERDICTS = [
  'failed', 'cancelled', 'diverged', 'unbounded', 'explodingGradients', 'vanishingGradients', 'deadUnits', 'plateau', 'saddle', 'degenerate', 'localMinimum',
  'converged', 'noiseDominated', 'edgeOfStability', 'zigzag', 'overfitting', 'underfitting', 'tooSlow', 'stillDescending', 'completed',
] as const satisfies readonly VerdictKind[];
export const STATUSES = ['converged', 'completed', 'stoppedEarly', 'diverged', 'cancelled', 'failed'] as const satisfies readonly RunStatus[];
export const CRITICAL_POINTS = ['minimum', 'maximum', 'saddle', 'degenerate', 'none'] as const satisfies readonly CriticalPointKind[];
export const TIERS = ['basic', 'standard', 'full'] as const;

/** Places that no variant may set: they are about the whole file. */
export const NOT_IN_VARIANTS: readonly string[] = ['gdexp', '$schema', 'variants', 'sweep', 'seeds', 'expect'];

export const variantsSchema = () => z.array(z.strictObject({
  label: field('variants.label', text(), { examples: ['batch 1'] }),
  set: field('variants.set', z.record(z.string(), z.unknown()), { examples: [{ '/stop/gradientNorm': 1e-3 }] }),
})).min(1);
export type VariantInput = z.infer<ReturnType<typeof variantsSchema>>[number];

const swept = () => z.union([
  z.array(z.union([number(), z.string(), z.boolean()])).min(1),
  z.strictObject({
    from: field('sweep.from', number(), { examples: [0.001] }),
    factor: field('sweep.factor', z.number().gt(0), { examples: [3] }),
    count: field('sweep.count', integer(1, 10_000), { examples: [7] }),
  }),
]);

export const sweepSchema = () => z.object({
  refine: field('sweep.refine', integer(0, 20), { default: DEFAULTS.sweep.refine }).optional(),
  metric: field('sweep.metric', z.string().regex(/^(loss|validationLoss|accuracy|stepsTo:\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)$/, PATTERN.sweepMetric), { default: DEFAULTS.sweep.metric, examples: ['stepsTo:1e-6'] }).optional(),
}).catchall(field('sweep.values', swept(), { examples: [{ from: 0.001, factor: 3, count: 7 }] }));
export type SweepInput = z.infer<ReturnType<typeof sweepSchema>>;

export const stopSchema = () => z.strictObject({
  steps: field('stop.steps', integer(1).nullable(), { default: DEFAULTS.stop.steps }).optional(),
  gradientNorm: field('stop.gradientNorm', nonNegative().nullable(), { default: DEFAULTS.stop.gradientNorm }).optional(),
  loss: field('stop.loss', number().nullable(), { default: null, examples: [0.01] }).optional(),
  change: field('stop.change', positive().nullable(), { default: null, examples: [1e-12] }).optional(),
  seconds: field('stop.seconds', positive().nullable(), { default: null, examples: [10] }).optional(),
  patience: field('stop.patience', integer(1).nullable(), { default: DEFAULTS.stop.patience, examples: [5] }).optional(),
  minDelta: field('stop.minDelta', nonNegative(), { default: DEFAULTS.stop.minDelta }).optional(),
  monitor: field('stop.monitor', z.enum(['validationLoss', 'loss', ...METRICS, ...METRICS.map((metric) => `validation${metric[0].toUpperCase()}${metric.slice(1)}` as const)]), { default: DEFAULTS.stop.monitor }).optional(),
  restoreBest: field('stop.restoreBest', z.boolean(), { default: DEFAULTS.stop.restoreBest }).optional(),
});

export const diagnosticsSchema = () => z.strictObject({
  tier: field('diagnostics.tier', z.enum(TIERS), { default: DEFAULTS.diagnostics.tier }).optional(),
  every: field('diagnostics.every', integer(1), { default: DEFAULTS.diagnostics.every }).optional(),
});

const condition = () => z.string().regex(CONDITION, PATTERN.condition);
const near = () => z.tuple([z.array(number()).min(1), nonNegative()]);

export const COMPARED = ['loss', 'steps', 'gradientNorm', 'seconds', 'validationLoss', 'testLoss', ...METRICS] as const;
/** What can be expected of a model only. */
export const MODEL_EXPECTATIONS: readonly string[] = ['validationLoss', 'testLoss', 'predict', ...METRICS];

export const expectSchema = () => z.array(z.strictObject({
  optimizer: field('expect.optimizer', z.string(), { examples: ['adam'] }).optional(),
  variant: field('expect.variant', z.string(), { examples: ['batch 1'] }).optional(),
  verdict: field('expect.verdict', z.enum(VERDICTS)).optional(),
  status: field('expect.status', z.enum(STATUSES)).optional(),
  criticalPoint: field('expect.criticalPoint', z.enum(CRITICAL_POINTS)).optional(),
  parameters: field('expect.parameters', near(), { examples: [[[1, 1], 1e-3]] }).optional(),
  predict: field('expect.predict', near(), { examples: [[[8], 0.01]] }).optional(),
  ...(Object.fromEntries(COMPARED.map((name) => [name, field(`expect.${name}`, condition(), { examples: [name === 'steps' ? '<= 500' : '< 1e-6'] }).optional()])) as Record<(typeof COMPARED)[number], z.ZodOptional<z.ZodString>>),
}));
export type ExpectInput = z.infer<ReturnType<typeof expectSchema>>[number];
