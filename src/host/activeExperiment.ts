import * as vscode from 'vscode';
import { isExperiment } from './documents';
import { LAB_VIEW } from './editor/labEditor';
import type { RunService } from './runs/runService';

/** The experiment that commands without an argument mean: the one of the active tab, as lab or as text. */
export function activeExperiment(): vscode.Uri | null {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputCustom) return input.viewType === LAB_VIEW ? input.uri : null;
  if (input instanceof vscode.TabInputText) {
    const document = vscode.workspace.textDocuments.find((candidate) => candidate.uri.toString() === input.uri.toString());
    if (document ? isExperiment(document) : input.uri.path.endsWith('.gdexp')) return input.uri;
  }
  return null;
}

/** Keeps the context keys that menus and shortcuts ask for: gdexp.active, gdexp.running, gdexp.hasResults. */
export class ExperimentContext implements vscode.Disposable {
  private readonly values = new Map<string, boolean>();
  private readonly changed = new vscode.EventEmitter<void>();
  /** The active experiment is another, or its runs began or ended. */
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: vscode.Disposable[];
  private timer: ReturnType<typeof setTimeout> | undefined;
  uri: vscode.Uri | null = null;

  constructor(private readonly runs: RunService) {
    const soon = (): void => {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        this.refresh();
      }, 100);
    };
    this.subscriptions = [
      vscode.window.tabGroups.onDidChangeTabs(() => this.refresh()),
      vscode.window.tabGroups.onDidChangeTabGroups(() => this.refresh()),
      vscode.window.onDidChangeActiveTextEditor(() => this.refresh()),
      runs.onDidChange(({ change }) => (change.kind === 'progressed' ? soon() : this.refresh())),
    ];
    this.refresh();
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  private refresh(): void {
    this.uri = activeExperiment();
    const session = this.uri ? this.runs.find(this.uri) : undefined;
    this.set('gdexp.active', this.uri !== null);
    this.set('gdexp.running', session?.running ?? false);
    this.set('gdexp.hasResults', (session?.runs.length ?? 0) > 0);
    this.changed.fire();
  }

  private set(key: string, value: boolean): void {
    if (this.values.get(key) === value) return;
    this.values.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
