/** Running experiments for other extensions and for language models. A file of its own, loaded with the first of their questions. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { ExperimentRunner, type RunnerServices } from '../api/experimentRunner';
import { ExperimentTools, type ToolServices } from '../languageModel/tools';

// This file has its own copy of the texts.
if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });

export interface Automation {
  readonly runner: ExperimentRunner;
  readonly tools: ExperimentTools;
}

export function createAutomation(services: RunnerServices & Omit<ToolServices, 'runner'>): Automation {
  const runner = new ExperimentRunner(services);
  return { runner, tools: new ExperimentTools({ ...services, runner }) };
}
