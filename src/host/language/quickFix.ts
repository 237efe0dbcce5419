import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { editText } from '../../format/edits';
import { rangeOf } from './diagnostics';
import type { LanguageHost } from './host';

/** Fixes for typing mistakes (the nearest valid name) and the remedies of verdicts, at the optimizer that they concern. */
export class ExperimentFixes implements vscode.CodeActionProvider {
  static readonly kinds = [vscode.CodeActionKind.QuickFix];

  constructor(private readonly host: LanguageHost) {}

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range, context: vscode.CodeActionContext): vscode.CodeAction[] {
    return [...this.spellings(document, context), ...this.remedies(document, range)];
  }

  private spellings(document: vscode.TextDocument, context: vscode.CodeActionContext): vscode.CodeAction[] {
    const fixes: vscode.CodeAction[] = [];
    for (const problem of this.host.parsed(document).problems) {
      if (problem.suggestion === undefined) continue;
      const place = rangeOf(document, problem);
      const diagnostic = context.diagnostics.find((candidate) => candidate.code === problem.code && candidate.range.isEqual(place));
      if (!diagnostic) continue;
      const fix = new vscode.CodeAction(l10n.t('Change to "{0}"', problem.suggestion), vscode.CodeActionKind.QuickFix);
      fix.edit = new vscode.WorkspaceEdit();
      const old = document.getText(place);
      fix.edit.replace(document.uri, place, old.startsWith('"') ? JSON.stringify(problem.suggestion) : problem.suggestion);
      fix.diagnostics = [diagnostic];
      fix.isPreferred = true;
      fixes.push(fix);
    }
    return fixes;
  }

  private remedies(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    const parsed = this.host.parsed(document);
    if (!parsed.experiment) return [];
    const fixes: vscode.CodeAction[] = [];
    const offered = new Set<string>();
    for (const run of this.host.runs(document.uri)) {
      const optimizer = Number(run.seriesKey.split('/')[1]);
      const place = parsed.locate(`/optimizers/${optimizer}`);
      if (run.stale || !run.verdict || !place || !rangeOf(document, place).intersection(range)) continue;
      for (const remedy of run.verdict.remedies) {
        const title = l10n.t('{0}: {1}', run.label, remedy.text);
        if (offered.has(title)) continue;
        offered.add(title);
        const fix = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
        fix.edit = new vscode.WorkspaceEdit();
        for (const change of editText(parsed.text, [{ path: remedy.path, value: remedy.value }, ...(remedy.also ?? [])])) {
          fix.edit.replace(document.uri, rangeOf(document, change), change.text);
        }
        fixes.push(fix);
      }
    }
    return fixes;
  }
}
