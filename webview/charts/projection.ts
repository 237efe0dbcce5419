/** The plane in which paths of many variables are shown: their two principal directions (Hotelling 1933; for loss paths Li et al. 2018). */

export interface Plane {
  /** A point of the plane, shape P: where the paths end. */
  readonly origin: readonly number[];
  /** Orthonormal, each of shape P. */
  readonly first: readonly number[];
  readonly second: readonly number[];
  /** Share of the paths' variance along each direction, 0 … 1; null for the coordinate plane of a 2-D objective. */
  readonly shares: readonly [number, number] | null;
}

const ITERATIONS = 300;

/** The coordinate plane of a 2-D objective. */
export const COORDINATES: Plane = { origin: [0, 0], first: [1, 0], second: [0, 1], shares: null };

/** Coordinates of a point's projection into the plane. */
export function project(plane: Plane, point: ArrayLike<number>, offset = 0): [number, number] {
  let a = 0;
  let b = 0;
  for (let i = 0; i < plane.first.length; i++) {
    const d = point[offset + i] - plane.origin[i];
    a += d * plane.first[i];
    b += d * plane.second[i];
  }
  return [a, b];
}

/** The point origin + a·first + b·second. */
export function unproject(plane: Plane, a: number, b: number): number[] {
  return plane.origin.map((value, i) => value + a * plane.first[i] + b * plane.second[i]);
}

function normalize(v: Float64Array): number {
  let sum = 0;
  for (const x of v) sum += x * x;
  const size = Math.sqrt(sum);
  if (size > 0) for (let i = 0; i < v.length; i++) v[i] /= size;
  return size;
}

function removeAlong(v: Float64Array, direction: Float64Array): void {
  let along = 0;
  for (let i = 0; i < v.length; i++) along += v[i] * direction[i];
  for (let i = 0; i < v.length; i++) v[i] -= along * direction[i];
}

/**
 * Principal directions by power iteration with deflation on the paths' covariance, never formed: count × P a step.
 * The largest entry of a direction is made positive, so that a picture does not flip between runs.
 * @param points count × P, row-major; rows with a value that is not finite are left out.
 * @param origin shape P; where the plane lies among its parallels.
 */
export function principalPlane(points: Float64Array, dimension: number, origin: readonly number[]): Plane {
  const rows: number[] = [];
  for (let r = 0; r * dimension < points.length; r++) {
    if (points.subarray(r * dimension, (r + 1) * dimension).every(Number.isFinite)) rows.push(r * dimension);
  }
  const mean = new Float64Array(dimension);
  for (const at of rows) for (let i = 0; i < dimension; i++) mean[i] += points[at + i] / rows.length;
  let total = 0;
  for (const at of rows) for (let i = 0; i < dimension; i++) total += (points[at + i] - mean[i]) ** 2;

  const found: Float64Array[] = [];
  const shares: number[] = [];
  for (let k = 0; k < 2; k++) {
    let v = new Float64Array(dimension);
    // A start that no direction of the coordinate axes is orthogonal to, and the same every time.
    for (let i = 0; i < dimension; i++) v[i] = 1 + ((i * 7919 + k * 104_729) % 1009) / 1009;
    for (const other of found) removeAlong(v, other);
    normalize(v);
    let value = 0;
    for (let n = 0; n < ITERATIONS && total > 0; n++) {
      const next = new Float64Array(dimension);
      for (const at of rows) {
        let along = 0;
        for (let i = 0; i < dimension; i++) along += (points[at + i] - mean[i]) * v[i];
        for (let i = 0; i < dimension; i++) next[i] += along * (points[at + i] - mean[i]);
      }
      for (const other of found) removeAlong(next, other);
      const size = normalize(next);
      if (size <= total * 1e-14) {
        value = 0;
        break;
      }
      let change = 0;
      for (let i = 0; i < dimension; i++) change = Math.max(change, Math.abs(next[i] - v[i]));
      v = next;
      value = size;
      if (change < 1e-12) break;
    }
    let largest = 0;
    for (let i = 1; i < dimension; i++) if (Math.abs(v[i]) > Math.abs(v[largest]) + 1e-12) largest = i;
    if (v[largest] < 0) for (let i = 0; i < dimension; i++) v[i] = -v[i];
    found.push(v);
    shares.push(total > 0 ? Math.min(1, value / total) : 0);
  }
  return { origin, first: [...found[0]], second: [...found[1]], shares: [shares[0], shares[1]] };
}
