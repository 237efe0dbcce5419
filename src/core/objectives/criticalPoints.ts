import { criticalPoint, localShape } from '../diagnostics/criticalPoint';
import { symmetricEigen } from '../diagnostics/eigen';
import { allFinite, hessianMatrix, norm } from '../diagnostics/hessian';
import type { FormulaObjective } from './objective';

type Box = readonly (readonly [number, number])[];

export interface CriticalPointAt {
  readonly at: readonly number[];
  readonly value: number;
  readonly kind: 'minimum' | 'saddle' | 'maximum' | 'degenerate';
}

const MOST_POINTS = 64;
/** Starts of Newton's method along an axis. */
const STARTS = { line: 241, plane: 33 } as const;
const ITERATIONS = 80;
/** Two ends of the iteration this near to each other, as a share of the box, are one point. */
const SAME = 1e-6;
/** A point around which (at this share of the box) the gradient stays below FLAT of the largest seen is a plateau, not a point. */
const RING = 1e-2;
const FLAT = 1e-10;
/** More degenerate points than this are a curve of them. */
const MOST_DEGENERATE = 12;

/**
 * The critical points of a 1-D or 2-D objective inside a box, the lowest first, at most 64: Newton's method with the exact Hessian
 * from a grid of starts and from the known minima. Finds points where the gradient vanishes; a kink such as that of |x| is none.
 * Classified by the signs of the Hessian's eigenvalues. Other dimensions: none.
 */
export function findCriticalPoints(objective: FormulaObjective, box: Box): CriticalPointAt[] {
  const n = objective.dimension;
  if (n > 2 || box.length !== n) return [];
  const search = new Search(objective, box);
  for (const start of search.starts()) search.from(start);
  return search.result();
}

class Search {
  private readonly n: number;
  private readonly sizes: readonly number[];
  private readonly gradient: Float64Array;
  private readonly ends: Float64Array[] = [];
  private steepest = 0;

  constructor(private readonly objective: FormulaObjective, private readonly box: Box) {
    this.n = objective.dimension;
    this.sizes = box.map(([low, high]) => Math.max(high - low, Number.MIN_VALUE));
    this.gradient = new Float64Array(this.n);
  }

  starts(): Float64Array[] {
    const count = this.n === 1 ? STARTS.line : STARTS.plane;
    const along = (axis: number) => Array.from({ length: count }, (_, k) => this.box[axis][0] + (this.sizes[axis] * k) / (count - 1));
    const grid = this.n === 1 ? along(0).map((x) => Float64Array.of(x)) : along(0).flatMap((x) => along(1).map((y) => Float64Array.of(x, y)));
    for (const point of grid) {
      this.objective.evaluate(point, this.gradient);
      const slope = norm(this.gradient);
      if (Number.isFinite(slope)) this.steepest = Math.max(this.steepest, slope);
    }
    const known = this.objective.minima.map(({ at }) => Float64Array.from(at)).filter((point) => this.contains(point, 0));
    return [...known, ...grid];
  }

  /** Newton's method to a point where the gradient vanishes; keeps it if it is inside the box and new. */
  from(start: Float64Array): void {
    const theta = Float64Array.from(start);
    for (let k = 0; k < ITERATIONS; k++) {
      this.objective.evaluate(theta, this.gradient);
      if (!allFinite(this.gradient)) return;
      const step = norm(this.gradient) === 0 ? null : this.newtonStep(theta);
      if (step === undefined) return;
      let moved = 0;
      for (let i = 0; i < this.n && step; i++) {
        theta[i] -= step[i];
        moved = Math.max(moved, Math.abs(step[i]) / this.sizes[i]);
      }
      if (moved <= 1e-14) {
        this.keep(theta);
        return;
      }
      if (!this.contains(theta, 0.5)) return;
    }
    // Towards a degenerate point the steps shrink by a constant factor only; what is left of them tells whether they lead anywhere.
    this.objective.evaluate(theta, this.gradient);
    if (norm(this.gradient) <= 1e-12 * this.steepest) this.keep(theta);
  }

  /** H⁺g, at most a quarter of the box along each axis; undefined where the Hessian is not finite or zero. */
  private newtonStep(theta: Float64Array): Float64Array | undefined {
    const { n, gradient } = this;
    const hessian = hessianMatrix(this.objective, theta);
    if (!allFinite(hessian)) return undefined;
    const { values, vectors } = symmetricEigen(hessian, n);
    const largest = Math.max(Math.abs(values[0]), Math.abs(values[n - 1]));
    if (largest === 0) return undefined;
    const step = new Float64Array(n);
    for (let k = 0; k < n; k++) {
      if (Math.abs(values[k]) <= 1e-13 * largest) continue;
      let along = 0;
      for (let i = 0; i < n; i++) along += vectors[i * n + k] * gradient[i];
      for (let i = 0; i < n; i++) step[i] += (along / values[k]) * vectors[i * n + k];
    }
    const share = step.reduce((most, s, i) => Math.max(most, Math.abs(s) / this.sizes[i]), 0);
    return share > 0.25 ? step.map((s) => (s * 0.25) / share) : step;
  }

  private contains(point: Float64Array, margin: number): boolean {
    return this.box.every(([low, high], i) => point[i] >= low - margin * this.sizes[i] && point[i] <= high + margin * this.sizes[i]);
  }

  private keep(theta: Float64Array): void {
    if (!this.contains(theta, 1e-12) || this.ends.some((end) => this.distance(end, theta) <= SAME) || this.isFlat(theta)) return;
    this.ends.push(Float64Array.from(theta));
  }

  private distance(a: Float64Array, b: Float64Array): number {
    return a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]) / this.sizes[i]), 0);
  }

  private isFlat(theta: Float64Array): boolean {
    const directions = this.n === 1 ? [[1], [-1]] : Array.from({ length: 8 }, (_, k) => [Math.cos((k * Math.PI) / 4), Math.sin((k * Math.PI) / 4)]);
    const flat = (direction: readonly number[]) => {
      this.objective.evaluate(theta.map((t, i) => t + RING * this.sizes[i] * direction[i]), this.gradient);
      return norm(this.gradient) <= FLAT * this.steepest;
    };
    return directions.some(flat);
  }

  result(): CriticalPointAt[] {
    const found = this.ends.flatMap((theta): CriticalPointAt[] => {
      const value = this.objective.evaluate(theta, this.gradient);
      const shape = localShape(this.objective, theta, this.gradient, 0);
      if (!shape || !Number.isFinite(value)) return [];
      const { kind } = criticalPoint(shape, true);
      return kind === 'none' ? [] : [{ at: Array.from(theta, (t, i) => (Math.abs(t) < 1e-12 * this.sizes[i] ? 0 : t)), value, kind }];
    });
    const degenerate = found.filter(({ kind }) => kind === 'degenerate').length;
    return found
      .filter(({ kind }) => kind !== 'degenerate' || degenerate <= MOST_DEGENERATE)
      .sort((a, b) => a.value - b.value)
      .slice(0, MOST_POINTS);
  }
}
