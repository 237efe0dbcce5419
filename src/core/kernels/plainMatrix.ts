import type { SparseRows, Vector } from './kernels';

/**
 * C ← op(A)·op(B), or C + op(A)·op(B), of strided matrices inside larger arrays: an entry (i, j) of A stands at at + i·row + j·column.
 * Rows of A and B may overlap, those of C may not. Sums stand in registers, in float64, and are rounded once.
 */
export function product(
  m: number, n: number, k: number,
  a: Vector, aAt: number, aRow: number, aColumn: number,
  b: Vector, bAt: number, bRow: number, bColumn: number,
  c: Vector, cAt: number, cRow: number, accumulate: boolean,
): void {
  let i = 0;
  for (; i + 4 <= m; i += 4) {
    let j = 0;
    for (; j + 4 <= n; j += 4) {
      let c00 = 0, c01 = 0, c02 = 0, c03 = 0, c10 = 0, c11 = 0, c12 = 0, c13 = 0;
      let c20 = 0, c21 = 0, c22 = 0, c23 = 0, c30 = 0, c31 = 0, c32 = 0, c33 = 0;
      let left = aAt + i * aRow;
      let right = bAt + j * bColumn;
      for (let p = 0; p < k; p++, left += aColumn, right += bRow) {
        const b0 = b[right], b1 = b[right + bColumn], b2 = b[right + 2 * bColumn], b3 = b[right + 3 * bColumn];
        let x = a[left];
        c00 += x * b0; c01 += x * b1; c02 += x * b2; c03 += x * b3;
        x = a[left + aRow];
        c10 += x * b0; c11 += x * b1; c12 += x * b2; c13 += x * b3;
        x = a[left + 2 * aRow];
        c20 += x * b0; c21 += x * b1; c22 += x * b2; c23 += x * b3;
        x = a[left + 3 * aRow];
        c30 += x * b0; c31 += x * b1; c32 += x * b2; c33 += x * b3;
      }
      let at = cAt + i * cRow + j;
      if (accumulate) {
        c00 += c[at]; c01 += c[at + 1]; c02 += c[at + 2]; c03 += c[at + 3];
        c10 += c[at + cRow]; c11 += c[at + cRow + 1]; c12 += c[at + cRow + 2]; c13 += c[at + cRow + 3];
        c20 += c[at + 2 * cRow]; c21 += c[at + 2 * cRow + 1]; c22 += c[at + 2 * cRow + 2]; c23 += c[at + 2 * cRow + 3];
        c30 += c[at + 3 * cRow]; c31 += c[at + 3 * cRow + 1]; c32 += c[at + 3 * cRow + 2]; c33 += c[at + 3 * cRow + 3];
      }
      c[at] = c00; c[at + 1] = c01; c[at + 2] = c02; c[at + 3] = c03;
      at += cRow;
      c[at] = c10; c[at + 1] = c11; c[at + 2] = c12; c[at + 3] = c13;
      at += cRow;
      c[at] = c20; c[at + 1] = c21; c[at + 2] = c22; c[at + 3] = c23;
      at += cRow;
      c[at] = c30; c[at + 1] = c31; c[at + 2] = c32; c[at + 3] = c33;
    }
    for (; j < n; j++) {
      let c0 = 0, c1 = 0, c2 = 0, c3 = 0;
      let left = aAt + i * aRow;
      let right = bAt + j * bColumn;
      for (let p = 0; p < k; p++, left += aColumn, right += bRow) {
        const x = b[right];
        c0 += a[left] * x;
        c1 += a[left + aRow] * x;
        c2 += a[left + 2 * aRow] * x;
        c3 += a[left + 3 * aRow] * x;
      }
      const at = cAt + i * cRow + j;
      c[at] = accumulate ? c[at] + c0 : c0;
      c[at + cRow] = accumulate ? c[at + cRow] + c1 : c1;
      c[at + 2 * cRow] = accumulate ? c[at + 2 * cRow] + c2 : c2;
      c[at + 3 * cRow] = accumulate ? c[at + 3 * cRow] + c3 : c3;
    }
  }
  for (; i < m; i++) {
    let j = 0;
    for (; j + 4 <= n; j += 4) {
      let c0 = 0, c1 = 0, c2 = 0, c3 = 0;
      let left = aAt + i * aRow;
      let right = bAt + j * bColumn;
      for (let p = 0; p < k; p++, left += aColumn, right += bRow) {
        const x = a[left];
        c0 += x * b[right];
        c1 += x * b[right + bColumn];
        c2 += x * b[right + 2 * bColumn];
        c3 += x * b[right + 3 * bColumn];
      }
      const at = cAt + i * cRow + j;
      c[at] = accumulate ? c[at] + c0 : c0;
      c[at + 1] = accumulate ? c[at + 1] + c1 : c1;
      c[at + 2] = accumulate ? c[at + 2] + c2 : c2;
      c[at + 3] = accumulate ? c[at + 3] + c3 : c3;
    }
    for (; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) sum += a[aAt + i * aRow + p * aColumn] * b[bAt + j * bColumn + p * bRow];
      const at = cAt + i * cRow + j;
      c[at] = accumulate ? c[at] + sum : sum;
    }
  }
}

export function gemm(transA: boolean, transB: boolean, m: number, n: number, k: number, a: Vector, b: Vector, c: Vector, accumulate: boolean): void {
  product(m, n, k, a, 0, transA ? 1 : k, transA ? m : 1, b, 0, transB ? 1 : n, transB ? k : 1, c, 0, n, accumulate);
}

export function sparseForward(rows: number, n: number, { offsets, columns, values }: SparseRows, w: Vector, y: Vector, accumulate: boolean): void {
  for (let i = 0; i < rows; i++) {
    const at = i * n;
    if (!accumulate) y.fill(0, at, at + n);
    for (let entry = offsets[i]; entry < offsets[i + 1]; entry++) {
      const value = values[entry];
      const from = columns[entry] * n;
      for (let j = 0; j < n; j++) y[at + j] += value * w[from + j];
    }
  }
}

export function sparseBackwardWeights(rows: number, n: number, { offsets, columns, values }: SparseRows, dy: Vector, dw: Vector): void {
  for (let i = 0; i < rows; i++) {
    const from = i * n;
    for (let entry = offsets[i]; entry < offsets[i + 1]; entry++) {
      const value = values[entry];
      const at = columns[entry] * n;
      for (let j = 0; j < n; j++) dw[at + j] += value * dy[from + j];
    }
  }
}

export function sumRows(rows: number, columns: number, x: Vector, out: Vector, accumulate: boolean): void {
  for (let j = 0; j < columns; j++) {
    let sum = accumulate ? out[j] : 0;
    for (let i = 0, at = j; i < rows; i++, at += columns) sum += x[at];
    out[j] = sum;
  }
}

export function dot(count: number, a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += a[i] * b[i];
  return sum;
}

export function axpy(count: number, alpha: number, x: Vector, y: Vector): void {
  for (let i = 0; i < count; i++) y[i] += alpha * x[i];
}

export function scale(count: number, alpha: number, x: Vector): void {
  for (let i = 0; i < count; i++) x[i] *= alpha;
}
