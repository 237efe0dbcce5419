import { Block, aligned } from './memory';
import { kernelModule } from './wasmBinary';
import { ConvolutionTooLarge, type Convolution, type ConvolutionShape, type Kernels, type KernelSet, type PointwiseActivation, type PoolingShape, type Precision, type SparseRows, type UpdateScalars, type Vector } from './kernels';

/** What assembly/index.ts exports. Arrays are places in the memory; 0 for none. */
interface Functions {
  prepare(at: number): number;
  gemm(transA: boolean, transB: boolean, m: number, n: number, k: number, a: number, b: number, c: number, accumulate: boolean): void;
  setShape(...sizes: number[]): void;
  convolutionFits(): number;
  convolutionForward(rows: number, x: number, w: number, y: number, accumulate: boolean): void;
  convolutionBackwardInput(rows: number, dy: number, w: number, dx: number, accumulate: boolean): void;
  convolutionBackwardWeights(rows: number, x: number, dy: number, dw: number, accumulate: boolean): void;
  winogradFits(rows: number): number;
  winogradForward(rows: number, x: number, w: number, y: number, accumulate: boolean): void;
  winogradBackwardInput(rows: number, dy: number, w: number, dx: number, accumulate: boolean): void;
  winogradBackwardWeights(rows: number, x: number, dy: number, dw: number, accumulate: boolean): void;
  maxPool(rows: number, x: number, y: number, winners: number): void;
  maxPoolBackward(rows: number, dy: number, winners: number, dx: number): void;
  avgPool(rows: number, x: number, y: number): void;
  avgPoolBackward(rows: number, dy: number, dx: number): void;
  columnMoments(rows: number, columns: number, x: number, mean: number, squares: number): void;
  normalizeColumns(rows: number, columns: number, x: number, mean: number, slope: number, level: number, y: number): void;
  columnProducts(rows: number, columns: number, x: number, mean: number, dy: number, sum: number, product: number): void;
  normalizeColumnsBackward(rows: number, columns: number, x: number, mean: number, dy: number, slope: number, bend: number, level: number, dx: number): void;
  normalizeRows(rows: number, columns: number, x: number, gamma: number, beta: number, epsilon: number, y: number, mean: number, inverse: number): void;
  rowGradients(rows: number, columns: number, x: number, mean: number, inverse: number, dy: number, dGamma: number, dBeta: number): void;
  normalizeRowsBackward(rows: number, columns: number, x: number, mean: number, inverse: number, gamma: number, dy: number, dx: number): void;
  multiply(count: number, a: number, b: number, out: number): void;
  transpose(rows: number, m: number, n: number, x: number, y: number): void;
  biasActivate(kind: number, rows: number, columns: number, z: number, bias: number, y: number): void;
  activateBackward(kind: number, count: number, z: number, y: number, dy: number, dz: number): void;
  softmax(rows: number, columns: number, z: number, p: number): void;
  softmaxCrossentropy(rows: number, columns: number, z: number, t: number, dz: number, scale: number): number;
  sparseForward(rows: number, n: number, offsets: number, columns: number, values: number, w: number, y: number, accumulate: boolean): void;
  sparseBackwardWeights(rows: number, n: number, offsets: number, columns: number, values: number, dy: number, dw: number): void;
  sumRows(rows: number, columns: number, x: number, out: number, accumulate: boolean): void;
  sigmoidCrossentropy(count: number, z: number, y: number, t: number, dz: number, factor: number): number;
  squaredError(count: number, y: number, t: number, dy: number, factor: number): number;
  linearSquaredError(rows: number, inputs: number, x: number, w: number, bias: number, t: number, y: number, dy: number, dw: number, db: number, factor: number): number;
  dot(count: number, a: number, b: number): number;
  axpy(count: number, alpha: number, x: number, y: number): void;
  scale(count: number, alpha: number, x: number): void;
  sgd(count: number, theta: number, g: number, rate: number, keep: number, l2: number): void;
  momentumTorch(count: number, theta: number, g: number, b: number, rate: number, momentum: number, gain: number, nesterov: boolean, keep: number, l2: number): void;
  momentumKeras(count: number, theta: number, g: number, b: number, rate: number, momentum: number, nesterov: boolean, keep: number, l2: number): void;
  rmsprop(count: number, theta: number, g: number, v: number, rate: number, rho: number, epsilon: number, inside: boolean, keep: number, l2: number): void;
  adam(
    count: number, theta: number, g: number, m: number, v: number, maxima: number,
    beta1: number, beta2: number, step: number, unbias: number, epsilon: number, keep: number, l2: number,
  ): void;
}

const PAGE = 65536;
/** A 32-bit address reaches no further. */
const MOST = 65536 * PAGE;
/** The scratch memory begins here: place 0 stands for no array. */
const BEGIN = 64;
/** A tile may read, never write, some numbers beyond a matrix. */
const BEYOND = 64;

