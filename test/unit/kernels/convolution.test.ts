import { describe, expect, it } from 'vitest';
import type { ConvolutionShape } from '../../../src/core/kernels/kernels';
import { EACH, TOLERANCE, type Sum, differences, filled, identical, kernelsOf, randomNumbers, sums } from './fixtures';

/** Sizes as layers make them: `same` pads so that ⌈size / stride⌉ outputs come, the smaller half before. */
function shapeOf([rows, height, width, channels, filters]: number[], [kernelHeight, kernelWidth]: number[], [strideHeight, strideWidth]: number[], same: boolean): ConvolutionShape {
  const out = (size: number, kernel: number, stride: number) => (same ? Math.ceil(size / stride) : Math.floor((size - kernel) / stride) + 1);
  const outHeight = out(height, kernelHeight, strideHeight);
  const outWidth = out(width, kernelWidth, strideWidth);
  const pad = (size: number, kernel: number, stride: number, outs: number) => (same ? Math.max(0, (outs - 1) * stride + kernel - size) >> 1 : 0);
  return {
    rows, height, width, channels, filters, kernelHeight, kernelWidth, strideHeight, strideWidth, outHeight, outWidth,
    padTop: pad(height, kernelHeight, strideHeight, outHeight), padLeft: pad(width, kernelWidth, strideWidth, outWidth),
  };
}

const CONVOLUTIONS: readonly (readonly [string, ConvolutionShape])[] = [
  ['one pixel', shapeOf([1, 1, 1, 1, 1], [1, 1], [1, 1], false)],
  ['8×8×1 → 16', shapeOf([3, 8, 8, 1, 16], [3, 3], [1, 1], false)],
  ['6×6×16 → 32', shapeOf([10, 6, 6, 16, 32], [3, 3], [1, 1], false)],
  ['6×6×16 → 32, same', shapeOf([2, 6, 6, 16, 32], [3, 3], [1, 1], true)],
  ['9×7×3 → 5, same, stride 2', shapeOf([2, 9, 7, 3, 5], [3, 3], [2, 2], true)],
  ['9×8×2 → 7, 3×5, stride 1×3', shapeOf([2, 9, 8, 2, 7], [3, 5], [1, 3], false)],
  ['a line of 17×4 → 6, kernel 5', shapeOf([3, 1, 17, 4, 6], [1, 5], [1, 1], true)],
  ['kernel larger than the picture, same', shapeOf([2, 3, 2, 3, 4], [5, 5], [1, 1], true)],
  ['stride larger than the kernel', shapeOf([2, 9, 9, 3, 4], [2, 2], [3, 3], false)],
  ['one by one', shapeOf([2, 5, 5, 9, 11], [1, 1], [1, 1], false)],
  ['even kernel, same', shapeOf([2, 5, 6, 4, 8], [2, 4], [1, 1], true)],
  ['many channels', shapeOf([1, 5, 4, 70, 9], [3, 3], [1, 1], true)],
  ['a line too long for one band', shapeOf([2, 1, 2500, 1, 2], [1, 3], [1, 1], true)],
  ['a picture copied in bands', shapeOf([1, 150, 130, 2, 3], [3, 3], [1, 1], true)],
  ['windows of a picture in bands, by strides', shapeOf([1, 120, 130, 2, 3], [3, 3], [2, 2], true)],
  ['more weights than are packed at once', shapeOf([1, 2, 2, 64, 512], [3, 3], [1, 1], true)],
  ['13×13×32 → 24', shapeOf([2, 13, 13, 32, 24], [3, 3], [1, 1], false)],
  ['7×5×9 → 11, same', shapeOf([4, 7, 5, 9, 11], [3, 3], [1, 1], true)],
  ['4×9×8 → 13', shapeOf([11, 4, 9, 8, 13], [3, 3], [1, 1], false)],
  ['3×3×10 → 8, one output', shapeOf([4, 3, 3, 10, 8], [3, 3], [1, 1], false)],
  ['2×2×8 → 8, same', shapeOf([37, 2, 2, 8, 8], [3, 3], [1, 1], true)],
  ['16×16×12 → 20, same, more tiles than at once', shapeOf([2, 16, 16, 12, 20], [3, 3], [1, 1], true)],
  ['more padding than a window', { ...shapeOf([2, 4, 5, 8, 9], [3, 3], [1, 1], true), padTop: 3, padLeft: 4, outHeight: 8, outWidth: 11 }],
];

