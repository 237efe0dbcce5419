import { lines, transposed } from './linear';
import { ROWS, blocksOf, columnsBlock, packColumns, rowsBlock } from './blocks';
import { Real } from './real';
import { settle, tile1x2, tile4x1, tile4x2 } from './tile';
import { LANES, SIZE, bytes } from './vector';

/** Numbers of B's rows and columns, and of A's rows, that are packed at once: a panel of B stays in the first cache, a block of A in the second. */
// @ts-ignore: decorator
@inline const DEPTH: i32 = 256;
// @ts-ignore: decorator
@inline const WIDTH: i32 = 1024;
// @ts-ignore: decorator
@inline const HEIGHT: i32 = 128;
// @ts-ignore: decorator
@inline export const PANEL: i32 = 2 * LANES;

/** Numbers that packed B has room for. */
// @ts-ignore: decorator
@inline export const packCapacity: i32 = DEPTH * WIDTH;

/** Scratch memory, set once: packed B, packed A, a spare tile. */
export let packedB: usize = 0;
let packedA: usize = 0;
export let spare: usize = 0;

export function matrixScratch(at: usize): usize {
  packedB = at;
  packedA = packedB + bytes(DEPTH * WIDTH);
  spare = packedA + bytes(DEPTH * HEIGHT);
  return spare + bytes(4 * PANEL);
}

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
function packPanels(k: i32, b: usize, row: usize, to: usize): void {
  let next = to + bytes(k * PANEL);
  for (; k > 0; k--, b += row, to += bytes(PANEL), next += bytes(PANEL)) {
    v128.store(to, v128.load(b));
    v128.store(to, v128.load(b, 16), 16);
    v128.store(next, v128.load(b, 32));
    v128.store(next, v128.load(b, 48), 16);
  }
}

/** `width` (a multiple of 4) lines of k numbers, `line` bytes apart, to k rows of `width`: 4 × 4 (2 × 2 of float64) numbers at a time. */
function packTransposed(k: i32, width: i32, from: usize, line: usize, to: usize): void {
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

/** One panel of C's columns, its part of B being k rows of `bStep` bytes; `live` columns of it are there to be written. */
export function panel(m: i32, live: i32, k: i32, a: usize, aRow: usize, aColumn: usize, b: usize, bStep: usize, c: usize, cStep: usize, accumulate: bool): void {
  let i = 0;
  for (; i + 4 <= m; i += 4, a += 4 * aRow, c += 4 * cStep) {
    if (live == PANEL) tile4x2(a, a + aRow, a + 2 * aRow, a + 3 * aRow, k, aColumn, 1, 0, b, bStep, c, cStep, accumulate);
    else if (live == LANES) tile4x1(a, a + aRow, a + 2 * aRow, a + 3 * aRow, k, aColumn, 1, 0, b, bStep, c, cStep, accumulate);
    else {
      if (live < LANES) tile4x1(a, a + aRow, a + 2 * aRow, a + 3 * aRow, k, aColumn, 1, 0, b, bStep, spare, bytes(PANEL), false);
      else tile4x2(a, a + aRow, a + 2 * aRow, a + 3 * aRow, k, aColumn, 1, 0, b, bStep, spare, bytes(PANEL), false);
      settle(spare, 4, live, c, cStep, accumulate);
    }
  }
  for (; i < m; i++, a += aRow, c += cStep) {
    if (live == PANEL) tile1x2(a, k, aColumn, 1, 0, b, bStep, c, accumulate);
    else {
      tile1x2(a, k, aColumn, 1, 0, b, bStep, spare, false);
      settle(spare, 1, live, c, cStep, accumulate);
    }
  }
}

/** Below as many bytes, B is read where it stands: its lines lie close enough together for the first cache. */
// @ts-ignore: decorator
@inline const CLOSE: usize = 16384;

export function gemm(transA: bool, transB: bool, m: i32, n: i32, k: i32, a: usize, b: usize, c: usize, accumulate: bool): void {
  if (n == 1 && m > 1 && k > 0) {
    // A single column is a row on its side: cᵀ = bᵀ·op(A)ᵀ. Where A's lines are the rows of the product each is summed along its line.
    if (transA) transposed(k, m, a, b, c, accumulate);
    else lines(m, k, a, b, 0, c, accumulate);
    return;
  }
  if (k == 0 && !accumulate) memory.fill(c, 0, bytes(m) * n);
  const aRow = transA ? SIZE : bytes(k), aColumn = transA ? bytes(m) : SIZE;
  const bRow = transB ? SIZE : bytes(n), bColumn = transB ? bytes(k) : SIZE;
  const cStep = bytes(n);
  for (let right = 0; right < n; right += WIDTH) {
    const width = min(WIDTH, n - right);
    for (let deep = 0; deep < k; deep += DEPTH) {
      const depth = min(DEPTH, k - deep);
      const bAt = b + <usize>deep * bRow + <usize>right * bColumn;
      const direct = !transB && (m < 8 || bRow * depth <= CLOSE);
      let packed = direct ? width / PANEL * PANEL : 0;
      if (!transB) for (; packed + 2 * PANEL <= width; packed += 2 * PANEL) packPanels(depth, bAt + <usize>packed * bColumn, bRow, packedB + bytes(packed * depth));
      for (let j = packed; j < width; j += PANEL) {
        packPanel(depth, min(PANEL, width - j), bAt + <usize>j * bColumn, bRow, bColumn, packedB + bytes(j * depth));
      }
      for (let down = 0; down < m; down += HEIGHT) {
        const height = min(HEIGHT, m - down);
        const aAt = a + <usize>down * aRow + <usize>deep * aColumn;
        const blocks = blocksOf(height);
        // Columns of A that stand far apart are brought together; its rows are read where they stand.
        const together = transA && width >= 4 * PANEL && <usize>height * depth * SIZE > CLOSE;
        if (together) packColumns(blocks, depth, aAt, aColumn, packedA);
        for (let j = 0; j < width; j += PANEL) {
          const live = min(PANEL, width - j);
          const here = direct && live == PANEL;
          const from = here ? bAt + <usize>j * SIZE : packedB + bytes(j * depth);
          const bStep = here ? bRow : bytes(PANEL);
          const at = c + <usize>down * cStep + bytes(right + j);
          const add = accumulate || deep > 0;
          let done = 0;
          if (live == PANEL) {
            done = blocks * ROWS;
            if (together) for (let i = 0; i < done; i += ROWS) columnsBlock(depth, packedA + bytes(i * depth), ROWS * SIZE, from, bStep, at + <usize>i * cStep, cStep, add);
            else for (let i = 0; i < done; i += ROWS) rowsBlock(depth, aAt + <usize>i * aRow, aRow, aColumn, from, bStep, at + <usize>i * cStep, cStep, add);
          }
          panel(height - done, live, depth, aAt + <usize>done * aRow, aRow, aColumn, from, bStep, at + <usize>done * cStep, cStep, add);
        }
      }
    }
  }
}
