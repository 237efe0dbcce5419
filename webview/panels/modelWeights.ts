/** Weights as pictures: of convolutions each kernel, of dense layers the whole matrix. */
import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import type { ApplyResult } from '../../src/protocol/networks';
import type { Palette } from '../charts/palette';
import { styled } from '../elements/styled';
import { formatCount, formatNumber } from '../numbers';
import { pixelsOn } from './dataPictures';
import { divergingColor, divergingPixels, mostOf } from './modelPaint';
import { fixedKernel, shapeText, type ModelRow } from './modelShapes';

export type Weights = Extract<ApplyResult, { kind: 'weights' }>;

/** Kernels and channels of one layer, at most. */
const MOST_FILTERS = 64;
const MOST_CHANNELS = 16;
const MOST_SIDE = 512;

/** A small picture of numbers, row-major. */
export interface Kernel {
  readonly key: string;
  readonly title: string;
  readonly height: number;
  readonly width: number;
  readonly values: ArrayLike<number>;
}

export interface KernelGroup {
  readonly name: string;
  readonly about: string;
  readonly fixed: boolean;
  /** Of dense layers the one matrix. */
  readonly matrix: boolean;
  readonly kernels: readonly Kernel[];
  /** Rows of the grid hold so many: the channels. */
  readonly across: number;
  readonly most: number;
  /** Kernels that are not shown. */
  readonly left: number;
}

/** All weights that can be drawn, layer by layer; fixed kernels come from the file. */
export function kernelGroups(rows: readonly ModelRow[], weights: Weights): KernelGroup[] {
  const arrays = new Map(weights.arrays.map((array) => [array.name, array]));
  return rows.flatMap((row, place) => {
    const { layer } = row;
    const fixed = fixedKernel(layer);
    if (fixed) {
      const values = fixed.flat();
      const kernel: Kernel = { key: `${layer.names[0]}/0/0`, title: layer.names[0], height: fixed.length, width: fixed[0].length, values };
      return [{ name: layer.names[0], about: l10n.t('fixed {0}, applied to every channel', `${fixed.length} × ${fixed[0].length}`), fixed: true, matrix: false, kernels: [kernel], across: 1, most: mostOf(values), left: 0 }];
    }
    return layer.names.flatMap((name): KernelGroup[] => {
      const array = arrays.get(`${name}.weight`);
      if (!array || array.shape.length < 2) return [];
      const [outputs, inputs] = array.shape;
      const most = mostOf(array.values);
      const picture = pictureBefore(rows, place, inputs);
      if (array.shape.length === 2 && picture && layer.names.length === 1) {
        const shown = Math.min(MOST_FILTERS, outputs);
        const kernels = Array.from({ length: shown }, (_, unit): Kernel => ({ key: `${name}/${unit}/0`, title: l10n.t('{0}, unit {1}', name, unit + 1), height: picture[0], width: picture[1], values: array.values.slice(unit * inputs, (unit + 1) * inputs) }));
        return [{ name, about: l10n.t('{0} units, the weights of each laid out as the picture they look at', formatCount(outputs)), fixed: false, matrix: false, kernels, across: 1, most, left: outputs - shown }];
      }
      if (array.shape.length === 2) {
        const height = Math.min(MOST_SIDE, outputs);
        const width = Math.min(MOST_SIDE, inputs);
        const values = height === outputs && width === inputs ? array.values : Float64Array.from({ length: height * width }, (_, i) => array.values[Math.floor(i / width) * inputs + (i % width)]);
        return [{ name, about: l10n.t('{0} outputs down, {1} inputs across', formatCount(outputs), formatCount(inputs)), fixed: false, matrix: true, kernels: [{ key: `${name}/0/0`, title: name, height, width, values }], across: 1, most, left: outputs * inputs - height * width }];
      }
      const [height, width] = array.shape.length === 3 ? [1, array.shape[2]] : array.shape.slice(2);
      const taps = height * width;
      const filters = Math.min(MOST_FILTERS, outputs);
      const channels = Math.min(MOST_CHANNELS, inputs);
      const kernels = Array.from({ length: filters * channels }, (_, i): Kernel => {
        const [filter, channel] = [Math.floor(i / channels), i % channels];
        const from = (filter * inputs + channel) * taps;
        return { key: `${name}/${filter}/${channel}`, title: inputs === 1 ? l10n.t('{0}, kernel {1}', name, filter + 1) : l10n.t('{0}, kernel {1}, channel {2}', name, filter + 1, channel + 1), height, width, values: array.values.slice(from, from + taps) };
      });
      return [{ name, about: inputs === 1 ? l10n.t('{0} kernels of {1}', outputs, shapeText([height, width])) : l10n.t('{0} kernels of {1}, a row each, a column a channel', outputs, shapeText([height, width])), fixed: false, matrix: false, kernels, across: channels, most, left: outputs * inputs - filters * channels }];
    });
  });
}

