/** The bar below a picture's header: what of many things is shown, and choices for it. */
import { html, type TemplateResult, type nothing } from 'lit';
import { termIcon } from '../elements/term';

/**
 * Buttons of which one is pressed; arrow keys go from one to the next.
 * @param terms words of the glossary that explain each view.
 */
export function viewBar<T extends string>(label: string, views: readonly (readonly [T, string])[], chosen: T, choose: (view: T) => void, tools: TemplateResult | typeof nothing, terms: Readonly<Record<T, string>>): TemplateResult {
  return html`<div class="view-bar"><div class="views" role="radiogroup" aria-label=${label} @keydown=${moveFocus}>${views.map(([name, text]) => html`<button type="button" class="view ${name === chosen ? 'is-selected' : ''}" role="radio" aria-checked=${String(name === chosen)} tabindex=${name === chosen ? 0 : -1} data-view=${name} @click=${() => choose(name)}>${text}</button>`)}</div>${termIcon(terms[chosen], views.find(([name]) => name === chosen)?.[1] ?? '')}
    <div class="view-tools">${tools}</div></div>`;
}

function moveFocus(event: KeyboardEvent): void {
  const step = event.key === 'ArrowRight' || event.key === 'ArrowDown' ? 1 : event.key === 'ArrowLeft' || event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const buttons = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLButtonElement>('button')];
  const next = buttons[(buttons.indexOf(event.target as HTMLButtonElement) + step + buttons.length) % buttons.length];
  next.click();
  next.focus();
}

/** One of several, as a drop-down list with its name before it. */
export function choice<T extends string>(label: string, options: readonly (readonly [T, string])[], chosen: T, choose: (value: T) => void): TemplateResult {
  return html`<label class="choice"><span>${label}</span><select @change=${(event: Event) => choose((event.target as HTMLSelectElement).value as T)}>${options.map(([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}</select></label>`;
}
