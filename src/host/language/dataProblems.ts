import type { ModelTrial } from '../../core/training/trial';
import type { ParsedExperiment, Problem } from '../../format/experiment';
import { placeOfProblem } from '../../format/problemPlace';
import { modelTrials } from '../editor/labModel';

/** Data that were read, or looked for, and cannot be used, each problem once, where it is mended. @param refusalOf what is known against a trial's data */
export function dataProblems(parsed: ParsedExperiment, refusalOf: (trial: ModelTrial) => { readonly problem: string; readonly pointer: string } | null): Problem[] {
  const found = new Map<string, Problem>();
  for (const trial of parsed.experiment?.kind === 'model' ? modelTrials(parsed.experiment) : []) {
    const refusal = refusalOf(trial);
    if (!refusal) continue;
    const place = placeOfProblem(parsed, trial.variantIndex, refusal.pointer);
    found.set(`${place.path} ${refusal.problem}`, { severity: 'error', code: 'data', message: refusal.problem, ...place });
  }
  return [...found.values()];
}
