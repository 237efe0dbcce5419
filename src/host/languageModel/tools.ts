import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { formatNumber } from '../../wording/numbers';
import { pageFile } from '../../wording/reference';
import { activeExperiment } from '../activeExperiment';
import { chosen, requireTrust, type ExperimentRunner } from '../api/experimentRunner';
import { plainRun } from '../api/plainRun';
import type { ExperimentDocuments } from '../documents';
import type { RunService } from '../runs/runService';
import { isCheap, totalSteps } from '../runs/cost';
import { explainTopic, runNumbers, runsAbout } from './explanation';
import { type Fits, MOST_CHARACTERS, runAnswer } from './runAnswer';

export interface RunInput {
  /** A path below a folder of the workspace, or a URI; without it and without a text the experiment in front. */
  readonly file?: string;
  readonly text?: string;
  readonly only?: readonly string[];
}

export interface ExplainInput {
  readonly topic?: string;
  readonly file?: string;
  readonly optimizer?: string;
}

export interface ToolServices {
  readonly extensionUri: vscode.Uri;
  readonly documents: ExperimentDocuments;
  readonly runs: RunService;
  readonly runner: ExperimentRunner;
}

/** What the language models of the window may ask of GDExp: run an experiment, explain what came of it. */
export class ExperimentTools {
  constructor(private readonly services: ToolServices) {}

  /** Asks before a run that would take long: whoever reads may not know what the model started. */
  async prepareRun({ input }: { readonly input: RunInput }): Promise<vscode.PreparedToolInvocation> {
    const parsed = this.services.documents.parse(await this.textOf(input));
    const trials = parsed.experiment ? chosen(parsed.experiment.trials, input.only ?? null) : [];
    const invocationMessage = l10n.t('Running {0}', nameOf(input));
    if (isCheap(trials)) return { invocationMessage };
    const steps = totalSteps(trials);
    const message = Number.isFinite(steps)
      ? l10n.t('{0} runs of {1} steps together at most.', trials.length, formatNumber(steps))
      : l10n.t('{0} runs, without a limit of steps.', trials.length);
    return { invocationMessage, confirmationMessages: { title: l10n.t('Run a long experiment?'), message } };
  }

  async run({ input, tokenizationOptions }: vscode.LanguageModelToolInvocationOptions<RunInput>, token: vscode.CancellationToken): Promise<vscode.LanguageModelToolResult> {
    requireTrust();
    const cancellation = new AbortController();
    const subscription = token.onCancellationRequested(() => cancellation.abort());
    try {
      if (token.isCancellationRequested) throw new vscode.CancellationError();
      const result = await this.services.runner.run(input.text ?? (await this.uriOf(input.file)), input.only ?? null, cancellation.signal);
      if (token.isCancellationRequested) throw new vscode.CancellationError();
      return answered(await runAnswer(result, budget(tokenizationOptions, token)));
    } finally {
      subscription.dispose();
    }
  }

  prepareExplanation({ input }: { readonly input: ExplainInput }): vscode.PreparedToolInvocation {
    return { invocationMessage: l10n.t('Explaining {0}', input.topic ?? input.optimizer ?? nameOf(input)) };
  }

  async explain({ input, tokenizationOptions }: vscode.LanguageModelToolInvocationOptions<ExplainInput>, token: vscode.CancellationToken): Promise<vscode.LanguageModelToolResult> {
    const parts: string[] = [];
    if (input.topic !== undefined) parts.push(explainTopic(input.topic, await this.definitions()));
    const uri = input.file !== undefined ? await this.uriOf(input.file) : activeExperiment();
    const session = uri ? this.services.runs.find(uri) : undefined;
    const ended = (session?.runs ?? []).filter((run) => run.finished && !run.stale).map((run) => ({ ...plainRun(run), type: run.trial.optimizer.type }));
    const about = runsAbout(ended, input.topic, input.optimizer);
    if (uri && ended.length === 0) parts.push(l10n.t('{0} has no results yet; run it first.', vscode.workspace.asRelativePath(uri)));
    if (input.topic === undefined) {
      const definitions = await this.definitions();
      for (const kind of new Set(about.map(({ verdict }) => verdict.kind))) parts.push(explainTopicOrNothing(kind, definitions));
    }
    const fits = budget(tokenizationOptions, token);
    let shown = about.map(runNumbers);
    while (shown.length > 1 && !(await fits([...parts, ...shown].join('\n\n')))) shown = shown.slice(0, shown.length >> 1);
    if (shown.length < about.length) shown.push(l10n.t('… and {0} more runs.', about.length - shown.length));
    if (token.isCancellationRequested) throw new vscode.CancellationError();
    const text = [...parts, ...shown].filter((part) => part !== '').join('\n\n');
    if (text === '') throw new Error(input.optimizer === undefined ? l10n.t('Name a topic, or a file that has results.') : l10n.t('No optimizer has the label "{0}".', input.optimizer));
    return answered(text);
  }

  private async definitions(): Promise<string> {
    const pages = (['quantities', 'verdicts'] as const).map((page) => vscode.Uri.joinPath(this.services.extensionUri, 'docs', pageFile(page, vscode.env.language)));
    return (await Promise.all(pages.map(async (page) => new TextDecoder().decode(await vscode.workspace.fs.readFile(page))))).join('\n');
  }

  private async textOf(input: RunInput): Promise<string> {
    return input.text ?? (await vscode.workspace.openTextDocument(await this.uriOf(input.file))).getText();
  }

  /** @throws Error with what is missing: there is no such file, or none is in front. */
  private async uriOf(file: string | undefined): Promise<vscode.Uri> {
    if (file === undefined) {
      const active = activeExperiment();
      if (!active) throw new Error(l10n.t('Give a file or a text: no experiment is in front.'));
      return active;
    }
    if (/^[a-z][\w+.-]+:/i.test(file)) return vscode.Uri.parse(file);
    const folders = vscode.workspace.workspaceFolders ?? [];
    const candidates = [...folders.map(({ uri }) => vscode.Uri.joinPath(uri, file)), ...(/^([/\\]|[a-z]:)/i.test(file) ? [vscode.Uri.file(file)] : [])];
    // With several folders a path may begin with the name of one.
    for (const { name, uri } of folders) if (file.startsWith(`${name}/`)) candidates.push(vscode.Uri.joinPath(uri, file.slice(name.length + 1)));
    for (const candidate of candidates) if (await exists(candidate)) return candidate;
    throw new Error(l10n.t('There is no file {0} in the workspace.', file));
  }
}

function explainTopicOrNothing(topic: string, definitions: string): string {
  try {
    return explainTopic(topic, definitions);
  } catch {
    return '';
  }
}

function nameOf({ file }: { readonly file?: string }): string {
  return file ?? l10n.t('an experiment');
}

function answered(text: string): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
}

function budget(options: vscode.LanguageModelToolTokenizationOptions | undefined, token: vscode.CancellationToken): Fits {
  if (!options) return (text) => text.length <= MOST_CHARACTERS;
  return async (text) => (await options.countTokens(text, token)) <= options.tokenBudget;
}

function exists(uri: vscode.Uri): Promise<boolean> {
  return Promise.resolve(vscode.workspace.fs.stat(uri)).then(() => true, () => false);
}
