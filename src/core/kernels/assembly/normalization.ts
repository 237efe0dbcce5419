import { packCapacity, packedB } from './matrix';
import { Real } from './real';
import { LANES, SIZE, bytes, firstLanes, loadPart, madd, splat, storePart, total } from './vector';

// Normalization by columns (of a batch) and by rows (of a layer). Sums stand in registers for some rows, then in float64 in scratch memory.

/** Rows whose numbers are summed before they are added to a sum of float64; they stay in the first cache while all their columns are gone through. */
// @ts-ignore: decorator
@inline const STRETCH: i32 = 64;
/** Columns whose sums fit the scratch memory: two of float64, two of a stretch. */
// @ts-ignore: decorator
@inline const COLUMNS: i32 = packCapacity / 8;

// What is summed: x, (x − mean)², or dy·(x − mean).
// @ts-ignore: decorator
@inline const PLAIN: i32 = 0;
// @ts-ignore: decorator
@inline const SQUARE: i32 = 1;
// @ts-ignore: decorator
@inline const PRODUCT: i32 = 2;

// @ts-ignore: decorator
@inline function term(kind: i32, x: usize, dy: usize, mean: v128): v128 {
  if (kind == PLAIN) return v128.load(x);
  const centred = v128.sub<Real>(v128.load(x), mean);
  return v128.mul<Real>(centred, kind == SQUARE ? centred : v128.load(dy));
}

/** Adds a vector's numbers to as many sums of float64. */
// @ts-ignore: decorator
@inline function addTo(sums: usize, x: v128): void {
  if (sizeof<Real>() == 8) v128.store(sums, f64x2.add(v128.load(sums), x));
  else {
    v128.store(sums, f64x2.add(v128.load(sums), f64x2.promote_low_f32x4(x)));
    v128.store(sums, f64x2.add(v128.load(sums, 16), f64x2.promote_low_f32x4(v128.shuffle<f64>(x, x, 1, 1))), 16);
  }
}

/** Adds the columns of `count` rows, `line` bytes apart, to sums of float64, which have room for a whole last vector. */
// @ts-ignore: decorator
@inline function addColumns(kind: i32, count: i32, columns: i32, line: usize, x: usize, dy: usize, mean: usize, sums: usize): void {
  const end = x + bytes(columns);
  while (x + 64 <= end) {
    let s0 = splat(0), s1 = s0, s2 = s0, s3 = s0;
    let m0 = s0, m1 = s0, m2 = s0, m3 = s0;
    if (kind != PLAIN) {
      m0 = v128.load(mean); m1 = v128.load(mean, 16); m2 = v128.load(mean, 32); m3 = v128.load(mean, 48);
    }
    for (let i = count, on = x, by = dy; i > 0; i--, on += line, by += line) {
      s0 = v128.add<Real>(s0, term(kind, on, by, m0)); s1 = v128.add<Real>(s1, term(kind, on + 16, by + 16, m1));
      s2 = v128.add<Real>(s2, term(kind, on + 32, by + 32, m2)); s3 = v128.add<Real>(s3, term(kind, on + 48, by + 48, m3));
    }
    addTo(sums, s0); addTo(sums + LANES * 8, s1); addTo(sums + 2 * LANES * 8, s2); addTo(sums + 3 * LANES * 8, s3);
    x += 64; dy += 64; mean += 64; sums += 4 * LANES * 8;
  }
  for (; x < end; x += 16, dy += 16, mean += 16, sums += LANES * 8) {
    let sum = splat(0);
    const centre = kind == PLAIN ? sum : v128.load(mean);
    for (let i = count, on = x, by = dy; i > 0; i--, on += line, by += line) sum = v128.add<Real>(sum, term(kind, on, by, centre));
    addTo(sums, sum);
  }
}

function addPlain(count: i32, columns: i32, line: usize, x: usize, sums: usize): void {
  addColumns(PLAIN, count, columns, line, x, x, x, sums);
}

function addSquares(count: i32, columns: i32, line: usize, x: usize, mean: usize, sums: usize): void {
  addColumns(SQUARE, count, columns, line, x, x, mean, sums);
}

function addProducts(count: i32, columns: i32, line: usize, x: usize, dy: usize, mean: usize, sums: usize): void {
  addColumns(PRODUCT, count, columns, line, x, dy, mean, sums);
}

/** Sums of float64 divided, to numbers. */
function take(columns: i32, sums: usize, by: f64, to: usize): void {
  for (const end = to + bytes(columns); to < end; to += SIZE, sums += 8) store<Real>(to, <Real>(load<f64>(sums) / by));
}

