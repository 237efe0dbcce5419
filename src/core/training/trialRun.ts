import { allFinite } from '../diagnostics/hessian';
import { noiseScale } from '../diagnostics/noiseScale';
import { sharpness } from '../diagnostics/sharpness';
import { stepQuantities } from '../diagnostics/stepQuantities';
import { TURNED_BACK } from '../diagnostics/thresholds';
import type { Ending, Outcome } from '../diagnostics/ending';
import { judge } from '../diagnostics/verdicts';
import type { FormulaObjective } from '../objectives/objective';
import type { Optimizer, Oracle } from '../optimizers/optimizer';
import { clipGradient } from './clip';
import type { RateSchedule } from '../optimizers/schedules';
import { DEPENDENCIES, type RunDependencies } from './dependencies';
import { generatedLoop, type GeneratedLoop } from './generatedLoop';
import { Marks } from './marks';
import { randomStream, type RandomStream } from './random';
import { POINT_COLUMNS, Recorder } from './recorder';
import { Trace } from './trace';
import type { RunHooks } from './run';
import type { EndReason, RunStatus, RunSummary, ObjectiveTrial } from './trial';

/** |loss| beyond this many times max(1, |first|) is divergence. */
const DIVERGED_GROWTH = 1e12;
/** |Δloss| must stay below stop.change for this many steps in a row. */
const CHANGE_STEPS = 10;

type Ended = { readonly status: Exclude<RunStatus, 'running'>; readonly reason: EndReason };

/**
 * One run in pieces: `advance` until it says that it is over, then `finish`. Row k of the record describes θ_k; quantities of an
 * update stand in the row it leaves. Everything random comes from streams keyed by (seed, purpose): runs with one seed see the same
 * gradient noise, whatever their optimizer, as they would see the same batches.
 */
export class TrialRun {
  private readonly objective: FormulaObjective;
  private readonly optimizer: Optimizer;
  private readonly schedule: RateSchedule;
  private readonly recorder: Recorder;
  private readonly trace = new Trace();
  private readonly marks: Marks;
  private readonly oracle: Oracle & { loss: number };
  private readonly sign: 1 | -1;
  private readonly noise: RandomStream | null;
  private readonly disturbed: boolean;
  /** `quick` can make its steps. */
  private readonly plain: boolean;
  /** The steps of `quick` as one piece of code, and the numbers it starts from; null where there is none. */
  private readonly generated: { readonly loop: GeneratedLoop; readonly state: readonly Float64Array[]; readonly constants: readonly number[] } | null;
  private readonly sums = { loss: 0, back: 0 };

  private readonly start: Float64Array;
  private readonly theta: Float64Array;
  /** What the optimizer sees: with noise, clipped, sign turned for ascent. */
  private readonly seen: Float64Array;
  /** Row k while k + 1 is made: the reported point and the objective's own gradient there. */
  private readonly point: Float64Array;
  private readonly gradient: Float64Array;
  private readonly update: Float64Array;
  private readonly product: Float64Array;
  private readonly scale: Float64Array;
  /** Where loss and gradient are reported, if not at theta; else null. */
  private readonly reported: { readonly point: Float64Array; readonly gradient: Float64Array } | null;

  /** The number of the step whose row comes next: updates made. */
  private step = 0;
  private firstLoss = NaN;
  private firstGradientNorm = NaN;
  private lastLoss = NaN;
  private lastGradientNorm = NaN;
  /** The predicted change of the update before, while its comparison with the actual one is due. */
  private predicted = NaN;
  /** Of the row before and of this one, where the pass over a large point leaves them. */
  private squaredBefore = 0;
  private weight = 0;
  private together = 0;
  private bound = NaN;
  /** The stretch of the trace that is being summed. */
  private stretch = { firstStep: 0, firstLoss: NaN, count: 0, lossSum: 0, back: 0 };
  private still = 0;
  private stuck: string | null = null;
  private evaluations = 0;
  /** From outside: the run is to end at the next row. */
  private halt: Ended | null = null;
  private ended: Ended | null = null;

