import { describe, expect, it } from 'vitest';
import type { HistoryFiles } from '../../src/host/history/files';
import { HistoryStore } from '../../src/host/history/store';
import { madeRun } from './historyFixtures';

type Files = Map<string, { readonly bytes: Uint8Array; readonly changed: number }>;
/** What the last change before the end of the page did: nothing, all of it without the answer, or a part. */
type End = 'before' | 'unsaid' | 'torn';

/** Another hour: what nobody can be in the midst of writing any more is swept. */
const HOUR = 3_600_001;
const clock = { now: 1.7e12 };

/** A file system as a browser has it: no append, no fsync, and a rename is a copy and a deletion. The page ends at its `last`-th change. */
class PageFiles implements HistoryFiles {
  changes = 0;
  constructor(readonly files: Files, private readonly last = Infinity, private readonly end: End = 'before') {}

  private async change(whole: () => void, part: () => unknown = () => undefined): Promise<void> {
    await Promise.resolve();
    this.changes++;
    if (this.changes < this.last) whole();
    else {
      if (this.changes === this.last && this.end === 'unsaid') whole();
      if (this.changes === this.last && this.end === 'torn') part();
      throw new Error('the page is gone');
    }
  }
  private put(path: string, bytes: Uint8Array): void {
    this.files.set(path, { bytes: bytes.slice(), changed: clock.now });
  }

  async list(folder: string): Promise<readonly string[]> {
    return [...this.files.keys()].filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1));
  }
  async read(path: string): Promise<Uint8Array> {
    const file = this.files.get(path);
    if (!file) throw new Error(`no ${path}`);
    return file.bytes.slice();
  }
  write(path: string, bytes: Uint8Array, tears = true): Promise<void> {
    return this.change(() => this.put(path, bytes), () => tears && this.put(path, bytes.subarray(0, bytes.length >> 1)));
  }
  async rename(from: string, to: string): Promise<void> {
    const bytes = await this.read(from);
    await this.change(() => this.put(to, bytes), () => this.put(to, bytes.subarray(0, bytes.length - 5)));
    await this.change(() => void this.files.delete(from));
  }
  delete(path: string): Promise<void> {
    return this.change(() => void this.files.delete(path));
  }
  async stat(path: string): Promise<{ readonly changed: number; readonly bytes: number } | null> {
    const file = this.files.get(path);
    return file ? { changed: file.changed, bytes: file.bytes.length } : null;
  }
}

/** A browser's database: what is written is there whole or not at all, in the order in which it was asked for. */
class DatabaseFiles extends PageFiles {
  writeWhole(path: string, bytes: Uint8Array): Promise<void> {
    return super.write(path, bytes, false);
  }
}

const KINDS = { 'a file system whose renames copy': PageFiles, 'a database': DatabaseFiles };
const LIMITS = { runs: 6, bytes: 1e9 };
const RUNS = 12;

async function open(files: HistoryFiles): Promise<{ store: HistoryStore; complaints: string[] }> {
  const complaints: string[] = [];
  const store = new HistoryStore(files, { limits: () => LIMITS, log: (_level, message) => complaints.push(message), now: () => clock.now++ });
  await store.open();
  return { store, complaints };
}

/** What a person does with the history, until the page ends. @returns what was said to be done by then. */
async function life(files: HistoryFiles): Promise<{ kept: Map<string, number>; pinned: Set<string>; deleted: Set<string>; attempted: Set<string> }> {
  const kept = new Map<string, number>();
  const pinned = new Set<string>();
  const deleted = new Set<string>();
  const attempted = new Set<string>();
  try {
    const { store } = await open(files);
    try {
      for (let n = 0; n < RUNS; n++) {
        const { run, text, content } = madeRun(n);
        const { id } = await store.keep(run, text, () => content);
        kept.set(id, n);
        if (n === 1 || n === 4) {
          await store.pin([id], true);
          pinned.add(id);
        }
        if (n === 3) {
          attempted.add(id);
          await store.delete([id]);
          deleted.add(id);
        }
        if (n % 5 === 2) await store.flush();
      }
      await store.move('file:///ws/a.gdexp', 'file:///ws/b.gdexp');
      await store.flush();
    } finally {
      store.dispose();
    }
  } catch (error) {
    if (!String(error).includes('the page is gone')) throw error;
  }
  return { kept, pinned, deleted, attempted };
}

