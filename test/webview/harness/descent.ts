/**
 * A few objectives and update rules written out by hand, so that the page can be seen with real numbers without the product's own
 * engine: an independent second implementation for looking at pictures, nothing else.
 */
import type { RunRecord } from '../../../src/core/training/trial';

export interface Surface {
  readonly dimension: number;
  value(p: readonly number[]): number;
  gradient(p: readonly number[]): number[];
  hessian(p: readonly number[]): number[][];
}

export const surfaces: Readonly<Record<string, Surface>> = {
  rosenbrock: {
    dimension: 2,
    value: ([x, y]) => (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    gradient: ([x, y]) => [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)],
    hessian: ([x, y]) => [[2 - 400 * (y - 3 * x * x), -400 * x], [-400 * x, 200]],
  },
  saddle: { dimension: 2, value: ([x, y]) => x * x - y * y, gradient: ([x, y]) => [2 * x, -2 * y], hessian: () => [[2, 0], [0, -2]] },
  doubleWell: { dimension: 1, value: ([x]) => x ** 4 - 2 * x * x + x / 4, gradient: ([x]) => [4 * x ** 3 - 4 * x + 0.25], hessian: ([x]) => [[12 * x * x - 4]] },
  bowl3: {
    dimension: 3, value: ([x, y, z]) => (x * x + 10 * y * y + 100 * z * z) / 2, gradient: ([x, y, z]) => [x, 10 * y, 100 * z], hessian: () => [[1, 0, 0], [0, 10, 0], [0, 0, 100]],
  },
};

export interface Rule { readonly type: string; readonly rate: (t: number) => number; readonly momentum?: number; readonly nesterov?: boolean; readonly rho?: number }

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const norm = (a: readonly number[]) => Math.sqrt(dot(a, a));
const times = (m: readonly (readonly number[])[], v: readonly number[]) => m.map((row) => dot(row, v));

/** Largest and smallest eigenvalue by power iteration on the shifted matrix; exact enough for a picture. */
export function extremes(h: number[][]): { min: number; max: number } {
  if (h.length === 1) return { min: h[0][0], max: h[0][0] };
  if (h.length === 2) {
    const mean = (h[0][0] + h[1][1]) / 2;
    const r = Math.hypot((h[0][0] - h[1][1]) / 2, h[0][1]);
    return { min: mean - r, max: mean + r };
  }
  const d = h.map((row, i) => row[i]);
  return { min: Math.min(...d), max: Math.max(...d) };
}

export function descend(surface: Surface, start: readonly number[], rule: Rule, limit: number, tolerance: number): { record: RunRecord; steps: number; status: 'converged' | 'completed' | 'diverged'; theta: number[]; loss: number; gradientNorm: number } {
  const n = surface.dimension;
  const names = ['step', 'loss', 'gradientNorm', 'learningRate', 'turn', 'distance', 'updateNorm', 'weightNorm', 'directionalDerivative', 'curvature', 'alpha', 'predictedChange', 'actualChange', 'changeRatio', 'sharpness', 'sharpnessLimit'];
  for (let i = 0; i < n; i++) names.push(`theta${i}`, `gradient${i}`);
  const columns: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, [] as number[]]));
  let theta = [...start];
  const m = new Array(n).fill(0);
  const v = new Array(n).fill(0);
  let last: number[] | null = null;
  let status: 'converged' | 'completed' | 'diverged' = 'completed';
  let t = 0;
  for (;;) {
    const loss = surface.value(theta);
    const g = surface.gradient(theta);
    const size = norm(g);
    const h = surface.hessian(theta);
    const rate = rule.rate(t);
    const row: Record<string, number> = { step: t, loss, gradientNorm: size, turn: last ? dot(g, last) / (size * norm(last)) : NaN, distance: norm(theta.map((x, i) => x - start[i])), weightNorm: norm(theta), sharpness: extremes(h).max };
    theta.forEach((x, i) => { row[`theta${i}`] = x; row[`gradient${i}`] = g[i]; });
    const done = size <= tolerance ? 'converged' : !Number.isFinite(loss) || Math.abs(loss) > 1e12 ? 'diverged' : t >= limit ? 'completed' : null;
    if (done === null) {
      t++;
      const u = g.map((gi, i) => {
        if (rule.type === 'sgd') {
          m[i] = (rule.momentum ?? 0) * m[i] + gi;
          return -rate * (rule.nesterov ? gi + (rule.momentum ?? 0) * m[i] : m[i]);
        }
        if (rule.type === 'rmsprop') {
          v[i] = (rule.rho ?? 0.9) * v[i] + (1 - (rule.rho ?? 0.9)) * gi * gi;
          return (-rate * gi) / (Math.sqrt(v[i]) + 1e-8);
        }
        m[i] = 0.9 * m[i] + 0.1 * gi;
        v[i] = 0.999 * v[i] + 0.001 * gi * gi;
        return (-rate * m[i]) / (1 - 0.9 ** t) / (Math.sqrt(v[i] / (1 - 0.999 ** t)) + 1e-8);
      });
      const gu = dot(g, u);
      const uhu = dot(u, times(h, u));
      const next = theta.map((x, i) => x + u[i]);
      row.learningRate = rate;
      row.updateNorm = norm(u);
      row.directionalDerivative = gu / norm(u);
      row.curvature = uhu / dot(u, u);
      row.alpha = gu < 0 ? -uhu / gu - 1 : NaN;
      row.predictedChange = gu + uhu / 2;
      row.actualChange = surface.value(next) - loss;
      row.changeRatio = row.actualChange / row.predictedChange;
      row.sharpnessLimit = rule.type === 'sgd' ? ((2 + 2 * (rule.momentum ?? 0)) / rate) / (rule.nesterov ? 1 + 2 * (rule.momentum ?? 0) : 1) : rule.type === 'adam' ? 38 / rate : 2 / rate;
      for (const name of names) columns[name].push(row[name] ?? NaN);
      theta = next;
      last = g;
      continue;
    }
    for (const name of names) columns[name].push(row[name] ?? NaN);
    status = done;
    break;
  }
  const record: RunRecord = { rows: t + 1, columns: Object.fromEntries(names.map((name) => [name, Float64Array.from(columns[name])])), kept: 'all', snapshots: null };
  return { record, steps: t, status, theta, loss: surface.value(theta), gradientNorm: norm(surface.gradient(theta)) };
}
