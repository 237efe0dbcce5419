import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeAll, eventually, lenses, openText, replaceAll, write } from './workbench';

/** x ← 0.5 x: after 10 steps x = 2⁻¹⁰ and the loss 2⁻²⁰, about 9.5e-7. */
const halving = (claim: string) => `{
  "gdexp": 1,
  "objective": { "expression": "x^2", "start": [1] },
  "optimizers": [
    { "type": "sgd", "label": "half", "learningRate": 0.25 },
    { "type": "sgd", "label": "still", "learningRate": 1e-9 }
  ],
  "stop": { "steps": 10, "gradientNorm": null },
  "expect": [
    { "optimizer": "half", "loss": "${claim}" },
    { "optimizer": "still", "loss": "> 0.9", "status": "completed" }
  ]
}
`;

/** Lens titles over the entries, top to bottom. */
const claims = async (uri: vscode.Uri) => (await lenses(uri)).filter((title) => /\$\((check|close|circle-outline|sync)\)/.test(title) && !/runs finished/.test(title));

describe('Expectations', () => {
  afterEach(closeAll);

  it('tell over each entry whether it holds, and what was found', async () => {
    const uri = await write(halving('< 1e-7'));
    await openText(uri);
    assert.deepEqual(await eventually('lenses', async () => {
      const found = await claims(uri);
      return found.length === 2 && found;
    }), ['$(circle-outline) not checked yet', '$(circle-outline) not checked yet']);
    await vscode.commands.executeCommand('gdexp.runAll', uri);
    const [first, second] = await eventually('results', async () => {
      const found = await claims(uri);
      return found.some((title) => title.startsWith('$(check)')) && found;
    });
    // 2⁻²⁰ = 9.54e-7
    assert.match(first, /^\$\(close\) loss is 9\.5\d*e[−-]7$/);
    assert.match(second, /^\$\(check\) holds: (1|0\.9+\d*), completed$/);
  });

  it('are checked as a test run, of one entry alone', async () => {
    const uri = await write(halving('< 1e-6'));
    await openText(uri);
    await vscode.commands.executeCommand('gdexp.checkExpectations', uri, 0);
    const [first, second] = await eventually('a result', async () => {
      const found = await claims(uri);
      return found[0]?.startsWith('$(check)') && found;
    });
    assert.match(first, /holds: 9\.5\d*e[−-]7/);
    assert.equal(second, '$(circle-outline) not checked yet', 'the other optimizer was not asked for');
  });

  it('speak of the best run of a sweep, after it has narrowed', async () => {
    // x² by γ: 1 − 2γ = 0 at γ = 1/2, which only the narrowing around 0.4 and 0.6 finds: its loss is 0 after a step.
    const uri = await write(`{
  "gdexp": 1,
  "objective": { "expression": "x^2", "start": [1] },
  "optimizers": [{ "type": "sgd", "label": "swept" }],
  "sweep": { "learningRate": [0.1, 0.4, 0.6], "refine": 3 },
  "stop": { "steps": 3, "gradientNorm": null },
  "expect": [
    { "optimizer": "swept", "loss": "< 1e-5" }
  ]
}
`);
    await openText(uri);
    await vscode.commands.executeCommand('gdexp.checkExpectations', uri);
    // At γ = 0.4 three steps leave x = 0.008, a loss of 6.4e-5.
    const [title] = await eventually('a result', async () => {
      const found = await claims(uri);
      return /^\$\((check|close)\)/.test(found[0] ?? '') && found;
    });
    assert.match(title, /^\$\(check\) holds: /);
  });

  it('are judged anew when the text changes', async () => {
    const uri = await write(halving('< 1e-6'));
    const { document } = await openText(uri);
    await vscode.commands.executeCommand('gdexp.checkExpectations', uri);
    await eventually('both hold', async () => (await claims(uri)).every((title) => title.startsWith('$(check)')));
    await replaceAll(document, halving('< 1e-8'));
    await eventually('the first fails now', async () => (await claims(uri))[0]?.startsWith('$(close)'));
  });
});
