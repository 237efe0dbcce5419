import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DataError, LoadCancelled, type ByteSource } from '../../../src/core/data/dataset';
import { randomStream, type RandomStream } from '../../../src/core/training/random';
import { loadCsv } from '../../../src/loaders/csv';
import { loadIdxArray } from '../../../src/loaders/idx';
import { loadLibsvm } from '../../../src/loaders/libsvm';
import { loadNpzArrays } from '../../../src/loaders/npz';
import type { LoadOptions } from '../../../src/loaders/pieces';
import { fixture, source } from './files';

const bytes = (name: string): Uint8Array => new Uint8Array(readFileSync(fixture(name)));
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

const LOADERS: readonly (readonly [string, Uint8Array, (file: ByteSource, options?: LoadOptions) => Promise<unknown>])[] = [
  ['csv', text('id,name,"a ""b"""\n1,x,2.5\n2,"y,z",-1e3\n3,,\n'.repeat(1) + '4,"w\nv",0\n'), loadCsv],
  ['npz, stored', bytes('stored.npz'), (file, options) => loadNpzArrays(file, null, options)],
  ['npz, deflated', bytes('deflated.npz'), (file, options) => loadNpzArrays(file, null, options)],
  ['idx', bytes('images-idx3-ubyte'), loadIdxArray],
  ['idx.gz', bytes('images-idx3-ubyte.gz'), loadIdxArray],
  ['libsvm', text('1 1:0.5 3:2\n-1 2:7 # end\n'.repeat(3)), (file, options) => loadLibsvm(file, 4, options)],
];

/** A few bytes changed, left out, doubled or cut off. */
function broken(whole: Uint8Array, random: RandomStream): Uint8Array {
  const at = (): number => Math.floor(random.uniform() * whole.length);
  const kind = random.uniform();
  if (kind < 0.2) return whole.slice(0, at());
  if (kind < 0.3) return Uint8Array.of(...whole.slice(0, at()), ...whole.slice(at()));
  const copy = whole.slice();
  for (let i = Math.floor(3 * random.uniform()); i >= 0; i--) copy[at()] = Math.floor(256 * random.uniform());
  return copy;
}

describe.each(LOADERS)('Broken bytes: %s', (name, whole, load) => {
  it('are refused in words or read, never an error of another kind', async () => {
    const random = randomStream(3, name);
    let refused = 0;
    for (let round = 0; round < 400; round++) {
      const sample = broken(whole, random);
      try {
        await load(source(sample, random.uniform() < 0.5 ? 9 + Math.floor(40 * random.uniform()) : Infinity));
      } catch (error) {
        if (!(error instanceof DataError)) expect.fail(`${String(error)} for ${Buffer.from(sample).toString('base64')}`);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(40);
  });

  it('stops when asked to', async () => {
    await expect(load(source(whole), { cancelled: () => true })).rejects.toBeInstanceOf(LoadCancelled);
    let asked = 0;
    await expect(load(source(whole, 8), { cancelled: () => ++asked > 3 })).rejects.toBeInstanceOf(LoadCancelled);
  });

  it('passes on what the file system says', async () => {
    const failing: ByteSource = {
      name: 'gone', size: null,
      async* chunks() {
        yield whole.subarray(0, 6);
        throw new Error('EIO: read error');
      },
    };
    await expect(load(failing)).rejects.toThrow('EIO: read error');
  });
});

describe('A large file in one chunk', () => {
  const rows = 400_000;
  const large = text(`a,b,c\n${'1.25,-3,name\n'.repeat(rows)}`);

  it('lets messages in while it is read, and tells how far it is', async () => {
    const fractions: (number | null)[] = [];
    let heard = 0;
    const timer = setInterval(() => heard++, 1);
    await loadCsv(source(large), { progress: (fraction) => fractions.push(fraction) });
    clearInterval(timer);
    expect(fractions.at(-1)).toBe(1);
    expect([...fractions].sort((a, b) => a! - b!)).toEqual(fractions);
    expect(fractions.length).toBeGreaterThan(2);
    expect(heard).toBeGreaterThan(1);
  });

  it('is cancelled by a message that comes while it is read', async () => {
    let cancelled = false;
    setTimeout(() => (cancelled = true), 5);
    await expect(loadCsv(source(large), { cancelled: () => cancelled })).rejects.toBeInstanceOf(LoadCancelled);
  });
});
