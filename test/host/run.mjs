/**
 * Tests inside the extension host of a real VS Code, through @vscode/test-electron: in the browser's VS Code of test/vscode/, or, where
 * VSCODE_DESKTOP is set and the network allows it, in the desktop program that it downloads. Needs a build.
 *   node test/host/run.mjs [PATTERN]     only tests whose title matches
 */
import { runTests } from '@vscode/test-electron';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleTests } from '../vscode/bundleTests.mjs';
import { root } from '../vscode/install.mjs';

const workspace = await mkdtemp(path.join(tmpdir(), 'gdexp-host-'));
try {
  await cp(path.join(root, 'examples'), path.join(workspace, 'examples'), { recursive: true });
  const tests = await bundleTests('test/host', 'host');
  await runTests({
    ...(process.env.VSCODE_DESKTOP ? {} : { vscodeExecutablePath: path.join(root, 'test', 'vscode', 'executable.mjs') }),
    // Another extension, which uses this one's API, beside it.
    extensionDevelopmentPath: [root, path.join(root, 'test', 'host', 'fixtures', 'consumer')],
    extensionTestsPath: path.join(tests, 'index.js'),
    extensionTestsEnv: { GDEXP_RESULTS: path.join(root, 'test-results', 'host.json'), GDEXP_GREP: process.argv[2] ?? '', GDEXP_MAIN: path.join(root, 'dist') },
    launchArgs: [workspace],
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await rm(workspace, { recursive: true, force: true });
}
