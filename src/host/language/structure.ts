import * as vscode from 'vscode';
import type { DocumentSymbol as LspSymbol, Range as LspRange, SelectionRange as LspSelection } from 'vscode-json-languageservice';
import type { JsonService, SourceText } from './service';

/** Outline, folding, smart selection and formatting: what JSON has anyway, kept for a language id of our own. */
export class ExperimentStructure implements vscode.DocumentSymbolProvider, vscode.FoldingRangeProvider, vscode.SelectionRangeProvider, vscode.DocumentRangeFormattingEditProvider {
  constructor(private readonly service: () => Promise<JsonService>) {}

  async provideDocumentSymbols(document: vscode.TextDocument): Promise<vscode.DocumentSymbol[]> {
    return (await this.service()).symbols(sourceOf(document)).map(toSymbol);
  }

  async provideFoldingRanges(document: vscode.TextDocument): Promise<vscode.FoldingRange[]> {
    const ranges = (await this.service()).folding(sourceOf(document));
    return ranges.map((range) => new vscode.FoldingRange(range.startLine, range.endLine, range.kind === 'comment' ? vscode.FoldingRangeKind.Comment : range.kind === 'region' ? vscode.FoldingRangeKind.Region : undefined));
  }

  async provideSelectionRanges(document: vscode.TextDocument, positions: readonly vscode.Position[]): Promise<vscode.SelectionRange[]> {
    const ranges = (await this.service()).selections(sourceOf(document), positions.map((position) => document.offsetAt(position)));
    return ranges.map(toSelection);
  }

  async provideDocumentRangeFormattingEdits(document: vscode.TextDocument, range: vscode.Range, options: vscode.FormattingOptions): Promise<vscode.TextEdit[]> {
    const edits = (await this.service()).format(sourceOf(document), { start: range.start, end: range.end }, { tabSize: options.tabSize, insertSpaces: options.insertSpaces, keepLines: true });
    return edits.map((edit) => vscode.TextEdit.replace(toRange(edit.range), edit.newText));
  }
}

function sourceOf(document: vscode.TextDocument): SourceText {
  return { uri: document.uri.toString(), version: document.version, text: document.getText() };
}

function toRange(range: LspRange): vscode.Range {
  return new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
}

function toSymbol(symbol: LspSymbol): vscode.DocumentSymbol {
  const made = new vscode.DocumentSymbol(symbol.name || '…', symbol.detail ?? '', symbol.kind - 1, toRange(symbol.range), toRange(symbol.selectionRange));
  made.children = (symbol.children ?? []).map(toSymbol);
  return made;
}

function toSelection(selection: LspSelection): vscode.SelectionRange {
  return new vscode.SelectionRange(toRange(selection.range), selection.parent && toSelection(selection.parent));
}
