import type { Vector } from '../kernels/kernels';
import type { Segment } from '../objectives/objective';
import { RunningPower } from './adamTransforms';
import { BaseOptimizer } from './baseOptimizer';
import { sizeOf } from './segments';
import type { OptimizerSpec } from './spec';

/**
 * LAMB (You et al. 2020, algorithm 2, φ the identity): r = m̂/(√v̂ + ε) + λθ, then each tensor takes θ ← θ − γ·‖θ‖/‖r‖·r, with 1 in
 * place of the ratio where either norm is zero. Keras 3 decays apart, θ ← θ − γλθ first, and its r has no λθ.
 */
export class Lamb extends BaseOptimizer {
  private readonly m: Float64Array;
  private readonly v: Float64Array;
  private readonly power1: RunningPower;
  private readonly power2: RunningPower;
  /** First and last + 1 entry of each tensor. */
  private readonly bounds: readonly (readonly [number, number])[];

  /** @param segments none: the vector is one tensor. */
  constructor(spec: OptimizerSpec, dimension: number, segments: readonly Segment[]) {
    super(spec);
    this.m = new Float64Array(dimension);
    this.v = new Float64Array(dimension);
    this.power1 = new RunningPower(spec.beta1 as number);
    this.power2 = new RunningPower(spec.beta2 as number);
    this.bounds = segments.length === 0 ? [[0, dimension]] : segments.map((segment) => [segment.offset, segment.offset + sizeOf(segment)]);
  }

  override update(theta: Vector, gradient: Vector, learningRate: number): null {
    const { m, v, bounds } = this;
    const beta1 = this.spec.beta1 as number;
    const beta2 = this.spec.beta2 as number;
    const epsilon = this.spec.epsilon as number;
    const lambda = this.spec.weightDecay as number;
    const apart = this.spec.dialect === 'keras';
    const bias1 = 1 - this.power1.advance();
    const bias2 = 1 - this.power2.advance();
    const keep = apart ? 1 - learningRate * lambda : 1;
    const inside = apart ? 0 : lambda;
    for (const [first, end] of bounds) {
      let weight = 0;
      let length = 0;
      for (let i = first; i < end; i++) {
        const g = gradient[i];
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        v[i] = beta2 * v[i] + (1 - beta2) * g * g;
        const x = theta[i] * keep;
        const r = m[i] / bias1 / (Math.sqrt(v[i] / bias2) + epsilon) + inside * x;
        weight += x * x;
        length += r * r;
      }
      const step = learningRate * (weight > 0 && length > 0 ? Math.sqrt(weight) / Math.sqrt(length) : 1);
      for (let i = first; i < end; i++) {
        const x = theta[i] * keep;
        // Computed again rather than kept: the gradient has the precision of the run, r float64.
        theta[i] = x - step * (m[i] / bias1 / (Math.sqrt(v[i] / bias2) + epsilon) + inside * x);
      }
    }
    return null;
  }
}
