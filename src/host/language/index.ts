import * as vscode from 'vscode';
import { ExperimentLenses } from './codeLens';
import { ExperimentCompletion } from './completion';
import { ExperimentDiagnostics } from './diagnostics';
import { LANGUAGE, type LanguageHost } from './host';
import { ExperimentHover } from './hover';
import { DefaultHints } from './inlayHints';
import { ExperimentFixes } from './quickFix';
import { ExperimentStructure } from './structure';
import type { JsonService } from './service';

/** Registers everything that the text view of an experiment offers. The JSON service is loaded when first asked. */
export function registerLanguage(host: LanguageHost): vscode.Disposable {
  let loading: Promise<JsonService> | undefined;
  const service = () => (loading ??= import('./service').then(({ createJsonService }) => createJsonService(vscode.l10n.bundle)));
  const selector: vscode.DocumentSelector = { language: LANGUAGE, scheme: '*' };
  const lenses = new ExperimentLenses(host);
  const structure = new ExperimentStructure(service);
  return vscode.Disposable.from(
    lenses,
    new ExperimentDiagnostics(host),
    vscode.languages.registerCodeLensProvider(selector, lenses),
    vscode.languages.registerCompletionItemProvider(selector, new ExperimentCompletion(host, service), ...ExperimentCompletion.triggers),
    vscode.languages.registerHoverProvider(selector, new ExperimentHover(host, service)),
    vscode.languages.registerCodeActionsProvider(selector, new ExperimentFixes(host), { providedCodeActionKinds: ExperimentFixes.kinds }),
    vscode.languages.registerInlayHintsProvider(selector, new DefaultHints(host)),
    vscode.languages.registerDocumentSymbolProvider(selector, structure),
    vscode.languages.registerFoldingRangeProvider(selector, structure),
    vscode.languages.registerSelectionRangeProvider(selector, structure),
    vscode.languages.registerDocumentRangeFormattingEditProvider(selector, structure),
  );
}
