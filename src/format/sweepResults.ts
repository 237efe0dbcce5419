import { bestPoint, narrow, sweepScore, sweepValue, type SweptRun } from '../core/training/sweeps';
import type { RunSummary, Trial } from '../core/training/trial';
import type { ExperimentSweep } from './experiment';

interface Swept {
  readonly trial: Trial;
  readonly summary: RunSummary;
  /** The sweep's metric as it is shown, where it is known already; else it is read off the summary. */
  readonly value?: number;
  readonly reached?: number;
}

/** The runs of a sweep with their scores, by optimizer within its variant. */
function bySeries<T extends Swept>(sweep: Pick<ExperimentSweep, 'metric'>, results: readonly T[]): (SweptRun & { readonly result: T })[][] {
  const groups = new Map<string, (SweptRun & { readonly result: T })[]>();
  for (const result of results) {
    const { trial, summary } = result;
    const key = `${trial.variantIndex}/${trial.optimizerIndex}`;
    const score = sweepScore(trial, result.value ?? sweepValue(summary, sweep.metric, result.reached ?? Infinity), sweep.metric);
    groups.set(key, [...(groups.get(key) ?? []), { trial, score, result }]);
  }
  return [...groups.values()];
}

/** The runs at each optimizer's best point: one a seed and start. */
export function bestOfSweep<T extends Swept>(sweep: Pick<ExperimentSweep, 'metric'>, results: readonly T[]): T[] {
  return bySeries(sweep, results).flatMap((runs) => {
    const best = JSON.stringify(bestPoint(runs) ?? runs[0].trial.sweep);
    return runs.filter(({ trial }) => JSON.stringify(trial.sweep) === best).map(({ result }) => result);
  });
}

/** The runs of the next round of narrowing, around each optimizer's own best. */
export function nextRound(sweep: ExperimentSweep, results: readonly Swept[]): readonly Trial[] {
  return bySeries(sweep, results).flatMap((runs) => {
    const { variantIndex, optimizerIndex } = runs[0].result.trial;
    return sweep.trialsAt(narrow(runs), { variantIndex, optimizerIndex });
  });
}
