import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { runCommand, waitForExtension } from '../vscode/launch.mjs';
import { Lab, closeEditors, eventually, isDirty, openExamples, pictureOfFailures } from './lab.mjs';

const RAVINE = '10-ravine-momentum.gdexp';
const SMALL = '{\n  // stays\n  "gdexp": 1,\n  "title": "Small",\n  "seed": 7,\n  "objective": { "expression": "x^2", "start": [3] },\n  "optimizers": [{ "type": "sgd", "learningRate": 0.1 }],\n}\n';
/** Nothing but a cancel ends it in the time of a test. */
const ENDLESS = SMALL.replace('Small', 'Endless').replace('0.1', '1e-12').replace('"optimizers"', '"diagnostics": { "tier": "basic" },\n  "stop": { "steps": 2000000000, "gradientNorm": null },\n  "optimizers"');

describe('The lab as an editor', () => {
  let instance;
  let page;
  const file = (name) => path.join(instance.folder, name);
  const make = async (name, text) => {
    await writeFile(file(name), text);
    const listed = async () => (await page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: name }).count()) > 0;
    // The first change of a folder may come before VS Code watches it.
    await eventually('', listed, 5000).catch(() => runCommand(page, 'File: Refresh Explorer'));
    await eventually(`${name} in the Explorer`, listed);
  };
  /** From the Explorer: Quick Open does not know new files at once. */
  const open = (name) => page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: name }).first().click();
  const openLab = async (name, title) => {
    await open(name);
    const lab = await Lab.shown(page, title);
    await lab.settled();
    return lab;
  };
  const seed = (lab) => lab.frame.getByRole('textbox', { name: 'Seed' }).or(lab.frame.getByLabel('Seed')).first().inputValue();
  const running = (lab) => lab.frame.locator('.progress.is-running').count().then((count) => count > 0);
  const reload = async () => {
    await page.reload();
    await page.locator('.monaco-workbench .part.editor').waitFor({ timeout: 60_000 });
    await waitForExtension(page);
  };

  before(async function start() {
    this.timeout(300_000);
    instance = await openExamples({ size: [2200, 900], lessons: /^1/ });
    page = instance.page;
  });
  afterEach(pictureOfFailures(() => page));
  afterEach(() => closeEditors(page));
  after(() => instance?.close());

  it('keeps an unsaved edit when the window is loaded anew; Revert takes it back', async () => {
    await make('hot.gdexp', SMALL);
    let lab = await openLab('hot.gdexp', 'Small');
    await lab.button('Another seed').click();
    await eventually('an edit', () => isDirty(page, 'hot.gdexp'));
    const changed = await eventually('another seed', async () => (await seed(lab)) !== '7' && seed(lab));
    await page.waitForTimeout(3000);
    await reload();
    lab = await Lab.shown(page, 'Small');
    await eventually('the seed of before', async () => (await seed(lab)) === changed);
    assert.equal(await isDirty(page, 'hot.gdexp'), true);
    assert.equal(await readFile(file('hot.gdexp'), 'utf8'), SMALL);
    await runCommand(page, 'File: Revert File');
    await eventually('clean', async () => !(await isDirty(page, 'hot.gdexp')));
    await eventually('the first seed', async () => (await seed(lab)) === '7');
  });

  it('keeps the mark and the line ends of a file from elsewhere', async () => {
    const text = `\ufeff${SMALL.replaceAll('\n', '\r\n')}`;
    await make('windows.gdexp', text);
    const lab = await openLab('windows.gdexp', 'Small');
    await lab.button('Another seed').click();
    await eventually('an edit', () => isDirty(page, 'windows.gdexp'));
    await page.keyboard.press('Control+s');
    await eventually('saved', async () => !(await isDirty(page, 'windows.gdexp')));
    const saved = await readFile(file('windows.gdexp'), 'utf8');
    assert.notEqual(saved, text);
    assert.equal(saved.replace(/"seed": \d+/, '"seed": 7'), text);
  });

  it('undoes what the lab and the text did, in turn, one edit a step', async () => {
    await make('turns.gdexp', SMALL);
    const lab = await openLab('turns.gdexp', 'Small');
    await lab.button('Another seed').click();
    const second = await eventually('another seed', async () => (await seed(lab)) !== '7' && seed(lab));
    await runCommand(page, 'GDExp: Open Source to the Side');
    const editor = page.locator('.editor-instance .monaco-editor').first();
    await editor.locator('.view-line').filter({ hasText: '"title"' }).click();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.type('er');
    await Lab.shown(page, 'Smaller');
    await lab.button('Another seed').click();
    const third = await eventually('a third seed', async () => (await seed(lab)) !== second && seed(lab));
    assert.notEqual(third, second);
    // A window that is still bringing the lab's group to the front takes no key: only a press that did nothing is made again.
    await eventually('the second seed', async () => {
      if ((await seed(lab)) === third) {
        await page.keyboard.press('Control+z');
        await eventually('', async () => (await seed(lab)) !== third, 3000).catch(() => {});
      }
      return (await seed(lab)) === second;
    });
    await editor.locator('.view-line').first().click();
    await page.keyboard.press('Control+z');
    await eventually('the first title', async () => (await lab.frame.locator('.toolbar .title').innerText()).trim() === 'Small');
    assert.equal(await seed(lab), second);
    await page.keyboard.press('Control+z');
    await eventually('the first seed', async () => (await seed(lab)) === '7');
    await eventually('clean', async () => !(await isDirty(page, 'turns.gdexp')));
  });

  it('follows ten seconds of dragging without lagging behind, and writes once', async () => {
    const lab = await Lab.open(page, RAVINE, 'ravine');
    const [first] = await lab.settled(3);
    const slider = lab.rate('plain');
    const share = await lab.share(slider);
    await page.mouse.move(...await lab.onTrack(slider, share));
    await page.mouse.down();
    const end = Date.now() + 10_000;
    let moves = 0;
    for (; Date.now() < end; moves++) await page.mouse.move(...await lab.onTrack(slider, share * (0.5 + 0.3 * Math.sin(moves / 7))));
    assert.ok(moves > 50, `${moves} moves`);
    assert.equal(await isDirty(page, RAVINE), false);
    await page.mouse.up();
    await eventually('an edit', () => isDirty(page, RAVINE));
    const after = await lab.settled(3);
    assert.notEqual(after[0].loss, first.loss);
    await page.keyboard.press('Control+z');
    await eventually('one undo takes it all back', async () => !(await isDirty(page, RAVINE)));
    await eventually('the first loss again', async () => (await lab.results())[0].loss === first.loss);
  });

  it('finds a run again in a tab that was hidden, or closed; cancels it there; and is free after a reload in the middle of one', async () => {
    await make('endless.gdexp', ENDLESS);
    await open('endless.gdexp');
    let lab = await Lab.shown(page, 'Endless');
    await lab.button('Run all').click();
    await eventually('a run', () => running(lab));
    await Lab.open(page, RAVINE, 'ravine');
    await open('endless.gdexp');
    lab = await Lab.shown(page, 'Endless');
    await eventually('the run in the tab shown again', () => running(lab));
    await runCommand(page, 'View: Close All Editors');
    await open('endless.gdexp');
    lab = await Lab.shown(page, 'Endless');
    await eventually('the run in the tab opened again', () => running(lab));
    await lab.button('Stop the runs').click();
    await eventually('cancelled', async () => !(await running(lab)) && (await lab.results()).some(({ verdict }) => /Cancelled/i.test(verdict)));
    await lab.button('Run all').click();
    await eventually('a run', () => running(lab));
    // VS Code writes down a while after a change which tabs are open; a window loaded before that shows those of before.
    await page.waitForTimeout(5000);
    await reload();
    lab = await Lab.shown(page, 'Endless');
    assert.equal(await running(lab), false);
    await lab.button('Run all').click();
    await eventually('a run', () => running(lab));
    await runCommand(page, 'GDExp: Cancel');
    await eventually('cancelled', async () => !(await running(lab)));
  });
});
