import type { Vector } from '../../kernels/kernels';
import type { NormalizationSpec } from '../spec';
import { Layer, parameterOf, type Parameter, type Pass, type Signal } from './layer';

/** Numbers that are worked through at a time. */
const BLOCK = 4096;

/**
 * y = γ·x̂ + β, x̂ = (x − μ)/√(σ² + ε), a mean and a variance for each entry of the last axis: those of the batch in training, running
 * ones in inference (Ioffe and Szegedy, arXiv:1502.03167). All sums stand in float64.
 */
export class BatchNormLayer extends Layer {
  readonly preactivation: Vector;
  readonly delta: Vector | null;
  private readonly columns: number;
  private readonly gamma: Parameter;
  private readonly beta: Parameter;
  private readonly runningMean: Vector;
  private readonly runningVariance: Vector;
  /** Of the last forward pass, and their tangents. */
  private readonly mean: Float64Array;
  private readonly inverse: Float64Array;
  private readonly meanTangent: Float64Array;
  private readonly inverseTangent: Float64Array;
  /** Σ dy, Σ dy·x̂ and their tangents. */
  private readonly sum: Float64Array;
  private readonly product: Float64Array;
  private readonly sumTangent: Float64Array;
  private readonly productTangent: Float64Array;
  /** γ/√(σ² + ε) of the last forward pass. */
  private readonly slope: Float64Array;
  /** Lines that are worked through column by column, so that what belongs to a column stays in registers and the lines in the cache. */
  private readonly block: number;

  constructor(override readonly spec: NormalizationSpec, parameters: readonly Parameter[], input: Signal, output: Signal) {
    super(spec, parameters, input, output);
    this.columns = output.shape.at(-1)!;
    this.block = Math.max(4, Math.floor(BLOCK / this.columns));
    this.gamma = parameterOf(parameters, 'gamma')!;
    this.beta = parameterOf(parameters, 'beta')!;
    this.runningMean = parameterOf(parameters, 'runningMean')!.stored;
    this.runningVariance = parameterOf(parameters, 'runningVariance')!.stored;
    this.preactivation = output.value;
    this.delta = output.gradient;
    [this.mean, this.inverse, this.meanTangent, this.inverseTangent, this.sum, this.product, this.sumTangent, this.productTangent, this.slope] = Array.from({ length: 9 }, () => new Float64Array(this.columns));
  }

  override initialize(): void {
    this.gamma.stored.fill(1);
    this.beta.stored.fill(0);
    this.runningMean.fill(0);
    this.runningVariance.fill(1);
  }

  /** x̂ of the last forward pass. */
  normalized(at: number): number {
    const j = at % this.columns;
    return (this.input.value[at] - this.mean[j]) * this.inverse[j];
  }

  forward(rows: number, pass: Pass): void {
    const { columns, block, input, output, mean, inverse, runningMean, runningVariance, spec } = this;
    const lines = (rows * output.size) / columns;
    if (pass === 'inference') {
      for (let j = 0; j < columns; j++) {
        mean[j] = runningMean[j];
        inverse[j] = 1 / Math.sqrt(runningVariance[j] + spec.epsilon);
      }
    } else {
      this.measure(lines, pass === 'training');
    }
    const x = input.value;
    const y = output.value;
    const { slope } = this;
    const beta = this.beta.value;
    for (let j = 0; j < columns; j++) slope[j] = this.gamma.value[j] * inverse[j];
    for (let from = 0; from < lines; from += block) {
      const end = Math.min(lines, from + block) * columns;
      for (let j = 0; j < columns; j++) {
        const centre = mean[j];
        const factor = slope[j];
        const level = beta[j];
        for (let at = from * columns + j; at < end; at += columns) y[at] = (x[at] - centre) * factor + level;
      }
    }
  }

  /** Mean and variance of the batch, in two passes; `inverse` is 1/√(σ² + ε). */
  private measure(lines: number, moves: boolean): void {
    const { columns, block, input: { value: x }, mean, inverse, runningMean, runningVariance, spec: { epsilon, momentum, unbiased } } = this;
    mean.fill(0);
    inverse.fill(0);
    for (let from = 0; from < lines; from += block) {
      const end = Math.min(lines, from + block) * columns;
      for (let j = 0; j < columns; j++) {
        let part = 0;
        for (let at = from * columns + j; at < end; at += columns) part += x[at];
        mean[j] += part;
      }
    }
    for (let j = 0; j < columns; j++) mean[j] /= lines;
    for (let from = 0; from < lines; from += block) {
      const end = Math.min(lines, from + block) * columns;
      for (let j = 0; j < columns; j++) {
        const centre = mean[j];
        let part = 0;
        for (let at = from * columns + j; at < end; at += columns) {
          const centred = x[at] - centre;
          part += centred * centred;
        }
        inverse[j] += part;
      }
    }
    for (let j = 0; j < columns; j++) {
      const squares = inverse[j];
      inverse[j] = 1 / Math.sqrt(squares / lines + epsilon);
      if (moves) {
        // One line alone has no unbiased variance; it counts as the biased one, zero.
        const variance = squares / (unbiased ? Math.max(1, lines - 1) : lines);
        runningMean[j] += momentum * (mean[j] - runningMean[j]);
        runningVariance[j] += momentum * (variance - runningVariance[j]);
      }
    }
  }

