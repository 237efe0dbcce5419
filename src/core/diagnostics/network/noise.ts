import { BatchNormLayer } from '../../nn/layers/batchNorm';
import { LayerNormLayer } from '../../nn/layers/layerNorm';
import { parameterOf, type Layer } from '../../nn/layers/layer';
import { WeightedLayer } from '../../nn/layers/weighted';
import type { Network } from '../../nn/network';
import { windowShape } from '../../nn/shapes';
import type { ConvolutionSpec } from '../../nn/spec';
import { patchesOf } from './patches';

/** Of the gradient of one batch: what the rows contribute and how far they agree. */
export interface GradientNoise {
  /** tr Σ: the variance of one row's gradient, summed over the parameters; unbiased. */
  readonly trace: number;
  /** ‖G‖² of the gradient without noise; an unbiased estimate, which may come out negative. */
  readonly square: number;
  /** tr Σ/‖G‖², the simple noise scale: rows that must be averaged until the noise is no larger than the gradient. NaN where ‖G‖² cannot be told from zero. */
  readonly scale: number;
}

/** Σᵢ ‖gᵢ‖² and ‖Σᵢ gᵢ‖² over some of the parameters, gᵢ what row i adds to the gradient of the mean loss. */
interface Squares {
  readonly squares: number;
  readonly whole: number;
}

/** Multiply-adds that the single rows of one convolution may take; beyond, only as many rows are looked at as these pay for, evenly spread. */
const ROW_BUDGET = 2e8;

/**
 * Noise of the mean gradient, after a backward pass over `rows` rows (McCandlish et al. 2018, equation 2.9 and appendix A). Of a dense
 * layer the rows' gradients are δᵢaᵢᵀ, so that Σᵢ gᵢ∘gᵢ = (Δ∘Δ)ᵀ(A∘A), whose sum is Σᵢ ‖δᵢ‖²‖aᵢ‖²: none is ever formed. Of a convolution
 * they are Σ_p a_p δ_pᵀ over the places p of its windows, and of a large one some rows stand for all: a mean of fewer ‖gᵢ‖², still unbiased.
 * Penalties have no noise and are left out. With batchNorm rows depend on each other and have no gradients of their own: then gᵢ is what
 * row i adds, the derivative by parameters that this row alone would use, and these sum to the batch's gradient too.
 * @returns null where nothing is trained, or there are fewer than two rows.
 */
export function gradientNoise(network: Network, rows: number): GradientNoise | null {
  if (rows < 2) return null;
  const found = network.layers.flatMap((layer) => ofLayer(network, layer, rows) ?? []);
  if (found.length === 0) return null;
  const squares = found.reduce((sum, each) => sum + each.squares, 0);
  const whole = found.reduce((sum, each) => sum + each.whole, 0);
  // Δ is of the mean loss: row i's own gradient is rows·δᵢaᵢᵀ.
  const trace = (rows / (rows - 1)) * (rows * squares - whole);
  const square = whole - trace / rows;
  return { trace, square, scale: square > 0 ? Math.max(0, trace) / square : NaN };
}

function ofLayer(network: Network, layer: Layer, rows: number): Squares | null {
  if (layer.delta === null || !layer.parameters.some(({ gradient }) => gradient)) return null;
  if (layer instanceof BatchNormLayer || layer instanceof LayerNormLayer) return ofNormalization(layer, rows);
  if (!(layer instanceof WeightedLayer)) return null;
  const weight = ofWeight(network, layer, rows);
  const bias = parameterOf(layer.parameters, 'bias')?.gradient ? ofBias(layer, rows) : null;
  return { squares: (weight?.squares ?? 0) + (bias?.squares ?? 0), whole: (weight?.whole ?? 0) + (bias?.whole ?? 0) };
}

/** The gradient itself may hold penalties or have been clipped: it is computed once more, where it was, and put back. */
function ofWeight({ kernels }: Network, layer: WeightedLayer, rows: number): Squares | null {
  const { gradient, product } = parameterOf(layer.parameters, 'weight')!;
  if (!gradient) return null;
  // Where there is second order, its product is free between two of them.
  const kept = product ?? gradient.slice();
  if (product) product.set(gradient);
  layer.weightGradient(rows, gradient);
  const whole = kernels.dot(gradient.length, gradient, gradient);
  gradient.set(kept);
  return { squares: layer.spec.type === 'dense' ? ofDenseRows(layer, rows) : ofConvolvedRows(layer, layer.spec, rows), whole };
}

