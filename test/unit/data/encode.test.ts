import { describe, expect, it } from 'vitest';
import { encode as work, encodeRows } from '../../../src/core/data/encode';
import { inlineData } from '../../../src/core/data/inline';
import type { Dataset, LoadedData } from '../../../src/core/data/dataset';
import type { DataSpec } from '../../../src/core/data/spec';
import { complete, dataSpec, dump, example, load, table } from './fixtures';

const encode = (...of: Parameters<typeof work>): Dataset => complete(work(...of));
const csv = (more: Partial<DataSpec> = {}): DataSpec => dataSpec({ source: { kind: 'csv', path: 'a.csv' }, target: 'y', ...more });
const classes = { classification: true, shared: false };
const numbers = { classification: false, shared: false };
const dense = (data: ReturnType<typeof encode>): number[] => (data.x.kind === 'dense' ? [...data.x.values] : []);
const refusal = (problem: object) => expect.objectContaining({ name: 'DataError', problem });

describe('Encoding a table', () => {
  const people = table({ age: [30, 4, 55], class: ['First', 'crew', 'First'], y: ['no', 'yes', 'no'] });

  it('makes text one-hot and the target indices, in order of first appearance', () => {
    const data = encode(people, csv(), classes);
    expect(data).toMatchObject({ rows: 3, shape: [3], features: ['age', 'class=First', 'class=crew'], classes: ['no', 'yes'], targets: 1 });
    expect(dense(data)).toEqual([30, 1, 0, 4, 0, 1, 55, 1, 0]);
    expect([...data.y]).toEqual([0, 1, 0]);
  });

  it('takes the chosen columns in their order, with powers as scikit-learn has them', () => {
    const data = encode(table({ a: [7, 8], x: [2, -0.5], y: [1, 2] }), csv({ features: [{ column: 'x', powers: 4 }, { column: 'a', powers: 1 }] }), numbers);
    expect(data.features).toEqual(['x', 'x²', 'x³', 'x⁴', 'a']);
    expect(dense(data)).toEqual([...dump.powers[0], 7, ...dump.powers[1], 8]);
    expect(data.classes).toBeNull();
  });

  it('keeps values exactly, in the narrowest type that can', () => {
    const stored = (values: readonly number[]): unknown => {
      const { x } = encode(table({ x: values, y: values.map(() => 1) }), csv(), numbers);
      if (x.kind !== 'dense') throw new Error();
      expect([...x.values]).toEqual(values);
      return x.values.constructor;
    };
    expect(stored([0, 255, 7])).toBe(Uint8Array);
    expect(stored([0, 256])).toBe(Float32Array);
    expect(stored([0.5, -1])).toBe(Float32Array);
    expect(stored([0.1, 1])).toBe(Float64Array);
    expect(stored([16777217, 1])).toBe(Float64Array);
    expect(stored([-0, 1])).toBe(Float32Array);
  });

  it('puts arrays into shared memory when asked to', () => {
    const data = encode(people, csv(), { classification: true, shared: true });
    expect(data.y.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(data.x.kind === 'dense' && data.x.values.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(dense(data)).toEqual(dense(encode(people, csv(), classes)));
  });

  it('reads whole numbers as classes for a classification only, and the two signs as two classes', () => {
    const of = (y: readonly number[]) => encode(table({ x: y.map(() => 0.5), y }), csv(), classes);
    expect(of([2, 0, 2])).toMatchObject({ classes: ['0', '1', '2'], y: Float64Array.of(2, 0, 2) });
    expect(of([1, -1, 1])).toMatchObject({ classes: ['-1', '1'], y: Float64Array.of(1, 0, 1) });
    expect(() => of([1.5, 0])).toThrow(refusal({ code: 'classNumber', column: 'y', row: 1, value: 1.5 }));
    expect(() => of([1, -1, 0])).toThrow(refusal({ code: 'classNumber', column: 'y', row: 2, value: -1 }));
    expect(() => of([1e9])).toThrow(refusal({ code: 'tooManyClasses', classes: 1e9 + 1, limit: 10_000 }));
  });

  it.each<[string, LoadedData, Partial<DataSpec>, object]>([
    ['an unknown feature', people, { features: [{ column: 'Age', powers: 1 }] }, { code: 'unknownColumn', name: 'Age', names: ['age', 'class', 'y'] }],
    ['an unknown target', people, { target: 'z' }, { code: 'unknownColumn', name: 'z', names: ['age', 'class', 'y'] }],
    ['no target', people, { target: null }, { code: 'noTarget' }],
    ['the target as a feature', people, { features: [{ column: 'y', powers: 1 }] }, { code: 'targetIsFeature', column: 'y' }],
    ['a feature twice', people, { features: [{ column: 'age', powers: 1 }, { column: 'age', powers: 2 }] }, { code: 'repeatedFeature', column: 'age' }],
    ['powers of text', people, { features: [{ column: 'class', powers: 2 }] }, { code: 'textPowers', column: 'class' }],
    ['a table of the target alone', table({ y: [1, 2] }), {}, { code: 'noFeatures' }],
    ['a missing number', table({ x: [1, NaN], y: [1, 2] }), {}, { code: 'missingValue', column: 'x', row: 2 }],
    ['a missing text', table({ x: ['a', 'b', ''], y: [1, 2, 3] }), {}, { code: 'missingValue', column: 'x', row: 3 }],
    ['a missing target', table({ x: [1, 2], y: ['a', ''] }), {}, { code: 'missingValue', column: 'y', row: 2 }],
    ['an infinite power', table({ x: [1e200], y: [1] }), { features: [{ column: 'x', powers: 2 }] }, { code: 'notFinite', column: 'x', row: 1 }],
    ['too many names', table({ x: Array.from({ length: 1001 }, (_, i) => `name ${i}`), y: Array.from({ length: 1001 }, () => 1) }), {}, { code: 'tooManyNames', column: 'x', names: 1001, limit: 1000 }],
    ['a shape of another size', people, { imageShape: [2, 2, 1] }, { code: 'imageShape', shape: [2, 2, 1], expected: 4, actual: 3 }],
  ])('refuses %s', (_, loaded, spec, problem) => {
    expect(() => encode(loaded, csv(spec), classes)).toThrow(refusal(problem));
  });

  it('minds missing cells only where they are used', () => {
    expect(encode(table({ x: [1, 2], cabin: ['', 'B5'], y: [1, 2] }), csv({ features: [{ column: 'x', powers: 1 }] }), numbers).rows).toBe(2);
  });

  it('gives a separate source the codes and classes of the main one', () => {
    const other = table({ age: [5, 6], y: ['yes', 'no'], class: ['crew', 'First'] });
    const main = encode(people, csv(), classes);
    const validation = encode(other, csv(), { ...classes, like: main });
    expect(dense(validation)).toEqual([5, 0, 1, 6, 1, 0]);
    expect([...validation.y]).toEqual([1, 0]);
    expect(validation.features).toEqual(main.features);
    const odd = (columns: Parameters<typeof table>[0]) => () => encode(table(columns), csv(), { ...classes, like: main });
    expect(odd({ age: [1], class: ['Second'], y: ['no'] })).toThrow(refusal({ code: 'unknownName', column: 'class', row: 1, text: 'Second' }));
    expect(odd({ age: [1], class: ['crew'], y: ['maybe'] })).toThrow(refusal({ code: 'newClass', column: 'y', row: 1, text: 'maybe' }));
    expect(odd({ age: ['x'], class: ['crew'], y: ['no'] })).toThrow(refusal({ code: 'columnKind', column: 'age', kind: 'number' }));
    expect(odd({ class: ['crew'], y: ['no'] })).toThrow(refusal({ code: 'unknownColumn', name: 'age', names: ['class', 'y'] }));
  });

  it('encodes written rows as the table', () => {
    const data = encode(people, csv({ features: [{ column: 'class', powers: 1 }, { column: 'age', powers: 2 }] }), classes);
    expect([...encodeRows(data, [['crew', 4], ['First', 3]])]).toEqual([0, 1, 4, 16, 1, 0, 3, 9]);
    expect(() => encodeRows(data, [['crew']])).toThrow(refusal({ code: 'rowWidth', row: 1, actual: 1, expected: 2 }));
    expect(() => encodeRows(data, [['crew', 1], [1, 1]])).toThrow(refusal({ code: 'columnKind', column: 'class', kind: 'text' }));
    expect(() => encodeRows(data, [['cook', 1]])).toThrow(refusal({ code: 'unknownName', column: 'class', row: 1, text: 'cook' }));
  });
});

describe('Encoding arrays and sparse rows', () => {
  const arrays = (shape: number[], targets = [1]): LoadedData => ({ kind: 'arrays', rows: shape[0], x: { shape, values: Uint8Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => i) }, y: { shape: [shape[0], ...targets.slice(1)], values: Float64Array.from({ length: shape[0] * (targets[1] ?? 1) }, (_, i) => i) } });
  const spec = (more: Partial<DataSpec> = {}): DataSpec => dataSpec({ source: { kind: 'npz', path: 'a.npz', x: 'x', y: 'y' }, ...more });

  it('gives pictures a channel, rows their names', () => {
    expect(encode(arrays([2, 3, 4]), spec(), classes)).toMatchObject({ shape: [3, 4, 1], features: [] });
    expect(encode(arrays([2, 3, 4, 2]), spec(), classes)).toMatchObject({ shape: [3, 4, 2] });
    expect(encode(arrays([2, 3]), spec(), classes)).toMatchObject({ shape: [3], features: ['x1', 'x2', 'x3'] });
    expect(encode(arrays([2]), spec(), classes)).toMatchObject({ shape: [1], features: ['x'] });
    expect(encode(arrays([2, 12]), spec({ imageShape: [2, 3, 2] }), classes)).toMatchObject({ shape: [2, 3, 2], features: [] });
    expect(() => encode(arrays([2, 3, 4, 1, 1]), spec(), classes)).toThrow(refusal({ code: 'arrayShape', name: 'x', shape: [2, 3, 4, 1, 1] }));
  });

  it('keeps several targets', () => {
    expect(encode(arrays([3, 1], [3, 2]), spec(), numbers)).toMatchObject({ targets: 2, classes: null, y: Float64Array.of(0, 1, 2, 3, 4, 5) });
  });

  it('refuses numbers that are none', () => {
    const loaded: LoadedData = { kind: 'arrays', rows: 2, x: { shape: [2, 2], values: Float32Array.of(1, 2, 3, NaN) }, y: { shape: [2], values: Float64Array.of(1, Infinity) } };
    expect(() => encode(loaded, spec(), numbers)).toThrow(refusal({ code: 'missingValue', column: 'x2', row: 2 }));
    expect(() => encode({ ...loaded, x: loaded.y }, spec(), numbers)).toThrow(refusal({ code: 'notFinite', column: 'x', row: 2 }));
  });

  it('leaves sparse rows sparse', () => {
    const loaded: LoadedData = { kind: 'sparse', rows: 2, x: { columns: 5, offsets: Int32Array.of(0, 1, 2), indices: Int32Array.of(4, 0), values: Float32Array.of(1, 2) }, y: Float64Array.of(-1, 1) };
    expect(encode(loaded, dataSpec(), classes)).toMatchObject({ shape: [5], x: { kind: 'sparse', columns: 5 }, classes: ['-1', '1'], y: Float64Array.of(0, 1) });
    expect(() => encode(loaded, dataSpec({ imageShape: [5, 1] }), classes)).toThrow(refusal({ code: 'sparseImage' }));
  });
});

describe('Rows in the experiment itself', () => {
  const inline = (x: (number | (number | string)[])[], y: (number | string | number[])[]) => {
    const source = { kind: 'inline', x, y } as const;
    return encode(inlineData(source), dataSpec({ source }), numbers);
  };

  it('may be numbers, lists and text', () => {
    expect(inline([1, 2, 3], [2, 4, 6])).toMatchObject({ shape: [1], features: ['x'], targets: 1 });
    expect(inline([[1, 2], [3, 4]], [[1, 2], [3, 4]])).toMatchObject({ shape: [2], targets: 2 });
    expect(inline([['a', 1], ['b', 2]], ['no', 'yes'])).toMatchObject({ features: ['x1=a', 'x1=b', 'x2'], classes: ['no', 'yes'], x: { values: Uint8Array.of(1, 0, 1, 0, 1, 2) } });
  });

  it('must be as long as one another', () => {
    expect(() => inline([[1], [1, 2]], [1, 2])).toThrow(refusal({ code: 'rowWidth', row: 2, actual: 2, expected: 1 }));
    expect(() => inline([1, 2], [1])).toThrow(refusal({ code: 'rowsDiffer', x: 2, y: 1 }));
    expect(() => inline([1, 2], [[1], [1, 2]])).toThrow(refusal({ code: 'rowWidth', row: 2, actual: 2, expected: 1 }));
  });
});

describe('The example data', () => {
  it('is what its page says', async () => {
    expect((await load(example('iris.csv', 'species'))).main).toMatchObject({ rows: 150, shape: [4], classes: ['setosa', 'versicolor', 'virginica'] });
    expect((await load(example('digits.csv', 'digit', { imageShape: [8, 8, 1] }))).main).toMatchObject({ rows: 1797, shape: [8, 8, 1], classes: Array.from('0123456789') });
    expect((await load(example('diabetes.csv', 'progression'), false)).main).toMatchObject({ rows: 442, shape: [10], classes: null });
    expect((await load(example('wine.csv', 'cultivar'))).main).toMatchObject({ rows: 178, shape: [13], classes: ['0', '1', '2'] });
    const titanic = (await load(example('titanic.csv', 'survived'))).main;
    expect(titanic).toMatchObject({ rows: 2201, features: ['class=1st', 'class=2nd', 'class=3rd', 'class=crew', 'sex=male', 'sex=female', 'age=adult', 'age=child'] });
    expect(titanic.y.reduce((sum, value) => sum + value, 0)).toBe(711); // survivors in the Board of Trade's table
  });
});
