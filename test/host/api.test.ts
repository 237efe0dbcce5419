import assert from 'node:assert/strict';
import { afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { ExperimentResult, GdexpExports, Problem } from '../../src/host/api/api';
import { closeAll, eventually, openText, outcomes, write } from './workbench';

/** γ = 1/2 lands on the minimum of x² at once; γ = 1/4 halves x each step: |2x| ≤ 1e-6 first after 21 of them from 1. */
const halving = `{
  "gdexp": 1,
  "title": "Halving",
  "objective": { "expression": "x^2", "start": [1] },
  "optimizers": [
    { "type": "sgd", "label": "half", "learningRate": 0.25 },
    { "type": "sgd", "label": "jump", "learningRate": 0.5 },
    { "type": "sgd", "label": "away", "learningRate": 1.5 }
  ],
  "stop": { "steps": 100, "gradientNorm": 1e-6 },
  "expect": [{ "optimizer": "half", "steps": "<= 21" }, { "optimizer": "away", "verdict": "converged" }]
}
`;
const endless = halving.replace('0.25', '1e-12').replace('"steps": 100', '"steps": 2000000000');

interface Consumer {
  readonly version: string;
  readonly finished: readonly string[];
  getAPI(version: number): unknown;
}

describe('The API, used by another extension', () => {
  let consumer: Consumer;
  before(async () => {
    const extension = vscode.extensions.getExtension<Consumer>('gdexp-example.gdexp-consumer');
    assert.ok(extension, 'the example extension is not loaded');
    consumer = await extension.activate();
  });
  afterEach(closeAll);

  const best = (experiment: vscode.Uri | string, only?: readonly string[]) => vscode.commands.executeCommand<{ best: string | null; result: ExperimentResult }>('gdexpConsumer.best', experiment, only);

  it('says its version, and refuses one it does not have', () => {
    const exported = vscode.extensions.getExtension<GdexpExports>('gdexp.gdexp')!;
    assert.equal(consumer.version, exported.packageJSON.version);
    assert.throws(() => consumer.getAPI(2), /version 1 of its API, not 2/);
    assert.equal(exported.exports.getAPI(1), exported.exports.getAPI(1));
  });

  it('runs a text, and gives plain data', async () => {
    const { best: label, result } = await best(halving);
    assert.equal(label, 'jump');
    assert.equal(result.title, 'Halving');
    assert.deepEqual(result.runs.map((run) => [run.label, run.steps, run.status]), [['half', 21, 'converged'], ['jump', 1, 'converged'], ['away', result.runs[2].steps, 'diverged']]);
    assert.equal(result.runs[0].loss, 4 ** -21);
    assert.deepEqual(result.runs[0].parameters, [2 ** -21]);
    assert.ok(result.runs[2].verdict.remedies.some(({ path, value }) => path === '/optimizers/2/learningRate' && Number(value) < 1), 'a remedy for the rate that is too large');
    assert.deepEqual(result.expectations.map(({ text, holds, actual }) => [text, holds, actual]), [['half: steps <= 21', true, 21], ['away: verdict converged', false, 'diverged']]);
    assert.deepEqual(structuredClone(result), result);
  });

  it('runs a file in its own session: the lenses show it', async () => {
    const uri = await write(halving);
    await openText(uri);
    const before = consumer.finished.length;
    const { result } = await best(uri, ['half']);
    assert.deepEqual(result.runs.map(({ label }) => label), ['half']);
    assert.deepEqual(result.expectations.length, 1, 'what speaks of the others was not asked');
    await eventually('the lens', async () => (await outcomes(uri))[0]?.steps === 21);
    assert.deepEqual(consumer.finished.slice(before), [`${uri.path.split('/').pop()} half converged`]);
    await best(uri);
    assert.deepEqual(consumer.finished.slice(before).length, 3, 'the first is not run again');
  });

  it('tells of runs that a person started', async () => {
    const uri = await write(halving.replace('"seed"', '"seed"'));
    await openText(uri);
    const before = consumer.finished.length;
    await vscode.commands.executeCommand('gdexp.runAll', uri);
    await eventually('three events', () => consumer.finished.length === before + 3);
    assert.deepEqual(consumer.finished.slice(before).map((line) => line.split(' ').slice(1).join(' ')).sort(), ['away diverged', 'half converged', 'jump converged']);
  });

  it('cancels', async () => {
    const result = await vscode.commands.executeCommand<ExperimentResult>('gdexpConsumer.runFor', endless, 700);
    assert.equal(result.runs[0].status, 'cancelled');
    assert.deepEqual(result.runs.map(({ label }) => label), ['half', 'jump', 'away']);
    assert.ok(!result.expectations.some(({ text }) => text.startsWith('half')), 'a cancelled run proves nothing');
  });

  it('says what is wrong with a text, and rejects a label that is not there', async () => {
    const problems = await vscode.commands.executeCommand<Problem[]>('gdexpConsumer.errors', halving.replace('"sgd"', '"sdg"'));
    assert.deepEqual(problems.map(({ line, suggestion }) => [line, suggestion]), [[6, 'sgd']]);
    const { result } = await best(halving.replace('x^2', 'x^^2'));
    assert.deepEqual([result.runs.length, result.problems.length], [0, 1]);
    await assert.rejects(async () => best(halving, ['halv']), /No optimizer has the label "halv"\. Did you mean "half"\?/);
  });
});
