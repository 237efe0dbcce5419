import type { Vector } from '../../src/core/kernels/kernels';
import type { Oracle } from '../../src/core/optimizers/optimizer';
import { resolveOptimizer } from '../../src/core/optimizers/catalog';
import { createOptimizer } from '../../src/core/optimizers/create';
import type { Dialect, OptimizerSpec } from '../../src/core/optimizers/spec';

/** An objective with its derivatives by hand, so that a failure here is the optimizer's. */
export interface HandObjective {
  readonly start: readonly number[];
  evaluate(x: Vector, gradient: Vector | null): number;
  hessianVector(x: Vector, v: Vector, out: Vector): void;
}

const CENTRE = [1, -1, 2, -2, 0.5];

export const OBJECTIVES: ReadonlyMap<string, HandObjective> = new Map<string, HandObjective>([
  ['rosenbrock', {
    start: [-1.2, 1],
    evaluate([x, y], gradient) {
      const a = 1 - x;
      const b = y - x * x;
      if (gradient) {
        gradient[0] = -2 * a - 400 * x * b;
        gradient[1] = 200 * b;
      }
      return a * a + 100 * b * b;
    },
    hessianVector([x, y], [v, w], out) {
      out[0] = (2 - 400 * (y - 3 * x * x)) * v - 400 * x * w;
      out[1] = -400 * x * v + 200 * w;
    },
  }],
  ['quartic', {
    start: [2, 1.5, -1, 0.5, -2],
    evaluate(x, gradient) {
      let f = 0;
      for (let i = 0; i < 5; i++) {
        const d = x[i] - CENTRE[i];
        f += ((i + 1) * d * d) / 2 + x[i] ** 4 / 10 + (i < 4 ? (x[i] * x[i + 1]) / 2 : 0);
        if (gradient) gradient[i] = (i + 1) * d + 0.4 * x[i] ** 3 + ((i > 0 ? x[i - 1] : 0) + (i < 4 ? x[i + 1] : 0)) / 2;
      }
      return f;
    },
    hessianVector(x, v, out) {
      for (let i = 0; i < 5; i++) out[i] = (i + 1 + 1.2 * x[i] * x[i]) * v[i] + ((i > 0 ? v[i - 1] : 0) + (i < 4 ? v[i + 1] : 0)) / 2;
    },
  }],
]);

/** The run loop at its barest. `normal` feeds rules that probe. @returns θ (and the reported point) after each update, until `steps` or no progress. */
export function run(spec: OptimizerSpec, objective: HandObjective, steps: number, rate: (t: number) => number, normal: () => number = () => 0): { points: number[][]; reported: number[][]; ended: string | null } {
  const theta = Float64Array.from(objective.start);
  const gradient = new Float64Array(theta.length);
  const held = new Float64Array(theta.length);
  const optimizer = createOptimizer(spec, theta.length, []);
  const oracle: Oracle & { loss: number } = {
    dimension: theta.length, segments: [], loss: 0, normal,
    evaluate: (x, out) => objective.evaluate(x, out),
    hessianVector: (x, v, out) => objective.hessianVector(x, v, out),
  };
  const points: number[][] = [];
  const reported: number[][] = [];
  for (let t = 1; t <= steps; t++) {
    oracle.loss = objective.evaluate(theta, gradient);
    const ended = optimizer.update(theta, gradient, rate(t - 1), t, oracle);
    if (ended !== null) return { points, reported, ended };
    points.push([...theta]);
    optimizer.reportedPoint?.(theta, held);
    reported.push([...held]);
  }
  return { points, reported, ended: null };
}

/** The rate of update t (from 0) under [every, factor], as StepLR. */
export const dropped = (initial: number, drop: readonly [number, number] | null) => (t: number): number => (drop ? initial * drop[1] ** Math.floor(t / drop[0]) : initial);

export function specOf(type: string, dialect: Dialect, fields: Readonly<Record<string, unknown>>): OptimizerSpec & { learningRate: number } {
  return resolveOptimizer(type, dialect, fields) as OptimizerSpec & { learningRate: number };
}

/** Largest |aᵢ − bᵢ| relative to the larger of |bᵢ| and the scale of b (an entry that passes zero has no relative error of its own). */
export function relativeError(a: readonly number[], b: readonly number[]): number {
  const scale = Math.max(...b.map(Math.abs));
  return Math.max(...a.map((x, i) => Math.abs(x - b[i]) / Math.max(Math.abs(b[i]), 1e-3 * scale)));
}
