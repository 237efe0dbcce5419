import assert from 'node:assert/strict';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { ExperimentDocuments } from '../../src/host/documents';
import { DataService } from '../../src/host/runs/dataService';
import { RunService } from '../../src/host/runs/runService';
import { ExperimentTests } from '../../src/host/testing/experimentTests';
import { ExpectationRuns } from '../../src/host/testing/testRuns';
import { spawnNodeWorker } from '../../src/worker/nodePort';
import { WorkerPool } from '../../src/worker/pool';
import { closeAll, eventually, openText, replaceAll, workspace, write } from './workbench';

/** x ← x/2 each step: after 10 steps the loss is 2⁻²⁰. The second is cancelled or goes on for hours. */
const file = (entries: string, steps = 10) => `{
  "gdexp": 1,
  "objective": { "expression": "x^2", "start": [1] },
  "optimizers": [
    { "type": "sgd", "label": "half", "learningRate": 0.25 },
    { "type": "sgd", "label": "still", "learningRate": 1e-9 }
  ],
  "stop": { "steps": ${steps}, "gradientNorm": null },
  "diagnostics": { "tier": "basic" },
  "expect": [
    ${entries}
  ]
}
`;
const TWO = '{ "optimizer": "half", "loss": "< 1e-7", "status": "completed" },\n    { "optimizer": "still", "loss": "> 0.9" }';

interface Event {
  readonly kind: 'enqueued' | 'started' | 'passed' | 'failed' | 'errored' | 'skipped';
  readonly label: string;
  readonly messages: readonly vscode.TestMessage[];
}

