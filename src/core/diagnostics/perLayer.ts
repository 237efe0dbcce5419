import type { Kernels, Vector } from '../kernels/kernels';
import type { Segment } from '../objectives/objective';
import { sizeOf } from '../optimizers/segments';

/** Where a layer's parameters lie in the flat vector. */
export interface LayerRange {
  readonly name: string;
  /** [first, end) of every tensor of the layer: weights and bias, or gamma and beta. */
  readonly ranges: readonly (readonly [number, number])[];
  /** Of its weights alone; null of a layer without (normalization). */
  readonly weights: readonly [number, number] | null;
}

/** The layers that have parameters, in the order of the model. A tensor that names no layer (a formula's) is one by itself. */
export function layersOf(segments: readonly Segment[]): readonly LayerRange[] {
  const layers = new Map<string, { ranges: [number, number][]; weights: [number, number] | null }>();
  for (const segment of segments) {
    const name = segment.layer ?? segment.name;
    const layer = layers.get(name) ?? { ranges: [], weights: null };
    const range: [number, number] = [segment.offset, segment.offset + sizeOf(segment)];
    layer.ranges.push(range);
    if (segment.role === 'weight') layer.weights = range;
    layers.set(name, layer);
  }
  return [...layers].map(([name, layer]) => ({ name, ...layer }));
}

/** Entries from which on a view is made for the kernels, rather than a loop gone through here. */
const MANY = 1024;

/** Σ v² over [first, end), in float64. */
function squaresOf(v: Vector, [first, end]: readonly [number, number], kernels: Kernels | null): number {
  if (kernels && end - first >= MANY) {
    const part = v.subarray(first, end);
    return kernels.dot(part.length, part, part);
  }
  let squared = 0;
  for (let i = first; i < end; i++) squared += v[i] * v[i];
  return squared;
}

/** out[l] ← ‖v_l‖₂ over all parameters of layer l, summed in float64. @param v shape P. @param out one entry a layer. @param kernels in whose memory v lies; null: in none. */
export function layerNorms(layers: readonly LayerRange[], v: Vector, out: Float64Array, kernels: Kernels | null = null): void {
  for (let l = 0; l < layers.length; l++) {
    let squared = 0;
    for (const range of layers[l].ranges) squared += squaresOf(v, range, kernels);
    out[l] = Math.sqrt(squared);
  }
}

/**
 * out[l] ← ‖u_l‖/‖θ_l‖ with u = after − before and θ = before: how much of itself a layer changes in an update; around 1e-3 is usual.
 * A layer of zeros gives infinity, or NaN where it does not move either.
 * @param before the parameters that the update left, shape P. @param after those it reached.
 */
export function updateToWeight(layers: readonly LayerRange[], before: Vector, after: Vector, out: Float64Array): void {
  for (let l = 0; l < layers.length; l++) {
    let moved = 0;
    let weight = 0;
    for (const [first, end] of layers[l].ranges) {
      for (let i = first; i < end; i++) {
        const u = after[i] - before[i];
        moved += u * u;
        weight += before[i] * before[i];
      }
    }
    out[l] = Math.sqrt(moved / weight);
  }
}

/**
 * ‖g_first‖/‖g_last‖ of the weights of the first and of the last layer that has any: far below 1 the gradient vanishes on its way
 * back, far above it explodes.
 * @returns null where fewer than two layers have weights; infinity or NaN where the last one's gradient is zero.
 */
export function layerRatio(layers: readonly LayerRange[], gradient: Vector, kernels: Kernels | null = null): number | null {
  const first = layers.find(({ weights }) => weights)?.weights;
  const last = layers.findLast(({ weights }) => weights)?.weights;
  return first && last && first !== last ? Math.sqrt(squaresOf(gradient, first, kernels)) / Math.sqrt(squaresOf(gradient, last, kernels)) : null;
}
