import type { Shape } from '../nn/spec';

/** What is wrong with data, as data; the sentence for people is made in wording/. Rows count from 1, a header not counted. */
export type DataProblem = FileProblem | TableProblem | ArrayProblem | SparseProblem | EncodingProblem | SplitProblem | TargetProblem;

type FileProblem =
  | { readonly code: 'noRows' }
  /** `encoding` where the first bytes name it. */
  | { readonly code: 'notUtf8'; readonly encoding: string | null }
  /** The bytes are not of this format at all. */
  | { readonly code: 'wrongFormat'; readonly expected: 'CSV' | 'IDX' | 'NPZ' | 'LIBSVM' }
  | { readonly code: 'truncated' }
  /** The compressed part or its checksum is wrong. */
  | { readonly code: 'damaged' }
  /** More bytes than the header announces. */
  | { readonly code: 'trailingBytes' }
  | { readonly code: 'tooLarge'; readonly bytes: number }
  | { readonly code: 'rowTooLong'; readonly limit: number };

type TableProblem =
  | { readonly code: 'delimiter'; readonly found: string }
  | { readonly code: 'decimalComma'; readonly column: string; readonly text: string }
  | { readonly code: 'noHeader' }
  | { readonly code: 'duplicateColumn'; readonly column: string }
  | { readonly code: 'unnamedColumn'; readonly index: number }
  /** `decimalComma`: the row looks as if each number were cut in two by its comma. */
  | { readonly code: 'raggedRow'; readonly row: number; readonly actual: number; readonly expected: number; readonly decimalComma: boolean }
  | { readonly code: 'unclosedQuote' }
  | { readonly code: 'textAfterQuote'; readonly row: number };

type ArrayProblem =
  | { readonly code: 'rowsDiffer'; readonly x: number; readonly y: number }
  | { readonly code: 'unknownArray'; readonly name: string; readonly names: readonly string[] }
  | { readonly code: 'arrayType'; readonly name: string; readonly type: string }
  | { readonly code: 'arrayShape'; readonly name: string; readonly shape: readonly number[] }
  /** A whole number that a float64 cannot hold exactly. */
  | { readonly code: 'integerTooLarge'; readonly name: string }
  | { readonly code: 'encrypted' }
  | { readonly code: 'compression'; readonly method: number };

type SparseProblem =
  | { readonly code: 'sparseLabel'; readonly row: number; readonly text: string }
  | { readonly code: 'sparseEntry'; readonly row: number; readonly text: string }
  | { readonly code: 'sparseZero'; readonly row: number }
  | { readonly code: 'sparseIndex'; readonly row: number; readonly index: number; readonly columns: number }
  | { readonly code: 'sparseOrder'; readonly row: number; readonly index: number }
  | { readonly code: 'queryGroups'; readonly row: number };

type EncodingProblem =
  | { readonly code: 'unknownColumn'; readonly name: string; readonly names: readonly string[] }
  | { readonly code: 'noFeatures' }
  | { readonly code: 'targetIsFeature'; readonly column: string }
  | { readonly code: 'repeatedFeature'; readonly column: string }
  | { readonly code: 'noTarget' }
  | { readonly code: 'missingValue'; readonly column: string; readonly row: number }
  | { readonly code: 'notFinite'; readonly column: string; readonly row: number }
  /** A column of numbers but for a few cells. */
  | { readonly code: 'mostlyNumbers'; readonly column: string; readonly row: number; readonly text: string }
  | { readonly code: 'tooManyNames'; readonly column: string; readonly names: number; readonly limit: number }
  /** A name that the main data do not have. */
  | { readonly code: 'unknownName'; readonly column: string; readonly row: number; readonly text: string }
  /** Text where the main data have numbers, or the other way round. */
  | { readonly code: 'columnKind'; readonly column: string; readonly kind: 'number' | 'text' }
  | { readonly code: 'textPowers'; readonly column: string }
  | { readonly code: 'rowWidth'; readonly row: number; readonly actual: number; readonly expected: number }
  | { readonly code: 'columnsDiffer'; readonly actual: number; readonly expected: number }
  | { readonly code: 'imageShape'; readonly shape: Shape; readonly expected: number; readonly actual: number }
  | { readonly code: 'sparseImage' }
  | { readonly code: 'classNumber'; readonly column: string; readonly row: number; readonly value: number }
  | { readonly code: 'tooManyClasses'; readonly classes: number; readonly limit: number }
  | { readonly code: 'classColumns'; readonly columns: number }
  | { readonly code: 'newClass'; readonly column: string; readonly row: number; readonly text: string }
  | { readonly code: 'generatorRange'; readonly field: string; readonly value: number; readonly limit: number };

type SplitProblem =
  | { readonly code: 'noTrainingRows'; readonly rows: number; readonly validation: number; readonly test: number }
  | { readonly code: 'emptyPart'; readonly part: 'validation' | 'test'; readonly fraction: number; readonly rows: number }
  | { readonly code: 'stratifyNumbers' }
  | { readonly code: 'tooManyFolds'; readonly folds: number; readonly rows: number }
  | { readonly code: 'noOutOfBag'; readonly rows: number }
  | { readonly code: 'sparseScale'; readonly scale: string }
  | { readonly code: 'sparseAugment' }
  | { readonly code: 'augmentShape'; readonly field: 'shift' | 'flip' };

type TargetProblem =
  | { readonly code: 'textTarget'; readonly loss: string }
  | { readonly code: 'numberTarget'; readonly loss: string }
  | { readonly code: 'outputs'; readonly loss: string; readonly outputs: number; readonly expected: number }
  | { readonly code: 'tooFewOutputs'; readonly outputs: number; readonly classes: number }
  | { readonly code: 'twoClasses'; readonly loss: string; readonly classes: readonly string[] }
  /** Below zero, or above `high`. `place` in the file that the target was read from; the line where it is known. Found when a run begins, long after the file was read. */
  | { readonly code: 'targetRange'; readonly loss: string; readonly row: number; readonly value: number; readonly high: number; readonly place?: { readonly file: string; readonly line: number | null } };
