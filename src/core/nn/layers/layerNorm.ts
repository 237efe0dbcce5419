import type { Kernels, Vector } from '../../kernels/kernels';
import type { NormalizationSpec } from '../spec';
import { Layer, parameterOf, type Parameter, type Pass, type Signal, type Surroundings } from './layer';

/**
 * y = γ·x̂ + β, x̂ = (x − μ)/√(σ² + ε), a mean and a variance for each position of each row, over the last axis (Ba, Kiros and Hinton,
 * arXiv:1607.06450); alike in training and inference.
 */
export class LayerNormLayer extends Layer {
  readonly preactivation: Vector;
  readonly delta: Vector | null;
  private readonly kernels: Kernels;
  private readonly columns: number;
  private readonly gamma: Parameter;
  private readonly beta: Parameter;
  /** One a position of each row. */
  private readonly mean: Vector;
  private readonly inverse: Vector;
  private readonly meanTangent: Vector | null;
  private readonly inverseTangent: Vector | null;

  constructor({ kernels, rows, secondOrder }: Surroundings, override readonly spec: NormalizationSpec, parameters: readonly Parameter[], input: Signal, output: Signal) {
    super(spec, parameters, input, output);
    this.kernels = kernels;
    this.columns = output.shape.at(-1)!;
    this.gamma = parameterOf(parameters, 'gamma')!;
    this.beta = parameterOf(parameters, 'beta')!;
    const lines = (rows * output.size) / this.columns;
    this.mean = kernels.alloc(lines);
    this.inverse = kernels.alloc(lines);
    this.meanTangent = secondOrder ? kernels.alloc(lines) : null;
    this.inverseTangent = secondOrder ? kernels.alloc(lines) : null;
    this.preactivation = output.value;
    this.delta = output.gradient;
  }

  override initialize(): void {
    this.gamma.stored.fill(1);
    this.beta.stored.fill(0);
  }

  /** x̂ of the last forward pass. */
  normalized(at: number): number {
    const i = Math.floor(at / this.columns);
    return (this.input.value[at] - this.mean[i]) * this.inverse[i];
  }

  forward(rows: number, _pass: Pass): void {
    const { kernels, columns, input, output, gamma, beta, mean, inverse, spec: { epsilon } } = this;
    kernels.normalizeRows((rows * output.size) / columns, columns, input.value, gamma.value, beta.value, epsilon, output.value, mean, inverse);
  }

  backward(rows: number): void {
    const { kernels, columns, input, output, gamma, beta, mean, inverse } = this;
    const lines = (rows * output.size) / columns;
    kernels.rowGradients(lines, columns, input.value, mean, inverse, output.gradient!, gamma.gradient!, beta.gradient!);
    this.backwardInput(lines);
  }

  private backwardInput(lines: number): void {
    const { kernels, columns, input, output, gamma, mean, inverse } = this;
    if (input.gradient) kernels.normalizeRowsBackward(lines, columns, input.value, mean, inverse, gamma.value, output.gradient!, input.gradient);
  }

  tangentForward(rows: number): void {
    const { columns, mean, inverse } = this;
    const meanTangent = this.meanTangent!;
    const inverseTangent = this.inverseTangent!;
    const gamma = this.gamma.value;
    const gammaTangent = this.gamma.direction!;
    const betaTangent = this.beta.direction!;
    const x = this.input.value;
    const rx = this.input.tangent;
    const ry = this.output.tangent!;
    const lines = (rows * this.output.size) / columns;
    for (let i = 0, at = 0; i < lines; i++, at += columns) {
      let sum = 0;
      let product = 0;
      if (rx) {
        for (let j = 0; j < columns; j++) {
          sum += rx[at + j];
          product += (x[at + j] - mean[i]) * rx[at + j];
        }
      }
      meanTangent[i] = sum / columns;
      inverseTangent[i] = (-(inverse[i] ** 3) * product) / columns;
      for (let j = 0; j < columns; j++) {
        const centred = x[at + j] - mean[i];
        const unitTangent = centred * inverseTangent[i] + (rx ? (rx[at + j] - meanTangent[i]) * inverse[i] : 0);
        ry[at + j] = gammaTangent[j] * centred * inverse[i] + gamma[j] * unitTangent + betaTangent[j];
      }
    }
  }

  tangentBackward(rows: number): void {
    const { columns, mean, inverse } = this;
    const meanTangent = this.meanTangent!;
    const inverseTangent = this.inverseTangent!;
    const gamma = this.gamma.value;
    const gammaTangent = this.gamma.direction!;
    const gammaProduct = this.gamma.product!;
    const betaProduct = this.beta.product!;
    const x = this.input.value;
    const rx = this.input.tangent;
    const dy = this.output.gradient!;
    const rdy = this.output.gradientTangent!;
    const rdx = this.input.gradientTangent;
    gammaProduct.fill(0);
    betaProduct.fill(0);
    const lines = (rows * this.output.size) / columns;
    for (let i = 0, at = 0; i < lines; i++, at += columns) {
      let sum = 0;
      let product = 0;
      let sumTangent = 0;
      let productTangent = 0;
      for (let j = 0; j < columns; j++) {
        const k = at + j;
        const unit = (x[k] - mean[i]) * inverse[i];
        const unitTangent = (x[k] - mean[i]) * inverseTangent[i] + (rx ? (rx[k] - meanTangent[i]) * inverse[i] : 0);
        gammaProduct[j] += rdy[k] * unit + dy[k] * unitTangent;
        betaProduct[j] += rdy[k];
        const inner = dy[k] * gamma[j];
        const innerTangent = rdy[k] * gamma[j] + dy[k] * gammaTangent[j];
        sum += inner;
        product += inner * unit;
        sumTangent += innerTangent;
        productTangent += innerTangent * unit + inner * unitTangent;
      }
      if (!rdx) continue;
      for (let j = 0; j < columns; j++) {
        const k = at + j;
        const unit = (x[k] - mean[i]) * inverse[i];
        const unitTangent = (x[k] - mean[i]) * inverseTangent[i] + (rx![k] - meanTangent[i]) * inverse[i];
        const inner = dy[k] * gamma[j] - (sum + unit * product) / columns;
        const innerTangent = rdy[k] * gamma[j] + dy[k] * gammaTangent[j] - (sumTangent + unitTangent * product + unit * productTangent) / columns;
        rdx[k] = inverseTangent[i] * inner + inverse[i] * innerTangent;
      }
    }
    this.backwardInput(lines);
  }
}
