import type { Edits } from './edit';

/**
 * Sends previews no faster than they are answered: at most one is in flight, at most one an animation frame leaves, and of those
 * that wait only the newest is sent.
 */
export class PreviewQueue {
  private waiting: Edits | null = null;
  private inFlight = false;
  private frame: number | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param giveUp milliseconds after which an unanswered preview no longer holds the next one back. */
  constructor(private readonly transmit: (edits: Edits) => void, private readonly giveUp = 2000) {}

  push(edits: Edits): void {
    this.waiting = edits;
    this.schedule();
  }

  /** The preview in flight was answered. */
  answered(): void {
    clearTimeout(this.timer);
    this.inFlight = false;
    this.schedule();
  }

  /** Forgets what waits and what is in flight. */
  clear(): void {
    clearTimeout(this.timer);
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.frame = null;
    this.waiting = null;
    this.inFlight = false;
  }

  private schedule(): void {
    if (this.inFlight || this.frame !== null || this.waiting === null) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = null;
      if (this.inFlight || this.waiting === null) return;
      const edits = this.waiting;
      this.waiting = null;
      this.inFlight = true;
      this.timer = setTimeout(() => this.answered(), this.giveUp);
      this.transmit(edits);
    });
  }
}
