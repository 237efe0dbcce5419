import * as l10n from '@vscode/l10n';
import type { DataError } from '../core/data/dataset';
import type { DataProblem } from '../core/data/problems';
import { formatNumber } from './numbers';

/** The name that a wrong one most likely means. */
export type Nearest = (wrong: string, valid: readonly string[]) => string | undefined;

/** Names listed at most. */
const LISTED = 12;
const LONGEST_QUOTE = 60;

/** Why data cannot be used and what to do, with the file and the line where there are such: "data/iris.csv, line 7: …". */
export function dataProblemText(error: Pick<DataError, 'problem' | 'file' | 'line'>, nearest: Nearest = () => undefined): string {
  const { problem } = error;
  const { file, line } = error.file === null && problem.code === 'targetRange' && problem.place ? problem.place : error;
  const sentence = sentenceOf(problem, nearest);
  if (file === null) return sentence;
  return line === null ? l10n.t('{0}: {1}', quote(file), sentence) : l10n.t('{0}, line {1}: {2}', quote(file), line, sentence);
}

function sentenceOf(problem: DataProblem, nearest: Nearest): string {
  return fileSentence(problem) ?? tableSentence(problem) ?? arraySentence(problem) ?? sparseSentence(problem) ?? encodingSentence(problem, nearest) ?? splitSentence(problem) ?? targetSentence(problem);
}

/** A text of a file, cut where it is long and without characters that would steer a terminal or turn a line around. */
function quote(text: string): string {
  const short = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
  return short.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\uFFFD');
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).map((name) => `"${quote(name)}"`).join(', ');
  return names.length > LISTED ? `${shown}, …` : shown;
}

const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

function fileSentence(problem: DataProblem): string | undefined {
  switch (problem.code) {
    case 'noRows': return l10n.t('There are no rows of data.');
    case 'notUtf8': return problem.encoding === null ? l10n.t('The text is not UTF-8. Save the file as UTF-8.') : l10n.t('The text is {0}. Save the file as UTF-8.', problem.encoding);
    case 'wrongFormat': return l10n.t('This is not a file in {0} format.', problem.expected);
    case 'truncated': return l10n.t('The file ends too early: it announces more data than it has.');
    case 'damaged': return l10n.t('The file is damaged: its contents do not match their checksum or cannot be decompressed.');
    case 'trailingBytes': return l10n.t('The file has more data than its header announces.');
    case 'tooLarge': return l10n.t('The data would take {0} GB, more than can be held in memory.', formatNumber(problem.bytes / 1e9));
    case 'rowTooLong': return l10n.t('This row has more than {0} MB. Is a quote before it never closed?', Math.floor(problem.limit / 1e6));
  }
}

function tableSentence(problem: DataProblem): string | undefined {
  switch (problem.code) {
    case 'delimiter': return l10n.t('Cells seem to be separated by {0}. Save the file with commas between cells and points in decimal numbers.', problem.found === '\t' ? l10n.t('tabs') : `"${problem.found}"`);
    case 'decimalComma': return l10n.t('Column "{0}" has numbers with a comma, such as "{1}". Write decimal numbers with a point (3.14) and thousands without a comma.', quote(problem.column), quote(problem.text));
    case 'noHeader': return l10n.t('The first line has only numbers. The first line must name the columns.');
    case 'duplicateColumn': return l10n.t('Two columns are named "{0}". Names must differ.', quote(problem.column));
    case 'unnamedColumn': return l10n.t('Column {0} has no name. The first line must name every column.', problem.index);
    case 'raggedRow': return problem.decimalComma
      ? l10n.t('Row {0} has {1} cells and the header has {2}. If its numbers have decimal commas (3,14), write them with points (3.14).', problem.row, problem.actual, problem.expected)
      : l10n.t('Row {0} has {1} cells and the header has {2}. A cell that contains a comma must stand between quotes.', problem.row, problem.actual, problem.expected);
    case 'unclosedQuote': return l10n.t('A quote is opened and never closed.');
    case 'textAfterQuote': return l10n.t('Text follows a closing quote. A quote inside a cell is written twice ("").');
  }
}

