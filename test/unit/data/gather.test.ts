import { describe, expect, it } from 'vitest';
import { beta } from '../../../src/core/data/beta';
import type { Dataset, Part, Scale } from '../../../src/core/data/dataset';
import { Gatherer, type BatchReceiver } from '../../../src/core/data/gather';
import { identity } from '../../../src/core/data/permutation';
import type { AugmentSpec, TargetEncoding } from '../../../src/core/data/spec';
import { targetEncoding } from '../../../src/core/data/targets';
import type { Arena, SparseRows } from '../../../src/core/kernels/kernels';
import { randomStream } from '../../../src/core/training/random';
import { dataset } from './fixtures';

const NONE: Scale = { shift: new Float64Array(0), factor: new Float64Array(0) };
const UNCHANGED = { input: NONE, target: NONE };
const NUMBERS: TargetEncoding = { kind: 'numbers', outputs: 1 };
const PLAIN: AugmentSpec = { noise: 0, shift: 0, flip: 'none', mixup: 0 };
const arena: Arena = { precision: 'float64', alloc: (length) => new Float64Array(length), allocInts: (length) => new Int32Array(length) };

interface Received extends BatchReceiver {
  sparse: SparseRows | null;
}

function receiver(rows: number, inputSize: number, outputSize: number): Received {
  return {
    rows, inputSize, outputSize, input: new Float64Array(rows * inputSize), target: new Float64Array(rows * outputSize), kernels: arena, sparse: null,
    setSparse(given) {
      this.sparse = given;
    },
  };
}

const whole = (data: Dataset): Part => ({ data, rows: identity(data.rows) });
const refusal = (problem: object) => expect.objectContaining({ name: 'DataError', problem });

function gathered(data: Dataset, augment: AugmentSpec | null = null, { seed = 0, epoch = 0, batch = 0, scales = UNCHANGED as { input: Scale; target: Scale }, encoding = NUMBERS } = {}): { input: number[]; target: number[] } {
  const into = receiver(data.rows, data.shape.reduce((a, b) => a * b), encoding.outputs);
  const gatherer = new Gatherer(into, whole(data), scales, encoding, augment, seed);
  gatherer.startEpoch(epoch);
  gatherer.fill(identity(data.rows), 0, data.rows, batch);
  return { input: [...into.input], target: [...into.target] };
}

