// The shape of the convolution or pooling that is called next: see ConvolutionShape in kernels.ts.

export let height: i32 = 0;
export let width: i32 = 0;
export let channels: i32 = 0;
export let kernelHeight: i32 = 0;
export let kernelWidth: i32 = 0;
export let strideHeight: i32 = 0;
export let strideWidth: i32 = 0;
export let padTop: i32 = 0;
export let padLeft: i32 = 0;
export let outHeight: i32 = 0;
export let outWidth: i32 = 0;
export let filters: i32 = 0;

export function setShape(h: i32, w: i32, c: i32, kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32, oh: i32, ow: i32, f: i32): void {
  height = h;
  width = w;
  channels = c;
  kernelHeight = kh;
  kernelWidth = kw;
  strideHeight = sh;
  strideWidth = sw;
  padTop = top;
  padLeft = left;
  outHeight = oh;
  outWidth = ow;
  filters = f;
}
