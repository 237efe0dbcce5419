import { EpochDiagnostics } from '../diagnostics/network/epochDiagnostics';
import { judgeModel, type JudgedEpoch, type ModelEnding, type ModelTried } from '../diagnostics/network/verdicts';
import { allFinite } from '../diagnostics/hessian';
import { emptyVector, type Vector } from '../kernels/kernels';
import type { Network } from '../nn/network';
import { exportWeights, type NamedArray } from '../nn/weights';
import type { Optimizer, Oracle } from '../optimizers/optimizer';
import type { RateSchedule } from '../optimizers/schedules';
import { clipGradient } from './clip';
import { DEPENDENCIES, type RunDependencies } from './dependencies';
import { EarlyStop } from './earlyStop';
import { prepareModel, type PreparedModel } from './modelParts';
import { failureOf } from './modelProblem';
import { ModelRecorder } from './modelRecorder';
import { randomStream } from './random';
import type { PacedRun, RunHooks } from './run';
import { MOST_EPOCHS } from './tables';
import { Sampled } from './sampled';
import type { EndReason, ModelOutcome, ModelTrial, RunStatus, RunSummary } from './trial';

/** |loss| beyond this many times max(1, |first|) is divergence. */
const DIVERGED_GROWTH = 1e12;
/** |Δloss| must stay below stop.change for this many steps in a row. */
const CHANGE_STEPS = 10;
type Ended = { readonly status: Exclude<RunStatus, 'running'>; readonly reason: EndReason };

/**
 * One training of a network in pieces: `advance` until it says that it is over, then `finish`. Row k of the record is update k: the
 * loss on its batch before it. An epoch ends with the scores of the validation part. Everything random comes from streams keyed by
 * (seed, purpose), so that runs with one seed start from the same weights and see the same batches, whatever their optimizer.
 */
export class ModelRun implements PacedRun {
  private readonly parts: PreparedModel;
  private readonly network: Network;
  private readonly optimizer: Optimizer;
  private readonly schedule: RateSchedule;
  private readonly byEpoch: boolean;
  private readonly recorder: ModelRecorder;
  private readonly diagnostics: EpochDiagnostics;
  private readonly early: EarlyStop;
  private readonly oracle: Oracle & { loss: number };
  /** Where the weights are that are scored, if not where the gradient is taken. */
  private readonly scored: Vector | null;
  private readonly before: readonly (readonly number[])[] | null;

  /** Updates made; epochs finished; batches of this epoch done. */
  private step = 0;
  private epoch = 0;
  private batch = 0;
  private seen = 0;
  private lossSum = 0;
  private epochLoss = NaN;
  private firstLoss = NaN;
  private firstGradientNorm = NaN;
  private lastLoss = NaN;
  private gradientNorm = NaN;
  private bound = NaN;
  private still = 0;
  private stuck: string | null = null;
  private evaluations = 0;
  private rowsInBatch = 0;
  private halt: Ended | null = null;
  private ended: Ended | null = null;
  private startedAt = NaN;
  private endedAt = NaN;
  private flushedAt = NaN;
  /** A score of each epoch, by column. */
  private scores: ReadonlyMap<string, number> = new Map();
  /** What the verdict looks back on. */
  private readonly epochRows = new Sampled<JudgedEpoch>(MOST_EPOCHS);
  private bestEpoch = 0;

  constructor(readonly trial: ModelTrial, private readonly hooks: RunHooks, private readonly dependencies: RunDependencies = DEPENDENCIES, private readonly judged = true) {
    this.parts = prepareModel(trial, dependencies);
    const { network, optimizer, kernels } = this.parts;
    this.network = network;
    this.optimizer = optimizer;
    this.schedule = dependencies.createSchedule(trial.optimizer.learningRate);
    this.byEpoch = typeof trial.optimizer.learningRate === 'object' && 'unit' in trial.optimizer.learningRate && trial.optimizer.learningRate.unit === 'epoch';
    const steps = Math.min(trial.stop.steps ?? Infinity, trial.training.epochs * this.parts.batches.count);
    this.recorder = new ModelRecorder(steps, network.parameters.length + network.state.length, kernels.precision, hooks.rows !== undefined);
    this.diagnostics = new EpochDiagnostics(this.parts, this.recorder, trial, steps);
    this.early = new EarlyStop(trial.early, network);
    this.scored = optimizer.reportedPoint ? emptyVector(kernels.precision, network.parameters.length) : null;
    this.oracle = this.createOracle();
    this.before = trial.predict ? this.parts.evaluator.predict(trial.predict) : null;
  }

