import { turnSquare } from './arrangement';
import { packTransposed } from './packing';
import { Real } from './real';
import { LANES, SIZE, bytes, madd } from './vector';

/**
 * Products with a matrix full of zeros: what leaves a relu, its derivative, pictures on an empty ground. A row's other numbers are listed
 * with the places of what they are multiplied by, and nothing is multiplied by zero. The sums are taken in the order of blocks.ts and have
 * its bits, as long as zero times a number is zero: what is not finite is left to blocks.ts.
 */

/** Columns that stand in registers. */
// @ts-ignore: decorator
@inline export const WIDE: i32 = 8 * LANES;
/** Bytes of a listed number: those from the first row of a panel to its own, then the number. Each list ends in a zero that may be read. */
// @ts-ignore: decorator
@inline export const LIST: usize = 2 * SIZE;

/** Of more lines some are looked at. */
// @ts-ignore: decorator
@inline const SAMPLE: i32 = 1024;

/** The share of m lines of k numbers, `line` bytes apart, that is not zero. */
export function shareOfNonzeros(m: i32, k: i32, a: usize, line: usize): f64 {
  const apart = max(1, m / SAMPLE), lines = m / apart;
  const live = k & (LANES - 1), whole = bytes(k - live), zero = v128.splat<Real>(0);
  let count = 0;
  for (let i = 0; i < lines; i++, a += <usize>apart * line) {
    let at = a, some = i32x4.splat(0);
    for (const end = a + whole; at < end; at += 16) some = v128.sub<i32>(some, v128.ne<Real>(v128.load(at), zero));
    const halves = i32x4.extract_lane(some, 0) + i32x4.extract_lane(some, 1) + i32x4.extract_lane(some, 2) + i32x4.extract_lane(some, 3);
    count += sizeof<Real>() == 4 ? halves : halves >> 1;
    for (let j = 0; j < live; j++, at += SIZE) count += i32(load<Real>(at) != 0);
  }
  return <f64>count / (<f64>lines * <f64>k);
}

/** NaN where x or `odd` has no finite number, else a zero. */
// @ts-ignore: decorator
@inline function oddities(odd: v128, x: v128): v128 {
  return v128.or(odd, v128.mul<Real>(x, v128.splat<Real>(0)));
}

/** Are as many numbers, whole vectors of them, neither infinite nor NaN? */
function allFinite(count: i32, at: usize): bool {
  let odd = v128.splat<Real>(0);
  for (const end = at + bytes(count); at < end; at += 16) odd = oddities(odd, v128.load(at));
  return !v128.any_true(v128.ne<Real>(odd, odd));
}

/** Lists m rows of k numbers that stand side by side: row i at lists + i·LIST·(k + 1); where it ends goes to ends + 4·i. */
function listRows(m: i32, k: i32, a: usize, row: usize, lists: usize, ends: usize): void {
  for (; m > 0; m--, a += row, lists += LIST * (k + 1), ends += 4) {
    let to = lists, place: u32 = 0;
    for (let at = a, end = a + bytes(k); at < end; at += SIZE, place += <u32>bytes(WIDE)) {
      const x = load<Real>(at);
      store<u32>(to, place);
      store<Real>(to, x, SIZE);
      to += <usize>i32(x != 0) * LIST;
    }
    close(to, ends);
  }
}

/** The same of rows that stand in k columns, `column` bytes apart. */
function listColumns(m: i32, k: i32, a: usize, column: usize, lists: usize, ends: usize): void {
  const last = ends + 4 * <usize>m;
  for (let end = ends, to = lists; end < last; end += 4, to += LIST * (k + 1)) store<u32>(end, <u32>to);
  let place: u32 = 0;
  for (; k > 0; k--, a += column, place += <u32>bytes(WIDE)) {
    for (let end = ends, at = a; end < last; end += 4, at += SIZE) {
      const x = load<Real>(at), to = <usize>load<u32>(end);
      store<u32>(to, place);
      store<Real>(to, x, SIZE);
      store<u32>(end, <u32>(to + <usize>i32(x != 0) * LIST));
    }
  }
  for (let end = ends; end < last; end += 4) close(<usize>load<u32>(end), end);
}

