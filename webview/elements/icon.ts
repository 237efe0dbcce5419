import { html, nothing, type TemplateResult } from 'lit';

/** A codicon that says nothing to a screen reader. */
export function icon(name: string, extra = ''): TemplateResult {
  return html`<span class="codicon codicon-${name} ${extra}" aria-hidden="true"></span>`;
}

export interface IconButton {
  readonly icon: string;
  readonly label: string;
  readonly click: (event: MouseEvent) => void;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly className?: string;
}

/** A 22 px button with an icon; its label is both its tooltip and its name. */
export function iconButton(button: IconButton): TemplateResult {
  return html`<button type="button" class="icon-button ${button.className ?? ''}" title=${button.label} aria-label=${button.label}
    aria-pressed=${button.pressed === undefined ? nothing : String(button.pressed)} ?disabled=${button.disabled ?? false} @click=${button.click}>${icon(button.icon)}</button>`;
}