function arraySentence(problem: DataProblem): string | undefined {
  switch (problem.code) {
    case 'rowsDiffer': return l10n.t('The inputs have {0} rows and the targets {1}.', problem.x, problem.y);
    case 'unknownArray': return l10n.t('There is no array "{0}". The file has: {1}.', quote(problem.name), list(problem.names));
    case 'arrayType': return l10n.t('Array "{0}" has values of type {1}. Real numbers of 16, 32 or 64 bits, whole numbers and booleans can be read: convert it with astype("float32").', quote(problem.name), quote(problem.type));
    case 'arrayShape': return l10n.t('Array "{0}" has the shape {1}, which is not one of rows.', quote(problem.name), shapeText(problem.shape));
    case 'integerTooLarge': return l10n.t('Array "{0}" has whole numbers beyond 2⁵³, which cannot be computed with exactly.', quote(problem.name));
    case 'encrypted': return l10n.t('The file is encrypted.');
    case 'compression': return l10n.t('The file is compressed by a method that numpy does not use ({0}). Write it with numpy.savez or numpy.savez_compressed.', problem.method);
  }
}

function sparseSentence(problem: DataProblem): string | undefined {
  switch (problem.code) {
    case 'sparseLabel': return l10n.t('Row {0} must begin with its label, a number, not with "{1}".', problem.row, quote(problem.text));
    case 'sparseEntry': return l10n.t('Row {0}: "{1}" is not an index and a value, such as 3:0.5.', problem.row, quote(problem.text));
    case 'sparseZero': return l10n.t('Row {0} has index 0. Indices begin at 1.', problem.row);
    case 'sparseIndex': return l10n.t('Row {0} has index {1}, and "columns" is {2}. Set "columns" to the largest index.', problem.row, problem.index, problem.columns);
    case 'sparseOrder': return l10n.t('Row {0}: index {1} must be larger than the one before it.', problem.row, problem.index);
    case 'queryGroups': return l10n.t('Row {0} has a query ("qid"): ranking data cannot be trained on here. Remove the qid entries.', problem.row);
  }
}

function encodingSentence(problem: DataProblem, nearest: Nearest): string | undefined {
  switch (problem.code) {
    case 'unknownColumn': {
      const suggestion = nearest(problem.name, problem.names);
      const sentence = l10n.t('There is no column "{0}". The columns are: {1}.', quote(problem.name), list(problem.names));
      return suggestion === undefined ? sentence : `${sentence} ${l10n.t('Did you mean "{0}"?', quote(suggestion))}`;
    }
    case 'noFeatures': return l10n.t('No column is left as a feature beside the target.');
    case 'targetIsFeature': return l10n.t('Column "{0}" is the target and a feature as well. Take it out of "features".', quote(problem.column));
    case 'repeatedFeature': return l10n.t('Column "{0}" stands twice in "features".', quote(problem.column));
    case 'noTarget': return l10n.t('Say which column is to be predicted: add "target" to "data".');
    case 'missingValue': return l10n.t('Row {0} has no value in column "{1}". Fill it in, remove the row, or leave the column out of "features".', problem.row, quote(problem.column));
    case 'notFinite': return l10n.t('Row {0} has a value in column "{1}" that is not a finite number, or a power of which is not.', problem.row, quote(problem.column));
    case 'mostlyNumbers': return l10n.t('Column "{0}" holds numbers, but row {1} says "{2}". Correct the cell, or leave the column out of "features".', quote(problem.column), problem.row, quote(problem.text));
    case 'tooManyNames': return l10n.t('Column "{0}" has {1} different texts; at most {2} can become features or classes. Choose the columns in "features".', quote(problem.column), problem.names, problem.limit);
    case 'unknownName': return l10n.t('Row {0} has "{1}" in column "{2}", which the main data do not have.', problem.row, quote(problem.text), quote(problem.column));
    case 'columnKind': return problem.kind === 'number'
      ? l10n.t('Column "{0}" must hold numbers, as in the main data.', quote(problem.column))
      : l10n.t('Column "{0}" must hold text, as in the main data.', quote(problem.column));
    case 'textPowers': return l10n.t('Column "{0}" is text and has no powers.', quote(problem.column));
    case 'rowWidth': return l10n.t('Row {0} has {1} values instead of {2}.', problem.row, problem.actual, problem.expected);
    case 'columnsDiffer': return l10n.t('These rows have {0} columns and the main data have {1}.', problem.actual, problem.expected);
    case 'imageShape': return l10n.t('"imageShape" {0} means {1} values a row, and a row has {2}.', shapeText(problem.shape), problem.expected, problem.actual);
    case 'sparseImage': return l10n.t('Sparse rows cannot be pictures: take "imageShape" out.');
    case 'classNumber': return l10n.t('Row {0} has {1} in the target "{2}", which is not a class: classes are whole numbers from 0, or text. For numbers take a regression loss such as "meanSquaredError".', problem.row, formatNumber(problem.value), quote(problem.column));
    case 'tooManyClasses': return l10n.t('The target has class numbers up to {0}; at most {1} classes are allowed. Number them from 0.', formatNumber(problem.classes - 1), formatNumber(problem.limit));
    case 'classColumns': return l10n.t('Classes stand in one column of class numbers, and the target has {0}.', problem.columns);
    case 'newClass': return l10n.t('Row {0} has the class "{1}" in the target "{2}", which the main data do not have.', problem.row, quote(problem.text), quote(problem.column));
    case 'generatorRange': return l10n.t('"{0}" is {1}; here at most {2} is possible.', problem.field, formatNumber(problem.value), formatNumber(problem.limit));
  }
}

