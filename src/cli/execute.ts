import { setMaxListeners } from 'node:events';
import { performance } from 'node:perf_hooks';
import { RecordBuilder, decimate } from '../core/training/record';
import { runTrialAsync } from '../core/training/run';
import { stepsTo } from '../core/training/sweeps';
import type { RunRecord, RunSummary, Trial } from '../core/training/trial';
import type { RunReport } from '../format/report/document';
import { createNodePool } from '../worker/nodePort';
import type { Io } from './io';

export type History = 'all' | 'none' | number;

/** Runs trials and gives their reports in the same order, however they end. */
export interface Runner {
  /** @param target of a sweep that counts the steps to a loss, else null. */
  run(trials: readonly Trial[], history: History, target?: number | null): Promise<RunReport[]>;
  dispose(): void;
}

/** Runs in worker threads where there is a worker, else in this thread. */
export function createRunner(io: Io, workers: number | undefined): Runner {
  // Every run listens for the interruption.
  setMaxListeners(0, io.signal);
  const pool = io.workerFile === null ? null : createNodePool(io.workerFile, workers);
  const one = async (trial: Trial, history: History, target: number | null): Promise<RunReport> => {
    const builder = history === 'none' && target === null ? null : new RecordBuilder();
    const rows = builder ? (record: RunRecord): void => builder.append(record) : undefined;
    const summary: RunSummary = pool
      ? await pool.run(trial, rows, { signal: io.signal })
      : await runTrialAsync(trial, { rows, interval: Infinity, cancelled: () => io.signal.aborted, now: () => performance.now() });
    // A thousand whole records would not fit into memory: each is cut as soon as its run has ended.
    const record = builder && builder.rows > 0 ? builder.build() : null;
    const reached = record && target !== null ? stepsTo(record, target) : Infinity;
    return { trial, summary, reached, record: history === 'none' ? null : record && typeof history === 'number' ? decimate(record, history) : record };
  };
  return {
    async run(trials, history, target = null) {
      if (pool) return Promise.all(trials.map((trial) => one(trial, history, target)));
      const reports: RunReport[] = [];
      for (const trial of trials) reports.push(await one(trial, history, target));
      return reports;
    },
    dispose: () => pool?.dispose(),
  };
}
