import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { GdexpExports } from '../../src/host/api/api';
import { HistoryStore } from '../../src/host/history/store';
import { workspaceFiles } from '../../src/host/history/workspaceFiles';
import { madeRun } from '../unit/historyFixtures';
import { closeAll, eventually, lenses, openLab, openText, outcomes, workspace, write } from './workbench';

const bowl = (rate: number) => `{ "gdexp": 1, "objective": { "expression": "x^2/2", "start": [1] }, "optimizers": [{ "type": "sgd", "learningRate": ${rate} }], "stop": { "steps": 20, "gradientNorm": null } }`;

describe('History', () => {
  afterEach(closeAll);

  it('keeps, lists, deletes and brings back runs through VS Code\'s own file systems', async () => {
    const folder = vscode.Uri.joinPath(workspace(), '.kept-runs');
    const complaints: string[] = [];
    const open = async (): Promise<HistoryStore> => {
      const store = new HistoryStore(workspaceFiles(folder), { limits: () => ({ runs: 3, bytes: 1e9 }), log: (_level, message) => complaints.push(message) });
      await store.open();
      return store;
    };
    const store = await open();
    const ids: string[] = [];
    for (const n of [1, 2, 3, 4]) {
      const { run, text, content } = madeRun(n);
      ids.push((await store.keep(run, text, () => content)).id);
    }
    await store.pin([ids[1]], true);
    await store.delete([ids[2]]);
    await store.flush();
    const again = await open();
    const labels = (): string[] => again.list().map(({ label, pinned }) => `${label}${pinned ? ' pinned' : ''}`);
    assert.deepEqual(labels(), ['run 4', 'run 2 pinned']);
    await again.restore([ids[2]]);
    assert.deepEqual(labels(), ['run 4', 'run 3', 'run 2 pinned']);
    assert.deepEqual(await again.content(ids[2]), madeRun(3).content);
    assert.equal(await again.text(again.get(ids[3])!), madeRun(4).text);
    await again.flush();
    assert.equal((await open()).list().length, 3);
    assert.deepEqual(complaints, []);
  });

  it('brings the points that a narrowing sweep added back for a file that is opened anew, without running', async () => {
    const api = vscode.extensions.getExtension<GdexpExports>('gdexp.gdexp')!.exports.getAPI(1);
    const text = bowl(0.1).replace('"stop"', '"sweep": { "learningRate": [0.01, 0.1, 0.5], "refine": 2 }, "stop"');
    const uri = await write(text, 'narrowing.gdexp');
    await vscode.workspace.getConfiguration('gdexp').update('runOnOpen', 'never', vscode.ConfigurationTarget.Global);
    try {
      const first = await api.run(uri);
      // Beside the three of the file, each round adds two points on each side of the best that were not tried.
      assert.ok(first.runs.length > 3 + 4, `${first.runs.length} runs`);
      await closeAll();
      // A deleted file's results go from memory with it.
      const edit = new vscode.WorkspaceEdit();
      edit.deleteFile(uri);
      await vscode.workspace.applyEdit(edit);
      await eventually('a closed document', () => !vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString()));
      const ran: string[] = [];
      const listening = api.onDidFinishRun(({ uri: file, run }) => { if (file?.toString() === uri.toString()) ran.push(run.label); });
      await write(text, 'narrowing.gdexp');
      await openLab(uri);
      await eventually('all of them', async () => (await lenses(uri)).some((title) => title.startsWith('median loss') && title.includes(` of ${first.runs.length} `)));
      assert.deepEqual((await api.run(uri)).runs, first.runs);
      listening.dispose();
      assert.deepEqual(ran, []);
    } finally {
      await vscode.workspace.getConfiguration('gdexp').update('runOnOpen', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('compares two files: runs what they lack, and shows one page for both', async () => {
    const first = await write(bowl(0.1), 'compare-a.gdexp');
    const second = await write(bowl(0.5), 'compare-b.gdexp');
    await vscode.commands.executeCommand('gdexp.compare', first, [first, second]);
    const tab = await eventually('the comparing page', () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.includes('gdexp.compare')));
    assert.equal(tab.label, 'Compare compare-a.gdexp ↔ compare-b.gdexp');
    for (const [uri, rate] of [[first, 0.1], [second, 0.5]] as const) {
      await openText(uri);
      const [{ loss, steps }] = await eventually('a result', async () => {
        const found = await outcomes(uri);
        return found.length === 1 && found[0].steps === 20 && found;
      });
      const theory = (1 - rate) ** 40 / 2;
      assert.equal(steps, 20);
      assert.ok(Math.abs(loss - theory) <= 6e-3 * theory, `${loss}, not ${theory}`);
    }
  });
});
