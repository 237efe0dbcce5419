import type { RunRecord } from '../core/training/trial';

/**
 * `rows` on their way at most. A thread hands all the messages that lie ready to its listener before anything else has its turn: a run
 * faster than its host would hold the host's event loop as long as it lasts.
 */
const ON_THEIR_WAY = 4;
/** … of a long run, whose messages take the host a millisecond each: those of two workers still leave its turn short. */
const LARGE_ON_THEIR_WAY = 1;
/** Rows of a large message. */
const LARGE = 8192;

/** How many earlier messages may be untaken when one more goes out after this one. */
export function allowedOnTheirWay(record: RunRecord): number {
  return record.rows > LARGE ? LARGE_ON_THEIR_WAY : ON_THEIR_WAY;
}

/**
 * The rows of one run on their way to a host that shares no memory and says by messages what it has taken. What is too much waits here; the
 * run makes no more of it meanwhile (`held`). A host that cannot keep up would else have a queue before every other message: a cancel was heard after half a
 * minute, and the queue took all memory.
 */
export class Outbox {
  private readonly waiting: RunRecord[] = [];
  private untaken = 0;
  private most = ON_THEIR_WAY;
  private open = false;
  private wake: (() => void) | null = null;

  constructor(private readonly send: (record: RunRecord) => void) {}

  /** Rows wait for the host. */
  get held(): boolean {
    return this.waiting.length > 0;
  }

  push(record: RunRecord): void {
    this.waiting.push(record);
    this.pass();
  }

  /** The host has taken so many more messages. */
  taken(count: number): void {
    this.untaken = Math.max(0, this.untaken - count);
    this.pass();
  }

  /** The run is cancelled: nothing is held back any more. */
  release(): void {
    this.open = true;
    this.pass();
  }

  /** Resolves once nothing waits here. One caller at a time. */
  empty(): Promise<void> {
    return this.held ? new Promise((resolve) => { this.wake = resolve; }) : Promise.resolve();
  }

  private pass(): void {
    while (this.waiting.length > 0 && (this.open || this.untaken <= this.most)) {
      const record = this.waiting.shift()!;
      this.untaken++;
      this.most = allowedOnTheirWay(record);
      this.send(record);
    }
    if (this.held || !this.wake) return;
    const { wake } = this;
    this.wake = null;
    wake();
  }
}
