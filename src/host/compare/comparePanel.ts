import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { numberCell, textCell } from '../../format/report/csv';
import type { CompareHostMessage, ComparePageMessage, Comparison } from '../../protocol/compare';
import { write } from '../commands/exportCommands';
import { openLab } from '../commands/openCommands';
import { openTerm } from '../commands/openReference';
import { pageHtml } from '../editor/labHtml';
import type { LabEditorProvider } from '../editor/labEditor';
import type { HistoryService } from '../history/historyService';
import type { Log } from '../log';
import type { RunService } from '../runs/runService';
import type { ExperimentDocuments } from '../documents';
import { experiments } from '../experiments';
import { explained } from '../glossary/glossary';
import { compare } from './comparison';
import { readCompareMessage } from './pageMessage';
import { CompareSources, isSourceRef, type SourceRef } from './sources';

export const COMPARE_VIEW = 'gdexp.compare';
/** Pause between two pictures of runs that go. */
const REFRESH = 400;

export interface CompareServices {
  readonly extensionUri: vscode.Uri;
  readonly documents: ExperimentDocuments;
  readonly runs: RunService;
  readonly history: HistoryService;
  readonly labs: LabEditorProvider;
  readonly log: Log;
}

/** The pages that compare. Their state is the list of what they compare: they come back after a reload. */
export class ComparePanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly pages = new Set<ComparePage>();
  private readonly serializer: vscode.Disposable;

  constructor(private readonly services: CompareServices) {
    this.serializer = vscode.window.registerWebviewPanelSerializer(COMPARE_VIEW, this);
  }

  /** @param peek in the page that shows what was last peeked at, without taking the focus. */
  show(refs: readonly SourceRef[], { peek = false } = {}): void {
    const known = [...this.pages].find((page) => (peek ? page.peek : !page.peek && sameRefs(page.refs, refs)));
    if (known) {
      known.show(refs);
      known.panel.reveal(undefined, peek);
      return;
    }
    const panel = vscode.window.createWebviewPanel(COMPARE_VIEW, '', { viewColumn: vscode.ViewColumn.Active, preserveFocus: peek }, {});
    this.adopt(panel, refs, peek);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const refs = (state as { refs?: unknown } | undefined)?.refs;
    if (!Array.isArray(refs) || !refs.every(isSourceRef)) {
      this.services.log.warn('a comparing page of an earlier window said nothing of what it compared');
      panel.dispose();
      return;
    }
    this.adopt(panel, refs, false);
  }

  dispose(): void {
    this.serializer.dispose();
    for (const page of [...this.pages]) page.panel.dispose();
  }

  private adopt(panel: vscode.WebviewPanel, refs: readonly SourceRef[], peek: boolean): void {
    const page = new ComparePage(panel, refs, peek, this.services);
    this.pages.add(page);
    panel.onDidDispose(() => {
      page.dispose();
      this.pages.delete(page);
    });
  }
}

function sameRefs(a: readonly SourceRef[], b: readonly SourceRef[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

class ComparePage implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];
  private sources: CompareSources;
  private ready = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private disposed = false;

  constructor(readonly panel: vscode.WebviewPanel, refs: readonly SourceRef[], readonly peek: boolean, private readonly services: CompareServices) {
    const { webview } = panel;
    this.sources = new CompareSources(refs, services);
    panel.iconPath = { light: vscode.Uri.joinPath(services.extensionUri, 'media', 'file-light.svg'), dark: vscode.Uri.joinPath(services.extensionUri, 'media', 'file-dark.svg') };
    webview.options = { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(services.extensionUri, 'dist', 'webview')] };
    this.subscriptions = [
      webview.onDidReceiveMessage((value: unknown) => {
        const message = readCompareMessage(value);
        if (message) this.receive(message).catch((error: unknown) => this.failed(error));
        else services.log.warn('refused a message of the comparing page');
      }),
      services.runs.onDidChange(({ uri, change }) => {
        if (change.kind !== 'preview' && this.sources.concerns(uri)) this.soon();
      }),
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.ready = false;
      }),
    ];
    panel.title = this.title();
    webview.html = pageHtml(webview, services.extensionUri, 'compare');
    void this.sources.prepare().then(() => this.soon(), (error: unknown) => this.failed(error));
  }

  get refs(): readonly SourceRef[] {
    return this.sources.refs;
  }

  show(refs: readonly SourceRef[]): void {
    if (sameRefs(refs, this.refs)) return;
    this.sources = new CompareSources(refs, this.services);
    this.panel.title = this.title();
    void this.sources.prepare().then(() => this.send('comparison'), (error: unknown) => this.failed(error));
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private title(): string {
    const names = this.sources.names();
    return names.length === 1 ? names[0] : l10n.t('Compare {0}', names.join(' ↔ '));
  }

  private soon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.send('comparison');
    }, REFRESH);
  }

  private async send(type: 'init' | 'comparison'): Promise<void> {
    if (!this.ready || this.disposed) return;
    const comparison: Comparison = experiments().withTerms(compare(await this.sources.runs()));
    if (this.disposed) return;
    const refs = this.refs;
    const message: CompareHostMessage = type === 'init'
      ? { type, locale: vscode.env.language, l10n: (vscode.l10n.bundle as Readonly<Record<string, unknown>> | undefined) ?? null, refs, comparison }
      : { type, refs, comparison };
    await this.panel.webview.postMessage(message);
  }

  private async receive(message: ComparePageMessage): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.ready = true;
        await this.sources.prepare();
        await this.send('init');
        break;
      case 'explain':
        await this.explain(message.request, message.terms);
        break;
      case 'openTerm':
        await openTerm(this.services.extensionUri, message.term);
        break;
      case 'open': {
        const uri = this.sources.uri(message.source);
        if (uri) await openLab(uri, this.services.labs);
        break;
      }
      case 'run':
        await this.sources.run(message.source);
        break;
      case 'add':
        await vscode.commands.executeCommand('gdexp.compare', this.refs);
        break;
      case 'csv':
        await this.save('csv', new TextEncoder().encode(message.rows.map((row) => row.map((cell) => (cell === null ? '' : typeof cell === 'number' ? numberCell(cell) : textCell(cell))).join(',')).join('\r\n') + '\r\n'));
        break;
      case 'image':
        await this.save('png', message.png);
        break;
      case 'problem':
        this.services.log.error(`comparing page: ${message.message}`);
        break;
    }
  }

  private async explain(request: number, terms: readonly string[]): Promise<void> {
    let message: CompareHostMessage;
    try {
      message = { type: 'explained', request, explanations: explained(terms), problem: null };
    } catch (error) {
      message = { type: 'explained', request, explanations: [], problem: error instanceof Error ? error.message : String(error) };
    }
    await this.panel.webview.postMessage(message);
  }

  private async save(extension: 'csv' | 'png', content: Uint8Array): Promise<void> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const defaultUri = folder ? vscode.Uri.joinPath(folder, `comparison.${extension}`) : vscode.Uri.file(`comparison.${extension}`);
    const target = await vscode.window.showSaveDialog({ defaultUri, filters: extension === 'csv' ? { CSV: ['csv'] } : { PNG: ['png'] } });
    if (target) await write(target, content);
  }

  private failed(error: unknown): void {
    const words = error instanceof Error ? error.message : String(error);
    this.services.log.error(`compare: ${error instanceof Error ? (error.stack ?? words) : words}`);
    void vscode.window.showErrorMessage(words);
  }
}
