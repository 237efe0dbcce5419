import type { Dataset, Scale } from '../data/dataset';
import type { Vector } from '../kernels/kernels';

/** Numbers that one raw row has: one a feature of the file, before powers and scaling; where text columns became several, one each of those. */
export function rawWidth(data: Dataset): number {
  const size = data.shape.reduce((product, length) => product * length, 1);
  return data.encoding?.every(({ kind }) => kind === 'number') ? data.encoding.length : size;
}

/**
 * Writes one row of raw features, as a person gives them, to where a network reads its input: x, x², … of a feature with powers, then scaled.
 * @param row `rawWidth` numbers.
 * @param to receives the row's features from `at` on.
 */
export function writeRawRow(data: Dataset, scale: Scale, row: ArrayLike<number>, to: Vector, at: number): void {
  const { encoding } = data;
  let column = 0;
  const put = (value: number): void => {
    const { shift, factor } = scale;
    const s = shift.length === 1 ? 0 : column;
    to[at + column] = shift.length === 0 ? value : (value - shift[s]) * factor[s];
    column++;
  };
  if (encoding && row.length === encoding.length && encoding.every(({ kind }) => kind === 'number')) {
    encoding.forEach((feature, i) => {
      let power = 1;
      for (let k = 0; k < (feature.kind === 'number' ? feature.powers : 1); k++) put((power *= row[i]));
    });
    return;
  }
  for (let i = 0; i < row.length; i++) put(row[i]);
}

/** An output in the units of the file: the scaling of the target undone. */
export function unscaled(scale: Scale, value: number, column: number): number {
  const { shift, factor } = scale;
  if (shift.length === 0) return value;
  const s = shift.length === 1 ? 0 : column;
  return value / factor[s] + shift[s];
}
