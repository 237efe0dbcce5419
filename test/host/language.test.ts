import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeAll, eventually, lenses, openLab, openText, write } from './workbench';

const valid = `{
  "gdexp": 1,
  "objective": { "expression": "x^2 + sin(y)", "start": { "x": 3, "y": 1 } },
  "optimizers": [
    { "type": "adam", "learningRate": 0.1 }
  ]
}
`;

const BROKEN: readonly (readonly [name: string, text: string, place: string | null])[] = [
  ['an unclosed brace', '{ "gdexp": 1, "objective": {', null],
  ['an unknown key', valid.replace('"learningRate"', '"learningrate"'), 'learningrate'],
  ['an unknown optimizer', valid.replace('"adam"', '"adamm"'), 'adamm'],
  ['an undefined variable', valid.replace('"y": 1', '"z": 1'), 'z'],
  ['a wrong type', valid.replace('0.1', '"fast"'), '"fast"'],
  ['a number out of range', valid.replace('0.1', '-0.1'), '-0.1'],
  ['a formula that does not parse', valid.replace('x^2 +', 'x^^2 +'), '^2'],
  ['an unknown function', valid.replace('sin(y)', 'sine(y)'), 'sine'],
  ['no optimizers', valid.replace(/\[[^\]]*\]/, '[]'), '[]'],
  ['a list at the top', '[1, 2, 3]', null],
  ['a number at the top', '42', null],
  ['text', 'hello, world', null],
  ['an undefined value at the start', valid.replace('x^2 + sin(y)', '1/(x - 3) + y'), null],
  ['very deep nesting', '['.repeat(20_000), null],
  ['a prototype as a name', valid.replace('{ "x": 3, "y": 1 }', '{ "x": 3, "__proto__": 1 }'), null],
];

const position = (document: vscode.TextDocument, part: string, offset = 0) => document.positionAt(document.getText().indexOf(part) + offset);

