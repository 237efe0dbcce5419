/** An untrusted folder, by a person's clicks: the lab opens, nothing happens unasked, the page says why, and trusting the folder is enough. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { openFile } from '../vscode/launch.mjs';
import { Lab, eventually, isDirty, openExamples, pictureOfFailures, screenshot } from './lab.mjs';
import { makeWebExtension } from './webExtension.mjs';

const LESSON = '02-learning-rate.gdexp';
const TITLE = 'Learning rate';
const network = (csv) => JSON.stringify({
  gdexp: 1, title: `Reads ${csv}`, data: { csv, target: 'y' }, model: { layers: [{ type: 'dense', units: 1 }] }, loss: 'meanSquaredError', training: { epochs: 2 },
  optimizers: [{ type: 'sgd', label: 'line', learningRate: 0.01 }],
});
const ROWS = 'x,y\n1,2\n2,4\n3,6\n4,8\n';

for (const host of ['Node', 'browser']) {
  describe(`An untrusted folder (${host})`, () => {
    let instance;
    let page;
    let temporary;

    before(async function start() {
      this.timeout(300_000);
      temporary = await mkdtemp(path.join(tmpdir(), 'gdexp-outside-'));
      await writeFile(path.join(temporary, 'secret.csv'), ROWS);
      const web = host === 'browser' ? { extension: undefined, installed: [await makeWebExtension(path.join(temporary, 'gdexp-web'))] } : {};
      instance = await openExamples({ restricted: true, ...web });
      ({ page } = instance);
      const { folder } = instance;
      await symlink(path.join(temporary, 'secret.csv'), path.join(folder, 'link.csv'));
      await writeFile(path.join(folder, 'own.csv'), ROWS);
      for (const [name, csv] of [['reads-own', 'own.csv'], ['reads-link', 'link.csv'], ['reads-outside', path.join('..', path.basename(temporary), 'secret.csv')], ['reads-absolute', path.join(temporary, 'secret.csv')]]) {
        await writeFile(path.join(folder, `${name}.gdexp`), network(csv));
      }
    });
    afterEach(pictureOfFailures(() => page));
    after(async () => {
      await instance?.close();
      if (temporary) await rm(temporary, { recursive: true, force: true });
    });
    const open = async (file, title) => {
      await openFile(page, file);
      return Lab.shown(page, title);
    };
    const still = async (lab) => {
      await page.waitForTimeout(1500);
      assert.deepEqual(await lab.results(), []);
      assert.equal(await lab.frame.locator('.progress.is-running').count(), 0);
    };

    it('opens in the lab, draws the objective, runs nothing, and says why', async () => {
      await page.getByText('Restricted Mode', { exact: true }).first().waitFor();
      await page.locator('.explorer-folders-view .monaco-list-row', { hasText: LESSON }).click();
      const lab = await Lab.shown(page, TITLE);
      assert.match(await lab.frame.locator('.trust-note').innerText(), /Nothing runs by itself/);
      await eventually('the curve', async () => (await lab.colours('landscape')) > 4);
      await still(lab);
      await screenshot(page, `restricted-${host}`);
    });

    it('writes what is edited, and runs nothing for it', async () => {
      const lab = await open(LESSON, TITLE);
      const slider = lab.rate('right');
      const share = await lab.share(slider);
      await page.mouse.move(...await lab.onTrack(slider, share));
      await page.mouse.down();
      for (let part = 1; part <= 4; part++) await page.mouse.move(...await lab.onTrack(slider, share - part * 0.05));
      await still(lab);
      await page.mouse.up();
      await eventually('the mark of an unsaved change', async () => (await isDirty(page, LESSON)) || null);
      await still(lab);
      await page.locator('.tabs-container .tab.active').click();
      await page.keyboard.press('Control+z');
      await eventually('undone', async () => !(await isDirty(page, LESSON)) || null);
    });

    it('runs when it is asked to', async () => {
      const lab = await open(LESSON, TITLE);
      await lab.button('Run all').click();
      const rows = await lab.settled(4);
      assert.deepEqual(rows.map(({ verdict }) => verdict), ['Too slow', 'Converged', 'Converged', 'Diverged']);
    });

    it('reads data of the folder when it is asked to run, and none outside of it, by whatever way', async () => {
      const own = await open('reads-own.gdexp', 'Reads own.csv');
      await own.button('Run all').click();
      const [{ verdict }] = await own.settled(1);
      assert.notEqual(verdict, 'Failed');
      for (const [file, why] of [['reads-link', /by a link/], ['reads-outside', /outside of the workspace, which is not trusted/], ['reads-absolute', /outside of the workspace, which is not trusted/]]) {
        const lab = await open(`${file}.gdexp`, 'Reads ');
        await lab.button('Run all').click();
        const [refused] = await lab.settled(1);
        assert.equal(refused.verdict, 'Failed', file);
        assert.match(await lab.frame.locator('table.results').innerText(), why, file);
        if (file === 'reads-link') await screenshot(page, `restricted-link-${host}`);
      }
    });

    it('is trusted by a click from the lab, which then runs by itself', async () => {
      const waiting = await open('10-ravine-momentum.gdexp', 'ravine');
      await still(waiting);
      await waiting.button('Trust the folder').click();
      const editor = page.locator('.workspace-trust-editor');
      await editor.waitFor();
      await editor.getByRole('button', { name: 'Trust', exact: true }).first().click();
      await openFile(page, '10-ravine-momentum.gdexp');
      const lab = await Lab.shown(page, 'ravine');
      assert.equal(await lab.frame.locator('.trust-note').count(), 0);
      await lab.settled(3);
      const outside = await open('reads-absolute.gdexp', 'Reads ');
      await outside.button('Run all').click();
      await eventually('the data outside', async () => { const [row] = await outside.settled(1); return row.verdict !== 'Failed' || null; });
    });
  });
}
