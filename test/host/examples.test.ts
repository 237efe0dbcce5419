import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { TEMPLATES } from '../../src/format/templates';
import { pictureOf } from '../../src/host/commands/newExperiment';
import { closeAll, eventually, outcomes, read, workspace, write } from './workbench';

const extension = () => vscode.extensions.getExtension('gdexp.gdexp')!;
const bundled = (...segments: string[]) => path.join(extension().extensionUri.fsPath, ...segments);
const active = () => (vscode.window.tabGroups.activeTabGroup.activeTab?.input as { uri?: vscode.Uri } | undefined)?.uri;

describe('Open an Example', () => {
  afterEach(closeAll);

  it('lists every example, in both languages, with the files it reads', () => {
    const index = JSON.parse(readFileSync(bundled('dist', 'examples.json'), 'utf8')) as { file: string; title: Record<string, string>; description: Record<string, string>; data: string[] }[];
    assert.deepEqual(index.map(({ file }) => file), readdirSync(bundled('examples')).filter((name) => name.endsWith('.gdexp')).sort());
    for (const { file, title, description, data } of index) {
      for (const text of [title, description]) assert.ok(text.en && text.ko, file);
      const text = readFileSync(bundled('examples', file), 'utf8');
      for (const name of [...text.matchAll(/"(?:csv|images|labels|inputs|targets)":\s*"([^"]+)"/g)].map((match) => match[1])) assert.ok(data.includes(name), `${file} reads ${name}`);
    }
  });

  it('copies one into the workspace and runs it in the lab', async () => {
    await vscode.commands.executeCommand('gdexp.openExample', '02-learning-rate');
    const uri = await eventually('the lab', () => active()?.path.endsWith('/02-learning-rate.gdexp') && active());
    assert.equal(uri.toString(), vscode.Uri.joinPath(workspace(), '02-learning-rate.gdexp').toString());
    assert.equal(await read(uri), readFileSync(bundled('examples', '02-learning-rate.gdexp'), 'utf8'));
    await eventually('its runs', async () => (await outcomes(uri)).length === 4);
  });

  it('opens the copy that is there, and never writes over a file of that name', async () => {
    const own = await write('{ "gdexp": 1 } // my own', '10-ravine-momentum.gdexp');
    await vscode.commands.executeCommand('gdexp.openExample', '10-ravine-momentum');
    await eventually('a copy beside it', () => active()?.path.endsWith('/10-ravine-momentum-2.gdexp'));
    assert.equal(await read(own), '{ "gdexp": 1 } // my own');
    await vscode.workspace.fs.delete(own);
    await vscode.commands.executeCommand('gdexp.openExample', '02-learning-rate');
    await eventually('the same copy', () => active()?.path.endsWith('/02-learning-rate.gdexp'));
  });

  it('has a walkthrough whose pictures and commands are there', async () => {
    const [walkthrough] = extension().packageJSON.contributes.walkthroughs as { steps: { description: string; media: { svg: string }; completionEvents: string[] }[] }[];
    assert.equal(walkthrough.steps.length, 5);
    const known = new Set(await vscode.commands.getCommands(true));
    for (const { description, media, completionEvents } of walkthrough.steps) {
      assert.match(readFileSync(bundled(...media.svg.split('/')), 'utf8'), /^<svg /);
      const named = [...description.matchAll(/\(command:([\w.]+)/g), ...completionEvents.join(' ').matchAll(/onCommand:([\w.]+)/g)].map((match) => match[1]);
      assert.deepEqual(named.filter((command) => !known.has(command)), []);
    }
  });

  it('has a picture for each template', () => {
    const missing = TEMPLATES.filter(({ id }) => !existsSync(pictureOf(extension().extensionUri, id).fsPath));
    assert.deepEqual(missing.map(({ id }) => id), []);
    assert.ok(new Set(TEMPLATES.map(({ id }) => pictureOf(extension().extensionUri, id).path)).size >= 8, 'templates differ at a glance');
  });
});
