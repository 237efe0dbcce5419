import { evaluateGrid, findCriticalPoints, gradientCheck, probe } from '../core/objectives/landscape';
import type { FormulaObjective } from '../core/objectives/objective';
import type { ObjectiveSpec } from '../core/objectives/spec';
import { DEPENDENCIES, type RunDependencies } from '../core/training/dependencies';
import { failureOf } from '../core/training/modelProblem';
import { transferables } from '../core/training/recorder';
import { macrotask, runTrial, runTrialAsync, type RunHooks } from '../core/training/run';
import type { RunSummary } from '../core/training/trial';
import type { RunOfMany, WorkerRequest, WorkerResponse } from '../protocol/training';
import { NetworkDesk, type OpenFile } from './networks';
import { SharedRowMemory } from './rowMemory';
import { allowedOnTheirWay, Outbox } from './outbox';
import { CANCEL, cellsOf, ENDED, STARTED, STATE, TAKEN, WAITING } from './control';

export type Respond = (message: WorkerResponse, transfer: ArrayBuffer[]) => void;

/** Looks up at least this often (milliseconds) while it waits for the host, so that a cancel is heard. */
const WAIT = 50;

/** Milliseconds that the outcome of a run without rows waits for those of the next ones, while these last so long. */
const GATHER = 8;
/** Milliseconds before the end of what a worker was given, as far as it can tell, that the host hears of it: what it takes to be given more. */
const LEAD = 1.5;

/** Compiled objectives kept at most; a lab asks of one or a few. */
const KEPT = 16;

/**
 * What a training worker does, without the thread around it. Requests are answered one after the other; a run streams its rows.
 * Where the host can set a flag in shared memory a run goes through in one piece; elsewhere it pauses every 10 ms so that a
 * message can cancel it.
 */
export class TrainingServer {
  private readonly compiled = new Map<string, FormulaObjective>();
  private readonly cancelled = new Set<number>();
  /** Of runs that go, where the host says by messages what it has taken. */
  private readonly outboxes = new Map<number, Outbox>();
  private readonly memory = new SharedRowMemory();
  private readonly dependencies: RunDependencies = { ...DEPENDENCIES, compileObjective: (spec) => this.objective(spec) };
  private readonly networks: NetworkDesk;

  /** @param open reads files by their paths; null where the surroundings have none. */
  constructor(private readonly respond: Respond, private readonly now: () => number = () => performance.now(), open: OpenFile = null) {
    this.networks = new NetworkDesk(respond, open, this.dependencies, now);
  }

  /** What a run is made of, with the data that it names. */
  private around({ dataset, limits }: RunOfMany): RunDependencies {
    return dataset === undefined ? this.dependencies : { ...this.dependencies, limits, datasets: () => this.networks.find(dataset) };
  }

  /** Answers a request; what goes wrong becomes an `error` response, never a throw. */
  async handle(request: WorkerRequest): Promise<void> {
    try {
      switch (request.type) {
        case 'run':
          await this.run(request);
          break;
        case 'runs':
          this.runMany(request.runs, request.control);
          break;
        case 'cancel':
          this.cancelled.add(request.id);
          this.outboxes.get(request.id)?.release();
          this.networks.cancel(request.id);
          break;
        case 'taken':
          this.outboxes.get(request.id)?.taken(request.count);
          break;
        case 'load':
        case 'dataset':
        case 'apply':
        case 'describe':
          await this.networks.handle(request);
          break;
        case 'grid': {
          const result = evaluateGrid(this.objective(request.request.objective), request.request);
          this.respond({ type: 'grid', id: request.id, result }, buffers(result.values, result.slopes));
          break;
        }
        case 'probe': {
          const result = probe(this.objective(request.objective), Float64Array.from(request.point));
          this.respond({ type: 'probe', id: request.id, result }, buffers(result.gradient, result.eigenvalues, result.hessian));
          break;
        }
        case 'criticalPoints':
          this.respond({ type: 'criticalPoints', id: request.id, result: findCriticalPoints(this.objective(request.objective), request.box) }, []);
          break;
        case 'gradientCheck':
          this.respond({ type: 'gradientCheck', id: request.id, result: gradientCheck(this.objective(request.objective), Float64Array.from(request.point)) }, []);
          break;
      }
    } catch (error) {
      if ('id' in request) this.respond({ type: 'error', id: request.id, message: error instanceof Error ? error.message : String(error), problem: failureOf(error).problem }, []);
    }
  }

