import type { ConvolutionShape, Vector } from '../../kernels/kernels';

/**
 * What the windows of a convolution see of one picture: a line a place, in it window height × window width × channels as the weights
 * stand, zeros where a window hangs over the edge.
 * @param x pictures, the one meant beginning at `from`. @param patches places × window, overwritten.
 */
export function patchesOf(shape: ConvolutionShape, x: Vector, from: number, patches: Float64Array): void {
  const { height, width, channels, kernelHeight, kernelWidth, strideHeight, strideWidth, padTop, padLeft, outHeight, outWidth } = shape;
  let to = 0;
  for (let oy = 0; oy < outHeight; oy++) {
    for (let ox = 0; ox < outWidth; ox++) {
      for (let ky = 0; ky < kernelHeight; ky++) {
        const y = oy * strideHeight + ky - padTop;
        for (let kx = 0; kx < kernelWidth; kx++) {
          const left = ox * strideWidth + kx - padLeft;
          const inside = y >= 0 && y < height && left >= 0 && left < width;
          const at = from + (y * width + left) * channels;
          for (let c = 0; c < channels; c++) patches[to++] = inside ? x[at + c] : 0;
        }
      }
    }
  }
}
