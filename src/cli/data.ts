import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { isClassification } from '../core/nn/classification';
import type { ModelTrial, Trial } from '../core/training/trial';
import { DataError } from '../core/data/dataset';
import { planModel } from '../core/training/modelPlan';
import { ModelError, type ModelLimits } from '../core/training/modelProblem';
import { nearest } from '../format/nearest';
import { problemPointer } from '../format/problemPlace';
import { filesOf, loadDatasets } from '../loaders/load';
import { loadNpzArrays } from '../loaders/npz';
import type { FileReference } from '../protocol/networks';
import { openNodeFile } from '../worker/nodeFile';
import type { WorkerPool } from '../worker/pool';
import { RefusedDataError } from '../worker/refusedData';
import type { RunData } from '../worker/slot';
import { dataProblemText } from '../wording/data';
import { runProblemText } from '../wording/modelProblems';
import { systemProblem } from './files';

/** Data that an experiment names and that cannot be used, or that its network does not fit, as a sentence. */
export class DataRefusal extends Error {
  /** @param pointer where the file is to be mended, for this trial. */
  constructor(message: string, readonly pointer = '/data', readonly trial: ModelTrial | null = null) {
    super(message);
  }
}

/** Reads the data of an experiment's trials, those with equal keys once. */
export class TrialData {
  private readonly loading = new Map<string, Promise<RunData>>();
  /** Networks that were found to fit their data: trials that differ in nothing that could change it. */
  private readonly fitting = new Set<string>();

  /** @param folder that the paths of the experiment start from. @param pool reads in a worker; null: in this thread. @param limits of networks. */
  constructor(private readonly folder: string, private readonly pool: WorkerPool | null, private readonly signal: AbortSignal, private readonly limits: ModelLimits) {}

  /** What a run of the trial reads; undefined for an objective. @param runs that may go at the same time. @throws DataRefusal */
  async of(trial: Trial, runs = 1): Promise<RunData | undefined> {
    if (trial.kind === 'objective') return undefined;
    const data = await this.read(trial);
    this.requireFit(trial, data, runs);
    return data;
  }

  private requireFit(trial: ModelTrial, { key, datasets }: RunData, runs: number): void {
    const { type, history } = trial.optimizer;
    const kind = trial.resample?.kind ?? null;
    const identity = JSON.stringify([key, trial.data, trial.model, trial.weights, trial.loss, trial.predict, trial.training.batchSize, trial.regularization, type, history, kind]);
    if (this.fitting.has(identity)) return;
    try {
      planModel(trial, datasets, undefined, { ...this.limits, runs });
    } catch (error) {
      if (error instanceof ModelError || error instanceof DataError) throw new DataRefusal(runProblemText(error.problem, nearest), problemPointer(error.problem, trial), trial);
      throw error;
    }
    this.fitting.add(identity);
  }

  private read(trial: ModelTrial): Promise<RunData> {
    const key = `${this.folder}\0${trial.dataKey}`;
    let loading = this.loading.get(key);
    if (!loading) {
      loading = this.load(trial).then((datasets) => ({ key, datasets }));
      this.loading.set(key, loading);
    }
    return loading;
  }

  private async load(trial: ModelTrial): Promise<RunData['datasets']> {
    const { data, seed, weights } = trial;
    const classification = isClassification(trial.loss);
    const files = await Promise.all(filesOf(trial.data, trial.weights).map((name) => this.locate(name, name === weights ? '/model/weights' : '/data')));
    try {
      if (this.pool) return await this.pool.load({ data, seed, classification, weights, files, shared: true }, undefined, this.signal);
      const open = (name: string) => openNodeFile(name, files.find((file) => file.name === name)!.location!);
      const datasets = await loadDatasets(data, seed, open, { classification, shared: false }, { cancelled: () => this.signal.aborted });
      if (weights === null) return datasets;
      return { ...datasets, weights: [...(await loadNpzArrays(open(weights), null))].map(([name, { shape, values }]) => ({ name, shape, values })) };
    } catch (error) {
      const refused = error instanceof RefusedDataError ? error.refused : error instanceof DataError ? error : null;
      if (refused) throw new DataRefusal(dataProblemText(refused, nearest), refused.file !== null && refused.file === weights ? '/model/weights' : problemPointer(refused.problem, trial), trial);
      throw error;
    }
  }

  /** @param pointer where the experiment names the file. */
  private async locate(name: string, pointer: string): Promise<FileReference> {
    try {
      const location = await realpath(path.resolve(this.folder, name));
      const info = await stat(location);
      if (info.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
      if (!info.isFile()) throw new DataRefusal(l10n.t('{0} is not an ordinary file.', name), pointer);
      return { name, location, bytes: null };
    } catch (error) {
      if (error instanceof DataRefusal) throw error;
      throw new DataRefusal(l10n.t('{0}: {1}', name, systemProblem(error)), pointer);
    }
  }
}
