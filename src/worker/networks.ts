import { DataError, LoadCancelled, type ByteSource, type Datasets } from '../core/data/dataset';
import { applyNetwork } from '../core/training/apply';
import { dataInfo } from '../core/training/dataInfo';
import type { RunDependencies } from '../core/training/dependencies';
import { prepareModel, type PreparedModel } from '../core/training/modelParts';
import { ModelError } from '../core/training/modelProblem';
import type { ModelTrial } from '../core/training/trial';
import { loadDatasets } from '../loaders/load';
import { loadNpzArrays } from '../loaders/npz';
import { bytesOf, type LoadOptions } from '../loaders/pieces';
import type { FileReference, NetworkRequest, NetworkResponse } from '../protocol/networks';

/** Milliseconds between two words on how far a load is. */
const PROGRESS = 100;

export type RespondNetwork = (message: NetworkResponse, transfer: ArrayBuffer[]) => void;

/** Opens a file by its path; null where a worker cannot. */
export type OpenFile = ((name: string, location: string) => ByteSource) | null;

/** What a training worker does for networks beside training them: reads data, keeps them, applies networks. */
export class NetworkDesk {
  private readonly datasets = new Map<string, Datasets>();
  private readonly cancelled = new Set<number>();
  /** The network that was asked last: a page asks the same one again and again. */
  private last: { readonly key: string; readonly parts: PreparedModel } | null = null;

  constructor(private readonly respond: RespondNetwork, private readonly open: OpenFile, private readonly dependencies: RunDependencies, private readonly now: () => number) {}

  /** The data of a run, by the key that the host gave them. */
  find(key: string): Datasets | undefined {
    return this.datasets.get(key);
  }

  cancel(id: number): void {
    this.cancelled.add(id);
  }

  /** Answers a request. @throws what went wrong, but for data that cannot be used: that is an answer. */
  async handle(request: NetworkRequest): Promise<void> {
    switch (request.type) {
      case 'dataset': {
        if (request.datasets) this.datasets.set(request.key, request.datasets);
        else this.datasets.delete(request.key);
        return;
      }
      case 'load':
        return this.load(request);
      case 'apply': {
        const result = applyNetwork(this.parts(request.trial, request.dataset), request.weights, request.what);
        this.respond({ type: 'applied', id: request.id, result }, []);
        return;
      }
      case 'describe': {
        const datasets = this.find(request.dataset);
        if (!datasets) throw new ModelError({ code: 'notLoaded' });
        this.respond({ type: 'described', id: request.id, info: dataInfo(datasets, request.trial) }, []);
        return;
      }
    }
  }

  private async load({ id, request }: Extract<NetworkRequest, { type: 'load' }>): Promise<void> {
    let toldAt = this.now();
    try {
      const { data, seed, classification, shared, weights } = request;
      const open = (name: string): ByteSource => this.source(request.files, name);
      const options: LoadOptions = {
        cancelled: () => this.cancelled.has(id),
        progress: (fraction) => {
          const now = this.now();
          if (now - toldAt < PROGRESS) return;
          toldAt = now;
          this.respond({ type: 'loading', id, fraction }, []);
        },
      };
      const datasets = await loadDatasets(data, seed, open, { classification, shared }, options);
      const arrays = weights === null ? null : await loadNpzArrays(open(weights), null, options);
      this.respond({ type: 'loaded', id, datasets: arrays ? { ...datasets, weights: [...arrays].map(([name, { shape, values }]) => ({ name, shape, values })) } : datasets }, []);
    } catch (error) {
      if (error instanceof DataError) this.respond({ type: 'refused', id, refused: { problem: error.problem, file: error.file, line: error.line } }, []);
      else if (error instanceof LoadCancelled) throw new Error('cancelled');
      else throw error;
    } finally {
      this.cancelled.delete(id);
    }
  }

  private source(files: readonly FileReference[], name: string): ByteSource {
    const file = files.find((each) => each.name === name);
    if (file?.bytes) return bytesOf(name, file.bytes);
    if (file?.location != null && this.open) return this.open(name, file.location);
    throw new Error(`${name} was not given to the worker.`);
  }

  private parts(trial: ModelTrial, dataset: string): PreparedModel {
    const key = JSON.stringify([dataset, trial.model, trial.data, trial.loss, trial.regularization, trial.seed, trial.resample, trial.training.batchSize]);
    if (this.last?.key === key) return this.last.parts;
    const datasets = this.find(dataset);
    if (!datasets) throw new ModelError({ code: 'notLoaded' });
    const parts = prepareModel(trial, { ...this.dependencies, datasets: () => datasets });
    this.last = { key, parts };
    return parts;
  }
}
