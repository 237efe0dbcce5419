import type { LabGhost } from '../../protocol/lab';
import type { ListedEntry } from '../history/entry';
import { revive } from '../history/keptRun';
import { fileName } from '../history/runTree';
import { sha256, type HistoryStore } from '../history/store';
import { Emitter } from '../runs/emitter';
import type { Run } from '../runs/run';
import { ghostOf } from './ghost';

/** Ghosts at the same time: more could not be told apart. */
export const GHOSTS_MOST = 8;
const SAVED = 'gdexp.ghosts';

/** What remembers between windows which runs are ghosts: VS Code's memento of the workspace. */
export interface GhostMemory {
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** A pinned run with the address of its experiment. */
export interface Ghost extends Omit<LabGhost, 'here'> {
  readonly experiment: string;
}

export type PinOutcome = 'pinned' | 'already' | 'full' | 'running' | 'gone';

interface Saved {
  readonly entry: string;
  /** It was pinned in the history for being a ghost, and not by a person besides. */
  readonly own: boolean;
}

interface Held {
  readonly ghost: ReturnType<typeof ghostOf>;
  experiment: string;
  /** Of the history; null while it holds the run not (yet). */
  entry: string | null;
  own: boolean;
  /** Was deleted from the history; Undo brings it back. */
  deleted: boolean;
  /** SHA-256 of the trial's key, and how long it took: together they tell a run from all others. */
  readonly key: string;
  readonly seconds: number;
}

/**
 * Runs that are shown behind the runs of every experiment. One that the history keeps is pinned there and comes back with the next
 * window; one that it does not keep is held in memory. A run that leaves the history leaves the ghosts.
 */
export class GhostService {
  private held: Held[] = [];
  private queue: Promise<unknown> = Promise.resolve();
  private opened: Promise<void> | undefined;
  private counter = 0;
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;
  private end: (() => void) | undefined;

  constructor(private readonly store: HistoryStore, private readonly memory: GhostMemory, private readonly log: { warn(message: string): void }) {}

  /** Reads what was pinned in earlier windows; further calls wait for the first. */
  open(): Promise<void> {
    return (this.opened ??= this.inTurn(async () => {
      await this.store.open().catch(() => undefined);
      const saved = this.memory.get<readonly Saved[]>(SAVED);
      for (const { entry, own } of Array.isArray(saved) ? (saved as readonly Saved[]).slice(0, GHOSTS_MOST) : []) {
        const listed = this.store.get(entry);
        const held = listed && (await this.read(listed, own));
        if (held) this.held.push(held);
      }
      this.end = this.store.onDidChange(() => void this.inTurn(() => this.follow()));
      if (this.list.length > 0) this.changed.fire();
    }));
  }

  /** In the order of pinning. */
  get list(): readonly Ghost[] {
    return this.shown.map(({ ghost, experiment, entry }) => ({ ...ghost, experiment, file: fileName(experiment), kept: entry !== null }));
  }

  /** Ids of the history's runs that are ghosts. */
  get entries(): ReadonlySet<string> {
    return new Set(this.shown.flatMap(({ entry }) => entry ?? []));
  }

  /** @param experiment address of its file */
  async pin(run: Run, experiment: string): Promise<PinOutcome> {
    await this.open();
    return this.inTurn(async () => {
      const { summary } = run;
      if (!summary) return 'running';
      const key = await sha256(run.key);
      const { seconds } = summary;
      if (this.shown.some((held) => held.key === key && held.seconds === seconds && held.experiment === experiment)) return 'already';
      if (this.shown.length >= GHOSTS_MOST) return 'full';
      this.held.push({ ghost: ghostOf(run, `held-${++this.counter}`), experiment, entry: null, own: false, deleted: false, key, seconds });
      this.changed.fire();
      await this.follow();
      return 'pinned';
    });
  }

  async pinKept(entry: Pick<ListedEntry, 'id'>): Promise<PinOutcome> {
    await this.open();
    return this.inTurn(async () => {
      const listed = this.store.get(entry.id);
      if (!listed) return 'gone';
      if (this.entries.has(listed.id)) return 'already';
      if (this.shown.length >= GHOSTS_MOST) return 'full';
      const held = await this.read(listed, !listed.pinned);
      if (!held) return 'gone';
      this.held = [...this.held.filter((other) => other.entry !== listed.id), held];
      this.changed.fire();
      await this.save();
      if (held.own) await this.store.pin([listed.id], true);
      return 'pinned';
    });
  }

  /** @param ids of ghosts; null: all of them */
  async remove(ids: readonly string[] | null): Promise<void> {
    await this.open();
    await this.inTurn(async () => {
      const gone = this.held.filter(({ ghost, deleted }) => !deleted && (ids === null || ids.includes(ghost.id)));
      if (gone.length === 0) return;
      this.held = this.held.filter((held) => !gone.includes(held));
      this.changed.fire();
      await this.save();
      const own = gone.flatMap(({ entry, own: pinned }) => (entry && pinned ? [entry] : []));
      if (own.length > 0) await this.store.pin(own, false);
    });
  }

  dispose(): void {
    this.end?.();
  }

  private get shown(): readonly Held[] {
    return this.held.filter(({ deleted }) => !deleted);
  }

  /** One after the other: what is asked for quickly in a row must not pass the limit together. */
  private inTurn<T>(body: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(body);
    this.queue = turn.catch((error: unknown) => this.log.warn(`ghosts: ${String(error)}`));
    return turn;
  }

  private async read(entry: ListedEntry, own: boolean): Promise<Held | null> {
    try {
      const run = revive(entry, await this.store.content(entry.id));
      return { ghost: ghostOf(run, entry.id), experiment: entry.experiment, entry: entry.id, own, deleted: false, key: entry.key, seconds: entry.seconds };
    } catch (error) {
      this.log.warn(`ghost ${entry.id}: ${String(error)}`);
      return null;
    }
  }

  /** The history changed: it may keep a run by now that was only held, or have lost one, or know its file by another name. */
  private async follow(): Promise<void> {
    if (this.held.length === 0) return;
    const list = this.store.list();
    const entries = new Map(list.map((entry) => [entry.id, entry]));
    const taken = new Set(this.held.flatMap(({ entry }) => entry ?? []));
    const toPin: string[] = [];
    let different = false;
    let found = false;
    for (const held of this.held) {
      if (held.entry === null) {
        const kept = list.find((entry) => entry.key === held.key && entry.seconds === held.seconds && !taken.has(entry.id));
        if (!kept) continue;
        held.entry = kept.id;
        held.own = !kept.pinned;
        taken.add(kept.id);
        if (held.own) toPin.push(kept.id);
        different = found = true;
        continue;
      }
      const entry = entries.get(held.entry);
      if (held.deleted !== !entry) {
        held.deleted = !entry;
        different = true;
      }
      if (entry && entry.experiment !== held.experiment) {
        held.experiment = entry.experiment;
        different = true;
      }
    }
    // A deleted one that comes back must not be one too many.
    for (const surplus of this.shown.slice(GHOSTS_MOST)) this.held = this.held.filter((held) => held !== surplus);
    if (different) this.changed.fire();
    if (found) await this.save();
    if (toPin.length > 0) await this.store.pin(toPin, true);
  }

  private async save(): Promise<void> {
    await this.memory.update(SAVED, this.held.flatMap(({ entry, own }): Saved[] => (entry === null ? [] : [{ entry, own }])));
  }
}
