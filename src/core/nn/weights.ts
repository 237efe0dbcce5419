import { emptyVector, type Vector } from '../kernels/kernels';
import type { Parameter } from './layers/layer';
import type { Network } from './network';
import { sizeOf } from './shapes';
import type { Shape } from './spec';

/** An array of a weights file: row-major. */
export interface NamedArray {
  readonly name: string;
  readonly shape: Shape;
  readonly values: Vector;
}

/** What kept an array from being taken, as data. */
export type WeightsProblem =
  | { readonly code: 'missing'; readonly name: string; readonly expected: Shape }
  | { readonly code: 'shape'; readonly name: string; readonly expected: Shape; readonly actual: Shape }
  | { readonly code: 'unknown'; readonly name: string };

/** A weight's shape in PyTorch: outputs, inputs, then the kernel's axes; ours are kernel, inputs, outputs. */
function torchShape({ kind, shape }: Parameter): Shape {
  return kind === 'weight' ? [shape.at(-1)!, shape.at(-2)!, ...shape.slice(0, -2)] : shape;
}

/** Visits each entry as its place in our order and in PyTorch's. */
function pairs({ kind, shape }: Parameter, visit: (ours: number, theirs: number) => void): void {
  const size = sizeOf(shape);
  if (kind !== 'weight') {
    for (let i = 0; i < size; i++) visit(i, i);
    return;
  }
  const outputs = shape.at(-1)!;
  const inputs = shape.at(-2)!;
  const taps = size / (inputs * outputs);
  for (let tap = 0, ours = 0; tap < taps; tap++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++, ours++) visit(ours, (o * inputs + i) * taps + tap);
    }
  }
}

/** All tensors that a file may hold; a fixed kernel stands in the experiment itself. */
function tensors(network: Network): Parameter[] {
  return network.layers.flatMap(({ spec, parameters }) => parameters.filter(({ kind }) => !(kind === 'weight' && 'fixed' in spec && spec.fixed)));
}

/** Copies of all weights, biases and statistics under PyTorch's names and in its shapes. */
export function exportWeights(network: Network): NamedArray[] {
  return tensors(network).map((tensor) => {
    const values = emptyVector(network.kernels.precision, tensor.stored.length);
    pairs(tensor, (ours, theirs) => {
      values[theirs] = tensor.stored[ours];
    });
    return { name: tensor.name, shape: torchShape(tensor), values };
  });
}

/**
 * Takes all tensors from arrays under PyTorch's names and in its shapes. Running statistics may be absent: they are then left as they are.
 * @returns what does not fit; where there is anything, nothing was taken.
 */
export function importWeights(network: Network, arrays: readonly { readonly name: string; readonly shape: Shape; readonly values: ArrayLike<number> }[]): WeightsProblem[] {
  const problems = weightsProblems(network, arrays);
  if (problems.length > 0) return problems;
  const given = new Map(arrays.map((array) => [array.name, array]));
  for (const tensor of tensors(network)) {
    const array = given.get(tensor.name);
    if (array) {
      pairs(tensor, (ours, theirs) => {
        tensor.stored[ours] = array.values[theirs];
      });
    }
  }
  return problems;
}

/** What of arrays does not fit a network. Looks at names and shapes alone, so that a network without memory will do. */
export function weightsProblems(network: Network, arrays: readonly { readonly name: string; readonly shape: Shape }[]): WeightsProblem[] {
  const problems: WeightsProblem[] = [];
  const given = new Map(arrays.map((array) => [array.name, array]));
  const wanted = tensors(network);
  for (const tensor of wanted) {
    const expected = torchShape(tensor);
    const array = given.get(tensor.name);
    if (!array) {
      if (tensor.kind !== 'runningMean' && tensor.kind !== 'runningVariance') problems.push({ code: 'missing', name: tensor.name, expected });
    } else if (array.shape.length !== expected.length || expected.some((length, axis) => length !== array.shape[axis])) {
      problems.push({ code: 'shape', name: tensor.name, expected, actual: array.shape });
    }
  }
  const known = new Set(wanted.map(({ name }) => name));
  for (const { name } of arrays) if (!known.has(name)) problems.push({ code: 'unknown', name });
  return problems;
}
