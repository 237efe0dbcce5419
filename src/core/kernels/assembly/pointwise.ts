import { expm1OfNegative, normalDensity, normalProbability, sigmoid, softplus, tanh } from './exponential';
import { Real } from './real';
import { LANES, SIZE, bytes, loadPart, madd, splat, storePart } from './vector';

// Activations by number, in the order that wasm.ts lists them.
// @ts-ignore: decorator
@inline const LINEAR: i32 = 0;
// @ts-ignore: decorator
@inline const RELU: i32 = 1;
// @ts-ignore: decorator
@inline const LEAKY_RELU: i32 = 2;
// @ts-ignore: decorator
@inline const ELU: i32 = 3;
// @ts-ignore: decorator
@inline const GELU: i32 = 4;
// @ts-ignore: decorator
@inline const SILU: i32 = 5;
// @ts-ignore: decorator
@inline const SIGMOID: i32 = 6;
// @ts-ignore: decorator
@inline const TANH: i32 = 7;
// @ts-ignore: decorator
@inline const SOFTPLUS: i32 = 8;
// @ts-ignore: decorator
@inline const LEAK: f64 = 0.01;

/** σ(z). Written so that a NaN goes through. */
// @ts-ignore: decorator
@inline function activated(kind: i32, z: v128): v128 {
  if (kind == RELU) return v128.andnot(z, v128.le<Real>(z, splat(0)));
  if (kind == LEAKY_RELU) return v128.bitselect(z, v128.mul<Real>(z, splat(LEAK)), v128.gt<Real>(z, splat(0)));
  if (kind == ELU) return v128.bitselect(z, expm1OfNegative(v128.min<Real>(z, splat(0))), v128.gt<Real>(z, splat(0)));
  if (kind == GELU) return v128.mul<Real>(z, normalProbability(z));
  if (kind == SILU) return v128.mul<Real>(z, sigmoid(z));
  if (kind == SIGMOID) return sigmoid(z);
  if (kind == TANH) return tanh(z);
  if (kind == SOFTPLUS) return softplus(z);
  return z;
}

/** For the last numbers, fewer than a vector: one body for all kinds. */
function activatedPart(kind: i32, z: v128): v128 {
  return activated(kind, z);
}

/** dy·σ′(z), y = σ(z). */
// @ts-ignore: decorator
@inline function backward(kind: i32, z: v128, y: v128, dy: v128): v128 {
  if (kind == RELU) return v128.andnot(dy, v128.le<Real>(z, splat(0)));
  if (kind == LEAKY_RELU) return v128.bitselect(dy, v128.mul<Real>(dy, splat(LEAK)), v128.gt<Real>(z, splat(0)));
  if (kind == ELU) return v128.bitselect(dy, v128.mul<Real>(dy, v128.add<Real>(y, splat(1))), v128.gt<Real>(z, splat(0)));
  if (kind == GELU) return v128.mul<Real>(dy, madd(z, normalDensity(z), normalProbability(z)));
  if (kind == SILU) {
    const s = sigmoid(z);
    return v128.mul<Real>(v128.mul<Real>(dy, s), madd(z, v128.sub<Real>(splat(1), s), splat(1)));
  }
  if (kind == SIGMOID) return v128.mul<Real>(v128.mul<Real>(dy, y), v128.sub<Real>(splat(1), y));
  if (kind == TANH) return v128.mul<Real>(dy, v128.sub<Real>(splat(1), v128.mul<Real>(y, y)));
  if (kind == SOFTPLUS) return v128.mul<Real>(dy, sigmoid(z));
  return dy;
}

function backwardPart(kind: i32, z: v128, y: v128, dy: v128): v128 {
  return backward(kind, z, y, dy);
}

// @ts-ignore: decorator
@inline function flat(kind: i32, count: i32, z: usize, y: usize): void {
  const live = count & (LANES - 1);
  for (const end = z + bytes(count - live); z < end; z += 16, y += 16) v128.store(y, activated(kind, v128.load(z)));
  if (live > 0) storePart(y, activatedPart(kind, loadPart(z, live)), live);
}

