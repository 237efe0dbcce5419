/** The lab without a mouse, read aloud, enlarged, squeezed, in four themes and without movement. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { THEMES } from '../vscode/launch.mjs';
import { Lab, closeEditors, eventually, isDirty, openExamples, pictureOfFailures } from './lab.mjs';

const FORMULA = { file: '10-ravine-momentum.gdexp', title: 'ravine' };
const NETWORK = { file: '26-moons-by-a-small-network.gdexp', title: 'moons' };
/** Of it any two hidden layers may change places. */
const LAYERS = {
  gdexp: 1, title: 'Layers',
  data: { csv: 'data/iris.csv', target: 'species', validation: 0.2 },
  model: { layers: [{ type: 'dense', units: 8, activation: 'tanh' }, { type: 'dense', units: 5, activation: 'relu' }, { type: 'dense', units: 3, activation: 'softmax' }] },
  loss: 'categoricalCrossentropy', training: { batchSize: 30, epochs: 5 },
  optimizers: [{ type: 'adam', learningRate: 0.01 }],
};
const WIDE = { width: 1400, height: 900 };

describe('Access to the lab', () => {
  let instance;
  let page;
  let lab;
  const axe = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

  before(async function start() {
    this.timeout(300_000);
    instance = await openExamples();
    page = instance.page;
  });
  afterEach(pictureOfFailures(() => page));
  afterEach(async () => {
    await page.setViewportSize(WIDE);
    await page.emulateMedia({ reducedMotion: null });
    await closeEditors(page);
  });
  after(() => instance?.close());

  const open = async ({ file, title }) => {
    lab = await Lab.open(page, file, title);
    return lab;
  };
  /** What has the keyboard: role or element, name, and whether it can be seen to have it. */
  const focused = () => lab.frame.evaluate(() => {
    let one = document.activeElement;
    if (!one || one === document.body) return null;
    while (one.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
    const name = one.getAttribute('aria-label') ?? one.labels?.[0]?.textContent.trim() ?? (one.textContent.trim() || one.getAttribute('title') || '');
    const box = one.getBoundingClientRect();
    return { role: one.getAttribute('role') ?? one.tagName.toLowerCase(), name, seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight };
  });
  const press = (...keys) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  /** Presses Tab until the thing with this name has the focus; every stop on the way has a name and can be seen. */
  const tabTo = async (name, key = 'Tab') => {
    const stops = [];
    for (let presses = 0; presses < 90; presses++) {
      const at = await focused();
      if (at) {
        stops.push(`${at.role} ${at.name}`);
        assert.ok(at.name !== '', `a ${at.role} without a name after ${stops.slice(-3).join(', ')}`);
        assert.ok(at.seen, `${at.role} ${at.name} has the focus and cannot be seen`);
        if (typeof name === 'string' ? at.name === name : name.test(at.name)) return at;
      }
      await press(key);
    }
    throw new Error(`${name} is not reached: ${stops.join(' · ')}`);
  };
  /** The same for the first of these. */
  const tabOn = async (target) => {
    for (let presses = 0; presses < 90; presses++) {
      if (await target.first().evaluate((one) => one === document.activeElement)) return;
      await press('Tab');
    }
    throw new Error(`${target} is not reached`);
  };
  const begin = async () => {
    await lab.frame.evaluate(() => { document.activeElement?.blur(); });
    await lab.frame.locator('.run-all').focus();
  };

  it('is used by keyboard alone: a formula', async () => {
    await open(FORMULA);
    const [first] = await lab.settled(3);
    await begin();
    await press('Enter');
    assert.deepEqual((await lab.settled(3))[0], first);

    // The menu of the toolbar opens, is walked and closed, and gives the focus back.
    await tabTo(/^More/);
    const opener = (await focused()).name;
    await press('ArrowDown');
    await eventually('an item of the menu', async () => (await focused()).role.startsWith('menuitem'));
    const item = (await focused()).name;
    await press('ArrowDown');
    assert.notEqual((await focused()).name, item);
    await press('Escape');
    assert.equal((await focused()).name, opener);

    // A learning rate.
    await tabTo('Learning rate of plain');
    await press('ArrowLeft');
    await eventually('an edit', () => isDirty(page, FORMULA.file));
    await eventually('another loss', async () => (await lab.settled(3))[0].loss !== first.loss);
    await press('Control+z');
    await eventually('undone', async () => !(await isDirty(page, FORMULA.file)));
    await lab.settled(3);

    // Pictures.
    const tab = await tabTo(/^(Landscape|Convergence)$/);
    assert.equal(tab.role, 'tab');
    for (let presses = 0; presses < 4 && (await focused()).name !== 'Convergence'; presses++) await press('ArrowRight');
    if ((await lab.tab('Convergence').getAttribute('aria-selected')) !== 'true') await press('Enter');
    await lab.frame.getByRole('group', { name: 'Convergence', exact: true }).waitFor();

    // The legend hides and shows.
    const entry = lab.frame.locator('.legend-entry').first();
    await tabOn(entry);
    await press('Space');
    await eventually('hidden', async () => (await entry.getAttribute('aria-pressed')) === 'false');
    await press('Space');
    await eventually('shown', async () => (await entry.getAttribute('aria-pressed')) === 'true');

    // The timeline.
    await tabOn(lab.frame.getByRole('slider', { name: 'Step', exact: true }));
    const end = await lab.step();
    await press('Home');
    await eventually('the first step', async () => (await lab.step()) === 0);
    await press('ArrowRight');
    await eventually('the next step', async () => (await lab.step()) === 1);
    await press('End');
    await eventually('the last step', async () => (await lab.step()) === end);

    // A word is explained: the focus goes to what it means and comes back.
    const word = lab.frame.locator('table.results tbody tr').first().locator('.column-verdict .term');
    await tabOn(word);
    const { name } = await focused();
    await press('Enter');
    const explanation = lab.frame.getByRole('dialog');
    await eventually('the focus on the explanation', () => explanation.evaluate((one) => one === document.activeElement));
    assert.match(await explanation.innerText(), /\w{3} \w+/);
    await press('Escape');
    await eventually('the focus back on the word', async () => (await focused())?.name === name);
    assert.equal(await explanation.count(), 0);

    // A remedy.
    await tabOn(lab.frame.locator('table.results tbody tr').first().locator('.remedy button'));
    await press('Enter');
    await eventually('an edit by the remedy', () => isDirty(page, FORMULA.file));
    await eventually('a better run', async () => {
      const [now] = await lab.settled(3);
      return now.loss < first.loss || now.steps < first.steps;
    });
  });

  it('is used by keyboard alone: a network, its layers, its data', async () => {
    const file = '00-layers.gdexp';
    await writeFile(path.join(instance.folder, file), JSON.stringify(LAYERS, null, 2));
    await page.locator('.explorer-folders-view .monaco-list-row', { hasText: file }).waitFor();
    await open({ file, title: 'Layers' });
    await begin();
    const order = () => lab.frame.locator('.layer .layer-label').allInnerTexts();
    const layers = await order();
    assert.equal(layers.length, 3);
    await tabOn(lab.frame.locator('.layer-grip'));
    assert.match((await focused()).name, /1 of 3/);
    await press('ArrowDown');
    await eventually('a layer that moved', async () => JSON.stringify(await order()) === JSON.stringify([layers[1], layers[0], layers[2]]));
    await eventually('an edit', () => isDirty(page, file));
    await eventually('the focus on the layer that moved', async () => /2 of 3/.test((await focused())?.name));
    await press('Control+z');
    await eventually('undone', async () => !(await isDirty(page, file)));

    await open(NETWORK);
    await begin();
    await tabOn(lab.frame.getByRole('tab', { selected: true }));
    for (let presses = 0; presses < 8 && (await focused()).name !== 'Data'; presses++) await press('ArrowRight');
    if ((await lab.tab('Data').getAttribute('aria-selected')) !== 'true') await press('Enter');
    const picture = lab.frame.getByRole('group', { name: 'Data', exact: true });
    await picture.waitFor();
    const views = picture.getByRole('radio');
    await views.first().waitFor();
    await tabOn(picture.getByRole('radio', { checked: true }));
    await press('ArrowRight');
    if ((await views.nth(1).getAttribute('aria-checked')) !== 'true') await press('Space');
    await eventually('the next view', async () => (await views.nth(1).getAttribute('aria-checked')) === 'true');
    assert.equal(await isDirty(page, NETWORK.file), false);
  });

  for (const [theme, name] of Object.entries(THEMES)) {
    it(`has nothing that axe-core minds, in the theme ${theme}`, async () => {
      const file = path.join(instance.server.user, 'Machine', 'settings.json');
      await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), 'workbench.colorTheme': name }));
      const kind = { dark: 'vscode-dark', light: 'vscode-light', hc: 'vscode-high-contrast', hcLight: 'vscode-high-contrast-light' }[theme];
      for (const experiment of [FORMULA, NETWORK]) {
        await open(experiment);
        await eventually(`the theme ${theme}`, () => lab.frame.evaluate((wanted) => document.body.classList.contains(wanted), kind));
        await lab.frame.evaluate(await axe);
        for (const tab of await lab.frame.getByRole('tab').allInnerTexts()) {
          await lab.show(tab);
          await page.waitForTimeout(250);
          const violations = await lab.frame.evaluate(async () => (await globalThis.axe.run(document, { resultTypes: ['violations'] })).violations
            .map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.slice(0, 3).map(({ html, any }) => `${html.slice(0, 160)} (${any[0]?.message ?? ''})`).join(' | ')}`));
          assert.deepEqual(violations, [], `${experiment.file}, ${tab}`);
        }
      }
    });
  }

  /** What sticks out of the page, and texts that are cut off without an ellipsis or lie on each other. */
  const misplaced = () => lab.frame.evaluate(() => {
    const found = [];
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > wide) found.push(`the page is ${document.documentElement.scrollWidth} wide in ${wide}`);
    const shown = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !one.closest('.visually-hidden, [aria-hidden=true], [popover]:not(:popover-open)');
    const scrolls = (one) => {
      for (let around = one.parentElement; around; around = around.parentElement) if (/auto|scroll/.test(getComputedStyle(around).overflowX) && around.scrollWidth > around.clientWidth) return true;
      return false;
    };
    const controls = [...document.querySelectorAll('button, input, select, vscode-textfield, vscode-single-select, h1, h2, th, td, p')].filter(shown);
    for (const one of controls) {
      const box = one.getBoundingClientRect();
      if (box.width === 0 || box.height === 0) continue;
      const name = `${one.tagName.toLowerCase()}.${one.className} "${(one.getAttribute('aria-label') ?? one.textContent).trim().slice(0, 40)}"`;
      if ((box.right > wide + 1 || box.left < -1) && !scrolls(one)) found.push(`${name} reaches from ${Math.round(box.left)} to ${Math.round(box.right)} of ${wide}`);
      const { overflowX, textOverflow } = getComputedStyle(one);
      if (one.scrollWidth > one.clientWidth + 1 && /hidden|clip/.test(overflowX) && textOverflow !== 'ellipsis' && one.tagName !== 'INPUT') found.push(`${name} is cut off: ${one.scrollWidth} in ${one.clientWidth}`);
    }
    const buttons = controls.filter((one) => one.matches('button, select, vscode-textfield, vscode-single-select')).map((one) => ({ one, box: one.getBoundingClientRect() })).filter(({ box }) => box.width > 0);
    for (const [i, { one, box }] of buttons.entries()) {
      const middle = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      if (box.top < 0 || box.bottom > innerHeight || !middle) continue;
      for (const other of buttons.slice(i + 1)) {
        if (one.contains(other.one) || other.one.contains(one)) continue;
        const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        if (across > 2 && down > 2 && (middle === other.one || other.one.contains(middle))) found.push(`"${(other.one.getAttribute('aria-label') ?? other.one.textContent).trim().slice(0, 30)}" lies on "${(one.getAttribute('aria-label') ?? one.textContent).trim().slice(0, 30)}"`);
      }
    }
    return found;
  });

  for (const [what, size] of [['at a zoom of 200 %', { width: WIDE.width / 2, height: WIDE.height / 2 }], ['in a column of 320 pixels', { width: 320 + 60, height: 800 }]]) {
    it(`cuts nothing off and lays nothing over another ${what}`, async () => {
      await press('Control+b');
      try {
        for (const experiment of [FORMULA, NETWORK]) {
          await page.setViewportSize(WIDE);
          await open(experiment);
          await page.setViewportSize(size);
          await eventually('a page of that width', () => lab.frame.evaluate((most) => document.documentElement.clientWidth < most, size.width));
          for (const tab of await lab.frame.getByRole('tab').allInnerTexts()) {
            await lab.show(tab);
            await page.waitForTimeout(250);
            assert.deepEqual(await misplaced(), [], `${experiment.file}, ${tab}, ${await lab.frame.evaluate(() => document.documentElement.clientWidth)} pixels`);
          }
        }
      } finally {
        await page.setViewportSize(WIDE);
        await press('Control+b');
      }
    });
  }

  it('moves nothing by itself where less movement is asked for', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await open(NETWORK);
    assert.ok(await lab.frame.evaluate(() => matchMedia('(prefers-reduced-motion: reduce)').matches));
    await lab.button('Run all').click();
    const moving = () => lab.frame.evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').map((animation) => animation.animationName ?? animation.transitionProperty ?? animation.id));
    for (let look = 0; look < 10; look++) assert.deepEqual(await moving(), []);
    await lab.settled(2);
    assert.deepEqual(await lab.frame.evaluate(() => [...document.querySelectorAll('*')].filter((one) => {
      const { transitionDuration, animationName } = getComputedStyle(one);
      return animationName !== 'none' || transitionDuration.split(',').some((seconds) => parseFloat(seconds) > 0);
    }).map((one) => `${one.tagName.toLowerCase()}.${one.className}`)), []);
  });
});
