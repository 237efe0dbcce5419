import { symmetricEigen } from '../diagnostics/eigen';
import { allFinite, FULL_HESSIAN, hessianMatrix } from '../diagnostics/hessian';
import type { Objective } from './objective';

export { findCriticalPoints } from './criticalPoints';

/** The plane origin + a·first + b·second, or without `second` a line; the vectors have length P. */
export interface GridPlane {
  readonly origin: readonly number[];
  readonly first: readonly number[];
  readonly second: readonly number[] | null;
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
  /** Samples along `a` and along `b`, the ends included. */
  readonly width: number;
  readonly height: number;
}

export interface GridValues {
  /** Row-major, width × height: a runs along a row, b from row to row. */
  readonly values: Float64Array;
  /** On a line the derivative along `first` at each sample. */
  readonly slopes: Float64Array | null;
}

/** Samples an objective on a line or a plane. */
export function evaluateGrid(objective: Objective, plane: GridPlane): GridValues {
  const { origin, first, second, a, b, width, height } = plane;
  const n = objective.dimension;
  const theta = new Float64Array(n);
  const rows = second ? height : 1;
  const values = new Float64Array(width * rows);
  const slopes = second ? null : new Float64Array(width);
  const gradient = slopes ? new Float64Array(n) : null;
  for (let row = 0; row < rows; row++) {
    const t = second ? sample(b, row, rows) : 0;
    for (let column = 0; column < width; column++) {
      const s = sample(a, column, width);
      for (let i = 0; i < n; i++) theta[i] = origin[i] + s * first[i] + (second ? t * second[i] : 0);
      values[row * width + column] = objective.evaluate(theta, gradient);
      if (slopes && gradient) {
        let slope = 0;
        for (let i = 0; i < n; i++) slope += gradient[i] * first[i];
        slopes[column] = slope;
      }
    }
  }
  return { values, slopes };
}

function sample([low, high]: readonly [number, number], k: number, count: number): number {
  return count === 1 ? 0.5 * (low + high) : low + ((high - low) * k) / (count - 1);
}

export interface Probe {
  readonly loss: number;
  readonly gradient: Float64Array;
  /** Ascending; null where P > 500 or the Hessian is not finite. */
  readonly eigenvalues: Float64Array | null;
  /** P × P row-major; null where P > 3. */
  readonly hessian: Float64Array | null;
}

/** A Hessian of more rows is not handed out. */
const SHOWN_HESSIAN = 3;

/** Value, gradient and curvature at a point (shape P). */
export function probe(objective: Objective, point: Float64Array): Probe {
  const n = objective.dimension;
  const gradient = new Float64Array(n);
  const loss = objective.evaluate(point, gradient);
  const hessian = n <= FULL_HESSIAN ? hessianMatrix(objective, point) : null;
  return {
    loss,
    gradient,
    eigenvalues: hessian && allFinite(hessian) ? symmetricEigen(hessian, n).values : null,
    hessian: n <= SHOWN_HESSIAN ? hessian : null,
  };
}

export interface GradientCheck {
  /** Largest |analytic − difference| / max(1, |analytic|, |difference|) over the parameters; NaN where one is not a number. */
  readonly worst: number;
  readonly parameter: number;
  readonly analytic: number;
  readonly difference: number;
}

/** Compares the gradient at a point (shape P) with central differences, h = 6e-6·max(1, |θᵢ|): the cube root of the rounding unit. */
export function gradientCheck(objective: Objective, point: Float64Array): GradientCheck {
  const n = objective.dimension;
  const gradient = new Float64Array(n);
  objective.evaluate(point, gradient);
  const theta = Float64Array.from(point);
  let found: GradientCheck | null = null;
  for (let i = 0; i < n; i++) {
    const h = 6e-6 * Math.max(1, Math.abs(point[i]));
    const above = point[i] + h;
    const below = point[i] - h;
    theta[i] = above;
    const high = objective.evaluate(theta, null);
    theta[i] = below;
    const low = objective.evaluate(theta, null);
    theta[i] = point[i];
    const difference = (high - low) / (above - below);
    const analytic = gradient[i];
    const worst = Math.abs(analytic - difference) / Math.max(1, Math.abs(analytic), Math.abs(difference));
    if (!found || Number.isNaN(worst) || worst > found.worst) found = { worst, parameter: i, analytic, difference };
    if (Number.isNaN(worst)) break;
  }
  if (!found) throw new Error('an objective without parameters has no gradient to check');
  return found;
}
