import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { localized } from '../../format/localized';
import type { CompareSource } from '../../protocol/compare';
import { shortTime } from '../../wording/time';
import type { ExperimentDocuments } from '../documents';
import type { ListedEntry } from '../history/entry';
import type { HistoryService } from '../history/historyService';
import { revive } from '../history/keptRun';
import { fileName, inFile } from '../history/runTree';
import type { Log } from '../log';
import type { Run } from '../runs/run';
import type { RunService } from '../runs/runService';
import { isCheap } from '../runs/cost';
import { RUNS_MOST, type SourceRuns } from './comparison';

/** A file as it is now, or kept runs that were started together. */
export type SourceRef = { readonly kind: 'file'; readonly uri: string } | { readonly kind: 'runs'; readonly ids: readonly string[] };

export function isSourceRef(value: unknown): value is SourceRef {
  const ref = value as { kind?: unknown; uri?: unknown; ids?: unknown } | null;
  return (ref?.kind === 'file' && typeof ref.uri === 'string') || (ref?.kind === 'runs' && Array.isArray(ref.ids) && ref.ids.every((id) => typeof id === 'string'));
}

/** Kept runs as sources: those that were started together are one. */
export function refsOf(entries: readonly ListedEntry[]): SourceRef[] {
  const batches = new Map<string, string[]>();
  for (const { id, batch, experiment } of entries) {
    const key = `${experiment}#${batch}`;
    const ids = batches.get(key);
    if (ids) ids.push(id);
    else batches.set(key, [id]);
  }
  return [...batches.values()].map((ids) => ({ kind: 'runs', ids }));
}

interface SourceServices {
  readonly documents: ExperimentDocuments;
  readonly runs: RunService;
  readonly history: HistoryService;
  readonly log: Log;
}

/** What a page compares, and where its runs come from. */
export class CompareSources {
  private readonly kept = new Map<string, { readonly entry: ListedEntry; readonly run: Run }>();
  private readonly documentsOf = new Map<string, vscode.TextDocument>();
  private readonly errors = new Map<string, string>();
  private readonly texts = new Map<string, string | null>();
  private prepared: Promise<void> | undefined;

  constructor(readonly refs: readonly SourceRef[], private readonly services: SourceServices) {}

  /** Reads files and kept runs; what a file's results lack is run where that is cheap. */
  prepare(): Promise<void> {
    return (this.prepared ??= this.read());
  }

  concerns(uri: vscode.Uri): boolean {
    return this.refs.some((ref) => ref.kind === 'file' && ref.uri === uri.toString());
  }

  names(): string[] {
    return this.refs.map((ref) => {
      const [entry] = ref.kind === 'runs' ? this.entriesOf(ref.ids) : [];
      return ref.kind === 'file' ? fileName(ref.uri) : entry ? entry.title || fileName(entry.experiment) : l10n.t('deleted runs');
    });
  }

  uri(index: number): vscode.Uri | null {
    const ref = this.refs[index];
    if (!ref) return null;
    if (ref.kind === 'file') return vscode.Uri.parse(ref.uri);
    const [entry] = this.entriesOf(ref.ids);
    return entry ? vscode.Uri.parse(entry.experiment) : null;
  }

  /** Makes the missing runs of a file. */
  async run(index: number): Promise<void> {
    const ref = this.refs[index];
    const document = ref?.kind === 'file' ? this.documentsOf.get(ref.uri) : undefined;
    if (document) await this.services.runs.of(document).runMissing(false);
  }

  async runs(): Promise<SourceRuns[]> {
    return this.refs.map((ref) => (ref.kind === 'file' ? this.fileRuns(ref.uri) : this.keptRuns(ref.ids)));
  }

  private async read(): Promise<void> {
    await this.services.history.store.open().catch(() => undefined);
    await Promise.all(this.refs.map((ref) => (ref.kind === 'file' ? this.readFile(ref.uri) : this.readKept(ref.ids))));
  }

  private async readFile(uri: string): Promise<void> {
    try {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
      this.documentsOf.set(uri, document);
      const session = this.services.runs.of(document);
      await this.services.runs.recall(document);
      const missing = session.missing();
      // Whoever compares wants the results: no setting is asked, but a long run is started by a person alone.
      if (!session.running && missing.length > 0 && vscode.workspace.isTrusted && session.experiment?.refusal === null && isCheap(missing)) void session.runMissing(false);
    } catch (error) {
      this.errors.set(uri, error instanceof Error ? error.message : String(error));
    }
  }

  private async readKept(ids: readonly string[]): Promise<void> {
    const { store } = this.services.history;
    for (const entry of this.entriesOf(ids).slice(0, RUNS_MOST)) {
      if (this.kept.has(entry.id)) continue;
      try {
        this.kept.set(entry.id, { entry, run: revive(entry, await store.content(entry.id)) });
        if (!this.texts.has(entry.text)) this.texts.set(entry.text, await store.text(entry));
      } catch (error) {
        this.services.log.warn(`kept run ${entry.id}: ${String(error)}`);
      }
    }
  }

  private entriesOf(ids: readonly string[]): ListedEntry[] {
    return ids.flatMap((id) => this.services.history.store.get(id) ?? this.kept.get(id)?.entry ?? []);
  }

  private fileRuns(uri: string): SourceRuns {
    const document = this.documentsOf.get(uri);
    const path = vscode.workspace.asRelativePath(vscode.Uri.parse(uri));
    const nothing = (state: CompareSource['state'], note: string): SourceRuns => ({ source: { name: fileName(uri), detail: path, when: '', state, note, canOpen: true }, runs: [], value: undefined, text: uri });
    if (!document) return nothing('error', this.errors.get(uri) ?? '');
    const session = this.services.runs.of(document);
    const parsed = this.services.documents.parsed(document);
    const { experiment } = parsed;
    if (!experiment) return nothing('error', l10n.t('The file has an error: {0}', parsed.problems.find(({ severity }) => severity === 'error')?.message ?? l10n.t('it is empty')));
    if (experiment.refusal !== null) return nothing('error', experiment.refusal);
    const runs = session.runs.filter((run) => run.finished && !run.stale);
    const state = session.running ? 'running' : session.missing().length > 0 ? 'missing' : 'ready';
    const title = experiment.title === null ? '' : localized(experiment.title, vscode.env.language);
    return {
      source: { name: title || fileName(uri), detail: path, when: '', state, note: state === 'missing' ? l10n.t('{0} of {1} runs are not made yet', session.missing().length, experiment.trials.length) : '', canOpen: true },
      runs, value: parsed.value, text: document.getText(),
    };
  }

  private keptRuns(ids: readonly string[]): SourceRuns {
    // In the order of the file, as the lab has them: the same colours.
    const kept = ids.flatMap((id) => this.kept.get(id) ?? []).sort((a, b) => inFile(a.entry.trialId, b.entry.trialId));
    if (kept.length === 0) return { source: { name: l10n.t('deleted runs'), detail: '', when: '', state: 'error', note: l10n.t('They are no longer in the history.'), canOpen: false }, runs: [], value: undefined, text: '' };
    const [{ entry }] = kept;
    const text = this.texts.get(entry.text) ?? null;
    const uri = vscode.Uri.parse(entry.experiment);
    const when = shortTime(entry.batchStarted, Date.now(), vscode.env.language);
    return {
      source: { name: entry.title || fileName(entry.experiment), detail: vscode.workspace.asRelativePath(uri), when, state: 'ready', note: '', canOpen: true },
      runs: kept.map(({ run }) => run), value: text === null ? undefined : this.services.documents.parse(text).value, text: entry.text,
    };
  }
}
