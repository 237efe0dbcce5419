import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { styled } from './elements/styled';
import { iconButton } from './elements/icon';
import { LabElement } from './elements/labElement';
import './elements/menuButton';
import { markerMark } from './elements/swatch';
import { term } from './elements/term';
import { formatCount } from './numbers';
import { stepsAnEpoch } from './panels/convergenceEpochs';
import type { Change } from './state/types';

const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];
const TICKS = 10;
/** More marks of epochs than these would be a line. */
const MOST_TICKS = 20;

/** The one timeline that drives every picture. */
@customElement('gdexp-timeline')
export class Timeline extends LabElement {
  protected readonly listensTo: readonly Change[] = ['runs', 'step', 'visibility', 'theme', 'document', 'selection'];

  override render(): TemplateResult {
    const { store } = this;
    const { step, maxStep, playing } = store;
    const none = maxStep === 0;
    const share = none ? 0 : step / maxStep;
    const place = this.place(step);
    const ticks = this.epochTicks();
    return html`<div class="timeline" role="group" aria-label=${l10n.t('Timeline')} @keydown=${this.key}>
      ${this.epoch === null ? nothing : iconButton({ icon: 'chevron-left', label: l10n.t('One epoch back (Page Up)'), disabled: none || step === 0, className: 'epoch-step', click: () => this.moveEpoch(-1) })}
      ${iconButton({ icon: 'debug-reverse-continue', label: l10n.t('One step back'), disabled: none || step === 0, click: () => this.move(-1) })}
      ${iconButton({ icon: playing ? 'debug-pause' : 'play', label: playing ? l10n.t('Pause (Space)') : l10n.t('Play (Space)'), disabled: none, click: () => store.setPlaying(!playing) })}
      ${iconButton({ icon: 'debug-continue', label: l10n.t('One step forward'), disabled: none || step === maxStep, click: () => this.move(1) })}
      ${this.epoch === null ? nothing : iconButton({ icon: 'chevron-right', label: l10n.t('One epoch forward (Page Down)'), disabled: none || step === maxStep, className: 'epoch-step', click: () => this.moveEpoch(1) })}
      <span class="timeline-step">${place ? html`<span class="timeline-epoch">${term('epoch', l10n.t('Epoch'))} <b>${formatCount(place.epoch)}</b> · </span>` : nothing}${term('step', l10n.t('Step'))} <b>${formatCount(step)}</b> / ${formatCount(maxStep)}</span>
      <span class="slider timeline-track" ${styled({ '--slider-share': String(share) })}>
        ${this.ends()}
        <input type="range" min="0" max=${Math.max(1, maxStep)} step="1" .value=${String(step)} ?disabled=${none} aria-label=${l10n.t('Step')}
          aria-valuetext=${place ? l10n.t('Epoch {0}, step {1} of {2}', formatCount(place.epoch), formatCount(step), formatCount(maxStep)) : l10n.t('Step {0} of {1}', formatCount(step), formatCount(maxStep))}
          @input=${(event: Event) => { store.setPlaying(false); store.setStep(Number((event.target as HTMLInputElement).value)); }} />
        <span class="ticks" aria-hidden="true">${ticks.map((at) => html`<span class="tick" ${styled({ '--at': String(at) })}></span>`)}</span>
      </span>
      <gdexp-menu class="speed" look="plain" label=${l10n.t('Playback speed {0}', `${store.speed}×`)} .face=${html`${store.speed}×`} ?disabled=${none}
        .items=${SPEEDS.map((speed) => ({ label: `${speed}×`, checked: speed === store.speed, run: () => store.setSpeed(speed) }))}></gdexp-menu>
    </div>`;
  }

  override updated(): void {
    // A range keeps the value that its old maximum cut off.
    const input = this.querySelector<HTMLInputElement>('input[type=range]');
    if (input && Number(input.value) !== this.store.step) input.value = String(this.store.step);
  }

  /** Marks where runs ended before the last step. */
  private ends(): TemplateResult {
    const { store } = this;
    const seen = new Set<string>();
    const marks = store.visibleRuns.filter((run) => run.status !== 'running' && run.steps < store.maxStep && !seen.has(run.seriesKey) && seen.add(run.seriesKey));
    return html`<span class="run-ends" aria-hidden="true">${marks.map((run) => {
      const series = store.series(run.seriesKey);
      return series ? html`<span class="run-end" title=${l10n.t('{0} ended at step {1}', run.label, formatCount(run.steps))} @click=${() => { store.setPlaying(false); store.setStep(run.steps); }} ${styled({ '--at': String(run.steps / store.maxStep) })}>${markerMark(series.index)}</span>` : nothing;
    })}</span>`;
  }

  /** Updates in an epoch of the selected network, or of the first that has ended one; null for objectives. */
  private get epoch(): number | null {
    const { store } = this;
    if (store.document?.kind !== 'model') return null;
    const selected = store.selected === null ? undefined : store.runOf(store.selected);
    for (const run of selected ? [selected, ...store.visibleRuns] : store.visibleRuns) {
      const length = stepsAnEpoch(run);
      if (length !== null && length > 0) return length;
    }
    return null;
  }

  /** The epoch that the step is in, from 1; its last step still belongs to it. */
  private place(step: number): { epoch: number } | null {
    const { epoch } = this;
    return epoch === null ? null : { epoch: Math.max(1, Math.ceil(step / epoch - 1e-9)) };
  }

  /** Ticks stand at round tenths, of a network at the ends of epochs where these are few. */
  private epochTicks(): number[] {
    const { epoch } = this;
    const count = epoch === null ? 0 : Math.round(this.store.maxStep / epoch);
    const stride = Math.ceil(count / MOST_TICKS);
    if (count >= 2 && epoch !== null) return Array.from({ length: Math.floor(count / stride) + 1 }, (_, index) => Math.min(1, (index * stride * epoch) / this.store.maxStep));
    return Array.from({ length: TICKS + 1 }, (_, index) => index / TICKS);
  }

  /** To the end of the epoch before, or of the one that the step is in. */
  private moveEpoch(direction: 1 | -1): void {
    const { epoch } = this;
    if (epoch === null) return;
    const at = this.store.step / epoch;
    const next = direction > 0 ? Math.floor(at + 1e-9) + 1 : Math.ceil(at - 1e-9) - 1;
    this.store.setPlaying(false);
    this.store.setStep(Math.round(next * epoch));
  }

  private move(steps: number): void {
    this.store.setPlaying(false);
    this.store.setStep(this.store.step + steps);
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (target.tagName === 'BUTTON' || event.defaultPrevented) {
      if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
      if (target.getAttribute('aria-haspopup') || target.closest('.menu')) return;
    }
    if (event.key === ' ') this.store.setPlaying(!this.store.playing);
    else if (this.epoch !== null && (event.key === 'PageUp' || event.key === 'PageDown')) this.moveEpoch(event.key === 'PageDown' ? 1 : -1);
    else if (event.key === 'ArrowLeft' || event.key === 'ArrowDown') this.move(event.shiftKey ? -10 : -1);
    else if (event.key === 'ArrowRight' || event.key === 'ArrowUp') this.move(event.shiftKey ? 10 : 1);
    else return;
    event.preventDefault();
  }
}
