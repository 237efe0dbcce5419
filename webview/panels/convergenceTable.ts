import * as l10n from '@vscode/l10n';
import { html, type TemplateResult } from 'lit';
import { swatch } from '../elements/swatch';
import { metricName } from '../metricNames';
import type { LabStore } from '../state/types';
import { stepTable } from './chartTable';
import { valueAt, type Trace } from './convergenceData';

/** The series, and on whose rows where that is not training. */
export function partLabel(trace: Trace): string {
  return trace.part === 'validation' ? l10n.t('{0}, validation', trace.label) : trace.label;
}

/** The shown metric by step, a column a curve; past the end of a run there is no value. */
export function convergenceTable(store: LabStore, metric: string, traces: readonly Trace[]): TemplateResult {
  return stepTable(store, l10n.t('{0} by step', metricName(metric)), store.maxStep, traces.map((trace) => ({
    head: html`${swatch(trace.index)} ${partLabel(trace)}`,
    at: (step) => {
      const found = valueAt(trace, step);
      return found && !found.ended ? found.value : NaN;
    },
  })));
}
