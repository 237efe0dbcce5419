import assert from 'node:assert/strict';
import type { Worker } from 'node:worker_threads';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeAll, eventually, lenses, openLab, openText, outcomes, replaceAll, workspace, write } from './workbench';

/** Plain descent on ½(x² + 100y²): at γ = 2/101 both parts shrink by 99/101 a step. */
const ravine = (steps: number, rate = 2 / 101) => `{
  "gdexp": 1,
  "objective": { "expression": "(x^2 + 100y^2)/2", "start": [1, 1] },
  "optimizers": [{ "type": "sgd", "learningRate": ${rate} }],
  "diagnostics": { "tier": "basic" },
  "stop": { "steps": ${steps}, "gradientNorm": null }
}
`;
/** As long as anybody waits: nothing can end it but a cancel. */
const ENDLESS = ravine(2_000_000_000, 1e-9);

const labTabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => tab.input instanceof vscode.TabInputCustom && tab.input.viewType === 'gdexp.lab');
const labUris = () => labTabs().map((tab) => (tab.input as vscode.TabInputCustom).uri.toString());
const isRunning = async (uri: vscode.Uri) => (await lenses(uri)).some((title) => /running|runs finished/.test(title));
const ended = (uri: vscode.Uri, count: number, timeout = 20_000) => eventually(`${count} finished runs of ${uri.path}`, async () => {
  if (await isRunning(uri)) return false;
  const found = await outcomes(uri);
  return found.length === count && found;
}, timeout);
const steps = async (uri: vscode.Uri) => (await outcomes(uri))[0]?.steps ?? 0;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const configure = (name: string, value: unknown) => vscode.workspace.getConfiguration('gdexp').update(name, value, vscode.ConfigurationTarget.Workspace);

/** Nothing open, nothing running. */
async function quiet(): Promise<void> {
  await closeAll();
  await vscode.commands.executeCommand('gdexp.cancel');
}

async function rename(from: vscode.Uri, to: vscode.Uri): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.renameFile(from, to);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

async function remove(uri: vscode.Uri): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.deleteFile(uri, { recursive: true });
  assert.ok(await vscode.workspace.applyEdit(edit));
}

describe('A file that goes elsewhere', () => {
  afterEach(quiet);

  it('renamed while its lab is open takes its runs along, and goes on answering edits', async () => {
    const from = await write(ravine(10));
    await openLab(from);
    await ended(from, 1);
    const to = vscode.Uri.joinPath(workspace(), 'renamed.gdexp');
    await rename(from, to);
    await eventually('the lab of the new name', () => labUris().includes(to.toString()) && !labUris().includes(from.toString()));
    await ended(to, 1);
    const document = await vscode.workspace.openTextDocument(to);
    await replaceAll(document, ravine(20));
    await eventually('20 steps', async () => (await steps(to)) === 20);
  });

  it('renamed while it runs goes on running under the new name, and can be cancelled there', async () => {
    const from = await write(ENDLESS);
    await openLab(from);
    const done = vscode.commands.executeCommand('gdexp.runAll', from);
    await eventually('rows', async () => (await steps(from)) > 0);
    const to = vscode.Uri.joinPath(workspace(), 'renamed-running.gdexp');
    const reached = await steps(from);
    await rename(from, to);
    await eventually('the lab of the new name', () => labUris().includes(to.toString()));
    await eventually('more rows', async () => (await steps(to)) > reached);
    await vscode.commands.executeCommand('gdexp.cancel', to);
    await done;
    assert.match((await ended(to, 1))[0].verdict, /cancelled/i);
  });

  it('is found again when its folder is renamed', async () => {
    const from = await write(ENDLESS, 'folder/inside.gdexp');
    await openText(from);
    const done = vscode.commands.executeCommand('gdexp.runAll', from);
    await eventually('rows', async () => (await steps(from)) > 0);
    await rename(vscode.Uri.joinPath(workspace(), 'folder'), vscode.Uri.joinPath(workspace(), 'moved'));
    const to = vscode.Uri.joinPath(workspace(), 'moved', 'inside.gdexp');
    await openText(to);
    assert.ok(await isRunning(to), 'the run is lost');
    await vscode.commands.executeCommand('gdexp.cancel', to);
    await done;
    await ended(to, 1);
  });

  it('deleted while it runs stops its runs', async () => {
    const uri = await write(ENDLESS);
    await openText(uri);
    const done = vscode.commands.executeCommand('gdexp.runAll', uri);
    await eventually('rows', async () => (await steps(uri)) > 0);
    await remove(uri);
    await done;
  });

  it('deleted with its folder while it runs stops its runs', async () => {
    const uri = await write(ENDLESS, 'doomed/inside.gdexp');
    await openText(uri);
    const done = vscode.commands.executeCommand('gdexp.runAll', uri);
    await eventually('rows', async () => (await steps(uri)) > 0);
    await remove(vscode.Uri.joinPath(workspace(), 'doomed'));
    await done;
  });

  it('deleted while it is changed and open stays usable: it can be run, and edited', async () => {
    const uri = await write(ravine(10));
    const document = await openLab(uri);
    await ended(uri, 1);
    await replaceAll(document, ravine(20));
    await eventually('20 steps', async () => (await steps(uri)) === 20);
    await vscode.workspace.fs.delete(uri);
    await remove(uri).catch(() => undefined);
    await pause(500);
    if (labTabs().length === 0) return;
    await replaceAll(document, ravine(30));
    await eventually('30 steps', async () => (await steps(uri)) === 30);
    await vscode.commands.executeCommand('workbench.action.files.save');
    await eventually('saved', () => !document.isDirty);
  });
});

