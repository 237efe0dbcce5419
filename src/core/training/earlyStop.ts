import type { Vector } from '../kernels/kernels';
import type { Network } from '../nn/network';
import type { EarlyStopping, EndReason } from './trial';

/** Higher is better for these; the rest are losses and errors. */
const RISING = /(accuracy|r2|precision|recall|f1)$/i;

/** Whether a larger value of a column of the epochs is the better one. */
export function isRising(column: string): boolean {
  return RISING.test(column);
}

/**
 * Early stopping as Keras has it: an epoch counts as better where the monitored value beats the best by more than `minDelta`; after
 * `patience` epochs in a row that are not, the run ends. The best epoch's weights come back where `restoreBest` says so.
 */
export class EarlyStop {
  private best = NaN;
  private waited = 0;
  private kept: { readonly parameters: Vector; readonly state: Vector; readonly epoch: number; readonly scores: ReadonlyMap<string, number> } | null = null;

  constructor(private readonly rules: EarlyStopping, private readonly network: Network) {}

  /**
   * @param scores the epoch's row.
   * @param atScored puts the weights in place that were scored while it copies them.
   * @returns why the run is over, or null.
   */
  observe(epoch: number, scores: ReadonlyMap<string, number>, atScored: (copy: () => void) => void): EndReason | null {
    const { patience, minDelta, monitor, restoreBest } = this.rules;
    if (patience === null) return null;
    const value = scores.get(monitor) ?? NaN;
    const gain = isRising(monitor) ? value - this.best : this.best - value;
    if (Number.isFinite(value) && (Number.isNaN(this.best) || gain > minDelta)) {
      this.best = value;
      this.waited = 0;
      if (restoreBest) {
        atScored(() => {
          this.kept = { parameters: this.network.parameters.slice(), state: this.network.state.slice(), epoch, scores: new Map(scores) };
        });
      }
      return null;
    }
    this.waited++;
    return this.waited >= patience ? { rule: 'patience', value: this.waited, limit: patience, detail: monitor } : null;
  }

  /** Puts the best epoch's weights back; null where there is nothing to restore. */
  restore(): { readonly epoch: number; readonly scores: ReadonlyMap<string, number> } | null {
    if (!this.kept) return null;
    this.network.parameters.set(this.kept.parameters);
    this.network.state.set(this.kept.state);
    return this.kept;
  }
}
