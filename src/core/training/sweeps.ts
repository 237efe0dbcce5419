import { isRising } from './earlyStop';
import type { RunRecord, RunSummary, SweptValue, Trial } from './trial';

/** Values tried between the best and each of its neighbours in one round of narrowing. */
const BETWEEN = 2;

/** A run of a sweep and its score: lower is better, infinite where the run failed, diverged or never got there. */
export interface SweptRun {
  readonly trial: Pick<Trial, 'sweep'>;
  readonly score: number;
}

/** The first recorded step at which the loss is at or below a target; infinite where there is none. */
export function stepsTo(record: Pick<RunRecord, 'rows' | 'columns'>, target: number): number {
  const { step, loss } = record.columns;
  for (let i = 0; i < record.rows; i++) if (loss[i] <= target) return step[i];
  return Infinity;
}

/** The target of a metric "stepsTo:1e-6", or null for any other. */
export function targetOf(metric: string): number | null {
  return metric.startsWith('stepsTo:') ? Number(metric.slice('stepsTo:'.length)) : null;
}

/** Whether a larger value of a sweep's metric is the better one. */
export function isRisingMetric(metric: string): boolean {
  return targetOf(metric) === null && isRising(metric);
}

/**
 * What a sweep compares, as it is shown: a loss, a metric, steps; NaN where the run has none (it diverged, failed or was cancelled).
 * Under gradient ascent the loss is the objective's own, of which more is better.
 * @param reached steps to the target, for a metric "stepsTo:…".
 */
export function sweepValue(summary: RunSummary, metric: string, reached: number): number {
  if (summary.status === 'diverged' || summary.status === 'failed' || summary.status === 'cancelled') return NaN;
  if (targetOf(metric) !== null) return Number.isFinite(reached) ? reached : NaN;
  if (metric === 'loss') return summary.loss;
  if (metric === 'validationLoss') return summary.model?.validationLoss ?? NaN;
  return summary.model?.metrics[metric] ?? NaN;
}

/** The value turned so that lower is better; infinite where there is none. */
export function sweepScore(trial: Trial, value: number, metric: string): number {
  if (Number.isNaN(value)) return Infinity;
  const rising = isRisingMetric(metric) || (metric === 'loss' && trial.kind === 'objective' && trial.objective.goal === 'maximize');
  return rising ? -value : value;
}

/** The point of the least score, the median over its seeds and starts; null where every run failed. Of equal ones the first. */
export function bestPoint(runs: readonly SweptRun[]): Readonly<Record<string, SweptValue>> | null {
  const points = new Map<string, { readonly values: Readonly<Record<string, SweptValue>>; readonly scores: number[] }>();
  for (const { trial, score } of runs) {
    if (!trial.sweep) continue;
    const key = JSON.stringify(trial.sweep);
    const point = points.get(key) ?? { values: trial.sweep, scores: [] };
    point.scores.push(score);
    points.set(key, point);
  }
  let best: { values: Readonly<Record<string, SweptValue>>; score: number } | null = null;
  for (const { values, scores } of points.values()) {
    const sorted = [...scores].sort((a, b) => a - b);
    const score = sorted[(sorted.length - 1) >> 1];
    if (Number.isFinite(score) && (best === null || score < best.score)) best = { values, score };
  }
  return best?.values ?? null;
}

/**
 * The points of the next round around the best: on each axis of numbers, values between the best one and its nearest neighbours that
 * were tried (beyond it, by the same ratio, where it is the first or last), the other axes at their best. Equal ratios where all values
 * are positive, else equal distances; whole numbers where all tried ones are whole.
 */
export function narrow(runs: readonly SweptRun[]): Readonly<Record<string, SweptValue>>[] {
  const best = bestPoint(runs);
  if (!best) return [];
  const next = new Map<string, Readonly<Record<string, SweptValue>>>();
  const tried = new Set(runs.map(({ trial }) => JSON.stringify(trial.sweep)));
  for (const [name, at] of Object.entries(best)) {
    const values = [...new Set(runs.map(({ trial }) => trial.sweep?.[name]))].filter((value): value is number => typeof value === 'number').sort((a, b) => a - b);
    if (typeof at !== 'number' || values.length < 2) continue;
    const place = values.indexOf(at);
    const ratios = values[0] > 0;
    const whole = values.every(Number.isInteger);
    const mirrored = (other: number): number => (ratios ? (at * at) / other : 2 * at - other);
    const sides = [values[place - 1] ?? mirrored(values[place + 1]), values[place + 1] ?? mirrored(values[place - 1])];
    for (const side of sides) {
      for (let i = 1; i <= BETWEEN; i++) {
        const share = i / (BETWEEN + 1);
        const raw = ratios ? at * (side / at) ** share : at + share * (side - at);
        const value = whole ? Math.round(raw) : Number(raw.toPrecision(4));
        const point = { ...best, [name]: value };
        const key = JSON.stringify(point);
        if (!tried.has(key)) next.set(key, point);
      }
    }
  }
  return [...next.values()];
}

/**
 * The round of narrowing that each point of one optimizer came from, 0 the first one: the rounds are played again.
 * @param axes the values that the file names.
 * @returns by the point as JSON. What no round explains (it was tried under other values of the file) counts as the last.
 */
export function roundsOf(runs: readonly SweptRun[], axes: readonly { readonly name: string; readonly values: readonly SweptValue[] }[], refine: number): ReadonlyMap<string, number> {
  const rounds = new Map<string, number>();
  const left = new Map<string, SweptRun[]>();
  for (const run of runs) {
    if (!run.trial.sweep) continue;
    const key = JSON.stringify(run.trial.sweep);
    if (axes.every(({ name, values }) => values.includes(run.trial.sweep![name]))) rounds.set(key, 0);
    else left.set(key, [...(left.get(key) ?? []), run]);
  }
  const known = runs.filter(({ trial }) => rounds.has(JSON.stringify(trial.sweep)));
  for (let round = 1; round <= refine && left.size > 0; round++) {
    for (const point of narrow(known)) {
      const key = JSON.stringify(point);
      const found = left.get(key);
      if (!found) continue;
      left.delete(key);
      rounds.set(key, round);
      known.push(...found);
    }
  }
  for (const key of left.keys()) rounds.set(key, refine);
  return rounds;
}
