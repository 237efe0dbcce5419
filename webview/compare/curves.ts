/** The contenders as the convergence chart draws them. */
import * as l10n from '@vscode/l10n';
import type { Contender } from '../../src/protocol/compare';
import type { Palette } from '../charts/palette';
import { bandOf, finiteRows } from '../charts/paths';
import { formatNumber } from '../numbers';
import type { ChartModel } from '../panels/convergenceChart';
import { lossRange, lossScale, plotted, type LossChoice, type Trace } from '../panels/convergenceData';

/** A trace a contender: its seeds are one band with their median. */
export function contenderTraces(contenders: readonly Contender[], names: readonly string[], hidden: ReadonlySet<string>, selected: string | null): Trace[] {
  return contenders.flatMap(({ key, runs }, index): Trace[] => {
    if (hidden.has(key)) return [];
    const drawn = runs.filter((run) => run.record && run.record.rows > 0);
    if (drawn.length === 0) return [];
    const [run] = drawn;
    const { columns } = run.record!;
    const finite = drawn.map((one) => ({ steps: one.record!.columns.step.subarray(0, finiteRows(one)), values: one.record!.columns.loss })).filter(({ steps }) => steps.length > 0);
    const band = finite.length > 1 ? bandOf(finite) : null;
    return [{
      key, label: names[index], named: true, index, selected: key === selected, run, runs: drawn,
      steps: band ? band.steps : columns.step, loss: band ? band.median : columns.loss, band: band && { low: band.low, high: band.high },
      rateSteps: [], rate: [], count: band ? band.steps.length : finiteRows(run), pace: null, part: 'training', epoch: null, batches: null, ghost: null,
    }];
  });
}

export function curvesModel(traces: readonly Trace[], choice: LossChoice, palette: Palette, target: number | null, climbing: boolean): ChartModel {
  const scale = { ...lossScale(traces, choice, { document: null }), climbing };
  const lines = target === null ? [] : [{ value: plotted(target, scale), text: l10n.t('target {0}', formatNumber(target)) }];
  return {
    palette, traces, scale,
    lossRange: lossRange(traces, scale, () => true, lines.map(({ value }) => value)),
    rateRange: null,
    x: [0, Math.max(1, ...traces.map((trace) => (trace.count > 0 ? Math.max(trace.run.steps, trace.steps[trace.count - 1]) : 0)))],
    xOf: (_trace, step) => step, xTitle: l10n.t('step'), xTick: (_value, text) => text, lossTitle: climbing ? l10n.t('value') : l10n.t('loss'), lines, marks: [],
  };
}
