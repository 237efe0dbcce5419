import { describe, expect, it } from 'vitest';
import type { PointwiseActivation } from '../../../src/core/kernels/kernels';
import { EACH, apart, filled, kernelsOf, randomNumbers } from './fixtures';

/** x, x·Φ(x) and its derivative Φ(x) + x·φ(x), to 17 digits by mpmath. */
const GELU = [
  [0, 0, 0.5], [0.5, 0.34573123063700655, 0.86749512465616284], [-0.5, -0.15426876936299345, 0.13250487534383716], [1, 0.84134474606854295, 1.0833154705876863],
  [-1, -0.15865525393145705, -0.083315470587686298], [3, 2.9959503059051097, 1.0119456472041839], [-3, -0.0040496940948902836, -0.011945647204183927],
  [6, 5.9999999940804741, 1.0000000354687095], [-6, -5.9195258702261888e-9, -3.5468709453902015e-8], [-20, -5.5072482372124674e-88, -1.1014360483133464e-86],
];

const sigmoid = (z: number) => (z < 0 ? Math.exp(z) / (1 + Math.exp(z)) : 1 / (1 + Math.exp(-z)));
const DEFINITIONS: Readonly<Partial<Record<PointwiseActivation, readonly [(z: number) => number, (z: number) => number]>>> = {
  linear: [(z) => z, () => 1],
  relu: [(z) => (z > 0 ? z : 0), (z) => (z > 0 ? 1 : 0)],
  leakyRelu: [(z) => (z > 0 ? z : 0.01 * z), (z) => (z > 0 ? 1 : 0.01)],
  elu: [(z) => (z > 0 ? z : Math.expm1(z)), (z) => (z > 0 ? 1 : Math.exp(z))],
  silu: [(z) => z * sigmoid(z), (z) => sigmoid(z) * (1 + z * sigmoid(-z))],
  sigmoid: [sigmoid, (z) => sigmoid(z) * sigmoid(-z)],
  tanh: [Math.tanh, (z) => 1 / Math.cosh(z) ** 2],
  softplus: [(z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), sigmoid],
};
const NAMES = [...Object.keys(DEFINITIONS), 'gelu'] as PointwiseActivation[];

/** Small and large ones, both signs. */
const POINTS = [0, ...[1e-30, 1e-8, 1e-3, 0.01, 0.1, 0.17, 0.3465, 0.35, 0.5, 0.7, 1, 1.04, 1.5, 2, 3.3, 5, 8, 12, 17, 20, 30, 50, 80].flatMap((z) => [z, -z])];

describe.each(EACH)('Activations of %s in %s', (set, precision) => {
  // In float32 the definition is taken at the rounded point: 3 units in the last place.
  const relative = precision === 'float32' ? 3.6e-7 : 1e-15;
  // Below it float32 has fewer digits.
  const absolute = precision === 'float32' ? 1e-37 : 1e-300;

  it.each(NAMES.filter((name) => name !== 'gelu'))('%s of every point, by definition', (activation) => {
    const kernels = kernelsOf(set, precision);
    const [value, slope] = DEFINITIONS[activation]!;
    const points = filled(kernels, POINTS.length, (i) => POINTS[i]);
    const z = kernels.alloc(POINTS.length);
    z.set(points);
    const y = kernels.alloc(POINTS.length);
    kernels.biasActivate(activation, 1, POINTS.length, z, null, y);
    expect([...z]).toEqual([...points]);
    expect(apart(y, [...z].map(value), relative, absolute)).toEqual([]);
    const dz = kernels.alloc(POINTS.length);
    kernels.activateBackward(activation, POINTS.length, z, y, filled(kernels, POINTS.length, () => 2), dz);
    // From y alone sigmoid and tanh know 1 − y only to a unit of y's last place.
    expect(apart(dz, [...z].map((at) => 2 * slope(at)), 4 * relative, precision === 'float32' ? 6e-7 : 1e-15)).toEqual([]);
  });

  it('gelu is x·Φ(x)', () => {
    const kernels = kernelsOf(set, precision);
    const z = filled(kernels, GELU.length, (i) => GELU[i][0]);
    const y = kernels.alloc(GELU.length);
    kernels.biasActivate('gelu', 1, GELU.length, z, null, y);
    const [near, floor] = precision === 'float32' ? [3e-6, 1e-37] : [1e-13, 1e-300];
    expect(apart(y, GELU.map(([, value]) => value), near, floor)).toEqual([]);
    const dz = kernels.alloc(GELU.length);
    kernels.activateBackward('gelu', GELU.length, z, y, filled(kernels, GELU.length, () => 1), dz);
    expect(apart(dz, GELU.map(([, , slope]) => slope), near, precision === 'float32' ? 2e-7 : 1e-15)).toEqual([]);
  });

  it.each(NAMES)('%s with a bias, over any number of rows and columns, in place where it may be', (activation) => {
    for (const [rows, columns] of [[1, 1], [3, 1], [2, 3], [1, 4], [5, 7], [4, 8], [3, 16], [2, 46]]) {
      const kernels = kernelsOf(set, precision);
      const random = randomNumbers(rows + columns);
      const around = filled(kernels, rows * columns + 2, () => 9);
      const z = filled(kernels, rows * columns + 1, random);
      const bias = filled(kernels, columns, random);
      const shifted = filled(kernels, rows * columns, (i) => z[i] + bias[i % columns]);
      const once = kernels.alloc(rows * columns);
      // One at a time: the way of the last numbers of an array.
      for (let i = 0; i < rows * columns; i++) kernels.biasActivate(activation, 1, 1, shifted.subarray(i, i + 1), null, once.subarray(i, i + 1));
      const copy = filled(kernels, rows * columns, (i) => z[i]);
      const last = z[rows * columns];
      kernels.biasActivate(activation, rows, columns, z, bias, around.subarray(1));
      expect([...around]).toEqual([9, ...once, 9]);
      expect([...z]).toEqual([...shifted, last]);
      if (activation === 'linear' || activation === 'relu') {
        kernels.biasActivate(activation, rows, columns, copy, bias, copy);
        expect([...copy]).toEqual([...once]);
      }
      const dy = filled(kernels, rows * columns + 1, random);
      const dz = kernels.alloc(rows * columns);
      kernels.activateBackward(activation, rows * columns, shifted, once, dy, dz);
      const end = dy[rows * columns];
      kernels.activateBackward(activation, rows * columns, shifted, once, dy, dy);
      expect([...dy]).toEqual([...dz, end]);
    }
  });

  it('lets NaN through and takes infinities to their limits', () => {
    const kernels = kernelsOf(set, precision);
    const limits: Readonly<Record<PointwiseActivation, readonly [number, number]>> = {
      linear: [-Infinity, Infinity], relu: [0, Infinity], leakyRelu: [-Infinity, Infinity], elu: [-1, Infinity], sigmoid: [0, 1], tanh: [-1, 1], softplus: [0, Infinity],
      // −∞ · 0, as in PyTorch.
      gelu: [NaN, Infinity], silu: [NaN, Infinity],
    };
    for (const activation of NAMES) {
      for (const columns of [3, 8]) {
        const z = filled(kernels, columns, (i) => [NaN, -Infinity, Infinity][i % 3]);
        const y = kernels.alloc(columns);
        kernels.biasActivate(activation, 1, columns, z, null, y);
        expect([...y].map((value) => value + 0), activation).toEqual([...z].map((_, i) => (i % 3 === 0 ? NaN : limits[activation][(i % 3) - 1])));
        const dz = kernels.alloc(columns);
        kernels.activateBackward(activation, columns, filled(kernels, columns, () => 0.5), filled(kernels, columns, () => 0.4), filled(kernels, columns, () => NaN), dz);
        expect([...dz], activation).toEqual(new Array(columns).fill(NaN));
      }
    }
  });
});

