import * as l10n from '@vscode/l10n';
import type { Datasets } from '../core/data/dataset';
import type { Vector } from '../core/kernels/kernels';
import type { ObjectiveSpec } from '../core/objectives/spec';
import type { RunLimits } from '../core/training/modelProblem';
import type { EndReason, ModelTrial, RunRecord, RunSummary, Trial } from '../core/training/trial';
import type { ApplyRequest, ApplyResult, DataInfo, LoadRequest } from '../protocol/networks';
import type { CriticalPointFound, GradientCheckResult, GridRequest, GridResult, ProbeResult, WorkerRequest, WorkerResponse } from '../protocol/training';
import { RefusedDataError, RunProblemError } from './refusedData';
import { Slot, type Payload, type RunData, type WorkerTask } from './slot';
import { type LastRow, noteLastRow, receipts, unfinished } from './watched';

/** One worker as the pool sees it, whatever runs it (worker_threads, a web worker, a test). */
export interface WorkerPort {
  post(message: WorkerRequest): void;
  onMessage(listener: (message: WorkerResponse) => void): void;
  /** Called once when the worker is gone without `terminate` having been called, with the cause in words. */
  onCrash(listener: (reason: string) => void): void;
  terminate(): void;
  /** Whether the worker has something to do from now on: a process must not end meanwhile. */
  hold?(busy: boolean): void;
}

export interface PoolOptions {
  /** Runs at the same time. One more worker is started for short requests while all of these are busy. */
  readonly size: number;
  /** Whether a flag in shared memory reaches the workers; by default asked from the surroundings. */
  readonly sharedMemory?: boolean;
  /** Milliseconds that a cancelled run is given before its worker is ended; 1000 by default. */
  readonly grace?: number;
}

export interface RunOptions {
  /** Cancels the run: its summary then has status "cancelled" and its rows stay. */
  readonly signal?: AbortSignal;
  /** Milliseconds between batches of rows; Infinity gives one batch at the end. Default 33. */
  readonly interval?: number;
  /** Previews go before waiting runs. */
  readonly priority?: 'interactive' | 'run';
  /** false: the verdict proposes no remedies that were tried out. */
  readonly tryRemedies?: boolean;
  /** What a network is trained on. */
  readonly data?: RunData;
  /** Caps beyond which a network is refused. */
  readonly limits?: RunLimits;
  /** Called when a worker takes the run up. */
  readonly onStart?: () => void;
}

export type RowsListener = (record: RunRecord) => void;

/** Outcomes without rows: runs that a worker is given at once, at most. */
const MOST_AHEAD = 16;
/** … of which so many may still wait when it is given more: it tells that they are few some time before the last. */
const FEW_AHEAD = 8;
/** … with rows: each sends some before the host can hold it back. */
const MOST_ROWS_AHEAD = 1;

function sharedMemoryReachesWorkers(): boolean {
  const isolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated;
  return typeof SharedArrayBuffer !== 'undefined' && isolated !== false;
}

/**
 * Workers for runs and for short questions, kept warm between tasks. Questions and previews go one a worker, and so do runs while few wait;
 * of many, a worker has the next ones already when it has ended one. A run never rejects: a crash gives a
 * summary with status "failed", a cancel one with "cancelled", each with what the rows said last.
 */
export class WorkerPool {
  private readonly slots = new Set<Slot>();
  private readonly urgent: WorkerTask[] = [];
  private waiting: WorkerTask[] = [];
  private readonly grace: number;
  private readonly sharedMemory: boolean;
  private size: number;
  private nextId = 1;
  private disposed = false;
  private dispatching = false;

  constructor(private readonly spawn: () => WorkerPort, options: PoolOptions) {
    this.size = Math.max(1, options.size);
    this.grace = options.grace ?? 1000;
    this.sharedMemory = options.sharedMemory ?? sharedMemoryReachesWorkers();
  }

  /** Number of runs that may go at once from now on; idle workers beyond it are ended. */
  resize(size: number): void {
    this.size = Math.max(1, size);
    for (const slot of [...this.slots]) if (slot.idle && this.slots.size > this.size) this.remove(slot);
    this.dispatch();
  }