  private createOracle(): Oracle & { loss: number } {
    const { network, trial, optimizer } = this;
    const random = randomStream(trial.seed, 'optimizer', trial.label);
    /** Works at another point than the network's, then comes back. */
    const at = <T>(theta: Vector, work: () => T): T => {
      if (theta === network.parameters) return work();
      const kept = network.parameters.slice();
      network.parameters.set(theta);
      const result = work();
      network.parameters.set(kept);
      return result;
    };
    return {
      dimension: network.parameters.length,
      segments: network.segments,
      loss: NaN,
      evaluate: (theta, gradientOut) => at(theta, () => {
        this.evaluations++;
        if (!gradientOut) return network.heldLoss(this.rowsInBatch);
        const kept = gradientOut === network.gradient ? null : network.gradient.slice();
        const loss = network.trainStep(this.rowsInBatch, true);
        if (gradientOut !== network.gradient) gradientOut.set(network.gradient);
        if (kept) network.gradient.set(kept);
        clipGradient(gradientOut, trial.clipValue, trial.clipNorm, optimizer.spec.dialect);
        return loss;
      }),
      hessianVector: (theta, v, out) => at(theta, () => {
        network.hessianVector(v, out, this.rowsInBatch);
      }),
      normal: () => random.normal(),
    };
  }

  advance(until: number): boolean {
    const { hooks, trial } = this;
    let now = hooks.now();
    if (this.startedAt !== this.startedAt) {
      this.startedAt = now;
      this.flushedAt = now;
      if (this.recorder.wants(0)) this.snapshot();
    }
    while (!this.ended && now < until && !hooks.held?.()) {
      if (hooks.cancelled()) this.halt = { status: 'cancelled', reason: { rule: 'cancelled' } };
      try {
        this.work();
      } catch (error) {
        this.end('failed', failureOf(error));
      }
      now = hooks.now();
      if (!this.ended && trial.stop.seconds !== null && now - this.startedAt >= 1000 * trial.stop.seconds) {
        this.halt = { status: 'completed', reason: { rule: 'seconds', value: (now - this.startedAt) / 1000, limit: trial.stop.seconds } };
      }
      if (hooks.rows && (now - this.flushedAt >= hooks.interval || this.recorder.full) && !this.ended) {
        this.flushedAt = now;
        this.recorder.take().forEach((record) => hooks.rows?.(record));
      }
    }
    if (this.ended && this.endedAt !== this.endedAt) this.endedAt = now;
    return this.ended !== null;
  }

  private end(status: Ended['status'], reason: EndReason): void {
    this.ended ??= { status, reason };
  }

  /** One update, and the epoch's end where it is the last of one. */
  private work(): void {
    const { parts, network, trial, schedule, optimizer, recorder, oracle } = this;
    const { batches, gatherer, metrics } = parts;
    if (this.batch === 0) {
      batches.startEpoch(this.epoch);
      gatherer.startEpoch(this.epoch);
      metrics.begin();
      this.seen = 0;
      this.lossSum = 0;
    }
    if (this.halt) {
      this.closeEpoch();
      this.ended ??= this.halt;
      return;
    }
    const { from, count } = batches.batch(this.batch);
    gatherer.fill(batches.order, from, count, this.batch);
    this.rowsInBatch = count;
    const last = this.batch + 1 === batches.count;
    const loss = network.trainStep(count);
    this.evaluations++;
    metrics.add(network, count);
    const gradientNorm = Math.sqrt(parts.kernels.dot(network.gradient.length, network.gradient, network.gradient));
    if (this.step === 0) {
      this.firstLoss = loss;
      this.firstGradientNorm = gradientNorm;
      this.bound = DIVERGED_GROWTH * Math.max(1, Math.abs(loss));
    }
    const change = Math.abs(loss - this.lastLoss);
    this.lastLoss = loss;
    this.gradientNorm = gradientNorm;
    if (!Number.isFinite(loss)) this.end('diverged', { rule: 'notFinite', value: loss });
    else if (Math.abs(loss) > this.bound) this.end('diverged', { rule: 'grew', value: loss, limit: this.bound });
    else {
      this.seen += count;
      this.lossSum += loss * count;
      if (trial.stop.gradientNorm !== null && gradientNorm <= trial.stop.gradientNorm) this.end('converged', { rule: 'gradientNorm', value: gradientNorm, limit: trial.stop.gradientNorm });
      else if (trial.stop.change !== null && this.step > 0) {
        this.still = change < trial.stop.change ? this.still + 1 : 0;
        if (this.still >= CHANGE_STEPS) this.end('converged', { rule: 'change', value: change, limit: trial.stop.change });
      }
    }
    if (this.ended) {
      recorder.row(this.step, loss, gradientNorm, NaN);
      this.closeEpoch();
      return;
    }
    const rate = schedule.constant ?? schedule.rate(this.byEpoch ? this.epoch : this.step);
    this.diagnostics.beforeUpdate(this.batch, batches.count, this.epoch, gradientNorm);
    clipGradient(network.gradient, trial.clipValue, trial.clipNorm, optimizer.spec.dialect, parts.kernels);
    oracle.loss = loss;
    this.stuck = optimizer.update(network.parameters, network.gradient, rate, this.step + 1, oracle);
    recorder.row(this.step, loss, gradientNorm, optimizer.acceptedRate ? optimizer.acceptedRate() : rate);
    this.step++;
    if (schedule.observe && !this.byEpoch) schedule.observe(loss);
    if (recorder.wants(this.step)) this.snapshot();
    this.batch++;
    if (last) {
      this.diagnostics.afterUpdate(loss, rate, count);
      this.endEpoch(rate);
    }
    if (!this.ended && this.stuck !== null) this.end('converged', { rule: 'noProgress', detail: this.stuck });
    if (!this.ended && trial.stop.steps !== null && this.step >= trial.stop.steps) this.end('completed', { rule: 'steps', value: this.step, limit: trial.stop.steps });
    if (this.ended && this.batch > 0) this.closeEpoch();
  }

