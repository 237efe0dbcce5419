import type { FormulaObjective } from '../objectives/objective';
import type { Mark } from '../training/marks';
import type { Trace } from '../training/trace';
import type { EndReason, RunStatus, ObjectiveTrial } from '../training/trial';

/** How a run ended and what is left of its path: all that a verdict is made of. */
export interface Ending {
  readonly trial: ObjectiveTrial;
  readonly objective: FormulaObjective;
  readonly status: Exclude<RunStatus, 'running'>;
  readonly reason: EndReason;
  readonly steps: number;
  /** −1 for gradient ascent: the descended function is −f. */
  readonly sign: 1 | -1;
  /** The objective's own values and gradient norms, first and last. */
  readonly firstLoss: number;
  readonly loss: number;
  readonly firstGradientNorm: number;
  readonly gradientNorm: number;
  /** The last point and the objective's own gradient there, shape P. */
  readonly point: Float64Array;
  readonly gradient: Float64Array;
  readonly trace: Trace;
  readonly marks: readonly Mark[];
  /** Runs a changed trial without a verdict; null where remedies are to be estimated only. Null as a result: it cannot run. */
  readonly tryOut: ((trial: ObjectiveTrial) => Outcome | null) | null;
}

/** What came of a changed trial. */
export interface Outcome {
  readonly status: RunStatus;
  readonly steps: number;
  readonly loss: number;
  /** Mean loss of the last quarter: what counts where the gradients are noisy. */
  readonly lateLoss: number;
  readonly evaluations: number;
}
