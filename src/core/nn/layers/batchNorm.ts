import type { Kernels, Vector } from '../../kernels/kernels';
import type { NormalizationSpec } from '../spec';
import { Layer, parameterOf, type Parameter, type Pass, type Signal, type Surroundings } from './layer';

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
  private readonly kernels: Kernels;
  /** Of the last forward pass: Σ(x − μ)² and 1/√(σ² + ε) beside the mean. */
  private readonly mean: Vector;
  private readonly squares: Vector;
  private readonly inverse: Vector;
  /** γ/√(σ² + ε) of the last forward pass. */
  private readonly slope: Vector;
  /** Σ dy, Σ dy·x̂, and what a column's input gradient is made of besides. */
  private readonly sum: Vector;
  private readonly product: Vector;
  private readonly bend: Vector;
  private readonly level: Vector;
  private readonly meanTangent: Float64Array;
  private readonly inverseTangent: Float64Array;
  private readonly sumTangent: Float64Array;
  private readonly productTangent: Float64Array;

  constructor({ kernels, secondOrder }: Surroundings, override readonly spec: NormalizationSpec, parameters: readonly Parameter[], input: Signal, output: Signal) {
    super(spec, parameters, input, output);
    this.kernels = kernels;
    this.columns = output.shape.at(-1)!;
    this.gamma = parameterOf(parameters, 'gamma')!;
    this.beta = parameterOf(parameters, 'beta')!;
    this.runningMean = parameterOf(parameters, 'runningMean')!.stored;
    this.runningVariance = parameterOf(parameters, 'runningVariance')!.stored;
    this.preactivation = output.value;
    this.delta = output.gradient;
    [this.mean, this.squares, this.inverse, this.slope, this.sum, this.product, this.bend, this.level] = Array.from({ length: 8 }, () => kernels.alloc(this.columns));
    [this.meanTangent, this.inverseTangent, this.sumTangent, this.productTangent] = Array.from({ length: 4 }, () => new Float64Array(secondOrder ? this.columns : 0));
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
    const { kernels, columns, input, output, mean, inverse, slope, gamma, beta, runningMean, runningVariance, spec } = this;
    const lines = (rows * output.size) / columns;
    if (pass === 'inference') {
      for (let j = 0; j < columns; j++) {
        mean[j] = runningMean[j];
        inverse[j] = 1 / Math.sqrt(runningVariance[j] + spec.epsilon);
      }
    } else {
      this.measure(lines, pass === 'training');
    }
    for (let j = 0; j < columns; j++) slope[j] = gamma.value[j] * inverse[j];
    kernels.normalizeColumns(lines, columns, input.value, mean, slope, beta.value, output.value);
  }

  /** Mean and variance of the batch, in two passes. */
  private measure(lines: number, moves: boolean): void {
    const { kernels, columns, input, mean, squares, inverse, runningMean, runningVariance, spec: { epsilon, momentum, unbiased } } = this;
    kernels.columnMoments(lines, columns, input.value, mean, squares);
    for (let j = 0; j < columns; j++) {
      inverse[j] = 1 / Math.sqrt(squares[j] / lines + epsilon);
      if (moves) {
        // One line alone has no unbiased variance; it counts as the biased one, zero.
        const variance = squares[j] / (unbiased ? Math.max(1, lines - 1) : lines);
        runningMean[j] += momentum * (mean[j] - runningMean[j]);
        runningVariance[j] += momentum * (variance - runningVariance[j]);
      }
    }
  }

  /** Σ dy and Σ dy·x̂ of each column. */
  private sumUp(lines: number): void {
    const { kernels, columns, input, output, mean, inverse, sum, product } = this;
    kernels.columnProducts(lines, columns, input.value, mean, output.gradient!, sum, product);
    for (let j = 0; j < columns; j++) product[j] *= inverse[j];
  }

  private backwardInput(lines: number): void {
    const { kernels, columns, input, output, mean, inverse, sum, product, slope, bend, level } = this;
    if (!input.gradient) return;
    // γ/√(σ² + ε)·(dy − Σdy/m − x̂·Σ(dy·x̂)/m), with what depends on the column alone taken out.
    for (let j = 0; j < columns; j++) {
      bend[j] = (-slope[j] * inverse[j] * product[j]) / lines;
      level[j] = (-slope[j] * sum[j]) / lines;
    }
    kernels.normalizeColumnsBackward(lines, columns, input.value, mean, output.gradient!, slope, bend, level, input.gradient);
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
