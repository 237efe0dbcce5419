import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../elements/icon';
import type { PageStore } from '../state/store';

/** A section that folds like those of VS Code's side bar; what is folded is remembered. */
export function section(store: PageStore, name: string, title: string, body: () => TemplateResult, actions: TemplateResult | typeof nothing = nothing): TemplateResult {
  const folded = store.setting(`folded.${name}`, false);
  return html`<section class="section" aria-label=${title}>
    <div class="section-header">
      <h2><button type="button" class="section-toggle" aria-expanded=${String(!folded)} @click=${() => store.setSetting(`folded.${name}`, !folded)}>${icon(folded ? 'chevron-right' : 'chevron-down')}<span>${title}</span></button></h2>
      ${actions}
    </div>
    ${folded ? nothing : html`<div class="section-body">${body()}</div>`}
  </section>`;
}
