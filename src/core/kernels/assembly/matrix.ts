import { lines, transposed } from './linear';
import { ROWS, blocksOf, columnsBlock, packColumns, rowsBlock } from './blocks';
import { PANEL, packPanel, packPanels } from './packing';
import { settle, tile1x2, tile4x1, tile4x2 } from './tile';
import { LANES, SIZE, bytes } from './vector';
import { LIST, WIDE, shareOfNonzeros, listedProduct, turnedProduct } from './zeros';

/** Numbers of B's rows and columns, and of A's rows, that are packed at once: a panel of B stays in the first cache, a block of A in the second. */
// @ts-ignore: decorator
@inline const DEPTH: i32 = 256;
// @ts-ignore: decorator
@inline const WIDTH: i32 = 1024;
// @ts-ignore: decorator
@inline const HEIGHT: i32 = 128;

/** Numbers that packed B has room for. */
// @ts-ignore: decorator
@inline export const packCapacity: i32 = DEPTH * WIDTH;

/** Scratch memory, set once: packed B, packed A, spare tiles. */
export let packedB: usize = 0;
/** Or lists of what is not zero in A, and where each ends. */
let packedA: usize = 0;
let ends: usize = 0;
export let spare: usize = 0;

export function matrixScratch(at: usize): usize {
  packedB = at;
  packedA = packedB + bytes(DEPTH * WIDTH);
  ends = packedA + LIST * (DEPTH + 1) * HEIGHT;
  spare = ends + 4 * HEIGHT;
  return spare + bytes(WIDE * HEIGHT);
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

/** So many rows or columns repay a list of what they are multiplied by … */
// @ts-ignore: decorator
@inline const REPAID: i32 = 3 * WIDE;
/** … where at most this share of it is not zero. */
// @ts-ignore: decorator
@inline const MOST: f64 = 0.625;

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
      const bAt = b + <usize>deep * bRow + <usize>right * bColumn, aBegin = a + <usize>deep * aColumn, cBegin = c + bytes(right);
      const add = accumulate || deep > 0;
      // Rows or columns of C that are done without multiplying by zeros.
      let doneRows = 0, doneColumns = 0;
      const shareOfA = width >= REPAID && m >= 8 ? (transA ? shareOfNonzeros(depth, m, aBegin, aColumn) : shareOfNonzeros(m, depth, aBegin, aRow)) : 1;
      const shareOfB = transA && !transB && m >= REPAID && width >= 8 ? shareOfNonzeros(depth, width, bAt, bRow) : 1;
      if (shareOfB < shareOfA && shareOfB <= MOST) {
        doneRows = turnedProduct(m, width, depth, aBegin, aColumn, bAt, bRow, cBegin, cStep, add, packedB, WIDTH, packedA, ends, HEIGHT, spare);
      } else if (shareOfA <= MOST) {
        doneColumns = listedProduct(transA, transB, m, width, depth, aBegin, aRow, aColumn, bAt, bRow, bColumn, cBegin, cStep, add, packedB, packedA, ends, HEIGHT);
      }
      const direct = !transB && (m - doneRows < 8 || bRow * depth <= CLOSE);
      let packed = direct ? width / PANEL * PANEL : doneColumns;
      if (!transB) for (; packed + 2 * PANEL <= width; packed += 2 * PANEL) packPanels(depth, bAt + <usize>packed * bColumn, bRow, packedB + bytes(packed * depth));
      for (let j = packed; j < width; j += PANEL) {
        packPanel(depth, min(PANEL, width - j), bAt + <usize>j * bColumn, bRow, bColumn, packedB + bytes(j * depth));
      }
      for (let down = doneRows; down < m; down += HEIGHT) {
        const height = min(HEIGHT, m - down);
        const aAt = aBegin + <usize>down * aRow;
        const blocks = blocksOf(height);
        // Columns of A that stand far apart are brought together; its rows are read where they stand.
        const together = transA && width >= 4 * PANEL && <usize>height * depth * SIZE > CLOSE;
        if (together) packColumns(blocks, depth, aAt, aColumn, packedA);
        for (let j = doneColumns; j < width; j += PANEL) {
          const live = min(PANEL, width - j);
          const here = direct && live == PANEL;
          const from = here ? bAt + <usize>j * SIZE : packedB + bytes(j * depth);
          const bStep = here ? bRow : bytes(PANEL);
          const at = cBegin + <usize>down * cStep + bytes(j);
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
