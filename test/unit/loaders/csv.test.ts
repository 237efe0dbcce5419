import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import type { LoadedData } from '../../../src/core/data/dataset';
import { randomStream } from '../../../src/core/training/random';
import { loadCsv } from '../../../src/loaders/csv';
import { decimal } from '../../../src/loaders/decimal';
import { source } from './files';

/** A table as rows of text and numbers, a missing cell null. */
async function read(text: string | Uint8Array, size = Infinity): Promise<{ names: string[]; rows: (string | number | null)[][] }> {
  const loaded: LoadedData = await loadCsv(source(text, size));
  if (loaded.kind !== 'table') throw new Error();
  const { columns, rows } = loaded;
  return {
    names: columns.map(({ name }) => name),
    rows: Array.from({ length: rows }, (_, i) => columns.map((column) => (column.kind === 'number' ? (Number.isNaN(column.values[i]) ? null : column.values[i]) : column.names[column.codes[i]] ?? null))),
  };
}

describe('CSV files', () => {
  it('reads numbers and text, whatever ends a line', async () => {
    for (const end of ['\n', '\r\n', '\r']) {
      for (const last of ['', end]) {
        const text = ['a,b,name', '1,-2.5,x', '.5,1e3,y', '+7,-0.25E-1,x'].join(end) + last;
        expect(await read(text)).toEqual({ names: ['a', 'b', 'name'], rows: [[1, -2.5, 'x'], [0.5, 1000, 'y'], [7, -0.025, 'x']] });
      }
    }
  });

  it('reads quoted cells with delimiters, quotes and line ends in them, and a byte order mark', async () => {
    expect(await read('\uFEFF"a","b ""c"""\r\n"x,y","1\r\n2"\r\n"""", z \r\n')).toEqual({ names: ['a', 'b "c"'], rows: [['x,y', '1\r\n2'], ['"', 'z']] });
  });

  it('keeps quotes inside unquoted cells, leaves empty lines out', async () => {
    expect(await read('size,n\n\n5" pipe,1\n   \nx,"2"\n\n')).toEqual({ names: ['size', 'n'], rows: [['5" pipe', 1], ['x', 2]] });
  });

  it('reads the same in pieces of any size, through letters of several bytes', async () => {
    const text = '\uFEFF이름,값,"두 줄"\r\n"가,""나""",1.25,"x\r\ny"\r\n😀,-3e-2,z\r\n';
    const whole = await read(text);
    expect(whole.rows).toEqual([['가,"나"', 1.25, 'x\r\ny'], ['😀', -0.03, 'z']]);
    for (const size of [1, 2, 3, 5, 7]) expect(await read(text, size)).toEqual(whole);
  });

  it('knows missing cells: of numbers by the usual words, of text only where empty', async () => {
    expect(await read('n,t\n1,NA\n,a\nNaN,\n?,null\nn/a,b\n')).toEqual({ names: ['n', 't'], rows: [[1, 'NA'], [null, 'a'], [null, null], [null, 'null'], [null, 'b']] });
  });

  it('keeps text as written in a column that begins with numbers', async () => {
    expect(await read('code,n\n007,1\n1.0,2\nA3,3\n7,4\n')).toEqual({ names: ['code', 'n'], rows: [['007', 1], ['1.0', 2], ['A3', 3], ['7', 4]] });
  });

  it('marks a column of numbers with a stray word', async () => {
    const loaded = await loadCsv(source('a,b\n1,x\n2,y\noops,3\n'));
    expect(loaded).toMatchObject({ columns: [{ kind: 'text', stray: 2, names: ['1', '2', 'oops'] }, { kind: 'text', names: ['x', 'y', '3'] }] });
    if (loaded.kind === 'table') expect(loaded.columns[1]).not.toHaveProperty('stray');
  });

  it.each([
    ['', { code: 'noRows' }, null],
    ['a,b\n', { code: 'noRows' }, null],
    ['1,2\n3,4\n', { code: 'noHeader' }, 1],
    ['a;b\n3,14;2,71\n', { code: 'delimiter', found: ';' }, 1],
    ['a\tb\n3\t2\n', { code: 'delimiter', found: '\t' }, 1],
    ['sep=;\na;b\n1;2\n', { code: 'delimiter', found: ';' }, 1],
    ['x,y\n3,14,2,71\n', { code: 'raggedRow', row: 1, actual: 4, expected: 2, decimalComma: true }, 2],
    ['x,y\n"3,14",1\n"2,71",2\n', { code: 'decimalComma', column: 'x', text: '3,14' }, null],
    ['x,y\n1,2\n\n"a\nb",2\n1,2,x\n', { code: 'raggedRow', row: 3, actual: 3, expected: 2, decimalComma: false }, 6],
    ['x,y\n1\n', { code: 'raggedRow', row: 1, actual: 1, expected: 2, decimalComma: false }, 2],
    ['x,y,x\n1,2,3\n', { code: 'duplicateColumn', column: 'x' }, 1],
    ['x,,z\n1,2,3\n', { code: 'unnamedColumn', index: 2 }, 1],
    ['x,y\n1,"2\n3,4\n', { code: 'unclosedQuote' }, 2],
    ['x,y\n1,2\n"a"b,2\n', { code: 'textAfterQuote', row: 2 }, 3],
  ])('refuses %j', async (text, problem, line) => {
    for (const size of [1, Infinity]) await expect(loadCsv(source(text, size))).rejects.toMatchObject({ problem, line, file: 'data.file' });
  });

  it('refuses other encodings and other files', async () => {
    await expect(loadCsv(source(Uint8Array.of(0xff, 0xfe, 97, 0, 44, 0)))).rejects.toMatchObject({ problem: { code: 'notUtf8', encoding: 'UTF-16' } });
    await expect(loadCsv(source(Uint8Array.of(97, 44, 98, 10, 0xb0, 0xa1, 44, 49, 10)))).rejects.toMatchObject({ code: 'notUtf8' });
    await expect(loadCsv(source(Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0, 10, 10)))).rejects.toMatchObject({ code: 'wrongFormat' });
  });

  it('refuses a row without an end before it has read everything', async () => {
    let pulled = 0;
    const endless = {
      name: 'endless.csv', size: null,
      async* chunks() {
        yield new TextEncoder().encode('a,b\n1,"');
        for (;; pulled++) yield new Uint8Array(65_536).fill(120);
      },
    };
    await expect(loadCsv(endless)).rejects.toMatchObject({ code: 'rowTooLong', line: 2 });
    expect(pulled).toBeLessThan(300);
  });

  it('agrees with Papa Parse on random tables of RFC 4180', async () => {
    const random = randomStream(1, 'csv');
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random.uniform() * list.length)];
    const letters = ['a', 'Z', ',', '"', '\n', '\r\n', ' ', '가', '5', '.', ';', 'é', "'"];
    for (let round = 0; round < 300; round++) {
      const columns = 1 + Math.floor(random.uniform() * 4);
      // A letter at both ends: what stands around text is cut off where it is not quoted, and a number would not stay text.
      const table = Array.from({ length: 2 + Math.floor(random.uniform() * 5) }, (_, i) => Array.from({ length: columns }, (_, j) => `${i === 0 ? `h${j}` : 't'}${Array.from({ length: Math.floor(random.uniform() * 6) }, () => pick(letters)).join('')}t`));
      const newline = pick(['\n', '\r\n'] as const);
      const text = Papa.unparse(table, { newline, quotes: random.uniform() < 0.3 }) + pick(['', newline]);
      const [names, ...rows] = Papa.parse<string[]>(text, { delimiter: ',', newline, skipEmptyLines: true }).data;
      if (names.join('').includes(';')) continue;
      expect(await read(text, pick([1, 3, 10, Infinity])), JSON.stringify(text)).toEqual({ names, rows });
    }
  });
});