  private startedAt = NaN;
  private endedAt = NaN;
  private flushedAt = NaN;
  private blockSize = 64;

  constructor(
    readonly trial: ObjectiveTrial,
    private readonly hooks: RunHooks,
    private readonly dependencies: RunDependencies = DEPENDENCIES,
    /** false: neither shape, verdict nor remedies are computed at the end; for runs that try a remedy out. */
    private readonly judged = true,
    objective?: FormulaObjective,
  ) {
    this.objective = objective ?? dependencies.compileObjective(trial.objective);
    const n = this.objective.dimension;
    if (trial.start.length !== n) throw new Error(`the start has ${trial.start.length} numbers, the objective has ${n} variables`);
    this.optimizer = dependencies.createOptimizer(trial.optimizer, n, this.objective.segments);
    this.schedule = dependencies.createSchedule(trial.optimizer.learningRate);
    this.sign = trial.objective.goal === 'maximize' ? -1 : 1;
    const { gradientNoise } = trial.objective;
    this.noise = gradientNoise > 0 ? randomStream(trial.seed, 'gradientNoise') : null;
    this.disturbed = gradientNoise > 0 || trial.clipNorm !== null || trial.clipValue !== null || this.sign < 0;
    this.start = Float64Array.from(trial.start);
    this.theta = this.start.slice();
    this.seen = new Float64Array(n);
    this.point = this.start.slice();
    this.gradient = new Float64Array(n);
    this.update = new Float64Array(n);
    this.product = new Float64Array(n);
    this.scale = new Float64Array(n);
    this.reported = this.optimizer.reportedPoint ? { point: new Float64Array(n), gradient: new Float64Array(n) } : null;
    this.marks = new Marks(n);
    this.recorder = new Recorder(trial.diagnostics.tier, n, (trial.stop.steps ?? Infinity) + 1, undefined, hooks.rows !== undefined, hooks.memory);
    this.oracle = this.createOracle();
    const { stop } = trial;
    this.plain = trial.diagnostics.tier === 'basic' && n <= POINT_COLUMNS && this.schedule.constant !== null && !this.disturbed && !this.reported && !this.optimizer.acceptedRate && stop.loss === null && stop.change === null;
    const update = this.plain ? this.optimizer.inline : undefined;
    const loop = generatedLoop(this.objective, update);
    this.generated = loop && update ? { loop, state: update.state, constants: update.constants } : null;
  }

  private createOracle(): Oracle & { loss: number } {
    const { objective, trial, sign } = this;
    const random = randomStream(trial.seed, 'optimizer', trial.label);
    return {
      dimension: objective.dimension,
      segments: objective.segments,
      loss: NaN,
      // A rule without kernels holds float64 alone, as a formula takes it.
      evaluate: (theta: Float64Array, gradientOut: Float64Array | null) => {
        this.evaluations++;
        const loss = objective.evaluate(theta, gradientOut);
        if (gradientOut && this.disturbed) this.disturb(gradientOut);
        return sign * loss;
      },
      hessianVector: (theta: Float64Array, v: Float64Array, out: Float64Array) => {
        objective.hessianVector(theta, v, out);
        if (sign < 0) for (let i = 0; i < out.length; i++) out[i] = -out[i];
      },
      normal: () => random.normal(),
    };
  }

  /** From the objective's gradient to the one that the optimizer sees. */
  private disturb(gradient: Float64Array): void {
    const { noise, trial } = this;
    if (noise) {
      const deviation = trial.objective.gradientNoise;
      for (let i = 0; i < gradient.length; i++) gradient[i] += deviation * noise.normal();
    }
    if (this.sign < 0) for (let i = 0; i < gradient.length; i++) gradient[i] = -gradient[i];
    clipGradient(gradient, trial.clipValue, trial.clipNorm, trial.optimizer.dialect);
  }