/** Sums of 3 × 3 windows with stride 1 may go by Winograd's filtering, whose error is relative to what stands in the neighbourhood, not to each sum's own terms. */
function neighbourhood(shape: ConvolutionShape, set: string, expected: readonly Sum[]): number {
  const { kernelHeight, kernelWidth, strideHeight, strideWidth, channels, filters } = shape;
  const direct = set === 'plain' || kernelHeight !== 3 || kernelWidth !== 3 || strideHeight !== 1 || strideWidth !== 1 || channels < 8 || filters < 8;
  return direct ? 0 : expected.reduce((most, { magnitude }) => Math.max(most, magnitude), 0);
}

/** Every pair of an input and an output that a weight ties, by definition. */
function ties(shape: ConvolutionShape, rows: number, visit: (x: number, w: number, y: number) => void): void {
  const s = shape;
  for (let row = 0; row < rows; row++) for (let oy = 0; oy < s.outHeight; oy++) for (let ox = 0; ox < s.outWidth; ox++) {
    for (let ky = 0; ky < s.kernelHeight; ky++) for (let kx = 0; kx < s.kernelWidth; kx++) {
      const iy = oy * s.strideHeight + ky - s.padTop;
      const ix = ox * s.strideWidth + kx - s.padLeft;
      if (iy < 0 || ix < 0 || iy >= s.height || ix >= s.width) continue;
      for (let c = 0; c < s.channels; c++) for (let f = 0; f < s.filters; f++) {
        visit(((row * s.height + iy) * s.width + ix) * s.channels + c, ((ky * s.kernelWidth + kx) * s.channels + c) * s.filters + f, ((row * s.outHeight + oy) * s.outWidth + ox) * s.filters + f);
      }
    }
  }
}

