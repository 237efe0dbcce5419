import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCsv } from '../../../src/loaders/csv';
import { csvHead } from '../../../src/loaders/csvHead';
import { source } from './files';

const head = (text: string, whole = true) => csvHead('a.csv', new TextEncoder().encode(text), whole);

describe('The beginning of a CSV file', () => {
  it('names the columns and tells their kind, past a byte order mark and through quotes', () => {
    expect(head('\uFEFF"a, b", "say ""hi""" ,키\r\n1,"x\r\ny",?\r\n1,"""",3\r\n2,,5\r\n')).toEqual([
      { name: 'a, b', kind: 'number', values: ['1', '2'] },
      { name: 'say "hi"', kind: 'text', values: ['x\r\ny', '"'] },
      { name: '키', kind: 'number', values: ['3', '5'] },
    ]);
  });

  it('needs no row', () => {
    expect(head('x,y')).toEqual([{ name: 'x', kind: null, values: [] }, { name: 'y', kind: null, values: [] }]);
  });

  it('leaves out a row that is cut, and says nothing of a header that is', () => {
    expect(head('x,y\n1,2\n3,fo', false)).toEqual([{ name: 'x', kind: 'number', values: ['1'] }, { name: 'y', kind: 'number', values: ['2'] }]);
    expect(head('x,a long na', false)).toEqual([]);
  });

  it('tells what stands above a row that cannot be read', () => {
    for (const row of ['1,2,3', '"a" b,2', '"open,2']) expect(head(`x,y\n1,2\n${row}`)).toEqual([{ name: 'x', kind: 'number', values: ['1'] }, { name: 'y', kind: 'number', values: ['2'] }]);
  });

  it.each([['x;y\n1;2', 'delimiter'], ['1,2\n3,4', 'noHeader'], ['x,x\n1,2', 'duplicateColumn'], ['x,,y\n1,2,3', 'unnamedColumn'], ['\0\0,\0', 'wrongFormat']])('refuses the header of %j', (text, code) => {
    expect(() => head(text)).toThrow(expect.objectContaining({ code }) as Error);
  });

  it.each(['diabetes', 'iris', 'titanic', 'wine', 'digits'])('says of %s what the whole file says', async (name) => {
    const bytes = new Uint8Array(await readFile(path.resolve(import.meta.dirname, `../../../examples/data/${name}.csv`)));
    const loaded = await loadCsv(source(bytes));
    if (loaded.kind !== 'table') throw new Error();
    const told = csvHead(name, bytes.subarray(0, 64 * 1024), bytes.length <= 64 * 1024);
    expect(told.map((column) => [column.name, column.kind])).toEqual(loaded.columns.map((column) => [column.name, column.kind]));
  });
});
