/** What contenders are compared by: pure functions of their runs' curves. "Better" is lower, or higher where a maximum is sought. */
import type { Contender } from '../../src/protocol/compare';
import type { LabRun } from '../../src/protocol/lab';

/** Median and range of a quantity over the runs that have it. */
export interface Span {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

export interface Measured {
  readonly contender: Contender;
  /** Place among all contenders: colour, marker and dash follow from it. */
  readonly index: number;
  readonly final: Span | null;
  /** On the way. */
  readonly best: Span | null;
  readonly reach: Reach;
  readonly seconds: Span | null;
  /** Runs that diverged or failed. */
  readonly lost: number;
}

export interface Reach {
  /** Of the steps until the target, over the runs that reached it. */
  readonly steps: Span | null;
  readonly reached: number;
  /** False where rows between the kept ones may have reached it before. */
  readonly exact: boolean;
}

export function spanOf(values: readonly number[]): Span | null {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const half = sorted.length >> 1;
  return { median: sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2, low: sorted[0], high: sorted[sorted.length - 1], count: sorted.length };
}

const signOf = (contender: Pick<Contender, 'goal'>): 1 | -1 => (contender.goal === 'maximize' ? -1 : 1);

export function isLost(run: Pick<LabRun, 'status'>): boolean {
  return run.status === 'diverged' || run.status === 'failed';
}

/** The best loss of the kept rows; NaN without any. Thinning keeps extremes, so that it is the run's own. */
export function bestLoss(run: LabRun, sign: 1 | -1): number {
  let best = NaN;
  const { record } = run;
  const loss = record?.columns.loss;
  for (let row = 0; loss && row < record.rows; row++) if (Number.isFinite(loss[row]) && !(sign * loss[row] >= sign * best)) best = loss[row];
  return best;
}

/** The first kept step at which the loss is at the target or better; null where it never is. */
export function firstReach(run: LabRun, target: number, sign: 1 | -1): number | null {
  const { record } = run;
  if (!record) return null;
  const { step, loss } = record.columns;
  for (let row = 0; row < record.rows; row++) if (sign * loss[row] <= sign * target) return step[row];
  return null;
}

export function measure(contenders: readonly Contender[], target: number): Measured[] {
  return contenders.map((contender, index) => {
    const sign = signOf(contender);
    const { runs } = contender;
    const steps = runs.map((run) => firstReach(run, target, sign)).filter((step): step is number => step !== null);
    return {
      contender, index,
      final: spanOf(runs.filter((run) => !isLost(run)).map((run) => run.loss ?? NaN)),
      best: spanOf(runs.map((run) => bestLoss(run, sign))),
      reach: { steps: spanOf(steps), reached: steps.length, exact: runs.every((run) => run.record === null || run.record.kept === 'all') },
      seconds: spanOf(runs.map((run) => run.seconds ?? NaN)),
      lost: runs.filter(isLost).length,
    };
  });
}

/**
 * Losses to measure by, from the easiest to the hardest: 1, 2 and 5 times powers of ten where all are positive, equal parts else, and
 * each contender's final loss. Empty where no run has a value.
 * @returns `usual`, the index of the worst final loss: every contender that did not diverge reached it.
 */
export function targets(contenders: readonly Contender[]): { readonly values: readonly number[]; readonly usual: number } {
  const [first] = contenders;
  if (!first) return { values: [], usual: 0 };
  const sign = signOf(first);
  const finals = contenders.flatMap((contender) => spanOf(contender.runs.filter((run) => !isLost(run)).map((run) => run.loss ?? NaN)) ?? []);
  if (finals.length === 0) return { values: [], usual: 0 };
  const worst = finals.map((span) => (sign > 0 ? span.high : span.low)).reduce((a, b) => (sign * b > sign * a ? b : a));
  const starts = contenders.flatMap(({ runs }) => runs.map((run) => run.record?.columns.loss[0] ?? NaN)).filter(Number.isFinite);
  const bests = contenders.flatMap((contender) => contender.runs.map((run) => bestLoss(run, sign))).filter(Number.isFinite);
  const low = Math.min(...starts, ...bests, worst);
  const high = Math.max(...starts, ...bests, worst);
  const values = new Set<number>([worst, ...finals.map(({ median }) => median)]);
  if (low > 0) {
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
      for (const factor of [1, 2, 5]) {
        const value = Number(`${factor}e${power}`);
        if (value >= low && value <= high) values.add(value);
      }
    }
  } else if (high > low) {
    for (let part = 0; part <= 40; part++) values.add(low + ((high - low) * part) / 40);
  }
  const ordered = [...values].sort((a, b) => sign * (b - a));
  return { values: ordered, usual: ordered.indexOf(worst) };
}

export type Criterion = 'final' | 'best' | 'reach';

/**
 * Who is best by a criterion, by the median over the seeds: the index of each that no other beats. Whoever reached the target in more of
 * its runs comes first. Empty where nobody has a value, or there is nobody to beat.
 */
export function winners(all: readonly Measured[], criterion: Criterion): readonly number[] {
  if (all.length < 2) return [];
  const sign = signOf(all[0].contender);
  const scored = all.flatMap(({ index, final, best, reach, lost, contender }) => {
    if (criterion === 'reach') return reach.steps ? [{ index, share: reach.reached / contender.runs.length, value: reach.steps.median }] : [];
    const span = criterion === 'final' ? final : best;
    return span ? [{ index, share: criterion === 'final' ? 1 - lost / contender.runs.length : 1, value: sign * span.median }] : [];
  });
  const ahead = (a: (typeof scored)[number], b: (typeof scored)[number]): boolean => a.share > b.share || (a.share === b.share && a.value < b.value);
  const first = scored.filter((one) => !scored.some((other) => ahead(other, one)));
  return first.length === all.length ? [] : first.map(({ index }) => index);
}

export type CompareColumn = 'name' | 'final' | 'best' | 'reach' | 'seconds';

export interface CompareOrder {
  readonly column: CompareColumn;
  readonly descending: boolean;
}

/** A sorted copy; contenders without a value come last in either direction. */
export function sorted(all: readonly Measured[], order: CompareOrder | null): readonly Measured[] {
  if (!order) return all;
  const key = (one: Measured): number | string | null => {
    switch (order.column) {
      case 'name': return one.contender.name;
      case 'reach': return one.reach.steps?.median ?? null;
      default: return one[order.column]?.median ?? null;
    }
  };
  const direction = order.descending ? -1 : 1;
  return all.map((one) => ({ one, value: key(one) })).sort((a, b) => {
    if (a.value === null || b.value === null) return a.value === b.value ? a.one.index - b.one.index : a.value === null ? 1 : -1;
    const compared = typeof a.value === 'string' ? a.value.localeCompare(String(b.value)) : a.value - Number(b.value);
    return direction * compared || a.one.index - b.one.index;
  }).map(({ one }) => one);
}
