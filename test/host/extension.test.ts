import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

const extension = () => vscode.extensions.getExtension('gdexp.gdexp')!;

describe('The extension', () => {
  it('is there, and activates', async () => {
    assert.ok(extension(), 'gdexp.gdexp is not among the extensions');
    await extension().activate();
    assert.equal(extension().isActive, true);
  });

  it('registers every command that its manifest names', async () => {
    await extension().activate();
    const known = new Set(await vscode.commands.getCommands(true));
    const contributed: string[] = extension().packageJSON.contributes.commands.map(({ command }: { command: string }) => command);
    assert.ok(contributed.length >= 8);
    assert.deepEqual(contributed.filter((command) => !known.has(command)), []);
  });

  it('has each text of its manifest in English', () => {
    assert.doesNotMatch(JSON.stringify(extension().packageJSON.contributes), /"%[\w.]+%"/);
  });

  it('keeps what is read at activation under 250 KB', () => {
    const size = statSync(path.join(process.env.GDEXP_MAIN!, 'extension.js')).size;
    assert.ok(size < 250_000, `dist/extension.js has ${size} bytes`);
    assert.ok(readdirSync(process.env.GDEXP_MAIN!).includes('worker.js'));
  });
});
