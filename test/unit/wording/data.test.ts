import { describe, expect, it } from 'vitest';
import type { DataProblem } from '../../../src/core/data/problems';
import { nearest } from '../../../src/format/nearest';
import { dataProblemText } from '../../../src/wording/data';

/** One of each; the type asks for every code. */
const SAMPLES: { readonly [Code in DataProblem['code']]: Extract<DataProblem, { readonly code: Code }> } = {
  noRows: { code: 'noRows' },
  notUtf8: { code: 'notUtf8', encoding: null },
  wrongFormat: { code: 'wrongFormat', expected: 'IDX' },
  truncated: { code: 'truncated' },
  damaged: { code: 'damaged' },
  trailingBytes: { code: 'trailingBytes' },
  tooLarge: { code: 'tooLarge', bytes: 5e9 },
  rowTooLong: { code: 'rowTooLong', limit: 16 * 1024 * 1024 },
  delimiter: { code: 'delimiter', found: ';' },
  decimalComma: { code: 'decimalComma', column: 'x', text: '3,14' },
  noHeader: { code: 'noHeader' },
  duplicateColumn: { code: 'duplicateColumn', column: 'x' },
  unnamedColumn: { code: 'unnamedColumn', index: 1 },
  raggedRow: { code: 'raggedRow', row: 3, actual: 4, expected: 5, decimalComma: false },
  unclosedQuote: { code: 'unclosedQuote' },
  textAfterQuote: { code: 'textAfterQuote', row: 3 },
  rowsDiffer: { code: 'rowsDiffer', x: 3, y: 4 },
  unknownArray: { code: 'unknownArray', name: 'x', names: ['x_train', 'y_train'] },
  arrayType: { code: 'arrayType', name: 'x', type: '|O' },
  arrayShape: { code: 'arrayShape', name: 'x', shape: [3, 1, 1, 1, 1] },
  integerTooLarge: { code: 'integerTooLarge', name: 'x' },
  encrypted: { code: 'encrypted' },
  compression: { code: 'compression', method: 12 },
  sparseLabel: { code: 'sparseLabel', row: 1, text: 'a' },
  sparseEntry: { code: 'sparseEntry', row: 1, text: 'a' },
  sparseZero: { code: 'sparseZero', row: 1 },
  sparseIndex: { code: 'sparseIndex', row: 1, index: 5, columns: 4 },
  sparseOrder: { code: 'sparseOrder', row: 1, index: 3 },
  queryGroups: { code: 'queryGroups', row: 1 },
  unknownColumn: { code: 'unknownColumn', name: 'Petal_lenght', names: ['petal_length', 'species'] },
  noFeatures: { code: 'noFeatures' },
  targetIsFeature: { code: 'targetIsFeature', column: 'y' },
  repeatedFeature: { code: 'repeatedFeature', column: 'x' },
  noTarget: { code: 'noTarget' },
  missingValue: { code: 'missingValue', column: 'age', row: 17 },
  notFinite: { code: 'notFinite', column: 'age', row: 17 },
  mostlyNumbers: { code: 'mostlyNumbers', column: 'age', row: 17, text: 'old' },
  tooManyNames: { code: 'tooManyNames', column: 'name', names: 2000, limit: 1000 },
  unknownName: { code: 'unknownName', column: 'class', row: 2, text: 'Second' },
  columnKind: { code: 'columnKind', column: 'age', kind: 'number' },
  textPowers: { code: 'textPowers', column: 'class' },
  rowWidth: { code: 'rowWidth', row: 2, actual: 1, expected: 2 },
  columnsDiffer: { code: 'columnsDiffer', actual: 3, expected: 4 },
  imageShape: { code: 'imageShape', shape: [8, 8, 1], expected: 64, actual: 63 },
  sparseImage: { code: 'sparseImage' },
  classNumber: { code: 'classNumber', column: 'grade', row: 2, value: -1.5 },
  tooManyClasses: { code: 'tooManyClasses', classes: 20001, limit: 10000 },
  classColumns: { code: 'classColumns', columns: 3 },
  newClass: { code: 'newClass', column: 'survived', row: 2, text: 'maybe' },
  generatorRange: { code: 'generatorRange', field: 'nonZeros', value: 11, limit: 10 },
  noTrainingRows: { code: 'noTrainingRows', rows: 10, validation: 5, test: 6 },
  emptyPart: { code: 'emptyPart', part: 'validation', fraction: 0.1, rows: 3 },
  stratifyNumbers: { code: 'stratifyNumbers' },
  tooManyFolds: { code: 'tooManyFolds', folds: 5, rows: 4 },
  noOutOfBag: { code: 'noOutOfBag', rows: 1 },
  sparseScale: { code: 'sparseScale', scale: 'standardize' },
  sparseAugment: { code: 'sparseAugment' },
  augmentShape: { code: 'augmentShape', field: 'flip' },
  textTarget: { code: 'textTarget', loss: 'huber' },
  numberTarget: { code: 'numberTarget', loss: 'hinge' },
  outputs: { code: 'outputs', loss: 'hinge', outputs: 2, expected: 1 },
  tooFewOutputs: { code: 'tooFewOutputs', outputs: 2, classes: 3 },
  twoClasses: { code: 'twoClasses', loss: 'hinge', classes: ['a', 'b', 'c'] },
  targetRange: { code: 'targetRange', loss: 'poisson', row: 2, value: -1, high: Infinity },
};

const text = (problem: DataProblem): string => dataProblemText({ problem, file: null, line: null });

describe('What is wrong with data', () => {
  it.each(Object.values(SAMPLES))('has a sentence: $code', (problem) => {
    const sentence = text(problem);
    expect(sentence).toMatch(/^[A-Z0-9"a-z].{15,}[.?]$/);
    expect(sentence).not.toMatch(/\{\d\}|undefined|NaN|\[object/);
    for (const [field, value] of Object.entries(problem)) {
      // Whatever the problem says of its place stands in the sentence.
      if (['row', 'column', 'name', 'index', 'text'].includes(field) && problem.code !== 'textAfterQuote') expect(sentence).toContain(String(value));
    }
  });

  it('names the file and the line', () => {
    expect(dataProblemText({ problem: SAMPLES.unclosedQuote, file: 'data/a.csv', line: 7 })).toBe('data/a.csv, line 7: A quote is opened and never closed.');
    expect(dataProblemText({ problem: SAMPLES.noRows, file: 'data/a.csv', line: null })).toBe('data/a.csv: There are no rows of data.');
  });

  it('suggests the nearest column', () => {
    expect(dataProblemText({ problem: SAMPLES.unknownColumn, file: null, line: null }, nearest)).toContain('Did you mean "petal_length"?');
  });

  it('cuts what a file says at length and lets none of it steer a terminal', () => {
    const sentence = text({ code: 'unknownColumn', name: `\u001b[31m${'x'.repeat(5000)}`, names: Array.from({ length: 5000 }, (_, i) => `column ${i}`) });
    expect(sentence.length).toBeLessThan(500);
    expect(sentence).not.toMatch(/\p{Cc}/u);
  });
});
