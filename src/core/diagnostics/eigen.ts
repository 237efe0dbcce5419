/** Eigenvalues ascending; column k of `vectors` (n × n row-major) is the unit vector of value k. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** QR sweeps an eigenvalue may take; two or three are usual. */
const MOST_SWEEPS = 60;

/**
 * Eigenvalues and orthonormal eigenvectors of a symmetric matrix: Householder reduction to tridiagonal form, then implicit QR with
 * Wilkinson's shift (Golub and Van Loan, "Matrix Computations", 8.3). O(n³).
 * @param A shape n × n row-major; only read, and only its lower triangle. All entries finite.
 * @throws Error where the iteration does not converge (an entry is not finite).
 */
export function symmetricEigen(A: Float64Array, n: number): SymmetricEigen {
  const work = Float64Array.from(A.subarray(0, n * n));
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) work[j * n + i] = work[i * n + j];
  const diagonal = new Float64Array(n);
  const off = new Float64Array(n);
  // Rows of `basis` are the vectors until the end: a rotation then runs along memory.
  const basis = tridiagonalize(work, n, diagonal, off);
  diagonalize(diagonal, off, basis, n);

  const order = Array.from({ length: n }, (_, k) => k).sort((i, j) => diagonal[i] - diagonal[j]);
  const values = Float64Array.from(order, (k) => diagonal[k]);
  const vectors = new Float64Array(n * n);
  order.forEach((k, column) => {
    for (let i = 0; i < n; i++) vectors[i * n + column] = basis[k * n + i];
  });
  return { values, vectors };
}

/**
 * A ← T with A = Qᵀ·T·Q by reflections I − 2uuᵀ/uᵀu, one a column.
 * @param off off[k] couples k and k + 1.
 * @returns Q, n × n row-major: row k is the k-th basis vector.
 */
function tridiagonalize(a: Float64Array, n: number, diagonal: Float64Array, off: Float64Array): Float64Array {
  const q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  const u = new Float64Array(n);
  const p = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) {
    let scale = 0;
    for (let i = k + 1; i < n; i++) scale = Math.max(scale, Math.abs(a[i * n + k]));
    let below = 0;
    for (let i = k + 2; i < n; i++) below = Math.max(below, Math.abs(a[i * n + k]));
    if (below === 0 || scale === 0) {
      off[k] = a[(k + 1) * n + k];
      continue;
    }
    let length = 0;
    for (let i = k + 1; i < n; i++) {
      u[i] = a[i * n + k] / scale;
      length += u[i] * u[i];
    }
    length = Math.sqrt(length);
    const image = u[k + 1] > 0 ? -length : length;
    u[k + 1] -= image;
    off[k] = image * scale;
    let uu = 0;
    for (let i = k + 1; i < n; i++) uu += u[i] * u[i];
    const factor = 2 / uu;
    // A ← A − u·wᵀ − w·uᵀ with p = factor·A·u, w = p − (factor/2)(uᵀp)·u.
    let up = 0;
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      for (let j = k + 1; j < n; j++) sum += a[i * n + j] * u[j];
      p[i] = factor * sum;
      up += u[i] * p[i];
    }
    const half = 0.5 * factor * up;
    for (let i = k + 1; i < n; i++) p[i] -= half * u[i];
    for (let i = k + 1; i < n; i++) {
      for (let j = k + 1; j < n; j++) a[i * n + j] -= u[i] * p[j] + p[i] * u[j];
    }
    for (let row = k + 1; row < n; row++) p[row] = 0;
    // Q ← reflection·Q: rows k + 1 … n − 1.
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let i = k + 1; i < n; i++) sum += u[i] * q[i * n + j];
      if (sum === 0) continue;
      sum *= factor;
      for (let i = k + 1; i < n; i++) q[i * n + j] -= sum * u[i];
    }
  }
  for (let i = 0; i < n; i++) diagonal[i] = a[i * n + i];
  return q;
}

/** The tridiagonal matrix becomes diagonal; the rotations act on the rows of `basis`. */
function diagonalize(d: Float64Array, e: Float64Array, basis: Float64Array, n: number): void {
  let high = n - 1;
  let sweeps = 0;
  while (high > 0) {
    let low = high;
    while (low > 0) {
      const coupling = Math.abs(e[low - 1]);
      if (coupling <= Number.EPSILON * (Math.abs(d[low - 1]) + Math.abs(d[low])) || coupling < Number.MIN_VALUE / Number.EPSILON) {
        e[low - 1] = 0;
        break;
      }
      low--;
    }
    if (low === high) {
      high--;
      sweeps = 0;
      continue;
    }
    if (++sweeps > MOST_SWEEPS) throw new Error('the eigenvalues of a matrix did not converge');
    sweep(d, e, basis, n, low, high);
  }
}

/** One implicit QR step on rows low … high: the bulge is chased down by plane rotations. */
function sweep(d: Float64Array, e: Float64Array, basis: Float64Array, n: number, low: number, high: number): void {
  const half = 0.5 * (d[high - 1] - d[high]);
  const coupling = e[high - 1];
  const shift = d[high] - (coupling * coupling) / (half + (half >= 0 ? 1 : -1) * Math.hypot(half, coupling));
  let x = d[low] - shift;
  let z = e[low];
  for (let k = low; k < high; k++) {
    const r = Math.hypot(x, z);
    const c = r === 0 ? 1 : x / r;
    const s = r === 0 ? 0 : z / r;
    if (k > low) e[k - 1] = r;
    const first = d[k];
    const second = d[k + 1];
    const between = e[k];
    d[k] = c * c * first + 2 * c * s * between + s * s * second;
    d[k + 1] = s * s * first - 2 * c * s * between + c * c * second;
    e[k] = c * s * (second - first) + (c * c - s * s) * between;
    if (k + 1 < high) {
      x = e[k];
      z = s * e[k + 1];
      e[k + 1] *= c;
    }
    for (let j = k * n, end = j + n; j < end; j++) {
      const upper = basis[j];
      const lower = basis[j + n];
      basis[j] = c * upper + s * lower;
      basis[j + n] = c * lower - s * upper;
    }
  }
}
