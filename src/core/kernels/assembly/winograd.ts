import { ROWS, blocksOf, columnsBlock, rowsBlock } from './blocks';
import { lineCapacity, lines } from './convolution';
import { packCapacity, packedB } from './matrix';
import { PANEL } from './packing';
import { Real } from './real';
import { channels, filters, height, kernelHeight, kernelWidth, outHeight, outWidth, padLeft, padTop, strideHeight, strideWidth, width } from './shape';
import { tile4x2 } from './tile';
import { LANES, SIZE, bytes } from './vector';
import { collectKernel, collectOutput, scatterInput, transformInput, transformKernel, transformOutput } from './winogradTransforms';

/**
 * Convolutions of 3 × 3 with stride 1 by Winograd's minimal filtering F(2 × 2, 3 × 3) (Lavin and Gray, arXiv:1509.09308): a tile of 2 × 2
 * outputs takes 16 products in place of 36. Y = Aᵀ[(G·g·Gᵀ) ⊙ (Bᵀ·d·B)]A for a tile d of 4 × 4 inputs and a kernel g; the sums over channels
 * are 16 matrix products. The gradients are the transposes of the same maps. An output is made of the inputs in its own window alone, so
 * that windows of zeros give zeros and a NaN goes no further than by the definition.
 */

/** Points of a transformed tile. */
// @ts-ignore: decorator
@inline const POINTS: i32 = 16;
/** Most tiles that are transformed at once: with the weights they stay in the second cache. */
// @ts-ignore: decorator
@inline const TILES: i32 = 60;
/** Fewer channels or filters do not repay the transformations. */
// @ts-ignore: decorator
@inline const FEWEST: i32 = 8;

// @ts-ignore: decorator
@inline function whole(count: i32): i32 {
  return (count + PANEL - 1) / PANEL * PANEL;
}

/** Tiles at once, a multiple of 4. */
function tilesAtOnce(): i32 {
  return min(TILES, (packCapacity / POINTS - 64) / (whole(channels) + whole(filters)) & ~3);
}

/** Bytes from a point to the next, for `count` numbers: a line of the cache more than it takes, since powers of two would meet in one set of the cache. */
// @ts-ignore: decorator
@inline function planeOf(count: i32): usize {
  return bytes(count) + 64;
}

/** Whether the shape of setShape is convolved by this file, where `rows` pictures are the most at once: many weights need many tiles to repay their transformation. */
export function winogradFits(rows: i32): bool {
  return tilesOf(rows) >= 32 + channels * filters / 128 && kernelHeight == 3 && kernelWidth == 3 && strideHeight == 1 && strideWidth == 1 && channels >= FEWEST && filters >= FEWEST && outHeight * outWidth > 1
    && POINTS * (<i64>whole(channels) * whole(filters) + 16) + 16 * max(whole(channels), whole(filters)) <= lineCapacity && tilesAtOnce() >= 16;
}

// Transformed weights, a tile with what surrounds its picture, transformed tiles of x and of y; bytes between points of each.
let weights: usize = 0;
let bordered: usize = 0;
let inputs: usize = 0;
let outputs: usize = 0;
let weightPlane: usize = 0;
let inputPlane: usize = 0;
let outputPlane: usize = 0;

function lay(): void {
  const tiles = tilesAtOnce();
  weightPlane = planeOf(whole(channels) * whole(filters));
  inputPlane = planeOf(tiles * whole(channels));
  outputPlane = planeOf(tiles * whole(filters));
  weights = lines;
  bordered = weights + <usize>POINTS * weightPlane;
  inputs = packedB;
  outputs = inputs + <usize>POINTS * inputPlane;
}

/** Weights' transforms as right factors, channels × filters: panels of PANEL columns. */
function transformWeights(w: usize): void {
  const tap = bytes(channels * filters);
  for (let c = 0; c < channels; c++) {
    for (let f = 0; f < filters; f += LANES) {
      const within = f & (PANEL - 1);
      transformKernel(w + bytes(c * filters + f), tap, weights + bytes((f - within) * channels + c * PANEL + within), weightPlane);
    }
  }
}