function splitSentence(problem: DataProblem): string | undefined {
  switch (problem.code) {
    case 'noTrainingRows': return l10n.t('Of {0} rows {1} are for validation and {2} for the test: none is left for training.', problem.rows, problem.validation, problem.test);
    case 'emptyPart': return l10n.t('"{0}" is {1} of {2} rows, which is none. Take a larger fraction or a number of rows.', problem.part, formatNumber(problem.fraction), problem.rows);
    case 'stratifyNumbers': return l10n.t('"stratify" keeps the proportions of classes, and the target has none.');
    case 'tooManyFolds': return l10n.t('{0} folds need at least as many rows, and there are {1}.', problem.folds, problem.rows);
    case 'noOutOfBag': return l10n.t('With {0} rows a bootstrap round leaves none to validate on. Take more rows.', problem.rows);
    case 'sparseScale': return l10n.t('"{0}" would fill sparse rows with numbers that are not zero. Scale them by a number, or not at all.', problem.scale);
    case 'sparseAugment': return l10n.t('Sparse rows cannot be augmented: take "augment" out.');
    case 'augmentShape': return l10n.t('"{0}" is for pictures: add "imageShape" to "data".', problem.field);
  }
}

function targetSentence(problem: DataProblem): string {
  switch (problem.code) {
    case 'textTarget': return l10n.t('{0} needs a target of numbers, and this one is text. For classes take "categoricalCrossentropy".', problem.loss);
    case 'numberTarget': return l10n.t('{0} needs classes: a target of text or of whole numbers from 0.', problem.loss);
    case 'outputs': return l10n.t('With {0} and these targets the model must have {2} outputs, and it has {1}. Change the units of the last layer.', problem.loss, problem.outputs, problem.expected);
    case 'tooFewOutputs': return l10n.t('The target has {1} classes, numbered from 0, and the model {0} outputs. Change the units of the last layer.', problem.outputs, problem.classes);
    case 'twoClasses': return l10n.t('{0} needs exactly two classes, and the target has {1}: {2}. For more take "categoricalCrossentropy".', problem.loss, problem.classes.length, list(problem.classes));
    case 'targetRange': return Number.isFinite(problem.high)
      ? l10n.t('{0} needs targets from 0 to {1}, and row {2} has {3}.', problem.loss, problem.high, problem.row, formatNumber(problem.value))
      : l10n.t('{0} needs targets that are not negative, and row {1} has {2}.', problem.loss, problem.row, formatNumber(problem.value));
    default: return problem.code;
  }
}
