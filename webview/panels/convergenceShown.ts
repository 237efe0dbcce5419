import * as l10n from '@vscode/l10n';
import type { MenuItem } from '../elements/menuButton';
import { metricName, metricTerms } from '../metricNames';
import { formatCount } from '../numbers';
import { oneOf, recall } from '../state/remembered';
import type { LabStore } from '../state/types';
import { AXIS_MODES, LOSS_CHOICES, lossScale, traces, type AxisMode, type LossChoice, type LossScale, type Trace } from './convergenceData';
import { metricsOf, usualMetric } from './convergenceEpochs';
import { ghostTraces } from './convergenceGhosts';

/** What the diagnostics measured, after the scores in the list of what can be shown. */
const MEASURED: ReadonlySet<string> = new Set(['gradientNorm', 'learningRate', 'turn', 'distance', 'updateNorm', 'weightNorm', 'directionalDerivative', 'layerRatio', 'curvature', 'alpha', 'predictedChange', 'actualChange', 'changeRatio', 'sharpness', 'sharpnessLimit', 'noiseScale']);

/** What the convergence charts show and over what: the metric, its scale, the x axis, and the menus that choose them. */
export class Shown {
  private cached: readonly Trace[] | null = null;
  private withGhosts: readonly Trace[] | null = null;
  private found: readonly string[] | null = null;

  /** @param changed called after a choice; with true where places on the x axis mean something else. */
  constructor(private readonly storeOf: () => LabStore, private readonly changed: (axes: boolean) => void) {}

  private get choice(): LossChoice {
    return recall<LossChoice>(this.storeOf(), 'convergence.scale', 'auto', oneOf(LOSS_CHOICES));
  }

  /** null: epochs where networks have some, else steps. */
  private get chosenAxis(): AxisMode | null {
    return recall<AxisMode | null>(this.storeOf(), 'convergence.axis', null, oneOf(AXIS_MODES));
  }

  /** Of networks; null: the usual one of the document. */
  private get chosenMetric(): string | null {
    return recall<string | null>(this.storeOf(), 'convergence.metric', null, (value) => typeof value === 'string');
  }

  /** The runs changed: traces are made anew when they are asked for. */
  forget(): void {
    this.cached = null;
    this.withGhosts = null;
    this.found = null;
  }

  /** Of the experiment's own runs: they alone decide scales and axes. */
  get traces(): readonly Trace[] {
    return (this.cached ??= traces(this.storeOf(), this.metric));
  }

  /** Those of the pinned runs, too, which come last. */
  get all(): readonly Trace[] {
    return (this.withGhosts ??= [...this.traces, ...ghostTraces(this.storeOf(), this.metric, this.scale)]);
  }

  get networks(): boolean {
    return this.storeOf().document?.kind === 'model';
  }

  get metric(): string {
    if (!this.networks) return 'loss';
    const wanted = this.chosenMetric ?? usualMetric(this.storeOf().document, this.storeOf().visibleRuns);
    // Before the first epoch only the losses of batches are there.
    return wanted === 'loss' || this.metrics.includes(wanted) ? wanted : 'loss';
  }

  get axis(): AxisMode {
    const possible = (axis: AxisMode) => axis === 'step' || this.traces.some((trace) => (axis === 'epoch' ? trace.epoch : trace.pace) !== null);
    const wanted = this.chosenAxis ?? 'epoch';
    return possible(wanted) ? wanted : 'step';
  }

  /** What one update is on the x axis, for this trace. */
  unit(trace: Trace | undefined): number {
    if (this.axis === 'step') return 1;
    if (this.axis === 'time') return trace?.pace ?? 0;
    // A run in its first epoch has no length of an epoch of its own yet.
    const length = trace?.epoch ?? this.traces.find((other) => other.epoch !== null)?.epoch;
    return length ? 1 / length : 0;
  }

  get metrics(): readonly string[] {
    if (this.found) return this.found;
    const found = metricsOf(this.storeOf().visibleRuns);
    return (this.found = found.includes('loss') ? found : ['loss', ...found]);
  }

