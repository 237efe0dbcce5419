import { packCapacity, packedB, panel, spare } from './matrix';
import { PANEL, packPanel } from './packing';
import { Real } from './real';
import { channels, filters, height, kernelHeight, kernelWidth, outHeight, outWidth, padLeft, padTop, strideHeight, strideWidth, width } from './shape';
import { settle, tile1x2, tile4x1, tile4x2, walk1x2, walk4x2 } from './tile';
import { LANES, SIZE, bytes } from './vector';

/**
 * A convolution is a product whose left rows are windows: with channels last, a window is one stretch of numbers for each line of the
 * kernel, so that the tiles of the matrix product read them where they stand. Padded pictures are copied aside first, some lines at a time.
 */

/** Windows whose places are kept at once. */
// @ts-ignore: decorator
@inline const PLACES: i32 = 2048;
/** Numbers that the copied lines may take; a kernel's height of them must fit. */
// @ts-ignore: decorator
@inline const LINES: i32 = 1 << 20;
/** As many are copied at once where more than a kernel's height is free to choose: they stay in the second cache. */
// @ts-ignore: decorator
@inline const NEAR: i32 = 1 << 15;

let places: usize = 0;
/** Scratch memory of `lineCapacity` numbers. */
export let lines: usize = 0;
// @ts-ignore: decorator
@inline export const lineCapacity: i32 = LINES;

export function convolutionScratch(at: usize): usize {
  places = at;
  lines = places + 4 * PLACES;
  return lines + bytes(LINES);
}

/** Whether a convolution's kernel and lines fit the scratch memory. Called after setShape. */
export function convolutionFits(): bool {
  const k = <i64>kernelHeight * kernelWidth * channels, deepest = max(k, <i64>filters);
  const copied = <i64>kernelHeight * ((outWidth - 1) * strideWidth + kernelWidth) * channels;
  return deepest * PANEL <= packCapacity && copied <= LINES && 4 * (k + PANEL) <= LINES;
}

/** Lines `first` … `first + count` of a picture as it is with zeros around it, `across` places in a line, to `lines`. */
function copyLines(x: usize, across: i32, first: i32, count: i32): void {
  const size = bytes(channels), line = <usize>across * size;
  // A last place may lie beyond the line where a stride leaves some of the picture unseen.
  const seen = min(width, across - padLeft);
  const before = <usize>padLeft * size, within = <usize>seen * size;
  let to = lines;
  for (let l = first - padTop; count > 0; count--, l++, to += line) {
    if (l < 0 || l >= height) {
      memory.fill(to, 0, line);
      continue;
    }
    memory.fill(to, 0, before);
    memory.copy(to + before, x + bytes(l * width * channels), within);
    memory.fill(to + before + within, 0, line - before - within);
  }
}

/** Outputs `from` … `from + count` of a band, for the columns of some packed panels: y's rows of `cStep` bytes. */
function convolvePanels(count: i32, run: i32, segments: i32, jump: usize, columns: i32, b: usize, c: usize, cStep: usize, accumulate: bool): void {
  const panelBytes = bytes(run * segments * PANEL);
  for (let j = 0; j < columns; j += PANEL, b += panelBytes, c += bytes(PANEL)) {
    const live = min(PANEL, columns - j);
    let place = places;
    let to = c;
    let i = 0;
    for (; i + 4 <= count; i += 4, place += 16, to += 4 * cStep) {
      const a0 = <usize>load<u32>(place), a1 = <usize>load<u32>(place, 4), a2 = <usize>load<u32>(place, 8), a3 = <usize>load<u32>(place, 12);
      if (live == PANEL) tile4x2(a0, a1, a2, a3, run, SIZE, segments, jump, b, bytes(PANEL), to, cStep, accumulate);
      else if (live == LANES) tile4x1(a0, a1, a2, a3, run, SIZE, segments, jump, b, bytes(PANEL), to, cStep, accumulate);
      else {
        if (live < LANES) tile4x1(a0, a1, a2, a3, run, SIZE, segments, jump, b, bytes(PANEL), spare, bytes(PANEL), false);
        else tile4x2(a0, a1, a2, a3, run, SIZE, segments, jump, b, bytes(PANEL), spare, bytes(PANEL), false);
        settle(spare, 4, live, to, cStep, accumulate);
      }
    }
    for (; i < count; i++, place += 4, to += cStep) {
      if (live == PANEL) tile1x2(<usize>load<u32>(place), run, SIZE, segments, jump, b, bytes(PANEL), to, accumulate);
      else {
        tile1x2(<usize>load<u32>(place), run, SIZE, segments, jump, b, bytes(PANEL), spare, false);
        settle(spare, 1, live, to, cStep, accumulate);
      }
    }
  }
}

