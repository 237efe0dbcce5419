import * as l10n from '@vscode/l10n';
import { getLocation } from 'jsonc-parser';
import * as vscode from 'vscode';
import type { CompletionItem as LspItem, MarkupContent } from 'vscode-json-languageservice';
import { FUNCTION_NAMES } from '../../core/expression/parse';
import { toPointer } from '../../format/pointer';
import { DataCompletion } from './dataCompletion';
import type { LanguageHost } from './host';
import type { JsonService } from './service';

/** Completion from the schema (JSON language service), from the meaning: names of this very file, and from the files beside it. */
export class ExperimentCompletion implements vscode.CompletionItemProvider {
  static readonly triggers = ['"', ':', ' ', '/', '('];

  private readonly data: DataCompletion;

  constructor(private readonly host: LanguageHost, private readonly service: () => Promise<JsonService>) {
    this.data = new DataCompletion(host.head);
  }

  async provideCompletionItems(document: vscode.TextDocument, position: vscode.Position, token: vscode.CancellationToken): Promise<vscode.CompletionList | undefined> {
    const text = document.getText();
    const offset = document.offsetAt(position);
    const location = getLocation(text, offset);
    const path = location.path.map(String);
    if (path[path.length - 1] === 'expression') return new vscode.CompletionList(this.insideExpression(document, position));
    const service = await this.service();
    if (token.isCancellationRequested) return undefined;
    const fromSchema = await service.complete({ uri: document.uri.toString(), version: document.version, text }, offset);
    const items = (fromSchema?.items ?? []).map(fromLsp);
    const fromData = await this.data.offer(document, offset, location, this.host.parsed(document).value);
    if (fromData) {
      // The schema's own strings are examples: names of files and columns that are not there. What is no string fits where none has begun.
      const others = location.previousNode?.type === 'string' ? [] : items.filter(({ label }) => !String(label).startsWith('"'));
      return new vscode.CompletionList([...fromData.items, ...others], !fromData.complete);
    }
    return new vscode.CompletionList([...this.fromMeaning(document, position, path), ...items], fromSchema?.isIncomplete ?? false);
  }

  private insideExpression(document: vscode.TextDocument, position: vscode.Position): vscode.CompletionItem[] {
    const objective = this.host.parsed(document).experiment?.variants[0].objective;
    const word = document.getWordRangeAtPosition(position, /[\p{L}_][\p{L}\p{N}_]*/u);
    const item = (label: string, kind: vscode.CompletionItemKind, detail: string, insert: string | vscode.SnippetString = label) => {
      const made = new vscode.CompletionItem(label, kind);
      made.detail = detail;
      made.insertText = insert;
      if (word) made.range = word;
      return made;
    };
    const constants = objective?.spec.function.kind === 'expression' ? Object.keys(objective.spec.function.constants) : [];
    return [
      ...(objective?.variables ?? []).map((name) => item(name, vscode.CompletionItemKind.Variable, l10n.t('variable'))),
      ...constants.map((name) => item(name, vscode.CompletionItemKind.Constant, l10n.t('constant of this file'))),
      ...['pi', 'e'].map((name) => item(name, vscode.CompletionItemKind.Constant, l10n.t('constant'))),
      ...FUNCTION_NAMES.map((name) => item(name, vscode.CompletionItemKind.Function, l10n.t('function'), new vscode.SnippetString(`${name}($0)`))),
    ];
  }

  private fromMeaning(document: vscode.TextDocument, position: vscode.Position, path: readonly string[]): vscode.CompletionItem[] {
    const parsed = this.host.parsed(document);
    const place = path.join('/');
    const quoted = document.getWordRangeAtPosition(position, /"[^"\n]*"?/);
    const item = (value: string, detail: string) => {
      const made = new vscode.CompletionItem(JSON.stringify(value), vscode.CompletionItemKind.Value);
      made.detail = detail;
      made.sortText = ` ${value}`;
      if (quoted) made.range = quoted;
      return made;
    };
    const value = parsed.value as { optimizers?: { label?: string; type?: string }[]; variants?: { label?: string }[] } | undefined;
    if (/^expect\/\d+\/optimizer$/.test(place)) {
      const labels = parsed.experiment?.variants[0].optimizers.map((optimizer) => optimizer.label)
        ?? (Array.isArray(value?.optimizers) ? value.optimizers.map((optimizer) => optimizer?.label ?? optimizer?.type ?? '') : []);
      return labels.filter(Boolean).map((label) => item(label, l10n.t('optimizer of this file')));
    }
    if (/^expect\/\d+\/variant$/.test(place)) {
      return (Array.isArray(value?.variants) ? value.variants : []).flatMap((variant) => (typeof variant?.label === 'string' ? [item(variant.label, l10n.t('variant of this file'))] : []));
    }
    if (/^objective\/start\/[^/]*$/.test(place)) {
      return (parsed.experiment?.variants[0].objective?.variables ?? []).map((name) => item(name, l10n.t('variable')));
    }
    if (/^variants\/\d+\/set\/[^/]*$/.test(place)) return leaves(parsed.value).map((pointer) => item(pointer, l10n.t('place in this file')));
    return [];
  }
}

const NOT_IN_VARIANTS = new Set(['gdexp', 'variants', 'sweep', 'seeds', 'expect', '$schema']);

/** Pointers of all values of the file that a variant may override. */
function leaves(value: unknown, path: readonly (string | number)[] = [], out: string[] = []): string[] {
  if (path.length === 1 && NOT_IN_VARIANTS.has(String(path[0]))) return out;
  if (out.length >= 500 || path.length > 8) return out;
  if (typeof value !== 'object' || value === null) {
    out.push(toPointer(path));
    return out;
  }
  const entries: Iterable<[string | number, unknown]> = Array.isArray(value) ? value.entries() : Object.entries(value);
  for (const [key, child] of entries) leaves(child, [...path, key], out);
  return out;
}

function fromLsp(item: LspItem): vscode.CompletionItem {
  const made = new vscode.CompletionItem(item.label, item.kind === undefined ? undefined : item.kind - 1);
  const edit = item.textEdit;
  if (edit && 'range' in edit) {
    made.range = new vscode.Range(edit.range.start.line, edit.range.start.character, edit.range.end.line, edit.range.end.character);
    made.insertText = item.insertTextFormat === 2 ? new vscode.SnippetString(edit.newText) : edit.newText;
  } else if (item.insertText !== undefined) {
    made.insertText = item.insertTextFormat === 2 ? new vscode.SnippetString(item.insertText) : item.insertText;
  }
  made.filterText = item.filterText;
  // What every file begins with stands first, and what hardly any file needs last: in an empty file the first one is taken by Enter.
  made.sortText = item.label === 'gdexp' ? ` ${item.label}` : item.label === '$schema' ? `~${item.label}` : item.sortText;
  made.detail = item.detail;
  if (item.documentation) made.documentation = typeof item.documentation === 'string' ? item.documentation : new vscode.MarkdownString((item.documentation as MarkupContent).value);
  return made;
}
