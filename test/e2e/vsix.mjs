/** Packages the extension as `npm run package` does, installs the package into a fresh VS Code as a person would, and runs an experiment from there. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import assert from 'node:assert/strict';
import { writeResults } from '../results.mjs';
import { ensureServer, root } from '../vscode/install.mjs';
import { launch, waitForExtension } from '../vscode/launch.mjs';
import { Lab, screenshot } from './lab.mjs';

const run = promisify(execFile);
const folder = await mkdtemp(path.join(tmpdir(), 'gdexp-vsix-'));
const vsix = path.join(folder, 'gdexp.vsix');
const extensions = path.join(folder, 'extensions');
const tests = [];

/** @param tries what a real VS Code does is tried again before it counts: a browser, a server and two hosts share this machine */
async function test(name, body, tries = 1) {
  const started = Date.now();
  try {
    if (tests.some(({ status }) => status === 'failed')) throw new Error('An earlier step failed.');
    for (let left = tries - 1; ; left--) {
      try {
        await body();
        break;
      } catch (error) {
        if (left <= 0) throw error;
        console.log(`    again, after: ${error.message}`);
      }
    }
    tests.push({ name, status: 'passed', milliseconds: Date.now() - started });
    console.log(`  ✓ ${name}`);
  } catch (error) {
    tests.push({ name, status: 'failed', milliseconds: Date.now() - started, error: String(error.stack) });
    console.error(`  ✗ ${name}\n${error.stack}\n${error.stdout ?? ''}\n${error.stderr ?? ''}`);
  }
}

let installed;
let instance;
try {
  await test('vsce packages without a warning', async () => {
    const { stdout, stderr } = await run('npm', ['run', '--silent', 'package', '--', '--out', vsix], { cwd: root, maxBuffer: 1e8 });
    assert.doesNotMatch(`${stdout}\n${stderr.replace(/^npm (warn|notice).*$/gm, '')}`, /\bWARNING\b|\bERROR\b|▲ \[WARNING\]/);
    assert.ok((await stat(vsix)).size < 5e6, `${(await stat(vsix)).size} bytes`);
  });

  await test('VS Code installs the package', async () => {
    const { node, server } = await ensureServer();
    const { stdout } = await run(node, [server, '--install-extension', vsix, '--extensions-dir', extensions, '--server-data-dir', path.join(folder, 'server'), '--user-data-dir', path.join(folder, 'user'), '--accept-server-license-terms'], { timeout: 120_000 });
    assert.match(stdout, /successfully installed/);
    const [name] = (await readdir(extensions)).filter((entry) => entry.startsWith('gdexp.gdexp-'));
    installed = path.join(extensions, name);
  }, 2);

  await test('it holds what it needs, and no source', async () => {
    const files = (await readdir(installed, { recursive: true })).map((file) => file.split(path.sep).join('/'));
    for (const needed of ['package.json', 'package.nls.json', 'package.nls.ko.json', 'README.md', 'LICENSE.txt', 'dist/extension.js', 'dist/worker.js', 'dist/cli.js', 'dist/web/extension.js', 'dist/webview/lab.js', 'dist/examples.json', 'dist/api.d.ts', 'examples/02-learning-rate.gdexp', 'media/walkthrough/bend.svg', 'l10n/bundle.l10n.ko.json', 'docs/format.md', 'docs/format.ko.md', 'docs/schedules/cosine.svg']) {
      assert.ok(files.includes(needed) || files.some((file) => file.toLowerCase() === needed.toLowerCase()), `${needed} is missing`);
    }
    for (const needed of ['dist/web/worker.js', 'dist/web/typeset.js', 'dist/webview/compare.js', 'dist/licenses.txt', 'examples/data/iris.csv', 'examples/28-digits-by-convolution.gdexp', 'docs/layers.md', 'docs/quantities.ko.md', 'media/templates/network.svg']) assert.ok(files.includes(needed), `${needed} is missing`);
    const built = files.filter((file) => /^dist\/.*\.\w+$/.test(file) && !/^dist\/(web|webview|webview\/fonts)$/.test(file));
    assert.deepEqual(built.filter((file) => !/^dist\/(((automation|cli|experiments|extension|glossary|language|results|scripts|templates|testing|typeset|worker)\.js)|api\.d\.ts|examples\.json|licenses\.txt|web\/(extension|typeset|worker)\.js|webview\/(lab|compare)\.(js|css|js\.LEGAL\.txt)|webview\/fonts\/[\w-]+\.(woff2|ttf))$/.test(file)), []);
    const licenses = await readFile(path.join(installed, 'dist', 'licenses.txt'), 'utf8');
    for (const library of ['katex', '@mathjax/src', 'lit', 'zod', 'jsonc-parser', 'chart.js', 'd3-contour', '@vscode/codicons', 'assemblyscript']) assert.match(licenses, new RegExp(`^${library} \\d`, 'm'));
    assert.deepEqual(files.filter((file) => /^(src|test|webview|node_modules|\.vscode-test|\.ci)\/|\.map$|\.vsix$|tsconfig/.test(file)), []);
  });

  await test('the lab opens from it, and runs', async () => {
    const workspace = path.join(folder, 'workspace');
    await cp(path.join(root, 'examples'), workspace, { recursive: true });
    await instance?.close();
    instance = await launch({ folder: workspace, installed: [installed] });
    await waitForExtension(instance.page);
    const lab = await Lab.open(instance.page, '10-ravine-momentum.gdexp', '10 ·');
    const rows = await lab.settled(3);
    assert.equal(rows[1].verdict, 'Converged');
    assert.ok((await lab.colours('landscape')) > 8);
    await screenshot(instance.page, 'vsix');
  }, 2);
} finally {
  await instance?.close();
  await rm(folder, { recursive: true, force: true });
}
writeResults(path.join(root, 'test-results', 'vsix.json'), 'vsix', tests);
const failed = tests.filter(({ status }) => status === 'failed').length;
console.log(`vsix: ${tests.length - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
