/**
 * The plane in which the paths of trained networks are shown. Weights of a filter (all that lead into one unit or channel) count in
 * units of the filter's own norm, since scaling a filter and undoing it in the next layer changes nothing that a network computes (Li,
 * Xu, Taylor, Studer and Goldstein 2018, "filter normalization"; they scale random directions, here the space itself is measured so,
 * which leaves the projection of the paths and their share of variance exact). The directions are the paths' principal ones there.
 */
import type { ParameterPlace } from '../../src/protocol/networks';
import type { LabModel, LabRun } from '../../src/protocol/lab';
import type { PlanePath } from '../charts/paths';

export interface NetworkPlane {
  /** Trained parameters, shape P: where the chosen path ends. */
  readonly origin: Float64Array;
  /** Norm of the filter that each parameter belongs to, shape P. */
  readonly scales: Float64Array;
  /** Orthonormal in the scaled space, each of shape P. */
  readonly first: Float64Array;
  readonly second: Float64Array;
  /** Share of the paths' variance along each, 0 … 1. */
  readonly shares: readonly [number, number];
}

/** Points of a run that count for the plane. */
const POINTS_A_RUN = 80;
const ITERATIONS = 500;
/** A filter that is next to nothing would blow its noise up: it counts as this share of the mean one of its tensor. */
const LEAST_SHARE = 0.05;

/** Norm of each parameter's filter. A bias belongs to the filter of its unit; of a normalization each tensor is one. */
export function filterScales(places: readonly ParameterPlace[], weights: ArrayLike<number>): Float64Array {
  const size = places.reduce((end, { offset, shape }) => Math.max(end, offset + sizeOf(shape)), 0);
  const scales = new Float64Array(size).fill(1);
  const ofLayer = new Map<string, Float64Array>();
  for (const { layer, role, shape, offset } of places) {
    if (role === 'bias') continue;
    const count = role === 'weight' ? shape[shape.length - 1] : 1;
    const norms = new Float64Array(count);
    for (let i = 0; i < sizeOf(shape); i++) norms[i % count] += weights[offset + i] ** 2;
    for (let f = 0; f < count; f++) norms[f] = Math.sqrt(norms[f]);
    const mean = norms.reduce((sum, norm) => sum + norm, 0) / count;
    for (let f = 0; f < count; f++) norms[f] = Math.max(norms[f], LEAST_SHARE * mean) || 1;
    if (role === 'weight') ofLayer.set(layer, norms);
    for (let i = 0; i < sizeOf(shape); i++) scales[offset + i] = norms[i % count];
  }
  for (const { layer, role, shape, offset } of places) {
    if (role !== 'bias') continue;
    const norms = ofLayer.get(layer);
    for (let i = 0; i < sizeOf(shape); i++) scales[offset + i] = norms ? norms[i % norms.length] : 1;
  }
  return scales;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** A run's kept weights: entries a point, of which the first P are trained. */
export function keptWeights(run: LabRun): (NonNullable<LabRun['record']>['snapshots'] & { readonly stride: number }) | null {
  const snapshots = run.record?.snapshots;
  if (!snapshots || snapshots.steps.length === 0) return null;
  return { ...snapshots, stride: snapshots.points.length / snapshots.steps.length };
}

/**
 * Principal directions of the runs' paths by the eigenvectors of their Gram matrix: a few hundred points of any dimension.
 * @param chosen the run whose end the plane goes through.
 * @returns null where the paths have fewer than three different points.
 */
export function planeOfPaths(runs: readonly LabRun[], chosen: LabRun, scales: Float64Array): NetworkPlane | null {
  const dimension = scales.length;
  const own = keptWeights(chosen);
  if (!own || own.stride < dimension) return null;
  const origin = Float64Array.from(own.points.subarray((own.steps.length - 1) * own.stride, (own.steps.length - 1) * own.stride + dimension));
  const rows: Float64Array[] = [];
  for (const run of runs) {
    const kept = keptWeights(run);
    if (!kept || kept.stride !== own.stride || (run.status === 'diverged' && run !== chosen)) continue;
    const stride = Math.max(1, Math.ceil(kept.steps.length / POINTS_A_RUN));
    for (let r = kept.steps.length - 1; r >= 0; r -= stride) {
      const row = new Float64Array(dimension);
      for (let i = 0; i < dimension; i++) row[i] = (kept.points[r * kept.stride + i] - origin[i]) / scales[i];
      if (row.every(Number.isFinite)) rows.push(row);
    }
  }
  if (rows.length < 3) return null;
  const mean = new Float64Array(dimension);
  for (const row of rows) for (let i = 0; i < dimension; i++) mean[i] += row[i] / rows.length;
  for (const row of rows) for (let i = 0; i < dimension; i++) row[i] -= mean[i];
  const count = rows.length;
  const gram = new Float64Array(count * count);
  for (let p = 0; p < count; p++) {
    for (let q = 0; q <= p; q++) {
      let sum = 0;
      for (let i = 0; i < dimension; i++) sum += rows[p][i] * rows[q][i];
      gram[p * count + q] = gram[q * count + p] = sum;
    }
  }
  let total = 0;
  for (let p = 0; p < count; p++) total += gram[p * count + p];
  if (!(total > 0)) return null;
  const found = topTwo(gram, count);
  const directions = found.map(({ vector, value }) => {
    const direction = new Float64Array(dimension);
    if (value > total * 1e-13) for (let p = 0; p < count; p++) for (let i = 0; i < dimension; i++) direction[i] += (vector[p] * rows[p][i]) / Math.sqrt(value);
    return direction;
  });
  // Paths on one line have no second direction: any other will do, the axis that is least along the first.
  if (!(found[1].value > total * 1e-13)) directions[1][directions[0].reduce((least, value, i) => (Math.abs(value) < Math.abs(directions[0][least]) ? i : least), 0)] = 1;
  orthonormalize(directions[0], directions[1]);
  for (const direction of directions) fixSign(direction);
  return { origin, scales, first: directions[0], second: directions[1], shares: [found[0].value / total, Math.max(0, found[1].value) / total] };
}

/** The two largest eigenvalues of a symmetric positive matrix with their vectors, by power iteration with deflation. */
function topTwo(matrix: Float64Array, n: number): { vector: Float64Array; value: number }[] {
  const found: { vector: Float64Array; value: number }[] = [];
  for (let k = 0; k < 2; k++) {
    let v = Float64Array.from({ length: n }, (_, i) => 1 + ((i * 7919 + k * 104_729) % 1009) / 1009);
    let value = 0;
    for (let step = 0; step < ITERATIONS; step++) {
      const next = new Float64Array(n);
      for (let p = 0; p < n; p++) for (let q = 0; q < n; q++) next[p] += matrix[p * n + q] * v[q];
      for (const { vector } of found) {
        let along = 0;
        for (let p = 0; p < n; p++) along += next[p] * vector[p];
        for (let p = 0; p < n; p++) next[p] -= along * vector[p];
      }
      let size = 0;
      for (const x of next) size += x * x;
      size = Math.sqrt(size);
      if (!(size > 0)) {
        value = 0;
        break;
      }
      let change = 0;
      for (let p = 0; p < n; p++) {
        next[p] /= size;
        change = Math.max(change, Math.abs(next[p] - v[p]));
      }
      v = next;
      value = size;
      if (change < 1e-10) break;
    }
    found.push({ vector: v, value });
  }
  return found;
}

function orthonormalize(first: Float64Array, second: Float64Array): void {
  const norm = (v: Float64Array) => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0)) || 1;
  const size = norm(first);
  for (let i = 0; i < first.length; i++) first[i] /= size;
  const along = first.reduce((sum, x, i) => sum + x * second[i], 0);
  for (let i = 0; i < second.length; i++) second[i] -= along * first[i];
  const rest = norm(second);
  for (let i = 0; i < second.length; i++) second[i] /= rest;
}

