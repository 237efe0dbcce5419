/** The web build in the worker host of a real browser: no Node, no shared memory, files read through VS Code alone. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { runCommand, waitForFrame } from '../vscode/launch.mjs';
import { Lab, closeEditors, eventually, isDirty, openExamples, pictureOfFailures } from './lab.mjs';
import { makeWebExtension } from './webExtension.mjs';

const LESSON = '02-learning-rate.gdexp';
const TITLE = 'Learning rate';

/** Would go on for minutes, and is too long to start by itself. */
const ENDLESS = JSON.stringify({
  gdexp: 1,
  title: 'Endless',
  objective: { function: 'rosenbrock', start: { x: -1.2, y: 1 } },
  optimizers: [{ type: 'sgd', label: 'crawl', learningRate: 1e-9 }],
  stop: { steps: 2_000_000_000 },
});

/** Trains a network for hours; the learning rate is so small that it ends in no other way. */
const ENDLESS_NETWORK = JSON.stringify({
  gdexp: 1,
  title: 'Endless network',
  data: { csv: 'data/digits.csv', target: 'digit', validation: 0.2 },
  model: { layers: [{ type: 'dense', units: 32, activation: 'relu' }, { type: 'dense', units: 10, activation: 'softmax' }] },
  loss: 'categoricalCrossentropy',
  training: { batchSize: 32, epochs: 10_000_000 },
  optimizers: [{ type: 'sgd', label: 'crawl', learningRate: 1e-9 }],
});

/** What this VS Code says with no extension installed: of a service worker it does not ship, of sign-ins and telemetry without a network. */
const NOISE = [/Failed to load resource/, /A bad HTTP response code \(404\)/, /\[Service Worker\]/, /authentication provider 'github'/, /An unknown error occurred\. Please consult the log/];

