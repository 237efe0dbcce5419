import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Shape } from '../../core/nn/spec';
import { modelSummary, shapeText } from '../../format/modelShape';
import { formatNumber } from '../../wording/numbers';
import type { LanguageHost } from './host';

/** Behind each optimizer's type: the defaults that its dialect fills in. */
export class DefaultHints implements vscode.InlayHintsProvider {
  constructor(private readonly host: LanguageHost) {}

  provideInlayHints(document: vscode.TextDocument, range: vscode.Range): vscode.InlayHint[] {
    const parsed = this.host.parsed(document);
    const hints: vscode.InlayHint[] = [];
    parsed.experiment?.variants[0].optimizers.forEach((optimizer, index) => {
      const place = parsed.locate(`/optimizers/${index}/type`);
      if (!place) return;
      const position = document.positionAt(place.offset + place.length);
      if (!range.contains(position)) return;
      const names = optimizer.defaulted.map((pointer) => pointer.split('/').pop() ?? '').filter((name) => isShown(optimizer.spec[name]));
      if (names.length === 0) return;
      const hint = new vscode.InlayHint(position, names.map((name) => `${name} ${show(optimizer.spec[name])}`).join(', '));
      hint.paddingLeft = true;
      hint.tooltip = l10n.t('Defaults of the {0} dialect; write a field to change it.', optimizer.spec.dialect);
      hints.push(hint);
    });
    return [...hints, ...this.layerHints(document, range)];
  }

  /** Behind each layer: what it makes of its input, and its parameters. A layer that is repeated tells of its last copy and of all parameters. */
  private layerHints(document: vscode.TextDocument, range: vscode.Range): vscode.InlayHint[] {
    const parsed = this.host.parsed(document);
    const model = parsed.experiment?.variants[0].model;
    if (!model) return [];
    const byPlace = new Map<number, { output: Shape; parameters: number }>();
    for (const { index, output, parameters } of modelSummary(model).layers) byPlace.set(index, { output, parameters: (byPlace.get(index)?.parameters ?? 0) + parameters });
    return [...byPlace].flatMap(([index, { output, parameters }]) => {
      const place = parsed.locate(`/model/layers/${index}`);
      if (!place) return [];
      const position = document.positionAt(place.offset + place.length);
      if (!range.contains(position)) return [];
      const count = Number.isNaN(parameters) || parameters === 0 ? '' : `, ${l10n.t('{0} parameters', formatNumber(parameters))}`;
      const hint = new vscode.InlayHint(position, `→ ${shapeText(output)}${count}`);
      hint.paddingLeft = true;
      hint.tooltip = l10n.t('What the layer makes of one row, and how many numbers of it are trained.');
      return [hint];
    });
  }
}

/** A switch that is off and a number that is zero change nothing: they would only be noise. */
function isShown(value: unknown): boolean {
  return typeof value === 'number' ? value !== 0 : typeof value === 'string';
}

function show(value: unknown): string {
  return typeof value === 'number' ? formatNumber(value) : String(value);
}
