import type { PointwiseActivation, Vector } from './kernels';
import { normalDensity, normalProbability } from './normal';

/** Of leakyRelu, as in PyTorch. */
export const LEAK = 0.01;

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

export function biasActivate(activation: PointwiseActivation, rows: number, columns: number, z: Vector, bias: Vector | null, y: Vector): void {
  if (bias !== null) {
    for (let i = 0, at = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++, at++) z[at] += bias[j];
    }
  }
  activate(activation, rows * columns, z, y);
}

/** Comparisons are written so that a NaN goes through. */
function activate(activation: PointwiseActivation, count: number, z: Vector, y: Vector): void {
  switch (activation) {
    case 'linear':
      if (y !== z) for (let i = 0; i < count; i++) y[i] = z[i];
      return;
    case 'relu':
      for (let i = 0; i < count; i++) y[i] = z[i] <= 0 ? 0 : z[i];
      return;
    case 'leakyRelu':
      for (let i = 0; i < count; i++) y[i] = z[i] > 0 ? z[i] : LEAK * z[i];
      return;
    case 'elu':
      for (let i = 0; i < count; i++) y[i] = z[i] > 0 ? z[i] : Math.expm1(z[i]);
      return;
    case 'gelu':
      for (let i = 0; i < count; i++) y[i] = z[i] * normalProbability(z[i]);
      return;
    case 'silu':
      for (let i = 0; i < count; i++) y[i] = z[i] * sigmoid(z[i]);
      return;
    case 'sigmoid':
      for (let i = 0; i < count; i++) y[i] = sigmoid(z[i]);
      return;
    case 'tanh':
      for (let i = 0; i < count; i++) y[i] = Math.tanh(z[i]);
      return;
    case 'softplus':
      for (let i = 0; i < count; i++) y[i] = Math.max(z[i], 0) + Math.log1p(Math.exp(-Math.abs(z[i])));
  }
}

export function activateBackward(activation: PointwiseActivation, count: number, z: Vector, y: Vector, dy: Vector, dz: Vector): void {
  switch (activation) {
    case 'linear':
      if (dz !== dy) for (let i = 0; i < count; i++) dz[i] = dy[i];
      return;
    case 'relu':
      for (let i = 0; i < count; i++) dz[i] = z[i] <= 0 ? 0 : dy[i];
      return;
    case 'leakyRelu':
      for (let i = 0; i < count; i++) dz[i] = z[i] > 0 ? dy[i] : LEAK * dy[i];
      return;
    case 'elu':
      for (let i = 0; i < count; i++) dz[i] = z[i] > 0 ? dy[i] : dy[i] * (y[i] + 1);
      return;
    case 'gelu':
      for (let i = 0; i < count; i++) dz[i] = dy[i] * (normalProbability(z[i]) + z[i] * normalDensity(z[i]));
      return;
    case 'silu':
      for (let i = 0; i < count; i++) {
        const s = sigmoid(z[i]);
        dz[i] = dy[i] * s * (1 + z[i] * (1 - s));
      }
      return;
    case 'sigmoid':
      for (let i = 0; i < count; i++) dz[i] = dy[i] * y[i] * (1 - y[i]);
      return;
    case 'tanh':
      for (let i = 0; i < count; i++) dz[i] = dy[i] * (1 - y[i] * y[i]);
      return;
    case 'softplus':
      for (let i = 0; i < count; i++) dz[i] = dy[i] * sigmoid(z[i]);
  }
}

/** Largest entry of a row; NaN where one is. */
function rowMaximum(z: Vector, at: number, columns: number): number {
  let largest = z[at];
  for (let j = 1; j < columns; j++) largest = Math.max(largest, z[at + j]);
  return largest;
}

export function softmax(rows: number, columns: number, z: Vector, p: Vector): void {
  for (let i = 0, at = 0; i < rows; i++, at += columns) {
    const largest = rowMaximum(z, at, columns);
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += p[at + j] = Math.exp(z[at + j] - largest);
    const share = 1 / sum;
    for (let j = 0; j < columns; j++) p[at + j] *= share;
  }
}

/** A target of zero counts nothing, even where its logit is −∞. */
export function softmaxCrossentropy(rows: number, columns: number, z: Vector, t: Vector, dz: Vector | null, factor: number): number {
  let total = 0;
  for (let i = 0, at = 0; i < rows; i++, at += columns) {
    const largest = rowMaximum(z, at, columns);
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += Math.exp(z[at + j] - largest);
    const level = Math.log(sum);
    for (let j = 0; j < columns; j++) {
      const target = t[at + j];
      const shifted = z[at + j] - largest;
      if (target !== 0) total += target * (level - shifted);
      if (dz !== null) dz[at + j] = (Math.exp(shifted) / sum - target) * factor;
    }
  }
  return total;
}

export function squaredError(count: number, y: Vector, t: Vector, dy: Vector | null, factor: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const d = y[i] - t[i];
    sum += d * d;
    if (dy !== null) dy[i] = factor * d;
  }
  return sum;
}
