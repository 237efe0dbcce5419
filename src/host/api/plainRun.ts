import type { RunSummary } from '../../core/training/trial';
import { toOutcome } from '../runs/labRun';
import type { Run } from '../runs/run';
import type { RunResult } from './api';

/** An ended run as plain data of its own, for whoever is not this extension. */
export function plainRun(run: Run): RunResult {
  const { label, variant, startIndex, seed, reason, verdict } = toOutcome(run);
  const summary = run.summary!;
  return {
    label, variant, start: startIndex, seed, sweep: run.trial.sweep && { ...run.trial.sweep }, status: summary.status, reason, steps: summary.steps, seconds: summary.seconds,
    loss: summary.loss, gradientNorm: summary.gradientNorm, parameters: summary.parameters && [...summary.parameters], metrics: metricsOf(summary),
    verdict: {
      kind: verdict!.kind, title: verdict!.title, text: verdict!.text, evidence: { ...verdict!.evidence },
      remedies: verdict!.remedies.map(({ text, path, value, also }) => ({ text, path, value: structuredClone(value), ...(also ? { also: structuredClone(also) } : {}) })),
    },
  };
}

function metricsOf({ model }: RunSummary): Record<string, number> | null {
  if (!model) return null;
  const { validationLoss, testLoss, metrics } = model;
  return { ...(validationLoss === null ? {} : { validationLoss }), ...(testLoss === null ? {} : { testLoss }), ...metrics };
}
