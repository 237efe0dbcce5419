import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { activeExperiment } from '../activeExperiment';

export const TASK_TYPE = 'gdexp';

/** The command line as this VS Code can run it: a program and what must stand before its arguments. */
export interface CommandLine {
  readonly program: string;
  readonly script: string;
  /** Added to the environment: VS Code's own program runs scripts only where it is told so. */
  readonly environment: Readonly<Record<string, string>>;
}

/** As in tasks.json. */
interface ExperimentTaskDefinition extends vscode.TaskDefinition {
  readonly command?: 'run' | 'check';
  /** A file or a pattern of files, below the task's folder. */
  readonly file: string;
  readonly args?: readonly string[];
}

/**
 * Tasks that run the bundled command line, without a shell: run and check the file in front, run all files of a folder. Any other comes from
 * a tasks.json, where a file may be a pattern and the arguments any that `gdexp run` takes.
 */
export class ExperimentTasks implements vscode.TaskProvider {
  constructor(private readonly commandLine: CommandLine) {}

  async provideTasks(): Promise<vscode.Task[]> {
    const active = activeExperiment();
    const tasks: vscode.Task[] = [];
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      if (folder.uri.scheme !== 'file') continue;
      const all = await filesOf(folder, '**/*.gdexp');
      if (all.length === 0) continue;
      if (active && vscode.workspace.getWorkspaceFolder(active) === folder) {
        const file = vscode.workspace.asRelativePath(active, false);
        tasks.push(this.task(folder, { type: TASK_TYPE, command: 'run', file }, [file], l10n.t('run {0}', file)));
        tasks.push(this.task(folder, { type: TASK_TYPE, command: 'check', file }, [file], l10n.t('check {0}', file)));
      }
      tasks.push(this.task(folder, { type: TASK_TYPE, command: 'run', file: '**/*.gdexp' }, all, l10n.t('run all experiments')));
    }
    return tasks;
  }

  /** A task of a tasks.json: what its definition says, with the files that its pattern names now. */
  async resolveTask(task: vscode.Task): Promise<vscode.Task | undefined> {
    const definition = task.definition as ExperimentTaskDefinition;
    const folder = typeof task.scope === 'object' ? task.scope : vscode.workspace.workspaceFolders?.[0];
    if (!folder || folder.uri.scheme !== 'file' || typeof definition.file !== 'string') return undefined;
    const files = /[*?[{]/.test(definition.file) && !definition.file.includes('${') ? await filesOf(folder, definition.file) : [definition.file];
    // VS Code asks for the very definition that it gave.
    return this.task(folder, definition, files, task.name);
  }

  private task(folder: vscode.WorkspaceFolder, definition: ExperimentTaskDefinition, files: readonly string[], name: string): vscode.Task {
    const { program, script, environment } = this.commandLine;
    const command = definition.command ?? 'run';
    const rest = [...(definition.args ?? []), ...(command === 'run' ? ['--problems'] : [])];
    const execution = new vscode.ProcessExecution(program, [script, command, ...rest, '--', ...files], {
      cwd: folder.uri.fsPath, env: { ...environment, LC_ALL: vscode.env.language },
    });
    const task = new vscode.Task(definition, folder, name, TASK_TYPE, execution, '$gdexp');
    task.group = command === 'run' ? vscode.TaskGroup.Test : vscode.TaskGroup.Build;
    task.presentationOptions = { clear: true };
    return task;
  }
}

async function filesOf(folder: vscode.WorkspaceFolder, pattern: string): Promise<string[]> {
  const found = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, pattern));
  return found.map((uri) => vscode.workspace.asRelativePath(uri, false)).sort();
}
