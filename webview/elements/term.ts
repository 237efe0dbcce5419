import * as l10n from '@vscode/l10n';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { icon } from './icon';

/** What a word of the page asks for when it is pressed, pointed at or left. */
export interface TermEvent {
  readonly how: 'press' | 'point' | 'leave';
  readonly from: Term;
}

/** How long the pointer rests on a word before its explanation opens by itself. */
const REST_MS = 500;

/**
 * A word that is explained in place: its label, underlined with dots, or a small icon where the label is a control of its own. A press
 * (click, Enter, Space) opens the explanation and moves the focus there, a resting pointer only shows it (explanation.ts). What it means
 * is asked of the host when it is wanted first.
 */
@customElement('gdexp-term')
export class Term extends LitElement {
  /** Names of the host's glossary, apart by spaces; with several each is explained. */
  @property() terms = '';
  @property() label = '';
  /** Said in place of the first term's own words: the sentence that the file's field has. */
  @property() text = '';
  @property() look: 'text' | 'icon' = 'text';
  /** Tab passes it over: there are many of its like, and another way to this one (the row that it stands in). */
  @property({ type: Boolean }) passed = false;
  /** Set by the explanation while it shows this word. */
  @property({ type: Boolean }) open = false;
  private resting: ReturnType<typeof setTimeout> | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.leave();
  }

  override render(): TemplateResult {
    const what = l10n.t('What does “{0}” mean?', this.label);
    return this.look === 'icon'
      ? html`<button type="button" class="icon-button term-icon" aria-label=${what} aria-haspopup="dialog" aria-expanded=${String(this.open)} @click=${this.press} @pointerenter=${this.point} @pointerleave=${this.leave}>${icon('question')}</button>`
      : html`<button type="button" class="term" tabindex=${this.passed ? -1 : nothing} aria-description=${what} aria-haspopup="dialog" aria-expanded=${String(this.open)} @click=${this.press} @pointerenter=${this.point} @pointerleave=${this.leave}>${this.label}</button>`;
  }

  /** What the explanation stands beside, and where the focus goes back to. */
  get button(): HTMLElement {
    return this.querySelector('button')!;
  }

  private press(event: Event): void {
    // What the word stands in (a row that unfolds, a head that sorts) is not meant.
    event.stopPropagation();
    clearTimeout(this.resting);
    this.tell('press');
  }

  private point(event: PointerEvent): void {
    if (event.pointerType !== 'mouse') return;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.tell('point'), REST_MS);
  }

  private leave(): void {
    clearTimeout(this.resting);
    this.tell('leave');
  }

  private tell(how: TermEvent['how']): void {
    document.dispatchEvent(new CustomEvent<TermEvent>('explain', { detail: { how, from: this } }));
  }
}

/** A word that is explained in place. @param passed Tab passes it over. */
export function term(terms: string, label: string, text = '', passed = false): TemplateResult {
  return html`<gdexp-term .terms=${terms} .label=${label} .text=${text} .passed=${passed}></gdexp-term>`;
}

/**
 * For a row of a form, on `focusin` and `focusout`: its words are stops of the Tab key only while the focus is in the row, so that going
 * through a form takes one stop a field; from a control, Shift+Tab goes to what explains it.
 */
export function withinReach(event: FocusEvent): void {
  const row = event.currentTarget as HTMLElement;
  const inside = event.type === 'focusin' || (event.relatedTarget instanceof Node && row.contains(event.relatedTarget));
  for (const one of row.querySelectorAll<Term>('gdexp-term')) one.passed = !inside;
}

/** The same as an icon, beside what is a control or a picture itself. @param label what it is about. */
export function termIcon(terms: string, label: string, text = ''): TemplateResult {
  return html`<gdexp-term look="icon" .terms=${terms} .label=${label} .text=${text}></gdexp-term>`;
}
