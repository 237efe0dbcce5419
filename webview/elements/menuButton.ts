import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { icon } from './icon';

export interface MenuItem {
  readonly label: string;
  /** A second line on what it does. */
  readonly detail?: string;
  readonly icon?: string;
  readonly disabled?: boolean;
  readonly checked?: boolean;
  readonly separator?: boolean;
  readonly run: () => void;
}

/** A button that opens a menu in the top layer, with the keys of the WAI-ARIA menu button pattern. */
@customElement('gdexp-menu')
export class MenuButton extends LitElement {
  @property({ attribute: false }) items: readonly MenuItem[] = [];
  @property() label = '';
  /** Of the button; without one `face` is shown. */
  @property() icon = '';
  @property({ attribute: false }) face: TemplateResult | typeof nothing = nothing;
  @property() look: 'icon' | 'link' | 'plain' = 'icon';
  @property({ type: Boolean }) disabled = false;
  @state() private open = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult {
    const look = this.look === 'icon' ? 'icon-button' : this.look === 'link' ? 'link-button' : 'plain-button';
    return html`<button type="button" class="${look} menu-opener" title=${this.look === 'link' ? nothing : this.label} aria-label=${this.look === 'link' ? nothing : this.label}
        aria-haspopup="menu" aria-expanded=${String(this.open)} ?disabled=${this.disabled} @click=${this.toggle} @keydown=${this.openerKey}>${this.icon ? icon(this.icon) : nothing}${this.face}</button>
      <div class="menu" role="menu" popover="auto" aria-label=${this.label} @toggle=${this.toggled} @keydown=${this.menuKey}>
        ${this.open ? this.items.map((item) => html`${item.separator ? html`<div class="menu-separator" role="separator"></div>` : nothing}
          <button type="button" class="menu-item" role=${item.checked === undefined ? 'menuitem' : 'menuitemradio'} aria-checked=${item.checked === undefined ? nothing : String(item.checked)}
            tabindex="-1" ?disabled=${item.disabled ?? false} @click=${() => this.choose(item)}>
            ${item.checked !== undefined ? icon(item.checked ? 'check' : 'blank') : item.icon ? icon(item.icon) : nothing}
            <span class="menu-text"><span>${item.label}</span>${item.detail ? html`<span class="menu-detail">${item.detail}</span>` : nothing}</span>
          </button>`) : nothing}
      </div>`;
  }

  private get popup(): HTMLElement {
    return this.querySelector<HTMLElement>('.menu')!;
  }

  private get opener(): HTMLElement {
    return this.querySelector<HTMLElement>('.menu-opener')!;
  }

  private toggle(): void {
    this.popup.togglePopover();
  }

  private async toggled(event: Event): Promise<void> {
    this.open = (event as ToggleEvent).newState === 'open';
    if (!this.open) return;
    await this.updateComplete;
    const anchor = this.opener.getBoundingClientRect();
    const box = this.popup.getBoundingClientRect();
    const below = anchor.bottom + 2 + box.height <= window.innerHeight;
    const top = below ? anchor.bottom + 2 : Math.max(4, anchor.top - 2 - box.height);
    const left = Math.max(4, Math.min(anchor.left, window.innerWidth - box.width - 4));
    this.popup.style.top = `${top}px`;
    this.popup.style.left = `${left}px`;
    this.focusItem(0, 1);
  }

  private choose(item: MenuItem): void {
    this.popup.hidePopover();
    this.opener.focus();
    item.run();
  }

  private openerKey(event: KeyboardEvent): void {
    if (event.key !== 'ArrowDown' || this.open) return;
    event.preventDefault();
    this.popup.showPopover();
  }

  private menuKey(event: KeyboardEvent): void {
    const buttons = [...this.popup.querySelectorAll<HTMLButtonElement>('.menu-item')];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    if (event.key === 'ArrowDown') this.focusItem(at + 1, 1);
    else if (event.key === 'ArrowUp') this.focusItem(at - 1, -1);
    else if (event.key === 'Home') this.focusItem(0, 1);
    else if (event.key === 'End') this.focusItem(buttons.length - 1, -1);
    else if (event.key === 'Tab') this.popup.hidePopover();
    else if (event.key === 'Escape') {
      this.popup.hidePopover();
      this.opener.focus();
    } else if (event.key.length === 1 && event.key !== ' ') {
      const next = [...buttons.slice(at + 1), ...buttons.slice(0, at + 1)].find((button) => button.textContent!.trim().toLowerCase().startsWith(event.key.toLowerCase()));
      next?.focus();
    } else return;
    if (event.key !== 'Tab') event.preventDefault();
    event.stopPropagation();
  }

  /** Focuses the first enabled item from `from` in this direction, around the ends. */
  private focusItem(from: number, direction: 1 | -1): void {
    const buttons = [...this.popup.querySelectorAll<HTMLButtonElement>('.menu-item')];
    for (let step = 0; step < buttons.length; step++) {
      const button = buttons[(((from + step * direction) % buttons.length) + buttons.length) % buttons.length];
      if (button.disabled) continue;
      button.focus();
      return;
    }
  }
}
