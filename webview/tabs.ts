import * as l10n from '@vscode/l10n';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { iconButton } from './elements/icon';
import { LabElement } from './elements/labElement';
import './elements/menuButton';
import type { Change, PanelName } from './state/types';

export function panelName(panel: PanelName): string {
  switch (panel) {
    case 'landscape': return l10n.t('Landscape');
    case 'convergence': return l10n.t('Convergence');
    case 'gradients': return l10n.t('Gradients');
    case 'model': return l10n.t('Model');
    case 'data': return l10n.t('Data');
    case 'sweep': return l10n.t('Sweep');
    case 'trust': return l10n.t('Trust');
  }
}

/** One tab a picture; where there is no room for all of them, a menu with those that are out of sight. */
@customElement('gdexp-tabs')
export class Tabs extends LabElement {
  protected readonly listensTo: readonly Change[] = ['document', 'panels'];
  /** Whether the experiment's panel is hidden and can be shown from here. */
  @property({ type: Boolean }) withoutPanel = false;
  /** Tabs that are cut off or out of sight. */
  @state() private beyond: readonly PanelName[] = [];
  private sizes: ResizeObserver | undefined;
  private shown = '';

  override connectedCallback(): void {
    super.connectedCallback();
    this.sizes = new ResizeObserver(() => this.look(true));
    this.sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizes?.disconnect();
  }

  override render(): TemplateResult {
    const { store } = this;
    const open = store.offered.filter((panel) => store.panels.includes(panel));
    return html`${this.withoutPanel ? iconButton({ icon: 'layout-sidebar-left', label: l10n.t('Show the experiment'), className: 'show-panel', click: () => store.setSetting('panelHidden', false) }) : nothing}
      <div class="tab-list" role="tablist" aria-multiselectable=${String(store.split)} aria-label=${l10n.t('Pictures')} @keydown=${this.key} @scroll=${() => this.look(false)}>${store.offered.map((panel) => html`<button type="button" class="tab ${open.includes(panel) ? 'is-open' : ''} ${this.beyond.includes(panel) ? 'is-beyond' : ''}" role="tab"
          aria-selected=${String(open.includes(panel))} data-panel=${panel} tabindex=${panel === open[0] ? 0 : -1} @click=${() => this.open(panel)}>${panelName(panel)}</button>`)}</div>
      ${this.beyond.length > 0 ? html`<gdexp-menu class="more-tabs" .icon=${'ellipsis'} .label=${l10n.t('More pictures')} .items=${this.beyond.map((panel) => ({ label: panelName(panel), run: () => this.open(panel) }))}></gdexp-menu>` : nothing}
      ${store.canSplit ? iconButton({ icon: 'split-horizontal', label: l10n.t('Two pictures side by side'), pressed: store.split, className: 'split-toggle', click: () => store.setSplit(!store.split) }) : nothing}`;
  }

  protected override updated(_changed: PropertyValues): void {
    const shown = `${this.store.offered.join()}|${this.store.panels.join()}`;
    const moved = shown !== this.shown;
    this.shown = shown;
    this.look(moved);
  }

  private open(panel: PanelName): void {
    if (this.store.split) this.store.togglePanel(panel);
    else this.store.openPanel(panel);
  }

  /** @param follow bring the latest opened tab into sight first */
  private look(follow: boolean): void {
    const list = this.querySelector<HTMLElement>('.tab-list');
    if (!list) return;
    const tabs = [...list.querySelectorAll<HTMLElement>('.tab')];
    const latest = follow && tabs.find(({ dataset }) => dataset.panel === this.store.panels.at(-1));
    if (latest) this.bring(list, tabs, latest);
    const box = list.getBoundingClientRect();
    const beyond = tabs.filter((tab) => {
      const { left, right } = tab.getBoundingClientRect();
      return left < box.left - 1 || right > box.right + 1;
    }).map(({ dataset }) => dataset.panel as PanelName);
    if (beyond.join() !== this.beyond.join()) this.beyond = beyond;
  }

  /** Scrolls no further than a tab needs, but never to the middle of another. Not scrollIntoView: that would scroll the page too. */
  private bring(list: HTMLElement, tabs: readonly HTMLElement[], tab: HTMLElement): void {
    const from = (one: HTMLElement) => one.offsetLeft - list.offsetLeft;
    const least = from(tab) + tab.offsetWidth - list.clientWidth;
    if (from(tab) < list.scrollLeft) list.scrollLeft = from(tab);
    else if (least > list.scrollLeft) list.scrollLeft = Math.min(from(tab), ...tabs.map(from).filter((start) => start >= least));
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    const tabs = [...this.querySelectorAll<HTMLElement>('.tab')];
    const at = tabs.indexOf(event.target as HTMLElement);
    const next = tabs[(at + (event.key === 'ArrowRight' ? 1 : tabs.length - 1)) % tabs.length];
    this.bring(next.parentElement!, tabs, next);
    // What is out of sight cannot have the focus.
    next.classList.remove('is-beyond');
    next.focus();
    event.preventDefault();
  }
}
