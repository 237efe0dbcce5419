import * as l10n from '@vscode/l10n';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { VscodeTextfield } from '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { fieldText, parseNumber } from '../numbers';

export type ValueKind = 'number' | 'integer' | 'text' | 'json';

/**
 * One value of the file in a text field. What is typed is checked while typing and given out once, as `commit` with the value, on Enter
 * or when the field is left; Escape takes it back. A value from outside replaces what stands there unless the field is being edited.
 */
@customElement('gdexp-value')
export class ValueField extends LitElement {
  @property({ attribute: false }) value: unknown = '';
  @property() kind: ValueKind = 'number';
  /** The field's name for screen readers. */
  @property() label = '';
  @property({ type: Number }) minimum: number | undefined;
  @property({ type: Number }) maximum: number | undefined;
  @property({ type: Boolean }) disabled = false;
  @property() placeholder = '';
  /** An empty field is allowed and given out as undefined. */
  @property({ type: Boolean }) optional = false;
  @state() private draft: string | null = null;
  @state() private error = '';

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult {
    const shown = this.draft ?? fieldText(this.value);
    return html`<vscode-textfield class="value-field" .value=${shown} .label=${this.label} placeholder=${this.placeholder || nothing} ?disabled=${this.disabled} ?invalid=${this.error !== ''}
        @input=${this.typed} @change=${this.commit} @keydown=${this.key} @blur=${this.left}></vscode-textfield>
      ${this.error ? html`<div class="field-error" role="alert">${this.error}</div>` : nothing}`;
  }

  private get field(): VscodeTextfield {
    return this.querySelector('vscode-textfield')!;
  }

  private typed(event: Event): void {
    event.stopPropagation();
    this.draft = this.field.value;
    this.error = this.check(this.draft).error;
  }

  private key(event: KeyboardEvent): void {
    if (event.key === 'Enter') this.commit(event);
    else if (event.key === 'Escape' && this.draft !== null) {
      this.draft = null;
      this.error = '';
      this.field.value = fieldText(this.value);
      event.stopPropagation();
    } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      if (this.kind !== 'integer') return;
      const value = parseNumber(this.field.value);
      if (value === null) return;
      event.preventDefault();
      this.draft = String(value + (event.key === 'ArrowUp' ? 1 : -1));
      this.error = this.check(this.draft).error;
    }
  }

  private left(event: Event): void {
    this.commit(event);
    if (this.error) {
      this.draft = null;
      this.error = '';
    }
  }

  private commit(event: Event): void {
    event.stopPropagation();
    if (this.draft === null) return;
    const { value, error } = this.check(this.draft);
    this.error = error;
    if (error) return;
    this.draft = null;
    if (fieldText(value) === fieldText(this.value)) return;
    this.value = value;
    this.dispatchEvent(new CustomEvent('commit', { detail: value }));
  }

  private check(text: string): { value?: unknown; error: string } {
    const trimmed = text.trim();
    if (this.optional && trimmed === '') return { error: '' };
    if (this.kind === 'text') return trimmed === '' ? { error: l10n.t('Write something here.') } : { value: trimmed, error: '' };
    if (this.kind === 'json') {
      try {
        return { value: JSON.parse(trimmed), error: '' };
      } catch {
        return { error: l10n.t('This is not valid JSON.') };
      }
    }
    const value = parseNumber(trimmed);
    if (value === null) return { error: l10n.t('Write a number, such as 0.01 or 1e-3.') };
    if (this.kind === 'integer' && !Number.isInteger(value)) return { error: l10n.t('Write a whole number.') };
    if (this.minimum !== undefined && value < this.minimum) return { error: l10n.t('At least {0}.', this.minimum) };
    if (this.maximum !== undefined && value > this.maximum) return { error: l10n.t('At most {0}.', this.maximum) };
    return { value, error: '' };
  }
}
