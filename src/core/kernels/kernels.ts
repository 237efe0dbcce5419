/**
 * The hot loops of networks over one block of memory. Every set (WebAssembly SIMD, the same with relaxed SIMD, plain TypeScript) has
 * the same functions; arrays given to them come from `alloc` of the same set. Matrices are row-major, rows of a batch first, pictures
 * height × width × channels. No function allocates, none checks what it is given.
 */

export type Precision = 'float32' | 'float64';
export const KERNEL_SETS = ['plain', 'simd', 'relaxedSimd'] as const;
export type KernelSet = (typeof KERNEL_SETS)[number];
/** Numbers in the precision of a run. */
export type Vector = Float32Array | Float64Array;

/** `length` zeros, on their own, not in the memory of kernels. */
export function emptyVector(precision: Precision, length: number): Vector {
  return precision === 'float32' ? new Float32Array(length) : new Float64Array(length);
}

/** `length` zeros in the precision of other numbers. */
export function emptyLike(numbers: Vector, length: number): Vector {
  return emptyVector(numbers instanceof Float32Array ? 'float32' : 'float64', length);
}

/** Where arrays come from. Building a network over `measure`'s arena tells how much memory it needs before any is taken. */
export interface Arena {
  readonly precision: Precision;
  /** `length` zeros, at a multiple of 64 bytes. */
  alloc(length: number): Vector;
  allocInts(length: number): Int32Array;
}

/** Element-wise, by name in the format; softmax goes by rows and has functions of its own. */
export type PointwiseActivation = 'linear' | 'relu' | 'leakyRelu' | 'elu' | 'gelu' | 'silu' | 'sigmoid' | 'tanh' | 'softplus';

/** A convolution of pictures, padded by `padTop` and `padLeft` zeros before and what is missing after. One-dimensional: height 1. */
export interface ConvolutionShape {
  /** Most pictures at once. */
  readonly rows: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly filters: number;
}

/**
 * One convolution. What it needs for itself lies beside the arena: making one allocates nothing. Weights are kernelHeight × kernelWidth × channels × filters (Keras's order).
 * `rows` of a call may be fewer than the shape's. Where the shape allows it products may be saved by Winograd's filtering: an error then is relative
 * to the numbers of neighbouring windows, while zeros and NaN stay in their own.
 */
export interface Convolution {
  /** y ← x ∗ w, or y ← y + x ∗ w. */
  forward(rows: number, x: Vector, w: Vector, y: Vector, accumulate: boolean): void;
  /** dx ← ∂/∂x of ⟨dy, x ∗ w⟩. */
  backwardInput(rows: number, dy: Vector, w: Vector, dx: Vector, accumulate: boolean): void;
  /** dw ← ∂/∂w of ⟨dy, x ∗ w⟩. */
  backwardWeights(rows: number, x: Vector, dy: Vector, dw: Vector, accumulate: boolean): void;
}

/** The kernels in WebAssembly have room for lines of a bounded length; the plain ones take any. */
export class ConvolutionTooLarge extends Error {
  constructor(readonly shape: ConvolutionShape) {
    super('a convolution too large for these kernels');
    this.name = 'ConvolutionTooLarge';
  }
}

/** Windows over pictures; channels = filters, as in a convolution's shape. Padding never wins a maximum and never counts in a mean. */
export type PoolingShape = ConvolutionShape;

/** Rows of a batch whose entries are mostly zero: row i has the entries offsets[i] … offsets[i+1]−1 of `columns` and `values`. */
export interface SparseRows {
  readonly offsets: Int32Array;
  readonly columns: Int32Array;
  readonly values: Vector;
}

/** What a fused update needs besides its arrays; all plain numbers, the powers of the betas already in `step` and `unbias`. */
export interface UpdateScalars {
  /** θ ← keep·θ before the step: decoupled decay. 1 for none. */
  readonly keep: number;
  /** λ of the L2 penalty added to the gradient; 0 for none. */
  readonly l2: number;
}

export interface Kernels extends Arena {
  readonly set: KernelSet;
  /** All memory taken so far, in bytes. */
  readonly used: number;
  /** Forgets what was allocated after a mark, so that scratch can be taken again. */
  mark(): number;
  release(mark: number): void;
  /** Leaves the memory to the kernels that this thread makes next. Nobody may look at the arrays or call anything afterwards. */
  free(): void;

