import { mkdtemp, readFile, readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32 as zlibCrc32, inflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { crc32 } from '../../src/host/history/crc32';
import { nodeFiles } from '../../src/host/history/nodeFiles';
import { decodeData, encodeData } from '../../src/host/history/plainData';
import { compress, decompress, joinSections, splitSections } from '../../src/host/history/sections';
import { HistoryStore, sha256, type HistoryLimits } from '../../src/host/history/store';
import { madeRun } from './historyFixtures';
import { folderFiles } from './historyFolder';

let folder: string;
let complaints: string[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gdexp-history-'));
  complaints = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ROOMY: HistoryLimits = { runs: 1000, bytes: 1e9 };

async function open(limits = ROOMY): Promise<HistoryStore> {
  const store = new HistoryStore(folderFiles(folder), { limits: () => limits, log: (_level, message) => complaints.push(message) });
  await store.open();
  return store;
}

async function keep(store: HistoryStore, ...numbers: number[]): Promise<string[]> {
  const ids: string[] = [];
  for (const n of numbers) {
    const { run, text, content } = madeRun(n);
    ids.push((await store.keep(run, text, () => content)).id);
  }
  return ids;
}

const labels = (store: HistoryStore): string[] => store.list().map(({ label }) => label);

describe('Plain data as bytes', () => {
  it('brings back every value, to the bit, whatever its fields', () => {
    const value = {
      numbers: [0, -0, 1.5, NaN, Infinity, -Infinity, 5e-324], texts: ['', '\u0000n1', '\u0000', 'é\ud83d\ude00'], nothing: null, yes: true, nested: [{ a: [[]] }],
      arrays: [Float64Array.of(NaN, -0, Infinity), Float32Array.of(0.1), Int32Array.of(-1), new Uint8Array(0), Uint8Array.of(1, 2, 3)], view: Float64Array.of(1, 2, 3).subarray(1, 2),
      ['__proto__']: 1, later: { unknownField: 'kept' },
    };
    expect(decodeData(encodeData(value))).toEqual(value);
    expect(Object.is((decodeData(encodeData(value)) as typeof value).numbers[1], -0)).toBe(true);
    const own = JSON.parse('{"__proto__": {"x": 1}}') as object;
    expect(Object.getPrototypeOf(decodeData(encodeData(own)))).toBe(Object.prototype);
  });

  it('reads an array that lies at an odd place of a larger buffer', () => {
    const bytes = encodeData({ a: Float64Array.of(1, 2) });
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeData(shifted.subarray(3))).toEqual({ a: Float64Array.of(1, 2) });
  });
});

describe('A checked file', () => {
  it('has the checksum of the standard', () => {
    const text = new TextEncoder().encode('123456789');
    expect(crc32(text)).toBe(0xcbf43926);
    if (typeof zlibCrc32 === 'function') expect(crc32(text)).toBe(zlibCrc32(text));
  });

  it('is told from one that was cut or changed in any byte', () => {
    const whole = joinSections([Uint8Array.of(1, 2, 3), new Uint8Array(40).fill(7)]);
    expect(splitSections(whole)).toEqual([Uint8Array.of(1, 2, 3), new Uint8Array(40).fill(7)]);
    for (let length = 0; length < whole.length; length++) {
      // A file cut between two sections is whole in itself: its reader misses a section.
      const cut = (): number => splitSections(whole.subarray(0, length)).length;
      try {
        expect(cut()).toBeLessThan(2);
      } catch (error) {
        expect((error as Error).message).toMatch(/cut short|changed/);
      }
    }
    for (let at = 0; at < whole.length; at++) {
      const changed = whole.slice();
      changed[at] ^= 0x10;
      expect(() => splitSections(changed), `byte ${at}`).toThrow();
    }
  });

  it('is compressed as others read it, and refuses to become larger than it may', async () => {
    const bytes = new Uint8Array(1e6).fill(65);
    const small = await compress(bytes);
    expect(small.length).toBeLessThan(5000);
    expect(inflateRawSync(small).equals(bytes)).toBe(true);
    expect(Buffer.from(await decompress(small, 1e6)).equals(bytes)).toBe(true);
    await expect(decompress(small, 1e5)).rejects.toThrow('too large');
    await expect(decompress(Uint8Array.of(255, 1, 2), 1e5)).rejects.toThrow();
  });
});

describe('The history', () => {
  it('gives back what it kept after it was opened anew, with and without its index', async () => {
    const first = await open();
    const [a, b] = await keep(first, 1, 2);
    await first.flush();
    const [c] = await keep(first, 3);
    first.dispose();
    for (const index of ['fresh', 'none', 'broken']) {
      if (index === 'none') await rm(path.join(folder, 'index'));
      if (index === 'broken') await writeFile(path.join(folder, 'index'), 'GDXH nonsense');
      const again = await open();
      expect(labels(again)).toEqual(['run 3', 'run 2', 'run 1']);
      for (const [id, n] of [[a, 1], [b, 2], [c, 3]] as const) expect(await again.content(id)).toEqual(madeRun(n).content);
      expect(again.get(b)).toMatchObject({ ...madeRun(2).run, pinned: false });
    }
    expect(complaints).toEqual([]);
  });

  it('keeps one text for all runs that have it', async () => {
    const store = await open();
    await keep(store, ...Array.from({ length: 30 }, (_, n) => n));
    expect(await readdir(path.join(folder, 'texts'))).toHaveLength(3);
    const [newest] = store.list();
    expect(await store.text(newest)).toBe(madeRun(29).text);
    expect(newest.text).toBe(await sha256(madeRun(29).text));
  });

  it('deletes the oldest over the limit of runs, and no pinned one', async () => {
    const limits = { runs: 3, bytes: 1e9 };
    const store = await open(limits);
    const [a] = await keep(store, 0);
    await store.pin([a], true);
    await keep(store, 1, 2, 3, 4);
    expect(labels(store)).toEqual(['run 4', 'run 3', 'run 2', 'run 0']);
    expect(await readdir(path.join(folder, 'runs'))).toHaveLength(4);
    await store.pin([a], false);
    expect(labels(store)).toEqual(['run 4', 'run 3', 'run 2']);
    limits.runs = 1;
    await store.applyLimits();
    expect(labels(store)).toEqual(['run 4']);
  });

  it('deletes the oldest over the limit of bytes', async () => {
    const store = await open();
    await keep(store, 1);
    const size = (await readFile(path.join(folder, 'runs', (await readdir(path.join(folder, 'runs')))[0]))).length;
    store.dispose();
    const tight = await open({ runs: 1000, bytes: 3.5 * size });
    await keep(tight, 2, 3, 4, 5);
    expect(labels(tight)).toEqual(['run 5', 'run 4', 'run 3']);
  });

  it('leaves out a damaged file, says so, and deletes it only when no window can be writing it', async () => {
    const store = await open();
    const [a, b] = await keep(store, 1, 2);
    const file = path.join(folder, 'runs', `${a}.run`);
    await truncate(file, (await readFile(file)).length - 10);
    const second = await open();
    expect(labels(second)).toEqual(['run 2']);
    expect(complaints.join()).toContain(a);
    expect(await readdir(path.join(folder, 'runs'))).toHaveLength(2);
    await utimes(file, new Date(0), new Date(0));
    await open();
    expect(await readdir(path.join(folder, 'runs'))).toEqual([`${b}.run`]);
  });

  it('leaves a file of a newer version alone', async () => {
    const store = await open();
    const [a] = await keep(store, 1);
    const file = path.join(folder, 'runs', `${a}.run`);
    const bytes = await readFile(file);
    bytes.writeUInt32LE(99, 4);
    await writeFile(file, bytes);
    await utimes(file, new Date(0), new Date(0));
    expect(labels(await open())).toEqual([]);
    expect(await readdir(path.join(folder, 'runs'))).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  it('brings back what was deleted, and learns what another window did', async () => {
    const here = await open();
    const there = await open();
    const [a, b] = await keep(here, 1, 2);
    expect(labels(there)).toEqual([]);
    await there.refresh();
    expect(labels(there)).toEqual(['run 2', 'run 1']);
    await here.delete([a, b]);
    expect(labels(here)).toEqual([]);
    await there.refresh();
    expect(labels(there)).toEqual([]);
    await here.restore([a]);
    await there.refresh();
    expect([labels(here), labels(there)]).toEqual([['run 1'], ['run 1']]);
    await there.pin([a], true);
    await here.refresh();
    expect(here.get(a)!.pinned).toBe(true);
  });

  it('lets runs go along when their file is renamed, also back and forth', async () => {
    const store = await open();
    await keep(store, 1);
    await store.move('file:///ws/a.gdexp', 'file:///ws/b.gdexp');
    await keep(store, 2);
    await store.move('file:///ws/b.gdexp', 'file:///ws/c.gdexp');
    for (const each of [store, await open()]) {
      expect(each.list().map(({ label, experiment }) => [label, experiment])).toEqual([['run 2', 'file:///ws/a.gdexp'], ['run 1', 'file:///ws/c.gdexp']]);
    }
    await store.move('file:///ws/c.gdexp', 'file:///ws/a.gdexp');
    expect(new Set(store.list().map(({ experiment }) => experiment))).toEqual(new Set(['file:///ws/a.gdexp']));
  });

  it('sweeps texts that no run needs, but not those that another window just wrote', async () => {
    const store = await open();
    const [a] = await keep(store, 1);
    await store.delete([a]);
    const name = (await readdir(path.join(folder, 'texts')))[0];
    await open();
    expect(await readdir(path.join(folder, 'texts'))).toEqual([name]);
    await utimes(path.join(folder, 'texts', name), new Date(0), new Date(0));
    await open();
    expect(await readdir(path.join(folder, 'texts'))).toEqual([]);
    expect(await store.text({ text: name })).toBeNull();
  });

  it('writes a text again that was swept away under a window that still knew it', async () => {
    const store = await open();
    await keep(store, 1);
    const name = (await readdir(path.join(folder, 'texts')))[0];
    await rm(path.join(folder, 'texts', name));
    await keep(store, 4);
    expect(await store.text(store.list()[0])).toBe(madeRun(4).text);
  });

  it('keeps runs that end together, with one writing of their text, and the folder made again under it', async () => {
    const store = new HistoryStore(nodeFiles(folder), { limits: () => ROOMY, log: (_level, message) => complaints.push(message) });
    await Promise.all(Array.from({ length: 40 }, (_, n) => {
      const { run, text, content } = madeRun(n);
      return store.keep(run, text, () => content);
    }));
    expect(new Set(labels(store)).size).toBe(40);
    expect(await readdir(path.join(folder, 'texts'))).toHaveLength(3);
    expect(await readdir(path.join(folder, 'aside'))).toEqual([]);
    await rm(folder, { recursive: true });
    await store.refresh();
    expect(labels(store)).toEqual([]);
    const [id] = await keep(store, 50);
    await store.flush();
    const again = await open();
    expect(await again.content(id)).toEqual(madeRun(50).content);
    expect(await again.text(again.get(id)!)).toBe(madeRun(50).text);
    store.dispose();
    expect(complaints).toEqual([]);
  });
});