  /** Σ dy and Σ dy·x̂ of each column. */
  private sumUp(lines: number): void {
    const { columns, block, input: { value: x }, mean, inverse, sum, product } = this;
    const dy = this.output.gradient!;
    sum.fill(0);
    product.fill(0);
    for (let from = 0; from < lines; from += block) {
      const end = Math.min(lines, from + block) * columns;
      for (let j = 0; j < columns; j++) {
        const centre = mean[j];
        let plain = 0;
        let weighted = 0;
        for (let at = from * columns + j; at < end; at += columns) {
          plain += dy[at];
          weighted += dy[at] * (x[at] - centre);
        }
        sum[j] += plain;
        product[j] += weighted;
      }
    }
    for (let j = 0; j < columns; j++) product[j] *= inverse[j];
  }

  private backwardInput(lines: number): void {
    const { columns, block, input: { value: x, gradient: dx }, mean, inverse, sum, product, slope } = this;
    const dy = this.output.gradient!;
    if (!dx) return;
    // γ/√(σ² + ε)·(dy − Σdy/m − x̂·Σ(dy·x̂)/m), with what depends on the column alone taken out.
    for (let from = 0; from < lines; from += block) {
      const end = Math.min(lines, from + block) * columns;
      for (let j = 0; j < columns; j++) {
        const centre = mean[j];
        const factor = slope[j];
        const bend = (-factor * inverse[j] * product[j]) / lines;
        const level = (-factor * sum[j]) / lines;
        for (let at = from * columns + j; at < end; at += columns) dx[at] = factor * dy[at] + bend * (x[at] - centre) + level;
      }
    }
  }

  backward(rows: number): void {
    const { columns, sum, product, gamma, beta } = this;
    const lines = (rows * this.output.size) / columns;
    this.sumUp(lines);
    for (let j = 0; j < columns; j++) {
      gamma.gradient![j] = product[j];
      beta.gradient![j] = sum[j];
    }
    this.backwardInput(lines);
  }

  tangentForward(rows: number): void {
    const { columns, input, output, mean, inverse, meanTangent, inverseTangent } = this;
    const lines = (rows * output.size) / columns;
    const x = input.value;
    const rx = input.tangent;
    meanTangent.fill(0);
    inverseTangent.fill(0);
    if (rx) {
      for (let i = 0, at = 0; i < lines; i++) {
        for (let j = 0; j < columns; j++, at++) {
          meanTangent[j] += rx[at];
          inverseTangent[j] += (x[at] - mean[j]) * rx[at];
        }
      }
      for (let j = 0; j < columns; j++) {
        meanTangent[j] /= lines;
        // The variance moves by 2/m·Σ(x − μ)·rx, and 1/√ of it by −½ of that over √³.
        inverseTangent[j] *= -(inverse[j] ** 3) / lines;
      }
    }
    const ry = output.tangent!;
    const gamma = this.gamma.value;
    const gammaTangent = this.gamma.direction!;
    const betaTangent = this.beta.direction!;
    for (let i = 0, at = 0; i < lines; i++) {
      for (let j = 0; j < columns; j++, at++) {
        const centred = x[at] - mean[j];
        const unitTangent = centred * inverseTangent[j] + (rx ? (rx[at] - meanTangent[j]) * inverse[j] : 0);
        ry[at] = gammaTangent[j] * centred * inverse[j] + gamma[j] * unitTangent + betaTangent[j];
      }
    }
  }

  tangentBackward(rows: number): void {
    const { columns, input, output, mean, inverse, meanTangent, inverseTangent, sum, product, sumTangent, productTangent, gamma, beta } = this;
    const lines = (rows * output.size) / columns;
    this.sumUp(lines);
    const x = input.value;
    const rx = input.tangent;
    const dy = output.gradient!;
    const rdy = output.gradientTangent!;
    sumTangent.fill(0);
    productTangent.fill(0);
    for (let i = 0, at = 0; i < lines; i++) {
      for (let j = 0; j < columns; j++, at++) {
        const centred = x[at] - mean[j];
        const unitTangent = centred * inverseTangent[j] + (rx ? (rx[at] - meanTangent[j]) * inverse[j] : 0);
        sumTangent[j] += rdy[at];
        productTangent[j] += rdy[at] * centred * inverse[j] + dy[at] * unitTangent;
      }
    }
    for (let j = 0; j < columns; j++) {
      gamma.product![j] = productTangent[j];
      beta.product![j] = sumTangent[j];
    }
    const rdx = input.gradientTangent;
    if (rdx) {
      for (let i = 0, at = 0; i < lines; i++) {
        for (let j = 0; j < columns; j++, at++) {
          const centred = x[at] - mean[j];
          const unit = centred * inverse[j];
          const unitTangent = centred * inverseTangent[j] + (rx![at] - meanTangent[j]) * inverse[j];
          const inner = dy[at] - (sum[j] + unit * product[j]) / lines;
          const innerTangent = rdy[at] - (sumTangent[j] + unitTangent * product[j] + unit * productTangent[j]) / lines;
          rdx[at] = (gamma.direction![j] * inverse[j] + gamma.value[j] * inverseTangent[j]) * inner + gamma.value[j] * inverse[j] * innerTangent;
        }
      }
    }
    this.backwardInput(lines);
  }
}