describe.each(EACH)('Softmax of %s in %s', (set, precision) => {
  // The difference of two logits is rounded before its exponential is taken: 40 · 2⁻²⁴.
  const [relative, absolute] = precision === 'float32' ? [4e-6, 1e-37] : [1e-14, 1e-300];

  it.each([[1, 1], [3, 2], [2, 3], [5, 4], [4, 5], [7, 10], [3, 46], [2, 129]])('%i rows of %i: shares, loss and gradient by definition', (rows, columns) => {
    const kernels = kernelsOf(set, precision);
    const random = randomNumbers(rows * columns);
    const z = filled(kernels, rows * columns, () => 20 * random());
    const t = filled(kernels, rows * columns, (i) => (i % columns === (i / columns | 0) % columns ? 0.75 : 0.25 / Math.max(1, columns - 1)));
    const shares: number[] = [];
    let loss = 0;
    for (let i = 0; i < rows; i++) {
      const row = [...z.subarray(i * columns, (i + 1) * columns)];
      const top = Math.max(...row);
      const sum = row.reduce((total, value) => total + Math.exp(value - top), 0);
      row.forEach((value, j) => {
        shares.push(Math.exp(value - top) / sum);
        loss += t[i * columns + j] * (Math.log(sum) - (value - top));
      });
    }
    const p = kernels.alloc(rows * columns);
    kernels.softmax(rows, columns, z, p);
    expect(apart(p, shares, relative, absolute)).toEqual([]);
    const dz = kernels.alloc(rows * columns + 1);
    expect(apart([kernels.softmaxCrossentropy(rows, columns, z, t, null, 1)], [loss], relative, absolute)).toEqual([]);
    expect(kernels.softmaxCrossentropy(rows, columns, z, t, dz, 0.5)).toBe(kernels.softmaxCrossentropy(rows, columns, z, t, null, 1));
    expect(apart(dz, [...shares.map((share, i) => (share - t[i]) / 2), 0], relative, precision === 'float32' ? 1e-7 : 1e-16)).toEqual([]);
    const before = [...p];
    p.set(z);
    kernels.softmax(rows, columns, p, p);
    expect([...p]).toEqual(before);
    kernels.softmaxCrossentropy(rows, columns, z, t, z, 0.5);
    expect([...z]).toEqual([...dz.subarray(0, rows * columns)]);
  });

  it('takes logits of any size; NaN and +∞ make NaN of their own row alone', () => {
    const kernels = kernelsOf(set, precision);
    for (const columns of [3, 8]) {
      const logits = [[-1e30, 0, 1e30], [-Infinity, 2, 2], [0, NaN, 1], [Infinity, 0, 0]];
      const z = filled(kernels, 4 * columns, (i) => logits[i / columns | 0][i % columns] ?? -1e30);
      const p = kernels.alloc(4 * columns);
      kernels.softmax(4, columns, z, p);
      const rest = new Array<number>(columns - 3).fill(0);
      const none = new Array<number>(columns).fill(NaN);
      expect([...p]).toEqual([0, 0, 1, ...rest, 0, 0.5, 0.5, ...rest, ...none, ...none]);
      const t = filled(kernels, columns, (i) => (i === 1 ? 1 : 0));
      const loss = (row: number) => kernels.softmaxCrossentropy(1, columns, z.subarray(row * columns), t, null, 1);
      expect(loss(0)).toBeCloseTo(Math.fround(1e30), -24);
      expect(loss(1)).toBeCloseTo(Math.LN2, 6);
      expect([loss(2), loss(3)]).toEqual([NaN, NaN]);
    }
  });
});
