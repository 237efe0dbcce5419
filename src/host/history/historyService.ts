import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Trial } from '../../core/training/trial';
import { localized } from '../../format/localized';
import { isExperiment } from '../documents';
import type { Log } from '../log';
import type { Run } from '../runs/run';
import type { FinishedEvent, Recalled, RunMemory, RunService } from '../runs/runService';
import type { Batch } from '../runs/session';
import { trialKey } from '../runs/trialKey';
import { settings } from '../settings';
import type { ListedEntry } from './entry';
import type { HistoryFiles } from './files';
import { answers, companions, contentOf, entryOf, revive } from './keptRun';
import { HistoryStore, sha256 } from './store';
import { workspaceFiles } from './workspaceFiles';

/** Files that are read at the same time. */
const READERS = 16;
const NOTHING: Recalled = { results: new Map(), others: [] };

/** Keeps every run that ends, and brings kept ones back when their file is opened again. */
export class HistoryService implements RunMemory, vscode.Disposable {
  readonly store: HistoryStore;
  private readonly batches = new WeakMap<Batch, string>();
  private readonly subscriptions: vscode.Disposable[];
  private complained = false;

  constructor(context: vscode.ExtensionContext, private readonly runs: RunService, private readonly log: Log, folderFiles?: (folder: string) => HistoryFiles) {
    const version = String(context.extension.packageJSON.version);
    const folder = vscode.Uri.joinPath(context.storageUri ?? context.globalStorageUri, 'history');
    this.store = new HistoryStore(folderFiles && folder.scheme === 'file' ? folderFiles(folder.fsPath) : workspaceFiles(folder), {
      limits: () => ({ runs: settings.historyRuns, bytes: settings.historyBytes }),
      log: (level, message) => log[level](message),
    });
    this.subscriptions = [
      runs.onDidFinish((event) => void this.keep(event, version)),
      vscode.workspace.onDidOpenTextDocument((document) => this.opened(document)),
      vscode.workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) this.follow(oldUri, newUri);
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('gdexp.history')) void this.store.applyLimits();
      }),
      // What other windows on this folder did meanwhile.
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) void this.store.refresh();
      }),
    ];
    this.store.open().then(() => {
      for (const document of vscode.workspace.textDocuments) this.opened(document);
    }, (error: unknown) => this.failed(error));
  }

  async recall(uri: vscode.Uri, trials: readonly Trial[], standIns: boolean): Promise<Recalled> {
    if (!settings.historyEnabled) return NOTHING;
    await this.store.open();
    const own = this.of(uri);
    if (own.length === 0) return NOTHING;
    const keys = new Map<Trial, string>();
    for (const trial of trials) keys.set(trial, await sha256(trialKey(trial)));
    const wanted = [...answers(own, trials, keys, standIns)];
    const others = trials.some(({ sweep }) => sweep) ? companions(own, wanted.map(([, entry]) => entry), trials) : [];
    const revived = await this.revive([...wanted.map(([, entry]) => entry), ...others]);
    return {
      results: new Map(wanted.flatMap(([trialId], at) => (revived[at] ? [[trialId, revived[at]]] : []))),
      others: revived.slice(wanted.length).filter((run) => run !== null),
    };
  }

  /** One run an entry, in their order; null where it cannot be read. */
  private async revive(entries: readonly ListedEntry[]): Promise<readonly (Run | null)[]> {
    const revived: (Run | null)[] = entries.map(() => null);
    const waiting = [...entries.entries()];
    const readers = Array.from({ length: READERS }, async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        const [at, entry] = next;
        try {
          revived[at] = revive(entry, await this.store.content(entry.id));
        } catch (error) {
          this.log.warn(`kept run ${entry.id}: ${String(error)}`);
        }
      }
    });
    await Promise.all(readers);
    return revived;
  }

  /** Kept runs of an experiment, newest first. */
  of(uri: vscode.Uri): readonly ListedEntry[] {
    const address = addressOf(uri);
    return this.store.list().filter((entry) => entry.experiment === address);
  }

  /** Resolves once everything that ended so far is kept. */
  async dispose(): Promise<void> {
    for (const subscription of this.subscriptions) subscription.dispose();
    await this.store.flush().catch(() => undefined);
    this.store.dispose();
  }

  private opened(document: vscode.TextDocument): void {
    if (!isExperiment(document) || !settings.historyEnabled) return;
    void this.store.open().then(() => {
      if (!document.isClosed && this.of(document.uri).length > 0 && this.runs.of(document).runs.length === 0) void this.runs.recall(document);
    }, () => undefined);
  }

  private async keep({ uri, text, run, batch }: FinishedEvent, version: string): Promise<void> {
    if (!settings.historyEnabled) return;
    // An edit that comes while its runs go takes them back: nobody asked for those.
    if (batch.automatic && run.status === 'cancelled') return;
    try {
      let id = this.batches.get(batch);
      if (!id) this.batches.set(batch, (id = `${batch.startedAt.toString(36)}-${Math.random().toString(36).slice(2, 10)}`));
      const { title } = batch.experiment;
      const entry = await entryOf(run, {
        batch: id, batchStarted: batch.startedAt, automatic: batch.automatic, finished: Date.now(), experiment: addressOf(uri),
        title: title === null ? '' : localized(title, vscode.env.language), version,
      });
      await this.store.open();
      await this.store.keep(entry, text, () => contentOf(run));
    } catch (error) {
      this.failed(error);
    }
  }

  /** A file or a folder has another name. */
  private follow(from: vscode.Uri, to: vscode.Uri): void {
    const addresses = new Set(this.store.list().map(({ experiment }) => experiment));
    for (const address of addresses) {
      const uri = vscode.Uri.parse(address);
      const inside = uri.scheme === from.scheme && uri.authority === from.authority && (uri.path === from.path || uri.path.startsWith(`${from.path}/`));
      if (inside) void this.store.move(address, addressOf(to.with({ path: to.path + uri.path.slice(from.path.length) })));
    }
  }

  private failed(error: unknown): void {
    this.log.error(`history: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    if (this.complained) return;
    this.complained = true;
    const show = l10n.t('Show Log');
    void vscode.window.showWarningMessage(l10n.t('Runs cannot be kept in the history: {0}', error instanceof Error ? error.message : String(error)), show).then((choice) => {
      if (choice === show) this.log.show();
    });
  }
}

/** Under which a document's runs are kept: an untitled one of a folder has the address that its first save proposes. */
export function addressOf(uri: vscode.Uri): string {
  if (uri.scheme !== 'untitled') return uri.toString();
  const folder = vscode.workspace.workspaceFolders?.find(({ uri: { path } }) => uri.path.startsWith(`${path}/`));
  return (folder ? folder.uri.with({ path: uri.path }) : uri).toString();
}