describe('Decimal numbers', () => {
  const value = (text: string): number => decimal(new TextEncoder().encode(text), 0, new TextEncoder().encode(text).length);

  it('are those of the engine, bit by bit', () => {
    const random = randomStream(2, 'decimal');
    const texts = ['0', '-0', '1.', '.5', '9007199254740993', '9007199254740991', '123456789012345678901234567890', '1e22', '1e23', '-1e-22', '4.9e-324', '1e-400', '1.7976931348623157e308', '0.1', '00012', '8.98846567431158e307', '1e+5', '2.2250738585072011e-308', '9999999999999999e22', '0.000000000000000000000000000000000000000123'];
    for (let i = 0; i < 20_000; i++) {
      const size = 10 ** (30 * random.uniform() - 15);
      texts.push(String((random.uniform() - 0.5) * size), ((random.uniform() - 0.5) * size).toFixed(Math.floor(9 * random.uniform())), (random.uniform() * size).toExponential(Math.floor(20 * random.uniform())));
    }
    for (const text of texts) if (!Object.is(value(text), Number(text))) expect.fail(`${text}: ${value(text)} is not ${Number(text)}`);
  });

  it('are the same in a table', async () => {
    const random = randomStream(4, 'cells');
    const texts = ['-0', '-.5', '5.', '+1', '123456789012345', '1234567890123456', '9007199254740993', '0.000000000000001', '00.10', ' 7 ', '1e3', '-12.50'];
    for (let i = 0; i < 3000; i++) texts.push(String((random.uniform() - 0.5) * 10 ** (20 * random.uniform() - 5)), (1e4 * (random.uniform() - 0.5)).toFixed(Math.floor(6 * random.uniform())));
    for (const size of [7, Infinity]) {
      const loaded = await loadCsv(source(`x,y\n${texts.map((text) => `${text},${text}`).join('\n')}`, size));
      if (loaded.kind !== 'table') throw new Error();
      for (const column of loaded.columns) {
        if (column.kind !== 'number') throw new Error(column.names.join());
        texts.forEach((text, i) => Object.is(column.values[i], Number(text)) || expect.fail(`${text}: ${column.values[i]}`));
      }
    }
  });

  it('are not taken from what only looks like one', async () => {
    for (const text of ['-.', '1.2.3', '--1', '1-2', '1 2', '12a', '1e', '٣']) {
      const loaded = await loadCsv(source(`x,y\na,${text}\n`));
      expect(loaded, text).toMatchObject({ columns: [{}, { kind: 'text', names: [text] }] });
    }
  });

  it('are nothing else', () => {
    for (const text of ['', '-', '.', '+.', 'e5', '1e', '1e+', '1.2.3', '1,5', '0x10', 'Infinity', 'NaN', '1 2', '1_000', '٣', '--1', '1e5.5']) expect(value(text), text).toBeNaN();
  });
});
