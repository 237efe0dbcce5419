import { describe, expect, it } from 'vitest';
import { DataError } from '../../../src/core/data/dataset';
import { lineOf } from '../../../src/core/data/rowLines';
import type { DataSpec } from '../../../src/core/data/spec';
import { targetEncoding } from '../../../src/core/data/targets';
import { loadCsv } from '../../../src/loaders/csv';
import { loadDatasets } from '../../../src/loaders/load';
import { dataProblemText } from '../../../src/wording/data';
import { runProblemText } from '../../../src/wording/modelProblems';
import { dataSpec } from '../data/fixtures';
import { source } from './files';

/** What a person is told of data in files. */
async function told(spec: Partial<DataSpec>, files: Record<string, string>, classification = false): Promise<string> {
  const open = (name: string) => source(files[name], 16, name);
  try {
    await loadDatasets(dataSpec({ target: 'y', ...spec }), 0, open, { classification, shared: false });
  } catch (error) {
    if (error instanceof DataError) return dataProblemText(error);
    throw error;
  }
  throw new Error('The data were taken');
}
const csv = (path: string): Partial<DataSpec> => ({ source: { kind: 'csv', path } });

describe('A row that cannot be used', () => {
  it.each([
    ['in a plain file', 'a,y\n1,2\n,3\n', 'rows.csv, line 3: Row 2 has no value in column "a".'],
    ['after a cell of several lines', 'note,a,y\n"one\ntwo\n\nthree",1,2\nx,,3\n', 'rows.csv, line 6: Row 2 has no value in column "a".'],
    ['that begins with a cell of several lines', 'note,a,y\nx,1,2\n"one\ntwo",,3\nx,1,1\n', 'rows.csv, line 3: Row 2 has no value in column "a".'],
    ['after empty lines', 'a,y\n\n1,2\n\n\n,3\n', 'rows.csv, line 6: Row 2 has no value in column "a".'],
    ['with the line ends of Windows', 'a,y\r\n1,2\r\n\r\n,3\r\n', 'rows.csv, line 4: Row 2 has no value in column "a".'],
    ['by its target', 'a,y\n1,2\n"4",\n', 'rows.csv, line 3: Row 2 has no value in column "y".'],
  ])('%s is named by its line and its column', async (_name, text, sentence) => {
    // A column of notes is text, and each note a feature.
    expect(await told({ ...csv('rows.csv') }, { 'rows.csv': text })).toContain(sentence);
  });

  it('is found in the file of its own part, whose line it is', async () => {
    const files = { 'rows.csv': 'a,y\n1,no\n2,yes\n', 'more.csv': 'y,a\n\nno,1\n"yes",2\nmaybe,3\n' };
    expect(await told({ ...csv('rows.csv'), validation: { kind: 'csv', path: 'more.csv' } }, files, true)).toBe('more.csv, line 5: Row 3 has the class "maybe" in the target "y", which the main data do not have.');
    expect(await told({ ...csv('rows.csv') }, { 'rows.csv': 'a,y\n1,0\n\n2,1.5\n' }, true)).toMatch(/^rows\.csv, line 4: Row 2 has 1\.5 in the target "y", which is not a class/);
  });

  it('is named by its line in a LIBSVM file with comments', async () => {
    const text = '# a comment\n1 1:2\n\n0 2:1 # another\n# and one\n2.5 1:1\n';
    expect(await told({ source: { kind: 'libsvm', path: 'rows.svm', columns: 3 }, target: null }, { 'rows.svm': text }, true)).toMatch(/^rows\.svm, line 6: Row 3 has 2\.5 in the target "y"/);
  });
});

it('A target that the loss cannot take is named by its file and line, although it is found only when a run begins', async () => {
  const files: Record<string, string> = { 'counts.csv': 'a,y\n1,0\n\n\n2,-3\n', 'counts.svm': '# visits\n0 1:2\n-3 2:1\n' };
  const refused = async (spec: Partial<DataSpec>): Promise<string> => {
    const { main } = await loadDatasets(dataSpec(spec), 0, (name) => source(files[name], 16, name), { classification: false, shared: false });
    try {
      targetEncoding('poisson', 1, main);
    } catch (error) {
      return runProblemText((error as DataError).problem);
    }
    throw new Error('The target was taken');
  };
  expect(await refused({ ...csv('counts.csv'), target: 'y' })).toBe('counts.csv, line 5: poisson needs targets that are not negative, and row 2 has −3.');
  expect(await refused({ source: { kind: 'libsvm', path: 'counts.svm', columns: 2 }, target: null })).toBe('counts.svm, line 3: poisson needs targets that are not negative, and row 2 has −3.');
  expect(await refused({ source: { kind: 'inline', x: [[1], [2]], y: [0, -3] }, target: null })).toBe('poisson needs targets that are not negative, and row 2 has −3.');
});

it('The line of every row is known, and few numbers keep them', async () => {
  const blocks = Array.from({ length: 300 }, (_, i) => (i % 7 === 3 ? `"${'\n'.repeat(i % 5)}t",${i}` : `t,${i}`) + '\n'.repeat(i % 11 === 5 ? 3 : 1));
  const text = `t,y\n${blocks.join('')}`;
  const loaded = await loadCsv(source(text, 100));
  if (loaded.kind !== 'table') throw new Error();
  let line = 2;
  blocks.forEach((block, row) => {
    expect(lineOf(loaded.lines!, row)).toBe(line);
    line += block.split('\n').length - 1;
  });
  const plain = await loadCsv(source(`t,y\n${'a,1\n'.repeat(5000)}`));
  expect(plain.kind === 'table' && plain.lines!.rows).toEqual(Int32Array.of(0));
  expect(lineOf({ rows: new Int32Array(0), lines: new Int32Array(0) }, 3)).toBeNull();
});