/** The largest entry is positive, so that a picture does not flip between runs. */
function fixSign(direction: Float64Array): void {
  let largest = 0;
  for (let i = 1; i < direction.length; i++) if (Math.abs(direction[i]) > Math.abs(direction[largest]) + 1e-12) largest = i;
  if (direction[largest] < 0) for (let i = 0; i < direction.length; i++) direction[i] = -direction[i];
}

/** The run's path, projected into the plane. */
export function projectRun(plane: NetworkPlane, run: LabRun): PlanePath | null {
  const kept = keptWeights(run);
  const dimension = plane.origin.length;
  if (!kept || kept.stride < dimension) return null;
  const a = new Float64Array(kept.steps.length);
  const b = new Float64Array(kept.steps.length);
  for (let r = 0; r < kept.steps.length; r++) {
    for (let i = 0; i < dimension; i++) {
      const away = (kept.points[r * kept.stride + i] - plane.origin[i]) / plane.scales[i];
      a[r] += away * plane.first[i];
      b[r] += away * plane.second[i];
    }
  }
  return { steps: kept.steps, a, b };
}

/** A direction of the plane in the units of the weights. */
export function inWeights(plane: NetworkPlane, direction: Float64Array): Float64Array {
  return direction.map((value, i) => value * plane.scales[i]);
}

/** Multiply-adds that a map may cost: some seconds of a worker. */
const BUDGET = 4e9;
const ROWS_MOST = 1024;
const ROWS_LEAST = 32;
const SIDE_MOST = 120;
const SIDE_LEAST = 12;

/** Multiply-adds of one row through the network, by its layers; an unknown size counts as nothing. */
export function effortOf(model: LabModel): number {
  return model.layers.reduce((sum, layer) => {
    const places = layer.type.startsWith('conv') ? (layer.output ?? []).slice(0, -1).reduce<number>((product, length) => product * (length ?? 1), 1) : 1;
    return sum + (layer.parameters ?? 0) * places;
  }, 0);
}

/** How finely a map is sampled, and on how many rows; null where even a coarse one would take too long. */
export function mapEffort(model: LabModel, rows: number): { readonly side: number; readonly rows: number } | null {
  const effort = Math.max(1, effortOf(model));
  let used = Math.min(rows, ROWS_MOST);
  while (used > ROWS_LEAST && BUDGET / (effort * used) < 40 * 40) used = Math.max(ROWS_LEAST, used >> 1);
  const side = Math.floor(Math.sqrt(BUDGET / (effort * Math.max(1, used))));
  return side < SIDE_LEAST ? null : { side: Math.min(SIDE_MOST, side), rows: Math.max(1, used) };
}
