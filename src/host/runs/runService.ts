import * as vscode from 'vscode';
import type { ParsedExperiment } from '../../format/experiment';
import type { WorkerPool } from '../../worker/pool';
import type { ExperimentDocuments } from '../documents';
import { isExperiment } from '../documents';
import type { Log } from '../log';
import { settings } from '../settings';
import { ExperimentSession, type SessionChange } from './session';
import { isCheap } from './trialKey';

export interface SessionEvent {
  readonly uri: vscode.Uri;
  readonly session: ExperimentSession;
  readonly change: SessionChange;
}

/**
 * One session per document, shared by every page and text editor that shows it. A session outlives its tabs: runs go on, and their results
 * are there when the file is opened again in this window.
 */
export class RunService implements vscode.Disposable {
  private readonly sessions = new Map<string, ExperimentSession>();
  private readonly versions = new WeakMap<ExperimentSession, { document: vscode.TextDocument; version: number }>();
  private readonly looking = new Map<string, number>();
  private readonly changed = new vscode.EventEmitter<SessionEvent>();
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly documents: ExperimentDocuments, private readonly pool: () => WorkerPool, private readonly log: Log) {
    this.subscriptions = [
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (this.sessions.has(document.uri.toString())) this.update(document);
      }),
      vscode.workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) this.move(oldUri, newUri);
      }),
      vscode.workspace.onDidDeleteFiles(({ files }) => {
        for (const uri of files) this.drop(uri);
      }),
    ];
  }

  /** The session of a document, with the document's present state. */
  of(document: vscode.TextDocument): ExperimentSession {
    const key = document.uri.toString();
    let session = this.sessions.get(key);
    if (!session) {
      session = new ExperimentSession({ pool: this.pool, recordBytes: () => settings.recordBytes, log: (level, message) => this.log[level](message) });
      this.sessions.set(key, session);
      const own = session;
      session.onDidChange((change) => this.changed.fire({ uri: vscode.Uri.parse(this.keyOf(own) ?? key), session: own, change }));
    }
    this.update(document);
    return session;
  }

  /** The session of a place, where there is one. */
  find(uri: vscode.Uri): ExperimentSession | undefined {
    return this.sessions.get(uri.toString());
  }

  get all(): readonly ExperimentSession[] {
    return [...this.sessions.values()];
  }

  /** A lab shows this document: it is run when the setting says so and that is cheap. */
  opened(document: vscode.TextDocument): vscode.Disposable {
    const key = document.uri.toString();
    this.looking.set(key, (this.looking.get(key) ?? 0) + 1);
    const session = this.of(document);
    if (session.runs.length === 0 && settings.runOnOpen && this.mayRunUnasked(session)) void session.runAll(true);
    return new vscode.Disposable(() => {
      this.looking.set(key, (this.looking.get(key) ?? 1) - 1);
    });
  }

  /** What the document says now. */
  parsed(document: vscode.TextDocument): ParsedExperiment {
    return this.documents.parsed(document);
  }

  dispose(): void {
    for (const session of this.sessions.values()) session.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  private keyOf(session: ExperimentSession): string | undefined {
    for (const [key, value] of this.sessions) if (value === session) return key;
    return undefined;
  }

  /** Places of sessions that are a file or lie in a folder. */
  private under(place: vscode.Uri): vscode.Uri[] {
    const folder = place.path.endsWith('/') ? place.path : `${place.path}/`;
    return [...this.sessions.keys()].map((key) => vscode.Uri.parse(key))
      .filter((uri) => uri.scheme === place.scheme && uri.authority === place.authority && (uri.path === place.path || uri.path.startsWith(folder)));
  }

  /** A file or a folder has another name: the sessions go along. */
  private move(from: vscode.Uri, to: vscode.Uri): void {
    for (const uri of this.under(from)) {
      const session = this.sessions.get(uri.toString())!;
      const target = to.with({ path: to.path + uri.path.slice(from.path.length) }).toString();
      this.sessions.delete(uri.toString());
      const replaced = this.sessions.get(target);
      if (replaced !== session) replaced?.dispose();
      this.sessions.set(target, session);
    }
  }

  /** A file or a folder was deleted. A lab that still shows its unsaved text keeps its session. */
  private drop(place: vscode.Uri): void {
    for (const uri of this.under(place)) {
      const key = uri.toString();
      this.sessions.get(key)?.cancel();
      if ((this.looking.get(key) ?? 0) <= 0) this.sessions.delete(key);
    }
  }

  private update(document: vscode.TextDocument): void {
    if (!isExperiment(document)) return;
    const session = this.sessions.get(document.uri.toString())!;
    const seen = this.versions.get(session);
    if (seen && seen.document === document && seen.version === document.version) return;
    this.versions.set(session, { document, version: document.version });
    const { experiment } = this.documents.parsed(document);
    if (!experiment) return;
    const open = (this.looking.get(document.uri.toString()) ?? 0) > 0;
    const wanted = session.runs.length > 0 || (open && settings.runOnOpen);
    session.update(experiment, seen !== undefined && wanted && settings.liveRun && vscode.workspace.isTrusted && experiment.refusal === null);
  }

  private mayRunUnasked(session: ExperimentSession): boolean {
    const { experiment } = session;
    return vscode.workspace.isTrusted && experiment !== null && experiment.refusal === null && experiment.trials.length > 0 && isCheap(experiment.trials);
  }
}
