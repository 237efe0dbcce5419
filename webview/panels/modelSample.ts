/** One row on its way through the network and back: what each layer made of it, and how the loss answers to that. */
import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import type { ApplyResult, DataInfo, PartName } from '../../src/protocol/networks';
import type { Palette } from '../charts/palette';
import { term } from '../elements/term';
import { formatNumber } from '../numbers';
import { classOf } from './dataAnswers';
import { pixelsOn, picturePixels, rangeOf } from './dataPictures';
import { partName } from './dataTables';
import { divergingPixels, mostOf, rangeText } from './modelPaint';
import { layerNote, layerWords, shapeText, type ModelRow } from './modelShapes';

export type Sample = Extract<ApplyResult, { kind: 'sample' }>;

export interface SampleAnswer {
  readonly part: PartName;
  readonly index: number;
  readonly sample: Sample;
}

/** Feature maps of one layer, at most. */
const MOST_MAPS = 32;
/** Bars that are wide enough to be told apart; more numbers stand as a picture of a row. */
const MOST_BARS = 128;

/** Numbers that the element draws as bars once it knows their room. */
export interface Bars {
  readonly key: string;
  readonly values: ArrayLike<number>;
  readonly names: readonly string[] | undefined;
  readonly label: string;
}

const drawn = new WeakMap<object, Map<string, { readonly palette: Palette; readonly pixels: Uint8ClampedArray }>>();

function kept(values: object, key: string, palette: Palette, make: () => Uint8ClampedArray): Uint8ClampedArray {
  let all = drawn.get(values);
  if (!all) drawn.set(values, (all = new Map()));
  const known = all.get(key);
  if (known?.palette === palette) return known.pixels;
  const pixels = make();
  all.set(key, { palette, pixels });
  return pixels;
}

/** Maps of height × width, one a channel, on one scale. */
function maps(values: Float64Array, shape: readonly number[], palette: Palette): TemplateResult {
  const [height, width, channels] = shape.length === 2 ? [1, shape[0], shape[1]] : shape;
  const most = mostOf(values);
  const shown = Math.min(MOST_MAPS, channels);
  return html`<div class="maps">${Array.from({ length: shown }, (_, c) => html`<canvas role="img" title=${l10n.t('channel {0}', c + 1)} aria-label=${l10n.t('channel {0}', c + 1)} ${pixelsOn(width, height, kept(values, String(c), palette, () => divergingPixels(palette, height, width, most, (row, column) => values[(row * width + column) * channels + c])))}></canvas>`)}${channels > shown ? html`<span class="section-about">${l10n.t('{0} more', channels - shown)}</span>` : nothing}</div>`;
}

/** What a layer's numbers look like: maps of pictures, bars of a few numbers, a strip of many. */
function values(numbers: Float64Array, shape: readonly number[], palette: Palette, bars: Bars[], key: string, label: string, names?: readonly string[]): TemplateResult {
  if (numbers.length === 0) return html`<span class="section-about">–</span>`;
  if (shape.length >= 2) return maps(numbers, shape, palette);
  if (numbers.length > MOST_BARS) {
    const width = Math.ceil(Math.sqrt(numbers.length * 6));
    const height = Math.ceil(numbers.length / width);
    const most = mostOf(numbers);
    return html`<canvas class="strip" role="img" aria-label=${`${label}: ${rangeText(numbers)}`} ${pixelsOn(width, height, kept(numbers, key, palette, () => divergingPixels(palette, height, width, most, (row, column) => numbers[row * width + column] ?? 0)))}></canvas>`;
  }
  bars.push({ key, values: numbers, names, label });
  return html`<div class="bars" data-bars=${key} tabindex="0" role="img" aria-label=${l10n.t('{0}: {1}. Arrow keys read each number.', label, rangeText(numbers))}><canvas></canvas></div>`;
}

