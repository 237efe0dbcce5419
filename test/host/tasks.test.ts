import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeAll, eventually, openText, workspace, write } from './workbench';

const experiment = (claim: string) => `{
  "gdexp": 1,
  "objective": { "expression": "x^2", "start": [1] },
  "optimizers": [{ "type": "sgd", "label": "half", "learningRate": 0.25 }],
  "stop": { "steps": 10, "gradientNorm": null },
  "expect": [
    { "optimizer": "half", "loss": "${claim}" }
  ]
}
`;

/** The exit code of a task's process. */
async function run(task: vscode.Task): Promise<number | undefined> {
  const ended = new Promise<number | undefined>((resolve) => {
    const subscription = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (execution.task.name !== task.name) return;
      subscription.dispose();
      resolve(exitCode);
    });
  });
  await vscode.tasks.executeTask(task);
  return ended;
}

const fetch = () => vscode.tasks.fetchTasks({ type: 'gdexp' });
const diagnostics = (uri: vscode.Uri) => vscode.languages.getDiagnostics(uri);

describe('Tasks', () => {
  afterEach(closeAll);

  it('run and check the file in front, and run all', async () => {
    const uri = await write(experiment('< 1e-6'));
    await openText(uri);
    const name = vscode.workspace.asRelativePath(uri);
    const names = (await fetch()).map((task) => task.name);
    for (const expected of [`run ${name}`, `check ${name}`, 'run all experiments']) assert.ok(names.includes(expected), `${expected} is not among ${names.join(', ')}`);
  });

  it('start a process, not a shell, and end with its exit code', async () => {
    const uri = await write(experiment('< 1e-6'), 'a name with $(spaces) & quotes\'.gdexp');
    await openText(uri);
    const name = vscode.workspace.asRelativePath(uri);
    const task = (await fetch()).find((each) => each.name === `run ${name}`)!;
    assert.ok(task.execution instanceof vscode.ProcessExecution);
    assert.equal(await run(task), 0);
    const check = (await fetch()).find((each) => each.name === `check ${name}`)!;
    assert.equal(await run(check), 0);
    await vscode.workspace.fs.delete(uri);
  });

  it('put what does not hold among the problems, at its line', async () => {
    const uri = await write(experiment('< 1e-9'), 'claims-too-much.gdexp');
    await openText(uri);
    const task = (await fetch()).find((each) => each.name === 'run claims-too-much.gdexp')!;
    assert.equal(await run(task), 1);
    const [problem] = await eventually('a problem', () => {
      const found = diagnostics(uri);
      return found.length > 0 && found;
    });
    assert.match(problem.message, /half: loss < 1e-9 does not hold: it is 9\.54e[−-]7/);
    assert.equal(problem.range.start.line, 6);
    assert.equal(problem.severity, vscode.DiagnosticSeverity.Error);
    await vscode.workspace.fs.delete(uri);
  });

  it('come from a tasks.json too, with a pattern of files and arguments', async () => {
    await write(experiment('< 1e-6'), 'tasks/one.gdexp');
    await write(experiment('< 1e-6'), 'tasks/two.gdexp');
    const junit = vscode.Uri.joinPath(workspace(), 'tasks', 'results.xml');
    await write(JSON.stringify({ version: '2.0.0', tasks: [{ type: 'gdexp', label: 'claims', file: 'tasks/*.gdexp', args: ['--junit', 'tasks/results.xml'], problemMatcher: '$gdexp' }] }), '.vscode/tasks.json');
    const task = await eventually('the task', async () => (await vscode.tasks.fetchTasks()).find(({ name }) => name === 'claims'));
    assert.equal(await run(task), 0);
    const xml = new TextDecoder().decode(await vscode.workspace.fs.readFile(junit));
    assert.deepEqual([...xml.matchAll(/<testsuite name="([^"]*)"/g)].map((match) => match[1]), ['tasks/one.gdexp', 'tasks/two.gdexp']);
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(workspace(), 'tasks'), { recursive: true });
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(workspace(), '.vscode'), { recursive: true });
  });
});
