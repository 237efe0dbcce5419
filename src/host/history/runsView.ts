import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { formatNumber } from '../../wording/numbers';
import { statusText } from '../../wording/status';
import { fullTime, relativeTime } from '../../wording/time';
import type { HistoryService } from './historyService';
import { bestOf, fileName, NO_FILTER, outcomeOf, runTree, severityOf, type BatchBranch, type ExperimentBranch, type RunFilter, type RunLeaf, type RunNode } from './runTree';

const VIEW = 'gdexp.runs';
/** Relative times age. */
const REFRESH = 60_000;
const SOON = 150;

const RUN_ICONS = { good: ['pass', 'testing.iconPassed'], warning: ['warning', 'list.warningForeground'], error: ['error', 'list.errorForeground'], neutral: ['circle-large-outline', 'descriptionForeground'] } as const;

/** The view "Runs": experiments, the times they were run, and the runs. */
export class RunsView implements vscode.TreeDataProvider<RunNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly tree: vscode.TreeView<RunNode>;
  private readonly subscriptions: vscode.Disposable[];
  private roots: readonly ExperimentBranch[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private current: RunFilter = NO_FILTER;
  private shownAt = 0;

  constructor(private readonly history: HistoryService) {
    this.tree = vscode.window.createTreeView<RunNode>(VIEW, { treeDataProvider: this, canSelectMany: true, showCollapseAll: true });
    const aging = setInterval(() => this.tree.visible && this.show(), REFRESH);
    const end = history.store.onDidChange(() => this.soon());
    this.subscriptions = [
      this.tree, this.changed, new vscode.Disposable(end), new vscode.Disposable(() => clearInterval(aging)),
      this.tree.onDidChangeVisibility(({ visible }) => {
        if (!visible) return;
        void history.store.refresh();
        // Times aged while nobody looked. Not sooner: VS Code may still be asking for the items that it shows first.
        if (Date.now() - this.shownAt > REFRESH) this.show();
      }),
    ];
    void history.store.open().then(() => this.refresh(), () => this.refresh());
  }

  get selection(): readonly RunNode[] {
    return this.tree.selection;
  }

  get filter(): RunFilter {
    return this.current;
  }

  set filter(filter: RunFilter) {
    this.current = filter;
    this.refresh();
  }

  getChildren(node?: RunNode): RunNode[] {
    if (!node) return [...this.roots];
    return node.kind === 'run' ? [] : [...node.children];
  }

  getParent(node: RunNode): RunNode | undefined {
    if (node.kind === 'experiment') return undefined;
    const root = this.roots.find(({ id }) => id === node.entries[0].experiment);
    return node.kind === 'batch' ? root : root?.children.find((batch) => batch.children.some(({ id }) => id === node.id));
  }

  getTreeItem(node: RunNode): vscode.TreeItem {
    switch (node.kind) {
      case 'experiment': return experimentItem(node, this.roots);
      case 'batch': return batchItem(node);
      case 'run': return runItem(node);
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** A thousand runs that end together are one picture. */
  private soon(): void {
    this.timer ??= setTimeout(() => this.refresh(), SOON);
  }

  private refresh(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const all = this.history.store.list();
    this.roots = runTree(all, this.current);
    const filtered = this.current !== NO_FILTER;
    const shown = this.roots.reduce((sum, { entries }) => sum + entries.length, 0);
    this.tree.description = filtered ? l10n.t('{0} of {1}, filtered', shown, all.length) : undefined;
    void vscode.commands.executeCommand('setContext', 'gdexp.history.any', all.length > 0);
    void vscode.commands.executeCommand('setContext', 'gdexp.history.filtered', filtered);
    this.show();
  }

  private show(): void {
    this.shownAt = Date.now();
    this.changed.fire();
  }
}

function experimentItem(node: ExperimentBranch, roots: readonly ExperimentBranch[]): vscode.TreeItem {
  const uri = vscode.Uri.parse(node.id);
  const [newest] = node.entries;
  const item = new vscode.TreeItem(newest.title || fileName(node.id), roots[0] === node ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed);
  const path = vscode.workspace.asRelativePath(uri);
  const count = node.entries.length === 1 ? l10n.t('1 run') : l10n.t('{0} runs', node.entries.length);
  item.id = node.id;
  item.resourceUri = uri;
  item.iconPath = vscode.ThemeIcon.File;
  item.description = newest.title ? path : undefined;
  item.tooltip = `${path}\n${count}`;
  item.contextValue = `experiment${pinnedMark(node)}`;
  item.accessibilityInformation = { label: l10n.t('Experiment {0}, {1}, {2}', String(item.label), path, count) };
  return item;
}

function batchItem(node: BatchBranch): vscode.TreeItem {
  const [first] = node.entries;
  const { language } = vscode.env;
  const time = relativeTime(first.batchStarted, Date.now(), language);
  const best = bestOf(node.entries);
  const count = node.entries.length === 1 ? l10n.t('1 run') : l10n.t('{0} runs', node.entries.length);
  const outcome = best && node.entries.length > 1 ? l10n.t('{runs}, best {label} {loss}', { runs: count, label: best.label, loss: formatNumber(best.loss) }) : count;
  const item = new vscode.TreeItem(time, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = node.id;
  item.iconPath = new vscode.ThemeIcon(first.automatic ? 'sync' : node.entries.length > 1 ? 'run-all' : 'play');
  item.description = outcome;
  const why = first.automatic ? l10n.t('started by opening or editing the file') : l10n.t('started by a command');
  item.tooltip = `${fullTime(first.batchStarted, language)}\n${outcome}\n${why}`;
  item.contextValue = `batch${pinnedMark(node)}`;
  item.accessibilityInformation = { label: `${time}, ${outcome}, ${why}` };
  return item;
}

function runItem(node: RunLeaf): vscode.TreeItem {
  const [entry] = node.entries;
  const { language } = vscode.env;
  const name = [
    entry.label, ...(entry.variant === null ? [] : [entry.variant]),
    ...(node.several.starts ? [l10n.t('start {0}', entry.startIndex + 1)] : []), ...(node.several.seeds ? [l10n.t('seed {0}', entry.seed)] : []),
  ].join(' · ');
  const [icon, color] = entry.status === 'cancelled' ? (['circle-slash', 'descriptionForeground'] as const) : RUN_ICONS[severityOf(entry)];
  const steps = entry.steps === 1 ? l10n.t('1 step') : l10n.t('{0} steps', formatNumber(entry.steps));
  const outcome = outcomeOf(entry);
  const time = relativeTime(entry.finished, Date.now(), language);
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.None);
  item.id = node.id;
  item.iconPath = new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));
  item.description = [...(entry.pinned ? [l10n.t('pinned')] : []), formatNumber(entry.loss), steps, outcome, time].join(' · ');
  item.contextValue = `run${entry.pinned ? ' pinned all-pinned' : ''}`;
  item.command = { title: l10n.t('Show the curves'), command: 'gdexp.history.show', arguments: [node] };
  item.tooltip = tooltip([
    [l10n.t('Loss'), formatNumber(entry.loss, 6)], [l10n.t('Steps'), formatNumber(entry.steps)], [l10n.t('Verdict'), outcome], [l10n.t('Status'), statusText(entry.status) ?? entry.status],
    [l10n.t('Seed'), String(entry.seed)], [l10n.t('Start'), String(entry.startIndex + 1)], [l10n.t('Time'), l10n.t('{0} s', formatNumber(entry.seconds))],
    [l10n.t('Ended'), fullTime(entry.finished, language)], ['GDExp', entry.version],
  ], name);
  item.accessibilityInformation = { label: [name, outcome, l10n.t('loss {0}', formatNumber(entry.loss)), steps, time, ...(entry.pinned ? [l10n.t('pinned')] : [])].join(', ') };
  return item;
}

/** Names come from files: as text, never as Markdown. */
function tooltip(rows: readonly (readonly [string, string])[], title: string): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString();
  markdown.appendText(title);
  markdown.appendMarkdown('\n\n| | |\n|---|---|\n');
  for (const [name, value] of rows) markdown.appendMarkdown(`| ${name} | ${value.replace(/[\\`*_{}[\]()#+.!|<>&~-]/g, '\\$&')} |\n`);
  return markdown;
}

function pinnedMark(node: RunNode): string {
  const pinned = node.entries.filter((entry) => entry.pinned).length;
  return pinned === 0 ? '' : pinned === node.entries.length ? ' pinned all-pinned' : ' pinned';
}