  /**
   * Makes steps until the run is over, the clock of the hooks passes `until` or they hold it.
   * @returns true when the run is over.
   */
  advance(until: number): boolean {
    const { hooks } = this;
    let now = hooks.now();
    if (this.startedAt !== this.startedAt) {
      this.startedAt = now;
      this.flushedAt = now;
    }
    const seconds = this.trial.stop.seconds;
    while (!this.ended && now < until && !hooks.held?.()) {
      if (hooks.cancelled()) {
        this.halt = { status: 'cancelled', reason: { rule: 'cancelled' } };
      }
      const before = now;
      try {
        for (let left = this.blockSize; left > 0 && !this.ended; ) {
          if (this.plain && this.step > 0 && !this.halt) left -= this.quick(left);
          if (left > 0 && !this.ended) {
            const steps = this.plain ? 1 : left;
            this.block(steps);
            left -= steps;
          }
        }
      } catch (error) {
        // The row of the last whole step is the last.
        const { row, chunk } = this.recorder;
        this.step = row < 0 ? 0 : chunk.values[row];
        this.end('failed', { rule: 'error', detail: error instanceof Error ? error.message : String(error) });
      }
      now = hooks.now();
      // A block is to take about a millisecond: short enough to notice a cancel, long enough that the clock costs nothing.
      if (now - before < 0.5) this.blockSize = Math.min(2 * this.blockSize, 16_384);
      else if (now - before > 2) this.blockSize = Math.max(1, this.blockSize >> 1);
      if (!this.ended && seconds !== null && now - this.startedAt >= 1000 * seconds) {
        this.halt = { status: 'completed', reason: { rule: 'seconds', value: (now - this.startedAt) / 1000, limit: seconds } };
      }
      if (hooks.rows && !this.ended) this.handOn(now);
    }
    if (this.ended && this.endedAt !== this.endedAt) this.endedAt = now;
    return this.ended !== null;
  }

  /** Whole chunks go at once: gathered for the length of an interval they would come in bursts of megabytes. */
  private handOn(now: number): void {
    const { hooks, recorder } = this;
    const due = now - this.flushedAt >= hooks.interval;
    if (!due && !(recorder.full && hooks.interval < Infinity)) return;
    this.flushedAt = now;
    const pieces = recorder.full ? recorder.takeFull() : recorder.take(false);
    pieces.forEach((record) => hooks.rows?.(record));
  }

  private end(status: Ended['status'], reason: EndReason): void {
    this.ended = { status, reason };
  }

