import type { Kernels, Vector } from '../kernels/kernels';
import type { Segment } from '../objectives/objective';
import { BaseOptimizer } from './baseOptimizer';
import { NEGLIGIBLE } from './hotRules';
import { isMatrix, sizeOf } from './segments';
import type { OptimizerSpec } from './spec';

/** Of the quintic that pushes singular values towards one fastest from zero (Jordan 2024). */
const A = 3.4445;
const B = -4.775;
const C = 2.0315;
/** Keeps a gradient of zeros from being divided by its norm. */
const LEAST_NORM = 1e-7;

/** Scratch of the iteration, for matrices of up to so many entries and so long a short side. */
export class NewtonSchulz {
  private readonly x: Vector;
  private readonly y: Vector;
  private readonly square: Vector;
  private readonly polynomial: Vector;

  constructor(private readonly kernels: Kernels, entries: number, side: number) {
    this.x = kernels.alloc(entries);
    this.y = kernels.alloc(entries);
    this.square = kernels.alloc(side * side);
    this.polynomial = kernels.alloc(side * side);
  }

  /** Where `orthogonalize` takes its matrix from. */
  get input(): Vector {
    return this.x;
  }

  /**
   * The matrix in `input` (rows × columns) with its singular values moved towards one: X ← X/‖X‖, then `iterations` times
   * X ← aX + (bS + cS²)X with S = XXᵀ; of a tall matrix the same of its transpose, from the right with S = XᵀX.
   * @returns where the result stands until the next call.
   */
  orthogonalize(rows: number, columns: number, iterations: number): Vector {
    const { kernels, square, polynomial } = this;
    const entries = rows * columns;
    const tall = rows > columns;
    const side = Math.min(rows, columns);
    let x = this.x;
    let y = this.y;
    kernels.scale(entries, 1 / (Math.sqrt(kernels.dot(entries, x, x)) + LEAST_NORM), x);
    for (let k = 0; k < iterations; k++) {
      if (tall) kernels.gemm(true, false, side, side, rows, x, x, square, false);
      else kernels.gemm(false, true, side, side, columns, x, x, square, false);
      kernels.gemm(false, false, side, side, side, square, square, polynomial, false);
      kernels.scale(side * side, C, polynomial);
      kernels.axpy(side * side, B, square, polynomial);
      if (tall) kernels.gemm(false, false, rows, side, side, x, polynomial, y, false);
      else kernels.gemm(false, false, side, columns, side, polynomial, x, y, false);
      kernels.axpy(entries, A, x, y);
      [x, y] = [y, x];
    }
    return x;
  }
}

/** One tensor and what is kept of it. */
interface Tensor {
  readonly first: number;
  readonly size: number;
  /** Of a matrix; the columns count the outputs. */
  readonly rows: number;
  readonly columns: number;
  readonly mean: Vector;
  /** Mean squares of a tensor that AdamW updates; null of a matrix. */
  readonly squares: Vector | null;
  theta: Vector;
  gradient: Vector;
}

/**
 * Muon (Jordan 2024) on the weights of a network as matrices, inputs × outputs: m ← μm + (1 − μ)g; O is m, for Nesterov
 * (1 − μ)g + μm, made orthogonal; θ ← (1 − γλ)θ − γ·√max(1, outputs/inputs)·O. Biases and the parameters of normalization are no
 * matrices: AdamW updates them with the fields beta1, beta2 and epsilon, at adamRateRatio·γ. The author advises AdamW for the output
 * layer too; here it is a matrix like the others.
 */
export class Muon extends BaseOptimizer {
  private readonly tensors: readonly Tensor[];
  private readonly schulz: NewtonSchulz;
  private readonly scalars = { keep: 1, l2: 0 };
  private readonly powers = Float64Array.of(1, 1);
  private theta: Vector | null = null;
  private gradient: Vector | null = null;

  /** @throws Error where there is no matrix, as in a formula. */
  constructor(spec: OptimizerSpec, segments: readonly Segment[], private readonly kernels: Kernels | null) {
    super(spec);
    const matrices = segments.filter(isMatrix);
    if (kernels === null || matrices.length === 0) throw new Error('muon: needs the weight matrices of a network');
    const nothing = new Float64Array(0);
    this.tensors = segments.map((segment) => {
      const size = sizeOf(segment);
      const matrix = isMatrix(segment);
      const columns = matrix ? segment.shape[segment.shape.length - 1] : size;
      return { first: segment.offset, size, rows: size / columns, columns, mean: kernels.alloc(size), squares: matrix ? null : kernels.alloc(size), theta: nothing, gradient: nothing };
    });
    const largest = this.tensors.filter((tensor) => tensor.squares === null);
    this.schulz = new NewtonSchulz(kernels, Math.max(...largest.map(({ size }) => size)), Math.max(...largest.map(({ rows, columns }) => Math.min(rows, columns))));
  }

  override update(theta: Vector, gradient: Vector, learningRate: number): null {
    if (theta !== this.theta || gradient !== this.gradient) this.view(theta, gradient);
    const { powers, tensors } = this;
    const beta1 = this.spec.beta1 as number;
    const beta2 = this.spec.beta2 as number;
    if (powers[0] > NEGLIGIBLE) powers[0] *= beta1;
    if (powers[1] > NEGLIGIBLE) powers[1] *= beta2;
    for (let k = 0; k < tensors.length; k++) {
      if (tensors[k].squares === null) this.turn(tensors[k], learningRate);
      else this.adam(tensors[k], learningRate * (this.spec.adamRateRatio as number));
    }
    return null;
  }

  /** Views of every tensor, made once for each pair of arrays. */
  private view(theta: Vector, gradient: Vector): void {
    this.theta = theta;
    this.gradient = gradient;
    for (const tensor of this.tensors) {
      tensor.theta = theta.subarray(tensor.first, tensor.first + tensor.size);
      tensor.gradient = gradient.subarray(tensor.first, tensor.first + tensor.size);
    }
  }

  private turn({ size, rows, columns, mean, theta, gradient }: Tensor, rate: number): void {
    const kernels = this.kernels as Kernels;
    const momentum = this.spec.momentum as number;
    const lambda = this.spec.weightDecay as number;
    const { input } = this.schulz;
    kernels.scale(size, momentum, mean);
    kernels.axpy(size, 1 - momentum, gradient, mean);
    // The scratch holds the largest matrix: this one takes its beginning.
    if (this.spec.nesterov === true) {
      input.set(gradient);
      kernels.scale(size, 1 - momentum, input);
      kernels.axpy(size, momentum, mean, input);
    } else {
      input.set(mean);
    }
    const turned = this.schulz.orthogonalize(rows, columns, this.spec.newtonSchulz as number);
    if (lambda !== 0) kernels.scale(size, 1 - rate * lambda, theta);
    kernels.axpy(size, -rate * Math.sqrt(Math.max(1, columns / rows)), turned, theta);
  }

  private adam({ size, mean, squares, theta, gradient }: Tensor, rate: number): void {
    const { scalars, powers } = this;
    scalars.keep = 1 - rate * (this.spec.weightDecay as number);
    (this.kernels as Kernels).adam(
      size, theta, gradient, mean, squares as Vector, null, this.spec.beta1 as number, this.spec.beta2 as number,
      rate / (1 - powers[0]), 1 / Math.sqrt(1 - powers[1]), this.spec.epsilon as number, scalars,
    );
  }
}
