/** Fields whose value is one of a few names or a number: how features are scaled, how many rows a batch has. */
import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import type { LabField } from '../../src/protocol/lab';
import '../elements/valueField';
import { choiceLabel, select, type Choice } from './choices';

/** Of the choice that is no name of the format. */
const NUMBER = '#';

interface Words {
  /** The choice that takes a number. */
  readonly number: string;
  /** Of the box for the number, after the field's own name. */
  readonly box: string;
  /** How names of the format are called where not by themselves. */
  readonly names?: Readonly<Record<string, string>>;
  /** What the file says once the number is chosen, until a person writes another: for a factor the one that changes nothing. */
  readonly first: number;
}

function wordsOf(field: string): Words {
  switch (field) {
    case 'scale':
    case 'scaleTarget': return { number: l10n.t('By a factor'), box: l10n.t('factor'), names: { none: l10n.t('None'), standardize: l10n.t('Standardize'), minMax: l10n.t('Min–max (0 to 1)') }, first: 1 };
    case 'batchSize': return { number: l10n.t('So many rows'), box: l10n.t('rows'), names: { full: l10n.t('All rows') }, first: 32 };
    default: return { number: l10n.t('A number'), box: l10n.t('number'), first: 1 };
  }
}

/** A list of the names and of one choice more, by which a box for the number appears beside it. @param name of the field, for screen readers */
export function choiceOrNumber(field: LabField, name: string, disabled: boolean, commit: (value: unknown) => void): TemplateResult {
  const { number, box, names, first } = wordsOf(field.name);
  const choices: Choice[] = [...(field.choices ?? []).map((value) => ({ value, label: names?.[value] ?? choiceLabel(value) })), { value: NUMBER, label: number }];
  const numeric = typeof field.value === 'number';
  return html`<span class="choice-or-number">${select(name, numeric ? NUMBER : String(field.value ?? ''), choices, disabled, (value) => commit(value === NUMBER ? first : value))}
    ${numeric ? html`<gdexp-value kind=${field.whole ? 'integer' : 'number'} .value=${field.value} .label=${l10n.t('{0}: {1}', name, box)} .minimum=${field.minimum} .maximum=${field.maximum} ?disabled=${disabled} @commit=${(event: CustomEvent<unknown>) => commit(event.detail)}></gdexp-value>` : nothing}</span>`;
}
