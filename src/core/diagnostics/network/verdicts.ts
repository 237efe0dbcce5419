import type { EndReason, ModelOutcome, ModelTrial, RunStatus, Verdict } from '../../training/trial';
import type { PreparedModel } from '../../training/modelParts';
import type { Diagnosed } from './diagnosed';

/** What came of a changed training. */
export interface ModelTried {
  readonly status: RunStatus;
  readonly loss: number;
  readonly outcome: ModelOutcome;
}

/** How a training ended: all that a verdict is made of. */
export interface ModelEnding {
  readonly trial: ModelTrial;
  readonly status: Exclude<RunStatus, 'running'>;
  readonly reason: EndReason;
  readonly steps: number;
  readonly epochs: number;
  readonly firstLoss: number;
  readonly loss: number;
  readonly firstGradientNorm: number;
  readonly gradientNorm: number;
  readonly diagnosed: Diagnosed;
  readonly outcome: ModelOutcome;
  /** The scores of every epoch, oldest first. */
  readonly epochRows: readonly ReadonlyMap<string, number>[];
  readonly parts: PreparedModel;
  /** Trains with a changed trial, without a verdict; null where remedies are to be estimated only. Null as a result: it cannot run. */
  readonly tryOut: ((trial: ModelTrial) => ModelTried | null) | null;
}

/** The one verdict of a training. */
export function judgeModel(ending: ModelEnding): Verdict {
  const { status } = ending;
  const evidence = { loss: ending.loss, gradientNorm: ending.gradientNorm };
  if (status === 'failed' || status === 'cancelled' || status === 'diverged' || status === 'converged') return { kind: status, evidence, remedies: [] };
  return { kind: 'completed', evidence, remedies: [] };
}
