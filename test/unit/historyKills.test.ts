import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HistoryStore } from '../../src/host/history/store';
import { madeRun } from './historyFixtures';
import { folderFiles } from './historyFolder';

/** HISTORY_KILLS=200 for the long version. */
const KILLS = Number(process.env.HISTORY_KILLS ?? 8);
const ALL = { runs: 1e9, bytes: 1e15 };

let work: string;
let writer: string;

beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), 'gdexp-history-'));
  writer = path.join(work, 'writer.cjs');
  await build({ entryPoints: [path.join(import.meta.dirname, 'historyWriter.ts')], bundle: true, platform: 'node', format: 'cjs', outfile: writer, logLevel: 'error' });
});
afterAll(() => rm(work, { recursive: true, force: true }));

interface Life {
  /** Number and id of each run that the program said it had kept. */
  readonly said: readonly { readonly n: number; readonly id: string }[];
  readonly complaints: string;
}

/** Lets a writer live until `patience` ms after its first word, then kills it with a signal that it cannot notice. */
function lifeOf(folder: string, from: number, most: number, patience: number): Promise<Life> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, folder, String(from), String(most)], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let complaints = '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
      timer ??= setTimeout(() => child.kill('SIGKILL'), patience);
    });
    child.stderr.on('data', (data: Buffer) => { complaints += data.toString(); });
    child.on('error', reject);
    child.on('close', (_code, signal) => {
      clearTimeout(timer);
      if (signal !== 'SIGKILL') reject(new Error(`the writer ended by itself: ${complaints}`));
      const lines = output.split('\n').slice(0, -1);
      resolve({ said: lines.map((line) => ({ n: Number(line.split(' ')[0]), id: line.split(' ')[1] })), complaints });
    });
  });
}

async function opened(folder: string, limits = ALL): Promise<{ store: HistoryStore; complaints: string[] }> {
  const complaints: string[] = [];
  const store = new HistoryStore(folderFiles(folder), { limits: () => limits, log: (_level, message) => complaints.push(message) });
  await store.open();
  return { store, complaints };
}

describe('The history, killed at any moment', () => {
  it(`loses nothing that it said was kept, ${KILLS} kills in one folder`, async () => {
    const folder = path.join(work, 'one');
    const said = new Map<string, number>();
    let from = 0;
    let torn = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const life = await lifeOf(folder, from, 1e9, Math.random() * 60);
      for (const { n, id } of life.said) said.set(id, n);
      from = (life.said.at(-1)?.n ?? from) + 1;
      const { store, complaints } = await opened(folder);
      const listed = new Set(store.list().map(({ id }) => id));
      const lost = [...said.keys()].filter((id) => !listed.has(id));
      expect(lost, `after kill ${kill + 1}`).toEqual([]);
      // At most the one in progress may be there besides: written, but not said yet.
      expect(listed.size - said.size).toBeLessThanOrEqual(kill + 1);
      expect(complaints).toEqual([]);
      // What was said last is whole, to the bit.
      for (const { n, id } of life.said.slice(-2)) expect(await store.content(id)).toEqual(madeRun(n).content);
      for (const entry of store.list().slice(0, 3)) expect(await store.text(entry)).toMatch(/^\{ "gdexp": 1, "seed": \d \}$/);
      torn += (await readdir(path.join(folder, 'aside')).catch(() => [])).length > torn ? 1 : 0;
      store.dispose();
    }
    const { store } = await opened(folder);
    for (const { id, label } of store.list()) expect((await store.content(id)).trial.label).toBe(label);
    if (process.env.HISTORY_KILLS) console.log(`${KILLS} kills, ${said.size} runs said to be kept, 0 lost; ${store.list().length - said.size} kept but not yet said; ${torn} kills hit a half-written file`);
  }, 1000 * KILLS + 30_000);

  it('lets two writers share a folder while one is killed and both delete what is over the limit', async () => {
    const folder = path.join(work, 'two');
    for (let kill = 0; kill < Math.max(2, KILLS / 8); kill++) {
      const [first, second] = await Promise.all([lifeOf(folder, 1000 * kill, 25, 30 + Math.random() * 60), lifeOf(folder, 1000 * kill + 500, 25, 120)]);
      const { store, complaints } = await opened(folder);
      expect(complaints).toEqual([]);
      const said = [...first.said, ...second.said];
      const newest = said.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, 10);
      const listed = new Set(store.list().map(({ id }) => id));
      expect(newest.filter(({ id }) => !listed.has(id))).toEqual([]);
      for (const { n, id } of newest) expect(await store.content(id)).toEqual(madeRun(n).content);
      store.dispose();
    }
  }, 1000 * KILLS + 30_000);
});