describe('Filling a batch', () => {
  const data = dataset([[1, 10], [2, 20], [3, 30], [4, 40]], [5, 6, 7, 8]);

  it('takes rows in the given order, scaled, and touches no others', () => {
    const into = receiver(3, 2, 1);
    into.input.fill(-1);
    const scales = { input: { shift: Float64Array.of(1, 10), factor: Float64Array.of(2, 0.1) }, target: { shift: Float64Array.of(5), factor: Float64Array.of(10) } };
    new Gatherer(into, whole(data), scales, NUMBERS, null, 0).fill(Int32Array.of(9, 3, 0, 9), 1, 2);
    expect([...into.input]).toEqual([6, 3, 0, 0, -1, -1]);
    expect([...into.target]).toEqual([30, 0, 0]);
    expect(gathered(data, null, { scales: { input: { shift: Float64Array.of(0), factor: Float64Array.of(0.5) }, target: NONE } }).input).toEqual([0.5, 5, 1, 10, 1.5, 15, 2, 20]);
  });

  it.each([31, 32, 70])('takes whole rows of %i numbers, and of bytes too', (width) => {
    const rows = Array.from({ length: 5 }, (_, i) => Array.from({ length: width }, (__, j) => (i * width + j) % 251));
    const wide = dataset(rows, [0, 1, 2, 3, 4]);
    for (const x of [wide.x, { kind: 'dense' as const, values: Uint8Array.from(rows.flat()) }]) {
      const into = receiver(4, width, 1);
      into.input.fill(-1);
      new Gatherer(into, whole({ ...wide, x }), UNCHANGED, NUMBERS, null, 0).fill(Int32Array.of(0, 3, 0, 4), 1, 3);
      expect([...into.input]).toEqual([...rows[3], ...rows[0], ...rows[4], ...new Array<number>(width).fill(-1)]);
    }
  });

  it('writes targets as the loss takes them', () => {
    const classes = dataset([[0], [0], [0]], [1, 0, 1], ['a', 'b']);
    const of = (encoding: TargetEncoding): number[] => gathered(classes, null, { encoding }).target;
    expect(of({ kind: 'oneHot', outputs: 3 })).toEqual([0, 1, 0, 1, 0, 0, 0, 1, 0]);
    expect(of({ kind: 'binary', outputs: 1 })).toEqual([1, 0, 1]);
    expect(of({ kind: 'sign', outputs: 1 })).toEqual([1, -1, 1]);
  });

  it('clears the one-hot rows of the batch before', () => {
    const classes = dataset([[0], [0]], [1, 0], ['a', 'b']);
    const into = receiver(2, 1, 2);
    const gatherer = new Gatherer(into, whole(classes), UNCHANGED, { kind: 'oneHot', outputs: 2 }, null, 0);
    gatherer.fill(Int32Array.of(0, 1), 0, 2);
    gatherer.fill(Int32Array.of(1, 0), 0, 2);
    expect([...into.target]).toEqual([1, 0, 0, 1]);
  });

  it('gives sparse rows, scaled, in arrays that hold the largest batch', () => {
    const sparse: Dataset = { ...data, rows: 3, shape: [6], y: Float64Array.of(1, 2, 3), x: { kind: 'sparse', columns: 6, offsets: Int32Array.of(0, 2, 2, 5), indices: Int32Array.of(1, 4, 0, 2, 5), values: Float32Array.of(1, 2, 3, 4, 5) } };
    const into = receiver(2, 6, 1);
    const gatherer = new Gatherer(into, whole(sparse), { input: { shift: Float64Array.of(0), factor: Float64Array.of(10) }, target: NONE }, NUMBERS, null, 0);
    gatherer.fill(Int32Array.of(2, 0, 1), 0, 2);
    expect(into.sparse!.columns.length).toBe(5);
    expect([...into.sparse!.offsets]).toEqual([0, 3, 5]);
    expect([...into.sparse!.columns]).toEqual([0, 2, 5, 1, 4]);
    expect([...into.sparse!.values]).toEqual([30, 40, 50, 10, 20]);
    gatherer.fill(Int32Array.of(2, 0, 1), 2, 1);
    expect([...into.sparse!.offsets].slice(0, 2)).toEqual([0, 0]);
    expect(() => new Gatherer(into, whole(sparse), UNCHANGED, NUMBERS, PLAIN, 0)).toThrow(refusal({ code: 'sparseAugment' }));
  });
});

