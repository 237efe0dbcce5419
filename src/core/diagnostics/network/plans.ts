import type { PreparedModel } from '../../training/modelParts';
import type { ModelTrial } from '../../training/trial';
import { ALGEBRA_COST, epochCost, forwardCost, planOf, PRODUCT_OVERHEAD, PRODUCT_PASSES, STEP_PASSES, UPDATE_OVERHEAD, type Plan } from './cost';
import { SHARPNESS_ITERATIONS } from './curvature';
import type { VerdictCost } from './diagnosed';

export { isDue } from './cost';

/** Share of a run's own cost that the tier standard may take: of its tenth what leaves room for what counting shapes does not see. */
const STANDARD_SHARE = 0.08;
/** What the curvature along the step takes of it; the rest is for the units. */
const STEP_SHARE = 0.75;
/** Share that a verdict's numbers may take, whatever the tier: steps … */
const VERDICT_STEP_SHARE = 0.01;
/** … and, of runs on the whole data, sharpness. */
const VERDICT_PROBE_SHARE = 0.05;
/** Multiply-adds that are allowed to any run for each of these, some milliseconds: shares of next to nothing are nothing. */
const FREE = 1e7;
/** Times at most that a verdict's numbers and the tier full are measured in a run. */
const VERDICT_TIMES = 16;
const FULL_TIMES = 256;
/** Fewer probes of the sharpness than this tell no story. */
const LEAST_PROBES = 6;
/** Rows on which the units are looked at, at most. */
const ACTIVITY_ROWS = 1024;

/** Share of a run's own cost that its verdict may take when the run has ended, and what it may take in any case: a tenth of a second. */
const VERDICT_SHARE = 0.1;
const VERDICT_FREE = 2e8;

/** When what is measured, and on how many rows. */
export interface Plans {
  readonly verdict: VerdictCost;
  /** Curvature along the step. */
  readonly step: Plan;
  /** Dead and saturated units. */
  readonly activity: Plan;
  /** Epochs at which the sharpness is probed for the verdict: the first, the middle one, and of the last quarter as many as there may be. */
  readonly probes: ReadonlySet<number>;
  /** All that the tier full has; Infinity in another. */
  readonly full: Plan;
}

/**
 * Plans that keep to shares of what the run costs by itself: standard to 8 % of it by this count (a tenth by the clock), verdicts in the
 * tier basic to 1 %, and of runs on the whole batch to 5 % more for the sharpness; each may take `FREE` multiply-adds in any case.
 * Counted from shapes, rows and epochs alone, so that equal trials measure equally. @param steps that the run makes at most.
 */
export function plansOf(parts: PreparedModel, { diagnostics: { tier, every }, training: { epochs } }: ModelTrial, steps: number): Plans {
  const { network, batches, training } = parts;
  const { x } = training.data;
  const entries = x.kind === 'sparse' ? x.indices.length / training.data.rows : network.inputSize;
  const forward = forwardCost(network, entries);
  const p = network.parameterCount;
  const rows = training.rows.length;
  const batch = batches.batch(batches.count - 1).count;
  const most = Math.max(1, Math.min(epochs, Math.ceil(steps / batches.count)));
  const run = most * epochCost(forward, rows, batches.count, p);

  const stepCost = (count: number): number => (PRODUCT_PASSES + 1 + (count === batch ? 0 : STEP_PASSES)) * forward * count + ALGEBRA_COST * p + PRODUCT_OVERHEAD;
  const probeCost = SHARPNESS_ITERATIONS * (PRODUCT_PASSES * forward * batch + ALGEBRA_COST * p + PRODUCT_OVERHEAD);
  const basic = tier === 'basic';
  const allowed = Math.max(FREE, STANDARD_SHARE * run);
  const rare = Math.ceil(most / VERDICT_TIMES);
  const probes = batches.count === 1 ? Math.min(VERDICT_TIMES, Math.floor(Math.max(FREE, VERDICT_PROBE_SHARE * run) / probeCost)) : 0;
  return {
    verdict: { allowed: Math.max(VERDICT_FREE, VERDICT_SHARE * run), forward },
    step: basic ? planOf(batch, most, rare, Math.max(FREE, VERDICT_STEP_SHARE * run), stepCost) : planOf(batch, most, every, STEP_SHARE * allowed, stepCost),
    activity: planOf(Math.min(rows, ACTIVITY_ROWS), most, every, (1 - STEP_SHARE) * allowed, (count) => forward * count + UPDATE_OVERHEAD),
    probes: new Set(probes < LEAST_PROBES ? [] : [1, Math.ceil(most / 2), ...Array.from({ length: probes - 2 }, (_, k) => Math.ceil(most - (k * most) / (4 * (probes - 2))))]),
    full: { rows: batch, stride: tier === 'full' ? every * Math.ceil(most / every / FULL_TIMES) : Infinity },
  };
}