/** Places in a line of all windows together. */
// @ts-ignore: decorator
@inline function acrossWindows(): i32 {
  return (outWidth - 1) * strideWidth + kernelWidth;
}

/** Must pictures be copied, since some window reaches beyond them? */
// @ts-ignore: decorator
@inline function isPadded(): bool {
  return padTop > 0 || padLeft > 0 || acrossWindows() > width || (outHeight - 1) * strideHeight + kernelHeight > height;
}

/** Lines of outputs whose windows are copied at once. */
// @ts-ignore: decorator
@inline function bandOf(padded: bool): i32 {
  return padded ? min(outHeight, max(1, (NEAR / (acrossWindows() * channels) - kernelHeight) / strideHeight + 1)) : outHeight;
}

/** Where the windows of a band begin: the picture itself, or its copy. */
// @ts-ignore: decorator
@inline function bandAt(padded: bool, x: usize, oy: i32, tall: i32): usize {
  if (!padded) return x + bytes(oy * strideHeight * width * channels);
  copyLines(x, acrossWindows(), oy * strideHeight, (tall - 1) * strideHeight + kernelHeight);
  return lines;
}

/** Pictures by packed panels of weights for some columns of y, which has `filters` of them. */
function convolve(rows: i32, x: usize, b: usize, columns: i32, y: usize, accumulate: bool): void {
  const size = bytes(channels), cStep = bytes(filters);
  const padded = isPadded();
  const line = <usize>(padded ? acrossWindows() : width) * size;
  const band = bandOf(padded);
  for (; rows > 0; rows--, x += <usize>(height * width) * size) {
    for (let oy = 0; oy < outHeight; oy += band) {
      const tall = min(band, outHeight - oy);
      let base = bandAt(padded, x, oy, tall);
      const outputs = tall * outWidth;
      let ox = 0;
      let window = base;
      for (let done = 0; done < outputs; done += PLACES) {
        const count = min(PLACES, outputs - done);
        for (let i = 0; i < count; i++) {
          store<u32>(places + (<usize>i << 2), <u32>window);
          window += <usize>strideWidth * size;
          if (++ox == outWidth) {
            ox = 0;
            base += <usize>strideHeight * line;
            window = base;
          }
        }
        convolvePanels(count, kernelWidth * channels, kernelHeight, line, columns, b, y, cStep, accumulate);
        y += <usize>count * cStep;
      }
    }
  }
}

/** Columns whose panels fit the scratch memory together, for rows of `k` numbers. */
function columnsAtOnce(k: i32): i32 {
  return packCapacity / (k * PANEL) * PANEL;
}

export function convolutionForward(rows: i32, x: usize, w: usize, y: usize, accumulate: bool): void {
  const k = kernelHeight * kernelWidth * channels;
  const most = columnsAtOnce(k);
  for (let f = 0; f < filters; f += most) {
    const columns = min(most, filters - f);
    for (let j = 0; j < columns; j += PANEL) packPanel(k, min(PANEL, columns - j), w + bytes(f + j), bytes(filters), SIZE, packedB + bytes(j * k));
    convolve(rows, x, packedB, columns, y + bytes(f), accumulate);
  }
}

/** Numbers of windows that are held at once on their way back into pictures. */
// @ts-ignore: decorator
@inline const HELD: i32 = 1 << 15;

/** Windows ← dy·wᵀ, a product without waste for any stride; then each number of a window is added where it came from. */
export function convolutionBackwardInput(rows: i32, dy: usize, w: usize, dx: usize, accumulate: bool): void {
  if (!accumulate) memory.fill(dx, 0, bytes(rows * height) * (width * channels));
  const k = kernelHeight * kernelWidth * channels;
  const most = columnsAtOnce(filters);
  for (let first = 0; first < k; first += most) {
    const columns = min(most, k - first);
    const held = (columns + PANEL - 1) / PANEL * PANEL;
    for (let j = 0; j < columns; j += PANEL) {
      packPanel(filters, min(PANEL, columns - j), w + bytes((first + j) * filters), SIZE, bytes(filters), packedB + bytes(j * filters));
    }
    // Whole rows of tiles, at least one.
    const atOnce = max(4, HELD / held & ~3);
    const windows = outHeight * outWidth;
    let from = dy;
    let to = dx;
    for (let row = 0; row < rows; row++, to += bytes(height * width * channels)) {
      for (let done = 0; done < windows; done += atOnce) {
        const count = min(atOnce, windows - done);
        for (let j = 0; j < held; j += PANEL) {
          panel(count, PANEL, filters, from, bytes(filters), SIZE, packedB + bytes(j * filters), bytes(PANEL), lines + bytes(j), bytes(held), false);
        }
        scatter(done, count, lines, bytes(held), to, first, first + columns);
        from += bytes(count * filters);
      }
    }
  }
}

