import * as l10n from '@vscode/l10n';
import { getLocation } from 'jsonc-parser';
import * as vscode from 'vscode';
import { nameLatex } from '../../core/expression/latex';
import { OPTIMIZERS, SCHEDULES } from '../../core/optimizers/catalog';
import { describeObjective } from '../../core/objectives/formula';
import type { ExperimentVariant, ParsedExperiment } from '../../format/experiment';
import { toPointer, valueAtPath } from '../../format/pointer';
import { formatNumber } from '../../wording/numbers';
import { optimizerSummary, optimizerTitle } from '../../wording/optimizers';
import { rangeOf } from './diagnostics';
import type { ReferencePlace } from '../../wording/reference';
import type { LanguageHost } from './host';
import { referencePlace } from './referencePlace';
import type { JsonService } from './service';

/** A gradient of more components is named, not shown. */
const MOST_COMPONENTS = 6;

/** The formula typeset with its gradient; an optimizer's rule with this file's numbers; elsewhere what the schema says. */
export class ExperimentHover implements vscode.HoverProvider {
  constructor(private readonly host: LanguageHost, private readonly service: () => Promise<JsonService>) {}

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const parsed = this.host.parsed(document);
    const offset = document.offsetAt(position);
    const path = getLocation(parsed.text, offset).path.map(String);
    const hover = await this.explain(document, parsed, offset, path);
    const place = hover && referencePlace(path, parsed.value);
    if (place) for (const content of hover.contents) if (content instanceof vscode.MarkdownString) appendLink(content, place);
    return hover;
  }

  private async explain(document: vscode.TextDocument, parsed: ParsedExperiment, offset: number, path: readonly string[]): Promise<vscode.Hover | undefined> {
    const variant = parsed.experiment?.variants[0];
    if (variant && path[0] === 'objective' && (path[1] === 'expression' || path[1] === 'function')) {
      const place = parsed.locate(`/objective/${path[1]}`);
      const content = await this.formula(variant);
      if (content && place) return new vscode.Hover(content, rangeOf(document, place));
    }
    if (variant && path[0] === 'optimizers' && path[2] === 'type') {
      const place = parsed.locate(`/optimizers/${path[1]}/type`);
      const content = await this.optimizer(variant, Number(path[1]));
      if (content && place) return new vscode.Hover(content, rangeOf(document, place));
    }
    if (path[0] === 'optimizers' && path[path.length - 1] === 'schedule') {
      const info = SCHEDULES.get(String(valueAtPath(parsed.value, path)));
      const place = parsed.locate(toPointer(path));
      if (info && place) return new vscode.Hover(await this.typeset([info.rule.latex], [info.rule.text]), rangeOf(document, place));
    }
    const service = await this.service();
    const hover = await service.hover({ uri: document.uri.toString(), version: document.version, text: parsed.text }, offset);
    if (!hover) return undefined;
    const contents = typeof hover.contents === 'object' && 'value' in hover.contents ? hover.contents.value : String(hover.contents);
    const { start, end } = hover.range ?? {};
    return new vscode.Hover(new vscode.MarkdownString(contents), start && end ? new vscode.Range(start.line, start.character, end.line, end.character) : undefined);
  }

  private async formula(variant: ExperimentVariant): Promise<vscode.MarkdownString | null> {
    if (!variant.objective) return null;
    const { latex, gradientLatex, text, gradientText, variables, minima } = describeObjective(variant.objective.spec);
    const formulas = [`f = ${latex}`];
    const plain = [`f = ${text}`];
    if (gradientLatex && gradientText && gradientLatex.length <= MOST_COMPONENTS) {
      gradientLatex.forEach((component, i) => {
        formulas.push(`\\frac{\\partial f}{\\partial ${nameLatex(variables[i])}} = ${component}`);
        plain.push(`∂f/∂${variables[i]} = ${gradientText[i]}`);
      });
    }
    const content = await this.typeset(formulas, plain);
    for (const minimum of minima.slice(0, 4)) {
      content.appendMarkdown('\n\n');
      content.appendText(l10n.t('Minimum f({0}) = {1}', minimum.at.map(formatNumber).join(', '), formatNumber(minimum.value)));
    }
    if (gradientLatex && gradientLatex.length > MOST_COMPONENTS) {
      content.appendMarkdown('\n\n');
      content.appendText(l10n.t('The gradient has {0} components.', gradientLatex.length));
    }
    return content;
  }

  private async optimizer(variant: ExperimentVariant, index: number): Promise<vscode.MarkdownString | null> {
    const optimizer = variant.optimizers[index];
    const info = optimizer && OPTIMIZERS.get(optimizer.spec.type);
    if (!info) return null;
    const { spec } = optimizer;
    const rule = info.rule[spec.dialect];
    const content = new vscode.MarkdownString();
    content.appendMarkdown(`**${optimizerTitle(spec.type)}** · ${spec.dialect}\n\n`);
    content.appendText(optimizerSummary(spec.type));
    content.appendMarkdown('\n\n');
    if (rule) content.appendMarkdown(`${(await this.typeset([rule.latex], [rule.text])).value}\n\n`);
    const defaulted = new Set(optimizer.defaulted.map((pointer) => pointer.split('/').pop()));
    for (const [name, value] of Object.entries(spec)) {
      if (name === 'type' || name === 'dialect') continue;
      content.appendMarkdown('- ');
      const shown = typeof value === 'number' ? formatNumber(value) : typeof value === 'object' ? JSON.stringify(value) : String(value);
      content.appendText(defaulted.has(name) ? l10n.t('{0} = {1} (default)', name, shown) : `${name} = ${shown}`);
      content.appendMarkdown('\n');
    }
    return content;
  }

  /** Images of the formulas, one below the other; where a formula cannot be drawn, its plain text. */
  private async typeset(latex: readonly string[], plain: readonly string[]): Promise<vscode.MarkdownString> {
    const theme = vscode.window.activeColorTheme.kind;
    const color = theme === vscode.ColorThemeKind.Light || theme === vscode.ColorThemeKind.HighContrastLight ? '#1f1f1f' : '#e0e0e0';
    const content = new vscode.MarkdownString();
    const images = await this.host.typeset(latex, color, 15);
    images.forEach((svg, i) => {
      if (i > 0) content.appendMarkdown('\n\n');
      // A hover is cut at 100,000 characters, which would show half an address.
      if (svg && content.value.length + svg.length * 1.4 < 90_000) content.appendMarkdown(`![${plain[i].replace(/[[\]\\]/g, '\\$&')}](data:image/svg+xml;base64,${base64(svg)})`);
      else content.appendCodeblock(plain[i], 'plaintext');
    });
    return content;
  }
}

/** A hover ends with the way to the page that says more. That link is the only command it may run: what else stands in it comes from the file. */
function appendLink(content: vscode.MarkdownString, { page, heading }: ReferencePlace): void {
  const place = encodeURIComponent(JSON.stringify([page, heading]));
  content.supportThemeIcons = true;
  content.isTrusted = { enabledCommands: ['gdexp.openReference'] };
  content.appendMarkdown(`\n\n[$(book) ${l10n.t('Reference')}](command:gdexp.openReference?${place})`);
}

function base64(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
