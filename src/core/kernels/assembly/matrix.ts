import { Real } from './real';
import { settle, tile1x2, tile4x1, tile4x2 } from './tile';
import { LANES, SIZE, bytes, loadPart, madd, total } from './vector';

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

/** Rows i … i + 4 of an m × k matrix as k rows of 4. */
function packRows(m: i32, k: i32, a: usize, row: usize, column: usize, to: usize): void {
  for (; m >= 4; m -= 4, a += 4 * row, to += bytes(4 * k)) {
    if (column == SIZE) {
      packTransposed(k, 4, a, row, to);
      continue;
    }
    let from = a;
    let at = to;
    for (let p = 0; p < k; p++, from += column, at += bytes(4)) {
      v128.store(at, v128.load(from));
      if (sizeof<Real>() == 8) v128.store(at, v128.load(from, 16), 16);
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
    if (transA) rowTimes(m, k, b, a, c, accumulate);
    else lines(m, k, a, b, c, accumulate);
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
      for (let j = direct ? width / PANEL * PANEL : 0; j < width; j += PANEL) {
        packPanel(depth, min(PANEL, width - j), bAt + <usize>j * bColumn, bRow, bColumn, packedB + bytes(j * depth));
      }
      for (let down = 0; down < m; down += HEIGHT) {
        const height = min(HEIGHT, m - down);
        const aAt = a + <usize>down * aRow + <usize>deep * aColumn;
        const whole = height & ~3;
        const packed = width >= 4 * PANEL && <usize>height * depth * SIZE > CLOSE;
        if (packed) packRows(whole, depth, aAt, aRow, aColumn, packedA);
        for (let j = 0; j < width; j += PANEL) {
          const live = min(PANEL, width - j);
          const here = direct && live == PANEL;
          const from = here ? bAt + <usize>j * SIZE : packedB + bytes(j * depth);
          const bStep = here ? bRow : bytes(PANEL);
          const at = c + <usize>down * cStep + bytes(right + j);
          if (packed) {
            packedRows(whole, live, depth, packedA, from, bStep, at, cStep, accumulate || deep > 0);
            panel(height - whole, live, depth, aAt + <usize>whole * aRow, aRow, aColumn, from, bStep, at + <usize>whole * cStep, cStep, accumulate || deep > 0);
          } else panel(height, live, depth, aAt, aRow, aColumn, from, bStep, at, cStep, accumulate || deep > 0);
        }
      }
    }
  }
}

/** c (m) ← A·b or c + A·b for lines of k numbers, four at a time so that b is read once for them. */
function lines(m: i32, k: i32, a: usize, b: usize, c: usize, accumulate: bool): void {
  const line = bytes(k);
  const whole = k & ~(LANES - 1);
  let i = 0;
  for (; i + 4 <= m; i += 4, a += 4 * line, c += 4 * SIZE) {
    let s0 = v128.splat<Real>(0), s1 = s0, s2 = s0, s3 = s0;
    let at = a;
    let from = b;
    for (let p = 0; p < whole; p += LANES, at += 16, from += 16) {
      const x = v128.load(from);
      s0 = madd(v128.load(at), x, s0); s1 = madd(v128.load(at + line), x, s1);
      s2 = madd(v128.load(at + 2 * line), x, s2); s3 = madd(v128.load(at + 3 * line), x, s3);
    }
    if (whole < k) {
      const x = loadPart(from, k - whole);
      s0 = madd(loadPart(at, k - whole), x, s0); s1 = madd(loadPart(at + line, k - whole), x, s1);
      s2 = madd(loadPart(at + 2 * line, k - whole), x, s2); s3 = madd(loadPart(at + 3 * line, k - whole), x, s3);
    }
    put(c, s0, accumulate); put(c + SIZE, s1, accumulate); put(c + 2 * SIZE, s2, accumulate); put(c + 3 * SIZE, s3, accumulate);
  }
  for (; i < m; i++, a += line, c += SIZE) {
    let sum = v128.splat<Real>(0);
    let p = 0;
    for (; p < whole; p += LANES) sum = madd(v128.load(a + bytes(p)), v128.load(b + bytes(p)), sum);
    if (p < k) sum = madd(loadPart(a + bytes(p), k - p), loadPart(b + bytes(p), k - p), sum);
    put(c, sum, accumulate);
  }
}

/** Rows of a matrix that are summed at once: they stay in the first cache while all their columns are gone through. */
// @ts-ignore: decorator
@inline const STRETCH: i32 = 64;

/** c (n) ← a·B or c + a·B for a row of k numbers: B is read where it stands, once. */
function rowTimes(n: i32, k: i32, a: usize, b: usize, c: usize, accumulate: bool): void {
  const line = bytes(n);
  if (!accumulate) memory.fill(c, 0, line);
  for (; k > 0; k -= STRETCH, a += bytes(STRETCH), b += <usize>STRETCH * line) {
    const end = a + bytes(min(k, STRETCH));
    let at: usize = 0;
    for (; at + 64 <= line; at += 64) {
      let s0 = v128.splat<Real>(0), s1 = s0, s2 = s0, s3 = s0;
      for (let p = a, from = b + at; p < end; p += SIZE, from += line) {
        const x = v128.load_splat<Real>(p);
        s0 = madd(x, v128.load(from), s0); s1 = madd(x, v128.load(from, 16), s1);
        s2 = madd(x, v128.load(from, 32), s2); s3 = madd(x, v128.load(from, 48), s3);
      }
      const to = c + at;
      v128.store(to, v128.add<Real>(v128.load(to), s0)); v128.store(to, v128.add<Real>(v128.load(to, 16), s1), 16);
      v128.store(to, v128.add<Real>(v128.load(to, 32), s2), 32); v128.store(to, v128.add<Real>(v128.load(to, 48), s3), 48);
    }
    for (; at + 16 <= line; at += 16) {
      let s0 = v128.splat<Real>(0), s1 = s0;
      let p = a, from = b + at;
      for (; p + SIZE < end; p += 2 * SIZE, from += 2 * line) {
        s0 = madd(v128.load_splat<Real>(p), v128.load(from), s0);
        s1 = madd(v128.load_splat<Real>(p + SIZE), v128.load(from + line), s1);
      }
      if (p < end) s0 = madd(v128.load_splat<Real>(p), v128.load(from), s0);
      v128.store(c + at, v128.add<Real>(v128.load(c + at), v128.add<Real>(s0, s1)));
    }
    for (; at < line; at += SIZE) {
      let sum = <Real>0;
      for (let p = a, from = b + at; p < end; p += SIZE, from += line) sum += load<Real>(p) * load<Real>(from);
      store<Real>(c + at, load<Real>(c + at) + sum);
    }
  }
}

// @ts-ignore: decorator
@inline function put(c: usize, sum: v128, accumulate: bool): void {
  const value = <Real>total(sum);
  store<Real>(c, accumulate ? load<Real>(c) + value : value);
}

/** A panel of C by packed rows of A: blocks of 4 rows, one after the other. */
function packedRows(m: i32, live: i32, k: i32, a: usize, b: usize, bStep: usize, c: usize, cStep: usize, accumulate: bool): void {
  for (; m > 0; m -= 4, a += bytes(4 * k), c += 4 * cStep) panel(4, live, k, a, SIZE, bytes(4), b, bStep, c, cStep, accumulate);
}
