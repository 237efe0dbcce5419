import * as l10n from '@vscode/l10n';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { LabField } from '../../src/protocol/lab';
import { iconButton } from '../elements/icon';
import { term, withinReach } from '../elements/term';
import '../elements/valueField';
import { choiceOrNumber } from './choiceOrNumber';
import { choiceLabel, select } from './choices';
import { fieldTerms, type FieldOwner } from './fieldTerms';

export interface FieldContext {
  readonly disabled: boolean;
  /** Of whom the field is, for its accessible name; empty where the label says enough. */
  readonly of: string;
  /** How values are called where not by their own names: titles of the optimizer types. */
  readonly titles?: ReadonlyMap<string, string>;
  /** The optimizer or layer that the field belongs to. */
  readonly owner?: FieldOwner;
  readonly edit: (edits: readonly { path: string; value?: unknown }[]) => void;
}

/** A row with the field's label, the control that fits its kind and, where the file says something, a way back to the default. */
export function fieldRow(field: LabField, context: FieldContext): TemplateResult {
  const name = context.of ? l10n.t('{0} of {1}', field.label, context.of) : field.label;
  // What can't be changed takes no focus: then the word itself is the stop.
  const reach = context.disabled ? null : withinReach;
  const commit = (value: unknown) => context.edit([{ path: field.path, value }]);
  return html`<div class="field-row ${field.isDefault ? 'is-default' : ''}" @focusin=${reach} @focusout=${reach}>
    <span class="field-label">${term(fieldTerms(field, context.owner), field.label, field.help, !context.disabled)}</span>
    <span class="field-control">${control(field, name, context, commit)}</span>
    ${field.isDefault || context.disabled || field.name === 'type' ? nothing
      : iconButton({ icon: 'discard', label: l10n.t('Back to the default: {0}', name), className: 'reset', click: () => commit(undefined) })}
  </div>`;
}

function control(field: LabField, name: string, { disabled, titles }: FieldContext, commit: (value: unknown) => void): TemplateResult {
  switch (field.control) {
    case 'choice':
      return select(name, String(field.value ?? ''), (field.choices ?? []).map((value) => ({ value, label: titles?.get(value) ?? choiceLabel(value) })), disabled, commit);
    case 'choiceOrNumber':
      return choiceOrNumber(field, name, disabled, commit);
    case 'boolean':
      return html`<vscode-checkbox ?checked=${field.value === true} .checked=${field.value === true} ?disabled=${disabled}
        @change=${(event: Event) => commit((event.target as HTMLElement & { checked: boolean }).checked)}><span class="visually-hidden">${name}</span></vscode-checkbox>`;
    default:
      return html`<gdexp-value kind=${field.control} .value=${field.isDefault && typeof field.value === 'number' ? Number(field.value.toPrecision(6)) : field.value} .label=${name} .minimum=${field.minimum} .maximum=${field.maximum} ?disabled=${disabled}
        ?optional=${true} placeholder=${field.value === null ? (field.control === 'number' || field.control === 'integer' ? l10n.t('off') : l10n.t('default')) : ''} @commit=${(event: CustomEvent<unknown>) => commit(event.detail)}></gdexp-value>`;
  }
}
