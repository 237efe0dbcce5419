import { Emitter } from '../runs/emitter';
import { isEntry, type HistoryEntry, type KeptContent, type ListedEntry } from './entry';
import type { HistoryFiles } from './files';
import { decodeData, encodeData } from './plainData';
import { compress, DamagedFile, decompress, joinSections, NewerFile, splitSections } from './sections';

export interface HistoryLimits {
  readonly runs: number;
  readonly bytes: number;
}

export interface StoreOptions {
  readonly limits: () => HistoryLimits;
  readonly log: (level: 'debug' | 'warn', message: string) => void;
  readonly now?: () => number;
}

export type RunToKeep = Omit<HistoryEntry, 'id' | 'text' | 'textBytes'>;

const INDEX = 'index';
const RUN_FILE = /^([0-9a-z]{9}-[0-9a-f]{12})\.run$/;
/** A record is thinned to about a megabyte before it is kept; snapshots and unknown fields may come to more. */
const CONTENT_MOST = 256 * 2 ** 20;
const TEXT_MOST = 64 * 2 ** 20;
/** What another window may be in the midst of writing is younger than this, milliseconds. */
const FRESH = 3_600_000;
const INDEX_DELAY = 2000;
const READERS = 8;
/** Runs that are written at the same time. */
const WRITERS = 8;

interface KeptText {
  /** That its file takes. */
  readonly bytes: number;
  readonly written: Promise<void>;
}

/**
 * Finished runs on disk, a file a run. A file is written aside and renamed, never changed after, and carries checksums: whoever is killed
 * in the middle leaves either no file or a whole one. Several windows may use one folder: files of runs have names that no other window
 * makes, texts are named by their content, pins are empty files, and the index can be rebuilt from the rest.
 *
 * runs/ID.run  texts/SHA256  pins/ID  moves/ID (an experiment's file was renamed)  trash/ (deleted a moment ago)  aside/ (half-written)  index
 */
export class HistoryStore {
  private readonly entries = new Map<string, { entry: HistoryEntry; bytes: number }>();
  private pins = new Set<string>();
  private moves: { readonly id: string; readonly from: string; readonly to: string }[] = [];
  private listed: readonly ListedEntry[] | null = null;
  private queue: Promise<unknown> = Promise.resolve();
  private indexTimer: ReturnType<typeof setTimeout> | undefined;
  private opened: Promise<void> | undefined;
  private readonly writers: Promise<unknown>[] = [];
  private nextSlot = 0;
  private lastTime = 0;
  private readonly writingTexts = new Map<string, Promise<KeptText>>();
  private readonly changed = new Emitter<void>();
  /** The list is another. */
  readonly onDidChange = this.changed.event;
  private readonly now: () => number;

  constructor(private readonly files: HistoryFiles, private readonly options: StoreOptions) {
    this.now = options.now ?? Date.now;
  }

  /** Reads what there is; further calls wait for the first. */
  open(): Promise<void> {
    return (this.opened ??= this.inTurn(async () => {
      await this.read(await this.readIndex());
      await this.sweep();
    }));
  }

  /** Newest first. Of the experiments, their present addresses. */
  list(): readonly ListedEntry[] {
    return (this.listed ??= [...this.entries.values()]
      .map(({ entry, bytes }) => ({ ...entry, experiment: this.presentAddress(entry), bytes, pinned: this.pins.has(entry.id) }))
      .sort((a, b) => (a.id < b.id ? 1 : -1)));
  }

  get(id: string): ListedEntry | undefined {
    return this.list().find((entry) => entry.id === id);
  }

