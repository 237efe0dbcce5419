import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { Lab, closeEditors, eventually, isDirty, openExamples, pictureOfFailures, screenshot } from './lab.mjs';

const MOONS = '26-moons-by-a-small-network.gdexp';
const FINDING = '44-finding-the-learning-rate.gdexp';

describe('A person with a network', () => {
  let instance;
  let page;

  before(async function start() {
    this.timeout(300_000);
    instance = await openExamples({ lessons: /^(26|44)/ });
    page = instance.page;
  });
  afterEach(pictureOfFailures(() => page));
  afterEach(() => closeEditors(page));
  after(() => instance?.close());

  it('opens two moons, sees the border, and drags a learning rate: scores and border follow, the file changes once', async () => {
    const lab = await Lab.open(page, MOONS, 'moons');
    const before = await lab.settled(2);
    assert.equal(await isDirty(page, MOONS), false, 'looking must not change the file');
    await lab.show('Data');
    await eventually('a border', async () => (await lab.colours('data')) > 8);
    const border = await lab.picture('data');
    await screenshot(page, 'moons');
    await lab.drag(lab.rate('Adam'), 8, 0.04);
    await eventually('another loss while dragging', async () => {
      const [row] = await lab.results();
      return Number.isFinite(row.loss) && row.loss !== before[0].loss;
    });
    await eventually('another border while dragging', async () => (await lab.picture('data')) !== border);
    await screenshot(page, 'moons-dragged');
    assert.equal(await isDirty(page, MOONS), false, 'a drag is a preview');
    await page.mouse.up();
    await eventually('an edit', () => isDirty(page, MOONS));
    const after = await lab.settled(2);
    assert.notEqual(after[0].loss, before[0].loss);
    assert.equal(after[1].loss, before[1].loss, 'the other optimizer is as it was');
    await eventually('another border', async () => (await lab.picture('data')) !== border);
    await page.keyboard.press('Control+z');
    await eventually('one undo takes it back', async () => !(await isDirty(page, MOONS)));
    await eventually('the first loss again', async () => (await lab.results())[0].loss === before[0].loss);
  });

  it('looks into the network: its layers, its weights, one row on its way, its units', async () => {
    const lab = await Lab.open(page, MOONS, 'moons');
    await lab.settled(2);
    const model = await lab.show('Model');
    assert.match(await model.innerText(), /33/, '2 · 8 + 8 + 8 · 1 + 1 parameters');
    for (const view of ['Weights', 'One row', 'Units']) {
      await model.getByRole('radio', { name: view }).click();
      await eventually(`${view} drawn`, async () => (await lab.colours('model')) > 4 || (await model.locator('table').count()) > 0);
    }
    await model.getByRole('radio', { name: 'Histograms' }).click();
    await model.getByRole('button', { name: 'Measure it' }).click();
    await eventually('an edit', () => isDirty(page, MOONS));
    await eventually('histograms of what full diagnostics measured', async () => (await lab.colours('model')) > 4);
    await lab.show('Convergence');
    await eventually('a convergence', async () => (await lab.colours('convergence')) > 8);
  });

  it('sweeps the learning rate, and takes the best of it over', async () => {
    const lab = await Lab.open(page, FINDING, 'Finding');
    const sweep = await lab.show('Sweep');
    if (await sweep.getByRole('button', { name: 'Run the sweep' }).count()) await sweep.getByRole('button', { name: 'Run the sweep' }).click();
    await eventually('a sweep narrowed twice', async () => /narrowed 2 of 2 times/.test(await sweep.innerText()), 60_000);
    assert.equal((await lab.settled(3)).length, 3, 'one row for the best of each optimizer');
    await screenshot(page, 'sweep');
    const use = sweep.getByRole('button', { name: 'Use this value' });
    await use.click();
    await eventually('an edit', () => isDirty(page, FINDING));
    await page.keyboard.press('Control+z');
    await eventually('undone', async () => !(await isDirty(page, FINDING)));
  });
});
