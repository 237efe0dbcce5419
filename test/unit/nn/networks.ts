import { createKernels } from '../../../src/core/kernels/create';
import { measure, type Kernels, type KernelSet, type Precision } from '../../../src/core/kernels/kernels';
import { Network, type NetworkOptions } from '../../../src/core/nn/network';
import type { Activation, LayerSpec, LossType, Shape } from '../../../src/core/nn/spec';
import { randomStream, type RandomStream } from '../../../src/core/training/random';

/** A layer spec but for the fields that are always the same in tests. */
export type Draft = { readonly type: LayerSpec['type'] } & Record<string, unknown>;

const DEFAULTS: Partial<Record<LayerSpec['type'], object>> = {
  dense: { activation: 'linear', bias: true, initializer: { kind: 'torch' }, trainable: true },
  conv1d: { activation: 'linear', bias: true, initializer: { kind: 'torch' }, trainable: true, stride: [1, 1], padding: 'valid', fixed: null },
  conv2d: { activation: 'linear', bias: true, initializer: { kind: 'torch' }, trainable: true, stride: [1, 1], padding: 'valid', fixed: null },
  maxPool2d: { size: [2, 2], stride: [2, 2], padding: 'valid' },
  avgPool2d: { size: [2, 2], stride: [2, 2], padding: 'valid' },
  batchNorm: { epsilon: 1e-5, momentum: 0.1, unbiased: true },
  layerNorm: { epsilon: 1e-5, momentum: 0, unbiased: false },
};

export function layersOf(drafts: readonly Draft[]): LayerSpec[] {
  return drafts.map((draft, index) => ({ name: `${draft.type}${index + 1}`, index, ...DEFAULTS[draft.type], ...draft }) as LayerSpec);
}

export interface TestOptions extends Partial<Omit<NetworkOptions, 'loss'>> {
  readonly loss?: LossType;
  readonly labelSmoothing?: number;
  readonly precision?: Precision;
  readonly kernels?: KernelSet;
}

/** A network in memory that is exactly as large as was measured, initialized. */
export function networkOf(input: Shape, drafts: readonly Draft[], options: TestOptions = {}): Network {
  const { precision = 'float64', loss = 'meanSquaredError', labelSmoothing = 0 } = options;
  const spec = { layers: layersOf(drafts), precision, kernels: options.kernels ?? null };
  const full: NetworkOptions = { rows: 4, sparseInput: false, regularization: { l1: 0, l2: 0, weightNoise: 0 }, secondOrder: true, seed: 1, ...options, loss: { type: loss, labelSmoothing } };
  const bytes = measure(precision, (arena) => new Network(spec, input, arena as Kernels, full));
  const kernels = createKernels(precision, options.kernels ?? 'plain', bytes);
  const network = new Network(spec, input, kernels, full);
  network.initialize();
  return network;
}

/** Inputs, targets that suit the loss, and parameters away from special places such as γ = 1. */
export function fill(network: Network, loss: LossType, random: RandomStream = randomStream(5, 'test')): void {
  for (let i = 0; i < network.input.length; i++) network.input[i] = random.normal();
  const { target } = network;
  const columns = network.layers.at(-1)!.output.shape.at(-1)!;
  target.fill(0);
  for (let i = 0; i < target.length; i++) {
    if (loss === 'categoricalCrossentropy') {
      if (i % columns === 0) target[i + Math.floor(random.uniform() * columns)] = 1;
    } else if (loss === 'binaryCrossentropy') target[i] = random.uniform() < 0.5 ? 0 : 1;
    else if (loss === 'hinge') target[i] = random.uniform() < 0.5 ? -1 : 1;
    else if (loss === 'poisson') target[i] = Math.floor(4 * random.uniform());
    else target[i] = 1.5 * random.normal();
  }
  for (let i = 0; i < network.parameters.length; i++) network.parameters[i] += 0.1 * random.normal();
}

/** (f(θ + hv) − f(θ − hv))/2h by Richardson's extrapolation from two widths, both so narrow that a kink of relu or of a maximum hardly falls between. */
export function directional(network: Network, v: Float64Array, loss: () => number, h = 1e-5): number {
  const start = network.parameters.slice();
  const at = (step: number): number => {
    for (let i = 0; i < v.length; i++) network.parameters[i] = start[i] + step * v[i];
    return loss();
  };
  const narrow = (at(h) - at(-h)) / (2 * h);
  const wide = (at(2 * h) - at(-2 * h)) / (4 * h);
  network.parameters.set(start);
  return (4 * narrow - wide) / 3;
}

export function randomVector(length: number, random: RandomStream): Float64Array {
  return Float64Array.from({ length }, () => random.normal());
}

export function inner(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

export const ACTIVATIONS: readonly Activation[] = ['linear', 'relu', 'leakyRelu', 'elu', 'gelu', 'silu', 'sigmoid', 'tanh', 'softplus', 'softmax'];
export const LOSSES: readonly LossType[] = ['meanSquaredError', 'meanAbsoluteError', 'huber', 'binaryCrossentropy', 'categoricalCrossentropy', 'hinge', 'poisson'];

/** The last activation that suits a loss: of the Poisson loss one that is positive. */
export function lastActivation(loss: LossType): Activation {
  return loss === 'categoricalCrossentropy' ? 'softmax' : loss === 'binaryCrossentropy' ? 'sigmoid' : loss === 'poisson' ? 'softplus' : 'linear';
}
