import type { Vector } from './kernels';

/** Numbers that are worked through at a time, column by column, so that what belongs to a column stays in registers and the rows in the cache. */
const BLOCK = 4096;

// Sums of float64, kept from call to call.
let sums = new Float64Array(0);
let products = new Float64Array(0);

function clearSums(columns: number): void {
  if (sums.length < columns) {
    sums = new Float64Array(columns);
    products = new Float64Array(columns);
  }
  sums.fill(0, 0, columns);
  products.fill(0, 0, columns);
}

/** Each column of each block of rows: the places of its first number and beyond its last. */
function columnsOf(rows: number, columns: number, visit: (column: number, from: number, end: number) => void): void {
  const block = Math.max(4, Math.floor(BLOCK / columns));
  for (let first = 0; first < rows; first += block) {
    const end = Math.min(rows, first + block) * columns;
    for (let j = 0; j < columns; j++) visit(j, first * columns + j, end);
  }
}

export function columnMoments(rows: number, columns: number, x: Vector, mean: Vector, squares: Vector): void {
  clearSums(columns);
  columnsOf(rows, columns, (j, from, end) => {
    let part = 0;
    for (let at = from; at < end; at += columns) part += x[at];
    sums[j] += part;
  });
  for (let j = 0; j < columns; j++) mean[j] = sums[j] / rows;
  clearSums(columns);
  columnsOf(rows, columns, (j, from, end) => {
    const centre = mean[j];
    let part = 0;
    for (let at = from; at < end; at += columns) part += (x[at] - centre) * (x[at] - centre);
    sums[j] += part;
  });
  for (let j = 0; j < columns; j++) squares[j] = sums[j];
}

export function normalizeColumns(rows: number, columns: number, x: Vector, mean: Vector, slope: Vector, level: Vector, y: Vector): void {
  columnsOf(rows, columns, (j, from, end) => {
    const centre = mean[j];
    const factor = slope[j];
    const shift = level[j];
    for (let at = from; at < end; at += columns) y[at] = (x[at] - centre) * factor + shift;
  });
}

export function columnProducts(rows: number, columns: number, x: Vector, mean: Vector, dy: Vector, sum: Vector, product: Vector): void {
  clearSums(columns);
  columnsOf(rows, columns, (j, from, end) => {
    const centre = mean[j];
    let plain = 0;
    let weighted = 0;
    for (let at = from; at < end; at += columns) {
      plain += dy[at];
      weighted += dy[at] * (x[at] - centre);
    }
    sums[j] += plain;
    products[j] += weighted;
  });
  for (let j = 0; j < columns; j++) {
    sum[j] = sums[j];
    product[j] = products[j];
  }
}

export function normalizeColumnsBackward(rows: number, columns: number, x: Vector, mean: Vector, dy: Vector, slope: Vector, bend: Vector, level: Vector, dx: Vector): void {
  columnsOf(rows, columns, (j, from, end) => {
    const centre = mean[j];
    const factor = slope[j];
    const curve = bend[j];
    const shift = level[j];
    for (let at = from; at < end; at += columns) dx[at] = factor * dy[at] + (curve * (x[at] - centre) + shift);
  });
}

export function normalizeRows(rows: number, columns: number, x: Vector, gamma: Vector, beta: Vector, epsilon: number, y: Vector, mean: Vector, inverse: Vector): void {
  for (let i = 0, at = 0; i < rows; i++, at += columns) {
    let centre = 0;
    for (let j = 0; j < columns; j++) centre += x[at + j];
    centre /= columns;
    let squares = 0;
    for (let j = 0; j < columns; j++) squares += (x[at + j] - centre) ** 2;
    const factor = 1 / Math.sqrt(squares / columns + epsilon);
    mean[i] = centre;
    inverse[i] = factor;
    for (let j = 0; j < columns; j++) y[at + j] = gamma[j] * ((x[at + j] - centre) * factor) + beta[j];
  }
}

export function rowGradients(rows: number, columns: number, x: Vector, mean: Vector, inverse: Vector, dy: Vector, dGamma: Vector, dBeta: Vector): void {
  clearSums(columns);
  for (let i = 0, at = 0; i < rows; i++, at += columns) {
    const centre = mean[i];
    const factor = inverse[i];
    for (let j = 0; j < columns; j++) {
      products[j] += dy[at + j] * (x[at + j] - centre) * factor;
      sums[j] += dy[at + j];
    }
  }
  for (let j = 0; j < columns; j++) {
    dGamma[j] = products[j];
    dBeta[j] = sums[j];
  }
}

export function normalizeRowsBackward(rows: number, columns: number, x: Vector, mean: Vector, inverse: Vector, gamma: Vector, dy: Vector, dx: Vector): void {
  for (let i = 0, at = 0; i < rows; i++, at += columns) {
    const centre = mean[i];
    const factor = inverse[i];
    let sum = 0;
    let product = 0;
    for (let j = 0; j < columns; j++) {
      const inner = dy[at + j] * gamma[j];
      sum += inner;
      product += inner * (x[at + j] - centre) * factor;
    }
    for (let j = 0; j < columns; j++) dx[at + j] = factor * (dy[at + j] * gamma[j] - (sum + (x[at + j] - centre) * factor * product) / columns);
  }
}

/** out ← a∘b, number by number; out may be either. */
export function multiply(count: number, a: Vector, b: Vector, out: Vector): void {
  for (let i = 0; i < count; i++) out[i] = a[i] * b[i];
}

export function transpose(rows: number, m: number, n: number, x: Vector, y: Vector): void {
  for (let row = 0, at = 0; row < rows; row++) {
    const start = row * m * n;
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++, at++) y[start + j * m + i] = x[at];
  }
}
