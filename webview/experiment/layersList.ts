import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { LabLayer, LabModel } from '../../src/protocol/lab';
import { icon, iconButton } from '../elements/icon';
import { term } from '../elements/term';
import { LabElement } from '../elements/labElement';
import '../elements/menuButton';
import { formatCount, formatNumber } from '../numbers';
import type { Change } from '../state/types';
import { choiceLabel } from './choices';
import { fieldRow } from './fieldControl';
import { addLayer, deleteLayer, duplicateLayer, layerList, moveLayer } from './layerEdits';

/** Fields that a layer's line shows by itself, in this order. */
const NOTED = ['units', 'filters', 'kernel', 'size', 'rate', 'stddev'];

/** The layers of the network from its input to its output: shapes, parameters, fields, and their order, by dragging or by arrow keys. */
@customElement('gdexp-layers')
export class LayersList extends LabElement {
  protected readonly listensTo: readonly Change[] = ['document', 'data', 'theme'];
  @state() private opened: ReadonlySet<number> = new Set();
  /** The layer that is dragged and where it would land. */
  @state() private drag: { readonly from: number; readonly to: number } | null = null;
  /** The layer that an arrow key moved keeps the focus. */
  private follow: number | null = null;

  override render(): TemplateResult | typeof nothing {
    const document = this.store.document;
    const model = document?.model;
    if (!document || !model) return nothing;
    const disabled = !document.editable || !document.valid;
    const fixed = disabled || layerList(model) === null;
    const input = this.store.data[0]?.info?.shape;
    const differ = document.models.some((other) => JSON.stringify(other.layers) !== JSON.stringify(model.layers));
    return html`${differ ? html`<p class="layers-note">${l10n.t('Of “{0}”; other variants change layers in the text.', document.variants[0] ?? '')}</p>` : nothing}<ol class="layers" aria-label=${l10n.t('Layers')}>
        <li class="layer-end"><span class="layer-type">${l10n.t('Input')}</span><span class="layer-shape">${input ? shapeText(input) : '?'}</span></li>
        ${model.layers.map((layer, place) => this.row(model, layer, place, disabled, fixed))}
      </ol>
      <div class="layers-foot"><gdexp-menu look="link" label=${l10n.t('Add layer')} .face=${html`${icon('add')} ${l10n.t('Add layer')}`} ?disabled=${fixed}
        .items=${model.layerTypes.map((type) => ({ label: choiceLabel(type), run: () => this.store.edit(addLayer(model, type)) }))}></gdexp-menu>
        <span class="layers-total">${model.total === null ? nothing : term('parameters trainable', model.total === 1 ? l10n.t('1 parameter') : l10n.t('{0} parameters', formatCount(model.total)))}</span></div>`;
  }

  private row(model: LabModel, layer: LabLayer, place: number, disabled: boolean, fixed: boolean): TemplateResult {
    const open = this.opened.has(place);
    const name = layerName(layer);
    const only = model.layers.length === 1;
    const { drag } = this;
    const lands = drag && drag.to !== drag.from && drag.to === place ? (drag.to > drag.from ? 'lands-below' : 'lands-above') : '';
    return html`<li class="layer ${drag?.from === place ? 'is-dragged' : ''} ${lands}" data-place=${place}>
      <div class="layer-head">
        ${iconButton({ icon: open ? 'chevron-down' : 'chevron-right', label: open ? l10n.t('Fewer fields of {0}', name) : l10n.t('All fields of {0}', name), className: 'twistie', click: () => this.toggle(place) })}
        <button type="button" class="layer-grip" ?disabled=${fixed || only} title=${l10n.t('Drag, or press the arrow keys, to move {0}', name)} aria-label=${l10n.t('Place of {0}: {1} of {2}', name, place + 1, model.layers.length)}
          @pointerdown=${(event: PointerEvent) => this.grip(event, model, place)} @keydown=${(event: KeyboardEvent) => this.key(event, model, place)}>${icon('gripper')}</button>
        <button type="button" class="layer-label" aria-expanded=${String(open)} title=${layer.names.join(', ')} @click=${() => this.toggle(place)}><span class="layer-type">${choiceLabel(layer.type)}${layer.names.length > 1 ? ` ×${layer.names.length}` : ''}</span> <span class="layer-note">${noteOf(layer)}</span></button>
        <span class="layer-numbers"><span class="layer-shape" title=${l10n.t('Shape of its output')}>${layer.output ? shapeText(layer.output) : '?'}</span><span class="layer-count" title=${l10n.t('Parameters')}>${layer.parameters === null ? '' : formatCount(layer.parameters)}</span></span>
        <span class="layer-actions">
          ${iconButton({ icon: 'copy', label: l10n.t('Duplicate {0}', name), disabled: fixed, click: () => this.store.edit(duplicateLayer(model, place)) })}
          ${iconButton({ icon: 'trash', label: only ? l10n.t('A network needs at least one layer') : l10n.t('Delete {0}', name), disabled: disabled || only, click: () => this.store.edit(deleteLayer(layer)) })}
        </span>
      </div>
      ${open ? html`<div class="optimizer-fields layer-fields"><div class="field-row"><span class="field-label">${l10n.t('Type')}</span><span class="field-control">${term(`layer.${layer.type} layer`, choiceLabel(layer.type))}</span></div>${layer.fields.map((field) => fieldRow(field, { disabled, of: name, owner: layer, edit: (edits) => this.store.edit(edits) }))}
        ${layer.fields.length === 0 ? html`<span class="layer-note">${l10n.t('It has no fields.')}</span>` : nothing}</div>` : nothing}
    </li>`;
  }