/** Rows whose length is a multiple of a vector's. */
// @ts-ignore: decorator
@inline function biased(kind: i32, rows: i32, columns: i32, z: usize, bias: usize, y: usize): void {
  for (; rows > 0; rows--) {
    for (let b = bias, end = bias + bytes(columns); b < end; b += 16, z += 16, y += 16) {
      const sum = v128.add<Real>(v128.load(z), v128.load(b));
      if (z != y) v128.store(z, sum);
      v128.store(y, activated(kind, sum));
    }
  }
}

function addBias(rows: i32, columns: i32, z: usize, bias: usize): void {
  if (columns == 1) {
    const each = v128.splat<Real>(load<Real>(bias));
    const rest = rows & (LANES - 1);
    for (const end = z + bytes(rows - rest); z < end; z += 16) v128.store(z, v128.add<Real>(v128.load(z), each));
    if (rest > 0) storePart(z, v128.add<Real>(loadPart(z, rest), each), rest);
    return;
  }
  const live = columns & (LANES - 1);
  for (; rows > 0; rows--) {
    let b = bias;
    for (const end = bias + bytes(columns - live); b < end; b += 16, z += 16) v128.store(z, v128.add<Real>(v128.load(z), v128.load(b)));
    for (const end = bias + bytes(columns); b < end; b += SIZE, z += SIZE) store<Real>(z, load<Real>(z) + load<Real>(b));
  }
}

export function biasActivate(kind: i32, rows: i32, columns: i32, z: usize, bias: usize, y: usize): void {
  if (bias != 0) {
    // Where σ costs little, both are done in one pass.
    if (kind <= LEAKY_RELU && (columns & (LANES - 1)) == 0) {
      if (kind == LINEAR) biased(LINEAR, rows, columns, z, bias, y);
      else if (kind == RELU) biased(RELU, rows, columns, z, bias, y);
      else biased(LEAKY_RELU, rows, columns, z, bias, y);
      return;
    }
    addBias(rows, columns, z, bias);
  }
  const count = rows * columns;
  if (kind == LINEAR) {
    if (z != y) memory.copy(y, z, bytes(count));
  } else if (kind == RELU) flat(RELU, count, z, y);
  else if (kind == LEAKY_RELU) flat(LEAKY_RELU, count, z, y);
  else if (kind == ELU) flat(ELU, count, z, y);
  else if (kind == GELU) flat(GELU, count, z, y);
  else if (kind == SILU) flat(SILU, count, z, y);
  else if (kind == SIGMOID) flat(SIGMOID, count, z, y);
  else if (kind == TANH) flat(TANH, count, z, y);
  else if (kind == SOFTPLUS) flat(SOFTPLUS, count, z, y);
}

// @ts-ignore: decorator
@inline function back(kind: i32, count: i32, z: usize, y: usize, dy: usize, dz: usize): void {
  const live = count & (LANES - 1);
  for (const end = z + bytes(count - live); z < end; z += 16, y += 16, dy += 16, dz += 16) v128.store(dz, backward(kind, v128.load(z), v128.load(y), v128.load(dy)));
  if (live > 0) storePart(dz, backwardPart(kind, loadPart(z, live), loadPart(y, live), loadPart(dy, live)), live);
}

export function activateBackward(kind: i32, count: i32, z: usize, y: usize, dy: usize, dz: usize): void {
  if (kind == LINEAR) {
    if (dy != dz) memory.copy(dz, dy, bytes(count));
  } else if (kind == RELU) back(RELU, count, z, y, dy, dz);
  else if (kind == LEAKY_RELU) back(LEAKY_RELU, count, z, y, dy, dz);
  else if (kind == ELU) back(ELU, count, z, y, dy, dz);
  else if (kind == GELU) back(GELU, count, z, y, dy, dz);
  else if (kind == SILU) back(SILU, count, z, y, dy, dz);
  else if (kind == SIGMOID) back(SIGMOID, count, z, y, dy, dz);
  else if (kind == TANH) back(TANH, count, z, y, dy, dz);
  else if (kind == SOFTPLUS) back(SOFTPLUS, count, z, y, dy, dz);
}
