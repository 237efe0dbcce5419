import { PANEL, packPanel, packedB, packCapacity, spare } from './matrix';
import { channels, filters, height, kernelHeight, kernelWidth, outHeight, outWidth, padLeft, padTop, strideHeight, strideWidth, width } from './shape';
import { settle, tile1x2, tile4x1, tile4x2 } from './tile';
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
let lines: usize = 0;

export function convolutionScratch(at: usize): usize {
  places = at;
  lines = places + 4 * PLACES;
  return lines + bytes(LINES);
}

/** Whether a convolution's kernel and lines fit the scratch memory. Called after setShape. */
export function convolutionFits(): bool {
  const most = max(channels, filters);
  return kernelHeight * kernelWidth * most * PANEL <= packCapacity && kernelHeight * ((max(width, outWidth * strideWidth) + 2 * kernelWidth) * most) <= LINES;
}

/**
 * Lines `first` … `first + count` of one picture (of `h` lines of `w` places of `size` bytes) as it is with `apart` − 1 zeros between
 * neighbours and zeros around it: `top` lines before, `left` places before, `across` places in a line.
 */
function copyLines(x: usize, h: i32, w: i32, size: usize, apartHeight: i32, apartWidth: i32, top: i32, left: i32, across: i32, first: i32, count: i32): void {
  const line = <usize>across * size;
  let to = lines;
  for (let l = first - top; count > 0; count--, l++, to += line) {
    if (l < 0 || l % apartHeight != 0 || l / apartHeight >= h) {
      memory.fill(to, 0, line);
      continue;
    }
    const from = x + <usize>(l / apartHeight * w) * size;
    // A last place may lie beyond the line where a stride leaves some of the picture unseen.
    const seen = min(w, (across - left + apartWidth - 1) / apartWidth);
    if (apartWidth == 1) {
      memory.fill(to, 0, <usize>left * size);
      memory.copy(to + <usize>left * size, from, <usize>seen * size);
      memory.fill(to + <usize>(left + seen) * size, 0, <usize>(across - left - seen) * size);
    } else {
      memory.fill(to, 0, line);
      for (let i = 0; i < seen; i++) memory.copy(to + <usize>(left + i * apartWidth) * size, from + <usize>i * size, size);
    }
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

/**
 * Pictures x (h × w × depth, spread and padded as for copyLines) by packed panels of weights, `columns` outputs a place. y has `all` columns.
 */
function convolve(
  rows: i32, x: usize, h: i32, w: i32, depth: i32, apartHeight: i32, apartWidth: i32, top: i32, left: i32, stepHeight: i32, stepWidth: i32,
  outH: i32, outW: i32, b: usize, columns: i32, y: usize, all: i32, accumulate: bool,
): void {
  const size = bytes(depth);
  const across = (outW - 1) * stepWidth + kernelWidth;
  const copied = apartHeight > 1 || apartWidth > 1 || top > 0 || left > 0 || across > w || (outH - 1) * stepHeight + kernelHeight > h;
  const line = <usize>(copied ? across : w) * size;
  const wanted = copied ? (NEAR / (across * depth) - kernelHeight) / stepHeight + 1 : outH;
  const band = min(outH, max(1, wanted));
  for (; rows > 0; rows--, x += <usize>(h * w) * size) {
    for (let oy = 0; oy < outH; oy += band) {
      const tall = min(band, outH - oy);
      let base = x + <usize>(oy * stepHeight) * line;
      if (copied) {
        copyLines(x, h, w, size, apartHeight, apartWidth, top, left, across, oy * stepHeight, (tall - 1) * stepHeight + kernelHeight);
        base = lines;
      }
      const outputs = tall * outW;
      let ox = 0;
      let window = base;
      for (let done = 0; done < outputs; done += PLACES) {
        const count = min(PLACES, outputs - done);
        for (let i = 0; i < count; i++) {
          store<u32>(places + (<usize>i << 2), <u32>window);
          window += <usize>stepWidth * size;
          if (++ox == outW) {
            ox = 0;
            base += <usize>stepHeight * line;
            window = base;
          }
        }
        convolvePanels(count, kernelWidth * depth, kernelHeight, line, columns, b, y, bytes(all), accumulate);
        y += <usize>count * bytes(all);
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
    convolve(rows, x, height, width, channels, 1, 1, padTop, padLeft, strideHeight, strideWidth, outHeight, outWidth, packedB, columns, y + bytes(f), filters, accumulate);
  }
}

/** The same with the roles of channels and filters changed: dy, spread by the stride and padded all around, by the kernel turned about. */
export function convolutionBackwardInput(rows: i32, dy: usize, w: usize, dx: usize, accumulate: bool): void {
  const taps = kernelHeight * kernelWidth;
  const k = taps * filters;
  const most = columnsAtOnce(k);
  for (let c = 0; c < channels; c += most) {
    const columns = min(most, channels - c);
    for (let j = 0; j < columns; j += PANEL) {
      for (let tap = 0; tap < taps; tap++) {
        packPanel(filters, min(PANEL, columns - j), w + bytes(((taps - 1 - tap) * channels + c + j) * filters), SIZE, bytes(filters), packedB + bytes(j * k + tap * filters * PANEL));
      }
    }
    convolve(
      rows, dy, outHeight, outWidth, filters, strideHeight, strideWidth, kernelHeight - 1 - padTop, kernelWidth - 1 - padLeft, 1, 1,
      height, width, packedB, columns, dx + bytes(c), channels, accumulate,
    );
  }
}

/** Rows of dw's product: windows' places k, each a walk over all windows; one picture (or band of its lines) after the other. */
export function convolutionBackwardWeights(rows: i32, x: usize, dy: usize, dw: usize, accumulate: bool): void {
  const size = bytes(channels), cStep = bytes(filters);
  if (!accumulate) memory.fill(dw, 0, <usize>(kernelHeight * kernelWidth * channels) * cStep);
  const across = (outWidth - 1) * strideWidth + kernelWidth;
  const copied = padTop > 0 || padLeft > 0 || across > width || (outHeight - 1) * strideHeight + kernelHeight > height;
  const line = <usize>(copied ? across : width) * size;
  const wanted = copied ? (NEAR / (across * channels) - kernelHeight) / strideHeight + 1 : outHeight;
  const band = min(outHeight, max(1, wanted));
  for (; rows > 0; rows--, x += <usize>(height * width) * size) {
    for (let oy = 0; oy < outHeight; oy += band) {
      const tall = min(band, outHeight - oy);
      let base = x + <usize>(oy * strideHeight) * line;
      if (copied) {
        copyLines(x, height, width, size, 1, 1, padTop, padLeft, across, oy * strideHeight, (tall - 1) * strideHeight + kernelHeight);
        base = lines;
      }
      for (let ky = 0; ky < kernelHeight; ky++) {
        weightRows(kernelWidth * channels, tall, base + <usize>ky * line, <usize>strideHeight * line, dy, dw + <usize>(ky * kernelWidth * channels) * cStep);
      }
      dy += <usize>(tall * outWidth) * cStep;
    }
  }
}

/** The rows of dw for one line of the kernel: numbers at a, a + 1, … of each window's line. */
function weightRows(m: i32, tall: i32, a: usize, jump: usize, dy: usize, dw: usize): void {
  const step = bytes(channels * strideWidth), cStep = bytes(filters);
  for (let i = 0; i < m; i += 4, a += 4 * SIZE, dw += 4 * cStep) {
    let j = 0;
    if (i + 4 <= m) {
      for (; j + PANEL <= filters; j += PANEL) {
        tile4x2(a, a + SIZE, a + 2 * SIZE, a + 3 * SIZE, outWidth, step, tall, jump, dy + bytes(j), cStep, dw + bytes(j), cStep, true);
      }
      if (j < filters) {
        // Numbers read beyond a row of dy reach only the part of the tile that is not settled.
        tile4x2(a, a + SIZE, a + 2 * SIZE, a + 3 * SIZE, outWidth, step, tall, jump, dy + bytes(j), cStep, spare, bytes(PANEL), false);
        settle(spare, 4, filters - j, dw + bytes(j), cStep, true);
      }
      continue;
    }
    for (let row = i; row < m; row++) {
      const from = a + bytes(row - i), to = dw + <usize>(row - i) * cStep;
      for (j = 0; j + PANEL <= filters; j += PANEL) tile1x2(from, outWidth, step, tall, jump, dy + bytes(j), cStep, to + bytes(j), true);
      if (j < filters) {
        tile1x2(from, outWidth, step, tall, jump, dy + bytes(j), cStep, spare, false);
        settle(spare, 1, filters - j, to + bytes(j), cStep, true);
      }
    }
  }
}