  private async run(request: Extract<WorkerRequest, { type: 'run' }>): Promise<void> {
    const { id, cancel } = request;
    const summary = cancel ? runTrial(request.trial, this.hooks(request, new Int32Array(cancel)), this.around(request)) : await this.runPaced(request);
    this.cancelled.delete(id);
    this.respond({ type: 'done', id, summary }, []);
  }

  /** Pauses for messages, and until the host has taken enough of the rows. */
  private async runPaced(request: Extract<WorkerRequest, { type: 'run' }>): Promise<RunSummary> {
    const { id, trial, receipts } = request;
    const hooks = this.hooks(request, null);
    const { rows } = hooks;
    if (!receipts || !rows) return runTrialAsync(trial, hooks, undefined, this.around(request));
    const outbox = new Outbox(rows);
    this.outboxes.set(id, outbox);
    try {
      const pause = (): Promise<void> => (outbox.held ? outbox.empty() : macrotask());
      const summary = await runTrialAsync(trial, { ...hooks, rows: (record) => outbox.push(record), held: () => outbox.held }, pause, this.around(request));
      await outbox.empty();
      return summary;
    } finally {
      this.outboxes.delete(id);
    }
  }

  /** Those that are not taken back meanwhile, in order. Outcomes without rows are sent together, early enough that the host can give more before the last has ended. */
  private runMany(runs: readonly RunOfMany[], control: SharedArrayBuffer): void {
    let outcomes: { id: number; summary: RunSummary }[] = [];
    const began = this.now();
    let sentAt = began;
    let announced = false;
    const send = (): void => {
      if (outcomes.length > 0) this.respond({ type: 'outcomes', outcomes }, []);
      outcomes = [];
      sentAt = this.now();
    };
    runs.forEach((run, place) => {
      const cells = cellsOf(control, place);
      if (Atomics.compareExchange(cells, STATE, WAITING, STARTED) !== WAITING) return;
      if (place === runs.length - 1) send();
      try {
        const summary = runTrial(run.trial, this.hooks(run, cells), this.around(run));
        Atomics.store(cells, STATE, ENDED);
        if (run.rows === false) outcomes.push({ id: run.id, summary });
        else this.respond({ type: 'done', id: run.id, summary }, []);
      } catch (error) {
        this.respond({ type: 'error', id: run.id, message: error instanceof Error ? error.message : String(error) }, []);
      }
      const now = this.now();
      const near = !announced && (runs.length - 1 - place) * (now - began) <= LEAD * (place + 1);
      announced ||= near;
      if (near || now - sentAt > GATHER) send();
    });
    send();
  }

  private hooks({ id, interval, rows, tryRemedies }: RunOfMany, cells: Int32Array | null): RunHooks {
    let sent = 0;
    // Without the count of what the host has taken, nobody knows when memory is free again.
    const counted = cells && cells.length > TAKEN ? cells : null;
    if (counted) this.memory.begin();
    return {
      interval,
      memory: counted ? this.memory : undefined,
      rows: rows === false ? undefined : (record) => {
        sent++;
        if (counted) this.memory.sent(record, counted, sent);
        this.respond({ type: 'rows', id, record }, transferables(record));
        if (counted) waitForHost(counted, sent, allowedOnTheirWay(record));
      },
      cancelled: cells ? () => Atomics.load(cells, CANCEL) !== 0 : () => this.cancelled.has(id),
      now: this.now,
      tryRemedies,
    };
  }

  private objective(spec: ObjectiveSpec): FormulaObjective {
    const key = JSON.stringify(spec);
    let objective = this.compiled.get(key);
    if (!objective) {
      objective = DEPENDENCIES.compileObjective(spec);
      const oldest = this.compiled.keys().next();
      if (this.compiled.size >= KEPT && !oldest.done) this.compiled.delete(oldest.value);
      this.compiled.set(key, objective);
    }
    return objective;
  }
}

/** Until no more than `most` of the `sent` pieces are untaken, or the run is cancelled. */
function waitForHost(cells: Int32Array, sent: number, most: number): void {
  for (let taken = Atomics.load(cells, TAKEN); sent - taken > most && Atomics.load(cells, CANCEL) === 0; taken = Atomics.load(cells, TAKEN)) Atomics.wait(cells as Int32Array<SharedArrayBuffer>, TAKEN, taken, WAIT);
}

function buffers(...arrays: readonly (Float64Array | null)[]): ArrayBuffer[] {
  return [...new Set(arrays.flatMap((array) => (array ? [array.buffer as ArrayBuffer] : [])))];
}