  /** C (m × n) ← op(A)·op(B), or C + op(A)·op(B). op(A) is m × k, op(B) is k × n; `transA`: A is stored k × m. */
  gemm(transA: boolean, transB: boolean, m: number, n: number, k: number, a: Vector, b: Vector, c: Vector, accumulate: boolean): void;
  /** y (rows × n) ← x·w for sparse x, w (columns × n). */
  sparseForward(rows: number, n: number, x: SparseRows, w: Vector, y: Vector, accumulate: boolean): void;
  /** dw (columns × n) ← dw + xᵀ·dy: only the rows of dw that x touches change. */
  sparseBackwardWeights(rows: number, n: number, x: SparseRows, dy: Vector, dw: Vector): void;
  convolution(shape: ConvolutionShape): Convolution;
  /** `winners` receives, for each output, the place of its largest input inside its picture; the first of equal ones, as in PyTorch. */
  maxPool(shape: PoolingShape, rows: number, x: Vector, y: Vector, winners: Int32Array): void;
  maxPoolBackward(shape: PoolingShape, rows: number, dy: Vector, winners: Int32Array, dx: Vector): void;
  avgPool(shape: PoolingShape, rows: number, x: Vector, y: Vector): void;
  avgPoolBackward(shape: PoolingShape, rows: number, dy: Vector, dx: Vector): void;

  /** mean ← Σx/rows of each column, then squares ← Σ(x − mean)². Sums over rows stand in float64 here and in the next ones. */
  columnMoments(rows: number, columns: number, x: Vector, mean: Vector, squares: Vector): void;
  /** y ← (x − mean)·slope + level, of which each column has its own; y may be x. */
  normalizeColumns(rows: number, columns: number, x: Vector, mean: Vector, slope: Vector, level: Vector, y: Vector): void;
  /** sum ← Σdy and product ← Σdy·(x − mean) of each column. */
  columnProducts(rows: number, columns: number, x: Vector, mean: Vector, dy: Vector, sum: Vector, product: Vector): void;
  /** dx ← slope·dy + bend·(x − mean) + level, of which each column has its own; dx may be dy. */
  normalizeColumnsBackward(rows: number, columns: number, x: Vector, mean: Vector, dy: Vector, slope: Vector, bend: Vector, level: Vector, dx: Vector): void;
  /** y ← γ·x̂ + β, x̂ = (x − mean)·inverse, with each row's mean and inverse = 1/√(variance + epsilon), which are written too; y may be x. */
  normalizeRows(rows: number, columns: number, x: Vector, gamma: Vector, beta: Vector, epsilon: number, y: Vector, mean: Vector, inverse: Vector): void;
  /** dGamma ← Σdy·x̂ and dBeta ← Σdy of each column, x̂ as above. */
  rowGradients(rows: number, columns: number, x: Vector, mean: Vector, inverse: Vector, dy: Vector, dGamma: Vector, dBeta: Vector): void;
  /** dx ← inverse·(γ·dy − (Σγ·dy + x̂·Σγ·dy·x̂)/columns), the sums over each row; dx may be dy. */
  normalizeRowsBackward(rows: number, columns: number, x: Vector, mean: Vector, inverse: Vector, gamma: Vector, dy: Vector, dx: Vector): void;
  /** out ← a∘b, number by number; out may be either. */
  multiply(count: number, a: Vector, b: Vector, out: Vector): void;
  /** Each row of x, a matrix m × n, to y as n × m. */
  transpose(rows: number, m: number, n: number, x: Vector, y: Vector): void;

  /** z ← z + bias on each of the rows, then y ← σ(z); y may be z where σ is linear or relu. bias null: none. */
  biasActivate(activation: PointwiseActivation, rows: number, columns: number, z: Vector, bias: Vector | null, y: Vector): void;
  /** dz ← dy·σ′(z), from z and y = σ(z); dz may be dy. gelu is the exact one, by Φ; leakyRelu has the slope 0.01, elu α = 1. */
  activateBackward(activation: PointwiseActivation, count: number, z: Vector, y: Vector, dy: Vector, dz: Vector): void;
  /** out (columns) ← Σ over rows of x, or out + Σ. */
  sumRows(rows: number, columns: number, x: Vector, out: Vector, accumulate: boolean): void;
  /** p ← softmax of each row of z; p may be z. */
  softmax(rows: number, columns: number, z: Vector, p: Vector): void;
  /**
   * From logits z and targets t (rows summing to one), both rows × columns: dz ← (softmax(z) − t)·scale where dz is given; dz may be z.
   * @returns Σ over rows of the cross-entropy, in float64.
   */
  softmaxCrossentropy(rows: number, columns: number, z: Vector, t: Vector, dz: Vector | null, scale: number): number;

