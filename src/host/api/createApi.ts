import * as vscode from 'vscode';
import type { ExperimentDocuments } from '../documents';
import type { RunService } from '../runs/runService';
import type { FinishedRun, GdexpApi, GdexpExports } from './api';
import type { ExperimentRunner } from './experimentRunner';
import { plainRun } from './plainRun';

export interface ApiServices {
  readonly version: string;
  readonly documents: ExperimentDocuments;
  readonly runs: RunService;
  /** Loaded with the first run. */
  readonly runner: () => ExperimentRunner;
  /** Runs of texts, which no document has. */
  readonly textRuns: vscode.Event<FinishedRun>;
  readonly subscriptions: vscode.Disposable[];
}

/** What activation returns: nothing is made before somebody asks for the API. */
export function createExports(services: ApiServices): GdexpExports {
  let api: GdexpApi | undefined;
  return {
    version: services.version,
    getAPI: (version) => {
      if (version !== 1) throw new RangeError(`GDExp ${services.version} has version 1 of its API, not ${String(version)}.`);
      return (api ??= createApi(services));
    },
  };
}

function createApi({ documents, runs, runner, textRuns, subscriptions }: ApiServices): GdexpApi {
  const finished = new vscode.EventEmitter<FinishedRun>();
  const told = new WeakSet<object>();
  subscriptions.push(finished, textRuns((run) => finished.fire(run)), runs.onDidChange(({ uri, change }) => {
    if (change.kind !== 'progressed' || !change.run.finished || told.has(change.run)) return;
    told.add(change.run);
    finished.fire({ uri, run: plainRun(change.run) });
  }));
  return Object.freeze<GdexpApi>({
    run: async (experiment, options = {}) => {
      const cancellation = new AbortController();
      const cancel = (): void => cancellation.abort();
      const subscription = options.token?.onCancellationRequested(cancel);
      options.signal?.addEventListener('abort', cancel, { once: true });
      if (options.token?.isCancellationRequested || options.signal?.aborted) cancel();
      try {
        return await runner().run(experiment, options.only ?? null, cancellation.signal);
      } finally {
        subscription?.dispose();
        options.signal?.removeEventListener('abort', cancel);
      }
    },
    parse: (text) => documents.parse(text).problems.map((problem) => ({ ...problem })),
    onDidFinishRun: finished.event,
  });
}
