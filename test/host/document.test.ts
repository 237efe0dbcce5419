import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeAll, eventually, openLab, openText, outcomes, read, replaceAll, write } from './workbench';

const text = (rate: number) => `{
  // a comment that stays
  "gdexp": 1,
  "objective": { "expression": "x^2", "start": [3] }, /* and this one */
  "optimizers": [
    { "type": "sgd", "learningRate": ${rate} },
  ],
}
`;

const labTabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => tab.input instanceof vscode.TabInputCustom && tab.input.viewType === 'gdexp.lab');

describe('The document', () => {
  afterEach(closeAll);

  it('opens in the lab by default', async () => {
    const uri = await write(text(0.1));
    await vscode.commands.executeCommand('vscode.open', uri);
    await eventually('a lab tab', () => labTabs().length === 1);
    assert.equal((await vscode.workspace.openTextDocument(uri)).languageId, 'gdexp');
  });

  it('is dirty after an edit, clean after undo, dirty after redo, and saved by Save', async () => {
    const uri = await write(text(0.1));
    const document = await openLab(uri);
    await eventually('the first run', async () => (await outcomes(uri)).length === 1);
    assert.equal(document.isDirty, false, 'opening must not change the file');
    await replaceAll(document, text(0.2));
    assert.equal(document.isDirty, true);
    await eventually('the dirty mark on the tab', () => labTabs()[0]?.isDirty);
    await vscode.commands.executeCommand('undo');
    await eventually('undo', () => document.getText() === text(0.1));
    assert.equal(document.isDirty, false);
    await vscode.commands.executeCommand('redo');
    await eventually('redo', () => document.getText() === text(0.2));
    assert.equal(document.isDirty, true);
    await vscode.commands.executeCommand('workbench.action.files.save');
    await eventually('saved', () => !document.isDirty);
    assert.equal(await read(uri), text(0.2));
  });

  it('goes back to the file on Revert', async () => {
    const uri = await write(text(0.1));
    const document = await openLab(uri);
    await replaceAll(document, text(0.3));
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await eventually('reverted', () => document.getText() === text(0.1) && !document.isDirty);
  });

  it('follows a change on disk', async () => {
    const uri = await write(text(0.1));
    const document = await openLab(uri);
    await eventually('the first run', async () => (await outcomes(uri)).length === 1);
    const before = (await outcomes(uri))[0].loss;
    await write(text(0.01), uri.path.split('/').pop()!);
    await eventually('the new text', () => document.getText() === text(0.01));
    await eventually('the new result', async () => {
      const [now] = await outcomes(uri);
      return now !== undefined && now.loss !== before;
    });
    assert.equal(document.isDirty, false);
  });

  it('is one document in two labs and a text editor', async () => {
    const uri = await write(text(0.1));
    const document = await openLab(uri);
    await openLab(uri, vscode.ViewColumn.Two);
    const editor = await openText(uri, vscode.ViewColumn.Three);
    await eventually('two labs', () => labTabs().length === 2);
    await editor.edit((edit) => edit.replace(new vscode.Range(document.positionAt(document.getText().indexOf('0.1')), document.positionAt(document.getText().indexOf('0.1') + 3)), '0.25'));
    assert.equal(document.getText(), text(0.25));
    await eventually('both dirty', () => labTabs().every((tab) => tab.isDirty));
    // A lab that has only just finished loading may have taken the focus.
    await vscode.window.showTextDocument(document, vscode.ViewColumn.Three);
    await vscode.commands.executeCommand('undo');
    await eventually('undo', () => document.getText() === text(0.1));
  });

  it('opens a new, untitled, and an empty file', async () => {
    const empty = await write('');
    await openLab(empty);
    await eventually('a lab tab', () => labTabs().length === 1);
    assert.equal((await vscode.workspace.openTextDocument(empty)).getText(), '', 'an empty file stays empty until somebody writes to it');
  });

  it('shows a diff as text', async () => {
    const left = await write(text(0.1));
    const right = await write(text(0.2));
    await vscode.commands.executeCommand('vscode.diff', left, right);
    await eventually('a diff of two texts', () => vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputTextDiff);
  });

  it('Open Source to the Side shows the text beside the lab', async () => {
    const uri = await write(text(0.1));
    await openLab(uri);
    await vscode.commands.executeCommand('gdexp.openSource', uri);
    await eventually('a text editor', () => vscode.window.visibleTextEditors.some((editor) => editor.document.uri.toString() === uri.toString()));
    assert.equal(labTabs().length, 1);
    assert.ok(vscode.window.tabGroups.all.length >= 2);
  });
});
