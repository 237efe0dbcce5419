import * as l10n from '@vscode/l10n';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { markdown } from './markdown';

/** A text of at most this height is shown whole: folding it would save less than the link costs. */
const WHOLE = 156;

/** The file's description; a long one is folded to its first lines, with a link that shows the rest. */
@customElement('gdexp-about')
export class About extends LitElement {
  @property() text = '';
  @property({ type: Boolean }) open = false;
  @state() private long = false;
  private sizes: ResizeObserver | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.sizes = new ResizeObserver(() => this.measure());
    this.sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizes?.disconnect();
  }

  override render(): TemplateResult {
    return html`<div class="about ${this.long && !this.open ? 'is-folded' : ''}">${markdown(this.text)}</div>
      ${this.long ? html`<button type="button" class="link-button about-more" aria-expanded=${String(this.open)} @click=${() => this.dispatchEvent(new CustomEvent('fold', { detail: this.open }))}>${this.open ? l10n.t('Less') : l10n.t('More')}</button>` : nothing}`;
  }

  override updated(): void {
    this.measure();
  }

  private measure(): void {
    const about = this.querySelector('.about');
    if (!about) return;
    const folded = about.classList.contains('is-folded');
    about.classList.remove('is-folded');
    this.long = about.scrollHeight > WHOLE;
    about.classList.toggle('is-folded', folded);
  }
}
