import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Vector } from '../../core/kernels/kernels';
import type { ModelTrial } from '../../core/training/trial';
import type { Framework } from '../../format/scripts/create';
import type { WorkerPool } from '../../worker/pool';
import type { ExperimentDocuments } from '../documents';
import type { Run } from '../runs/run';
import type { RunService } from '../runs/runService';
import { sibling, write } from './exportCommands';

/** A script that trains the same in another framework: of one variant, with the optimizers that the framework can have. Nothing need have run. */
export async function exportScript(document: vscode.TextDocument, framework: Framework, documents: ExperimentDocuments): Promise<void> {
  const { experiment } = documents.parsed(document);
  if (!experiment) {
    void vscode.window.showErrorMessage(l10n.t('The experiment has errors: a script can be made of it when they are mended.'));
    return;
  }
  const labels = experiment.variants.map(({ label }) => label);
  const variant = labels.length > 1 ? await vscode.window.showQuickPick(labels.map((label) => label ?? ''), { placeHolder: l10n.t('Variant to export') }) : labels[0];
  if (variant === undefined) return;
  const { scriptOf, nameOfFramework } = await import('../lazy/scripts');
  const input = { experiment, framework, variant, locale: vscode.env.language, texts: vscode.l10n.bundle };
  let script = scriptOf({ ...input, only: [] });
  if (script.text === null) {
    const { unsupported } = script;
    const others = experiment.variants.find(({ label }) => label === variant)!.optimizers.map(({ label }) => label).filter((label) => !unsupported.includes(label));
    const without = l10n.t('Export the Others');
    const choices = unsupported.length > 0 && others.length > 0 ? [without] : [];
    if ((await vscode.window.showWarningMessage(script.refusal, ...choices)) !== without) return;
    script = scriptOf({ ...input, only: others });
    if (script.text === null) throw new Error(script.refusal);
  }
  const target = await vscode.window.showSaveDialog({ defaultUri: sibling(document.uri, [variant, nameOfFramework(framework)].filter(Boolean).join('-'), 'py'), filters: { Python: ['py'] } });
  if (target) await write(target, new TextEncoder().encode(script.text));
}

/** The weights that a run has ended with, under PyTorch's names and in its shapes. */
export async function exportWeights(document: vscode.TextDocument, runs: RunService, pool: () => WorkerPool): Promise<void> {
  const trained = runs.of(document).runs.filter((run): run is Run & { readonly trial: ModelTrial } => run.finished && !run.stale && run.trial.kind === 'model' && run.trial.boosting === null && run.trial.resample === null);
  if (trained.length === 0) {
    void vscode.window.showInformationMessage(l10n.t('There are no trained weights yet: run a network first.'));
    return;
  }
  const items = trained.map((run) => ({ run, label: run.trial.label, description: [run.trial.variant, l10n.t('seed {0}', run.trial.seed)].filter((part) => part !== null).join(', ') }));
  const run = items.length === 1 ? items[0].run : (await vscode.window.showQuickPick(items, { placeHolder: l10n.t('Run whose weights to export') }))?.run;
  if (!run) return;
  const weights = endOf(run);
  if (!weights) {
    void vscode.window.showErrorMessage(l10n.t('The weights that this run ended with are not kept. The command line writes them: gdexp export FILE --to npz.'));
    return;
  }
  const target = await vscode.window.showSaveDialog({ defaultUri: sibling(document.uri, run.trial.label, 'npz'), filters: { NPZ: ['npz'] } });
  if (!target) return;
  const data = await runs.data.of(document.uri, run.trial);
  const result = await pool().apply(run.trial, data, weights, { kind: 'weights' });
  if (result.kind !== 'weights') throw new Error(`a network answered ${result.kind}`);
  const { weightsFile } = await import('../lazy/scripts');
  await write(target, weightsFile(result.arrays));
}

/** The kept weights of the end, which are those of the best epoch where early stopping went back to it; null where they were not kept. */
function endOf(run: Run): Vector | null {
  const { snapshots } = run.builder.build();
  if (!snapshots || !run.summary?.model || snapshots.steps[snapshots.steps.length - 1] !== run.summary.steps) return null;
  return snapshots.points.slice(-snapshots.points.length / snapshots.steps.length);
}