describe('The text view', () => {
  afterEach(closeAll);

  for (const [name, text, place] of BROKEN) {
    it(`says a sentence with a place for ${name}`, async () => {
      const uri = await write(text);
      const { document } = await openText(uri);
      const found = await eventually('a diagnostic', () => {
        const all = vscode.languages.getDiagnostics(uri);
        return all.length > 0 && all;
      });
      for (const { message, range } of found) {
        assert.ok(document.validateRange(range).isEqual(range), 'the place lies in the file');
        assert.match(message, /^[^\n]{8,}$/, 'one sentence');
        assert.doesNotMatch(message, /\bat .+:\d+:\d+|undefined|\[object|NaN is not|TypeError|ZodError/);
      }
      const at = place === null ? 0 : text.indexOf(place);
      if (place !== null) assert.ok(found.some(({ range }) => document.offsetAt(range.start) <= at + place.length && document.offsetAt(range.end) >= at), `none at "${place}": ${found.map(({ message }) => message).join(' | ')}`);
    });
  }

  it('lists what is wrong with the data where it is mended, once they were read, and no longer once the text says otherwise', async () => {
    const network = `{
  "gdexp": 1,
  "data": { "csv": "rows.csv", "target": "z" },
  "model": { "layers": [{ "type": "dense", "units": 1 }] },
  "loss": "meanSquaredError",
  "optimizers": [{ "type": "sgd" }]
}
`;
    await write('x,y\n1,2\n3,4\n5,6\n', 'rows.csv');
    const uri = await write(network, 'column.gdexp');
    const { document } = await openText(uri);
    await vscode.commands.executeCommand('gdexp.runAll', uri);
    const [found] = await eventually('a diagnostic', () => {
      const all = vscode.languages.getDiagnostics(uri);
      return all.length > 0 && all;
    });
    assert.match(found.message, /no column "z"/);
    assert.equal(document.getText(found.range), '"z"');
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri, found.range, '"y"');
    await vscode.workspace.applyEdit(edit);
    await eventually('no diagnostic', () => vscode.languages.getDiagnostics(uri).length === 0);
  });

  it('survives five megabytes of junk, in the lab too', async () => {
    let seed = 1;
    const junk = Array.from({ length: 5_000_000 / 8 }, () => String.fromCharCode(...Array.from({ length: 8 }, () => 32 + ((seed = (seed * 48271) % 2147483647) % 94)))).join('');
    const uri = await write(junk, 'junk.gdexp');
    await openLab(uri);
    const found = await eventually('a diagnostic', () => {
      const all = vscode.languages.getDiagnostics(uri);
      return all.length > 0 && all;
    });
    assert.ok(found.length <= 1000);
    const fine = await write(valid);
    await openText(fine);
    await eventually('lenses of the next file', async () => (await lenses(fine)).length > 0);
  });

  it('has nothing to say of a valid file', async () => {
    const uri = await write(valid);
    await openText(uri);
    await eventually('lenses', async () => (await lenses(uri)).length > 0);
    assert.deepEqual(vscode.languages.getDiagnostics(uri).map(({ message }) => message), []);
  });

  it('completes keys and optimizers', async () => {
    const uri = await write(valid.replace('"adam"', '""'));
    const { document } = await openText(uri);
    const names = async (at: vscode.Position) => (await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', uri, at)).items.map(({ label }) => (typeof label === 'string' ? label : label.label).replace(/"/g, ''));
    const types = await eventually('optimizers', async () => {
      const found = await names(position(document, '""', 1));
      return found.includes('sgd') && found;
    });
    for (const type of ['sgd', 'rmsprop', 'adamw', 'newton', 'lbfgs']) assert.ok(types.includes(type), `${type} is not offered: ${types.join(' ')}`);
    const keys = await names(position(document, '"objective"'));
    for (const key of ['stop', 'diagnostics', 'seed']) assert.ok(keys.includes(key), `${key} is not offered: ${keys.join(' ')}`);
  });

  it('completes data files folder by folder, and the columns of the table that they name', async () => {
    const offered = async (text: string, label: string, name: string) => {
      // Each text in a file of its own: an editor that was just closed may still hold the text of before.
      const uri = await write(text.replace('|', ''), `complete-${name}.gdexp`);
      const { document } = await openText(uri);
      const at = document.positionAt(text.indexOf('|'));
      const found = await eventually(`${label} at ${text}`, async () => {
        const { items } = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', uri, at);
        const named = items.map((item) => ({ ...item, ...(typeof item.label === 'string' ? { label: item.label, description: undefined } : item.label) }));
        return named.some((item) => item.label === label) && named;
      });
      const take = async () => {
        const editor = vscode.window.activeTextEditor!;
        const { insertText, range } = found.find((item) => item.label === label)!;
        const place = range instanceof vscode.Range ? range : (range as { replacing: vscode.Range }).replacing;
        await editor.insertSnippet(typeof insertText === 'string' ? new vscode.SnippetString().appendText(insertText) : insertText as vscode.SnippetString, place);
        const text = document.getText();
        const cursor = document.offsetAt(editor.selection.active);
        await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
        return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
      };
      return { labels: found.map((item) => item.label), description: found.find((item) => item.label === label)!.description, take };
    };
    const folder = await offered('{ "data": { "csv": "examples/|", "target": "" } }', 'data/', 'folder');
    const inside = await folder.take();
    assert.equal(inside, '{ "data": { "csv": "examples/data/|", "target": "" } }');
    const file = await offered(inside, 'iris.csv', 'table');
    assert.deepEqual(file.labels.filter((label) => !label.endsWith('.csv')), []);
    const named = await file.take();
    assert.equal(named, '{ "data": { "csv": "examples/data/iris.csv"|, "target": "" } }');
    const column = await offered(named.replace('|', '').replace('""', '"|"'), 'species', 'column');
    assert.match(column.description ?? '', /setosa/);
    assert.equal(await column.take(), '{ "data": { "csv": "examples/data/iris.csv", "target": "species"| } }');
  });

  it('offers first what a file begins with', async () => {
    const uri = await write('{}');
    await openText(uri);
    const keys = await eventually('keys', async () => {
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', uri, new vscode.Position(0, 1));
      const found = items.map(({ label }) => (typeof label === 'string' ? label : label.label));
      return found.includes('optimizers') && found;
    });
    assert.equal(keys[0], 'gdexp');
    assert.equal(keys.at(-1), '$schema');
  });

  it('tells the gradient over a formula, and the rule over an optimizer', async () => {
    const uri = await write(valid);
    const { document } = await openText(uri);
    const hover = async (part: string) => eventually(`a hover over ${part}`, async () => {
      const found = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, position(document, part, 1));
      const text = found.flatMap(({ contents }) => contents.map((content) => (typeof content === 'string' ? content : content.value))).join('\n');
      return text !== '' && text;
    });
    assert.match(decodeURIComponent((await hover('x^2')).replace(/%(?![0-9a-f]{2})/gi, '%25')), /gradient|∂|∇/i);
    assert.match(await hover('adam'), /Adam/);
    for (const [part, place] of [['x^2', ['format', 'objective.expression']], ['adam', ['optimizers', 'adam']], ['start', ['format', 'objective.start']]] as const) {
      assert.ok((await hover(part)).includes(`command:gdexp.openReference?${encodeURIComponent(JSON.stringify(place))}`), `the hover over ${part} leads to its page`);
    }
  });

  it('opens a page of the reference at its heading, beside the text', async () => {
    await openText(await write(valid));
    await vscode.commands.executeCommand('gdexp.openReference', 'optimizers', 'adam');
    const tab = await eventually('a preview', () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find(({ label, input }) => input instanceof vscode.TabInputWebview && /optimizers(\.ko)?\.md/.test(label)));
    assert.equal(tab.group.viewColumn, vscode.ViewColumn.Two);
  });

  it('mends a typing mistake by a quick fix', async () => {
    const uri = await write(valid.replace('"adam"', '"adamm"'));
    const { document } = await openText(uri);
    const [diagnostic] = await eventually('a diagnostic', () => {
      const all = vscode.languages.getDiagnostics(uri);
      return all.length > 0 && all;
    });
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, diagnostic.range, vscode.CodeActionKind.QuickFix.value);
    const fix = actions.find(({ title, edit }) => edit && /adam/.test(title));
    assert.ok(fix?.edit, `no fix among: ${actions.map(({ title }) => title).join(' | ')}`);
    await vscode.workspace.applyEdit(fix.edit);
    assert.equal(document.getText(), valid);
    await eventually('no diagnostic', () => vscode.languages.getDiagnostics(uri).length === 0);
  });

  it('keeps the lenses in place while results come', async () => {
    const uri = await write(valid);
    await openText(uri);
    const lines = async () => (await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 100)).map(({ range }) => range.start.line);
    const before = await eventually('lenses', async () => {
      const found = await lines();
      return found.length > 0 && found;
    });
    await vscode.commands.executeCommand('gdexp.runAll', uri);
    await eventually('results', async () => (await lenses(uri)).some((title) => title.startsWith('loss')));
    assert.deepEqual(await lines(), before);
  });
});
