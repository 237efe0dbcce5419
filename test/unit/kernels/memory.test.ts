import { describe, expect, it } from 'vitest';
import { createKernels } from '../../../src/core/kernels/create';
import { EACH, filled, randomNumbers } from './fixtures';
import type { Kernels, KernelSet, Precision, Vector } from '../../../src/core/kernels/kernels';

const BYTES = 1 << 20;

/** All that works with scratch memory: the bits of each result. */
function everything(kernels: Kernels): number[] {
  const random = randomNumbers(5);
  const results: number[] = [];
  for (const [m, n, k] of [[33, 46, 70], [5, 3, 300], [64, 64, 64], [130, 1, 9], [1, 40, 1]]) {
    const [a, b] = [filled(kernels, m * k, random), filled(kernels, k * n, random)];
    const c = kernels.alloc(m * n);
    for (const transA of [false, true]) for (const transB of [false, true]) {
      kernels.gemm(transA, transB, m, n, k, a, b, c, false);
      results.push(...c);
    }
  }
  for (const [kernel, stride, channels, filters] of [[3, 1, 5, 9], [3, 1, 16, 32], [2, 2, 3, 4], [1, 1, 4, 8]]) {
    const out = Math.ceil(9 / stride);
    const shape = { rows: 3, height: 9, width: 9, channels, kernelHeight: kernel, kernelWidth: kernel, strideHeight: stride, strideWidth: stride, padTop: (kernel - 1) >> 1, padLeft: (kernel - 1) >> 1, outHeight: out, outWidth: out, filters };
    const [x, w, dy] = [filled(kernels, 3 * 81 * channels, random), filled(kernels, kernel * kernel * channels * filters, random), filled(kernels, 3 * out * out * filters, random)];
    const [y, dx, dw] = [dy, x, w].map(({ length }) => kernels.alloc(length));
    const convolution = kernels.convolution(shape);
    convolution.forward(3, x, w, y, false);
    convolution.backwardInput(3, dy, w, dx, false);
    convolution.backwardWeights(3, x, dy, dw, false);
    for (const array of [y, dx, dw]) results.push(...array);
  }
  return results;
}

/** Kernels whose memory is used by nobody else and was used by nobody before. */
function unused(set: KernelSet, precision: Precision): Kernels {
  createKernels(precision, set, 8).free();
  // Too much for what was just left, which is then forgotten.
  return createKernels(precision, set, 64 * BYTES);
}

/** NaN in every place of the whole buffer, scratch included. */
const soil = (array: Vector): void => { new Uint8Array(array.buffer).fill(0xff); };

describe.each(EACH)('Memory of %s in %s', (set, precision) => {
  it('begins with zeros also where another run has left it', () => {
    const first = createKernels(precision, set, BYTES);
    soil(first.alloc(10));
    first.free();
    const second = createKernels(precision, set, BYTES);
    const [numbers, ints] = [second.alloc(1000), second.allocInts(1000)];
    expect([numbers.every((value) => value === 0), ints.every((value) => value === 0)]).toEqual([true, true]);
    second.free();
  });

  it('may hold anything where kernels take it for scratch: the results are the same to the bit', () => {
    const fresh = unused(set, precision);
    const expected = everything(fresh);
    expect(expected.every(Number.isFinite)).toBe(true);
    soil(fresh.alloc(1));
    fresh.free();
    const again = createKernels(precision, set, 64 * BYTES);
    expect(everything(again)).toEqual(expected);
  });

  it('is never that of kernels in use', () => {
    const kernels = Array.from({ length: 3 }, () => createKernels(precision, set, BYTES));
    const buffers = kernels.map((each) => each.alloc(1).buffer);
    expect(new Set(buffers).size).toBe(3);
    kernels[0].free();
    kernels[1].free();
    const more = [createKernels(precision, set, BYTES), createKernels(precision, set, BYTES)].map((each) => each.alloc(1).buffer);
    expect(new Set([buffers[2], ...more]).size).toBe(3);
    // Handed back a second time, it is still another's.
    kernels[1].free();
    expect(new Set([buffers[2], ...more, createKernels(precision, set, BYTES).alloc(1).buffer]).size).toBe(4);
  });

  it('is taken over by a run that needs as much or less, not by one that needs more or far less', () => {
    const bufferOf = (bytes: number, before = 8 * BYTES) => {
      const first = createKernels(precision, set, before);
      const { buffer } = first.alloc(1);
      first.free();
      return [createKernels(precision, set, bytes).alloc(1).buffer, buffer];
    };
    const kept = set !== 'plain';
    for (const bytes of [8 * BYTES, 4 * BYTES]) {
      const [buffer, left] = bufferOf(bytes);
      expect(buffer === left).toBe(kept);
    }
    for (const [bytes, before] of [[8 * BYTES, BYTES], [8, 64 * BYTES]]) {
      const [buffer, left] = bufferOf(bytes, before);
      expect(buffer).not.toBe(left);
    }
  });
});
