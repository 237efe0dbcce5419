import type { ExperimentResult, RunResult } from '../api/api';

/** Characters of an answer for which nobody named a budget: some thousand tokens. */
export const MOST_CHARACTERS = 24_000;

/** Whether a text is short enough for whoever asked. */
export type Fits = (text: string) => PromiseLike<boolean> | boolean;

type Detail = 'all' | 'verdicts' | 'numbers';

/**
 * The outcome of an experiment as JSON for a language model: as much as fits. First the points and evidence go, then sentences and remedies,
 * then the worst runs; what was left out is said.
 */
export async function runAnswer(result: ExperimentResult, fits: Fits): Promise<string> {
  let text = '';
  for (const detail of ['all', 'verdicts', 'numbers'] as const) {
    text = answer(result, result.runs, detail);
    if (await fits(text)) return text;
  }
  const best = [...result.runs].sort((a, b) => rank(a) - rank(b));
  for (let count = best.length >> 1; count >= 1; count >>= 1) {
    text = answer(result, best.slice(0, count), 'numbers');
    if (await fits(text)) return text;
  }
  return text;
}

/** Runs that arrived before those that did not, then fewer steps. The goal may be to maximize, so the loss says nothing here. */
function rank({ verdict, steps }: RunResult): number {
  return (verdict.kind === 'converged' ? 0 : 1e12) + steps;
}

function answer(result: ExperimentResult, runs: readonly RunResult[], detail: Detail): string {
  const document = {
    title: result.title || undefined,
    problems: result.problems.length > 0 ? result.problems.map(({ severity, line, column, message }) => ({ severity, line, column, message })) : undefined,
    cannotRun: result.refusal ?? undefined,
    runs: runs.map((run) => runFacts(run, detail, new Set(result.runs.map(({ seed }) => seed)).size > 1)),
    runsLeftOut: runs.length < result.runs.length ? result.runs.length - runs.length : undefined,
    expectations: result.expectations.length > 0 ? result.expectations.map(({ text, holds, actual, line }) => ({ text, holds, actual, line })) : undefined,
  };
  return stringify(document);
}

/** What is told of one run. A number of six digits is plenty for words about it. */
function runFacts(run: RunResult, detail: Detail, seeds: boolean): object {
  const { verdict } = run;
  return {
    optimizer: run.label, variant: run.variant ?? undefined, start: run.start > 0 ? run.start : undefined, seed: seeds ? run.seed : undefined,
    sweep: run.sweep ?? undefined, verdict: verdict.kind, status: run.status, loss: run.loss, gradientNorm: run.gradientNorm, steps: run.steps, metrics: run.metrics ?? undefined,
    ...(detail === 'numbers' ? {} : { says: verdict.text, endedBy: run.reason, remedies: verdict.remedies.map(({ text, path, value, also }) => ({ text, path, value, also })) }),
    ...(detail === 'all' ? { seconds: run.seconds, evidence: verdict.evidence, parameters: run.parameters && run.parameters.length <= 10 ? run.parameters : undefined } : {}),
  };
}

/** JSON in which a number has at most six digits and what JSON lacks is a word. */
export function stringify(document: unknown): string {
  return JSON.stringify(document, (_key, value: unknown) => {
    if (typeof value !== 'number') return value;
    return Number.isFinite(value) ? Number(value.toPrecision(6)) : String(value);
  });
}