/** The same turned, filters × channels. */
function transformWeightsTurned(w: usize): void {
  const tap = bytes(channels * filters);
  for (let c = 0; c < channels; c++) {
    const within = c & (PANEL - 1);
    for (let f = 0; f < filters; f += LANES) {
      transformKernel(w + bytes(c * filters + f), tap, bordered, 16);
      const live = min(LANES, filters - f);
      let to = weights + bytes((c - within) * filters + f * PANEL + within);
      for (let from = bordered, end = bordered + 16 * <usize>POINTS; from < end; from += 16, to += weightPlane) {
        for (let i = 0; i < live; i++) store<Real>(to + bytes(i * PANEL), load<Real>(from + bytes(i)));
      }
    }
  }
}

/** `size` × `size` pixels of a picture of tall × wide, from (top, left) on, with zeros where they lie outside, to `bordered`. */
function gather(picture: usize, tall: i32, wide: i32, count: i32, top: i32, left: i32, size: i32): void {
  const pixel = bytes(count);
  let to = bordered;
  for (let i = top; i < top + size; i++) {
    for (let j = left; j < left + size; j++, to += pixel) {
      if (i >= 0 && i < tall && j >= 0 && j < wide) memory.copy(to, picture + <usize>(i * wide + j) * pixel, pixel);
      else memory.fill(to, 0, pixel);
    }
  }
}

// Where a walk over all tiles of some pictures stands.
let picture: i32 = 0;
let down: i32 = 0;
let across: i32 = 0;

function begin(): void {
  picture = 0;
  down = 0;
  across = 0;
}

// @ts-ignore: decorator
@inline function advance(): void {
  across += 2;
  if (across < outWidth) return;
  across = 0;
  down += 2;
  if (down < outHeight) return;
  down = 0;
  picture++;
}

/** Transforms of the next `count` tiles of x. */
function transformInputs(count: i32, x: usize): void {
  const pixel = bytes(channels), line = <usize>width * pixel, row = bytes(whole(channels));
  for (let to = inputs, end = inputs + <usize>count * row; to < end; to += row) {
    const from = x + <usize>(picture * height) * line;
    const top = down - padTop, left = across - padLeft;
    if (top >= 0 && left >= 0 && top + 4 <= height && left + 4 <= width) transformInput(channels, from + <usize>top * line + <usize>left * pixel, pixel, line, to, inputPlane);
    else {
      gather(from, height, width, channels, top, left, 4);
      transformInput(channels, bordered, pixel, 4 * pixel, to, inputPlane);
    }
    advance();
  }
}

/** Transforms of the next `count` tiles of dy. */
function transformOutputs(count: i32, dy: usize): void {
  const pixel = bytes(filters), line = <usize>outWidth * pixel, row = bytes(whole(filters));
  for (let to = outputs, end = outputs + <usize>count * row; to < end; to += row) {
    const from = dy + <usize>(picture * outHeight) * line;
    if (down + 2 <= outHeight && across + 2 <= outWidth) transformOutput(filters, from + <usize>down * line + <usize>across * pixel, pixel, line, to, outputPlane);
    else {
      gather(from, outHeight, outWidth, filters, down, across, 2);
      transformOutput(filters, bordered, pixel, 2 * pixel, to, outputPlane);
    }
    advance();
  }
}

/** C ← A·B or C + A·B for the `m` rows of A, rounded up to fours, and a panel of B. Rows beyond `m` may hold anything. */
function product(m: i32, k: i32, a: usize, aRow: usize, aColumn: usize, b: usize, bStep: usize, c: usize, cStep: usize, accumulate: bool): void {
  m = (m + 3) & ~3;
  const blocks = blocksOf(m) * ROWS;
  for (let i = 0; i < blocks; i += ROWS, a += ROWS * aRow, c += ROWS * cStep) {
    if (aRow == SIZE) columnsBlock(k, a, aColumn, b, bStep, c, cStep, accumulate);
    else rowsBlock(k, a, aRow, aColumn, b, bStep, c, cStep, accumulate);
  }
  for (let i = blocks; i < m; i += 4, a += 4 * aRow, c += 4 * cStep) tile4x2(a, a + aRow, a + 2 * aRow, a + 3 * aRow, k, aColumn, 1, 0, b, bStep, c, cStep, accumulate);
}

