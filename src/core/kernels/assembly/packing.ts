import { Real } from './real';
import { LANES, SIZE, bytes } from './vector';

/** Columns of a product that one panel of its right matrix has. */
// @ts-ignore: decorator
@inline export const PANEL: i32 = 2 * LANES;

/** Rows p, columns j … j + PANEL of a k × n matrix, entry (p, j) at b + p·row + j·column, zeros beyond `live` columns. */
export function packPanel(k: i32, live: i32, b: usize, row: usize, column: usize, to: usize): void {
  if (live == PANEL && column == SIZE) {
    for (let p = 0; p < k; p++, b += row, to += bytes(PANEL)) {
      v128.store(to, v128.load(b));
      v128.store(to, v128.load(b, 16), 16);
    }
    return;
  }
  if (live == PANEL && row == SIZE) {
    packTransposed(k, PANEL, b, column, to);
    return;
  }
  for (let p = 0; p < k; p++, b += row, to += bytes(PANEL)) {
    let from = b;
    let at = to;
    for (let j = 0; j < live; j++, from += column, at += SIZE) store<Real>(at, load<Real>(from));
    for (const end = to + bytes(PANEL); at < end; at += SIZE) store<Real>(at, 0);
  }
}

/** Two whole panels of rows as they stand: a line of the cache is read once for both. */
export function packPanels(k: i32, b: usize, row: usize, to: usize): void {
  let next = to + bytes(k * PANEL);
  for (; k > 0; k--, b += row, to += bytes(PANEL), next += bytes(PANEL)) {
    v128.store(to, v128.load(b));
    v128.store(to, v128.load(b, 16), 16);
    v128.store(next, v128.load(b, 32));
    v128.store(next, v128.load(b, 48), 16);
  }
}

/** `width` (a multiple of 4) lines of k numbers, `line` bytes apart, to k rows of `width`: 4 × 4 (2 × 2 of float64) numbers at a time. */
export function packTransposed(k: i32, width: i32, from: usize, line: usize, to: usize): void {
  const out = bytes(width);
  for (let j = 0; j < width; j += LANES, from += <usize>LANES * line, to += 16) {
    let at = to;
    let source = from;
    let p = 0;
    for (; p + LANES <= k; p += LANES, source += 16) {
      if (sizeof<Real>() == 4) {
        const x0 = v128.load(source), x1 = v128.load(source + line), x2 = v128.load(source + 2 * line), x3 = v128.load(source + 3 * line);
        const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
        const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7), high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
        v128.store(at, v128.shuffle<f64>(low01, low23, 0, 2)); at += out;
        v128.store(at, v128.shuffle<f64>(low01, low23, 1, 3)); at += out;
        v128.store(at, v128.shuffle<f64>(high01, high23, 0, 2)); at += out;
        v128.store(at, v128.shuffle<f64>(high01, high23, 1, 3)); at += out;
      } else {
        const x0 = v128.load(source), x1 = v128.load(source + line);
        v128.store(at, v128.shuffle<f64>(x0, x1, 0, 2)); at += out;
        v128.store(at, v128.shuffle<f64>(x0, x1, 1, 3)); at += out;
      }
    }
    for (; p < k; p++, source += SIZE, at += out) {
      for (let i = 0; i < LANES; i++) store<Real>(at + bytes(i), load<Real>(source + <usize>i * line));
    }
  }
}
