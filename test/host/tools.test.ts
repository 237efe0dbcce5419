import assert from 'node:assert/strict';
import { afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { ExperimentDocuments } from '../../src/host/documents';
import { ExperimentTools } from '../../src/host/languageModel/tools';
import { closeAll, openText, write } from './workbench';

const halving = `{
  "gdexp": 1,
  "objective": { "expression": "x^2", "start": [1] },
  "optimizers": [
    { "type": "sgd", "label": "half", "learningRate": 0.25 },
    { "type": "sgd", "label": "away", "learningRate": 1.5 }
  ],
  "stop": { "steps": 100, "gradientNorm": 1e-6 },
  "expect": [{ "optimizer": "half", "steps": "<= 21" }]
}
`;

interface Answer {
  readonly runs: readonly { readonly optimizer: string; readonly verdict: string; readonly steps: number; readonly loss: number | string; readonly says?: string; readonly remedies?: readonly { readonly path: string }[] }[];
  readonly runsLeftOut?: number;
  readonly problems?: readonly { readonly line: number; readonly message: string }[];
  readonly expectations?: readonly { readonly text: string; readonly holds: boolean }[];
}

async function ask(tool: string, input: object, tokenizationOptions?: vscode.LanguageModelToolTokenizationOptions, token?: vscode.CancellationToken): Promise<string> {
  const result = await vscode.lm.invokeTool(tool, { input, toolInvocationToken: undefined, tokenizationOptions }, token ?? new vscode.CancellationTokenSource().token);
  return result.content.map((part) => (part as vscode.LanguageModelTextPart).value).join('');
}
const run = async (input: object, options?: vscode.LanguageModelToolTokenizationOptions) => JSON.parse(await ask('gdexp_run', input, options)) as Answer;
/** A token a character. */
const budget = (characters: number): vscode.LanguageModelToolTokenizationOptions => ({ tokenBudget: characters, countTokens: (text) => Promise.resolve(text.length) });

describe('The tools of language models', () => {
  before(() => vscode.extensions.getExtension('gdexp.gdexp')!.activate());
  afterEach(closeAll);

  it('are there, with a schema and a description', () => {
    for (const name of ['gdexp_run', 'gdexp_explain']) {
      const tool = vscode.lm.tools.find((each) => each.name === name);
      assert.ok(tool, `${name} is not among ${vscode.lm.tools.map((each) => each.name).join(', ')}`);
      assert.ok(tool.description.length > 100);
      assert.ok(tool.inputSchema);
    }
  });

  it('run a text and answer with verdicts and numbers', async () => {
    const { runs, expectations } = await run({ text: halving });
    assert.deepEqual(runs.map(({ optimizer, verdict }) => [optimizer, verdict]), [['half', 'converged'], ['away', 'diverged']]);
    assert.equal(runs[0].steps, 21);
    assert.equal(runs[0].loss, Number((4 ** -21).toPrecision(6)));
    assert.equal(runs[1].remedies?.[0].path, '/optimizers/1/learningRate');
    assert.deepEqual(expectations?.map(({ holds }) => holds), [true]);
  });

  it('run a file by its path, and one optimizer of it', async () => {
    const uri = await write(halving);
    const { runs } = await run({ file: vscode.workspace.asRelativePath(uri), only: ['away'] });
    assert.deepEqual(runs.map(({ optimizer }) => optimizer), ['away']);
    await assert.rejects(ask('gdexp_run', { file: 'nowhere.gdexp' }), /nowhere\.gdexp/);
  });

  it('answer with the errors of a text, and their lines', async () => {
    const { runs, problems } = await run({ text: halving.replace('x^2', 'x^^2') });
    assert.deepEqual([runs.length, problems?.[0].line], [0, 3]);
  });

  it('keep to the budget of tokens', async () => {
    const all = await ask('gdexp_run', { text: halving });
    const less = await ask('gdexp_run', { text: halving }, budget(all.length - 1));
    assert.ok(less.length < all.length && (JSON.parse(less) as Answer).runs[0].says !== undefined);
    const least = JSON.parse(await ask('gdexp_run', { text: halving }, budget(300))) as Answer;
    assert.equal(least.runs[0].says, undefined);
    assert.equal(least.runs.length + (least.runsLeftOut ?? 0), 2);
    assert.ok(JSON.stringify(least).length <= 300);
  });

  it('end when they are cancelled', async () => {
    const source = new vscode.CancellationTokenSource();
    // 1.9 million steps: not so many that it asks first, and long enough to be cancelled.
    const long = halving.replace('"half", "learningRate": 0.25', '"half", "learningRate": 1e-12').replace('"steps": 100', '"steps": 900000').replace('"stop"', '"diagnostics": { "tier": "full" }, "stop"');
    const answer = ask('gdexp_run', { text: long }, undefined, source.token);
    setTimeout(() => source.cancel(), 20);
    await assert.rejects(answer, /cancel/i);
  });

  it('ask before what may take long, and say how long', async () => {
    const tools = new ExperimentTools({ documents: new ExperimentDocuments() } as unknown as ConstructorParameters<typeof ExperimentTools>[0]);
    const prepared = (text: string, only?: readonly string[]) => tools.prepareRun({ input: { text, only } });
    assert.equal((await prepared(halving)).confirmationMessages, undefined);
    const long = halving.replace('"steps": 100', '"steps": 1500000');
    assert.match(String((await prepared(long)).confirmationMessages?.message), /^2 runs of 3,000,000 steps/);
    assert.equal((await prepared(long, ['half'])).confirmationMessages, undefined, 'one alone is short');
    assert.match(String((await prepared(halving.replace('"steps": 100', '"steps": null'))).confirmationMessages?.message), /without a limit/);
  });

  it('explain a verdict, and an optimizer by its rule', async () => {
    assert.match(await ask('gdexp_explain', { topic: 'zigzag' }), /^zigzag: .*turn/is);
    const adam = await ask('gdexp_explain', { topic: 'Adam' });
    assert.match(adam, /√v̂ \+ ε/);
    assert.match(adam, /beta1/);
    await assert.rejects(ask('gdexp_explain', { topic: 'adma' }), /adma.*adam/s);
  });

  it('explain a run with its own numbers', async () => {
    const uri = await write(halving);
    await openText(uri);
    assert.match(await ask('gdexp_explain', { topic: 'diverged' }), /no results yet/);
    await vscode.commands.executeCommand('gdexp.runAll', uri);
    const text = await ask('gdexp_explain', { topic: 'diverged' });
    assert.match(text, /"optimizer":"away"/);
    assert.doesNotMatch(text, /"optimizer":"half"/);
    // |1 − 2γ| = 2 at γ = 1.5; a curvature of 2 allows γ ≤ 1.
    assert.match(text, /"lambdaMax":2\b/);
    assert.match(await ask('gdexp_explain', { file: vscode.workspace.asRelativePath(uri), optimizer: 'half' }), /converged: [\s\S]*"steps":21/);
  });
});