export function columnMoments(rows: i32, columns: i32, x: usize, mean: usize, squares: usize): void {
  const line = bytes(columns), sums = packedB;
  for (let first = 0; first < columns; first += COLUMNS) {
    const width = min(COLUMNS, columns - first);
    const at = x + bytes(first), centre = mean + bytes(first);
    memory.fill(sums, 0, <usize>(width + LANES) << 3);
    for (let i = 0; i < rows; i += STRETCH) addPlain(min(STRETCH, rows - i), width, line, at + <usize>i * line, sums);
    take(width, sums, rows, centre);
    memory.fill(sums, 0, <usize>(width + LANES) << 3);
    for (let i = 0; i < rows; i += STRETCH) addSquares(min(STRETCH, rows - i), width, line, at + <usize>i * line, centre, sums);
    take(width, sums, 1, squares + bytes(first));
  }
}

export function columnProducts(rows: i32, columns: i32, x: usize, mean: usize, dy: usize, sum: usize, product: usize): void {
  const line = bytes(columns);
  for (let first = 0; first < columns; first += COLUMNS) {
    const width = min(COLUMNS, columns - first);
    const sums = packedB, products = sums + (<usize>(width + LANES) << 3);
    memory.fill(sums, 0, <usize>(width + LANES) << 4);
    for (let i = 0; i < rows; i += STRETCH) {
      const count = min(STRETCH, rows - i), from = bytes(first) + <usize>i * line;
      addPlain(count, width, line, dy + from, sums);
      addProducts(count, width, line, x + from, dy + from, mean + bytes(first), products);
    }
    take(width, sums, 1, sum + bytes(first));
    take(width, products, 1, product + bytes(first));
  }
}

export function normalizeColumns(rows: i32, columns: i32, x: usize, mean: usize, slope: usize, level: usize, y: usize): void {
  const live = columns & (LANES - 1), whole = bytes(columns - live), line = bytes(columns);
  for (; rows > 0; rows--, x += line, y += line) {
    for (let at: usize = 0; at < whole; at += 16) {
      v128.store(y + at, madd(v128.sub<Real>(v128.load(x + at), v128.load(mean + at)), v128.load(slope + at), v128.load(level + at)));
    }
    if (live > 0) storePart(y + whole, madd(v128.sub<Real>(loadPart(x + whole, live), v128.load(mean + whole)), v128.load(slope + whole), v128.load(level + whole)), live);
  }
}

export function normalizeColumnsBackward(rows: i32, columns: i32, x: usize, mean: usize, dy: usize, slope: usize, bend: usize, level: usize, dx: usize): void {
  const live = columns & (LANES - 1), whole = bytes(columns - live), line = bytes(columns);
  for (; rows > 0; rows--, x += line, dy += line, dx += line) {
    for (let at: usize = 0; at < whole; at += 16) {
      const bent = madd(v128.load(bend + at), v128.sub<Real>(v128.load(x + at), v128.load(mean + at)), v128.load(level + at));
      v128.store(dx + at, madd(v128.load(slope + at), v128.load(dy + at), bent));
    }
    if (live > 0) {
      const bent = madd(v128.load(bend + whole), v128.sub<Real>(loadPart(x + whole, live), v128.load(mean + whole)), v128.load(level + whole));
      storePart(dx + whole, madd(v128.load(slope + whole), loadPart(dy + whole, live), bent), live);
    }
  }
}

export function normalizeRows(rows: i32, columns: i32, x: usize, gamma: usize, beta: usize, epsilon: f64, y: usize, mean: usize, inverse: usize): void {
  const live = columns & (LANES - 1), whole = bytes(columns - live), mask = firstLanes(live);
  for (; rows > 0; rows--, x += bytes(columns), y += bytes(columns), mean += SIZE, inverse += SIZE) {
    let sums = splat(0);
    for (let at: usize = 0; at < whole; at += 16) sums = v128.add<Real>(sums, v128.load(x + at));
    if (live > 0) sums = v128.add<Real>(sums, v128.and(loadPart(x + whole, live), mask));
    const centre = <Real>(total(sums) / columns), middle = v128.splat<Real>(centre);
    let squares = splat(0);
    for (let at: usize = 0; at < whole; at += 16) {
      const centred = v128.sub<Real>(v128.load(x + at), middle);
      squares = madd(centred, centred, squares);
    }
    if (live > 0) {
      const centred = v128.and(v128.sub<Real>(loadPart(x + whole, live), middle), mask);
      squares = madd(centred, centred, squares);
    }
    const factor = <Real>(1 / Math.sqrt(total(squares) / columns + epsilon)), scale = v128.splat<Real>(factor);
    store<Real>(mean, centre);
    store<Real>(inverse, factor);
    for (let at: usize = 0; at < whole; at += 16) {
      v128.store(y + at, madd(v128.load(gamma + at), v128.mul<Real>(v128.sub<Real>(v128.load(x + at), middle), scale), v128.load(beta + at)));
    }
    if (live > 0) {
      const unit = v128.mul<Real>(v128.sub<Real>(loadPart(x + whole, live), middle), scale);
      storePart(y + whole, madd(loadPart(gamma + whole, live), unit, loadPart(beta + whole, live)), live);
    }
  }
}

