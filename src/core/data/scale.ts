import { DataError, type Part, type Scale } from './dataset';
import type { ScaleSpec } from './spec';

const AS_IT_IS: Scale = { shift: new Float64Array(0), factor: new Float64Array(0) };

/** The scale of the features, from the rows of one part. @throws DataError where sparse rows would become dense. */
export function fitScale({ data, rows }: Part, spec: ScaleSpec): Scale {
  if (spec === 'none') return AS_IT_IS;
  if (typeof spec === 'number') return { shift: new Float64Array(1), factor: Float64Array.of(spec) };
  if (data.x.kind === 'sparse') throw new DataError({ code: 'sparseScale', scale: spec });
  return fit(data.x.values, data.shape.reduce((product, size) => product * size, 1), rows, spec);
}

/** The scale of a regression's targets; classes are never scaled. */
export function fitTargetScale({ data, rows }: Part, spec: ScaleSpec): Scale {
  if (spec === 'none' || data.classes) return AS_IT_IS;
  if (typeof spec === 'number') return { shift: new Float64Array(1), factor: Float64Array.of(spec) };
  return fit(data.y, data.targets, rows, spec);
}

/**
 * standardize: mean 0 and population standard deviation 1; minMax: onto [0, 1]. A column of one value is only shifted, as in
 * scikit-learn's StandardScaler and MinMaxScaler.
 */
function fit(values: ArrayLike<number>, width: number, rows: Int32Array, spec: 'standardize' | 'minMax'): Scale {
  return spec === 'standardize' ? standardize(values, width, rows) : minMax(values, width, rows);
}

function standardize(values: ArrayLike<number>, width: number, rows: Int32Array): Scale {
  const shift = new Float64Array(width);
  const factor = new Float64Array(width);
  for (const row of rows) for (let j = 0; j < width; j++) shift[j] += values[row * width + j];
  for (let j = 0; j < width; j++) shift[j] /= rows.length;
  for (const row of rows) {
    for (let j = 0; j < width; j++) {
      const centred = values[row * width + j] - shift[j];
      factor[j] += centred * centred;
    }
  }
  for (let j = 0; j < width; j++) {
    const deviation = Math.sqrt(factor[j] / rows.length);
    // The mean of equal numbers may be off by a rounding, and so their deviation.
    factor[j] = deviation > 1e-14 * Math.abs(shift[j]) ? 1 / deviation : 1;
  }
  return { shift, factor };
}

function minMax(values: ArrayLike<number>, width: number, rows: Int32Array): Scale {
  const shift = new Float64Array(width).fill(Infinity);
  const factor = new Float64Array(width).fill(-Infinity);
  for (const row of rows) {
    for (let j = 0; j < width; j++) {
      const value = values[row * width + j];
      if (value < shift[j]) shift[j] = value;
      if (value > factor[j]) factor[j] = value;
    }
  }
  for (let j = 0; j < width; j++) factor[j] = factor[j] > shift[j] ? 1 / (factor[j] - shift[j]) : 1;
  return { shift, factor };
}

/** x′ = (x − shift)·factor in place, on rows of `width` numbers. */
export function applyScale({ shift, factor }: Scale, values: Float64Array | Float32Array, width: number): void {
  if (factor.length === 0) return;
  const one = factor.length === 1;
  for (let i = 0; i < values.length; i++) {
    const j = one ? 0 : i % width;
    values[i] = (values[i] - shift[j]) * factor[j];
  }
}

/** x = x′/factor + shift in place: from what a network gives back to the units of the data. */
export function undoScale({ shift, factor }: Scale, values: Float64Array | Float32Array, width: number): void {
  if (factor.length === 0) return;
  const one = factor.length === 1;
  for (let i = 0; i < values.length; i++) {
    const j = one ? 0 : i % width;
    values[i] = values[i] / factor[j] + shift[j];
  }
}
