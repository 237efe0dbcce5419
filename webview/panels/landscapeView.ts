/** Which plane and which part of it the landscape shows: from the objective and what its runs visited. */
import type { LabObjective, LabRun } from '../../src/protocol/lab';
import { boxAround, type Box } from '../charts/mapView';
import { planePath, recordPoints } from '../charts/paths';
import { principalPlane, project, type Plane } from '../charts/projection';

/** Points of a run that count for the plane and the box: more add nothing but time. */
const POINTS_A_RUN = 400;

/**
 * The plane of most movement of more than two variables, through where the selected run ended. Runs that diverged count only where all did.
 * @returns null where no run has a point.
 */
export function planeOfRuns(objective: LabObjective, runs: readonly LabRun[], selected: string | null): Plane | null {
  const dimension = objective.variables.length;
  const calm = runs.some((run) => run.status !== 'diverged');
  const parts: Float64Array[] = [];
  let origin: readonly number[] = objective.minima[0]?.at ?? objective.starts[0];
  for (const run of runs) {
    if (!run.record || (calm && run.status === 'diverged')) continue;
    const found = recordPoints(run.record, dimension);
    if (!found) continue;
    const stride = Math.max(1, Math.ceil(found.steps.length / POINTS_A_RUN));
    const part = new Float64Array(Math.ceil(found.steps.length / stride) * dimension);
    for (let r = 0, k = 0; r < found.steps.length; r += stride, k++) part.set(found.points.subarray(r * dimension, (r + 1) * dimension), k * dimension);
    parts.push(part);
    if (run.seriesKey === selected && run.parameters?.every(Number.isFinite)) origin = run.parameters;
  }
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all.length > 0 || parts.length > 0 ? principalPlane(all, dimension, origin) : null;
}

export function samePlane(p: Plane, q: Plane): boolean {
  const close = (u: readonly number[], v: readonly number[]) => u.length === v.length && u.every((value, i) => Math.abs(value - v[i]) < 1e-9);
  return close(p.first, q.first) && close(p.second, q.second) && close(p.origin, q.origin);
}

/** The declared or usual domain, wider where a start is outside of it or at its edge. */
export function domainBox(domain: readonly (readonly [number, number])[], starts: readonly (readonly number[])[]): Box {
  const cover = (i: number): [number, number] => {
    const values = starts.map((start) => start[i]);
    const low = Math.min(domain[i][0], ...values);
    const high = Math.max(domain[i][1], ...values);
    const near = (high - low) * 0.02;
    const margin = (high - low) * 0.06;
    return [values.some((value) => value < domain[i][0] + near) ? low - margin : domain[i][0], values.some((value) => value > domain[i][1] - near) ? high + margin : domain[i][1]];
  };
  return { a: cover(0), b: domain.length > 1 ? cover(1) : [0, 1] };
}

/** A box around the runs' paths, the starts and (up to two variables) the known minima. */
export function pathsBox(objective: LabObjective, plane: Plane, runs: readonly LabRun[]): Box {
  const dimension = objective.variables.length;
  const sure = { a: [] as number[], b: [] as number[] };
  for (const point of [...objective.starts, ...(dimension <= 2 ? objective.minima.map((minimum) => minimum.at) : [])]) {
    const [a, b] = dimension === 1 ? [point[0], 0] : project(plane, point);
    sure.a.push(a);
    sure.b.push(b);
  }
  const points = { a: [] as number[], b: [] as number[] };
  for (const run of runs) {
    if (!run.record) continue;
    const { columns } = run.record;
    const path = dimension > 1 ? planePath(run.record, dimension, plane) : columns['theta0'] ? { steps: columns['step'], a: columns['theta0'], b: new Float64Array(run.record.rows) } : null;
    if (!path) continue;
    const stride = Math.max(1, Math.ceil(path.steps.length / POINTS_A_RUN));
    for (let r = 0; r < path.steps.length; r += stride) {
      points.a.push(path.a[r]);
      points.b.push(path.b[r]);
    }
  }
  return boxAround(points, sure);
}

/** Whether `outer` still shows all of `inner` at a fair size: then a growing run leaves the picture still. */
export function stillFits(outer: Box, inner: Box): boolean {
  const fits = (o: readonly [number, number], i: readonly [number, number]) => o[0] <= i[0] && o[1] >= i[1] && o[1] - o[0] < 1.6 * (i[1] - i[0]);
  return fits(outer.a, inner.a) && fits(outer.b, inner.b);
}
