import type { Datasets } from '../core/data/dataset';
import type { WorkerRequest, WorkerResponse } from '../protocol/training';
import { allocateControl, CANCEL, cellsOf, ENDED, STARTED, STATE, TAKEN_BACK, WAITING } from './control';
import type { WorkerPort } from './pool';

/** A request without the number that the pool gives it. */
export type Payload = WorkerRequest extends infer R ? (R extends { readonly id: number } ? Omit<R, 'id'> : never) : never;

/** Loaded data under a key that is another for other data. */
export interface RunData {
  readonly key: string;
  readonly datasets: Datasets;
}

export interface WorkerTask {
  readonly id: number;
  /** What the task reads; the worker gets it before the first task that does. */
  readonly data?: RunData;
  readonly payload: Payload;
  readonly interactive: boolean;
  readonly onStart?: () => void;
  /** True when the response ends the task. */
  receive(message: WorkerResponse): boolean;
  fail(reason: string, cancelled: boolean): void;
  /** Of a run that a worker has, where memory is shared. */
  cells: Int32Array | null;
  graceTimer?: ReturnType<typeof setTimeout>;
  started: boolean;
  cancelled: boolean;
}

/** Data sets that a worker has at most. */
const KEPT_DATA = 6;

/**
 * One worker with what it was given, in order. It may be given more than one run at once: the next begins without a question to the host. A
 * run that has not begun can be taken back, so that nothing waits behind a long run while another worker is idle.
 */
export class Slot {
  /** The first are begun or ended, the rest wait. */
  private readonly tasks: WorkerTask[] = [];
  /** Keys of the data that the worker has, those used last at the end. */
  private readonly known = new Set<string>();

  constructor(readonly port: WorkerPort, private readonly sharedMemory: boolean) {}

  get idle(): boolean {
    return this.tasks.length === 0;
  }

  /** Whether it has runs, rather than a question or a preview. */
  get runs(): boolean {
    return this.tasks.length > 0 && !this.tasks[0].interactive;
  }

  /** Runs that have not begun. */
  get waiting(): number {
    let count = 0;
    for (const { cells } of this.tasks) if (cells && Atomics.load(cells, STATE) === WAITING) count++;
    return count;
  }

  has(task: WorkerTask): boolean {
    return this.tasks.includes(task);
  }

  find(id: number): WorkerTask | undefined {
    return this.tasks.find((task) => task.id === id);
  }

  /** Sends one task to an idle worker, or runs to any. */
  give(tasks: readonly WorkerTask[]): void {
    if (this.tasks.length === 0) this.port.hold?.(true);
    const alone = this.tasks.length === 0 && tasks.length === 1;
    this.tasks.push(...tasks);
    for (const { data } of tasks) if (data) this.supply(data);
    const runs = tasks.flatMap(({ id, payload }) => (payload.type === 'run' ? [{ ...payload, id }] : []));
    if (runs.length === 0) {
      this.port.post({ ...tasks[0].payload, id: tasks[0].id } as WorkerRequest);
      return;
    }
    const control = this.sharedMemory ? allocateControl(runs.length) : null;
    if (control) tasks.forEach((task, place) => { task.cells = cellsOf(control, place); });
    if (alone || !control) {
      // Begun as good as now: nothing lies before it.
      const [{ cells }] = tasks;
      if (cells) Atomics.store(cells, STATE, STARTED);
      this.port.post({ ...runs[0], cancel: control, ...(control ? {} : { receipts: true }) });
    } else {
      this.port.post({ type: 'runs', id: runs[0].id, runs: runs.map(({ type: _type, cancel: _cancel, ...run }) => run), control });
    }
    this.noteStarts();
  }

  /** Sends data that the worker does not have; it keeps a few and forgets the rest when it is told. */
  private supply({ key, datasets }: RunData): void {
    if (!this.known.delete(key)) this.port.post({ type: 'dataset', key, datasets });
    this.known.add(key);
    const [oldest] = this.known;
    if (this.known.size <= KEPT_DATA || this.tasks.some(({ data }) => data?.key === oldest)) return;
    this.known.delete(oldest);
    this.port.post({ type: 'dataset', key: oldest, datasets: null });
  }

  /** Tells the runs that the worker has begun since the last call. */
  noteStarts(): void {
    for (const task of this.tasks) {
      if (task.started || (task.cells && Atomics.load(task.cells, STATE) === WAITING)) continue;
      task.started = true;
      task.onStart?.();
    }
  }

  /** Forgets a task that is over. */
  close(task: WorkerTask): void {
    clearTimeout(task.graceTimer);
    const at = this.tasks.indexOf(task);
    if (at >= 0) this.tasks.splice(at, 1);
    if (this.tasks.length === 0) this.port.hold?.(false);
  }

  /** Asks the worker to end a task that it has begun. */
  cancel(task: WorkerTask): void {
    if (task.cells) Atomics.store(task.cells, CANCEL, 1);
    else this.port.post({ type: 'cancel', id: task.id });
  }

  /** Takes a run back. @returns false where the worker was faster. */
  takeBack(task: WorkerTask): boolean {
    const { cells } = task;
    if (!cells || Atomics.compareExchange(cells, STATE, WAITING, TAKEN_BACK) !== WAITING) return false;
    task.cells = null;
    this.close(task);
    return true;
  }

  /** Takes back as many as that of the runs which have not begun, the last first. @returns them in their order */
  takeBackLast(most: number): WorkerTask[] {
    const taken: WorkerTask[] = [];
    for (const task of [...this.tasks].reverse()) {
      if (taken.length === most) break;
      if (this.takeBack(task)) taken.unshift(task);
    }
    return taken;
  }

  /**
   * The worker is gone, or is about to be.
   * @param crashed at one of its tasks, if only at the first.
   * @returns what it was at, and what another worker can do instead: runs not begun, and those whose outcome, without rows, was still here.
   */
  abandon(crashed: boolean): { readonly lost: readonly WorkerTask[]; readonly unharmed: readonly WorkerTask[] } {
    const tasks = this.tasks.splice(0);
    const lost: WorkerTask[] = [];
    const unharmed: WorkerTask[] = [];
    for (const task of tasks) {
      clearTimeout(task.graceTimer);
      const state = task.cells ? Atomics.load(task.cells, STATE) : STARTED;
      const repeatable = state === WAITING || (state === ENDED && task.payload.type === 'run' && task.payload.rows === false);
      if (!repeatable || task.cancelled) lost.push(task);
      else unharmed.push(task);
    }
    // A worker that ends before it begins anything would else be tried for ever.
    if (crashed && lost.length === 0 && unharmed.length > 0) lost.push(unharmed.shift()!);
    for (const task of unharmed) task.cells = null;
    return { lost, unharmed };
  }
}
