import * as vscode from 'vscode';
import { isClassification } from '../../core/nn/classification';
import type { ModelTrial } from '../../core/training/trial';
import type { LabData } from '../../protocol/lab';
import type { DataInfo } from '../../protocol/networks';
import type { WorkerPool } from '../../worker/pool';
import { RefusedDataError } from '../../worker/refusedData';
import type { RunData } from '../../worker/slot';
import type { Log } from '../log';
import { experiments } from '../experiments';
import { locateDataFile, type LocatedFile, type PathOf } from './dataFiles';

/** Data sets kept for runs to come; those used last stay. */
const KEPT = 8;

interface Loaded {
  readonly promise: Promise<RunData>;
  readonly controller: AbortController;
  data: RunData | null;
  fraction: number | null;
  problem: string | null;
  /** Where in the file that is mended, as a pointer. */
  pointer: string;
  info: DataInfo | null;
}

export interface DataServiceOptions {
  readonly pathOf: PathOf;
}

/** Reads what experiments' networks are trained on: in a worker, once for all runs, again when a file has changed. */
export class DataService implements vscode.Disposable {
  private readonly loaded = new Map<string, Loaded>();
  private readonly newest = new Map<string, string>();
  /** Why the files of a document's data could not even be found, by the place of `newest`. */
  private readonly unlocated = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  /** Data of this document are read, are there, or were refused. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly pool: () => WorkerPool, private readonly log: Log, private readonly options: DataServiceOptions) {}

  /**
   * What a run of this trial reads.
   * @throws Error in words for people where the data cannot be used.
   */
  async of(document: vscode.Uri, trial: ModelTrial): Promise<RunData> {
    const place = `${document.toString()}\0${trial.dataKey}`;
    const files = await this.locate(document, trial, place);
    const key = `${vscode.Uri.joinPath(document, '..').toString()}\0${trial.dataKey}\0${files.map(({ stamp }) => stamp).join('|')}`;
    this.newest.set(place, key);
    let entry = this.loaded.get(key);
    if (entry) {
      this.loaded.delete(key);
      this.loaded.set(key, entry);
      return entry.promise;
    }
    entry = this.start(document, trial, key, files);
    this.loaded.set(key, entry);
    const [oldest] = this.loaded.keys();
    if (this.loaded.size > KEPT) {
      this.loaded.get(oldest)?.controller.abort();
      this.loaded.delete(oldest);
    }
    return entry.promise;
  }

  /** How the data of a trial stand. */
  status(document: vscode.Uri, trial: ModelTrial): LabData {
    const refusal = this.refusal(document, trial);
    if (refusal) return { state: 'refused', fraction: null, problem: refusal.problem, info: null };
    const entry = this.loaded.get(this.newest.get(`${document.toString()}\0${trial.dataKey}`) ?? '');
    if (!entry) return { state: 'absent', fraction: null, problem: '', info: null };
    return { state: entry.data ? 'ready' : 'loading', fraction: entry.fraction, problem: '', info: entry.info };
  }

  /** Why the data of a trial cannot be used, and where in the file that is mended, as a pointer; null where nothing is known against them. */
  refusal(document: vscode.Uri, trial: ModelTrial): { readonly problem: string; readonly pointer: string } | null {
    const place = `${document.toString()}\0${trial.dataKey}`;
    const unlocated = this.unlocated.get(place);
    if (unlocated !== undefined) return { problem: unlocated, pointer: '/data' };
    const entry = this.loaded.get(this.newest.get(place) ?? '');
    return entry && entry.problem !== null ? { problem: entry.problem, pointer: entry.pointer } : null;
  }

  /** The data where they are there already. */
  ready(document: vscode.Uri, trial: ModelTrial): RunData | null {
    return this.loaded.get(this.newest.get(`${document.toString()}\0${trial.dataKey}`) ?? '')?.data ?? null;
  }

  dispose(): void {
    for (const { controller } of this.loaded.values()) controller.abort();
    this.changed.dispose();
  }

  private async locate(document: vscode.Uri, trial: ModelTrial, place: string): Promise<readonly LocatedFile[]> {
    try {
      const files = await Promise.all(experiments().filesOf(trial.data, trial.weights).map((name) => locateDataFile(document, name, this.options.pathOf)));
      if (this.unlocated.delete(place)) this.changed.fire(document);
      return files;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (this.unlocated.get(place) !== problem) {
        this.unlocated.set(place, problem);
        this.log.warn(`data of ${document.path}: ${problem}`);
        this.changed.fire(document);
      }
      throw error;
    }
  }

  private start(document: vscode.Uri, trial: ModelTrial, key: string, files: readonly LocatedFile[]): Loaded {
    const controller = new AbortController();
    const read = async (): Promise<RunData> => {
      const references = await Promise.all(files.map((file) => file.reference()));
      const { data, seed, weights } = trial;
      const datasets = await this.pool().load({ data, seed, weights, classification: isClassification(trial.loss), files: references, shared: true }, (fraction) => {
        entry.fraction = fraction;
        this.changed.fire(document);
      }, controller.signal);
      return { key, datasets };
    };
    const promise = read().catch((error: unknown) => {
      if (error instanceof RefusedDataError) entry.pointer = experiments().problemPointer(error.refused.problem, trial);
      throw error instanceof RefusedDataError ? new Error(experiments().dataProblemText(error.refused, experiments().nearest)) : error;
    });
    const entry: Loaded = { promise, controller, data: null, fraction: null, problem: null, pointer: '/data', info: null };
    promise.then(async (data) => {
      entry.data = data;
      this.changed.fire(document);
      entry.info = await this.pool().describe(trial, data);
      this.changed.fire(document);
    }).catch((error: unknown) => {
      entry.problem = error instanceof Error ? error.message : String(error);
      this.log.warn(`data of ${document.path}: ${entry.problem}`);
      this.changed.fire(document);
    });
    return entry;
  }
}
