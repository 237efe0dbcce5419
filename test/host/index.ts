import { readdirSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import { report } from '../results.mjs';

/** `report` prints instead. */
class Silent extends Mocha.reporters.Base {
  override epilogue(): void {}
}

/** Called by VS Code in its extension host. Lines for people begin with [test]: the console there is shared with the workbench. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ retries: 1, timeout: 60_000, reporter: Silent, grep: process.env.GDEXP_GREP || undefined });
  for (const file of readdirSync(__dirname).filter((name) => name.endsWith('.test.js')).sort()) mocha.addFile(path.join(__dirname, file));
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    report(runner, 'host', process.env.GDEXP_RESULTS!, (line: string) => {
      for (const part of line.split('\n')) console.log(`[test] ${part}`);
    });
  });
  if (failures > 0) throw new Error(`${failures} tests failed.`);
}
