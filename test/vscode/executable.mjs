#!/usr/bin/env node
/**
 * Stands for the `code` executable in @vscode/test-electron's runTests: takes --extensionDevelopmentPath, --extensionTestsPath and a
 * folder, runs the tests in the host of launch.mjs, and ends with their exit code.
 */
import { launch } from './launch.mjs';

const options = {};
const developed = [];
let folder;
for (const argument of process.argv.slice(2)) {
  const match = /^--([A-Za-z-]+)(?:=(.*))?$/.exec(argument);
  if (match?.[1] === 'extensionDevelopmentPath') developed.push(match[2]);
  else if (match) options[match[1]] = match[2] ?? true;
  else folder = argument;
}

const limit = Number(process.env.VSCODE_TEST_TIMEOUT ?? 900) * 1000;
// The browser's VS Code develops one extension at a time; others stand installed beside it.
const [extension, ...installed] = developed;
const instance = await launch({ folder, extension, installed, tests: options.extensionTestsPath, env: forwarded(), echo: true });
const stop = async (code) => { await instance.close(); process.exit(code); };
process.once('SIGINT', () => stop(130));
process.once('SIGTERM', () => stop(143));
const code = await Promise.race([instance.exit, new Promise((resolve) => setTimeout(() => resolve('timeout'), limit))]);
if (code === 'timeout') {
  console.error(`The tests did not end within ${limit / 1000} s.`);
  console.error(instance.console.slice(-50).join('\n'));
  console.error((await instance.server.logs()).slice(-20_000));
}
await stop(code === 'timeout' ? 124 : code);

/** What the tests are told by their environment. */
function forwarded() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('GDEXP_')));
}
