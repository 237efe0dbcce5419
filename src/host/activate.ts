import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { WorkerPool, type WorkerPort } from '../worker/pool';
import { ExperimentContext } from './activeExperiment';
import type { FinishedRun, GdexpExports } from './api/api';
import { createExports } from './api/createApi';
import { registerCommands } from './commands/register';
import { ExperimentDocuments } from './documents';
import { EditQueue } from './editor/editQueue';
import { LAB_VIEW, LabEditorProvider } from './editor/labEditor';
import { experiments } from './experiments';
import { registerGhostCommands } from './ghosts/ghostCommands';
import { GhostService } from './ghosts/ghostService';
import { ComparePanels } from './compare/comparePanel';
import { registerHistoryCommands } from './history/historyCommands';
import type { HistoryFiles } from './history/files';
import { HistoryService } from './history/historyService';
import { RunsView } from './history/runsView';
import type { ReadHead, Typeset } from './language/host';
import { registerTools } from './languageModel/registerTools';
import type { Automation } from './lazy/automation';
import type { Testing } from './lazy/testing';
import { knownResults } from './runs/complete';
import { toOutcome } from './runs/labRun';
import { DataService } from './runs/dataService';
import { RunService } from './runs/runService';
import { settings } from './settings';
import { createStatusBar } from './statusBar';
import { type CommandLine, ExperimentTasks, TASK_TYPE } from './tasks/experimentTasks';

/** What differs between a VS Code on a machine and one in a browser. */
export interface Platform {
  /** Files of a folder of this machine, where they can be reached without VS Code. */
  readonly folderFiles?: (folder: string) => HistoryFiles;
  readonly cores: number;
  spawnWorker(): WorkerPort;
  /** The path of a file with links resolved, where workers open files by themselves. */
  pathOf?(uri: vscode.Uri): Promise<string>;
  /** The beginning of a file without the rest of it. */
  readonly head?: ReadHead;
  readonly typeset: Typeset;
  /** Where processes can be started. */
  readonly commandLine?: CommandLine;
}

/** Puts the extension together. Nothing heavy happens here: workers start with the first lab or run. */
export function activateHost(context: vscode.ExtensionContext, platform: Platform): GdexpExports {
  if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });
  const log = vscode.window.createOutputChannel('GDExp', { log: true });
  const documents = new ExperimentDocuments();
  const size = (): number => settings.workers || platform.cores;
  let pool: WorkerPool | undefined;
  const getPool = (): WorkerPool => (pool ??= new WorkerPool(() => platform.spawnWorker(), { size: size() }));
  const data = new DataService(getPool, log, { pathOf: platform.pathOf ?? null });
  const runs = new RunService(documents, getPool, log, data);
  const history = new HistoryService(context, runs, log, platform.folderFiles);
  runs.memory = history;
  const ghosts = new GhostService(history.store, context.workspaceState, log);
  const labs = new LabEditorProvider({ extensionUri: context.extensionUri, documents, runs, edits: new EditQueue(), ghosts, log, pool: getPool });
  const active = new ExperimentContext(runs);
  const panels = new ComparePanels({ extensionUri: context.extensionUri, documents, runs, history, labs, log });
  const view = new RunsView(history);
  const outcomes = new vscode.EventEmitter<vscode.Uri>();
  const textRuns = new vscode.EventEmitter<FinishedRun>();
  const version = String(context.extension.packageJSON.version);

  let testing: Testing | undefined;
  const getTesting = (): Testing => {
    if (!testing) {
      testing = (require('./lazy/testing') as typeof import('./lazy/testing')).createTesting(documents, runs);
      context.subscriptions.push(testing);
    }
    return testing;
  };
  let automation: Automation | undefined;
  const getAutomation = (): Automation => (automation ??= (require('./lazy/automation') as typeof import('./lazy/automation')).createAutomation({
    extensionUri: context.extensionUri, documents, runs, log, pool: getPool, finishedText: (run) => textRuns.fire(run),
  }));

  context.subscriptions.push(
    log, data, runs, active, ghosts, outcomes, textRuns,
    new vscode.Disposable(() => pool?.dispose()),
    vscode.window.registerCustomEditorProvider(LAB_VIEW, labs, { supportsMultipleEditorsPerDocument: true, webviewOptions: { retainContextWhenHidden: false } }),
    createStatusBar(active, runs),
    registerCommands({ context, documents, runs, labs, log, pool: getPool, testing: getTesting }),
    registerTools(() => getAutomation().tools),
    ...(platform.commandLine ? [vscode.tasks.registerTaskProvider(TASK_TYPE, new ExperimentTasks(platform.commandLine))] : []),
    registerHistoryCommands({ documents, history, labs, panels, view, log }),
    registerGhostCommands({ runs, history, ghosts, view, log }),
    runs.onDidChange(({ uri, change }) => {
      if (change.kind !== 'preview') outcomes.fire(uri);
      // The walkthrough's last step is done once a path has bent under somebody's hand.
      else void vscode.commands.executeCommand('setContext', 'gdexp.previewed', true);
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('gdexp.workers')) pool?.resize(size());
    }),
  );
  // After VS Code has gone on: whoever woke the extension looks at a document next, and then all of it is needed.
  setTimeout(() => {
    context.subscriptions.push(experiments().registerLanguage({
      parsed: (document) => documents.parsed(document),
      runs: (uri) => (runs.find(uri)?.runs ?? []).map(toOutcome),
      results: (uri) => knownResults(runs.find(uri)),
      onDidChangeRuns: outcomes.event,
      dataProblems: (document) => experiments().dataProblems(documents.parsed(document), (trial) => runs.data.refusal(document.uri, trial)),
      onDidChangeData: runs.data.onDidChange,
      typeset: platform.typeset,
      head: platform.head ?? null,
    }));
    getTesting();
  });
  return createExports({ version, documents, runs, runner: () => getAutomation().runner, textRuns: textRuns.event, subscriptions: context.subscriptions });
}
