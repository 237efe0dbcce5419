import * as l10n from '@vscode/l10n';
import type { LabRun } from '../../src/protocol/lab';
import { lastAt } from '../charts/paths';
import type { LabStore } from '../state/types';

/** A question waits this long, so that a timeline that is dragged asks for where it rests, not for every place it passed. */
const SETTLE_MS = 40;

/** One kind of question to a trained network: the newest is asked when the last is answered, and an answer stands until the next is there. */
export class Question<T> {
  answer: T | null = null;
  /** Why the newest question has no answer; empty where it has one or none was asked. */
  trouble = '';
  private key = '';
  private next: (() => Promise<T>) | null = null;
  private busy = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param arrived called when there is something new to show. */
  constructor(private readonly arrived: () => void) {}

  /** What to say in place of an answer; null where there is one. A run that has only begun has no weights yet: then the old picture stays. */
  insteadOf(running: boolean): string | null {
    if (this.answer !== null && (running || this.trouble === '')) return null;
    if (this.trouble !== '') return running ? l10n.t('Waiting for the first weights …') : this.trouble;
    return l10n.t('Asking the network …');
  }

  /** Asks, unless the same was asked last. @param key equal for equal answers. */
  want(key: string, ask: () => Promise<T>): void {
    if (key === this.key) return;
    this.key = key;
    this.next = ask;
    if (!this.busy && this.timer === undefined) this.timer = setTimeout(() => void this.go(), this.answer === null ? 0 : SETTLE_MS);
  }

  /** Takes the answer away: what it was about is no more. */
  forget(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.next = null;
    this.key = '';
    this.answer = null;
    this.trouble = '';
  }

  private async go(): Promise<void> {
    this.timer = undefined;
    const { next, key } = this;
    this.next = null;
    if (!next) return;
    this.busy = true;
    try {
      const answer = await next();
      // Forgotten or asked for something else by now: the latter still is better than what stands there.
      if (this.key !== '') this.answer = answer;
      if (this.key === key) this.trouble = '';
    } catch (error) {
      if (this.key === key) this.trouble = (error as Error).message;
    } finally {
      this.busy = false;
    }
    if (this.next) void this.go();
    this.arrived();
  }
}

/** Where a run's network stands at a step: equal keys have equal weights. Weights are kept now and then, so many steps share one. */
export function weightsKey(store: LabStore, run: LabRun): string {
  const snapshots = run.record?.snapshots;
  const step = Math.min(store.step, run.steps);
  const kept = snapshots && snapshots.steps.length > 0 ? snapshots.steps[Math.max(0, lastAt(snapshots.steps, step))] : step;
  return [run.id, run.preview ? 'preview' : '', run.status === 'running' ? 'running' : `${run.steps}:${run.seconds}`, kept].join('|');
}

/** The run whose network is asked: that of the selected series, else of the first one. */
export function askedRun(store: LabStore): LabRun | undefined {
  const all = store.document?.series ?? [];
  const series = all.find(({ key }) => key === store.selected) ?? all[0];
  return series && store.runOf(series.key);
}

/** The step that a run's network is asked for; null where the run has ended before: its last weights. */
export function askedStep(store: LabStore, run: LabRun): number | null {
  return store.step >= run.steps ? null : store.step;
}
