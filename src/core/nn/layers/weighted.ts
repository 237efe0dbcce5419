import type { Convolution, Kernels, SparseRows, Vector } from '../../kernels/kernels';
import type { RandomStream } from '../../training/random';
import { drawWeights } from '../initializers';
import { windowShape } from '../shapes';
import type { ConvolutionSpec, DenseSpec } from '../spec';
import { ActivationStage } from './activation';
import { convolutionOf, Layer, parameterOf, type Parameter, type Pass, type Signal, type Surroundings } from './layer';

/** Of a dense layer what `Convolution` is of a convolution: x·w and its derivatives. */
class MatrixProduct implements Convolution {
  /** Instead of x, where the input is sparse. */
  sparse: SparseRows | null = null;

  constructor(private readonly kernels: Kernels, private readonly inputs: number, private readonly outputs: number) {}

  forward(rows: number, x: Vector, w: Vector, y: Vector, accumulate: boolean): void {
    if (this.sparse) this.kernels.sparseForward(rows, this.outputs, this.sparse, w, y, accumulate);
    else this.kernels.gemm(false, false, rows, this.outputs, this.inputs, x, w, y, accumulate);
  }

  backwardInput(rows: number, dy: Vector, w: Vector, dx: Vector, accumulate: boolean): void {
    this.kernels.gemm(false, true, rows, this.inputs, this.outputs, dy, w, dx, accumulate);
  }

  backwardWeights(rows: number, x: Vector, dy: Vector, dw: Vector, accumulate: boolean): void {
    if (this.sparse) {
      if (!accumulate) dw.fill(0);
      this.kernels.sparseBackwardWeights(rows, this.outputs, this.sparse, dy, dw);
    } else {
      this.kernels.gemm(true, false, this.inputs, this.outputs, rows, x, dy, dw, accumulate);
    }
  }
}

/** Dense layers and convolutions: z = x·w + b for one bilinear product or the other, then an activation. */
export class WeightedLayer extends Layer {
  readonly stage: ActivationStage;
  readonly preactivation: Vector;
  readonly delta: Vector | null;
  private readonly kernels: Kernels;
  private readonly product: Convolution;
  private readonly matrix: MatrixProduct | null;
  private readonly weight: Parameter;
  private readonly bias: Parameter | null;
  /** What is multiplied by: the weight, or a fixed kernel spread over a channel each. */
  private readonly factor: Vector;
  private readonly outputs: number;

  constructor(around: Surroundings, override readonly spec: DenseSpec | ConvolutionSpec, parameters: readonly Parameter[], input: Signal, output: Signal) {
    super(spec, parameters, input, output);
    const { kernels, rows } = around;
    this.kernels = kernels;
    this.outputs = output.shape.at(-1)!;
    this.weight = parameterOf(parameters, 'weight')!;
    this.bias = parameterOf(parameters, 'bias');
    if (spec.type === 'dense') {
      this.matrix = new MatrixProduct(kernels, input.size, spec.units);
      this.product = this.matrix;
      this.factor = this.weight.value;
    } else {
      this.matrix = null;
      this.product = convolutionOf(kernels, windowShape(spec, input.shape, rows));
      this.factor = spec.fixed ? kernels.alloc(spec.kernel[0] * spec.kernel[1] * this.outputs ** 2) : this.weight.value;
    }
    // relu and no activation at all need not know z apart from y: y ≤ 0 exactly where z ≤ 0.
    const shared = spec.activation === 'linear' || spec.activation === 'relu';
    this.preactivation = shared ? output.value : kernels.alloc(rows * output.size);
    const zTangent = shared || !output.tangent ? output.tangent : kernels.alloc(around.trainedRows * output.size);
    this.delta = output.gradient;
    this.stage = new ActivationStage(kernels, spec.activation, this.outputs, this.preactivation, zTangent, output, output.gradient, output.gradientTangent);
  }

  /** Of a dense layer: rows in place of the input's values; null: those again. */
  setSparse(rows: SparseRows | null): void {
    this.matrix!.sparse = rows;
  }

  get sparse(): SparseRows | null {
    return this.matrix?.sparse ?? null;
  }

  /** out ← the weight's gradient of the last backward pass, without penalties. */
  weightGradient(rows: number, out: Vector): void {
    this.product.backwardWeights(rows, this.input.value, this.delta!, out, false);
  }

  override initialize(random: RandomStream): void {
    const { spec, weight, bias } = this;
    if (spec.type !== 'dense' && spec.fixed) {
      spec.fixed.forEach((line, y) => weight.stored.set(line, y * spec.kernel[1]));
      bias?.stored.fill(0);
      this.spread();
    } else {
      drawWeights(spec.initializer, weight.shape, weight.stored, bias?.stored ?? null, random);
    }
  }

  /** A fixed kernel sees every channel by itself: a convolution whose weights are zero between different channels. */
  private spread(): void {
    const { weight, factor, outputs } = this;
    factor.fill(0);
    for (let tap = 0; tap < weight.stored.length; tap++) {
      for (let c = 0; c < outputs; c++) factor[(tap * outputs + c) * outputs + c] = weight.stored[tap];
    }
  }

  forward(rows: number, _pass: Pass): void {
    const { product, input, factor, preactivation, stage, bias } = this;
    product.forward(rows, input.value, factor, preactivation, false);
    stage.forward(rows, bias ? bias.value : null);
  }

  backward(rows: number): void {
    const { product, input, output, factor, stage, weight, bias, delta, outputs } = this;
    if (!delta) return;
    stage.backward(rows);
    if (weight.gradient) product.backwardWeights(rows, input.value, delta, weight.gradient, false);
    if (bias?.gradient) this.kernels.sumRows((rows * output.size) / outputs, outputs, delta, bias.gradient, false);
    if (input.gradient) product.backwardInput(rows, delta, factor, input.gradient, false);
  }

  tangentForward(rows: number): void {
    const { product, input, output, factor, stage, weight, bias, outputs } = this;
    const out = stage.zTangent;
    if (!out) return;
    if (weight.direction) product.forward(rows, input.value, weight.direction, out, false);
    else out.fill(0, 0, rows * output.size);
    if (input.tangent) product.forward(rows, input.tangent, factor, out, true);
    if (bias?.direction) this.kernels.biasActivate('linear', (rows * output.size) / outputs, outputs, out, bias.direction, out);
    stage.tangentForward(rows);
  }

  tangentBackward(rows: number): void {
    const { product, input, output, factor, stage, weight, bias, outputs } = this;
    const { gradient: delta, gradientTangent: deltaTangent } = output;
    if (!delta || !deltaTangent) return;
    stage.tangentBackward(rows);
    if (weight.product) {
      product.backwardWeights(rows, input.value, deltaTangent, weight.product, false);
      if (input.tangent) product.backwardWeights(rows, input.tangent, delta, weight.product, true);
    }
    if (bias?.product) this.kernels.sumRows((rows * output.size) / outputs, outputs, deltaTangent, bias.product, false);
    if (input.gradient && input.gradientTangent) {
      product.backwardInput(rows, delta, factor, input.gradient, false);
      product.backwardInput(rows, deltaTangent, factor, input.gradientTangent, false);
      if (weight.direction) product.backwardInput(rows, delta, weight.direction, input.gradientTangent, true);
    }
  }
}
