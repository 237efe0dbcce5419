/** Runs that are kept: across a reload of the window, in their view, restored, compared. In the Node host and in a browser's worker host. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { openFile, runCommand, waitForExtension, waitForFrame } from '../vscode/launch.mjs';
import { Lab, closeEditors, eventually, openExamples, pictureOfFailures, screenshot } from './lab.mjs';
import { makeWebExtension } from './webExtension.mjs';

const QUIET = { 'gdexp.runOnOpen': 'never', 'gdexp.liveRun': false };
const bowl = (rate, title = 'Bowl') => JSON.stringify({
  gdexp: 1, title, objective: { expression: '(x^2 + 4y^2)/2', start: { x: 1, y: 1 } },
  optimizers: [{ type: 'sgd', label: 'plain', learningRate: rate }, { type: 'sgd', label: 'heavy', learningRate: 0.1, momentum: 0.5 }], stop: { steps: 40, gradientNorm: null },
}, null, 2);
/** Steps of descent at this rate shrink x by 1 − rate and y by 1 − 4·rate. */
const theory = (rate) => ((1 - rate) ** 80 + 4 * (1 - 4 * rate) ** 80) / 2;
const near = (value, expected) => assert.ok(Math.abs(value - expected) < 6e-3 * expected, `${value}, not ${expected}`);

