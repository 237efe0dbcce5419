import * as vscode from 'vscode';
import type { Problem } from '../../format/experiment';
import { LANGUAGE, type LanguageHost } from './host';

const SEVERITY = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/** Long enough that a word is not judged while it is being typed. */
const DELAY = 250;

/** Keeps the Problems view in step with every open experiment. */
export class ExperimentDiagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection(LANGUAGE);
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly host: LanguageHost) {
    this.subscriptions = [
      vscode.workspace.onDidOpenTextDocument((document) => this.refresh(document)),
      vscode.workspace.onDidChangeTextDocument((event) => this.schedule(event.document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.forget(document)),
      host.onDidChangeData((uri) => vscode.workspace.textDocuments.filter((document) => document.uri.toString() === uri.toString()).forEach((document) => this.schedule(document))),
    ];
    for (const document of vscode.workspace.textDocuments) this.refresh(document);
  }

  private schedule(document: vscode.TextDocument): void {
    if (document.languageId !== LANGUAGE) return;
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.set(key, setTimeout(() => this.refresh(document), DELAY));
  }

  private refresh(document: vscode.TextDocument): void {
    if (document.languageId !== LANGUAGE || document.isClosed) return;
    this.timers.delete(document.uri.toString());
    this.collection.set(document.uri, [...this.host.parsed(document).problems, ...this.host.dataProblems(document)].map((problem) => toDiagnostic(document, problem)));
  }

  private forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    this.collection.delete(document.uri);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    vscode.Disposable.from(this.collection, ...this.subscriptions).dispose();
  }
}

function toDiagnostic(document: vscode.TextDocument, problem: Problem): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(rangeOf(document, problem), problem.message, SEVERITY[problem.severity]);
  diagnostic.source = 'GDExp';
  diagnostic.code = problem.code;
  return diagnostic;
}

/** The text range of anything that has an offset and a length. */
export function rangeOf(document: vscode.TextDocument, place: { readonly offset: number; readonly length: number }): vscode.Range {
  return new vscode.Range(document.positionAt(place.offset), document.positionAt(place.offset + place.length));
}