describe('Augmentation', () => {
  const many = dataset(Array.from({ length: 4000 }, (_, i) => [i % 7, -3]), Array.from({ length: 4000 }, (_, i) => i % 2));

  it('depends on the seed, the epoch and the batch alone', () => {
    const augment = { ...PLAIN, noise: 1, mixup: 0.4 };
    const first = gathered(many, augment, { seed: 1, epoch: 2, batch: 3 });
    expect(gathered(many, augment, { seed: 1, epoch: 2, batch: 3 })).toEqual(first);
    for (const key of [{ seed: 0, epoch: 2, batch: 3 }, { seed: 1, epoch: 1, batch: 3 }, { seed: 1, epoch: 2, batch: 2 }]) expect(gathered(many, augment, key).input).not.toEqual(first.input);
  });

  it('adds noise of its deviation after scaling', () => {
    const scales = { input: { shift: Float64Array.of(0), factor: Float64Array.of(100) }, target: NONE };
    const clean = gathered(many, null, { scales }).input;
    const noise = gathered(many, { ...PLAIN, noise: 0.5 }, { scales }).input.map((value, i) => value - clean[i]);
    expect(Math.abs(noise.reduce((sum, value) => sum + value, 0) / noise.length)).toBeLessThan(0.03);
    expect(Math.abs(Math.sqrt(noise.reduce((sum, value) => sum + value * value, 0) / noise.length) - 0.5)).toBeLessThan(0.02);
  });

  /** 600 times the picture 1 2 3 / 4 5 6, two channels of which the second is the negative. */
  const pictures: Dataset = { ...dataset(Array.from({ length: 600 }, () => [1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6]), new Array<number>(600).fill(0)), shape: [2, 3, 2] };
  const seen = (augment: Partial<AugmentSpec>, scales = UNCHANGED): Map<string, number> => {
    const { input } = gathered(pictures, { ...PLAIN, ...augment }, { scales });
    const counts = new Map<string, number>();
    for (let i = 0; i < 600; i++) {
      const picture = input.slice(12 * i, 12 * i + 12);
      for (let pixel = 0; pixel < 12 && scales === UNCHANGED; pixel += 2) expect(picture[pixel + 1]).toBe(picture[pixel] === 0 ? 0 : -picture[pixel]);
      const key = picture.filter((_, j) => j % 2 === 0).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  };

  it('flips half of the pictures', () => {
    expect([...seen({ flip: 'horizontal' }).keys()].sort()).toEqual(['123456', '321654']);
    expect([...seen({ flip: 'vertical' }).keys()].sort()).toEqual(['123456', '456123']);
    const both = seen({ flip: 'both' });
    expect([...both.keys()].sort()).toEqual(['123456', '321654', '456123', '654321']);
    for (const count of both.values()) expect(Math.abs(count - 150)).toBeLessThan(50);
  });

  it('shifts by whole pixels, each way equally often, and fills with zeros', () => {
    const shifted = seen({ shift: 1 });
    expect([...shifted.keys()].sort()).toEqual(['000012', '000123', '000230', '012045', '123456', '230560', '045000', '456000', '560000'].sort());
    for (const count of shifted.values()) expect(Math.abs(count - 600 / 9)).toBeLessThan(40);
  });

  it('fills with what a black pixel becomes under the scale', () => {
    const scaled = seen({ shift: 1 }, { input: { shift: new Float64Array(12).fill(9), factor: new Float64Array(12).fill(-1) }, target: NONE });
    // 9 − pixel: black is 9.
    expect(scaled.has('999987')).toBe(true);
  });

  it('shifts rows with channels along their length', () => {
    const rows: Dataset = { ...dataset(Array.from({ length: 100 }, () => [1, 2, 3]), new Array<number>(100).fill(0)), shape: [3, 1] };
    const { input } = gathered(rows, { ...PLAIN, shift: 1 });
    expect(new Set(Array.from({ length: 100 }, (_, i) => input.slice(3 * i, 3 * i + 3).join('')))).toEqual(new Set(['123', '012', '230']));
    expect(() => gathered(many, { ...PLAIN, flip: 'both' })).toThrow(refusal({ code: 'augmentShape', field: 'flip' }));
  });

  it('mixes rows and targets with one share a batch', () => {
    const n = 50;
    const data = dataset(Array.from({ length: n }, (_, i) => [2 ** i]), Array.from({ length: n }, (_, i) => i % 2), ['a', 'b']);
    const encoding: TargetEncoding = { kind: 'oneHot', outputs: 2 };
    const { input, target } = gathered(data, { ...PLAIN, mixup: 0.8 }, { encoding, seed: 4 });
    // x̃ᵢ = λ·2ⁱ + (1 − λ)·2^π(i): λ and π follow from the fixed sum Σx̃ = Σx and any one row.
    expect(input.reduce((a, b) => a + b, 0) / (2 ** n - 1)).toBeCloseTo(1, 12);
    const shares = new Set<string>();
    input.forEach((value, i) => {
      expect(target[2 * i] + target[2 * i + 1]).toBeCloseTo(1, 12);
      const own = target[2 * i + (i % 2)];
      if (own < 1) shares.add(own.toFixed(12));
      expect(value).toBeGreaterThan(0);
    });
    expect(shares.size).toBe(1);
    const share = Number([...shares][0]);
    const partners = input.map((value, i) => Math.round(Math.log2((value - share * 2 ** i) / (1 - share))));
    expect(new Set(partners).size).toBeGreaterThan(n - 5);
  });
});

describe('Beta(α, α)', () => {
  it.each([0.2, 1, 3])('has mean ½ and variance 1/(4(2α + 1)): α = %s', (alpha) => {
    const random = randomStream(0, 'beta', String(alpha));
    const values = Array.from({ length: 20_000 }, () => beta(alpha, random));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.012);
    expect(Math.abs(variance * 4 * (2 * alpha + 1) - 1)).toBeLessThan(0.04);
  });

  it('is 0 or 1, and a number, for a tiny α', () => {
    const random = randomStream(0, 'beta', 'tiny');
    const values = Array.from({ length: 1000 }, () => beta(1e-4, random));
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(values.filter((value) => value > 0.01 && value < 0.99).length).toBeLessThan(20);
  });
});

