import * as l10n from '@vscode/l10n';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Explanation as Known, PageMessage } from '../../src/protocol/lab';
import { markdown } from '../experiment/markdown';
import { formula } from './formula';
import { icon } from './icon';
import type { Term, TermEvent } from './term';

/** What the explanation needs of the page's store. */
export interface Explainer {
  explain(terms: readonly string[]): Promise<readonly Known[]>;
  send(message: Extract<PageMessage, { type: 'openTerm' | 'problem' }>): void;
}

/** The pointer may cross the gap between a word and its explanation in this time. */
const LEAVE_MS = 300;
/** Distance from the window's border and from the word. */
const MARGIN = 8;
const GAP = 4;
/** More terms than these are folded to their names. */
const MOST_OPEN = 2;
/** The focus waits so long for the words, so that a screen reader reads them and not that they are looked up. */
const WAIT_MS = 400;

/**
 * The one explanation of the page: a dialog that is not modal, in the top layer, so that no panel clips it. It closes by Escape, by a
 * press elsewhere and when the focus leaves it; shown by a resting pointer it stays while the pointer is on it or on its word.
 */
@customElement('gdexp-explanation')
export class Explanation extends LitElement {
  @property({ attribute: false }) store!: Explainer;
  @state() private shown: Term | null = null;
  /** What is known of the words that were asked for: null where nothing is. */
  private readonly known = new Map<string, Known | null>();
  /** Why the last question got no answer. */
  private trouble = '';
  /** Opened by a press; else by the pointer, and it goes with the pointer. */
  private pinned = false;
  private leaving: ReturnType<typeof setTimeout> | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('explain', this.asked);
    document.addEventListener('keydown', this.escape, true);
    document.addEventListener('pointerdown', this.elsewhere, true);
    document.addEventListener('scroll', this.place, true);
    window.addEventListener('resize', this.place);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('explain', this.asked);
    document.removeEventListener('keydown', this.escape, true);
    document.removeEventListener('pointerdown', this.elsewhere, true);
    document.removeEventListener('scroll', this.place, true);
    window.removeEventListener('resize', this.place);
  }

  override render(): TemplateResult {
    const { shown } = this;
    return html`<div class="explanation" popover="manual" role="dialog" aria-labelledby="explanation-name" aria-describedby="explanation-text" tabindex="-1"
        @keydown=${this.key} @focusout=${this.left} @pointerenter=${() => clearTimeout(this.leaving)} @pointerleave=${this.pointerLeft}>
      ${shown ? this.content(shown) : nothing}</div>`;
  }

  private content(shown: Term): TemplateResult | TemplateResult[] {
    const names = shown.terms.split(' ');
    const unknown = names.some((name) => !this.known.has(name));
    if (names.length <= MOST_OPEN) return names.map((name, index) => this.section(shown, name, index, unknown));
    return html`<h2 id="explanation-name">${shown.label}</h2><div id="explanation-text">${unknown ? html`<p>${this.waiting}</p>` : names.map((name, index) => {
      const found = this.known.get(name);
      return found ? html`<details name="explanation" ?open=${index === 0} @toggle=${this.place}><summary>${nameOf(found)}</summary>${this.body(found, found.text)}</details>` : nothing;
    })}</div>`;
  }

  private section(shown: Term, name: string, index: number, unknown: boolean): TemplateResult {
    const found = this.known.get(name) ?? null;
    const text = (index === 0 && shown.text) || (found?.text ?? (unknown ? this.waiting : l10n.t('Nothing more is known of it.')));
    const title = index === 0 ? (shown.text ? shown.label : found?.name || shown.label) : found ? nameOf(found) : '';
    if (index > 0 && !found) return html``;
    return html`<section><h2 id=${index === 0 ? 'explanation-name' : nothing}>${title}</h2><div id=${index === 0 ? 'explanation-text' : nothing}>${this.body(found, text)}</div></section>`;
  }

  private body(found: Known | null, text: string): TemplateResult {
    return html`${markdown(text)}
      ${found?.formula ? html`<div class="explanation-formula" tabindex="0" role="group" aria-label=${l10n.t('Formula')} ${formula(found.formula, true)}></div>` : nothing}
      ${found?.letters ? html`<p class="explanation-letters">${found.letters}</p>` : nothing}
      ${found ? html`<button type="button" class="link-button" @click=${() => this.read(found.term)}>${icon('book')} ${l10n.t('More in the reference')}</button>` : nothing}`;
  }

  private get waiting(): string {
    return this.trouble ? l10n.t('It could not be looked up: {0}', this.trouble) : l10n.t('Looking it up …');
  }

  private get popup(): HTMLElement {
    return this.querySelector<HTMLElement>('.explanation')!;
  }

  private readonly asked = (event: Event): void => {
    const { how, from } = (event as CustomEvent<TermEvent>).detail;
    if (how === 'leave') {
      // A word that went from the page takes its explanation along.
      if (from === this.shown && !from.isConnected) this.close(false);
      else if (from === this.shown) this.pointerLeft();
    } else if (how === 'press' && from === this.shown && this.pinned) this.close(true);
    else if (how === 'press' || !this.pinned) void this.show(from, how === 'press');
  };

  private async show(from: Term, pinned: boolean): Promise<void> {
    clearTimeout(this.leaving);
    if (this.shown && this.shown !== from) this.close(false);
    this.pinned = pinned;
    this.shown = from;
    from.open = true;
    const asked = this.learn(from.terms.split(' '));
    await this.updateComplete;
    if (this.shown !== from) return;
    if (!this.popup.matches(':popover-open')) this.popup.showPopover();
    this.place();
    void asked.then(async () => {
      this.requestUpdate();
      await this.updateComplete;
      this.place();
    });
    if (!pinned) return;
    await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, WAIT_MS))]);
    await this.updateComplete;
    // Who went on meanwhile keeps the focus where it is.
    if (this.shown === from && from.contains(document.activeElement)) this.popup.focus();
  }

  private async learn(names: readonly string[]): Promise<void> {
    const wanted = names.filter((name) => !this.known.has(name));
    if (wanted.length === 0) return;
    this.trouble = '';
    try {
      const found = new Map((await this.store.explain(wanted)).map((one) => [one.term, one]));
      for (const name of wanted) this.known.set(name, found.get(name) ?? null);
    } catch (error) {
      this.trouble = (error as Error).message;
      this.store.send({ type: 'problem', message: String(error) });
    }
  }

  private close(focus: boolean): void {
    const { shown } = this;
    if (!shown) return;
    clearTimeout(this.leaving);
    this.shown = null;
    this.pinned = false;
    shown.open = false;
    if (this.popup.matches(':popover-open')) this.popup.hidePopover();
    if (focus) shown.button.focus();
  }

  private read(name: string): void {
    this.store.send({ type: 'openTerm', term: name });
    this.close(true);
  }

  /** Below the word, above it where there is more room, never out of the window. */
  private readonly place = (event?: Event): void => {
    const { shown, popup } = this;
    if (!shown || (event?.type === 'scroll' && event.target instanceof Node && popup.contains(event.target))) return;
    const anchor = shown.button.getBoundingClientRect();
    const below = window.innerHeight - anchor.bottom - GAP - MARGIN;
    const above = anchor.top - GAP - MARGIN;
    popup.style.maxHeight = `${Math.max(120, Math.max(below, above))}px`;
    const { width, height } = popup.getBoundingClientRect();
    const top = height <= below || below >= above ? anchor.bottom + GAP : anchor.top - GAP - height;
    popup.style.top = `${Math.max(MARGIN, Math.min(top, window.innerHeight - height - MARGIN))}px`;
    popup.style.left = `${Math.max(MARGIN, Math.min(anchor.left, window.innerWidth - width - MARGIN))}px`;
  };

  private readonly escape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !this.shown) return;
    event.preventDefault();
    event.stopPropagation();
    this.close(this.pinned || this.contains(document.activeElement));
  };

  private readonly elsewhere = (event: Event): void => {
    const target = event.target as Node;
    if (this.shown && !this.contains(target) && !this.shown.contains(target)) this.close(false);
  };

  /** Tab goes through the explanation and on from its word. */
  private key(event: KeyboardEvent): void {
    // What stands around (the timeline, a picture) has keys of its own.
    event.stopPropagation();
    const { shown } = this;
    if (event.key !== 'Tab' || !shown) return;
    const stops = [...this.popup.querySelectorAll<HTMLElement>('button, summary, [tabindex="0"]')].filter((one) => one.closest('details')?.open !== false || one.matches('summary'));
    const at = stops.indexOf(document.activeElement as HTMLElement);
    if (event.shiftKey ? at > 0 : at < stops.length - 1) return;
    this.close(true);
    if (event.shiftKey) event.preventDefault();
  }

  private left(event: FocusEvent): void {
    const to = event.relatedTarget as Node | null;
    if (this.pinned && to && !this.contains(to) && !this.shown?.contains(to)) this.close(false);
  }

  private pointerLeft(): void {
    clearTimeout(this.leaving);
    if (!this.pinned) this.leaving = setTimeout(() => this.close(false), LEAVE_MS);
  }
}

/** By its own name; "layer.dense" by the last of its parts, which is what the file calls it. */
function nameOf({ name, term }: Known): string {
  return name || term.slice(term.lastIndexOf('.') + 1);
}
