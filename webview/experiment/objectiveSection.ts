import * as l10n from '@vscode/l10n';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { ExpressionError } from '../../src/core/expression/errors';
import { parseExpression } from '../../src/core/expression/parse';
import type { LabObjective } from '../../src/protocol/lab';
import { formula } from '../elements/formula';
import { icon, iconButton } from '../elements/icon';
import { term, withinReach } from '../elements/term';
import { LabElement } from '../elements/labElement';
import '../elements/valueField';
import { formatNumber, formatPoint } from '../numbers';
import type { Change } from '../state/types';
import { select } from './choices';
import { chooseFunction, setFormula, setGoal, setStarts, writeOutFormula } from './edits';

const CUSTOM = '';
/** From this many variables on a start is one field with a list, not a field a coordinate. */
const MANY_VARIABLES = 6;

/** What is minimized: function or formula, constants, starts, goal, known minima. */
@customElement('gdexp-objective')
export class ObjectiveSection extends LabElement {
  protected readonly listensTo: readonly Change[] = ['document'];
  @state() private editing = false;
  @state() private draftError = '';
  private draft = '';

  override render(): TemplateResult | typeof nothing {
    const document = this.store.document;
    const objective = document?.objective;
    if (!document || !objective) return nothing;
    const disabled = !document.editable || !document.valid;
    // The sum of a built-in of many variables is shown, but is no formula that could be changed.
    const writable = objective.function === null || readFormula(objective.expression, objective).variables !== null;
    const problem = document.problems.find((each) => each.severity === 'error' && each.path.startsWith('/objective'));
    return html`
      ${select(l10n.t('Function'), objective.function ?? CUSTOM, [
        ...objective.builtins.map((builtin) => ({ value: builtin.name, label: builtin.title })),
        ...(writable ? [{ value: CUSTOM, label: l10n.t('Custom formula') }] : []),
      ], disabled, (name) => this.store.edit(name === CUSTOM ? writeOutFormula(objective) : chooseFunction(objective, name)))}
      ${this.editing ? this.formulaField(objective) : this.typeset(objective, !document.editable || !writable)}
      ${problem && !this.editing ? html`<div class="field-error" role="alert">${icon('error')} <span>${problem.message}</span></div>` : nothing}
      ${objective.gradientLatex && objective.gradientLatex.length > 0 ? html`<details class="gradient"><summary>${l10n.t('Gradient')}</summary>
        ${objective.gradientLatex.map((latex, index) => html`<div class="gradient-line"><span ${formula(`\\frac{\\partial f}{\\partial ${objective.variables[index] ?? 'x'}} = ${latex}`)}></span></div>`)}</details>` : nothing}
      ${objective.constants.map((constant) => html`<div class="field-row"><span class="field-label" aria-hidden="true">${constant.name}</span>
        <span class="field-control"><gdexp-value kind="number" .value=${constant.value} .label=${l10n.t('Constant {0}', constant.name)} ?disabled=${disabled} @commit=${(event: CustomEvent<number>) => this.store.edit([{ path: constant.path, value: event.detail }])}></gdexp-value></span></div>`)}
      ${this.starts(objective, disabled)}
      <div class="field-row" @focusin=${withinReach} @focusout=${withinReach}><span class="field-label">${term('field.objective.goal', l10n.t('Goal'), '', true)}</span><span class="field-control">${select(l10n.t('Goal'), objective.goal, [
        { value: 'minimize', label: l10n.t('Minimize') }, { value: 'maximize', label: l10n.t('Maximize') },
      ], disabled, (goal) => this.store.edit(setGoal(goal)))}</span></div>
      ${objective.minima.length > 0 ? html`<div class="field-row note-row"><span class="field-label">${term('criticalPoint', objective.goal === 'maximize' ? (objective.minima.length > 1 ? l10n.t('Maxima') : l10n.t('Maximum')) : objective.minima.length > 1 ? l10n.t('Minima') : l10n.t('Minimum'))}</span>
        <span class="field-control">${objective.minima.slice(0, 4).map((minimum) => html`<div>f${formatPoint(minimum.at)} = ${formatNumber(minimum.value, 4)}</div>`)}</span></div>` : nothing}`;
  }

  private typeset(objective: LabObjective, locked: boolean): TemplateResult {
    return html`<div class="formula-box">
      <div class="formula" tabindex="0" role="math" aria-label=${`f = ${objective.expression}`}><span ${formula(`f = ${objective.latex}`)}></span></div>
      ${locked ? nothing : iconButton({ icon: 'edit', label: l10n.t('Edit the formula'), click: () => void this.beginEdit(objective) })}
    </div>`;
  }

