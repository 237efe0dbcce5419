import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeAll, eventually, lenses, openLab, openText, outcomes, replaceAll, workspace, write } from './workbench';

const ravine = (steps: number) => `{
  // plain descent on ½(x² + 100y²): at γ = 2/101 both parts shrink by 99/101 a step
  "gdexp": 1,
  "objective": { "expression": "(x^2 + 100y^2)/2", "start": [1, 1] },
  "optimizers": [{ "type": "sgd", "learningRate": ${2 / 101} }],
  "stop": { "steps": ${steps}, "gradientNorm": null },
}
`;

/** Waits until every run of a file has ended. */
const ended = (uri: vscode.Uri, count: number) => eventually(`${count} finished runs of ${uri.path}`, async () => {
  const found = await outcomes(uri);
  return found.length === count && !(await lenses(uri)).some((title) => /running|runs finished/.test(title)) && found;
});

describe('Runs', () => {
  afterEach(closeAll);

  it('Run All contracts a ravine as the theory says', async () => {
    const uri = await write(ravine(50));
    await openText(uri);
    await vscode.commands.executeCommand('gdexp.runAll', uri);
    const [{ loss, steps }] = await ended(uri, 1);
    const theory = 50.5 * (99 / 101) ** 100;
    assert.equal(steps, 50);
    assert.ok(Math.abs(loss - theory) <= 6e-3 * theory, `${loss}, not ${theory}`);
  });

  it('the lab runs a cheap experiment when it opens, and again when the text changes', async () => {
    const uri = await write(ravine(10));
    const document = await openLab(uri);
    const before = (await ended(uri, 1))[0];
    assert.equal(before.steps, 10);
    await replaceAll(document, ravine(20));
    await eventually('20 steps', async () => (await outcomes(uri))[0]?.steps === 20);
    await vscode.commands.executeCommand('undo');
    await eventually('10 steps again', async () => (await outcomes(uri))[0]?.steps === 10);
  });

  it('Run This Optimizer runs that one alone', async () => {
    const uri = await write(ravine(10).replace('"optimizers": [', '"optimizers": [{ "type": "adam", "learningRate": 0.1 }, '));
    await openText(uri);
    await vscode.commands.executeCommand('gdexp.runOptimizer', uri, 1);
    const titles = await eventually('one result', async () => {
      const all = await lenses(uri);
      return all.some((title) => title.startsWith('loss')) && all;
    });
    assert.equal(titles.filter((title) => title.startsWith('loss')).length, 1);
    assert.ok(titles.includes('not run yet'));
  });

  it('says what diverged, at which verdict', async () => {
    const uri = await write(ravine(500).replace(String(2 / 101), '0.03'));
    await openText(uri);
    await vscode.commands.executeCommand('gdexp.runAll', uri);
    const [{ verdict }] = await ended(uri, 1);
    assert.match(verdict, /diverged/i);
  });

  it('cancels a run of a hundred million steps, and keeps what it had', async () => {
    const uri = await write(ravine(100_000_000).replace('"stop"', '"diagnostics": { "tier": "basic" }, "stop"').replace(String(2 / 101), '1e-9'));
    await openText(uri);
    const done = vscode.commands.executeCommand('gdexp.runAll', uri);
    await eventually('rows', async () => ((await outcomes(uri))[0]?.steps ?? 0) > 0);
    await vscode.commands.executeCommand('gdexp.cancel', uri);
    await done;
    const [{ verdict, steps }] = await ended(uri, 1);
    assert.match(verdict, /cancelled/i);
    assert.ok(steps > 0 && steps < 100_000_000);
  });

  it('runs go on when the lab is closed, and are found again', async () => {
    const uri = await write(ravine(3_000_000).replace(String(2 / 101), '1e-9'));
    await openLab(uri);
    void vscode.commands.executeCommand('gdexp.runAll', uri);
    await eventually('rows', async () => ((await outcomes(uri))[0]?.steps ?? 0) > 0);
    await closeAll();
    await openText(uri);
    const [{ steps }] = await eventually('the end', async () => {
      const found = await outcomes(uri);
      return found[0]?.steps === 3_000_000 && found;
    }, 50_000);
    assert.equal(steps, 3_000_000);
  }).timeout(60_000);

  it('the examples have no error, and run', async () => {
    const files = await vscode.workspace.findFiles(new vscode.RelativePattern(workspace(), 'examples/*.gdexp'));
    assert.ok(files.length >= 14, `${files.length} examples`);
    for (const uri of files) {
      await openText(uri);
      await vscode.commands.executeCommand('gdexp.runAll', uri);
      await eventually(`results of ${uri.path}`, async () => (await lenses(uri)).some((title) => /best /.test(title)));
      assert.deepEqual(vscode.languages.getDiagnostics(uri).filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error).map(({ message }) => message), [], uri.path);
    }
  }).timeout(180_000);

  it('refuses to run a file that has an error, and stays alive', async () => {
    const uri = await write('{ "gdexp": 1, "objective": { "expression": "x^2 + ", "start": [1] }, "optimizers": [{ "type": "sgd" }] }');
    await openText(uri);
    void vscode.commands.executeCommand('gdexp.runAll', uri);
    await eventually('the diagnostics', () => vscode.languages.getDiagnostics(uri).length > 0);
    assert.equal((await outcomes(uri)).length, 0);
    await vscode.commands.executeCommand('notifications.clearAll');
  });
});
