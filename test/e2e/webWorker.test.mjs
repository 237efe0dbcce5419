/**
 * Every example in the worker of the web build, in a real browser, beside the worker threads of Node. Engines have elementary functions of
 * their own (exp, log, sin …) that differ by units in the last place; with the same ones in both (portableMath.js) all numbers are equal to
 * the last bit, and without them the runs end alike.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { after, before, describe, it } from 'mocha';
import { chromium } from 'playwright-core';
import { grammars, kernelBinaries } from '../../esbuild.config.mjs';
import { ensureBrowser, root } from '../vscode/install.mjs';

const examples = path.join(root, 'examples');
const DIGITS = '28-digits-by-convolution.gdexp';

/** Numbers that differ relatively by no more than this are alike: exp or log differ in the last place, and some thousand steps carry it on. */
const ALIKE = 1e-9;
/** At the edge of stability steps magnify whatever differs: of it only the way that it ends is compared. */
const CHAOTIC = ['43-edge-of-stability.gdexp'];

describe('Every example in a web worker', () => {
  let folder;
  let server;
  let browser;
  let bundle;
  let node;
  let portableNode;
  let files;
  let address;

  before(async function start() {
    this.timeout(120_000);
    folder = await mkdtemp(path.join(tmpdir(), 'gdexp-workers-'));
    const common = { bundle: true, logLevel: 'error', target: 'es2022', absWorkingDir: root, plugins: [grammars, kernelBinaries] };
    await build({ ...common, platform: 'node', format: 'cjs', mainFields: ['module', 'main'], entryPoints: ['test/e2e/everyRunNode.ts'], outfile: path.join(folder, 'node.cjs') });
    await build({ ...common, platform: 'browser', format: 'iife', entryPoints: ['test/e2e/everyRunPage.ts'], outfile: path.join(folder, 'page.js') });
    files = JSON.parse(await readFile(path.join(root, 'dist', 'examples.json'), 'utf8'));
    const portable = await readFile(path.join(root, 'test', 'e2e', 'portableMath.js'), 'utf8');
    const inPortable = async (name, ...from) => writeFile(path.join(folder, name), `${portable}\n${await readFile(path.join(root, 'dist', ...from), 'utf8')}`);
    await inPortable('webWorker.js', 'web', 'worker.js');
    await inPortable('nodeWorker.js', 'worker.js');
    server = createServer(async ({ url, headers }, response) => {
      const { pathname } = new URL(url, 'http://localhost');
      const worker = headers.referer?.includes('portable') ? path.join(folder, 'webWorker.js') : path.join(root, 'dist', 'web', 'worker.js');
      const source = { '/worker.js': worker, '/page.js': path.join(folder, 'page.js') }[pathname] ?? (pathname.startsWith('/examples/data/') ? path.join(root, pathname) : null);
      const wasm = pathname.startsWith('/without-wasm') ? '' : " 'wasm-unsafe-eval'";
      response.setHeader('Content-Type', pathname.endsWith('.js') ? 'text/javascript' : source ? 'application/octet-stream' : 'text/html');
      response.setHeader('Content-Security-Policy', `default-src 'none'; connect-src 'self'; worker-src blob:; script-src 'self' blob:${wasm}`);
      response.end(source ? await readFile(source) : '<!DOCTYPE html><script src="/page.js"></script>');
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://localhost:${server.address().port}`;
    browser = await chromium.launch({ executablePath: await ensureBrowser(), args: ['--no-sandbox', '--disable-gpu', '--no-first-run'], headless: true, timeout: 60_000 });
    bundle = createRequire(import.meta.url)(path.join(folder, 'node.cjs'));
    node = bundle.startRuns(path.join(root, 'dist', 'worker.js'), examples, 2);
    portableNode = bundle.startRuns(path.join(folder, 'nodeWorker.js'), examples, 2);
  });
  after(async () => {
    node?.dispose();
    portableNode?.dispose();
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const open = async (where) => {
    const page = await browser.newPage();
    await page.goto(`${address}${where}`);
    assert.deepEqual(await page.evaluate(() => globalThis.everyRun.surroundings()), { crossOriginIsolated: false, sharedMemory: false });
    return page;
  };
  const text = (file) => readFile(path.join(examples, file), 'utf8');
  const inPage = async (page, { file, data }, kernels) => page.evaluate(([source, names, set]) => globalThis.everyRun.run(source, names, set), [await text(file), data, kernels]);
  const bare = (endings) => endings.map(({ kernels: _kernels, ...rest }) => rest);

  /** The best kernels that both have: float32 has other bits in each set. */
  const common = async (page) => {
    const sets = await page.evaluate(() => globalThis.everyRun.kernelSets());
    const kernels = bundle.availableKernelSets().filter((set) => sets.includes(set)).at(-1);
    assert.notEqual(kernels, 'plain');
    return kernels;
  };
  /** Both at the same time. */
  const both = async (page, pool, example, kernels) => Promise.all([inPage(page, example, kernels), text(example.file).then((source) => pool.run(source, kernels))]);

  it('computes what Node computes, to the last bit of every row', async () => {
    assert.deepEqual(files.map(({ file }) => file), (await readdir(examples)).filter((name) => name.endsWith('.gdexp')).sort());
    const page = await open('/portable');
    const kernels = await common(page);
    const counts = { float32: 0, float64: 0, null: 0 };
    for (const example of files) {
      const [there, here] = await both(page, portableNode, example, kernels);
      assert.deepEqual(bare(there), bare(here), example.file);
      for (const { status, precision, kernels: used } of there) {
        assert.doesNotMatch(status, /^(failed|cancelled)/, example.file);
        counts[precision]++;
        if (precision === 'float32') assert.equal(used, kernels);
      }
    }
    assert.ok(Object.values(counts).every((count) => count >= 3), JSON.stringify(counts));
    await page.close();
  }).timeout(300_000);

  it('ends as in Node, with the functions that each engine has', async () => {
    const page = await open('/');
    const kernels = await common(page);
    const alike = (there, here, what) => assert.ok(there === here || (Number.isNaN(there) && Number.isNaN(here)) || Math.abs(there - here) <= ALIKE * Math.max(Math.abs(here), ALIKE), `${what}: ${there}, not ${here}`);
    for (const example of files) {
      const [there, here] = await both(page, node, example, kernels);
      assert.equal(there.length, here.length);
      for (const [k, ending] of there.entries()) {
        const what = `${example.file}, ${ending.label}`;
        for (const field of ['label', 'status', 'steps', 'evaluations']) assert.equal(ending[field], here[k][field], `${what}: ${field}`);
        if (CHAOTIC.includes(example.file)) continue;
        for (const field of ['loss', 'validationLoss', 'testLoss']) alike(ending[field], here[k][field], `${what}: ${field}`);
        for (const [name, value] of Object.entries(ending.metrics)) alike(value, here[k].metrics[name], `${what}: ${name}`);
      }
    }
    await page.close();
  }).timeout(300_000);

  it('trains where WebAssembly is forbidden, by plain kernels', async () => {
    const page = await open('/without-wasm-portable');
    assert.deepEqual(await page.evaluate(() => globalThis.everyRun.kernelSets()), ['plain']);
    for (const number of ['21-', '26-', '37-']) {
      const example = files.find(({ file }) => file.startsWith(number));
      const [there, here] = await both(page, portableNode, example, 'plain');
      assert.ok(there.every(({ kernels, status }) => kernels === 'plain' && status !== 'failed'));
      assert.deepEqual(there, here, example.file);
    }
    await page.close();
  }).timeout(60_000);

  it('is cancelled by a message within a second, in the midst of a long training, and the worker goes on', async () => {
    const page = await open('/');
    const { data } = files.find(({ file }) => file === DIGITS);
    const result = await page.evaluate(([source, names]) => globalThis.everyRun.cancel(source, names), [await text(DIGITS), data]);
    assert.equal(result.status, 'cancelled');
    assert.ok(result.steps > 0);
    assert.ok(result.milliseconds < 1000, `${result.milliseconds} ms`);
    assert.equal(result.again, 'completed');
    assert.equal(result.workersAfter - result.workersBefore, 0, 'the worker was not ended for it');
    await page.close();
  });

  it('sends a host that cannot keep up no more rows than it takes: a cancel is heard after a few pieces, and none is lost', async () => {
    const page = await open('/');
    const crawl = JSON.stringify({ gdexp: 1, objective: { function: 'rosenbrock', start: { x: -1.2, y: 1 } }, optimizers: [{ type: 'sgd', learningRate: 1e-9 }] });
    const { status, after, rows, steps } = await page.evaluate((source) => globalThis.everyRun.cancelBehind(source, 50), crawl);
    assert.equal(status, 'cancelled');
    assert.ok(after <= 8, `${after} pieces after the cancel`);
    assert.equal(rows, steps + 1);
    await page.close();
  });
});