  /** The epoch that was begun counts as far as it came, where anything of it can be scored. */
  private closeEpoch(): void {
    if (this.batch > 0 && this.seen > 0 && this.ended?.status !== 'diverged' && this.ended?.status !== 'failed') this.endEpoch(NaN);
  }

  private snapshot(): void {
    this.atScored(() => this.recorder.snapshot(this.step, this.network.parameters, this.network.state));
  }

  /** With the weights in place that are to be scored: the averaged ones where the optimizer averages. */
  private atScored(work: () => void): void {
    const { scored, network, optimizer } = this;
    if (!scored) {
      work();
      return;
    }
    const kept = network.parameters.slice();
    optimizer.reportedPoint?.(network.parameters, scored);
    network.parameters.set(scored);
    work();
    network.parameters.set(kept);
  }

  private endEpoch(rate: number): void {
    const { parts, trial, recorder, schedule, early } = this;
    this.epoch++;
    this.batch = 0;
    this.epochLoss = this.lossSum / this.seen;
    const row = new Map<string, number>();
    row.set('epoch', this.epoch).set('step', this.step).set('loss', this.epochLoss).set('gradientNorm', this.gradientNorm).set('learningRate', rate);
    parts.metrics.write(row, '');
    if (parts.validation) {
      this.atScored(() => {
        row.set('validationLoss', parts.evaluator.score(parts.validation!));
        parts.evaluator.metrics.write(row, 'validation');
        parts.evaluator.predictInto(trial.predict, row);
      });
    } else if (trial.predict) this.atScored(() => parts.evaluator.predictInto(trial.predict, row));
    this.diagnostics.write(row, this.epoch, this.step);
    recorder.epoch(row);
    this.scores = row;
    this.epochRows.push({ epoch: this.epoch, loss: this.epochLoss, validationLoss: row.get('validationLoss') ?? NaN, learningRate: rate });
    if (schedule.observe && this.byEpoch) schedule.observe(row.get('validationLoss') ?? this.epochLoss);
    if (!Number.isFinite(row.get('weightNorm') ?? 0)) this.end('diverged', { rule: 'notFinite', value: this.epochLoss });
    const verdict = early.observe(this.epoch, row, (copy) => this.atScored(copy));
    if (verdict) this.end('stoppedEarly', verdict);
    if (trial.stop.loss !== null && this.epochLoss <= trial.stop.loss) this.end('converged', { rule: 'loss', value: this.epochLoss, limit: trial.stop.loss });
    if (this.epoch >= trial.training.epochs) this.end('completed', { rule: 'epochs', value: this.epoch, limit: trial.training.epochs });
  }

