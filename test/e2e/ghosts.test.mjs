/** A run that is pinned stands behind later ones: after an edit, in another file, after the window was loaded anew, until it is removed. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { openFile, runCommand, waitForExtension } from '../vscode/launch.mjs';
import { Lab, closeEditors, eventually, openExamples, pictureOfFailures } from './lab.mjs';

const bowl = (rate, title, formula = '(x^2 + 4y^2)/2') => JSON.stringify({
  gdexp: 1, title, objective: { expression: formula, start: { x: 1, y: 1 } }, optimizers: [{ type: 'sgd', label: 'plain', learningRate: rate }], stop: { steps: 40, gradientNorm: null },
}, null, 2);
/** Steps of descent at this rate shrink x by 1 − rate and y by 1 − 4·rate. */
const theory = (rate) => ((1 - rate) ** 80 + 4 * (1 - 4 * rate) ** 80) / 2;
const near = (text, expected) => {
  const value = Number(text.replace(/−/g, '-'));
  assert.ok(Math.abs(value - expected) < 6e-3 * expected, `${text}, not ${expected}`);
};

for (const kept of [true, false]) {
  describe(`A pinned run (history ${kept ? 'on' : 'off'})`, () => {
    let instance;
    let page;
    const file = (name) => path.join(instance.folder, name);
    const chips = (lab) => lab.frame.locator('.ghost-chip');
    const chipLoss = (lab) => lab.frame.locator('.ghost-loss b').first().textContent();
    const open = async (name, title) => {
      await openFile(page, name);
      const lab = await Lab.shown(page, title);
      await lab.settled();
      return lab;
    };

    before(async () => {
      instance = await openExamples({ lessons: /^$/, settings: { 'gdexp.history.enabled': kept } });
      ({ page } = instance);
      await writeFile(file('bowl.gdexp'), bowl(0.05, 'Bowl'));
      await writeFile(file('same.gdexp'), bowl(0.2, 'Same'));
      await writeFile(file('other.gdexp'), bowl(0.1, 'Other', '(x^2 + 2y^2)/2'));
    });
    afterEach(pictureOfFailures(() => page));
    after(() => instance?.close());

    it('stays behind the run that an edit makes', async () => {
      const lab = await open('bowl.gdexp', 'Bowl');
      const pin = lab.frame.getByRole('button', { name: 'Pin plain as a ghost behind later runs' });
      await pin.focus();
      await page.keyboard.press('Enter');
      await chips(lab).first().waitFor();
      near(await chipLoss(lab), theory(0.05));
      const alone = await lab.picture('convergence');
      const rate = lab.rate('plain');
      await rate.focus();
      for (let press = 0; press < 8; press++) await page.keyboard.press('ArrowRight');
      const entry = lab.frame.locator('.legend-entry.is-ghost');
      await entry.waitFor();
      const [row] = await lab.settled();
      assert.ok(row.loss < 0.9 * theory(0.05), `the run has another rate: ${row.loss}`);
      near(await entry.locator('.legend-value').textContent(), theory(0.05));
      assert.notEqual(await lab.picture('convergence'), alone);
      await eventually('its path on the map', async () => {
        const shown = await lab.picture('landscape');
        await entry.click();
        await eventually('another picture without it', async () => (await lab.picture('landscape')) !== shown);
        await entry.click();
        return true;
      });
    });

    it('is there in other files, with its path where the objective is the same', async () => {
      let lab = await open('same.gdexp', 'Same');
      await eventually('the ghost', async () => (await chips(lab).count()) === 1);
      assert.match(await chips(lab).textContent(), /bowl/);
      assert.equal(await lab.frame.locator('.ghost-note').count(), 0);
      lab = await open('other.gdexp', 'Other');
      await eventually('why there is no path', async () => (await lab.frame.locator('.ghost-note').textContent()) === 'no path: other objective');
      near(await lab.frame.locator('.legend-entry.is-ghost .legend-value').textContent(), theory(0.05));
    });

    it(kept ? 'comes back with the window' : 'lasts as long as the window', async () => {
      await closeEditors(page);
      if (kept) {
        await Promise.all([page.waitForEvent('load', { timeout: 60_000 }), runCommand(page, 'Developer: Reload Window').catch(() => {})]);
        await page.locator('.monaco-workbench .part.editor').waitFor({ timeout: 60_000 });
        await waitForExtension(page);
      }
      const lab = await open('other.gdexp', 'Other');
      await eventually('the ghost', async () => (await chips(lab).count()) === 1);
      near(await chipLoss(lab), theory(0.05));
    });

    it('goes when it is removed', async () => {
      const lab = await open('same.gdexp', 'Same');
      await lab.frame.locator('.ghost-remove').first().click();
      await eventually('no ghost', async () => (await lab.frame.locator('.ghosts').count()) === 0);
      assert.equal(await lab.frame.locator('.legend-entry.is-ghost').count(), 0);
    });

    it('is chosen from a list, where what is pinned is ticked', async () => {
      const lab = await open('same.gdexp', 'Same');
      await runCommand(page, 'GDExp: Pin Runs as Ghosts');
      const rows = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'plain' });
      await eventually('the result', async () => (await rows.count()) > 0);
      await rows.first().click();
      await page.keyboard.press('Enter');
      await eventually('the ghost', async () => (await chips(lab).count()) === 1);
      await runCommand(page, 'GDExp: Pin Runs as Ghosts');
      const ticked = page.locator('.quick-input-list .monaco-list-row').filter({ has: page.locator('[role=checkbox][aria-checked=true], input:checked') });
      await eventually('its tick', async () => (await ticked.count()) === 1);
      await ticked.first().click();
      await page.keyboard.press('Enter');
      await eventually('no ghost', async () => (await chips(lab).count()) === 0);
    });

    (kept ? it : it.skip)('is pinned from the view "Runs", and goes when its run is deleted there', async () => {
      const lab = await open('same.gdexp', 'Same');
      await runCommand(page, 'View: Show GDExp');
      const items = page.locator('.pane-body .monaco-list-row[role=treeitem]').filter({ has: page.locator('.custom-view-tree-node-item') });
      const expand = async (text) => {
        const row = items.filter({ hasText: text }).first();
        await row.waitFor();
        if ((await row.getAttribute('aria-expanded')) !== 'true') await row.locator('.monaco-tl-twistie').click();
      };
      const menu = async (entry) => {
        await items.filter({ hasText: 'plain' }).last().click({ button: 'right' });
        const item = page.getByRole('menuitem', { name: new RegExp(`^${entry}`) });
        await item.waitFor();
        // A menu takes no click in its first moments.
        await page.waitForTimeout(500);
        await item.click();
      };
      await expand('Same');
      await expand('1 run');
      await eventually('the run', async () => (await items.filter({ hasText: 'plain' }).count()) > 0);
      await menu('Show as Ghost in the Lab');
      await eventually('the ghost', async () => (await chips(lab).count()) === 1);
      await menu('Delete');
      await eventually('no ghost', async () => (await chips(lab).count()) === 0);
    });
  });
}
