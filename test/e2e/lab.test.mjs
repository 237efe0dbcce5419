import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { runCommand, waitForFrame } from '../vscode/launch.mjs';
import { Lab, closeEditors, eventually, isDirty, openExamples, pictureOfFailures, screenshot } from './lab.mjs';

const RAVINE = '10-ravine-momentum.gdexp';

describe('A person in the lab', () => {
  let instance;
  let page;
  const disk = (file) => readFile(path.join(instance.folder, file), 'utf8');

  before(async function start() {
    this.timeout(300_000);
    instance = await openExamples();
    page = instance.page;
  });
  afterEach(pictureOfFailures(() => page));
  afterEach(() => closeEditors(page));
  after(() => instance?.close());

  it('opens an example from the Explorer and sees its results and pictures', async () => {
    await page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: RAVINE }).click();
    const lab = await Lab.shown(page, 'ravine');
    const rows = await lab.settled(3);
    assert.deepEqual(rows.map(({ label }) => label), ['plain', 'momentum', 'Nesterov']);
    // ½(x² + 100y²) from (−10, 1) at γ = 2/101: both parts shrink by 99/101 a step.
    const theory = 100 * (99 / 101) ** (2 * rows[0].steps);
    assert.ok(Math.abs(rows[0].loss - theory) < 6e-3 * theory, `${rows[0].loss}, not ${theory}`);
    assert.equal(rows[1].verdict, 'Converged');
    for (const name of ['landscape', 'convergence']) assert.ok((await lab.colours(name)) > 8, `${name} is blank`);
    assert.equal(await isDirty(page, RAVINE), false, 'looking must not change the file');
    await screenshot(page, 'ravine');
  });

  it('presses Run all, and gets the same numbers again', async () => {
    const lab = await Lab.open(page, RAVINE, 'ravine');
    const before = await lab.settled(3);
    await lab.button('Run all').click();
    const after = await lab.settled(3);
    assert.deepEqual(after, before);
    assert.match(await page.locator('.statusbar').innerText(), /3 runs/);
  });

  it('drags a learning rate: the path bends under the hand, and the file changes once, on release', async () => {
    const lab = await Lab.open(page, RAVINE, 'ravine');
    const original = await disk(RAVINE);
    const [first] = await lab.settled(3);
    const picture = await lab.picture('landscape');
    await lab.drag(lab.rate('plain'), 6, 0.03);
    await eventually('another loss while dragging', async () => (await lab.results())[0].loss !== first.loss);
    await eventually('another path while dragging', async () => (await lab.picture('landscape')) !== picture);
    assert.equal(await isDirty(page, RAVINE), false, 'a drag is a preview');
    await page.mouse.up();
    await eventually('an edit', () => isDirty(page, RAVINE));
    await page.waitForTimeout(1000);
    const dragged = (await lab.settled(3))[0].loss;
    assert.notEqual(dragged, first.loss);

    await page.keyboard.press('Control+z');
    await eventually('one undo takes it all back', async () => !(await isDirty(page, RAVINE)));
    await eventually('the first loss again', async () => (await lab.results())[0].loss === first.loss);
    await page.keyboard.press('Control+y');
    await eventually('redo', () => isDirty(page, RAVINE));
    await eventually('the dragged loss again', async () => (await lab.results())[0].loss === dragged);
    await page.keyboard.press('Control+s');
    await eventually('saved', async () => !(await isDirty(page, RAVINE)));
    const saved = await disk(RAVINE);
    const lines = original.split('\n');
    const changed = saved.split('\n').filter((line, k) => line !== lines[k]);
    assert.equal(saved.split('\n').length, lines.length, 'comments and layout stay');
    assert.equal(changed.length, 1, changed.join('\n'));
    assert.match(changed[0], /learningRate/);
  });

  it('scrubs the timeline, and every picture follows', async () => {
    const lab = await Lab.open(page, RAVINE, 'ravine');
    const end = await lab.step();
    const before = [await lab.picture('landscape'), await lab.picture('convergence')];
    const track = lab.frame.locator('.timeline input[type=range]');
    await page.mouse.click(...await lab.onTrack(track, 0.25));
    await eventually('another step', async () => Math.abs((await lab.step()) - end / 4) < end / 20);
    await eventually('both pictures', async () => (await lab.picture('landscape')) !== before[0] && (await lab.picture('convergence')) !== before[1]);
    const here = await lab.step();
    await lab.button('One step forward').click();
    await eventually('one step on', async () => (await lab.step()) === here + 1);
    await lab.button('Play').click();
    await eventually('it plays', async () => (await lab.step()) > here + 3);
  });

  it('opens the instruments', async () => {
    const lab = await Lab.open(page, RAVINE, 'ravine');
    await lab.tab('Gradients').click();
    await eventually('instruments', async () => /curvature/i.test(await lab.frame.locator('.picture[data-panel=gradients]').innerText()));
    await screenshot(page, 'gradients');
  });

  it('applies a remedy with a click, and the run gets better', async () => {
    const lab = await Lab.open(page, RAVINE, 'ravine');
    const [before] = await lab.settled(3);
    await lab.frame.locator('table.results tbody tr').first().locator('.remedy .link-button').first().click();
    await eventually('an edit', () => isDirty(page, RAVINE));
    await eventually('a better loss', async () => {
      const [now] = await lab.settled(3);
      return now.verdict !== before.verdict && (now.loss < before.loss || now.steps < before.steps);
    });
    await page.keyboard.press('Control+z');
    await eventually('undone', async () => !(await isDirty(page, RAVINE)));
  });

  it('opens the source to the side, reads the losses over the optimizers, and sees the lab follow the typing', async () => {
    const lab = await Lab.open(page, RAVINE, 'ravine');
    await page.locator('.editor-actions [aria-label^="Open Source to the Side"]').first().click();
    const text = page.locator('.editor-group-container .monaco-editor').last();
    await text.waitFor();
    await eventually('a CodeLens with its loss', async () => /loss \S+ · [\d,]+ steps · Converged/.test((await page.locator('.codelens-decoration').allInnerTexts()).join('\n')));
    await screenshot(page, 'source');
    await text.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('!');
    const frame = lab.frame;
    await eventually('the lab says what is wrong', () => frame.locator('.problems').isVisible());
    await eventually('and keeps the last picture, greyed', () => frame.locator('.is-greyed .results-area').isVisible());
    await page.keyboard.press('Control+z');
    await eventually('all is well again', async () => !(await frame.locator('.problems').isVisible()));
  });

  it('finds the results again after looking at another file', async () => {
    const lab = await Lab.open(page, RAVINE, 'ravine');
    const before = await lab.settled(3);
    await Lab.open(page, '02-learning-rate.gdexp', '2 ·');
    const again = await Lab.open(page, RAVINE, 'ravine');
    assert.deepEqual(await again.settled(3), before);
  });

  it('sees which rate diverged, and on which one it is too slow', async () => {
    const lab = await Lab.open(page, '02-learning-rate.gdexp', '2 ·');
    const verdicts = (await lab.settled(3)).map(({ verdict }) => verdict);
    assert.ok(verdicts.includes('Diverged'), verdicts.join(', '));
    assert.ok(verdicts.includes('Converged'), verdicts.join(', '));
  });

  it('makes a new experiment from the palette', async () => {
    await runCommand(page, 'GDExp: New Experiment');
    const first = page.locator('.quick-input-list .monaco-list-row').first();
    await eventually('templates', async () => (await page.locator('.quick-input-list .monaco-list-row').count()) >= 3 && (await page.locator('.quick-input-title').innerText()).includes('New Experiment'));
    await first.click();
    const lab = await Lab.shown(page);
    await lab.settled();
    assert.equal(await page.locator('.tabs-container .tab.dirty').count(), 1);
  });

  it('exports the results as CSV, every row of every run', async () => {
    const lab = await Lab.open(page, RAVINE, 'ravine');
    const rows = await lab.settled(3);
    await runCommand(page, 'GDExp: Export Results');
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'CSV' }).first().click();
    const box = page.locator('.quick-input-widget:visible input').first();
    await eventually('a place to save', async () => (await box.inputValue()).endsWith('.csv'));
    await page.keyboard.press('Enter');
    const text = await eventually('the file', () => disk('10-ravine-momentum.csv').catch(() => null));
    const lines = text.trim().split('\n');
    assert.equal(lines.length, 1 + rows.reduce((sum, { steps }) => sum + steps + 1, 0));
    assert.match(lines[0], /loss/);
  });

  it('does all of it with the keyboard', async () => {
    const lab = await Lab.open(page, RAVINE, 'ravine');
    const [first] = await lab.settled(3);
    await page.keyboard.press('Control+1');
    const focused = () => lab.frame.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
    for (let presses = 0; presses < 60 && (await focused()) !== 'Learning rate of plain'; presses++) await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Learning rate of plain');
    await page.keyboard.press('ArrowLeft');
    await eventually('an edit', () => isDirty(page, RAVINE));
    await eventually('another loss', async () => (await lab.settled(3))[0].loss !== first.loss);
    await page.keyboard.press('Control+z');
    await eventually('undone', async () => !(await isDirty(page, RAVINE)));
    await page.keyboard.press('Control+F5');
    await eventually('the first numbers again', async () => (await lab.settled(3))[0].loss === first.loss);
  });

  it('finds nothing that a screen reader could not use', async () => {
    const lab = await Lab.open(page, RAVINE, 'ravine');
    await lab.frame.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
    const violations = await lab.frame.evaluate(async () => (await globalThis.axe.run(document, { resultTypes: ['violations'] })).violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')}`));
    assert.deepEqual(violations, []);
  });

  it('is told in a sentence what is wrong with a broken file', async () => {
    await writeFile(path.join(instance.folder, '00-broken.gdexp'), '{ "gdexp": 1, "objective": { "expression": "x^2 + z", "start": { "x": 1 } }, "optimizers": [{ "type": "adamm" }] }');
    // It is the first in the list, which shows the file that was opened last.
    await eventually('the file in the Explorer', async () => {
      await page.locator('.explorer-folders-view .monaco-list').first().press('Home');
      return (await page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: 'broken.gdexp' }).count()) > 0;
    });
    await page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: 'broken.gdexp' }).click();
    const frame = await waitForFrame(page, '.problems');
    const text = await frame.locator('.problems').innerText();
    assert.match(text, /adamm/);
    assert.match(text, /1:\d+/);
    await screenshot(page, 'broken');
  });

  it('has logged no error of its own', async () => {
    const log = await instance.server.logs();
    const own = log.split('\n').filter((line) => /\[error\]/i.test(line) && /gdexp/i.test(line));
    assert.deepEqual(own, []);
    const shown = instance.console.filter((line) => line.startsWith('[error]') && /lab\.js|Content Security Policy.*webview/i.test(line));
    assert.deepEqual(shown, []);
  });
});