function ofDenseRows(layer: WeightedLayer, rows: number): number {
  const { input: { value: a, size: inputs }, output: { size: units }, sparse } = layer;
  const delta = layer.delta!;
  let squares = 0;
  for (let i = 0; i < rows; i++) {
    let d = 0;
    for (let j = i * units; j < (i + 1) * units; j++) d += delta[j] * delta[j];
    let x = 0;
    if (sparse) for (let entry = sparse.offsets[i]; entry < sparse.offsets[i + 1]; entry++) x += sparse.values[entry] * sparse.values[entry];
    else for (let j = i * inputs; j < (i + 1) * inputs; j++) x += a[j] * a[j];
    squares += d * x;
  }
  return squares;
}

/** ‖Σ_p a_p δ_pᵀ‖² of each row, as this matrix or by Σ_{p,q} (a_p·a_q)(δ_p·δ_q), whichever is less work. */
function ofConvolvedRows(layer: WeightedLayer, spec: ConvolutionSpec, rows: number): number {
  const { input, output } = layer;
  const shape = windowShape(spec, input.shape, rows);
  const { filters } = shape;
  const places = shape.outHeight * shape.outWidth;
  const width = shape.kernelHeight * shape.kernelWidth * shape.channels;
  const direct = places * width * filters;
  const paired = 0.5 * places * (places + 1) * (width + filters);
  const seen = Math.max(1, Math.min(rows, Math.floor(ROW_BUDGET / Math.min(direct, paired))));
  const patches = new Float64Array(places * width);
  const sum = direct <= paired ? new Float64Array(width * filters) : null;
  let squares = 0;
  for (let k = 0; k < seen; k++) {
    const row = Math.floor((k * rows) / seen);
    patchesOf(shape, input.value, row * input.size, patches);
    const delta = Float64Array.from(layer.delta!.subarray(row * output.size, (row + 1) * output.size));
    squares += sum ? formed(patches, delta, filters, sum) : byPairs(patches, delta, places);
  }
  return (squares * rows) / seen;
}

/** ‖AᵀΔ‖² of A, places × width, and Δ, places × filters. @param sum takes AᵀΔ. */
function formed(patches: Float64Array, delta: Float64Array, filters: number, sum: Float64Array): number {
  sum.fill(0);
  const width = sum.length / filters;
  for (let at = 0; at < patches.length; at++) {
    const a = patches[at];
    if (a === 0) continue;
    const to = (at % width) * filters;
    const from = Math.floor(at / width) * filters;
    for (let f = 0; f < filters; f++) sum[to + f] += a * delta[from + f];
  }
  return squareOf(sum);
}

/** The same as the sum of (AAᵀ)∘(ΔΔᵀ). */
function byPairs(patches: Float64Array, delta: Float64Array, places: number): number {
  let sum = 0;
  for (let p = 0; p < places; p++) {
    for (let q = 0; q <= p; q++) sum += (q < p ? 2 : 1) * between(patches, p, q, places) * between(delta, p, q, places);
  }
  return sum;
}

/** The product of two lines of a matrix. */
function between(matrix: Float64Array, p: number, q: number, lines: number): number {
  const width = matrix.length / lines;
  let sum = 0;
  for (let j = 0; j < width; j++) sum += matrix[p * width + j] * matrix[q * width + j];
  return sum;
}

function ofBias({ output }: WeightedLayer, rows: number): Squares {
  const delta = output.gradient!;
  return ofColumns(rows, output.size, output.shape.at(-1)!, (at) => delta[at]);
}

/** γ takes Σ dy·x̂ and β takes Σ dy, over the places of a row. */
function ofNormalization(layer: BatchNormLayer | LayerNormLayer, rows: number): Squares {
  const { output: { size, shape, gradient } } = layer;
  const columns = shape.at(-1)!;
  const beta = ofColumns(rows, size, columns, (at) => gradient![at]);
  const gamma = ofColumns(rows, size, columns, (at) => gradient![at] * layer.normalized(at));
  return { squares: beta.squares + gamma.squares, whole: beta.whole + gamma.whole };
}

/** Of a gradient with a number for each column, where entry `at` of a row adds `share(at)` to its column. */
function ofColumns(rows: number, size: number, columns: number, share: (at: number) => number): Squares {
  const all = new Float64Array(columns);
  const one = new Float64Array(columns);
  let squares = 0;
  for (let i = 0; i < rows; i++) {
    one.fill(0);
    for (let k = 0; k < size; k++) one[k % columns] += share(i * size + k);
    for (let j = 0; j < columns; j++) all[j] += one[j];
    squares += squareOf(one);
  }
  return { squares, whole: squareOf(all) };
}

function squareOf(v: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < v.length; i++) sum += v[i] * v[i];
  return sum;
}