  /**
   * From logits z, y = σ(z) and targets t in [0, 1]: dz ← (y − t)·factor where dz is given; dz may be y.
   * @returns Σ of the binary cross-entropy, max(z, 0) − z·t + ln(1 + exp(−|z|)), in float64.
   */
  sigmoidCrossentropy(count: number, z: Vector, y: Vector, t: Vector, dz: Vector | null, factor: number): number;

  /** dy ← factor·(y − t) where dy is given. @returns Σ (y − t)², in float64. */
  squaredError(count: number, y: Vector, t: Vector, dy: Vector | null, factor: number): number;

  /**
   * Least squares of one output in one pass over the rows of X (rows × inputs), to rounding what a product, a bias, a squared error and
   * their derivatives are: y ← X·w + b, dy ← factor·(y − t), dw ← Xᵀ·dy, db ← Σ dy. dy and dw are both null where no derivative is wanted.
   * @returns Σ (y − t)², in float64; the same bits with derivatives and without.
   */
  linearSquaredError(rows: number, inputs: number, x: Vector, w: Vector, bias: Vector | null, t: Vector, y: Vector, dy: Vector | null, dw: Vector | null, db: Vector | null, factor: number): number;

  /** Sums in float64. */
  dot(count: number, a: Vector, b: Vector): number;
  /** y ← y + α·x. */
  axpy(count: number, alpha: number, x: Vector, y: Vector): void;
  scale(count: number, alpha: number, x: Vector): void;

  /** θ ← keep·θ − rate·(g + l2·θ). In all of these θ before the step is meant on the right side. */
  sgd(count: number, theta: Vector, g: Vector, rate: number, scalars: UpdateScalars): void;
  /** PyTorch's: d ← g + l2·θ; b ← μb + gain·d; θ ← keep·θ − rate·(nesterov ? d + μb : b). */
  momentumTorch(count: number, theta: Vector, g: Vector, b: Vector, rate: number, momentum: number, gain: number, nesterov: boolean, scalars: UpdateScalars): void;
  /** Keras's: d ← g + l2·θ; b ← μb − rate·d; θ ← keep·θ + (nesterov ? μb − rate·d : b). */
  momentumKeras(count: number, theta: Vector, g: Vector, b: Vector, rate: number, momentum: number, nesterov: boolean, scalars: UpdateScalars): void;
  /** d ← g + l2·θ; v ← ρv + (1−ρ)d²; θ ← keep·θ − rate·d/(inside ? √(v+ε) : √v + ε). Neither momentum nor centred. */
  rmsprop(count: number, theta: Vector, g: Vector, v: Vector, rate: number, rho: number, epsilon: number, inside: boolean, scalars: UpdateScalars): void;
  /** d ← g + l2·θ; m ← β₁m + (1−β₁)d; v ← β₂v + (1−β₂)d²; θ ← keep·θ − step·m/(unbias·√v + ε); with `maxima`: √ of max(maxima, v), kept there. */
  adam(count: number, theta: Vector, g: Vector, m: Vector, v: Vector, maxima: Vector | null, beta1: number, beta2: number, step: number, unbias: number, epsilon: number, scalars: UpdateScalars): void;
}

/**
 * Bytes that `build` takes from an arena, found by letting it allocate from one that hands out nothing. `build` must only allocate and
 * keep views, as all constructors here do.
 */
export function measure(precision: Precision, build: (arena: Arena) => unknown): number {
  let bytes = 0;
  const empty = emptyVector(precision, 0);
  const round = (size: number) => Math.ceil(size / 64) * 64;
  build({
    precision,
    alloc(length) {
      bytes += round(length * empty.BYTES_PER_ELEMENT);
      return empty;
    },
    allocInts(length) {
      bytes += round(4 * length);
      return new Int32Array(0);
    },
  });
  return bytes;
}