  private formulaField(objective: LabObjective): TemplateResult {
    return html`<div class="formula-edit">
      <vscode-textfield class="formula-field" .label=${l10n.t('Formula')} .value=${this.draft} ?invalid=${this.draftError !== ''}
        @input=${(event: Event) => {
          this.draft = (event.target as HTMLElement & { value: string }).value;
          const { variables, error } = readFormula(this.draft, objective);
          this.draftError = error;
          if (variables) this.store.preview(setFormula(objective, this.draft, variables));
        }}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key !== 'Enter' && event.key !== 'Escape') return;
          // The focus goes to the button that edits: the same key would press it.
          event.preventDefault();
          this.endEdit(objective, event.key === 'Enter');
        }}></vscode-textfield>
      ${iconButton({ icon: 'check', label: l10n.t('Use this formula'), click: () => this.endEdit(objective, true) })}
      ${iconButton({ icon: 'close', label: l10n.t('Keep the old formula'), click: () => this.endEdit(objective, false) })}
    </div>${this.draftError ? html`<div class="field-error" role="alert">${icon('error')} <span>${this.draftError}</span></div>` : nothing}`;
  }

  private async beginEdit(objective: LabObjective): Promise<void> {
    // What was refused is what a person wants to mend.
    const refused = this.draft !== '' && (this.store.document?.problems ?? []).some((problem) => problem.severity === 'error' && problem.path.startsWith('/objective'));
    if (!refused) this.draft = objective.expression;
    this.draftError = '';
    this.editing = true;
    await this.updateComplete;
    const field = this.querySelector<HTMLElement & { wrappedElement: HTMLInputElement; updateComplete: Promise<unknown> }>('.formula-field');
    await field?.updateComplete;
    field?.wrappedElement.select();
  }

  private endEdit(objective: LabObjective, keep: boolean): void {
    this.editing = false;
    const expression = this.draft.trim();
    if (keep && expression !== '' && expression !== objective.expression) {
      this.store.edit(setFormula(objective, expression, readFormula(expression, objective).variables));
    }
    this.store.preview(null);
    void this.updateComplete.then(() => this.querySelector<HTMLElement>('.formula-box .icon-button')?.focus());
  }

  private starts(objective: LabObjective, disabled: boolean): TemplateResult {
    const several = objective.starts.length > 1;
    return html`${objective.starts.map((start, index) => html`<div class="field-row start-row" @focusin=${withinReach} @focusout=${withinReach}>
      <span class="field-label">${term('field.objective.start', several ? l10n.t('Start {0}', index + 1) : l10n.t('Start'), '', true)}</span>
      <span class="field-control start-fields">${objective.variables.length > MANY_VARIABLES
        ? html`<gdexp-value kind="json" .value=${start} .label=${l10n.t('Start {0}', index + 1)} ?disabled=${disabled} @commit=${(event: CustomEvent<number[]>) => this.moveStart(objective, index, event.detail)}></gdexp-value>`
        : objective.variables.map((name, coordinate) => html`<gdexp-value kind="number" title=${name} .value=${start[coordinate]} .label=${several ? l10n.t('{0} of start {1}', name, index + 1) : l10n.t('Start in {0}', name)} ?disabled=${disabled}
          @commit=${(event: CustomEvent<number>) => this.moveStart(objective, index, start.map((old, at) => (at === coordinate ? event.detail : old)))}></gdexp-value>`)}</span>
      ${several
        ? iconButton({ icon: 'close', label: l10n.t('Remove start {0}', index + 1), disabled, click: () => this.store.edit(setStarts(objective, objective.starts.filter((_, at) => at !== index))) })
        : objective.variables.length <= 2 ? iconButton({ icon: 'target', label: l10n.t('Set the start on the map: click there'), disabled, click: () => this.showMap() }) : nothing}
    </div>`)}
    ${several ? html`<button type="button" class="link-button add-start" ?disabled=${disabled} @click=${() => this.store.edit(setStarts(objective, [...objective.starts, objective.starts[objective.starts.length - 1]]))}>${icon('add')} ${l10n.t('Add start')}</button>` : nothing}`;
  }

  private moveStart(objective: LabObjective, index: number, point: readonly number[]): void {
    this.store.edit(setStarts(objective, objective.starts.map((start, at) => (at === index ? point : start))));
  }

  /** The map takes a click anywhere as the new start: bring it up and say so. */
  private showMap(): void {
    this.store.openPanel('landscape');
    this.dispatchEvent(new CustomEvent('announce', { bubbles: true, detail: l10n.t('Click on the map where the runs should start.') }));
  }
}

/** The variables of a formula, or from where on it can't be read. */
function readFormula(text: string, objective: LabObjective): { variables: readonly string[] | null; error: string } {
  try {
    return { variables: parseExpression(text, new Map(objective.constants.map(({ name, value }) => [name, value]))).variables, error: '' };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const rest = text.slice(error.offset).trim();
    return { variables: null, error: rest === '' ? l10n.t('The formula is not complete.') : l10n.t('Can’t be read from here on: {0}', rest) };
  }
}