describe('A run', function suite() {
  this.timeout(180_000);
  const workers: Worker[] = [];
  const keep = (worker: Worker) => workers.push(worker);
  before(() => process.on('worker', keep as never));
  after(() => process.off('worker', keep as never));
  afterEach(quiet);
  afterEach(() => configure('workers', undefined));

  it('whose worker dies has failed with a sentence, and the next one works', async () => {
    // Idle workers beyond one end, so that further ones are started under the eyes of this test.
    await configure('workers', 1);
    await configure('workers', 3);
    const uri = await write(ENDLESS.replace('[{', '[{ "type": "sgd", "label": "second", "learningRate": 1e-9 }, { "type": "sgd", "label": "third", "learningRate": 1e-9 }, {'));
    await openText(uri);
    const done = vscode.commands.executeCommand('gdexp.runAll', uri);
    await eventually('rows of each', async () => {
      const all = await outcomes(uri);
      return all.length === 3 && all.every((run) => run.steps > 0);
    });
    assert.ok(workers.length > 0, 'no new worker was started');
    for (const worker of workers.splice(0)) await worker.terminate();
    await eventually('a failed run', async () => (await outcomes(uri)).some(({ verdict }) => /failed/i.test(verdict)));
    await vscode.commands.executeCommand('gdexp.cancel', uri);
    await done;
    const next = await write(ravine(10));
    await openText(next);
    await vscode.commands.executeCommand('gdexp.runAll', next);
    assert.equal((await ended(next, 1))[0].steps, 10);
  });
});

describe('A text that is broken for a while', () => {
  afterEach(quiet);

  it('leaves a run that goes on alone: mended, it is found again', async () => {
    const uri = await write(ENDLESS);
    const document = await vscode.workspace.openTextDocument(uri);
    await openLab(uri);
    void vscode.commands.executeCommand('gdexp.runAll', uri);
    await eventually('rows of the run', async () => (await steps(uri)) > 1000);
    await replaceAll(document, ENDLESS.slice(0, -4));
    await pause(300);
    await replaceAll(document, ENDLESS);
    const before = await eventually('the run found again', async () => (await isRunning(uri)) && (await steps(uri)));
    await eventually('more steps', async () => (await steps(uri)) > before);
    await vscode.commands.executeCommand('gdexp.cancel');
    await eventually('its end', async () => !(await isRunning(uri)), 5000);
  });
});

describe('What settings forbid', () => {
  afterEach(quiet);
  afterEach(() => configure('runOnOpen', undefined));
  afterEach(() => configure('liveRun', undefined));

  it('runOnOpen "never": neither opening nor editing runs, a command does', async () => {
    await configure('runOnOpen', 'never');
    const uri = await write(ravine(10));
    const document = await openLab(uri);
    await pause(800);
    await replaceAll(document, ravine(20));
    await pause(800);
    assert.deepEqual(await outcomes(uri), []);
    await vscode.commands.executeCommand('gdexp.runAll', uri);
    assert.equal((await ended(uri, 1))[0].steps, 20);
  });

  it('liveRun false: an edit makes the result old, and does not run', async () => {
    await configure('liveRun', false);
    const uri = await write(ravine(10));
    const document = await openLab(uri);
    await ended(uri, 1);
    await replaceAll(document, ravine(20));
    await eventually('an old result', async () => (await lenses(uri)).some((title) => title.startsWith('$(history) loss')));
    await pause(800);
    assert.ok((await lenses(uri)).some((title) => title.startsWith('$(history) loss')));
  });
});

