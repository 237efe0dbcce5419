import type { Vector } from '../../kernels/kernels';
import { ActivationLayer } from '../../nn/layers/activation';
import type { Layer } from '../../nn/layers/layer';
import { WeightedLayer } from '../../nn/layers/weighted';
import type { Network } from '../../nn/network';
import type { Activation } from '../../nn/spec';

/** A unit is saturated for a row where σ′ is below this share of its maximum. */
const SATURATED_SLOPE = 0.01;

/** Of each layer of a network, in order; NaN where its activation has no such illness, or none was seen. */
export interface Activity {
  /** Share of a relu layer's units that are 0 for every row. */
  readonly dead: Float64Array;
  /** Share of a sigmoid or tanh layer's outputs, over units and rows, where σ′ is below 1 % of its maximum. */
  readonly saturation: Float64Array;
}

/** The activation that a layer ends with, null where it has none of its own. */
export function activationOf(layer: Layer): Activation | null {
  return layer instanceof WeightedLayer || layer instanceof ActivationLayer ? layer.stage.activation : null;
}

/** Counts over the rows of several passes which units never answer and which hardly react. A convolution's unit is a filter, over all its places. */
export class UnitActivity {
  private readonly seen: readonly { readonly layer: Layer; readonly activation: Activation | null; readonly alive: Uint8Array }[];
  private readonly saturated: Float64Array;
  private readonly outputs: Float64Array;

  constructor(network: Network) {
    this.seen = network.layers.map((layer) => {
      const activation = activationOf(layer);
      return { layer, activation, alive: new Uint8Array(activation === 'relu' ? layer.output.shape.at(-1)! : 0) };
    });
    this.saturated = new Float64Array(network.layers.length);
    this.outputs = new Float64Array(network.layers.length);
  }

  /** Adds the rows of the network's last pass. */
  add(rows: number): void {
    this.seen.forEach(({ layer: { output: { value, size } }, activation, alive }, l) => {
      const count = rows * size;
      if (activation === 'relu') {
        markAlive(value, count, alive);
        this.outputs[l] += count;
      } else if (activation === 'sigmoid' || activation === 'tanh') {
        this.saturated[l] += activation === 'sigmoid' ? saturatedSigmoids(value, count) : saturatedTangents(value, count);
        this.outputs[l] += count;
      }
    });
  }

  result(): Activity {
    const dead = this.seen.map(({ activation, alive }, l) => (activation === 'relu' && this.outputs[l] > 0 ? alive.reduce((sum, each) => sum + 1 - each, 0) / alive.length : NaN));
    const saturation = this.seen.map(({ activation }, l) => (activation === 'sigmoid' || activation === 'tanh' ? this.saturated[l] / this.outputs[l] : NaN));
    return { dead: Float64Array.from(dead), saturation: Float64Array.from(saturation) };
  }
}

/** Unit by unit only as far as to its first answer: mostly the first rows tell. */
function markAlive(values: Vector, count: number, alive: Uint8Array): void {
  for (let j = 0; j < alive.length; j++) {
    for (let i = j; i < count && alive[j] === 0; i += alive.length) if (values[i] > 0) alive[j] = 1;
  }
}

/** σ′ is y(1 − y), at most ¼. */
function saturatedSigmoids(values: Vector, count: number): number {
  let saturated = 0;
  for (let i = 0; i < count; i++) if (4 * values[i] * (1 - values[i]) < SATURATED_SLOPE) saturated++;
  return saturated;
}

/** σ′ is 1 − y², at most 1. */
function saturatedTangents(values: Vector, count: number): number {
  let saturated = 0;
  for (let i = 0; i < count; i++) if (1 - values[i] * values[i] < SATURATED_SLOPE) saturated++;
  return saturated;
}
