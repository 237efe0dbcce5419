import { describe, expect, it, vi } from 'vitest';
import { availableKernelSets, createKernels } from '../../../src/core/kernels/create';
import { KERNEL_SETS, measure, type Kernels } from '../../../src/core/kernels/kernels';
import { EACH, filled, kernelsOf, randomNumbers } from './fixtures';

/** A little of everything: the bits of each result. */
function everything(kernels: Kernels): number[] {
  const random = randomNumbers(5);
  const [a, b, z, t] = [33 * 70, 70 * 46, 33 * 46, 33 * 46].map((length) => filled(kernels, length, random));
  const c = kernels.alloc(33 * 46);
  kernels.gemm(false, false, 33, 46, 70, a, b, c, false);
  const y = kernels.alloc(33 * 46);
  const results: number[] = [...c];
  for (const activation of ['elu', 'gelu', 'silu', 'sigmoid', 'tanh', 'softplus'] as const) {
    kernels.biasActivate(activation, 33, 46, z, null, y);
    results.push(...y);
  }
  results.push(kernels.softmaxCrossentropy(33, 46, z, t, y, 1), ...y, kernels.dot(1000, a, b));
  const shape = { rows: 3, height: 6, width: 7, channels: 5, kernelHeight: 3, kernelWidth: 3, strideHeight: 1, strideWidth: 1, padTop: 1, padLeft: 1, outHeight: 6, outWidth: 7, filters: 9 };
  const out = kernels.alloc(3 * 42 * 9);
  kernels.convolution(shape).forward(3, a, b, out, false);
  results.push(...out);
  kernels.adam(500, a, b, z, filled(kernels, 500, Math.abs), null, 0.9, 0.999, 0.1, 1, 1e-8, { keep: 0.9, l2: 0.1 });
  return [...results, ...a];
}

describe('Kernel sets', () => {
  it('are known by name, the plain one always there, and the best one taken where none is named', () => {
    const sets = availableKernelSets();
    expect(sets[0]).toBe('plain');
    expect(KERNEL_SETS.filter((set) => sets.includes(set))).toEqual(sets);
    expect(createKernels('float32', null, 64).set).toBe(sets[sets.length - 1]);
  });

  it('include both WebAssembly ones under every engine that the project is tested with', () => {
    expect(availableKernelSets()).toEqual(KERNEL_SETS);
  });

  it('are the same to the last bit in float64, with and without relaxed SIMD', () => {
    expect(everything(kernelsOf('relaxedSimd', 'float64'))).toEqual(everything(kernelsOf('simd', 'float64')));
  });

  it('agree with the plain one', () => {
    for (const [set, precision] of EACH) {
      const plain = everything(kernelsOf('plain', precision));
      const largest = Math.max(...everything(kernelsOf(set, precision)).map((value, i) => Math.abs(value - plain[i]) / Math.max(1, Math.abs(plain[i]))));
      expect(largest, `${set} ${precision}`).toBeLessThan(precision === 'float32' ? 1e-5 : 1e-13);
    }
  });

  it('are only the plain one where WebAssembly is missing or forbidden', async () => {
    for (const replacement of [undefined, { ...WebAssembly, validate: () => true, Module: function forbidden() { throw new Error('refused by the content security policy'); } }]) {
      vi.stubGlobal('WebAssembly', replacement);
      vi.resetModules();
      const fresh = await import('../../../src/core/kernels/create');
      expect(fresh.availableKernelSets()).toEqual(['plain']);
      expect(fresh.createKernels('float32', null, 64).set).toBe('plain');
      expect(() => fresh.createKernels('float32', 'simd', 64)).toThrow('The kernels "simd" cannot run here; this host has plain');
      vi.unstubAllGlobals();
    }
  });

  it('refuse memory that cannot be had, in a sentence', () => {
    for (const set of availableKernelSets()) expect(() => createKernels('float64', set, 2 ** 52)).toThrow(/^A block of 4503599627370496 bytes of memory /);
  });
});

describe.each(EACH)('The memory of %s in %s', (set, precision) => {
  const size = precision === 'float32' ? 4 : 8;

  it('hands out zeros at multiples of 64 bytes, as many as measured, and again after a release', () => {
    const build = (arena: Pick<Kernels, 'alloc' | 'allocInts'>) => [arena.alloc(3), arena.allocInts(17), arena.alloc(16), arena.alloc(1)];
    const bytes = measure(precision, build);
    const kernels = createKernels(precision, set, bytes);
    const mark = kernels.mark();
    const first = build(kernels);
    expect(kernels.used).toBe(bytes);
    for (const array of first) {
      expect(array.byteOffset % 64).toBe(0);
      array.fill(5);
    }
    expect(first.map((array) => [...new Set(array)])).toEqual([[5], [5], [5], [5]]);
    expect(() => kernels.alloc(1)).toThrow(/full: 64 more are wanted, 0 are left/);
    kernels.release(mark);
    expect(kernels.used).toBe(0);
    const second = build(kernels);
    expect(second.map((array) => [array.length, ...new Set(array)])).toEqual([[3, 0], [17, 0], [16, 0], [1, 0]]);
    expect(first[0].BYTES_PER_ELEMENT).toBe(size);
  });

  it('is its own: two of them do not meet', () => {
    const [one, two] = [createKernels(precision, set, 640), createKernels(precision, set, 640)];
    one.alloc(16).fill(3);
    expect([...two.alloc(16)]).toEqual(new Array(16).fill(0));
    one.gemm(false, false, 1, 1, 1, filled(one, 1, () => 2), filled(one, 1, () => 3), one.alloc(1), false);
    expect(one.used).toBe(64 * (precision === 'float32' ? 4 : 5));
  });
});
