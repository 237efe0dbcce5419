import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { Window } from 'happy-dom';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import manifest from '../../package.json';
import { runProgram } from '../../src/cli/program';

const root = path.resolve(import.meta.dirname, '..', '..');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gdexp-problems-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => l10n.config({ contents: {} }));

async function gdexp(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await runProgram(args, { out: (text) => void (out += text), err: (text) => void (err += text), cwd: folder, locale: 'en', color: false, workerFile: null, signal: new AbortController().signal });
  return { code, out, err };
}

/** x ← x/2: after 10 steps the loss is 2⁻²⁰ = 9.54e-7. The claims stand in lines 7 and up. */
async function halving(name: string, ...claims: string[]): Promise<string> {
  await writeFile(path.join(folder, name), `{
  "gdexp": 1,
  "objective": { "expression": "x^2", "start": [1] },
  "optimizers": [{ "type": "sgd", "label": "half <&> \\"x\\"", "learningRate": 0.25 }],
  "stop": { "steps": 10 },
  "expect": [
${claims.map((claim) => `    ${claim}`).join(',\n')}
  ]
}
`);
  return name;
}

/** What VS Code reads off a line by the matcher of package.json. */
function matched(text: string): { file: string; line: number; column: number; severity: string; message: string }[] {
  const [{ regexp, file, line, column, severity, message }] = manifest.contributes.problemPatterns;
  return text.split('\n').flatMap((each) => {
    const match = new RegExp(regexp).exec(each);
    return match ? [{ file: match[file], line: Number(match[line]), column: Number(match[column]), severity: match[severity], message: match[message] }] : [];
  });
}

describe('lines that a program reads', () => {
  test.each(['en', 'ko'])('are matched in %s: an error of the file, and what does not hold', async (locale) => {
    if (locale === 'ko') l10n.config({ contents: await readFile(path.join(root, 'l10n', 'bundle.l10n.ko.json'), 'utf8') });
    await writeFile(path.join(folder, 'broken.gdexp'), '{\n  "gdexp": 1,\n  "objective": { "expression": "x^^2", "start": [1] },\n  "optimizers": [{ "type": "sgd" }]\n}');
    const broken = await gdexp('check', 'broken.gdexp');
    expect(broken.code).toBe(2);
    expect(matched(broken.err)).toMatchObject([{ file: 'broken.gdexp', line: 3, column: 35, severity: 'error' }]);
    const claims = await gdexp('run', await halving('claims.gdexp', '{ "loss": "< 1e-9" }', '{ "steps": "= 10" }'), '--problems');
    expect(claims.code).toBe(1);
    const [problem, ...more] = matched(claims.err);
    expect(problem).toMatchObject({ file: 'claims.gdexp', line: 7, severity: 'error' });
    expect(problem.message).toMatch(/loss < 1e-9.*9\.54e[−-]7/);
    expect(more).toEqual([]);
    if (locale === 'ko') expect(problem.message).toMatch(/[가-힣]/);
  });

  test('read a path of Windows, and no line of the table', () => {
    expect(matched('C:\\work\\a b.gdexp:3:7: warning: 문장입니다')).toEqual([{ file: 'C:\\work\\a b.gdexp', line: 3, column: 7, severity: 'warning', message: '문장입니다' }]);
    expect(matched('✓ half: loss 1:2:3 error')).toEqual([]);
  });

  test('are only there when they are asked for', async () => {
    expect((await gdexp('run', await halving('quiet.gdexp', '{ "loss": "< 1e-9" }'))).err).toBe('');
  });
});

test('exit code, JSON and JUnit say the same of the same files', async () => {
  const names = [await halving('one.gdexp', '{ "loss": "< 1e-6" }', '{ "loss": "< 1e-9", "status": "completed" }'), await halving('two.gdexp', '{ "verdict": "zigzag" }')];
  const { code, out } = await gdexp('run', ...names, '--json', '--junit', 'results.xml');
  const documents = JSON.parse(out) as { file: string; expectations: { text: string; holds: boolean }[] }[];
  expect(documents.map(({ expectations }) => expectations.map(({ holds }) => holds))).toEqual([[true, false, true], [false]]);
  expect(code).toBe(1);

  const xml = await readFile(path.join(folder, 'results.xml'), 'utf8');
  const document = new (new Window().DOMParser)().parseFromString(xml, 'text/xml');
  expect(document.querySelector('parsererror')).toBeNull();
  expect(document.documentElement.tagName).toBe('testsuites');
  const suites = [...document.querySelectorAll('testsuite')];
  expect(suites.map((suite) => suite.getAttribute('name'))).toEqual(names);
  for (const [i, suite] of suites.entries()) {
    const cases = [...suite.querySelectorAll('testcase')];
    // The attributes that the schema of Jenkins requires, and true of what is inside.
    expect(['tests', 'failures', 'errors'].map((name) => Number(suite.getAttribute(name)))).toEqual([cases.length, suite.querySelectorAll('failure').length, 0]);
    expect(cases.map((each) => [each.getAttribute('name'), each.querySelector('failure') === null])).toEqual(documents[i].expectations.map(({ text, holds }) => [text, holds]));
  }
  expect(xml).not.toMatch(/<&>/);
});
