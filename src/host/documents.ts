import * as vscode from 'vscode';
import type { ParsedExperiment } from '../format/experiment';
import { parseExperiment } from '../format/parse';
import { settings } from './settings';

/** Documents and what their text says, parsed once a version. */
export class ExperimentDocuments {
  private readonly cache = new WeakMap<vscode.TextDocument, { readonly version: number; readonly parsed: ParsedExperiment }>();

  parsed(document: vscode.TextDocument): ParsedExperiment {
    const cached = this.cache.get(document);
    if (cached && cached.version === document.version) return cached.parsed;
    const parsed = this.parse(document.getText());
    this.cache.set(document, { version: document.version, parsed });
    return parsed;
  }

  parse(text: string): ParsedExperiment {
    return parseExperiment(text, { maxRuns: settings.maxRuns });
  }
}

export function isExperiment(document: vscode.TextDocument): boolean {
  return document.languageId === 'gdexp' || document.uri.path.endsWith('.gdexp');
}
