/** Results of a suite, as each of them leaves them in test-results/ for the summary at the end. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Listens to a mocha runner: prints each test as it ends and, at the end, writes { suite, passed, failed, tests } to `file`.
 * @param say receives the lines
 */
export function report(runner, suite, file, say = console.log) {
  const tests = [];
  const end = (test, status, error) => {
    tests.push({ name: test.fullTitle(), status, milliseconds: test.duration ?? 0, ...(error ? { error: String(error.stack ?? error) } : {}) });
    say(`${{ passed: '  ✓', failed: '  ✗', skipped: '  -' }[status]} ${test.fullTitle()}${test.duration > 500 ? ` (${(test.duration / 1000).toFixed(1)} s)` : ''}`);
    if (error) say(String(error.stack ?? error).replace(/^/gm, '      '));
  };
  runner.on('pass', (test) => end(test, 'passed'));
  runner.on('fail', (test, error) => end(test, 'failed', error));
  runner.on('pending', (test) => end(test, 'skipped'));
  runner.once('end', () => {
    writeResults(file, suite, tests);
    say(`${suite}: ${tests.filter(({ status }) => status === 'passed').length} passed, ${tests.filter(({ status }) => status === 'failed').length} failed`);
  });
}

/** Writes the results of a suite that counted its checks itself. */
export function writeResults(file, suite, tests) {
  mkdirSync(path.dirname(file), { recursive: true });
  const count = (status) => tests.filter((test) => test.status === status).length;
  writeFileSync(file, `${JSON.stringify({ suite, passed: count('passed'), failed: count('failed'), skipped: count('skipped'), tests }, null, 1)}\n`);
}
