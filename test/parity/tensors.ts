import { expect } from 'vitest';
import type { Vector } from '../../src/core/kernels/kernels';
import type { Network } from '../../src/core/nn/network';
import { exportWeights, importWeights, type NamedArray } from '../../src/core/nn/weights';

/** What is trained, as PyTorch has it, of a vector like the parameters. */
export function tensorsOf(network: Network, vector: ArrayLike<number>): NamedArray[] {
  const kept = network.parameters.slice();
  network.parameters.set(vector);
  const trained = new Set(network.segments.map(({ name }) => name));
  const tensors = exportWeights(network).filter(({ name }) => trained.has(name)).map((tensor) => ({ ...tensor, values: Float64Array.from(tensor.values) }));
  network.parameters.set(kept);
  return tensors;
}

/** The other way: named tensors in PyTorch's order as a vector like the parameters. */
export function flatOf(network: Network, named: Readonly<Record<string, readonly number[]>>): Vector {
  const kept = network.parameters.slice();
  const state = network.state.slice();
  const shapes = exportWeights(network).map(({ name, shape, values }) => ({ name, shape, values: named[name] ?? values }));
  expect(importWeights(network, shapes)).toEqual([]);
  const flat = network.parameters.slice();
  network.parameters.set(kept);
  network.state.set(state);
  return flat;
}
