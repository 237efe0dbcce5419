import type { InlineExpression } from '../expression/compile';

/** One parameter tensor inside the flat vector. A formula has a single segment "x"; a network has one a layer parameter. */
export interface Segment {
  readonly name: string;
  readonly offset: number;
  /** Empty for a scalar. The product is the number of entries. */
  readonly shape: readonly number[];
  /** Of a network: the layer's name, and what the tensor is in it. A weight's last axis counts the layer's outputs. */
  readonly layer?: string;
  readonly role?: 'weight' | 'bias' | 'gamma' | 'beta';
}

/** Rows of the data that one evaluation uses. A formula ignores it. */
export interface Batch {
  readonly rows: Int32Array;
  readonly count: number;
}

/**
 * What is minimized. Formulas and networks look the same to an optimizer: one flat vector, preallocated by the caller.
 * An implementation allocates nothing in `evaluate` and `hessianVector`.
 */
export interface Objective {
  /** P, the number of parameters. */
  readonly dimension: number;
  readonly segments: readonly Segment[];
  /**
   * The loss at `theta` (shape P). Where `gradientOut` (shape P) is given it receives ∂loss/∂theta.
   * Never throws for a number outside the domain: the loss is then NaN or infinite.
   */
  evaluate(theta: Float64Array, gradientOut: Float64Array | null, batch?: Batch): number;
  /** out ← H(theta)·v, exact (forward over reverse). `out` must not alias `v`. */
  hessianVector(theta: Float64Array, v: Float64Array, out: Float64Array, batch?: Batch): void;
}

/** A point where the gradient vanishes, known in advance. */
export interface KnownMinimum {
  readonly at: readonly number[];
  readonly value: number;
}

/** An objective given by a formula: named variables, a domain worth looking at, perhaps known minima. */
export interface FormulaObjective extends Objective {
  /** Length P, in order of first appearance. */
  readonly variables: readonly string[];
  /** Per variable [low, high]; null where nothing is known and the box around the runs serves. */
  readonly domain: readonly (readonly [number, number])[] | null;
  readonly minima: readonly KnownMinimum[];
  /** The usual hard start of a built-in; null for an expression. */
  readonly start: readonly number[] | null;
  /** LaTeX of the formula and of each partial derivative (simplified); null where the formula has too many variables to show. */
  readonly latex: string;
  readonly gradientLatex: readonly string[] | null;
  /** The same as plain text in the notation of the format. */
  readonly text: string;
  readonly gradientText: readonly string[] | null;
  /** Value and gradient as code; absent where code may not be generated, or none is known. */
  readonly inline?: InlineExpression;
}
