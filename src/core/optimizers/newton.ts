import type { Vector } from '../kernels/kernels';
import { BaseOptimizer } from './baseOptimizer';
import type { NoProgress, Oracle } from './optimizer';
import type { OptimizerSpec } from './spec';

/** Newton's step needs the whole Hessian: its memory and its P³ cost end at this dimension. */
export const NEWTON_MAX_DIMENSION = 1000;
/** Of a network, each of whose columns of the Hessian is a pass over all rows. */
export const NEWTON_MAX_PARAMETERS = 500;

/** θ ← θ − γ(H + δI)⁻¹g, solved by elimination with partial pivoting (H need not be positive definite: saddles attract). */
export class Newton extends BaseOptimizer {
  private readonly damping: number;
  private readonly dimension: number;
  /** H, row-major; eliminated in place. */
  private readonly matrix: Float64Array;
  private readonly unit: Float64Array;
  private readonly column: Float64Array;

  /** @throws Error where the dimension is above `limit`. */
  constructor(spec: OptimizerSpec, dimension: number, limit: number) {
    super(spec);
    if (dimension > limit) throw new Error(`Newton's step needs the whole Hessian: at most ${limit} parameters, here are ${dimension}. Take lbfgs, which needs none.`);
    this.damping = spec.damping as number;
    this.dimension = dimension;
    this.matrix = new Float64Array(dimension * dimension);
    this.unit = new Float64Array(dimension);
    this.column = new Float64Array(dimension);
  }

  override update(theta: Vector, gradient: Vector, learningRate: number, _t: number, oracle: Oracle): NoProgress | null {
    const { dimension, matrix, unit, column } = this;
    for (let j = 0; j < dimension; j++) {
      unit.fill(0);
      unit[j] = 1;
      oracle.hessianVector(theta, unit, column);
      for (let i = 0; i < dimension; i++) matrix[i * dimension + j] = column[i];
      matrix[j * dimension + j] += this.damping;
    }
    column.set(gradient);
    if (!solveInPlace(matrix, column)) return 'singularHessian';
    for (let i = 0; i < dimension; i++) theta[i] -= learningRate * column[i];
    return null;
  }
}

/**
 * Solves A·x = b; A (row-major, n × n) is destroyed, b becomes x.
 * @returns false where a pivot is zero (A is singular); entries that are not finite go through and show in x.
 */
export function solveInPlace(a: Float64Array, b: Float64Array): boolean {
  const n = b.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]) > Math.abs(a[pivot * n + k])) pivot = i;
    const value = a[pivot * n + k];
    if (value === 0) return false;
    if (pivot !== k) {
      for (let j = k; j < n; j++) {
        const held = a[k * n + j];
        a[k * n + j] = a[pivot * n + j];
        a[pivot * n + j] = held;
      }
      const held = b[k];
      b[k] = b[pivot];
      b[pivot] = held;
    }
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k] / value;
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
      b[i] -= factor * b[k];
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) b[i] -= a[i * n + j] * b[j];
    b[i] /= a[i * n + i];
  }
  return true;
}
