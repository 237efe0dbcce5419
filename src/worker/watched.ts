import type { EndReason, RunRecord, RunSummary, Trial } from '../core/training/trial';
import { TAKEN } from './control';

/**
 * Tells a worker which of its rows were taken: in a turn of its own, so that whatever else the host has to do
 * comes before the rows that this lets the worker send.
 * @param tell by a message, where no memory is shared.
 */
export function receipts(cells: () => Int32Array | null, tell: (count: number) => void): () => void {
  let untold = 0;
  return () => {
    const shared = cells();
    if (untold++ > 0) return;
    setTimeout(() => {
      const count = untold;
      untold = 0;
      if (!shared) {
        tell(count);
        return;
      }
      Atomics.add(shared, TAKEN, count);
      Atomics.notify(shared, TAKEN);
    });
  };
}

export interface LastRow {
  steps: number;
  loss: number;
  gradientNorm: number;
}

export function noteLastRow(seen: LastRow, record: RunRecord): void {
  if (record.rows === 0) return;
  const at = record.rows - 1;
  seen.steps = record.columns.step?.[at] ?? seen.steps;
  seen.loss = record.columns.loss?.[at] ?? NaN;
  seen.gradientNorm = record.columns.gradientNorm?.[at] ?? NaN;
}

/** What is known of a run whose worker did not bring it to an end. */
export function unfinished(trial: Trial, seen: LastRow, startedAt: number, reason: EndReason, status: 'cancelled' | 'failed'): RunSummary {
  return {
    trialId: trial.id,
    status,
    reason,
    steps: seen.steps,
    seconds: startedAt > 0 ? (Date.now() - startedAt) / 1000 : 0,
    evaluations: 0,
    loss: seen.loss,
    gradientNorm: seen.gradientNorm,
    parameters: null,
    criticalPoint: null,
    verdict: { kind: status, evidence: { step: seen.steps }, remedies: [] },
  };
}
