/**
 * What a person does, in a real VS Code shown by a real browser. Needs a build.
 *   node test/e2e/run.mjs [PATTERN]     only tests whose title matches
 */
import Mocha from 'mocha';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { report } from '../results.mjs';
import { root } from '../vscode/install.mjs';

const folder = path.join(root, 'test', 'e2e');
// A browser, a server and two hosts share this machine: what fails once is tried again before it counts.
const mocha = new Mocha({ timeout: 90_000, retries: 2, reporter: class { }, grep: process.argv[2] });
for (const file of (await readdir(folder)).filter((name) => name.endsWith('.test.mjs')).sort()) mocha.addFile(path.join(folder, file));
await mocha.loadFilesAsync();
const failures = await new Promise((resolve) => report(mocha.run(resolve), 'e2e', path.join(root, 'test-results', 'e2e.json')));
process.exit(failures > 0 ? 1 : 0);