/** Adds the numbers `first` … `last` of windows `done` … `done + count` of a picture to it. */
function scatter(done: i32, count: i32, windows: usize, held: usize, dx: usize, first: i32, last: i32): void {
  const run = kernelWidth * channels;
  const line = width * channels;
  let oy = done / outWidth;
  let ox = done - oy * outWidth;
  for (; count > 0; count--, windows += held) {
    const top = oy * strideHeight - padTop;
    const left = (ox * strideWidth - padLeft) * channels;
    const seen = max(0, -left);
    const end = min(run, line - left);
    for (let ky = max(0, -top), stop = min(kernelHeight, height - top); ky < stop; ky++) {
      const from = max(first, ky * run + seen);
      const size = bytes(min(last, ky * run + end) - from);
      if (<isize>size > 0) add(windows + bytes(from - first), size, dx + bytes((top + ky) * line + left + from - ky * run));
    }
    if (++ox == outWidth) {
      ox = 0;
      oy++;
    }
  }
}

/** to ← to + from, `size` bytes of them. */
// @ts-ignore: decorator
@inline function add(from: usize, size: usize, to: usize): void {
  let at: usize = 0;
  for (; at + 16 <= size; at += 16) v128.store(to + at, v128.add<Real>(v128.load(to + at), v128.load(from + at)));
  for (; at < size; at += SIZE) store<Real>(to + at, load<Real>(to + at) + load<Real>(from + at));
}

/** Bytes of pictures and their outputs that a walk over windows should not exceed: half of the usual first cache. */
// @ts-ignore: decorator
@inline const WALK: usize = 24576;

/**
 * A product whose rows are the windows' numbers, each a walk over all windows of some pictures (of a band of one, where it is copied),
 * and whose depth are the windows.
 */
export function convolutionBackwardWeights(rows: i32, x: usize, dy: usize, dw: usize, accumulate: bool): void {
  const picture = bytes(height * width * channels), cStep = bytes(filters);
  if (!accumulate) memory.fill(dw, 0, <usize>(kernelHeight * kernelWidth * channels) * cStep);
  const padded = isPadded();
  const line = bytes((padded ? acrossWindows() : width) * channels);
  const band = bandOf(padded);
  const together = padded ? 1 : max(1, <i32>(WALK / (picture + <usize>(outHeight * outWidth) * cStep)));
  while (rows > 0) {
    const pictures = min(rows, together);
    for (let oy = 0; oy < outHeight; oy += band) {
      const tall = min(band, outHeight - oy);
      walk(bandAt(padded, x, oy, tall), line, tall, pictures, picture, dy, dw);
      dy += <usize>(pictures * tall * outWidth) * cStep;
    }
    x += <usize>pictures * picture;
    rows -= pictures;
  }
}

/** dw ← dw + the product of `pictures` pictures' windows in `tall` lines of outputs. */
function walk(base: usize, line: usize, tall: i32, pictures: i32, picture: usize, dy: usize, dw: usize): void {
  const run = kernelWidth * channels, m = kernelHeight * run;
  const step = bytes(channels * strideWidth), jump = <usize>strideHeight * line, cStep = bytes(filters);
  for (let i = 0; i < m; i += 4, dw += 4 * cStep) {
    const a0 = placeOf(i, run, base, line), a1 = placeOf(i + 1, run, base, line), a2 = placeOf(i + 2, run, base, line), a3 = placeOf(i + 3, run, base, line);
    const live = min(4, m - i);
    for (let j = 0; j < filters; j += PANEL) {
      // Numbers read beyond a row of dy, or by rows beyond the last one, reach only the part of the tile that is not settled.
      if (live == 4 && j + PANEL <= filters) walk4x2(a0, a1, a2, a3, outWidth, step, tall, jump, pictures, picture, dy + bytes(j), cStep, dw + bytes(j), cStep, true);
      else {
        if (live == 1) walk1x2(a0, outWidth, step, tall, jump, pictures, picture, dy + bytes(j), cStep, spare);
        else walk4x2(a0, a1, live < 3 ? a0 : a2, live < 4 ? a0 : a3, outWidth, step, tall, jump, pictures, picture, dy + bytes(j), cStep, spare, bytes(PANEL), false);
        settle(spare, live, min(PANEL, filters - j), dw + bytes(j), cStep, true);
      }
    }
  }
}

/** Where number i of the first window stands. */
// @ts-ignore: decorator
@inline function placeOf(i: i32, run: i32, base: usize, line: usize): usize {
  const ky = i / run;
  return base + <usize>ky * line + bytes(i - ky * run);
}