/** The numbers that pointwise.ts knows activations by. */
const ACTIVATIONS: Readonly<Record<PointwiseActivation, number>> = { linear: 0, relu: 1, leakyRelu: 2, elu: 3, gelu: 4, silu: 5, sigmoid: 6, tanh: 7, softplus: 8 };

const scratchSizes = new Map<WebAssembly.Module, number>();

function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Functions {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Functions;
}

/** Where the scratch memory ends: asked once of an instance that has no memory, since laying it out writes nothing. */
function scratchEnd(module: WebAssembly.Module): number {
  let end = scratchSizes.get(module);
  if (end === undefined) {
    end = aligned(instantiate(module, new WebAssembly.Memory({ initial: 0 })).prepare(BEGIN) >>> 0);
    scratchSizes.set(module, end);
  }
  return end;
}

/** @throws Error, a sentence, where the memory cannot be had */
export function createWasmKernels(precision: Precision, set: Exclude<KernelSet, 'plain'>, bytes: number): Kernels {
  const module = kernelModule(precision, set);
  const begin = scratchEnd(module);
  const end = begin + aligned(bytes);
  const pages = Math.ceil((end + BEYOND) / PAGE);
  if (pages * PAGE > MOST) throw new Error(`A block of ${bytes} bytes of memory is more than WebAssembly can have: at most ${MOST - begin - BEYOND}`);
  const kept = takeSpare(pages * PAGE);
  let memory: WebAssembly.Memory;
  try {
    memory = kept ?? new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch {
    throw new Error(`A block of ${bytes} bytes of memory cannot be had`);
  }
  return new WasmKernels(set, precision, memory, begin, end, kept !== null, instantiate(module, memory));
}

/** The memory that was handed back last: of runs one after the other only the first takes any, and none waits for the garbage collector. */
let spare: WebAssembly.Memory | null = null;
/** A larger one is not kept for runs that may never come … */
const LARGEST_SPARE = 2 ** 28;
/** … and one so many times as large as is asked for is not given to a run that may last long. */
const TOO_LARGE = 4;

function takeSpare(bytes: number): WebAssembly.Memory | null {
  const size = spare?.buffer.byteLength ?? 0;
  const fitting = size >= bytes && size <= TOO_LARGE * bytes ? spare : null;
  spare = null;
  return fitting;
}

class WasmConvolution implements Convolution {
  private readonly sizes: readonly number[];
  /** By fewer products, where the shape allows it; however many rows a call has, so that a row's numbers do not depend on it. */
  private readonly winograd: boolean;

  constructor(private readonly run: Functions, shape: ConvolutionShape) {
    this.sizes = sizesOf(shape);
    run.setShape(...this.sizes);
    this.winograd = run.winogradFits(shape.rows) !== 0;
    if (!run.convolutionFits()) throw new ConvolutionTooLarge(shape);
  }

  forward(rows: number, x: Vector, w: Vector, y: Vector, accumulate: boolean): void {
    const { run, winograd } = this;
    run.setShape(...this.sizes);
    if (winograd) run.winogradForward(rows, x.byteOffset, w.byteOffset, y.byteOffset, accumulate);
    else run.convolutionForward(rows, x.byteOffset, w.byteOffset, y.byteOffset, accumulate);
  }

  backwardInput(rows: number, dy: Vector, w: Vector, dx: Vector, accumulate: boolean): void {
    const { run, winograd } = this;
    run.setShape(...this.sizes);
    if (winograd) run.winogradBackwardInput(rows, dy.byteOffset, w.byteOffset, dx.byteOffset, accumulate);
    else run.convolutionBackwardInput(rows, dy.byteOffset, w.byteOffset, dx.byteOffset, accumulate);
  }

  backwardWeights(rows: number, x: Vector, dy: Vector, dw: Vector, accumulate: boolean): void {
    const { run, winograd } = this;
    run.setShape(...this.sizes);
    if (winograd) run.winogradBackwardWeights(rows, x.byteOffset, dy.byteOffset, dw.byteOffset, accumulate);
    else run.convolutionBackwardWeights(rows, x.byteOffset, dy.byteOffset, dw.byteOffset, accumulate);
  }
}

function sizesOf(s: ConvolutionShape): readonly number[] {
  return [s.height, s.width, s.channels, s.kernelHeight, s.kernelWidth, s.strideHeight, s.strideWidth, s.padTop, s.padLeft, s.outHeight, s.outWidth, s.filters];
}

const placeOf = (vector: Vector | null): number => (vector === null ? 0 : vector.byteOffset);

/** The sets in WebAssembly: each function hands places in the memory on. */
class WasmKernels extends Block implements Kernels {
  /** null once it is handed back. */
  private memory: WebAssembly.Memory | null;

  constructor(readonly set: KernelSet, precision: Precision, memory: WebAssembly.Memory, begin: number, end: number, used: boolean, private readonly run: Functions) {
    super(precision, memory.buffer, begin, end, used);
    this.memory = memory;
    run.prepare(BEGIN);
  }

  free(): void {
    // Once: whoever has it next is not to lose it.
    if (this.memory && this.buffer.byteLength <= LARGEST_SPARE) spare = this.memory;
    this.memory = null;
  }

  gemm(transA: boolean, transB: boolean, m: number, n: number, k: number, a: Vector, b: Vector, c: Vector, accumulate: boolean): void {
    this.run.gemm(transA, transB, m, n, k, a.byteOffset, b.byteOffset, c.byteOffset, accumulate);
  }

  sparseForward(rows: number, n: number, x: SparseRows, w: Vector, y: Vector, accumulate: boolean): void {
    this.run.sparseForward(rows, n, x.offsets.byteOffset, x.columns.byteOffset, x.values.byteOffset, w.byteOffset, y.byteOffset, accumulate);
  }

  sparseBackwardWeights(rows: number, n: number, x: SparseRows, dy: Vector, dw: Vector): void {
    this.run.sparseBackwardWeights(rows, n, x.offsets.byteOffset, x.columns.byteOffset, x.values.byteOffset, dy.byteOffset, dw.byteOffset);
  }

  convolution(shape: ConvolutionShape): Convolution {
    return new WasmConvolution(this.run, shape);
  }

  maxPool(shape: PoolingShape, rows: number, x: Vector, y: Vector, winners: Int32Array): void {
    this.run.setShape(...sizesOf(shape));
    this.run.maxPool(rows, x.byteOffset, y.byteOffset, winners.byteOffset);
  }

  maxPoolBackward(shape: PoolingShape, rows: number, dy: Vector, winners: Int32Array, dx: Vector): void {
    this.run.setShape(...sizesOf(shape));
    this.run.maxPoolBackward(rows, dy.byteOffset, winners.byteOffset, dx.byteOffset);
  }

  avgPool(shape: PoolingShape, rows: number, x: Vector, y: Vector): void {
    this.run.setShape(...sizesOf(shape));
    this.run.avgPool(rows, x.byteOffset, y.byteOffset);
  }

  avgPoolBackward(shape: PoolingShape, rows: number, dy: Vector, dx: Vector): void {
    this.run.setShape(...sizesOf(shape));
    this.run.avgPoolBackward(rows, dy.byteOffset, dx.byteOffset);
  }

  columnMoments(rows: number, columns: number, x: Vector, mean: Vector, squares: Vector): void {
    this.run.columnMoments(rows, columns, x.byteOffset, mean.byteOffset, squares.byteOffset);
  }

  normalizeColumns(rows: number, columns: number, x: Vector, mean: Vector, slope: Vector, level: Vector, y: Vector): void {
    this.run.normalizeColumns(rows, columns, x.byteOffset, mean.byteOffset, slope.byteOffset, level.byteOffset, y.byteOffset);
  }

  columnProducts(rows: number, columns: number, x: Vector, mean: Vector, dy: Vector, sum: Vector, product: Vector): void {
    this.run.columnProducts(rows, columns, x.byteOffset, mean.byteOffset, dy.byteOffset, sum.byteOffset, product.byteOffset);
  }

  normalizeColumnsBackward(rows: number, columns: number, x: Vector, mean: Vector, dy: Vector, slope: Vector, bend: Vector, level: Vector, dx: Vector): void {
    this.run.normalizeColumnsBackward(rows, columns, x.byteOffset, mean.byteOffset, dy.byteOffset, slope.byteOffset, bend.byteOffset, level.byteOffset, dx.byteOffset);
  }

  normalizeRows(rows: number, columns: number, x: Vector, gamma: Vector, beta: Vector, epsilon: number, y: Vector, mean: Vector, inverse: Vector): void {
    this.run.normalizeRows(rows, columns, x.byteOffset, gamma.byteOffset, beta.byteOffset, epsilon, y.byteOffset, mean.byteOffset, inverse.byteOffset);
  }

  rowGradients(rows: number, columns: number, x: Vector, mean: Vector, inverse: Vector, dy: Vector, dGamma: Vector, dBeta: Vector): void {
    this.run.rowGradients(rows, columns, x.byteOffset, mean.byteOffset, inverse.byteOffset, dy.byteOffset, dGamma.byteOffset, dBeta.byteOffset);
  }

  normalizeRowsBackward(rows: number, columns: number, x: Vector, mean: Vector, inverse: Vector, gamma: Vector, dy: Vector, dx: Vector): void {
    this.run.normalizeRowsBackward(rows, columns, x.byteOffset, mean.byteOffset, inverse.byteOffset, gamma.byteOffset, dy.byteOffset, dx.byteOffset);
  }

  multiply(count: number, a: Vector, b: Vector, out: Vector): void {
    this.run.multiply(count, a.byteOffset, b.byteOffset, out.byteOffset);
  }

  transpose(rows: number, m: number, n: number, x: Vector, y: Vector): void {
    this.run.transpose(rows, m, n, x.byteOffset, y.byteOffset);
  }

  biasActivate(activation: PointwiseActivation, rows: number, columns: number, z: Vector, bias: Vector | null, y: Vector): void {
    this.run.biasActivate(ACTIVATIONS[activation], rows, columns, z.byteOffset, bias === null ? 0 : bias.byteOffset, y.byteOffset);
  }

  activateBackward(activation: PointwiseActivation, count: number, z: Vector, y: Vector, dy: Vector, dz: Vector): void {
    this.run.activateBackward(ACTIVATIONS[activation], count, z.byteOffset, y.byteOffset, dy.byteOffset, dz.byteOffset);
  }

  sumRows(rows: number, columns: number, x: Vector, out: Vector, accumulate: boolean): void {
    this.run.sumRows(rows, columns, x.byteOffset, out.byteOffset, accumulate);
  }

  softmax(rows: number, columns: number, z: Vector, p: Vector): void {
    this.run.softmax(rows, columns, z.byteOffset, p.byteOffset);
  }

  softmaxCrossentropy(rows: number, columns: number, z: Vector, t: Vector, dz: Vector | null, scale: number): number {
    return this.run.softmaxCrossentropy(rows, columns, z.byteOffset, t.byteOffset, dz === null ? 0 : dz.byteOffset, scale);
  }

  sigmoidCrossentropy(count: number, z: Vector, y: Vector, t: Vector, dz: Vector | null, factor: number): number {
    return this.run.sigmoidCrossentropy(count, z.byteOffset, y.byteOffset, t.byteOffset, placeOf(dz), factor);
  }

  squaredError(count: number, y: Vector, t: Vector, dy: Vector | null, factor: number): number {
    return this.run.squaredError(count, y.byteOffset, t.byteOffset, dy === null ? 0 : dy.byteOffset, factor);
  }

  linearSquaredError(rows: number, inputs: number, x: Vector, w: Vector, bias: Vector | null, t: Vector, y: Vector, dy: Vector | null, dw: Vector | null, db: Vector | null, factor: number): number {
    return this.run.linearSquaredError(rows, inputs, x.byteOffset, w.byteOffset, placeOf(bias), t.byteOffset, y.byteOffset, placeOf(dy), placeOf(dw), placeOf(db), factor);
  }

  dot(count: number, a: Vector, b: Vector): number {
    return this.run.dot(count, a.byteOffset, b.byteOffset);
  }

  axpy(count: number, alpha: number, x: Vector, y: Vector): void {
    this.run.axpy(count, alpha, x.byteOffset, y.byteOffset);
  }

  scale(count: number, alpha: number, x: Vector): void {
    this.run.scale(count, alpha, x.byteOffset);
  }

  sgd(count: number, theta: Vector, g: Vector, rate: number, { keep, l2 }: UpdateScalars): void {
    this.run.sgd(count, theta.byteOffset, g.byteOffset, rate, keep, l2);
  }

  momentumTorch(count: number, theta: Vector, g: Vector, b: Vector, rate: number, momentum: number, gain: number, nesterov: boolean, { keep, l2 }: UpdateScalars): void {
    this.run.momentumTorch(count, theta.byteOffset, g.byteOffset, b.byteOffset, rate, momentum, gain, nesterov, keep, l2);
  }

  momentumKeras(count: number, theta: Vector, g: Vector, b: Vector, rate: number, momentum: number, nesterov: boolean, { keep, l2 }: UpdateScalars): void {
    this.run.momentumKeras(count, theta.byteOffset, g.byteOffset, b.byteOffset, rate, momentum, nesterov, keep, l2);
  }

  rmsprop(count: number, theta: Vector, g: Vector, v: Vector, rate: number, rho: number, epsilon: number, inside: boolean, { keep, l2 }: UpdateScalars): void {
    this.run.rmsprop(count, theta.byteOffset, g.byteOffset, v.byteOffset, rate, rho, epsilon, inside, keep, l2);
  }

  adam(
    count: number, theta: Vector, g: Vector, m: Vector, v: Vector, maxima: Vector | null,
    beta1: number, beta2: number, step: number, unbias: number, epsilon: number, { keep, l2 }: UpdateScalars,
  ): void {
    this.run.adam(count, theta.byteOffset, g.byteOffset, m.byteOffset, v.byteOffset, maxima === null ? 0 : maxima.byteOffset, beta1, beta2, step, unbias, epsilon, keep, l2);
  }
}