// @ts-ignore: decorator
@inline function addAt(at: usize, x: v128): void {
  v128.store(at, v128.add<Real>(v128.load(at), x));
}

/** Sums of a stretch's rows, added to those of float64 and begun anew. */
function settleStretch(columns: i32, part: usize, sums: usize): void {
  for (const end = part + bytes(columns); part < end; part += 16, sums += LANES * 8) {
    addTo(sums, v128.load(part));
    v128.store(part, splat(0));
  }
}

/** ∂/∂γ and ∂/∂β of rows that are normalized, for `width` columns from the arrays' places on; rows are `line` bytes apart. */
function gradientsOfRows(rows: i32, width: i32, line: usize, x: usize, mean: usize, inverse: usize, dy: usize, dGamma: usize, dBeta: usize): void {
  const room = width + LANES;
  const gammas = packedB, betas = gammas + (<usize>room << 3), gammaPart = betas + (<usize>room << 3), betaPart = gammaPart + bytes(room);
  memory.fill(gammas, 0, (<usize>room << 4) + 2 * bytes(room));
  for (let i = 0; i < rows; i++, x += line, dy += line, mean += SIZE, inverse += SIZE) {
    const middle = v128.load_splat<Real>(mean), scale = v128.load_splat<Real>(inverse);
    for (let at: usize = 0; at < bytes(width); at += 16) {
      const gradient = v128.load(dy + at);
      addAt(gammaPart + at, v128.mul<Real>(gradient, v128.mul<Real>(v128.sub<Real>(v128.load(x + at), middle), scale)));
      addAt(betaPart + at, gradient);
    }
    if ((i & (STRETCH - 1)) == STRETCH - 1 || i == rows - 1) {
      settleStretch(width, gammaPart, gammas);
      settleStretch(width, betaPart, betas);
    }
  }
  take(width, gammas, 1, dGamma);
  take(width, betas, 1, dBeta);
}

export function rowGradients(rows: i32, columns: i32, x: usize, mean: usize, inverse: usize, dy: usize, dGamma: usize, dBeta: usize): void {
  for (let first = 0; first < columns; first += COLUMNS) {
    const from = bytes(first);
    gradientsOfRows(rows, min(COLUMNS, columns - first), bytes(columns), x + from, mean, inverse, dy + from, dGamma + from, dBeta + from);
  }
}

export function normalizeRowsBackward(rows: i32, columns: i32, x: usize, mean: usize, inverse: usize, gamma: usize, dy: usize, dx: usize): void {
  const live = columns & (LANES - 1), whole = bytes(columns - live), mask = firstLanes(live);
  for (; rows > 0; rows--, x += bytes(columns), dy += bytes(columns), dx += bytes(columns), mean += SIZE, inverse += SIZE) {
    const middle = v128.load_splat<Real>(mean), scale = v128.load_splat<Real>(inverse);
    let sums = splat(0), products = sums;
    for (let at: usize = 0; at < whole; at += 16) {
      const inner = v128.mul<Real>(v128.load(dy + at), v128.load(gamma + at));
      sums = v128.add<Real>(sums, inner);
      products = madd(inner, v128.sub<Real>(v128.load(x + at), middle), products);
    }
    if (live > 0) {
      const inner = v128.and(v128.mul<Real>(loadPart(dy + whole, live), loadPart(gamma + whole, live)), mask);
      sums = v128.add<Real>(sums, inner);
      products = v128.add<Real>(products, v128.and(v128.mul<Real>(inner, v128.sub<Real>(loadPart(x + whole, live), middle)), mask));
    }
    const factor = <f64>load<Real>(inverse);
    // (x − mean)·bend is x̂·Σ(dy·γ·x̂)/columns.
    const level = splat(total(sums) / columns), bend = splat(total(products) * factor * factor / columns);
    for (let at: usize = 0; at < whole; at += 16) {
      const inner = v128.mul<Real>(v128.load(dy + at), v128.load(gamma + at)), unit = v128.mul<Real>(v128.sub<Real>(v128.load(x + at), middle), bend);
      v128.store(dx + at, v128.mul<Real>(scale, v128.sub<Real>(v128.sub<Real>(inner, level), unit)));
    }
    if (live > 0) {
      const inner = v128.mul<Real>(loadPart(dy + whole, live), loadPart(gamma + whole, live)), unit = v128.mul<Real>(v128.sub<Real>(loadPart(x + whole, live), middle), bend);
      storePart(dx + whole, v128.mul<Real>(scale, v128.sub<Real>(v128.sub<Real>(inner, level), unit)), live);
    }
  }
}
