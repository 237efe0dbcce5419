import * as l10n from '@vscode/l10n';
import { LitElement, html, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { styled } from '../elements/styled';
import { term, withinReach } from '../elements/term';
import '../elements/valueField';
import { formatNumber } from '../numbers';
import { rateAt, rateScale, rateStep, type RateScale } from './rateScale';

/** How long a committed value stands before the document's own is shown again, should the document refuse it. */
const SETTLE_MS = 1000;

/**
 * A learning rate on a logarithmic slider, with the number beside it. Dragging (and holding an arrow key) fires `rate-preview` with the
 * rate; letting go fires `rate-commit` once; Escape fires `rate-cancel`.
 */
@customElement('gdexp-rate')
export class RateSlider extends LitElement {
  @property({ type: Number }) value = 0.01;
  @property() label = '';
  /** Colour of the series. */
  @property() color = '';
  @property({ type: Boolean }) disabled = false;
  @state() private draft: number | null = null;
  /** The scale must not move under the pointer. */
  private dragScale: RateScale | null = null;
  private committed: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.addEventListener('focusin', withinReach);
    this.addEventListener('focusout', withinReach);
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override willUpdate(changes: Map<string, unknown>): void {
    if (changes.has('value') && this.dragScale === null && this.committed !== undefined) this.forget();
  }

  override render(): TemplateResult {
    const value = this.draft ?? this.value;
    const scale = this.dragScale ?? rateScale(value);
    const position = Math.min(scale.high, Math.max(scale.low, value > 0 ? Math.log10(value) : scale.low));
    const share = (position - scale.low) / (scale.high - scale.low);
    const ticks = Array.from({ length: scale.high - scale.low + 1 }, (_, index) => index / (scale.high - scale.low));
    return html`<span class="rate-label">${term('learningRate', 'lr', '', true)}</span>
      <span class="slider rate-track" ${styled({ '--slider-share': String(share), '--slider-color': this.color })}>
        <input type="range" min=${scale.low} max=${scale.high} step="0.01" .value=${String(position)} ?disabled=${this.disabled}
          aria-label=${l10n.t('Learning rate of {0}', this.label)} aria-valuetext=${formatNumber(value)}
          @input=${this.dragged} @change=${this.released} @keydown=${this.key} @keyup=${this.keyReleased} @blur=${this.released} @pointercancel=${this.cancelled} />
        <span class="ticks" aria-hidden="true">${ticks.map((at) => html`<span class="tick" ${styled({ '--at': String(at) })}></span>`)}</span>
      </span>
      <gdexp-value class="rate-value" kind="number" .value=${value} .minimum=${0} .label=${l10n.t('Learning rate of {0}, as a number', this.label)} ?disabled=${this.disabled} @commit=${this.typed}></gdexp-value>`;
  }

  private preview(value: number): void {
    clearTimeout(this.committed);
    this.committed = undefined;
    this.dragScale ??= rateScale(this.draft ?? this.value);
    this.draft = value;
    this.dispatchEvent(new CustomEvent('rate-preview', { detail: value }));
  }

  private dragged(event: Event): void {
    event.stopPropagation();
    this.preview(rateAt(Number((event.target as HTMLInputElement).value)));
  }

  private key(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      if (this.dragScale) {
        event.stopPropagation();
        this.cancelled();
      }
      return;
    }
    const direction = ['ArrowRight', 'ArrowUp', 'PageUp'].includes(event.key) ? 1 : ['ArrowLeft', 'ArrowDown', 'PageDown'].includes(event.key) ? -1 : null;
    if (direction === null || this.disabled) return;
    event.preventDefault();
    const value = this.draft ?? this.value;
    if (value > 0) this.preview(rateStep(value, direction, event.key.startsWith('Page') ? 1 : 0.05));
  }

  private keyReleased(event: KeyboardEvent): void {
    if (event.key.startsWith('Arrow') || event.key.startsWith('Page')) this.released(event);
  }

  private released(event: Event): void {
    event.stopPropagation();
    if (this.draft === null || this.dragScale === null) return;
    this.commit(this.draft);
  }

  private typed(event: CustomEvent<number>): void {
    this.draft = event.detail;
    this.commit(event.detail);
  }

  private commit(value: number): void {
    this.dragScale = null;
    clearTimeout(this.committed);
    this.committed = setTimeout(() => this.forget(), SETTLE_MS);
    this.dispatchEvent(new CustomEvent('rate-commit', { detail: value }));
    this.requestUpdate();
  }

  private cancelled(): void {
    if (this.dragScale === null) return;
    this.forget();
    this.dispatchEvent(new CustomEvent('rate-cancel'));
  }

  private forget(): void {
    clearTimeout(this.committed);
    this.committed = undefined;
    this.dragScale = null;
    this.draft = null;
  }
}