/** The row itself, as a picture where it is one. */
function inputOf(sample: Sample, info: DataInfo, palette: Palette, bars: Bars[]): TemplateResult {
  const { input, shape } = sample;
  if (input.length === 0) return html`<span class="section-about">${l10n.t('a sparse row')}</span>`;
  if (shape.length === 3 && (shape[2] === 1 || shape[2] === 3)) return html`<div class="maps"><canvas role="img" aria-label=${l10n.t('the row as a picture')} ${pixelsOn(shape[1], shape[0], kept(input, 'input', palette, () => picturePixels(input, 0, shape, rangeOf(input))))}></canvas></div>`;
  return values(input, shape, palette, bars, 'input', l10n.t('the row'), info.features.length === input.length ? info.features.map(({ name }) => name) : undefined);
}

/** @param bars receives what is to be drawn as bars. */
export function sampleView(answer: SampleAnswer, rows: readonly ModelRow[], info: DataInfo, loss: string, palette: Palette, bars: Bars[]): TemplateResult {
  const { sample, part, index } = answer;
  const byName = new Map(rows.flatMap((row) => row.layer.names.map((name) => [name, row] as const)));
  const classes = info.classes?.map(({ name }) => name);
  const last = sample.layers[sample.layers.length - 1];
  const said = classes && last ? classOf(last.output, last.output.length, 0, loss) : -1;
  const truth = classes ? (sample.target.length === 1 ? (sample.target[0] > (loss === 'hinge' ? 0 : 0.5) ? 1 : 0) : classOf(sample.target, sample.target.length, 0, loss)) : -1;
  const words = classes ? l10n.t('true {0}, predicted {1}', classes[truth] ?? String(truth), classes[said] ?? String(said)) : l10n.t('target {0}, output {1}', Array.from(sample.target, (value) => formatNumber(value)).join(', '), Array.from(last?.output ?? [], (value) => formatNumber(value)).join(', '));
  return html`<div class="data-scroll"><p class="sample-head"><b>${l10n.t('Row {0}, {1}', index + 1, partName(part))}</b> · ${words}${classes && said !== truth ? html` <span class="codicon codicon-error is-error" aria-hidden="true"></span> ${l10n.t('wrong')}` : nothing} · ${l10n.t('loss {0}', formatNumber(sample.loss))}</p>
    <table class="passes"><thead><tr><th scope="col">${l10n.t('Layer')}</th><th scope="col">${term('forwardPass', l10n.t('Forward: its output'))}</th><th scope="col">${term('backwardPass', l10n.t('Backward: ∂loss/∂z'))}</th></tr></thead><tbody>
      <tr><th scope="row"><b>${l10n.t('Input')}</b><span>${shapeText(sample.shape)}</span><span class="section-about">${l10n.t('One row, scaled as the network gets it.')}</span></th><td>${inputOf(sample, info, palette, bars)}</td><td></td></tr>
      ${sample.layers.map((layer, i) => {
        const row = byName.get(layer.name);
        const names = i === sample.layers.length - 1 && classes && classes.length === layer.output.length ? classes : undefined;
        return html`<tr><th scope="row"><b>${layer.name}</b><span>${[row ? layerNote(row.layer) : '', shapeText(layer.shape)].filter((text) => text !== '').join(' → ')}</span><span class="section-about">${row ? layerWords(row.layer.type) : ''}</span></th>
          <td data-label=${l10n.t('Forward: its output')}>${values(layer.output, layer.shape, palette, bars, `${layer.name}/output`, l10n.t('output of {0}', layer.name), names)}<span class="section-about">${rangeText(layer.output)}</span></td>
          <td data-label=${l10n.t('Backward: ∂loss/∂z')}>${values(layer.gradient, layer.shape, palette, bars, `${layer.name}/gradient`, l10n.t('gradient at {0}', layer.name), names)}<span class="section-about">${rangeText(layer.gradient)}</span></td></tr>`;
      })}
    </tbody></table>
    <p class="section-about">${l10n.t('z is what a layer has before its activation. The gradient says how the loss would grow if that number grew; it is worked out from the last layer back to the first, by the chain rule.')}</p></div>`;
}