  /**
   * Up to `count` steps: the hot loop. Where points are columns it writes what is measured and no more; what follows from it is
   * derived by whoever keeps the record.
   */
  private block(count: number): void {
    const { objective, optimizer, recorder, theta, seen, point, gradient, trial, marks, reported, oracle } = this;
    const { schedule, disturbed } = this;
    const { layout } = recorder;
    const n = theta.length;
    const inColumns = layout.theta >= 0;
    const detailed = layout.standard >= 0;
    const { every } = trial.diagnostics;
    const stopNorm = trial.stop.gradientNorm ?? -1;
    const stopSteps = trial.stop.steps ?? Infinity;
    const rules = trial.stop.loss !== null || trial.stop.change !== null;
    const constantRate = schedule.constant;
    const at = reported ? reported.point : theta;
    const found = reported ? reported.gradient : seen;
    let { step, bound } = this;

    for (let made = 0; made < count; made++) {
      if (reported) optimizer.reportedPoint?.(theta, reported.point);
      const loss = objective.evaluate(at, found);

      recorder.advance();
      const { row } = recorder;
      const { values, stride } = recorder.chunk;
      let squared = 0;
      let weight = 0;
      let together = 0;
      if (inColumns) {
        for (let i = 0, t = layout.theta * stride + row, g = layout.gradient * stride + row; i < n; i++, t += stride, g += stride) {
          const x = at[i];
          const slope = found[i];
          together += slope * gradient[i];
          squared += slope * slope;
          weight += x * x;
          values[t] = point[i] = x;
          values[g] = gradient[i] = slope;
        }
        this.together = together;
      } else {
        squared = this.passLarge(at, found, step, row);
        weight = this.weight;
      }
      const gradientNorm = Math.sqrt(squared);
      this.tally(step, loss, this.together < TURNED_BACK * gradientNorm * this.lastGradientNorm ? 1 : 0);
      values[row] = step;
      values[stride + row] = loss;
      values[2 * stride + row] = gradientNorm;
      if (detailed) {
        for (let c = layout.standard; c < layout.names.length; c++) values[c * stride + row] = NaN;
        if (step > 0) this.compareChange(loss, row);
      }
      if (step === 0) {
        this.firstLoss = loss;
        this.firstGradientNorm = gradientNorm;
        bound = this.bound = DIVERGED_GROWTH * Math.max(1, Math.abs(loss));
      }

      // Divergence, then the tolerances, then the limits.
      if (!(Math.abs(loss) <= bound) || !(weight <= Number.MAX_VALUE)) {
        if (!Number.isFinite(loss) || !allFinite(point)) this.end('diverged', { rule: 'notFinite', value: loss });
        else if (Math.abs(loss) > bound) this.end('diverged', { rule: 'grew', value: loss, limit: bound });
      }
      if (this.ended === null) {
        if (gradientNorm <= stopNorm) this.end('converged', { rule: 'gradientNorm', value: gradientNorm, limit: stopNorm });
        else if (rules) this.checkLoss(loss, step);
        if (this.ended !== null) {
          // The first rule that is met is the reason.
        } else if (this.stuck !== null) this.end('converged', { rule: 'noProgress', detail: this.stuck });
        else if (step >= stopSteps) this.end('completed', { rule: 'steps', value: step, limit: stopSteps });
        else if (this.halt) this.ended = this.halt;
      }
      this.lastLoss = loss;
      this.lastGradientNorm = gradientNorm;
      if (this.ended !== null) {
        values[3 * stride + row] = NaN;
        break;
      }

      const rate = constantRate ?? schedule.rate(step);
      values[3 * stride + row] = rate;
      if (reported) objective.evaluate(theta, seen);
      if (disturbed) this.disturb(seen);
      oracle.loss = this.sign * loss;
      const stuck = optimizer.update(theta, seen, rate, step + 1, oracle);
      if (optimizer.acceptedRate) values[3 * stride + row] = optimizer.acceptedRate();
      if (stuck !== null && this.stopStuck(stuck, 3 * stride + row)) break;
      if (schedule.observe) schedule.observe(this.sign * loss);
      if (detailed && step % every === 0) this.measure(row, rate, step + 1);
      if (step >= marks.next) this.mark(step, loss, rate);
      step++;
    }
    this.evaluations += (step - this.step) * (reported ? 2 : 1) + (this.ended ? 1 : 0);
    this.step = step;
  }

  private tally(step: number, loss: number, back: number): void {
    const { stretch, trace } = this;
    if (step === trace.end) this.closeStretch();
    if (stretch.count === 0) {
      stretch.firstStep = step;
      stretch.firstLoss = loss;
    }
    stretch.count++;
    stretch.lossSum += loss;
    stretch.back += back;
  }

  private closeStretch(): void {
    const { stretch } = this;
    this.trace.add(stretch.firstStep, stretch.firstLoss, stretch.count, stretch.lossSum, stretch.back);
    stretch.count = 0;
    stretch.lossSum = 0;
    stretch.back = 0;
  }

