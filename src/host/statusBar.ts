import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ExperimentContext } from './activeExperiment';
import { outcomeText, progressText } from './runs/progress';
import type { RunService } from './runs/runService';

/** The active experiment's runs in one line: how far they are, or how many there were and which was best. */
export function createStatusBar(context: ExperimentContext, runs: RunService): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('gdexp.status', vscode.StatusBarAlignment.Left, 10);
  item.name = 'GDExp';
  const refresh = (): void => {
    const session = context.uri ? runs.find(context.uri) : undefined;
    if (!session || session.runs.length === 0) {
      item.hide();
      return;
    }
    const progress = progressText(session);
    item.text = progress.running ? `$(sync~spin) ${progress.text}` : `$(graph-line) ${outcomeText(session)}`;
    item.tooltip = progress.running ? l10n.t('Cancel the runs') : progress.text;
    item.command = progress.running ? { title: l10n.t('Cancel'), command: 'gdexp.cancel', arguments: [context.uri] } : { title: l10n.t('Open lab'), command: 'gdexp.openLab', arguments: [context.uri] };
    item.show();
  };
  refresh();
  return vscode.Disposable.from(item, context.onDidChange(refresh));
}
