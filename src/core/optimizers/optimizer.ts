import type { Vector } from '../kernels/kernels';
import type { OptimizerSpec } from './spec';
import type { Segment } from '../objectives/objective';

/**
 * What an update may ask besides the gradient it was given. The run loop owns it and counts the evaluations. Its vectors may lie
 * anywhere, in either precision: an oracle over kernel memory copies what is not there.
 */
export interface Oracle {
  readonly dimension: number;
  readonly segments: readonly Segment[];
  /** The loss (sign turned for gradient ascent) at any point, with the gradient that the optimizer may see (with noise, clipped). */
  evaluate(theta: Vector, gradientOut: Vector | null): number;
  hessianVector(theta: Vector, v: Vector, out: Vector): void;
  /** The loss at the current point. */
  readonly loss: number;
  /** N(0, 1) from the stream (seed, "optimizer", label): for optimizers that probe at random. */
  normal(): number;
}

/**
 * One update rule with its state. `update` changes `theta` in place and allocates nothing.
 * All rules descend: for "maximize" the run loop turns the sign of loss and gradient.
 * θ and the gradient come in the precision of the run. State is float64 whatever that precision, so that long averages lose nothing,
 * but for the rules over kernels (kernelRules.ts, muon.ts), whose state lies beside θ in its precision.
 */
export interface Optimizer {
  readonly spec: OptimizerSpec;
  /**
   * θ ← θ + u. `gradient` (shape P) may be used as scratch and is not read afterwards.
   * @param t the number of this update, from 1.
   * @returns null, or why no further progress is possible, one of NO_PROGRESS (the run then ends as converged).
   */
  update(theta: Vector, gradient: Vector, learningRate: number, t: number, oracle: Oracle): string | null;
  /**
   * Largest λ_max of the (preconditioned, see `preconditioner`) Hessian at which the rule is stable on a quadratic with this rate;
   * null where no limit is known.
   */
  sharpnessLimit(learningRate: number): number | null;
  /** Writes the diagonal D (shape P) for which the rule is stable while λ_max(D^-½ H D^-½) ≤ sharpnessLimit; false where there is none (D = 1). */
  preconditioner(out: Vector, t: number): boolean;
  /** Where the reported loss is taken, if not at theta itself (scheduleFree reports its average); writes it to `out`. */
  readonly reportedPoint: ((theta: Vector, out: Vector) => void) | null;
  /** Only where the rule finds its own step (line searches, Prodigy): the factor of the last direction, in place of the given rate. */
  acceptedRate?(): number;
  /** The rule as code, for rules that look at one parameter at a time and never give up. */
  readonly inline?: InlineUpdate;
}

/**
 * `update` as code for a loop that keeps everything in variables, the same operations in the same order. Its text is this
 * program's own: numbers come as `constants`.
 */
export interface InlineUpdate {
  /** Rules with the same name have the same code. */
  readonly name: string;
  /** What the rule keeps between steps: entry j of array k is the variable s{k}_{j}. */
  readonly state: readonly Float64Array[];
  /** Hyperparameters, the variables c0, c1, … */
  readonly constants: readonly number[];
  /** Statements once a step, before the parameters; the learning rate is `rate`. */
  readonly once: string;
  /** Statements that change parameter t{i} by its gradient g{i}. Never the first update of a run. */
  each(i: number): string;
}

/** Why a rule can't go on, by name; wording/optimizers.ts makes the sentence. */
export const NO_PROGRESS = ['zeroGradient', 'gradientTolerance', 'flatDirection', 'noDescent', 'singularHessian', 'negativeCurvature'] as const;
export type NoProgress = (typeof NO_PROGRESS)[number];
