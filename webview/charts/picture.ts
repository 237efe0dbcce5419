import * as l10n from '@vscode/l10n';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { iconButton } from '../elements/icon';
import type { Change, LabPicture, LabStore } from '../state/types';
import { readPalette, type Palette } from './palette';
import './pictures.css';
import { snapshot } from './snapshot';

/**
 * Base of the lab's pictures: its header, its size, its theme and one frame of drawing however often something changed.
 * A picture that is not in the page, or has no size, draws nothing.
 */
export abstract class Picture extends LitElement implements LabPicture {
  @property({ attribute: false }) store!: LabStore;

  protected palette: Palette = readPalette();
  private end: (() => void) | undefined;
  private sizes: ResizeObserver | undefined;
  private frame: number | null = null;
  private pending = new Set<Change | 'size'>();

  /** The name that an exported image carries. */
  protected abstract readonly imageName: string;

  /** Draws what the changes concern. Called in an animation frame, after the markup is up to date. */
  protected abstract draw(changes: ReadonlySet<Change | 'size'>): void;

  /** Whether the change needs new markup (legend, texts), besides the drawing. */
  protected abstract needsMarkup(change: Change): boolean;

  abstract summary(): string;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.classList.add('gdexp-picture');
    this.end = this.store.subscribe((change) => this.changed(change));
    this.sizes = new ResizeObserver(() => this.invalidate('size'));
    this.sizes.observe(this);
    this.palette = readPalette();
    this.requestUpdate();
    for (const change of ['document', 'runs', 'theme', 'size'] as const) this.invalidate(change);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.end?.();
    this.sizes?.disconnect();
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.frame = null;
  }

  toPng(): Promise<Uint8Array> {
    this.drawNow();
    return snapshot(this, this.palette.background, '.picture-tools, .map-tip, .visually-hidden, .codicon, .link-button, [hidden]');
  }

  protected changed(change: Change): void {
    if (change === 'theme') this.palette = readPalette();
    if (change === 'progress' || change === 'panels') return;
    if (this.needsMarkup(change) || change === 'theme') this.requestUpdate();
    this.invalidate(change);
  }

  protected invalidate(change: Change | 'size'): void {
    this.pending.add(change);
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.drawNow();
    });
  }

  /** Changes what is shown in place of what, and draws all anew. */
  protected rearrange(change: () => void): void {
    change();
    this.requestUpdate();
    this.invalidate('size');
  }

  private drawNow(): void {
    if (this.isUpdatePending) this.performUpdate();
    const changes = this.pending;
    this.pending = new Set();
    if (this.isConnected && this.clientWidth > 0 && this.clientHeight > 0) this.draw(changes);
  }

  protected header(title: string, subtitle: string, tools: readonly TemplateResult[]): TemplateResult {
    return html`<header class="picture-header"><h2 class="picture-title">${title}</h2><span class="picture-subtitle">${subtitle}</span>
      <div class="picture-tools" role="toolbar" aria-label=${l10n.t('{0}: tools', title)}>${tools}${this.exportButton()}</div></header>`;
  }

  private exportButton(): TemplateResult {
    return iconButton({ icon: 'export', label: l10n.t('Save the picture as PNG'), click: () => void this.exportImage() });
  }

  protected async exportImage(): Promise<void> {
    try {
      this.store.send({ type: 'image', name: this.imageName, png: await this.toPng() });
    } catch (error) {
      this.store.send({ type: 'problem', message: String(error) });
    }
  }

  /** Said in place of a picture that has nothing to show. */
  protected placeholder(text: string): TemplateResult {
    return html`<div class="picture-empty"><p>${text}</p></div>`;
  }

  protected spoken(id: string): TemplateResult {
    return html`<p class="visually-hidden" id=${id}>${this.store.document ? this.summary() : nothing}</p>`;
  }
}