/** Height and width of the one-channel picture that a flattening before this layer laid out; null where there is none. */
function pictureBefore(rows: readonly ModelRow[], place: number, inputs: number): readonly [number, number] | null {
  const before = rows[place - 1];
  if (before?.layer.type !== 'flatten' || before.input.length !== 3 || before.input[2] !== 1) return null;
  const [height, width] = before.input;
  return height * width === inputs && width > 1 ? [height, width] : null;
}

/** @param chosen key of the kernel whose numbers are shown. */
export function weightsView(groups: readonly KernelGroup[], palette: Palette, chosen: string, choose: (key: string) => void): TemplateResult {
  const all = groups.flatMap((group) => group.kernels.map((kernel) => ({ group, kernel })));
  const shown = all.find(({ kernel }) => kernel.key === chosen) ?? all[0];
  return html`<div class="weights"><div class="data-scroll" @keydown=${arrows}>${groups.map((group) => html`<section class="data-section"><h3>${group.name}</h3>
      <p class="section-about">${group.about}${group.left > 0 ? ` · ${group.matrix ? l10n.t('{0} numbers more', formatCount(group.left)) : l10n.t('{0} kernels more', formatCount(group.left))}` : ''}
        <span class="ramp-line">${formatNumber(-group.most)} <canvas class="ramp" data-ramp aria-hidden="true"></canvas> ${formatNumber(group.most)}</span></p>
      <div class="kernels ${group.matrix ? 'is-matrix' : ''} ${group.across > 1 ? 'is-grid' : ''}" ${styled({ '--across': String(group.across) })}>${group.kernels.map((kernel) => html`<button type="button" class="kernel ${kernel === shown?.kernel ? 'is-selected' : ''}" data-kernel=${kernel.key} tabindex=${kernel === shown?.kernel ? 0 : -1} aria-pressed=${String(kernel === shown?.kernel)} title=${kernel.title} aria-label=${kernel.title}
        @click=${() => choose(kernel.key)} @focus=${() => choose(kernel.key)} @pointerenter=${() => choose(kernel.key)}><canvas aria-hidden="true" ${pixelsOn(kernel.width, kernel.height, pixelsOf(kernel, group.most, palette))}></canvas></button>`)}</div></section>`)}</div>
    ${shown ? numbers(shown.kernel, shown.group, palette) : nothing}</div>`;
}

const drawn = new WeakMap<Kernel, { readonly palette: Palette; readonly pixels: Uint8ClampedArray }>();

/** Kept for as long as the kernel and the theme stay: pixels that are the same object are not drawn again. */
function pixelsOf(kernel: Kernel, most: number, palette: Palette): Uint8ClampedArray {
  const known = drawn.get(kernel);
  if (known?.palette === palette) return known.pixels;
  const pixels = divergingPixels(palette, kernel.height, kernel.width, most, (row, column) => kernel.values[row * kernel.width + column]);
  drawn.set(kernel, { palette, pixels });
  return pixels;
}

function arrows(event: KeyboardEvent): void {
  const here = (event.target as HTMLElement).closest<HTMLElement>('.kernel');
  if (!here || !event.key.startsWith('Arrow')) return;
  const all = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('.kernel')];
  const grid = here.parentElement!;
  const across = Number(getComputedStyle(grid).getPropertyValue('--across')) || 1;
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across }[event.key] ?? 0;
  const next = all[all.indexOf(here) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** The numbers behind a picture; of a large matrix its range. */
function numbers(kernel: Kernel, group: KernelGroup, palette: Palette): TemplateResult {
  const { height, width, values } = kernel;
  const shownRows = Math.min(height, 16);
  const shownColumns = Math.min(width, 12);
  const small = height * width <= 49;
  return html`<aside class="kernel-numbers" aria-label=${l10n.t('Numbers')}><div role="status"><b>${kernel.title}</b><span class="section-about">${shapeText([height, width])}</span></div>
    <div class="table-scroll" tabindex="0"><table class="kernel-table"><tbody>${Array.from({ length: shownRows }, (_, row) => html`<tr>${Array.from({ length: shownColumns }, (_ignored, column) => {
      const value = values[row * width + column];
      return html`<td><span class="kernel-chip" data-fill aria-hidden="true" ${styled({ background: divergingColor(palette, value, group.most) })}></span>${formatNumber(value, small ? 3 : 2)}</td>`;
    })}${width > shownColumns ? html`<td>…</td>` : nothing}</tr>`)}${height > shownRows ? html`<tr><td>…</td></tr>` : nothing}</tbody></table></div></aside>`;
}
