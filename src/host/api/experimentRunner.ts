import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Trial } from '../../core/training/trial';
import type { ParsedExperiment } from '../../format/experiment';
import { evaluateExpectations } from '../../format/expectations';
import { localized } from '../../format/localized';
import { nearest } from '../../format/nearest';
import type { WorkerPool } from '../../worker/pool';
import type { ExperimentDocuments } from '../documents';
import type { Log } from '../log';
import { completeTrials, knownResults, neededTrials } from '../runs/complete';
import type { RunService } from '../runs/runService';
import { ExperimentSession } from '../runs/session';
import { trialKey } from '../runs/trialKey';
import { settings } from '../settings';
import type { ExperimentResult, FinishedRun } from './api';
import { plainRun } from './plainRun';

export interface RunnerServices {
  readonly documents: ExperimentDocuments;
  readonly runs: RunService;
  readonly log: Log;
  readonly finishedText: (run: FinishedRun) => void;
  pool(): WorkerPool;
}

/** Runs experiments for whoever is not looking at a lab: other extensions and language models. */
export class ExperimentRunner {
  constructor(private readonly services: RunnerServices) {}

  /**
   * @param only labels of the optimizers to run; null: all.
   * @throws Error where the workspace is not trusted, the file cannot be read or `only` names what is not there.
   */
  async run(experiment: vscode.Uri | string, only: readonly string[] | null, signal: AbortSignal): Promise<ExperimentResult> {
    requireTrust();
    const { documents, runs } = this.services;
    if (typeof experiment !== 'string') {
      const document = await vscode.workspace.openTextDocument(experiment);
      const parsed = documents.parsed(document);
      return this.complete(parsed, () => runs.of(document), only, signal);
    }
    const parsed = documents.parse(experiment);
    const session = new ExperimentSession({ pool: () => this.services.pool(), data: (trial) => runs.data.of(beside(), trial), recordBytes: () => settings.recordBytes, log: (level, message) => this.services.log[level](message) });
    if (parsed.experiment) session.update(parsed.experiment, false);
    session.onDidChange((change) => {
      if (change.kind === 'progressed' && change.run.finished) this.services.finishedText({ uri: null, run: plainRun(change.run) });
    });
    return this.complete(parsed, () => session, only, signal);
  }

  private async complete(parsed: ParsedExperiment, sessionOf: () => ExperimentSession, only: readonly string[] | null, signal: AbortSignal): Promise<ExperimentResult> {
    const { experiment } = parsed;
    const problems = parsed.problems.map((problem) => ({ ...problem }));
    if (!experiment || experiment.refusal !== null) return { title: '', problems, refusal: experiment?.refusal ?? null, runs: [], expectations: [] };
    const asked = new Set(chosen(experiment.trials, only).map(({ label }) => label));
    const session = sessionOf();
    await completeTrials(session, neededTrials(experiment, ({ label }) => asked.has(label)), signal);
    const keys = new Set(session.trials.filter(({ label }) => asked.has(label)).map(trialKey));
    const ended = session.runs.filter((run) => run.finished && !run.stale && keys.has(run.key));
    return {
      title: localized(experiment.title, vscode.env.language), problems, refusal: null, runs: ended.map(plainRun),
      expectations: evaluateExpectations(experiment, knownResults(session).filter(({ trial, stale }) => !stale && keys.has(trialKey(trial)))),
    };
  }
}

/** In a workspace that is not trusted only a person's own command runs anything. @throws Error */
export function requireTrust(): void {
  if (!vscode.workspace.isTrusted) throw new Error(l10n.t('This workspace is in restricted mode: GDExp runs an experiment there only when you start it by hand.'));
}

/** @throws Error that names the label that is not there, and the nearest one that is. */
export function chosen(trials: readonly Trial[], only: readonly string[] | null): readonly Trial[] {
  if (only === null || only.length === 0) return trials;
  const labels = new Set(trials.map(({ label }) => label));
  for (const label of only) {
    if (labels.has(label)) continue;
    const suggestion = nearest(label, labels);
    const hint = suggestion === undefined ? l10n.t('There are: {0}.', [...labels].map((each) => `"${each}"`).join(', ')) : l10n.t('Did you mean "{0}"?', suggestion);
    throw new Error(`${l10n.t('No optimizer has the label "{0}".', label)} ${hint}`);
  }
  return trials.filter(({ label }) => only.includes(label));
}

/** Where the paths of a text without a file start from: the workspace's first folder. */
function beside(): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) throw new Error(l10n.t('The data files of a text without a file are looked for in the workspace; open a folder first.'));
  return vscode.Uri.joinPath(folder.uri, 'untitled.gdexp');
}
