import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { WorkerPool } from '../../worker/pool';
import { activeExperiment } from '../activeExperiment';
import type { ExperimentDocuments } from '../documents';
import type { LabActions, LabEditorProvider } from '../editor/labEditor';
import type { Testing } from '../lazy/testing';
import type { Log } from '../log';
import type { RunService } from '../runs/runService';
import { EXPORT_FORMATS, ExportCommands } from './exportCommands';
import { newExperiment } from './newExperiment';
import { openLab, openSource } from './openCommands';
import { openExample } from './openExample';
import { openReference, openTerm } from './openReference';
import { RunCommands } from './runCommands';

interface Services {
  readonly context: vscode.ExtensionContext;
  readonly documents: ExperimentDocuments;
  readonly runs: RunService;
  readonly labs: LabEditorProvider;
  readonly log: Log & { show(): void };
  pool(): WorkerPool;
  testing(): Testing;
}

/** The commands of the palette and the menus, and the same actions for the lab's page. */
export function registerCommands(services: Services): vscode.Disposable {
  const { context, documents, runs, labs, log } = services;
  const running = new RunCommands(documents, runs, labs, () => services.pool());

  const exporting = new ExportCommands(String(context.extension.packageJSON.version), documents, runs, labs, () => services.pool());

  const actions: LabActions = {
    run: (document, keys) => running.run(document, keys),
    openSource: (document, path) => openSource(document, path === null ? null : documents.parsed(document).locate(path)),
    openTerm: (term) => openTerm(context.extensionUri, term),
    exportResults: (document, format) => exporting.export(document, format),
    saveImage: (document, name, png) => exporting.saveImage(document, name, png),
  };
  labs.actions = actions;

  /** The document a command is about: its first argument (a menu, a CodeLens), else the active experiment. */
  const withDocument = (body: (document: vscode.TextDocument, ...rest: unknown[]) => unknown) => async (argument?: unknown, ...rest: unknown[]): Promise<void> => {
    const uri = argument instanceof vscode.Uri ? argument : activeExperiment();
    if (!uri) {
      void vscode.window.showInformationMessage(l10n.t('Open a .gdexp file first.'));
      return;
    }
    await body(await vscode.workspace.openTextDocument(uri), ...rest);
  };
  const command = (id: string, body: (...args: unknown[]) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(`gdexp.${id}`, async (...args: unknown[]) => {
      try {
        await body(...args);
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        log.error(`${id}: ${error instanceof Error ? (error.stack ?? words) : words}`);
        const show = l10n.t('Show Log');
        if ((await vscode.window.showErrorMessage(words, show)) === show) log.show();
      }
    });

  return vscode.Disposable.from(
    command('newExperiment', (folder) => newExperiment(context.extensionUri, folder instanceof vscode.Uri ? folder : null)),
    command('openExample', (name) => openExample(context.extensionUri, typeof name === 'string' ? name : null)),
    command('runAll', withDocument((document) => running.run(document, null))),
    command('runOptimizer', withDocument((document, index) => running.runOptimizer(document, typeof index === 'number' ? index : undefined))),
    command('cancel', (uri) => running.cancel(uri instanceof vscode.Uri ? uri : activeExperiment())),
    command('openLab', withDocument((document) => openLab(document.uri, labs))),
    command('openSource', withDocument((document, path) => actions.openSource(document, typeof path === 'string' ? path : null))),
    command('exportResults', withDocument((document, format) => exporting.export(document, EXPORT_FORMATS.find((each) => each === format)))),
    command('gradientCheck', withDocument((document) => running.gradientCheck(document))),
    command('checkExpectations', withDocument((document, entry) => services.testing().check(document, typeof entry === 'number' ? entry : null))),
    command('openReference', (page, heading) => openReference(context.extensionUri, page, heading)),
    command('showLog', () => log.show()),
  );
}
