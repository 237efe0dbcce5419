import { RECORD_COLUMNS } from './trial';

/** Columns of a record of dimension ≤ 3: what was measured, and what follows from it. */
export interface DerivedColumns {
  readonly step: Float64Array;
  readonly gradientNorm: Float64Array;
  readonly theta: readonly Float64Array[];
  readonly gradient: readonly Float64Array[];
  readonly turn: Float64Array;
  readonly distance: Float64Array;
  readonly updateNorm: Float64Array;
  readonly weightNorm: Float64Array;
  readonly directionalDerivative: Float64Array;
}

/** The columns of a complete record for those that a run wrote: its own and, where points are among them, the derived; in RECORD_COLUMNS' order, then the points. */
export function completeNames(measured: readonly string[]): readonly string[] {
  const names = new Set(measured);
  if (names.has('theta0')) for (const name of ['turn', 'distance', 'updateNorm', 'weightNorm', 'directionalDerivative']) names.add(name);
  return [...RECORD_COLUMNS.filter((name) => names.has(name)), ...measured.filter((name) => /^(theta|gradient)[0-9]+$/.test(name))];
}

/**
 * Fills the derived columns (diagnostics.md, tier basic) of rows `from` to `to` − 1, and the update of row `from` − 1, from the
 * points and gradients. Row 0 is the start. Quantities of an update stand in the row it leaves: NaN in the last.
 */
export function derive(columns: DerivedColumns, from: number, to: number): void {
  const { gradientNorm, theta, gradient, turn, distance, updateNorm, weightNorm, directionalDerivative } = columns;
  for (let k = from; k < to; k++) {
    let together = 0;
    let away = 0;
    let weight = 0;
    let moved = 0;
    let slope = 0;
    for (let i = 0; i < theta.length; i++) {
      const t = theta[i][k];
      const d = t - theta[i][0];
      away += d * d;
      weight += t * t;
      if (k > 0) {
        const u = t - theta[i][k - 1];
        const before = gradient[i][k - 1];
        together += gradient[i][k] * before;
        moved += u * u;
        slope += before * u;
      }
    }
    distance[k] = Math.sqrt(away);
    weightNorm[k] = Math.sqrt(weight);
    updateNorm[k] = NaN;
    directionalDerivative[k] = NaN;
    turn[k] = NaN;
    if (k > 0) {
      const length = Math.sqrt(moved);
      updateNorm[k - 1] = length;
      directionalDerivative[k - 1] = slope / length;
      turn[k] = together / (gradientNorm[k] * gradientNorm[k - 1]);
    }
  }
}
