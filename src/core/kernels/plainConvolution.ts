import type { Convolution, ConvolutionShape, PoolingShape, Vector } from './kernels';
import { product } from './plainMatrix';

/**
 * With channels last, the part of a picture's line that a window covers is one run of numbers: each line of outputs is a matrix product
 * whose left rows overlap. Windows that the padding cuts are products of one row.
 */
export class PlainConvolution implements Convolution {
  constructor(private readonly shape: ConvolutionShape) {}

  forward(rows: number, x: Vector, w: Vector, y: Vector, accumulate: boolean): void {
    const { channels, filters, strideWidth, outHeight, outWidth } = this.shape;
    if (!accumulate) y.fill(0, 0, rows * outHeight * outWidth * filters);
    this.lines(rows, (from, at, weights, count, run) =>
      product(count, filters, run, x, from, strideWidth * channels, 1, w, weights, filters, 1, y, at, filters, true));
  }

  backwardInput(rows: number, dy: Vector, w: Vector, dx: Vector, accumulate: boolean): void {
    const { height, width, channels, filters, strideWidth } = this.shape;
    if (!accumulate) dx.fill(0, 0, rows * height * width * channels);
    // Windows overlap in dx, so a product writes one column of the kernel at a time.
    this.lines(rows, (into, at, weights, count, run) => {
      for (let tap = 0; tap < run; tap += channels) {
        product(count, channels, filters, dy, at, filters, 1, w, weights + tap * filters, 1, filters, dx, into + tap, strideWidth * channels, true);
      }
    });
  }

  backwardWeights(rows: number, x: Vector, dy: Vector, dw: Vector, accumulate: boolean): void {
    const { channels, filters, kernelHeight, kernelWidth, strideWidth } = this.shape;
    if (!accumulate) dw.fill(0, 0, kernelHeight * kernelWidth * channels * filters);
    this.lines(rows, (from, at, weights, count, run) =>
      product(run, filters, count, x, from, 1, strideWidth * channels, dy, at, filters, 1, dw, weights, filters, true));
  }

  /**
   * Every line of a kernel at every line of outputs, in stretches whose windows are cut alike: `visit` gets the places of the first
   * window in x, of the first output in y, of the kernel's part in w, the count of outputs and the length of a window's run.
   */
  private lines(rows: number, visit: (x: number, y: number, w: number, count: number, run: number) => void): void {
    const { height, width, channels, filters, kernelHeight, kernelWidth, strideHeight, strideWidth, padTop, padLeft, outHeight, outWidth } = this.shape;
    for (let row = 0; row < rows; row++) {
      for (let oy = 0; oy < outHeight; oy++) {
        for (let ky = 0; ky < kernelHeight; ky++) {
          const iy = oy * strideHeight + ky - padTop;
          if (iy < 0 || iy >= height) continue;
          for (let ox = 0; ox < outWidth;) {
            const left = ox * strideWidth - padLeft;
            const first = Math.max(0, -left);
            const last = Math.min(kernelWidth, width - left);
            const whole = first === 0 && last === kernelWidth;
            const count = whole ? Math.min(outWidth - ox, Math.floor((width - kernelWidth - left) / strideWidth) + 1) : 1;
            if (first < last) {
              visit(((row * height + iy) * width + left + first) * channels, ((row * outHeight + oy) * outWidth + ox) * filters, (ky * kernelWidth + first) * channels * filters, count, (last - first) * channels);
            }
            ox += count;
          }
        }
      }
    }
  }
}

/** Each output of a pooling with the part of its window that lies in the picture: [top, bottom) × [left, right). */
function windows(shape: PoolingShape, rows: number, visit: (row: number, at: number, top: number, bottom: number, left: number, right: number) => void): void {
  const { height, width, channels, kernelHeight, kernelWidth, strideHeight, strideWidth, padTop, padLeft, outHeight, outWidth } = shape;
  for (let row = 0, at = 0; row < rows; row++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const y = oy * strideHeight - padTop;
      for (let ox = 0; ox < outWidth; ox++, at += channels) {
        const x = ox * strideWidth - padLeft;
        visit(row, at, Math.max(0, y), Math.min(height, y + kernelHeight), Math.max(0, x), Math.min(width, x + kernelWidth));
      }
    }
  }
}

export function maxPool(shape: PoolingShape, rows: number, x: Vector, y: Vector, winners: Int32Array): void {
  const { height, width, channels } = shape;
  windows(shape, rows, (row, at, top, bottom, left, right) => {
    const picture = row * height * width * channels;
    for (let c = 0; c < channels; c++) {
      let winner = (top * width + left) * channels + c;
      let best = x[picture + winner];
      for (let iy = top; iy < bottom; iy++) {
        for (let ix = left; ix < right; ix++) {
          const place = (iy * width + ix) * channels + c;
          const value = x[picture + place];
          // As in PyTorch, a NaN wins over everything.
          if (value > best || value !== value) {
            best = value;
            winner = place;
          }
        }
      }
      y[at + c] = best;
      winners[at + c] = winner;
    }
  });
}

export function maxPoolBackward(shape: PoolingShape, rows: number, dy: Vector, winners: Int32Array, dx: Vector): void {
  const input = shape.height * shape.width * shape.channels;
  const output = shape.outHeight * shape.outWidth * shape.channels;
  dx.fill(0, 0, rows * input);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let end = at + output; at < end; at++) dx[row * input + winners[at]] += dy[at];
  }
}

export function avgPool(shape: PoolingShape, rows: number, x: Vector, y: Vector): void {
  const { height, width, channels } = shape;
  windows(shape, rows, (row, at, top, bottom, left, right) => {
    const share = 1 / ((bottom - top) * (right - left));
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let iy = top; iy < bottom; iy++) {
        for (let ix = left; ix < right; ix++) sum += x[((row * height + iy) * width + ix) * channels + c];
      }
      y[at + c] = sum * share;
    }
  });
}

export function avgPoolBackward(shape: PoolingShape, rows: number, dy: Vector, dx: Vector): void {
  const { height, width, channels } = shape;
  dx.fill(0, 0, rows * height * width * channels);
  windows(shape, rows, (row, at, top, bottom, left, right) => {
    const share = 1 / ((bottom - top) * (right - left));
    for (let c = 0; c < channels; c++) {
      const part = dy[at + c] * share;
      for (let iy = top; iy < bottom; iy++) {
        for (let ix = left; ix < right; ix++) dx[((row * height + iy) * width + ix) * channels + c] += part;
      }
    }
  });
}