describe.each(EACH)('Convolutions of %s in %s', (set, precision) => {
  const tolerance = TOLERANCE[precision];

  it.each(CONVOLUTIONS)('%s: forward and both gradients by definition', (_, shape) => {
    const kernels = kernelsOf(set, precision);
    const random = randomNumbers(shape.height * shape.filters + shape.channels);
    const inputs = shape.height * shape.width * shape.channels;
    const outputs = shape.outHeight * shape.outWidth * shape.filters;
    const x = filled(kernels, shape.rows * inputs, random);
    const w = filled(kernels, shape.kernelHeight * shape.kernelWidth * shape.channels * shape.filters, random);
    const dy = filled(kernels, shape.rows * outputs, random);
    const y = kernels.alloc(shape.rows * outputs);
    const dx = kernels.alloc(shape.rows * inputs);
    const dw = kernels.alloc(w.length);
    const convolution = kernels.convolution(shape);
    for (const rows of new Set([shape.rows, 1])) for (const accumulate of [false, true]) {
      const targets = [y, dx, dw].map((array) => {
        for (let i = 0; i < array.length; i++) array[i] = random();
        return array.slice();
      });
      const [toY, toX, toW] = [sums(rows * outputs), sums(rows * inputs), sums(w.length)];
      if (accumulate) [toY, toX, toW].forEach((to, k) => to.forEach((sum, i) => sum.add(targets[k][i])));
      ties(shape, rows, (i, j, o) => {
        toY[o].add(x[i] * w[j]);
        toX[i].add(dy[o] * w[j]);
        toW[j].add(x[i] * dy[o]);
      });
      const call = () => {
        convolution.forward(rows, x, w, y, accumulate);
        convolution.backwardInput(rows, dy, w, dx, accumulate);
        convolution.backwardWeights(rows, x, dy, dw, accumulate);
      };
      call();
      expect(differences(y, toY, tolerance, neighbourhood(shape, set, toY)), `y, ${rows} rows, ${accumulate}`).toEqual([]);
      expect(differences(dx, toX, tolerance, neighbourhood(shape, set, toX)), `dx, ${rows} rows, ${accumulate}`).toEqual([]);
      expect(differences(dw, toW, tolerance, neighbourhood(shape, set, toW)), `dw, ${rows} rows, ${accumulate}`).toEqual([]);
      // Rows beyond the call's own stay as they were.
      expect(identical(y.subarray(rows * outputs), targets[0].subarray(rows * outputs))).toBe(true);
      expect(identical(dx.subarray(rows * inputs), targets[1].subarray(rows * inputs))).toBe(true);
      const first = [y.slice(), dx.slice(), dw.slice()];
      [y, dx, dw].forEach((array, k) => array.set(targets[k]));
      call();
      expect([y, dx, dw].map((array, k) => identical(array, first[k]))).toEqual([true, true, true]);
    }
  });

  it.each([[13, 9], [16, 32]])('computes a picture of %i channels to %i filters to the same bits alone and among others', (channels, filters) => {
    const kernels = kernelsOf(set, precision);
    const random = randomNumbers(channels);
    const shape = shapeOf([9, 9, 8, channels, filters], [3, 3], [1, 1], true);
    const [x, w, dy] = [9 * 72 * channels, 9 * channels * filters, 9 * 72 * filters].map((length) => filled(kernels, length, random));
    const [y, dx, one, back] = [dy.length, x.length, 72 * filters, 72 * channels].map((length) => kernels.alloc(length));
    const convolution = kernels.convolution(shape);
    convolution.forward(9, x, w, y, false);
    convolution.backwardInput(9, dy, w, dx, false);
    for (const row of [0, 4, 8]) {
      convolution.forward(1, x.subarray(row * 72 * channels), w, one, false);
      convolution.backwardInput(1, dy.subarray(row * 72 * filters), w, back, false);
      expect(identical(one, y.subarray(row * 72 * filters, (row + 1) * 72 * filters)), `${row}`).toBe(true);
      expect(identical(back, dx.subarray(row * 72 * channels, (row + 1) * 72 * channels)), `${row} back`).toBe(true);
    }
  });

  it('takes NaN of a picture to the outputs whose windows see it', () => {
    const kernels = kernelsOf(set, precision);
    const shape = shapeOf([1, 5, 5, 1, 4], [3, 3], [1, 1], true);
    const x = filled(kernels, 25, () => 1);
    x[0] = NaN;
    const y = kernels.alloc(100);
    kernels.convolution(shape).forward(1, x, filled(kernels, 36, () => 1), y, false);
    expect([...y].map((value) => Number.isNaN(value))).toEqual(Array.from({ length: 100 }, (_, i) => Math.floor(i / 20) < 2 && Math.floor(i / 4) % 5 < 2));
  });

  it.each([[1, 5], [9, 8], [16, 16]])('takes NaN and zeros of a picture of %i channels to %i filters no further than the windows that see them', (channels, filters) => {
    const kernels = kernelsOf(set, precision);
    // As many rows at most that the tiles repay their transformation.
    const shape = shapeOf([5, 7, 8, channels, filters], [3, 3], [1, 1], true);
    const random = randomNumbers(channels);
    const w = filled(kernels, 9 * channels * filters, random);
    const x = filled(kernels, 56 * channels, random);
    const dy = filled(kernels, 56 * filters, random);
    const y = kernels.alloc(56 * filters);
    const dx = kernels.alloc(56 * channels);
    const convolution = kernels.convolution(shape);
    for (let place = 0; place < 56; place++) {
      const near = (other: number) => Math.abs((other % 8) - (place % 8)) <= 1 && Math.abs(Math.floor(other / 8) - Math.floor(place / 8)) <= 1;
      const kept = [x.slice(), dy.slice()];
      // A picture of zeros around one number, then a NaN among numbers.
      x.fill(0).fill(1, place * channels, (place + 1) * channels);
      dy.fill(0).fill(1, place * filters, (place + 1) * filters);
      convolution.forward(1, x, w, y, false);
      convolution.backwardInput(1, dy, w, dx, false);
      for (let other = 0; other < 56; other++) {
        if (near(other)) continue;
        expect(y.subarray(other * filters, (other + 1) * filters).every((value) => value === 0), `${place} to ${other}`).toBe(true);
        expect(dx.subarray(other * channels, (other + 1) * channels).every((value) => value === 0), `${place} back to ${other}`).toBe(true);
      }
      x.set(kept[0]);
      dy.set(kept[1]);
      x[place * channels] = NaN;
      dy[place * filters] = NaN;
      convolution.forward(1, x, w, y, false);
      convolution.backwardInput(1, dy, w, dx, false);
      for (let other = 0; other < 56; other++) {
        expect([...y.subarray(other * filters, (other + 1) * filters)].map(Number.isNaN), `${place} to ${other}`).toEqual(new Array(filters).fill(near(other)));
        expect([...dx.subarray(other * channels, (other + 1) * channels)].map(Number.isNaN), `${place} back to ${other}`).toEqual(new Array(channels).fill(near(other)));
      }
      x.set(kept[0]);
      dy.set(kept[1]);
    }
  });

  const POOLINGS: readonly (readonly [string, ConvolutionShape])[] = [
    ['2×2', shapeOf([3, 6, 8, 5, 5], [2, 2], [2, 2], false)],
    ['2×2 of many channels', shapeOf([2, 4, 4, 33, 33], [2, 2], [2, 2], false)],
    ['2×2, a row and a column left over', shapeOf([2, 5, 7, 3, 3], [2, 2], [2, 2], false)],
    ['3×3, stride 2, same', shapeOf([2, 7, 6, 4, 4], [3, 3], [2, 2], true)],
    ['3×2, stride 1, overlapping', shapeOf([2, 5, 4, 2, 2], [3, 2], [1, 1], false)],
    ['a line', shapeOf([2, 1, 9, 6, 6], [1, 3], [1, 3], false)],
  ];

  it.each(POOLINGS)('pools %s by maximum and by mean, and back', (_, shape) => {
    const kernels = kernelsOf(set, precision);
    const random = randomNumbers(shape.height + shape.channels);
    const inputs = shape.height * shape.width * shape.channels;
    const outputs = shape.outHeight * shape.outWidth * shape.channels;
    // Few distinct numbers, so that there are ties.
    const x = filled(kernels, shape.rows * inputs, () => Math.round(3 * random()) / 2);
    const dy = filled(kernels, shape.rows * outputs, random);
    const y = kernels.alloc(shape.rows * outputs);
    const mean = kernels.alloc(shape.rows * outputs);
    const winners = kernels.allocInts(shape.rows * outputs);
    for (const rows of [shape.rows, 1]) {
      const dx = filled(kernels, shape.rows * inputs, () => 9);
      const dMean = filled(kernels, shape.rows * inputs, () => 9);
      const means = sums(rows * outputs);
      const back = sums(rows * inputs);
      const backMean = sums(rows * inputs);
      const best: (number | undefined)[] = new Array(rows * outputs).fill(undefined);
      const counts = new Array<number>(rows * outputs).fill(0);
      const diagonal: [number, number][] = [];
      // A window over one channel: of the ties of a convolution those from a channel to the filter of the same number.
      ties(shape, rows, (i, __, o) => {
        if (i % shape.channels === o % shape.channels) diagonal.push([i, o]);
      });
      for (const [i, o] of diagonal) {
        counts[o]++;
        const at = best[o];
        if (at === undefined || x[i] > x[at]) best[o] = i;
      }
      for (const [i, o] of diagonal) {
        means[o].add(x[i] / counts[o]);
        backMean[i].add(dy[o] / counts[o]);
      }
      best.forEach((i, o) => back[i!].add(dy[o]));
      kernels.maxPool(shape, rows, x, y, winners);
      kernels.maxPoolBackward(shape, rows, dy, winners, dx);
      kernels.avgPool(shape, rows, x, mean);
      kernels.avgPoolBackward(shape, rows, dy, dMean);
      expect([...winners.subarray(0, rows * outputs)]).toEqual(best.map((i) => i! % inputs));
      expect([...y.subarray(0, rows * outputs)]).toEqual(best.map((i) => x[i!]));
      expect(differences(mean, means, tolerance)).toEqual([]);
      expect(differences(dx, back, tolerance)).toEqual([]);
      expect(differences(dMean, backMean, tolerance)).toEqual([]);
      expect([...dx.subarray(rows * inputs), ...dMean.subarray(rows * inputs)].every((value) => value === 9)).toBe(true);
    }
  });

  it('lets NaN win a maximum, minus infinity only where nothing else is, and the first of equal ones', () => {
    const kernels = kernelsOf(set, precision);
    const shape = shapeOf([1, 2, 8, 1, 1], [2, 2], [2, 2], false);
    const x = filled(kernels, 16, (i) => [5, NaN, -Infinity, -Infinity, 3, 3, Infinity, 1, 9, 1, -Infinity, -Infinity, 3, 3, Infinity, NaN][i]);
    const y = kernels.alloc(4);
    const winners = kernels.allocInts(4);
    kernels.maxPool(shape, 1, x, y, winners);
    expect([...y]).toEqual([NaN, -Infinity, 3, NaN]);
    expect([...winners]).toEqual([1, 2, 4, 15]);
  });
});
