import type { Arena, Kernels, Vector } from '../kernels/kernels';
import { ActivationLayer, type ActivationStage } from './layers/activation';
import type { Layer } from './layers/layer';
import { WeightedLayer } from './layers/weighted';
import type { Activation, LossSpec, LossType } from './spec';

/** Keras's guard of the logarithm in the Poisson loss. */
const POISSON_GUARD = 1e-7;

/** The last activation that a loss asks for, so that both are computed together from the logits; null: any. */
export function requiredActivation(loss: LossType): Activation | null {
  return loss === 'categoricalCrossentropy' ? 'softmax' : loss === 'binaryCrossentropy' ? 'sigmoid' : null;
}

function stageOf(layer: Layer): ActivationStage | null {
  return layer instanceof WeightedLayer || layer instanceof ActivationLayer ? layer.stage : null;
}

/**
 * The loss of a batch after the last layer: the mean over the rows, and over the outputs too but for categorical cross-entropy. Label
 * smoothing s turns a target t of K classes into (1 − s)·t + s/K, of a yes or no into (1 − s)·t + s/2.
 */
export class Loss {
  private readonly stage: ActivationStage | null;
  private readonly smoothed: Vector | null;
  /** Classes: the last axis. */
  private readonly columns: number;

  /**
   * @param rows most at once.
   * @param target rows × outputs.
   * @throws Error where a cross-entropy does not follow its activation, or its classes are spread over a picture.
   */
  constructor(private readonly kernels: Kernels, private readonly spec: LossSpec, private readonly last: Layer, private readonly target: Vector, rows: number) {
    const required = requiredActivation(spec.type);
    this.stage = stageOf(last);
    if (required) {
      if (this.stage?.activation !== required) throw new Error(`${spec.type} needs "${required}" as the last layer's activation`);
      this.stage.fused = true;
    }
    this.columns = last.output.shape.at(-1)!;
    if (required === 'softmax' && this.columns !== last.output.size) throw new Error(`${spec.type} needs one output a class, not a shape of [${last.output.shape.join(', ')}]: a flatten or globalAvgPool2d layer comes before`);
    this.smoothed = required && spec.labelSmoothing > 0 ? (kernels as Arena).alloc(rows * last.output.size) : null;
  }

  private smooth(count: number): Vector {
    const { smoothed, target, spec: { type, labelSmoothing }, columns } = this;
    if (!smoothed) return target;
    const share = labelSmoothing / (type === 'binaryCrossentropy' ? 2 : columns);
    for (let i = 0; i < count; i++) smoothed[i] = (1 - labelSmoothing) * target[i] + share;
    return smoothed;
  }

  /**
   * The loss after a forward pass of `rows`; where `derive`, the last layer's output gradient receives its derivative (by the logits where
   * they are computed together).
   */
  evaluate(rows: number, derive: boolean): number {
    const { last, spec, kernels, columns } = this;
    const count = rows * last.output.size;
    const t = this.smooth(count);
    const y = last.output.value;
    const out = derive ? last.output.gradient : null;
    const share = 1 / count;
    let sum = 0;
    switch (spec.type) {
      case 'categoricalCrossentropy': {
        return kernels.softmaxCrossentropy(rows, columns, this.stage!.z, t, out, 1 / rows) / rows;
      }
      case 'binaryCrossentropy':
        return kernels.sigmoidCrossentropy(count, this.stage!.z, y, t, out, share) * share;
      case 'meanSquaredError':
        return kernels.squaredError(count, y, t, out, 2 * share) * share;
      case 'meanAbsoluteError':
        for (let i = 0; i < count; i++) {
          const d = y[i] - t[i];
          sum += Math.abs(d);
          if (out) out[i] = share * Math.sign(d);
        }
        return sum * share;
      case 'huber':
        for (let i = 0; i < count; i++) {
          const d = y[i] - t[i];
          const size = Math.abs(d);
          sum += size > 1 ? size - 0.5 : 0.5 * d * d;
          if (out) out[i] = share * (size > 1 ? Math.sign(d) : d);
        }
        return sum * share;
      case 'hinge':
        for (let i = 0; i < count; i++) {
          const margin = 1 - t[i] * y[i];
          // Written so that a NaN goes through.
          sum += margin <= 0 ? 0 : margin;
          if (out) out[i] = margin <= 0 ? 0 : -share * t[i];
        }
        return sum * share;
      case 'poisson':
        for (let i = 0; i < count; i++) {
          const guarded = y[i] + POISSON_GUARD;
          sum += y[i] - t[i] * Math.log(guarded);
          if (out) out[i] = share * (1 - t[i] / guarded);
        }
        return sum * share;
    }
  }

  /** The tangent of what `evaluate` derives, into the last layer's gradientTangent. After a forward pass and its tangent. */
  tangent(rows: number): void {
    const { last, spec, columns } = this;
    const { value: y, tangent, gradientTangent } = last.output;
    const count = rows * last.output.size;
    const out = gradientTangent!;
    const share = 1 / count;
    switch (spec.type) {
      case 'categoricalCrossentropy': {
        const rz = this.stage!.zTangent!;
        const scale = 1 / rows;
        for (let at = 0; at < count; at += columns) {
          let inner = 0;
          for (let j = at; j < at + columns; j++) inner += y[j] * rz[j];
          for (let j = at; j < at + columns; j++) out[j] = scale * y[j] * (rz[j] - inner);
        }
        return;
      }
      case 'binaryCrossentropy': {
        const rz = this.stage!.zTangent!;
        for (let i = 0; i < count; i++) out[i] = share * y[i] * (1 - y[i]) * rz[i];
        return;
      }
      case 'meanSquaredError':
        for (let i = 0; i < count; i++) out[i] = 2 * share * tangent![i];
        return;
      case 'huber': {
        for (let i = 0; i < count; i++) out[i] = Math.abs(y[i] - this.target[i]) > 1 ? 0 : share * tangent![i];
        return;
      }
      case 'poisson':
        for (let i = 0; i < count; i++) out[i] = (share * this.target[i] * tangent![i]) / (y[i] + POISSON_GUARD) ** 2;
        return;
      case 'meanAbsoluteError':
      case 'hinge':
        out.fill(0, 0, count);
    }
  }
}
