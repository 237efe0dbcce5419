import type { Layer } from '../../nn/layers/layer';
import { WeightedLayer } from '../../nn/layers/weighted';
import type { Network } from '../../nn/network';

/** Of the gradient of one batch: what the rows contribute and how far they agree. */
export interface GradientNoise {
  /** tr Σ: the variance of one row's gradient, summed over the parameters; unbiased. */
  readonly trace: number;
  /** ‖G‖² of the gradient without noise; an unbiased estimate, which may come out negative. */
  readonly square: number;
  /** tr Σ/‖G‖², the simple noise scale: rows that must be averaged until the noise is no larger than the gradient. NaN where ‖G‖² cannot be told from zero. */
  readonly scale: number;
}

/**
 * Noise of the mean gradient over the dense layers, after a backward pass over `rows` rows (McCandlish et al. 2018, equation 2.9 and
 * appendix A). With the rows' gradients δᵢaᵢᵀ of a dense layer Σᵢ gᵢ∘gᵢ = (Δ∘Δ)ᵀ(A∘A), whose sum is Σᵢ ‖δᵢ‖²‖aᵢ‖²: no gradient of a
 * single row is ever formed. Penalties have no noise and are left out. With batchNorm rows depend on each other: then gᵢ is what row i adds.
 * @returns null where there is no dense layer to see, or fewer than two rows.
 */
export function gradientNoise(network: Network, rows: number): GradientNoise | null {
  if (rows < 2) return null;
  let found = false;
  let squares = 0;
  let whole = 0;
  for (const layer of network.layers) {
    const added = isSeen(layer) ? ofLayer(network, layer, rows) : null;
    if (!added) continue;
    found = true;
    squares += added.squares;
    whole += added.whole;
  }
  if (!found) return null;
  // Δ is of the mean loss: row i's own gradient is rows·δᵢaᵢᵀ.
  const trace = (rows / (rows - 1)) * (rows * squares - whole);
  const square = whole - trace / rows;
  return { trace, square, scale: square > 0 ? Math.max(0, trace) / square : NaN };
}

function isSeen(layer: Layer): layer is WeightedLayer {
  return layer instanceof WeightedLayer && layer.spec.type === 'dense' && layer.delta !== null && layer.parameters.some(({ gradient }) => gradient) && layer.input.value.length > 0;
}

/** Σᵢ ‖δᵢaᵢᵀ‖² and ‖Σᵢ δᵢaᵢᵀ‖² over weight and bias. Where there is second order its scratch takes the product. */
function ofLayer({ kernels }: Network, layer: WeightedLayer, rows: number): { squares: number; whole: number } {
  const { input: { value: a, size: inputs }, output: { size: units } } = layer;
  const delta = layer.delta!;
  const weight = layer.parameters.find(({ kind }) => kind === 'weight');
  const bias = layer.parameters.find(({ kind }) => kind === 'bias');
  const one = bias?.gradient ? 1 : 0;
  let whole = 0;
  let squares = 0;
  for (let i = 0; i < rows; i++) {
    let d = 0;
    for (let j = i * units; j < (i + 1) * units; j++) d += delta[j] * delta[j];
    let x = 0;
    if (weight?.gradient) for (let j = i * inputs; j < (i + 1) * inputs; j++) x += a[j] * a[j];
    squares += d * (x + one);
  }
  // ‖ΔᵀA‖²: the gradient itself may hold penalties or have been clipped.
  const product = weight?.product ?? null;
  if (weight?.gradient && product) {
    kernels.gemm(true, false, inputs, units, rows, a, delta, product, false);
    whole += kernels.dot(product.length, product, product);
  } else if (weight?.gradient) {
    const sum = new Float64Array(inputs * units);
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < inputs; k++) {
        const x = a[i * inputs + k];
        if (x !== 0) for (let j = 0; j < units; j++) sum[k * units + j] += x * delta[i * units + j];
      }
    }
    for (let k = 0; k < sum.length; k++) whole += sum[k] * sum[k];
  }
  if (one) {
    for (let j = 0; j < units; j++) {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += delta[i * units + j];
      whole += sum * sum;
    }
  }
  return { squares, whole };
}
