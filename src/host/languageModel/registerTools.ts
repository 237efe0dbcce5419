import * as vscode from 'vscode';
import type { ExperimentTools, ExplainInput, RunInput } from './tools';

/** Registered at once, since a tool's name wakes the extension; made with the first question. */
export function registerTools(tools: () => ExperimentTools): vscode.Disposable {
  // A VS Code without language models.
  if (typeof vscode.lm?.registerTool !== 'function') return new vscode.Disposable(() => undefined);
  return vscode.Disposable.from(
    vscode.lm.registerTool<RunInput>('gdexp_run', {
      prepareInvocation: (options) => tools().prepareRun(options),
      invoke: (options, token) => tools().run(options, token),
    }),
    vscode.lm.registerTool<ExplainInput>('gdexp_explain', {
      prepareInvocation: (options) => tools().prepareExplanation(options),
      invoke: (options, token) => tools().explain(options, token),
    }),
  );
}