  /**
   * The same steps as `block` makes for the plainest of runs (tier basic, dimension ≤ 3, a constant rate, the gradient as it is),
   * with everything held in variables. It stops before a step at which anything else is to be done and leaves that to `block`.
   * @returns the steps made.
   */
  private quick(count: number): number {
    const { objective, optimizer, recorder, theta, seen, marks, oracle, bound, stretch, trace, generated, sums } = this;
    const { layout } = recorder;
    const { values, stride } = recorder.chunk;
    const n = theta.length;
    const rate = this.schedule.constant as number;
    const stopNorm = this.trial.stop.gradientNorm ?? -1;
    const first = this.step;
    // The row that is written next is the one after `recorder.row`; the last of a chunk is left to `block`.
    const last = Math.min(first + count, first + recorder.capacity - 2 - recorder.row, this.trial.stop.steps ?? Infinity);
    const losses = stride;
    const norms = 2 * stride;
    const rates = 3 * stride;
    const points = layout.theta * stride;
    const gradients = layout.gradient * stride;
    const places = { loss: losses, norm: norms, rate: rates, theta: points, gradient: gradients, stride };
    let { step } = this;
    let { row } = recorder;
    let norm = this.lastGradientNorm;
    let stuck: string | null = null;
    let plain = true;
    while (plain && step < last) {
      if (step === trace.end) this.closeStretch();
      const from = row;
      let lossSum = 0;
      let back = 0;
      // Whole numbers in variables of their own: the inner loop compares nothing else.
      const steps = Math.min(last, trace.end, marks.next + 1) - step;
      const to = (row + steps) | 0;
      if (generated) {
        row = generated.loop(theta, generated.state, generated.constants, rate, values, places, row, to, bound, stopNorm, sums);
        lossSum = sums.loss;
        back = sums.back;
        norm = values[norms + row];
        plain = row === to;
      } else while (row < to) {
        const value = objective.evaluate(theta, seen);
        let squared = 0;
        let weight = 0;
        let together = 0;
        for (let i = 0, t = points + row + 1, g = gradients + row + 1; i < n; i++, t += stride, g += stride) {
          const x = theta[i];
          const slope = seen[i];
          together += slope * values[g - 1];
          squared += slope * slope;
          weight += x * x;
          values[t] = x;
          values[g] = slope;
        }
        const length = Math.sqrt(squared);
        if (!(Math.abs(value) <= bound && weight <= Number.MAX_VALUE && length > stopNorm)) {
          plain = false;
          break;
        }
        row++;
        values[losses + row] = value;
        values[norms + row] = length;
        values[rates + row] = rate;
        lossSum += value;
        if (together < TURNED_BACK * length * norm) back++;
        norm = length;
        oracle.loss = value;
        stuck = optimizer.update(theta, seen, rate, step + row - from, oracle);
        if (stuck !== null) {
          plain = false;
          break;
        }
      }
      const made = row - from;
      if (made === 0) break;
      // Of rows that nobody asks for the last one is enough: what fails after it names its step.
      for (let i = recorder.kept ? 1 : made; i <= made; i++) values[from + i] = step + i - 1;
      if (stretch.count === 0) {
        stretch.firstStep = step;
        stretch.firstLoss = values[losses + from + 1];
      }
      stretch.count += made;
      stretch.lossSum += lossSum;
      stretch.back += back;
      step += made;
      if (step > marks.next && plain) {
        this.readRow(row);
        this.mark(step - 1, values[losses + row], rate);
      }
    }
    this.readRow(row);
    recorder.row = row;
    this.lastLoss = values[losses + row];
    this.lastGradientNorm = norm;
    this.step = step;
    this.evaluations += step - first;
    if (stuck !== null && this.stopStuck(stuck, rates + row)) this.step--;
    return step - first;
  }

  /** Point and gradient from their columns. */
  private readRow(row: number): void {
    const { layout, chunk } = this.recorder;
    const { values, stride } = chunk;
    for (let i = 0; i < this.point.length; i++) {
      this.point[i] = values[(layout.theta + i) * stride + row];
      this.gradient[i] = values[(layout.gradient + i) * stride + row];
    }
  }