  override updated(): void {
    if (this.follow === null || this.drag) return;
    const grip = this.querySelector<HTMLElement>(`.layer[data-place="${this.follow}"] .layer-grip`);
    if (document.activeElement?.closest('gdexp-layers') === this) grip?.focus();
    this.follow = null;
  }

  private toggle(place: number): void {
    const opened = new Set(this.opened);
    if (!opened.delete(place)) opened.add(place);
    this.opened = opened;
  }

  private move(model: LabModel, from: number, to: number): void {
    const edits = moveLayer(model, from, to);
    if (edits.length === 0) return;
    // Which are open is told by their places: they go along.
    const order = model.layers.map((_, index) => index);
    order.splice(to, 0, order.splice(from, 1)[0]);
    this.opened = new Set(order.flatMap((old, place) => (this.opened.has(old) ? [place] : [])));
    this.store.edit(edits);
  }

  private key(event: KeyboardEvent, model: LabModel, place: number): void {
    if (event.key === 'Escape' && this.drag) {
      this.drag = null;
      event.preventDefault();
      return;
    }
    const to = event.key === 'ArrowUp' ? place - 1 : event.key === 'ArrowDown' ? place + 1 : event.key === 'Home' ? 0 : event.key === 'End' ? model.layers.length - 1 : null;
    if (to === null) return;
    event.preventDefault();
    if (to < 0 || to >= model.layers.length || to === place) return;
    this.follow = to;
    this.move(model, place, to);
  }

  private grip(event: PointerEvent, model: LabModel, from: number): void {
    if (event.button !== 0) return;
    const grip = event.currentTarget as HTMLElement;
    grip.setPointerCapture(event.pointerId);
    this.drag = { from, to: from };
    const move = (at: PointerEvent): void => {
      const middles = [...this.querySelectorAll<HTMLElement>('.layer')].map((row) => {
        const box = row.getBoundingClientRect();
        return box.top + box.height / 2;
      });
      const above = middles.filter((middle, place) => place !== from && middle < at.clientY).length;
      if (this.drag && above !== this.drag.to) this.drag = { from, to: above };
    };
    const end = (at: PointerEvent): void => {
      grip.removeEventListener('pointermove', move);
      grip.removeEventListener('pointerup', end);
      grip.removeEventListener('pointercancel', end);
      const { drag } = this;
      this.drag = null;
      if (drag && at.type === 'pointerup') this.move(model, drag.from, drag.to);
    };
    grip.addEventListener('pointermove', move);
    grip.addEventListener('pointerup', end);
    grip.addEventListener('pointercancel', end);
  }
}

/** "28 × 28 × 1"; "?" for a length that is not known before the data are read. */
export function shapeText(shape: readonly (number | null)[]): string {
  return shape.map((length) => (length === null ? '?' : formatCount(length))).join(' × ');
}

function layerName(layer: LabLayer): string {
  return layer.names.length > 1 ? `${layer.names[0]} … ${layer.names[layer.names.length - 1]}` : layer.names[0] ?? choiceLabel(layer.type);
}

/** "16, tanh"; "8, 3 × 3, relu". */
function noteOf(layer: LabLayer): string {
  const value = (name: string) => layer.fields.find((field) => field.name === name)?.value;
  const parts = NOTED.flatMap((name) => {
    const at = value(name);
    if (at === null || at === undefined || at === '') return [];
    const sizes = name === 'kernel' || name === 'size' ? (Array.isArray(at) ? at : layer.type.endsWith('1d') ? [at] : [at, at]) : null;
    return [sizes ? sizes.join(' × ') : typeof at === 'number' ? formatNumber(at) : String(at)];
  });
  const activation = value('activation');
  if (typeof activation === 'string' && activation !== 'linear') parts.push(activation);
  return parts.join(', ');
}