  /** Runs that may go at the same time. */
  get atOnce(): number {
    return this.size;
  }

  /** Starts one worker ahead of need, so that the first run does not wait for it. */
  warm(): void {
    if (!this.disposed && this.slots.size === 0) this.addSlot();
  }

  /** Runs a trial in a worker. Rows come in order, each once, as arrays that are the listener's during the call alone (the worker uses their memory again); without a listener none are kept or sent. */
  run(trial: Trial, onRows?: RowsListener, options: RunOptions = {}): Promise<RunSummary> {
    return new Promise((resolve) => {
      const seen: LastRow = { steps: 0, loss: NaN, gradientNorm: NaN };
      const started = { at: 0 };
      let settled = false;
      const taken = receipts(() => task.cells, (count) => this.slotOf(task)?.port.post({ type: 'taken', id: task.id, count }));
      const finish = (summary: RunSummary): void => {
        if (settled) return;
        settled = true;
        options.signal?.removeEventListener('abort', abort);
        resolve(summary);
      };
      const broken = (reason: EndReason, status: 'cancelled' | 'failed'): RunSummary => unfinished(trial, seen, started.at, reason, status);
      const task: WorkerTask = this.enqueue(
        {
          type: 'run', trial, interval: options.interval ?? 33,
          cancel: null, tryRemedies: options.tryRemedies, rows: onRows !== undefined, dataset: options.data?.key, limits: options.limits,
        },
        options.priority === 'interactive',
        (message) => {
          if (message.type === 'rows') {
            noteLastRow(seen, message.record);
            if (!settled) onRows?.(message.record);
            taken();
            return false;
          }
          if (message.type === 'done') finish(message.summary);
          else if (message.type === 'error') finish(broken({ rule: 'error', detail: message.message }, 'failed'));
          else return false;
          return true;
        },
        (reason, cancelled) => finish(cancelled ? broken({ rule: 'cancelled' }, 'cancelled') : broken({ rule: 'error', detail: l10n.t('the worker ended unexpectedly: {0}', reason) }, 'failed')),
        () => {
          started.at = Date.now();
          options.onStart?.();
        },
        options.data,
      );
      const abort = (): void => this.cancel(task);
      if (options.signal?.aborted) abort();
      else options.signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Values over a plane or line. Rejects with the worker's words where the objective cannot be compiled. */
  grid(request: GridRequest, signal?: AbortSignal): Promise<GridResult> {
    return this.ask({ type: 'grid', request }, (m) => (m.type === 'grid' ? m.result : undefined), signal);
  }

  probe(objective: ObjectiveSpec, point: readonly number[], signal?: AbortSignal): Promise<ProbeResult> {
    return this.ask({ type: 'probe', objective, point }, (m) => (m.type === 'probe' ? m.result : undefined), signal);
  }

  criticalPoints(objective: ObjectiveSpec, box: readonly (readonly [number, number])[], signal?: AbortSignal): Promise<readonly CriticalPointFound[]> {
    return this.ask({ type: 'criticalPoints', objective, box }, (m) => (m.type === 'criticalPoints' ? m.result : undefined), signal);
  }

  gradientCheck(objective: ObjectiveSpec, point: readonly number[], signal?: AbortSignal): Promise<GradientCheckResult> {
    return this.ask({ type: 'gradientCheck', objective, point }, (m) => (m.type === 'gradientCheck' ? m.result : undefined), signal);
  }

  /**
   * Reads data in a worker.
   * @param onProgress told now and then how much is read, null where that is not known.
   * @throws RefusedDataError where the data cannot be used.
   */
  load(request: LoadRequest, onProgress?: (fraction: number | null) => void, signal?: AbortSignal): Promise<Datasets> {
    return this.ask({ type: 'load', request }, (m) => {
      if (m.type === 'loading') onProgress?.(m.fraction);
      if (m.type === 'refused') throw new RefusedDataError(m.refused);
      return m.type === 'loaded' ? m.datasets : undefined;
    }, signal);
  }

  /** Asks a network with given weights. @param weights trained parameters, then the rest of the state. */
  apply(trial: ModelTrial, data: RunData, weights: Vector, what: ApplyRequest, signal?: AbortSignal): Promise<ApplyResult> {
    return this.ask({ type: 'apply', trial, dataset: data.key, weights, what }, (m) => (m.type === 'applied' ? m.result : undefined), signal, data);
  }

  /** Facts of the data as this trial splits them. */
  describe(trial: ModelTrial, data: RunData, signal?: AbortSignal): Promise<DataInfo> {
    return this.ask({ type: 'describe', trial, dataset: data.key }, (m) => (m.type === 'described' ? m.info : undefined), signal, data);
  }

  /** Cancels everything and ends the workers. */
  dispose(): void {
    this.disposed = true;
    for (const task of [...this.urgent.splice(0), ...this.waiting.splice(0)]) task.fail('disposed', true);
    for (const slot of [...this.slots]) {
      const { lost, unharmed } = this.remove(slot);
      for (const task of [...lost, ...unharmed]) task.fail('disposed', true);
    }
  }

  private ask<T>(payload: Payload, pick: (message: WorkerResponse) => T | undefined, signal?: AbortSignal, data?: RunData): Promise<T> {
    return new Promise((resolve, reject) => {
      const task = this.enqueue(
        payload, true,
        (message) => {
          if (message.type === 'error') {
            reject(message.problem ? new RunProblemError(message.message, message.problem) : new Error(message.message));
            return true;
          }
          try {
            const result = pick(message);
            if (result === undefined) return false;
            resolve(result);
          } catch (error) {
            reject(error as Error);
          }
          return true;
        },
        (reason) => reject(new Error(reason)),
        undefined,
        data,
      );
      if (signal?.aborted) this.cancel(task);
      else signal?.addEventListener('abort', () => this.cancel(task), { once: true });
    });
  }

  private enqueue(payload: Payload, interactive: boolean, receive: WorkerTask['receive'], fail: WorkerTask['fail'], onStart?: () => void, data?: RunData): WorkerTask {
    const task: WorkerTask = { id: this.nextId++, payload, interactive, receive, fail, onStart, data, cells: null, started: false, cancelled: false };
    if (this.disposed) {
      queueMicrotask(() => fail('disposed', true));
      return task;
    }
    (interactive ? this.urgent : this.waiting).push(task);
    this.dispatchSoon();
    return task;
  }

  /** After the caller has its handle, so that a spawn that throws reaches a listener; and once for all that is asked in one go. */
  private dispatchSoon(): void {
    if (this.dispatching) return;
    this.dispatching = true;
    queueMicrotask(() => {
      this.dispatching = false;
      this.dispatch();
    });
  }

  private cancel(task: WorkerTask): void {
    if (task.cancelled) return;
    task.cancelled = true;
    const queue = task.interactive ? this.urgent : this.waiting;
    const at = queue.indexOf(task);
    if (at >= 0) {
      queue.splice(at, 1);
      task.fail('cancelled', true);
      return;
    }
    const slot = this.slotOf(task);
    if (!slot) return;
    if (slot.takeBack(task)) {
      task.fail('cancelled', true);
      return;
    }
    slot.cancel(task);
    task.graceTimer = setTimeout(() => {
      if (!slot.has(task)) return;
      slot.close(task);
      task.fail('cancelled', true);
      const { lost, unharmed } = this.remove(slot);
      for (const other of lost) other.fail(l10n.t('the worker ended unexpectedly: {0}', 'terminated'), false);
      this.waiting.unshift(...unharmed);
      this.dispatch();
    }, this.grace);
  }

  private slotOf(task: WorkerTask): Slot | undefined {
    for (const slot of this.slots) if (slot.has(task)) return slot;
    return undefined;
  }

  private dispatch(): void {
    while (!this.disposed && (this.urgent.length > 0 || this.waiting.length > 0)) {
      const interactive = this.urgent.length > 0;
      const slot = this.freeSlot(interactive);
      if (!slot) break;
      if (slot instanceof Error) (interactive ? this.urgent : this.waiting).shift()!.fail(slot.message, false);
      else slot.give(interactive ? [this.urgent.shift()!] : this.share());
    }
    if (this.disposed || !this.sharedMemory) return;
    if (this.urgent.length > 0) this.makeRoom();
    else if (this.waiting.length > this.size) this.giveAhead();
    else if (this.waiting.length === 0) this.spread();
  }

  /** The runs that the next worker is given together: fewer the fewer are left, so that all end at about the same time. */
  private share(): WorkerTask[] {
    const most = this.sharedMemory ? Math.min(MOST_AHEAD, Math.ceil((this.waiting.length - this.size) / (2 * this.size))) : 1;
    let count = 1;
    while (count < most && withoutRows(this.waiting[count]) && withoutRows(this.waiting[0])) count++;
    return this.waiting.splice(0, count);
  }

  /** While many wait: gives more to workers that are at their last. */
  private giveAhead(): void {
    for (const slot of this.slots) {
      if (this.waiting.length <= this.size) return;
      if (slot.runs && slot.waiting < (withoutRows(this.waiting[0]) ? FEW_AHEAD : MOST_ROWS_AHEAD)) slot.give(this.share());
    }
  }

  /** Questions and previews wait, and every worker is at something: what these have ahead goes back into the queue. */
  private makeRoom(): void {
    const back = [...this.slots].flatMap((slot) => slot.takeBackLast(Infinity));
    if (back.length > 0) this.waiting = [...back, ...this.waiting].sort((a, b) => a.id - b.id);
  }

  /** No run waits here any more: an idle worker takes half of what the busiest has ahead. */
  private spread(): void {
    for (;;) {
      const busiest = [...this.slots].reduce<Slot | null>((most, slot) => (slot.waiting > (most?.waiting ?? 0) ? slot : most), null);
      const slot = busiest && this.freeSlot(false);
      if (!slot || slot instanceof Error) return;
      const tasks = busiest.takeBackLast(Math.ceil(busiest.waiting / 2));
      if (tasks.length === 0) return;
      slot.give(tasks);
    }
  }

  private freeSlot(interactive: boolean): Slot | Error | null {
    let busyRuns = 0;
    let idle: Slot | null = null;
    for (const slot of this.slots) {
      if (slot.idle) idle = slot;
      else if (slot.runs) busyRuns++;
    }
    if (!interactive && busyRuns >= this.size) return null;
    if (idle) return idle;
    if (this.slots.size >= this.size + (interactive ? 1 : 0)) return null;
    try {
      return this.addSlot();
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  private addSlot(): Slot {
    const slot = new Slot(this.spawn(), this.sharedMemory);
    this.slots.add(slot);
    slot.port.onMessage((message) => {
      if (message.type === 'ready' || !this.slots.has(slot)) return;
      slot.noteStarts();
      if (message.type === 'outcomes') for (const { id, summary } of message.outcomes) this.answered(slot, { type: 'done', id, summary });
      else this.answered(slot, message);
      if (message.type !== 'rows') this.dispatch();
    });
    slot.port.onCrash((reason) => {
      if (!this.slots.delete(slot)) return;
      const { lost, unharmed } = slot.abandon(true);
      this.waiting.unshift(...unharmed);
      for (const task of lost) task.fail(reason, task.cancelled);
      this.dispatch();
    });
    return slot;
  }

  private answered(slot: Slot, message: Exclude<WorkerResponse, { type: 'ready' | 'outcomes' }>): void {
    const task = slot.find(message.id);
    if (task?.receive(message)) slot.close(task);
  }

  private remove(slot: Slot): ReturnType<Slot['abandon']> {
    this.slots.delete(slot);
    slot.port.terminate();
    return slot.abandon(false);
  }
}

function withoutRows({ payload }: WorkerTask): boolean {
  return payload.type === 'run' && payload.rows === false;
}
