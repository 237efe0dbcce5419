import * as l10n from '@vscode/l10n';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import { html, type TemplateResult } from 'lit';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** A drop-down. The control is told its value again after each render: its own choice would outlive a refused edit. */
export function select(name: string, value: string, choices: readonly Choice[], disabled: boolean, chosen: (value: string) => void): TemplateResult {
  return html`<vscode-single-select class="select" .label=${name} ?disabled=${disabled} .value=${value}
    @change=${(event: Event) => {
      event.stopPropagation();
      const list = event.target as HTMLElement & { value: string };
      const next = list.value;
      // A choice by the mouse leaves the focus nowhere.
      list.focus();
      if (next !== value) chosen(next);
    }}>${choices.map((choice) => html`<vscode-option value=${choice.value} ?selected=${choice.value === value}>${choice.label}</vscode-option>`)}</vscode-single-select>`;
}

/** Names of the format as they stand in a list: "full" reads "Full", "cosineRestarts" "Cosine restarts". */
export function choiceLabel(value: string): string {
  if (value === '') return l10n.t('None');
  if (value === 'torch') return 'PyTorch';
  const words = value.replace(/(?<=[a-z])([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return words[0].toUpperCase() + words.slice(1);
}
