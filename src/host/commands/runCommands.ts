import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { formatNumber } from '../../wording/numbers';
import { activeExperiment } from '../activeExperiment';
import type { ExperimentDocuments } from '../documents';
import type { LabEditorProvider } from '../editor/labEditor';
import { progressText } from '../runs/progress';
import { seriesKey } from '../runs/run';
import type { RunService } from '../runs/runService';
import type { ExperimentSession } from '../runs/session';
import { tellOnce } from '../runs/tellOnce';
import type { WorkerPool } from '../../worker/pool';
import { openSource } from './openCommands';

/** Runs shorter than this show no progress: it would flash. */
const PROGRESS_AFTER = 1000;

export class RunCommands {
  constructor(
    private readonly documents: ExperimentDocuments,
    private readonly runs: RunService,
    private readonly labs: LabEditorProvider,
    private readonly pool: () => WorkerPool,
  ) {}

  /** Runs all of the experiment, or some of its series; says why where it cannot. Ends when the runs do. */
  async run(document: vscode.TextDocument, seriesKeys: readonly string[] | null): Promise<void> {
    if (!(await this.runnable(document))) return;
    const session = this.runs.of(document);
    const done = seriesKeys ? session.runSeries(seriesKeys) : session.runAll();
    await this.showProgress(document.uri, session, done);
  }

  /**
   * Runs one optimizer in every variant and from every start.
   * @param index its place in the file; without it the one at the cursor, else a list to choose from.
   */
  async runOptimizer(document: vscode.TextDocument, index?: number): Promise<void> {
    if (!(await this.runnable(document))) return;
    const chosen = index ?? this.optimizerAtCursor(document) ?? (await this.pickOptimizer(document));
    if (chosen === undefined) return;
    const trials = this.runs.of(document).experiment?.trials ?? [];
    await this.run(document, [...new Set(trials.filter((trial) => trial.optimizerIndex === chosen).map(seriesKey))]);
  }

  cancel(uri: vscode.Uri | null): void {
    const sessions = uri ? [this.runs.find(uri)] : this.runs.all;
    for (const session of sessions) session?.cancel();
  }

  /** Compares the analytic gradient at the first start with central differences. */
  async gradientCheck(document: vscode.TextDocument): Promise<void> {
    if (!(await this.runnable(document))) return;
    const objective = this.runs.of(document).experiment?.variants[0].objective;
    if (!objective) return;
    const check = await this.pool().gradientCheck(objective.spec, objective.starts[0]);
    const variable = objective.variables[check.parameter] ?? String(check.parameter);
    const numbers = l10n.t('largest relative error {error}, in ∂f/∂{variable}: {analytic} by the rules, {difference} by differences', {
      error: formatNumber(check.worst), variable, analytic: formatNumber(check.analytic), difference: formatNumber(check.difference),
    });
    // Central differences are good to about 1e-10 of a smooth function; 1e-5 leaves room for steep ones and still finds a wrong rule.
    if (check.worst < 1e-5) void vscode.window.showInformationMessage(l10n.t('The gradient at the start agrees with finite differences: {0}.', numbers));
    else void vscode.window.showWarningMessage(l10n.t('The gradient at the start differs from finite differences (a kink, or a very steep function): {0}.', numbers));
  }

  private async runnable(document: vscode.TextDocument): Promise<boolean> {
    const { experiment, problems } = this.documents.parsed(document);
    if (!experiment) {
      const first = problems.find((problem) => problem.severity === 'error');
      const show = l10n.t('Show in Text');
      const text = first ? l10n.t('The experiment has an error in line {0}: {1}', first.line, first.message) : l10n.t('The experiment is empty.');
      if ((await vscode.window.showErrorMessage(text, show)) === show) await openSource(document, first ? { offset: first.offset, length: first.length } : null);
      return false;
    }
    if (experiment.refusal !== null) {
      void vscode.window.showWarningMessage(experiment.refusal);
      return false;
    }
    return true;
  }

  private optimizerAtCursor(document: vscode.TextDocument): number | undefined {
    const editor = vscode.window.activeTextEditor;
    if (!editor || editor.document !== document) return undefined;
    const offset = document.offsetAt(editor.selection.active);
    const parsed = this.documents.parsed(document);
    for (let index = 0; ; index++) {
      const place = parsed.locate(`/optimizers/${index}`);
      if (!place) return undefined;
      if (offset >= place.offset && offset <= place.offset + place.length) return index;
    }
  }

  private async pickOptimizer(document: vscode.TextDocument): Promise<number | undefined> {
    const optimizers = this.documents.parsed(document).experiment?.variants[0].optimizers ?? [];
    if (optimizers.length === 1) return 0;
    const items = optimizers.map(({ label, spec }, index) => ({ label, description: spec.type === label ? undefined : spec.type, index }));
    return (await vscode.window.showQuickPick(items, { placeHolder: l10n.t('Optimizer to run') }))?.index;
  }

  /** A notification with a button to cancel, where runs last and neither a lab nor the status bar's line of the active experiment shows how far they are. */
  private async showProgress(uri: vscode.Uri, session: ExperimentSession, done: Promise<void>): Promise<void> {
    const told = (): boolean => this.labs.isVisible(uri) || activeExperiment()?.toString() === uri.toString();
    const notify = (over: Promise<void>): Thenable<void> => vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: uri.path.split('/').pop(), cancellable: true }, async (progress, token) => {
      token.onCancellationRequested(() => session.cancel());
      let last = 0;
      const timer = setInterval(() => {
        const { fraction, text } = progressText(session);
        progress.report({ message: text, increment: Math.max(0, 100 * (fraction - last)) });
        last = Math.max(last, fraction);
      }, 200);
      await over;
      clearInterval(timer);
    });
    await tellOnce(done, told, notify, () => new Promise((resolve) => setTimeout(resolve, PROGRESS_AFTER)));
  }
}
