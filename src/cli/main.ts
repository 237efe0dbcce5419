import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import * as l10n from '@vscode/l10n';
import { runProgram } from './program';
import { forTerminal } from './terminal';

// Node 20 has relaxed SIMD behind a flag, VS Code's own Node without one: the same kernels give the same bits here as in the lab.
if (Number(process.versions.node.split('.')[0]) < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');

/** "ko" from LC_ALL=ko_KR.UTF-8. */
function localeOf(environment: NodeJS.ProcessEnv): string {
  const name = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || 'en';
  return /^[a-z]{2,3}/i.exec(name)?.[0].toLowerCase() ?? 'en';
}

const locale = localeOf(process.env);
const bundle = path.join(__dirname, '..', 'l10n', `bundle.l10n.${locale}.json`);
if (locale !== 'en' && existsSync(bundle)) l10n.config({ contents: readFileSync(bundle, 'utf8') });

const worker = path.join(__dirname, 'worker.js');
const interruption = new AbortController();
// SIGTERM is what `timeout` and continuous integration send: then too what has ended is told.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    if (interruption.signal.aborted) process.exit(130);
    interruption.abort();
  });
}
// A reader that has seen enough (head) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

void runProgram(process.argv.slice(2), {
  out: (text) => void process.stdout.write(process.stdout.isTTY ? forTerminal(text) : text),
  err: (text) => void process.stderr.write(process.stderr.isTTY ? forTerminal(text) : text),
  cwd: process.cwd(),
  locale,
  color: process.stdout.isTTY === true && !process.env.NO_COLOR,
  workerFile: existsSync(worker) ? worker : null,
  signal: interruption.signal,
}).then((code) => {
  process.exitCode = code;
});