for (const [kind, Kind] of Object.entries(KINDS)) {
describe(`The history on the file system of a browser, ${kind}`, () => {
  it('loses nothing that was said to be kept, and shows nothing half-written, whenever the page ends', async () => {
    const whole = new Kind(new Map());
    await life(whole);
    expect(whole.changes).toBeGreaterThan(2 * RUNS);
    let torn = 0;
    for (let last = 1; last <= whole.changes; last++) {
      for (const end of ['before', 'unsaid', 'torn'] as const) {
        const where = `change ${last}, ${end}`;
        const files: Files = new Map();
        const { kept, pinned, deleted, attempted } = await life(new Kind(files, last, end));
        const { store, complaints } = await open(new Kind(files));
        const listed = new Map(store.list().map((entry) => [entry.id, entry]));
        // What the limits take is the oldest that is not pinned; the one in progress may have made room already.
        const loose = [...kept.keys()].filter((id) => !pinned.has(id) && !attempted.has(id)).sort().slice(-(LIMITS.runs - 1));
        for (const id of [...loose, ...pinned]) expect(listed.has(id), `${where}: ${id}`).toBe(true);
        for (const id of deleted) expect(listed.has(id), where).toBe(false);
        for (const id of pinned) expect(listed.get(id)!.pinned, where).toBe(true);
        // At most the run in progress is there besides.
        expect([...listed.keys()].filter((id) => !kept.has(id)).length, where).toBeLessThanOrEqual(1);
        for (const entry of listed.values()) {
          const made = madeRun(Number(entry.label.slice(4)));
          expect(await store.content(entry.id), where).toEqual(made.content);
          expect(await store.text(entry), where).toBe(made.text);
        }
        if (complaints.length > 0) torn++;
        expect(complaints.every((complaint) => /cannot be read/.test(complaint)), complaints.join()).toBe(true);
        // The next page goes on, and an hour later nothing is left of what was half done.
        const { run, text, content } = madeRun(40);
        const { id } = await store.keep(run, text, () => content);
        await store.flush();
        store.dispose();
        clock.now += HOUR;
        const after = (await open(new Kind(files))).store;
        clock.now += HOUR;
        const again = await open(new Kind(files));
        expect(again.complaints, where).toEqual([]);
        expect(again.store.get(id)!.label, where).toBe('run 40');
        expect(await again.store.content(id)).toEqual(content);
        expect([...files.keys()].filter((path) => /^(aside|trash)\//.test(path)), where).toEqual([]);
        after.dispose();
        again.store.dispose();
      }
    }
    // Where a rename is a copy, half a file did come under a run's name, and was told from a whole one.
    if (Kind === PageFiles) expect(torn).toBeGreaterThan(5);
    else expect(torn).toBe(0);
  }, 60_000);

  it('keeps what ends at the same time when the page ends in between: each run whole or not there', async () => {
    const counting = new Kind(new Map());
    const many = async (files: HistoryFiles): Promise<Map<string, number>> => {
      const kept = new Map<string, number>();
      const { store } = await open(files);
      await Promise.all(Array.from({ length: 5 }, async (_, n) => {
        const { run, text, content } = madeRun(n);
        const entry = await store.keep(run, text, () => content).catch(() => null);
        if (entry) kept.set(entry.id, n);
      }));
      store.dispose();
      return kept;
    };
    await many(counting);
    for (let last = 1; last <= counting.changes; last++) {
      for (const end of ['before', 'unsaid', 'torn'] as const) {
        const files: Files = new Map();
        const kept = await many(new Kind(files, last, end));
        const { store } = await open(new Kind(files));
        for (const [id, n] of kept) expect(store.get(id)?.label, `change ${last}, ${end}`).toBe(`run ${n}`);
        for (const entry of store.list()) {
          const made = madeRun(Number(entry.label.slice(4)));
          expect(await store.content(entry.id)).toEqual(made.content);
          expect(await store.text(entry)).toBe(made.text);
        }
        store.dispose();
      }
    }
  }, 30_000);
});
}