/** At each point: rows of `to` ← rows of `from` times the weights' k × columns. */
function multiply(count: i32, k: i32, columns: i32, from: usize, fromPlane: usize, to: usize, toPlane: usize): void {
  const row = bytes(whole(k)), cStep = bytes(whole(columns));
  for (let point = 0, b = weights; point < POINTS; point++, b += weightPlane, from += fromPlane, to += toPlane) {
    for (let j = 0; j < columns; j += PANEL) product(count, k, from, row, SIZE, b + bytes(j * k), bytes(PANEL), to + bytes(j), cStep, false);
  }
}

// @ts-ignore: decorator
@inline function tilesOf(rows: i32): i32 {
  return rows * ((outHeight + 1) >> 1) * ((outWidth + 1) >> 1);
}

export function winogradForward(rows: i32, x: usize, w: usize, y: usize, accumulate: bool): void {
  lay();
  transformWeights(w);
  const pixel = bytes(filters), line = <usize>outWidth * pixel, row = bytes(whole(filters));
  const atOnce = tilesAtOnce();
  begin();
  for (let left = tilesOf(rows); left > 0; left -= atOnce) {
    const count = min(left, atOnce);
    const fromPicture = picture, fromDown = down, fromAcross = across;
    transformInputs(count, x);
    multiply(count, channels, filters, inputs, inputPlane, outputs, outputPlane);
    picture = fromPicture; down = fromDown; across = fromAcross;
    for (let m = outputs, end = outputs + <usize>count * row; m < end; m += row) {
      collectOutput(filters, m, outputPlane, y + <usize>(picture * outHeight + down) * line + <usize>across * pixel, pixel, line, outHeight - down, outWidth - across, accumulate);
      advance();
    }
  }
}

export function winogradBackwardInput(rows: i32, dy: usize, w: usize, dx: usize, accumulate: bool): void {
  if (!accumulate) memory.fill(dx, 0, bytes(rows * height) * (width * channels));
  lay();
  transformWeightsTurned(w);
  const pixel = bytes(channels), line = <usize>width * pixel, row = bytes(whole(channels));
  const atOnce = tilesAtOnce();
  begin();
  for (let left = tilesOf(rows); left > 0; left -= atOnce) {
    const count = min(left, atOnce);
    const fromPicture = picture, fromDown = down, fromAcross = across;
    transformOutputs(count, dy);
    multiply(count, filters, channels, outputs, outputPlane, inputs, inputPlane);
    picture = fromPicture; down = fromDown; across = fromAcross;
    for (let m = inputs, end = inputs + <usize>count * row; m < end; m += row) {
      const above = down - padTop, before = across - padLeft;
      scatterInput(channels, m, inputPlane, dx + <usize>((picture * height + above) * width + before) * pixel, pixel, line, -above, height - above, -before, width - before);
      advance();
    }
  }
}

export function winogradBackwardWeights(rows: i32, x: usize, dy: usize, dw: usize, accumulate: bool): void {
  lay();
  memory.fill(weights, 0, <usize>POINTS * weightPlane);
  const aRow = bytes(whole(channels)), bRow = bytes(whole(filters)), panelBytes = bytes(whole(channels) * PANEL);
  const atOnce = tilesAtOnce();
  begin();
  for (let left = tilesOf(rows); left > 0; left -= atOnce) {
    const count = min(left, atOnce);
    const fromPicture = picture, fromDown = down, fromAcross = across;
    transformInputs(count, x);
    picture = fromPicture; down = fromDown; across = fromAcross;
    transformOutputs(count, dy);
    for (let point: usize = 0; point < <usize>POINTS; point++) {
      let b = outputs + point * outputPlane;
      let panel = weights + point * weightPlane;
      for (let j = 0; j < filters; j += PANEL, b += bytes(PANEL), panel += panelBytes) {
        product(channels, count, inputs + point * inputPlane, SIZE, aRow, b, bRow, panel, bytes(PANEL), true);
      }
    }
  }
  const tap = bytes(channels * filters);
  for (let c = 0; c < channels; c++) {
    for (let f = 0; f < filters; f += LANES) {
      const within = f & (PANEL - 1);
      collectKernel(weights + bytes((f - within) * whole(channels) + c * PANEL + within), weightPlane, dw + bytes(c * filters + f), tap, filters - f, accumulate);
    }
  }
}
