import * as vscode from 'vscode';
import type { Experiment, ParsedExperiment } from '../format/experiment';
import { experiments } from './experiments';
import { settings } from './settings';

export interface GoodState {
  readonly experiment: Experiment;
  readonly parsed: ParsedExperiment;
}

/** Documents and what their text says, parsed once a version. */
export class ExperimentDocuments {
  private readonly cache = new WeakMap<vscode.TextDocument, { readonly version: number; readonly parsed: ParsedExperiment }>();
  private readonly good = new WeakMap<vscode.TextDocument, GoodState>();

  parsed(document: vscode.TextDocument): ParsedExperiment {
    const cached = this.cache.get(document);
    if (cached && cached.version === document.version) return cached.parsed;
    const parsed = this.parse(document.getText());
    this.cache.set(document, { version: document.version, parsed });
    if (parsed.experiment) this.good.set(document, { experiment: parsed.experiment, parsed });
    return parsed;
  }

  /** The newest state without errors that was asked for; null before there was one. */
  lastGood(document: vscode.TextDocument): GoodState | null {
    return this.good.get(document) ?? null;
  }

  parse(text: string): ParsedExperiment {
    return experiments().parseExperiment(text, { maxRuns: settings.maxRuns, maxParameters: settings.maxParameters, networkBytes: settings.networkBytes });
  }
}

export function isExperiment(document: vscode.TextDocument): boolean {
  return document.languageId === 'gdexp' || document.uri.path.endsWith('.gdexp');
}
