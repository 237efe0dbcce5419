import type { Objective } from '../objectives/objective';
import type { CriticalPoint } from '../training/trial';
import { symmetricEigen } from './eigen';
import { allFinite, dot, FULL_HESSIAN, hessianMatrix, norm } from './hessian';
import { lanczosEnds } from './lanczos';
import { NEARLY_VANISHED, NEWTON_CONTRACTION, VANISHING_CHANGE, ZERO_EIGENVALUE } from './thresholds';

/** The shape of the objective's own Hessian at a point, and what Newton's step from there would do. */
export interface LocalShape {
  readonly lambdaMin: number;
  readonly lambdaMax: number;
  readonly minVector: Float64Array;
  readonly maxVector: Float64Array;
  /** Eigenvalues by sign, those that count as zero apart; NaN where only the ends of the spectrum are known. */
  readonly negative: number;
  readonly zero: number;
  readonly positive: number;
  /** Whether the ends count as zero. */
  readonly minIsZero: boolean;
  readonly maxIsZero: boolean;
  /** ‖H⁺g‖: how far away the critical point is, if the Taylor parabola is right; and the gradient left there, relative to ‖g‖. */
  readonly newtonLength: number;
  readonly newtonLeft: number;
  /** ½gᵀH⁺g: how far below (above) the parabola's critical value lies. */
  readonly newtonDecrement: number;
}

interface Eigenpair {
  readonly value: number;
  readonly vector: Float64Array;
}

/**
 * Eigenvalues and -vectors at `theta`: all of them for P ≤ 500, else the two ends. Null where the Hessian is not finite.
 * An eigenvalue counts as zero if it is one to rounding, or if it vanishes towards the critical point: two Newton steps H⁺g away it
 * differs by more than half. Near a regular critical point the Hessian hardly changes over such a step; near a degenerate one of
 * order m (f ~ xᵐ) twice Newton's step jumps to the other side at a share (m−3)/(m−1) of the distance, where it is another.
 * @param gradient the objective's own gradient at `theta`.
 */
export function localShape(objective: Objective, theta: Float64Array, gradient: Float64Array, seed: number): LocalShape | null {
  const n = objective.dimension;
  const complete = n <= FULL_HESSIAN;
  const pairs = complete ? allPairs(objective, theta) : endPairs(objective, theta, seed);
  if (!pairs) return null;
  const largest = Math.max(Math.abs(pairs[0].value), Math.abs(pairs[pairs.length - 1].value));
  const floor = ZERO_EIGENVALUE * largest;

  // H⁺g: eigenvalues that are zero to rounding have no inverse. With the ends alone it is the part of it that lies in them.
  const newton = new Float64Array(n);
  let decrement = 0;
  for (const { value, vector } of pairs) {
    if (Math.abs(value) <= floor) continue;
    const c = dot(vector, gradient);
    decrement += (0.5 * c * c) / value;
    for (let i = 0; i < n; i++) newton[i] += (c / value) * vector[i];
  }

  const beyond = theta.map((t, i) => t - 2 * newton[i]);
  const product = new Float64Array(n);
  const isZero = ({ value, vector }: Eigenpair): boolean => {
    if (Math.abs(value) <= floor) return true;
    objective.hessianVector(beyond, vector, product);
    const there = dot(vector, product);
    return !(Math.abs(there - value) <= VANISHING_CHANGE * Math.abs(value));
  };
  const zeros = pairs.map(isZero);
  const count = (test: (value: number, zero: boolean) => boolean) => (complete ? pairs.filter((pair, i) => test(pair.value, zeros[i])).length : NaN);

  const there = theta.map((t, i) => t - newton[i]);
  const left = new Float64Array(n);
  objective.evaluate(there, left);
  const first = pairs[0];
  const last = pairs[pairs.length - 1];
  return {
    lambdaMin: first.value, lambdaMax: last.value, minVector: first.vector, maxVector: last.vector,
    negative: count((value, zero) => !zero && value < 0), zero: count((_, zero) => zero), positive: count((value, zero) => !zero && value > 0),
    minIsZero: zeros[0], maxIsZero: zeros[zeros.length - 1],
    newtonLength: norm(newton), newtonLeft: norm(left) / norm(gradient), newtonDecrement: decrement,
  };
}

function allPairs(objective: Objective, theta: Float64Array): Eigenpair[] | null {
  const n = objective.dimension;
  const h = hessianMatrix(objective, theta);
  if (!allFinite(h)) return null;
  const { values, vectors } = symmetricEigen(h, n);
  return Array.from(values, (value, k) => ({ value, vector: Float64Array.from({ length: n }, (_, i) => vectors[i * n + k]) }));
}

function endPairs(objective: Objective, theta: Float64Array, seed: number): Eigenpair[] | null {
  const ends = lanczosEnds((v, out) => objective.hessianVector(theta, v, out), objective.dimension, { seed });
  if (!Number.isFinite(ends.min) || !Number.isFinite(ends.max)) return null;
  return [{ value: ends.min, vector: ends.minVector }, { value: ends.max, vector: ends.maxVector }];
}

/**
 * Whether a point is a critical point as far as a run can tell: the gradient is within `tolerance`, or it has nearly vanished
 * (a thousandth of the run's first) and Newton's step from there leads onto a critical point.
 */
export function isNearCritical(shape: LocalShape, gradientNorm: number, tolerance: number, firstGradientNorm: number): boolean {
  if (gradientNorm <= tolerance) return true;
  return gradientNorm <= NEARLY_VANISHED * firstGradientNorm && shape.newtonLeft <= NEWTON_CONTRACTION;
}

/** Classifies by inertia. Of a spectrum known by its ends only, an end that counts as zero makes it degenerate. */
export function criticalPoint(shape: LocalShape, near: boolean): CriticalPoint {
  const { lambdaMin, lambdaMax, negative, zero, positive } = shape;
  return { kind: near ? kindOf(shape) : 'none', lambdaMin, lambdaMax, negative, zero, positive };
}

function kindOf(shape: LocalShape): 'minimum' | 'maximum' | 'saddle' | 'degenerate' {
  const down = shape.negative > 0 || (shape.lambdaMin < 0 && !shape.minIsZero);
  const up = shape.positive > 0 || (shape.lambdaMax > 0 && !shape.maxIsZero);
  if (down && up) return 'saddle';
  if (shape.zero > 0 || shape.minIsZero || shape.maxIsZero) return 'degenerate';
  return down ? 'maximum' : 'minimum';
}
