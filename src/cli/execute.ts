import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { DEPENDENCIES } from '../core/training/dependencies';
import type { ModelLimits } from '../core/training/modelProblem';
import { RecordBuilder, decimate } from '../core/training/record';
import { runTrialAsync } from '../core/training/run';
import { stepsTo } from '../core/training/sweeps';
import type { RunRecord, RunSummary, Trial } from '../core/training/trial';
import type { RunReport } from '../format/report/document';
import { createNodePool } from '../worker/nodePort';
import type { RunData } from '../worker/slot';
import { TrialData } from './data';
import type { Io } from './io';

export type History = 'all' | 'none' | number;

/** Runs trials and gives their reports in the same order, however they end. */
export interface Runner {
  /**
   * @param folder that the paths of the experiment start from.
   * @throws DataRefusal where the data cannot be used.
   * @param target of a sweep that counts the steps to a loss, else null.
   */
  run(trials: readonly Trial[], history: History, folder: string, target?: number | null): Promise<RunReport[]>;
  dispose(): void;
}

/** Runs in worker threads where there is a worker, else in this thread. */
export function createRunner(io: Io, workers: number | undefined, limits: ModelLimits): Runner {
  // Every run listens for the interruption.
  setMaxListeners(0, io.signal);
  const pool = io.workerFile === null ? null : createNodePool(io.workerFile, workers);
  const sources = new Map<string, TrialData>();
  const one = async (trial: Trial, history: History, target: number | null, data: RunData | undefined): Promise<RunReport> => {
    const builder = history === 'none' && target === null ? null : new RecordBuilder();
    const rows = builder ? (record: RunRecord): void => builder.append(record) : undefined;
    const summary: RunSummary = pool
      ? await pool.run(trial, rows, { signal: io.signal, data })
      : await runTrialAsync(trial, { rows, interval: Infinity, cancelled: () => io.signal.aborted, now: () => performance.now() }, undefined, { ...DEPENDENCIES, datasets: () => data?.datasets });
    // A thousand whole records would not fit into memory: each is cut as soon as its run has ended.
    const record = builder && builder.rows > 0 ? builder.build() : null;
    const reached = record && target !== null ? stepsTo(record, target) : Infinity;
    return { trial, summary, reached, record: history === 'none' ? null : record && typeof history === 'number' ? decimate(record, history) : record };
  };
  return {
    async run(trials, history, folder, target = null) {
      const source = sources.get(folder) ?? new TrialData(folder, pool, io.signal, limits);
      sources.set(folder, source);
      // Before any run begins: data that cannot be used are the file's fault, not a run's.
      const atOnce = pool ? Math.min(trials.length, workers ?? availableParallelism()) : 1;
      const data = await Promise.all(trials.map((trial) => source.of(trial, atOnce)));
      if (pool) return Promise.all(trials.map((trial, i) => one(trial, history, target, data[i])));
      const reports: RunReport[] = [];
      for (const [i, trial] of trials.entries()) reports.push(await one(trial, history, target, data[i]));
      return reports;
    },
    dispose: () => pool?.dispose(),
  };
}
