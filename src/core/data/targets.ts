import type { LossType, Shape } from '../nn/spec';
import { DataError, type Dataset } from './dataset';
import { lineOf } from './rowLines';
import type { TargetEncoding } from './spec';

/**
 * How the targets of a data set stand in a batch for a loss.
 * @param output sizes of one row of the network's output, or how many there are.
 * @throws DataError where the loss, the outputs and the targets do not fit together.
 */
export function targetEncoding(loss: LossType, output: Shape | number, data: Dataset): TargetEncoding {
  const outputs = typeof output === 'number' ? output : output.reduce((product, size) => product * size, 1);
  switch (loss) {
    case 'categoricalCrossentropy': {
      const classes = classesOf(loss, data);
      if (outputs < 2 || outputs < classes.length) throw new DataError({ code: 'tooFewOutputs', outputs, classes: Math.max(2, classes.length) });
      return { kind: 'oneHot', outputs };
    }
    case 'binaryCrossentropy':
      if (data.targets > 1) return severalAnswers(loss, outputs, data);
      return { kind: 'binary', outputs: oneAnswer(loss, outputs, data) };
    case 'hinge':
      return { kind: 'sign', outputs: oneAnswer(loss, outputs, data) };
    default:
      if (data.classes) throw new DataError({ code: 'textTarget', loss });
      if (outputs !== data.targets) throw new DataError({ code: 'outputs', loss, outputs, expected: data.targets });
      if (loss === 'poisson') requireRange(loss, data, Infinity);
      return { kind: 'numbers', outputs };
  }
}

function classesOf(loss: LossType, data: Dataset): readonly string[] {
  if (data.targets > 1) throw new DataError({ code: 'classColumns', columns: data.targets });
  if (!data.classes) throw new DataError({ code: 'numberTarget', loss });
  return data.classes;
}

/** Yes or no: two classes, one output. */
function oneAnswer(loss: LossType, outputs: number, data: Dataset): 1 {
  const classes = classesOf(loss, data);
  if (classes.length !== 2) throw new DataError({ code: 'twoClasses', loss, classes });
  if (outputs !== 1) throw new DataError({ code: 'outputs', loss, outputs, expected: 1 });
  return 1;
}

/** Several columns of yes and no, each with an output of its own. */
function severalAnswers(loss: LossType, outputs: number, data: Dataset): TargetEncoding {
  if (outputs !== data.targets) throw new DataError({ code: 'outputs', loss, outputs, expected: data.targets });
  requireRange(loss, data, 1);
  return { kind: 'binary', outputs };
}

function requireRange(loss: LossType, { y, targets, origin }: Dataset, high: number): void {
  const bad = y.findIndex((value) => value < 0 || value > high);
  if (bad < 0) return;
  const row = Math.floor(bad / targets);
  const place = origin && { place: { file: origin.file, line: origin.lines ? lineOf(origin.lines, row) : null } };
  throw new DataError({ code: 'targetRange', loss, row: row + 1, value: y[bad], high, ...place });
}
