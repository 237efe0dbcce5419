import { LitElement } from 'lit';
import { property } from 'lit/decorators.js';
import type { PageStore } from '../state/store';
import type { Change } from '../state/types';

/**
 * Base of the lab's own elements: rendered into the light DOM (one style sheet, one accessibility tree), updated when the store tells
 * of a change that the element listens to.
 */
export abstract class LabElement extends LitElement {
  @property({ attribute: false }) store!: PageStore;

  /** The changes that concern this element. */
  protected abstract readonly listensTo: readonly Change[];
  private end: (() => void) | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.end = this.store.subscribe((change) => {
      if (this.listensTo.includes(change)) {
        this.storeChanged(change);
        this.requestUpdate();
      }
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.end?.();
  }

  /** Called before the update that a change causes. */
  protected storeChanged(_change: Change): void {}
}