  metricMenu(): MenuItem[] {
    const { metrics } = this;
    const scores = metrics.filter((metric) => !MEASURED.has(metric));
    return [...scores, ...metrics.filter((metric) => MEASURED.has(metric))].map((metric, index) => ({
      label: metricName(metric), checked: metric === this.metric, separator: index === scores.length && index > 0,
      run: () => {
        this.storeOf().setSetting('convergence.metric', metric);
        this.forget();
        this.changed(false);
      },
    }));
  }

  get scale(): LossScale {
    return lossScale(this.traces, this.choice, this.storeOf(), this.metric);
  }

  subtitle(scale: LossScale): string {
    const store = this.storeOf();
    const step = formatCount(store.step);
    if (this.networks) {
      const run = store.runOf(store.selected ?? '') ?? store.runs[0];
      const row = run ? store.epochRowAt(run, store.step) : -1;
      const text = row < 0 ? l10n.t('{0} at step {1}', metricName(this.metric), step) : l10n.t('{0} in epoch {1}, at step {2}', metricName(this.metric), formatCount(run!.record!.epochs!.columns['epoch'][row]), step);
      const differ = this.metric === 'loss' && new Set((store.document?.models ?? []).map((model) => model.loss)).size > 1;
      return differ ? l10n.t('{0}; each variant has its own loss', text) : text;
    }
    if (scale.mode === 'gap') return scale.climbing ? l10n.t('distance to the maximum, at step {0}', step) : l10n.t('loss − minimum, at step {0}', step);
    return scale.climbing ? l10n.t('value at step {0}', step) : l10n.t('loss at step {0}', step);
  }

  /** Words of the glossary that explain what is shown and over what. */
  terms(mode: string): string {
    const several = this.traces.some(({ runs }) => runs.length > 1);
    const scale = mode === 'gap' ? ['gap', 'logarithmicAxis'] : mode === 'symlog' ? ['symmetricLog'] : mode === 'log' ? ['logarithmicAxis'] : [];
    return [metricTerms(this.metric), ...scale, this.axis === 'time' ? 'time' : this.axis, ...(this.networks ? ['split'] : []), ...(several ? ['medianBand'] : [])].join(' ');
  }

  axesMenu(mode: string): MenuItem[] {
    const loss = (choice: LossChoice, label: string, detail: string): MenuItem => ({ label, detail, checked: this.choice === choice, run: () => { this.storeOf().setSetting('convergence.scale', choice); this.changed(false); } });
    return [
      loss('auto', l10n.t('Loss: automatic'), mode === 'log' ? l10n.t('now logarithmic') : mode === 'gap' ? l10n.t('now the distance to the best value, logarithmic') : l10n.t('now linear')),
      loss('log', l10n.t('Loss: logarithmic'), l10n.t('for positive values')),
      loss('gap', l10n.t('Loss − best value, logarithmic'), l10n.t('where the minimum is known')),
      loss('linear', l10n.t('Loss: linear'), ''),
      loss('symlog', l10n.t('Loss: symmetric logarithm'), l10n.t('for values of both signs')),
      ...(this.networks ? [{ label: l10n.t('Over epochs'), separator: true, checked: this.axis === 'epoch', disabled: !this.traces.some((trace) => trace.epoch !== null), run: () => this.setAxis('epoch') }] : []),
      { label: l10n.t('Over steps'), separator: !this.networks, checked: this.axis === 'step', run: () => this.setAxis('step') },
      { label: l10n.t('Over time'), detail: l10n.t('at each run’s mean pace'), checked: this.axis === 'time', disabled: !this.traces.some((trace) => trace.pace !== null), run: () => this.setAxis('time') },
    ];
  }

  private setAxis(axis: AxisMode): void {
    this.storeOf().setSetting('convergence.axis', axis);
    this.changed(true);
  }

  /** The place of a step on the x axis: over time, by the pace of the selected run. */
  xAtStep(step: number): number {
    if (this.axis === 'step') return step;
    return step * this.unit(this.traces.find((one) => one.selected && this.unit(one) > 0) ?? this.traces.find((one) => this.unit(one) > 0));
  }
}
