/** What the product costs VS Code: activation, event-loop delay of the extension host under a long run, time to a painted lab, sizes. */
import { runTests } from '@vscode/test-electron';
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Lab, closeEditors, eventually, openExamples } from '../e2e/lab.mjs';
import { bundleTests } from '../vscode/bundleTests.mjs';
import { root } from '../vscode/install.mjs';
import { median } from './work.mjs';

export async function benchHost({ rounds }) {
  const workspace = await mkdtemp(path.join(tmpdir(), 'gdexp-bench-'));
  const results = path.join(workspace, 'results.json');
  let inside;
  try {
    await runTests({
      ...(process.env.VSCODE_DESKTOP ? {} : { vscodeExecutablePath: path.join(root, 'test', 'vscode', 'executable.mjs') }),
      extensionDevelopmentPath: root,
      extensionTestsPath: path.join(await bundleTests('test/bench/host', 'bench-host'), 'index.js'),
      extensionTestsEnv: { GDEXP_RESULTS: results },
      launchArgs: [workspace],
    });
    inside = JSON.parse(await readFile(results, 'utf8'));
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
  return { ...inside, open: await timeToPaint(rounds), sizes: await sizes() };
}

/** Milliseconds from the click in the Explorer: to text in VS Code's own editor (a CSV file's), and to a drawn landscape in the lab. */
async function timeToPaint(rounds) {
  const instance = await openExamples();
  const { page } = instance;
  const row = (file) => page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: file });
  const times = { lab: [], firstLab: null };
  try {
    for (let round = 0; round <= rounds; round++) {
      const begun = performance.now();
      await row('10-ravine-momentum.gdexp').click();
      const lab = await Lab.shown(page, '10 ·');
      await eventually('a drawn landscape', async () => (await lab.colours('landscape')) > 8);
      if (round === 0) times.firstLab = performance.now() - begun;
      else times.lab.push(performance.now() - begun);
      await closeEditors(page);
    }
  } finally {
    await instance.close();
  }
  return { firstLab: times.firstLab, lab: median(times.lab) };
}

async function sizes() {
  const names = ['extension.js', 'experiments.js', 'language.js', 'typeset.js', 'worker.js', 'webview/lab.js', 'webview/lab.css', 'web/extension.js', 'cli.js'];
  await mkdir(path.join(root, 'dist'), { recursive: true });
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, (await stat(path.join(root, 'dist', name)).catch(() => ({ size: null }))).size])));
}
