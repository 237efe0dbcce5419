import type { Problem } from '../experiment';
import type { ExpectationResult } from '../expectations';
import type { RunReport } from './document';

export interface JunitFile {
  readonly file: string;
  readonly errors: readonly Problem[];
  /** Why a valid file is not run, or null. */
  readonly refusal: string | null;
  readonly expectations: readonly ExpectationResult[];
  readonly reports: readonly RunReport[];
  /** Sentences on why runs failed, by the trial's id. */
  readonly failures: ReadonlyMap<string, string>;
}

/** JUnit XML: a suite a file, a case an expectation and a case each run that failed. */
export function junitXml(files: readonly JunitFile[]): string {
  const suites = files.map((file) => {
    const cases: string[] = [];
    let failures = 0;
    let errors = 0;
    for (const { line, column, message } of file.errors) {
      errors++;
      cases.push(testCase(file.file, `${line}:${column}`, `<error message="${escapeXml(message)}"/>`));
    }
    if (file.refusal !== null) {
      errors++;
      cases.push(testCase(file.file, 'run', `<error message="${escapeXml(file.refusal)}"/>`));
    }
    for (const { trial } of file.reports) {
      const failure = file.failures.get(trial.id);
      if (failure === undefined) continue;
      errors++;
      cases.push(testCase(file.file, trial.label, `<error message="${escapeXml(failure)}"/>`));
    }
    for (const { text, holds, actual, line } of file.expectations) {
      if (!holds) failures++;
      cases.push(testCase(file.file, text, holds ? '' : `<failure message="${escapeXml(`${text}: ${String(actual)}`)}">${escapeXml(`${file.file}:${line}`)}</failure>`));
    }
    const seconds = file.reports.reduce((sum, { summary }) => sum + summary.seconds, 0);
    return `  <testsuite name="${escapeXml(file.file)}" tests="${cases.length}" failures="${failures}" errors="${errors}" time="${seconds.toFixed(3)}">\n${cases.join('')}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('')}</testsuites>\n`;
}

function testCase(file: string, name: string, content: string): string {
  return `    <testcase classname="${escapeXml(file)}" name="${escapeXml(name)}"${content === '' ? '/>' : `>${content}</testcase>`}\n`;
}

/** Also drops what XML 1.0 cannot hold at all. */
function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '')
    .replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&apos;')
    .replace(/[\r\n\t]/g, (space) => `&#${space.charCodeAt(0)};`);
}
