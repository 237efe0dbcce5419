import { product } from './plainMatrix';
import type { Vector } from './kernels';

/** Rows whose numbers stay in the cache while they are read twice. */
const BLOCK = 256;

export function linearSquaredError(
  rows: number, inputs: number, x: Vector, w: Vector, bias: Vector | null, t: Vector, y: Vector, dy: Vector | null, dw: Vector | null, db: Vector | null, factor: number,
): number {
  const shift = bias ? bias[0] : 0;
  let loss = 0;
  let slope = 0;
  if (dw) dw.fill(0, 0, inputs);
  for (let from = 0; from < rows; from += BLOCK) {
    const count = Math.min(BLOCK, rows - from);
    product(count, 1, inputs, x, from * inputs, inputs, 1, w, 0, 1, 1, y, from, 1, false);
    for (let i = from; i < from + count; i++) {
      y[i] += shift;
      const d = y[i] - t[i];
      loss += d * d;
      if (!dy) continue;
      dy[i] = factor * d;
      slope += dy[i];
    }
    if (dy && dw) product(inputs, 1, count, x, from * inputs, 1, inputs, dy, from, 1, 1, dw, 0, 1, true);
  }
  if (db) db[0] = slope;
  return loss;
}
