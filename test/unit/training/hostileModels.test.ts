import { mkdtempSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/cli/program';

let folder = '';

function npy(shape: readonly number[], values: readonly number[] | null): Uint8Array {
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const padded = `${header.padEnd(117)}\n`;
  const bytes = new Uint8Array(10 + padded.length + 8 * (values?.length ?? 0));
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  new DataView(bytes.buffer).setUint16(8, padded.length, true);
  bytes.set(new TextEncoder().encode(padded), 10);
  values?.forEach((value, i) => new DataView(bytes.buffer).setFloat64(10 + padded.length + 8 * i, value, true));
  return bytes;
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gdexp-hostile-'));
  const write = (name: string, content: string | Uint8Array): void => writeFileSync(path.join(folder, name), content);
  write('good.csv', `a,b,y\n${Array.from({ length: 12 }, (_, i) => `${i},${i * i},${['k', 'l', 'm'][i % 3]}`).join('\n')}\n`);
  write('numbers.csv', `a,b,y\n${Array.from({ length: 12 }, (_, i) => `${i},${i * i},${i / 10}`).join('\n')}\n`);
  write('empty.csv', '');
  write('header.csv', 'a,b,y\n');
  write('one.csv', 'a,b,y\n1,2,3\n');
  write('only.csv', 'y\n1\n2\n');
  write('nan.csv', 'a,b,y\n1,2,k\n3,,l\n');
  write('binary.csv', Uint8Array.from({ length: 3000 }, (_, i) => (i * 7919) % 256));
  write('ragged.csv', 'a,b,y\n1,2\n');
  write('single.csv', `a,y\n${Array.from({ length: 9 }, (_, i) => `${i},${i === 0 ? 'rare' : 'often'}`).join('\n')}\n`);
  mkdirSync(path.join(folder, 'folder.csv'));
  symlinkSync('loop.csv', path.join(folder, 'loop.csv'));
  write('weights.npz', zipSync({ 'dense1.weight.npy': npy([3, 5], Array.from({ length: 15 }, () => 0)), 'dense1.bias.npy': npy([3], [0, 0, 0]) }));
  write('missing.npz', zipSync({ 'dense1.weight.npy': npy([3, 2], [0, 0, 0, 0, 0, 0]) }));
  write('unknown.npz', zipSync({ 'dense1.weight.npy': npy([3, 2], [0, 0, 0, 0, 0, 0]), 'dense1.bias.npy': npy([3], [0, 0, 0]), 'other.npy': npy([1], [0]) }));
  write('announced.npz', zipSync({ 'x.npy': npy([1e9, 1e6], null), 'y.npy': npy([3], [1, 2, 3]) }));
  // A gigabyte of zeros in a megabyte would do the same; a hundred megabytes in a hundred kilobytes are enough to see it refused by its header.
  write('bomb.npz', zipSync({ 'x.npy': new Uint8Array(50_000_000), 'y.npy': npy([3], [1, 2, 3]) }, { level: 9 }));
  write('text.npz', 'this is no archive');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Json = Record<string, unknown>;
const base: Json = {
  gdexp: 1,
  data: { csv: 'good.csv', target: 'y' },
  model: { layers: [{ type: 'dense', units: 3, activation: 'softmax' }] },
  loss: 'categoricalCrossentropy',
  training: { epochs: 1, batchSize: 4 },
  optimizers: [{ type: 'sgd' }],
};
const inline = (x: unknown, y: unknown): Json => ({ inline: { x, y } });
const numbers = { data: { csv: 'numbers.csv', target: 'y' }, model: { layers: [{ type: 'dense', units: 1 }] }, loss: 'meanSquaredError' };

async function run(file: Json, locale = 'en'): Promise<{ code: number; err: string; out: string; lines: string[] }> {
  const text = JSON.stringify(file, null, 1);
  writeFileSync(path.join(folder, 'x.gdexp'), text);
  let out = '';
  let err = '';
  const code = await runProgram(['run', 'x.gdexp'], { out: (part) => void (out += part), err: (part) => void (err += part), cwd: folder, locale, color: false, workerFile: null, signal: new AbortController().signal });
  return { code, err, out, lines: text.split('\n') };
}

/** What is wrong, the words that the place has in the file, and words of the sentence. */
const REFUSED: readonly (readonly [name: string, file: Json, place: RegExp, sentence: RegExp])[] = [
  ['no such file', { data: { csv: 'nowhere.csv', target: 'y' } }, /"data"/, /^x\.gdexp:3:2: error: nowhere\.csv: There is no such file/],
  ['a folder', { data: { csv: 'folder.csv', target: 'y' } }, /"data"/, /folder, not a file/],
  ['a link to itself', { data: { csv: 'loop.csv', target: 'y' } }, /"data"/, /links.*circle/],
  ['a device', { data: { csv: '/dev/zero', target: 'y' } }, /"data"|"csv"/, /ordinary file|absolute|beside/],
  ['an empty file', { data: { csv: 'empty.csv', target: 'y' } }, /"data"/, /empty\.csv.*no rows/],
  ['a header alone', { data: { csv: 'header.csv', target: 'y' } }, /"data"/, /no rows/],
  ['no column left', { ...numbers, data: { csv: 'only.csv', target: 'y' } }, /"data"/, /No column is left/],
  ['a missing value', { data: { csv: 'nan.csv', target: 'y' } }, /"data"/, /nan\.csv, line 3: Row 2 has no value in column "b"/],
  ['binary as text', { data: { csv: 'binary.csv', target: 'y' } }, /"data"/, /UTF-8|not a file/],
  ['a short row', { data: { csv: 'ragged.csv', target: 'y' } }, /"data"/, /line 2.*2 cells/],
  ['a target that is not there', { data: { csv: 'good.csv', target: 'yy' } }, /"yy"/, /no column "yy".*Did you mean "y"/],
  ['a feature that is not there', { data: { csv: 'good.csv', target: 'y', features: ['aa'] } }, /"features"/, /no column "aa".*Did you mean "a"/],
  ['text for a regression', { ...numbers, data: { csv: 'good.csv', target: 'y' } }, /meanSquaredError/, /needs a target of numbers/],
  ['numbers for classes', { data: { csv: 'numbers.csv', target: 'y' } }, /"y"|"loss"/, /not a class|needs classes/],
  ['too few units', { model: { layers: [{ type: 'dense', units: 2, activation: 'softmax' }] } }, /"units": 2/, /3 classes.*2 outputs/],
  ['too many units', { ...numbers, model: { layers: [{ type: 'dense', units: 4 }] } }, /"units": 4/, /must have 1 outputs, and it has 4/],
  ['three classes for a yes or no', { model: { layers: [{ type: 'dense', units: 1, activation: 'sigmoid' }] }, loss: 'binaryCrossentropy' }, /"loss"/, /exactly two classes/],
  ['a class below zero', { data: inline([[1], [2], [3]], [0, 1, -1]) }, /"data"/, /-1|−1/],
  ['one row and a validation part', { ...numbers, data: { csv: 'one.csv', target: 'y', validation: 1 } }, /"validation"/, /none is left for training/],
  ['a fraction of nothing', { ...numbers, data: { csv: 'numbers.csv', target: 'y', validation: 0.01 } }, /"validation"/, /which is none/],
  ['stratified numbers', { ...numbers, data: { csv: 'numbers.csv', target: 'y', stratify: true, validation: 0.5 } }, /"stratify"/, /the target has none/],
  ['more folds than rows', { evaluate: { crossValidation: { folds: 13 } } }, /"folds"/, /13 folds.*there are 12/],
  ['scaled sparse rows', { data: { generate: 'multiHot', samples: 20, columns: 9, nonZeros: 2, classes: 3, scale: 'standardize' } }, /"scale"/, /Scale them by a number/],
  ['augmented sparse rows', { data: { generate: 'multiHot', samples: 20, columns: 9, nonZeros: 2, classes: 3, augment: { noise: 0.1 } } }, /"augment"/, /cannot be augmented/],
  ['a row to predict that is too long', { predict: [[1, 2], [1, 2, 3]] }, /^\s*\[$/, /Row 2 of "predict" has 3 values, and a row of the data has 2/],
  ['weights of another shape', { model: { weights: 'weights.npz', layers: [{ type: 'dense', units: 3, activation: 'softmax' }] } }, /weights\.npz/, /weights\.npz: array "dense1\.weight" has the shape \[3, 5\], and the model needs \[3, 2\]/],
  ['weights without a bias', { model: { weights: 'missing.npz', layers: [{ type: 'dense', units: 3, activation: 'softmax' }] } }, /missing\.npz/, /no array "dense1\.bias"/],
  ['weights with a stranger', { model: { weights: 'unknown.npz', layers: [{ type: 'dense', units: 3, activation: 'softmax' }] } }, /unknown\.npz/, /no place for the array "other"/],
  ['weights that are no archive', { model: { weights: 'text.npz', layers: [{ type: 'dense', units: 3, activation: 'softmax' }] } }, /text\.npz/, /not a file in NPZ format/],
  ['an archive that announces too much', { ...numbers, data: { npz: 'announced.npz', x: 'x', y: 'y' } }, /"data"/, /announces|more than can be held/],
  ['an archive that swells', { ...numbers, data: { npz: 'bomb.npz', x: 'x', y: 'y' } }, /"data"/, /damaged|format|held|truncated/],
  ['pictures of another size', { data: { csv: 'good.csv', target: 'y', imageShape: [8, 8, 1] }, model: { layers: [{ type: 'flatten' }, { type: 'dense', units: 3, activation: 'softmax' }] } }, /"imageShape"/, /means 64 values a row, and a row has 2/],
  ['too many parameters', { model: { layers: [{ type: 'dense', units: 1_000_000 }, { type: 'dense', units: 3, activation: 'softmax' }, { type: 'dense', units: 100_000_000 }, { type: 'dense', units: 3, activation: 'softmax' }] } }, /"model"|./, /Too many parameters.* = /],
  ['too many parameters, known from the file', { data: { generate: 'blobs', columns: 1000 }, model: { layers: [{ type: 'dense', units: 100_000 }, { type: 'dense', units: 3, activation: 'softmax' }] } }, /./, /Too many parameters: dense1 100100000 \+ dense2 300003 = 100400003, and at most 50000000/],
  ['too much memory', { data: { generate: 'blobs', samples: 100_000 }, training: { epochs: 1, batchSize: 'full' }, model: { layers: [{ type: 'dense', units: 4000 }, { type: 'dense', units: 3, activation: 'softmax' }] } }, /./, /Too much memory: 24003 parameters take .* MB for the network with 100000 rows.*at most 2000 MB/],
  ['newton of a large network', { training: { epochs: 1, batchSize: 'full' }, model: { layers: [{ type: 'dense', units: 300 }, { type: 'dense', units: 3, activation: 'softmax' }] }, optimizers: [{ type: 'newton' }] }, /"newton"/, /at most 500 parameters, and the model has 1803/],
  ['muon without a matrix', { model: { layers: [{ type: 'batchNorm' }, { type: 'dense', units: 3, trainable: false, activation: 'softmax' }] }, optimizers: [{ type: 'muon' }] }, /"muon"/, /moves weight matrices/],
];

/** No word of a program's insides. */
const INTERNAL = /undefined|Cannot read|NaN is not|\[object|TypeError|RangeError|Error:| at \/|^\w+$/m;

describe('what a network cannot be trained on', () => {
  it.each(REFUSED)('%s', async (_name, change, place, sentence) => {
    const { code, err, lines, out } = await run({ ...base, ...change });
    if (process.env.TELL) console.log(err, out);
    expect(err).toMatch(sentence);
    expect(err).not.toMatch(INTERNAL);
    expect(code).toBe(2);
    const at = /^x\.gdexp:(\d+):\d+: error: /.exec(err);
    if (at) expect(lines[Number(at[1]) - 1]).toMatch(place);
    else expect(place.source).toBe('.');
  }, 60_000);
});

describe('the same in Korean', () => {
  beforeAll(() => l10n.config({ contents: readFileSync(path.resolve(import.meta.dirname, '../../../l10n/bundle.l10n.ko.json'), 'utf8') }));
  afterAll(() => l10n.config({ contents: {} }));

  it.each(REFUSED)('%s', async (_name, change) => {
    const { code, err } = await run({ ...base, ...change }, 'ko');
    const sentence = err.replace(/^x\.gdexp(:\d+:\d+: error)?: /, '').replace(/[\w-]+\.(csv|npz): /, '');
    expect(sentence).toMatch(/[\uac00-\ud7a3]{2}/);
    expect(sentence).not.toMatch(/[a-z]+ [a-z]+ [a-z]+/);
    expect(code).toBe(2);
  }, 60_000);
});

describe('what only looks hostile', () => {
  it.each<readonly [string, Json]>([
    ['a batch larger than the data', { training: { epochs: 2, batchSize: 100_000 } }],
    ['a class of a single row, stratified', { data: { csv: 'single.csv', target: 'y', stratify: true, validation: 0.5 }, model: { layers: [{ type: 'dense', units: 2, activation: 'softmax' }] } }],
    ['one row', { ...numbers, data: { csv: 'one.csv', target: 'y' } }],
    ['one row, standardized', { ...numbers, data: { csv: 'one.csv', target: 'y', scale: 'standardize', scaleTarget: 'standardize' } }],
    ['one row through batchNorm', { ...numbers, data: { csv: 'one.csv', target: 'y' }, model: { layers: [{ type: 'batchNorm' }, { type: 'dense', units: 1 }] } }],
    ['nothing to train', { model: { layers: [{ type: 'dense', units: 3, trainable: false, activation: 'softmax' }] } }],
    ['no weights at all', { ...numbers, data: inline([[1], [2]], [1, 2]), model: { layers: [{ type: 'activation', activation: 'tanh' }] } }],
    ['numbers at the end of their range', { ...numbers, data: inline([[1e300], [-1e300]], [1e300, 1]) }],
    ['a column of one value, scaled', { ...numbers, data: { ...inline([[1, 1], [1, 2], [1, 3]], [1, 2, 3]), scale: 'minMax' } }],
  ])('%s', async (_name, change) => {
    const { code, err, out } = await run({ ...base, ...change });
    if (process.env.TELL) console.log(code, err, out);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).not.toMatch(INTERNAL);
  });
});