  /**
   * Keeps a run. Once the promise resolves it outlives this program.
   * @param content made when its turn comes: of a thousand runs that end at once not all lie in memory.
   */
  keep(run: RunToKeep, text: string, content: () => KeptContent): Promise<HistoryEntry> {
    const id = this.newId();
    const slot = this.nextSlot++ % WRITERS;
    const turn = (this.writers[slot] ?? Promise.resolve()).then(async () => {
      await this.open();
      const hash = await sha256(text);
      const keptText = await this.keepText(hash, text);
      if (!this.files.writeWhole) await keptText.written;
      const entry: HistoryEntry = { ...run, id, text: hash, textBytes: keptText.bytes };
      const bytes = joinSections([encodeData(entry), await compress(encodeData(content()))]);
      await Promise.all([keptText.written, this.writeWhole(`runs/${id}.run`, bytes)]);
      // Another window may have swept the text away as no longer needed.
      if (!(await this.files.stat(`texts/${hash}`))) await this.writeWhole(`texts/${hash}`, await packText(text));
      return this.inTurn(async () => {
        this.entries.set(id, { entry, bytes: bytes.length });
        await this.enforceLimits();
        this.tell();
        return entry;
      });
    });
    this.writers[slot] = turn.catch(() => undefined);
    return turn;
  }

  /** Writes the text where no run that is known has it; runs that end together wait for one writing. */
  private keepText(hash: string, text: string): Promise<KeptText> {
    const known = [...this.entries.values()].find(({ entry }) => entry.text === hash);
    if (known) return Promise.resolve({ bytes: known.entry.textBytes, written: Promise.resolve() });
    let going = this.writingTexts.get(hash);
    if (!going) {
      going = packText(text).then((bytes) => {
        const written = this.writeWhole(`texts/${hash}`, bytes).finally(() => this.writingTexts.delete(hash));
        // Whoever waits for it is told; nobody has to.
        written.catch(() => undefined);
        return { bytes: bytes.length, written };
      });
      this.writingTexts.set(hash, going);
    }
    return going;
  }

  /** @throws DamagedFile, NewerFile, or where the run is no longer there. */
  async content(id: string): Promise<KeptContent> {
    const [, content] = splitSections(await this.files.read(`runs/${id}.run`));
    if (!content) throw new DamagedFile('cut short');
    return decodeData(await decompress(content, CONTENT_MOST)) as KeptContent;
  }

  /** The text of the experiment as it was; null where it is lost. */
  async text(entry: Pick<HistoryEntry, 'text'>): Promise<string | null> {
    try {
      const [text] = splitSections(await this.files.read(`texts/${entry.text}`));
      return new TextDecoder().decode(await decompress(text, TEXT_MOST));
    } catch (error) {
      this.options.log('warn', `the text of a kept run cannot be read: ${String(error)}`);
      return null;
    }
  }

  pin(ids: readonly string[], pinned: boolean): Promise<void> {
    return this.inTurn(async () => {
      for (const id of ids) {
        if (!this.entries.has(id)) continue;
        if (pinned) await this.files.write(`pins/${id}`, new Uint8Array(0));
        else await this.files.delete(`pins/${id}`);
        if (pinned) this.pins.add(id);
        else this.pins.delete(id);
      }
      await this.enforceLimits();
      this.tell();
    });
  }

  /** Takes runs out of the list; `restore` brings them back until the history is opened anew an hour later. */
  delete(ids: readonly string[]): Promise<void> {
    return this.inTurn(async () => {
      for (const id of ids) if (this.entries.has(id)) await this.discard(id);
      this.tell();
    });
  }

  restore(ids: readonly string[]): Promise<void> {
    return this.inTurn(async () => {
      for (const id of ids) await this.files.rename(`trash/${id}.run`, `runs/${id}.run`).catch(() => undefined);
      await this.read(null);
      this.tell();
    });
  }

  /** An experiment's file has another address: its runs go along. */
  move(from: string, to: string): Promise<void> {
    return this.inTurn(async () => {
      if (!this.list().some((entry) => entry.experiment === from)) return;
      const id = this.newId();
      await this.writeWhole(`moves/${id}`, joinSections([encodeData({ from, to })]));
      this.moves.push({ id, from, to });
      this.tell();
    });
  }

  /** Learns what other windows did meanwhile. */
  refresh(): Promise<void> {
    return this.inTurn(async () => {
      if (await this.read(null)) this.tell();
    });
  }

