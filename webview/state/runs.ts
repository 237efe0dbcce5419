/** Runs in order, those that the pictures show, and places in their rows. */
import type { LabDocument, LabRun } from '../../src/protocol/lab';

/** By the file's order of series, then start, seed, part and its number. */
export function orderRuns(runs: readonly LabRun[], document: LabDocument | null): readonly LabRun[] {
  const order = new Map((document?.series ?? []).map((series, index) => [series.key, index]));
  const place = (run: LabRun) => order.get(run.seriesKey) ?? Infinity;
  const parts: readonly LabRun['part'][] = ['main', 'fold', 'round', 'boosting'];
  return [...runs].sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)) || a.startIndex - b.startIndex || a.seed - b.seed
    || parts.indexOf(a.part) - parts.indexOf(b.part) || (a.partIndex ?? 0) - (b.partIndex ?? 0));
}

/** The experiment's own runs: no folds and rounds, and of a sweep the best point of each series (the first one while none has a value). */
export function mainRuns(runs: readonly LabRun[]): readonly LabRun[] {
  const main = runs.filter((run) => run.part === 'main');
  if (main.every((run) => run.isBest)) return main;
  const decided = new Set(main.filter((run) => run.isBest).map((run) => run.seriesKey));
  const first = new Map<string, string>();
  for (const run of main) if (!decided.has(run.seriesKey) && !first.has(run.seriesKey)) first.set(run.seriesKey, JSON.stringify(run.sweep));
  return main.filter((run) => (decided.has(run.seriesKey) ? run.isBest : JSON.stringify(run.sweep) === first.get(run.seriesKey)));
}

/** The last of `count` ascending steps that is at or before `step`; −1 where none is. */
export function lastRow(steps: ArrayLike<number>, count: number, step: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (steps[middle] <= step) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export function lastStep(run: LabRun): number {
  const steps = run.record?.columns['step'];
  return run.record && steps && run.record.rows > 0 ? steps[run.record.rows - 1] : 0;
}
