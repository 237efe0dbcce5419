/** Rows that are pictures: a grid of them with what each is and what it was taken for. */
import * as l10n from '@vscode/l10n';
import { html, type TemplateResult } from 'lit';
import { directive, Directive, type ElementPart } from 'lit/directive.js';
import type { DataInfo } from '../../src/protocol/networks';
import { icon } from '../elements/icon';
import { formatNumber } from '../numbers';
import { classOf, sureness, type Rows } from './dataAnswers';
import { percent } from './dataTables';

/** Pictures on a page. */
export const PICTURES = 60;

/**
 * Pixels of one row. One channel is grey from its smallest to its largest value over `range`; three are red, green, blue.
 * @returns height · width · 4 bytes.
 */
export function picturePixels(values: ArrayLike<number>, from: number, shape: readonly number[], range: readonly [number, number]): Uint8ClampedArray {
  const [height, width, channels] = shape.length === 2 ? [1, shape[0], shape[1]] : shape;
  const pixels = new Uint8ClampedArray(height * width * 4);
  const scale = 255 / (range[1] - range[0] || 1);
  for (let i = 0; i < height * width; i++) {
    for (let c = 0; c < 3; c++) pixels[i * 4 + c] = (values[from + i * channels + (channels >= 3 ? c : 0)] - range[0]) * scale;
    pixels[i * 4 + 3] = 255;
  }
  return pixels;
}

export function rangeOf(values: ArrayLike<number>): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high > low ? [low, high] : Number.isFinite(low) ? [low, low + 1] : [0, 1];
}

/** Puts pixels on a canvas of their size; the style sheet makes it larger without smoothing. */
class PixelsDirective extends Directive {
  private drawn: Uint8ClampedArray | null = null;

  render(_width: number, _height: number, _pixels: Uint8ClampedArray): void {}

  override update(part: ElementPart, [width, height, pixels]: [number, number, Uint8ClampedArray]): void {
    if (pixels === this.drawn) return;
    this.drawn = pixels;
    const canvas = part.element as HTMLCanvasElement;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const context = canvas.getContext?.('2d');
    if (!context) return;
    const image = context.createImageData(width, height);
    image.data.set(pixels);
    context.putImageData(image, 0, 0);
  }
}

export const pixelsOn = directive(PixelsDirective);

/** @param choose what a click on a picture does: its pass through the network is shown in Model. */
export function picturesGrid(rows: Rows, from: number, info: DataInfo, loss: string, wrongOnly: boolean, choose: (row: number) => void): TemplateResult {
  const shape = info.shape;
  const [height, width] = shape.length === 2 ? [1, shape[0]] : shape;
  const range = rangeOf(rows.inputs);
  const each = rows.count > 0 ? rows.targets.length / rows.count : 1;
  const { classes } = info;
  const name = (index: number) => classes?.[index]?.name ?? String(index);
  const shown = Array.from({ length: rows.count }, (_, i) => i).map((i) => {
    const truth = rows.targets[i * each];
    const said = classes ? classOf(rows.outputs, rows.width, i, loss) : rows.outputs[i * rows.width];
    return { i, truth, said, wrong: classes !== null && said !== truth };
  }).filter(({ wrong }) => wrong || !wrongOnly);
  if (shown.length === 0) return html`<div class="picture-empty"><p>${l10n.t('None of these pictures is told wrong.')}</p></div>`;
  return html`<ul class="picture-grid">${shown.map(({ i, truth, said, wrong }) => {
    const share = classes ? sureness(rows.outputs, rows.width, i, loss) : NaN;
    const words = classes ? l10n.t('Row {0}: true {1}, predicted {2}', from + i + 1, name(truth), Number.isNaN(share) ? name(said) : `${name(said)} (${percent(share)})`) : l10n.t('Row {0}: true {1}, predicted {2}', from + i + 1, formatNumber(truth), formatNumber(said));
    return html`<li><button type="button" class="picture-one ${wrong ? 'is-wrong' : ''}" ?data-fill=${wrong} title=${words} aria-label=${wrong ? l10n.t('{0}, wrong', words) : words} @click=${() => choose(from + i)}>
      <canvas aria-hidden="true" ${pixelsOn(width, height, picturePixels(rows.inputs, i * rows.features, shape, range))}></canvas>
      <span class="picture-words" aria-hidden="true">${classes ? (wrong ? html`${icon('error', 'is-error')}${name(truth)} → <b>${name(said)}</b>` : name(said)) : `${formatNumber(truth)} · ${formatNumber(said)}`}</span></button></li>`;
  })}</ul>`;
}
