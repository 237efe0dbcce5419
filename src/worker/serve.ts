import { evaluateGrid, findCriticalPoints, gradientCheck, probe } from '../core/objectives/landscape';
import type { FormulaObjective } from '../core/objectives/objective';
import type { ObjectiveSpec } from '../core/objectives/spec';
import { DEPENDENCIES, type RunDependencies } from '../core/training/dependencies';
import { transferables } from '../core/training/recorder';
import { runTrial, runTrialAsync, type RunHooks } from '../core/training/run';
import type { WorkerRequest, WorkerResponse } from '../protocol/training';

export type Respond = (message: WorkerResponse, transfer: ArrayBuffer[]) => void;

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
    const hooks: RunHooks = {
      interval,
      rows: (record) => this.respond({ type: 'rows', id, record }, transferables(record)),
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

function buffers(...arrays: readonly (Float64Array | null)[]): ArrayBuffer[] {
  return [...new Set(arrays.flatMap((array) => (array ? [array.buffer as ArrayBuffer] : [])))];
}