describe('In the worker host of a browser', () => {
  let extensions;
  let instance;
  let page;

  before(async function start() {
    this.timeout(300_000);
    extensions = await mkdtemp(path.join(tmpdir(), 'gdexp-web-'));
    const extension = await makeWebExtension(path.join(extensions, 'gdexp-web'));
    instance = await openExamples({ extension: undefined, installed: [extension] });
    ({ page } = instance);
  });
  afterEach(pictureOfFailures(() => page));
  afterEach(() => closeEditors(page));
  after(async () => {
    await instance?.close();
    if (extensions) await rm(extensions, { recursive: true, force: true });
  });

  /** Workers with this in their name, and what they have; VS Code puts the name of the host that made them before it. */
  const workers = async (name) => {
    const all = await Promise.all(page.workers().map((worker) => worker.evaluate(() => ({
      name: self.name, node: typeof process !== 'undefined' || typeof require !== 'undefined', sharedMemory: typeof SharedArrayBuffer !== 'undefined',
    })).catch(() => null)));
    return all.filter((worker) => worker?.name.includes(name));
  };

  it('opens the lab and runs it to its verdicts, in web workers that the worker host made', async () => {
    const lab = await Lab.open(page, LESSON, TITLE);
    const rows = await lab.settled(4);
    assert.deepEqual(rows.map(({ label, verdict }) => [label, verdict]), [['too small', 'Too slow'], ['right', 'Converged'], ['bouncing', 'Converged'], ['too large', 'Diverged']]);
    // x ← (1 − 2 · 0.3) x from −4, so |f′| = 8 · 0.4ᵏ: below 1e-6 first for k = 18.
    assert.equal(rows[1].steps, 18);
    assert.ok(Math.abs(rows[1].loss - (4 * 0.4 ** 18) ** 2) < 5e-3 * rows[1].loss);
    const training = await workers('GDExp training');
    assert.ok(training.length >= 1);
    for (const worker of training) assert.deepEqual(worker, { name: 'ExtensionHostWorker -> GDExp training', node: false, sharedMemory: false });
    assert.deepEqual(await workers('GDExp formulas'), [], 'formulas are typeset from the first hover on');
  });

  it('previews while a learning rate is dragged, and writes it once it is let go', async () => {
    const lab = await Lab.open(page, LESSON, TITLE);
    const [, right] = await lab.settled(4);
    const slider = lab.rate('right');
    const share = await lab.share(slider);
    await page.mouse.move(...await lab.onTrack(slider, share));
    await page.mouse.down();
    for (let part = 1; part <= 6; part++) await page.mouse.move(...await lab.onTrack(slider, share - part * 0.04));
    const shown = await eventually('a preview in the results', async () => {
      const [, preview] = await lab.results();
      return preview.steps > right.steps && preview;
    });
    assert.equal(await isDirty(page, LESSON), false);
    await page.mouse.up();
    await eventually('the mark of an unsaved change', async () => (await isDirty(page, LESSON)) || null);
    await eventually('the results of the new rate', async () => (await lab.settled(4))[1].steps >= shown.steps || null);
    await runCommand(page, 'File: Revert File');
    await eventually('the first results', async () => (await lab.settled(4))[1].steps === right.steps || null);
  });

  it('tells the losses in the text view, draws formulas in hovers, completes', async () => {
    await Lab.open(page, LESSON, TITLE);
    await runCommand(page, 'GDExp: Open Source to the Side');
    const token = (text) => page.locator('.view-line span[class^="mtk"]', { hasText: text });
    await page.locator('.codelens-decoration', { hasText: /loss 7\.56e−14 · 18 steps · Converged/ }).waitFor();

    await token(/^\^$/).first().hover();
    const images = page.locator('.monaco-hover img[src^="data:image/svg+xml"]');
    await images.nth(1).waitFor();
    assert.match(await images.nth(1).getAttribute('alt'), /^∂f\/∂x = 2\s?[·*]?\s?x$/);
    await eventually('formulas that the browser can draw', () => images.evaluateAll((all) => all.every(({ naturalWidth }) => naturalWidth > 0)));
    const typesetters = await workers('GDExp formulas');
    assert.deepEqual(typesetters.map(({ name }) => name), ['ExtensionHostWorker -> GDExp formulas']);

    await token(/^"sgd"$/).nth(1).dblclick();
    await page.keyboard.type('ad');
    await page.keyboard.press('Control+Space');
    await page.locator('.suggest-widget .monaco-list-row', { hasText: /^"adam"/ }).click();
    await page.locator('.codelens-decoration', { hasText: /loss \S+ · 200 steps · Completed/ }).waitFor();
    await token(/^"adam"$/).waitFor();
  });

  it('opens an example from the list, and checks what it expects', async () => {
    await runCommand(page, 'GDExp: Open an Example…');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: `2 · ${TITLE}` }).first().click();
    await (await Lab.shown(page, TITLE)).settled(4);
    await runCommand(page, 'GDExp: Open Source to the Side');
    await page.locator('.monaco-editor .view-lines').last().click();
    await page.keyboard.press('Control+End');
    await page.locator('.codelens-decoration', { hasText: /holds: .*converged/ }).first().waitFor();
    await runCommand(page, 'GDExp: Check Expectations');
    await page.locator('.statusbar-item', { hasText: /([1-9]) of \1 expectations hold/ }).waitFor();
  });

  it('opens a page of the reference, with its formulas and pictures, and goes from there to another', async () => {
    await runCommand(page, 'GDExp: Open Reference');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Optimizers and Schedules' }).first().click();
    const preview = await waitForFrame(page, '#adam');
    assert.ok((await preview.locator('.katex').count()) > 40, 'formulas are typeset');
    assert.equal(await preview.locator('.katex-error').count(), 0);
    const picture = preview.getByAltText('One cycle', { exact: true });
    await picture.scrollIntoViewIfNeeded();
    await eventually('a picture of a schedule', () => picture.evaluate((image) => image.complete && image.naturalWidth > 100));
    await preview.getByRole('link', { name: 'Reference', exact: true }).evaluate((link) => link.click());
    const index = await waitForFrame(page, 'a[href*="verdicts.md"], a[data-href*="verdicts.md"]');
    assert.match(await index.locator('h1').first().textContent(), /GDExp reference/);
  });

  it('stops a long run by a message, and runs on in the same workers', async () => {
    await writeFile(path.join(instance.folder, '00-endless.gdexp'), ENDLESS);
    await page.locator('.explorer-folders-view .monaco-list-row', { hasText: '00-endless.gdexp' }).click();
    const lab = await Lab.shown(page, 'Endless');
    await lab.button('Run all').click();
    await eventually('a run that counts its steps', async () => {
      const [crawl] = await lab.results();
      return crawl?.verdict === 'Running' && crawl.steps > 1000;
    });
    const before = await workers('GDExp training');
    await lab.button('Stop the runs').click();
    const [stopped] = await lab.settled();
    assert.equal(stopped.verdict, 'Cancelled');
    assert.ok(stopped.steps > 1000 && stopped.steps < 2e9);
    assert.ok(stopped.loss > 0 && stopped.loss < 24.2, `from f(−1.2, 1) = 24.2 down, not ${stopped.loss}`);
    const [converged] = await (await Lab.open(page, '10-ravine-momentum.gdexp', 'ravine')).settled(3);
    assert.ok(Number.isFinite(converged.loss));
    assert.equal((await workers('GDExp training')).length, before.length);
  });

  it('trains networks on a CSV file of a workspace that workers cannot read, by WebAssembly, and shows what it learned', async () => {
    const lab = await Lab.open(page, '21-titanic-by-logistic-regression.gdexp', 'Titanic');
    const rows = await lab.settled(2);
    assert.deepEqual(rows.map(({ label }) => label), ['SGD', 'Adam']);
    // Of 2,201 people 711 survived: who guesses by that share alone has the entropy 0.629 nats; the three columns explain some of it.
    for (const { loss, verdict } of rows) {
      assert.ok(loss > 0.45 && loss < 0.6, `${loss}`);
      assert.notEqual(verdict, 'Failed');
    }
    const header = await lab.frame.locator('table.results thead').innerText();
    assert.match(header, /Validation loss/);
    await eventually('how many rows there are', async () => /1,761 rows to train, 440 to validate/.test((await lab.frame.locator('body').innerText())));
    for (const name of await lab.frame.getByRole('tab').allInnerTexts()) {
      const picture = await lab.show(name);
      await eventually(`the picture ${name}`, async () => (await picture.innerText()).trim() !== '');
    }
    const compiles = await Promise.all(page.workers().map((worker) => worker.evaluate(() => self.name.includes('GDExp training') && new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])) instanceof WebAssembly.Module).catch(() => false)));
    assert.ok(compiles.includes(true), 'WebAssembly is allowed in a training worker');
    assert.equal(await isDirty(page, '21-titanic-by-logistic-regression.gdexp'), false);
  });

  it('cancels a long training by a message, keeps what it learned, and trains on in the same workers', async () => {
    await writeFile(path.join(instance.folder, '00-endless-network.gdexp'), ENDLESS_NETWORK);
    await page.locator('.explorer-folders-view .monaco-list-row', { hasText: '00-endless-network.gdexp' }).click();
    const lab = await Lab.shown(page, 'Endless network');
    await lab.button('Run all').click();
    await eventually('epochs that are counted', async () => {
      const [crawl] = await lab.results();
      return crawl?.verdict === 'Running' && crawl.steps > 2;
    });
    const before = await workers('GDExp training');
    await lab.button('Stop the runs').click();
    const [stopped] = await lab.settled();
    assert.equal(stopped.verdict, 'Cancelled');
    assert.ok(stopped.steps > 2);
    // Ten classes as good as untrained: about ln 10 = 2.303, and never far from it at such a rate.
    assert.ok(stopped.loss > 1.5 && stopped.loss < 6, `${stopped.loss}`);
    const rows = await (await Lab.open(page, '22-iris-by-softmax.gdexp', 'iris')).settled(2);
    assert.ok(rows.every(({ loss }) => loss > 0 && loss < 0.5));
    assert.equal((await workers('GDExp training')).length, before.length);
  });

  it('leaves no error in the console', () => {
    const errors = instance.console.filter((line) => /^\[(?:error|pageerror)\]/.test(line) && !NOISE.some((known) => known.test(line)));
    assert.deepEqual(errors, []);
  });
});