  /**
   * The optimizer can go no further: the run ends here if it did not move, else at the point that it just reached.
   * @param rateAt where the rate of this update was written.
   * @returns true if the run is over.
   */
  private stopStuck(stuck: string, rateAt: number): boolean {
    this.stuck = stuck;
    if (this.reported || !unchanged(this.theta, this.point)) return false;
    this.recorder.chunk.values[rateAt] = NaN;
    this.end('converged', { rule: 'noProgress', detail: stuck });
    return true;
  }

  /**
   * The pass over a point that is not recorded itself (dimension > 3): its derived columns, and those of the update that led to it.
   * @returns ‖g‖²; leaves ‖θ‖² in `weight`.
   */
  private passLarge(at: Float64Array, found: Float64Array, step: number, row: number): number {
    const { point, gradient, start, recorder } = this;
    let squared = 0;
    let together = 0;
    let away = 0;
    let weight = 0;
    let moved = 0;
    let slope = 0;
    for (let i = 0; i < at.length; i++) {
      const t = at[i];
      const g = found[i];
      const before = gradient[i];
      const u = t - point[i];
      const d = t - start[i];
      squared += g * g;
      together += g * before;
      slope += before * u;
      moved += u * u;
      away += d * d;
      weight += t * t;
      point[i] = t;
      gradient[i] = g;
    }
    const { values, stride } = recorder.chunk;
    const turn = recorder.layout.derived * stride + row;
    values[turn] = step > 0 ? together / Math.sqrt(squared * this.squaredBefore) : NaN;
    values[turn + stride] = Math.sqrt(away);
    values[turn + 2 * stride] = NaN;
    values[turn + 3 * stride] = Math.sqrt(weight);
    values[turn + 4 * stride] = NaN;
    if (step > 0) {
      const length = Math.sqrt(moved);
      values[turn + 2 * stride - 1] = length;
      values[turn + 4 * stride - 1] = slope / length;
    }
    this.squaredBefore = squared;
    this.weight = weight;
    this.together = together;
    if (step >= recorder.nextSnapshot) recorder.snapshot(step, point);
    return squared;
  }

  /** stop.loss and stop.change. Under "maximize" the loss is to rise to the bound. */
  private checkLoss(loss: number, step: number): void {
    const { stop } = this.trial;
    if (stop.loss !== null && this.sign * loss <= this.sign * stop.loss) {
      this.end('converged', { rule: 'loss', value: loss, limit: stop.loss });
      return;
    }
    if (stop.change === null || step === 0) return;
    const change = Math.abs(loss - this.lastLoss);
    this.still = change < stop.change ? this.still + 1 : 0;
    if (this.still >= CHANGE_STEPS) this.end('converged', { rule: 'change', value: change, limit: stop.change });
  }

  /** Completes the row before, once the loss after its update is known. */
  private compareChange(loss: number, row: number): void {
    if (this.predicted !== this.predicted) return;
    const { values, stride } = this.recorder.chunk;
    const change = loss - this.lastLoss;
    const actual = (this.recorder.layout.standard + 3) * stride + row - 1;
    values[actual] = change;
    values[actual + stride] = change / this.predicted;
    this.predicted = NaN;
  }

  /** The update just made, as a vector: of the reported point where there is one. */
  private takeUpdate(): void {
    const { update, point, theta, reported } = this;
    let to = theta;
    if (reported) {
      to = reported.point;
      this.optimizer.reportedPoint?.(theta, to);
    }
    for (let i = 0; i < update.length; i++) update[i] = to[i] - point[i];
  }

