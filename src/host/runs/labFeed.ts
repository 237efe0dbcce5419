import { evaluations } from '../../core/training/evaluation';
import type { HostMessage } from '../../protocol/lab';
import { toLabRun } from './labRun';
import { progressText } from './progress';
import { seriesKey, type Run } from './run';
import type { ExperimentSession } from './session';

/** Shortest time between two pictures of running runs. */
const INTERVAL = 100;
/** At most this part of the time goes into pictures: after one that took long to deliver, the next waits so much longer. */
const SHARE = 1 / 4;
/** Longest pause between two pictures, and longest wait for a delivery: a page that is taken down answers nothing. */
const PATIENCE = 2000;
/** First look at runs that just began: those that end before are shown whole, without an empty picture in between. */
const FIRST_LOOK = 60;

/** Tells one page of a session's runs, at most ten times a second while they go, as fast as the page takes them, and at once when they end. */
export class LabFeed {
  private readonly dirty = new Set<Run>();
  private all = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sentAt = 0;
  private live = false;
  /** Counts pictures under way, so that a late delivery is not taken for that of a later one. */
  private picture = 0;
  private interval = INTERVAL;
  private delivering = false;
  private readonly stop: () => void;

  constructor(private readonly session: ExperimentSession, private readonly post: (message: HostMessage) => PromiseLike<unknown> | void) {
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
    this.delivering = false;
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
    const evaluation = evaluationMessage(this.session);
    if (evaluation) void this.post(evaluation);
    const delivered = this.post(progressMessage(this.session));
    if (delivered) this.pace(delivered);
  }

  /** Messages arrive in order: once the last is delivered, so is the picture before it. */
  private pace(delivered: PromiseLike<unknown>): void {
    const picture = ++this.picture;
    const began = this.sentAt;
    this.delivering = true;
    const taken = () => {
      clearTimeout(patience);
      if (picture !== this.picture || !this.delivering) return;
      this.delivering = false;
      this.interval = Math.min(PATIENCE, Math.max(INTERVAL, (Date.now() - began) / SHARE));
      if (this.live && (this.all || this.dirty.size > 0)) this.schedule(this.interval);
    };
    const patience = setTimeout(taken, PATIENCE);
    delivered.then(taken, taken);
  }

  dispose(): void {
    this.pause();
    this.stop();
  }

  private schedule(delay: number): void {
    if (this.timer !== undefined || this.delivering) return;
    this.timer = setTimeout(() => this.flush(), Math.max(delay, this.sentAt + this.interval - Date.now()));
  }
}

/** How far to trust the scores, where the experiment asks for it. */
export function evaluationMessage(session: ExperimentSession): HostMessage | null {
  const asked = session.experiment?.variants.some(({ model }) => model && (model.folds > 0 || model.bootstrapRounds > 0 || model.boosting));
  if (!asked) return null;
  const ended = session.runs.flatMap(({ trial, summary, stale }) => (trial.kind === 'model' && summary && !stale ? [{ trial, summary }] : []));
  const keys = new Map(ended.map(({ trial }) => [`${trial.variant}\0${trial.label}`, seriesKey(trial)]));
  return { type: 'evaluation', evaluation: evaluations(ended).map((each) => ({ ...each, seriesKey: keys.get(`${each.variant}\0${each.label}`) ?? '' })) };
}

export function progressMessage(session: ExperimentSession): HostMessage {
  return { type: 'progress', ...progressText(session) };
}