for (const host of ['Node', 'browser']) {
  describe(`Kept runs (${host})`, () => {
    let instance;
    let page;
    let extensions;
    const file = (name) => path.join(instance.folder, name);
    const items = () => page.locator('.pane-body .monaco-list-row[role=treeitem]').filter({ has: page.locator('.custom-view-tree-node-item') });
    const item = (text) => items().filter({ hasText: text }).first();
    const showView = async () => {
      await runCommand(page, 'View: Show GDExp');
      await eventually('the view', () => page.locator('.composite.title', { hasText: 'GDExp: Runs' }).isVisible());
    };
    const expand = async (row) => {
      if ((await row.getAttribute('aria-expanded')) !== 'true') await row.locator('.monaco-tl-twistie').click();
    };
    const reload = async () => {
      // As a person does it: VS Code writes down what is open first.
      await Promise.all([page.waitForEvent('load', { timeout: 60_000 }), runCommand(page, 'Developer: Reload Window').catch(() => {})]);
      await page.locator('.monaco-workbench .part.editor').waitFor({ timeout: 60_000 });
      await waitForExtension(page);
    };

    before(async function start() {
      this.timeout(300_000);
      if (host === 'browser') {
        extensions = await mkdtemp(path.join(tmpdir(), 'gdexp-web-'));
        instance = await openExamples({ extension: undefined, installed: [await makeWebExtension(path.join(extensions, 'gdexp-web'))], settings: QUIET });
      } else instance = await openExamples({ settings: QUIET });
      ({ page } = instance);
    });
    afterEach(pictureOfFailures(() => page));
    afterEach(() => closeEditors(page));
    after(async () => {
      await instance?.close();
      if (extensions) await rm(extensions, { recursive: true, force: true });
    });

    it('brings results back after the window was loaded anew, without running', async () => {
      await writeFile(file('bowl.gdexp'), bowl(0.05));
      await openFile(page, 'bowl.gdexp');
      let lab = await Lab.shown(page, 'Bowl');
      await lab.button('Run all').click();
      const before = await lab.settled(2);
      near(before[0].loss, theory(0.05));
      await showView();
      await eventually('both in the view', async () => {
        await expand(item('Bowl'));
        return (await items().filter({ hasText: '2 runs' }).count()) === 1;
      });
      await closeEditors(page);
      await reload();
      await openFile(page, 'bowl.gdexp');
      lab = await Lab.shown(page, 'Bowl');
      // Nothing may run unasked here: what is shown was kept.
      assert.deepEqual(await lab.settled(2), before);
      assert.equal(await lab.frame.locator('.stale-note').count(), 0);
      assert.ok((await lab.colours('convergence')) > 8 || (await lab.colours('landscape')) > 8);
      await showView();
      await expand(item('Bowl'));
      await eventually('one time that it was run', async () => (await items().filter({ hasText: '2 runs' }).count()) === 1);
    });

    it('shows a result of an earlier text as stale', async () => {
      await reload();
      await writeFile(file('bowl.gdexp'), bowl(0.07));
      await openFile(page, 'bowl.gdexp');
      const lab = await Lab.shown(page, 'Bowl');
      await lab.settled(2);
      await lab.frame.locator('.stale-note').waitFor();
      const stale = await lab.frame.locator('table.results tbody tr').evaluateAll((rows) => rows.map((row) => row.classList.contains('is-stale')));
      assert.deepEqual(stale, [true, false]);
    });

    it('compares kept runs with the file as it is now', async () => {
      await openFile(page, 'bowl.gdexp');
      const lab = await Lab.shown(page, 'Bowl');
      await lab.button('Run all').click();
      await eventually('the new loss', async () => Math.abs((await lab.settled(2))[0].loss - theory(0.07)) < 6e-3 * theory(0.07));
      await showView();
      await expand(item('Bowl'));
      const batches = items().filter({ hasText: '2 runs' });
      await eventually('two times that it was run', async () => (await batches.count()) === 2);
      await batches.nth(0).click();
      await batches.nth(1).click({ modifiers: ['Control'] });
      // The tooltip of the row may lie over it.
      await batches.nth(1).hover({ force: true });
      await batches.nth(1).getByRole('button', { name: 'Compare Selected' }).click({ force: true });
      const frame = await waitForFrame(page, 'gdexp-compare .compare-table');
      const names = await frame.locator('.compare-numbers tbody .row-name').allInnerTexts();
      assert.equal(names.length, 4);
      const finals = await frame.locator('.compare-numbers tbody tr').evaluateAll((rows) => rows.map((row) => Number(row.children[1].textContent.replace(/first/, '').replace(/−/g, '-').trim())));
      const plain = finals.filter((_, k) => names[k].startsWith('plain')).sort((a, b) => b - a);
      near(plain[0], theory(0.05));
      near(plain[1], theory(0.07));
      assert.match(await frame.locator('.compare-outcome').innerText(), /heavy/);
      assert.match(await frame.locator('.differences').innerText(), /\/optimizer\/learningRate/);
      await frame.getByRole('button', { name: 'between the files' }).click();
      assert.match(await frame.locator('.differences').innerText(), /\/optimizers\/0\/learningRate\s+0\.07\s+0\.05|\/optimizers\/0\/learningRate\s+0\.05\s+0\.07/);
      await frame.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
      const violations = await frame.evaluate(async () => (await globalThis.axe.run(document, { resultTypes: ['violations'] })).violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')}`));
      assert.deepEqual(violations, []);
      await screenshot(page, `compare-${host}`);
      // The page comes back with what it compared.
      await reload();
      const again = await waitForFrame(page, 'gdexp-compare .compare-table');
      assert.deepEqual(await again.locator('.compare-numbers tbody .row-name').allInnerTexts(), names);
    });

    it('brings the experiment back as it was, and Undo takes that back', async () => {
      await openFile(page, 'bowl.gdexp');
      await Lab.shown(page, 'Bowl');
      await showView();
      await expand(item('Bowl'));
      const oldest = items().filter({ hasText: '2 runs' }).last();
      await oldest.click();
      await oldest.click({ button: 'right' });
      // A menu takes no click in its first moments: the one that opened it might be meant.
      const entry = page.getByRole('menuitem', { name: 'Restore the Experiment as It Was' });
      await entry.waitFor();
      await page.waitForTimeout(500);
      await entry.click();
      await page.getByRole('button', { name: 'Replace the Text' }).click();
      const lab = await Lab.shown(page, 'Bowl');
      await eventually('the earlier rate', async () => Math.abs((await lab.settled(2))[0].loss - theory(0.05)) < 6e-3 * theory(0.05));
      assert.equal(await readFile(file('bowl.gdexp'), 'utf8'), bowl(0.07));
      await page.locator('.tabs-container .tab.active').click();
      await page.keyboard.press('Control+z');
      await eventually('undone', async () => (await page.locator('.tabs-container .tab.dirty').count()) === 0);
    });

    it('deletes with the keyboard, and takes it back', async () => {
      await showView();
      await expand(item('Bowl'));
      const batches = items().filter({ hasText: '2 runs' });
      const count = await batches.count();
      await batches.first().click();
      await page.keyboard.press('Delete');
      await eventually('one less', async () => (await batches.count()) === count - 1);
      await runCommand(page, 'Notifications: Show Notifications');
      await page.locator('.notifications-center, .notification-toast').getByRole('button', { name: 'Undo' }).first().click();
      await eventually('all again', async () => (await batches.count()) === count);
    });

    it('pins, filters, and clears what is not pinned', async () => {
      await showView();
      await expand(item('Bowl'));
      const first = items().filter({ hasText: '2 runs' }).first();
      await first.click();
      await first.press('ArrowRight');
      const run = items().filter({ hasText: 'plain' }).first();
      await run.hover({ force: true });
      await run.getByRole('button', { name: 'Pin' }).click({ force: true });
      await eventually('a pin', async () => (await items().filter({ hasText: 'pinned' }).count()) === 1);
      await runCommand(page, 'GDExp: Filter Runs');
      await page.locator('.quick-input-widget:visible input').first().fill('Pinned');
      await page.keyboard.press('Enter');
      await eventually('one run', async () => (await items().filter({ hasText: '1 run' }).count()) >= 1 && (await items().filter({ hasText: '2 runs' }).count()) === 0);
      await screenshot(page, `runs-${host}`);
      await runCommand(page, 'GDExp: Clear the Filter of Runs');
      await runCommand(page, 'GDExp: Clear History');
      await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Delete', exact: true }).click();
      await eventually('the pinned run alone', async () => (await items().filter({ hasText: '1 run' }).count()) === 1 && (await items().filter({ hasText: '2 runs' }).count()) === 0);
    });

    it('has every run that it said was kept when the page is torn down in the midst of others, time after time', async () => {
      const ended = async (lab) => (await lab.results()).filter(({ verdict }) => verdict !== '' && verdict !== 'Running');
      const times = [1, 2, 3].map((time) => ({ time, name: `torn-${time}.gdexp`, title: `Torn ${time}`, after: [] }));
      for (const { time, name, title } of times) {
        await writeFile(file(name), JSON.stringify({
          gdexp: 1, title, objective: { function: 'rosenbrock', start: { x: -1.2, y: 1 } }, stop: { steps: 250_000 + time, gradientNorm: null }, diagnostics: { tier: 'basic' },
          optimizers: Array.from({ length: 12 }, (_, k) => ({ type: 'sgd', label: `run ${k}`, learningRate: 1e-9 * (k + 1) })),
        }));
      }
      for (const torn of times) {
        const { name, title } = torn;
        await openFile(page, name);
        let lab = await Lab.shown(page, title);
        await lab.button('Run all').click();
        await showView();
        const said = await eventually('some runs that are kept', async () => {
          await expand(item(title));
          const [, count] = /(\d+) runs?/.exec(await items().filter({ hasText: /\d+ runs?/ }).first().innerText()) ?? [];
          return Number(count) >= 2 && Number(count);
        }, 60_000);
        // Not as a person leaves a window: at once, whatever is being written.
        await page.reload();
        await page.locator('.monaco-workbench .part.editor').waitFor({ timeout: 60_000 });
        await waitForExtension(page);
        await openFile(page, name);
        lab = await Lab.shown(page, title);
        torn.after = await eventually('what was kept', async () => { const rows = await ended(lab); return rows.length >= said && rows; });
      }
      for (const { name, title, after } of times) {
        await openFile(page, name);
        const lab = await Lab.shown(page, title);
        await eventually('all of them still', async () => { const labels = (await ended(lab)).map(({ label }) => label); return after.every(({ label }) => labels.includes(label)); });
        for (const { steps, loss } of await ended(lab)) assert.ok(steps > 250_000 && loss > 0, name);
      }
    }).timeout(240_000);

    it('has logged no error of its own', async () => {
      const log = await instance.server.logs();
      // VS Code says so itself when a window is left while a tree is asked for.
      assert.deepEqual(log.split('\n').filter((line) => /\[error\]/i.test(line) && /gdexp/i.test(line) && !/: Canceled$/.test(line)), []);
      assert.deepEqual(instance.console.filter((line) => line.startsWith('[error]') && /compare\.js|Content Security Policy.*webview/i.test(line)), []);
    });
  });
}