describe('The Test Explorer', () => {
  let controller: vscode.TestController;
  let tests: ExperimentTests;
  let runs: RunService;
  let running: ExpectationRuns;
  let pool: WorkerPool;
  let events: Event[];
  let started: number;

  before(async () => {
    await vscode.extensions.getExtension('gdexp.gdexp')!.activate();
    pool = new WorkerPool(() => spawnNodeWorker(path.join(process.env.GDEXP_MAIN!, 'worker.js')), { size: 2 });
  });
  after(() => pool.dispose());
  beforeEach(() => {
    controller = vscode.tests.createTestController('gdexp-watched', 'watched');
    events = [];
    started = 0;
    const make = controller.createTestRun.bind(controller);
    // What is told of a run is told to VS Code too; there is no other way to hear it.
    controller.createTestRun = (...args) => {
      const run = make(...args);
      for (const kind of ['enqueued', 'started', 'passed', 'failed', 'errored', 'skipped'] as const) {
        const tell = run[kind].bind(run) as (item: vscode.TestItem, ...rest: unknown[]) => void;
        (run as unknown as Record<string, unknown>)[kind] = (item: vscode.TestItem, ...rest: unknown[]) => {
          events.push({ kind, label: item.label, messages: [rest[0] ?? []].flat().filter((each): each is vscode.TestMessage => each instanceof vscode.TestMessage) });
          tell(item, ...rest);
        };
      }
      return run;
    };
    const documents = new ExperimentDocuments();
    runs = new RunService(documents, () => pool, { debug: (text: string) => { if (text.startsWith('start ')) started++; }, info: () => {}, warn: () => {}, error: () => {}, show: () => {} }, new DataService(() => pool, { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, show: () => {} }, { pathOf: null }));
    tests = new ExperimentTests(controller, documents);
    running = new ExpectationRuns(tests, documents, runs);
  });
  afterEach(async () => {
    tests.dispose();
    runs.dispose();
    controller.dispose();
    await closeAll();
  });

  const none = () => new vscode.CancellationTokenSource().token;
  const itemOf = (uri: vscode.Uri) => eventually('the item of the file', () => controller.items.get(uri.toString()));
  const states = () => events.filter(({ kind }) => kind !== 'enqueued' && kind !== 'started').map(({ kind, label }) => `${kind} ${label}`);

  it('has an item for each entry, at its place', async () => {
    const uri = await write(file(TWO));
    const { document } = await openText(uri);
    const item = await itemOf(uri);
    const children = [...item.children].map(([, child]) => child);
    assert.deepEqual(children.map(({ label }) => label), ['half: loss < 1e-7, status completed', 'still: loss > 0.9']);
    assert.deepEqual(children.map(({ range }) => document.getText(range)), ['{ "optimizer": "half", "loss": "< 1e-7", "status": "completed" }', '{ "optimizer": "still", "loss": "> 0.9" }']);
  });

  it('finds the experiments of the workspace that claim something, and those alone', async () => {
    const claims = await write(file(TWO));
    const silent = await write(file('').replace(/,\s*"expect": \[\s*\]/, ''));
    await tests.discover();
    assert.ok(controller.items.get(claims.toString()));
    assert.equal(controller.items.get(silent.toString()), undefined);
    const examples = await vscode.workspace.findFiles(new vscode.RelativePattern(workspace(), 'examples/*.gdexp'));
    assert.deepEqual(examples.filter((uri) => !controller.items.get(uri.toString())).map(({ path: name }) => name), []);
    await vscode.workspace.fs.delete(claims);
    await eventually('a deleted file gone', () => controller.items.get(claims.toString()) === undefined);
  });

  it('shows the actual value where an entry fails, at its field', async () => {
    const uri = await write(file(TWO));
    const { document } = await openText(uri);
    const item = await itemOf(uri);
    await running.run(new vscode.TestRunRequest([item]), none());
    assert.deepEqual(events.filter(({ kind }) => kind === 'started').length, 2);
    assert.deepEqual(states().sort(), ['failed half: loss < 1e-7, status completed', 'passed still: loss > 0.9']);
    const [message, ...more] = events.find(({ kind }) => kind === 'failed')!.messages;
    assert.equal(more.length, 0, 'the status does hold');
    assert.match(String(message.message), /half: loss < 1e-7 does not hold: it is 9\.54e[−-]7\./);
    assert.equal(message.expectedOutput, 'loss < 1e-7');
    assert.equal(Number(message.actualOutput!.replace('loss ', '')), 2 ** -20);
    assert.equal(document.getText(message.location!.range), '"loss"');
  });

  it('runs nothing again that has a true result', async () => {
    const uri = await write(file(TWO));
    const { document } = await openText(uri);
    await runs.of(document).runAll();
    const before = started;
    await running.run(new vscode.TestRunRequest([await itemOf(uri)]), none());
    assert.equal(states().length, 2);
    assert.equal(started, before);
    await replaceAll(document, file(TWO, 11));
    await running.run(new vscode.TestRunRequest([await itemOf(uri)]), none());
    assert.equal(started, before + 1, 'another limit of steps is another run');
  });

  it('runs one entry and what it speaks of alone', async () => {
    const uri = await write(file(TWO));
    const { document } = await openText(uri);
    const item = await itemOf(uri);
    const [, second] = [...item.children].map(([, child]) => child);
    await running.run(new vscode.TestRunRequest([second]), none());
    assert.deepEqual(states(), ['passed still: loss > 0.9']);
    assert.deepEqual(runs.of(document).runs.map(({ trial }) => trial.label), ['still']);
  });

  it('tells of a broken file, and keeps its entries until it is mended', async () => {
    const uri = await write(file(TWO));
    const { document } = await openText(uri);
    const item = await itemOf(uri);
    await replaceAll(document, file(TWO).replace('"x^2"', '"x^^2"'));
    await eventually('an error at the file', () => item.error !== undefined);
    assert.match(String(item.error), /^Line 3: /);
    assert.equal(item.children.size, 2);
    await running.run(new vscode.TestRunRequest([item]), none());
    assert.deepEqual(states().map((state) => state.split(' ')[0]), ['errored', 'errored']);
    assert.equal(events.find(({ kind }) => kind === 'errored')!.messages[0].location!.range.start.line, 2);
    await replaceAll(document, file(TWO));
    await eventually('mended', () => item.error === undefined);
  });

  it('cancels: what has not ended is skipped', async () => {
    const uri = await write(file(TWO, 2_000_000_000));
    const { document } = await openText(uri);
    const source = new vscode.CancellationTokenSource();
    const done = running.run(new vscode.TestRunRequest([await itemOf(uri)]), source.token);
    await eventually('rows', () => runs.of(document).runs.some(({ steps }) => steps > 0));
    source.cancel();
    await done;
    assert.deepEqual(states().map((state) => state.split(' ')[0]), ['skipped', 'skipped']);
  });

  it('takes an entry in when it is written, and lets it go', async () => {
    const uri = await write(file(TWO));
    const { document } = await openText(uri);
    const item = await itemOf(uri);
    await replaceAll(document, file(`${TWO},\n    { "verdict": "converged" }`));
    await eventually('three entries', () => item.children.size === 3);
    assert.ok([...item.children].some(([, { label }]) => label === 'every run: verdict converged'));
    await replaceAll(document, file(''));
    await eventually('no item', () => controller.items.get(uri.toString()) === undefined);
  });
});
