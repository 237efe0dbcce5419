/**
 * `npm test`: everything, one after the other, to the end even where something fails; then a summary.
 * Each suite leaves its results in test-results/; what leaves none, or ends badly with no failure counted, counts as one failure.
 */
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './vscode/install.mjs';

const results = path.join(root, 'test-results');
const bin = (name) => path.join(root, 'node_modules', '.bin', name);
const vitestJson = path.join(results, 'vitest.json');

const SUITES = [
  { name: 'types', command: [bin('tsc'), '-p', '.', '--noEmit'], minutes: 5 },
  { name: 'build', command: [process.execPath, 'esbuild.config.mjs', '--production'], minutes: 5 },
  { name: 'unit, webview and parity', command: [bin('vitest'), 'run', '--config', 'test/vitest.config.mts', '--reporter=default', '--reporter=json', `--outputFile.json=${vitestJson}`], json: 'vitest.json', minutes: 15 },
  { name: 'host (in VS Code)', command: [process.execPath, 'test/host/run.mjs'], json: 'host.json', minutes: 15 },
  { name: 'e2e (real clicks)', command: [process.execPath, 'test/e2e/run.mjs'], json: 'e2e.json', minutes: 22 },
  { name: 'vsix (packaged and installed)', command: [process.execPath, 'test/e2e/vsix.mjs'], json: 'vsix.json', minutes: 10 },
  { name: 'bench (smoke)', command: [process.execPath, 'test/bench/run.mjs', '--smoke'], json: 'bench.json', minutes: 10 },
];

function run([command, ...args], minutes) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', detached: process.platform !== 'win32' });
    const end = (signal) => { try { process.kill(-child.pid, signal); } catch { child.kill(signal); } };
    const timer = setTimeout(() => { console.error(`No end after ${minutes} minutes.`); end('SIGTERM'); setTimeout(() => end('SIGKILL'), 5000).unref(); }, minutes * 60_000);
    const interrupt = () => end('SIGTERM');
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
    const done = (code) => { clearTimeout(timer); process.off('SIGINT', interrupt).off('SIGTERM', interrupt); resolve(code); };
    child.on('error', (error) => { console.error(error.message); done(1); });
    child.on('close', (code, signal) => done(signal ? 1 : code));
  });
}

/** Counts of a suite: from its JSON (ours or vitest's), else one check for the whole. */
async function counts(json, code) {
  if (!json) return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  try {
    const data = JSON.parse(await readFile(path.join(results, json), 'utf8'));
    const passed = data.passed ?? data.numPassedTests;
    const failed = data.failed ?? data.numFailedTests;
    // A file of tests that cannot even be loaded has no failed test in it.
    return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

const only = process.argv.slice(2);
await rm(results, { recursive: true, force: true });
await mkdir(results, { recursive: true });
const rows = [];
for (const suite of SUITES.filter(({ name }) => only.length === 0 || only.some((part) => name.includes(part)))) {
  console.log(`\n=== ${suite.name}`);
  const started = Date.now();
  let code = await run(suite.command, suite.minutes);
  // A browser that could not start leaves no results at all: that says nothing of the product yet.
  if (suite.json && code !== 0 && !(await readFile(path.join(results, suite.json)).then(() => true, () => false))) {
    console.log(`\n=== ${suite.name}, again: it left no results`);
    code = await run(suite.command, suite.minutes);
  }
  rows.push({ name: suite.name, ...(await counts(suite.json, code)), seconds: Math.round((Date.now() - started) / 1000) });
}
const passed = rows.reduce((sum, row) => sum + row.passed, 0);
const failed = rows.reduce((sum, row) => sum + row.failed, 0);
await writeFile(path.join(results, 'summary.json'), `${JSON.stringify({ passed, failed, suites: rows }, null, 1)}\n`);
console.log('\n=== summary');
for (const row of rows) console.log(`${row.failed ? '✗' : '✓'} ${row.name.padEnd(32)} ${String(row.passed).padStart(6)} passed ${String(row.failed).padStart(4)} failed ${String(row.seconds).padStart(5)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && rows.length > 0 ? 0 : 1);
