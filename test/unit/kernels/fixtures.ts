import v8 from 'node:v8';
import { availableKernelSets, createKernels } from '../../../src/core/kernels/create';
import type { Kernels, KernelSet, Precision, Vector } from '../../../src/core/kernels/kernels';

// Node 20 has relaxed SIMD behind a flag; later ones have it on and do not know the flag, which V8 only says on stderr.
if (Number(process.versions.node.split('.')[0]) < 22) v8.setFlagsFromString('--experimental-wasm-relaxed-simd');

export const PRECISIONS: readonly Precision[] = ['float32', 'float64'];

/** Every set that runs here in both precisions. */
export const EACH: readonly (readonly [KernelSet, Precision])[] = availableKernelSets().flatMap((set) => PRECISIONS.map((precision) => [set, precision] as const));

/** Allowed error, relative to the magnitude of what was summed. */
export const TOLERANCE: Readonly<Record<Precision, number>> = { float32: 1e-5, float64: 1e-13 };

export function kernelsOf(set: KernelSet, precision: Precision, bytes = 1 << 24): Kernels {
  return createKernels(precision, set, bytes);
}

/** Repeatable numbers in (−1, 1): mulberry32. */
export function randomNumbers(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2147483648 - 1;
  };
}

export function filled(kernels: Kernels, length: number, value: (i: number) => number): Vector {
  const array = kernels.alloc(length);
  for (let i = 0; i < length; i++) array[i] = value(i);
  return array;
}

/** A sum of float64 beside the sum of magnitudes, the measure of its rounding error. */
export class Sum {
  value = 0;
  magnitude = 0;

  add(term: number): void {
    this.value += term;
    this.magnitude += Math.abs(term);
  }
}

/**
 * @param least a magnitude that errors are relative to where the sum's own is smaller.
 * @returns the places where `actual` is further from a sum than the tolerance, in words; for `expect(…).toEqual([])`.
 */
export function differences(actual: ArrayLike<number>, expected: readonly Sum[], tolerance: number, least = 0): string[] {
  const found: string[] = [];
  for (let i = 0; i < expected.length && found.length < 5; i++) {
    const { value, magnitude } = expected[i];
    const same = Number.isFinite(value) ? Math.abs(actual[i] - value) <= tolerance * Math.max(magnitude, least) : Object.is(actual[i], value);
    if (!same) found.push(`[${i}] is ${actual[i]}, not ${value}`);
  }
  return found;
}

/** The same for numbers whose scale is their own. */
export function apart(actual: ArrayLike<number>, expected: ArrayLike<number>, relative: number, absolute: number): string[] {
  const found: string[] = [];
  for (let i = 0; i < expected.length && found.length < 5; i++) {
    const same = Number.isFinite(expected[i]) ? Math.abs(actual[i] - expected[i]) <= relative * Math.abs(expected[i]) + absolute : Object.is(actual[i], expected[i]);
    if (!same) found.push(`[${i}] is ${actual[i]}, not ${expected[i]}`);
  }
  return found;
}

/** Are they the same to the last bit? Quicker than `toEqual` for long ones. */
export function identical(a: Vector, b: Vector): boolean {
  return Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength));
}

export const sums = (length: number): Sum[] => Array.from({ length }, () => new Sum());