  /** The columns of tiers standard and full for the row whose update was just made. */
  private measure(row: number, rate: number, t: number): void {
    const { layout, chunk } = this.recorder;
    const { values, stride } = chunk;
    this.takeUpdate();
    const { curvature, alpha, predictedChange } = stepQuantities(this.objective, this.point, this.gradient, this.update, this.product, this.sign);
    const standard = layout.standard * stride + row;
    values[standard] = curvature;
    values[standard + stride] = alpha;
    values[standard + 2 * stride] = predictedChange;
    this.predicted = predictedChange;
    if (layout.full < 0) return;
    const scaled = this.optimizer.preconditioner(this.scale, t);
    values[layout.full * stride + row] = sharpness(this.objective, this.point, scaled ? this.scale : null, this.sign, this.trial.seed);
    values[(layout.full + 1) * stride + row] = this.optimizer.sharpnessLimit(rate) ?? NaN;
    values[(layout.full + 2) * stride + row] = noiseScale(this.gradient, this.trial.objective.gradientNoise);
  }

  private mark(step: number, loss: number, rate: number): void {
    this.takeUpdate();
    const scaled = this.optimizer.preconditioner(this.scale, step + 1);
    this.marks.add(step, loss, rate, this.optimizer.sharpnessLimit(rate), this.point, this.gradient, this.update, scaled ? this.scale : null);
  }

  /** The last rows, the shape of the ground where the run ended, and the verdict. To be called once, when `advance` has said true. */
  finish(): RunSummary {
    const { hooks, trial, objective } = this;
    const ended: Ended = this.ended ?? { status: 'cancelled', reason: { rule: 'cancelled' } };
    const seconds = ((this.endedAt === this.endedAt ? this.endedAt : hooks.now()) - this.startedAt) / 1000;
    if (objective.dimension > POINT_COLUMNS && hooks.rows) this.recorder.lastSnapshot(this.step, this.point);
    this.closeStretch();
    const pieces = this.recorder.take(true);
    if (hooks.rows) pieces.forEach((record) => hooks.rows?.(record));
    const ending: Ending = {
      trial, objective, status: ended.status, reason: ended.reason, steps: this.step,
      sign: this.sign, firstLoss: this.firstLoss, loss: this.lastLoss,
      firstGradientNorm: this.firstGradientNorm, gradientNorm: this.lastGradientNorm,
      point: this.point, gradient: this.gradient, trace: this.trace, marks: this.marks.list(),
      tryOut: hooks.tryRemedies ?? trial.sweep === null ? (changed) => tryOut(changed, this.dependencies, objective) : null,
    };
    const { verdict, criticalPoint } = this.judged ? judge(ending) : UNJUDGED;
    return {
      trialId: trial.id, status: ended.status, reason: ended.reason, steps: this.step, seconds, evaluations: this.evaluations,
      loss: this.lastLoss, gradientNorm: this.lastGradientNorm,
      parameters: objective.dimension <= 1000 ? Array.from(this.point) : null,
      criticalPoint, verdict,
    };
  }

  /** Mean of the objective's own loss over the last quarter of the rows: what counts where the gradients are noisy. To be read after `finish`. */
  get lateLoss(): number {
    const late = this.trace.from(Math.floor(0.75 * this.step));
    const rows = late.reduce((sum, stretch) => sum + stretch.count, 0);
    return late.reduce((sum, stretch) => sum + stretch.lossSum, 0) / rows;
  }
}

const UNJUDGED = { verdict: { kind: 'completed', evidence: {}, remedies: [] }, criticalPoint: null } as const;

function unchanged(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Runs a changed trial on an objective that is compiled already, without verdict. Null where it cannot run. */
function tryOut(trial: ObjectiveTrial, dependencies: RunDependencies, objective: FormulaObjective): Outcome | null {
  try {
    const plain = { ...trial, diagnostics: { tier: 'basic' as const, every: 1 }, stop: { ...trial.stop, seconds: null } };
    const run = new TrialRun(plain, { interval: Infinity, cancelled: () => false, now: () => 0 }, dependencies, false, objective);
    while (!run.advance(Infinity));
    const { status, steps, loss, evaluations } = run.finish();
    return { status, steps, loss, lateLoss: run.lateLoss, evaluations };
  } catch {
    return null;
  }
}