// @ts-ignore: decorator
@inline function close(to: usize, end: usize): void {
  store<u32>(to, 0);
  store<Real>(to, 0, SIZE);
  store<u32>(end, <u32>to);
}

/** k lines of B, `line` bytes apart, to panels of WIDE columns. @returns whether all their numbers are finite */
function packWide(k: i32, panels: i32, b: usize, line: usize, to: usize): bool {
  const far = bytes(k * WIDE);
  let odd = v128.splat<Real>(0);
  for (; k > 0; k--, b += line, to += bytes(WIDE)) {
    let at = b;
    for (let panel = panels, into = to; panel > 0; panel--, into += far) {
      for (let i: usize = 0; i < bytes(WIDE); i += 16, at += 16) {
        const x = v128.load(at);
        v128.store(into + i, x);
        odd = oddities(odd, x);
      }
    }
  }
  return !v128.any_true(v128.ne<Real>(odd, odd));
}

/** C ← A·B or C + A·B for one row of A, as listed, and a panel of B. Two numbers a turn: one would take some percent longer. */
function listedRow(list: usize, end: usize, b: usize, c: usize, accumulate: bool): void {
  let c0 = v128.splat<Real>(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
  for (; list < end; list += 2 * LIST) {
    let at = b + <usize>load<u32>(list);
    let x = v128.load_splat<Real>(list, SIZE);
    c0 = madd(x, v128.load(at), c0);
    c1 = madd(x, v128.load(at, 16), c1);
    c2 = madd(x, v128.load(at, 32), c2);
    c3 = madd(x, v128.load(at, 48), c3);
    c4 = madd(x, v128.load(at, 64), c4);
    c5 = madd(x, v128.load(at, 80), c5);
    c6 = madd(x, v128.load(at, 96), c6);
    c7 = madd(x, v128.load(at, 112), c7);
    at = b + <usize>load<u32>(list, LIST);
    x = v128.load_splat<Real>(list, 3 * SIZE);
    c0 = madd(x, v128.load(at), c0);
    c1 = madd(x, v128.load(at, 16), c1);
    c2 = madd(x, v128.load(at, 32), c2);
    c3 = madd(x, v128.load(at, 48), c3);
    c4 = madd(x, v128.load(at, 64), c4);
    c5 = madd(x, v128.load(at, 80), c5);
    c6 = madd(x, v128.load(at, 96), c6);
    c7 = madd(x, v128.load(at, 112), c7);
  }
  if (accumulate) {
    v128.store(c, v128.add<Real>(c0, v128.load(c))); v128.store(c, v128.add<Real>(c1, v128.load(c, 16)), 16);
    v128.store(c, v128.add<Real>(c2, v128.load(c, 32)), 32); v128.store(c, v128.add<Real>(c3, v128.load(c, 48)), 48);
    v128.store(c, v128.add<Real>(c4, v128.load(c, 64)), 64); v128.store(c, v128.add<Real>(c5, v128.load(c, 80)), 80);
    v128.store(c, v128.add<Real>(c6, v128.load(c, 96)), 96); v128.store(c, v128.add<Real>(c7, v128.load(c, 112)), 112);
  } else {
    v128.store(c, c0); v128.store(c, c1, 16); v128.store(c, c2, 32); v128.store(c, c3, 48);
    v128.store(c, c4, 64); v128.store(c, c5, 80); v128.store(c, c6, 96); v128.store(c, c7, 112);
  }
}

/** Rows of a panel's product. Called at two places the function above stays one of its own: within a larger one V8 would keep sums in memory. */
function listedRows(m: i32, lists: usize, line: usize, ends: usize, panel: usize, c: usize, cStep: usize, accumulate: bool): void {
  const last = ends + 4 * <usize>m;
  if (accumulate) for (; ends < last; ends += 4, lists += line, c += cStep) listedRow(lists, <usize>load<u32>(ends), panel, c, true);
  else for (; ends < last; ends += 4, lists += line, c += cStep) listedRow(lists, <usize>load<u32>(ends), panel, c, false);
}

/** C ← op(A)·op(B) or C + op(A)·op(B) by lists of A, `height` rows at a time. @returns how many columns are done: none where B is not finite */
export function listedProduct(
  transA: bool, transB: bool, m: i32, n: i32, k: i32, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, bColumn: usize, c: usize, cStep: usize, accumulate: bool,
  panels: usize, lists: usize, ends: usize, height: i32,
): i32 {
  const wide = n / WIDE * WIDE;
  if (transB) {
    for (let j = 0; j < wide; j += WIDE) {
      const to = panels + bytes(j * k);
      packTransposed(k, WIDE, b + <usize>j * bColumn, bColumn, to);
      if (!allFinite(k * WIDE, to)) return 0;
    }
  } else if (!packWide(k, wide / WIDE, b, bRow, panels)) return 0;
  for (; m > 0; m -= height, a += <usize>height * aRow, c += <usize>height * cStep) {
    const rows = min(height, m);
    if (transA) listColumns(rows, k, a, aColumn, lists, ends);
    else listRows(rows, k, a, aRow, lists, ends);
    for (let j = 0; j < wide; j += WIDE) listedRows(rows, lists, LIST * (k + 1), ends, panels + bytes(j * k), c + bytes(j), cStep, accumulate);
  }
  return wide;
}

/** A tile of `rows` lines of WIDE numbers, turned, to C or added to it. */
function settleTurned(tile: usize, rows: i32, c: usize, cStep: usize, accumulate: bool): void {
  const whole = rows & ~(LANES - 1);
  for (let j = 0; j < WIDE; j += LANES, tile += 16, c += <usize>LANES * cStep) {
    for (let i = 0; i < whole; i += LANES) turnSquare(tile + bytes(i * WIDE), bytes(WIDE), c + bytes(i), cStep, accumulate);
    for (let i = whole; i < rows; i++) {
      for (let at = tile + bytes(i * WIDE), to = c + bytes(i), end = at + 16; at < end; at += SIZE, to += cStep) {
        const x = load<Real>(at);
        store<Real>(to, accumulate ? load<Real>(to) + x : x);
      }
    }
  }
}

/**
 * C ← Aᵀ·B or C + Aᵀ·B as the turned Bᵀ·A, by lists of B's columns, `height` at a time, over panels of A, `width` columns at a time.
 * @returns how many rows are done: those before the first panels of A that are not finite
 */
export function turnedProduct(
  m: i32, n: i32, k: i32, a: usize, aColumn: usize, b: usize, bRow: usize, c: usize, cStep: usize, accumulate: bool,
  panels: usize, width: i32, lists: usize, ends: usize, height: i32, tile: usize,
): i32 {
  const wide = m / WIDE * WIDE;
  for (let down = 0; down < wide; down += width) {
    const across = min(width, wide - down);
    if (!packWide(k, across / WIDE, a + bytes(down), aColumn, panels)) return down;
    for (let right = 0; right < n; right += height) {
      const rows = min(height, n - right);
      listColumns(rows, k, b + bytes(right), bRow, lists, ends);
      for (let j = 0; j < across; j += WIDE) {
        listedRows(rows, lists, LIST * (k + 1), ends, panels + bytes(j * k), tile, bytes(WIDE), false);
        settleTurned(tile, rows, c + <usize>(down + j) * cStep + bytes(right), cStep, accumulate);
      }
    }
  }
  return wide;
}