  /** Deletes what is over the limits, the oldest first; pinned runs stay, and do not count. */
  applyLimits(): Promise<void> {
    return this.inTurn(async () => {
      if (await this.enforceLimits()) this.tell();
    });
  }

  /** Writes the index now. Nothing is lost without it: the next opening takes longer. */
  async flush(): Promise<void> {
    clearTimeout(this.indexTimer);
    this.indexTimer = undefined;
    await Promise.all(this.writers);
    await this.inTurn(() => this.writeIndex());
  }

  dispose(): void {
    clearTimeout(this.indexTimer);
  }

  /** Of the runs' files and of the texts that they need, each once. */
  private bytesOf(ids: readonly string[]): number {
    const texts = new Map<string, number>();
    let sum = 0;
    for (const id of ids) {
      const { entry, bytes } = this.entries.get(id)!;
      sum += bytes;
      texts.set(entry.text, entry.textBytes);
    }
    for (const bytes of texts.values()) sum += bytes;
    return sum;
  }

  /** Sorts after all that this window made before, also within a millisecond. */
  private newId(): string {
    this.lastTime = Math.max(this.now(), this.lastTime + 1);
    const chance = [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return `${this.lastTime.toString(36).padStart(9, '0')}-${chance}`;
  }

  private inTurn<T>(body: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(body);
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private tell(): void {
    this.listed = null;
    this.indexTimer ??= setTimeout(() => void this.flush().catch((error: unknown) => this.options.log('warn', `index: ${String(error)}`)), INDEX_DELAY);
    this.changed.fire();
  }

  private presentAddress(entry: HistoryEntry): string {
    return this.moves.reduce((address, { id, from, to }) => (entry.id < id && address === from ? to : address), entry.experiment);
  }

  private async writeWhole(path: string, bytes: Uint8Array): Promise<void> {
    if (this.files.writeWhole) return this.files.writeWhole(path, bytes);
    const aside = `aside/${this.newId()}`;
    await this.files.write(aside, bytes);
    await this.files.rename(aside, path);
  }

  private async discard(id: string): Promise<void> {
    await this.files.rename(`runs/${id}.run`, `trash/${id}.run`).catch(() => undefined);
    await this.files.delete(`pins/${id}`);
    this.entries.delete(id);
    this.pins.delete(id);
  }

  /** Pinned runs do not count: else a history full of them would have no place for the next run. */
  private async enforceLimits(): Promise<boolean> {
    const limits = this.options.limits();
    const loose = [...this.entries.keys()].filter((id) => !this.pins.has(id)).sort();
    let went = false;
    while (loose.length > 0 && (loose.length > limits.runs || this.bytesOf(loose) > limits.bytes)) {
      const oldest = loose.shift()!;
      await this.files.delete(`runs/${oldest}.run`);
      this.entries.delete(oldest);
      went = true;
    }
    return went;
  }

  /** Takes the folder's state over. @returns whether the list changed. */
  private async read(index: ReadonlyMap<string, { entry: HistoryEntry; bytes: number }> | null): Promise<boolean> {
    const [runs, pins, moves] = await Promise.all([this.files.list('runs'), this.files.list('pins'), this.files.list('moves')]);
    const present = new Set(runs.flatMap((name) => RUN_FILE.exec(name)?.[1] ?? []));
    let changed = false;
    for (const id of [...this.entries.keys()]) {
      if (present.has(id)) continue;
      this.entries.delete(id);
      changed = true;
    }
    const fresh = [...present].filter((id) => !this.entries.has(id));
    const unknown = fresh.filter((id) => {
      const indexed = index?.get(id);
      if (indexed) this.entries.set(id, indexed);
      return !indexed;
    });
    const readers = Array.from({ length: READERS }, async () => {
      for (let id = unknown.pop(); id !== undefined; id = unknown.pop()) await this.readRun(id);
    });
    await Promise.all(readers);
    const before = this.pins;
    this.pins = new Set(pins.filter((id) => this.entries.has(id)));
    const knownMoves = new Set(this.moves.map(({ id }) => id));
    for (const id of [...moves].sort()) if (!knownMoves.has(id)) await this.readMove(id);
    this.listed = null;
    return changed || fresh.some((id) => this.entries.has(id)) || before.size !== this.pins.size || [...this.pins].some((id) => !before.has(id)) || this.moves.length !== knownMoves.size;
  }

  private async readRun(id: string): Promise<void> {
    const path = `runs/${id}.run`;
    try {
      const bytes = await this.files.read(path);
      const sections = splitSections(bytes);
      if (sections.length < 2) throw new DamagedFile('cut short');
      const entry = decodeData(sections[0]);
      if (!isEntry(entry) || entry.id !== id) throw new DamagedFile('another entry than its name says');
      this.entries.set(id, { entry, bytes: bytes.length });
    } catch (error) {
      if (error instanceof NewerFile) return;
      this.options.log('warn', `a kept run cannot be read: ${id}, ${String(error)}`);
      await this.dropDamaged(path, error);
    }
  }

  /** A file system whose rename copies shows a part of what another window is writing: only an old file is damaged for good. */
  private async dropDamaged(path: string, error: unknown): Promise<void> {
    const stat = await this.files.stat(path);
    if (error instanceof DamagedFile && stat && this.now() - stat.changed > FRESH) await this.files.delete(path);
  }

  private async readMove(id: string): Promise<void> {
    try {
      const { from, to } = decodeData(splitSections(await this.files.read(`moves/${id}`))[0]) as { from: string; to: string };
      if (typeof from === 'string' && typeof to === 'string') this.moves.push({ id, from, to });
      this.moves.sort((a, b) => (a.id < b.id ? -1 : 1));
    } catch (error) {
      if (error instanceof NewerFile) return;
      this.options.log('warn', `a renaming of the history cannot be read: ${String(error)}`);
      await this.dropDamaged(`moves/${id}`, error);
    }
  }

  private async readIndex(): Promise<ReadonlyMap<string, { entry: HistoryEntry; bytes: number }> | null> {
    try {
      const [section] = splitSections(await this.files.read(INDEX));
      const list = decodeData(await decompress(section, TEXT_MOST)) as readonly { entry: HistoryEntry; bytes: number }[];
      return new Map(list.filter(({ entry }) => isEntry(entry)).map((each) => [each.entry.id, each]));
    } catch {
      return null;
    }
  }

  private async writeIndex(): Promise<void> {
    await this.writeWhole(INDEX, joinSections([await compress(encodeData([...this.entries.values()]))]));
  }

  /** Deletes what nothing needs any more and no window can be in the midst of. */
  private async sweep(): Promise<void> {
    const old = async (path: string): Promise<boolean> => {
      const stat = await this.files.stat(path);
      return stat !== null && this.now() - stat.changed > FRESH;
    };
    for (const folder of ['aside', 'trash']) {
      for (const name of await this.files.list(folder)) if (await old(`${folder}/${name}`)) await this.files.delete(`${folder}/${name}`);
    }
    for (const { id } of this.moves) if (![...this.entries.keys()].some((run) => run < id) && (await old(`moves/${id}`))) await this.files.delete(`moves/${id}`);
    const needed = (): ReadonlySet<string> => new Set([...this.entries.values()].map(({ entry }) => entry.text));
    const before = needed();
    const orphans: string[] = [];
    for (const hash of await this.files.list('texts')) if (!before.has(hash) && (await old(`texts/${hash}`))) orphans.push(hash);
    if (orphans.length === 0) return;
    for (const hash of orphans) await this.files.rename(`texts/${hash}`, `trash/${hash}`).catch(() => undefined);
    // A run that another window kept in between may need one after all.
    await this.read(null);
    const after = needed();
    for (const hash of orphans) {
      if (after.has(hash)) await this.files.rename(`trash/${hash}`, `texts/${hash}`).catch(() => undefined);
      else await this.files.delete(`trash/${hash}`);
    }
  }
}

async function packText(text: string): Promise<Uint8Array> {
  return joinSections([await compress(new TextEncoder().encode(text))]);
}

/** In hexadecimal. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