describe('Sizes', () => {
  afterEach(quiet);
  const one = (objective: string, rest = '', optimizers = '[{ "type": "sgd", "learningRate": 0.1 }]') => `{ "gdexp": 1, "objective": ${objective}, "optimizers": ${optimizers}${rest} }`;

  it('40 optimizers', async () => {
    const list = Array.from({ length: 40 }, (_, k) => ({ type: 'sgd', label: `rate ${k}`, learningRate: 0.001 * (k + 1) }));
    const uri = await write(one('{ "expression": "x^2", "start": [1] }', ', "stop": { "steps": 10, "gradientNorm": null }', JSON.stringify(list)));
    await openLab(uri);
    const found = await ended(uri, 40);
    found.forEach(({ loss }, k) => {
      const theory = (1 - 0.002 * (k + 1)) ** 20;
      assert.ok(Math.abs(loss - theory) <= 6e-3 * theory, `${k}: ${loss}, not ${theory}`);
    });
  });

  it('100 variables', async () => {
    const names = Array.from({ length: 100 }, (_, k) => `x${k}`);
    const uri = await write(one(`{ "expression": ${JSON.stringify(names.map((name) => `(${name} - 1)^2`).join(' + '))}, "start": ${JSON.stringify(Object.fromEntries(names.map((name) => [name, 0])))} }`, ', "stop": { "steps": 10, "gradientNorm": null }'));
    await openLab(uri);
    const [{ loss }] = await ended(uri, 1);
    const theory = 100 * 0.8 ** 20;
    assert.ok(Math.abs(loss - theory) <= 6e-3 * theory, `${loss}, not ${theory}`);
    assert.deepEqual(vscode.languages.getDiagnostics(uri).map(({ message }) => message), []);
  });

  it('1,000 dimensions', async () => {
    const uri = await write(one(`{ "function": "sphere", "dimension": 1000, "start": ${JSON.stringify(new Array(1000).fill(1))} }`, ', "stop": { "steps": 10, "gradientNorm": null }'));
    await openLab(uri);
    await eventually('diagnostics or a run', async () => vscode.languages.getDiagnostics(uri).length > 0 || (await outcomes(uri)).length > 0);
    assert.deepEqual(vscode.languages.getDiagnostics(uri).map(({ message }) => message), []);
    const [{ loss }] = await ended(uri, 1);
    const theory = 1000 * 0.8 ** 20;
    assert.ok(Math.abs(loss - theory) <= 6e-3 * theory, `${loss}, not ${theory}`);
  });

  it('a million steps of the full tier are cancelled', async () => {
    const uri = await write(ravine(1_000_000, 1e-9).replace('"basic"', '"full"'));
    await openText(uri);
    const done = vscode.commands.executeCommand('gdexp.runAll', uri);
    await eventually('rows', async () => (await steps(uri)) > 0);
    await vscode.commands.executeCommand('gdexp.cancel', uri);
    await done;
    const [run] = await ended(uri, 1);
    assert.match(run.verdict, /cancelled/i);
    assert.ok(run.steps < 1_000_000);
  });
});

/** A read-only place, as a Git revision is. */
class Revision implements vscode.FileSystemProvider {
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;
  constructor(private readonly text: string) {}
  watch() { return new vscode.Disposable(() => undefined); }
  stat() { return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: this.text.length }; }
  readDirectory(): [string, vscode.FileType][] { return []; }
  createDirectory() { throw vscode.FileSystemError.NoPermissions(); }
  readFile() { return new TextEncoder().encode(this.text); }
  writeFile() { throw vscode.FileSystemError.NoPermissions(); }
  delete() { throw vscode.FileSystemError.NoPermissions(); }
  rename() { throw vscode.FileSystemError.NoPermissions(); }
}

describe('A revision that nobody may write to', () => {
  let registration: vscode.Disposable;
  before(() => { registration = vscode.workspace.registerFileSystemProvider('gdexp-revision', new Revision(ravine(10)), { isReadonly: true }); });
  after(() => registration.dispose());
  afterEach(quiet);

  it('opens in the lab and runs', async () => {
    const uri = vscode.Uri.parse('gdexp-revision:/old.gdexp');
    await openLab(uri);
    assert.equal((await ended(uri, 1))[0].steps, 10);
  });

  it('is compared with the file as text', async () => {
    const file = await write(ravine(20));
    await vscode.commands.executeCommand('vscode.diff', vscode.Uri.parse('gdexp-revision:/old.gdexp'), file, 'old ↔ new');
    await eventually('a diff of two texts', () => vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputTextDiff);
    assert.equal(labTabs().length, 0);
  });
});
