import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { goalOf } from '../../core/training/trial';
import type { RunReport } from '../../format/report/document';
import type { WorkerPool } from '../../worker/pool';
import { reasonText } from '../../wording/status';
import { remedyText, verdictText } from '../../wording/verdicts';
import type { ExperimentDocuments } from '../documents';
import type { LabEditorProvider } from '../editor/labEditor';
import type { RunService } from '../runs/runService';
import { openLab } from './openCommands';

export const EXPORT_FORMATS = ['csv', 'json', 'png', 'pytorch', 'keras', 'npz'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Rows of each run in a JSON export; a CSV has them all. */
const JSON_ROWS = 10_000;

export class ExportCommands {
  private saving: Promise<void> = Promise.resolve();

  constructor(
    private readonly version: string,
    private readonly documents: ExperimentDocuments,
    private readonly runs: RunService,
    private readonly labs: LabEditorProvider,
    private readonly pool: () => WorkerPool,
  ) {}

  /** Asks for a format where none is given, then for a file, and writes the results of the document, or a script of it, there. */
  async export(document: vscode.TextDocument, given?: ExportFormat): Promise<void> {
    const format = given ?? (await pickFormat(this.documents.parsed(document).experiment?.kind === 'model'));
    if (!format) return;
    if (format === 'pytorch' || format === 'keras') return (await import('./exportModel')).exportScript(document, format, this.documents);
    if (format === 'npz') return (await import('./exportModel')).exportWeights(document, this.runs, this.pool);
    const session = this.runs.of(document);
    const finished = session.runs.filter((run) => run.finished && !run.stale);
    if (finished.length === 0) {
      const run = l10n.t('Run All');
      const text = session.runs.length > 0 ? l10n.t('The results are older than the experiment, or not complete yet.') : l10n.t('There are no results yet.');
      if ((await vscode.window.showInformationMessage(text, run)) === run) await vscode.commands.executeCommand('gdexp.runAll', document.uri);
      return;
    }
    if (format === 'png') {
      await this.askForImages(document.uri);
      return;
    }
    const target = await vscode.window.showSaveDialog({ defaultUri: sibling(document.uri, '', format), filters: format === 'csv' ? { CSV: ['csv'] } : { JSON: ['json'] } });
    if (!target) return;
    const parsed = this.documents.parsed(document);
    const reports = finished.map((run): RunReport => ({
      trial: run.trial,
      summary: { ...run.summary!, verdict: { ...run.summary!.verdict, remedies: run.summary!.verdict.remedies.map((remedy) => run.currentRemedy(remedy)) } },
      record: run.builder.build(),
    }));
    const { resultsText } = await import('../lazy/results');
    const text = resultsText({
      format, parsed, reports, texts: vscode.l10n.bundle,
      options: {
        file: vscode.workspace.asRelativePath(document.uri), version: this.version, locale: vscode.env.language, history: JSON_ROWS,
        wording: { reason: reasonText, verdict: (verdict, trial, { parameters }) => verdictText(verdict, { parameters, goal: goalOf(trial) }), remedy: remedyText },
      },
    });
    await write(target, new TextEncoder().encode(text));
  }

  /** Saves a picture that the page handed out. Several pictures ask one after the other. */
  saveImage(document: vscode.TextDocument, name: string, png: Uint8Array): Promise<void> {
    const turn = this.saving.then(async () => {
      const target = await vscode.window.showSaveDialog({ defaultUri: sibling(document.uri, name, 'png'), filters: { PNG: ['png'] } });
      if (target) await write(target, png);
    });
    this.saving = turn.catch(() => undefined);
    return turn;
  }

  private async askForImages(uri: vscode.Uri): Promise<void> {
    if (!this.labs.isVisible(uri)) await openLab(uri, this.labs);
    const page = this.labs.pagesOf(uri).find(({ panel }) => panel.visible);
    await page?.whenReady();
    page?.post({ type: 'exportImage' });
  }
}

async function pickFormat(model: boolean): Promise<ExportFormat | undefined> {
  const items: (vscode.QuickPickItem & { format: ExportFormat })[] = [
    { format: 'csv', label: 'CSV', iconPath: new vscode.ThemeIcon('table'), description: l10n.t('every row of every run, for spreadsheets and notebooks') },
    { format: 'json', label: 'JSON', iconPath: new vscode.ThemeIcon('json'), description: l10n.t('outcomes, verdicts and histories, as the command line prints them') },
    { format: 'png', label: 'PNG', iconPath: new vscode.ThemeIcon('file-media'), description: l10n.t('the open pictures of the lab') },
    { format: 'pytorch', label: 'PyTorch', iconPath: new vscode.ThemeIcon('file-code'), description: l10n.t('a script that does the same in PyTorch') },
    { format: 'keras', label: 'Keras', iconPath: new vscode.ThemeIcon('file-code'), description: l10n.t('a script that does the same in Keras') },
    ...(model ? [{ format: 'npz' as const, label: 'NPZ', iconPath: new vscode.ThemeIcon('file-binary'), description: l10n.t('the trained weights of a run, for numpy and PyTorch') }] : []),
  ];
  return (await vscode.window.showQuickPick(items, { placeHolder: l10n.t('Format of the export') }))?.format;
}

export function sibling(uri: vscode.Uri, suffix: string, extension: string): vscode.Uri {
  const name = (uri.path.split('/').pop() ?? 'experiment').replace(/\.gdexp$/, '').replace(/[^\p{L}\p{N} ._-]/gu, '_');
  const file = `${name}${suffix ? `-${suffix.replace(/[^\p{L}\p{N}_-]/gu, '_')}` : ''}.${extension}`;
  const folder = uri.scheme === 'untitled' ? vscode.workspace.workspaceFolders?.[0]?.uri : vscode.Uri.joinPath(uri, '..');
  return folder ? vscode.Uri.joinPath(folder, file) : vscode.Uri.file(file);
}

export async function write(target: vscode.Uri, content: Uint8Array): Promise<void> {
  await vscode.workspace.fs.writeFile(target, content);
  const open = l10n.t('Open');
  // Not awaited: the export is done, whether the message is answered or not.
  void vscode.window.showInformationMessage(l10n.t('Exported to {0}.', vscode.workspace.asRelativePath(target)), open).then((choice) => {
    if (choice === open) void vscode.commands.executeCommand('vscode.open', target);
  });
}
