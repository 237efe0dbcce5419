import { Real } from './real';
import { LANES, bytes, loadPart, storePart } from './vector';

/** out ← a∘b, number by number; out may be either. */
export function multiply(count: i32, a: usize, b: usize, out: usize): void {
  const live = count & (LANES - 1);
  for (const end = a + bytes(count - live); a < end; a += 16, b += 16, out += 16) v128.store(out, v128.mul<Real>(v128.load(a), v128.load(b)));
  if (live > 0) storePart(out, v128.mul<Real>(loadPart(a, live), loadPart(b, live)), live);
}

// @ts-ignore: decorator
@inline function put(to: usize, x: v128, accumulate: bool): void {
  v128.store(to, accumulate ? v128.add<Real>(x, v128.load(to)) : x);
}

/** LANES lines of as many numbers, `line` bytes apart, to columns, or added to them. */
// @ts-ignore: decorator
@inline export function turnSquare(from: usize, line: usize, to: usize, out: usize, accumulate: bool): void {
  if (sizeof<Real>() == 8) {
    const x0 = v128.load(from), x1 = v128.load(from + line);
    put(to, v128.shuffle<f64>(x0, x1, 0, 2), accumulate);
    put(to + out, v128.shuffle<f64>(x0, x1, 1, 3), accumulate);
    return;
  }
  const x0 = v128.load(from), x1 = v128.load(from + line), x2 = v128.load(from + 2 * line), x3 = v128.load(from + 3 * line);
  const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7), high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
  put(to, v128.shuffle<f64>(low01, low23, 0, 2), accumulate); to += out;
  put(to, v128.shuffle<f64>(low01, low23, 1, 3), accumulate); to += out;
  put(to, v128.shuffle<f64>(high01, high23, 0, 2), accumulate); to += out;
  put(to, v128.shuffle<f64>(high01, high23, 1, 3), accumulate);
}

export function transpose(rows: i32, m: i32, n: i32, x: usize, y: usize): void {
  const line = bytes(n), out = bytes(m), size = bytes(m * n);
  const down = m & ~(LANES - 1), across = n & ~(LANES - 1);
  for (; rows > 0; rows--, x += size, y += size) {
    for (let i = 0; i < down; i += LANES) {
      for (let j = 0; j < across; j += LANES) turnSquare(x + <usize>i * line + bytes(j), line, y + <usize>j * out + bytes(i), out, false);
    }
    for (let i = 0; i < m; i++) {
      for (let j = i < down ? across : 0; j < n; j++) store<Real>(y + <usize>j * out + bytes(i), load<Real>(x + <usize>i * line + bytes(j)));
    }
  }
}
