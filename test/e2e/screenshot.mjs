/**
 * Takes a picture of an example in the real VS Code:
 *   node test/e2e/screenshot.mjs FILE [--theme dark|light|hc|hcLight] [--size 1400x900] [--scale 1] [--panel landscape|convergence|gradients]
 *     [--step N] [--select LABEL] [--run] [--click CSS …] [--text] [--sidebar] [--locale ko] [--wait MS] [--out x.png]
 * FILE's folder is copied, so nothing done there changes the original. --run presses Run all and waits for the verdicts; --click
 * presses what a selector finds in the lab, as often as it is given; --text opens the source
 * instead of the lab; --sidebar keeps the Explorer. Needs `npm run build` first.
 */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../vscode/install.mjs';
import { launch, openFile, runCommand, waitForExtension, waitForFrame } from '../vscode/launch.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    theme: { type: 'string', default: 'dark' }, size: { type: 'string', default: '1400x900' }, scale: { type: 'string', default: '1' }, panel: { type: 'string' }, step: { type: 'string' }, select: { type: 'string' },
    run: { type: 'boolean' }, click: { type: 'string', multiple: true, default: [] }, text: { type: 'boolean' }, sidebar: { type: 'boolean' }, locale: { type: 'string' }, wait: { type: 'string', default: '800' },
    out: { type: 'string' }, verbose: { type: 'boolean' }, ready: { type: 'string', default: '.toolbar, .state-page' }, extension: { type: 'string', default: root }, prefix: { type: 'string', default: 'GDExp:' },
  },
});
const file = path.resolve(positionals[0] ?? path.join(root, 'examples', 'rosenbrock.gdexp'));
const out = path.resolve(values.out ?? path.join(root, 'test-results', 'screens', `${path.basename(file, '.gdexp')}-${values.theme}.png`));
const size = values.size.split('x').map(Number);

const copy = await mkdtemp(path.join(tmpdir(), 'gdexp-screen-'));
let instance;
try {
  await cp(path.dirname(file), copy, { recursive: true });
  const settings = values.text ? { 'workbench.editorAssociations': { '*.gdexp': 'default' } } : {};
  instance = await launch({
    folder: copy, extension: path.resolve(values.extension), theme: values.theme, size, scale: Number(values.scale), locale: values.locale, settings,
  });
  const { page } = instance;
  let frame = null;
  await waitForExtension(page, values.prefix);
  if (!values.sidebar) await runCommand(page, 'View: Close Primary Side Bar');
  await openFile(page, path.basename(file));
  if (values.text) await page.locator('.editor-instance .view-lines').first().waitFor({ timeout: 30_000 });
  else frame = await waitForFrame(page, values.ready, { timeout: 40_000 });
  if (frame && values.panel) await frame.getByRole('tab', { name: new RegExp(values.panel, 'i') }).first().click();
  if (frame && values.run) {
    await frame.locator('.run-all').first().click();
    await page.waitForTimeout(1500);
  }
  if (frame && values.select) await frame.locator('table').getByText(values.select, { exact: true }).first().click();
  if (frame) for (const selector of values.click) await frame.locator(selector).first().click();
  if (frame && values.step) await frame.getByRole('slider', { name: 'Step', exact: true }).fill(values.step);
  await page.waitForTimeout(Number(values.wait));
  await mkdir(path.dirname(out), { recursive: true });
  await page.screenshot({ path: out });
  console.log(out);
  if (values.verbose) console.log(instance.console.join('\n'));
} catch (error) {
  if (instance) {
    await mkdir(path.dirname(out), { recursive: true });
    await instance.page.screenshot({ path: out }).catch(() => {});
    if (values.verbose) console.error(instance.console.slice(-30).join('\n'));
  }
  console.error(error);
  process.exitCode = 1;
} finally {
  await instance?.close();
  await rm(copy, { recursive: true, force: true });
}
