import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { isClassification } from '../core/nn/classification';
import type { ModelTrial, Trial } from '../core/training/trial';
import { DataError } from '../core/data/dataset';
import { filesOf, loadDatasets } from '../loaders/load';
import { loadNpzArrays } from '../loaders/npz';
import type { FileReference } from '../protocol/networks';
import { openNodeFile } from '../worker/nodeFile';
import type { WorkerPool } from '../worker/pool';
import { RefusedDataError } from '../worker/refusedData';
import type { RunData } from '../worker/slot';
import { dataProblemText } from '../wording/data';
import { systemProblem } from './files';

/** Data that an experiment names and that cannot be used, as a sentence. */
export class DataRefusal extends Error {}

/** Reads the data of an experiment's trials, those with equal keys once. */
export class TrialData {
  private readonly loading = new Map<string, Promise<RunData>>();

  /** @param folder that the paths of the experiment start from. @param pool reads in a worker; null: in this thread. */
  constructor(private readonly folder: string, private readonly pool: WorkerPool | null, private readonly signal: AbortSignal) {}

  /** What a run of the trial reads; undefined for an objective. @throws DataRefusal */
  of(trial: Trial): Promise<RunData> | undefined {
    if (trial.kind === 'objective') return undefined;
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
    const files = await Promise.all(filesOf(trial.data, trial.weights).map((name) => this.locate(name)));
    try {
      if (this.pool) return await this.pool.load({ data, seed, classification, weights, files, shared: true }, undefined, this.signal);
      const open = (name: string) => openNodeFile(name, files.find((file) => file.name === name)!.location!);
      const datasets = await loadDatasets(data, seed, open, { classification, shared: false }, { cancelled: () => this.signal.aborted });
      if (weights === null) return datasets;
      return { ...datasets, weights: [...(await loadNpzArrays(open(weights), null))].map(([name, { shape, values }]) => ({ name, shape, values })) };
    } catch (error) {
      if (error instanceof RefusedDataError) throw new DataRefusal(dataProblemText(error.refused));
      if (error instanceof DataError) throw new DataRefusal(dataProblemText(error));
      throw error;
    }
  }

  private async locate(name: string): Promise<FileReference> {
    try {
      const location = await realpath(path.resolve(this.folder, name));
      const info = await stat(location);
      if (info.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
      if (!info.isFile()) throw new Error('it is not an ordinary file');
      return { name, location, bytes: null };
    } catch (error) {
      throw new DataRefusal(`${name}: ${systemProblem(error)}`);
    }
  }
}
