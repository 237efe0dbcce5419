import { readFile } from 'node:fs/promises';
import path from 'node:path';
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { root } from '../vscode/install.mjs';
import { openFile, waitForFrame } from '../vscode/launch.mjs';
import { Lab, openExamples, pictureOfFailures, screenshot } from './lab.mjs';

/** Relative luminance of "rgb(r, g, b)" (WCAG 2.2). */
function luminance(color) {
  const [r, g, b] = color.match(/[\d.]+/g).map(Number).map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe('The look', () => {
  let instance;
  afterEach(pictureOfFailures(() => instance?.page));
  afterEach(async () => { await instance?.close(); instance = undefined; });

  for (const [theme, dark] of [['dark', true], ['light', false], ['hc', true], ['hcLight', false]]) {
    it(`is that of VS Code in the theme ${theme}`, async () => {
      instance = await openExamples({ theme });
      const { page } = instance;
      const lab = await Lab.open(page, '15-rosenbrock-by-everything.gdexp', '15');
      await page.waitForTimeout(500);
      const { background, text } = await lab.frame.evaluate(() => {
        const style = getComputedStyle(document.body);
        return { background: getComputedStyle(document.documentElement).getPropertyValue('--vscode-editor-background'), text: style.color };
      });
      const paper = background.startsWith('#') ? `rgb(${[1, 3, 5].map((at) => parseInt(background.slice(at, at + 2), 16)).join(', ')})` : background;
      const [high, low] = [luminance(text), luminance(paper)].sort((a, b) => b - a);
      assert.equal(luminance(paper) < 0.5, dark, paper);
      assert.ok((high + 0.05) / (low + 0.05) >= 4.5, `${text} on ${paper}`);
      assert.ok((await lab.colours('landscape')) > 8);
      await screenshot(page, `rosenbrock-${theme}`);
    }).timeout(120_000);
  }

  it('fits a narrow column', async () => {
    instance = await openExamples({ size: [640, 900] });
    const { page } = instance;
    await page.keyboard.press('Control+b');
    await openFile(page, '10-ravine-momentum.gdexp');
    const frame = await waitForFrame(page, '.cards .card');
    const overflow = await frame.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(overflow <= 0, `${overflow} px too wide`);
    await screenshot(page, 'narrow');
  }).timeout(120_000);

  it('speaks Korean', async () => {
    const bundle = JSON.parse(await readFile(path.join(root, 'l10n', 'bundle.l10n.ko.json'), 'utf8'));
    instance = await openExamples({ locale: 'ko' });
    const { page } = instance;
    await openFile(page, '10-ravine-momentum.gdexp');
    const frame = await waitForFrame(page, '.toolbar .run-all');
    assert.match(bundle['Run all'], /[가-힣]/);
    assert.equal((await frame.locator('.run-all').innerText()).trim(), bundle['Run all']);
    await page.waitForTimeout(1000);
    await screenshot(page, 'korean');
  }).timeout(120_000);
});
