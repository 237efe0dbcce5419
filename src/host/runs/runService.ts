import * as vscode from 'vscode';
import type { Trial } from '../../core/training/trial';
import type { Experiment, ParsedExperiment } from '../../format/experiment';
import type { WorkerPool } from '../../worker/pool';
import type { ExperimentDocuments } from '../documents';
import { isExperiment } from '../documents';
import type { Log } from '../log';
import { settings } from '../settings';
import type { DataService } from './dataService';
import type { Run } from './run';
import { ExperimentSession, type FinishedRun, type SessionChange } from './session';
import { isCheap, type KnownData } from './cost';

/** Different data that are read when a file is opened, at most: of a sweep over the data the first few. */
const MOST_READ = 4;

export interface SessionEvent {
  readonly uri: vscode.Uri;
  readonly session: ExperimentSession;
  readonly change: SessionChange;
}

export interface FinishedEvent extends FinishedRun {
  readonly uri: vscode.Uri;
  /** The text that was run. */
  readonly text: string;
}

/** Pause after an edit before kept runs are asked: longer than that before what is cheap is run again. */
const RECALL_DELAY = 300;

/** Runs of earlier times. */
export interface Recalled {
  /** By a trial's id: the newest run of the same trial, else (with `standIns`) the newest that stood in its place. */
  readonly results: ReadonlyMap<string, Run>;
  /** Of a sweep: what was run together with those, newest first. */
  readonly others: readonly Run[];
}

export interface RunMemory {
  recall(uri: vscode.Uri, trials: readonly Trial[], standIns: boolean): Promise<Recalled>;
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
  private readonly finished = new vscode.EventEmitter<FinishedEvent>();
  readonly onDidFinish = this.finished.event;
  private readonly texts = new WeakMap<Experiment, string>();
  private readonly recalling = new WeakMap<ExperimentSession, Promise<void>>();
  private recallTimer: ReturnType<typeof setTimeout> | undefined;
  /** Set before the first document is opened, where runs are kept. */
  memory: RunMemory | null = null;
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly documents: ExperimentDocuments, private readonly pool: () => WorkerPool, private readonly log: Log, readonly data: DataService) {
    this.subscriptions = [
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (!this.sessions.has(document.uri.toString())) return;
        this.update(document);
        // An edit that goes back to an earlier text finds the results of that time, where they are not simply made anew.
        clearTimeout(this.recallTimer);
        this.recallTimer = setTimeout(() => !document.isClosed && void this.recall(document, false), RECALL_DELAY);
      }),
      vscode.workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) this.move(oldUri, newUri);
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        for (const [key, session] of this.sessions) if ((this.looking.get(key) ?? 0) > 0) void this.begin(key, session);
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
      session = new ExperimentSession({ pool: this.pool, data: (trial) => this.data.of(vscode.Uri.parse(this.keyOf(session!) ?? key), trial), known: (trial) => this.knownTo(session!)(trial), kernels: () => settings.kernels, limits: (going) => ({ parameters: settings.maxParameters, memory: settings.networkBytes, runs: Math.max(1, Math.min(this.pool().atOnce, going)) }), recordBytes: () => settings.recordBytes, log: (level, message) => this.log[level](message) });
      this.sessions.set(key, session);
      const own = session;
      session.onDidFinish((event) => this.finished.fire({ ...event, uri: vscode.Uri.parse(this.keyOf(own) ?? key), text: this.texts.get(event.batch.experiment) ?? '' }));
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

  /**
   * Takes kept runs as results where there are none. Resolves once they are there.
   * @param standIns shows runs of an earlier text as stale where there is nothing else
   */
  recall(document: vscode.TextDocument, standIns = true): Promise<void> {
    const session = this.of(document);
    const { memory } = this;
    if (!memory || !session.experiment) return Promise.resolve();
    // One after the other: a second one finds what the first brought.
    const turn = (this.recalling.get(session) ?? Promise.resolve()).then(async () => {
      const trials = session.missing();
      if (trials.length === 0) return;
      const { results, others } = await memory.recall(document.uri, trials, standIns);
      session.restore(results, standIns, others);
    }).catch((error: unknown) => this.log.warn(`kept runs: ${String(error)}`));
    this.recalling.set(session, turn);
    return turn;
  }

  /** A lab shows this document: what no kept run answers is run when the setting says so and that is cheap. */
  opened(document: vscode.TextDocument): vscode.Disposable {
    const key = document.uri.toString();
    this.looking.set(key, (this.looking.get(key) ?? 0) + 1);
    const session = this.of(document);
    if (session.runs.length === 0) void this.recall(document).then(() => this.begin(key, session));
    return new vscode.Disposable(() => {
      this.looking.set(key, (this.looking.get(key) ?? 1) - 1);
    });
  }

  /** What an opened experiment does without being asked. */
  private async begin(key: string, session: ExperimentSession): Promise<void> {
    await this.readData(session);
    if (session.batch || (this.looking.get(key) ?? 0) <= 0 || session.missing().length === 0) return;
    if (settings.runOnOpen && this.mayRunUnasked(session)) void session.runMissing(true);
  }

  /** Reads what networks are trained on, so that the page can show it and what is cheap can be known; problems are the page's to tell. */
  private async readData(session: ExperimentSession): Promise<void> {
    const { experiment } = session;
    const key = this.keyOf(session);
    if (experiment?.kind !== 'model' || experiment.refusal !== null || key === undefined || !vscode.workspace.isTrusted) return;
    const keys = new Map(experiment.trials.flatMap((trial) => (trial.kind === 'model' ? [[trial.dataKey, trial] as const] : [])));
    await Promise.allSettled([...keys.values()].slice(0, MOST_READ).map((trial) => this.data.of(vscode.Uri.parse(key), trial)));
  }

  private knownTo(session: ExperimentSession): KnownData {
    return (trial) => {
      const key = this.keyOf(session);
      return (key !== undefined && this.data.ready(vscode.Uri.parse(key), trial)?.datasets.main) || null;
    };
  }

  /** What the document says now. */
  parsed(document: vscode.TextDocument): ParsedExperiment {
    return this.documents.parsed(document);
  }

  dispose(): void {
    clearTimeout(this.recallTimer);
    for (const session of this.sessions.values()) session.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
    this.finished.dispose();
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
    this.texts.set(experiment, document.getText());
    const open = (this.looking.get(document.uri.toString()) ?? 0) > 0;
    const wanted = session.runs.length > 0 || (open && settings.runOnOpen);
    session.update(experiment, seen !== undefined && wanted && settings.liveRun && vscode.workspace.isTrusted && experiment.refusal === null);
  }

  private mayRunUnasked(session: ExperimentSession): boolean {
    const { experiment } = session;
    return vscode.workspace.isTrusted && experiment !== null && experiment.refusal === null && experiment.trials.length > 0 && isCheap(experiment.trials, this.knownTo(session));
  }
}
