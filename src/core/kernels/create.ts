import { aligned } from './memory';
import { PlainKernels } from './plain';
import { createWasmKernels } from './wasm';
import { availableKernelSets } from './wasmBinary';
import type { Kernels, KernelSet, Precision } from './kernels';

export { availableKernelSets } from './wasmBinary';

/**
 * @param set null: the best that this host has.
 * @param bytes what will be allocated, as `measure` counts it; what the kernels need for themselves comes on top.
 * @throws Error, a sentence, where the set is not available or the memory cannot be had.
 */
export function createKernels(precision: Precision, set: KernelSet | null, bytes: number): Kernels {
  const available = availableKernelSets();
  const chosen = set ?? available[available.length - 1];
  if (!available.includes(chosen)) throw new Error(`The kernels "${chosen}" cannot run here; this host has ${available.join(', ')}`);
  if (chosen !== 'plain') return createWasmKernels(precision, chosen, bytes);
  let buffer: ArrayBuffer;
  try {
    buffer = new ArrayBuffer(aligned(bytes));
  } catch {
    throw new Error(`A block of ${bytes} bytes of memory cannot be had`);
  }
  return new PlainKernels(precision, buffer, 0, buffer.byteLength);
}
