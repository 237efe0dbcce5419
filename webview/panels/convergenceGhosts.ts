/** Pinned runs in the convergence charts: their traces, their entries of the legend, and how they are named on the chart. */
import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { drawCross } from '../charts/draw';
import { curveProblem, drawnGhosts, ghostIndex, ghostName, ghostStyle, isSameRun } from '../charts/ghosts';
import type { Palette } from '../charts/palette';
import type { Scale } from '../charts/scale';
import { ghostSwatch } from '../elements/swatch';
import { formatNumber } from '../numbers';
import type { LabStore } from '../state/types';
import { plotted, tracesOf, valueAt, type LossScale, type Trace } from './convergenceData';

/** @param from as the scale measures: from another function's minimum there is no distance to this one's. */
export function ghostTraces(store: LabStore, metric: string, from: LossScale): Trace[] {
  return drawnGhosts(store).flatMap(({ ghost, slot }) => {
    if (curveProblem(store, ghost) !== null || offScale(store, ghost.surface, from) || ghost.run.record!.rows === 0) return [];
    const look = { key: ghost.run.id, label: l10n.t('{0}, pinned', ghostName(ghost)), named: false, index: ghostIndex(store, ghost), selected: false, ghost: { id: ghost.id, slot } };
    return tracesOf([ghost.run], look, ghost.kind === 'model', metric, false);
  });
}

function offScale(store: LabStore, surface: string | null, { mode }: LossScale): boolean {
  return mode === 'gap' && !(store.document?.objectives ?? []).some((objective) => objective.surface === surface);
}

/** Entries of the legend, after those of the series: a click hides or shows. */
export function ghostLegend(store: LabStore, traces: readonly Trace[], scale: LossScale, shownValue: (value: number) => number): TemplateResult[] {
  return store.ghosts.flatMap((ghost, slot) => {
    if (curveProblem(store, ghost) !== null || store.visibleRuns.some((run) => isSameRun(ghost, run))) return [];
    const hidden = store.hiddenGhosts.has(ghost.id);
    const read = (part: Trace['part']): string | null => {
      const trace = traces.find((other) => other.ghost?.id === ghost.id && other.part === part);
      const at = trace && valueAt(trace, store.step);
      return trace ? (at ? formatNumber(shownValue(at.value)) : '–') : null;
    };
    const validation = read('validation');
    const other = offScale(store, ghost.surface, scale);
    return [html`<button type="button" class="legend-entry is-ghost ${hidden ? 'is-hidden' : ''}" aria-pressed=${String(!hidden)} title=${l10n.t('Pinned run. Click hides or shows it')} @click=${() => store.toggleGhost(ghost.id)}>
      ${ghostSwatch(ghostIndex(store, ghost), slot)}<span class="legend-name">${ghostName(ghost)}</span><span class="legend-note">${other ? l10n.t('pinned, measured from another minimum') : l10n.t('pinned')}</span>
      ${hidden || other ? nothing : html`<span class="legend-value">${read('training') ?? '–'}</span>`}${validation !== null && !hidden ? html`<span class="legend-note">${l10n.t('validation')}</span><span class="legend-value">${validation}</span>` : nothing}</button>`];
  });
}

type Request = (text: string, color: string, weight: number, x: number, y: number, gap: number, prefer: readonly [number, number]) => void;

/** Names the ghosts along their lines, after everything else has its place; one that blew up ends in a faint cross. */
export function markGhosts(
  context: CanvasRenderingContext2D, palette: Palette, traces: readonly Trace[], scale: LossScale, xAt: (trace: Trace, step: number) => number, y: Scale,
  area: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }, request: Request,
): void {
  traces.forEach((trace, order) => {
    if (!trace.ghost || trace.part !== 'training') return;
    const inside: number[] = [];
    const place = (i: number) => ({ x: xAt(trace, trace.steps[i]), y: y.at(plotted(trace.loss[i], scale)) });
    for (let i = 0; i < trace.count; i++) {
      const { x, y: at } = place(i);
      if (x >= area.left && x <= area.right && at >= area.top && at <= area.bottom) inside.push(i);
    }
    if (inside.length === 0) return;
    if (trace.run.status === 'diverged') {
      const end = place(inside[inside.length - 1]);
      drawCross(context, end.x, end.y, 3.5, ghostStyle(palette, trace.index, trace.ghost.slot).color, palette.background);
    }
    // Ghosts of one optimizer run close together: each is named at another part of its way.
    const first = place(inside[0]).x;
    const wanted = first + (place(inside[inside.length - 1]).x - first) * (0.3 + 0.17 * (order % 4));
    const at = place(inside.find((i) => place(i).x >= wanted) ?? inside[inside.length - 1]);
    request(trace.label, palette.series(trace.index).color, 400, at.x, at.y, 6, [1, -0.8]);
  });
}