  finish(): RunSummary {
    const { hooks, trial, parts, network, early, dependencies } = this;
    const ended: Ended = this.ended ?? { status: 'cancelled', reason: { rule: 'cancelled' } };
    const seconds = ((this.endedAt === this.endedAt ? this.endedAt : hooks.now()) - this.startedAt) / 1000;
    const whole = ended.status !== 'failed' && ended.status !== 'diverged';
    const diagnosed = this.diagnostics.finish(whole);
    if (this.scored && whole) {
      this.optimizer.reportedPoint?.(network.parameters, this.scored);
      network.parameters.set(this.scored);
    }
    const restored = whole ? early.restore() : null;
    this.bestEpoch = restored?.epoch ?? this.epoch;
    const scores = restored?.scores ?? this.scores;
    // The last weights that are kept are those that the run has ended with, whichever epoch they are of.
    if (whole) this.recorder.snapshot(this.step, network.parameters, network.state);
    const outcome = this.outcome(scores, whole);
    this.recorder.take().forEach((record) => hooks.rows?.(record));
    const loss = ended.status === 'diverged' || !scores.has('loss') ? this.lastLoss : scores.get('loss')!;
    const ending: ModelEnding = {
      trial, status: ended.status, reason: ended.reason, steps: this.step, epochs: this.epoch, firstLoss: this.firstLoss, loss, firstGradientNorm: this.firstGradientNorm,
      gradientNorm: this.gradientNorm, diagnosed, outcome, epochRows: this.epochRows.list(), parts,
      tryOut: hooks.tryRemedies ?? trial.sweep === null ? (changed) => tryOut(changed, dependencies) : null,
    };
    const verdict = this.judged ? judgeModel(ending) : { kind: 'completed' as const, evidence: {}, remedies: [] };
    return {
      trialId: trial.id, status: ended.status, reason: ended.reason, steps: this.step, seconds, evaluations: this.evaluations,
      loss, gradientNorm: this.gradientNorm,
      parameters: network.parameters.length <= 1000 && allFinite(network.parameters) ? Array.from(network.parameters) : null,
      criticalPoint: null, verdict, model: outcome,
    };
  }

  free(): void {
    this.parts.kernels.free();
  }

  /** Outputs for the rows of a part, with the weights that the run has ended with. To be asked after `finish`. */
  outputsOf(name: 'training' | 'validation' | 'test'): { readonly outputs: Float64Array } {
    return this.parts.evaluator.outputsOf(this.parts[name]!);
  }

  /** The weights that the run has ended with, under PyTorch's names and in its shapes. To be asked after `finish`. */
  weights(): NamedArray[] {
    return exportWeights(this.network);
  }

  private outcome(scores: ReadonlyMap<string, number>, whole: boolean): ModelOutcome {
    const { parts, network, trial } = this;
    const metrics: Record<string, number> = {};
    for (const name of trial.metrics) {
      for (const column of [name, `validation${capital(name)}`]) if (scores.has(column)) metrics[column] = scores.get(column)!;
    }
    let validationLoss = scores.get('validationLoss') ?? null;
    // It ended before its first epoch did, so nothing was scored yet.
    if (validationLoss === null && parts.validation && whole && this.ended?.status === 'converged') {
      validationLoss = parts.evaluator.score(parts.validation);
      const row = new Map<string, number>();
      parts.evaluator.metrics.write(row, 'validation');
      for (const [name, value] of row) metrics[name] = value;
    }
    let testLoss: number | null = null;
    if (parts.test && whole) {
      testLoss = parts.evaluator.score(parts.test);
      const row = new Map<string, number>();
      parts.evaluator.metrics.write(row, 'test');
      for (const [name, value] of row) metrics[name] = value;
    }
    return {
      epochs: this.epoch, bestEpoch: this.bestEpoch,
      validationLoss, testLoss, metrics,
      predict: trial.predict && this.before ? { before: this.before, after: parts.evaluator.predict(trial.predict) } : null,
      parameterCount: network.parameters.length, kernels: parts.kernels.set,
      rows: { training: parts.training.rows.length, validation: parts.validation?.rows.length ?? 0, test: parts.test?.rows.length ?? 0 },
      scored: trial.resample && whole ? parts.evaluator.outputsOf(parts.scoredOn) : null,
    };
  }
}

function capital(name: string): string {
  return name[0].toUpperCase() + name.slice(1);
}

/** A remedy, run as far as it tells: without verdict, without rows. */
function tryOut(trial: ModelTrial, dependencies: RunDependencies): ModelTried | null {
  let run: ModelRun | null = null;
  try {
    const plain = { ...trial, diagnostics: { tier: 'basic' as const, every: 1 }, stop: { ...trial.stop, seconds: null } };
    run = new ModelRun(plain, { interval: Infinity, cancelled: () => false, now: () => 0 }, dependencies, false);
    while (!run.advance(Infinity));
    const { status, loss, model } = run.finish();
    return { status, loss, outcome: model! };
  } catch {
    return null;
  } finally {
    run?.free();
  }
}
