import type { RunSummary, Trial } from '../core/training/trial';
import type { Expectation, Experiment } from './experiment';
import { printJson } from './print';
import { CONDITION } from './schema/common';
import { bestOfSweep } from './sweepResults';

export interface RunResult {
  readonly trial: Trial;
  readonly summary: RunSummary;
  /** First step at the target of a sweep that counts the steps to a loss. */
  readonly reached?: number;
}

export interface ExpectationResult {
  /** "NAG: loss < 1e-6". */
  readonly text: string;
  readonly holds: boolean;
  /** What the run that fails says, or where all hold the one that comes nearest to failing. Of `parameters` the largest distance. */
  readonly actual: number | string | null;
  /** From 1. */
  readonly line: number;
}

/**
 * Checks what an experiment claims, every condition of every entry, over all seeds and starts. An entry none of whose runs are among
 * the results (they were not asked for) is left out.
 */
export function evaluateExpectations(experiment: Pick<Experiment, 'expect'> & Partial<Pick<Experiment, 'sweep'>>, results: readonly RunResult[]): ExpectationResult[] {
  // Of a sweep each optimizer's best is what it claims something of.
  const claimed = experiment.sweep ? bestOfSweep(experiment.sweep, results) : results;
  return experiment.expect.flatMap((entry) => {
    const runs = claimed.filter(({ trial }) => concerns(entry, trial));
    if (runs.length === 0) return [];
    return [...entry.conditions].map(([name, condition]) => check(entry, name, condition, runs));
  });
}

/** Whether an entry claims something of a run. The runs of an evaluation are no runs of the experiment. */
export function concerns(entry: Expectation, trial: Trial): boolean {
  if (trial.kind === 'model' && (trial.resample !== null || trial.boosting !== null)) return false;
  return (entry.optimizer === null || trial.label === entry.optimizer) && (entry.variant === null || trial.variant === entry.variant);
}

/** "loss < 1e-6". */
export function conditionText(name: string, condition: unknown): string {
  const said = typeof condition === 'string' && CONDITION.test(condition) ? condition.trim() : typeof condition === 'string' ? condition : printJson(condition);
  return `${name} ${said}`;
}

/** What an entry speaks of: "NAG", "NAG, batch 1"; empty where it is every run. */
export function subjectText(entry: Expectation): string {
  return [entry.optimizer, entry.variant].filter((part) => part !== null).join(', ');
}

interface Outcome {
  readonly holds: boolean;
  readonly actual: number | string | null;
  /** How far on the right side; negative where it fails. */
  readonly margin: number;
}

function check(entry: Expectation, name: string, condition: unknown, runs: readonly RunResult[]): ExpectationResult {
  const outcomes = runs.map(({ summary }) => outcome(name, condition, summary));
  const worst = outcomes.reduce((a, b) => (Number(b.holds) < Number(a.holds) || (b.holds === a.holds && b.margin < a.margin) ? b : a));
  const subject = subjectText(entry);
  return { text: `${subject === '' ? '' : `${subject}: `}${conditionText(name, condition)}`, holds: worst.holds, actual: worst.actual, line: entry.line };
}

function outcome(name: string, condition: unknown, summary: RunSummary): Outcome {
  const exactly = (actual: string | null): Outcome => ({ holds: actual === condition, actual, margin: actual === condition ? 0 : -1 });
  switch (name) {
    case 'verdict': return exactly(summary.verdict.kind);
    case 'status': return exactly(summary.status);
    case 'criticalPoint': return exactly(summary.criticalPoint?.kind ?? null);
    case 'parameters': return near(condition, summary.parameters);
    case 'loss': return compare(condition, summary.loss);
    case 'steps': return compare(condition, summary.steps);
    case 'gradientNorm': return compare(condition, summary.gradientNorm);
    case 'seconds': return compare(condition, summary.seconds);
    case 'validationLoss': return compare(condition, summary.model?.validationLoss ?? NaN);
    case 'testLoss': return compare(condition, summary.model?.testLoss ?? NaN);
    case 'predict': return near(condition, summary.model?.predict?.after.flat() ?? null);
    // Every other name is a metric's.
    default: return compare(condition, summary.model?.metrics[name] ?? NaN);
  }
}

function near(condition: unknown, parameters: readonly number[] | null): Outcome {
  const [target, tolerance] = condition as readonly [readonly number[], number];
  if (!parameters || parameters.length !== target.length) return { holds: false, actual: null, margin: -Infinity };
  const distance = parameters.reduce((most, value, i) => (Number.isNaN(value) || Number.isNaN(most) ? NaN : Math.max(most, Math.abs(value - target[i]))), 0);
  const holds = distance <= tolerance;
  return { holds, actual: distance, margin: Number.isNaN(distance) ? -Infinity : tolerance - distance };
}

/** "< 1e-6" against a number. Nothing but "!=" holds of not-a-number. */
function compare(condition: unknown, actual: number): Outcome {
  const [, operator, limit] = CONDITION.exec(String(condition)) ?? [];
  const bound = Number(limit);
  const holds = operator === '<' ? actual < bound : operator === '<=' ? actual <= bound : operator === '>' ? actual > bound : operator === '>=' ? actual >= bound
    : operator === '=' || operator === '==' ? actual === bound : operator === '!=' ? actual !== bound : false;
  const side = operator?.startsWith('<') ? bound - actual : operator?.startsWith('>') ? actual - bound : -Math.abs(actual - bound);
  return { holds, actual, margin: Number.isNaN(side) ? -Infinity : side };
}
