import type { KernelSet, Precision } from './kernels';
import float32 from './assembly/kernels.wasm?float32';
import float32Relaxed from './assembly/kernels.wasm?float32-relaxed';
import float64 from './assembly/kernels.wasm?float64';

/** (module (func (result v128) i32.const 0 i8x16.splat)) */
const SIMD_PROBE = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11];
/** (module (func (param v128) (result v128) local.get 0 local.get 0 local.get 0 f32x4.relaxed_madd)) */
const RELAXED_PROBE = [0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 123, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 32, 0, 32, 0, 32, 0, 253, 133, 2, 11];

/** Compiled, not only checked: a page's content security policy may forbid WebAssembly altogether. */
function runs(probe: readonly number[]): boolean {
  try {
    const binary = new Uint8Array(probe);
    return WebAssembly.validate(binary) && new WebAssembly.Module(binary) instanceof WebAssembly.Module;
  } catch {
    return false;
  }
}

let sets: readonly KernelSet[] | null = null;

/** The sets that this host can run, best last. */
export function availableKernelSets(): readonly KernelSet[] {
  if (sets === null) {
    const simd = runs(SIMD_PROBE);
    sets = ['plain', ...(simd ? (['simd'] as const) : []), ...(simd && runs(RELAXED_PROBE) ? (['relaxedSimd'] as const) : [])];
  }
  return sets;
}

const modules = new Map<string, WebAssembly.Module>();

/**
 * Compiled once per thread. Only float32 has relaxed operations, so float64 gives the same bits in both sets of WebAssembly; the plain one rounds its sums otherwise.
 * @throws Error where a browser refuses to compile outside a worker.
 */
export function kernelModule(precision: Precision, set: Exclude<KernelSet, 'plain'>): WebAssembly.Module {
  const base64 = precision === 'float64' ? float64 : set === 'relaxedSimd' ? float32Relaxed : float32;
  let compiled = modules.get(base64);
  if (compiled === undefined) {
    try {
      compiled = new WebAssembly.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
    } catch (error) {
      throw new Error(`WebAssembly of the kernels "${set}" cannot be compiled here, only in a worker: ${error instanceof Error ? error.message : String(error)}`);
    }
    modules.set(base64, compiled);
  }
  return compiled;
}
