import { evaluateGrid, findCriticalPoints, gradientCheck, probe } from '../core/objectives/landscape';
import type { FormulaObjective } from '../core/objectives/objective';
import type { ObjectiveSpec } from '../core/objectives/spec';
import { DEPENDENCIES, type RunDependencies } from '../core/training/dependencies';
import { transferables } from '../core/training/recorder';
import { runTrial, runTrialAsync, type RunHooks } from '../core/training/run';
import type { WorkerRequest, WorkerResponse } from '../protocol/training';

export type Respond = (message: WorkerResponse, transfer: ArrayBuffer[]) => void;

/**
 * `rows` on their way at most. A thread hands all the messages that lie ready to its listener before anything else has its turn: a run
 * faster than its host would hold the host's event loop as long as it lasts.
 */
const ON_THEIR_WAY = 4;
/** Looks up at least this often (milliseconds) while it waits for the host, so that a cancel is heard. */
const WAIT = 50;

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
  private readonly dependencies: RunDependencies = { ...DEPENDENCIES, compileObjective: (spec) => this.objective(spec) };

  constructor(private readonly respond: Respond, private readonly now: () => number = () => performance.now()) {}

  /** Answers a request; what goes wrong becomes an `error` response, never a throw. */
  async handle(request: WorkerRequest): Promise<void> {
    try {
      switch (request.type) {
        case 'run':
          await this.run(request);
          break;
        case 'cancel':
          this.cancelled.add(request.id);
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
      this.respond({ type: 'error', id: request.id, message: error instanceof Error ? error.message : String(error) }, []);
    }
  }

  private async run(request: Extract<WorkerRequest, { type: 'run' }>): Promise<void> {
    const { id, trial, interval, cancel } = request;
    const flag = cancel ? new Int32Array(cancel) : null;
    let sent = 0;
    const hooks: RunHooks = {
      interval,
      rows: request.rows === false ? undefined : (record) => {
        this.respond({ type: 'rows', id, record }, transferables(record));
        sent++;
        if (flag && flag.length > 1) waitForHost(flag, sent);
      },
      cancelled: flag ? () => Atomics.load(flag, 0) !== 0 : () => this.cancelled.has(id),
      now: this.now,
      tryRemedies: request.tryRemedies,
    };
    const summary = flag ? runTrial(trial, hooks, this.dependencies) : await runTrialAsync(trial, hooks, undefined, this.dependencies);
    this.cancelled.delete(id);
    this.respond({ type: 'done', id, summary }, []);
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

/** Until no more than ON_THEIR_WAY of the `sent` pieces are untaken, or the run is cancelled. */
function waitForHost(flag: Int32Array<ArrayBufferLike>, sent: number): void {
  for (let taken = Atomics.load(flag, 1); sent - taken > ON_THEIR_WAY && Atomics.load(flag, 0) === 0; taken = Atomics.load(flag, 1)) Atomics.wait(flag as Int32Array<SharedArrayBuffer>, 1, taken, WAIT);
}

function buffers(...arrays: readonly (Float64Array | null)[]): ArrayBuffer[] {
  return [...new Set(arrays.flatMap((array) => (array ? [array.buffer as ArrayBuffer] : [])))];
}