describe('Targets and losses', () => {
  const classes = (names: readonly string[] | null): Dataset => dataset([[1], [2]], [0, 1], names);
  const several = { ...dataset([[1], [2]], [0, 1, 1, 1]), targets: 2 };

  it('fit together', () => {
    expect(targetEncoding('categoricalCrossentropy', [3], classes(['a', 'b', 'c']))).toEqual({ kind: 'oneHot', outputs: 3 });
    expect(targetEncoding('categoricalCrossentropy', 5, classes(['a', 'b', 'c']))).toEqual({ kind: 'oneHot', outputs: 5 });
    expect(targetEncoding('binaryCrossentropy', [1], classes(['a', 'b']))).toEqual({ kind: 'binary', outputs: 1 });
    expect(targetEncoding('binaryCrossentropy', [2], several)).toEqual({ kind: 'binary', outputs: 2 });
    expect(targetEncoding('hinge', [1], classes(['-1', '1']))).toEqual({ kind: 'sign', outputs: 1 });
    expect(targetEncoding('meanSquaredError', [1], classes(null))).toEqual({ kind: 'numbers', outputs: 1 });
    expect(targetEncoding('huber', [2], several)).toEqual({ kind: 'numbers', outputs: 2 });
  });

  it.each<[() => unknown, object]>([
    [() => targetEncoding('categoricalCrossentropy', [2], classes(['a', 'b', 'c'])), { code: 'tooFewOutputs', outputs: 2, classes: 3 }],
    [() => targetEncoding('categoricalCrossentropy', [1], classes(['a'])), { code: 'tooFewOutputs', outputs: 1, classes: 2 }],
    [() => targetEncoding('categoricalCrossentropy', [2], classes(null)), { code: 'numberTarget', loss: 'categoricalCrossentropy' }],
    [() => targetEncoding('categoricalCrossentropy', [2], several), { code: 'classColumns', columns: 2 }],
    [() => targetEncoding('binaryCrossentropy', [1], classes(['a', 'b', 'c'])), { code: 'twoClasses', loss: 'binaryCrossentropy', classes: ['a', 'b', 'c'] }],
    [() => targetEncoding('binaryCrossentropy', [2], classes(['a', 'b'])), { code: 'outputs', loss: 'binaryCrossentropy', outputs: 2, expected: 1 }],
    [() => targetEncoding('binaryCrossentropy', [2], { ...several, y: Float64Array.of(0, 1, 2, 0) }), { code: 'targetRange', loss: 'binaryCrossentropy', row: 2, value: 2, high: 1 }],
    [() => targetEncoding('hinge', [1], classes(['a'])), { code: 'twoClasses', loss: 'hinge', classes: ['a'] }],
    [() => targetEncoding('meanSquaredError', [1], classes(['a', 'b'])), { code: 'textTarget', loss: 'meanSquaredError' }],
    [() => targetEncoding('meanSquaredError', [3], classes(null)), { code: 'outputs', loss: 'meanSquaredError', outputs: 3, expected: 1 }],
    [() => targetEncoding('poisson', [1], dataset([[1], [2]], [1, -2])), { code: 'targetRange', loss: 'poisson', row: 2, value: -2, high: Infinity }],
    // The rows stand on lines 2, 5 and 6.
    [() => targetEncoding('poisson', [1], { ...dataset([[1], [2], [3]], [1, 0, -2]), origin: { file: 'a.csv', lines: { rows: Int32Array.of(0, 1), lines: Int32Array.of(2, 5) } } }), { code: 'targetRange', loss: 'poisson', row: 3, value: -2, high: Infinity, place: { file: 'a.csv', line: 6 } }],
    [() => targetEncoding('poisson', [1], { ...dataset([[1]], [-2]), origin: { file: 'a.npz', lines: null } }), { code: 'targetRange', loss: 'poisson', row: 1, value: -2, high: Infinity, place: { file: 'a.npz', line: null } }],
  ])('or are refused', (run, problem) => {
    expect(run).toThrow(refusal(problem));
  });
});
