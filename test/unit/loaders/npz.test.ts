import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DataError, type NumericArray } from '../../../src/core/data/dataset';
import { loadNpz, loadNpzArrays, writeNpz } from '../../../src/loaders/npz';
import { expected, file, fixture, source } from './files';

const plain = ({ shape, values }: NumericArray) => ({ shape: [...shape], values: [...values] });

const OURS = new Map<string, NumericArray>([
  ['dense1.weight', { shape: [2, 3], values: Float64Array.of(0.1, -2, 1e-300, 3, Number.MAX_VALUE, -0.5) }],
  ['dense1.bias', { shape: [2], values: Float32Array.of(0.25, -1.5) }],
  ['pixels', { shape: [1, 2, 2], values: Uint8Array.of(0, 255, 7, 128) }],
  ['counts', { shape: [3], values: Int32Array.of(-5, 0, 2 ** 31 - 1) }],
  ['scalar', { shape: [], values: Float64Array.of(Math.PI) }],
]);

describe('NPZ files', () => {
  it.each(['stored.npz', 'deflated.npz', 'streamed.npz', 'streamedDeflated.npz'])('reads every numeric type that numpy writes: %s', async (name) => {
    for (const size of [13, 77, Infinity]) {
      const arrays = await loadNpzArrays(file(name, size), null);
      for (const [key, want] of Object.entries(expected)) {
        if (key === 'idx' || key === 'ours') continue;
        expect(plain(arrays.get(key)!), `${key} in pieces of ${size}`).toEqual(want);
      }
    }
  });

  it('keeps narrow types', async () => {
    const arrays = await loadNpzArrays(file('stored.npz'), new Set(['u1', 'f4', 'i2']));
    expect([...arrays.values()].map(({ values }) => values.constructor).sort()).toEqual([Float32Array, Int32Array, Uint8Array].sort());
  });

  it('reads numbers of 16 bits exactly, as numpy does', async () => {
    const arrays = await loadNpzArrays(file('half.npz', 1001), null);
    const values = (name: string) => arrays.get(name)!.values;
    expect(values('every')).toBeInstanceOf(Float32Array);
    expect(values('every').length).toBe(9363);
    expect(values('every').every((value, i) => Object.is(value, values('every32')[i]))).toBe(true);
    expect(plain(arrays.get('edges')!)).toEqual(plain(arrays.get('edges32')!));
    expect(plain(arrays.get('big')!)).toEqual(plain(arrays.get('edges32')!));
    expect([...values('edges').subarray(0, 10)]).toEqual([0, -0, 1, -2, 65504, -65504, 2 ** -24, 2 ** -14, 2 ** -14 - 2 ** -24, Math.fround(0.0999755859375)]);
  });

  it('reads a file that was written as a stream by the directory at its end', async () => {
    const bytes = new Uint8Array(readFileSync(fixture('streamed.npz')));
    // The flag of sizes that follow, and none before.
    expect(bytes[6] & 8).toBe(8);
    // Members that are left out are passed over, what follows each of them too.
    const some = await loadNpzArrays(source(bytes, 50), new Set(['u8', 'i2']));
    expect([...some].map(([name, array]) => [name, plain(array)])).toEqual([['i2', expected.i2], ['u8', expected.u8]]);
    for (const name of ['streamed.npz', 'streamedDeflated.npz']) {
      const whole = new Uint8Array(readFileSync(fixture(name)));
      for (const length of [whole.length - 1, whole.length - 60, 700]) await expect(loadNpzArrays(source(whole.subarray(0, length)), null), `${name} cut at ${length}`).rejects.toMatchObject({ problem: { code: 'truncated' } });
      // Anywhere in the data: found by the checksum or the format.
      const changed = whole.slice();
      changed[200] ^= 4;
      await expect(loadNpzArrays(source(changed), null)).rejects.toBeInstanceOf(DataError);
    }
    // A directory that points elsewhere.
    const end = bytes.length - 22;
    for (const place of [end + 16, end + 10]) {
      const changed = bytes.slice();
      changed[place] ^= 1;
      await expect(loadNpzArrays(source(changed), null), `byte ${place}`).rejects.toMatchObject({ problem: { code: 'damaged' } });
    }
  });

  it('puts arrays that stay as they are into memory that workers share', async () => {
    for (const [name, shared] of [['f4', true], ['f8', true], ['u1', true], ['i2', false]] as const) {
      const arrays = await loadNpzArrays(file('stored.npz'), new Set([name]), { shared: true });
      expect(arrays.get(name)!.values.buffer instanceof SharedArrayBuffer, name).toBe(shared);
      expect(plain(arrays.get(name)!)).toEqual(expected[name]);
    }
  });

  it('takes rows and targets by name', async () => {
    const loaded = await loadNpz(file('deflated.npz'), { x: 'f4', y: 'i4' });
    expect(loaded).toMatchObject({ kind: 'arrays', rows: 2, x: { shape: [2, 3, 2] }, y: { shape: [2] } });
  });

  it('inflates only what is named', async () => {
    // The objects beside them would be refused.
    await expect(loadNpzArrays(file('objects.npz'), new Set(['y']))).resolves.toBeInstanceOf(Map);
  });

  it.each([
    [{ x: 'x', y: 'y' }, { code: 'arrayType', name: 'x', type: '|O' }],
    [{ x: 'long', y: 'y' }, { code: 'arrayType', name: 'long', type: '<f16' }],
    [{ x: 'name', y: 'y' }, { code: 'arrayType', name: 'name', type: '<U1' }],
    [{ x: 'huge', y: 'y' }, { code: 'integerTooLarge', name: 'huge' }],
    [{ x: 'Y', y: 'y' }, { code: 'unknownArray', name: 'Y', names: ['x', 'y', 'huge', 'long', 'name'] }],
  ])('refuses %j', async (names, problem) => {
    await expect(loadNpz(file('objects.npz'), names)).rejects.toMatchObject({ problem, file: 'objects.npz' });
  });

  it('refuses rows that do not match', async () => {
    await expect(loadNpz(file('stored.npz'), { x: 'f8', y: 'i4' })).rejects.toMatchObject({ problem: { code: 'rowsDiffer', x: 3, y: 2 } });
    await expect(loadNpz(file('stored.npz'), { x: 'scalar', y: 'i4' })).rejects.toMatchObject({ problem: { code: 'arrayShape', name: 'scalar' } });
    await expect(loadNpz(file('stored.npz'), { x: 'empty', y: 'empty' })).rejects.toMatchObject({ problem: { code: 'noRows' } });
  });

  it('refuses a header that announces more than its member holds, before taking the memory', async () => {
    const bytes = new Uint8Array(readFileSync(fixture('stored.npz')));
    const text = Buffer.from(bytes.buffer);
    const at = text.indexOf("'shape': (3, 4), }");
    text.write("'shape': (3, 99999999), }".slice(0, 25), at, 'latin1');
    await expect(loadNpzArrays(source(bytes), new Set(['f8']))).rejects.toMatchObject({ problem: { code: 'truncated' } });
  });

  it('finds a changed bit by the checksum', async () => {
    for (const name of ['stored.npz', 'deflated.npz']) {
      const bytes = new Uint8Array(readFileSync(fixture(name)));
      bytes[200] ^= 4;
      await expect(loadNpzArrays(source(bytes), new Set(['f8']))).rejects.toBeInstanceOf(DataError);
    }
  });

  it.each([false, true])('writes what it reads, compressed: %s', async (compress) => {
    const bytes = writeNpz(OURS, compress);
    const back = await loadNpzArrays(source(bytes, 50), null);
    expect([...back].map(([name, array]) => [name, plain(array)])).toEqual([...OURS].map(([name, array]) => [name, plain(array)]));
  });

  it('writes what numpy reads', () => {
    const bytes = Buffer.from(writeNpz(OURS));
    // The file is written anew only where it is gone; make_fixtures.py then says what numpy finds in it.
    if (!existsSync(fixture('ours.npz'))) writeFileSync(fixture('ours.npz'), bytes);
    expect(bytes.equals(readFileSync(fixture('ours.npz')))).toBe(true);
    const types = new Map<unknown, string>([[Float64Array, '<f8'], [Float32Array, '<f4'], [Uint8Array, '|u1'], [Int32Array, '<i4']]);
    for (const [name, { shape, values }] of OURS) expect(expected.ours[name]).toEqual({ dtype: types.get(values.constructor), shape, values: [...values] });
  });
});
