import type { HostMessage } from '../../protocol/lab';
import { toLabRun } from './labRun';
import { progressText } from './progress';
import type { Run } from './run';
import type { ExperimentSession } from './session';

/** Shortest time between two pictures of running runs. */
const INTERVAL = 100;
/** First look at runs that just began: those that end before are shown whole, without an empty picture in between. */
const FIRST_LOOK = 60;

/** Tells one page of a session's runs, at most ten times a second while they go and at once when they end. */
export class LabFeed {
  private readonly dirty = new Set<Run>();
  private all = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sentAt = 0;
  private live = false;
  private readonly stop: () => void;

  constructor(private readonly session: ExperimentSession, private readonly post: (message: HostMessage) => void) {
    this.stop = session.onDidChange((change) => {
      if (!this.live) return;
      switch (change.kind) {
        case 'replaced':
          this.all = true;
          this.schedule(FIRST_LOOK);
          break;
        case 'progressed':
          this.dirty.add(change.run);
          this.schedule(INTERVAL);
          break;
        case 'settled':
          this.flush();
          break;
        case 'preview':
          this.post({ type: 'runs', runs: this.session.preview.map(toLabRun) });
          break;
      }
    });
  }

  /** The page can hear: from here on it is told of changes. What is there already the caller sends. */
  start(): void {
    this.live = true;
    this.dirty.clear();
    this.all = false;
  }

  /** The page is hidden: messages to it would be lost. */
  pause(): void {
    this.live = false;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Sends what changed now. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.live) return;
    this.sentAt = Date.now();
    if (this.all) this.post({ type: 'runs', runs: this.session.runs.map(toLabRun) });
    else if (this.dirty.size > 0) {
      const current = new Set(this.session.runs);
      this.post({ type: 'run', runs: [...this.dirty].filter((run) => current.has(run)).map(toLabRun) });
    }
    this.all = false;
    this.dirty.clear();
    this.post(progressMessage(this.session));
  }

  dispose(): void {
    this.pause();
    this.stop();
  }

  private schedule(delay: number): void {
    if (this.timer !== undefined) return;
    this.timer = setTimeout(() => this.flush(), Math.max(delay, this.sentAt + INTERVAL - Date.now()));
  }
}

export function progressMessage(session: ExperimentSession): HostMessage {
  return { type: 'progress', ...progressText(session) };
}
